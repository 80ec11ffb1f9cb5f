"""Environment for programs whose output is parsed: no colour, whatever the shell exports."""

from collections.abc import Mapping

FORCED = ("CLICOLOR_FORCE", "FORCE_COLOR", "GH_FORCE_TTY")
"""Variables that force colour; programs give them precedence over NO_COLOR."""


def uncoloured(environment: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` without the variables that force colour."""
    return {name: value for name, value in environment.items() if name not in FORCED}
