"""What a push set off on GitLab, Gitea, Forgejo and Bitbucket: the deployment or the run of exactly this commit."""

import http.server
import json
import sys
import threading

import pytest

from hotfix_tui.forges import pushed_rest
from hotfix_tui.forges.address import parse_remote
from hotfix_tui.forges.calls import ForgeError
from hotfix_tui.forges.pushed import can_ask, of_commit
from tests.steps import kept_state

COMMIT, OTHER = "a" * 40, "b" * 40

GLAB = (
    kept_state.HEAD
    + """\
path = sys.argv[2]
world["calls"].append([*sys.argv[1:], os.environ.get("GITLAB_HOST")])
if world.get("down"):
    keep()
    print(world["down"], file=sys.stderr)
    sys.exit(1)
if "/pipelines?" in path:
    sha = path.split("sha=")[1].split("&")[0]
    print(json.dumps([one for one in world["pipelines"] if one.get("sha") == sha]))
elif "/deployments?" in path:
    name = path.split("environment=")[1].split("&")[0]
    print(json.dumps([one for one in world["deployments"] if one.get("environment", "production") == name]))
else:
    sys.exit("glab: unknown call: " + path)
keep()
"""
)


class GitLab:
    """A `glab` on the path, and the state of the GitLab that it asks."""

    repo = parse_remote("git@gitlab.com:acme/team/shop.git")
    deploys = (".gitlab-ci.yml",)

    def __init__(self, folder, monkeypatch):
        self.path, self.tools = folder / "gitlab.json", folder / "tools"
        self.path.write_text(json.dumps({"calls": [], "pipelines": [], "deployments": []}))
        self.tools.mkdir()
        (self.tools / "glab").write_text(GLAB.format(python=sys.executable, state=str(self.path)))
        (self.tools / "glab").chmod(0o755)
        monkeypatch.setenv("PATH", str(self.tools))

    def set(self, **values):
        kept_state.change(self.path, **values)

    def run(self, word, sha=COMMIT, **more):
        known = {
            "id": 7,
            "sha": sha,
            "status": word,
            "source": "push",
            "ref": "main",
            "web_url": "https://page/7",
        }
        return {**known, **more}

    def runs(self, *given):
        self.set(pipelines=list(given))


class Served:
    """A forge on this machine that answers every address with the same JSON."""

    def __init__(self):
        self.answer, self.status, self.asked = {}, 200, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append((self.path, self.headers.get("Authorization")))
                body = json.dumps(outer.answer).encode()
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Gitea(Served):
    """Gitea's and Forgejo's list of what their runners did."""

    deploys = (".gitea/workflows/deploy.yml",)

    @property
    def repo(self):
        return parse_remote(f"{self.address}/acme/shop.git", "gitea")

    def run(self, word, sha=COMMIT, **more):
        known = {"name": "deploy", "head_sha": sha, "head_branch": "main", "event": "push", "status": word}
        return {**known, "workflow_id": "deploy.yml", "url": "https://page/7", **more}

    def runs(self, *given):
        self.answer = {"total_count": len(given), "workflow_runs": list(given) or None}


class Bitbucket(Served):
    """Bitbucket's list of pipelines."""

    deploys = ("bitbucket-pipelines.yml",)
    repo = parse_remote("git@bitbucket.org:acme/shop.git")

    def run(self, word, sha=COMMIT, **more):
        done = word in ("SUCCESSFUL", "FAILED", "ERROR", "STOPPED")
        state = {"name": "COMPLETED", "result": {"name": word}} if done else {"name": word}
        target = {"commit": {"hash": sha}, "ref_name": more.pop("ref", "main")}
        return {"build_number": 7, "state": state, "target": target, **more}

    def runs(self, *given):
        self.answer = {"values": list(given)}


