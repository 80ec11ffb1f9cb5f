"""The record on disk: where it is, how it is saved, and what damaged files still give."""
