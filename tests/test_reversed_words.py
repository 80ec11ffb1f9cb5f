"""No decision hangs on how a message is worded: the same comes of a product that says each sentence backwards.

Whole walks by the command line are among the walks (`words="reversed"`); here are the screens, and the source itself.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hotfix_tui.incident.model.catalog import STAGES
from tests import reversed_words
from tests.ui import by_structure

ROOT = Path(__file__).parent.parent
FEW = "enter,r"

OUTSIDE = ("testresults/", "git/", "detect/")
"""Rooms that read the words of other programs."""
NO_DECISION = {
    ("base/times.py", " UTC"): "a person types it",
    (
        "incident/model/evidence/base.py",
        " line ",
    ): "left out beside the place; with other words the place is said twice",
    ("runner/runs.py", "no: "): "a supervisor's answer to the one who started it",
    ("steps/deploy/platform_check.py", "the "): "left out beside the value; with other words it stays",
    ("steps/live/ask.py", "auth login"): "a program says it",
    ("ui/frame/evidence.py", "bold "): "a style",
    ("ui/frame/rail.py", "bold "): "a style",
    (
        "ui/pictures/release.py",
        " on the files ",
    ): "left out beside the value; with other words it is said twice",
    ("ui/presenters/step_detail.py", " failed"): "the same of a state",
}
"""What is looked for and decides nothing, and why."""


def test_words_turn_and_what_is_between_them_stays():
    assert reversed_words.turned("  what it  held, is gone.") == "  gone. is held,  it what"
    assert reversed_words.is_sentence("{count} files were changed")
    for code in (
        "refs/heads/main",
        "%H %P",
        "{a} {b}",
        "--porcelain",
        "git log --format=%H",
        "one",
        "{py} python -m unittest discover -s tests",
    ):
        assert not reversed_words.is_sentence(code), code
    for said in ("The tests, run by pytest -q", "it is run with -q: see below"):
        assert reversed_words.is_sentence(said), said


def test_a_decision_on_the_words_of_a_message_no_longer_finds_them(tmp_path):
    said = {}
    source = (
        "count = 3\n"
        "said = f'there are {count} files beside it'\n"
        "by_words = 'files beside' in said\n"
        "begins = said.startswith('there are')\n"
    )
    exec(compile(reversed_words.turned_tree(source)[0], "said", "exec"), said)  # noqa: S102 - the text above
    assert said["said"] == "it beside files 3 are there"
    assert not said["by_words"] and not said["begins"]


def test_nothing_that_is_looked_for_is_part_of_a_sentence_of_ours(reversed_product):
    words = reversed_product[1]
    said = "\n".join(words.sentences)
    found = [
        (file, line, text)
        for file, line, text in words.needles
        if not file.startswith(OUTSIDE)
        and " " in text.rstrip("\n")
        and text.strip()
        and len(text) > 3
        and text in said
    ]
    assert [one for one in found if (one[0], one[2]) not in NO_DECISION] == []
    assert {(file, text) for file, _, text in found} == set(NO_DECISION)


def compare(product: Path, keys: str, *stages: str) -> None:
    """Walk with the copy, and with the product itself in this process: the same has to come of it."""
    run = subprocess.run(
        [sys.executable, "-P", "-m", "tests.ui.by_structure", keys, *stages],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(product), str(ROOT)])},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["product"].endswith(".pyc")
    here = by_structure.main(by_structure.ALL if keys == "all" else keys.split(","), list(stages))
    here, there = json.loads(json.dumps(here)), told["seen"]
    assert len(here) > len(stages) * 4
    assert [pair for pair in zip(there, here, strict=True) if pair[0] != pair[1]][:3] == []


@pytest.mark.parametrize("stage", ["triage", "verify"])
def test_keys_lead_to_the_same_in_other_words(reversed_product, stage):
    compare(reversed_product[0], FEW, stage)


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("stage", STAGES)
def test_every_key_of_every_stage_leads_to_the_same_in_other_words(reversed_product, stage):
    compare(reversed_product[0], "all", stage)
