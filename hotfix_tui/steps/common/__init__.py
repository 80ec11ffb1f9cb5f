"""Shared by several stages: command lines, outcomes, checkouts, the forge."""
