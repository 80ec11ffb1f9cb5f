"""What the dialog before an action says: what replaces what, what is included, every command, the gates, the way
back.
"""

import os
import re
import shlex
from typing import NamedTuple

from textual.content import Content

from hotfix_tui.base.text import one_line
from hotfix_tui.base.times import humane
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Base, Branched, Preflight
from hotfix_tui.incident.model.evidence.deploy import (
    DEPLOY_REVERT,
    GO_ON,
    WITHOUT_TRAFFIC,
    Deployed,
    RolledBack,
)
from hotfix_tui.incident.model.evidence.pull_request import Requested
from hotfix_tui.incident.model.evidence.verify import Committed, Pushed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.earlier_fixes import failed_fixes
from hotfix_tui.incident.rules.published import out_word, published_alone
from hotfix_tui.steps.contract import Plan
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame.bar import LONGEST
from hotfix_tui.ui.frame.card import is_plumbing
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.pictures import deploy
from hotfix_tui.ui.pictures.scene import Scene
from hotfix_tui.ui.presenters.default_action import run_label
from hotfix_tui.ui.presenters.step_detail import short_command

ROLLBACK = catalog.DEPLOY_ROLLBACK

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

_LABEL = 9


class Confirmation(NamedTuple):
    """`go` is what enter does; `kind` how far it reaches."""

    kind: str
    title: str
    go: str
    scene: Scene
    step: str
    plan: Plan
    notes: tuple[str, ...] = ()

    def rows(self, width: int, *, plumbing: bool = False) -> list[Content]:
        """Return the dialog's rows: nothing beyond what was decided, in a fixed order."""
        head = _head(self, width)
        out = [*head, Content("")] if head else []
        root = str(self.scene.record.doc.get("root", ""))
        usual = self.scene.usual.get(self.step)
        out += commands(self.plan, width, usual=usual, plumbing=plumbing, root=root)
        gates, back = _foot(self, width)
        foot = [
            *_assured(self.plan, width),
            *gates,
            *_warnings(self, width),
            *back,
            *log_tail(self.plan, width),
        ]
        return [*out, Content(""), *foot] if foot else out


def of(scene: Scene, step: str, plan: Plan, *, production: bool, notes: list[str]) -> Confirmation:
    """Return what the dialog before `step` says."""
    known = scene.views[step].step if step in scene.views else scene.record.definition(step)
    told = plan.title if plan.title and rows.width_of(plan.title) <= LONGEST else run_label(known)
    back = {DEPLOY_REVERT: "Deploy it now", GO_ON: "Go on now"}.get(plan.note.act, "Roll back now")
    out = published_alone(scene.record) and not _act(plan)
    forth = "Publish now" if out else _GO.get(_act(plan), told)
    go = {Deployed.STEP: forth, ROLLBACK: back}.get(step, told)
    return Confirmation("prod" if production else "out", plan.title, go, scene, step, plan, tuple(notes))


FLAG, REVERT = "flag", "revert"

_GO = {
    "": "Deploy now",
    "prepare": "Prepare it",
    "activate": "Activate it now",
    "advance": "Go on now",
    "share": "Move the traffic now",
    "try": "Send them",
    "abort": "Take it off now",
    "unpin": "End the hold",
}


def _act(plan: Plan) -> str:
    """Return which phase of a deployment a plan is, empty for a whole one."""
    return plan.note.act.partition("-")[0]


def _head(said: Confirmation, width: int) -> list[Content]:
    record = said.scene.record
    if said.step == Deployed.STEP:
        if _act(said.plan) in WITHOUT_TRAFFIC:
            return rows.wrap(("Production stays as it is: no traffic goes there.", "$muted"), width)
        return [_unindented(row) for row in deploy.replaces(said.scene, width + 1)]
    if said.step == ROLLBACK:
        planned = said.plan.known if isinstance(said.plan.known, RolledBack) else RolledBack()
        return _goes_back(record, planned, width, deploys=said.plan.note.act == DEPLOY_REVERT)
    if said.step == catalog.VERIFY_PUSH:
        seen, commit = record.seen(Preflight), record.seen(Committed).commit
        remote, address = seen.push_remote or seen.remote or "", seen.push_url or seen.remote_url or ""
        return [
            _row("to", (remote, ""), (address, "$muted"), width),
            _row("new", (commit[:7], "$key"), record.seen(Branched).branch, width),
        ]
    if said.step == catalog.RELEASE_MERGE:
        return _merge(said, width)
    return []


def _goes_back(record: Record, planned: RolledBack, width: int, *, deploys: bool) -> list[Content]:
    """Return what is taken off and what runs then, as far as this act alone changes it.

    With `deploys` it is the second part of a revert.
    """
    off = _named(planned.taken_off or record.seen(Deployed).commit)
    if planned.kind in (FLAG, REVERT) and not deploys:
        until = (
            "stays; what is behind the flag is off"
            if planned.kind == FLAG
            else "runs until the revert is deployed"
        )
        return [_row("now", (off, "$key"), until, width)] if off else []
    part = record.seen(Deployed).prepared if not record.entry(Deployed.STEP).get("state") else None
    share = f"has {part.share:.0f} % of the traffic, and " if part is not None and part.share else ""
    then = _named(planned.target) or planned.goes_to
    return [
        *([_row("now", (off, "$key"), f"{share}is taken off", width)] if off else []),
        *(
            [_row("then", (then, "bold $key"), "runs: the revert" if deploys else "runs again", width)]
            if then
            else []
        ),
    ]


