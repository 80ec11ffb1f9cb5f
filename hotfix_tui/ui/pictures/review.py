"""The picture of the stage review: what is still owed and until when, how long it took, what the document lacks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from hotfix_tui.base.errors import HotfixError, sentence_of
from hotfix_tui.documents import history
from hotfix_tui.documents.gap_marks import left_in
from hotfix_tui.engine import documents
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import STAGE_TITLES, short_title
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.gates import GOOD_VERDICTS
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.frame.groups import grouped
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.paint.rows import Text, cut, ends, meter, plural, rule, text, wrap
from hotfix_tui.ui.pictures import times
from hotfix_tui.ui.pictures.blocks import Block, fit
from hotfix_tui.ui.pictures.scene import Scene

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

TERMS = (("24 h", timedelta(hours=24), "Within 24 h"), ("72 h", timedelta(hours=72), "Within 72 h"))
DOCUMENT = catalog.REVIEW_DOCUMENT
_METER = 12
_BAR = "█"
_LABEL = 24


class ReviewAsked(NamedTuple):
    """The answer of `ask`: when which milestone was reached, and the sections of the review that have gaps."""

    reached: dict[str, datetime | None]
    sections: int
    missing: tuple[str, ...]
    gaps: int
    problem: str = ""


def ask(engine: "Engine") -> ReviewAsked:
    """Read the times from record and timeline, and render the review to see what it lacks."""
    timeline = engine.timeline()
    reached = dict(history.times(engine.record, timeline))
    reached["tested"] = history.step_time(engine.record, timeline, catalog.VERIFY_COMMIT)
    try:
        rendered = documents.render(engine, "review")
    except (HotfixError, OSError) as problem:
        return ReviewAsked(reached, 0, (), 0, sentence_of(problem))
    parts = [section for section in rendered.sections if section.id != "title"]
    missing = tuple(part.title for part in parts if left_in(part.text))
    return ReviewAsked(reached, len(parts), missing, len(rendered.gaps))


def asks_for(record: Record) -> tuple[object, ...]:
    """Return what the document is made from: the whole record."""
    return (record.revision,)


def paint(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the picture."""
    blocks = [
        Block(0, _owed(scene, width, height)),
        Block(1, _took(scene, width)),
        Block(2, _document(scene, width, 2 if height < 20 else 4)),
        Block(8, [Content("")]),
        Block(7, _numbers(scene, width)),
    ]
    return fit(blocks, height)


def _asked(scene: Scene) -> ReviewAsked | None:
    return scene.looked if isinstance(scene.looked, ReviewAsked) else None


# What is owed


def _open(record: Record, views: Sequence[StepView]) -> list[StepView]:
    """Return what is owed; a closed incident owes nothing."""
    if record.state == "closed":
        return []
    return [view for view in views if view.required.level in ("R", "W") and not view.settled]


def _owed(scene: Scene, width: int, height: int) -> list[Content]:
    record = scene.record
    everything = _open(record, list(scene.views.values()))
    out = [rule("Still owed", _before_closing(record, len(everything)), width)]
    for name, term, group in TERMS:
        out.append(_term(scene, name, term, len(_in_group(scene, group)), width))
    earlier: dict[str, list[StepView]] = {}
    for view in everything:
        if view.stage != "review":
            earlier.setdefault(view.stage, []).append(view)
    most = 2 if height < 20 else 6
    for place, (stage, views) in enumerate(earlier.items()):
        if place == most - 1 and len(earlier) > most:
            left = sum(len(views) for views in list(earlier.values())[place:])
            stages = "".join(
                f" {STAGE_TITLES.get(stage_name, stage_name).lower()},"
                for stage_name in list(earlier)[place:]
            )
            out.append(_row("", f"and{stages.rstrip(',')}", left, width))
            break
        names = ", ".join(_named(view) for view in views)
        out.append(
            _row(
                "",
                text((f"{STAGE_TITLES.get(stage, stage).lower():<{_METER}} ", "$muted"), names),
                len(views),
                width,
            )
        )
    if record.fact("embargo") == "yes":
        out.append(_row("", "the embargo is still on", 1, width))
    return out


def _named(view: StepView) -> str:
    title = short_title(view.step)
    return title if view.step.line else title.lower()


