"""What several stages share: command lines, outcomes, checkouts, the forge."""
