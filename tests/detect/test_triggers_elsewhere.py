"""What a push and a tag set off beyond the repository's own steps: workflows of others, other repositories."""

import pytest

from hotfix_tui.detect.trigger_types import On
from tests.detect.test_triggers import BOTH, CI, PUSH, TAG, found, job

BUILDER = (
    "jobs:\n  go:\n    uses: docker/github-builder/.github/workflows/{}@v1\n    with:\n      output: image\n"
)
OTHERS = "jobs:\n  go:\n    uses: acme/flows/.github/workflows/container.yml@v1\n    with:\n"

# the workflow, what it is handed, whether it is sure; None for nothing at all
HANDED = {
    "an image, pushed": (BUILDER.format("build.yml") + "      push: true\n", True),
    "an image, but for requests": (
        BUILDER.format("build.yml") + "      push: ${{ github.event_name != 'pull_request' }}\n", True),
    "an image, by a bake file": (BUILDER.format("bake.yml") + "      push: ${{ github.ref_type == 'tag' }}\n", True),
    "an image, if an input says so": (BUILDER.format("build.yml") + "      push: ${{ vars.PUSH == 'yes' }}\n", False),
    "an image that stays": (BUILDER.format("build.yml") + "      push: false\n", None),
    "an image, in requests alone": (
        BUILDER.format("build.yml") + "      push: ${{ github.event_name == 'pull_request' }}\n", None),
    "another builder": (
        OTHERS + "      push: true\n", False),
    "a builder, told not to": (
        OTHERS + "      push: false\n", None),
}  # fmt: skip


@pytest.mark.parametrize("shape", HANDED)
def test_a_workflow_of_others_that_is_told_to_push_publishes(tmp_path, shape):
    jobs, sure = HANDED[shape]
    seen = found(tmp_path, {CI: BOTH + jobs}, tags=["v1.2.3"])[1]
    assert [one.sure for one in seen.on(On.TAG)] == ([] if sure is None else [sure])


RELEASE = "- uses: {}\n  with:\n    {}\n"

MOVING = {
    "a tag that each run moves": (RELEASE.format("ncipollo/release-action@v1", "tag: nightly"), "preview"),
    "the latest, for testers": (
        RELEASE.format("ncipollo/release-action@v1", "tag: latest\n    prerelease: true"), "preview"),
    "by another key": (RELEASE.format("softprops/action-gh-release@v2", "tag_name: edge"), "preview"),
    "by an action that makes them": (
        RELEASE.format("marvinpinto/action-automatic-releases@v1",
                       "automatic_release_tag: latest\n    prerelease: true"), "preview"),
    "by a command": ("- run: gh release create nightly --prerelease dist/*\n", "preview"),
    "the latest by a command": ("- run: gh release create --prerelease latest dist/*\n", "preview"),
    "the latest, for everybody": (RELEASE.format("ncipollo/release-action@v1", "tag: latest"), ""),
    "a version": (RELEASE.format("softprops/action-gh-release@v2", "tag_name: v1.2.3\n    prerelease: true"), ""),
    "a version by a command": ("- run: gh release create v1.2.3 dist/*\n", ""),
}  # fmt: skip


@pytest.mark.parametrize("shape", MOVING)
def test_a_release_that_moves_with_each_push_is_a_preview(tmp_path, shape):
    steps, target = MOVING[shape]
    (one,) = found(tmp_path, {CI: PUSH + job(steps)})[1].triggers
    assert (one.what, one.target.value, one.sure) == ("publishes a release", target, True)


def test_the_draft_of_a_version_beside_such_a_release_stays_a_draft(tmp_path):
    steps = MOVING["the latest, for testers"][0]
    steps += RELEASE.format("ncipollo/release-action@v1", "tag: ${{ github.ref_name }}\n    draft: true")
    seen = found(tmp_path, {CI: TAG + job(steps)}, tags=["v1.2.3"])[1]
    assert [one.what for one in seen.drafts(On.TAG)] == ["drafts a release"]


OTHER = "- uses: actions/checkout@v4\n  with:\n    repository: acme/site\n    path: www\n"

