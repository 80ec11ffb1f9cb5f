"""A code that is stored is shown as the words that it stands for."""

import pytest

from hotfix_tui.incident.rules.views import view
from hotfix_tui.ui.presenters import step_detail
from tests.incident.support import NOW
from tests.incident.test_chain import begun, see


@pytest.mark.parametrize(
    ("step", "seen", "row"),
    [
        ("triage.rollback-first", {"choice": "fix"}, "decided: fix forward"),
        ("triage.rollback-first", {"choice": "rollback"}, "decided: roll back first"),
        ("release.merge", {"how": "local"}, "merged: here, with git"),
        ("release.merge", {"how": "elsewhere"}, "merged: outside the wizard"),
        ("deploy.rollback", {"kind": "previous", "target": "v1"}, "by: deploying what was live before"),
        ("deploy.rollback", {"kind": "blue", "target": "v1"}, "by: blue"),
    ],
)
def test_the_card_says_it_in_words(step, seen, row):
    record = begun()
    see(record, step, **seen)
    text = step_detail.of_step(record, view(record, record.definition(step)), NOW).plain
    assert row in text.splitlines()
