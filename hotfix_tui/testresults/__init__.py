"""What the tools said: results of tests, type checks and builds, read from their logs."""
