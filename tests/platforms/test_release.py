"""What a platform serves: its own id is read where the file says, and nothing else ever counts as one."""

import json
from datetime import UTC, datetime

import pytest

from hotfix_tui.platforms.loader import PlatformError, load, names, parse
from hotfix_tui.platforms.model import ReleaseAt
from hotfix_tui.platforms.release import LARGEST, read, under
from tests.platforms.answers import APP as APP_DEPLOYMENT
from tests.platforms.answers import CURRENT, RAILWAY, SAID
from tests.platforms.test_loader import MINIMAL

COMMIT = "6f37ecb0" * 5
UUID = "cccccccc-0000-4000-8000-000000000007"
VERCEL = {
    "id": "prj_1",
    "targets": {
        "production": {
            "id": "dpl_NEW1",
            "url": "shop-abc.vercel.app",
            "createdAt": 1_764_200_000_000,
            "meta": {"githubCommitSha": COMMIT},
        }
    },
    "lastAliasRequest": {"type": "promote"},
}
NETLIFY = {
    "id": "0d3a9d2f-ef94-4380-93df-27ee400e2048",
    "published_deploy": {
        "id": "65f0c0ffee65f0c0ffee65f0",
        "commit_ref": None,
        "title": f"ENG-7 {COMMIT}",
        "published_at": "2026-11-26T23:00:00.123Z",
        "locked": False,
    },
}
WORKERS = {
    "id": "d1",
    "created_on": "2026-11-20T00:00:00Z",
    "annotations": {"workers/triggered_by": "deployment", "workers/message": f"ENG-7 {COMMIT}"},
    "versions": [{"version_id": UUID, "percentage": 100}],
}
BEANSTALK = {"Environments": [{"VersionLabel": f"hotfix-ENG-7-{COMMIT}", "Status": "Ready"}]}
HEROKU = [
    {"version": 14, "description": "Deploy 1a2b3c4d", "status": "failed", "current": False},
    {"version": 13, "description": "Set FOO config vars", "status": "succeeded", "current": True},
]
DEPLOYMENT = {
    "metadata": {"annotations": {"deployment.kubernetes.io/revision": "7"}},
    "spec": {"template": {"spec": {"containers": [{"image": f"r.example/shop:{COMMIT}"}]}}},
}
ARGO = {
    "status": {
        "sync": {"status": "Synced", "revision": COMMIT},
        "history": [{"id": 3, "revision": "a" * 40}, {"id": 4, "revision": COMMIT}],
    }
}
RUN = {"traffic": [{"percent": 100, "revisionName": "shop-00042-abc"}, {"revisionName": "x", "tag": "t"}]}
APP = [{"id": "20261126t120000", "service": "default", "traffic_split": 1.0}]
HELM = {"name": "shop", "version": 12, "info": {"status": "deployed"}}
TASK = "arn:aws:ecs:eu-west-1:1234:task-definition/shop:42"
ECS = {"services": [{"taskDefinition": TASK, "deployments": [{"rolloutState": "COMPLETED"}]}]}
RUNS = [
    {"databaseId": 9, "headSha": "a" * 40, "status": "completed", "conclusion": "failure"},
    {"databaseId": 8, "headSha": COMMIT, "status": "completed", "conclusion": "success"},
]


def fly(label):
    return [{"Version": 7, "Status": "complete", "ImageRef": f"registry.fly.io/shop:{label}"}]


def firebase(version, message):
    """The live channel between two others: what those say is not its own."""

    def channel(name, version, message):
        release = {
            "name": "r",
            "version": {"name": f"projects/p/sites/shop/versions/{version}"},
            "type": "DEPLOY",
        }
        said = {"message": message} if message else {}
        return {"name": f"projects/p/sites/shop/channels/{name}", "release": {**release, **said}}

    others = [channel(name, "fedcba9876", f"other {'b' * 40}") for name in ("preview", "next")]
    return {"result": {"channels": [others[0], channel("live", version, message), others[1]]}}


def served(name, answer):
    at = load(name).commands["current"].release
    return read(answer if isinstance(answer, bytes) else json.dumps(answer).encode(), at)


