"""What happened when: milestones, durations, severities and the timeline, for the review and the messages."""

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from hotfix_tui.base.text import one_line
from hotfix_tui.base.times import as_time, humane
from hotfix_tui.documents.escaping import CELL, escape_cell, escape_line, fenced, utc
from hotfix_tui.documents.gap_marks import gap
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import BY_HAND, DONE_BY_HAND
from hotfix_tui.incident.model.evidence.deploy import Deployed, Live
from hotfix_tui.incident.model.evidence.pull_request import Approved, Requested
from hotfix_tui.incident.model.evidence.release import Merged
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy, set_off
from hotfix_tui.incident.rules.earlier_fixes import NO_GOOD
from hotfix_tui.incident.rules.gates import BAD_VERDICTS, GOOD_VERDICTS
from hotfix_tui.incident.rules.published import published_alone

Timeline = list[dict[str, Any]]

TOLD = (
    "note",
    "decision",
    "severity",
    "verdict",
    "waiver",
    "accept",
    "result",
    "tick",
    "round",
    "message",
    "state",
)
"""Kinds of timeline entries that a reader of the review wants; the file keeps all of them."""
_MOST_ROWS = 200
_NEWS = ("note", "decision", "severity", "verdict", "waiver", "round", "state")
_NEWS_OF_STEPS = {
    catalog.RELEASE_MERGE: "Merged",
    catalog.DEPLOY_PRODUCTION: "Deployed to production",
    catalog.DEPLOY_LIVE: "Production was asked: it runs the fix",
    catalog.DEPLOY_ROLLBACK: "Rolled back",
    catalog.MONITOR_WATCH: "Watched production",
}
"""Steps whose ends are news, and their wording: checks along the way are not news."""

_MOST_NEWS = 20

# name, label, gap, and a step that may be waived or not needed, or empty
_MILESTONES = (
    ("began", "Began", "", ""),
    ("detected", "Detected", "detected-at", ""),
    ("alerted", "On-call alerted", "acknowledged-at", ""),
    ("declared", "Incident declared", "", ""),
    ("mitigated", "Mitigated", "", ""),
    ("root-cause", "Root cause found", "root-cause-found", catalog.FIX_ROOT_CAUSE),
    ("pr-opened", "PR opened", "pr-opened", catalog.PULL_REQUEST_CREATE),
    ("pr-approved", "PR approved", "pr-approved", catalog.PULL_REQUEST_APPROVAL),
    ("pr-merged", "Merged", "pr-merged", catalog.RELEASE_MERGE),
    ("deployed", "Deployed", "deployed", ""),
    ("verified", "Verified resolved", "verified", ""),
)


_PUBLISHED_MILESTONES = {"alerted": "Acknowledged", "deployed": "Published"}
_PUBLISHED_NEWS = {
    catalog.DEPLOY_PRODUCTION: "Published",
    catalog.DEPLOY_LIVE: "Seen where its users get it",
    catalog.DEPLOY_ROLLBACK: "Taken back",
}
"""What they are called where others install what is released, and nobody here runs it."""


def step_time(record: Record, timeline: Timeline, step: str) -> datetime | None:
    """Return when the wizard recorded that `step` is done: by its entry, or by the timeline (for an earlier round)."""
    now = record.entry(step)
    if now.get("state") in ("done", "stale"):
        return as_time(now.get("at"))
    for event in reversed(timeline):
        if event.get("step") == step and (event["kind"] == "tick" or _says_done(event)):
            return as_time(event["at"])
    return None


_DONE_IN_0_1 = ("Done: ", "Found done: ")


def _says_done(event: Mapping[str, object]) -> bool:
    """Return whether a timeline entry says that its step is done; version 0.1 said so only in words."""
    if "state" in event:
        return event["state"] == "done"
    return event.get("kind") in ("result", "seen") and str(event.get("text", "")).startswith(_DONE_IN_0_1)


