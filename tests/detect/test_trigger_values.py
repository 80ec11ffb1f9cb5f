"""What a push and a tag set off where values decide: outputs of steps, matrices, branches that a workflow pushes."""

import pytest

from hotfix_tui.detect.trigger_types import On
from tests.detect.test_triggers import CI, PUSH, TAG, found, job
from tests.repos import package

CALLS = "jobs:\n  go:\n    uses: ./.github/workflows/images.yml\n    with:\n      {}\n"
CALLED = (
    "on:\n  workflow_call:\n    inputs:\n      publish: {{type: boolean}}\n      out: {{type: string}}\n{}"
)
CHOSEN = ("- id: out\n  uses: haya14busa/action-cond@v1\n  with:\n    cond: ${{ inputs.publish }}\n"
          "    if_true: type=image,push=true\n    if_false: type=oci,dest=image.tar\n")  # fmt: skip
BUILDS = "- uses: docker/build-push-action@v7\n  with:\n    outputs: {}\n"

# what the image goes to, what the called workflow is handed, whether it is sure; None for nothing at all
WRITTEN = {
    "chosen by a step": (CHOSEN + BUILDS.format("${{ steps.out.outputs.value }}"), "publish: true", True),
    "chosen, but for requests": (CHOSEN + BUILDS.format("${{ steps.out.outputs.value }}"),
                                 "publish: ${{ github.event_name == 'push' }}", True),
    "chosen, not to be pushed": (CHOSEN + BUILDS.format("${{ steps.out.outputs.value }}"), "publish: false", None),
    "handed": (BUILDS.format("${{ inputs.out }}"), "out: type=registry", True),
    "handed, a file": (BUILDS.format("${{ inputs.out }}"), "out: type=oci,dest=x.tar", None),
    "put together": (BUILDS.format("type=image,push=${{ inputs.publish }}"), "publish: true", True),
    "by a script": ("- id: out\n  run: echo value=x >> $GITHUB_OUTPUT\n"
                    + BUILDS.format("${{ steps.out.outputs.value }}"), "publish: true", False),
    "by a variable": (BUILDS.format("${{ vars.OUTPUT }}"), "publish: true", False),
}  # fmt: skip


@pytest.mark.parametrize("shape", WRITTEN)
def test_where_an_image_is_written_may_be_an_expression(tmp_path, shape):
    steps, handed, sure = WRITTEN[shape]
    files = {CI: PUSH + CALLS.format(handed), ".github/workflows/images.yml": CALLED.format(job(steps))}
    assert [one.sure for one in found(tmp_path, files)[1].on(On.PUSH)] == ([] if sure is None else [sure])


MATRIX = "strategy:\n  matrix:\n    env: {}\nenvironment: ${{{{ matrix.env }}}}"

PLACES = {
    "one of the list": ("[staging]", "staging"),
    "by the branch or the tag": ("\n      - ${{ startsWith(github.ref, 'refs/tags/v') && 'production' || 'staging' }}",
                                 "staging"),
    "one text": ("${{ github.ref_name == 'main' && 'staging' || 'production' }}", "staging"),
    "several": ("[staging, production]", ""),
    "unknown": ("${{ fromJSON(vars.ENVIRONMENTS) }}", ""),
}  # fmt: skip


@pytest.mark.parametrize("shape", PLACES)
def test_the_only_value_of_a_matrix_is_known(tmp_path, shape):
    values, target = PLACES[shape]
    head = MATRIX.format(values.replace("\n      ", "\n      "))
    (one,) = found(tmp_path, {CI: PUSH + job("- run: flyctl deploy\n", head=head)})[1].triggers
    assert one.target.value == target


def test_a_condition_on_the_only_value_of_a_matrix_decides(tmp_path):
    steps = "- if: matrix.env == 'production'\n  run: flyctl deploy\n"
    head = MATRIX.format("[staging]")
    assert not found(tmp_path, {CI: PUSH + job(steps, head=head)})[1].triggers


