"""Every option that our files use is one that the program's own help knows, as `record_help` wrote it down."""

import json
import re
from pathlib import Path

import pytest

from tests.platforms.record_help import NOT_OURS, parts, wanted

HERE = Path(__file__).parent / "help"
RECORDED = {path.stem: json.loads(path.read_text()) for path in sorted(HERE.glob("*.json"))}
NEWER = {("aws", "logs tail"): "version 2 of aws alone has it; version 1 is what was recorded"}
UNRECORDED = {
    "argocd",
    "doctl",
    "fly",
    "helm",
    "kamal",
    "kubectl-argo-rollouts",
    "railway",
    "render",
}
"""Programs that no package brings here: what we know of their options stands in their documentation."""

CASES = [
    (program, command)
    for program, commands in wanted().items()
    if program in RECORDED
    for command in commands
]


@pytest.mark.parametrize(("program", "command"), CASES)
def test_every_option_is_known_to_the_program(program, command):
    if (program, command) in NEWER:
        pytest.skip(NEWER[program, command])
    known = RECORDED[program]["commands"]
    assert command in known, f"python -m tests.platforms.record_help {program}"
    assert wanted()[program][command] - set(known[command]) == set()


def test_what_is_not_recorded_is_named():
    assert set(wanted()) - set(RECORDED) == UNRECORDED
    assert not set(RECORDED) & set(NOT_OURS)


@pytest.mark.parametrize("program", RECORDED)
def test_each_record_names_its_version(program):
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?", RECORDED[program]["version"])


def test_a_command_line_is_taken_apart():
    line = [
        "kubectl",
        "--context",
        "{context}",
        "rollout",
        "undo",
        "deploy/{deployment}",
        "-n",
        "x",
        "--to-revision={r}",
    ]
    assert parts(line) == ("kubectl", "rollout undo", ["--context", "-n", "--to-revision"])
