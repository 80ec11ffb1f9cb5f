"""Trust: this table, in this place, and nothing else."""

import hashlib
import os
import stat

import pytest

from hotfix_tui.config import trust
from hotfix_tui.config.load import load
from tests.repos import write

TEXT = '[commands]\ntest = "npm test"\nbuild = {run = "make $X", shell = true, env = {TOKEN = "secret"}, cwd = "web"}\n'


@pytest.fixture
def root(tmp_path):
    return write(tmp_path / "repo", {".hotfix-tui.toml": TEXT})


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state"


def test_a_fresh_repository_is_not_trusted(root, state):
    assert not trust.trusted(state, load(root), root)
    assert not state.exists()


def test_an_allowed_one_is(root, state):
    trust.allow(state, load(root), root)
    assert trust.trusted(state, load(root), root)


def test_one_changed_byte_is_not(root, state):
    trust.allow(state, load(root), root)
    pairs = (
        ("npm test", "npm tess"),
        ("TOKEN", "TOKEM"),
        ("secret", "secreT"),
        ("web", "wea"),
        ("$X", "$Y"),
        ("build", "setup"),
    )
    for old, new in pairs:
        write(state.parent / "repo", {".hotfix-tui.toml": TEXT.replace(old, new)})
        assert not trust.trusted(state, load(root), root), new
    write(state.parent / "repo", {".hotfix-tui.toml": TEXT})
    assert trust.trusted(state, load(root), root)


def test_a_comment_changes_nothing(root, state):
    trust.allow(state, load(root), root)
    write(state.parent / "repo", {".hotfix-tui.toml": "# hello\n" + TEXT})
    assert trust.trusted(state, load(root), root)


def test_the_same_bytes_elsewhere_are_not(root, state, tmp_path):
    trust.allow(state, load(root), root)
    other = write(tmp_path / "other", {".hotfix-tui.toml": TEXT})
    assert not trust.trusted(state, load(other), other)


def test_the_same_place_by_a_link_is(root, state, tmp_path):
    trust.allow(state, load(root), root)
    link = tmp_path / "link"
    link.symlink_to(root)
    assert trust.trusted(state, load(str(link)), str(link))


def test_a_link_that_leads_elsewhere_now_is_not(root, state, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(root)
    trust.allow(state, load(str(link)), str(link))
    link.unlink()
    link.symlink_to(write(tmp_path / "evil", {".hotfix-tui.toml": TEXT}))
    assert not trust.trusted(state, load(str(link)), str(link))


def test_without_a_file_there_is_nothing_to_trust(tmp_path, state):
    assert trust.trusted(state, load(str(tmp_path)), str(tmp_path))


def test_trust_is_taken_back_for_this_place_only(root, state, tmp_path):
    other = write(tmp_path / "other", {".hotfix-tui.toml": TEXT})
    for place in (root, other):
        trust.allow(state, load(place), place)
    assert trust.revoke(state, root) == 1
    assert not trust.trusted(state, load(root), root) and trust.trusted(state, load(other), other)
    assert trust.revoke(state, root) == 0


def test_the_record_is_private_and_named_by_its_content(root, state):
    trust.allow(state, load(root), root)
    trust.allow(state, load(root), root)
    (record,) = (state / "trust").iterdir()
    content = record.read_bytes()
    assert record.name == hashlib.sha256(content).hexdigest()
    assert content.startswith(os.fsencode(os.path.realpath(root)) + b"\0")
    assert (
        stat.S_IMODE(record.stat().st_mode) == 0o600
        and stat.S_IMODE((state / "trust").stat().st_mode) == 0o700
    )


@pytest.mark.parametrize("content", [b"", b"x", None])
def test_a_torn_or_forged_record_is_no_trust(root, state, content):
    trust.allow(state, load(root), root)
    (record,) = (state / "trust").iterdir()
    whole = record.read_bytes()
    record.write_bytes(whole[:-1] if content is None else content)
    assert not trust.trusted(state, load(root), root)
    assert trust.last_trusted(state, root) is None


def test_automation_must_know_the_hash(root, state):
    loaded = load(root)
    assert not trust.allow_sha256(state, loaded, root, "0" * 64) and not trust.trusted(state, loaded, root)
    assert not trust.allow_sha256(state, loaded, root, "")
    assert trust.allow_sha256(state, loaded, root, f" {loaded.sha256.upper()}\n") and trust.trusted(
        state, loaded, root
    )


def test_what_changed_since_the_last_trust(root, state, tmp_path):
    assert trust.changes(state, load(root), root) == []
    trust.allow(state, load(root), root)
    write(tmp_path / "repo", {".hotfix-tui.toml": TEXT.replace('"npm test"', r'"npm \u001b[31mtest"')})
    found = trust.changes(state, load(root), root)
    assert any(line.startswith("-") and "npm test" in line for line in found)
    assert any(line.startswith("+") and "31mtest" in line for line in found)
    assert all(line.isprintable() for line in found)


def test_the_newest_record_is_the_last_trusted(root, state, tmp_path):
    trust.allow(state, load(root), root)
    first = next((state / "trust").iterdir())
    os.utime(first, (1, 1))
    write(tmp_path / "repo", {".hotfix-tui.toml": 'service = "new"\n'})
    trust.allow(state, load(root), root)
    assert trust.last_trusted(state, root) == b'service = "new"\n'


def test_the_screen_lists_every_command(tmp_path):
    text = """
        typecheck = ["sh", "-e", "ci/check.sh"]
        [deploy]
        production = "./deploy {commit}"
        rollbacks = {fast = "./fast"}
        [git]
        live = "./live"
        [notify]
        command = "say"
        email = {command = "mail"}
        [[metric]]
        name = "m"
        command = "count"
    """
    text = TEXT + text
    root = write(tmp_path, {".hotfix-tui.toml": text, "ci/check.sh": "x", "deploy": "#!/bin/sh\n"})
    lines = {line.name: line for line in trust.commands_of(load(root).config, root)}
    assert list(lines) == [
        "git.live", "commands.test", "commands.typecheck", "commands.build",
        "deploy.production", "deploy.rollbacks.fast", "metric[0].command", "notify.email.command", "notify.command",
    ]  # fmt: skip
    build = lines["commands.build"]
    assert (build.shell, build.argv, build.cwd, build.env) == (
        True,
        ["/bin/sh", "-c", "make $X"],
        "web",
        ["TOKEN"],
    )
    assert "secret" not in repr(build)
    assert (lines["deploy.production"].script, lines["commands.typecheck"].script) == (
        "deploy",
        "ci/check.sh",
    )
    assert lines["commands.test"].script == lines["git.live"].script == ""


def test_a_script_outside_the_repository_is_not_read(tmp_path):
    write(tmp_path, {"outside.sh": "x"})
    root = write(
        tmp_path / "repo", {".hotfix-tui.toml": '[commands]\ntest = "./in.sh"\nbuild = "../outside.sh"\n'}
    )
    (tmp_path / "repo" / "in.sh").symlink_to(tmp_path / "outside.sh")
    assert [line.script for line in trust.commands_of(load(root).config, root)] == ["", ""]


def test_control_characters_are_shown(tmp_path):
    root = write(
        tmp_path, {".hotfix-tui.toml": r'commands.test = ["a", "b\u001b[2Kc", "d e", "\u202e", "x\\\n"]'}
    )
    (line,) = trust.commands_of(load(root).config, root)
    assert line.shown() == r"a $'b\x1b[2Kc' 'd e' $'\u202e' $'x\\\n'"