def _requested(record: Record, timeline: Timeline) -> dict[str, datetime | None]:
    """Return when the pull request was opened, approved and merged: according to forge and git, or else when it was
    seen.

    What led to a merge was before it, however much later somebody looked.
    """
    merge = record.seen(Merged)
    merged = (merge.merged_at or merge.committed_at) if _stands(record, Merged.STEP) else None
    merged = merged or step_time(record, timeline, Merged.STEP)
    said = {
        Requested.STEP: record.seen(Requested).created_at,
        Approved.STEP: record.seen(Approved).approved_at,
    }
    moments: dict[str, datetime | None] = {Merged.STEP: merged}
    for step, at in said.items():
        seen = step_time(record, timeline, step)
        known = at if _stands(record, step) else None
        moments[step] = known or (min(seen, merged) if seen and merged and _found(record, step) else seen)
    return moments


def _deployed(record: Record, timeline: Timeline, merged: datetime | None) -> datetime | None:
    """Return when the fix went to production: according to platform, forge or production, or else when it was seen.

    If the merge is the deployment and nobody started another, it is the time of the merge.
    """
    for step, at in (
        (Deployed.STEP, record.seen(Deployed).deployed_at),
        (Live.STEP, record.seen(Live).deployed_at),
    ):
        if at and _stands(record, step):
            return at
    seen = step_time(record, timeline, Deployed.STEP) or step_time(record, timeline, Live.STEP)
    by_merge = set_off.push_deploys(record) and _found(record, Deployed.STEP)
    return min(seen, merged) if seen and merged and by_merge else seen


def _stands(record: Record, step: str) -> bool:
    return record.entry(step).get("state") in ("done", "stale")


def _found(record: Record, step: str) -> bool:
    """Return whether `step` was found done: neither carried out here nor ticked, which would give the person's time."""
    now = record.entry(step)
    return _stands(record, step) and "run" not in now and now.get("how") != "tick"


def times(record: Record, timeline: Timeline) -> dict[str, datetime | None]:
    """Return when each milestone was reached, None if it was not or is unknown."""
    cause = next((event["at"] for event in timeline if event.get("fact") == "cause.summary"), None)
    good = [round_ for round_ in record.rounds if round_.get("verdict") in GOOD_VERDICTS]
    request = _requested(record, timeline)
    merged = request[Merged.STEP]
    return {
        "began": as_time(record.fact("began-at")),
        "detected": as_time(record.fact("detected-at")),
        "alerted": as_time(record.fact("acknowledged-at")),
        "declared": record.opened_at,
        "mitigated": as_time(record.fact("mitigated-at")),
        "root-cause": as_time(cause) or as_time(record.entry(catalog.FIX_ROOT_CAUSE).get("at")),
        "pr-opened": request[Requested.STEP],
        "pr-approved": request[Approved.STEP],
        "pr-merged": merged,
        "deployed": _deployed(record, timeline, merged),
        "verified": as_time(good[-1].get("verdict_at")) if good else None,
    }


def milestones(record: Record, timeline: Timeline, states: dict[str, str]) -> list[dict[str, str]]:
    """Return the named points in time in the order they happened; unknown ones are gaps where they belong, those of
    unneeded steps are left out.
    """
    out = []
    known = times(record, timeline)
    for name, label, missing, step in _MILESTONES:
        at, state = known[name], states.get(step, "not-needed") if step else ""
        asked = missing and not (
            name == "alerted" and published_alone(record)
        )  # nobody is on call for a package
        if at is None and (not asked or state == "not-needed"):
            continue
        shown = utc(at) if at else "waived" if state == "waived" else gap(missing)
        out.append({"name": name, "label": _label(record, name, label), "at": shown})
    # A fix may be deployed before it is merged.
    dated = sorted((row for row in out if known[row["name"]]), key=lambda row: str(known[row["name"]]))
    following = iter(dated)
    return [next(following) if known[row["name"]] else row for row in out]


def _label(record: Record, name: str, label: str) -> str:
    """Return the label of a milestone: without pull requests, an approval is not of one."""
    if published_alone(record):
        label = _PUBLISHED_MILESTONES.get(name, label)
    return "Approved" if name == "pr-approved" and not (record.has_remote and record.has_forge) else label


def spans(record: Record, timeline: Timeline) -> list[dict[str, str]]:
    """Return how long it took from detection to each milestone."""
    known = times(record, timeline)
    start = record.detected_at
    wanted = (
        ("alerted", "Time to acknowledge"),
        ("root-cause", "Time to root cause"),
        ("mitigated", "Time to mitigate"),
        ("pr-opened", "Time to pull request"),
        ("deployed", "Time to publish" if published_alone(record) else "Time to deploy"),
        ("verified", "Time to resolve"),
    )
    out = []
    for name, label in wanted:
        at = known[name]
        if at:
            out.append({"label": label, "took": humane((at - start).total_seconds())})
    return out


