"""The pull request stage."""
