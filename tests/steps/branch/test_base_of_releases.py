"""branch.base: a statement where tags, branches, age and distance agree, else a question with its candidates."""

import json
import subprocess
import sys

import pytest

from hotfix_tui.engine import doctor_project
from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.steps.registry import find
from tests.steps.support_live import History


def found(one, choice=""):
    """What the step found, typed, and its state."""
    probe = one.do("branch.base", choice)
    return probe.state, Base.from_dict(probe.evidence)


STATEMENTS = {
    "two parts": (History().release("v4.1.1").release("v4.2").release("v4.3").commit(), "v4.3", "main"),
    "a prefix": (History().release("jq-1.8.0").release("jq-1.8.3").commit(), "jq-1.8.3", "main"),
    "calendar": (History().release("2026.05.01").commit(), "2026.05.01", "main"),
    "PEP 440": (History().release("3.1.2").release("3.1.3").release("3.2.0rc1").commit(), "3.1.3", "main"),
    "a beta after it": (History().release("v1.9.0").release("v2.0.0-beta.1").commit(), "v1.9.0", "main"),
    "dates that were versions once": (
        History().release("2019.4", days=1000).release("v3.1", days=20).commit(days=3),
        "v3.1",
        "main",
    ),
    "dates and a variant of them that were versions once": (
        History()
        .release("v2021-09-16", days=900)
        .release("v2021-09-16-v2", days=899)
        .release("v1.85.9", days=30)
        .release("v1.85.10", days=20)
        .commit(days=3),
        "v1.85.10",
        "main",
    ),
    "a second name for the same releases, which goes on alone": (
        History()
        .release("3.10.1", days=300)
        .tag("parent-3.10.1")
        .release("3.16.2", days=200)
        .tag("parent-3.16.2")
        .release("parent-3.17.0", days=40)
        .commit(days=3),
        "parent-3.17.0",
        "main",
    ),
    "a prefix that was given up for a plain name": (
        History()
        .release("release-1.1", days=160)
        .tag("v1.1")
        .release("release-1.2", days=150)
        .tag("v1.2")
        .release("release-1.3", days=140)
        .tag("v1.3")
        .release("v1.4", days=20)
        .commit(days=3),
        "v1.4",
        "main",
    ),
    "each release under the name of the repository, too": (
        History()
        .release("shop-2.0.0", days=90)
        .tag("core-2.0.0")
        .release("shop-2.1.0", days=60)
        .tag("core-2.1.0")
        .release("core-2.2.0", days=20)
        .commit(days=3),
        "core-2.2.0",
        "main",
    ),
    "numbers that were versions once": (
        History().release("v3.1", days=900).release("2023.11", days=8).commit(days=3),
        "2023.11",
        "main",
    ),
    "nightlies beside it": (
        History().release("v1.0.0").tag("latest").tag("nightly").commit().tag("nightly-2023-11-14").commit(),
        "v1.0.0",
        "main",
    ),
    "a release branch": (
        History()
        .release("v1.0.0")
        .commit("release-1.0", start="main")
        .commit()
        .release("v1.0.2", "release-1.0"),
        "v1.0.2",
        "release-1.0",
    ),
    "the branch of its own version": (
        History()
        .release("v1.11.0", days=90)
        .commit("release-1.11", 85, start="main")
        .release("v1.12.0", days=60)
        .commit("release-1.12", 50, start="main")
        .release("v1.12.1", "release-1.12", 40)
        .commit(days=5, count=30),
        "v1.12.1",
        "release-1.12",
    ),
    "a branch of one release": (
        History().release("v0.10.5").commit().release("v0.10.6", "release/v0.10.6").commit(count=20),
        "v0.10.6",
        "release/v0.10.6",
    ),
    "an old line that ended": (
        History()
        .release("v1.9.0", days=700)
        .commit("v1.x", 690, start="main")
        .release("v2.0.0", days=600)
        .release("v1.9.1", "v1.x", 590)
        .release("v2.5.0", days=20)
        .commit(days=3),
        "v2.5.0",
        "main",
    ),
    "old, and nothing has happened since": (
        History().release("2.1.3", days=1000).commit(days=900),
        "2.1.3",
        "main",
    ),
    "modules beside the whole": (
        History().release("v1.4.0", days=30).tag("sdk/go/v0.9.0").tag("api/v1.2.0").commit(days=3),
        "v1.4.0",
        "main",
    ),
    "bare tags of what is only maintained, beside those of the package": (
        History()
        .release("v3.14.0", days=300)
        .commit("version-3.x", 290, start="main")
        .release("shop@4.0.0", days=250)
        .release("v3.14.1", "version-3.x", 100)
        .release("shop@4.2.1", days=10)
        .commit(days=3),
        "shop@4.2.1",
        "main",
    ),
    "bare tags once, the package's name since": (
        History().release("1.9.0", days=120).release("shop-2.0.0", days=90).release("shop-2.1.0", days=9),
        "shop-2.1.0",
        "main",
    ),
    "a package of that name that lags behind": (
        History().release("v2.5.0", days=30).release("shop@0.3.0", days=9).commit(days=3),
        "v2.5.0",
        "main",
    ),
    "the package that is called like the repository": (
        History().release("other@9.0.0", days=9).release("shop@1.2.0", days=10).commit(days=3),
        "shop@1.2.0",
        "main",
    ),
}


