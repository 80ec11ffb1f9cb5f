"""Taking over a fix that exists already. It composes stages by nature."""
