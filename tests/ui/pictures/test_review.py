"""The picture of review: terms, times on one axis, and what the document lacks."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from hotfix_tui.engine import documents
from hotfix_tui.ui.pictures import review
from tests.ui import prepared
from tests.ui.hostile import PAYLOADS, spoil
from tests.ui.incidents import NOW
from tests.ui.pictures.scenes import fits, painted, scene, text
from tests.ui.support import Desk

pytestmark = pytest.mark.usefixtures("reconciled")


@pytest.fixture
def desk(desks: Callable[..., Desk]) -> Desk:
    """Resolved half an hour ago, with the times of the way known."""
    made = desks("review")
    prepared.resolved(made)

    def put(record: object) -> None:
        record.clock.update(resolved_at=NOW - timedelta(minutes=31))  # type: ignore[attr-defined]
        record.facts["acknowledged-at"] = NOW - timedelta(minutes=43)  # type: ignore[attr-defined]

    made.change(put)
    for step, minutes in (
        ("fix.root-cause", 30),
        ("verify.commit", 20),
        ("pull-request.approval", 12),
        ("deploy.production", 8),
    ):
        made.put(step, "done", minutes)
    return made


def test_what_is_owed_with_its_terms(desk: Desk) -> None:
    seen = scene(desk, "review")
    said = painted(seen, 49, 15).split("\n")
    assert "Still owed" in said[0] and "before closing" in said[0]
    assert "24 h  ╌" in said[1] and "23 h 29 m left" in said[1] and said[1].endswith("5 owed")
    assert "72 h  ╌" in said[2] and "2 d 23 h left" in said[2] and said[2].endswith("3 owed")
    assert "backport     release/2.2" in "\n".join(said)
    fits(seen)


def test_a_term_that_is_over_is_late(desk: Desk) -> None:
    seen = scene(desk, "review", now=NOW + timedelta(hours=26))
    said = painted(seen, 83, 36)
    assert "━━━━━━━━━━━━ 2 h 31 m late" in said and "1 d 21 h left" in said


def test_how_long_it_took_is_on_one_axis(desk: Desk) -> None:
    seen = scene(desk, "review")
    said = painted(seen, 83, 36).split("\n")
    bars = [one for one in said if "█" in one]
    assert [one.split("█")[0].strip() for one in bars] == [
        "detected → acknowledged",
        "→ root cause",
        "→ fix verified",
        "→ approved",
        "→ deployed",
        "→ verdict",
    ]
    assert [one.split("█ ")[-1] for one in bars] == ["4 m", "13 m", "10 m", "8 m", "4 m", "8 m"]
    begins = [one.index("█") for one in bars]
    ends = [one.rindex("█") for one in bars]
    assert all(abs(later - end) <= 2 for end, later in zip(ends, begins[1:], strict=False))
    assert "47 m to fixed" in "\n".join(said)
    longest = next(row for row in review.paint(seen, 83, 36) if row.plain.endswith(" 13 m"))
    assert "$warn" in " ".join(str(one.style) for one in longest.spans)


def test_what_the_document_lacks(desk: Desk) -> None:
    seen = scene(desk, "review", "review.document")
    said = painted(seen, 83, 36)
    written = documents.render(desk.engine(), "review").sections
    total = len([one for one in written if one.id != "title"])
    assert "Review document" in said and f" of {total}" in said and "gaps" in said
    assert "missing:" in said and "what went well" in said
    assert "This incident in numbers" in said and "47 m, deadline 4 h" in said
    assert review.word(seen, seen.views["review.document"]).endswith(f"/{total}")
    assert "First gap: " in text(review.card(seen, seen.views["review.document"], 47))


def test_before_it_was_read_and_before_it_is_resolved(desks: Callable[..., Desk]) -> None:
    desk = desks("review")
    seen = scene(desk, "review", asked=False)
    said = painted(seen, 83, 36)
    assert said.count("looking…") == 2 and "from resolution on" in said
    fits(seen)


def test_a_closed_incident_owes_nothing(desks: Callable[..., Desk]) -> None:
    desk = desks("review")
    prepared.closed(desk)
    seen = scene(desk, "review")
    said = painted(seen, 83, 36)
    assert "─ closed ─" in said and " owed" not in said.split("How long")[0].split("\n", 1)[1]
    fits(seen)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_texts(desk: Desk, payload: str) -> None:
    name = PAYLOADS[payload]
    desk.change(lambda record: spoil(record, name))
    waiver = {"step": name, "round": 1, "severity": "P1", "asked_by": name, "granted_by": name, "why": name}
    desk.change(lambda record: record.waivers.append({**waiver, "at": NOW}))
    fits(scene(desk, "review"), "".join(set(name)) + "␀␇␛␍␈�␡␊")
