"""branch.preflight: git, identity, remote, work in progress — what could stop us later is found now."""

import subprocess
from dataclasses import replace
from typing import Any

from hotfix_tui.base.text import one_line
from hotfix_tui.config import targets
from hotfix_tui.detect.platform import several
from hotfix_tui.git.errors import GitError, GitMissing, GitTooOld, NotARepository
from hotfix_tui.git.identity import identity, signing
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import branch_exists, resolve
from hotfix_tui.git.remote import push_urls, remotes
from hotfix_tui.git.repository import Repository, discover, head, in_progress
from hotfix_tui.git.status import status
from hotfix_tui.git.tags import all_tags
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence import branch as branch_evidence
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.platforms import loader
from hotfix_tui.steps.branch import triggers
from hotfix_tui.steps.branch.names import branch_names
from hotfix_tui.steps.branch.remote import (
    choose_remote,
    place_on_forge,
    production_branch,
    push_remote,
    real_address,
    without_credentials,
)
from hotfix_tui.steps.common import platform_values
from hotfix_tui.steps.common.hooks import hooks_here
from hotfix_tui.steps.contract import Choice, Context, Plan, Probe, Step, asks, done, failed, unknown


class Preflight(Step):
    """Inspects the repository; it fails only on what makes all further work impossible."""

    id = catalog.BRANCH_PREFLIGHT

    def choices(self, ctx: Context) -> list[Choice]:
        """Return what has to be chosen: the production branch, or else the deploy target."""
        seen = ctx.seen(branch_evidence.Preflight)
        if seen.production_candidates:
            return [Choice(name, name, "the production branch") for name in seen.production_candidates]
        return [Choice(name, name, _what(ctx, name)) for name in seen.targets]

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        return Plan("Look at the repository")

    def apply(self, ctx: Context, choice: str = "") -> Probe | None:
        """Probe, querying the remote again for its default branch."""
        if choice in targets.names(ctx.config):
            _refuse_after_deployment(ctx, choice)
            return self._seen(ctx, ctx.seen(branch_evidence.Preflight).production or "", choice)
        return self._seen(ctx, choice, ctx.seen(branch_evidence.Preflight).target)

    def probe(self, ctx: Context) -> Probe:
        seen = ctx.seen(branch_evidence.Preflight)
        return self._seen(ctx, seen.production or "", seen.target)

    def _seen(self, ctx: Context, production: str, target: str) -> Probe:
        known = targets.names(ctx.config)
        target = target if target in known else known[0] if len(known) == 1 else ""
        ctx = replace(ctx, config=targets.applied(ctx.config, target, ctx.record.edited))
        try:
            return _look(ctx, production, target)
        except (GitMissing, GitTooOld, NotARepository) as error:
            return failed(error.sentence)
        except GitError as error:
            return unknown(error.sentence)


def _what(ctx: Context, name: str) -> str:
    """Return what is known of a target: its folder and its platform."""
    target = ctx.config.deploy.targets.get(name)
    return ", ".join(filter(None, (target.folder, target.platform))) if target is not None else ""


def _refuse_after_deployment(ctx: Context, target: str) -> None:
    """Raise Refused once another target was deployed: its rollback goes where its deployment went."""
    before = ctx.seen(branch_evidence.Preflight).target
    if before not in ("", target) and any(run["step"] == Deployed.STEP for run in ctx.record.runs):
        raise refuse(
            f"{before} was deployed in this incident already: a rollback goes back there.",
            f"Open an incident of its own for {target}.",
            Preflight.id,
        )