HANDED_ON = {
    "Riff-Raff": "- uses: guardian/actions-riff-raff@v4\n  with:\n    projectName: tools::shop\n",
    "Octopus, a release": "- uses: OctopusDeploy/create-release-action@v3\n",
    "Octopus, a package": "- uses: OctopusDeploy/push-package-action@v3\n",
    "Porter": "- uses: porter-dev/porter-update-action@v0.1.0\n",
    "Porter, by its program": "- run: porter apply -f ./porter.yaml\n",
}


@pytest.mark.parametrize("shape", HANDED_ON)
def test_a_build_that_is_handed_to_what_deploys_is_a_question(tmp_path, shape):
    listed = found(tmp_path, {CI: PUSH + job(HANDED_ON[shape])})[1].on(On.PUSH)
    assert [(one.kind.value, one.sure) for one in listed] == [("deploys", False)]


@pytest.mark.parametrize("command", ["az spring app deploy --name shop", "az spring-cloud app deploy -n shop",
                                     "az containerapp up -n shop", "az webapp deploy --name shop"])  # fmt: skip
def test_what_goes_to_azure_is_seen(tmp_path, command):
    (one,) = found(tmp_path, {CI: PUSH + job(f"- run: |\n    {command}\n")})[1].triggers
    assert (one.what, one.sure) == ("deploys to Azure", True)


BRANCH = ".github/workflows/branch.yml"
ON_RELEASE = "on:\n  push:\n    branches: [release]\n" + job("- run: docker push acme/shop:1\n")
WITH_TOKEN = "- uses: actions/checkout@v4\n  with:\n    token: ${{ secrets.BOT_TOKEN }}\n"

PUSHED_BRANCHES = {
    "merged into it": (WITH_TOKEN + "- run: |\n    git merge --ff-only main\n    git push origin release\n", True),
    "the head": (WITH_TOKEN + "- run: git push origin HEAD:release\n", True),
    "the head, in full": (WITH_TOKEN + "- run: git push --force origin HEAD:refs/heads/release\n", True),
    "by a key": ("- uses: actions/checkout@v4\n  with:\n    ssh-key: ${{ secrets.KEY }}\n"
                 "- run: git push origin main:release\n", True),
    "with the token of the job, which starts nothing": ("- run: git push origin HEAD:release\n", False),
    "another branch": (WITH_TOKEN + "- run: git push origin translations\n", False),
    "not pushed": (WITH_TOKEN + "- run: git push --dry-run origin release\n", False),
}  # fmt: skip


@pytest.mark.parametrize("shape", PUSHED_BRANCHES)
def test_a_branch_that_a_workflow_pushes_sets_off_its_own(tmp_path, shape):
    steps, seen = PUSHED_BRANCHES[shape]
    files = {CI: TAG + job(steps), BRANCH: ON_RELEASE}
    listed = found(tmp_path, files, tags=["v1.2.3"])[1].on(On.TAG)
    assert [(one.what, one.sure) for one in listed] == [("pushes container images", False)] * seen
    assert all("release" in one.condition for one in listed)


PROCFILES = {
    "of an image": ({"docker/nginx/Procfile": "web: nginx\n"}, 0),
    "of scripts": ({"deploy/Procfile": "web: x\n", "deploy/run.sh": "x\n"}, 0),
    "of development": ({"tools/Procfile": "web: x\n"}, 0),
    "of an application": ({"backend/Procfile": "web: x\n", "backend/requirements.txt": "django\n"}, 1),
    "of another": ({"app/api/Procfile": "web: x\n", "app/api/package.json": "{}"}, 1),
    "at the root": ({"Procfile": "web: x\n"}, 1),
}


@pytest.mark.parametrize("shape", PROCFILES)
def test_a_procfile_counts_where_an_application_is(tmp_path, shape):
    files, count = PROCFILES[shape]
    assert len(found(tmp_path, files)[1].on(On.PUSH)) == count


def test_riff_raff_may_deploy_what_is_pushed(tmp_path):
    (one,) = found(tmp_path, {"riff-raff.yaml": "stacks: [deploy]\n"})[1].on(On.PUSH)
    assert "Riff-Raff" in one.what and not one.sure