@pytest.fixture(params=[GitLab, Gitea, Bitbucket], ids=["gitlab", "gitea", "bitbucket"])
def forge(request, tmp_path, monkeypatch):
    for name in ("GITEA_SERVER_URL", "GITEA_SERVER_TOKEN", "BITBUCKET_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    if request.param is GitLab:
        yield GitLab(tmp_path, monkeypatch)
        return
    made = request.param()
    if request.param is Bitbucket:
        monkeypatch.setitem(pushed_rest.BITBUCKET, "bitbucket.org", made.address)
    yield made
    made.server.shutdown()
    made.server.server_close()


def seen(forge, *workflows, branch="main"):
    return of_commit(forge.repo, COMMIT, "production", workflows or forge.deploys, branch)


WORDS = {
    GitLab: {
        "waiting": ["created", "pending", "running", "manual", "waiting_for_resource", "a-new-word"],
        "done": ["success"],
        "failed": ["failed", "canceled"],
    },
    Gitea: {
        "waiting": ["waiting", "running", "blocked", "unknown"],
        "done": ["success"],
        "failed": ["failure", "cancelled"],
    },
    Bitbucket: {
        "waiting": ["PENDING", "IN_PROGRESS", "PAUSED"],
        "done": ["SUCCESSFUL"],
        "failed": ["FAILED", "ERROR", "STOPPED"],
    },
}


def test_each_state_of_a_run_is_told(forge):
    assert can_ask(forge.repo)
    for state, words in WORDS[type(forge)].items():
        for word in words:
            forge.runs(forge.run(word), forge.run("failed", OTHER))
            found = seen(forge)
            assert found.state == state, (word, found)
            assert found.url and "\n" not in found.why


def test_a_run_of_another_commit_or_branch_says_nothing(forge):
    good = WORDS[type(forge)]["done"][0]
    forge.runs(forge.run(good, OTHER))
    assert seen(forge).state == "none"
    forge.runs()
    assert seen(forge).state == "none"
    forge.runs(forge.run(good, **{"head_branch" if type(forge) is Gitea else "ref": "elsewhere"}))
    assert seen(forge).state == "none" and seen(forge, branch="").state == "done"


def test_a_run_that_was_started_again_is_what_counts(forge):
    words = WORDS[type(forge)]
    forge.runs(forge.run(words["done"][0]), forge.run(words["failed"][0]))
    assert seen(forge).state == "done", "the newest comes first"


def test_which_run_deploys_is_not_guessed(forge):
    forge.runs(forge.run(WORDS[type(forge)]["done"][0]))
    assert of_commit(forge.repo, COMMIT, "production", [], "main").state == "unclear"


def test_an_outage_is_an_error_and_a_private_repository_names_the_variable(forge):
    if isinstance(forge, GitLab):
        forge.set(down="dial tcp: lookup gitlab.com: no such host")
    else:
        forge.status = 404
    with pytest.raises(ForgeError) as no:
        seen(forge)
    assert forge.repo.host in str(no.value)
    if not isinstance(forge, GitLab):
        assert "TOKEN" in str(no.value)


def test_an_answer_of_another_form_is_an_error(forge):
    if isinstance(forge, GitLab):
        forge.set(pipelines=["?"], deployments=["?"])
    else:
        forge.answer = {"workflow_runs": "?", "values": [7]}
    with pytest.raises(ForgeError):
        seen(forge)


def test_a_deployment_of_gitlab_says_how_it_stands(tmp_path, monkeypatch):
    forge = GitLab(tmp_path, monkeypatch)
    job = {"web_url": "https://page/job"}

    def deployment(word, sha=COMMIT, **more):
        return {"sha": sha, "status": word, "deployable": job, "updated_at": "2026-03-02T14:00:00Z", **more}

    for word, wanted in (
        ("success", "done"),
        ("failed", "failed"),
        ("running", "waiting"),
        ("blocked", "waiting"),
    ):
        forge.set(deployments=[deployment("success", OTHER), deployment(word)], pipelines=[])
        found = seen(forge)
        assert (found.state, found.url) == (wanted, "https://page/job"), word
    assert "waits for an approval" in found.why
    forge.set(deployments=[deployment("failed", environment="staging")], pipelines=[forge.run("success")])
    assert seen(forge).state == "done"
    forge.set(deployments=[deployment("running")], pipelines=[forge.run("failed")])
    assert seen(forge).state == "failed", "a deployment that waits for ever after its pipeline failed"
    forge.set(deployments=[], pipelines=[forge.run("failed", source="schedule"), forge.run("running")])
    assert seen(forge).state == "waiting", "a nightly pipeline was not set off by the push"
    monkeypatch.setenv("PATH", "/nowhere")
    assert not can_ask(forge.repo)


def test_a_token_goes_to_the_server_that_it_is_for_and_to_no_other(monkeypatch):
    forge = Gitea()
    forge.runs(forge.run("success"))
    monkeypatch.setenv("GITEA_SERVER_TOKEN", "secret")
    monkeypatch.delenv("GITEA_SERVER_URL", raising=False)
    seen(forge)
    monkeypatch.setenv("GITEA_SERVER_URL", "https://git.example")
    seen(forge)
    monkeypatch.setenv("GITEA_SERVER_URL", f"{forge.address}/")
    seen(forge)
    assert [said for _, said in forge.asked] == [None, None, "token secret"]
    forge.server.shutdown()
    forge.server.server_close()


def test_bitbucket_on_a_server_of_ones_own_has_no_pipelines_to_ask_for():
    assert not can_ask(parse_remote("https://bitbucket.acme.example/acme/shop.git", "bitbucket"))
    assert can_ask(parse_remote("git@codeberg.org:acme/shop.git"))