def end(record: Record, timeline: Timeline) -> datetime | None:
    """Return when users were well again: mitigated or verified, whichever was first; None until then."""
    known = times(record, timeline)
    reached = [at for at in (known["mitigated"], known["verified"], policy.clock_stopped_at(record)) if at]
    return min(reached) if reached else None


def duration(record: Record, timeline: Timeline) -> str:
    """Return how long the incident lasted since it was noticed, or a gap while it is not over."""
    over = end(record, timeline)
    return humane((over - record.detected_at).total_seconds()) if over else gap("duration")


def lasted(record: Record, timeline: Timeline) -> str:
    """Return how long the incident lasted, and from when: since it was noticed, and since it began if known."""
    over, began = end(record, timeline), as_time(record.fact("began-at"))
    if over is None:
        return gap("duration")
    noticed = f"{duration(record, timeline)} since it was noticed"
    if began is None or began >= record.detected_at:
        return noticed
    return f"{humane((over - began).total_seconds())} since it began, {noticed}"


def recoveries(record: Record, timeline: Timeline) -> list[str]:
    """Return how long each failed deployment was in production, by the rounds that ended with a bad verdict."""
    out = []
    for round_, after in zip(record.rounds, [*record.rounds[1:], None]):
        begun, until = round_.get("begun_at") or record.opened_at, after.get("begun_at") if after else None
        if round_.get("verdict") not in BAD_VERDICTS:
            continue
        within = [row for row in timeline if row["at"] >= begun and (until is None or row["at"] <= until)]
        failed, back = _ended(within, catalog.DEPLOY_PRODUCTION), _ended(within, catalog.DEPLOY_ROLLBACK)
        if failed and back and back >= failed:
            said = "Recovery from the failed deployment of round"
            took = humane((back - failed).total_seconds())
            when = f"deployed {utc(failed)[11:]}, rolled back {utc(back)[11:]}"
            out.append(f"{said} {round_['number']}: {took} ({when})")
    return out


def rolled_back_before(record: Record, timeline: Timeline) -> list[str]:
    """Return when the fixes of earlier rounds were taken off production again, each with its round and its verdict."""
    out = []
    for round_, after in zip(record.rounds, record.rounds[1:]):
        begun, until = as_time(round_.get("begun_at")) or record.opened_at, as_time(after.get("begun_at"))
        within = [row for row in timeline if row["at"] >= begun and (until is None or row["at"] <= until)]
        said = NO_GOOD.get(str(round_.get("verdict", "")))
        if said and (back := _ended(within, catalog.DEPLOY_ROLLBACK)) is not None:
            out.append(f"{utc(back)} (the fix of round {round_['number']}, which {said})")
    return out


def _ended(rows: Timeline, step: str) -> datetime | None:
    """Return when `step` was last completed among these timeline entries."""
    ends = [
        as_time(row["at"])
        for row in rows
        if row.get("step") == step and (row["kind"] == "tick" or _says_done(row))
    ]
    return ends[-1] if ends else None


def affected(record: Record, timeline: Timeline) -> str:
    """Return how long users were affected: since the fault began, if known."""
    over, began = end(record, timeline), as_time(record.fact("began-at"))
    if over is None or began is None:
        return duration(record, timeline)
    return humane((over - began).total_seconds())


def severities(record: Record, timeline: Timeline) -> list[dict[str, str]]:
    """Return the severity history: each with its time, its reason, and the minutes spent in it."""
    changes = record.doc.get("severities", [])
    over = end(record, timeline)
    out = []
    for change, after in zip(changes, [*changes[1:], None]):
        until = after["at"] if after else over
        spent = humane((until - change["at"]).total_seconds()) if until and until >= change["at"] else ""
        out.append(
            {
                "severity": escape_line(change["severity"]),
                "at": utc(change["at"]),
                "why": escape_cell(change.get("why", "")),
                "minutes": spent,
            }
        )
    return out


