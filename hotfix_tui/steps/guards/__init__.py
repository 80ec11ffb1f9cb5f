"""What is checked right before an act that cannot be taken back."""
