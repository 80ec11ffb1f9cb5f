"""The first place of a conflict that has not happened yet, from a real repository."""

from pathlib import Path

import pytest

from hotfix_tui.git.conflict_place import Conflict, first_place, read
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from tests.ui.pins import pin_home
from tests.ui.world import Git as World

TEXT = "one\ntwo\nthree\nfour\nfive\n"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    pin_home(monkeypatch)
    git = World(tmp_path)
    git("init", "-q", "-b", "main")
    git("config", "user.name", "Ann")
    git("config", "user.email", "ann@shop.example")
    git.write("a.txt", TEXT)
    git.commit("begin")
    git("branch", "line")
    return git


def pick(world: World, name: str = "HEAD") -> tuple[str, str]:
    return world("rev-parse", name), world("rev-parse", f"{name}^")


def on_line(world: World, name: str, text: str | bytes | None) -> None:
    world("switch", "-q", "line")
    if text is None:
        (world.path / name).unlink()
    else:
        world.write(name, text)
    world.commit("the line goes its own way")
    world("switch", "-q", "main")


def test_both_sides_of_the_first_place(world: World) -> None:
    world.write("a.txt", TEXT.replace("three\n", "THREE\n3\n"))
    world.commit("fix")
    on_line(world, "a.txt", TEXT.replace("three", "tres"))
    before = world("status", "--porcelain"), world("rev-parse", "line")
    found = first_place(Git(str(world.path)), "refs/heads/line", [pick(world)])
    assert found is not None
    assert (found.path, found.files, found.places, found.line) == ("a.txt", 1, 1, 3)
    assert (found.before, found.ours, found.theirs) == ("two", ("tres",), ("THREE", "3"))
    assert (world("status", "--porcelain"), world("rev-parse", "line")) == before


def test_the_second_commit_conflicts_on_what_the_first_left(world: World) -> None:
    world.write("a.txt", TEXT.replace("one", "ONE"))
    world.commit("first")
    world.write("a.txt", TEXT.replace("one", "ONE").replace("five", "FIVE"))
    world.commit("second")
    on_line(world, "a.txt", TEXT.replace("five", "cinco"))
    found = first_place(Git(str(world.path)), "refs/heads/line", [pick(world, "HEAD^"), pick(world)])
    assert found is not None and found.commit == world("rev-parse", "HEAD")
    assert (found.before, found.ours, found.theirs) == ("four", ("cinco",), ("FIVE",))


def test_nothing_where_it_applies(world: World) -> None:
    world.write("a.txt", TEXT.replace("one", "ONE"))
    world.commit("fix")
    on_line(world, "a.txt", TEXT.replace("five", "cinco"))
    assert first_place(Git(str(world.path)), "refs/heads/line", [pick(world)]) is None


def test_a_file_that_is_gone_on_the_line_is_said(world: World) -> None:
    world.write("a.txt", TEXT.replace("one", "ONE"))
    world.commit("fix")
    on_line(world, "a.txt", None)
    found = first_place(Git(str(world.path)), "refs/heads/line", [pick(world)])
    assert found is not None and found.why == "it is not there on the line" and not found.ours


def test_a_file_that_is_no_text_is_said(world: World) -> None:
    world.write("a.txt", b"\0one\n")
    world.commit("fix")
    on_line(world, "a.txt", b"\0two\n")
    found = first_place(Git(str(world.path)), "refs/heads/line", [pick(world)])
    assert found is not None and found.why == "it is no text"


def test_markers_in_any_style_are_read() -> None:
    text = "a\n<<<<<<< line\nx\n||||||| base\nb\n=======\ny\nz\n>>>>>>> fix\n<<<<<<< line\n=======\n>>>>>>> fix\n"
    found = read(Conflict("", "a", 1), text)
    assert (found.places, found.line, found.before, found.ours, found.theirs) == (
        2,
        2,
        "a",
        ("x",),
        ("y", "z"),
    )
    with pytest.raises(GitError):
        read(Conflict("", "a", 1), "nothing here\n")
