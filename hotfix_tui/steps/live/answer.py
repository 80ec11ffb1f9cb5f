"""What a source says is live, and how its words are read: a commit, a tag or a version, in plain text or in JSON."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import NamedTuple

from hotfix_tui.base.ref_names import tag_ref
from hotfix_tui.base.text import one_line
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import resolve

LARGEST = 64_000
"""Bytes of an answer that are read."""

_KEYS = (
    *("commit", "sha", "revision", "git_sha", "gitsha", "git_commit", "gitcommit", "commit_sha", "commitsha"),
    *("commit_hash", "hash", "git", "build", "release", "tag", "version", "id"),
)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+@-]{0,199}")
_HEX = re.compile(r"[0-9a-f]{7,64}")
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,100}")
_WHOLE = (40, 64)


_WHEN = (
    *("deployed_at", "deployedat", "deploy_time", "deployment_time", "deployed", "released_at", "releasedat"),
    *("finished_at", "finishedat", "completed_at", "completedat"),
)
"""Keys whose value is the deployment time."""
_WHEN_OF_A_DEPLOYMENT = (
    *_WHEN,
    "created_at",
    "createdat",
    "created",
    "createtime",
    "updated_at",
    "updatedat",
)
"""Keys that mean this only if the answer is about a deployment."""


_FIRST_YEAR = 2000


class Status(Enum):
    """The outcome of querying a source."""

    ASKED = "asked"
    NOT_ASKED = "not asked"
    """It cannot be queried from here: a program or a setting is missing, or it is not trusted yet."""


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """What one source said is live.

    `source` is its name ("live url", "GitHub deployments", …), or "configuration" if that is not trusted; `key` its
    name in `git.order`; `text` its answer on one line. `commit` is empty if it could not be queried or its answer
    means nothing known here: `why` says so, as a clause. `tag` is the tag in the answer, or one at the commit.
    `unknown` is the id of a commit that it named and that is not here. `second_hand` is whether it only knows what was
    reported to it. `at` is when that was deployed, if it says so.
    """

    source: str
    commit: str = ""
    why: str = ""
    tag: str = ""
    unknown: str = ""
    key: str = ""
    text: str = ""
    second_hand: bool = False
    at: datetime | None = None
    mixed: bool = False
    """Whether it says that more than one version serves: then what another source says is not all of it."""
    status: Status = Status.ASKED
    dated: str = ""
    """Of a tag, what happened `at` that time: ``tagged``, or ``committed`` for a lightweight one."""
    raw: bytes = b""
    """The answer itself, so that it can be read again after a fetch."""

    def __str__(self) -> str:
        if not self.commit:
            return f"{self.source}: {self.why}"
        return f"{self.source}: {self.commit[:7]}" + (f" ({self.tag})" if self.tag else "")


class AnswerPath(NamedTuple):
    """Where in a JSON answer the commit is: see `hotfix_tui.platforms.model.AnswerRule`.

    `nothing` is the clause for an answer in which no item is the live one.
    """

    each: str = ""
    where: Mapping[str, str] = {}
    at: tuple[str, ...] = ()
    nothing: str = "it names no deployment that is live"
    forms: Mapping[str, str] = {}


class Read(NamedTuple):
    """What an answer means: a commit of this repository and its tag, otherwise why not (a clause).

    `unknown` is the full id of a commit that it named and this repository does not have; `at` is when it was
    deployed.
    """

    commit: str | None
    tag: str = ""
    why: str = ""
    unknown: str = ""
    at: datetime | None = None


def read(git: Git, answer: bytes, place: AnswerPath | None = None, pattern: str = "") -> Read:
    """Look up what `answer` names in the repository; `pattern` is the configured form of version tags, if any.

    Raises GitError.
    """
    text = answer[:LARGEST].decode("utf-8", "replace").strip()
    if not text:
        return Read(None, why="it answered with nothing")
    at = None
    if place is not None and place.at:
        value, at = _placed(text, place)
        if value is None:
            return Read(None, why=place.nothing)
        text = value
    else:
        at = _time_in(_json(text), _WHEN)
    text = _DIGEST.sub("", text)
    for word in _candidates(text):
        if (meant := _meant(git, word, pattern)) is not None:
            return meant._replace(at=at)
    return Read(None, why=f"it said {one_line(text, 60)!r}, which is neither a commit nor a tag here")


def _meant(git: Git, word: str, pattern: str) -> Read | None:
    """Return what one word of an answer means; None if it means nothing here."""
    if _HEX.fullmatch(word):
        if commit := resolve(git, word):
            return Read(commit)
        if len(word) in _WHOLE:
            return _foreign(word)
    names = [word, f"v{word}"]
    if pattern and _VERSION.fullmatch(version := word.removeprefix("v")):
        names.append(pattern.replace("{version}", "*").replace("*", version))
    for name in names:
        if commit := resolve(git, tag_ref(name)):
            return Read(commit, name)
    # Labels and image tags contain the commit among other words: hotfix-ENG-7-1a2b3c4, sha-1a2b3c4.
    for part in re.split(r"[-_@/]", word):
        if part != word and _HEX.fullmatch(part):
            if commit := resolve(git, part):
                return Read(commit)
            if len(part) in _WHOLE:
                return _foreign(part)
    return None


def _foreign(commit: str) -> Read:
    why = f"it runs {commit[:12]}, which this repository does not have; fetch, then look again"
    return Read(None, why=why, unknown=commit)


def _candidates(text: str) -> Iterator[str]:
    """Yield the words of an answer that could be a commit or a tag, likeliest first."""
    said = _json(text)
    if isinstance(said, dict | list):
        texts = list(_values(said, 4))
        rank = {key: place for place, key in enumerate(_KEYS)}
        for _, value in sorted(texts, key=lambda pair: rank.get(pair[0], len(rank))):
            if _WORD.fullmatch(value):
                yield value
        return
    words = _WORD.findall(text)[:50]
    yield from (word for word in words if _HEX.fullmatch(word))
    yield from words


def _values(value: object, depth: int, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts in a JSON value with their keys."""
    if isinstance(value, str):
        yield key, value.strip()
    elif depth and isinstance(value, dict):
        for name, inner in list(value.items())[:200]:
            yield from _values(inner, depth - 1, str(name).lower().replace("-", "_"))
    elif depth and isinstance(value, list):
        for inner in value[:50]:
            yield from _values(inner, depth - 1, key)


