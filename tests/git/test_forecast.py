"""The forecast of picks says what git then does, in both of its ways, and leaves everything as it was."""

import pytest

from hotfix_tui.git import forecast as module
from hotfix_tui.git.forecast import forecast
from hotfix_tui.git.process import Git
from tests.gitworld import World, fingerprint, lines


@pytest.fixture(params=[(2, 30), (2, 38)], ids=["index", "merge-tree"])
def way(request, monkeypatch):
    real = module.checked_version()
    if request.param > real:
        pytest.skip("this git cannot merge trees")
    monkeypatch.setattr(module, "checked_version", lambda: request.param)
    return request.param


def picked(world, tip, *commits):
    """What git itself makes of the picks: a verdict each, up to the first conflict."""
    place = world.path.with_name("picked")
    world("worktree", "add", "-q", "--detach", str(place), tip)
    there, out = World.__new__(World), []
    there.path, there.time = place, world.time
    for commit in commits:
        parent = ["-m", "1"] if len(world("rev-parse", f"{commit}^@").split()) > 1 else []
        there("cherry-pick", "-x", *parent, commit, ok=False)
        if files := there("diff", "--name-only", "--diff-filter=U"):
            return [*out, ("conflict", tuple(files.split()))]
        empty = there("status", "--porcelain", "--untracked-files=no") == "" and "CHERRY_PICK_HEAD" in there(
            "rev-parse", "--verify", "--symbolic", "CHERRY_PICK_HEAD", ok=False
        )
        out.append(("already there" if empty else "picks", ()))
        if empty:
            there("cherry-pick", "--skip")
    return out


@pytest.fixture
def lined(world):
    """main with three commits over a line that parted before them."""
    world.commit("Start", a=lines(*range(1, 30)), b="b\n", c="c\n")
    world("branch", "line")
    world.made = [
        world.commit("Top", a="top\n" + lines(*range(2, 30))),
        world.commit("More", b="b\nmore\n", new="n\n"),
        world.commit("Bottom", a="top\n" + lines(*range(2, 29)) + "bottom\n"),
    ]
    return world


def on_line(world, **files):
    world("switch", "-q", "line")
    for name in files:
        world.commit(f"Line {name}", **{name: files[name]})
    tip = world("rev-parse", "line")
    world("switch", "-q", "main")
    return tip


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"x": "x\n"}, ["picks", "picks", "picks"]),
        ({"a": lines(*range(1, 15)) + "middle\n" + lines(*range(16, 30))}, ["picks", "picks", "picks"]),
        ({"a": "top\n" + lines(*range(2, 30))}, ["already there", "picks", "picks"]),
        ({"b": "b\nother\n"}, ["picks", "conflict", "unknown"]),
        ({"new": "of the line\n"}, ["picks", "conflict", "unknown"]),
        ({"a": lines(*range(1, 29)) + "end\n"}, ["picks", "picks", "conflict"]),
    ],
)
def test_it_says_what_git_then_does(lined, way, files, expected):
    tip = on_line(lined, **files)
    picks = [(commit, lined("rev-parse", f"{commit}^")) for commit in lined.made]
    before = fingerprint(lined.path), lined("for-each-ref"), lined("count-objects")[:0]
    found = forecast(Git(str(lined.path)), tip, picks)
    assert [one.verdict for one in found] == expected
    assert (fingerprint(lined.path), lined("for-each-ref"), "") == before
    real = picked(lined, tip, *lined.made)
    assert [(one.verdict, one.files) for one in found if one.verdict != "unknown"] == real


def test_a_merge_is_picked_as_what_it_brought(lined, way):
    tip = on_line(lined, x="x\n")
    lined("switch", "-q", "-c", "topic", "HEAD~2")
    lined.commit("Topic", c="topic\n")
    lined("switch", "-q", "main")
    lined("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
    merge = lined("rev-parse", "HEAD")
    found = forecast(Git(str(lined.path)), tip, [(merge, lined("rev-parse", "HEAD^1"))])
    assert [one.verdict for one in found] == ["picks"] and picked(lined, tip, merge) == [("picks", ())]


def test_a_file_deleted_on_the_line_conflicts(lined, way):
    lined("switch", "-q", "line")
    (lined.path / "b").unlink()
    tip = lined.commit("Without b")
    lined("switch", "-q", "main")
    found = forecast(Git(str(lined.path)), tip, [(lined.made[1], lined.made[0])])
    assert found[0].verdict == "conflict" and found[0].files == ("b",)


def test_a_repository_made_anew_at_the_same_place_is_forecast_as_well(tmp_path, isolated):
    import shutil

    seen = []
    for _ in range(2):
        world = World(tmp_path / "again")
        base = world.commit("Base", a__txt="one\n")
        world("switch", "-q", "-c", "line")
        tip = world.commit("Line", a__txt="two\n")
        world("switch", "-q", "main")
        fix = world.commit("Fix", a__txt="three\n")
        seen.append([one.verdict for one in module.forecast(Git(str(world.path)), tip, [(fix, base)])])
        shutil.rmtree(world.path)
    assert seen == [["conflict"], ["conflict"]]
