"""The last page of a drill: how long it took, the effort, and where the results are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.base.times import humane
from hotfix_tui.demo.build import World
from hotfix_tui.demo.ledger import Count
from hotfix_tui.documents import history
from hotfix_tui.incident.model.record import Record

MOST_WAIVERS = 4

_SPANS = ("Time to mitigate", "Time to deploy", "Time to resolve")
"""The durations shown, by the names that the review gives them."""


class SummaryRow(NamedTuple):
    """One row of the page: its label and its text."""

    label: str
    said: str


def rows(
    world: World, record: Record, timeline: list[dict[str, object]], folder: Path, counted: Count
) -> list[SummaryRow]:
    """Return the rows of the page for the incident stored in `folder`."""
    spans = {span["label"]: span["took"] for span in history.spans(record, timeline)}
    out = [SummaryRow(label, spans[label]) for label in _SPANS if label in spans]
    over = history.end(record, timeline)
    if over is not None and _SPANS[0] not in spans:
        took = humane((over - record.detected_at).total_seconds())
        out.insert(0, SummaryRow(_SPANS[0], f"{took}, from the alarm to production that is well"))
    out += _by_hand(counted)
    out += _waivers(record)
    out.append(SummaryRow("The record", _record(record, timeline)))
    out.append(SummaryRow("", str(folder)))
    review = folder / "documents" / "review.md"
    if review.is_file():
        out.append(SummaryRow("The review", f"there: {review.relative_to(folder)}"))
    posted = sorted((world.root / "outbox").glob("*.txt"))
    if posted:
        names = ", ".join(path.name for path in posted)
        out.append(SummaryRow("Messages", f"{names}: in the drill's outbox, sent to nobody"))
    return out


def _by_hand(counted: Count) -> list[SummaryRow]:
    keys = f"{counted.keys} key{'' if counted.keys == 1 else 's'}"
    words = f"{counted.words} word{'' if counted.words == 1 else 's'}"
    return [
        SummaryRow("By hand", f"{keys}, {words}, {humane(counted.own_seconds)} to read, type and decide"),
        SummaryRow(
            "The wizard", f"{humane(counted.wizard_seconds)} from a key until the next screen could be used"
        ),
        SummaryRow(
            "Commands",
            f"{humane(counted.waited_seconds)} of waiting for them, when nothing else could be done",
        ),
    ]


def _waivers(record: Record) -> list[SummaryRow]:
    held = [waiver for waiver in record.waivers if not waiver.get("lapsed")]
    if not held:
        return [SummaryRow("Waivers", "none")]
    out: list[SummaryRow] = []
    for waiver in held[:MOST_WAIVERS]:
        title = record.definition(str(waiver.get("step", ""))).title if waiver.get("step") else ""
        out.append(
            SummaryRow(
                "" if out else "Waivers",
                one_line(f"{title}: {waiver.get('why', '')} ({waiver.get('granted_by', '')})", 200),
            )
        )
    if len(held) > MOST_WAIVERS:
        out.append(SummaryRow("", f"and {len(held) - MOST_WAIVERS} more"))
    return out


def _record(record: Record, timeline: Sequence[Mapping[str, object]]) -> str:
    facts = sum(1 for value in record.facts.values() if value not in ("", [], None))
    parts = (
        (len(timeline), "entry of the timeline", "entries of the timeline"),
        (facts, "fact", "facts"),
        (len(record.runs), "command with its log", "commands with their logs"),
        (len(record.messages), "message", "messages"),
        (len(record.rounds), "round", "rounds"),
    )
    return ", ".join(f"{number} {single if number == 1 else many}" for number, single, many in parts)
