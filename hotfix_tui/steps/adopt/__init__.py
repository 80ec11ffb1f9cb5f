"""Adopting an existing fix. It composes stages by nature."""
