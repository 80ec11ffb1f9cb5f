"""What runs in production: who can be asked, what they said, and what follows from it."""
