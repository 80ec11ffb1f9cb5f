"""deploy.production: the verified commit goes to production, by the configured command or by hand."""

import os
from dataclasses import replace

from hotfix_tui.base.reasons import Cause
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.model.evidence.run import RunNote
from hotfix_tui.incident.rules import set_off
from hotfix_tui.incident.rules.published import published_alone
from hotfix_tui.incident.rules.signing import ANYWAY
from hotfix_tui.incident.rules.step_state import open_findings
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common import published
from hotfix_tui.steps.common.checkouts import deploy_checkout, folder_in, worktrees_dir
from hotfix_tui.steps.common.outcome import cause_of, failure_probe
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
    refusing,
    unknown,
    waiting,
)
from hotfix_tui.steps.deploy import by_push, platform_check, push_driver, staged, staged_plan, wait_driver
from hotfix_tui.steps.deploy import log_follow as follow
from hotfix_tui.steps.deploy.arrival import Arrival, look
from hotfix_tui.steps.deploy.arrival import evidence as evidence_of
from hotfix_tui.steps.deploy.before import head_is_taken, known_before
from hotfix_tui.steps.deploy.dependencies import made_ready, unbuilt
from hotfix_tui.steps.deploy.methods import LOCK, meanings, method_for, platform
from hotfix_tui.steps.live import ask as live_commit
from hotfix_tui.steps.live import compare as live_check
from hotfix_tui.steps.monitor import baseline, watch

_AFTER_A_FAILURE = 3.0
_UNSEEN = "whether production has changed could not be seen ({why}): look again once it can be asked"


