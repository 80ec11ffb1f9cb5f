"""Commits read as objects say what git's log says, and nothing of the reader stays."""

import os

import pytest

from hotfix_tui.git import objects
from hotfix_tui.git.history import commit_info
from hotfix_tui.git.process import Git
from tests.gitworld import World


def make(world: World) -> list[str]:
    ids = [
        world.commit("First", a="1\n"),
        world.commit("A subject\nof two lines\n\nand a body\n\nof two", a="2\n"),
    ]
    world("switch", "-q", "-c", "side", ids[0])
    world.commit("Beside", b="1\n")
    world("switch", "-q", "main")
    world("merge", "-q", "--no-ff", "-m", "Merge side", "side")
    ids.append(world("rev-parse", "HEAD"))
    world(
        "-c",
        "i18n.commitEncoding=ISO-8859-1",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "Grüße".encode("latin-1"),
    )
    ids.append(world("rev-parse", "HEAD"))
    message = world.write("message", b"not \xff text\n\n\n")
    world(
        "commit",
        "-q",
        "--allow-empty",
        "--cleanup=verbatim",
        "-F",
        str(message),
        GIT_AUTHOR_NAME="Zoë",
        TZ="X-5",
    )
    ids.append(world("rev-parse", "HEAD"))
    return ids


def test_objects_say_what_the_log_says(world):
    ids = make(world)
    git = Git(str(world.path))
    found = objects.commits(git, [*ids, "0" * 40])
    assert list(found) == ids or set(found) == set(ids)
    for one in ids:
        assert found[one] == commit_info(git, one)


def test_the_reader_is_one_process_and_ends(world, monkeypatch):
    ids = make(world)
    git = Git(str(world.path))
    read = objects._read(git, ids)
    assert len(read) >= 3, "what is plain text is read as objects"
    children = [name for name in os.listdir("/proc") if name.isdigit() and _parent(name) == os.getpid()]
    assert not [one for one in children if b"cat-file" in _command(one)]


def test_ids_of_sha256_and_a_hooks_variables_are_left_to_git(tmp_path, world, monkeypatch):
    (one,) = [world.commit("First", a="1\n")]
    other = World(tmp_path / "sha256", "--object-format=sha256")
    long = other.commit("Second", a="1\n")
    assert objects.commits(Git(str(other.path)), [long])[long].subject == "Second"
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "nowhere"))
    assert objects.commits(Git(str(world.path)), [one])[one].subject == "First"


@pytest.mark.parametrize("name", ["a" * 40, "HEAD", "g" * 40])
def test_what_is_no_id_of_a_commit_here_is_no_failure(world, name):
    world.commit("First", a="1\n")
    assert name == "HEAD" or objects.commits(Git(str(world.path)), [name]) == {}


def _parent(process: str) -> int:
    try:
        with open(f"/proc/{process}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _command(process: str) -> bytes:
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""
