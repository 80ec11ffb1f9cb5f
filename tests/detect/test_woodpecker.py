"""Pipelines of Woodpecker and Drone: what a push and a tag run, and what plugins do."""

import pytest

from hotfix_tui.detect import ci
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import On
from tests.detect.test_triggers import found
from tests.repos import write

STEPS = "steps:\n  image:\n    image: {}\n    settings:\n      repo: acme/shop\n"
IMAGE = STEPS.format("woodpeckerci/plugin-docker-buildx:6.1")
WHEN = "    when:\n{}"

# a pipeline, and the events that deploy or publish by it: sure, perhaps
PIPELINES = {
    "whenever": (IMAGE, {"push": True, "tag": True}),
    "tags": (IMAGE + WHEN.format("      - event: tag\n"), {"tag": True}),
    "tags and a clock": (IMAGE + WHEN.format("      - event: [tag, cron]\n"), {"tag": True}),
    "tags of some form": (IMAGE + WHEN.format("      - event: tag\n        evaluate: 'CI_COMMIT_TAG matches x'\n"),
                          {"tag": False}),
    "the production branch": (IMAGE + WHEN.format("      event: push\n      branch: ${CI_REPO_DEFAULT_BRANCH}\n"),
                              {"push": True}),
    "some paths": (IMAGE + WHEN.format("      - event: push\n        path: ['**/*.go']\n"), {"push": False}),
    "another branch": (IMAGE + WHEN.format("      event: push\n      branch: develop\n"), {}),
    "all other branches": (IMAGE + WHEN.format("      event: push\n      branch:\n        exclude: main\n"), {}),
    "requests": (IMAGE + WHEN.format("      - event: pull_request\n"), {}),
    "one of several": (IMAGE + WHEN.format("      - event: pull_request\n      - event: tag\n"), {"tag": True}),
    "failures": (IMAGE + WHEN.format("      - status: [failure]\n"), {}),
    "as a whole": ("when:\n  - event: tag\n" + IMAGE, {"tag": True}),
    "as a whole, for requests": ("when:\n  event: pull_request\n" + IMAGE, {}),
    "by an older key": (IMAGE.replace("steps:", "pipeline:"), {"push": True, "tag": True}),
    "not really": (IMAGE + "      dry_run: true\n", {}),
    "by an anchor": ("variables:\n  - &plugin 'docker.io/woodpeckerci/plugin-kaniko'\n" + STEPS.format("*plugin"),
                     {"push": True, "tag": True}),
    "by a command": ("steps:\n  - name: go\n    image: rust\n    commands:\n      - cargo publish\n    when:\n"
                     "      event: tag\n", {"tag": True}),
    "a program, no plugin": (STEPS.format("docker:27"), {}),
}  # fmt: skip


@pytest.mark.parametrize("shape", PIPELINES)
@pytest.mark.parametrize("file", [".woodpecker.yml", ".woodpecker/images.yaml"])
def test_what_a_pipeline_of_woodpecker_runs(tmp_path, shape, file):
    text, wanted = PIPELINES[shape]
    seen = found(tmp_path, {file: text}, tags=["v1.2.3"])[1]
    assert {one.on.value: one.sure for one in seen.triggers} == wanted


DRONE = "kind: pipeline\ntype: docker\nname: {}\nsteps:\n- name: image\n  image: plugins/docker\n"

DOCUMENTS = {
    "a pipeline for tags": (DRONE.format("release") + "trigger:\n  event: tag\n", {"tag"}),
    "by the ref": (DRONE.format("release") + "trigger:\n  ref: ['refs/tags/v*']\n", {"tag"}),
    "several pipelines": ("kind: pipeline\nname: test\nsteps:\n- name: x\n  commands: [go test]\n---\n"
                          + DRONE.format("ship") + "trigger:\n  branch: [main]\n  event: [push]\n", {"push"}),
    "a secret beside": ("kind: secret\nname: x\n---\n" + DRONE.format("x") + "trigger:\n  event: [promote]\n", set()),
}  # fmt: skip


@pytest.mark.parametrize("shape", DOCUMENTS)
def test_what_the_documents_of_drone_run(tmp_path, shape):
    text, wanted = DOCUMENTS[shape]
    seen = found(tmp_path, {".drone.yml": text}, tags=["v1.2.3"])[1]
    assert {one.on.value for one in seen.triggers} == wanted


PLUGINS = {
    "plugins/docker": "pushes container images",
    "woodpeckerci/plugin-release:0.3": "publishes a release",
    "plugins/github-release": "publishes a release",
    "plugins/npm": "publishes to npm",
    "appleboy/drone-ssh": "runs commands on a server",
    "plugins/s3": "uploads files",
    "quay.io/thegeeklab/drone-docker-buildx:24": "pushes container images",
    "sinlead/drone-kubectl": "changes a Kubernetes cluster",
    "pelotech/drone-helm3": "deploys with Helm",
    "woodpeckerci/plugin-ready-release-go:4": "prepares releases with ready-release-go",
}


@pytest.mark.parametrize("image", PLUGINS)
def test_what_a_plugin_does(tmp_path, image):
    (one,) = [
        trigger
        for trigger in found(tmp_path, {".woodpecker.yml": STEPS.format(image)})[1].triggers
        if trigger.on is On.PUSH
    ]
    assert one.what == PLUGINS[image]


def test_a_draft_of_a_plugin_stays_a_draft(tmp_path):
    text = STEPS.format("woodpeckerci/plugin-release") + "      draft: true\n"
    seen = found(tmp_path, {".woodpecker.yml": text}, tags=["v1.2.3"])[1]
    assert seen.drafts(On.TAG) and not seen.on(On.TAG)


@pytest.mark.parametrize("file", [".woodpecker.yml", ".woodpecker/test.yaml", ".drone.yml"])
def test_the_suite_of_such_a_pipeline_is_found(tmp_path, file):
    text = "steps:\n  - name: test\n    image: x\n    commands:\n      - npm ci\n      - npm run test:unit\n"
    files = {file: text, "package.json": '{"scripts": {"test:unit": "vitest run"}}'}
    (line,) = ci.suggestions(Tree(write(tmp_path, files)), "test")
    assert line.argv == ["npm", "run", "test:unit"]
