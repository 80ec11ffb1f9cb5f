"""Deploying and rolling back: one data file per platform, one loader."""
