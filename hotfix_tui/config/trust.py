"""Trust: a repository's commands run only after a person has seen this exact configuration, in this place.

A record is a file named by the hash of the repository's real path, a NUL byte and the table's canonical bytes, and
contains exactly these. So one changed byte or another place is not trusted, and the previous table is there for a
diff. Trust is stored in the user's state folder only, never in the repository.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix_tui.base import folders, plain_file
from hotfix_tui.config.load import canonical
from hotfix_tui.config.model import ConfigCommand

if TYPE_CHECKING:
    from hotfix_tui.config.load import LoadedConfig
    from hotfix_tui.config.model import Config

_INTERPRETERS = re.compile(r"(?:ba|da|k|z)?sh|python[0-9.]*|node|deno|bun|ruby|perl|php")


@dataclass(frozen=True)
class CommandLine:
    """A command of the configuration, for the trust screen.

    ``argv`` is what runs, placeholders not filled in; ``cwd`` is relative to the root; ``env`` holds the names of
    its variables, ``variables`` also their values; ``shell`` says that a shell interprets it. ``script`` is the
    file of the repository that it starts.
    """

    name: str
    argv: list[str]
    cwd: str
    env: list[str]
    shell: bool
    script: str = ""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    def shown(self) -> str:
        """Return the command line as one could type it, control characters visible."""
        return " ".join(visible(item) for item in self.argv)


def trusted(state_root: Path, loaded: LoadedConfig, root: str) -> bool:
    """Return whether this table was trusted for this repository. True for an empty one, which has nothing to run."""
    return not loaded.table or table_trusted(state_root, loaded.table, root)


def table_trusted(state_root: Path, table: Mapping[str, object], root: str) -> bool:
    """Return whether this exact table was trusted for this repository."""
    content = _content(table, root)
    return _stored(_record(state_root, content)) == content


def allow(state_root: Path, loaded: LoadedConfig, root: str) -> None:
    """Trust this table for this repository. Raises OSError when the record cannot be written."""
    content = _content(loaded.table, root)
    record = _record(state_root, content)
    folders.make(str(record.parent))
    folders.put(str(record), content)


def allow_sha256(state_root: Path, loaded: LoadedConfig, root: str, sha256: str) -> bool:
    """For automation: trust the table only if its hash is the expected one; return whether it was."""
    if sha256.strip().lower() != loaded.sha256:
        return False
    allow(state_root, loaded, root)
    return True


def revoke(state_root: Path, root: str) -> int:
    """Forget every table that was trusted for this repository; return how many there were."""
    records = list(_records(state_root, root))
    for record in records:
        record.unlink(missing_ok=True)
    return len(records)


def last_trusted(state_root: Path, root: str) -> bytes | None:
    """Return the canonical bytes of the table last trusted for this repository, or None."""
    records = list(_records(state_root, root))
    if not records:
        return None
    newest = max(records, key=lambda record: record.stat().st_mtime_ns)
    return (_stored(newest) or b"").partition(b"\0")[2]


def changes(state_root: Path, loaded: LoadedConfig, root: str) -> list[str]:
    """Return the differences from the table last trusted, as lines of a unified diff; empty when none was trusted."""
    before = last_trusted(state_root, root)
    return [] if before is None else compare(before, canonical(loaded.table))


def compare(before: bytes, after: bytes) -> list[str]:
    """Return a unified diff of two canonical tables, without file names, control characters visible."""
    lines = difflib.unified_diff(
        before.decode(errors="replace").splitlines(),
        after.decode(errors="replace").splitlines(),
        n=2,
        lineterm="",
    )
    return [escaped(line) for line in list(lines)[2:]]


def commands_of(config: Config, root: str) -> list[CommandLine]:
    """Return every command of the configuration, in the order of its sections."""
    return [_line(name, command, root) for name, command in _commands(config, "")]


def visible(text: str) -> str:
    """Return an argument quoted as for a shell, with nothing in it that a terminal would interpret."""
    if text.isprintable():
        return shlex.quote(text)
    return "$'" + escaped(text.replace("\\", "\\\\").replace("'", "\\'")) + "'"


def escaped(text: str) -> str:
    """Return a text with each non-printable character written as its escape sequence."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode()
        for char in text
    )


def _content(table: Mapping[str, object], root: str) -> bytes:
    """Return the content of a record, which also determines its name."""
    return os.fsencode(os.path.realpath(root)) + b"\0" + canonical(table)


def _record(state_root: Path, content: bytes) -> Path:
    """Return the record's file."""
    return state_root / "trust" / hashlib.sha256(content).hexdigest()


def _stored(record: Path) -> bytes | None:
    """Return a record's bytes, or None when there is none or its content does not match its name."""
    try:
        content = plain_file.read(str(record))
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == record.name else None


def _records(state_root: Path, root: str) -> Iterator[Path]:
    """Yield the records of one repository."""
    prefix = os.fsencode(os.path.realpath(root)) + b"\0"
    folder = state_root / "trust"
    for record in folder.iterdir() if folder.is_dir() else ():
        if (_stored(record) or b"").startswith(prefix):
            yield record


def _commands(value: object, name: str) -> Iterator[tuple[str, ConfigCommand]]:
    """Yield every command below a value of the configuration, with its path."""
    import msgspec

    if isinstance(value, ConfigCommand):
        yield name, value
    elif isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(value):
            inner = f"{name}.{field.encode_name}" if name else field.encode_name
            yield from _commands(getattr(value, field.name), inner)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _commands(item, f"{name}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _commands(item, f"{name}[{number}]")


def _line(name: str, command: ConfigCommand, root: str) -> CommandLine:
    """Return a command for the screen, with the hash of the script that it starts."""
    argv = command.argv()
    script = "" if command.shell else _script(argv, root, command.cwd)
    return CommandLine(name, argv, command.cwd, sorted(command.env), command.shell, script, dict(command.env))


def _script(argv: list[str], root: str, cwd: str) -> str:
    """Return the file inside the repository that a command starts, directly or by an interpreter, or an empty
    text.
    """
    words = argv[:1] if "/" in argv[0] else []
    if _INTERPRETERS.fullmatch(os.path.basename(argv[0])):
        words += [word for word in argv[1:] if not word.startswith("-")][:1]
    top = os.path.realpath(root)
    for word in words:
        path = os.path.realpath(os.path.join(top, cwd, word))
        if path.startswith(top + os.sep) and os.path.isfile(path) and os.access(path, os.R_OK):
            return os.path.relpath(path, top)
    return ""
