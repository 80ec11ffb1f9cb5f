"""What is missing around the wizard: one sentence each, with what to do, and never a traceback."""

import os
import subprocess

import pytest

from tests.cli.shop import without_path


def sentence(done, *words):
    """Exactly one line on stderr, which holds `words`."""
    assert len(done.err.splitlines()) == 1, done
    assert done.err.startswith("hotfix-tui: "), done
    for word in words:
        assert word in done.err, done


CHANGING = (
    ("new", "ENG-1"),
    ("note", "hello"),
    ("do", "branch.preflight"),
    ("tick", "review.log"),
    ("next",),
)


@pytest.mark.parametrize("args", CHANGING, ids=" ".join)
def test_no_repository(desk, tmp_path, args):
    sentence(desk.call(*args, cwd=tmp_path), "git repository", "-C DIR")


@pytest.mark.parametrize("args", [("status",), ("list",), *CHANGING], ids=" ".join)
def test_the_directory_is_gone(opened, args):
    gone = opened.root / "gone"
    gone.mkdir()
    line = 'cd "$0" && rmdir "$0" && exec "$@"'
    run = subprocess.run(
        ["/bin/sh", "-c", line, str(gone), *opened.argv(*args)],
        env=opened.env,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert run.stderr.startswith("hotfix-tui: ") and len(run.stderr.splitlines()) == 1, run.stderr
    assert "-C DIR" in run.stderr


def test_a_directory_that_is_none(desk):
    sentence(desk.no(2, "status", "-C", "/nowhere/at/all"), "/nowhere/at/all")
    sentence(desk.no(2, "note", "x", "-C", str(desk.checkout / "shop.py")), "shop.py")


@pytest.mark.parametrize("args", [(), ("resume",), ("demo",)], ids=lambda a: " ".join(a) or "start")
def test_no_terminal(opened, args):
    sentence(opened.no(1, *args), "terminal")


def test_a_terminal_that_cannot_show_anything(opened):
    import pty

    master, slave = pty.openpty()
    try:
        run = subprocess.run(
            opened.argv(),
            cwd=opened.checkout,
            env=opened.env | {"TERM": "dumb"},
            stdin=slave,
            stdout=slave,
            stderr=subprocess.PIPE,
            text=True,
            timeout=240,
        )
    finally:
        os.close(master)
        os.close(slave)
    assert run.returncode == 1
    assert run.stderr.startswith("hotfix-tui: ") and "hotfix-tui status" in run.stderr


def test_what_is_drawn_where_nobody_sees_it_takes_no_keys(opened):
    """The wizard is drawn on standard error: with `2>log` it would act on keys behind an empty screen."""
    import pty

    master, slave = pty.openpty()
    log = opened.root / "log"
    try:
        with log.open("w") as out:
            run = subprocess.run(
                opened.argv(),
                cwd=opened.checkout,
                env=opened.env | {"TERM": "xterm-256color"},
                stdin=slave,
                stdout=slave,
                stderr=out,
                timeout=240,
            )
    finally:
        os.close(master)
        os.close(slave)
    said = log.read_text()
    assert run.returncode == 1 and len(said.splitlines()) == 1
    assert "drawn on standard error" in said and "\x1b" not in said


def test_without_git_the_record_is_still_read_and_written(opened):
    nothing = without_path(opened)
    assert opened.call("status", **nothing).code == 0
    assert opened.call("list", **nothing).code == 0
    opened.do("note", "git is gone", **nothing)
    assert opened.status()["timeline"][-1]["by"] != ""
    sentence(opened.no(1, "do", "branch.preflight", **nothing), "git", "install")


def test_an_old_git_is_named_with_the_version_that_is_needed(opened):
    old = opened.root / "old"
    old.mkdir()
    (old / "git").write_text(
        '#!/bin/sh\ncase "$*" in *--version*) echo git version 2.20.1;; *config*) exit 1;; *) exit 129;; esac\n'
    )
    (old / "git").chmod(0o755)
    done = opened.no(1, "do", "branch.preflight", PATH=f"{old}:/usr/bin:/bin")
    sentence(done, "2.20.1", "too old")


def test_nobody_is_known_to_git(desk):
    (desk.root / "gitconfig").write_text("[user]\n\tuseConfigOnly = true\n")
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P3")
    done = desk.no(1, "do", "branch.preflight")
    sentence(done, "user.name")
    assert desk.status()["timeline"][0]["by"] not in ("", "unknown")


def test_no_home(desk):
    env = {name: value for name, value in desk.env.items() if name not in ("HOME", "XDG_STATE_HOME")}
    run = subprocess.run(
        desk.argv("new", "ENG-1"), cwd=desk.checkout, env=env, capture_output=True, text=True
    )
    assert "Traceback" not in run.stderr, run.stderr
    assert run.returncode == 0, run.stderr


def test_a_faulty_configuration_names_key_and_neighbour(desk):
    (desk.checkout / ".hotfix-tui.toml").write_text('[git]\nremot = "origin"\n')
    done = desk.no(1, "new", "ENG-7")
    assert len(done.err.splitlines()) == 1, done
    for word in ("git.remot", "remote", ".hotfix-tui.toml"):
        assert word in done.err, done


@pytest.mark.parametrize("args", [("status",), ("list",), ("runs",), ("timeline",)], ids=" ".join)
def test_a_reader_that_goes_away_is_no_error(opened, args):
    run = subprocess.run(
        ["/bin/sh", "-c", '"$@" | true', "sh", *opened.argv(*args)],
        cwd=opened.checkout,
        env=opened.env,
        capture_output=True,
        text=True,
    )
    assert run.stderr == ""