def _in_group(scene: Scene, group: str) -> list[StepView]:
    return [
        view
        for group_ in grouped("review", scene.here())
        if group_.title == group
        for view in _open(scene.record, group_.steps)
    ]


def _before_closing(record: Record, many: int) -> Text:
    if record.fact("embargo") == "yes":
        many += 1
    if record.state == "closed":
        return ("closed", "$ok")
    return (f"{many} before closing", "bold $warn") if many else ("nothing is owed", "$ok")


def _term(scene: Scene, name: str, term: timedelta, owed: int, width: int) -> Content:
    """Return a due date's meter with the time left; it runs from the resolution on."""
    begun = scene.record.clock.get("resolved_at")
    if not isinstance(begun, datetime):
        return _row(name, text(meter(0, _METER), (" from resolution on", "$muted")), owed, width)
    end = begun + term
    left = (end - scene.now).total_seconds()
    part = 1 - left / term.total_seconds()
    late = left < 0 and owed > 0
    style = "bold $bad" if late else "$warn" if part > 0.75 and owed else "$key"
    said = f"{times.span(-left)} late" if late else "over" if left < 0 else f"{times.minutes(left)} left"
    colour = "bold $bad" if late else "$muted"
    return _row(name, text(meter(part, _METER, style), (f" {said}", colour)), owed, width)


def _row(name: str, said: Text, owed: int, width: int) -> Content:
    right: Text = (f"{owed} owed ", "$warn") if owed else (f"{glyphs.DONE} ", "$ok")
    return ends(text(" ", (f"{name:<5} ", "bold"), said), right, width)


# How long it took


_REACHED = (
    ("alerted", "acknowledged"),
    ("root-cause", "root cause"),
    ("tested", "fix verified"),
    ("pr-approved", "approved"),
    ("deployed", "deployed"),
    ("mitigated", "mitigated"),
    ("verified", "verdict"),
)


def _points(scene: Scene) -> list[tuple[str, datetime]]:
    """Return what was reached since the detection, in time order."""
    known = _asked(scene)
    reached = known.reached if known is not None else {}
    start = scene.record.detected_at
    points = [
        (name, at) for key, name in _REACHED if isinstance(at := reached.get(key), datetime) and at >= start
    ]
    return sorted(points, key=lambda point: point[1])


