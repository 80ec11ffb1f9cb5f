"""The picture of the stage deploy: what is live and what will be, the way back, the progress, what has run since."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import short_title
from hotfix_tui.incident.model.evidence.branch import Base, Preflight
from hotfix_tui.incident.model.evidence.deploy import Deployed, Live, ReleaseSeen, RolledBack
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.evidence.release import Landed, Tagged
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import gates, left_open, policy
from hotfix_tui.incident.rules.earlier_fixes import failed_fixes
from hotfix_tui.incident.rules.policy import to_production
from hotfix_tui.incident.rules.published import out_word, published_alone
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui import keymap
from hotfix_tui.ui.frame.card import line_of
from hotfix_tui.ui.frame.card import told as told_commands
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.paint.rows import Text, command, cut, ends, meter, paragraphs, plural, rule, text, wrap
from hotfix_tui.ui.pictures import deploy_asked, times
from hotfix_tui.ui.pictures.blocks import Block, fit, gap
from hotfix_tui.ui.pictures.deploy_asked import LIVE, PRODUCTION, ROLLBACK, DeployAsked, Stretch
from hotfix_tui.ui.pictures.scene import Scene

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

_METER = 20
_LABEL = 9
"""Width of the labels now, then, with, way back."""


def ask(engine: "Engine") -> DeployAsked:
    """Read usual durations, the next version, the way back, and the progress of a running deployment."""
    return deploy_asked.read(engine)


def asks_for(record: Record) -> tuple[object, ...]:
    """Return what the way back and the phases depend on."""
    entry = record.entry(PRODUCTION)
    edited = tuple(sorted(str(item) for item in record.edited.items() if item[0].startswith("deploy.")))
    state = (entry.get("state"), entry.get("run"), record.entry(ROLLBACK).get("state"))
    configured = record.doc.get("config_sha256", "")
    return (deploy_asked.live_before(record), to_production(record), configured, edited, state)


def _farther(engine: "Engine", known: DeployAsked) -> DeployAsked | None:
    """Return the current progress of a running deployment."""
    return known._replace(phases=deploy_asked.phases(engine)) if known.phases else None


POLLS = ((2.0, _farther),)
"""Seconds between two checks of the log of a running deployment, if its phases are known."""


def _asked(scene: Scene) -> DeployAsked | None:
    return scene.looked if isinstance(scene.looked, DeployAsked) else None


def _view(scene: Scene, step: str) -> StepView | None:
    return scene.views.get(step)


def _state(scene: Scene) -> str:
    view = _view(scene, PRODUCTION)
    return view.state if view is not None else ""


def paint(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the picture; it is complete without the logs."""
    state = _state(scene)
    if gates.shows_rollback(scene.record):
        return fit(_rolled_back(scene, scene.record.entry(ROLLBACK), width), height)
    if state in ("running", "done", "failed", "unknown", "waiting"):
        return fit([Block(0, top(scene, width, height)), *_after(scene, width)], height)
    return fit(_before(scene, width), height)


