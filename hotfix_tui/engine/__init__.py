"""The one way to change an incident: check, save, then show."""
