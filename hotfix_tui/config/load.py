"""The configuration file of a repository: located, read once, hashed and checked.

Reading never runs anything: no templates, no includes, no environment variables.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotfix_tui.base.long_keys import has_long_key
from hotfix_tui.config.read import ConfigError, from_table
from hotfix_tui.config.write import to_table

if TYPE_CHECKING:
    from hotfix_tui.config.model import Config

__all__ = ["FILE", "ConfigError", "LoadedConfig", "canonical", "digest", "from_table", "load", "to_table"]

FILE = ".hotfix-tui.toml"
"""The name of the file at the root of the repository."""

_PYPROJECT = "pyproject.toml"
_LARGEST = 1_000_000


@dataclass(frozen=True)
class LoadedConfig:
    """A configuration as it was read.

    ``table`` is what the user wrote (for the copy that an incident keeps), ``sha256`` the hash of that table in
    its canonical form, ``source`` the file or None, ``problems`` remarks that prevent nothing.
    """

    config: Config
    table: dict[str, Any]
    source: Path | None
    sha256: str
    problems: list[str] = field(default_factory=list)


def load(root: str) -> LoadedConfig:
    """Read the configuration of the repository at ``root``; an empty one if there is no file.

    Raises ConfigError with one sentence per error, each beginning with the file's name.
    """
    own = _read(Path(root, FILE))
    project = _read(Path(root, _PYPROJECT))
    notes: list[str] = []
    section = _project_section(project, notes)
    if own is not None and section is not None:
        raise ConfigError(
            [f"{FILE}: {_PYPROJECT} has a table tool.hotfix-tui too; keep one of the two, remove the other."]
        )
    if own is not None:
        name, table = FILE, _parse(own, FILE)
    elif section is not None:
        name, table = _PYPROJECT, section
    else:
        return LoadedConfig(from_table({}), {}, None, digest({}), notes)
    prefix = f"{name}: " if name == FILE else f"{name}: tool.hotfix-tui."
    try:
        config, sha256 = from_table(table), digest(table)
    except ConfigError as error:
        raise ConfigError([prefix + problem for problem in error.problems]) from None
    except RecursionError:
        raise ConfigError([f"{name}: it is nested too deeply to be read."]) from None
    if config.language == "zh":
        said = 'language: there are no Chinese texts yet; write "en", or leave it out.'
        raise ConfigError([prefix + said])
    source = Path(root, name)
    if source.exists() and source.stat().st_mode & stat.S_IWOTH:
        notes.append(f"{name}: every user of this machine may write this file.")
    return LoadedConfig(config, table, source, sha256, notes)


def canonical(table: Mapping[str, object]) -> bytes:
    """Return a table as TOML with sorted keys: the bytes that are trusted, whatever the file's order and comments."""
    import tomli_w

    return tomli_w.dumps(_sorted(table)).encode()


def digest(table: Mapping[str, object]) -> str:
    """Return the hash by which a table is trusted, in hexadecimal."""
    import hashlib

    return hashlib.sha256(canonical(table)).hexdigest()


def _sorted(value: object) -> Any:
    """Return the same value with the keys of all its tables sorted."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _read(path: Path) -> bytes | None:
    """Return the bytes of a regular file, read once; None when there is no file. Raises ConfigError."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        if path.is_symlink():
            raise ConfigError([f"{path.name}: the link points to a file that does not exist."]) from None
        return None
    except OSError as error:
        raise ConfigError([f"{path.name}: it cannot be read: {error.strerror}."]) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise ConfigError([f"{path.name}: expected a file, found something else (a folder or a device)."])
    with os.fdopen(handle, "rb") as file:
        try:
            content: bytes | None = file.read(_LARGEST + 1)
        except OSError as error:
            raise ConfigError([f"{path.name}: it cannot be read: {error.strerror}."]) from None
    if content is None:  # a /proc file with nothing to read yet
        raise ConfigError([f"{path.name}: expected a file, found something else."])
    if len(content) > _LARGEST and path.name == FILE:
        raise ConfigError([f"{path.name}: it is larger than 1 MB, which no configuration is."])
    return content


def _parse(content: bytes, name: str) -> dict[str, object]:
    """Parse TOML. Raises ConfigError with a sentence that names the position."""
    try:
        text = content.decode("utf-8-sig")
        if has_long_key(text):
            raise ConfigError([f"{name}: it is nested too deeply to be read."])
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise ConfigError([f"{name}: it is not UTF-8 (byte {error.start}); save it as UTF-8."]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{name}: it is not TOML: {error}."]) from None
    except RecursionError:
        raise ConfigError([f"{name}: it is nested too deeply to be read."]) from None
    except ValueError as error:
        raise ConfigError([f"{name}: it is not TOML: {error}."]) from None


def _project_section(content: bytes | None, notes: list[str]) -> dict[str, object] | None:
    """Return the table ``tool.hotfix-tui`` of a pyproject.toml, or None.

    A broken pyproject.toml is an error only if it mentions hotfix-tui: it may be the very fault to be fixed.
    """
    if content is None or len(content) > _LARGEST:
        return None
    try:
        tool = _parse(content, _PYPROJECT).get("tool", {})
    except ConfigError as error:
        if b"hotfix-tui" in content:
            raise
        notes += error.problems
        return None
    section = tool.get("hotfix-tui") if isinstance(tool, dict) else None
    if section is not None and not isinstance(section, dict):
        raise ConfigError([f"{_PYPROJECT}: tool.hotfix-tui: expected a table, found something else."])
    return section
