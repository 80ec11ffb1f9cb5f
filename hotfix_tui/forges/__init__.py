"""Pull requests: through a forge's own command line, through a page in the browser, or not at all."""
