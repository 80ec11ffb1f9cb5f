"""The widgets, among them the log view."""
