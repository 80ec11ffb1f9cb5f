"""No secret is stored: neither what is typed nor what a command said lands in record, backup or timeline."""

import pytest

from tests.base.test_redact import LEAKS, PLANTED
from tests.cli.shop import python
from tests.walks.support import Desk


@pytest.fixture
def desk(tmp_path) -> Desk:
    made = Desk(root=tmp_path / "desk", checkout=tmp_path / "shop")
    made.checkout.mkdir()
    made.git("init", "-q", "-b", "main")
    made.git("commit", "-q", "--allow-empty", "-m", "one")
    return made


def stored(desk: Desk) -> str:
    folder = desk.checkout / ".git" / "hotfix-tui"
    return "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.toml*"))


def test_nothing_secret_is_kept_of_what_is_typed(desk):
    secrets = [value for name, value in PLANTED.items() if "private" not in name]
    text = " · ".join(secrets)
    desk.do("new", "ENG-1", "--title", f"Login fails with {PLANTED['github']}", "--severity", "P1")
    desk.do("note", text)
    desk.do("set", "cause.summary", text)
    desk.do("set", "cause.steps", f"it was {PLANTED['stripe']}", "--append")
    desk.do("severity", "P0", "--why", f"as {PLANTED['gitlab']} says")
    desk.do("set", "service", "from the environment: swordfish-4711", DEPLOY_TOKEN="swordfish-4711")
    desk.do("tick", "pull-request.alerts", "--note", f"with {PLANTED['npm']}")
    kept = stored(desk)
    assert [leak for leak in (*LEAKS, "swordfish") if leak in kept] == []
    assert kept.count("[redacted]") > len(secrets)
    shown = desk.do("status", "--json").out + desk.do("timeline").out
    assert [leak for leak in (*LEAKS, "swordfish") if leak in shown] == []


SAYS = {
    "what is live": ("[git]\nlive = {}\n", [["do", "branch.preflight"], ["do", "branch.base"]]),
    "a way back": ("[deploy]\nrollback = {}\n", [["rollback", "previous", "--confirm", "ENG-1"]]),
    "a way back of its own": (
        "[deploy.rollbacks]\nquick = {}\n",
        [["rollback", "quick", "--confirm", "ENG-1"]],
    ),
}


@pytest.mark.parametrize("of", SAYS)
def test_nothing_secret_is_kept_of_what_a_command_that_failed_said(desk, of):
    said = f"login failed for {PLANTED['github']}"
    config, calls = SAYS[of]
    (desk.root / "says").write_text(said)
    code = f"import sys; sys.exit(open({str(desk.root / 'says')!r}).read())"
    (desk.checkout / ".hotfix-tui.toml").write_text(config.format(python(code)))
    desk.do("trust", "--yes")
    desk.do("new", "ENG-1", "--title", "Login fails", "--severity", "P0")
    desk.do("set", "impact.seen", "nobody can log in")
    desk.do("do", "triage.rollback-first", "--choose", "fix")
    for args in calls:
        desk.call(*args)
    kept = stored(desk) + desk.do("status", "--json").out + desk.do("timeline").out
    assert "login failed for" in kept and [leak for leak in LEAKS if leak in kept] == []


def test_a_command_that_holds_a_secret_is_refused(desk):
    desk.do("new", "ENG-1", "--title", "Login fails", "--severity", "P1")
    done = desk.no(5, "command", "test", f"pytest --token {PLANTED['github']}")
    assert "holds a secret" in done.err and "environment" in done.err
    assert "ghp" not in stored(desk)
