"""What a push set off on GitHub: the deployment and the runs of one commit, as `gh` tells them."""

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
    """What the forge says of the deployment of `commit` to `environment`.

    `workflows` are the files that are known to deploy; empty where that is not known. Raises ForgeError.
    """
    deployed = _deployment(repo, commit, environment)
    if deployed is not None and deployed.state != "waiting":
        return deployed
    runs = _runs(repo, commit)
    ours = [one for one in runs if _path(one) in workflows]
    if deployed is not None:
        bad = next((one for one in map(_run, ours) if one.state == "failed"), None)
        return bad or deployed
    return of_runs([_run(one) for one in ours], [_run(one) for one in runs], commit)


def _deployment(repo: ForgeRepo, commit: str, environment: str) -> Pushed | None:
    """How the newest deployment of the commit stands; None where none is written down, or another has replaced it."""
    about = (f"--raw-field=owner={repo.owner}", f"--raw-field=name={repo.name}")
    argv = ["gh", "api", "graphql", f"--hostname={repo.host}", f"--raw-field=query={_QUERY}", *about]
    answer = calls.ask([*argv, f"--raw-field=environment={environment}"], ENVIRONMENT, repo.host)
    try:
        nodes = answer["data"]["repository"]["deployments"]["nodes"]
        one = next((node for node in nodes if node["commitOid"] == commit), None)
        status = (one.get("latestStatus") or {}) if one else {}
        state, url = str(status.get("state") or "PENDING"), str(status.get("logUrl") or "")
    except (KeyError, TypeError, AttributeError) as error:
        raise ForgeError("gh gave another form of answer than known", Trouble.ODD) from error
    if one is None or state == "INACTIVE":
        return None
    what = f"the deployment of {commit[:7]} to {environment}"
    if state == "SUCCESS":
        return Pushed("done", f"{what} succeeded", url, str(status.get("createdAt") or ""))
    if state in _FAILED:
        return Pushed("failed", f"{what} failed", url)
    return Pushed("waiting", f"{what} is {state.lower().replace('_', ' ')}", url)


def _runs(repo: ForgeRepo, commit: str) -> list[Mapping[str, object]]:
    """The runs that the push of the commit started."""
    path = f"repos/{repo.path}/actions/runs?head_sha={commit}&per_page=100"
    answer = calls.ask(["gh", "api", f"--hostname={repo.host}", path], ENVIRONMENT, repo.host)
    runs = answer.get("workflow_runs") if isinstance(answer, dict) else None
    if not isinstance(runs, list) or not all(isinstance(one, dict) for one in runs):
        raise ForgeError("gh gave another form of answer than known", Trouble.ODD)
    wanted = [
        one for one in runs if one.get("event", "push") in ("push", "workflow_run", "workflow_dispatch")
    ]
    return [one for one in wanted if one.get("conclusion") not in _NOTHING_TO_DO]


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
