"""Texts for people: templates, the values in them, and the gaps that are left."""