GORELEASER = "- uses: goreleaser/goreleaser-action@v7\n  with:\n    args: release --clean ${{ env.FLAGS }}\n"
WRITES = "- if: {}\n  run: {}\n"
FLAGS = "echo 'FLAGS=--skip=publish --snapshot' >> $GITHUB_ENV"

# steps before it, and whether a push and a tag publish: sure, perhaps, or not at all
EXPORTED = {
    "but for tags": (WRITES.format("${{ !startsWith(github.ref, 'refs/tags/v') }}", FLAGS), None, True),
    "by the kind of the ref": (WRITES.format("github.ref_type != 'tag'", FLAGS), None, True),
    "by another variable": (WRITES.format("env.IS_RELEASE == 'false'", FLAGS), None, True),
    "in braces": (
        WRITES.format("github.ref_type == 'branch'", 'echo "FLAGS=--snapshot" >> "${GITHUB_ENV}"'), None, True),
    "always": ("- run: " + FLAGS + "\n", None, None),
    "worked out": ("- run: echo FLAGS=$(./flags) >> $GITHUB_ENV\n", False, False),
    "never": ("", False, False),
}  # fmt: skip


@pytest.mark.parametrize("shape", EXPORTED)
def test_a_variable_that_a_step_writes_decides(tmp_path, shape):
    steps, push, tag = EXPORTED[shape]
    on = "on:\n  push:\n    branches: [main]\n    tags: ['v*']\n"
    on += "env:\n  IS_RELEASE: ${{ startsWith(github.ref, 'refs/tags/') && 'true' || 'false' }}\n"
    seen = found(tmp_path, {CI: on + job(steps + GORELEASER)}, tags=["v1.2.3"])[1]
    assert [one.sure for one in seen.on(On.PUSH)] == ([] if push is None else [push])
    assert [one.sure for one in seen.on(On.TAG)] == ([] if tag is None else [tag])


@pytest.mark.parametrize("name", ["clippy-release", "rustfmt_release", "release-msrv", "mypy-cd"])
def test_a_check_of_what_is_released_is_no_release(tmp_path, name):
    assert not found(tmp_path, {CI: PUSH + job("- run: make x\n", name=name)})[1].triggers


CLOUD_BUILD = "steps:\n- name: python\n  entrypoint: {}\n  args: {}\n"

BUILDS_OF_CLOUD = {
    "tests": (CLOUD_BUILD.format("pipenv", "['run', 'local/tests/run_all']"), 0),
    "a linter": (CLOUD_BUILD.format("npm", "['run', 'lint']"), 0),
    "an image": (CLOUD_BUILD.format("docker", "['build', '-t', 'x', '.']") + "images: ['x']\n", 1),
    "a deployment": (CLOUD_BUILD.format("gcloud", "['run', 'deploy', 'shop']"), 1),
    "a script": (CLOUD_BUILD.format("bash", "['ci/build.sh']"), 1),
}


@pytest.mark.parametrize("shape", BUILDS_OF_CLOUD)
def test_a_build_of_cloud_build_that_only_tests_deploys_nothing(tmp_path, shape):
    text, count = BUILDS_OF_CLOUD[shape]
    assert len(found(tmp_path, {"cloudbuild.yaml": text})[1].on(On.PUSH)) == count


@pytest.mark.parametrize("file", ["gocd/templates/shop.jsonnet", "gocd/pipelines/shop.yaml", "ci.gocd.yaml"])
def test_gocd_may_deploy_what_is_pushed(tmp_path, file):
    (one,) = found(tmp_path, {file: "x: y\n"})[1].on(On.PUSH)
    assert "GoCD" in one.what and not one.sure


