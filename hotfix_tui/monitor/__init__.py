"""Reading metrics and pages: the values before, the watch, the smoke requests."""
