"""The backport stage: the fix on other lines. Its entry point is `step`."""
