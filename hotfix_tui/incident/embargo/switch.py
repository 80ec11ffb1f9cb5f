"""Embargo on a security fault: who may know what, from the switch in the record to the names that leave the
machine.

It is one fact, ``embargo``. While it is on, git and the forge see neutral names only, and public messages wait
until production runs the fix. Lifting it publishes nothing by itself, but lists what may be disclosed now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.incident.edits import journal
from hotfix_tui.incident.embargo import words
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Branched, Preflight
from hotfix_tui.incident.model.evidence.pull_request import Requested
from hotfix_tui.incident.model.evidence.release import Tagged
from hotfix_tui.incident.model.evidence.verify import Committed, Pushed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.gates import Reason

if TYPE_CHECKING:
    from hotfix_tui.incident.edits.journal import Actor, Entries

FACT = "embargo"
NAME = "maintenance"
"""The name of branch, commit and pull request unless somebody chose another neutral one."""

PUBLIC = ("status-page", "email")
"""Messages that wait until production runs the fix."""

PLACES = "branch, commit, pull request, merge and tag get neutral names"


def on(record: Record) -> bool:
    """Return whether the incident is under embargo."""
    return bool(record.fact(FACT, "") == "yes")


def is_live(record: Record) -> bool:
    """Return whether production was seen to run this round's fix."""
    return record.entry(catalog.DEPLOY_LIVE).get("state") == "done"


def state(record: Record) -> str:
    """Return ``on``, ``deployed`` (still on, production runs the fix), ``lifted``, or ``off`` (never on)."""
    if on(record):
        return "deployed" if is_live(record) else "on"
    return "lifted" if record.clock.get("embargo_lifted_at") else "off"


def undecided(record: Record) -> bool:
    """Return whether this is a security fault and nobody has decided yet whether it is under embargo."""
    return record.fact("impact.kind") == "security" and not record.fact(FACT)


def title(record: Record) -> str:
    """Return what the incident is called outside: its title, or the neutral name under embargo."""
    return neutral_name(record) if on(record) else record.title


def neutral_name(record: Record) -> str:
    """Return the chosen neutral name, or the default."""
    return one_line(str(record.fact("embargo.name", "")), 60) or NAME


def reference(record: Record) -> str:
    """Return how the incident is referred to outside: ticket or id; the day it was opened if that is revealing."""
    named = record.ticket or record.id
    return record.opened_at.strftime("%Y-%m-%d") if on(record) and words.revealing_words(named) else named


def nameless(record: Record) -> bool:
    """Return whether a neutral record has only a day for a name: its ticket and its id would be revealing."""
    return on(record) and not record.ticket and record.id == record.opened_at.strftime("%Y-%m-%d")


def sentence(record: Record) -> str:
    """Return the neutral sentence that replaces a description of the fault."""
    named = reference(record)
    return f"See {clean(named)}." if named == record.ticket else "To follow."


def private_remote(record: Record) -> str:
    """Return the remote that the branch is pushed to during the embargo, empty for the usual one."""
    return one_line(str(record.fact("embargo.remote", "")), 100) if on(record) else ""


def blocked_by_embargo(record: Record, message: str) -> Reason | None:
    """Return why the public `message` may not go out yet, or None when it may.

    Disclosing a security fault before production runs the fix tells attackers first, embargo or not.
    """
    of_security = record.fact("impact.kind") == "security"
    if message not in PUBLIC or not (on(record) or of_security) or is_live(record) or signed(record, message):
        return None
    sign = f"let somebody sign for it: `send {message} --granted-by NAME --why TEXT`"
    if on(record):
        return Reason(
            f"Under embargo: no {message} message before production runs the fix.",
            "Deploy first (`do deploy.production`, `do deploy.live`), lift the embargo (`set embargo no`), "
            f"or {sign}.",
            catalog.DEPLOY_LIVE,
        )
    return Reason(
        f"A security fault: no {message} message before production runs the fix.",
        f"Deploy first (`do deploy.production`, `do deploy.live`), or {sign}.",
        catalog.DEPLOY_LIVE,
    )


