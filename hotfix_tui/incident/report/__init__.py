"""A record as status JSON and as the headline of a screen."""
