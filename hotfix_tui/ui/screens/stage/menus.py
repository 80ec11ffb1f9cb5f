"""The options of the stage's dialogs, each a function of what is known; nothing here asks or changes anything."""

from typing import TYPE_CHECKING

from hotfix_tui.base.text import one_line
from hotfix_tui.documents import render
from hotfix_tui.engine import messages
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.embargo.words import revealing_words
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Branched
from hotfix_tui.incident.model.evidence.deploy import DEPLOY_REVERT, GO_ON
from hotfix_tui.incident.model.evidence.monitor import Watched
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.facts import FACTS, show_value
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.model.severity import SEVERITIES
from hotfix_tui.incident.rules.gates import BAD_VERDICTS, GOOD_VERDICTS, VERDICTS, fix_off, rolled_back
from hotfix_tui.incident.rules.step_state import open_findings
from hotfix_tui.ui.screens import dialogs

if TYPE_CHECKING:
    from hotfix_tui.engine.project_commands import Candidate, CommandView
    from hotfix_tui.engine.smoke import Reproduction
    from hotfix_tui.steps.contract import Plan

# Steps


def run_again() -> "list[dialogs.Option]":
    """Return how to rerun a failed step that may want a passphrase."""
    return [
        dialogs.Option("again", "Run it again"),
        dialogs.Option(
            "terminal", "Run it again with the terminal", "to type a passphrase or accept a host key"
        ),
    ]


def by_hand(plan: "Plan") -> "list[dialogs.Option]":
    """Return what can be done about `plan`, which a person carries out."""
    tick = dialogs.Option("tick", "I did it: tick it with my name", "where nothing can be checked")
    options = [dialogs.Option("again", "I did it: look again", "the wizard checks it"), tick]
    if plan.told:
        options = [tick._replace(help="nothing here can be asked whether it is true")]
    if plan.url:
        options.insert(0, dialogs.Option("open", "Open the page", plan.url))
    if plan.clipboard and (plan.url or "\n" in plan.clipboard.strip()):
        options.insert(0, dialogs.Option("copy", "Copy the text", "to paste it there"))
    elif plan.clipboard:  # a line to begin with: what is done there is not over by copying it
        options.append(dialogs.Option("copy", f"Copy {one_line(plan.clipboard, 200)}"))
    return options


def reproduction(said: "Reproduction") -> "list[dialogs.Option]":
    """Return what can be done with the reproduction of the fault."""
    if said.requests:
        many = "the request" if len(said.requests) == 1 else "the requests"
        return [dialogs.Option("copy", f"Copy {many}", "without its secrets")]
    page = [dialogs.Option("open", "Open the ticket", said.page)] if said.page else []
    add = dialogs.Option("add", "Keep a request that shows it", "a curl command, as the browser copies it")
    return [*page, add]


WAYS_ON = {
    DEPLOY_REVERT: ("Deploy the revert", "in production: shown and confirmed first"),
    GO_ON: ("Go on with the rollback", "the platform waits for it: shown and confirmed first"),
}
"""What going on with a rollback is called, by the way back that does it."""


def unknown_run(url: str = "", *, follows: bool = False, way_on: str = "") -> "list[dialogs.Option]":
    """Return the possible answers about a run whose result is unknown; `url` is a page for further work.

    With `follows` it only watched what a push triggered, and can keep watching; `way_on` is the way back that goes on
    with it.
    """
    page = [dialogs.Option("open", "Open the page", url)] if url else []
    anew = dialogs.Option("follow", "Follow the run of the push again", "to its end; it changes nothing")
    return [
        *page,
        *([dialogs.Option(way_on, *WAYS_ON[way_on])] if way_on else []),
        *([anew] if follows else []),
        dialogs.Option("again", "Look again", "query the current state again"),
        dialogs.Option("did", "It succeeded", "I have seen it"),
        dialogs.Option("did-not", "It did not", "I have looked"),
    ]


def findings(record: Record, *steps: str) -> "list[dialogs.Option]":
    """Return the open findings of `steps`: text and place of each."""
    return [
        dialogs.Option(finding.id, finding.text, finding.place) for finding in open_findings(record, *steps)
    ]


# Texts


def message_phases() -> "list[dialogs.Option]":
    """Return every message in every phase, named ``message/phase``."""
    return [
        dialogs.Option(f"{name}/{phase}", f"{render.DOCUMENTS[name].title}: {phase}")
        for name in messages.MESSAGES
        for phase in render.DOCUMENTS[name].phases
    ]


def documents() -> "list[dialogs.Option]":
    """Return every document."""
    return [dialogs.Option(name, known.title) for name, known in render.DOCUMENTS.items()]


