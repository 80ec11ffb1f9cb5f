"""The deploy stage, and the rollback."""
