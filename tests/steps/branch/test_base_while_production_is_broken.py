"""branch.base while production answers in every wrong way: its answer is no failure of the step."""

import json
import sys

import pytest

from hotfix_tui.steps.live import ask
from tests.base.test_fetch import BROKEN, moved, server

KINDS = ["garbage", "nothing", "200 000 headers", "broken off", "status 500"]


def asking(incident, live):
    incident.record.doc["config"] = {"git": {"live": live}}
    incident.do("branch.preflight")


@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_answer_is_an_answer(incident, kind):
    with server(BROKEN[kind]) as (url, _):
        asking(incident, f"{url}/version")
        (seen,) = ask.ask(incident.context())
        assert not seen.commit and seen.why
        incident.do("branch.base")
        (folder,) = incident.directory.glob("runs/*/look-live.json")
        assert json.loads(folder.read_text())["why"] == seen.why
        assert incident.do("branch.base", "production").state == "done", incident.log


def test_the_log_and_the_look_are_closed_to_others(incident):
    with server(BROKEN["nothing"]) as (url, _):
        asking(incident, url)
        incident.do("branch.base")
    (look,) = incident.directory.glob("runs/*/look-live.json")
    assert look.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "code", ["import sys; sys.exit('login failed for {}')", "print('{}')", "print('v1.0.0', '{}')"]
)
def test_no_secret_of_an_answer_is_kept_beside_the_log(incident, code):
    token = "ghp" + "_" + "a1B2c3D4e5" * 4
    asking(incident, [sys.executable, "-c", code.format(token)])
    incident.do("branch.base")
    (look,) = incident.directory.glob("runs/*/look-live.json")
    assert token not in look.read_text() and "[redacted]" in look.read_text()


def test_an_answer_from_elsewhere_is_not_fetched(incident):
    answering = server(b"HTTP/1.1 200 OK\r\n\r\nv1.0.0")
    with answering as (other, asked), server(moved(other.replace("127.0.0.1", "localhost"))) as (url, _):
        asking(incident, url)
        (seen,) = ask.ask(incident.context())
        incident.do("branch.base")
    assert asked == [] and "another origin" in seen.why and "another origin" in incident.log


@pytest.mark.parametrize(
    "code", ["while True: print('yes\\n' * 50_000)", "while True: print('x' * 9999, end='\\r')"]
)
def test_a_command_that_does_not_stop_printing_is_an_answer(incident, code):
    asking(incident, [sys.executable, "-c", code])
    (seen,) = ask.ask(incident.context())
    assert not seen.commit and "did not stop printing" in seen.why
    incident.do("branch.base")
    assert "did not stop printing" in incident.log and len(incident.log) < 10_000
