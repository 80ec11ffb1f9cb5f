"""triage.rollback-first: the adviser's words and the decision."""

from datetime import UTC, datetime, timedelta

import pytest

from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.registry import find
from hotfix_tui.steps.triage.rollback_first import advice

STEP = "triage.rollback-first"


@pytest.fixture
def released(incident):
    """v1.1.0 was released at 22:40 with a commit and a migration on top of v1.0.0."""
    world = incident.world
    world.time = int(datetime(2023, 11, 14, 22, 39, tzinfo=UTC).timestamp())
    world.commit("Add a column", **{"migrations/1.sql": "alter"})
    world("tag", "-a", "v1.1.0", "-m", "v1.1.0")
    return incident


def seen(incident, after: timedelta) -> list[str]:
    incident.record.facts["detected-at"] = datetime(2023, 11, 14, 22, 40, tzinfo=UTC) + after
    return advice(incident.context())


def test_a_release_shortly_before_is_the_first_suspect(released):
    said = seen(released, timedelta(minutes=12))
    assert (
        said[0] == "v1.1.0 was tagged 12 m before the fault was seen; when it was deployed is not known here."
    )
    assert "first suspect" in said[1] and "v1.0.0 lacks 2 commits" in said[2]
    assert "migrations/1.sql" in said[3]
    assert [choice.name for choice in find(STEP).choices(released.context())] == ["rollback", "fix"]


def test_where_there_is_nothing_to_roll_back_to_that_is_not_what_enter_proposes(released):
    released.world("tag", "-d", "v1.0.0")
    said = seen(released, timedelta(minutes=12))
    assert said[1] == "Such a release is the first suspect, but there is no earlier release to go back to."
    assert [choice.name for choice in find(STEP).choices(released.context())] == ["fix", "rollback"]
    released.record.facts["published"] = "yes"
    ways = [choice.name for choice in find(STEP).choices(released.context())]
    assert ways == ["rollback", "fix"], "what is published can be taken back all the same"


def test_a_release_long_before_is_not(released):
    said = seen(released, timedelta(days=3))
    assert "3 d" in said[0] and not any("suspect" in sentence for sentence in said)
    assert [choice.name for choice in find(STEP).choices(released.context())] == ["fix", "rollback"]


def test_a_release_after_the_fault_was_seen_did_not_cause_it(released):
    said = seen(released, timedelta(minutes=-5))
    assert said[0].startswith("v1.0.0 was tagged")


def test_without_releases_it_asks_to_look(incident):
    incident.world("tag", "-d", "v1.0.0")
    assert "look at your deployments" in advice(incident.context())[0]


def test_the_decision_is_kept_with_its_reason(released):
    seen(released, timedelta(minutes=12))
    step = find(STEP)
    assert step.probe(released.context()).state == "not-done"
    assert released.do(STEP).state == "not-done"
    found = released.do(STEP, "rollback")
    assert found.state == "done" and found.evidence["choice"] == "rollback"
    said = "v1.1.0 was tagged 12 m before the fault was seen; when it was deployed is not known here."
    assert found.why == f"Decided: roll back first. {said}"
    assert step.probe(released.context()).state == "done"
    with pytest.raises(Refused, match="Choose fix or rollback"):
        released.plan(STEP, "maybe")


def test_what_is_not_listed_is_counted(released):
    for number in range(4):
        released.world.commit(f"Change {number}", **{f"f{number}.txt": "x"})
    released.world("tag", "-f", "-a", "v1.1.0", "-m", "v1.1.0")
    said = next(one for one in seen(released, timedelta(days=3)) if one.startswith("Going back"))
    assert "v1.0.0 lacks 6 commits (" in said and said.endswith(" and 3 more).")


def test_of_several_packages_the_newest_are_named(incident):
    world = incident.world
    world("tag", "-d", "v1.0.0")
    for number, name in enumerate(("a@1.0.0", "b@1.0.0", "c@1.0.0", "d@1.0.0")):
        world.time = int(datetime(2023, 11, 10 + number, tzinfo=UTC).timestamp())
        world.commit(name, **{f"{name}.txt": "x"})
        world("tag", "-a", name, "-m", name)
    said = advice(incident.context())[0]
    assert "(d@1.0.0, c@1.0.0, b@1.0.0 and 1 more)" in said
