"""Tests of detection: what the files of a repository suggest."""
