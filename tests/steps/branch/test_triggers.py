"""Triggers as the steps see them: of the production branch, told alike by preflight, init and doctor."""

import os
import subprocess

import pytest

from hotfix_tui.detect.tree import Tree
from hotfix_tui.engine.doctor import examine
from hotfix_tui.engine.init import init_text
from hotfix_tui.git.process import Git
from hotfix_tui.steps.branch.commit_tree import CommitTree
from hotfix_tui.steps.branch.triggers import outlook
from tests.gitworld import World
from tests.steps.support import Incident

JOB = "jobs:\n  go:\n    steps:\n      - run: {}\n"
SHAPES = {
    "push": {".github/workflows/d.yml": "on:\n  push:\n    branches: [main]\n" + JOB.format("fly deploy")},
    "tag": {".github/workflows/d.yml": "on:\n  push:\n    tags: ['v*']\n" + JOB.format("npm publish")},
    "release": {
        ".github/workflows/d.yml": "on:\n  release:\n    types: [published]\n" + JOB.format("npm publish")
    },
    "manual": {".github/workflows/d.yml": "on: workflow_dispatch\n" + JOB.format("fly deploy")},
    "staging": {".github/workflows/staging.yml": "on:\n  push:\n" + JOB.format("fly deploy")},
    "bot": {"release-please-config.json": "{}"},
    "platform": {"netlify.toml": "[build]\n"},
    "nothing": {},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_preflight_init_and_doctor_say_the_same(incident, shape):
    incident.world.commit("Pipelines", x__txt=shape)
    for name, text in SHAPES[shape].items():
        path = incident.world.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    incident.world("add", "-A")
    incident.world("commit", "-q", "--allow-empty", "-m", "Pipelines")
    incident.world("push", "-q", "origin", "main")
    evidence = incident.probe("branch.preflight").evidence
    warnings, starts = evidence["warnings"], evidence.get("tag_starts", "")
    acts = any(evidence.get(name) for name in ("tag_deploys", "tag_unsure", "tag_drafts_why"))
    also = {f"A pushed version tag {'also ' if acts else ''}starts: {starts}."} if starts else set()
    told = [row.text for row in examine(str(incident.world.path)) if row.name == "triggers"]
    notes = [line for line in init_text(str(incident.world.path)).splitlines() if line.startswith("# Note: ")]
    if shape == "nothing":
        assert len(told) == 1 and "no pipeline" in told[0]
        return
    assert told and set(told) <= {*warnings, *also}
    assert {f"# Note: {one}" for one in told} <= set(notes)


@pytest.mark.parametrize(
    ("shown", "production"), [("develop", "master"), ("dev", "main"), ("develop", "prod")]
)
def test_where_the_remote_shows_development_first_init_tells_of_production_as_doctor_does(
    incident, shown, production
):
    world = incident.world
    deploys = "on:\n  push:\n    branches: [{}]\n" + JOB.format("fly deploy")
    (world.path / ".github" / "workflows").mkdir(parents=True)
    (world.path / ".github" / "workflows" / "d.yml").write_text(deploys.format(production))
    (world.path / ".github" / "workflows" / "staging.yml").write_text(deploys.format(shown))
    world("add", "-A")
    world("commit", "-q", "-m", "Pipelines")
    world("push", "-q", "origin", f"HEAD:{production}", f"HEAD:{shown}")
    remote = world("remote", "get-url", "origin")
    subprocess.run(["git", "-C", remote, "symbolic-ref", "HEAD", f"refs/heads/{shown}"], check=True)
    if production != "main":
        world("push", "-q", "origin", ":main")
    world("fetch", "-q", "--prune", "origin")
    world("remote", "set-head", "origin", shown)
    world("checkout", "-q", "-B", shown, f"origin/{shown}")
    world("mv", ".github/workflows/d.yml", ".github/workflows/moved.yml")
    world("commit", "-qm", "Only here")
    told = [row.text for row in examine(str(world.path)) if row.name == "triggers"]
    assert len(told) == 1 and told[0].startswith(f"A merge to {production} is the deployment")
    assert "/d.yml" in told[0], "as the files of that branch have it, not those that are checked out"
    notes = [line for line in init_text(str(world.path)).splitlines() if line.startswith("# Note: ")]
    assert notes == [f"# Note: {told[0]}"]


CIRCLE = """\
version: 2.1
jobs: {deploy-production: {steps: [{run: ./x}]}}
workflows: {all: {jobs: [{deploy-production: {filters: {branches: {only: [release]}}}}]}}
"""


@pytest.mark.parametrize(
    ("branch", "file", "text", "said"),
    [
        ("release", ".circleci/config.yml", CIRCLE, "A push to release may deploy or publish: is called"),
        ("production", ".github/workflows/d.yml",
         "on:\n  push:\n    branches: [production]\n" + JOB.format("fly deploy"),
         "A push to production deploys or publishes: deploys to Fly.io"),
        ("prod", ".github/workflows/d.yml", "on:\n  push:\n" + JOB.format("fly deploy"),
         "A push to prod deploys or publishes: deploys to Fly.io"),
        ("release", ".github/workflows/d.yml", "on:\n  push:\n" + JOB.format("make test"), ""),
        ("topic", ".github/workflows/d.yml", "on:\n  push:\n" + JOB.format("fly deploy"), ""),
    ],
)  # fmt: skip
def test_a_branch_that_shows_what_is_deployed_is_said_to_deploy(incident, branch, file, text, said):
    world = incident.world
    path = world.path / file
    path.parent.mkdir(parents=True)
    path.write_text(text)
    world("add", "-A")
    world("commit", "-q", "-m", "Pipelines")
    world("push", "-q", "origin", "main", f"main:{branch}")
    world("fetch", "-q", "origin")
    warnings = incident.probe("branch.preflight").evidence["warnings"]
    told = [row.text for row in examine(str(world.path)) if row.name == "triggers"]
    for sentences in (warnings, told):
        seen = [one for one in sentences if one.startswith(f"A push to {branch} ")]
        assert [one.startswith(said) for one in seen] == ([True] if said else [])


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        ("2026-01-05T10:00:00+00:00", "A push to live deploys or publishes: deploys to Fly.io"),
        ("2016-08-25T10:00:00+00:00", "A push to live, whose last commit is of 2016-08-25, may deploy or publish:"),
        ("2024-02-29T10:00:00+00:00", "A push to live, whose last commit is of 2024-02-29, may deploy or publish:"),
    ],
)  # fmt: skip
def test_a_branch_that_nobody_moved_for_long_says_nothing_of_today(incident, moved, said):
    world = incident.world
    file = world.path / ".github/workflows/d.yml"
    file.parent.mkdir(parents=True)
    file.write_text("on:\n  push:\n" + JOB.format("fly deploy"))
    world("checkout", "-q", "-b", "live")
    world("add", "-A")
    world("commit", "-q", "-m", "Pipelines", GIT_COMMITTER_DATE=moved)
    world("checkout", "-q", "main")
    later = "2026-03-01T10:00:00+00:00"
    world("commit", "-q", "--allow-empty", "-m", "Later", GIT_COMMITTER_DATE=later)
    world("push", "-q", "origin", "main", "live")
    world("fetch", "-q", "origin")
    rows = [row for row in examine(str(world.path)) if row.name == "triggers"]
    assert [row.text.startswith(said) for row in rows if "live" in row.text.split(" ")[3]] == [True]
    assert any("no pipeline and no platform file" in row.text for row in rows) == ("2026-01" not in moved)


