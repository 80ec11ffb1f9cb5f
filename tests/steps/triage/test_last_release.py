"""triage.rollback-first: the last release and the one before it are of the same line, in every scheme."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from hotfix_tui.steps.triage.rollback_first import RollbackFirst, advice, row
from tests.steps.support import NOW
from tests.steps.support_live import History


def said(one):
    """What is said of the last release, as one text."""
    return " ".join(advice(one.context()))


@pytest.mark.parametrize(
    ("tags", "last", "before"),
    [
        (["v3.11.2", "v4.2", "v4.3"], "v4.3", "v4.2"),
        (["jq-1.7.1", "jq-1.8.0rc1", "jq-1.8.0"], "jq-1.8.0", "jq-1.7.1"),
        (["2026.04.30", "2026.05.01"], "2026.05.01", "2026.04.30"),
        (["v1.0.0", "v1.1.0", "v2.0.0-beta.1"], "v1.1.0", "v1.0.0"),
        (["api@9.0.0", "shop@1.0.0", "shop@1.1.0"], "shop@1.1.0", "shop@1.0.0"),
    ],
)
def test_the_last_release_and_the_one_before_it(tags, last, before, tmp_path):
    history = History()
    for number, name in enumerate(tags):
        history.release(name, days=9 - number)
    text = said(history.into(tmp_path))
    assert text.startswith(f"{last} was committed ") and f"Going back: {before} lacks " in text
    assert "released" not in text


def without(one, *names):
    """Take objects away, as a clone has it that never fetched them and is offline."""
    objects = one.world.path / ".git/objects"
    for pack in list((objects / "pack").glob("*.pack")):
        aside = pack.rename(objects.parent / pack.name)
        for rest in (objects / "pack").glob(f"{pack.stem}.*"):
            rest.unlink()
        with aside.open("rb") as data:
            subprocess.run(["git", "unpack-objects", "-q"], cwd=one.world.path, stdin=data, check=True)
    for name in names:
        object = one.world("rev-parse", name)
        (objects / object[:2] / object[2:]).unlink()


def test_the_release_is_named_where_older_files_are_not_here(tmp_path):
    history = (
        History().commit(files={"old.bin": "x" * 99, "db/migrations/1.sql": "a"}).release("v1.0.0", days=9)
    )
    one = (
        history.commit(files={"old.bin": "y" * 99, "db/migrations/1.sql": "b"})
        .release("v1.1.0", days=1)
        .into(tmp_path)
    )
    without(one, "v1.0.0:old.bin", "v1.0.0:db/migrations/1.sql")
    text = said(one)
    assert text.startswith("v1.1.0 was committed ") and "Going back: v1.0.0 lacks 2 commits" in text
    assert "It changed the data (db/migrations/1.sql)" in text


def test_the_release_is_named_where_what_going_back_loses_cannot_be_read(tmp_path):
    one = History().release("v1.0.0", days=9).release("v1.1.0", days=1).into(tmp_path)
    without(one, "v1.0.0^{tree}")
    text = said(one)
    assert text.startswith("v1.1.0 was committed ") and "what v1.0.0 lacks cannot be read here" in text


def parallel(days):
    """Two lines that both get releases; the older one's last came so many days before the fault."""
    history = History().release("v3.0.0", days=30).commit("v3.x", 20, start="main").release("v4.0.0", days=10)
    return history.release("v3.0.1", "v3.x", days)


@pytest.mark.parametrize(
    ("history", "names"),
    [
        (parallel(0.05), ("v3.0.1 (committed 1 h 12 m before", "v4.0.0 (committed 10 d before")),
        (parallel(5), ("v3.0.1 (committed 5 d before", "v4.0.0 (committed 10 d before")),
        (parallel(-0.01), ("v3.0.1 (committed 14 m after", "v4.0.0 (committed 10 d")),
    ],
)
def test_while_several_releases_may_be_live_none_is_taken_for_it(history, names, tmp_path):
    one = history.into(tmp_path)
    text = said(one)
    assert text.startswith("Which release is live is not known yet, and is asked when the base is found: ")
    assert [name for name in names if name not in text] == [], text
    assert "Going back" not in text and "lacks" not in text
    assert ("If it is v3.0.1, that is the first suspect" in text) == ("1 h 12 m" in text)
    kept = RollbackFirst().apply(one.context(), "fix").why
    assert kept.startswith("Decided: fix forward. Which release is live is not known yet")
    assert all("lacks" not in choice.help for choice in RollbackFirst().choices(one.context()))
    one.set("branch.base", commit=one.world("rev-parse", "v3.0.1"), tag="v3.0.1")
    assert "Going back: v3.0.0 lacks" in said(one)


def test_the_time_of_the_deployment_is_said_where_it_is_known(tmp_path):
    one = History().release("v1.0.0", days=442).into(tmp_path)
    commit = one.world("rev-parse", "v1.0.0")
    one.set("branch.base", commit=commit, tag="v1.0.0", deployed_at=NOW - timedelta(hours=2))
    assert said(one).startswith("v1.0.0 was deployed 2 h 00 m before the fault was seen.")