def files(worktree: str, names: list[str]) -> "list[dialogs.Option]":
    """Return what can be edited: each of `names`, or the whole worktree."""
    options = [dialogs.Option(name, name) for name in names]
    return [*options, dialogs.Option("", "The whole worktree", worktree)]


# Commands

COMMANDS = {
    catalog.VERIFY_SETUP: "setup",
    catalog.VERIFY_TEST: "test",
    catalog.VERIFY_TYPECHECK: "typecheck",
    catalog.VERIFY_BUILD: "build",
    catalog.VERIFY_PROOF: "regression",
    catalog.VERIFY_STAGING: "deploy.staging",
    catalog.DEPLOY_PRODUCTION: catalog.DEPLOY_PRODUCTION,
}
"""Steps whose command can be edited between runs, with the command's name."""


def commands(view: "CommandView") -> "list[dialogs.Option]":
    """Return the commands that the repository's files suggest, numbered from 1; 0 is to type one."""
    options = [
        dialogs.Option(str(number), one_line(other.line, 200), _why_candidate(view.name, other))
        for number, other in enumerate(view.others, 1)
    ]
    return [dialogs.Option("0", "Type a command", "What is there now can be changed."), *options]


def command_now(view: "CommandView") -> str:
    """Return the current command, the reason for it, and what it lacks."""
    if view.now is None:
        return "There is none now. "
    place = f" in {view.now.cwd}" if view.now.cwd else ""
    missing = f" {', '.join(view.missing)} is not installed here." if view.missing else ""
    doubt = f" {view.doubt}" if view.doubt else ""
    return f"Now: {one_line(view.now.line, 200)}{place}: {view.now.why}.{missing}{doubt} "


def _why_candidate(name: str, candidate: "Candidate") -> str:
    lint = "a linter, no type check; " if candidate.lint and name == "typecheck" else ""
    return f"{lint}{f'in {candidate.cwd}; ' if candidate.cwd else ''}{candidate.why}"


def command_fields(view: "CommandView") -> "list[dialogs.Field]":
    """Return the fields for typing a command and its folder."""
    line, folder = (view.now.line, view.now.cwd) if view.now else ("", "")
    return [
        dialogs.Field("line", f"Command {view.name}", line, "empty: the configured one again"),
        dialogs.Field("folder", "Folder", folder, "below the root; empty: the root itself"),
    ]


# Facts

_HINTS = {
    "time": "14:23, -25m, yesterday 23:50",
    "list": "one | another",
    "ticket": "ENG-1234, #12",
}

LABELS = {
    "title": ("What is broken", "in a few words"),
    "began-at": ("Began at", "when users were first affected"),
    "components": ("Components", "cart | checkout"),
    "impact.users": ("Who is affected", "all, a tier, a region"),
    "impact.failed-fix": ("What the failed fix did", "what users saw while it was live"),
    "cause.steps": ("How it happened", "one step | the next"),
    "fix.subject": ("First line of the commit", "what the change does"),
    "deploys.push": ("Does a push deploy?", ""),
    "deploys.tag": ("Does a tag publish?", ""),
    "published": ("Published, not run?", "others install it"),
    "customer-action": ("What customers have to do", ""),
    "rollback.flag": ("Flag that switches it off", ""),
    "pr.template": ("Template of the request", "where there are several; none for none"),
    "embargo.name": ("Neutral name", "said in place of the title while under embargo"),
    "embargo.remote": ("Private remote", "pushed to while under embargo"),
    "review.at": ("Review meeting at", "tomorrow 10:00, 14:30"),
    "data-loss": ("Was data lost?", "no, or which data"),
    "review.prevention.documentation": ("Prevention: documents", ""),
}
"""Labels of at most 26 cells for the fields of a form, and placeholder examples, if they differ from the defaults."""

_KINDS = {"text": "text", "actions": "text", "choice": "choice"}
"""The form's field for each kind of fact."""

_NEEDED = {
    catalog.TRIAGE_DESCRIBE: ("title", "impact.seen"),
    catalog.FIX_ROOT_CAUSE: ("cause.summary",),
    catalog.REVIEW_SCHEDULE: ("review.at",),
}


def facts_of(step: str, *, every: bool = False) -> tuple[list[str], tuple[str, ...]]:
    """Return the facts needed to settle `step` and which are required; `every` fact that belongs to it."""
    keys = [key for key, known in FACTS.items() if known.asked == step and known.kind != "actions"]
    if step == catalog.TRIAGE_DESCRIBE:
        first = ["title", "impact.seen", "detected-at", "ticket", "impact.users", "impact.kind"]
        keys = [*first, *[key for key in keys if key not in first]] if every else first[:4]
    return keys, _NEEDED.get(step, ())


