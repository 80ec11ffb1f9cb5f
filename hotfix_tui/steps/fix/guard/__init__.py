"""The guard: what in the change does not belong in a hotfix. Its door is `step`."""
