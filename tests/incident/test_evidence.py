from datetime import UTC, datetime
from typing import ClassVar

import pytest

from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.model.evidence.base import Evidence, Part, hidden, shown
from hotfix_tui.steps import contract

AT = datetime(2026, 11, 27, tzinfo=UTC)


class Row(Part):
    name: str = hidden(default="")
    seconds: float = hidden(default=0.0)


class Tried(Evidence):
    STEP: ClassVar[str] = "verify.test"
    commit: str = shown("commit", public=True, default="")
    at: datetime | None = shown("tried at")
    count: int = hidden(default=0)
    rows: tuple[Row, ...] = hidden(default=())


def test_what_is_written_is_read_again():
    made = Tried(commit="abc", at=AT, count=2, rows=(Row("a", 1.5), Row("b")))
    stored = made.to_dict()
    assert stored == {
        "commit": "abc",
        "at": AT,
        "count": 2,
        "rows": [{"name": "a", "seconds": 1.5}, {"name": "b"}],
    }
    assert Tried.from_dict(stored) == made


def test_odd_and_unknown_values_cost_nothing_but_themselves():
    seen = Tried.from_dict(
        {"commit": 7, "at": "yesterday", "count": True, "rows": [1, {"seconds": 2}], "new": "kept"}
    )
    assert (seen.commit, seen.at, seen.count, seen.rows) == ("", None, 0, (Row("", 2.0),))
    assert seen.raw["new"] == "kept"
    assert Tried.from_dict({"rows": "none"}).rows == ()


def test_a_look_answers_its_fields_whole_and_leaves_others_alone():
    probe = contract.done("again", Tried(commit="def"))
    assert probe.merged({"commit": "abc", "count": 3, "other": 1}) == {"commit": "def", "other": 1}
    assert Probe("done", Tried(commit="def"), adds=True).merged({"count": 3}) == {"count": 3, "commit": "def"}


def test_what_is_known_before_a_run_stays_where_the_look_says_nothing_of_it():
    known = Tried(commit="abc", count=0)
    assert known.named() == {"commit": "abc", "count": 0} and known.to_dict() == {"commit": "abc"}
    assert contract.unknown("no answer").over(known).merged({"count": 3}) == {"commit": "abc", "count": 0}
    added = contract.done("it is", Tried(commit="def", at=None), adds=True).over(known)
    assert added.merged({"count": 3, "at": AT}) == {"commit": "def", "count": 0, "at": AT}
    whole = contract.done("it is", Tried(commit="def")).over(known)
    assert whole.merged({"count": 3, "other": 1}) == {"commit": "def", "other": 1}
    assert known.but(commit="x").named() == {"commit": "x", "count": 0}
    assert known.joined(Tried(count=4)).named() == {"commit": "abc", "count": 4}
    assert known.without_defaults().named() == {"commit": "abc"}


def test_it_is_frozen_has_slots_and_takes_its_fields_only():
    made = Tried("abc", count=1)
    assert made == Tried(commit="abc", count=1) != Tried("abc", count=2)
    assert hash(Row("a")) == hash(Row("a")) and repr(Row("a", 2.0)) == "Row(name='a', seconds=2.0)"
    assert not hasattr(made, "__dict__") and made.raw == {}
    for act in (lambda: setattr(made, "commit", "x"), lambda: delattr(made, "commit")):
        with pytest.raises(AttributeError):
            act()
    for wrong in ({"nothing": 1}, {"commit": "def"}):
        with pytest.raises(TypeError):
            Tried("abc", **wrong)
    with pytest.raises(TypeError):
        Row("a", 1.0, 2)
