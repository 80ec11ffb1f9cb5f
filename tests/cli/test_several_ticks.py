"""Several ticks in one call: all of them, or none."""

import pytest


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("monitor.nothing", "There is no step"),
        ("triage.severity", "severity"),
        ("fix.root-cause", "cause.summary"),
    ],
)
@pytest.mark.parametrize("last", [True, False])
def test_where_one_cannot_be_ticked_none_is(opened, wrong, why, last):
    good = ["verify.reproduced", "monitor.chat"]
    before = opened.status()["revision"]
    ended = opened.call("tick", *([*good, wrong] if last else [wrong, *good]))
    assert ended.code != 0 and why in ended.err
    assert opened.status()["revision"] == before, "nothing was written"
    assert {opened.state(step) for step in good} == {"pending"}
    opened.do("tick", *good)
    assert {opened.state(step) for step in good} == {"done"}