class ProductionStep(Step):
    """Deploys this round's commit from a clean checkout of exactly that commit, and sees that it arrived."""

    id = catalog.DEPLOY_PRODUCTION
    looks_early = True

    def probe(self, ctx: Context) -> Probe:
        """Query production; if the merge deploys, the forge too. If nobody can tell, the result is unknown."""
        commit = wanted_commit(ctx)
        if not commit:
            return not_done("there is no commit to deploy yet")
        open_still = ctx.record.entry(self.id).get("state") == "unknown"
        failed_before = ctx.record.entry(self.id).get("state") in ("unknown", "failed")
        arrived = look(ctx, commit, ask_platform=open_still, after_failure=failed_before)
        if arrived.same:
            return done(arrived.why, evidence_of(ctx, commit, arrived))
        if (
            by_push.by_forge(ctx)
            and (said := by_push.of_push(ctx, commit)) is not None
            and said.state != "none"
        ):
            return by_push.judged(ctx, commit, arrived, said)
        if open_still and ctx.seen(Deployed).ended and (why := _not_there(ctx, arrived)):
            return Probe("failed", Deployed(ended=False), why, adds=True, overrules=True)
        return unknown(arrived.why) if arrived.same is None else not_done(arrived.why)

    def choices(self, ctx: Context) -> list[Choice]:
        """Offer the phases if the platform has them, and the way past a blocking finding."""
        phases = staged.choices(ctx)
        if not open_findings(ctx.record, catalog.BRANCH_BASE):
            return phases
        return [
            *(phases or [Choice("deploy", "Deploy", "The verified commit, and only that.")]),
            Choice(
                ANYWAY[1],
                "Deploy anyway",
                "Even if production has moved, or other commits would be included: it takes a reason with a name.",
            ),
        ]

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        commit = commit_to_deploy(ctx, self.id)
        choice = choice or (staged.ACTIVATE if staged.ready(ctx) else "")
        if staged.is_phase(choice):
            return staged_plan.phase(ctx, commit, choice)
        if choice not in ("", "deploy", ANYWAY[1]):
            raise refuse(f"{choice!r} is not a way to deploy.", "Leave it out, or choose anyway.", self.id)
        with refusing("Fix that, then deploy again.", self.id):
            said, heed = watch.announced(ctx)
            made = self._plan(ctx, commit, choice)
            return replace(made, watch=said, warnings=[*made.warnings, *heed])

    def _plan(self, ctx: Context, commit: str, choice: str) -> Plan:
        seen = live_commit.best(live_commit.ask(ctx, 8.0))
        warnings = _other_commits_landed(ctx, commit)
        before = known_before(ctx, commit, seen, warnings)
        title = _title(ctx, commit, before.version)
        pushed = set_off.push_deploys(ctx.record)
        tail, said = follow.log_tail(ctx, commit, before.commit_before)
        if pushed and ctx.config.deploy.production is None:
            return by_push.plan(ctx, commit, warnings + said, before, tail)
        if pushed:
            warnings.append(f"A push to {ctx.landing} deploys already; this deploys a second time.")
        warnings += head_is_taken(ctx, commit)
        known = values(ctx, "production", commit, before.commit_before)
        method = method_for(ctx, "deploy", self.id, worktrees_dir(ctx, "deploy"), known, title)
        if not method.commands:
            tail, said = follow.if_trusted(ctx, tail, said)
            return Plan(
                title,
                by_hand=method.by_hand
                if ctx.config.deploy.platform
                else goes_out_by(ctx, commit)
                or published.published_from(ctx, commit, worktrees_dir(ctx, "publish"))
                or method.by_hand,
                url=ctx.config.deploy.production_url,
                told=not (live_commit.can_ask(ctx) or ctx.config.deploy.platform),
                warnings=warnings + method.warnings + said,
                known=before,
                log_tail=tail,
            )
        checkout = deploy_checkout(ctx, commit, method.carry)
        method = method_for(ctx, "deploy", self.id, folder_in(ctx, checkout.path), known, title)
        checked = platform_check.before(ctx, "deploy")
        ready = [
            *baseline.commands(ctx),
            *checkout.commands,
            *made_ready(ctx, "deploy", checkout, commit, self.id),
        ]
        return Plan(
            title,
            commands=[*ready, *method.commands],
            note=RunNote(before=len(ready)),
            tty=method.tty,
            timeout=method.timeout,
            locks=[LOCK],
            warnings=checked.sentences + unbuilt(ctx, "deploy") + warnings + method.warnings + said,
            unasked=method.unasked,
            trusted=method.trusted and not baseline.commands(ctx) and (tail is None or tail.trusted),
            known=staged.fresh(before).but(
                proves=method.proves, signed_out=checked.nobody, place=checked.place
            ),
            log_tail=tail,
        )

    def apply(self, ctx: Context, choice: str = "") -> Probe | None:
        """Wait until production confirms a deployment made by the push."""
        commit = wanted_commit(ctx)
        arrived = look(ctx, commit, live_check.PATIENCE)
        if arrived.same:
            return done(arrived.why, evidence_of(ctx, commit, arrived))
        if arrived.same is None:
            return unknown(arrived.why)
        return waiting(f"{arrived.why}; give it time, then look again")

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        """Return the result: the exit status first, then what production says, then what the platform serves."""
        before = ctx.record.evidence(Deployed) or Deployed()
        commit = before.commit or wanted_commit(ctx)
        if os.path.exists(os.path.join(directory, push_driver.RESULT)):
            pushed = push_driver.read(directory)
            arrived = look(ctx, commit, live_check.PATIENCE, after_failure=pushed.state == "failed")
            return by_push.judged(ctx, commit, arrived, pushed)
        act = ctx.record.note(self.id).act
        if act not in staged.WHOLE:
            return staged.concluded(ctx, run, directory, before, act)
        kept = baseline.read(directory)
        bad = failure_probe(run, directory, "The deployment", meanings(ctx, "deploy"))
        nothing = _nothing_sent(ctx, run, directory, before) if bad is not None else ""
        patience = _AFTER_A_FAILURE if bad else live_check.PATIENCE
        arrived = look(ctx, commit, patience, after_failure=bad is not None and not nothing)
        seen = evidence_of(ctx, commit, arrived)
        if kept:
            seen = seen.but(baseline=kept)
        if arrived.same and bad is not None:
            return done(f"{arrived.why}, although the command did not end well: {bad.why}", seen)
        if arrived.same:
            return done(arrived.why, seen)
        if act != staged.ACTIVATE and (halted := _halted(ctx, run, directory, bad, seen)) is not None:
            return halted
        if bad is None and arrived.same is None and (told := wait_driver.moved(platform(ctx), directory)):
            return done(told, seen.but(seen_by="platform"))
        if arrived.mixed:
            said = (
                f"{bad.why}; {arrived.why}"
                if bad is not None
                else f"The command ended well, but {arrived.why}"
            )
            return unknown(said, seen.but(ended=bad is not None))
        if bad is not None:
            return _after_a_failure(ctx, bad, arrived, seen, nothing)
        if arrived.same is False:
            return failed(f"The command ended well, but {arrived.why}", seen)
        if arrived.askable:
            return unknown(f"The command ended well, but it is not seen in production: {arrived.why}", seen)
        if before.proves is False:
            why = f"The command ended well, which proves nothing here; look yourself ({arrived.why})"
            return unknown(why, seen)
        return done(f"by its exit status alone: {arrived.why}", seen.but(seen_by="exit status"))


