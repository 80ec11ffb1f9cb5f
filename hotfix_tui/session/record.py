"""The format of ``session.toml``: a TOML document, `schema` and `revision` first, a checksum as its last line.

``schema`` is the version of this format and of the names in it. A version of hotfix-tui reads every schema up to
its own `SCHEMA`, and shows newer ones without changing them, since it would drop what it does not know.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from hotfix_tui.session import toml

SCHEMA = 1
"""The newest schema that this version knows."""

LARGEST = 4_000_000
"""Size limit in bytes, for writing and reading. A record is under 20 kB."""

_MARK = b"# sha256:"
_HEX = 64


class Parsed(NamedTuple):
    """A record that could be read: its document, what is wrong with its bytes, why it must not be changed."""

    doc: dict[str, object]
    problem: str | None
    read_only: str | None


def encode(doc: Mapping[str, object]) -> bytes:
    """Return the file content for `doc`, which comes from `toml.plain`."""
    ordered = {"schema": doc["schema"], "revision": doc["revision"], "id": doc["id"], **doc}
    body = toml.encode(ordered).encode("utf-8") + b"\n"
    return body + _MARK + digest(body).encode("ascii") + b"\n"


def parse(data: bytes, incident: str) -> Parsed:
    """Return the record of `incident` in `data`, the bytes of a file.

    A record that was edited by hand opens, and says so; one from a newer version opens only exactly as written.
    Raises ValueError with the reason for anything torn, or not a record.
    """
    intact, problem = _check(data)
    text = data.decode("utf-8-sig") if not intact else data.decode("utf-8")
    doc = toml.decode(text)
    schema = _check_head(doc, incident)
    read_only = None
    if schema > SCHEMA and not intact:
        raise ValueError(
            f"its checksum does not match, and it says schema {schema}, which this version does not know"
        )
    if schema > SCHEMA:
        read_only = (
            f"{incident} was saved by a newer hotfix-tui (schema {schema}, this one knows {SCHEMA}); "
            "it can be looked at here, and changed after an upgrade."
        )
    return Parsed(doc, problem, read_only)


def glance(data: bytes, incident: str) -> dict[str, Any]:
    """Return the top-level values and ``[facts]`` of a record without parsing the rest.

    Raises ValueError if the bytes are not exactly what `encode` wrote (only then is each line what it seems), or
    if a newer version wrote them.
    """
    intact, _ = _check(data)
    if not intact:
        raise ValueError("the checksum does not match")
    wanted = True
    lines = []
    for line in data.split(b"\n"):
        if line.startswith(b"["):
            wanted = line.lstrip(b"[").startswith((b"facts]", b"facts."))
        if wanted:
            lines.append(line)
    doc = toml.decode(b"\n".join(lines).decode("utf-8"))
    if _check_head(doc, incident) > SCHEMA:
        raise ValueError("a newer version wrote it")
    return doc


def _check_head(doc: dict[str, Any], incident: str) -> int:
    """Return the schema of `doc`. Raises ValueError if a key that every record has is missing."""
    schema, revision = doc.get("schema"), doc.get("revision")
    if not _is_count(schema) or not _is_count(revision):
        raise ValueError("it does not say its schema and revision")
    if doc.get("id") != incident:
        raise ValueError(f"it is not the record of {incident}")
    return int(schema or 0)


def _check(data: bytes) -> tuple[bool, str | None]:
    """Return whether the checksum of `data` matches, and the problem if not; ValueError if it has none."""
    lines = data.rstrip(b"\r\n")
    start = lines.rfind(b"\n") + 1
    last = lines[start:]
    if not last.startswith(_MARK) or len(last) != len(_MARK) + _HEX:
        raise ValueError("its last line, the checksum, is missing, so it may have been cut off")
    if data.endswith(b"\n") and last[len(_MARK) :] == digest(data[:start]).encode("ascii"):
        return True, None
    return False, "was edited by hand or damaged since it was saved: its checksum does not match"


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in hexadecimal digits."""
    # hashlib loads OpenSSL, which costs a quarter of Python's own start; these modules are its fallback without
    # OpenSSL.
    try:
        from _sha2 import sha256  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        try:
            from _sha256 import sha256  # type: ignore[import-not-found, unused-ignore, no-redef]
        except ImportError:
            from hashlib import sha256
    return str(sha256(data).hexdigest())
