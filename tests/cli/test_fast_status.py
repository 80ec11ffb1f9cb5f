"""The first frame says what the first two rows of the screen will say, or says nothing."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from hotfix_tui.base.times import humane
from hotfix_tui.cli import fast_status as module
from hotfix_tui.cli.fast_status import fast_status
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.model.record import new_record
from hotfix_tui.incident.model.severity import SEVERITIES
from hotfix_tui.incident.rules import lifecycle
from hotfix_tui.session.store import Store
from hotfix_tui.ui.frame import clocks, header

NOW = datetime.now(UTC).replace(microsecond=0)
ANN = Actor("ann", NOW)


@pytest.fixture
def root(tmp_path, monkeypatch):
    for name in ("GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "shop/.git/hotfix-tui").mkdir(parents=True)
    (tmp_path / "shop/src").mkdir()
    return tmp_path / "shop"


def made(severity="P1", id="ENG-7", facts=None, config=None):
    record = new_record(id, now=NOW - timedelta(minutes=30), by="ann", facts=facts, config=config)
    actions.set_severity(record, ANN, severity)
    return record


def saved(root, record):
    Store(str(root / ".git/hotfix-tui"), who="ann").create(record.doc, [])
    return record


@pytest.mark.parametrize("severity", ["P0", "P1", "P2", "P3"])
@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"ticket": "ENG-7", "title": "Totals are wrong"},
        {"title": "Größe falsch", "detected-at": NOW - timedelta(hours=60)},
    ],
)
def test_it_says_what_the_first_two_rows_say(root, severity, facts):
    record = saved(root, made(severity, facts=facts))
    shown = fast_status(str(root / "src"), 80)
    first, second = re.sub(r"\x1b\[[0-9;]*m", "", shown).split("\r\n")
    below = header.paint(record, datetime.now(UTC), 80)[0].plain
    badge, name, clock = first.split()[0], record.ticket or record.id, clocks.parts(record, datetime.now(UTC))
    assert badge == severity and name in first and (record.title or "what is broken?") in first
    assert first.endswith(clock["left"].words.strip()) and clock["left"].words.strip() in below
    assert "▸ Triage" in second


@pytest.mark.parametrize(
    "record",
    [
        made(facts={"title": 'said "no"'}),
        made(facts={"title": "two\nlines"}),
        made(config={"policy": {"P1": {"deadline": "1h"}}}),
        made(facts={"mitigated-at": NOW}),
        new_record("ENG-7", now=NOW, by="ann"),
    ],
)
def test_it_gives_up_on_what_is_not_plain(root, record):
    saved(root, record)
    assert fast_status(str(root), 80) == ""


def test_it_gives_up_on_several_incidents_ended_ones_and_no_file(root):
    assert fast_status(str(root), 80) == ""
    ended = made()
    lifecycle.end(ended, ANN, "false-alarm", "nothing", [])
    saved(root, ended)
    assert fast_status(str(root), 80) == ""
    saved(root, made(id="ENG-8"))
    assert fast_status(str(root), 80) == ""
    (root / ".git/hotfix-tui/ENG-7/session.toml").write_bytes(b"\xff\x00")
    assert fast_status(str(root), 80) == ""


def test_it_imports_next_to_nothing():
    code = (
        "import sys; from hotfix_tui.cli import start;"
        "print([m for m in ('re', 'enum', 'typing', 'tomllib', 'json', 'argparse', 'signal') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_what_is_written_twice_for_the_first_frame_says_the_same():
    assert {level: row.hours for level, row in SEVERITIES.items()} == module._HOURS
    for seconds in (0, 59, 60, 3599, 3600, 7_260, 47 * 3600, 48 * 3600, 100 * 3600, 500 * 3600):
        assert module._humane(seconds) == humane(seconds)
