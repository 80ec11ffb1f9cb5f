"""A terminal wizard that holds the whole process of an emergency hotfix, from triage to review."""

from hotfix_tui import lazy

lazy.install()
