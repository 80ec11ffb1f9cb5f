"""Messages that go out by a command: once, whatever happens to the one who sends them."""

import os
import signal
import subprocess
import time

import pytest

from tests.cli.shop import configure, python

UPDATE = ("send", "internal", "--phase", "declared")

POSTS = """
import pathlib, sys, time
out, gate = pathlib.Path('posted'), pathlib.Path('gate')
if pathlib.Path('down').exists(): sys.exit('no route to the channel')
with out.open('a') as f: f.write(sys.stdin.read() + '-- end --')
until = time.monotonic() + 240
while gate.exists() and time.monotonic() < until: time.sleep(0.02)
"""


@pytest.fixture
def team(opened):
    """An incident whose internal messages are posted by a command that ends only once `gate` is gone."""
    configure(opened, f"[notify]\ncommand = {python(POSTS)}\n")
    opened.do("set", "impact.seen", "totals are wrong")
    opened.do("set", "impact.users", "all shops")
    return opened


def posted(desk):
    file = desk.checkout / "posted"
    return file.read_text().count("-- end --") if file.exists() else 0


def test_a_message_goes_through_the_command_once(team):
    team.do(*UPDATE)
    status = team.status()
    assert posted(team) == 1
    assert [(one["document"], one["phase"], one["how"]) for one in status["messages"]] == [
        ("internal", "declared", "by the configured command")
    ]
    assert status["sending"] == []


def kill_while_it_posts(team):
    """Send, and be killed when the message is out but its command has not ended."""
    gate = team.checkout / "gate"
    gate.touch()
    process = subprocess.Popen(
        team.argv(*UPDATE), cwd=team.checkout, env=team.env, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        until = time.monotonic() + 240
        while not posted(team):
            assert time.monotonic() < until and process.poll() is None
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
        gate.unlink()


def test_a_kill_between_the_command_and_the_record_sends_nothing_twice(team):
    kill_while_it_posts(team)
    status = team.status()
    assert (status["messages"], len(status["sending"])) == ([], 1)
    refused = team.no(5, *UPDATE)
    assert "may be out already" in refused.err and "--by-hand" in refused.err and "--again" in refused.err
    assert posted(team) == 1
    team.do(*UPDATE, "--by-hand")
    status = team.status()
    assert (len(status["messages"]), status["sending"], posted(team)) == (1, [], 1)


def test_what_is_not_out_is_sent_again_when_a_person_says_so(team):
    kill_while_it_posts(team)
    team.do(*UPDATE, "--again")
    status = team.status()
    assert (len(status["messages"]), status["sending"], posted(team)) == (1, [], 2)


def test_a_command_that_fails_has_sent_nothing(team):
    down = team.checkout / "down"
    down.touch()
    said = team.no(1, *UPDATE)
    assert "not sent" in said.err and "no route to the channel" in said.err
    status = team.status()
    assert (status["messages"], status["sending"]) == ([], [])
    down.unlink()
    team.do(*UPDATE)
    assert posted(team) == 1


def test_text_and_command_are_shown_before_it_goes(team):
    done = team.do(*UPDATE)
    assert "totals are wrong" in done.out and "$ " in done.out and "-c" in done.out


@pytest.mark.parametrize(
    "way", [("status-page", "--phase", "investigating"), ("internal", "--phase", "update")]
)
def test_every_message_is_shown_with_its_command_while_nothing_is_out_yet(team, way):
    """The command has been shown by the time at which it begins: it waits for that itself."""
    team.do("set", "components", "the shop")
    saw = team.root / "saw"
    waits = (
        "import pathlib, sys, time\n"
        f"saw, until = pathlib.Path({str(saw)!r}), time.monotonic() + 60\n"
        "while not saw.exists() and time.monotonic() < until: time.sleep(0.02)\n"
        "sys.exit(0 if saw.exists() else 'nothing was shown')\n"
    )
    configure(team, f"[notify]\ncommand = {python(waits)}\n")
    process = subprocess.Popen(
        team.argv("send", *way), cwd=team.checkout, env=team.env, stdout=subprocess.PIPE, text=True
    )
    said = ""
    while "$ " not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    saw.touch()
    rest, _ = process.communicate()
    assert process.returncode == 0, said + rest
    assert "totals are wrong" in said


def test_each_message_is_kept_in_a_file_of_its_own(team):
    team.do(*UPDATE)
    team.do("set", "impact.seen", "totals are wrong in all shops")
    team.do(*UPDATE)
    first, second = (one["file"] for one in team.status()["messages"])
    assert first != second
    with open(first) as old, open(second) as new:
        assert ("in all shops" in old.read(), "in all shops" in new.read()) == (False, True)


@pytest.mark.parametrize("way", [(), ("--by-hand",)])
def test_the_same_message_goes_out_twice_only_on_purpose(team, way):
    team.do(*UPDATE, *way)
    refused = team.no(5, *UPDATE, *way)
    assert "Exactly this internal message went out" in refused.err and "--again" in refused.err
    assert len(team.status()["messages"]) == 1
    team.do(*UPDATE, *way, "--again")
    assert len(team.status()["messages"]) == 2


def test_a_command_that_leaves_a_child_on_its_pipe_is_not_waited_for(team):
    leaves = (
        "import pathlib, subprocess, sys; sys.stdin.read(); "
        "pathlib.Path('child').write_text(str(subprocess.Popen(['sleep', '50']).pid))"
    )
    configure(team, f"[notify]\ncommand = {python(leaves)}\n")
    team.do("trust", "--yes")
    team.do(*UPDATE)
    # It lives: whoever waited for its end would find nobody here.
    os.kill(int((team.checkout / "child").read_text()), signal.SIGKILL)
    assert len(team.status()["messages"]) == 1


def test_public_words_on_a_security_fault_wait_for_the_deployment_or_a_signature(team):
    team.do("set", "impact.kind", "security")
    team.do("set", "embargo", "no")
    held = team.no(5, "send", "status-page", "--phase", "investigating", "--by-hand")
    assert "A security fault: no status-page message before production runs the fix" in held.err
    team.no(5, "tick", "communicate.status-page")
    unsigned = team.no(
        5, "send", "status-page", "--phase", "investigating", "--by-hand", "--why", "users ask"
    )
    assert "a name and a reason" in unsigned.err
    assert team.status()["messages"] == []
    for key, value in (("data-loss", "No"), ("impact.not-affected", "Payments"), ("components", "api")):
        team.do("set", key, value)
    signed = ("--granted-by", "Kim Lead", "--why", "it is in the papers")
    team.do("send", "status-page", "--phase", "investigating", "--by-hand", *signed)
    status = team.status()
    assert [one["document"] for one in status["messages"]] == ["status-page"]
    assert any("granted by Kim Lead: it is in the papers" in one["text"] for one in status["timeline"])
    team.do("send", "internal", "--phase", "declared", "--by-hand")
    assert team.no(5, "send", "internal", "--phase", "declared", *signed).err.startswith(
        "hotfix-tui: Nothing holds"
    )


def test_chinese_is_refused_until_there_is_some(team):
    for command in (("render", "internal"), ("send", "internal", "--by-hand")):
        assert "no Chinese texts yet" in team.no(2, *command, "--language", "zh").err
    (team.checkout / ".hotfix-tui.toml").write_text('language = "zh"\n', encoding="utf-8")
    assert "no Chinese texts yet" in team.no(1, "trust", "--yes").err
