"""A detection rule: files that suggest a command.

A condition is a text: ``file:NAME`` (wildcards in the last part; a folder ends with ``/``), ``key:FILE:a.b`` (a key
of a TOML or JSON file), ``text:FILE:REGEX`` (a line of a file), each with a leading ``not `` for its absence.
``{py}`` stands for the Python project's launcher.
"""

from typing import NamedTuple


class Rule(NamedTuple):
    """If all conditions hold, ``argv`` is suggested; further rules of the same kind give alternatives."""

    ecosystem: str
    kind: str
    argv: str
    when: tuple[str, ...]