def _look(ctx: Context, production: str, target: str) -> Probe:
    """Probe; `production` is the production branch if already known, otherwise the remote is queried.

    `target` is what is deployed, if there are several.
    """
    repository = discover(ctx.root)
    git = ctx.git
    now = head(git)
    warnings: list[str] = []
    fields: dict[str, Any] = {"bare": repository.bare, "shallow": repository.shallow, "target": target}
    fields.update(_remote(ctx, git, warnings, production))
    fields.update(_tree_state(git, repository.bare, warnings))
    fields["detached"] = now.detached and not repository.bare
    place = (fields["production"], fields["remote_url"], fields["remote"])
    fields.update(_triggers(ctx, git, place, warnings))
    fields["version_tags"] = any(
        tag.release is not None for tag in all_tags(git, ctx.config.git.tag_pattern or None)
    )
    fields["hooks"] = hooks_here(git)
    who = identity(git)
    fields["identity"] = f"{who.name} <{who.email}>" if who.known else ""
    values: dict[str, Any] = {
        name: tuple(field) if isinstance(field, list) else field for name, field in fields.items()
    }
    seen = branch_evidence.Preflight(**values)
    warnings += _kind_remarks(git, repository)
    if git.blocked:
        warnings.append(f"{git.blocked}, and git waits for ever to read it: move it away.")
    _remarks(ctx, git, seen, warnings)
    seen = seen.but(warnings=tuple(warnings))
    if not who.known:
        return failed(who.why, seen)
    if now.commit is None and not seen.remote:
        return failed("There is no commit in this repository yet, so there is nothing to fix", seen)
    if not seen.production:
        question = (
            "Which branch is production cannot be told; choose it, or set git.production in .hotfix-tui.toml"
        )
        if not seen.production_candidates:
            return failed(question, seen)
        return asks(question, seen.but(question=question))
    if names := [] if target else targets.names(ctx.config):
        question = f"Which of {', '.join(names)} is this hotfix for? All of them are deployed from here"
        return asks(question, seen.but(question=question, targets=tuple(names)))
    return done(_summary(seen), seen)


def _remote(ctx: Context, git: Git, warnings: list[str], known: str) -> dict[str, object]:
    settings = ctx.config.git
    remote, remarks = choose_remote(git, settings.remote, settings.production)
    warnings += remarks
    production, remarks, candidates = production_branch(git, settings.production, remote, known)
    warnings += remarks
    url = real_address(git, without_credentials((remotes(git).get(remote) or [""])[0])) if remote else ""
    kind, web = place_on_forge(url) if remote else ("none", "")
    if not remote:
        warnings.append("There is no remote: the fix stays on this machine until you carry it elsewhere.")
    pushed = push_remote(git, remote, settings.remote) if remote else ""
    fork = real_address(git, without_credentials((push_urls(git, pushed) or [""])[0])) if pushed else ""
    return {
        "remote": remote,
        "remote_url": url,
        "production": production,
        "production_candidates": list(candidates) if not production else [],
        "forge": kind,
        "web": web,
        "push_remote": pushed,
        "push_url": fork,
    }


def _tree_state(git: Git, bare: bool, warnings: list[str]) -> dict[str, object]:
    if bare:
        return {"dirty": False, "changed": 0, "untracked": 0, "in_progress": ""}
    state = status(git, untracked="normal")
    operation = in_progress(git) or ""
    if operation:
        warnings.append(f"A {operation} is in progress here; it stays as it is, the hotfix gets a worktree.")
    changed = len(state.changed) + len(state.conflicts)
    if state.untouched:
        names = ", ".join(one_line(change.path, 60) for change in state.untouched[:3])
        more = f" and {len(state.untouched) - 3} more" if len(state.untouched) > 3 else ""
        warnings.append(
            f"git shows {names}{more} as changed though nobody touched them: their line ends (or a filter) do not fit "
            ".gitattributes. They stay as they are and are no part of the fix."
        )
    return {
        "dirty": not state.clean,
        "changed": changed,
        "untracked": len(state.untracked),
        "in_progress": operation,
    }


def _triggers(ctx: Context, git: Git, place: tuple[str, str, str], warnings: list[str]) -> dict[str, object]:
    """Return what a push, a tag and a release trigger, by pipelines, platform files and the configured platform.

    `place` is the production branch, the address of the remote and its name.
    """
    outlook = triggers.look(git, ctx.root, ctx.config, *place)
    warnings += outlook.sentences
    return {**outlook.fields, **_platform(ctx, warnings)}


