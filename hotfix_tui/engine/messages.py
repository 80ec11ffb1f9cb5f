"""Messages: what may be sent, what was sent, and the command that sends it.

A sent message is kept verbatim, in its own file. A command that started and whose end is not recorded may have sent
it; so it is never called again automatically, and the same text is sent twice only on request.
"""

import hashlib
import os
import shlex

from hotfix_tui.base import bounded, durable
from hotfix_tui.base.text import one_line
from hotfix_tui.engine import documents
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.errors import EngineError, NeedsTrust
from hotfix_tui.engine.execute import is_trusted
from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.edits.person import Actor, Entries
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.deploy import Live
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.gates import Reason, Refused, after_taken_off, refuse, taken_off, unresolved

MESSAGES = ("internal", "status-page", "email")
_SEND_TIMEOUT = 60.0
_SEND_SAYS = 65_536


class Message:
    """A message as it would be sent now: its text, and the command that would send it (empty: by hand)."""

    def __init__(self, document: str, phase: str, text: str, argv: list[str]) -> None:
        self.document, self.phase, self.text, self.argv = document, phase, text, argv
        self.digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()

    @property
    def command(self) -> str:
        """The command as a shell would read it; it gets the text on stdin."""
        return shlex.join(self.argv)


def prepare(engine: Engine, document: str, phase: str = "") -> Message:
    """Return the message that may be sent now. Raises Refused: it has gaps, it is too early, or it must wait."""
    if document not in MESSAGES:
        raise refuse(f"{document} is no message.", f"Messages are {', '.join(MESSAGES)}.")
    held = embargo.blocked_by_embargo(engine.record, document)
    if held:
        raise Refused(held)
    rendered = documents.render(engine, document, phase=phase)
    reasons = _of_a_fix_that_does_not_run(engine.record, document, rendered.phase) + [
        Reason(
            f"The {document} message has a gap: {gap}.",
            f"Fill it, or edit that section: `edit {document} …`.",
            gap=True,
        )
        for gap in rendered.gaps
    ]
    if rendered.phase in ("resolved", "mitigated"):
        reasons += [
            reason for reason in unresolved(engine.record) if not reason.step.startswith("communicate.")
        ]
    if reasons:
        raise Refused(reasons)
    text = f"{rendered.title}\n\n{rendered.text}" if rendered.title else rendered.text
    return Message(document, rendered.phase, text, command_of(engine, document))


_SAYS_IT_RUNS = {"internal": ("deployed",), "status-page": ("monitoring",)}


def _of_a_fix_that_does_not_run(record: Record, document: str, phase: str) -> list[Reason]:
    """Return why a message that says that the fix is live is not true yet, or no longer; nothing if it is."""
    if phase not in _SAYS_IT_RUNS.get(document, ()):
        return []
    others = "`--phase update`" if document == "internal" else "`--phase investigating` or `identified`"
    if taken_off(record):
        return [Reason(f"That is not so: {after_taken_off(record)}.", f"Say that instead: {others}.", "")]
    steps = (
        (catalog.DEPLOY_PRODUCTION, catalog.DEPLOY_LIVE)
        if policy.is_code_fix(record)
        else (catalog.DEPLOY_LIVE,)
    )
    seen = [record.entry(step).get("state") for step in steps]
    if "done" in seen and seen[-1] != "failed":
        return []
    failed = record.seen(Live).why if seen[-1] == "failed" else ""
    why = one_line(failed, 200) or "nothing shows that production runs the fix of this round"
    return [Reason(f"That is not so yet: {why}.", f"Deploy it first, or say what is true: {others}.", "")]


