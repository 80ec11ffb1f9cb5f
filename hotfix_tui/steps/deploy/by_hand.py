"""Instructions for deploying and rolling back by hand, if neither a command nor a platform is configured."""

from collections.abc import Mapping

from hotfix_tui.steps.contract import Context

_DEPLOY = """\
1. Deploy exactly the commit {commit} of {service} to {environment}, and nothing else.
2. Where your tool uploads a folder, give it a clean checkout of that commit:
   git worktree add --detach -- {path} {commit}
3. Wait until it says that the deployment is live, then look there yourself."""

_ROLLBACK = """\
1. In your platform, find the last deployment {target}.
2. Make it live again (promote, redeploy or roll back, whatever it is called there).
3. Look whether production serves again, and write down what you did (a note)."""


def generic(ctx: Context, action: str, known: Mapping[str, object], path: str) -> str:
    """Return numbered lines for `action` (staging, deploy or rollback) with the known values."""
    if action == "rollback":
        previous = str(known.get("previous", ""))
        return _ROLLBACK.format(
            target=f"that ran {previous}" if previous else "before the one that is taken off"
        )
    return _DEPLOY.format(
        commit=known.get("commit", "that was verified"),
        service=ctx.config.service or "this service",
        environment=known.get("environment", "production"),
        path=path,
    )
