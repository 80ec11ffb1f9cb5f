"""What dialogs are made of: their base, their fields, and those that ask for a name."""
