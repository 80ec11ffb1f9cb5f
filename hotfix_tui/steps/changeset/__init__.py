"""The engineer's changes, and whether they are still the same."""
