"""Release tags: what a tag's name means, in the schemes that projects use. Pure: names in, releases out.

Two to four numbers, with any prefix ("v", "jq-", "release-", "web@", "@scope/pkg@"), calendar versions with their
leading zeros, pre-releases in the forms of semantic versions, PEP 440, Maven and others. Tags that are not
releases (nightlies, markers of a deployment or a backup, build numbers, moving tags) are ignored.
"""

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from hotfix_tui.git.errors import GitError


class Phase(Enum):
    """How far a release is: for everybody, for testers, or a variant whose suffix says neither."""

    FINAL = "final"
    PRE = "pre-release"
    VARIANT = "variant"


@dataclass(frozen=True, slots=True)
class Release:
    """What a tag's name means. `name` is ``before + version + after``, of which `texts` are the numbers as
    written.

    `series` is what is released ("" for the repository itself, otherwise "jq", "@scope/pkg", …); `rank` orders
    releases of one series; `calendar` is whether the numbers begin with a date.
    """

    name: str
    series: str
    before: str
    texts: tuple[str, ...]
    separator: str
    suffix: str
    after: str
    phase: Phase
    stage: tuple[int, ...]
    calendar: bool

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the version."""
        return tuple(int(text) for text in self.texts)

    @property
    def version(self) -> str:
        """The version as written in the name, without its surroundings."""
        return self.separator.join(self.texts) + self.suffix

    @property
    def final(self) -> bool:
        """Whether it is a release for everybody."""
        return self.phase is Phase.FINAL

    @property
    def rank(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The sort key for releases of one series."""
        return (*self.numbers, 0, 0, 0, 0)[:6], self.stage

    @property
    def built(self) -> bool:
        """Whether its name ends in what only its build knows: a commit, a time, the number of a build."""
        ends = re.fullmatch(_COMMIT, self.suffix) or _STAMP.fullmatch(self.suffix.lower())
        return bool(ends) or (self.calendar and len(self.stage) > 2 and self.stage[2] >= _BUILDS)

    @property
    def line(self) -> tuple[int, ...]:
        """The leading numbers that a maintained line shares: major and minor; of a two-part version only the major."""
        if self.calendar or len(self.texts) == 1:
            return ()
        return self.numbers[: max(1, min(2, len(self.texts) - 1))]


MARKERS = frozenset(
    (
        *(
            "archive",
            "archived",
            "backup",
            "bak",
            "before",
            "after",
            "pre",
            "candidate",
            "checkpoint",
            "old",
            "original",
        ),
        *(
            "build",
            "builds",
            "builder",
            "ci",
            "cd",
            "jenkins",
            "canary",
            "edge",
            "nightly",
            "night",
            "weekly",
            "daily",
        ),
        *(
            "deploy",
            "deployed",
            "deployment",
            "deployments",
            "deploys",
            "last",
            "latest",
            "live",
            "prod",
            "production",
            "preview",
            "success",
            "successful",
        ),
        *(
            "dev",
            "development",
            "staging",
            "uat",
            "qa",
            "test",
            "tests",
            "testing",
            "trial",
            "draft",
            "wip",
            "tmp",
        ),
        *("temp", "rollback", "save", "saved", "snapshot", "experiment", "experimental"),
        *("debian", "deb", "rpm", "ubuntu", "upstream"),
    )
)
"""Words before a tag's numbers that mark an event or a build, not a release."""

_ALONE = frozenset(("ci", "cd"))
_AT_THE_END = _ALONE | {
    *("build", "builder", "builds", "dev", "draft", "edge", "experimental", "live", "original", "save"),
    *("test", "testing", "tests", "trial"),
}
"""Markers that also occur in names: "argo-cd", "test_core"; those of `_ALONE` count only when no other word
precedes.
"""

