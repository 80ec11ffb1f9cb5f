"""A terminal wizard that holds the whole process of an emergency hotfix, from triage to review."""
