"""Marks by which a commit's message keeps pipelines from starting."""

import pytest

from hotfix_tui.detect.skip_marks import skip_mark

WORKFLOW, OTHER = ".github/workflows/ci.yml", ".gitlab-ci.yml"


@pytest.mark.parametrize(
    ("message", "workflow", "other"),
    [
        ("fix: x [skip ci]", "[skip ci]", "[skip ci]"),
        ("fix: x\n\nbody [CI SKIP] more", "[CI SKIP]", "[CI SKIP]"),
        ("fix: x [no ci]", "[no ci]", ""),
        ("fix: x\n\n[actions skip]", "[actions skip]", ""),
        ("fix: x\n\nbody\n\nskip-checks: true", "skip-checks: true", ""),
        ("fix: skip ci on forks", "", ""),
        ("fix: x [skip citations]", "", ""),
        ("", "", ""),
    ],
)
def test_each_kind_of_pipeline_knows_its_marks(message, workflow, other):
    assert (skip_mark(message, WORKFLOW), skip_mark(message, OTHER)) == (workflow, other)
    assert skip_mark(message, ".forgejo/workflows/a.yml") == workflow
