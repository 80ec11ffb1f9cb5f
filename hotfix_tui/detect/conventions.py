"""What a team requires of commits and pull requests: by its checks, its guides, and the habit of its latest commits.

Apart from `steps.common.team_rules`, which keeps the answer for one state of the files: this reads a tree, and knows
no incident.
"""

import re
from collections.abc import Sequence

from hotfix_tui.detect.commitlint import commitlint
from hotfix_tui.detect.title_checks import title_check
from hotfix_tui.detect.tree import Tree
from hotfix_tui.incident.model.wording import TeamRules, TitleCheck, Wording

LOOKED_AT = 50
"""How many commits of the production branch are examined for a habit."""
_ENOUGH = 8
"""With fewer commits there is no habit to speak of."""
_CONVENTIONAL = re.compile(r"(?P<type>[a-z]{2,10})(?:\([^()\n]{1,60}\))?!?:[ ]+(?P<rest>\S.*)")
_CHANGES = frozenset(("feat", "fix", "bugfix", "hotfix", "perf", "refactor", "chore"))
"""Types found in a habit of conventional commits: "docs" or "tests" alone are names of components, like "stdlib"."""
_NO_HABIT = re.compile(
    r"(?:Merge |Revert \"|Bump |Release |Update dependency |\[?(?:dependabot|renovate|pre-commit\.ci)|v?\d+\.\d+)",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"^Signed-off-by: \S.*<.+>", re.MULTILINE)
_ASKS = re.compile(
    r"developer certificate of origin|developercertificate\.org|(?:\bgit commit\b[^\n]{0,20}\s(?:-s\b|--signoff\b))"
    r"|\bsign(?:ed)?[- ]?off\b[^\n]{0,60}\bcommits?\b|^\s*`*Signed-off-by:",
    re.IGNORECASE | re.MULTILINE,
)
_GUIDES = tuple(
    f"{folder}{name}"
    for folder in ("", ".github/", "docs/")
    for name in ("CONTRIBUTING.md", "CONTRIBUTING.rst", "CONTRIBUTING", "CONTRIBUTING.txt", "CONTRIBUTING.adoc")
)  # fmt: skip
_DCO = (".github/dco.yml", ".github/dco.yaml")


def conventions(tree: Tree, messages: Sequence[str], *, bot: str = "") -> TeamRules:
    """Return the team's requirements, by the files of `tree` and the latest commit `messages`, newest first, without
    merges.

    `bot` is the program that makes versions from the commits, if there is one: it reads conventional types.
    """
    subjects = [message.partition("\n")[0] for message in messages[:LOOKED_AT]]
    commits = commitlint(tree) or habit(subjects, bot)
    titles = title_check(tree)
    if not titles.place and (commits.strict or bot in _READ_COMMITS):
        titles = TitleCheck(commits.place or bot, commits)
    return TeamRules(commits, titles, sign_off(tree, messages))


_READ_COMMITS = ("semantic-release", "release-please", "python-semantic-release", "release-plz")


def habit(subjects: Sequence[str], bot: str = "") -> Wording:
    """Return how the latest subjects were worded. The usual ``fix: …`` if there are too few to show a habit."""
    own = [subject for subject in subjects if not _NO_HABIT.match(subject)]
    matches = [match for subject in own if (match := _CONVENTIONAL.match(subject))]
    if len(matches) * 2 >= len(own) and matches:
        upper = sum(match["rest"][0].isupper() for match in matches)
        return Wording(lower=upper * 2 <= len(matches))
    typed = any(match["type"] in _CHANGES for match in matches)
    if len(own) < _ENOUGH or (typed and len(matches) * 4 > len(own)) or bot in _READ_COMMITS:
        return Wording()
    upper = sum(subject[:1].isupper() for subject in own)
    return Wording(prefix="", lower=upper * 2 < len(own))


def sign_off(tree: Tree, messages: Sequence[str]) -> str:
    """Return where commits are required to carry a Signed-off-by; empty if they are not."""
    for path in _DCO:
        if tree.has(path):
            return path
    recent = list(messages[:LOOKED_AT])
    signed = sum(bool(_SIGNED.search(message)) for message in recent)
    if len(recent) >= 3 and signed * 10 >= len(recent) * 8:
        return f"{signed} of the last {len(recent)} commits"
    for path in _GUIDES:
        if tree.has(path) and _ASKS.search(tree.text(path)):
            return path
    for name in tree.names(".github/workflows"):
        if re.search(
            r"uses:\s*[\"']?[\w./-]*dco[\w./-]*@", tree.text(f".github/workflows/{name}"), re.IGNORECASE
        ):
            return f".github/workflows/{name}"
    return ""
