"""What runs in production: who can be queried, what they said, and what follows from it."""
