"""A release of a platform: its name for a deployment that is, or was, live, read as the data file says."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from hotfix_tui.platforms.model import ReleaseAt

LARGEST = 2_000_000
"""At most this many bytes of an answer are read: some platforms print everything they know about a project."""

_SAFE = re.compile(r"[A-Za-z0-9][\x21-\x7e]{0,299}")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?<!sha256:)[0-9a-f]{7,64}(?![0-9A-Za-z])")
"""A commit's id among other words; the digest of an image is none."""
_WHOLE = (40, 64)
_MILLISECONDS = 10**11
_FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class ServedRelease:
    """What a platform serves. `id` is its own name for it, the only thing that is ever sent back to it as a target.

    `commit` is the commit id recorded with it, full or abbreviated, empty if there is none. `share` is its part of
    the traffic in percent, None if unknown; `pinned` whether later deployments do not replace it.
    """

    id: str
    commit: str = ""
    time: datetime | None = None
    address: str = ""
    share: float | None = None
    pinned: bool = False
    content: str = ""
    """What it is made of, such as an image; empty if unknown."""
    project: str = ""
    """The name of the project there, empty if unknown."""


def read(answer: bytes, at: ReleaseAt) -> ServedRelease | None:
    """Return the release in an answer, itself or in a list; None if there is none, or not exactly one."""
    if len(answer) > LARGEST:
        return None
    text = answer.decode("utf-8", "replace")
    if at.pattern:
        return _of_text(text, at)
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not _says(said, at.when):
        return None
    listed = under(said, at.each) if at.each else said
    live = [item for item in (listed if isinstance(listed, list) else [listed]) if _is_meant(item, at)]
    if not live or (at.only and len(live) > 1):
        return None
    release = _of_item(live[0], at)
    return replace(release, project=_word(under(said, at.project), "")) if release and at.project else release


def exact(at: ReleaseAt, content: str) -> str:
    """Return the part of a content that is compared; empty if it may mean something else another time."""
    match = re.fullmatch(at.exact, content) if at.exact else None
    return match["exact"] if match is not None else "" if at.exact else content


def every(answer: bytes, at: ReleaseAt) -> list[ServedRelease]:
    """Return all releases that an answer lists, in order; none if it cannot be read."""
    if len(answer) > LARGEST:
        return []
    if at.pattern:
        release = _of_text(answer.decode("utf-8", "replace"), at)
        return [release] if release is not None else []
    try:
        said = json.loads(answer.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return []
    listed = under(said, at.each) if at.each else said
    items = listed if isinstance(listed, list) else [listed]
    return [release for item in items if _is_meant(item, at) and (release := _of_item(item, at)) is not None]


def under(value: object, pointer: str) -> object:
    """Return the value under a JSON Pointer; None if there is none. `-1` is the last of a list."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and re.fullmatch(r"-1|[0-9]{1,6}", key) and -1 <= int(key) < len(value):
            value = value[int(key)] if value else None
        else:
            return None
    return value


def _of_item(item: object, at: ReleaseAt) -> ServedRelease | None:
    id = _word(under(item, at.id), at.form)
    if not id:
        return None
    share = under(item, at.share) if at.share else None
    return ServedRelease(
        id=id,
        commit=_commit(str(text) for text in (under(item, place) for place in at.commit) if text),
        time=_time(under(item, at.time)) if at.time else None,
        address=_word(under(item, at.address), "") if at.address else "",
        content=exact(at, _word(under(item, at.content), "")) if at.content else "",
        share=_percent(share, at.whole),
        pinned=bool(at.pinned) and _held(under(item, at.pinned), at.pinned_when),
    )


def _percent(share: object, whole: float) -> float | None:
    """Return a part of the traffic in percent; None for what is no number between none and all of it."""
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= whole:
        return None
    return share * 100 / whole


def _held(value: object, word: str) -> bool:
    nothing = value in (None, False, "")
    return not nothing if word == "*" else _same(value, word) if word else nothing


def _is_meant(item: object, at: ReleaseAt) -> bool:
    return _says(item, at.where) and all(
        re.fullmatch(form, word if isinstance(word := under(item, pointer), str) else "")
        for pointer, form in at.forms.items()
    )


def _of_text(text: str, at: ReleaseAt) -> ServedRelease | None:
    every = list(re.finditer(at.pattern, text))
    id = _word(every[0]["id"], at.form) if len({entry["id"] for entry in every}) == 1 else ""
    told = every[0].groupdict() if id else {}
    share = told.get("share") or ""
    commit = _commit(iter([told.get("commit") or ""]))
    made = ServedRelease(
        id, commit, share=_percent(int(share) if re.fullmatch("[0-9]{1,3}", share) else None, 100)
    )
    return replace(made, content=_word(told.get("content"), "")) if id else None


def _word(value: object, form: str) -> str:
    """Return a value as one word of the required form, otherwise empty; never something that reads as an option."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value)
    return text if _SAFE.fullmatch(text) and (not form or re.fullmatch(form, text)) else ""


def _commit(texts: Iterator[str]) -> str:
    """Return the commit in the first text that has one; a full id before an abbreviated one."""
    for text in texts:
        ids: list[str] = _HEX.findall(text[:1000])
        whole = [id_ for id_ in ids if len(id_) in _WHOLE]
        if whole or ids:
            return (whole or ids)[0]
    return ""


def _time(value: object) -> datetime | None:
    """Return a point in time; None for the zero time, at which nothing was deployed."""
    at = _read_time(value)
    return at if at is not None and at.year >= _FIRST_YEAR else None


def _read_time(value: object) -> datetime | None:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, UTC)
        made = datetime.fromisoformat(value) if isinstance(value, str) else None
        return made.astimezone(UTC) if made and made.tzinfo else None
    except (ValueError, OverflowError, OSError):
        return None


def _says(value: object, wanted: Mapping[str, str]) -> bool:
    return all(_same(under(value, pointer), word) for pointer, word in wanted.items())


def _same(value: object, word: str) -> bool:
    if isinstance(value, bool):
        return word.lower() == str(value).lower()
    if isinstance(value, int | float):
        return word.isdigit() and float(word) == value
    return isinstance(value, str) and value.lower() == word.lower()
