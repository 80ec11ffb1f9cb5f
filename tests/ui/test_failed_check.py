"""Enter on a failed check of the pull request: the place that it names in the worktree, else its page."""

from pathlib import Path

import pytest

from hotfix_tui.forges.model import ForgeCheck, PullRequest
from hotfix_tui.ui.pictures.pull_request import ForgeLook
from hotfix_tui.ui.presenters import failed_check
from tests.ui.support import drive, press, settle

PAGE = "https://forge.example/checks/7"


def looked(said, url=PAGE):
    request = PullRequest(
        url="https://forge.example/pull/482",
        number=482,
        state="open",
        head="a" * 40,
        head_branch="hotfix/ENG-1234",
        base="main",
        checks=(ForgeCheck("unit", "pass"), ForgeCheck("lint", "fail", url=url)),
    )
    return ForgeLook(request, failures=(("lint", said),) if said else ())


@pytest.mark.parametrize(
    ("said", "path", "line"),
    [
        ("shop.py:4:80 E501 line too long", "shop.py", 4),
        ("error in tests/test_shop.py:11: assert 3 == 6", "tests/test_shop.py", 11),
        ("./shop.py:4: here", "shop.py", 4),
        ("nowhere.py:4: gone", "", 0),
        ("../../etc/passwd:1: out", "", 0),
        ("exit status 1", "", 0),
        ("", "", 0),
    ],
)
def test_the_place_is_a_file_of_the_worktree_or_the_page(said, path, line, desks):
    record = desks("pull-request").engine().record
    found = failed_check.of(record, looked(said))
    assert (found.path.endswith(path) and bool(found.path) == bool(path), found.line) == (True, line)
    assert found.url == PAGE and (said if path else PAGE) in found.said


def test_without_any_place_it_says_so(desks):
    found = failed_check.of(desks("pull-request").engine().record, looked("", url=""))
    assert not found.path and not found.url and "look on the forge" in found.said


def test_enter_opens_the_place_in_the_editor(desks, reconciled, monkeypatch):
    desk = desks("pull-request")
    desk.put("pull-request.checks", "failed", 2, checks=["lint: fail"])
    monkeypatch.setattr(
        "hotfix_tui.ui.pictures.pull_request.ask", lambda engine: looked("shop.py:4:80 too long")
    )

    async def script(pilot):
        screen = pilot.app.screen
        screen.go_to("pull-request.checks")
        await settle(pilot)
        assert "Open what failed" in screen.painted("bar") and "lint: shop.py:4:80" in screen.painted("bar")
        monkeypatch.setattr(pilot.app, "with_terminal", lambda call: call())
        await press(pilot, "enter")
        assert [(what, path.rpartition("/")[2]) for what, path in desk.recorder.asked] == [
            ("edit", "shop.py")
        ]

    drive(desk.app(), script)


def test_after_the_edit_enter_leads_from_the_change_over_its_checks_back_to_the_request(
    desks, reconciled, monkeypatch
):
    desk = desks("pull-request")
    desk.put("pull-request.checks", "failed", 2, checks=["lint: fail"])
    monkeypatch.setattr(
        "hotfix_tui.ui.pictures.pull_request.ask", lambda engine: looked("shop.py:4:80 too long")
    )

    async def script(pilot):
        screen = pilot.app.screen
        screen.go_to("pull-request.checks")
        await settle(pilot)

        def edit(call):
            work = Path(desk.engine().context().worktree)
            (work / "shop.py").write_text((work / "shop.py").read_text() + "\n# shorter\n")

        monkeypatch.setattr(pilot.app, "with_terminal", edit)
        await press(pilot, "enter")
        seen = screen.selected
        assert seen.state == "stale" and seen.stage in ("fix", "verify"), seen
        for _ in range(8):
            if screen.viewed == "verify":
                break
            await press(pilot, "enter")
        assert screen.viewed == "verify" and screen.selected.state == "stale"

    drive(desk.app(), script)