def top(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the part above the logs: the progress, the versions, the phases."""
    if height < 1:
        return []
    if gates.shows_rollback(scene.record):
        return [
            row for block in _rolled_back(scene, scene.record.entry(ROLLBACK), width) for row in block.rows
        ][:height]
    rows = [rule(*_title(scene), width), _versions(scene, width)]
    return [*rows, *_phases(scene, width, 1 if height < 12 else 2)][:height]


# Titles and lines


def _title(scene: Scene) -> tuple[Text, Text]:
    state, record = _state(scene), scene.record
    doing, done = ("Publishing", "Published") if published_alone(record) else ("Deploying", "Deployed")
    usual = _usual(scene, PRODUCTION)
    if state == "running":
        took = _took(scene)
        known = f" of usually {times.span(usual)}" if usual else ""
        late = usual is not None and took > usual
        said = f", usually {times.span(usual)}" if late and usual else known
        return doing, text(
            (f"{glyphs.RUNNING} {times.span(took)}", "bold $warn" if late else "bold $key"), (said, "$muted")
        )
    view = _view(scene, PRODUCTION)
    when = f" {times.at(view.at, scene.now)}" if view is not None and view.at is not None else ""
    if state == "done":
        took = _ran(record)
        return done, (f"took {times.span(took)}" if took else when.strip(), "$muted")
    if state == "failed":
        return doing, (f"{glyphs.FAILED} failed{when}", "bold $bad")
    if state == "unknown":
        return doing, (f"{glyphs.UNKNOWN} result unknown", "bold $warn")
    if state == "waiting":
        return doing, (f"{glyphs.WAITING} under way elsewhere", "$key")
    part = record.seen(Preflight).target
    if published_alone(record):
        return "To its users", _usually(scene)
    return "To production" + (f" of {part}" if part else ""), _usually(scene)


def _usually(scene: Scene) -> Text:
    if _asked(scene) is None:
        return ("looking…", "$muted")
    usual = _usual(scene, PRODUCTION)
    ran = any(run.get("step") == PRODUCTION for run in scene.record.runs)
    return (f"usually {times.span(usual)}" if usual else "" if ran else "no run here yet", "$muted")


def _usual(scene: Scene, step: str) -> float | None:
    known = _asked(scene)
    return known.usual.get(step) if known is not None else None


def _took(scene: Scene) -> float:
    """Return how long the deployment has been running."""
    entry = scene.record.entry(PRODUCTION)
    run = next((candidate for candidate in scene.record.runs if candidate.get("n") == entry.get("run")), {})
    at = run.get("at", entry.get("at"))
    return times.since(at if isinstance(at, datetime) else None, scene.now)


def _ran(record: Record) -> float:
    """Return how long the deployment took, 0 if it was not run here."""
    entry = record.entry(PRODUCTION)
    run = next((candidate for candidate in record.runs if candidate.get("n") == entry.get("run")), {})
    begun, ended = run.get("at"), run.get("ended")
    return times.since(begun, ended) if isinstance(begun, datetime) and isinstance(ended, datetime) else 0.0


def _versions(scene: Scene, width: int) -> Content:
    """Return ``v2.3.4 549a81e → 8d20f11 to be v2.3.5``, with the meter while it runs."""
    record, state = scene.record, _state(scene)
    before, then = deploy_asked.live_before(record), to_production(record)
    live = _view(scene, LIVE)
    name, known = _name_of(record, before), _asked(scene)
    tag = record.seen(Tagged).tag or (known.version if known is not None else "")
    old = " ".join(part for part in (name, before[:7]) if part) or "not known"
    good = state == "done" and live is not None and live.state == "done"
    style = "bold $ok" if good else "bold $bad" if state == "failed" else "bold $key"
    left: list[Text] = [" ", (old, "$muted"), f" {glyphs.BECOMES} ", (then[:7] or "not known", style)]
    if tag and record.entry(catalog.RELEASE_TAG).get("state") == "done":
        left.append((f" {tag}", style))
    elif tag:
        left.append((f"  to be {tag}", "$muted"))
    right: Text = ""
    if good and live is not None and live.at is not None:
        right = text((f"live since {times.at(live.at, scene.now)}", "$ok"), " ")
    elif state == "running" and (usual := _usual(scene, PRODUCTION)):
        took = _took(scene)
        shown = min(_METER, max(width // 4, 6))
        right = text(meter(took / usual, shown, "$warn" if took > usual else "$key"), " ")
    return ends(text(*left), right, width)


def _name_of(record: Record, commit: str) -> str:
    """Return the release of a commit, if that is the base."""
    base = record.evidence(Base)
    return base.tag if base is not None and base.tag and commit in ("", base.commit) else ""


def _phases(scene: Scene, width: int, most: int) -> list[Content]:
    known = _asked(scene)
    phases_ = known.phases if known is not None else ()
    live = _view(scene, LIVE)
    if not phases_:
        phases_ = (_whole(scene),)
    if live is not None:
        phases_ = (*phases_, Stretch("live", live.state))
    pieces: list[Text] = []
    for phase in phases_:
        style = glyphs.STYLE_BY_STATE.get(phase.state, "$muted")
        if pieces:
            pieces.append((f" {glyphs.RULE} ", "$line"))
        said = f"{phase.name} {phase.far}".rstrip()
        pieces += [(glyphs.BY_STATE.get(phase.state, glyphs.OPEN), style), f" {said}"]
    return [text(" ", row) for row in wrap(text(*pieces), width - 1, most=most)]


def _whole(scene: Scene) -> Stretch:
    """Return the single phase of a deployment of which only beginning and end are known."""
    state = _state(scene)
    took = _took(scene) if state == "running" else _ran(scene.record)
    return Stretch("deploy", state, times.span(took) if took else "")


# Before it starts


def _before(scene: Scene, width: int) -> list[Block]:
    known = _asked(scene)
    return [
        Block(0, [rule(*_title(scene), width)]),
        Block(0, [_now(scene, width), _to_be(scene, width)]),
        Block(1, _ready(scene, width)),
        Block(3, _with(scene, width)),
        Block(1, _why(scene, width)),
        gap(),
        Block(2, _commands(scene, width)),
        gap(),
        Block(4, _gates(scene, width)),
        Block(5, _owed(scene, width)),
        Block(3, _warnings(scene, width)),
        Block(2, _way_back(scene, known, width)),
    ]


def _row(label: str, value: Text, rest: Text, width: int) -> Content:
    return cut(text(" ", (f"{label:<{_LABEL}}", "$muted"), value, "  ", rest), width)


def _now(scene: Scene, width: int) -> Content:
    record = scene.record
    before, base = deploy_asked.live_before(record), record.evidence(Base)
    if not before:
        return _row("now", ("not known", "$warn"), "", width)
    words = [_name_of(record, before)]
    if base is not None and base.commit == before:
        if base.deployed_at is not None:
            words.append(f"live since {times.span(times.since(base.deployed_at, scene.now))}")
        elif base.tagged_at is not None:
            words.append(f"tagged {times.span(times.since(base.tagged_at, scene.now))} ago")
    return _row("now", (before[:7], "$key"), ", ".join(part for part in words if part), width)


def _to_be(scene: Scene, width: int) -> Content:
    record = scene.record
    then = to_production(record)
    if not then:
        return _row("then", ("not known yet", "$warn"), "the fix is not committed", width)
    files = record.seen(Changed).files
    added, removed = sum(file.added for file in files), sum(file.removed for file in files)
    said = f"the fix: {plural(len(files), 'file')}, +{added} −{removed}" if files else "the fix"
    return _row("then", (then[:7], "bold $key"), said, width)


def prepared(record: Record) -> ReleaseSeen | None:
    """Return the release prepared from what is to be deployed, if it does not have all of the traffic."""
    seen = record.evidence(Deployed)
    fits = seen is not None and seen.prepared is not None and seen.commit == to_production(record)
    return seen.prepared if fits and seen is not None else None


def _ready(scene: Scene, width: int) -> list[Content]:
    """Return what was prepared: its id, its share of the traffic, its address, and its test result."""
    made = prepared(scene.record)
    if made is None:
        return []
    share = f"{made.share:.0f} % of the traffic" if made.share else "no traffic yet"
    out = [_row("ready", (made.id, "bold $key"), (share, "$warn" if made.share else "$muted"), width)]
    if made.address:
        out.append(_row("", (made.address, ""), "", width))
    if tried := scene.record.seen(Deployed).tried:
        out.append(_row("tried", (tried, "$muted"), "", width))
    return out


def _with(scene: Scene, width: int) -> list[Content]:
    """Return what is included along with the fix: commits that are not live yet."""
    record, base = scene.record, scene.record.evidence(Base)
    if policy.order(record) == policy.DEPLOY_FIRST:
        return [_row("with", ("nothing else", "$ok"), "it starts from what is live", width)]
    confirmed = record.entry(catalog.RELEASE_CONFIRM).get("state") == "done"
    landed = record.seen(Landed)
    listed = list(landed.also_landed)
    many = landed.also_count or len(listed)
    if not confirmed and base is not None:
        listed = list(base.acknowledged_list or base.undeployed_list)
        many = base.acknowledged or base.undeployed or len(listed)
    if not many:
        return [_row("with", ("nothing else", "$ok"), "", width)] if confirmed else []
    known = base is not None and (base.acknowledged or 0) >= many
    words = f"commit{'s' if many > 1 else ''} not {out_word(scene.record)} yet"
    out = [_row("with", (f"{many} more", "bold $warn"), words + (", acknowledged" if known else ""), width)]
    out += [_row("", (said, "bold $warn"), "", width) for said in failed_fixes(record, listed)]
    return [*out, *(cut(text(" " * (_LABEL + 1), (line, "$muted")), width) for line in listed[:3])]


def _commands(scene: Scene, width: int) -> list[Content]:
    plan = scene.plan
    if plan is None or scene.selected is None or scene.selected.id != PRODUCTION:
        return []
    if not plan.commands:
        return [text(" ", row) for row in paragraphs(plan.by_hand, width - 2, most=8)]
    out: list[Content] = []
    folder = plan.commands[-1].cwd
    if folder:
        out.append(cut(text(" ", ("in ", "$muted"), folder), width))
    for command_ in told_commands(plan):
        out += [text(" ", row) for row in command(line_of(command_.argv), width - 2)]
    return out


_GATES = (
    (catalog.VERIFY_TEST, "tests"),
    (catalog.VERIFY_STAGING, "staging"),
    (catalog.PULL_REQUEST_APPROVAL, "approval"),
    (catalog.RELEASE_CONFIRM, "landed"),
)


def _gates(scene: Scene, width: int) -> list[Content]:
    """Return the steps that a deployment rests on, each with its sign."""
    pieces: list[Text] = []
    for step, name in _GATES:
        view = _view(scene, step)
        asked = view is not None and (view.state == "done" or not view.required.debt)
        if view is None or not asked or view.state == "not-needed" or view.required.level == "O":
            continue
        style = glyphs.STYLE_BY_STATE[view.state]
        pieces += ["  " if pieces else " ", (glyphs.BY_STATE[view.state], style), f" {name}"]
    return [cut(text(*pieces), width)] if pieces else []


def _owed(scene: Scene, width: int) -> list[Content]:
    """Return what may wait until after the deployment, and is owed then."""
    names = [
        short_title(view.step).lower()
        for view in scene.views.values()
        if view.required.debt and view.required.level in ("R", "W") and not view.settled
    ]
    return [_row(f"{glyphs.OWED} owed", (", ".join(names), "$warn"), "", width)] if names else []


def _warnings(scene: Scene, width: int) -> list[Content]:
    out: list[Content] = []
    if scene.plan is not None and scene.selected is not None and scene.selected.id == PRODUCTION:
        for warning in scene.plan.warnings:
            out += wrap(text((f" {glyphs.ALERT} ", "bold $warn"), warning), width, indent="   ", most=2)
    return out


def _why(scene: Scene, width: int) -> list[Content]:
    """Return why it cannot start now."""
    if scene.selected is None or scene.selected.id != PRODUCTION:
        return []
    return [
        row
        for reason in scene.refused
        for row in wrap(text((f" {glyphs.OPEN} ", "$warn"), (reason, "$warn")), width, indent="   ", most=2)
    ]


def _way_back(scene: Scene, known: DeployAsked | None, width: int) -> list[Content]:
    if known is None:
        return [_row("way back", ("looking…", "$muted"), "", width)]
    if not known.back:
        if known.back_by_hand:
            return [
                _row("way back", ("by the platform", ""), "r asks what is live there, and shows it", width)
            ]
        return [_row("way back", ("not known", "$warn"), "r says what is missing", width)]
    usual = known.usual.get(ROLLBACK)
    tail = f", usually {times.span(usual)}" if usual else ""
    hand = "by hand: " if known.back_by_hand and not usual else ""
    back = known.back.rstrip(".") if tail else known.back
    said = wrap(text((hand, "$muted"), back, (tail, "$muted")), max(width - _LABEL - 2, 8))
    head = (f" {'way back':<{_LABEL}}", "$muted")
    return [text(head if not place else " " * (_LABEL + 1), row) for place, row in enumerate(said)]


# Afterwards


def _after(scene: Scene, width: int) -> list[Block]:
    state = _state(scene)
    blocks = [Block(1, _said(scene, width)), gap(), Block(3, _running(scene, width))]
    if state in ("done", "waiting"):
        blocks.append(Block(2, _live(scene, width)))
    if state == "done":
        blocks.append(Block(4, _with(scene, width)))
    blocks += [Block(5, _owed(scene, width)), Block(2, _way_back(scene, _asked(scene), width))]
    return blocks


def _said(scene: Scene, width: int) -> list[Content]:
    """Return why it failed, or what is unknown, in the matching colour."""
    state = _state(scene)
    if state not in ("failed", "unknown", "waiting"):
        return []
    why = scene.record.said(PRODUCTION) or _NO_REASON.get(state, "").format(output=keymap.shown("output"))
    style = {"failed": "$bad", "unknown": "$warn"}.get(state, "")
    return [text(" ", row) for row in wrap((why, style), width - 1, most=4)]


_NO_REASON = {
    "failed": "It did not end well; {output} shows its log.",
    "unknown": "How it ended is not known: look yourself, then say what happened.",
    "waiting": "It is under way, but not here.",
}


def _running(scene: Scene, width: int) -> list[Content]:
    """Return the running command, and that it continues by itself."""
    if _state(scene) != "running":
        return []
    view = _view(scene, PRODUCTION)
    by = f"Confirmed by {view.by}" if view is not None and view.by else "Started"
    at = f" {times.at(view.at, scene.now)}" if view is not None and view.at is not None else ""
    return wrap(text((f" {by}{at}. It goes on if you leave or lose the line.", "$muted")), width, indent=" ")


def _live(scene: Scene, width: int) -> list[Content]:
    """Return what production itself says."""
    view, seen = _view(scene, LIVE), scene.record.seen(Deployed)
    if view is None:
        return []
    live = view.seen(Live)
    source = live.source or seen.seen_by
    if view.state == "done":
        out = published_alone(scene.record)
        said = f"{'the release is out' if out else f'production runs {(live.commit or seen.commit)[:7]}'}"
        tail = f"  asked from {source}" if source else ""
        return [cut(text(" ", (glyphs.DONE, "$ok"), f" {said}", (tail, "$muted")), width)]
    told = f"{seen.seen_by} named {seen.commit[:7]} after it; not asked again yet" if seen.seen_by else ""
    asked = "not looked yet whether it is out" if published_alone(scene.record) else ""
    why = live.why or told or asked or "not asked yet which version production runs"
    style = glyphs.STYLE_BY_STATE[view.state]
    return wrap(
        text(" ", (glyphs.BY_STATE[view.state], style), " ", (why, style)), width, indent="   ", most=2
    )


def _rolled_back(scene: Scene, entry: Mapping[str, object], width: int) -> list[Block]:
    """Return how production was rolled back, or is being rolled back."""
    seen = scene.record.seen(RolledBack)
    state, at = str(entry.get("state")), entry.get("at")
    when = f" {times.at(at, scene.now)}" if isinstance(at, datetime) else ""
    right: Text = (f"{glyphs.DONE} back{when}", "$ok")
    if state == "running":
        since = times.since(at if isinstance(at, datetime) else None, scene.now)
        usual = _usual(scene, ROLLBACK)
        tail = f" of usually {times.span(usual)}" if usual else ""
        right = text((f"{glyphs.RUNNING} {times.span(since)}", "bold $key"), (tail, "$muted"))
    elif state != "done":
        word = "result unknown" if state == "unknown" else f"failed{when}"
        right = (f"{glyphs.BY_STATE[state]} {word}", glyphs.STYLE_BY_STATE[state])
    title = "Rolling back" if state == "running" else "Rolled back" if state == "done" else "Roll back"
    target = seen.goes_to or "what ran before"
    name = _name_of(scene.record, seen.target) if seen.target else ""
    left = text(
        " ",
        (seen.taken_off[:7] or "the fix", "$muted"),
        f" {glyphs.BECOMES} ",
        (_leads_to(seen, f"{name} {target}".strip()), "bold $ok" if state == "done" else "bold $key"),
        (f"  by {seen.kind}" if seen.kind not in ("", "previous", "flag") else "", "$muted"),
    )
    why = seen.why
    style = {"failed": "$bad", "unknown": "$warn"}.get(state, "$muted")
    standing = gates.production_state(scene.record)
    standing = f"{standing[:1].upper()}{standing[1:]}." if standing else ""
    held = "It is held there: a later deployment does not replace it until that is undone on the platform."
    return [
        Block(0, [rule(title, right, width), cut(left, width)]),
        Block(1, [text(" ", row) for row in wrap((why, style), width - 1, most=3)]),
        Block(1, [text(" ", row) for row in wrap((held, "$warn"), width - 1)] if seen.pinned else []),
        Block(2, [text(" ", row) for row in wrap((standing, ""), width - 1)] if state == "done" else []),
        Block(2, [text(" ", row) for row in wrap((left_open.said(scene.record), "$warn"), width - 1)]
              if state == "done" else []),
        Block(3, [text(" ", row) for row in wrap(("The proper fix is a new round.", "$muted"), width - 1)]
              if standing and state == "done" else []),
    ]  # fmt: skip


def _leads_to(seen: RolledBack, target: str) -> str:
    return f"the same, {seen.flag or 'its flag'} off" if seen.kind == "flag" else target


# The rows of the checklist


def word(scene: Scene, view: StepView) -> str:
    """Return how long it has been running, or since when its state holds."""
    if view.state == "pending" and gates.fix_off(scene.record) == scene.record.round:
        return "off"
    if view.id == PRODUCTION and view.state == "running":
        said = times.span(_took(scene))
        return said if len(said) <= 9 else times.watch(_took(scene))
    if view.id == LIVE and view.state == "done":
        return (view.seen(Live).commit or to_production(scene.record))[:7]
    return ""


def sentence(scene: Scene, view: StepView) -> str:
    """Return what is deployed where, and which source confirms it."""
    record = scene.record
    if view.state == "pending" and gates.fix_off(record) == record.round:
        back = record.seen(RolledBack)
        name = _name_of(record, back.target) if back.target else ""
        runs = name or back.goes_to or "what ran before"
        off = (back.taken_off or to_production(record))[:7]
        if back.kind == "flag":
            return f"{off} stays, its flag is off" if view.id == PRODUCTION else "its flag is off"
        return f"{off} was taken off" if view.id == PRODUCTION else f"no: {runs} runs again"
    if view.id == PRODUCTION:
        then, before = to_production(record)[:7], deploy_asked.live_before(record)
        old = _name_of(record, before) or before[:7]
        if not then:
            return ""
        if view.state == "done":
            seen = record.evidence(Deployed)
            return (
                f"{then}, seen by {seen.seen_by}" if seen is not None and seen.seen_by else f"{then} is out"
            )
        if published_alone(record):
            return f"{then} to its users" + (f", after {old}" if old else "")
        return f"{then} to production" + (f" in place of {old}" if old else "")
    if view.id == LIVE and view.state == "done":
        source = view.seen(Live).source
        return f"asked from {source}" if source else ""
    return ""


# The card


def card(scene: Scene, view: StepView, width: int) -> list[Content]:
    """Return what the card says during the deployment: what is deployed, by whom, and that it continues by itself."""
    if view.id != PRODUCTION or view.state != "running":
        return []
    said = f"The verified commit, and only that: {to_production(scene.record)[:7]}."
    return [
        *wrap(said, width),
        *(row[1:] if row.plain.startswith(" ") else row for row in _running(scene, width)),
    ]


# For the dialog before it


def replaces(scene: Scene, width: int) -> list[Content]:
    """Return what is live now, what will be, and what else is included: the head of the dialog before a deployment."""
    return [_now(scene, width), _to_be(scene, width), *_ready(scene, width), *_with(scene, width)]


def rests_on(scene: Scene, width: int) -> list[Content]:
    """Return what the deployment rests on, and what is owed: for the dialog before it."""
    return [*_gates(scene, width), *_owed(scene, width)]


def way_back(scene: Scene, width: int) -> list[Content]:
    """Return how production goes back to what it runs now: the foot of the dialog before a deployment."""
    return _way_back(scene, _asked(scene), width)
