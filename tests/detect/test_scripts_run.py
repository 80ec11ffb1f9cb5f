"""What pipelines publish without saying so: in files that they run, by keys that they hand over, by tags of others."""

import pytest

from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import On
from hotfix_tui.detect.triggers import read
from tests.repos import write

FILE = ".github/workflows/ci.yml"
PUSH = "on:\n  push:\n    branches: [main]\n"
TAG = "on:\n  push:\n    tags: ['v*']\n"


def seen(tmp_path, steps, more=None, begin=PUSH):
    """Read a workflow of one job with these steps."""
    text = begin + "jobs:\n  build:\n    steps:\n" + "".join(f"      {line}\n" for line in steps.splitlines())
    return read(Tree(write(tmp_path, {FILE: text, **(more or {})})), "main", tags=["v1.2.3"])


NUGET = 'if ($env:NUGET_API_KEY) {\n    & dotnet nuget push -k $env:NUGET_API_KEY "$nupkg"\n}\n'
RUN = {
    "powershell": ("- run: ./Build.ps1", {"Build.ps1": NUGET}, "publishes to NuGet by Build.ps1"),
    "powershell on windows": ("- run: .\\Build.ps1", {"Build.ps1": NUGET}, "publishes to NuGet by Build.ps1"),
    "a shell script": ("- run: bash ci/all.sh", {"ci/all.sh": "make\nnpm publish\n"}, "publishes to npm by ci/all.sh"),
    "a hidden file": ("- run: ./.go", {".go": "docker push x\n"}, "pushes container images by .go"),
    "after other lines": (
        "- run: |\n    make\n    script/all.sh --quick",
        {"script/all.sh": "#!/bin/sh\ngem push x.gem\n"},
        "publishes to RubyGems by script/all.sh",
    ),
    "behind another file": (
        "- run: ./all.sh", {"all.sh": "sh one.sh\n", "one.sh": "cargo publish\n"},
        "publishes to crates.io by one.sh by all.sh",
    ),
}  # fmt: skip
QUIET = {
    "tests": ("- run: ./test.sh", {"test.sh": "pytest\n"}),
    "a cluster for the tests": ("- run: ./e2e.sh", {"e2e.sh": "kubectl apply -f x\nhelm upgrade x\n"}),
    "a dry run": ("- run: ./all.sh", {"all.sh": "cargo publish --dry-run\n"}),
    "a file that is not here": ("- run: ./gone.sh", {}),
    "a file outside": ("- run: sh ../../all.sh", {}),
    "talk": ("- run: ./all.sh", {"all.sh": "echo npm publish\n"}),
}


@pytest.mark.parametrize("shape", RUN)
def test_what_a_file_publishes_that_is_run_is_asked(tmp_path, shape):
    steps, files, what = RUN[shape]
    found = seen(tmp_path, steps, files).on(On.PUSH)
    assert [(one.what, one.sure) for one in found] == [(what, False)]
    assert found[0].place.startswith(f"{FILE}:") and found[0].line >= 6


@pytest.mark.parametrize("shape", QUIET)
def test_a_file_that_publishes_nothing_is_passed_over(tmp_path, shape):
    assert seen(tmp_path, *QUIET[shape]).on(On.PUSH) == []


def test_files_that_run_each_other_end(tmp_path):
    files = {"a.sh": "./b.sh\nnpm publish\n", "b.sh": "./a.sh\n"}
    assert [one.what for one in seen(tmp_path, "- run: ./a.sh", files).on(On.PUSH)] == [
        "publishes to npm by a.sh"
    ]


def test_a_job_of_gitlab_runs_files_too(tmp_path):
    files = {".gitlab-ci.yml": "go:\n  script:\n    - ./all.sh\n", "all.sh": "twine upload dist/*\n"}
    found = read(Tree(write(tmp_path, files)), "main").on(On.PUSH)
    assert [(one.what, one.sure) for one in found] == [("publishes to PyPI by all.sh", False)]


KEYS = ["NUGET_API_KEY", "CARGO_REGISTRY_TOKEN", "SONATYPE_PASSWORD", "HEX_API_KEY", "TWINE_PASSWORD"]


@pytest.mark.parametrize("key", KEYS)
def test_a_step_with_the_key_of_a_registry_is_asked(tmp_path, key):
    steps = f"- run: sbt letItOut\n  env:\n    {key}: ${{{{ secrets.{key} }}}}"
    found = seen(tmp_path, steps).on(On.PUSH)
    assert [(one.what, one.sure, one.line) for one in found] == [(f"has the key {key}", False, 9)]


NO_KEYS = {
    "a token to read": "- run: npm ci\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.NPM }}",
    "no secret": "- run: make\n  env:\n    NUGET_API_KEY: none",
    "an action": "- uses: acme/setup@v1\n  env:\n    NUGET_API_KEY: ${{ secrets.X }}",
}


@pytest.mark.parametrize("shape", NO_KEYS)
def test_what_is_no_key_to_publish_is_no_sign(tmp_path, shape):
    assert seen(tmp_path, NO_KEYS[shape]).on(On.PUSH) == []


STARTED_BY_A_TAG = {
    "tags of another repository": (
        "- run: ./deploy.sh",
        {"deploy.sh": "git clone x\ngit push --follow-tags\n"},
    ),
    "tags of its own": ("- run: git push --tags", {}),
    "semantic-release": ("- run: npx semantic-release", {}),
}


@pytest.mark.parametrize("shape", STARTED_BY_A_TAG)
def test_what_a_tag_starts_does_not_make_the_tag(tmp_path, shape):
    found = seen(tmp_path, *STARTED_BY_A_TAG[shape], begin=TAG)
    assert found.on(On.TAG) and found.bot is None


CALLED = {
    "for everybody": (
        "ship:\n    uses: acme/ci/.github/workflows/build-and-push.yml@v1\n",
        [("", False)],
        [],
    ),
    "by name of the job": (
        "build-dev:\n    uses: acme/ci/.github/workflows/build-push.yml@v1\n",
        [],
        ["staging"],
    ),
    "by a job that calls it": (
        "build-and-deploy-dev:\n    uses: ./.github/workflows/push.yml\n",
        [],
        ["staging"],
    ),
}


@pytest.mark.parametrize("shape", CALLED)
def test_a_workflow_of_others_that_builds_and_pushes_is_asked(tmp_path, shape):
    text, asked, elsewhere = CALLED[shape]
    inner = "on: workflow_call\njobs:\n  image:\n    uses: acme/ci/.github/workflows/build-and-push.yml@v1\n"
    files = {FILE: PUSH + "jobs:\n  " + text, ".github/workflows/push.yml": inner}
    found = read(Tree(write(tmp_path, files)), "main")
    assert [(one.target.value, one.sure) for one in found.on(On.PUSH)] == asked
    assert [one.target.value for one in found.elsewhere(On.PUSH)] == elsewhere


@pytest.mark.parametrize("file", ["shipit.yml", "appspec.yml", "captain-definition"])
def test_more_platforms_that_deploy_what_is_merged_are_asked(tmp_path, file):
    found = read(Tree(write(tmp_path, {file: "{}\n"})), "main").on(On.PUSH)
    assert [(one.file, one.sure) for one in found] == [(file, False)]
