"""Branches by their names: which ones carry a release line, and which ones show what an environment runs. Pure."""

import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping

ENVIRONMENTS = ("production", "prod", "live", "release", "deploy", "deployed")
"""Branch names that show what is deployed, in a repository that has one next to its main branch."""

DEVELOPMENT = ("develop", "development", "dev", "devel", "next", "staging", "integration", "unstable", "edge")
"""Default branches known for unreleased work."""

_WORK = r"feat(?:ure)?|fix(?:es)?|hotfix(?:es)?|bug(?:fix)?|backports?|revert|users?|dev|wip|chore|merge|pull|test"
_WORK += r"|updates?|tracking|bump|sync|renovate|dependabot|prepare|auto|ci|gh-readonly-queue"
_WORK += r"|(?!robot)[a-z0-9]{2,20}bot|old|obsolete|archived?|backup|bak|tmp|temp|to-?be-?delet\w*|deleted?"
_WORK += r"|copilot|cursor|claude|codex|changeset-release|l10n|i18n|translations?|crowdin|weblate"
_BOTS = re.compile(
    r"(?:renovate|dependabot|snyk[\w-]*|pre-commit-ci[\w-]*|gh-readonly-queue|changeset-release|copilot|cursor|claude"
    r"|codex|imgbot|mergify|whitesource|greenkeeper|pyup|all-contributors|crowdin|weblate|l10n)/.+"
    r"|release-please--.+|release-plz-.+|scala-steward/.+",
    re.IGNORECASE,
)


def of_program(branch: str) -> bool:
    """Return whether a program makes a branch of that name for a request of its own: no fix lands there."""
    return _BOTS.fullmatch(branch) is not None


_TOPIC = r"add|remove|drop|use|upgrade|improve|refactor|support|docs?|document|allow|avoid|enable|disable|apply|rename"
_TOPIC += r"|move|deprecate|introduce|implement|replace|try|debug|do|new|more|cherry-pick"
"""How a change of its own begins its name: a line that it is meant for may stand at the end."""
_WORDS = r"(?:releases?|rel|stable|maint|maintenance|support|lts|latest|line|branch|series|versions?|patches)"
_NUMBERS = r"[vV]?(?P<numbers>[0-9]{1,5}(?:[._][0-9]{1,5}){0,3})(?:[._-](?:[xXyYzZ*]|x\.x))*"
_LINE = re.compile(
    rf"(?:(?!(?:{_WORK})/|revert-)[A-Za-z0-9@-]+/)?(?:"
    rf"(?P<word>{_WORDS})(?:[-_/.]?{_NUMBERS})?(?:[-_/.](?:stable|lts|maint|branch|release))?"
    rf")",
    re.IGNORECASE,
)
_ENDS = r"(?:stable|STABLE|lts|maint|maintenance|branch|releases?|patches)"
_BARE = re.compile(
    rf"(?:(?P<prefix>[A-Za-z][A-Za-z0-9]*)[-_/])?{_NUMBERS}(?:[-_.]{_ENDS})?",
)
_FOLDER = re.compile(rf"{_NUMBERS}/(?:main|master|trunk|stable|release)")
_PREFIXED = re.compile(
    rf"(?!(?:{_WORK}|{_TOPIC}|issue|ticket)[-_/])(?!.*[-_](?:for|prep|prepare|to|from|towards?)[-_])[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]*[A-Za-z])*[-_]"
    r"(?P<numbers>[0-9]{1,5}(?:[._][0-9]{1,5}){0,3}(?=[._][xXzZ*]$)|[0-9]{1,5}(?:[._][0-9]{1,5}){1,3}"
    r"(?=[-_](?:stable|lts|maint|branch|releases?|bugfix|bugfixes|fixes)$)).+"
)
"""A line with the name of the released thing in front, such as ``tokio-1.47.x``: only its ending identifies it."""
_HYPHENS = re.compile(rf"[vV]?(?P<major>[0-9]{{1,4}})-(?P<minor>[0-9]{{1,4}})(?:-{_ENDS}|(?<=[0-9]{{2}}))")
_OTHERS = (
    r"python|py|go|golang|java|jdk|ruby|rails|php|node|nodejs|npm|django|laravel|symfony|swift|xcode|ios|rust"
)
_OTHERS += (
    r"|dotnet|net|scala|kotlin|gradle|maven|spring|boot|postgres|postgresql|pg|mysql|redis|elixir|otp|erlang"
)
_OTHERS += r"|angular|react|vue|svelte|ember|webpack|vite|typescript|ubuntu|debian|alpine|kubernetes|k8s|android|perl"
_OTHERS += r"|dart|flutter"
_WRITTEN_OUT = re.compile(
    rf"(?!(?i:{_WORK}|{_TOPIC}|{_OTHERS}|issues?|tickets?|alpha|beta|rc|pre|pr|milestone|sprint|phase|part|step"
    r"|tracking|config|schema|spec|format|protocol|api|edition|draft)"
    r"[-_])[A-Za-z][a-z]{2,}(?P<sep>[-_])v?(?P<numbers>[0-9]{1,2}(?:(?P=sep)[0-9]{1,3}){1,2})(?:(?P=sep)[xX])?"
)
"""A line with the name of the released thing in front and no ending, such as ``okio_3_16``: its numbers are joined
like its words. A name in capitals is a ticket's, and one of a language or a platform says what it is moved to.
"""


