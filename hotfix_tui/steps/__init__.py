"""The automatic steps: one package per stage, and what stages share."""