PUSHED = {
    "in its folder": (OTHER + "- run: git push origin main\n  working-directory: www\n", True),
    "after going there": (OTHER + "- run: |\n    cd www\n    git commit -am x\n    git push\n", True),
    "from outside": (OTHER + "- run: git -C ./www push origin HEAD\n  name: x\n", True),
    "our own": ("- uses: actions/checkout@v4\n- run: git push origin HEAD:version\n", False),
    "our own, named": (OTHER.replace("acme/site", "${{ github.repository }}")
                       + "- run: git push\n  working-directory: www\n", False),
    "another one beside, only read": (OTHER + "- run: git push origin HEAD:version\n", False),
    "nothing": (OTHER + "- run: git push --dry-run\n  working-directory: www\n", False),
}  # fmt: skip


@pytest.mark.parametrize("shape", PUSHED)
def test_a_push_in_a_checkout_of_another_repository_is_seen(tmp_path, shape):
    steps, seen = PUSHED[shape]
    listed = found(tmp_path, {CI: PUSH + job(steps)})[1].triggers
    assert [(one.what, one.sure) for one in listed] == [("pushes to another repository", False)] * seen


def test_documentation_that_is_pushed_there_is_no_deployment_of_the_product(tmp_path):
    steps = OTHER + "- name: Publish documentation\n  run: git push\n  working-directory: www\n"
    (one,) = found(tmp_path, {CI: PUSH + job(steps)})[1].elsewhere(On.PUSH)
    assert one.target.value == "docs"


@pytest.mark.parametrize("title", ["Publish results", "Publish benchmark", "Publish test report"])
def test_a_job_called_publish_that_publishes_results_is_none(tmp_path, title):
    steps = "- run: node compare.js\n"
    files = {CI: "on: workflow_dispatch\n" + job(steps, name="publish", head=f"name: {title}")}
    assert not found(tmp_path, files)[1].triggers


@pytest.mark.parametrize("title", ["Publish", "Publish packages", ""])
def test_a_job_called_publish_is_a_question(tmp_path, title):
    steps = "- run: node compare.js\n"
    files = {CI: TAG + job(steps, name="publish", head=f"name: {title}" if title else "")}
    assert [one.sure for one in found(tmp_path, files, tags=["v1.2.3"])[1].triggers] == [False]


@pytest.mark.parametrize("command", ["ansible-galaxy role import --api-key $K acme sums",
                                     "ansible-galaxy collection publish x.tgz",
                                     "ansible-galaxy import acme sums"])  # fmt: skip
def test_what_goes_to_galaxy_is_seen(tmp_path, command):
    seen = found(tmp_path, {CI: TAG + job(f"- run: >-\n    {command}\n")}, tags=["v1.2.3"])[1]
    assert [(one.what, one.sure) for one in seen.on(On.TAG)] == [("publishes to Ansible Galaxy", True)]


@pytest.mark.parametrize("folder", ["", "src/", "src/sums/", "lib/"])
def test_a_library_in_c_is_found_in_its_folder(tmp_path, folder):
    library = "project(sums C)\nadd_library(sums sums.c)\ninstall(TARGETS sums)\n"
    files = {"CMakeLists.txt": "project(sums C)\n", f"{folder}CMakeLists.txt": library}
    (one,) = found(tmp_path, files)[1].on(On.TAG)
    assert one.file == f"{folder}CMakeLists.txt" and not one.sure


@pytest.mark.parametrize("folder", ["src/helper/", "test/", "tools/"])
def test_a_library_beside_a_program_is_none_of_others(tmp_path, folder):
    files = {
        "CMakeLists.txt": "project(sums C)\n",
        f"{folder}CMakeLists.txt": "add_library(x x.c)\ninstall(TARGETS x)\n",
    }
    assert not found(tmp_path, files)[1].on(On.TAG)


@pytest.mark.parametrize(("action", "what"), [("leafo/gh-actions-luarocks@v4", []),
    ("spring-io/nexus-sync-action@v0.0.1", ["publishes to Maven"]),
    ("samuelmeuli/action-maven-publish@v1", ["publishes to Maven"])])  # fmt: skip
def test_an_action_that_installs_a_program_publishes_nothing(tmp_path, action, what):
    assert [
        one.what
        for one in found(tmp_path, {CI: TAG + job(f"- uses: {action}\n")}, tags=["v1.2.3"])[1].triggers
    ] == what


