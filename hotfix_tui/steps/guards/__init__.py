"""Checks made right before an irreversible action."""
