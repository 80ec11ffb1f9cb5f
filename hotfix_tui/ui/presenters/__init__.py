"""What is shown and offered: pure functions from the record, without a widget."""
