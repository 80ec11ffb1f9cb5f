"""What the tools reported: results of tests, type checks and builds, read from their logs."""