def _nothing_sent(ctx: Context, run: RunState, directory: str, before: Deployed) -> str:
    """Return why a deployment that failed cannot have changed anything, as a clause; empty if it may have."""
    if run.failed_command is not None and run.failed_command < ctx.record.note(Deployed.STEP).before:
        return "the deployment itself did not start"
    if before.signed_out and cause_of(run, directory) is Cause.LOGIN:
        return "nobody was signed in, so that nothing was sent"
    return ""


def _halted(ctx: Context, run: RunState, directory: str, bad: Probe | None, seen: Deployed) -> Probe | None:
    """Return where it has stopped on its way, well or badly; None if it has not, or if nothing can have been sent."""
    if bad is not None and cause_of(run, directory) in (Cause.LOGIN, Cause.NETWORK):
        return None
    halted = staged.halted(ctx, seen)
    return (
        halted._replace(why=f"{bad.why}; {halted.why}") if halted is not None and bad is not None else halted
    )


def _after_a_failure(ctx: Context, bad: Probe, arrived: Arrival, seen: Deployed, nothing: str) -> Probe:
    """Return the result of a deployment whose command failed and that is not seen: failed only if that was seen too.

    `nothing` is why nothing can have been sent, as a clause; empty if something may have been.
    """
    if arrived.same is False:
        return Probe(bad.state, seen, f"{bad.why}; {arrived.why}")
    if as_before := _as_before(ctx, arrived):
        return Probe(bad.state, seen, f"{bad.why}; {as_before}")
    if nothing:
        return Probe(bad.state, seen, f"{bad.why}; {nothing}")
    if arrived.askable:
        return unknown(f"{bad.why}; {_UNSEEN.format(why=arrived.why)}", seen.but(ended=True))
    return Probe(bad.state, seen, f"{bad.why}; whether production has changed is not known: {arrived.why}")


def _not_there(ctx: Context, arrived: Arrival) -> str:
    """Return the statement about a failed deployment once it is seen not to be there; empty before that."""
    seen = arrived.why if arrived.same is False else _as_before(ctx, arrived)
    return f"{seen}: the deployment that failed is not there, unless it is still under way" if seen else ""


def _as_before(ctx: Context, arrived: Arrival) -> str:
    """Return that the platform serves what it served before the deployment, as a clause; empty if that was not seen."""
    old, on = ctx.seen(Deployed).release_before, platform(ctx)
    same = arrived.release is not None and old is not None and arrived.release.id == old.id
    return f"{on.name} serves {arrived.release.id}, as before" if on and arrived.release and same else ""


def _title(ctx: Context, commit: str, version: str) -> str:
    """Return what is done, in a few words: where nobody here runs it, it is published."""
    which = f"{commit[:7]}{f' ({version})' if version else ''}"
    if published_alone(ctx.record):
        return f"Publish {which}"
    return f"Deploy {which} to production{f' of {ctx.part}' if ctx.part else ''}"


def _other_commits_landed(ctx: Context, commit: str) -> list[str]:
    """Return what goes live besides the fix, because it landed together with it."""
    out = []
    listed = ctx.seen(Landed).also_landed
    count = ctx.seen(Landed).also_count or len(listed)
    if commit == ctx.landed and count:
        live = "out" if published_alone(ctx.record) else "live"
        many = f"{count} other commits landed with the fix and go {live}" if count > 1 else ""
        out.append(
            f"{many or f'1 other commit landed with the fix and goes {live}'}, too: "
            + "; ".join(listed[:3])
            + ("; …" if count > 3 else ".")
        )
    return out


STEPS = (ProductionStep(),)
