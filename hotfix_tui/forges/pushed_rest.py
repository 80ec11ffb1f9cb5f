"""What a push triggered on Gitea, Forgejo or Bitbucket: the runs of one commit, queried over HTTP.

None of their programs lists runs by commit. A token is sent only to the host it is for.
"""

import os
from collections.abc import Collection, Mapping
from urllib.parse import quote, urlsplit

from hotfix_tui.base import asking, fetch
from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.calls import LARGEST, SECONDS, ForgeError, Trouble, decoded
from hotfix_tui.forges.pushed_state import Pushed, State, of_runs

BITBUCKET = {"bitbucket.org": "https://api.bitbucket.org/2.0"}
"""The API address by host. A self-hosted Bitbucket has no pipelines."""

_GITEA: dict[str, State] = {"success": "done", "failure": "failed", "cancelled": "failed"}
_BITBUCKET: dict[str, State] = {
    "SUCCESSFUL": "done",
    "FAILED": "failed",
    "ERROR": "failed",
    "STOPPED": "failed",
}


def can_ask(repo: ForgeRepo) -> bool:
    """Return whether the forge of `repo` can be queried for the runs of a commit."""
    return (repo.kind == "gitea" and bool(repo.web)) or (repo.kind == "bitbucket" and repo.host in BITBUCKET)


def of_commit(repo: ForgeRepo, commit: str, workflows: Collection[str], branch: str) -> Pushed:
    """Return what the forge says about the runs of `commit`. Raises ForgeError."""
    if repo.kind == "bitbucket":
        return _bitbucket(repo, commit, workflows, branch)
    return _gitea(repo, commit, workflows, branch)


def _gitea(repo: ForgeRepo, commit: str, workflows: Collection[str], branch: str) -> Pushed:
    base = repo.web.removesuffix(f"/{repo.path}")
    path = f"{quote(repo.owner, safe='')}/{quote(repo.name, safe='')}"
    answer = _ask(f"{base}/api/v1/repos/{path}/actions/tasks?limit=50", repo, _gitea_token(repo))
    newest: dict[tuple[object, object], Mapping[str, object]] = {}
    for item in _items(answer, "workflow_runs", repo):
        fits = item.get("head_sha") == commit and branch in ("", item.get("head_branch"))
        if (
            fits
            and item.get("event", "push") in ("push", "workflow_dispatch")
            and item.get("status") != "skipped"
        ):
            newest.setdefault((item.get("workflow_id"), item.get("name")), item)
    names = {os.path.basename(workflow) for workflow in workflows}
    told = {
        (file, name): _of(
            f"the run {str(name or file)!r}", item.get("status"), _GITEA, str(item.get("url") or "")
        )
        for (file, name), item in newest.items()
    }
    ours = [said for key, said in told.items() if key[0] in names]
    return of_runs(ours, list(told.values()), commit)


def _gitea_token(repo: ForgeRepo) -> str:
    """Return the token for this host, as Gitea's own program uses it: it is for the server named alongside it."""
    named = urlsplit(os.environ.get("GITEA_SERVER_URL", ""))
    token = os.environ.get("GITEA_SERVER_TOKEN", "")
    return f"token {token}" if token and named.netloc == urlsplit(repo.web).netloc else ""


def _bitbucket(repo: ForgeRepo, commit: str, workflows: Collection[str], branch: str) -> Pushed:
    path = f"repositories/{quote(repo.owner, safe='')}/{quote(repo.name, safe='')}"
    wanted = f"target.commit.hash={commit}&sort=-created_on&pagelen=50"
    token = os.environ.get("BITBUCKET_TOKEN", "")
    answer = _ask(
        f"{BITBUCKET[repo.host]}/{path}/pipelines/?{wanted}", repo, f"Bearer {token}" if token else ""
    )
    for item in _items(answer, "values", repo):
        target, state = _part(item, "target"), _part(item, "state")
        if _part(target, "commit").get("hash") != commit or branch not in ("", target.get("ref_name")):
            continue
        number = item.get("build_number")
        word = str(
            _part(state, "result").get("name") or _part(state, "stage").get("name") or state.get("name") or ""
        )
        said = _of(f"the pipeline #{number}", word, _BITBUCKET, f"{repo.web}/pipelines/results/{number}")
        # The first is the newest: a rerun pipeline is a new one.
        return of_runs([said] if workflows else [], [said], commit)
    return of_runs([], [], commit)


def _of(what: str, word: object, states: Mapping[str, State], url: str) -> Pushed:
    state, how = states.get(str(word), "waiting"), str(word or "").lower().replace("_", " ")
    ways = {"done": "succeeded", "failed": f"ended with {how}"}
    return Pushed(state, f"{what} {ways.get(state) or 'is ' + (how or 'queued')}", url)


def _part(item: Mapping[str, object], name: str) -> Mapping[str, object]:
    inner = item.get(name)
    return inner if isinstance(inner, dict) else {}


def _items(answer: object, name: str, repo: ForgeRepo) -> list[Mapping[str, object]]:
    items = answer.get(name) if isinstance(answer, dict) else None
    if items is None and isinstance(answer, dict) and answer.get("total_count") == 0:
        return []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ForgeError(f"{repo.host} gave another form of answer than known", Trouble.ODD)
    return items


def _ask(url: str, repo: ForgeRepo, authorization: str) -> object:
    """Return the JSON answer of an address. Raises ForgeError."""
    secured = url.startswith("https://") or urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
    headers = {"Authorization": authorization} if authorization and secured else {}

    def get() -> fetch.Fetched:
        return fetch.get(url, timeout=SECONDS, limit=LARGEST, headers=headers)

    answer = asking.ask(("forge", url), get)
    if answer.problem:
        unknown = not headers and answer.status in (401, 403, 404)
        hidden = f"; a private repository wants {_VARIABLES[repo.kind]}" if unknown else ""
        raise ForgeError(f"{repo.host} cannot be asked: {answer.problem}{hidden}", Trouble.UNREACHABLE)
    return decoded(repo.host, answer.body)


_VARIABLES = {
    "gitea": "GITEA_SERVER_URL and GITEA_SERVER_TOKEN",
    "bitbucket": "BITBUCKET_TOKEN",
}
