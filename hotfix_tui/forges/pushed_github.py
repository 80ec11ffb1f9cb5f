"""What a push triggered on GitHub: the deployment and the runs of one commit, as reported by `gh`."""

from collections.abc import Collection, Mapping

from hotfix_tui.forges import calls
from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.calls import ForgeError, Trouble
from hotfix_tui.forges.github import ENVIRONMENT
from hotfix_tui.forges.pushed_state import Pushed, of_runs

_QUERY = """\
query($owner: String!, $name: String!, $environment: String!) {
  repository(owner: $owner, name: $name) {
    deployments(environments: [$environment], first: 50, orderBy: {field: CREATED_AT, direction: DESC}) {
      nodes { commitOid latestStatus { state logUrl createdAt } }
    }
  }
}"""
_FAILED = ("FAILURE", "ERROR")
_NOTHING_TO_DO = ("skipped", "neutral")


def of_commit(repo: ForgeRepo, commit: str, environment: str, workflows: Collection[str]) -> Pushed:
    """Return what the forge says about the deployment of `commit` to `environment`.

    `workflows` are the files known to deploy; empty if unknown. Raises ForgeError.
    """
    deployed = _deployment(repo, commit, environment)
    if deployed is not None and deployed.state != "waiting":
        return deployed
    runs = _runs(repo, commit)
    ours = [run for run in runs if _path(run) in workflows]
    if deployed is not None:
        bad = next((run for run in map(_run, ours) if run.state == "failed"), None)
        return bad or deployed
    return of_runs([_run(run) for run in ours], [_run(run) for run in runs], commit)


def _deployment(repo: ForgeRepo, commit: str, environment: str) -> Pushed | None:
    """Return the state of the commit's newest deployment; None if none is recorded, or another has replaced it."""
    about = (f"--raw-field=owner={repo.owner}", f"--raw-field=name={repo.name}")
    argv = ["gh", "api", "graphql", f"--hostname={repo.host}", f"--raw-field=query={_QUERY}", *about]
    answer = calls.ask([*argv, f"--raw-field=environment={environment}"], ENVIRONMENT, repo.host)
    try:
        nodes = answer["data"]["repository"]["deployments"]["nodes"]
        newest = next((node for node in nodes if node["commitOid"] == commit), None)
        status = (newest.get("latestStatus") or {}) if newest else {}
        state, url = str(status.get("state") or "PENDING"), str(status.get("logUrl") or "")
    except (KeyError, TypeError, AttributeError) as error:
        raise ForgeError("gh gave another form of answer than known", Trouble.ODD) from error
    if newest is None or state == "INACTIVE":
        return None
    what = f"the deployment of {commit[:7]} to {environment}"
    if state == "SUCCESS":
        return Pushed("done", f"{what} succeeded", url, str(status.get("createdAt") or ""))
    if state in _FAILED:
        return Pushed("failed", f"{what} failed", url)
    return Pushed("waiting", f"{what} is {state.lower().replace('_', ' ')}", url)


def _runs(repo: ForgeRepo, commit: str) -> list[Mapping[str, object]]:
    """Return the runs that the push of the commit started."""
    path = f"repos/{repo.path}/actions/runs?head_sha={commit}&per_page=100"
    answer = calls.ask(["gh", "api", f"--hostname={repo.host}", path], ENVIRONMENT, repo.host)
    runs = answer.get("workflow_runs") if isinstance(answer, dict) else None
    if not isinstance(runs, list) or not all(isinstance(run, dict) for run in runs):
        raise ForgeError("gh gave another form of answer than known", Trouble.ODD)
    wanted = [
        run for run in runs if run.get("event", "push") in ("push", "workflow_run", "workflow_dispatch")
    ]
    return [run for run in wanted if run.get("conclusion") not in _NOTHING_TO_DO]


def _path(run: Mapping[str, object]) -> str:
    return str(run.get("path") or "").partition("@")[0]


def _run(run: Mapping[str, object]) -> Pushed:
    name = f"the run {str(run.get('name') or 'without a name')!r}"
    url, conclusion = str(run.get("html_url") or ""), str(run.get("conclusion") or "")
    if run.get("status") != "completed":
        return Pushed("waiting", f"{name} is {str(run.get('status') or 'queued').replace('_', ' ')}", url)
    if conclusion == "success":
        return Pushed("done", f"{name} succeeded", url)
    return Pushed("failed", f"{name} ended with {conclusion.replace('_', ' ') or 'no result'}", url)
