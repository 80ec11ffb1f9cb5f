"""Gaps: unknown values, as a mark that no value can imitate during rendering, and as conspicuous text after it.

During rendering a gap is a name between two control characters; cleaned text never holds one.
"""

import re
from typing import NamedTuple

from hotfix_tui.incident.model.facts import FACTS

OPEN = "⟦ GAP: "
_CLOSE = " ⟧"
_MARK = re.compile("\x02([a-z0-9.-]{1,60})\x03")
_SHOWN = re.compile("⟦ GAP: ([^⟧\n]{0,200}) ⟧")

OTHERS: dict[str, tuple[str, str]] = {
    "severity": ("severity", "severity P0 … P3"),
    "base": ("the commit that was live", "do branch.base"),
    "commit": ("the hotfix commit", "do verify.commit"),
    "pr-opened": ("when the PR was opened", "do pull-request.create"),
    "pr-approved": ("when the PR was approved", "tick pull-request.approval"),
    "pr-merged": ("when the PR was merged", "do release.merge"),
    "deployed": ("when it was deployed", "do deploy.production"),
    "root-cause-found": ("when the root cause was found", ""),
    "verified": ("when it was verified as resolved", "verdict fixed --why …"),
    "duration": ("how long it lasted", "verdict fixed --why …"),
    "verification": ("how it was verified in production", "do monitor.smoke"),
    "evidence": ("test results", "do verify.test"),
    "support": ("the support contact", "support in .hotfix-tui.toml"),
    "signature": ("the signature", "signature in .hotfix-tui.toml"),
    "components": ("components affected", ""),
    "action-owner": ("owner", ""),
    "action-due": ("due date", ""),
    "action-kind": ("kind", ""),
}
"""Gaps that are not facts: what is missing, and what fills it; empty if a fact does."""

_OF_A_FACT = {
    "root-cause-found": "cause.summary",
    "components": "components",
    "action-owner": "review.actions",
    "action-due": "review.actions",
    "action-kind": "review.actions",
}
"""The facts that fill a gap of another name."""


class Gap(NamedTuple):
    """Something unknown in a text: in words with its cure, and the key of the fact that fills it, if one does."""

    words: str
    fact: str = ""


def gap(name: str) -> str:
    """Return the mark for the unknown fact or item `name`, to be put into a rendered text."""
    return f"\x02{name}\x03"


def is_gap(text: str) -> bool:
    """Return whether `text` is a displayed gap that came back as if it were a value."""
    return text.lstrip().startswith(OPEN.rstrip())


def resolve(text: str) -> tuple[str, list[Gap]]:
    """Return `text` with its marks made conspicuous, and each gap in words: ``what users see (set impact.seen)``."""
    gaps: list[Gap] = []

    def loud(match: "re.Match[str]") -> str:
        label, cure = describe(match[1])
        gaps.append(Gap(f"{label} ({cure})", fact_of(match[1])))
        return f"{OPEN}{label}{_CLOSE}"

    return _MARK.sub(loud, text), list(dict.fromkeys(gaps))


def left_in(text: str) -> list[Gap]:
    """Return the gaps that an edited text still shows, in words, each with its cure."""
    return [Gap(f"{gap_text} (edit it)") for gap_text in shown_in(text)]


def shown_in(text: str) -> list[str]:
    """Return the gaps that a text shows, in words."""
    return list(dict.fromkeys(match[1] for match in _SHOWN.finditer(text)))


def fact_of(name: str) -> str:
    """Return the key of the fact that fills the gap `name`; empty if none does."""
    return name if name in FACTS else _OF_A_FACT.get(name, "")


def describe(name: str) -> tuple[str, str]:
    """Return what the gap `name` lacks and what fills it."""
    if name in FACTS:
        title = FACTS[name].title
        return title[:1].lower() + title[1:], f"set {name}"
    label, cure = OTHERS.get(name, (name, "edit it"))
    return label, cure or f"set {fact_of(name)}"
