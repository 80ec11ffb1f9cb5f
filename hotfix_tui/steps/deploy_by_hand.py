"""Instructions for deploying and rolling back by hand, where no command is configured."""

from hotfix_tui.steps.base import Context

_DEPLOY = """\
1. Deploy exactly the commit {commit} of {service} to {environment}, and nothing else.
2. Where your tool uploads a folder, give it a clean checkout of that commit:
   git worktree add --detach -- {path} {commit}
3. Wait until it says that the deployment is live, then look at production yourself."""

_ROLLBACK = """\
1. In your platform, find the last deployment before the fault{target}.
2. Make it live again (promote, redeploy or roll back, whatever it is called there).
3. Look whether production serves again. Write down what you did: note."""


def by_hand(ctx: Context, environment: str, commit: str, path: str) -> tuple[str, str]:
    """How to deploy `commit` to `environment` by hand: numbered lines, and a page to open (or empty)."""
    service = ctx.config.service or "this service"
    text = _DEPLOY.format(commit=commit, service=service, environment=environment, path=path)
    deploy = ctx.config.deploy
    return text, deploy.staging_url if environment == "staging" else deploy.production_url


def rollback_by_hand(ctx: Context, target: str) -> str:
    """How to bring the previous version back by hand; `target` is the commit, or empty when it is not known."""
    return _ROLLBACK.format(target=f", which ran {target}" if target else "")
