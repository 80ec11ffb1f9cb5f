"""Who can read a repository on its forge: according to `gh` or `glab`, otherwise unknown. Never raises.

Apart from the forges: it asks who can read, also where no pull request can be made from here.
"""

import re
import shutil
from typing import NamedTuple
from urllib.parse import quote

from hotfix_tui.forges import calls
from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.calls import ForgeError

PUBLIC, INTERNAL, PRIVATE, UNKNOWN = "public", "internal", "private", "unknown"
_WORDS = (PUBLIC, INTERNAL, PRIVATE)
_FORK = re.compile(r"-ghsa(?:-[0-9a-z]{4}){3}$")


class Visibility(NamedTuple):
    """What the forge said: ``public``, ``internal`` (all its users), ``private``, or ``unknown`` and why."""

    word: str
    why: str = ""


def look(repo: ForgeRepo) -> Visibility:
    """Ask who can read `repo`. It takes at most fifteen seconds; no answer is ``unknown`` with its reason."""
    if not repo.host:
        return Visibility(UNKNOWN, "it is a path, and what lies behind it is not known")
    if is_private_fork(repo):
        return Visibility(PRIVATE, "it is the temporary private fork of a security advisory")
    if repo.kind == "github":
        name = repo.path if repo.host == "github.com" else f"{repo.host}/{repo.path}"
        return _ask(["gh", "repo", "view", name, "--json=visibility"])
    if repo.kind == "gitlab":
        return _ask(["glab", "api", f"--hostname={repo.host}", f"projects/{quote(repo.path, safe='')}"])
    return Visibility(UNKNOWN, f"{repo.host} cannot be asked from here")


def is_private_fork(repo: ForgeRepo) -> bool:
    """Return whether `repo` is named like GitHub's temporary private forks for security advisories."""
    return repo.kind == "github" and bool(_FORK.search(repo.name.lower()))


def _ask(argv: list[str]) -> Visibility:
    program = argv[0]
    if shutil.which(program) is None:
        return Visibility(UNKNOWN, f"{program} is not installed")
    quiet = {"GH_PROMPT_DISABLED": "1", "GH_NO_UPDATE_NOTIFIER": "1", "NO_PROMPT": "1", "NO_COLOR": "1"}
    try:
        said = calls.call(argv, quiet)
        answer = calls.decoded(program, said.out) if said.status == 0 else {}
    except ForgeError:
        return Visibility(UNKNOWN, f"{program} gave no usable answer")
    word = str(answer.get("visibility", "")).lower() if isinstance(answer, dict) else ""
    return Visibility(word) if word in _WORDS else Visibility(UNKNOWN, f"{program} could not say")