@pytest.mark.parametrize("shape", STATEMENTS)
def test_what_is_clear_is_said_with_its_source_and_its_branch(shape, tmp_path):
    history, tag, branch = STATEMENTS[shape]
    one = history.into(tmp_path)
    state, seen = found(one)
    assert state == "done", seen.question
    assert (seen.tag, seen.source, seen.target) == (tag, "tag", branch)
    assert seen.commit == one.world("rev-parse", f"{tag}^{{commit}}")
    assert seen.said.startswith(f"{tag} ({seen.commit[:7]}), the highest release on {branch}, committed 20")
    assert ("; the fix lands on" in seen.said) is (branch != "main")
    lines = one.record.lines
    assert lines == (["main"] if branch != "main" else [])
    (told,) = doctor_project._live(one.context())
    assert told.ok and told.text.startswith(
        f"{tag} ({seen.commit[:7]}), the highest release on {branch}, committed "
    )
    assert ("; the fix lands on" in told.text) is (branch != "main")


QUESTIONS = {
    "another name for the last release goes on": (
        History()
        .release("3.10.1", days=300)
        .release("3.16.2", days=200)
        .tag("parent-3.16.2")
        .release("parent-3.17.0", days=40)
        .commit(days=3),
        ["parent-3.17.0", "3.16.2", "production"],
    ),
    "a package that began together with this one": (
        History().release("v1.0.0", days=90).tag("extras-1.0.0").release("extras-1.5.0", days=20).commit(),
        ["v1.0.0", "extras-1.5.0"],
    ),
    "the name of the repository, given up": (
        History()
        .release("shop-2.0.0", days=160)
        .tag("app-2.0.0")
        .release("app-2.1.0", days=60)
        .release("app-2.2.0", days=20)
        .commit(days=3),
        ["app-2.2.0", "shop-2.0.0"],
    ),
    "old and far": (History().release("v1.0.0", days=600).commit(days=3, count=60), ["v1.0.0", "production"]),
    "far": (History().release("v1.0.0", days=100).commit(days=3, count=250), ["v1.0.0", "production"]),
    "two maintained lines": (
        History()
        .release("v3.20.0", days=90)
        .commit("dev-v3", 80, start="main")
        .release("v4.0.0", days=70)
        .release("v3.21.0", "dev-v3", 30)
        .release("v4.1.0", days=40)
        .commit(days=3),
        ["v4.1.0", "v3.21.0", "production"],
    ),
    "a line below that is tried out again": (
        History()
        .release("v1.10.18", days=900)
        .commit("2.x", 800, start="main")
        .release("v2.0.5", "2.x", 700)
        .release("v2.0.6", "2.x", 250)
        .release("v1.10.19-rc.4", days=20),
        ["v2.0.6", "v1.10.18", "production"],
    ),
    "a lower version tagged last": (
        History().release("2019.4", days=100).release("v3.1", days=20).commit(days=3),
        ["2019.4", "v3.1"],
    ),
    "on no branch": (
        History()
        .release("v1.9.1", days=30)
        .commit("cut", 20, start="main")
        .tag("v1.9.2", "cut")
        .delete("cut")
        .commit(days=3),
        ["v1.9.2", "v1.9.1"],
    ),
    "held by main and by its release branch": (
        History().release("v1.0.0", days=30).commit("release-1.0", 20, start="main").commit(days=3),
        ["v1.0.0:main", "v1.0.0:release-1.0"],
    ),
    "held by main and by stable": (
        History().release("3.1.3", days=30).commit("stable", 20, start="main").commit(days=3, count=40),
        ["3.1.3:main", "3.1.3:stable"],
    ),
    "packages of a monorepo": (
        History().release("web@1.2.0", days=30).release("api@4.0.0", days=20).commit(days=3),
        ["api@4.0.0", "web@1.2.0", "production"],
    ),
    "only pre-releases": (
        History().release("v1.0.0-beta.1").release("v1.0.0-beta.2").commit(),
        ["production", "v1.0.0-beta.2"],
    ),
    "no tags, and branches of releases that go on": (
        History()
        .commit(days=400)
        .commit("release-23.05", 390, start="main")
        .commit("release-23.11", 9, start="main")
        .commit("update/release-23.11", 2, start="main")
        .commit(days=1),
        ["production", "release-23.11"],
    ),
    "no tags, and a branch of a version": (
        History().commit(days=40).commit("3.x", 30, start="main").commit(days=1),
        ["production", "3.x"],
    ),
    "markers of deployments": (
        History().commit().tag("deploy-2023-11-01").commit().tag("deploy-2023-11-10").commit(),
        ["production", "deploy-2023-11-10"],
    ),
    "a branch of the production environment": (
        History().release("v1.0.0", days=30).commit("production", 10, start="main").commit(days=3),
        ["v1.0.0", "production"],
    ),
    "a moving tag of production": (
        History().release("v1.0.0", days=30).commit(days=20).tag("production").commit(days=3),
        ["v1.0.0", "production"],
    ),
    "deployments are tagged, and released from a branch": (
        History()
        .commit(days=9)
        .tag("production--2023-11-10--15-47", days=3)
        .tag("staging--2023-11-12")
        .commit(days=1)
        .commit("release", 2, start="main"),
        ["production--2023-11-10--15-47:main", "production", "release"],
    ),
    "a branch that holds no more than the release": (
        History()
        .release("0.25.0", days=30)
        .commit(days=20)
        .commit("release", 10, start="main")
        .tag("0.26.0", "release"),
        ["0.26.0:release", "0.26.0:main"],
    ),
    "a branch called stable that holds no more than the release": (
        History().release("1.1", days=30).commit(days=20).release("1.2", "stable", 10),
        ["1.2:stable", "1.2:main"],
    ),
    "a variant after it": (
        History().release("v1.2.3", days=30).release("v1.2.3-ubi8", days=3),
        ["v1.2.3", "v1.2.3-ubi8"],
    ),
}


