"""What a rule of detection is: files that speak for a command.

A condition is a text: ``file:NAME`` (wildcards in the last part; a folder ends with ``/``), ``key:FILE:a.b`` (a key of
a TOML or JSON file), ``text:FILE:REGEX`` (a line of a file), each with ``not `` in front for its absence. ``{py}`` is
what the Python project is run with.
"""

from typing import NamedTuple


class Rule(NamedTuple):
    """If all conditions hold, ``argv`` is suggested; more rules of the same kind give alternatives."""

    ecosystem: str
    kind: str
    argv: str
    when: tuple[str, ...]
