"""Real processes on one incident: killed in the middle of a save, and two at once."""

import random
import subprocess
import sys
import time
from itertools import groupby
from pathlib import Path

import pytest

from hotfix_tui.session.store import Store

from .saver import INCIDENT

SAVER = [sys.executable, str(Path(__file__).with_name("saver.py"))]


def begin(root):
    store = Store(str(root), who="test")
    store.create({"id": INCIDENT, "counts": {}, "facts": {"title": "x" * 2000}}, [{"kind": "opened"}])
    return store


def numbers(output, word):
    return [int(line.split()[1]) for line in output.split("\n")[:-1] if line.startswith(word + " ")]


def check_after_kill(root, output, before):
    """Return the revision that stands; fails if an acknowledged save is gone or another one half there."""
    store = Store(str(root), who="test")
    found = store.load(INCIDENT)
    entries, problem = store.timeline(INCIDENT)
    acked = max(numbers(output, "ack"), default=before)
    tried = max(numbers(output, "try"), default=before)
    assert acked <= found.revision <= max(tried, acked)
    assert (found.problem, found.doc["counts"].get("k", 0)) == (None, found.revision - 1)
    assert [item["revision"] for item in entries] == list(range(1, found.revision + 1))
    assert problem is None or "torn" in problem
    return found.revision


@pytest.mark.parametrize(
    "kills", [15, pytest.param(1000, marks=[pytest.mark.full, pytest.mark.timeout(3000)])]
)
def test_a_kill_loses_no_acknowledged_save(tmp_path, kills):
    begin(tmp_path)
    chance = random.Random(7)
    revision, in_mid_save = 1, 0
    for _ in range(kills):
        process = subprocess.Popen([*SAVER, str(tmp_path), "k", "100000"], stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        lines = [process.stdout.readline() for _ in range(chance.randrange(1, 8))]
        time.sleep(chance.random() * 0.005)
        process.kill()
        output = "".join(lines) + process.stdout.read()
        process.wait()
        process.stdout.close()
        in_mid_save += len(numbers(output, "try")) > len(numbers(output, "ack"))
        revision = check_after_kill(tmp_path, output, revision)
    assert revision > kills
    assert in_mid_save > 0
    print(f"{kills} kills, {in_mid_save} in the middle of a save, {revision} saves, none lost")


@pytest.mark.parametrize("each", [100, pytest.param(500, marks=[pytest.mark.full, pytest.mark.timeout(900)])])
def test_two_processes_lose_nothing_of_each_other(tmp_path, each):
    store = begin(tmp_path)
    processes = [
        subprocess.Popen(
            [*SAVER, str(tmp_path), who, str(each), "wait"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for who in ("ann", "bob")
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate()[0] for process in processes]
    found = store.load(INCIDENT)
    entries, problem = store.timeline(INCIDENT)
    assert [process.returncode for process in processes] == [0, 0]
    assert found.doc["counts"] == {"ann": each, "bob": each}
    assert (found.revision, found.problem, problem) == (1 + 2 * each, None, None)
    assert [item["revision"] for item in entries] == list(range(1, 2 + 2 * each))
    assert sorted(numbers(outputs[0], "ack") + numbers(outputs[1], "ack")) == list(range(2, 2 + 2 * each))
    for who in ("ann", "bob"):
        assert [item["text"] for item in entries if item.get("by") == who] == [
            f"{who} {number}" for number in range(1, each + 1)
        ]
    # Without turns this would say nothing about two at once: one would have ended before the other began.
    turns = [who for who, _ in groupby(item.get("by") for item in entries[1:])]
    assert len(turns) > 10
    print(f"2 x {each} changes, {len(turns) - 1} handovers, none lost")