@pytest.mark.parametrize("shape", QUESTIONS)
def test_what_is_thin_is_asked_with_its_candidates(shape, tmp_path):
    history, wanted = QUESTIONS[shape]
    one = history.into(tmp_path)
    state, seen = found(one)
    assert state == "asks" and not seen.commit, seen.said
    assert seen.question and all(name in [each.name for each in seen.candidates] for name in wanted)
    offered = [choice.name for choice in find("branch.base").choices(one.context())]
    assert offered[: len(seen.candidates)] == [each.name for each in seen.candidates]
    (told,) = doctor_project._live(one.context())
    assert not told.ok and seen.question in told.text
    assert all(each.name in told.text for each in seen.candidates[:6])
    first = seen.candidates[0]
    state, chosen = found(one, first.name)
    assert (state, chosen.commit, chosen.target) == ("done", first.commit, first.branch)


@pytest.mark.parametrize(
    "command", ["aws ecs update-service --service shop", "fly deploy", "kubectl set image deploy/shop x=y"]
)
def test_a_package_beside_what_a_person_deploys_is_not_what_is_live(command, tmp_path):
    jobs = f"jobs:\n  go:\n    environment: production\n    steps:\n      - run: {command}\n"
    files = {".github/workflows/deploy.yml": f"on: workflow_dispatch\n{jobs}"}
    history = History().commit(days=30, files=files).tag("sums_client-v0.1.0").commit(days=3)
    state, seen = found(history.into(tmp_path))
    assert state == "asks" and "deploy.yml deploys to production" in seen.question
    assert [each.name for each in seen.candidates] == ["sums_client-v0.1.0", "production"]
    state, seen = found(History().commit(days=30, files=files).tag("v0.1.0").into(make(tmp_path / "own")))
    assert (state, seen.tag) == ("done", "v0.1.0"), "a release of its own is what is deployed"


