"""The guard: what in the change does not belong in a hotfix. Its entry point is `step`."""