def _took(scene: Scene, width: int) -> list[Content]:
    points = _points(scene)
    start = scene.record.detected_at
    if not points:
        right: Text = ("looking…" if _asked(scene) is None else "nothing is known yet", "$muted")
        return [rule("How long it took", right, width)]
    whole = max((points[-1][1] - start).total_seconds(), 1.0)
    out = [rule("How long it took", _to_the_end(scene, whole), width)]
    label = min(_LABEL, max(width // 2, 8))
    room = max(width - label - 10, 4)
    spans = [
        (at - before).total_seconds()
        for (_, at), before in zip(points, [start, *(point[1] for point in points)], strict=False)
    ]
    begun = start
    for (name, at), took in zip(points, spans, strict=True):
        first = round((begun - start).total_seconds() / whole * room)
        long = max(round(took / whole * room), 1)
        first = min(first, room - long)
        style = "$warn" if took == max(spans) and len(spans) > 1 else "$key"
        lead = f"detected {glyphs.BECOMES} {name}" if begun == start else f"{glyphs.BECOMES} {name}"
        head = cut((f" {lead}", "$muted"), label, pad=True)
        out.append(cut(text(head, " " * (first + 1), (_BAR * long, style), f" {times.minutes(took)}"), width))
        begun = at
    return out


def _to_the_end(scene: Scene, whole: float) -> Text:
    record = scene.record
    verdict = next(
        (str(round_["verdict"]) for round_ in reversed(record.rounds) if round_.get("verdict")), ""
    )
    known = _asked(scene)
    at = known.reached.get("verified") if known is not None else None
    if verdict in GOOD_VERDICTS and isinstance(at, datetime):
        took = (at - record.detected_at).total_seconds()
        return text((f"{times.minutes(took)} to {verdict}", "bold"))
    return (f"{times.minutes(whole)} so far, no good verdict yet", "$muted")


# The document


def _document(scene: Scene, width: int, most: int) -> list[Content]:
    known, view = _asked(scene), scene.views.get(DOCUMENT)
    title = short_title(view.step) if view is not None else "Review document"
    if known is None:
        return [rule(title, ("looking…", "$muted"), width)]
    if known.problem:
        return [
            rule(title, ("cannot be made", "bold $bad"), width),
            *wrap((f" {known.problem}", "$bad"), width),
        ]
    done = known.sections - len(known.missing)
    good = not known.missing
    right: Text = (f"{done} of {known.sections}", "$ok" if good else "$warn")
    out = [rule(title, right, width)]
    shown = min(max(width - 14, 6), 64)
    gaps = ("no gaps", "$ok") if good else (plural(known.gaps, "gap"), "$warn")
    out.append(cut(text(" ", meter(done / max(known.sections, 1), shown, "$ok"), "  ", gaps), width))
    if known.missing:
        said = ", ".join(name[:1].lower() + name[1:] for name in known.missing)
        rows = wrap(text(("missing: ", "$muted"), said), width - 2, indent=" " * 9, most=most)
        out += [text(" ", row) for row in rows]
    return out


# The incident in numbers


def _numbers(scene: Scene, width: int) -> list[Content]:
    record = scene.record
    rows = [rule("This incident in numbers", "", width)]
    for name, said in (
        ("time to mitigate", _mitigated(record)),
        ("rounds", f"{record.round}" if record.round > 1 else ""),
        ("messages", _messages(record)),
        ("waivers", _waivers(record)),
        ("changed", _changed(record)),
        ("backports", _backports(scene)),
    ):
        if said:
            rows.append(cut(text((f" {name:<18} ", "$muted"), said), width))
    return rows


def _mitigated(record: Record) -> str:
    stopped, due = policy.clock_stopped_at(record), policy.deadline(record)
    if stopped is None:
        return "not yet"
    said = times.minutes((stopped - record.detected_at).total_seconds())
    if due is None:
        return said
    late = (stopped - due).total_seconds()
    allowed = times.span((due - record.detected_at).total_seconds())
    return f"{said}, deadline {allowed}" + (f", {times.minutes(late)} late" if late > 0 else "")


def _messages(record: Record) -> str:
    many = len(record.messages)
    return f"{many} sent" if many else "none was recorded"


def _waivers(record: Record) -> str:
    held = [waiver for waiver in record.waivers if not waiver.get("lapsed")]
    if not held:
        return "none"
    named = []
    for waiver in held[:3]:
        known = record.definitions().get(str(waiver.get("step", "")))
        name = short_title(known).lower() if known is not None else str(waiver.get("step", ""))
        named.append(f"{name}, granted by {waiver.get('granted_by', '?')}")
    return f"{len(held)}: {'; '.join(named)}" + ("; …" if len(held) > 3 else "")


def _changed(record: Record) -> str:
    files = record.seen(Changed).files
    lines = sum(file.added + file.removed for file in files)
    return f"{plural(len(files), 'file')}, {plural(lines, 'line')}" if files else ""


def _backports(scene: Scene) -> str:
    known = [
        view
        for view in scene.views.values()
        if view.stage == "backport" and view.required.level in ("R", "W")
    ]
    done = sum(view.settled for view in known)
    left = len(known) - done
    return (f"{done} of {len(known)} done" + (f", {left} owed" if left else "")) if known else ""


# The rows of the checklist and the card


def word(scene: Scene, view: StepView) -> str:
    """Return how many sections of the review are complete."""
    known = _asked(scene)
    if view.id != DOCUMENT or known is None or not known.sections:
        return ""
    return f"{known.sections - len(known.missing)}/{known.sections}"


def gaps(scene: Scene) -> tuple[str, ...]:
    """Return the sections of the review that have gaps, as far as known."""
    known = _asked(scene)
    return known.missing if known is not None and not known.problem else ()


def card(scene: Scene, view: StepView, width: int) -> list[Content]:
    """Return where writing the review begins."""
    known = _asked(scene)
    if view.id != DOCUMENT or known is None or known.problem:
        return []
    out = wrap("Written from the record; you add the rest.", width)
    if known.missing:
        first = known.missing[0]
        out += wrap((f"First gap: {first[:1].lower()}{first[1:]}", "$muted"), width)
    return out
