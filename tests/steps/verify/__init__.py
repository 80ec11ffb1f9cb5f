"""Tests of the steps' room of the same name."""