def make(folder):
    folder.mkdir()
    return folder


@pytest.mark.parametrize("holder", ["dev", "develop", "wip/next-one"])
def test_a_release_on_a_branch_that_is_no_line_is_said_to_be_there(holder, tmp_path):
    history = History().release("v4.3.0", days=60).commit(holder, 40, start="main").tag("v4.3.1", holder)
    state, seen = found(history.commit(days=3).into(tmp_path))
    assert state == "asks" and "no branch" not in seen.said
    assert f"v4.3.1 is on {holder}, not on main" in seen.question
    assert {"v4.3.1", "v4.3.0", "production"} <= {each.name for each in seen.candidates}


@pytest.mark.parametrize(
    "holder", ["dependabot/npm/left-pad-2", "renovate/all", "release-please--branches--main"]
)
def test_a_release_on_the_branch_of_a_program_alone_is_on_none(holder, tmp_path):
    history = History().release("v4.3.0", days=60).commit(holder, 40, start="main").tag("v4.3.1", holder)
    state, seen = found(history.commit(days=3).into(tmp_path))
    assert state == "asks" and "v4.3.1 is on no branch that is known here" in seen.question
    assert not [each.name for each in seen.candidates if holder in each.name]


@pytest.mark.parametrize(("holder", "target"), [("dev", "dev"), ("develop", "develop"), ("next", "next"),
                                                ("wip/next-one", "main")])  # fmt: skip
def test_the_fix_for_a_release_of_a_development_branch_lands_there(holder, target, tmp_path):
    history = History().release("v4.3.0", days=60).commit(holder, 40, start="main").tag("v4.3.1", holder)
    one = history.commit(holder, 5).commit(days=3).into(tmp_path)
    state, seen = found(one)
    assert state == "asks"
    both = {each.branch for each in seen.candidates if each.tag == "v4.3.1"}
    assert both == {holder, "main"}
    state, chosen = found(one, "v4.3.1")
    assert (state, chosen.target) == ("done", target), one.log
    for branch in both:
        assert found(one, f"v4.3.1:{branch}")[1].target == branch


@pytest.mark.parametrize(
    ("branch", "also"), [("vapor4", "fix-sums-4"), ("sums-4", "wip4"), ("Sums_v4", "next4x")]
)
def test_a_branch_of_a_major_version_is_where_its_release_is_fixed(branch, also, tmp_path):
    history = History().release("v4.3.0", days=60).commit(branch, 40, start="main").tag("v4.3.1", branch)
    one = history.commit(also, 4, start=branch).commit(days=3).into(tmp_path)
    state, seen = found(one)
    assert (state, seen.tag, seen.target) == ("done", "v4.3.1", branch), seen.said


@pytest.mark.parametrize("branch", ["vapor3", "wip4", "topic"])
def test_a_branch_of_another_number_is_a_question(branch, tmp_path):
    history = History().release("v4.3.0", days=60).commit(branch, 40, start="main").tag("v4.3.1", branch)
    assert found(history.commit(days=3).into(tmp_path))[0] == "asks"


