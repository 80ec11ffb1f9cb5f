"""Deploying and rolling back: one data file a platform, one loader."""
