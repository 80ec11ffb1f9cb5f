"""How a team words commits and pull requests: plain values, read from the repository and used by the texts."""

from typing import NamedTuple


class Wording(NamedTuple):
    """How the first line of a commit, or the title of a pull request, has to look.

    `prefix` is the conventional type, empty where the team writes none. `lower` says that no capital may follow it,
    `strict` that a check refuses what differs. `longest` and `line` are the most characters of the first line and of
    the others. `place` is where that stands; `unmet` are rules that nothing here can meet, a sentence each.
    """

    prefix: str = "fix"
    scope: str = ""
    lower: bool = True
    strict: bool = False
    longest: int = 72
    line: int = 72
    place: str = ""
    unmet: tuple[str, ...] = ()


class TitleCheck(NamedTuple):
    """A check of the titles of pull requests: conventional by `wording`, by a `pattern`, or by how a title begins."""

    place: str = ""
    wording: Wording | None = None
    pattern: str = ""
    beginnings: tuple[str, ...] = ()


class TeamRules(NamedTuple):
    """What a team asks of commits and pull requests. `sign_off` is where the DCO is asked for, empty for nowhere."""

    commits: Wording = Wording()
    titles: TitleCheck = TitleCheck()
    sign_off: str = ""


NO_RULES = TeamRules()
