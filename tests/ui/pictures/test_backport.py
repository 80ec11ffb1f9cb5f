"""The picture of backport: lines and commits, forecasts of real repositories, and the first place in conflict."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hotfix_tui.incident.rules.views import views
from hotfix_tui.steps.contract import Command, Plan
from hotfix_tui.ui.pictures import backport
from hotfix_tui.ui.pictures.backport_asked import Pick
from hotfix_tui.ui.pictures.scene import Scene
from tests.ui import prepared
from tests.ui.hostile import PAYLOADS
from tests.ui.pictures.scenes import fits, painted, scene, text
from tests.ui.support import Desk
from tests.ui.world import FIXED, Git

pytestmark = pytest.mark.usefixtures("reconciled")

LINES = ["release/2.2", "release/2.1", "release/2.0", "gone/1.0"]
CONFLICT = "backport.release-2-1"


@pytest.fixture
def desk(desks: Callable[..., Desk]) -> Desk:
    """Four lines: the fix conflicts on two, is there already on one, and one is nowhere to be found."""
    made = desks("backport")
    git = Git(made.shop)
    for line, text_ in (
        ("release/2.1", FIXED.replace("prices)", "prices, 0)")),
        ("release/2.0", None),
    ):
        place = made.folder / line.replace("/", "-")
        tip = "v2.3.4" if text_ else "origin/main"
        git("worktree", "add", "-q", "--no-track", "-b", line, str(place), tip)
        if text_:
            own = Git(Path(place))
            own.write(
                "shop.py",
                text_.replace("    # The slice left out the last price.\n", "").replace("2.3", "2.1"),
            )
            own.commit("The line sums with a start")
        git("push", "-q", "origin", line)
        git("worktree", "remove", "--force", str(place))
    git("fetch", "-q", "origin")
    made.change(lambda record: record.doc.update(lines=LINES))
    return made


def rows(seen: Scene, width: int = 80, height: int = 15) -> list[str]:
    return painted(seen, width, height).split("\n")


def test_the_matrix_foretells_each_line(desk: Desk) -> None:
    seen = scene(desk, "backport", CONFLICT)
    said = rows(seen)
    assert "Backport: 1 commit onto 4 lines" in said[0] and "0 of 4 done  forecast just now" in said[0]
    assert "ENG-1234: count" in said[1]
    assert said[3].startswith("› release/2.1") and "✗ will conflict" in said[3] and "○ to do" in said[3]
    assert "✓ there already" in said[4]
    assert "? not known" in said[5]
    fits(seen)


@pytest.mark.parametrize(
    ("verdict", "said"),
    [("picks", "○ will apply"), ("only the test", "! only the test"), ("already there", "✓ there already")],
)
def test_a_forecast_of_the_test_alone_is_no_forecast_of_the_fix(desk: Desk, verdict: str, said: str) -> None:
    seen = scene(desk, "backport", CONFLICT)
    looked = seen.looked
    outlooks = {step: one._replace(verdicts=(verdict,), place=None) for step, one in looked.outlooks.items()}
    shown = rows(seen._replace(looked=looked._replace(outlooks=outlooks)))
    assert said in shown[3]


def test_the_first_place_in_conflict_stands_under_it(desk: Desk) -> None:
    seen = scene(desk, "backport", CONFLICT)
    said = "\n".join(rows(seen))
    commit = seen.record.stored("release.confirm").get("commit")[:7]
    assert f"release/2.1: where {commit} will conflict" in said and "shop.py, 1 place" in said
    assert " line       return sum(prices, 0)" in said
    assert " fix        # The slice left out the last price." in said
    assert "will conflict ─" not in "\n".join(rows(scene(desk, "backport", "backport.release-2-0")))


def test_a_click_finds_its_line(desk: Desk) -> None:
    seen = scene(desk, "backport", CONFLICT)
    assert [backport.row_of(seen, y) for y in (0, 1, 2, 3, 6)] == [
        None,
        None,
        "backport.release-2-2",
        CONFLICT,
        None,
    ]


def test_before_the_forecast_is_there_it_says_that_it_looks(desk: Desk) -> None:
    said = rows(scene(desk, "backport", CONFLICT, asked=False))
    assert "looking…" in said[0] and "◌ looking…" in said[2]


def test_what_is_picked_and_what_its_request_says(desk: Desk) -> None:
    prepared.picked(desk)
    url = "https://bitbucket.org/shop/shop/pull-requests/484"
    desk.put("backport.release-2-2", "waiting", 1, url=url, merged=False, pushed=True, commit="5c1f2a9")
    said = rows(scene(desk, "backport", "backport.release-2-2"))
    assert "✓ picked" in said[2] and "#484 open" in said[2] and "◌ to merge" in said[2]
    desk.put("backport.release-2-2", "done", 1, merged=True)
    said = rows(scene(desk, "backport", "backport.release-2-2"))
    assert "#484 merged" in said[2] and "✓ done" in said[2] and "1 of 4 done" in said[0]


def test_a_pick_that_stopped_shows_the_place_in_its_worktree(desk: Desk) -> None:
    place = desk.folder / "pick"
    place.mkdir()
    (place / "shop.py").write_text(
        "def total(prices):\n<<<<<<< HEAD\n    return 0\n=======\n    return 1\n>>>>>>> x\n"
    )
    desk.put(
        CONFLICT, "failed", 1, conflicts=["shop.py"], worktree=str(place), verdict="conflict", why="conflicts"
    )
    said = rows(scene(desk, "backport", CONFLICT))
    assert "✗ in conflict" in said[3] and "✗ conflict" in said[3]
    assert "release/2.1: in conflict" in "\n".join(said) and " line       return 0" in said


def test_a_run_shows_its_last_lines(desk: Desk) -> None:
    desk.run(CONFLICT, "running", b"$ git fetch\n$ git cherry-pick -x 1234567\n", minutes=0.2)
    seen = scene(desk, "backport", CONFLICT)
    said = rows(seen)
    assert "◐ 12 s" in said[3] and "release/2.1: under way" in "\n".join(said)
    assert " $ git cherry-pick -x 1234567" in said
    (_, output), (_, moved), _ = backport.POLLS
    again = output(desk.engine(), seen.looked)
    assert again is not None and again.tails == seen.looked.tails
    assert moved(desk.engine(), seen.looked) is not None


def test_many_commits_share_a_column_and_many_lines_scroll(desk: Desk) -> None:
    many = [f"release/1.{number}" for number in range(14)]
    desk.change(lambda record: record.doc.update(lines=many))
    seen = scene(desk, "backport", "backport.release-1-9")
    picks = tuple(Pick(str(number) * 40, "part") for number in range(5))
    outlooks = {
        step: one._replace(verdicts=("picks",) * 4 + ("conflict",), why="", place=None)
        for step, one in seen.looked.outlooks.items()
    }
    seen = seen._replace(looked=seen.looked._replace(picks=picks, outlooks=outlooks))
    said = rows(seen, 80, 15)
    assert "5 commits onto 14 lines" in said[0] and "5 commits" in said[1]
    assert sum("✗ 4 of 5 apply" in one for one in said) == 10
    assert "↑" in said[12] and "↓" in said[12]
    assert any(one.startswith("› release/1.9") for one in said)
    place = next(y for y, one in enumerate(said) if one.startswith("›"))
    assert backport.row_of(seen, place, 15) == "backport.release-1-9"
    fits(seen)


def test_what_a_start_means_stands_on_the_card(desk: Desk) -> None:
    plan = Plan("x", commands=[Command(argv=["git", "cherry-pick", "-x", "1234567"], cwd="/")])
    seen = scene(desk, "backport", CONFLICT, plan=plan)
    said = text(backport.card(seen, seen.views[CONFLICT], 78))
    assert said.startswith("Resolved in a worktree of its own, then: continue, skip or give up.")
    assert "$ git cherry-pick -x 1234567" in said


def test_without_a_line_it_says_what_brings_one(desk: Desk) -> None:
    seen = scene(desk, "backport")
    none = {name: view for name, view in seen.views.items() if view.stage != "backport"}
    assert "No line gets the fix" in painted(seen._replace(views=none, selected=None))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_lines_and_evidence(desk: Desk, payload: str) -> None:
    name = PAYLOADS[payload]
    desk.change(lambda record: record.doc.update(lines=[f"{name}a", f"{name}b"]))
    step = next(one for one in views(desk.engine().record).values() if one.stage == "backport").id
    evidence = {"url": name, "conflicts": [name], "worktree": name, "verdict": name, "why": name}
    desk.put(step, "failed", 1, **evidence)
    fits(scene(desk, "backport", step), "".join(set(name)) + "␀␇␛␍␈�␡␊")
