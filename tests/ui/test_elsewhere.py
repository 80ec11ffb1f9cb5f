"""The first screen where there is no repository, or one that git refuses: what it says, and what it opens."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hotfix_tui.engine import elsewhere, opening
from hotfix_tui.engine.errors import EngineError, NoRepository
from hotfix_tui.engine.place import find_place, refusal, why_refused
from hotfix_tui.ui.presenters import elsewhere as shown
from tests.ui import prepared
from tests.ui.incidents import NOW
from tests.ui.pictures import scenes as pictures
from tests.ui.support import Desk, drive, press, text
from tests.ui.terminal import INTERPRETER, Terminal

ROOT = os.geteuid() == 0


@pytest.fixture
def desk(desks: Any) -> Desk:
    made: Desk = desks("fix")
    prepared.elsewhere(made)
    return made


def selected(app: Any) -> str:
    return next(row for row in text(app).split("\n") if row.startswith("›"))


def test_open_incidents_come_first_then_repositories_then_the_drill(desk: Desk) -> None:
    app = desk.app(prepared.no_repository)

    async def script(pilot: Any) -> None:
        said = text(app)
        rows = said.split("\n")
        assert rows[0].startswith(" hotfix-tui  no repository  ") and rows[0].endswith("2 open elsewhere")
        assert "is not in a git repository; go to one, or name it with -C DIR." in " ".join(said.split())
        assert "demo" not in said.split("To practise")[0], "the drill has a row of its own"
        found = [row for row in rows if " P1 " in row or " P2 " in row or "in this folder" in row]
        assert [row.strip("› ").split()[0] for row in found] == ["P1", "P2", "mailer", "pricing"]
        assert selected(app).split()[1:3] == ["P1", "ENG-1234"] and "3 h 13 m left" in selected(app)
        assert "enter  Open ENG-1234" in said and "Goes on at Fix: find the root cause" in said
        await press(pilot, "down", "down")
        assert "mailer" in selected(app) and "enter  Open this repository" in text(app)
        await press(pilot, "end")
        assert "the drill" in selected(app) and "$ hotfix-tui demo" in text(app)
        await press(pilot, "question_mark")
        assert type(app.screen).__name__ == "Help"
        await press(pilot, "escape", "home", "down", "enter")

    drive(app, script)
    assert app.goes_on is not None
    assert app.goes_on.root == str(desk.shop) and app.goes_on.incident == "ENG-99" and not app.goes_on.drill


def test_d_leads_to_the_drill_and_enter_to_the_repository(desk: Desk) -> None:
    for keys, root, drill in (
        (("d",), "", True),
        (("end", "enter"), "", True),
        (("down", "down", "enter"), str(desk.folder / "services" / "mailer"), False),
        (("l",), str(desk.folder / "services"), False),
    ):
        app = desk.app(prepared.no_repository)

        async def script(pilot: Any, keys: tuple[str, ...] = keys) -> None:
            await press(pilot, *keys)

        drive(app, script)
        assert app.goes_on is not None and (app.goes_on.root, app.goes_on.drill) == (root, drill), keys


def test_what_git_refuses_has_its_cure_and_enter_looks_again(desk: Desk) -> None:
    app = desk.app(prepared.refused)

    async def script(pilot: Any) -> None:
        said = text(app)
        assert "refused by git" in said.split("\n")[0]
        assert "$ git config --global --add safe.directory /" in said
        assert "this folder, once git trusts it" in selected(app) and "enter  Look again here" in said
        assert "ENG-1234" not in said and shown.NOTHING in said, "what is here cannot be opened either"
        await press(pilot, "c")
        assert ("copy", f"git config --global --add safe.directory {desk.shop}") in desk.recorder.asked
        await press(pilot, "enter")

    drive(app, script)
    assert app.goes_on is not None and app.goes_on.root == str(desk.shop)


def test_where_there_is_nothing_it_says_so_and_offers_the_drill(desks: Any, tmp_path: Path) -> None:
    desk = desks("none")
    alone = tmp_path / "all" / "alone"  # what lies next to it is looked through, too
    alone.mkdir(parents=True)
    app = desk.app(lambda app: app.routes.elsewhere(str(alone), NoRepository("Nothing here.")))

    async def script(pilot: Any) -> None:
        assert shown.NOTHING in text(app)
        assert "enter  Practise with the drill" in text(app)

    drive(app, script)


def test_it_keeps_to_every_size(desk: Desk) -> None:
    found = elsewhere.look(str(desk.folder / "services"))
    assert len(found.incidents) == 2 and len(found.repositories) == 2
    for why in (NoRepository("No repository here. " * 9), refusal("/srv/购物车 with a blank")):
        for looked in (None, found, elsewhere.Elsewhere()):
            rows = shown.rows(looked, why)
            places = [place for place, row in enumerate(rows) if row.selectable]
            for width, height in pictures.SIZES:
                for place in places:
                    painted = shown.paint(rows, place, why, NOW, width, height)
                    pictures.check(painted, width, height, "购物车")
                    at = [y for y, row in enumerate(painted) if row.plain.startswith("›")]
                    assert [shown.place_at(rows, place, why, (width, height), y) for y in at] == [place]


def made(folder: Path, *options: str) -> Path:
    subprocess.run(["git", "init", "-q", *options, str(folder)], check=True)
    return folder


def test_only_repositories_themselves_are_found_and_folders_are_read_one_level_deep(
    desks: Any, tmp_path: Path
) -> None:
    desks("none")
    top = tmp_path / "services"
    for name in ("plain/deeper", ".hidden", "broken"):
        (top / name).mkdir(parents=True)
    made(top / "shop"), made(top / "plain" / "deeper" / "inner"), made(top / ".hidden")
    made(top / "store.git", "--bare")
    (top / "broken" / ".git").write_text("gitdir: /nowhere\n")
    (top / "link").symlink_to(top / "shop")
    (top / "file").write_text("")
    found = elsewhere.look(str(top))
    assert [(Path(one.root).name, one.where) for one in found.repositories] == [
        ("shop", elsewhere.BELOW),
        ("store.git", elsewhere.BELOW),
    ]
    beside = elsewhere.look(str(top / "plain"))
    assert [(Path(one.root).name, one.where) for one in beside.repositories] == [
        ("shop", elsewhere.BESIDE),
        ("store.git", elsewhere.BESIDE),
    ]
    assert elsewhere.look(str(tmp_path / "gone")).repositories == ()


def test_a_folder_with_very_many_entries_is_not_read_to_its_end(desks: Any, tmp_path: Path) -> None:
    desks("none")
    for number in range(elsewhere.MOST_ENTRIES + 20):
        made_by_hand = tmp_path / f"r{number}" / ".git"
        for name in ("objects", "refs"):
            (made_by_hand / name).mkdir(parents=True)
        (made_by_hand / "HEAD").write_text("ref: refs/heads/main\n")
    assert len(elsewhere.look(str(tmp_path)).repositories) == elsewhere.MOST_ENTRIES


def test_repositories_used_before_are_there_as_long_as_they_exist(desk: Desk, tmp_path: Path) -> None:
    moved = made(tmp_path / "moved")
    opening.remember_repository(str(moved))
    opening.remember_repository("relative/path")
    found = elsewhere.look("/")
    assert [one.root for one in found.repositories if one.where == elsewhere.SEEN] == [str(moved)]
    assert {one.root for one in found.incidents} == {str(desk.shop)}
    moved.rename(tmp_path / "elsewhere")
    assert not [one for one in elsewhere.look("/").repositories if one.where == elsewhere.SEEN]


def test_why_there_is_no_repository_has_its_own_sentence(
    desks: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desks("none")
    outer = made(tmp_path / "outer")
    inner = made(outer / "inner.git", "--bare")
    with pytest.raises(NoRepository, match="a bare repository inside the working tree of"):
        find_place(str(inner))
    with pytest.raises(NoRepository, match="is not in a git repository; go to one"):
        find_place(str(tmp_path))
    monkeypatch.setenv("GIT_DIR", "/nowhere/else.git")
    with pytest.raises(EngineError, match=r"GIT_DIR names /nowhere/else\.git, .* unset it") as stopped:
        find_place(str(outer))
    assert not isinstance(stopped.value, NoRepository)


def trusting(folder: Path, root: Path) -> Path:
    """Return a file of settings in which git trusts `root`, as the command on the screen writes it."""
    settings = folder / "trusting"
    settings.write_text(f'[safe]\n\tdirectory = "{root}"\n')
    return settings


@pytest.mark.skipif(not ROOT, reason="only root can give a folder to another user")
def test_git_is_asked_only_about_what_belongs_to_another_user(
    desks: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desks("none")
    monkeypatch.delenv("SUDO_UID", raising=False)
    ours, other = made(tmp_path / "ours"), made(tmp_path / "other")
    for path in (other, other / ".git"):
        os.chown(path, 65534, 65534)
    why = why_refused(find_place(str(other)))
    assert why is not None and why.command == f"git config --global --add safe.directory {other}"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(trusting(tmp_path, other)))
    assert why_refused(find_place(str(other))) is None
    monkeypatch.setenv("PATH", str(tmp_path))  # no git could be started
    assert why_refused(find_place(str(ours))) is None


# On a real terminal


def begin(desk: Desk, cwd: Path) -> Terminal:
    return Terminal(INTERPRETER, "-m", "hotfix_tui", cwd=cwd, env=desk.environment())


def test_the_incident_is_opened_in_its_own_repository(desk: Desk) -> None:
    terminal = begin(desk, desk.folder / "services")
    try:
        terminal.wait_for(b"no repository")
        terminal.wait_for(b"ENG-1234")
        terminal.type(b"\r")
        terminal.wait_for(b"Find the root cause")
        terminal.type(b"q")
        assert terminal.wait() == 0
        assert terminal.left_as_found()
    finally:
        terminal.close()


def test_a_repository_made_meanwhile_is_found_by_looking_again(desks: Any, tmp_path: Path) -> None:
    terminal = begin(desks("none"), tmp_path)
    try:
        terminal.wait_for(b"Practise with the drill")
        made(tmp_path)
        terminal.type(b"l")
        terminal.wait_for(b"Nothing is on fire here")
        terminal.type(b"q")
        assert terminal.wait() == 0
        assert terminal.left_as_found()
    finally:
        terminal.close()


@pytest.mark.skipif(not ROOT, reason="only root can give a folder to another user")
def test_a_refused_folder_opens_once_git_trusts_it(
    desks: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, settings = made(tmp_path / "other"), tmp_path / "settings"
    for path in (other, other / ".git"):
        os.chown(path, 65534, 65534)
    settings.write_text("")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.delenv("SUDO_UID", raising=False)
    terminal = begin(desks("none"), other)
    try:
        terminal.wait_for(b"refused by git")
        terminal.wait_for(b"Look again here")
        trusting(tmp_path, other).replace(settings)
        terminal.type(b"\r")
        terminal.wait_for(b"Nothing is on fire here")
        terminal.type(b"q")
        assert terminal.wait() == 0
    finally:
        terminal.close()


def test_without_a_terminal_it_stays_a_sentence(desks: Any, tmp_path: Path) -> None:
    ended = subprocess.run(
        [INTERPRETER, "-m", "hotfix_tui"],
        cwd=tmp_path,
        env=desks("none").environment() | {"TERM": "xterm", "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1 and ended.stdout == ""
    assert "needs a terminal" in ended.stderr and len(ended.stderr.splitlines()) == 1