PAGES = "on:\n  push:\n    branches: [main]\n  workflow_dispatch:\njobs:\n  go:\n    steps:\n"


@pytest.mark.parametrize(
    ("step", "by_push"),
    [
        ("- uses: peaceiris/actions-gh-pages@v4", True),
        ("- name: Publish the service\n        run: ./go", True),
        ("- name: Determine the previous release tag\n        run: ./go", False),
        ("- name: Produce and extract a release archive\n        run: ./go", False),
        ("- name: Turn the clone into a release tarball\n        run: ./go", False),
        ("- name: abicheck_prev_release\n        run: ./go", False),
    ],
)
def test_what_a_push_may_set_off_is_not_said_to_be_started_by_hand(tmp_path, step, by_push):
    world = World(tmp_path / "shop")
    world.write(".github/workflows/d.yml", f"{PAGES}      {step}\n")
    world("add", "-A")
    world("commit", "-qm", "pipelines")
    said = " ".join(outlook(str(world.path)).lines)
    assert ("A merge to main may" in said) == by_push
    assert "started by hand" not in said


def test_pipelines_are_those_of_the_production_branch_not_of_what_is_checked_out(incident):
    world = incident.world
    world("switch", "-q", "-c", "feature")
    world.write(".github/workflows/d.yml", SHAPES["push"][".github/workflows/d.yml"])
    world("add", "-A")
    world("commit", "-qm", "a deployment that nobody merged")
    assert not incident.probe("branch.preflight").evidence["deploys_on_push"]
    world("push", "-q", "origin", "feature:main")
    world("fetch", "-q", "origin")
    assert incident.probe("branch.preflight").evidence["deploys_on_push"]
    world("switch", "-q", "main")
    assert incident.probe("branch.preflight").evidence["deploys_on_push"], "main here is behind the remote's"