@pytest.mark.parametrize(
    "title", ["Create or Update Release PR", "preview of the release", "Staging release"]
)
@pytest.mark.parametrize("action", ["googleapis/release-please-action@v5", "changesets/action@v1"])
def test_what_prepares_a_release_has_no_environment_by_its_name(tmp_path, title, action):
    seen = found(tmp_path, {CI: PUSH + job(f"- uses: {action}\n", head=f"name: {title}")})[1]
    assert [one.target.value for one in seen.prepares(On.PUSH)] == [""] and not seen.elsewhere(On.PUSH)
    assert seen.bot is not None and seen.bot.name in action


CALLED = {
    "to production": ("  production:\n    uses: acme/flows/.github/workflows/push-env.yml@v1\n", True),
    "into an environment": (
        "  api:\n    uses: acme/flows/.github/workflows/env.yml@v1\n    with:\n      environment: production\n", True),
    "an image, by its title": (
        "  hosted:\n    name: Push the image\n    uses: acme/flows/.github/workflows/hosted.yml@v1\n", True),
    "an image, by an input of a longer name": (
        "  hosted:\n    uses: acme/flows/.github/workflows/hosted.yml@v1\n    with:\n      push_rolling: true\n", True),
    "an image that is built alone": (
        "  hosted:\n    uses: acme/flows/.github/workflows/hosted.yml@v1\n    with:\n      push_it: false\n", False),
    "tests of production": (
        "  test:\n    name: Test production\n    uses: acme/flows/.github/workflows/run.yml@v1\n", False),
    "a check with an environment": (
        "  check:\n    uses: acme/flows/.github/workflows/x.yml@v1\n    with:\n      environment: staging\n", False),
}  # fmt: skip


@pytest.mark.parametrize("shape", CALLED)
def test_a_workflow_of_others_that_is_told_where_to_go_is_a_question(tmp_path, shape):
    jobs, asked = CALLED[shape]
    seen = found(tmp_path, {CI: f"{PUSH}jobs:\n{jobs}"})[1]
    assert [one.sure for one in seen.triggers] == ([False] if asked else [])


@pytest.mark.parametrize(
    ("step", "seen"),
    [
        ("- uses: acme/actions/docker-build-push@main\n", [False]),
        ("- uses: acme/actions/docker-build-push@main\n  with:\n    push: false\n", []),
        ("- uses: acme/push-docker-image@v1\n", [False]),
        ("- uses: blacksmith/build-push-action@v2\n  with:\n    push: true\n", [True]),
        ("- uses: depot/build-push-action@v1\n", []),
        ("- uses: acme/actions/update-deployed-tag@main\n  with:\n    environment: prod\n", [False]),
        ("- run: make DOCKER_BUILD_PUSH=true build-docker\n", [False]),
        ("- run: make image PUSH=1\n", [False]),
        ("- run: make DOCKER_BUILD_PUSH=false build-docker\n", []),
        ("- run: make image\n", []),
    ],
)
def test_images_that_go_out_by_actions_and_makefiles_of_others(tmp_path, step, seen):
    assert [one.sure for one in found(tmp_path, {CI: PUSH + job(step)})[1].on(On.PUSH)] == seen


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("github.repository == 'acme/shop'", [True]),
        ("github.repository == 'newname/shop'", [False]),
        ("github.event.repository.full_name == 'NewName/Shop'", [False]),
        ("github.repository != 'newname/shop'", [False]),
        ("github.repository == 'acme/other'", []),
        ("github.repository_owner == 'others'", []),
    ],
)
def test_a_repository_of_the_same_name_elsewhere_may_be_this_one_after_a_move(tmp_path, said, seen):
    text = PUSH + job("- run: npm publish\n", head=f"if: {said}")
    assert [one.sure for one in found(tmp_path, {CI: text}, repository="acme/shop")[1].on(On.PUSH)] == seen


PIPELINE = """\
resources:
- name: src
  type: git
  source: {{uri: x, branch: main{tags}}}
jobs:
- name: test
  plan: [{{get: src}}]
- name: test-and-deploy-api
  plan: [{{get: src}}]
- name: nightly
  plan: [{{get: src}}]
"""


