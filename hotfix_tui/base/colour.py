"""Programs that are asked for data must not colour it, whatever the shell exports."""

from collections.abc import Mapping

FORCED = ("CLICOLOR_FORCE", "FORCE_COLOR", "GH_FORCE_TTY")
"""Variables that force colour on programs; they count more than NO_COLOR."""


def uncoloured(environment: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` without what forces colour."""
    return {name: value for name, value in environment.items() if name not in FORCED}
