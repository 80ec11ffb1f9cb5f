"""What the drill says fits the two rows that it has, at each step that asks for something."""

import textwrap

import pytest

from hotfix_tui.demo import build, lessons
from hotfix_tui.incident.model import catalog

ROOM = 80 - 7 - 1
"""Cells of a row of eighty, next to the word before it."""

STATES = ("pending", "done", "failed", "unknown", "waiting", "stale")


@pytest.mark.parametrize("scenario", build.SCENARIOS)
def test_every_lesson_fits_two_rows_of_eighty_cells(scenario):
    steps = [*lessons.STEPS, "backport.release-2-2", "backport.develop"]
    for step in steps:
        for state in STATES:
            said = lessons.lesson(scenario, step, state)
            assert len(textwrap.wrap(said, ROOM)) <= 2, (scenario, step, state, said)


def test_every_lesson_is_about_a_step_that_there_is():
    assert set(lessons.STEPS) <= set(catalog.STEPS)
    for scenario in build.SCENARIOS:
        assert lessons.lesson(scenario, "branch.base", "pending")
        assert not lessons.lesson(scenario, "branch.base", "not-needed")
