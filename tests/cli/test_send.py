"""Messages that go out by a command: once, whatever happens to the one who sends them."""

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
until = time.monotonic() + 30
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
        until = time.monotonic() + 60
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
