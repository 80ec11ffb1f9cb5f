"""The release stage: merge, confirm, tag."""
