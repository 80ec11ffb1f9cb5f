"""The screens and dialogs. No screen imports another."""
