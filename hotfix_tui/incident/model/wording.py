"""How a team words commits and pull requests: plain values, read from the repository and used by the texts."""

from typing import NamedTuple


class Wording(NamedTuple):
    """The required format of a commit's first line, or of a pull request's title.

    `prefix` is the conventional type, empty if the team uses none. `lower` says that no capital may follow it,
    `strict` that a check rejects deviations. `longest` and `line` are the maximum lengths of the first line and of
    the others. `place` is where the rule is defined; `unmet` are rules that nothing here can satisfy, a sentence
    each.
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
    """A check of pull request titles: conventional by `wording`, by a `pattern`, or by how a title begins."""

    place: str = ""
    wording: Wording | None = None
    pattern: str = ""
    beginnings: tuple[str, ...] = ()


class TeamRules(NamedTuple):
    """What a team requires of commits and pull requests. `sign_off` is where the DCO is required, empty for
    nowhere.
    """

    commits: Wording = Wording()
    titles: TitleCheck = TitleCheck()
    sign_off: str = ""


NO_RULES = TeamRules()