def test_a_bare_repository_has_pipelines_too(incident, tmp_path):
    world = incident.world
    world.write(".github/workflows/d.yml", SHAPES["tag"][".github/workflows/d.yml"])
    world("add", "-A")
    world("commit", "-qm", "pipelines")
    world("push", "-q", "origin", "main")
    bare = World.__new__(World)
    bare.path = tmp_path / "shop.git"
    seen = Incident(bare, tmp_path / "b").probe("branch.preflight").evidence
    assert seen["bare"] and seen["tag_deploys"]


def test_a_commit_looks_like_its_checkout(tmp_path, isolated):
    world = World(tmp_path / "w")
    files = {"a.txt": "1", "b/c.txt": "2", "b/d/e.json": '{"x": {"y": 1}}', "\u00e4 \u00f6/z": "3"}
    for name, text in files.items():
        path = world.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    world("add", "-A")
    world("commit", "-qm", "x")
    seen, here = CommitTree(Git(str(world.path)), world("rev-parse", "HEAD")), Tree(str(world.path))
    assert seen.names("b") == here.names("b") == ["c.txt", "d"]
    assert seen.below("b").names("d") == here.below("b").names("d")
    assert seen.below("b").text("d/e.json") == files["b/d/e.json"]
    assert seen.below("b").below("d").value("e.json", "x.y") == 1
    for path in ("a.txt", "b", "b/", "a.txt/", "b/d/e.json", "none", "none/", "\u00e4 \u00f6/z"):
        assert seen.has(path) == here.has(path), path
    assert seen.text("a.txt") == "1" and seen.text("none") == "" and seen.text("b") == ""
    assert seen.folders() == here.folders()
    assert CommitTree(Git(str(world.path)), "0" * 40).names() == []
    listed = []

    class Counted(Git):
        def run(self, *args, **options):
            listed.append(args)
            return super().run(*args, **options)

    whole = CommitTree(Counted(str(world.path)), world("rev-parse", "HEAD"))
    assert (whole.below("b").names(), whole.below("b").below("d/").names()) == (["c.txt", "d"], ["e.json"])
    assert (
        whole.below("b").has("d/") and not whole.below("b").has("a.txt") and whole.below("none").names() == []
    )
    assert len(listed) == 1  # a folder costs no call of its own


TAGGED = {
    "crates beside the program": (
        ["1.2.0", "ignore-0.4.33", "globset-0.4.20", "ignore-0.4.32"],
        "'[0-9]+.[0-9]+.[0-9]+'",
        True,
    ),
    "release candidates last": (
        ["v1.2.0", "v2.0.0-rc.1", "v2.0.0-rc.2", "v2.0.0-rc.3"],
        "'v[0-9]+.[0-9]+.[0-9]+'",
        True,
    ),
    "builds last": (["v1.2.0", "build-101", "build-102", "build-103"], "'v*'", True),
    "every package": (["web@1.0.0", "api@1.0.0", "cli@1.0.0", "docs@1.0.0", "core@1.0.0"], "'web@*'", True),
    "what only other tags set off": (["1.2.0", "ignore-0.4.33"], "'ignore-*'", False),
}