def rows(record: Record, timeline: Timeline) -> list[dict[str, object]]:
    """Return the timeline for the review in UTC, with the milestones among the entries; without people's names."""
    events: list[tuple[datetime, int, str, bool, str]] = []
    labels = {name: label for name, label, _, _ in _MILESTONES}
    for name, at in times(record, timeline).items():
        if at:
            events.append((at, 0, _label(record, name, labels[name]), True, ""))
    for when, said in _events(timeline):
        events.append(
            (when, 1, escape_cell(_first_line(said), CELL), False, fenced(said) if _in_lines(said) else "")
        )
    events.sort(key=lambda row: (row[0], row[1]))
    out: list[dict[str, object]] = []
    for (_, text, named, block), alike in groupby(events, key=lambda row: row[1:]):
        group = list(alike)
        again = f" ({len(group)} times, until {utc(group[-1][0])[11:]})" if len(group) > 1 else ""
        out.append({"at": utc(group[0][0]), "text": f"{text}{again}", "named": named, "block": block})
    return out


def _in_lines(text: str) -> bool:
    """Return whether a text has to keep its line breaks: a stack trace, part of a log, anything with indentation."""
    return (
        any(escape_line[:1] in (" ", "\t") for escape_line in text.split("\n"))
        or len(one_line(text, CELL + 1)) > CELL
    )


def _first_line(text: str) -> str:
    """Return a text for a row: all of it on one line, or its first line if it has to keep its line breaks."""
    first, *rest = text.strip("\n").split("\n")
    return f"{first.strip()} …" if rest and _in_lines(text) else text


def _events(timeline: Timeline) -> list[tuple[datetime, str]]:
    """Return what a reader of the review wants from the timeline: boxes ticked in one go are one row."""
    kept = _without_begun(_without_taken_back(timeline))
    told = [(when, event) for event in kept if (when := as_time(event.get("at"))) and _is_told(event)]
    out: list[tuple[datetime, str]] = []
    for boxes, alike in groupby(told, key=lambda pair: _is_box(pair[1])):
        group = [(when, str(event.get("text", ""))) for when, event in alike]
        if boxes:
            names = "; ".join(text for _, text in group)
            out.append((group[0][0], f"Ticked: {names}"))
        else:
            out += group
    return out


def _without_taken_back(timeline: Timeline) -> Timeline:
    """Return the timeline without ticks and decisions that were taken back: they came to nothing."""
    kept: Timeline = []
    for event in timeline:
        step = event.get("step")
        if step and event.get("kind") in ("undo", "untick"):
            last = next((entry for entry in reversed(kept) if entry.get("step") == step), None)
            if last is not None and last.get("kind") in ("tick", "decision"):
                kept.remove(last)
                continue
        kept.append(event)
    return kept


def _without_begun(timeline: Timeline) -> Timeline:
    """Return the timeline without the beginnings of messages whose end is in it too: how it ended says it all."""
    kept: Timeline = []
    ended: set[tuple[object, object]] = set()
    for event in reversed(timeline):
        if event.get("kind") == "message" and event.get("document"):
            message = (event["document"], event.get("phase"))
            if not event.get("begins"):
                ended.add(message)
            elif message in ended:
                ended.discard(message)
                continue
        kept.append(event)
    return kept[::-1]


_IN_COMMANDS = (catalog.VERIFY_SETUP, catalog.VERIFY_TYPECHECK, catalog.VERIFY_BUILD)
"""Checks whose success is in the table of commands; the timeline only needs their failures."""

_MARKED = {Requested.STEP, Merged.STEP, Deployed.STEP}
"""Steps whose end is a milestone: a second row saying it was reached by hand adds nothing."""


def _is_told(event: Mapping[str, object]) -> bool:
    if event.get("kind") not in TOLD or _of_the_review(event):
        return False
    step = event.get("step")
    if event.get("kind") == "tick" and step in _MARKED:
        return not str(event.get("text", "")).endswith((f": {BY_HAND}", f": {DONE_BY_HAND}"))
    return not (step in _IN_COMMANDS and _says_done(event) and event.get("kind") == "result")


def _is_box(event: Mapping[str, object]) -> bool:
    """Return whether an entry is a box with only its title: a box with somebody's words gets a row of its own."""
    return event.get("kind") == "tick" and ": " not in str(event.get("text", ""))


