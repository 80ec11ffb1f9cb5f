"""The project's commands as the files of the hotfix branch have them.

An incident is opened in whatever is checked out, and the hotfix may start from a release branch with other files:
what is run there, and why, has to come from there.
"""

import os
from typing import TYPE_CHECKING, Any

from hotfix_tui.engine import opening
from hotfix_tui.engine.core import Engine
from hotfix_tui.incident.model.evidence.branch import Branched

if TYPE_CHECKING:
    from hotfix_tui.incident.edits.runs import Probe


def of_the_branch(engine: Engine, step: str, probe: "Probe") -> dict[str, Any] | None:
    """Return the commands detected in the hotfix branch if `probe` saw that `step` has just created it, otherwise
    None.
    """
    if step != Branched.STEP or probe.state != "done" or engine.record.entry(step).get("state") == "done":
        return None
    place = probe.seen(Branched).worktree
    if not place or not os.path.isdir(place):
        return None
    return opening.detect_commands(place, engine.record.config)