def line_of(branch: str) -> tuple[int, ...] | None:
    """Return the leading version numbers that `branch` carries, () for the latest; None if it is no release line.

    ``release-1.12`` gives (1, 12), ``3.x`` (3,), ``release/v0.10.6`` (0, 10, 6), ``stable`` ().
    """
    if match := _FOLDER.fullmatch(branch) or _LINE.fullmatch(branch):
        return _numbers(match["numbers"])
    if match := _HYPHENS.fullmatch(branch):
        return int(match["major"]), int(match["minor"])
    match = _BARE.fullmatch(branch)
    if match is None or match["prefix"] not in (None, "v", "V", "version"):
        named = _PREFIXED.fullmatch(branch) or _WRITTEN_OUT.fullmatch(branch)
        return _numbers(named["numbers"]) if named else None
    if re.fullmatch(r"[0-9]+|[vV](?!(?:19|20)[0-9]{2}$)[0-9]{4,}", branch):
        return None  # More likely a ticket's number, or a version without its dots.
    return _numbers(match["numbers"])


_IN_FOLDER = re.compile(
    rf"(?P<folder>[A-Za-z0-9@-]+)/(?i:{_WORDS})(?:[-_/.]?{_NUMBERS.replace('?P<numbers>', '')})?.*"
)
_NAMED = re.compile(
    r"(?P<before>(?:[a-z]+-)?releases?|stable|maint(?:enance)?|lts|unmaintained)/(?P<name>[a-z]{3,20})(?:\.(?:master|main))?"
)
"""A line with a name instead of numbers, such as ``release/teak`` or ``stable/zed``: its tags or others like it show
that it is one.
"""


def lines_among(branches: Iterable[str], tags: Iterable[str] = ()) -> Mapping[str, tuple[int, ...]]:
    """Return the release lines among the branches of a repository, with the numbers in their names.

    What ``line_of`` says of one name is weighed with the others, and with the names of the tags: the only line in a
    folder that no tag is named after is somebody's preparation of a release (``ann/release-1.2.3``), and lines may
    have names (``release/teak``, of which ``release/teak.1`` is a release).
    """
    return _among(tuple(branches), tuple(tags))


@functools.lru_cache(8)
def _among(names: tuple[str, ...], released: tuple[str, ...]) -> Mapping[str, tuple[int, ...]]:
    lines = {name: numbers for name in names if (numbers := line_of(name)) is not None}
    folders = Counter(match["folder"].lower() for name in lines if (match := _in_folder(name)))
    first = {re.split(r"[-@/_]", tag.lower().lstrip("@"))[0] for tag in released}
    whole = {tag.lower().partition("/")[0] for tag in released}
    out = {
        name: numbers
        for name, numbers in lines.items()
        if (match := _in_folder(name)) is None
        or folders[match["folder"].lower()] > 1
        or match["folder"].lower() in first | whole
    }
    named = [match for name in names if name not in lines and (match := _NAMED.fullmatch(name))]
    made = {tag.rpartition(".")[0] for tag in released if re.search(r"\.[0-9]+$", tag)}
    many = Counter(match["before"] for match in named)
    for match in named:
        alike = match["before"] in ("stable", "unmaintained") and many[match["before"]] > 1
        if alike or f"{match['before']}/{match['name']}" in made:
            out[match.string] = ()
    return out


def _in_folder(name: str) -> re.Match[str] | None:
    """Return the folder of a line whose name begins with one; None for folders that say what is in them."""
    match = _IN_FOLDER.fullmatch(name)
    if match is None or re.fullmatch(rf"(?i:{_WORDS}|origin|upstream|v?[0-9.x]+)", match["folder"]):
        return None
    return match


_PARALLEL = 12
"""More lines than this with a branch for each release are not maintained next to each other."""


def superseded(names: Iterable[str]) -> set[str]:
    """Return the branches of a single release that a later one of the same line has taken the place of.

    Where each release has a branch of its own (``releases/v2.129.7``), only the last of them is a line: of each minor
    version, or of each major version if there are too many to be maintained.
    """
    lines = [(name, numbers) for name in names if len(numbers := line_of(name) or ()) > 2]
    shared = 1 if len({numbers[:2] for _, numbers in lines}) > _PARALLEL else 2
    last: dict[tuple[int, ...], tuple[int, ...]] = {}
    for _, numbers in lines:
        last[numbers[:shared]] = max(numbers, last.get(numbers[:shared], ()))
    return {name for name, numbers in lines if numbers != last[numbers[:shared]]}


def _numbers(text: str | None) -> tuple[int, ...]:
    return tuple(int(number) for number in re.split(r"[._-]", text)) if text else ()


_MAJOR = re.compile(
    rf"(?!(?i:{_WORK}|{_TOPIC}|{_OTHERS}|issues?|tickets?|pr|rc|alpha|beta)(?:[-_/]|[0-9]*$))"
    r"[A-Za-z]{3,}(?:[-_][A-Za-z]+)?[-_]?v?(?P<number>[0-9]{1,3})"
)


def may_carry(branch: str, major: int) -> bool:
    """Return whether a branch is named after a major version, such as ``vapor4``.

    Only a release of that version on it shows that it carries its line: any name may end in a number.
    """
    match = _MAJOR.fullmatch(branch)
    return match is not None and int(match["number"]) == major
