"""Everything that is kept is closed to others, whatever the umask and whatever step wrote it."""

import os

import pytest

from tests.cli.shop import configure, python
from tests.gitworld import World

CONFIG = """
[git]
live = {live}
carry = [".env"]
[commands]
test = {test}
regression = {test}
[deploy]
rollbacks = {{line = {test}}}
current = {live}
[[smoke]]
name = "home"
url = "http://127.0.0.1:9/"
timeout = "1s"
[[probe]]
name = "home"
url = "http://127.0.0.1:9/"
[[metric]]
name = "errors"
command = {live}
[monitor]
watch = "1s"
baseline = "1s"
[notify]
internal = {{targets = ["#ops"], command = {test}}}
"""


@pytest.fixture
def open_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def too_open(*tops):
    return {
        str(path): oct(path.lstat().st_mode & 0o777)
        for top in tops
        for path in (top, *top.rglob("*"))
        if not path.is_symlink() and path.lstat().st_mode & 0o077
    }


def test_all_that_a_hotfix_leaves_is_closed(desk, open_umask):
    desk.git("tag", "v1.0.0")
    configure(desk, CONFIG.format(live=python("print('v1.0.0')"), test=python("print('ok')")))
    (desk.checkout / ".env").write_text("KEY=1\n")
    (desk.checkout / "shop.py").write_text("unfinished\n")
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P0")
    desk.do("set", "impact.seen", "wrong sums")
    desk.do("note", "a note")
    for step in (
        ("triage.rollback-first", "--choose", "fix"),
        ("branch.preflight",),
        ("branch.base",),
        ("branch.create", "--choose", "worktree"),
        ("fix.change",),
        ("verify.test",),
        ("verify.test", "--terminal"),
        ("verify.proof",),
        ("monitor.smoke",),
        ("monitor.watch",),
        ("pull-request.body",),
        ("review.document",),
    ):
        desk.call("do", *step)
    desk.call("rollback", "line", "--confirm", "ENG-7")
    desk.call("send", "internal", "--phase", "investigating", "--yes")
    desk.call("send", "internal", "--phase", "investigating", "--by-hand")
    tops = desk.checkout / ".git" / "hotfix-tui", desk.root / "state"
    assert too_open(*tops) == {str(desk.root / "state"): oct((desk.root / "state").stat().st_mode & 0o777)}
    kept = {path.name for top in tops for path in top.rglob("*")}
    assert {"session.toml", "timeline.toml", "session.toml.bak", "records.key", "repositories", "log", "documents",
            "runs", "trust", "look-live.json", "carry.json", "exit.json", "status.json"} <= kept  # fmt: skip
    desk.do("abandon", "--why", "the test is over")  # which ends the watch


def test_state_is_made_closed_at_every_level(tmp_path, open_umask, monkeypatch):
    from hotfix_tui.engine.opening import remember_repository
    from hotfix_tui.runner import locks

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "deep" / "state"))
    World(tmp_path / "shop")
    remember_repository(str(tmp_path / "shop"))
    locks.release(locks.take([str(tmp_path / "other" / "locks" / "x.lock")], {"pid": 1}))
    assert too_open(tmp_path / "deep", tmp_path / "other") == {}
