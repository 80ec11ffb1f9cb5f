"""deploy.production: the verified commit goes to production, by the configured command or by hand."""

from typing import Any

from hotfix_tui.git.errors import GitError
from hotfix_tui.incident.rules import set_off
from hotfix_tui.incident.rules.signing import ANYWAY
from hotfix_tui.incident.rules.step_state import open_findings
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common.checkouts import area, deploy_checkout
from hotfix_tui.steps.common.outcome import ended_badly
from hotfix_tui.steps.common.set_off import goes_out_by
from hotfix_tui.steps.common.target_commit import commit_to_deploy, values, wanted_commit
from hotfix_tui.steps.contract import (
    Choice,
    Context,
    Plan,
    Probe,
    Step,
    done,
    failed,
    not_done,
    refuse,
    unknown,
)
from hotfix_tui.steps.deploy import log_follow as follow
from hotfix_tui.steps.deploy.dependencies import lent
from hotfix_tui.steps.deploy.methods import way
from hotfix_tui.steps.live import ask as live_commit
from hotfix_tui.steps.live import compare as live_check
from hotfix_tui.steps.monitor import baseline

LOCK = "production"
"""The lock of every act that changes production; one at a time in a repository."""


class Production(Step):
    """Deploys this round's commit from a clean checkout of exactly that commit, and sees that it arrived."""

    id = "deploy.production"
    looks_early = True

    def probe(self, ctx: Context) -> Probe:
        """Ask production; what no source can tell is unknown."""
        commit = wanted_commit(ctx)
        if not commit:
            return not_done("there is no commit to deploy yet")
        found = live_check.look(ctx, commit)
        if found.same is None:
            return unknown(found.why)
        if found.same:
            return done(found.why, commit=commit)
        return not_done(found.why)

    def choices(self, ctx: Context) -> list[Choice]:
        """Offer the way past what was found only when it stands in the way."""
        if not open_findings(ctx.record, "branch.base"):
            return []
        return [
            Choice("deploy", "Deploy", "The verified commit, and only that."),
            Choice(
                ANYWAY[1],
                "Deploy all the same",
                "Even if production has moved, or other commits ride along: it takes a reason with a name.",
            ),
        ]

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        commit = commit_to_deploy(ctx, self.id)
        if choice not in ("", "deploy", ANYWAY[1]):
            raise refuse(f"{choice!r} is not a way to deploy.", "Leave it out, or choose anyway.", self.id)
        try:
            return self._plan(ctx, commit, choice)
        except GitError as error:
            raise refuse(f"{error.sentence}.", "Mend that, then deploy again.", self.id) from None

    def _plan(self, ctx: Context, commit: str, choice: str) -> Plan:
        seen = live_commit.best(live_commit.ask(ctx, 8.0))
        warnings = _landed_besides(ctx, commit)
        previous = (seen.commit or seen.text) if seen else ""
        if previous == commit:
            previous = str(ctx.evidence(self.id, "previous"))
        version = str(ctx.evidence("release.tag", "tag"))
        evidence: dict[str, Any] = {"commit": commit}
        evidence |= {"previous": previous} if previous else {}
        evidence |= {"version": version} if version else {}
        title = f"Deploy {commit[:7]}" + (f" ({version})" if version else "") + " to production"
        pushed = set_off.push_deploys(ctx.record)
        tail, said = follow.beside(ctx, commit, previous)
        if pushed and ctx.config.deploy.production is None:
            return _by_push(ctx, commit, warnings + said, evidence, tail)
        if pushed:
            warnings.append(f"A push to {ctx.landing} deploys already; this deploys a second time.")
        known = values(ctx, "production", commit, previous)
        found = way(ctx, "deploy", self.id, area(ctx, "deploy"), known, title)
        if not found.commands:
            url = ctx.config.deploy.production_url
            hand = found.by_hand if ctx.config.deploy.platform else goes_out_by(ctx, commit) or found.by_hand
            return Plan(title, by_hand=hand, url=url, warnings=warnings + found.warnings, evidence=evidence)
        checkout = deploy_checkout(ctx, commit, found.carry)
        found = way(ctx, "deploy", self.id, checkout.path, known, title)
        return Plan(
            title,
            commands=[
                *baseline.commands(ctx),
                *checkout.commands,
                *lent(ctx, "deploy", checkout, commit),
                *found.commands,
            ],
            tty=found.tty,
            timeout=found.timeout,
            locks=[LOCK],
            warnings=warnings + found.warnings + said,
            trusted=found.trusted and not baseline.commands(ctx) and (tail is None or tail.trusted),
            evidence={**evidence, "proves": found.proves},
            beside=tail,
        )

    def apply(self, ctx: Context, choice: str = "") -> Probe | None:
        """Where the push deployed: wait until production says so."""
        commit = wanted_commit(ctx)
        found = live_check.wait_until_live(ctx, commit)
        if found.same:
            return done(found.why, commit=commit, seen_by="production")
        return (
            unknown(found.why)
            if found.same is None
            else not_done(f"{found.why}; give it time, then look again")
        )

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        """The exit status first, then what production says."""
        commit = str(ctx.evidence(self.id, "commit")) or wanted_commit(ctx)
        kept = baseline.read(directory)
        bad = ended_badly(run, directory, "The deployment")
        found = live_check.wait_until_live(ctx, commit, 3.0 if bad else live_check.PATIENCE)
        if bad is not None:
            if found.same:
                return done(f"{found.why}, although the command did not end well: {bad.why}", commit=commit)
            return Probe(bad.state, {**bad.evidence, **kept}, f"{bad.why}; {found.why}")
        if found.same is False:
            return failed(f"The command ended well, but {found.why}", **kept)
        if found.same is None:
            return done(
                f"by its exit status alone: {found.why}", commit=commit, seen_by="exit status", **kept
            )
        return done(found.why, commit=commit, seen_by="production", **kept)


def _by_push(
    ctx: Context, commit: str, warnings: list[str], evidence: dict[str, Any], tail: Plan | None
) -> Plan:
    """The merge has deployed: what is left is to see that it arrived."""
    title = f"See that the push of {commit[:7]} has deployed it"
    if live_commit.can_ask(ctx):
        trusted = tail is None or tail.trusted
        return Plan(title, warnings=warnings, trusted=trusted, evidence=evidence, beside=tail)
    hand = (
        f"1. A push to {ctx.landing} deploys: look on your platform's page how far it is.\n"
        f"2. When {commit[:12]} is live, tick the step."
    )
    return Plan(
        title, by_hand=hand, url=ctx.config.deploy.production_url, warnings=warnings, evidence=evidence
    )


def _landed_besides(ctx: Context, commit: str) -> list[str]:
    """What goes live beside the fix, since it landed together with it."""
    out = []
    listed = [str(line) for line in ctx.evidence("release.confirm", "also_landed", [])]
    if commit == ctx.landed and listed:
        out.append(
            f"{len(listed)} other commit{'s' if len(listed) > 1 else ''} landed with the fix and go live, too: "
            + "; ".join(listed[:3])
            + ("; …" if len(listed) > 3 else ".")
        )
    return out


STEPS = (Production(),)