def _of_the_review(event: Mapping[str, object]) -> bool:
    """Return whether an entry is a box of the review itself: the incident was over when it was ticked."""
    return event.get("kind") in ("tick", "untick") and str(event.get("step", "")).startswith("review.")


def shown_rows(record: Record, timeline: Timeline) -> tuple[list[dict[str, object]], str]:
    """Return the rows of the review's timeline, and how many more there are when it is long."""
    every = rows(record, timeline)
    if len(every) <= _MOST_ROWS:
        return every, ""
    named = [row for row in every if row["named"]]
    others = [row for row in every if not row["named"]][: _MOST_ROWS - len(named)]
    kept = sorted([*named, *others], key=lambda row: str(row["at"]))
    return kept, str(len(every) - len(kept))


def news(record: Record, timeline: Timeline, markup: str) -> list[str]:
    """Return what was done since the last message to the team, newest last."""
    sent = [message["at"] for message in record.messages if message.get("document") == "internal"]
    since = max(sent) if sent else record.opened_at
    recent = [
        f"{utc(event['at'])[11:]}: {escape_line(_first_line(_told(record, event)), markup, 160)}"
        for event in timeline
        if event["at"] > since
        and (
            event.get("kind") in _NEWS
            or (event.get("kind") == "result" and event.get("step") in _NEWS_OF_STEPS)
        )
    ]
    return recent[-_MOST_NEWS:]


def _told(record: Record, event: Mapping[str, object]) -> str:
    """Return an entry in the words of people outside the wizard: what was done, not which step ended how."""
    text, step = str(event.get("text", "")), str(event.get("step", ""))
    done = event.get("kind") == "result" and _says_done(event)
    words = {**_NEWS_OF_STEPS, **(_PUBLISHED_NEWS if published_alone(record) else {})}
    return words.get(step, text) if done else text


def next_update(record: Record, now: datetime) -> str:
    """Return when the next update after this message is due; empty if none is."""
    after = Record({**record.doc, "messages": [*record.messages, {"document": "internal", "at": now}]})
    return utc(policy.message_due_at(after))


def messages(record: Record) -> list[dict[str, str]]:
    """Return the messages that were sent, with their times."""
    return [
        {
            "at": utc(message["at"]),
            "document": escape_line(message["document"]),
            "phase": escape_line(message.get("phase", "")),
            "how": escape_cell(message.get("how", "")),
        }
        for message in record.messages
    ]


def runs(record: Record) -> list[dict[str, str]]:
    """Return the commands that were run, failures included."""
    out = []
    for run in record.runs[-100:]:
        step = str(run["step"])
        known = catalog.SIDE_RUNS.get(step) or record.definitions().get(step)
        title = (_base_then(record, run) or known.title) if known else step
        out.append(
            {
                "at": utc(run["at"]),
                "title": escape_cell(title if known else step),
                "state": escape_line(run.get("state", "running")),
                "outcome": escape_cell(run.get("outcome", "")),
            }
        )
    return out


def _base_then(record: Record, run: Mapping[str, object]) -> str:
    """Return what finding the base was called in the round of `run`; empty for other steps, and for this round."""
    number = run.get("round")
    if run["step"] != catalog.BRANCH_BASE or not isinstance(number, int) or number == record.round:
        return ""
    begun = next((str(known.get("base", "")) for known in record.rounds if known["number"] == number), "")
    if begun in catalog.BASES:
        return catalog.BASES[begun][0].format(number=number - 1)
    of_a_package = catalog.OF_A_PACKAGE if published_alone(record) else {}
    return of_a_package.get(catalog.BRANCH_BASE, (catalog.STEPS[catalog.BRANCH_BASE].title, ""))[0]


def rounds(record: Record, markup: str) -> list[dict[str, str]]:
    """Return the rounds with their verdicts."""
    return [
        {
            "number": str(round_["number"]),
            "why": escape_line(round_.get("why", ""), markup, 500),
            "verdict": escape_line(round_.get("verdict", ""), markup),
            "verdict_why": escape_line(round_.get("verdict_why", ""), markup, 500),
            "begun": utc(round_.get("begun_at")),
        }
        for round_ in record.rounds
    ]
