"""Choosing the way to pull requests.

Apart from the forges: the only module that knows them all.
"""

import shutil

from hotfix_tui.forges import github
from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.by_hand import ByHand, NoForge
from hotfix_tui.forges.drill import DrillForge
from hotfix_tui.forges.model import Forge


def choose(repo: ForgeRepo) -> tuple[Forge, str]:
    """Return the best way for `repo`, and why it is not a better one (empty if it is the best).

    It queries nobody: whether the forge answers is found out at the first query.
    """
    if not repo.host:
        return NoForge(repo), ""
    if repo.kind == "drill":
        return DrillForge(repo), ""
    if repo.kind != "github":
        return ByHand(repo), ""
    if shutil.which("gh") is None:
        return ByHand(repo), "gh is not installed"

    return github.GitHub(repo), ""
