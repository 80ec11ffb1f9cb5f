"""Waiting for what goes on at a platform: real programs that say another thing each time they are asked."""

import json
import os
import sys

import pytest

from hotfix_tui.platforms import loader
from hotfix_tui.platforms.loader import parse
from hotfix_tui.steps.deploy import wait_driver
from tests.platforms.test_loader import MINIMAL

_PROGRAM = """\
#!{python} -IS
import json, sys
with open({state!r}) as file:
    answers = json.load(file)
status, text = answers.pop(0) if len(answers) > 1 else answers[0]
with open({state!r}, "w") as file:
    json.dump(answers, file)
with open({state!r} + ".asked", "a") as file:
    file.write(" ".join(sys.argv[1:]) + "\\n")
print(text, file=sys.stderr if status == 3 else sys.stdout)
sys.exit(status)
"""

FILE = (
    MINIMAL
    + """
[lookups.run]
ask = "which run it is"
run = ["{tool}", "newest"]
form = "r-[0-9]+"

[waits.text]
run = ["{tool}", "status"]
until = "^Healthy"
never = "^Degraded"
pauses = "^Paused - for you"
live = "^Healthy"
every = 0

[waits.json]
run = ["{tool}", "describe", "{run}"]
tells = ["/runs/0/status", "/runs/0/stage"]
until = "^(SUCCESSFUL|.* BAKE)"
never = "^ROLLBACK"
live = "BAKE$"
every = 0

[waits.short]
run = ["{tool}", "status"]
until = "^Healthy"
every = 0
seconds = 0

[commands.deploy]
run = [["{tool}"], ["@text"], ["@json"], ["@short"]]
"""
)


@pytest.fixture
def wait(tmp_path, monkeypatch, capsys):
    """Wait for what is named, with these answers one after the other; the exit status and what was printed."""
    tool, state = tmp_path / "tool", tmp_path / "state"
    tool.write_text(_PROGRAM.format(python=sys.executable, state=str(state)))
    tool.chmod(0o755)
    on = parse(FILE.replace("{tool}", str(tool)).encode(), "x")
    monkeypatch.setattr(loader, "load", lambda name: on)
    monkeypatch.setenv("HOTFIX_TUI_RUN", str(tmp_path))

    def made(name, *answers, **values):
        state.write_text(json.dumps([one if isinstance(one, tuple) else (0, one) for one in answers]))
        status = wait_driver.main(["x", name, *(f"{key}={value}" for key, value in values.items())])
        return status, capsys.readouterr().out.splitlines()

    made.on, made.folder, made.asked = on, tmp_path, tmp_path / "state.asked"
    return made


def test_each_new_state_is_printed_once_until_it_is_there(wait):
    status, said = wait("text", "Progressing - more", "Progressing - more", "Paused - step", "Healthy")
    assert (status, said) == (0, ["Progressing - more", "Paused - step", "Healthy"])
    assert wait_driver.live(wait.on, str(wait.folder)) == "Healthy"


def test_what_comes_to_nothing_is_believed_when_it_is_said_again_and_again(wait):
    status, said = wait("text", (1, "Degraded"), "Progressing", "Healthy")
    assert (status, said[-1]) == (0, "Healthy"), "at first it may speak of the one before"
    status, said = wait("text", "Progressing", (1, "Degraded"))
    assert status == 1 and said[-1] == "error: X has ended it as Degraded"
    assert wait_driver.live(wait.on, str(wait.folder)) == ""


def test_where_it_stops_for_somebody_it_is_left_at_once_and_what_it_is_about_is_kept(wait):
    status, said = wait("text", "Paused - step", "Paused - for you")
    assert (status, said[-1]) == (1, "error: X waits until somebody goes on with it: Paused - for you")
    assert wait_driver.values(wait.on, str(wait.folder)) == {}, "this one asks about nothing by name"
    assert wait("json", '["r-7"]', '{"runs": [{"status": "SUCCESSFUL"}]}')[0] == 0
    assert wait_driver.values(wait.on, str(wait.folder)) == {"run": "r-7"}