@pytest.mark.parametrize("file", ["ci/pipeline.yml", "concourse/shop.yaml", "ci/pipelines/main.yml"])
def test_jobs_of_concourse_that_deploy_are_a_question(tmp_path, file):
    seen = found(tmp_path, {file: PIPELINE.format(tags="")})[1]
    assert [(one.on, one.job, one.sure) for one in seen.triggers] == [(On.PUSH, "test-and-deploy-api", False)]
    seen = found(tmp_path, {file: PIPELINE.format(tags=", tag_filter: 0.*")})[1]
    assert {one.on for one in seen.triggers} == {On.PUSH, On.TAG}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("ci/values.yml", "jobs:\n- name: deploy\n"),
        ("ci/pipeline.yml", "jobs:\n- name: test\n  plan: []\nresources: []\n"),
        ("docs/pipeline.yml", PIPELINE.format(tags="")),
    ],
)
def test_what_is_no_pipeline_of_concourse_says_nothing(tmp_path, file, text):
    assert not found(tmp_path, {file: text})[1].triggers


def test_what_kokoro_may_publish_is_a_question(tmp_path):
    (one,) = found(tmp_path, {".kokoro/publish.sh": "npm publish\n"})[1].triggers
    assert (one.on, one.sure) == (On.TAG, False) and "Kokoro" in one.what


JITPACK = "[![](https://jitpack.io/v/acme/sums.svg)](https://jitpack.io/#acme/sums)\n"


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        ({"build.gradle": "", "README.md": JITPACK}, True),
        ({"build.gradle.kts": "", "jitpack.yml": "jdk: [17]\n"}, True),
        ({"pom.xml": "", "README.md": "<url>https://jitpack.io</url>\ncom.github.acme:sums:1.0\n"}, True),
        ({"build.gradle": "", "README.md": "It needs https://jitpack.io among its repositories.\n"}, False),
        ({"package.json": "{}", "README.md": JITPACK}, False),
    ],
)
def test_what_jitpack_builds_is_published_by_its_tag(tmp_path, files, asked):
    seen = [one for one in found(tmp_path, files)[1].on(On.TAG) if "JitPack" in one.what]
    assert [one.sure for one in seen] == ([False] if asked else [])


CIRCLE = """\
version: 2.1
jobs:
  ship: {docker: [{image: x}], steps: [{run: helm upgrade shop chart}]}
  test: {docker: [{image: x}], steps: [{run: make test}]}
workflows:
  all:
    jobs:
"""
WAITS = {
    "for an approval": ("- test\n- ask: {type: approval, requires: [test]}\n- ship: {requires: [ask]}\n", On.MANUAL),
    "for one that another waits for": (
        "- ask: {type: approval}\n- test: {requires: [ask]}\n- ship: {requires: [test]}\n", On.MANUAL),
    "for one by another name": (
        "- hold: {name: ask, type: approval}\n- ship: {name: to-production, requires: [ask]}\n", On.MANUAL),
    "for its tests": ("- test\n- ship: {requires: [test]}\n", On.PUSH),
    "for nothing, beside one that does": (
        "- ask: {type: approval}\n- test: {requires: [ask]}\n- ship\n", On.PUSH),
}  # fmt: skip


@pytest.mark.parametrize("shape", WAITS)
def test_what_waits_for_an_approval_of_circleci_is_started_by_a_person(tmp_path, shape):
    jobs, on = WAITS[shape]
    text = CIRCLE + "".join(f"    {line}\n" for line in jobs.splitlines())
    seen = found(tmp_path, {".circleci/config.yml": text})[1]
    assert [(one.on, one.what) for one in seen.triggers] == [(on, "deploys with Helm")]


PYPI = "- uses: pypa/gh-action-pypi-publish@release/v1\n"


@pytest.mark.parametrize(
    ("title", "name", "target"),
    [
        ("Publish to PyPI and TestPyPI", "go", ""),
        ("Publish to TestPyPI, then PyPI", "publish-to-pypi", ""),
        ("test-pypi and pypi", "go", ""),
        ("Publish to PyPI and TestPyPI", "publish-to-testpypi", "staging"),
        ("Publish to TestPyPI", "go", "staging"),
    ],
)
def test_a_workflow_for_both_indexes_of_python_is_no_staging(tmp_path, title, name, target):
    (one,) = found(tmp_path, {CI: f"name: {title}\n{TAG}" + job(PYPI, name=name)}, tags=["v1.2.3"])[
        1
    ].triggers
    assert one.target.value == target
