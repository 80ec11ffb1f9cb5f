"""A backport that conflicts with its line: resolved by a person, carried on, merged on the drill's forge."""

import time
from pathlib import Path

import pytest

from tests.walks import acts
from tests.walks.support import offences

pytestmark = pytest.mark.walk


@pytest.mark.full
def test_a_backport_that_conflicts_is_resolved_and_carried_on(drill_for):
    drill = drill_for(scenario="backport-conflict", forge=True)
    world = drill.world
    drill.do("new", "ENG-1234", "--title", "Expired tokens are accepted", "--severity", "P0")
    acts.carry_out(drill, [*acts.describe(), *acts.branch(), *acts.fix(str(world.patch)), *acts.verify()])
    acts.carry_out(
        drill,
        [
            acts.to("pull-request"),
            acts.waive("pull-request.approval", "Kim Lead", "three at night"),
            acts.ticks(*(f"pull-request.{name}" for name in ("alerts", "on-call", "ready"))),
        ],
    )
    step = "backport.release-2-2"
    stopped = drill.no(1, "do", step)
    assert "tokend/tokens.py" in stopped.err, stopped
    place = Path(drill.evidence(step)["worktree"])
    file = place / "tokend" / "tokens.py"
    assert "<<<<<<<" in file.read_text()
    file.write_text((world.root / "resolved-for-release-2.2.py").read_text())
    drill.git("add", "tokend/tokens.py", cwd=place)
    drill.call("do", step, "--choose", "continue")
    picked = drill.remote("rev-parse", f"refs/heads/{drill.evidence(step)['branch']}")
    end = time.monotonic() + 240
    while drill.remote("merge-base", "release/2.2", picked) != picked:
        assert time.monotonic() < end, "the keeper of the line has not merged it"
        time.sleep(0.3)
    drill.do("do", step)
    assert drill.state(step) == "done"
    shown = drill.remote("show", "release/2.2:tokend/tokens.py")
    assert "_on_a_plan(_read(payload))" in shown and "expires_at <= now" in shown
    assert offences(drill.git_calls()) == []
