"""What a test puts into a record by hand is what a step can see: anything else is refused."""

import pytest

from tests.typed import read


@pytest.mark.parametrize(
    ("step", "evidence"),
    [
        ("verify.build", {"seconds": 12}),
        ("verify.build", {"duration": "12 s"}),
        ("verify.test", {"failures": ["test_sums"]}),
        ("fix.change", {"files": ["src/a.py"]}),
        ("deploy.production", {"deployed_at": "2026-03-02"}),
        ("backport.release-2-2", {"pr": "https://forge.example/7"}),
        ("triage.describe", {"title": "Totals"}),
    ],
)
def test_invented_evidence_is_refused(step, evidence):
    with pytest.raises(AssertionError, match=next(iter(evidence))):
        read(step, evidence)


@pytest.mark.parametrize(
    ("step", "evidence"),
    [
        ("verify.build", {"exit": 0, "duration": 12.2, "why": "it passed"}),
        ("verify.test", {"failures": ({"name": "test_sums", "line": 3, "file": ""},)}),
        ("branch.base", {"undeployed": 0, "commit": "b" * 40}),
    ],
)
def test_what_a_step_sees_is_taken_as_it_is(step, evidence):
    assert read(step, evidence).raw == evidence
