"""Workflows that start at the end of another one: a merge deploys through them, whatever the one in between is for."""

import pytest

from tests.detect.test_triggers import BOTH, CI, found, job

FOLLOWS = {
    "workflows: [CI]": {"push", "tag"},
    "workflows: [Lint, CI]\nbranches: [main]": {"push"},
    "workflows: [CI]\nbranches: ['ma*']": {"push"},
    "workflows: [CI]\nbranches-ignore: [main]": {"tag"},
    "workflows: [CI]\nbranches-ignore: [develop]": {"push", "tag"},
    "workflows: ['*']\nbranches: [main]": {"push"},
    "workflows: ['C*']": {"push", "tag"},
    "workflows: [CI]\ntypes: [requested]": {"push", "tag"},
    "workflows: [CI]\nbranches: [develop]": set(),
    "workflows: ['D*']": set(),
    "workflows: [Release]": set(),
}
"""Filters of a workflow that deploys at the end of another one, and what then leads to a deployment."""


@pytest.mark.parametrize("filters", FOLLOWS)
def test_which_workflows_follow_another_one(tmp_path, filters):
    lines = "".join(f"    {line}\n" for line in filters.splitlines())
    after = f"on:\n  workflow_run:\n{lines}" + job("- run: fly deploy")
    files = {CI: "name: CI\n" + BOTH + job("- run: npm test"), ".github/workflows/prod.yml": after}
    assert {row[0] for row in found(tmp_path, files, tags=["v1.0.0"])[0]} == FOLLOWS[filters]


@pytest.mark.parametrize(
    ("head", "leads"),
    [
        ("github.event.workflow_run.event == 'push'", {"push", "tag"}),
        ("github.event.workflow_run.head_branch == 'main'", {"push"}),
        ("github.event.workflow_run.head_branch == 'develop'", set()),
        ("github.event.workflow_run.event == 'pull_request'", set()),
    ],
)
def test_conditions_on_the_workflow_that_ended_decide(tmp_path, head, leads):
    after = "on:\n  workflow_run:\n    workflows: [Build]\n" + job("- run: fly deploy", head=f"if: {head}")
    build = "name: Build\non:\n  workflow_run:\n    workflows: [CI]\n" + job("- run: make")
    files = {CI: "name: CI\n" + BOTH + job("- run: npm test"), ".github/workflows/build.yml": build}
    rows = found(tmp_path, files | {".github/workflows/prod.yml": after}, tags=["v1.0.0"])[0]
    assert {row[0] for row in rows} == leads


def test_a_workflow_that_follows_another(tmp_path):
    after = "on:\n  workflow_run:\n    workflows: [CI]\n    branches: [main]\n    types: [completed]\n" + job(
        "- run: fly deploy", head="if: github.event.workflow_run.conclusion == 'success'"
    )
    files = {CI: "name: CI\n" + BOTH + job("- run: npm test"), ".github/workflows/prod.yml": after}
    rows, _ = found(tmp_path / "a", files, tags=["v1.0.0"])
    assert {(row[0], row[3]) for row in rows} == {("push", True)}
    files[".github/workflows/prod.yml"] = after.replace("[CI]", "[Other]")
    assert found(tmp_path / "b", files)[0] == set()
    files[".github/workflows/prod.yml"] = after.replace("'success'", "'failure'")
    assert found(tmp_path / "c", files)[0] == set()
