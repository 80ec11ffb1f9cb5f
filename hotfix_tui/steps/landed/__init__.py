"""Where the fix landed, and merges made on this machine."""