@pytest.mark.parametrize(
    ("name", "answer", "id", "commit"),
    [
        ("vercel", VERCEL, "dpl_NEW1", COMMIT),
        ("netlify", NETLIFY, "65f0c0ffee65f0c0ffee65f0", COMMIT),
        ("cloudflare-workers", WORKERS, UUID, COMMIT),
        ("elastic-beanstalk", BEANSTALK, f"hotfix-ENG-7-{COMMIT}", COMMIT),
        ("heroku", HEROKU, "13", ""),
        ("kubernetes", DEPLOYMENT, "7", COMMIT),
        ("argocd", ARGO, "4", COMMIT),
        ("cloud-run", {"status": RUN}, "shop-00042-abc", ""),
        ("app-engine", APP, "20261126t120000", ""),
        ("helm", HELM, "12", ""),
        ("ecs", ECS, TASK, ""),
        ("github-actions", RUNS, "8", COMMIT),
        ("railway", SAID["railway"], RAILWAY, COMMIT),
        ("helm", {**HELM, "config": {"image": {"tag": f"sha-{COMMIT[:9]}"}}}, "12", COMMIT[:9]),
        ("helm", {**HELM, "config": {"image": {"tag": "v1.2"}}}, "12", ""),
        ("fly", fly(f"hotfix-{COMMIT}"), f"registry.fly.io/shop:hotfix-{COMMIT}", COMMIT),
        ("fly", fly("deployment-01JD6Z"), "registry.fly.io/shop:deployment-01JD6Z", ""),
        ("firebase", firebase("a1b2c3d4e5", f"ENG-7 {COMMIT}"), "a1b2c3d4e5", COMMIT),
        ("firebase", firebase("a1b2c3d4e5", ""), "a1b2c3d4e5", ""),
        ("digitalocean", SAID["digitalocean"], APP_DEPLOYMENT, COMMIT),
        ("render", SAID["render"], "dep-cph1rs3idesc73a2b2mg", COMMIT),
        ("cloudflare-pages", SAID["cloudflare-pages"], "33333333-1e90-4762-9fee-6cc4a0a9f2cf", COMMIT[:7]),
        ("serverless", SAID["serverless"] * 3, "1764158400000", ""),
        ("dokku", CURRENT["dokku"].encode(), COMMIT[:8], COMMIT[:8]),
        ("kamal", f"App Host: one\n{COMMIT}\nApp Host: two\n{COMMIT}\n".encode(), COMMIT, COMMIT),
        ("kamal", f"{COMMIT}_uncommitted_1a2b\n".encode(), f"{COMMIT}_uncommitted_1a2b", COMMIT),
    ],
)
def test_each_platforms_own_id_is_read(name, answer, id, commit):
    found = served(name, answer)
    assert (found.id, found.commit) == (id, commit)


NO_WAY_BACK = {"digitalocean", "cloudflare-pages", "dokku"}
"""Those whose program has no command for it: the way by hand names the release."""
BY_COMMIT = {"kamal", "render"}
"""Those whose program goes back to a commit: the release names it."""


def test_every_file_that_reads_a_release_rolls_back_to_it_and_no_other_one_does():
    for name in names():
        on = load(name)
        current, rollback = on.commands.get("current"), on.commands.get("rollback")
        if current is not None and current.release is not None:
            assert (rollback is None) == (name in NO_WAY_BACK), name
            said = str(rollback.run) if rollback else "{release}"
            assert "{release}" in said or (name in BY_COMMIT and "{previous}" in said), name


@pytest.mark.parametrize("time", [1, 0, -(10**12), "1970-01-01T00:00:01Z", "0001-01-01T00:00:00Z", 1e300])
def test_a_time_at_which_nothing_was_deployed_is_none(time):
    production = {**VERCEL["targets"]["production"], "createdAt": time}
    assert served("vercel", {"targets": {"production": production}}).time is None


def test_what_stands_beside_the_id_is_read_too():
    found = served("vercel", VERCEL)
    assert found.time == datetime.fromtimestamp(1_764_200_000, UTC)
    assert (found.address, found.pinned) == ("shop-abc.vercel.app", False)
    assert served("vercel", {**VERCEL, "lastAliasRequest": {"type": "rollback"}}).pinned
    held = {**NETLIFY["published_deploy"], "locked": True}
    assert served("netlify", {"published_deploy": held}).pinned
    assert served("cloudflare-workers", WORKERS).share == 100


@pytest.mark.parametrize("share", [10**400, -1, 101, float("nan"), float("inf"), 1.7e308, True, "100", None])
def test_a_share_that_is_no_part_of_the_traffic_is_unknown(share):
    found = served("cloudflare-workers", {**WORKERS, "versions": [{"version_id": UUID, "percentage": share}]})
    assert found is None or found.share is None