_GENERIC = frozenset(("", "v", "ver", "version", "release", "releases", "rel", "r", "tag", "tags", "stable"))
_COMMIT = r"\.v[0-9a-f_]{8,50}"
_SHAPE = re.compile(
    r"(?P<before>.*?)(?<![0-9])(?<![0-9][._])(?P<numbers>"
    r"[0-9]+(?:(?P<sep>[._])[0-9]+(?:(?P=sep)[0-9]+){0,2})(?![0-9]|[._][0-9])"
    r"|(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])(?![0-9])"
    r"|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?=[tT][0-9]{4})"
    rf"|[0-9]{{1,6}}(?={_COMMIT}$))(?P<rest>.*)",
    re.DOTALL,
)
"""What precedes a version, its numbers, and the rest. The numbers may be a day, with the time after it if its parts
are written together, or the number of commits before the commit that Jenkins releases (JEP-229).
"""
_BEFORE = re.compile(r"|[vV]|.*[-_/@.][vV]?|[A-Za-z]{1,20}", re.DOTALL)
_PRE_WORDS = {
    **dict.fromkeys(("dev", "snapshot", "nightly", "canary", "next", "unstable", "insider", "insiders"), 0),
    **dict.fromkeys(("exp", "experimental", "test", "edge", "wip"), 0),
    **dict.fromkeys(("a", "alpha"), 1),
    **dict.fromkeys(("b", "beta"), 2),
    **dict.fromkeys(("m", "milestone", "pre", "preview", "ea", "eap"), 3),
    **dict.fromkeys(("c", "cr", "rc"), 4),
}
_PRE = re.compile(
    rf"[-._~]?(?P<word>{'|'.join(sorted(_PRE_WORDS, key=len, reverse=True))})(?![a-z])(?P<more>.*)"
)
_POST = re.compile(
    r"[-._]?(?:post|patch|pl|p|rev|r|hotfix|hf|fix|sp|u|update)[-._]?(?P<n>[0-9]+)(?![0-9a-z]).*"
)
_FINAL_WORDS = re.compile(r"[-._](?:final|ga|release|stable|lts)")
_LETTER = re.compile(r"[a-z]")
_REVISION = re.compile(r"[-_.](?P<n>[0-9]+)")
_TIME = re.compile(r"[tT-][0-9]{2}[-:.]?[0-9]{2}(?:[-:.]?[0-9]{2})?[zZ]?")
_STAMP = re.compile(r"(t[0-9]{4}(?:[0-9]{2})?z?)(?:-[a-z]+(?:,[a-z]+)*)?")
"""A time, and what was released then."""
_BUILDS = 100
"""From this number on what follows a day is that of a build, which nobody counts up."""
_NUMBER = re.compile(r"[0-9]{1,9}")
_LONGEST = 200
_KEPT = 50_000
"""So many names are read once per process: every look at the tags reads all of them."""
_FIRST_DIGITS = 5
"""More digits than this are a date or a build number, not the first number of a version."""


@functools.lru_cache(_KEPT)
def read(name: str, pattern: str | None = None) -> Release | None:
    """Return the release that the tag `name` stands for; None if it is not a release.

    `pattern` is the configured form of release tags with one place for the version ("v*", "api/v{version}"): then
    only such tags count. Raises GitError for a pattern without such a place.
    """
    if len(name) > _LONGEST:
        return None
    if not pattern:
        return _read(name, "", name, "")
    match = form(pattern).fullmatch(name)
    if match is None:
        return None
    start, end = match.span("version")
    return _read(name, name[:start], match["version"], name[end:])


def form(pattern: str) -> re.Pattern[str]:
    """Return `pattern` as a regular expression with a group `version`. Raises GitError."""
    before, place, after = pattern.replace("{version}", "*").partition("*")
    if not place or "*" in after:
        raise GitError(f"the tag pattern {pattern!a} needs one place for the version, as in v*")
    return re.compile(f"{re.escape(before)}(?P<version>.+){re.escape(after)}")


def releases(names: Iterable[str], pattern: str | None = None) -> list[Release]:
    """Return the releases among `names`, lowest first within their series. Raises GitError for a bad pattern."""
    read_tags = [release for name in names if (release := read(name, pattern)) is not None]
    return sorted(read_tags, key=lambda release: (release.series, release.rank, release.name))