def _json(text: str) -> object:
    """Return an answer as a JSON value; None if it is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _time_in(said: object, keys: tuple[str, ...]) -> datetime | None:
    """Return when something was deployed, by the first of these `keys` in a JSON object."""
    if not isinstance(said, dict):
        return None
    by_key = {str(key).lower().replace("-", "_"): value for key, value in list(said.items())[:200]}
    return next((at for key in keys if (at := _time(by_key.get(key))) is not None), None)


def _time(value: object) -> datetime | None:
    """Return a time in RFC 3339, or in seconds or milliseconds since 1970; None for the zero time, before any
    deployment.
    """
    at = _read_time(value)
    return at if at is not None and at.year >= _FIRST_YEAR else None


def _read_time(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value.strip())
            return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _placed(text: str, place: AnswerPath) -> tuple[str | None, datetime | None]:
    """Return the text at `place`, of the first live item, and when it was deployed."""
    listed = _under(_json(text), place.each)
    for item in listed if isinstance(listed, list) else [listed]:
        if all(str(_under(item, name)).lower() == word.lower() for name, word in place.where.items()) and all(
            re.fullmatch(form, str(_under(item, name) or "")) for name, form in place.forms.items()
        ):
            texts = (_under(item, name) for name in place.at)
            value = next(
                (candidate for candidate in texts if isinstance(candidate, str) and candidate.strip()), None
            )
            if value is not None:
                # A single object may be the project, which was created long before.
                keys = _WHEN_OF_A_DEPLOYMENT if isinstance(listed, list) else _WHEN
                return value.strip(), _time_in(item, keys)
    return None, None


def _under(value: object, name: str) -> object:
    """Return the value in a JSON value under a name such as `spec.containers.0.image`; None if there is none."""
    for key in name.split(".") if name else []:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value