@pytest.mark.parametrize(
    ("app", "pinned"),
    [({"pinned_deployment": {"id": "x"}}, True), ({"pinned_deployment": {}}, False), ({}, False)],
)
def test_a_release_is_held_where_something_holds_it(app, pinned):
    assert served("digitalocean", [{**SAID["digitalocean"][0], **app}]).pinned is pinned


ODD = [
    b"",
    b"no json",
    b"[" * 100_000,
    b"{" + b"x" * LARGEST,
    [],
    {},
    None,
    7,
    {"published_deploy": None},
    {"published_deploy": {"id": None}},
    {"published_deploy": {"id": True}},
    {"published_deploy": {"id": ["65f0c0ffee65f0c0ffee65f0"]}},
    {"published_deploy": {"id": "--help-me-please"}},
    {"published_deploy": {"id": "65f0 c0ffee"}},
    {"published_deploy": {"id": "65f0\n{deploy_id}"}},
    {"published_deploy": {"id": '{ "Environments": [ {'}},
]


@pytest.mark.parametrize("answer", ODD, ids=range(len(ODD)))
def test_what_is_no_id_is_never_one(answer):
    assert served("netlify", answer) is None


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("elastic-beanstalk", {"Environments": [{"VersionLabel": "v1", "Status": "Updating"}]}),
        ("cloudflare-workers", {**WORKERS, "versions": [{"version_id": UUID, "percentage": 90}]}),
        ("cloud-run", {"status": {"traffic": [{"percent": 50, "revisionName": "a"}]}}),
        ("app-engine", [*APP, {"id": "20261125t120000"}]),
        ("argocd", {"status": {**ARGO["status"], "sync": {"status": "OutOfSync"}}}),
        ("argocd", {"status": {"sync": {"status": "Synced"}, "history": []}}),
        ("helm", {**HELM, "info": {"status": "pending-upgrade"}}),
        ("ecs", {"services": [{"taskDefinition": TASK, "deployments": [{"rolloutState": "IN_PROGRESS"}]}]}),
        (
            "railway",
            [{**SAID["railway"][1], "status": status} for status in ("REMOVED", "CRASHED", "BUILDING")],
        ),
        ("digitalocean", [{"id": "app-1", "in_progress_deployment": {"id": APP_DEPLOYMENT}}]),
        (
            "serverless",
            [*SAID["serverless"], SAID["serverless"][0].replace("1764158400000", "1764158400001")],
        ),
        ("serverless", []),
        ("serverless", ["serverless/shop/prod/shop.zip"]),
        (
            "dokku",
            b"       Git rev env var:  GIT_REV\n       Git sha:\n       Git last updated at:  1700000000\n",
        ),
        ("kamal", f"App Host: one\n{COMMIT}\nApp Host: two\n{'a' * 40}\n".encode()),
        ("kamal", b"App Host: one\n"),
    ],
)
def test_while_it_changes_or_is_shared_there_is_no_release_that_is_live(name, answer):
    assert served(name, answer) is None


def test_plain_text_is_read_by_a_pattern_if_it_names_one():
    at = ReleaseAt(pattern=r"(?m)^(?P<id>(?P<commit>[0-9a-f]{40})\S*)$", form=r"[0-9a-f]{40}\w*")
    assert read(f"App Host: one\n{COMMIT}\n".encode(), at).commit == COMMIT
    assert read(f"one\n{COMMIT}\ntwo\n{COMMIT}\n".encode(), at).id == COMMIT
    assert read(f"{COMMIT}\n{'a' * 40}\n".encode(), at) is None, "the hosts run two versions"


def test_pointers_are_those_of_rfc_6901():
    value = {"a/b": {"~": [1, {"": 2}]}}
    assert under(value, "/a~1b/~0/0") == 1
    assert under(value, "/a~1b/~0/-1/") == 2
    for nowhere in ("/a~1b/~0/9", "/x/y", "/a~1b/~0/-2", "/a~1b/~0/01x"):
        assert under(value, nowhere) is None


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ('release = {id = "/a"}', "wants a form"),
        ('release = {form = "x"}', "either id or pattern"),
        ('release = {id = "/a", pattern = "(?P<id>x)", form = "x"}', "either id or pattern"),
        ('release = {id = "a", form = "x"}', "no JSON Pointer"),
        ('release = {pattern = "(", form = "x"}', "cannot be read"),
        ('release = {pattern = "x", form = "x"}', "no group called id"),
    ],
)
def test_a_file_that_cannot_tell_an_id_is_refused(table, why):
    text = f'{MINIMAL}\n[commands.current]\nrun = [["x"]]\n{table}\n'
    with pytest.raises(PlatformError, match=why):
        parse(text.encode(), "x")
