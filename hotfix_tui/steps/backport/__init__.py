"""The backport stage: the fix on other lines. Its door is `step`."""