def _platform(ctx: Context, warnings: list[str]) -> dict[str, object]:
    """Return what the configured platform deploys, and whether it has staging: both affect the workflow.

    If none is configured and the files are clear, a remark says how to use it.
    """
    name = ctx.config.deploy.platform
    if not name:
        offer = platform_values.offered(ctx)
        if offer is None:
            warnings += _parts(ctx)
        else:
            on = offer.platform
            warnings.append(
                f"{on.name} deploys this, by its files ({offer.evidence}): {platform_values.cure(on, [])} lets the "
                "wizard run its commands."
            )
        return {"platform_takes": "", "platform_stages": False}
    try:
        on = loader.load(name)
    except loader.PlatformError:
        return {"platform_takes": "", "platform_stages": False}
    return {"platform_takes": on.takes, "platform_stages": "staging" in on.commands}


def _parts(ctx: Context) -> list[str]:
    """Return what to know if the files say that several things are deployed from here, and nothing is configured."""
    deploy = ctx.config.deploy
    parts = [] if deploy.targets or deploy.production is not None else several(ctx.root)
    if not parts:
        return []
    listed = ", ".join(f"{part.folder} ({part.platform})" for part in parts[:4]) + (
        ", …" if len(parts) > 4 else ""
    )
    return [
        f"Several things are deployed from here, by their files: {listed}. `hotfix-tui platform "
        "--targets` names them in the configuration: then the wizard asks which one a hotfix is for, and deploys that."
    ]


def _kind_remarks(git: Git, repository: Repository) -> list[str]:
    """Return remarks on an unusual kind of repository."""
    remarks = []
    if repository.shallow:
        remarks.append("This clone is shallow; the history that is needed is fetched.")
    if repository.partial:
        remarks.append("This clone is partial: git may fetch files when they are first needed.")
    if repository.sparse:
        remarks.append(
            "This checkout is sparse; a file that is missing in the hotfix's worktree comes with: "
            "git sparse-checkout add FOLDER."
        )
    if resolve(git, "refs/stash"):
        remarks.append("There is a stash here; it stays as it is.")
    return remarks


def _remarks(ctx: Context, git: Git, seen: branch_evidence.Preflight, warnings: list[str]) -> None:
    names = branch_names(ctx)
    if names.remark:
        warnings.append(names.remark)
    warnings += _signing_remarks(git)
    remote, production = seen.remote or "", seen.production or ""
    ahead = branch_exists(git, production) if production else None
    if remote and ahead and not branch_exists(git, production, remote):
        warnings.append(
            f"{remote}/{production} was never fetched here; it is fetched when the base is found."
        )


def _signing_remarks(git: Git) -> list[str]:
    """Check whether a commit could be signed without a prompt; no remarks if nothing is signed."""
    sign = signing(git)
    if not (sign.commits or sign.tags):
        return []
    what = "Commits" if sign.commits else "Tags"
    if sign.format != "openpgp":
        return [
            f"{what} are signed here ({sign.format}); load the key first if it has a passphrase (ssh-add)."
        ]
    program = git.text("config", "--get", "gpg.program", ok=(0, 1)) or "gpg"
    argv = [program, "--batch", "--no-tty", "--pinentry-mode", "error", "-bsa"]
    argv[-1:-1] = ["-u", sign.key] if sign.key else []
    try:
        tried = subprocess.run(
            argv, input=b"x", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=5,
            start_new_session=True, check=False,
        )  # fmt: skip
        works = tried.returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        works = False
    if works:
        return []
    return [f"{what} are signed here, and the key is locked; unlock it once in a shell: echo x | gpg -bs"]


def _summary(seen: branch_evidence.Preflight) -> str:
    where = seen.remote or "no remote"
    where += f" (pushed to {seen.push_remote})" if seen.push_remote else ""
    return f"{where}, production branch {seen.production}, {_unfinished(seen)}"


def _unfinished(seen: branch_evidence.Preflight) -> str:
    """Return the number of uncommitted changes in the checkout: changed files, and untracked ones.

    A folder of untracked files counts once, as in `git status`.
    """
    changed = f"{seen.changed} changed file{'s' if seen.changed != 1 else ''}" if seen.changed else ""
    untracked = f"{seen.untracked} untracked" if seen.untracked else ""
    return " and ".join(filter(None, (changed, untracked))) or "clean"


STEPS = (Preflight(),)
