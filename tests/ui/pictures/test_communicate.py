"""The picture of communicate: who was told what, and the text as it will go out. It is the list itself."""

from collections.abc import Callable
from typing import Any

import pytest

from hotfix_tui.engine import messages
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui.pictures import communicate
from hotfix_tui.ui.pictures.scene import Scene
from tests.ui import incidents
from tests.ui.hostile import PAYLOADS, spoil
from tests.ui.incidents import NOW
from tests.ui.pictures.scenes import fits, painted, scene
from tests.ui.support import Desk

pytestmark = pytest.mark.usefixtures("reconciled")

STATUS, TEAM, MAIL = "communicate.status-page", "communicate.internal", "communicate.email"


def told(desk: Desk) -> Desk:
    """The messages of the way to here are out, the last ones are not."""

    def put(record: Any) -> None:
        record.messages.clear()
        for document, phase, minutes in (
            ("internal", "declared", 39),
            ("internal", "update", 20),
            ("internal", "update", 10),
            ("internal", "deployed", 8),
            ("status-page", "investigating", 34),
        ):
            incidents.said(record, document, phase, minutes)

    desk.change(put)
    return desk


@pytest.fixture
def desk(desks: Callable[..., Desk]) -> Desk:
    return told(desks("communicate"))


def rows(seen: Scene, width: int = 80, height: int = 19) -> list[str]:
    return painted(seen, width, height).split("\n")


def test_the_matrix_says_who_was_told_what_and_what_is_due(desk: Desk) -> None:
    seen = scene(desk, "communicate", STATUS)
    said = rows(seen)
    assert "resolved: 0 of 2 out" in said[0]
    assert [word for word in said[1].split() if word] == [
        "channel",
        "declared",
        "update",
        "deployed",
        "resolved",
    ]
    assert said[2].split() == ["team", "✓", "13:44", "✓", "14:03,", "14:13", "✓", "14:15", "▸", "due", "now"]
    assert said[3].startswith("› status page    ✓ 13:49") and said[3].endswith("! 1 gap")
    assert said[4].split() == ["mail", "–", "–", "–", "!", "2", "gaps"]
    fits(seen, "▎")


def test_the_selected_channels_text_stands_under_it_with_its_gaps(desk: Desk) -> None:
    seen = scene(desk, "communicate", STATUS)
    said = "\n".join(rows(seen))
    assert "Status page, resolved" in said and "1 gap, no secrets" in said
    assert "! not known: was data lost?" in said, "the part with the gap is shown"
    assert "⟦" not in said
    whole = "\n".join(rows(seen, 120, 60))
    assert "▎ Resolved: Totals leave out the last price" in whole
    assert "Before it goes out" in whole and "✓ verdict: fixed, by Ann 14:23" in whole
    team = scene(desk, "communicate", TEAM)
    said = "\n".join(rows(team, 120, 80))
    assert "no gaps, no secrets" in said and "sent through ./post internal" in said


def test_before_the_texts_are_made_it_says_that_it_looks(desk: Desk) -> None:
    said = rows(scene(desk, "communicate", TEAM, asked=False))
    assert said[5].endswith("looking… ─") and said[2].endswith("▸ due now")


def test_what_went_out_is_shown_as_it_went_out(desk: Desk) -> None:
    engine = desk.engine()
    messages.send(engine, messages.prepare(engine, "internal"), by_hand=True)
    seen = scene(desk, "communicate", TEAM)
    said = rows(seen)
    assert said[2].endswith("✓ 14:23") and "resolved: 1 of 2 out" in said[0]
    assert "sent 14:23 by Ann" in said[5]
    assert communicate.word(seen, seen.views[TEAM]) == "14:23"
    assert communicate.word(seen, seen.views[STATUS]) == "1 gap"


def test_a_command_whose_end_is_not_known_may_have_sent_it(desk: Desk) -> None:
    one = {"document": "internal", "phase": "resolved", "at": NOW, "by": "Ann"}
    desk.change(lambda record: record.sending.append(one))
    assert rows(scene(desk, "communicate", TEAM))[2].endswith("? may be out")


def test_before_the_verdict_the_last_message_comes_later(desk: Desk) -> None:
    def earlier(record: Any) -> None:
        for name in ("verdict", "verdict_by", "verdict_at", "verdict_why"):
            record.this_round.pop(name, None)

    desk.change(earlier)
    seen = scene(desk, "communicate", TEAM)
    said = rows(seen)
    assert said[2].endswith("○ later") and "the team's next in 22 m" in said[0]


def test_a_waived_channel_and_the_teams_own_steps_are_rows_too(desks: Callable[..., Desk]) -> None:
    desk = told(desks("communicate"))

    def put(record: Any) -> None:
        record.config["checklists"] = {"communicate": [{"id": "sales", "text": "Sales knows"}]}
        waiver = {"step": STATUS, "round": 1, "severity": "P1", "asked_by": "Ann", "granted_by": "Fay"}
        record.waivers.append({**waiver, "why": "nobody saw it", "at": NOW})

    desk.change(put)
    seen = scene(desk, "communicate", "communicate.x-sales")
    said = rows(seen)
    assert said[3].endswith("w waived")
    assert said[5].startswith("› ○ Sales knows") and said[5].endswith("to do")
    assert "From your configuration." in "\n".join(said)
    assert [communicate.row_of(seen, y) for y in range(7)] == [
        None,
        None,
        TEAM,
        STATUS,
        MAIL,
        "communicate.x-sales",
        None,
    ]
    fits(seen, "▎")


def test_narrow_it_is_a_row_a_channel_with_what_is_due(desk: Desk) -> None:
    said = rows(scene(desk, "communicate", STATUS), 40, 10)
    assert said[2].strip() == "team           resolved ▸ due now"
    assert said[3].startswith("› status page    resolved ! 1 gap")


def test_a_secret_that_was_taken_out_is_said_loudly(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "correct-horse-battery-staple-42"
    desk.change(lambda record: record.facts.update({"impact.users": f"all who know {secret}"}))
    monkeypatch.setenv("SHOP_API_TOKEN", secret)
    seen = scene(desk, "communicate", TEAM)
    said = painted(seen, 120, 80)
    assert secret not in said
    assert "a secret was taken out" in said and "1 secret was taken out of" in said


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_texts(desk: Desk, payload: str) -> None:
    name = PAYLOADS[payload]
    desk.change(lambda record: spoil(record, name))
    for step in (TEAM, STATUS, MAIL):
        fits(scene(desk, "communicate", step), "".join(set(name)) + "▎␀␇␛␍␈�␡␊⟦⟧–")
    assert views(desk.engine().record)
