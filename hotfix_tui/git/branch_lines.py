"""Branches by their names: which carry a line of releases, and which say what an environment runs. Pure."""

import re

ENVIRONMENTS = ("production", "prod", "live", "release", "deploy", "deployed")
"""Names of branches that say what is deployed, where a repository has one beside its main branch."""

DEVELOPMENT = ("develop", "development", "dev", "devel", "next", "staging", "integration", "unstable", "edge")
"""Default branches that are known for work that is not released."""

_WORK = r"feat(?:ure)?|fix(?:es)?|hotfix(?:es)?|bug(?:fix)?|backports?|revert|users?|dev|wip|chore|merge|pull|test"
_WORK += r"|updates?|tracking|bump|sync|renovate|dependabot|prepare|auto|ci|gh-readonly-queue"
_WORDS = r"(?:releases?|rel|stable|maint|maintenance|support|lts|latest|line|branch)"
_NUMBERS = r"[vV]?(?P<numbers>[0-9]{1,5}(?:[._][0-9]{1,5}){0,3})(?:[._-](?:[xX*]|x\.x))*"
_LINE = re.compile(
    rf"(?:(?!(?:{_WORK})/)[A-Za-z0-9@-]+/)?(?:"
    rf"(?P<word>{_WORDS})(?:[-_/.]?{_NUMBERS})?(?:[-_/.](?:stable|lts|maint|branch|release))?"
    rf")",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?:(?P<prefix>[A-Za-z][A-Za-z0-9]*)[-_/])?{_NUMBERS}(?:[-_.](?:stable|lts|maint|branch|release|releases))?",
)
_PREFIXED = re.compile(
    rf"(?!(?:{_WORK}|issue|ticket)[-_/])[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]*[A-Za-z])*[-_]"
    r"(?P<numbers>[0-9]{1,5}(?:[._][0-9]{1,5}){0,3}(?=[._][xX*]$)|[0-9]{1,5}(?:[._][0-9]{1,5}){1,3}"
    r"(?=[-_](?:stable|lts|maint|branch|releases?|bugfix|bugfixes|fixes)$)).+"
)
"""A line with the name of what is released before it, such as ``tokio-1.47.x``: only its end says that it is one."""
_HYPHENS = re.compile(r"(?P<major>[0-9]{1,4})-(?P<minor>[0-9]{1,4})-(?:stable|lts|maint|branch|release)")


def line_of(branch: str) -> tuple[int, ...] | None:
    """Return the first numbers of the releases that `branch` carries, () for the latest; None if it is no such branch.

    ``release-1.12`` gives (1, 12), ``3.x`` (3,), ``release/v0.10.6`` (0, 10, 6), ``stable`` ().
    """
    if found := _LINE.fullmatch(branch):
        return _numbers(found["numbers"])
    if found := _HYPHENS.fullmatch(branch):
        return int(found["major"]), int(found["minor"])
    found = _BARE.fullmatch(branch)
    if found is None or found["prefix"] not in (None, "v", "V", "version"):
        named = _PREFIXED.fullmatch(branch)
        return _numbers(named["numbers"]) if named else None
    if re.fullmatch(r"[0-9]+", branch):
        return None  # More likely the number of a ticket.
    return _numbers(found["numbers"])


def _numbers(text: str | None) -> tuple[int, ...]:
    return tuple(int(number) for number in re.split(r"[._]", text)) if text else ()