def send(engine: Engine, message: Message, *, by_hand: bool = False, again: bool = False) -> Entries:
    """Send the prepared `message` by its command, or record that a person sent it. What was sent is kept.

    With `again` a person says that the message is not out although its command started, or that the same text is to
    be sent again. Raises Refused, NeedsTrust, and EngineError if the command failed.
    """
    if not again and not by_hand and (begun := possibly_sent(engine, message.document, message.phase)):
        named = f"send {message.document} --phase {message.phase}"
        raise refuse(begun, f"Look there. If it is out: `{named} --by-hand`; if not, `--again`.")
    if not again and (said := sent_already(engine, message)):
        raise refuse(said, "Write what is new, or send the same once more on purpose: `--again`.")
    if engine.dry_run:
        return []
    how, target = "by hand", ""
    if not by_hand:
        if not message.argv:
            raise refuse(
                f"No command is configured for {message.document} messages.",
                f"Copy it (`render {message.document} --phase {message.phase}`), send it, then `send … --by-hand`.",
            )
        _call(engine, message)
        how, target = "by the configured command", message.command
    path = _keep(engine, message)

    def record_it(record: Record, actor: Actor) -> Entries:
        out = actions.sent(record, actor, message.document, message.phase, how, message.digest)
        record.messages[-1].update(file=path, **({"target": target} if target else {}))
        return out

    return engine.change(record_it)


def _keep(engine: Engine, message: Message) -> str:
    """Write what was sent to a file of its own; return its path."""
    folder = os.path.join(engine.store.document_directory(engine.id), "sent")
    durable.make_directory(folder)
    number = len(engine.record.messages) + 1
    while os.path.lexists(path := os.path.join(folder, f"{number:03}-{message.document}-{message.phase}.md")):
        number += 1
    durable.replace(path, message.text.encode("utf-8", "backslashreplace"), backup=False)
    return path


def possibly_sent(engine: Engine, document: str, phase: str) -> str:
    """Return that the command that sends this message started and nobody knows how it ended; empty otherwise."""
    for started in engine.record.sending:
        if started["document"] == document and phase in ("", started["phase"]):
            at = started["at"].astimezone().strftime("%H:%M")
            return (
                f"The command for the {document} message ({started['phase']}) began at {at} ({started['by']}) and its "
                "end was not recorded, so it may be out already."
            )
    return ""


def sent_already(engine: Engine, message: Message) -> str:
    """Return that exactly this text was already sent; empty if it was not."""
    for sent in engine.record.messages:
        if sent["document"] == message.document and sent.get("sha256") == message.digest:
            at = sent["at"].astimezone().strftime("%H:%M")
            by = f", {sent['by']}" if sent.get("by") else ""
            return f"Exactly this {message.document} message went out at {at} ({sent['phase']}{by})."
    return ""


def _call(engine: Engine, message: Message) -> None:
    """Call the sending command, after recording its start, so that nothing is sent twice unnoticed."""
    _check_trust(engine)
    engine.change(lambda r, a: actions.sending(r, a, message.document, message.phase))
    try:
        _pipe(engine, message.argv, message.text)
    except NotSent:
        engine.change(lambda r, a: actions.not_sent(r, a, message.document, message.phase))
        raise


def command_of(engine: Engine, document: str) -> list[str]:
    """Return the argument list that sends `document`, empty if none is configured."""
    notify = engine.config().notify
    channel = getattr(notify, document.replace("-", "_"), None)
    command = getattr(channel, "command", None) or notify.command
    return command.argv() if command else []


class NotSent(EngineError):
    """The command that was to send a message failed; the text says how."""


def _check_trust(engine: Engine) -> None:
    if not is_trusted(engine):
        raise NeedsTrust("The command that sends this message is not trusted yet: `hotfix-tui trust`.")


def _pipe(engine: Engine, argv: list[str], text: str) -> None:
    """Run the command with the text on stdin until it ends, whatever it leaves running."""
    try:
        done = bounded.call(
            argv,
            stdin=text.encode("utf-8", "backslashreplace"),
            cwd=engine.root,
            timeout=_SEND_TIMEOUT,
            limit=_SEND_SAYS,
        )
    except (OSError, ValueError) as problem:
        raise NotSent(f"The message was not sent: {problem}; send it by hand.") from None
    if done.status is None:
        how = f"did not end within {_SEND_TIMEOUT:.0f} s" if done.late else "did not stop printing"
        raise EngineError(f"{argv[0]} {how}, so the message may be out or not: look there.")
    if done.status != 0:
        words = one_line((done.out + done.err).decode("utf-8", "replace")[-300:])
        raise NotSent(
            f"The message was not sent: {argv[0]} ended with status {done.status}: {words}; send it by hand."
        )
