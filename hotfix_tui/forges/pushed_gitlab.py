"""What a push set off on GitLab: the deployment and the pipelines of one commit, as `glab` tells them."""

from collections.abc import Collection, Mapping
from urllib.parse import quote

from hotfix_tui.forges import calls
from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.calls import ForgeError, Trouble
from hotfix_tui.forges.deployments import GLAB_ENVIRONMENT
from hotfix_tui.forges.pushed_state import Pushed, State, of_runs

_STATES: dict[str, State] = {"success": "done", "failed": "failed", "canceled": "failed"}
"""Every other word means that it is still under way, or waits for somebody."""

_WAITS = {
    "manual": "waits for somebody to start it",
    "blocked": "waits for an approval",
    "waiting_for_resource": "waits for another deployment",
}


def of_commit(
    repo: ForgeRepo, commit: str, environment: str, workflows: Collection[str], branch: str
) -> Pushed:
    """What GitLab says of the deployment of `commit` to `environment`. Raises ForgeError."""
    deployed = _deployment(repo, commit, environment)
    if deployed is not None and deployed.state != "waiting":
        return deployed
    runs = _pipelines(repo, commit, branch)
    if deployed is not None:
        return next((one for one in runs if one.state == "failed"), None) or deployed
    return of_runs(runs if any(name.endswith((".yml", ".yaml")) for name in workflows) else [], runs, commit)


def _deployment(repo: ForgeRepo, commit: str, environment: str) -> Pushed | None:
    """How the newest deployment of the commit stands; None where none is written down."""
    wanted = f"deployments?environment={quote(environment, safe='')}&order_by=id&sort=desc&per_page=50"
    one = next((one for one in _listed(repo, wanted) if one.get("sha") == commit), None)
    if one is None or one.get("status") == "skipped":
        return None
    job = one.get("deployable")
    url = str(job.get("web_url") or "") if isinstance(job, dict) else ""
    at = str(one.get("updated_at") or "") if one.get("status") == "success" else ""
    return _said(f"the deployment of {commit[:7]} to {environment}", one, url)._replace(at=at)


def _pipelines(repo: ForgeRepo, commit: str, branch: str) -> list[Pushed]:
    """The newest pipeline of the commit on its branch: one that is started again by hand counts, too."""
    listed = _listed(repo, f"pipelines?sha={commit}&order_by=id&sort=desc&per_page=50")
    ours = [
        one
        for one in listed
        if one.get("status") != "skipped"
        and one.get("source") not in ("merge_request_event", "schedule")
        and branch in ("", one.get("ref"))
    ]
    return [_said(f"the pipeline #{one.get('id')}", one, str(one.get("web_url") or "")) for one in ours[:1]]


def _said(what: str, one: Mapping[str, object], url: str) -> Pushed:
    word = str(one.get("status") or "pending")
    state = _STATES.get(word, "waiting")
    if state == "waiting":
        return Pushed(state, f"{what} {_WAITS.get(word) or 'is ' + word.replace('_', ' ')}", url)
    ended = "succeeded" if state == "done" else "failed" if word == "failed" else "was cancelled"
    return Pushed(state, f"{what} {ended}", url)


def _listed(repo: ForgeRepo, wanted: str) -> list[Mapping[str, object]]:
    path = f"projects/{quote(repo.path, safe='')}/{wanted}"
    env = {**GLAB_ENVIRONMENT, "GITLAB_HOST": repo.host}
    found = calls.ask(["glab", "api", path], env, repo.host)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ForgeError("glab gave another form of answer than known", Trouble.ODD)
    return found