@pytest.mark.parametrize(
    "history",
    [
        History().release("web@1.0.0", days=9).release("api@2.0.0", days=8),
        History().release("v1.0.0-rc.1", days=9),
        History().commit().tag("deploy-2023-11-14"),
    ],
)
def test_tags_that_cannot_be_read_are_named_instead_of_none(history, tmp_path):
    text = said(history.into(tmp_path))
    assert "No release is known here" not in text and "is not clear here (" in text


def test_without_any_tag_it_is_said_so(tmp_path):
    assert said(History().commit().into(tmp_path)).startswith(
        "No release is known here; look at your deployments"
    )


def deployed(one, tag, hours, **more):
    """Let a command say what is live and since when, as a platform's answer does."""
    commit = one.world("rev-parse", f"{tag}^{{commit}}")
    at = (NOW - timedelta(hours=hours)).isoformat()
    answer = json.dumps({"commit": commit, "deployed_at": at, **more})
    one.record.doc["config"] = {
        **one.record.config,
        "git": {"live": [sys.executable, "-c", f"print({answer!r})"]},
    }
    return one


def test_what_counts_is_the_last_deployment_not_the_last_tag(tmp_path):
    """Tagged ten days ago and deployed an hour before the fault: it is the first suspect."""
    one = History().release("v1.0.0", days=30).release("v1.1.0", days=10).into(tmp_path)
    text = said(deployed(one, "v1.1.0", hours=1))
    assert text.startswith("v1.1.0 was deployed 1 h 00 m before the fault was seen (by live command).")
    assert "first suspect" in text and "Going back: v1.0.0 lacks" in text


def test_an_older_release_that_was_deployed_last_is_the_one(tmp_path):
    one = (
        History()
        .release("v1.0.0", days=30)
        .release("v1.1.0", days=10)
        .release("v1.2.0", days=1)
        .into(tmp_path)
    )
    text = said(deployed(one, "v1.1.0", hours=1))
    assert text.startswith("v1.1.0 was deployed 1 h 00 m") and "v1.0.0 lacks" in text


def test_a_deployment_after_the_fault_was_seen_did_not_cause_it(tmp_path):
    one = History().release("v1.0.0", days=30).release("v1.1.0", days=10).into(tmp_path)
    assert said(deployed(one, "v1.1.0", hours=-1)).startswith("v1.1.0 was committed 10 d")


def test_a_deployed_commit_without_a_tag_is_named_by_itself(tmp_path):
    one = History().release("v1.0.0", days=30).commit("main", 2).into(tmp_path)
    head = one.world("rev-parse", "origin/main")
    text = said(deployed(one, "origin/main", hours=1))
    assert text.startswith(f"{head[:7]} was deployed 1 h 00 m before the fault was seen")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (
            None,
            "v1.1.0 was committed 10 d before the fault was seen; when it was tagged and deployed is not known",
        ),
        (3, "v1.1.0 was tagged 3 d before the fault was seen; when it was deployed is not known here."),
    ],
)
def test_a_lightweight_tag_says_nothing_of_when_it_was_made(tmp_path, days, said):
    history = History().release("v1.0.0", days=20).commit(days=10).tag("v1.1.0", days=days)
    text = " ".join(advice(history.into(tmp_path).context()))
    assert text.startswith(said)


def live(one, *says):
    """Let commands say what is live without saying since when; a second one as the platform."""
    git, deploy = [sys.executable, "-c", f"print({says[0]!r})"], {}
    if says[1:]:
        deploy = {"current": [sys.executable, "-c", f"print({says[1]!r})"]}
    one.record.doc["config"] = {**one.record.config, "git": {"live": git}, "deploy": deploy}
    return one


@pytest.mark.parametrize("named", ["v3.0.1", "v4.0.0", "commit", "both"])
def test_what_a_source_says_is_live_without_a_time_is_believed(named, tmp_path):
    one = parallel(0.05).into(tmp_path)
    tag = "v4.0.0" if named == "v4.0.0" else "v3.0.1"
    answers = {"commit": [one.world("rev-parse", "v3.0.1^{commit}")], "both": ["v3.0.1", "v3.0.1"]}
    text = said(live(one, *answers.get(named, [tag])))
    ago = {"v3.0.1": "1 h 12 m", "v4.0.0": "10 d"}[tag]
    assert text.startswith(
        f"{tag} was committed {ago} before the fault was seen; when it was tagged and deployed"
    )
    assert ("first suspect" in text) == (tag == "v3.0.1")
    assert "not known yet" not in text and "is asked when the base is found" not in text
    assert "Going back: v3.0.0 lacks" in text
    assert row(one.context()) == f"{tag} was committed {ago} before the fault"


@pytest.mark.parametrize("answer", ["nonsense", "main", "after", "two"])
def test_what_is_live_without_a_time_and_a_release_from_before_is_asked(answer, tmp_path):
    one = parallel(-0.01 if answer == "after" else 5).into(tmp_path)
    commit = one.world("rev-parse", "origin/v3.x" if answer == "after" else "origin/main")
    if answer == "main":
        commit = one.world.commit("More")
    answers = {"nonsense": ["nonsense"], "two": ["v3.0.1", "v4.0.0"]}
    text = said(live(one, *answers.get(answer, [commit])))
    assert text.startswith("Which release is live is not known yet")
    assert row(one.context()) == "which release is live is not known yet"
