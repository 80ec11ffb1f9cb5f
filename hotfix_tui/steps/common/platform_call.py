"""One read-only call of a platform's program: repeating it within an action gives the same answer."""

import os
from collections.abc import Mapping

from hotfix_tui.base import asking, bounded
from hotfix_tui.base.colour import uncoloured
from hotfix_tui.platforms.release import LARGEST
from hotfix_tui.runner.environment import child_environment

KIND = "platform"
"""What questions to a platform begin with."""


def ask(argv: list[str], env: Mapping[str, str], cwd: str, seconds: float) -> bounded.Said:
    """Call it for at most `seconds`. Raises OSError and ValueError if it cannot be started, and asking.NotAsked."""
    whole = child_environment(uncoloured(os.environ), env)

    def call() -> bounded.Said:
        return bounded.call(argv, timeout=seconds, limit=LARGEST, most=LARGEST, env=whole, cwd=cwd)

    return asking.ask((KIND, cwd, tuple(argv)), call)
