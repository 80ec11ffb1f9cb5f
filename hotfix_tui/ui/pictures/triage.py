"""The picture of triage once it is decided: the tree with its answer, the levels, and what is known of the fault."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from hotfix_tui.base import asking
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.incident.model.evidence.triage import Weighed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import triage
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.steps.triage import rollback_first
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.pictures import times, triage_tree
from hotfix_tui.ui.pictures.scene import Scene
from hotfix_tui.ui.pictures.triage_tree import Tree

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

ROLLBACK = catalog.TRIAGE_ROLLBACK_FIRST


class ReleaseLook(NamedTuple):
    """What git says about the last release before the fault: a clause for the row, and sentences for the card."""

    clause: str
    advice: tuple[str, ...]


def ask(engine: "Engine") -> ReleaseLook:
    """Query which release was live when the fault was seen, and since when; else read which was tagged last."""
    with asking.looking(engine.remembered):
        ctx = engine.context()
        return ReleaseLook(rollback_first.row(ctx), tuple(rollback_first.advice(ctx)))


def asks_for(record: Record) -> tuple[object, ...]:
    """Return what the last release before the fault depends on."""
    base = record.seen(Base)
    return record.detected_at, base.commit, base.deployed_at


def decided_by(record: Record) -> dict[str, object]:
    """Return the ledger row in which the current severity was set, empty if there is none."""
    ledger = record.doc.get("severities")
    rows_of = [row for row in ledger if isinstance(row, dict)] if isinstance(ledger, list) else []
    if not rows_of or rows_of[-1].get("severity") != record.severity:
        return {}
    return rows_of[-1]


def tree_of(record: Record, now: datetime) -> Tree:
    """Return the tree with its answers."""
    name = str(decided_by(record).get("question", ""))
    known = triage.question(name)
    answers = triage.before(name) if known and known.severity == record.severity else {}
    detected = record.clock.get("reopened_at", record.detected_at)
    normal = record.state == "normal-process"
    return Tree(answers, record.config, now, detected, decided=record.severity, normal=normal)


def paint(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the picture."""
    record = scene.record
    tree = tree_of(record, scene.now)
    out = [rows.rule("Urgency", _level(tree, width), width)]
    out += triage_tree.painted(tree, width, height - 1)
    if width < triage_tree.NARROW:
        return out[:height]
    table, fault = triage_tree.meanings(record.config, width), _fault(scene, width)
    both = len(out) + len(table) + len(fault) + 2 <= height
    for part in (table, fault) if both else (fault, table):
        if len(out) + 1 + len(part) <= height:
            out += [Content(""), *part]
    return out[:height]


def _level(tree: Tree, width: int) -> Content:
    if not tree.decided:
        return rows.text(("not decided yet", "$warn"))
    parts = [tree.decided, triage_tree.soon(tree.config, tree.decided)]
    if width >= triage_tree.NARROW:
        parts.append(f"by {triage_tree.due(tree, tree.decided)} UTC")
    return rows.text((f" {glyphs.DOT} ".join(filter(None, parts)), "bold $ok"))


_NOT_KNOWN = ("not known yet", "$muted")


def _fault(scene: Scene, width: int) -> list[Content]:
    """Return what is known of the fault, one row per fact."""
    record = scene.record

    def fact(key: str) -> str:
        answer = record.fact(key, "")
        return answer if isinstance(answer, str) else ""

    detected = _NOT_KNOWN
    if record.fact("detected-at"):
        by = f" by {fact('detected-by')}" if fact("detected-by") else ""
        detected = (f"{times.at(record.detected_at, scene.now)} UTC{by}", "")
    facts: list[tuple[str, tuple[str, str]]] = [
        ("Detected", detected),
        ("Users see", (fact("impact.seen"), "")),
        ("Affected", (fact("impact.users"), "")),
        ("Kind", (fact("impact.kind"), "")),
    ]
    if fact("cause.trigger"):
        facts.append(("Began", (fact("cause.trigger"), "")))
    elif isinstance(scene.looked, ReleaseLook) and scene.looked.clause:
        facts.append(("Last release", (scene.looked.clause, "")))
    elif scene.looked is None:
        facts.append(("Last release", ("looking…", "$muted")))
    out = [rows.rule("The fault", "", width)]
    for name, (words, style) in facts:
        value = rows.text((words, style)) if words else rows.text(_NOT_KNOWN)
        out.append(rows.cut(rows.text(" ", (f"{name:13}", "$muted"), value), width - 1))
    return out


def word(scene: Scene, view: StepView) -> str:
    """Return the evidence in the place of a state word."""
    if view.id == catalog.TRIAGE_SEVERITY and view.state == "done":
        return scene.record.severity
    if view.id == ROLLBACK and view.state == "done":
        return {"fix": "forward", "rollback": "roll back"}.get(view.seen(Weighed).choice, "")
    return ""


def sentence(scene: Scene, view: StepView) -> str:
    """Return one clause of evidence for the row of a step."""
    record = scene.record
    if view.id == catalog.TRIAGE_DESCRIBE:
        return record.title
    if view.id == catalog.TRIAGE_SEVERITY:
        return _why(record)
    if view.id == ROLLBACK and view.state == "pending" and isinstance(scene.looked, ReleaseLook):
        return scene.looked.clause
    return ""


def _why(record: Record) -> str:
    """Return the reason for the urgency."""
    decision = decided_by(record)
    known = triage.question(str(decision.get("question", "")))
    if known is not None:
        return known.said
    return str(decision.get("why", "")) or ("set without the questions" if record.severity else "")


def card(scene: Scene, view: StepView, width: int) -> list[Content]:
    """Return what the card says about the decision whether to roll back first."""
    if view.id != ROLLBACK or view.state not in ("pending", "stale"):
        return []
    if not isinstance(scene.looked, ReleaseLook):
        return [rows.text(("Looking which release came before the fault…", "$muted"))]
    out = rows.wrap(" ".join(scene.looked.advice), width)
    return [*out, *rows.wrap("Nothing runs before you choose.", width, style="$muted")]
