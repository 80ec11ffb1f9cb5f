"""What a push set off at the forge: the deployment and the runs of one commit, told apart by how they stand."""

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple

from hotfix_tui.forges import calls
from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.calls import ForgeError, Trouble
from hotfix_tui.forges.github import ENVIRONMENT

State = Literal["none", "waiting", "done", "failed", "unclear"]

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


class Pushed(NamedTuple):
    """How what a push set off stands, and the page where it is seen.

    state: ``none`` (nothing of this commit is known), ``waiting``, ``done``, ``failed``, or ``unclear`` (runs have
    ended, but which of them deploys is not known). why: one clause.
    """

    state: State
    why: str
    url: str = ""
    at: str = ""
    """When the deployment succeeded, in RFC 3339; empty where it has not, or the forge does not say."""


def can_ask(repo: ForgeRepo) -> bool:
    """Whether the forge of `repo` can be asked for the runs of a commit."""
    import shutil

    return repo.kind == "github" and shutil.which("gh") is not None


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
    if ours:
        return _together([_run(one) for one in ours])
    if not runs:
        return Pushed("none", f"the forge knows no deployment and no run of {commit[:7]}")
    every = _together([_run(one) for one in runs])
    return every if every.state == "waiting" else every._replace(state="unclear")


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


def _together(runs: list[Pushed]) -> Pushed:
    """One answer for several runs: what still runs first, then what has failed."""
    for state in ("waiting", "failed"):
        for one in runs:
            if one.state == state:
                return one
    return runs[0]._replace(why="; ".join(one.why for one in runs[:4]))