def signed(record: Record, message: str) -> bool:
    """Return whether somebody signed off a public `message` in this round before the fix is deployed."""
    return any(
        disclosure.get("document") == message and disclosure.get("round") == record.round
        for disclosure in record.doc.get("disclosures", [])
    )


def switched(record: Record, actor: Actor, before: object) -> Entries:
    """Apply the consequences of the fact that was just set, previously `before`; return the entries for them."""
    if on(record):
        record.clock.setdefault("embargo_at", actor.at)
        record.clock.pop("embargo_lifted_at", None)
        out = _left_already(record) + _told(record)
        said = f"Embargo on: {PLACES}; no public message before production runs the fix"
        return [
            journal.entry(
                actor, FACT, said + (f". Outside already: {', '.join(out)}" if out else ""), fact=FACT
            )
        ]
    if before != "yes":
        return [journal.entry(actor, FACT, "Embargo: no, it may be told", fact=FACT)]
    record.clock["embargo_lifted_at"] = actor.at
    again = _to_do_again(record) if record.state in ("open", "resolved") else []
    said = "Embargo lifted: texts written from now on say what it is, public messages may go"
    kept = _left_already(record)
    said += f". As they are, with neutral names, stay: {', '.join(kept)}" if kept else ""
    said += f". To do again, with the full text: {', '.join(again)}" if again else ""
    return [journal.entry(actor, FACT, said, fact=FACT)]


def _left_already(record: Record) -> list[str]:
    """Return what git and the forge already show, in words."""
    artefacts = [
        (Pushed.STEP, "the branch", record.seen(Branched).branch),
        (Pushed.STEP, "the commit", record.seen(Committed).commit[:7]),
        (Requested.STEP, "the pull request", record.seen(Requested).url),
        (Tagged.STEP, "the tag", record.seen(Tagged).tag),
    ]
    return [
        f"{what} {one_line(name, 80)}"
        for step, what, name in artefacts
        if name and record.entry(step).get("state") == "done"
    ]


def _told(record: Record) -> list[str]:
    """Return the public messages that are already out."""
    sent = [message for message in record.messages if message["document"] in PUBLIC]
    return sorted({f"{message['document']} ({message['phase']})" for message in sent})


def _to_do_again(record: Record) -> list[str]:
    """Reopen the steps whose neutral text is to be replaced; return their ids."""
    again = []
    remote = str(record.fact("embargo.remote", ""))
    private = bool(remote) and remote != record.seen(Preflight).remote
    if private and record.seen(Pushed).remote == remote:
        for step in (catalog.VERIFY_PUSH, catalog.PULL_REQUEST_CREATE, catalog.PULL_REQUEST_CHECKS):
            if record.steps.pop(step, None) is not None:
                again.append(step)
    if record.steps.pop(catalog.PULL_REQUEST_BODY, None) is not None:
        again.append(catalog.PULL_REQUEST_BODY)
    made = record.entry(catalog.PULL_REQUEST_CREATE)
    if made.get("state") == "done":
        record.steps[catalog.PULL_REQUEST_CREATE] = {
            "evidence": {**made.get("evidence", {}), "neutral": True}
        }
        again.append(catalog.PULL_REQUEST_CREATE)
    return sorted(set(again))


def document(record: Record, plain_time: Any) -> dict[str, object]:
    """Return the embargo as ``status --json`` reports it; `plain_time` formats a point in time."""
    since, lifted = record.clock.get("embargo_at"), record.clock.get("embargo_lifted_at")
    return {
        "state": state(record),
        "since": plain_time(since) if since else None,
        "lifted_at": plain_time(lifted) if lifted else None,
        "public_messages": not on(record) or is_live(record),
    }
