"""What the engineer has changed, and whether it is still the same."""