OWNED = "github.repository_owner == '{}'"
NAMED = {
    "a package": ({"package.json": '{"repository": "https://github.com/NewCo/shop.git"}'}, "NewCo", [False]),
    "a module": ({"go.mod": "module github.com/newco/shop\n"}, "newco", [False]),
    "a front page": ({"README.md": "![ci](https://github.com/newco/shop/actions)\n"}, "NewCo", [False]),
    "ours": ({"README.md": "https://github.com/newco/shop\n"}, "acme", [True]),
    "another repository": ({"README.md": "https://github.com/newco/shopping\n"}, "newco", []),
    "nobody": ({}, "newco", []),
}


@pytest.mark.parametrize("shape", NAMED)
def test_an_owner_under_whom_the_files_name_the_repository_may_be_its_own_after_a_move(tmp_path, shape):
    files, owner, seen = NAMED[shape]
    text = PUSH + job("- run: npm publish\n", head=f"if: {OWNED.format(owner)}")
    listed = found(tmp_path, {CI: text, **files}, repository="acme/shop")[1].on(On.PUSH)
    assert [one.sure for one in listed if one.file == CI] == seen


IF = "- run: |\n    if {}; then\n      gh release create --draft $TAG\n    else\n      npm publish\n    fi\n"

# a condition, and what a push and a tag do by it
BRANCHES = {
    "the kind of the ref": ('[[ "${{ github.ref_type }}" == "tag" ]]', ["npm"], ["drafts"]),
    "the variable": ('[ "$GITHUB_REF_TYPE" = "tag" ]', ["npm"], ["drafts"]),
    "a pattern of refs": ('[[ "${GITHUB_REF}" == refs/tags/* ]]', ["npm"], ["drafts"]),
    "not the branch": ('[[ $GITHUB_REF != "refs/heads/main" ]]', ["npm"], ["drafts"]),
    "turned round": ('! [[ "$GITHUB_REF_NAME" == "main" ]]', ["npm"], ["drafts"]),
    "the event": ('[ "$GITHUB_EVENT_NAME" = "release" ]', ["npm"], ["npm"]),
    "something else": ('[ "$RELEASE" = "yes" ]', ["drafts", "npm"], ["drafts", "npm"]),
}


@pytest.mark.parametrize("shape", BRANCHES)
def test_the_branches_of_a_script_that_an_event_does_not_take_do_nothing(tmp_path, shape):
    condition, push, tag = BRANCHES[shape]
    on = "on:\n  push:\n    branches: [main]\n    tags: ['v*']\n"
    seen = found(tmp_path, {CI: on + job(IF.format(condition))}, tags=["v1.2.3"])[1].triggers
    for event, wanted in ((On.PUSH, push), (On.TAG, tag)):
        said = sorted("npm" if "npm" in one.what else "drafts" for one in seen if one.on is event)
        assert said == wanted


@pytest.mark.parametrize(
    "script",
    [
        "if [[ $GITHUB_REF == x ]]; then\n  npm publish\n",
        "cat <<E\nif [ $GITHUB_REF = x ]; then\nE\nnpm publish\n",
    ],
)
def test_a_script_whose_branches_cannot_be_told_is_read_as_a_whole(tmp_path, script):
    body = "".join(f"    {line}\n" for line in script.splitlines())
    (one,) = found(tmp_path, {CI: PUSH + job("- run: |\n" + body)})[1].on(On.PUSH)
    assert one.what == "publishes to npm"


TAGS = {
    "a version of a file": 'version="$(grep -oP x shop.cabal)"\ngit tag "v$version"\ngit push origin "v$version"',
    "one that is signed": 'git tag -s -m "Release it" "$VERSION"\ngit push origin "$VERSION"',
    "by its whole name": "git tag -a v${{ steps.next.outputs.version }} -m x\ngit push origin refs/tags/v${{ steps.next.outputs.version }}",  # noqa: E501
    "all of them": "git tag $NEXT_VERSION && true\ngit push --tags",
}
NO_TAGS = {
    "one that moves": "git tag -f nightly\ngit push -f origin refs/tags/nightly",
    "a mark of a deployment": "git tag deployed-$(date +%s)\ngit push origin $(git describe)",
    "one that stays": "git tag v$VERSION\ngit push origin main",
    "a list of them": "git tag --list 'v*'\ngit push origin $BRANCH",
}


