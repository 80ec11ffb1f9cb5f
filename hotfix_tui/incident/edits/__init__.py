"""Edits of a record; each works on a copy."""
