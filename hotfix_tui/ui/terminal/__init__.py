"""The terminal itself: its input, its background, and what may reach it."""
