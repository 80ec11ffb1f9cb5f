"""What the platforms print about production, read as a commit of this repository."""

import json

import pytest

from hotfix_tui.git.process import Git
from hotfix_tui.platforms import loader
from hotfix_tui.steps.live.answer import AnswerPath, read
from tests.gitworld import World


@pytest.fixture
def world(tmp_path, isolated):
    made = World(tmp_path / "shop")
    made.commit("Old", a__txt="a")
    made("tag", "v1.0.0")
    made.commit("New", b__txt="b")
    return made


def images(image):
    return {"spec": {"template": {"spec": {"containers": [{"name": "app", "image": image}]}}}}


def weighed(image):
    return {"containers": [{"name": "app", "image": image}]}


OLD, NEW = "{old}", "{new}"
DIGEST = "sha256:" + "ab" * 32
SAYS = [
    (
        "argocd",
        {
            "status": {"history": [{"revision": OLD}], "sync": {"revision": NEW, "status": "Synced"}},
        },
        "new",
    ),
    (
        "azure-container-apps",
        [
            {"name": "a", "properties": {"trafficWeight": 0, "template": weighed("r.example/shop:{new7}")}},
            {"name": "b", "properties": {"trafficWeight": 100, "template": weighed("r.example/shop:{old7}")}},
        ],
        "old",
    ),
    ("cloudflare-workers", {"annotations": {"workers/message": f"ENG-7 {NEW}"}}, "new"),
    ("vercel", {"targets": {"production": {"meta": {"hotfixCommit": NEW, "githubCommitSha": OLD}}}}, "new"),
    (
        "cloudflare-pages",
        [
            {"Environment": "Preview", "Source": NEW[:7], "Status": "just now"},
            {"Environment": "Production", "Source": NEW[:7], "Status": "Failure"},
            {"Environment": "Production", "Source": "{old7}", "Status": "2 days ago"},
        ],
        "old",
    ),
    (
        "digitalocean",
        [
            {
                "id": "a",
                "active_deployment": {"static_sites": [{"source_commit_hash": NEW}]},
                "spec": {"name": "x"},
            }
        ],
        "new",
    ),
    (
        "railway",
        [
            {"id": "1", "status": "CRASHED", "meta": {"commitHash": NEW}},
            {"id": "2", "status": "SUCCESS", "meta": {"commitHash": OLD}},
        ],
        "old",
    ),
    ("dokku", "=====> shop git information\n       Git sha: {new7}\n       Git keep git dir: false\n", "new"),
    ("elastic-beanstalk", {"Environments": [{"VersionLabel": f"hotfix-ENG-7-{NEW}"}]}, "new"),
    (
        "elastic-beanstalk-swap",
        [{"EnvironmentName": "shop-blue", "Status": "Ready", "VersionLabel": f"hotfix-ENG-7-{NEW}"}],
        "new",
    ),
    (
        "github-actions",
        [
            {"headSha": NEW, "status": "in_progress", "conclusion": ""},
            {"headSha": NEW, "status": "completed", "conclusion": "failure"},
            {"headSha": OLD, "status": "completed", "conclusion": "success"},
        ],
        "old",
    ),
    ("heroku", [{"description": "Deploy {old7}", "status": "succeeded", "version": 12}], "old"),
    ("kamal", f"App Host: 10.0.0.1\n{NEW}\n", "new"),
    ("kubernetes", images(f"ghcr.io/acme/shop:sha-{{new7}}@{DIGEST}"), "new"),
    ("kubernetes", images("ghcr.io/acme/shop:1.0.0"), "old"),
    ("netlify", {"id": "x", "published_deploy": {"commit_ref": OLD, "title": "by git"}}, "old"),
    ("netlify", {"published_deploy": {"commit_ref": None, "title": f"ENG-7 {NEW}"}}, "new"),
    (
        "render",
        [{"status": "build_failed", "commit": {"id": NEW}}, {"status": "live", "commit": {"id": OLD}}],
        "old",
    ),
]


def filled(said, world):
    """The answer with the commits of `world` in the places of {old}, {new}, {old7} and {new7}."""
    old, new = world("rev-parse", "v1.0.0"), world("rev-parse", "HEAD")
    text = said if isinstance(said, str) else json.dumps(said)
    for name, value in (("{old}", old), ("{new}", new), ("{old7}", old[:7]), ("{new7}", new[:7])):
        text = text.replace(name, value)
    return text.replace("{new", new[:7]).encode()


def place(platform):
    answer = loader.load(platform).commands["current"].commit
    return AnswerPath(answer.each, answer.where, tuple(answer.at), forms=answer.forms)


@pytest.mark.parametrize(("platform", "said", "wanted"), SAYS)
def test_the_answer_of_each_platform_names_the_commit_that_is_live(world, platform, said, wanted):
    found = read(Git(str(world.path)), filled(said, world), place(platform))
    assert found.commit == world("rev-parse", {"old": "v1.0.0", "new": "HEAD"}[wanted]), found.why


@pytest.mark.parametrize("when", [1, 1_700_000_000_000, "2019-01-01T00:00:00Z"])
def test_when_a_project_was_made_is_not_when_it_was_deployed(world, when):
    said = {"createdAt": when, "targets": {"production": {"meta": {"githubCommitSha": "{new}"}}}}
    found = read(Git(str(world.path)), filled(said, world), place("vercel"))
    assert found.commit and found.at is None


def test_a_time_that_cannot_be_is_none(world):
    said = [{"status": "live", "createdAt": 1, "commit": {"id": "{new}"}}]
    assert read(Git(str(world.path)), filled(said, world), place("render")).at is None


def test_every_platform_that_names_a_commit_is_in_the_table():
    told = {
        name for name in loader.names() if (now := loader.load(name).commands.get("current")) and now.commit
    }
    assert told == {platform for platform, _, _ in SAYS}


@pytest.mark.parametrize(
    "said",
    ["[]", "{}", "null", "not json", "[[[1]]]", '{"status": {"sync": 3}}', '{"spec": {"template": []}}'],
)
@pytest.mark.parametrize("platform", ["argocd", "kubernetes", "render", "heroku"])
def test_an_answer_of_another_form_names_nothing(world, platform, said):
    found = read(Git(str(world.path)), said.encode(), place(platform))
    assert found.commit is None and found.why and not found.unknown


def test_the_digest_of_an_image_is_not_taken_for_a_commit(world):
    found = read(Git(str(world.path)), json.dumps(images(f"shop@{DIGEST}")).encode(), place("kubernetes"))
    assert found.commit is None and not found.unknown


def test_a_commit_that_is_not_here_is_named(world):
    found = read(Git(str(world.path)), ("hotfix-" + "1" * 40).encode())
    assert found.commit is None and found.unknown == "1" * 40 and "does not have" in found.why
