"""Files that git calls changed in every fresh checkout: they are no edits, but edits next to them are."""

import subprocess
from pathlib import Path

import pytest

from hotfix_tui.git.carry import copy_changes
from hotfix_tui.git.process import Git
from hotfix_tui.git.status import status
from tests.gitworld import World

CLEAN = "sed -e /^output/d"
NOT_CLEAN = {
    "CRLF in a file that is text": {"*.bat text": b"a\r\nb\r\n"},
    "CRLF in a file with LF by attribute": {"*.bat text eol=lf": b"a\r\nb\r\n"},
    "mixed line ends in a file with CRLF": {"*.bat text eol=crlf": b"a\r\nb\nc\r\r\n"},
    "an identifier that was committed filled in": {"*.bat ident": b"x $Id: 1234 $ y\n"},
    "output that a filter takes out": {"*.bat filter=strip": b"cell\noutput 1\n"},
    "another encoding": {"*.bat text working-tree-encoding=UTF-16LE": b"a\r\nb\r\n"},
}


def rules(world: World, attributes: str) -> None:
    """Commit the attributes, and no file anew by them."""
    world.write(".gitattributes", attributes + "\n")
    world("add", ".gitattributes")
    world("commit", "-q", "-m", "Rules")


@pytest.fixture(params=NOT_CLEAN)
def never(request, world: World, tmp_path) -> World:
    """A fresh clone of a repository with two files that are never clean; `world` holds them as they were committed."""
    ((attributes, content),) = NOT_CLEAN[request.param].items()
    world.write("one.bat", content)
    world.write("deep/two.bat", content)
    world.commit("Files", plain__txt="1\n")
    rules(world, attributes)
    clone = world.clone(tmp_path / "clone")
    clone("config", "filter.strip.clean", CLEAN)
    # git looks at a file again once its time says so.
    for name in ("one.bat", "deep/two.bat"):
        (clone.path / name).touch()
    assert clone("status", "--porcelain"), "the trial does not work: the clone is clean"
    return clone


def changed(world: World) -> list[str]:
    return sorted(change.path for change in status(Git(str(world.path))).changed)


def test_files_that_a_checkout_writes_so_are_no_changes(never):
    seen = status(Git(str(never.path)))
    assert seen.clean and {change.path for change in seen.untouched} <= {"one.bat", "deep/two.bat"}
    assert seen.untouched


def test_an_edit_of_such_a_file_is_a_change_and_so_is_one_beside_it(never):
    with (never.path / "one.bat").open("ab") as file:
        file.write(b"more\r\n")
    never.write("plain.txt", "2\n")
    assert changed(never) == ["one.bat", "plain.txt"]
    (never.path / "plain.txt").unlink()
    never("add", "deep/two.bat")
    assert "plain.txt" in changed(never) and "one.bat" in changed(never)


def test_changes_are_taken_along_without_those_that_nobody_made(never, tmp_path):
    never("worktree", "add", "-q", "--detach", str(tmp_path / "other"))
    for name in ("one.bat", "deep/two.bat"):
        (tmp_path / "other" / name).touch()
    never.write("plain.txt", "2\n")
    edited = (never.path / "one.bat").read_bytes() + b"more\r\n"
    never.write("one.bat", edited)
    copy_changes(Git(str(never.path)), Git(str(tmp_path / "other")))
    other = Git(str(tmp_path / "other"))
    assert (tmp_path / "other" / "plain.txt").read_text() == "2\n"
    assert (tmp_path / "other" / "one.bat").read_bytes() == edited
    assert "deep/two.bat" not in {change.path for change in status(other).changed}
    assert changed(never) == ["one.bat", "plain.txt"], "the source stays as it is"


def test_a_filter_that_fails_or_is_not_there_hides_no_change(world):
    world.commit("Files", one__bat="a\n", __gitattributes="*.bat filter=gone\n")
    world("config", "filter.gone.clean", "cat")
    world("config", "filter.gone.smudge", "false")
    world("config", "filter.gone.required", "true")
    (world.path / "one.bat").write_text("b\n")
    assert changed(world) == ["one.bat"]


def test_names_of_all_kinds_are_told_apart(world, tmp_path):
    names = ["a b.bat", "ä.bat", "new\nline.bat", "-x.bat", "tab\t.bat"]
    for name in names:
        world.write(name, b"a\r\n")
    (world.path / Path(b"caf\xe9.bat".decode("utf-8", "surrogateescape"))).write_bytes(b"a\r\n")
    world.commit("Files")
    rules(world, "*.bat text")
    clone = world.clone(tmp_path / "clone")
    for file in clone.path.glob("*.bat"):
        file.touch()
    subprocess.run(["git", "status"], cwd=clone.path, check=True, capture_output=True)
    # A name with a line end in it cannot be asked about; it counts as changed, which loses nothing.
    assert changed(clone) == ["new\nline.bat"]
    clone.write("a b.bat", b"b\r\n")
    assert changed(clone) == ["a b.bat", "new\nline.bat"]