def fact_fields(record: Record, keys: list[str], required: tuple[str, ...] = ()) -> "list[dialogs.Field]":
    """Return a field for each fact of `keys`, with its known value."""
    return [
        dialogs.Field(
            key,
            LABELS[key][0] if key in LABELS else FACTS[key].title,
            show_value(record.fact(key)),
            hint=(LABELS[key][1] if key in LABELS else "") or _HINTS.get(FACTS[key].kind, ""),
            required=key in required,
            choices=FACTS[key].choices,
            kind=_field_kind(key),
        )
        for key in keys
    ]


def _field_kind(key: str) -> str:
    known = FACTS[key]
    if known.kind == "list":
        return "checks" if known.choices else "list"
    return _KINDS.get(known.kind, "line")


# States

_VERDICT_WORDS = {
    "fixed": "the fault is gone",
    "mitigated": "users are safe, the fix is not complete",
    "not-fixed": "the fault is still there",
    "worse": "something else broke, or it is worse",
    "not-enough-data": "nobody can say yet",
}


def verdicts(record: Record) -> "list[dialogs.Option]":
    """Return the verdicts of a round, the proposed one first, with the reason of the watch.

    After a rollback took the round's fix off production, the good ones come last.
    """
    watched = record.seen(Watched)
    off = fix_off(record) == record.round
    proposed = "" if off and watched.proposed in GOOD_VERDICTS else watched.proposed
    options = [
        dialogs.Option(name, verdict_words(name), _VERDICT_WORDS[name])
        for name in sorted(VERDICTS, key=lambda name: off and name not in BAD_VERDICTS)
        if name != proposed
    ]
    if proposed not in VERDICTS:
        return options
    words = _VERDICT_WORDS[proposed]
    why = f"{words} ({watched.proposed_why})" if watched.proposed_why else words
    return [dialogs.Option(proposed, f"{verdict_words(proposed)} (proposed by the watch)", why), *options]


def verdict_words(verdict: str) -> str:
    """Return a verdict as it is said on the screen."""
    return verdict.replace("-", " ")


def _rounds(record: Record) -> "list[dialogs.Option]":
    """Return the bases of a next round; what has not landed leaves nothing to revert."""
    without = "the failed fix is reverted" if record.seen(Landed).commit else "without the failed fix"
    return [
        dialogs.Option("round same", "Begin a new round from the same base", without),
        dialogs.Option("round on-top", "Begin a new round on top of the failed fix"),
    ]


def not_fixed(record: Record) -> "list[dialogs.Option]":
    """Return how to go on after a fix that did not work, with what limits the damage first."""
    options = [*_rounds(record), dialogs.Option("verdict", "Give another verdict")]
    if not rolled_back(record):
        options.insert(0, dialogs.Option("rollback", "Roll back production", "you see first what runs"))
    return options


def states(record: Record) -> "list[dialogs.Option]":
    """Return severity, verdict, rounds, resolved, closed, reopened, the other endings and the embargo."""
    options: list[dialogs.Option] = []
    if record.state == "open":
        options += [
            dialogs.Option(f"severity {name}", f"Severity {name}", known.kind)
            for name, known in SEVERITIES.items()
            if name != record.severity
        ]
        options += [
            dialogs.Option("verdict", "Give the verdict of this round"),
            *(_rounds(record) if record.evidence(Committed) else ()),
            dialogs.Option("resolve", "Resolve the incident"),
            dialogs.Option("false-alarm", "End it: false alarm", "nothing was broken"),
            dialogs.Option("normal-process", "End it: normal process", "no hotfix is needed"),
            dialogs.Option("abandon", "End it: abandon", "what was made stays and is listed"),
        ]
    elif record.state == "resolved":
        options += [
            dialogs.Option("close", "Close the incident"),
            dialogs.Option("reopen", "Reopen it with a new round"),
        ]
    else:
        options.append(dialogs.Option("reopen", "Reopen it with a new round"))
    switch = embargoes(record)
    return [*switch, *options] if embargo.on(record) else [*options, *switch]


def embargoes(record: Record) -> "list[dialogs.Option]":
    """Return how the embargo can be switched now, and the renaming of a branch with a revealing name."""
    if record.state not in ("open", "resolved"):
        return []
    if not embargo.on(record):
        return [
            dialogs.Option(
                "embargo yes",
                "Put it under embargo",
                f"{embargo.PLACES}; no public message before the deploy",
            )
        ]
    live = embargo.is_live(record)
    why = (
        "production runs the fix: it may be told"
        if live
        else "public messages may go, though the fix is not live"
    )
    out = [dialogs.Option("embargo no", "Lift the embargo", f"{why}; texts say what it is")]
    made = record.seen(Branched)
    pushed = record.entry(catalog.VERIFY_PUSH).get("state") == "done"
    if revealing_words(made.branch, record) and made.made_by_wizard and not pushed:
        out.append(dialogs.Option("rename", "Give the branch a neutral name", made.branch))
    return out