def test_of_json_the_named_places_make_the_line_and_a_bake_time_is_live(wait):
    answers = [
        '["r-7"]',
        '{"runs": [{"status": "IN_PROGRESS"}]}',
        '{"runs": [{"status": "IN_PROGRESS", "stage": "BAKE"}]}',
    ]
    assert wait("json", *answers) == (0, ["IN_PROGRESS", "IN_PROGRESS BAKE"])
    assert wait_driver.live(wait.on, str(wait.folder)) == "IN_PROGRESS BAKE"
    assert wait.asked.read_text().splitlines() == ["newest", "describe r-7", "describe r-7"]


def test_what_was_given_is_not_looked_up(wait):
    assert wait("json", '{"runs": [{"status": "SUCCESSFUL"}]}', run="r-1")[0] == 0
    assert wait.asked.read_text() == "describe r-1\n"


def test_a_run_that_is_not_there_yet_is_waited_for(wait):
    status, said = wait("json", "[]", '["r-7"]', '{"runs": [{"status": "SUCCESSFUL"}]}')
    assert status == 0
    assert said == ["not known yet: which run it is (X names none, or more than one)", "SUCCESSFUL"]


@pytest.mark.parametrize(("answer", "words"), [((3, "no network"), "status 3: no network"), ("", "")])
def test_a_platform_that_does_not_answer_is_given_up_and_said(wait, answer, words):
    status, said = wait("text", answer)
    assert status == 1
    assert said[-1].startswith("error: X could not be asked how it ended: ") and words in said[-1]


def test_after_its_time_it_is_said_how_far_it_was(wait):
    status, said = wait("short", "Paused - step")
    assert status == 1 and said[-1] == "error: after 0 min it has not come to its end: Paused - step"


def test_what_was_left_by_nobody_or_by_another_is_nothing(wait):
    assert wait_driver.live(wait.on, str(wait.folder)) == ""
    for text in ("{", "[]", '{"wait": "none", "line": "x"}', '{"wait": "json"}'):
        (wait.folder / wait_driver.RESULT).write_text(text)
        assert wait_driver.live(wait.on, str(wait.folder)) == ""


APPS = "DigitalOcean App Platform"
DEPLOYMENT = "3aa4d20e-5527-4c00-b496-601fbd22520a"


@pytest.mark.parametrize(
    ("phases", "status", "printed"),
    [
        (["BUILDING", "DEPLOYING", "ACTIVE"], 0, ["BUILDING 2 7", "DEPLOYING 2 7", "ACTIVE 2 7"]),
        (["BUILDING", "ERROR"], 1, ["BUILDING 2 7", "ERROR 2 7", f"error: {APPS} has ended it as ERROR 2 7"]),
        (["SUPERSEDED"], 1, ["SUPERSEDED 2 7", f"error: {APPS} has ended it as SUPERSEDED 2 7"]),
    ],
)  # fmt: skip
def test_a_deployment_of_digitalocean_is_followed_by_its_own_id(
    tmp_path, monkeypatch, capsys, phases, status, printed
):
    """`doctl apps create-deployment --wait` prints dots, and one that was replaced is waited for in vain."""
    progress = {"success_steps": 2, "total_steps": 7}
    answers = [(0, json.dumps([{"id": DEPLOYMENT}, {"id": DEPLOYMENT[::-1]}]))]
    answers += [(0, json.dumps([{"phase": phase, "progress": progress}])) for phase in phases]
    state = tmp_path / "state"
    state.write_text(json.dumps(answers))
    (tmp_path / "doctl").write_text(_PROGRAM.format(python=sys.executable, state=str(state)))
    (tmp_path / "doctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(wait_driver.time, "sleep", lambda seconds: None)
    assert wait_driver.main(["digitalocean", "active", "app=app-1"]) == status
    assert capsys.readouterr().out.splitlines() == printed
    asked = (tmp_path / "state.asked").read_text().splitlines()
    assert asked[0] == "apps list-deployments app-1 --output json"
    assert set(asked[1:]) == {f"apps get-deployment app-1 {DEPLOYMENT} --output json"}
