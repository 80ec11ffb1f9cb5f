"""What a push triggered at the forge: the deployment and the runs of one commit, by their state.

The forges have a module each: one asks by `gh`, one by `glab`, one over HTTP.
"""

import shutil
from collections.abc import Collection

from hotfix_tui.forges import pushed_github, pushed_gitlab, pushed_rest
from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.pushed_state import Pushed as Pushed


def can_ask(repo: ForgeRepo) -> bool:
    """Return whether the forge of `repo` can be queried for the runs of a commit."""
    program = {"github": "gh", "gitlab": "glab"}.get(repo.kind)
    if program is not None:
        return shutil.which(program) is not None
    return pushed_rest.can_ask(repo)


def of_commit(
    repo: ForgeRepo, commit: str, environment: str, workflows: Collection[str], branch: str = ""
) -> Pushed:
    """Return what the forge says about the deployment of `commit`, pushed to `branch`, to `environment`.

    `workflows` are the files known to deploy; empty if unknown. Raises ForgeError.
    """
    if repo.kind == "gitlab":
        return pushed_gitlab.of_commit(repo, commit, environment, workflows, branch)
    if repo.kind == "github":
        return pushed_github.of_commit(repo, commit, environment, workflows)
    return pushed_rest.of_commit(repo, commit, workflows, branch)
