"""What a push triggered on GitLab: the deployment and the pipelines of one commit, as reported by `glab`."""

from collections.abc import Collection, Mapping
from urllib.parse import quote

from hotfix_tui.forges import calls
from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.calls import ForgeError, Trouble
from hotfix_tui.forges.deployments import GLAB_ENVIRONMENT
from hotfix_tui.forges.pushed_state import Pushed, State, of_runs

_STATES: dict[str, State] = {"success": "done", "failed": "failed", "canceled": "failed"}
"""Any other word means that it is still running, or waits for somebody."""

_WAITS = {
    "manual": "waits for somebody to start it",
    "blocked": "waits for an approval",
    "waiting_for_resource": "waits for another deployment",
}


def of_commit(
    repo: ForgeRepo, commit: str, environment: str, workflows: Collection[str], branch: str
) -> Pushed:
    """Return what GitLab says about the deployment of `commit` to `environment`. Raises ForgeError."""
    deployed = _deployment(repo, commit, environment)
    if deployed is not None and deployed.state != "waiting":
        return deployed
    runs = _pipelines(repo, commit, branch)
    if deployed is not None:
        return next((run for run in runs if run.state == "failed"), None) or deployed
    return of_runs(runs if any(name.endswith((".yml", ".yaml")) for name in workflows) else [], runs, commit)


def _deployment(repo: ForgeRepo, commit: str, environment: str) -> Pushed | None:
    """Return the state of the commit's newest deployment; None if none is recorded."""
    wanted = f"deployments?environment={quote(environment, safe='')}&order_by=id&sort=desc&per_page=50"
    newest = next((row for row in _listed(repo, wanted) if row.get("sha") == commit), None)
    if newest is None or newest.get("status") == "skipped":
        return None
    job = newest.get("deployable")
    url = str(job.get("web_url") or "") if isinstance(job, dict) else ""
    at = str(newest.get("updated_at") or "") if newest.get("status") == "success" else ""
    return _said(f"the deployment of {commit[:7]} to {environment}", newest, url)._replace(at=at)


def _pipelines(repo: ForgeRepo, commit: str, branch: str) -> list[Pushed]:
    """Return the newest pipeline of the commit on its branch: one that is restarted by hand counts too."""
    listed = _listed(repo, f"pipelines?sha={commit}&order_by=id&sort=desc&per_page=50")
    ours = [
        pipeline
        for pipeline in listed
        if pipeline.get("status") != "skipped"
        and pipeline.get("source") not in ("merge_request_event", "schedule")
        and branch in ("", pipeline.get("ref"))
    ]
    return [
        _said(f"the pipeline #{pipeline.get('id')}", pipeline, str(pipeline.get("web_url") or ""))
        for pipeline in ours[:1]
    ]


def _said(what: str, row: Mapping[str, object], url: str) -> Pushed:
    word = str(row.get("status") or "pending")
    state = _STATES.get(word, "waiting")
    if state == "waiting":
        return Pushed(state, f"{what} {_WAITS.get(word) or 'is ' + word.replace('_', ' ')}", url)
    ended = "succeeded" if state == "done" else "failed" if word == "failed" else "was cancelled"
    return Pushed(state, f"{what} {ended}", url)


def _listed(repo: ForgeRepo, wanted: str) -> list[Mapping[str, object]]:
    path = f"projects/{quote(repo.path, safe='')}/{wanted}"
    env = {**GLAB_ENVIRONMENT, "GITLAB_HOST": repo.host}
    rows = calls.ask(["glab", "api", path], env, repo.host)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ForgeError("glab gave another form of answer than known", Trouble.ODD)
    return rows