def _read(name: str, fixed: str, version: str, after: str) -> Release | None:
    """Read `version`; what precedes it (`fixed`) and follows it (`after`) is set by the configuration."""
    match = _SHAPE.fullmatch(version)
    if match is None or not _BEFORE.fullmatch(match["before"]):
        return None
    before, rest = match["before"], match["rest"]
    words = re.findall(r"[a-z]+", before.lower())
    if "@" not in before and _marks(words, match["numbers"].count(match["sep"] or "-")):
        return None
    numbers = match["numbers"]
    together = len(numbers) == 8 and not match["sep"] and rest[:1] in ("t", "T")
    separator = "" if together else match["sep"] or ("-" if "-" in numbers else ".")
    texts = (numbers[:4], numbers[4:6], numbers[6:]) if together else tuple(numbers.split(separator))
    if (len(texts[0]) > _FIRST_DIGITS and len(texts) > 1) or any(len(text) > 9 for text in texts):
        return None
    calendar = _dated(texts)
    phase, stage = _phase(rest, len(texts), calendar)
    series = "" if fixed or after else _series(before)
    return Release(name, series, fixed + before, texts, separator, rest, after, phase, stage, calendar)


def _marks(words: list[str], separators: int) -> bool:
    """Return whether the words before the numbers mark an event or a build; `separators` are those of the numbers."""
    words = [word for word in words if word != "v"]
    if len(words) > 1 and words[-1] == "build" and separators > 1:
        words = words[
            :-1
        ]  # Maven tags by the artifact at the root, which often is called that; a build has one number
    markers = [word for word in words if word in MARKERS]
    if set(markers) <= _AT_THE_END:
        # In a package's name such a word precedes others; a pipeline tool may be called that.
        markers = [word for word in markers[-1:] if word == words[-1] and word not in _ALONE]
        return bool(markers) or (
            bool(words) and set(words) <= MARKERS | _GENERIC and bool(MARKERS.intersection(words))
        )
    return bool(markers)


def _dated(texts: tuple[str, ...]) -> bool:
    """Return whether the numbers begin with a year and a month, or with a two-digit year and a zero-padded month."""
    if len(texts) == 1:
        return False
    year, month = texts[0], texts[1]
    if len(year) == 4 and 1990 <= int(year) <= 2199:
        return 1 <= int(month) <= 12
    return len(year) == 2 and len(month) == 2 and month.startswith("0") and 1 <= int(month) <= 12


def _phase(rest: str, parts: int, calendar: bool) -> tuple[Phase, tuple[int, ...]]:
    """Return the phase given by what follows the numbers, and its sort key."""
    rest = rest.lower().partition("+")[0]
    if not rest or _FINAL_WORDS.fullmatch(rest) or re.fullmatch(_COMMIT, rest):
        return Phase.FINAL, (2,)
    if match := _PRE.fullmatch(rest):
        word, more = match["word"], match["more"]
        counted = tuple(int(number) for number in _NUMBER.findall(more))
        if len(word) > 1 or counted or (parts == 2 and word != "m"):
            return Phase.PRE, (0, _PRE_WORDS[word], *counted)
    if not calendar and re.fullmatch(r"[-.][0-9a-z]+[-.](?:nightly|canary|snapshot)", rest):
        return Phase.PRE, (0, 0)
    if match := _POST.fullmatch(rest):
        return Phase.FINAL, (2, 1, int(match["n"]))
    if _LETTER.fullmatch(rest):
        return Phase.FINAL, (2, 1, ord(rest))
    if calendar and (match := _REVISION.fullmatch(rest)):
        return Phase.FINAL, (2, 1, int(match["n"]))
    stamp = _STAMP.fullmatch(rest)
    if calendar and (stamp or _TIME.fullmatch(rest)):
        return Phase.FINAL, (2, 1, int("".join(_NUMBER.findall(stamp[1] if stamp else rest))))
    return Phase.VARIANT, (1,)


def _series(before: str) -> str:
    """Return what is released, judging by what precedes the numbers."""
    name = before.lower().strip("-_/@.") if not before.startswith("@") else before.lower().rstrip("-_/@.")
    while (shorter := re.sub(r"[-_/@.](?:v|ver|version|release|rel|r)$", "", name)) != name:
        name = shorter
    name = re.sub(r"^(?:releases?|rel|tags?|versions?)[-_/.]", "", name)
    return "" if name in _GENERIC else name
