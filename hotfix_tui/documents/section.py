"""One part of a document."""

from typing import NamedTuple


class Section(NamedTuple):
    """One part of a document. `text` is what is shown, without its heading; `rendered` the same before editing.

    `source` is the SHA-256 of `rendered`; `outdated` says that it was different when the text was edited. `facts` are
    the keys of the facts that it shows; `fact` is set if the section is exactly one fact, so that editing it edits
    the fact.
    """

    id: str
    title: str
    text: str
    source: str
    edited: bool
    outdated: bool
    facts: list[str]
    rendered: str
    heading: str = ""
    fact: str | None = None