@pytest.mark.parametrize(
    ("trunk", "ahead", "asked"),
    [("main", 2, True), ("trunk", 3, True), ("main", 0, False), ("main", 9, False)],
)  # fmt: skip
def test_a_default_branch_for_the_next_version_leaves_the_trunk_as_a_place(trunk, ahead, asked, tmp_path):
    history = History().release("v2.7.0", days=60).commit("version-next", 10, count=6, start="main")
    for _ in range(ahead):
        history.commit(trunk, 5, start="main")
    one = history.into(tmp_path)
    shown = ["git", "-C", str(tmp_path / "shop.git"), "symbolic-ref", "HEAD", "refs/heads/version-next"]
    subprocess.run(shown, check=True)
    one.world("remote", "set-head", "origin", "--auto")
    one.do("branch.preflight")
    state, seen = found(one)
    assert (state == "asks") == asked, (seen.question, seen.said)
    if asked:
        assert f"v2.7.0:{trunk}" in [each.name for each in seen.candidates]
        assert f"{trunk} holds v2.7.0, too" in seen.question


NAMED_LIKE_CHOICES = {
    "a branch": (
        History().release("v1.0.0", days=30).commit("production", 10, start="main").commit(days=3),
        "production",
    ),
    "a branch without releases": (History().commit("live", 10, start="main").commit(days=3), "live"),
    "a tag": (History().release("v1.0.0", days=30).commit(days=9).tag("production").commit(days=3), "main"),
    "a tag without releases": (History().commit(days=9).tag("live").commit(days=3), "main"),
}


@pytest.mark.parametrize("shape", NAMED_LIKE_CHOICES)
def test_what_is_called_production_is_not_taken_for_the_head_of_the_production_branch(shape, tmp_path):
    history, branch = NAMED_LIKE_CHOICES[shape]
    one = history.into(tmp_path)
    head = one.world("rev-parse", "origin/main")
    _, seen = found(one)
    other = next(
        each
        for each in seen.candidates
        if each.branch == branch and each.commit != head and each.tag[:1] != "v"
    )
    state, chosen = found(one, other.name)
    assert (state, chosen.commit, chosen.target) == ("done", other.commit, branch)
    assert found(one, "production")[1].commit == head


def test_the_question_is_asked_again_while_nothing_is_chosen(tmp_path):
    one = History().release("v1.0.0", days=600).commit(days=3, count=60).into(tmp_path)
    for choice in ("", "live", ""):
        assert found(one, choice)[0] == "asks"
    assert not one.context().base


def test_the_production_head_is_said_to_be_taken_for_want_of_anything_better(tmp_path):
    one = History().commit(count=3).into(tmp_path)
    state, seen = found(one)
    assert (state, seen.source, seen.tag) == ("done", "production branch", "")
    assert seen.said.endswith("the head of main: no release tag and no git.live says what is live")


def says(text):
    """A live command that prints `text`."""
    return [sys.executable, "-c", f"print({text!r})"]


def test_an_answer_of_production_needs_no_question_and_brings_its_time(tmp_path):
    one = History().release("v1.0.0", days=600).commit(days=3, count=60).into(tmp_path)
    head = one.world("rev-parse", "origin/main")
    one.record.config["git"] = {
        "live": says(json.dumps({"commit": head, "deployed_at": "2023-11-15T10:00:00Z"}))
    }
    state, seen = found(one)
    assert (state, seen.commit, seen.source) == ("done", head, "live command")
    assert seen.said == f"{head[:7]}, by live command, deployed 2023-11-15 10:00 UTC"
    kept = one.do("branch.base").why
    assert "deployed 2023-11-15 10:00 UTC" in kept and " ago" not in kept, "it is read later, too"


