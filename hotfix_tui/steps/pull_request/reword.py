"""After an embargo: the neutral text of a pull request is replaced by the full one, or left as it is.

Apart from the step, which opens requests: this changes the text of an open one, in the few incidents with an embargo.
"""

from hotfix_tui.base.text import one_line
from hotfix_tui.documents import pr_title
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.pull_request import Requested
from hotfix_tui.incident.rules.gates import refuse
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common.forge import commands, forge
from hotfix_tui.steps.common.outcome import failure_probe, log_tail
from hotfix_tui.steps.common.team_rules import team_rules
from hotfix_tui.steps.contract import Choice, Context, Plan, Probe, done, failed

_STEP = catalog.PULL_REQUEST_CREATE
DISCLOSE, KEEP = "disclose", "keep"


def due(ctx: Context) -> bool:
    """Return whether the pull request still has its neutral text although the embargo is over."""
    return ctx.seen(Requested).neutral and not embargo.on(ctx.record)


def choices(ctx: Context) -> list[Choice]:
    """Return the options once the embargo is over; none if there is nothing to disclose."""
    if not due(ctx):
        return []
    return [
        Choice(DISCLOSE, "Put the full text into the pull request", "title, impact, root cause, the test"),
        Choice(KEEP, "Leave its neutral text", "the rest of the incident is told elsewhere"),
    ]


def plan(ctx: Context, choice: str, body_file: str, body: str) -> Plan:
    """Return how the full text gets there. Raises Refused if it is not written yet."""
    if choice == KEEP:
        return Plan("Leave the neutral text of the pull request")
    if choice not in ("", DISCLOSE):
        raise refuse(f"{choice!r} is not a way to go.", f"Choose {DISCLOSE} or {KEEP}.", _STEP)
    if ctx.record.entry(catalog.PULL_REQUEST_BODY).get("state") != "done":
        raise refuse("The full text is not written yet.", "Write it: `do pull-request.body`.", _STEP)
    title = pr_title.title(ctx.record, team_rules(ctx))
    number, url = ctx.seen(Requested).number, ctx.seen(Requested).url
    way, why = forge(ctx)
    made = way.amend(number, title, body_file)
    commanded = commands(ctx, made.commands) if number else []
    hand = (
        made.by_hand
        or f"Open the pull request, set its title to {title!r} and paste the text of {body_file}."
    )
    return Plan(
        f"Put the full text into pull request #{number}"
        if number
        else "Put the full text into the pull request",
        commands=commanded,
        by_hand="" if commanded else f"1. {hand}\n2. Tick the step." + (f"\n({why}.)" if why else ""),
        timeout=180,
        url=url,
        clipboard="" if commanded else body,
        warnings=["From now on everybody who sees the pull request reads what the fault was."],
    )


def keep(ctx: Context, choice: str) -> Probe | None:
    """Return that the neutral text stays, if that was chosen."""
    return (
        done("the neutral text stays", Requested(neutral=False), adds=True)
        if due(ctx) and choice == KEEP
        else None
    )


def conclude(ctx: Context, run: RunState, directory: str) -> Probe:
    """Return the outcome of publishing the full text."""
    bad = failure_probe(run, directory, "Putting the full text there")
    if bad is None:
        return done("the pull request has the full text", Requested(neutral=False), adds=True)
    said = one_line(log_tail(directory).decode("utf-8", "replace")[-300:], 200)
    return failed(f"{bad.why}: {said}" if said else bad.why)