def _named(target: str) -> str:
    """Return seven digits of a commit, and whatever else is gone back to whole."""
    return target[:7] if _COMMIT.fullmatch(target) else one_line(target, 60)


def _merge(said: Confirmation, width: int) -> list[Content]:
    record = said.scene.record
    number, commit = (
        record.seen(Requested).number,
        record.seen(Pushed).commit or record.seen(Committed).commit,
    )
    out = [_row("into", (record.landing_branch, ""), f"request #{number}" if number else "", width)]
    out.append(_row("brings", (commit[:7], "$key"), "the fix", width))
    many = record.seen(Base).undeployed or 0
    if many:
        word = "commit" if many == 1 else "commits"
        out.append(_row("with", (f"{many} more", "bold $warn"), f"{word} not {out_word(record)} yet", width))
        failed = failed_fixes(record, record.seen(Base).undeployed_list)
        out += [_row("", (said, "bold $warn"), "", width) for said in failed]
    return out


def _foot(said: Confirmation, width: int) -> tuple[list[Content], list[Content]]:
    """Return what the action rests on, and what is shown below the warnings: the way back, or what follows."""
    if said.step == Deployed.STEP and _act(said.plan) in WITHOUT_TRAFFIC:
        return [], []
    if said.step == Deployed.STEP:
        parts = (deploy.rests_on(said.scene, width + 1), deploy.way_back(said.scene, width + 1))
        gates, back = ([_unindented(row) for row in part] for part in parts)
        return gates, back
    if said.step == ROLLBACK:
        then = "Then: smoke test, watch, message. The proper fix is a new round."
        return [], rows.wrap((then, "$muted"), width)
    return [], []


def _assured(plan: Plan, width: int) -> list[Content]:
    """Return what was just checked and makes the action safe, and what it triggers."""
    out: list[Content] = []
    for sentence in plan.assures:
        out += rows.wrap(rows.text((f"{glyphs.DONE} ", "$ok"), sentence), width, indent="  ")
    if plan.starts:
        out += rows.wrap(rows.text((f"{glyphs.DOT} {plan.starts}", "$muted")), width, indent="  ")
    return out


def _warnings(said: Confirmation, width: int) -> list[Content]:
    """Return what has to be read first: the sentences of the plan, and those of the step."""
    out: list[Content] = []
    for warning in (*said.plan.warnings, *said.notes):
        out += rows.wrap(rows.text((f"{glyphs.ALERT} ", "bold $warn"), warning), width, indent="  ")
    return out


def _unindented(row: Content) -> Content:
    return row[1:] if row.plain.startswith(" ") else row


def _row(label: str, value: tuple[str, str], rest: rows.Text, width: int) -> Content:
    return rows.cut(rows.text((f"{label:<{_LABEL}}", "$muted"), value, "  ", rest), width)


def commands(
    plan: Plan, width: int, *, usual: float | None = None, plumbing: bool = False, root: str = ""
) -> list[Content]:
    """Return every command in full; the wizard's own plumbing is one line unless `plumbing` asks for it."""
    out: list[Content] = []
    own = [command for command in plan.commands if is_plumbing(command)]
    shown = (
        plan.commands
        if plumbing or len(own) == len(plan.commands)
        else [c for c in plan.commands if c not in own]
    )
    folder = ""
    for command in shown:
        if command.cwd and command.cwd != folder:
            folder = command.cwd
            tail = f" · usually {humane(usual)}" if usual and len(out) == 0 else ""
            out += rows.wrap(rows.text(("in ", "$muted"), _near(folder, root), (tail, "$muted")), width)
        out += rows.command(shlex.join(command.argv) if plumbing else short_command(command.argv), width)
    if len(shown) < len(plan.commands):
        out.append(
            rows.cut((f"  and {rows.plural(len(own), 'command')} of the wizard's own: F4", "$muted"), width)
        )
    if not plan.commands and plan.by_hand:
        out += rows.paragraphs(plan.by_hand, width)
    return out


def log_tail(plan: Plan, width: int) -> list[Content]:
    """Return what starts together with the action: the production log, the watch."""
    out: list[Content] = []
    if plan.log_tail is not None:
        out.append(
            rows.cut(
                (
                    f"together with it, in a run of its own ({keymap.shown('production-log')} shows it):",
                    "$muted",
                ),
                width,
            )
        )
        for command in plan.log_tail.commands:
            out += rows.command(short_command(command.argv), width)
    if plan.watch:
        out += rows.wrap((plan.watch, "$muted"), width)
    return out


def _near(folder: str, root: str) -> str:
    """Return `folder` relative to the repository at `root`, if that is shorter."""
    if not os.path.isabs(root):
        return folder
    near = os.path.relpath(folder, root)
    return near if near != "." and len(near) < len(folder) else folder