def test_the_time_of_a_deployment_is_read_or_left_out(tmp_path):
    one = History().release("v1.0.0").into(tmp_path)
    for said, wanted in (
        ('{"deployed_at": 1700042400}', "2023-11-15 10:00 UTC"),
        ('{"deployedAt": "2023-11-15T11:00:00+01:00"}', "2023-11-15 10:00 UTC"),
        ('{"finished-at": 1700042400000}', "2023-11-15 10:00 UTC"),
        ('{"deployed_at": "soon"}', ""),
        ('{"deployed_at": true}', ""),
        ('{"deployed_at": "2099-01-01T00:00:00Z"}', ""),
        ('{"created_at": "2023-11-15T10:00:00Z"}', ""),
    ):
        one.record.config["git"] = {"live": says(json.dumps({**json.loads(said), "tag": "v1.0.0"}))}
        one.record.steps.pop("branch.base", None)
        _, seen = found(one)
        known = f"deployed {wanted}" in seen.said if wanted else "deployed" not in seen.said
        assert seen.source == "live command" and known, (said, seen.said)


def test_where_an_answer_stands_on_two_branches_it_is_asked_where_the_fix_lands(tmp_path):
    history = History().release("v1.0.0", days=30).commit("release-1.0", 20, start="main").commit(days=3)
    one = history.into(tmp_path)
    one.record.config["git"] = {"live": says("v1.0.0")}
    state, seen = found(one)
    assert state == "asks" and [each.branch for each in seen.candidates] == ["release-1.0", "main"]
    state, seen = found(one, seen.candidates[0].name)
    assert (state, seen.tag, seen.target) == ("done", "v1.0.0", "release-1.0")


def test_a_named_branch_is_its_head_and_where_the_fix_lands(tmp_path):
    history = History().release("v1.0.0", days=30).commit("release-1.0", 20, start="main").commit(days=3)
    one = history.into(tmp_path)
    state, seen = found(one, "release-1.0")
    assert (state, seen.target) == ("done", "release-1.0")
    assert seen.commit == one.world("rev-parse", "origin/release-1.0")
    assert found(one, "v1.0.0:nowhere")[0] == "failed"


def test_what_is_not_live_is_counted_on_the_branch_where_the_fix_lands(tmp_path):
    history = (
        History().release("v1.0.0").release("v1.0.1", "release-1.0").commit("release-1.0").commit(count=9)
    )
    _, seen = found(history.into(tmp_path))
    assert (seen.target, seen.undeployed) == ("release-1.0", 1)


def test_a_tag_that_was_moved_on_the_remote_is_asked_and_a_moving_one_is_only_said(tmp_path):
    one = History().release("v1.0.0").tag("latest").commit().into(tmp_path)
    git = ("--git-dir", str(tmp_path / "shop.git"))
    one.world(*git, "tag", "-f", "latest", "main")
    probe = one.do("branch.base")
    assert probe.state == "done" and "latest point elsewhere on origin; the tags here are kept" in probe.why
    one.world(*git, "tag", "-f", "v1.0.0", "main")
    state, seen = found(one)
    assert state == "asks" and [each.why for each in seen.candidates] == [
        "as it is here",
        "as it is on origin",
    ]


@pytest.mark.parametrize(
    ("base", "words"),
    [("same", "the base of round 1, without its fix"), ("on-top", "on top of the fix of round 1")],
)
def test_a_later_round_says_what_it_starts_from(base, words, tmp_path):
    one = History().release("v1.0.0").commit().into(tmp_path)
    kept = {"base": one.world("rev-parse", "v1.0.0"), "commit": one.world("rev-parse", "origin/main")}
    one.record.this_round["evidence"] = {**kept, "target": "main"}
    one.record.rounds.append({"number": 2, "base": base})
    one.record.doc["round"] = 2
    _, seen = found(one)
    assert seen.said.endswith(words) and seen.target == "main"


def test_the_fix_that_landed_is_none_of_the_commits_that_are_not_live(tmp_path):
    one = History().release("v1.0.0").commit().into(tmp_path)
    found(one)
    one.world.commit("fix: mend")
    one.world("push", "-q", "origin", "main")
    assert one.probe("branch.base").evidence["undeployed"] == 2
    one.do("branch.base")
    one.set("branch.base", undeployed=1)
    one.set("release.merge", commit=one.world("rev-parse", "main"))
    one.probe("branch.base")
    assert one.record.evidence(Base).undeployed == 1