@pytest.mark.parametrize("shape", TAGGED)
def test_a_tag_is_one_like_the_releases_of_this_repository(incident, shape):
    """The newest tags may be those of other packages, of candidates or of builds."""
    names, pattern, sets_off = TAGGED[shape]
    world = incident.world
    world.write(
        ".github/workflows/d.yml", f"on:\n  push:\n    tags: [{pattern}]\n{JOB.format('npm publish')}"
    )
    world("add", "-A")
    world("commit", "-qm", "Pipelines")
    for number, name in enumerate(names):
        date = f"2026-01-{10 + number:02}T10:00:00Z"
        subprocess.run(
            ["git", "-C", str(world.path), "tag", "-a", "-m", name, name],
            env={**os.environ, "GIT_COMMITTER_DATE": date},
            check=True,
        )
    world("push", "-q", "origin", "main")
    assert incident.probe("branch.preflight").evidence["tag_deploys"] is sets_off


PIPELINES = {
    "none": ({}, "No pipeline here publishes to crates.io (README.md:1), so a person does, after the tag."),
    "one for another registry": (
        {".github/workflows/r.yml": "on:\n  push:\n    tags: ['v*']\njobs:\n  go:\n    runs-on: x\n    steps:\n"
                                    "      - uses: vedantmgoyal2009/winget-releaser@v2\n"},
        "No pipeline here publishes to crates.io (README.md:1), so a person does, after the tag."),
    "one that may": (
        {".github/workflows/r.yml": "on:\n  push:\n    tags: ['v*']\njobs:\n  go:\n    runs-on: x\n    steps:\n"
                                    "      - run: make release\n"},
        "Unless one of these publishes to crates.io (README.md:1), a person does, after the tag."),
}  # fmt: skip


HAND = (
    "on: workflow_dispatch\njobs:\n  go:\n    environment: production\n    steps:\n      - run: fly deploy\n"
)


@pytest.mark.parametrize(
    ("on", "run", "said"),
    [
        ("push:\n    branches: [main]", "docker push acme/shop:latest", True),
        ("push:\n    tags: ['v*']", "npm publish", True),
        ("release:\n    types: [published]", "npm publish", True),
        ("push:\n    branches: [main]", "fly deploy", False),
    ],
)
def test_what_a_person_deploys_is_said_beside_what_goes_out_by_itself(tmp_path, on, run, said):
    world = World(tmp_path / "sums")
    world.write(".github/workflows/a.yml", f"on:\n  {on}\n" + JOB.format(run))
    world.write(".github/workflows/b.yml", HAND)
    world("add", "-A")
    world("commit", "-qm", "Pipelines")
    hand = "The deployment to production is started by hand: deploys to Fly.io"
    assert any(one.startswith(hand) for one in outlook(str(world.path)).lines) == said


def test_a_package_of_julia_is_tagged_after_it_was_registered(tmp_path):
    world = World(tmp_path / "Sums.jl")
    world.write("Project.toml", 'name = "Sums"\nuuid = "a93c6f00"\nversion = "1.2.3"\n')
    world.write("README.md", 'Pkg.add("Sums")\n')
    bot = "on: issue_comment\njobs: {go: {steps: [{uses: JuliaRegistries/TagBot@v1}]}}\n"
    for with_bot in (False, True):
        if with_bot:
            world.write(".github/workflows/TagBot.yml", bot)
        world("add", "-A")
        world("commit", "-qm", "A package")
        end = "a person does; the tag follows." if with_bot else "a person does, after the tag."
        lines = outlook(str(world.path)).lines
        assert any(one.endswith(end) for one in lines)
        assert any(one.startswith("TagBot tags what is registered") for one in lines) == with_bot


@pytest.mark.parametrize("shape", PIPELINES)
def test_what_a_person_publishes_is_said_beside_the_pipelines(tmp_path, shape):
    files, sentence = PIPELINES[shape]
    world = World(tmp_path / "sums")
    every = {"Cargo.toml": '[package]\nname = "sums"\n', "README.md": "cargo add sums\n", **files}
    for name, text in every.items():
        world.write(name, text)
    world("add", "-A")
    world("commit", "-qm", "A crate")
    assert sentence in outlook(str(world.path)).lines