@pytest.mark.parametrize("shape", TAGS)
def test_a_workflow_that_makes_version_tags_is_said_to(tmp_path, shape):
    steps = "- run: |\n" + "".join(f"    {line}\n" for line in TAGS[shape].splitlines())
    seen = found(tmp_path, {CI: PUSH + job(steps)})[1]
    assert [(one.what, one.sure) for one in seen.on(On.PUSH)] == [("pushes tags that it makes", False)]
    assert seen.bot is not None and seen.bot.name == "a workflow"


@pytest.mark.parametrize("shape", NO_TAGS)
def test_a_workflow_that_makes_other_tags_makes_no_versions(tmp_path, shape):
    steps = "- run: |\n" + "".join(f"    {line}\n" for line in NO_TAGS[shape].splitlines())
    seen = found(tmp_path, {CI: PUSH + job(steps)})[1]
    assert seen.on(On.PUSH) == [] and seen.bot is None


CHECKS = {
    "a check": ("on:\n  check_run:\n    types: [completed]\n", True),
    "any check": ("on: [workflow_dispatch, check_suite]\n", True),
    "a status": ("on: status\n", True),
    "a check that is asked for": ("on:\n  check_run:\n    types: [requested_action]\n", False),
    "a request": ("on: pull_request\n", False),
}


@pytest.mark.parametrize("shape", CHECKS)
def test_what_follows_a_check_of_the_pushed_commit_is_a_question(tmp_path, shape):
    on, asked = CHECKS[shape]
    calls = "jobs:\n  maven-cd:\n    uses: acme/flows/.github/workflows/maven-cd.yml@v1\n"
    seen = found(tmp_path, {CI: on + calls}, tags=["v1.0.0"])[1]
    assert [(one.sure, one.condition) for one in seen.on(On.PUSH)] == (
        [(False, "once a check of the commit ends")] if asked else []
    )
    assert seen.on(On.TAG) == []


@pytest.mark.parametrize(
    ("step", "what", "target"),
    [
        ("- run: node --run deploy:staging", "deploys to Cloudflare by node --run deploy:staging", "staging"),
        ("- run: node --run deploy:prod", "deploys to Cloudflare by node --run deploy:prod", "production"),
        ("- uses: mhanberg/gigalixir-action@v0.6.2", "deploys to Gigalixir", ""),
        ("- run: git push https://x:y@git.gigalixir.com/shop.git HEAD:main", "deploys to Gigalixir", ""),
        ("- uses: 10up/action-wordpress-plugin-deploy@stable", "publishes to WordPress.org", ""),
        ("- uses: 10up/action-wordpress-plugin-asset-update@stable", "publishes to WordPress.org", ""),
    ],
)
def test_more_ways_to_deploy_and_to_publish(tmp_path, step, what, target):
    scripts = {f"deploy:{name}": f"wrangler deploy --env {name}" for name in ("staging", "prod")}
    seen = found(tmp_path, {CI: PUSH + job(step), "package.json": package(scripts)})[1]
    rows = [(one.what, one.target.value, one.sure) for one in seen.triggers if one.on is On.PUSH]
    assert rows == [(what, target, True)]


@pytest.mark.parametrize(
    ("tags", "known", "sure", "condition"),
    [
        ("[production-release]", [], False, "for the tag production-release alone"),
        ("[live, '!v*']", [], False, "for the tag live alone"),
        ("['v*']", [], True, ""),
        ("['*']", [], True, ""),
        ("[latest, 'v*.*.*']", [], True, ""),
        ("['v*']", ["v1.0.1"], True, ""),
    ],
)
def test_a_tag_that_is_moved_by_hand_is_no_version_tag(tmp_path, tags, known, sure, condition):
    flow = f"on:\n  push:\n    tags: {tags}\n" + job("- run: flyctl deploy\n")
    (one,) = found(tmp_path, {CI: flow}, tags=known)[1].on(On.TAG)
    assert (one.sure, one.condition) == (sure, condition)
