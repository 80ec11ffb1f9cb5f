"""Reading what a source says is live: a commit, a tag or a version, in plain text or somewhere in JSON."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import resolve

LARGEST = 64_000
"""Bytes of an answer that are looked at."""

_KEYS = (
    *("commit", "sha", "revision", "git_sha", "gitsha", "git_commit", "gitcommit", "commit_sha", "commitsha"),
    *("commit_hash", "hash", "git", "build", "release", "tag", "version", "id"),
)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+@-]{0,199}")
_HEX = re.compile(r"[0-9a-f]{7,64}")
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,100}")
_WHOLE = (40, 64)


class Place(NamedTuple):
    """Where in a JSON answer the commit stands: see `hotfix_tui.platforms.model.Answer`.

    `nothing` is the clause for an answer in which no item is the live one.
    """

    each: str = ""
    where: Mapping[str, str] = {}
    at: tuple[str, ...] = ()
    nothing: str = "it names no deployment that is live"


class Read(NamedTuple):
    """What an answer means: a commit of this repository and the tag it said, else why not (a clause).

    `unknown` is the full id of a commit that it named and this repository does not have.
    """

    commit: str | None
    tag: str = ""
    why: str = ""
    unknown: str = ""


def read(git: Git, answer: bytes, place: Place | None = None, pattern: str = "") -> Read:
    """Look up in the repository what `answer` names; `pattern` is the configured form of version tags, if any.

    Raises GitError.
    """
    text = answer[:LARGEST].decode("utf-8", "replace").strip()
    if not text:
        return Read(None, why="it answered with nothing")
    if place is not None and place.at:
        found = _placed(text, place)
        if found is None:
            return Read(None, why=place.nothing)
        text = found
    text = _DIGEST.sub("", text)
    for word in _candidates(text):
        if (meant := _meant(git, word, pattern)) is not None:
            return meant
    return Read(None, why=f"it said {one_line(text, 60)!r}, which is neither a commit nor a tag here")


def _meant(git: Git, word: str, pattern: str) -> Read | None:
    """What one word of an answer means; None if it means nothing here."""
    if _HEX.fullmatch(word):
        if commit := resolve(git, word):
            return Read(commit)
        if len(word) in _WHOLE:
            return _foreign(word)
    names = [word, f"v{word}"]
    if pattern and _VERSION.fullmatch(version := word.removeprefix("v")):
        names.append(pattern.replace("{version}", "*").replace("*", version))
    for name in names:
        if commit := resolve(git, f"refs/tags/{name}"):
            return Read(commit, name)
    # Labels and image tags carry the commit among other words: hotfix-ENG-7-1a2b3c4, sha-1a2b3c4.
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
    """The words of an answer that could be a commit or a tag, the likeliest first."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict | list):
        found = list(_values(said, 4))
        rank = {key: place for place, key in enumerate(_KEYS)}
        for _, value in sorted(found, key=lambda pair: rank.get(pair[0], len(rank))):
            if _WORD.fullmatch(value):
                yield value
        return
    words = _WORD.findall(text)[:50]
    yield from (word for word in words if _HEX.fullmatch(word))
    yield from words


def _values(value: Any, depth: int, key: str = "") -> Iterator[tuple[str, str]]:
    """The texts in a JSON value with the keys that they stand under."""
    if isinstance(value, str):
        yield key, value.strip()
    elif depth and isinstance(value, dict):
        for name, inner in list(value.items())[:200]:
            yield from _values(inner, depth - 1, str(name).lower().replace("-", "_"))
    elif depth and isinstance(value, list):
        for inner in value[:50]:
            yield from _values(inner, depth - 1, key)


def _placed(text: str, place: Place) -> str | None:
    """The text that stands where `place` says, of the first item that is the live one; None if there is none."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    listed = _under(said, place.each)
    for item in listed if isinstance(listed, list) else [listed]:
        if all(str(_under(item, name)).lower() == word.lower() for name, word in place.where.items()):
            texts = (_under(item, name) for name in place.at)
            found = next((one for one in texts if isinstance(one, str) and one.strip()), None)
            if found is not None:
                return found.strip()
    return None


def _under(value: Any, name: str) -> Any:
    """What stands in a JSON value under a name such as `spec.containers.0.image`; None where there is nothing."""
    for key in name.split(".") if name else []:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value
