"""A drill is left and taken up again by its one command, and a new one is begun by the name of its scenario."""

import pytest

from hotfix_tui.demo import build, processes
from tests.walks.support import Desk
from tests.walks.terminal import Terminal
from tests.walks.test_keys import PROGRAM

pytestmark = pytest.mark.walk


def test_a_drill_that_was_left_is_taken_up_where_it_was(tmp_path):
    desk = Desk(root=tmp_path / "desk", checkout=tmp_path)
    first = Terminal([*PROGRAM, "demo"], tmp_path, desk.env)
    try:
        first.wait(lambda now: "y yes  n no" in now.text, 120, "the first question")
        first.look(1.0)
        first.press("y")
        first.wait(lambda now: "ENG-1234" in now.text or "hotfix" in now.rows[0], 120, "an incident")
        first.look(1.0)
        first.press("q")
        assert first.wait_end(120) == 0
        assert "takes it up again" in first.text
    finally:
        first.hang_up()
    assert len(list((desk.root / "tmp").glob("hotfix-drill-*"))) == 1
    again = Terminal([*PROGRAM, "demo"], tmp_path, desk.env)
    try:
        again.wait(lambda now: "y yes  n no" in now.text, 120, "the questions")
        again.look(1.0)
        again.press("q")
        assert again.wait_end(120) == 0
    finally:
        again.hang_up()
    (root,) = (desk.root / "tmp").glob("hotfix-drill-*")
    known = desk.do("list", "--json", cwd=root / "tokend").json()["incidents"]
    assert [one["state"] for one in known] == ["open"]
    world = build.load(root)
    assert not processes.running(world)
    plain = Terminal(PROGRAM, root / "tokend", desk.env)
    try:
        plain.wait(lambda now: "y yes  n no" in now.text, 120, "the questions")
        assert processes.running(world), "whoever opens the wizard there takes the drill up, too"
        plain.look(1.0)
        plain.press("q")
        assert plain.wait_end(120) == 0
    finally:
        plain.hang_up()
    assert not processes.running(world)


def test_the_scenarios_are_listed_and_an_unknown_one_is_refused(tmp_path):
    desk = Desk(root=tmp_path / "desk", checkout=tmp_path)
    shown = desk.do("demo", "--scenario", "list").out
    assert "expired-token" in shown and "worse-first" in shown
    assert "expired-token" in desk.no(1, "demo", "--build-only", "--scenario", "nothing").err
