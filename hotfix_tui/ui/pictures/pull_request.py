"""The picture of the stage pull request: what CI and people say about exactly this commit.

The forge is queried in the background. While it does not answer, the last answer stays with its time; if it cannot be
queried at all, the picture says so and what a person reported.
"""

import time
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from hotfix_tui.base.text import sentence as as_sentence
from hotfix_tui.engine import awaited
from hotfix_tui.forges.model import ForgeCheck, PullRequest, Review
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.base import BY_HAND, Evidence
from hotfix_tui.incident.model.evidence.branch import Branched
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.evidence.pull_request import Approved, ChecksSeen, Requested
from hotfix_tui.incident.model.evidence.texts import RequestWritten
from hotfix_tui.incident.model.evidence.verify import PROVEN, Committed, Proved
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.steps.pull_request.seen import look
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.paint.rows import Text
from hotfix_tui.ui.pictures.scene import Scene
from hotfix_tui.ui.pictures.times import at as when
from hotfix_tui.ui.pictures.times import span

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

CREATE, CHECKS, APPROVAL = (
    catalog.PULL_REQUEST_CREATE,
    catalog.PULL_REQUEST_CHECKS,
    catalog.PULL_REQUEST_APPROVAL,
)
_COMMIT = 7
_COUNTED = ("pending", "running", "failed", "done")
"""States of the checks in which the number passed is more informative than the state's word."""


class ForgeLook(NamedTuple):
    """What the forge showed: `request` as of `seen_at`; `why` it did not answer just now, empty if it did."""

    request: PullRequest | None = None
    seen_at: datetime | None = None
    by_hand: bool = False
    why: str = ""
    failures: tuple[tuple[str, str], ...] = ()
    """The names of failed checks, each with the first place and message it reports."""


AFTER_OUTAGE = 60.0
"""Seconds between two queries while the forge does not answer."""

_tried: dict[str, float] = {}
_last: dict[str, ForgeLook] = {}
"""The last answer for each incident: it stays on the screen while the forge does not answer."""


def ask(engine: "Engine") -> ForgeLook:
    """Query the forge for the request of this round."""
    seen = look(engine.context())
    if seen.by_hand:
        return ForgeLook(by_hand=True, why=seen.why)
    if not seen.asked:
        return _last.get(engine.id, ForgeLook())._replace(why=seen.why)
    _last[engine.id] = ForgeLook(seen.request, seen.at, failures=seen.failures)
    return _last[engine.id]


def _again(engine: "Engine", known: ForgeLook) -> ForgeLook | None:
    """Query an open request again; after an outage less often, since each query may take its full timeout.

    What has finished on the forge is also settled in the record: nobody has to ask for what is already visible.
    """
    if known.by_hand or known.request is None or known.request.state != "open":
        return None
    waited = time.monotonic() - _tried.get(engine.id, 0.0)
    if known.why and waited < AFTER_OUTAGE:
        return None
    _tried[engine.id] = time.monotonic()
    looked = ask(engine)
    if looked.request is not None and not looked.why:
        awaited.settle_request(engine, looked.request)
    return looked


POLLS = ((awaited.every, _again),)
"""How often the request is queried while its picture is shown."""


def awaits(scene: Scene, step: str) -> bool:
    """Return whether the forge is being queried for the outcome of `step`, without a key."""
    looked = scene.looked
    shown = isinstance(looked, ForgeLook) and not looked.by_hand and not looked.why
    request = looked.request if isinstance(looked, ForgeLook) and shown else None
    return step in (ChecksSeen.STEP, APPROVAL) and request is not None and request.state == "open"


def asks_for(record: Record) -> tuple[str, ...]:
    """Return what invalidates the answer: another commit or request, and each probe of checks and approval."""
    entries = (record.entry(step) for step in (CREATE, CHECKS, APPROVAL))
    return (_commit(record), *(f"{entry.get('state')} {entry.get('at')}" for entry in entries))


# What the screen asks for


def paint(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the request, its checks and its approvals; in a tall picture also what the reviewer sees."""
    head = _head(scene, width)
    checks, listed = _checks(scene, width), _approvals(scene, width)
    people = [rows.rule("Approval", _approved_count(scene), width), *listed]
    reviewer = _reviewer(scene, width) if height >= 24 else []
    if height < 8:
        people = []
    elif len(head) + len(checks) + len(people) > height:
        people = people[:2]
    room = height - len(head) - len(people) - (len(reviewer) + 1 if reviewer else 0)
    checks = _within(checks, max(room, 2))
    out = [*head, *checks]
    spare = height - len(out) - len(people) - len(reviewer)
    for part in (people, reviewer):
        if part and spare > 0:
            out.append(Content(""))
            spare -= 1
        out += part
    return out[:height]


def word(scene: Scene, view: StepView) -> str:
    """Return the evidence of a step for the right column of the checklist."""
    if view.id == CREATE and view.state == "done" and (number := _number(scene)):
        return f"#{number}"
    checks = _found(scene) if view.id == CHECKS and view.state in _COUNTED else ()
    if checks:
        return f"{sum(check.state in ('pass', 'skipped') for check in checks)} of {len(checks)}"
    if view.id == APPROVAL and view.state == "pending":
        return "0 of 1"
    return ""


def card(scene: Scene, view: StepView, width: int) -> list[Content]:
    """Return what the checks and the approval are waiting for, and how fresh that is."""
    if view.id not in (CHECKS, APPROVAL) or view.state in ("not-needed", "waived"):
        return []
    why = _last_word(view)
    out = rows.wrap(as_sentence(why), width) if why else rows.wrap(view.step.help, width)
    return [*out, *rows.wrap(_freshness(scene), width, style="$muted")]


# The request


def _head(scene: Scene, width: int) -> list[Content]:
    request, record = _request(scene), scene.record
    number = _number(scene)
    branch = request.head_branch if request else record.seen(Branched).branch
    base = request.base if request else record.landing_branch
    way = f"{branch} {glyphs.BECOMES} {base}" if branch else f"into {base}"
    title = f"#{number} {way}" if number else way
    if request is None and scene.looked is None and number:
        state: Text = ("looking…", "$muted")
    elif request is None:
        opened = _view_state(scene, CREATE)
        said = {"done": "opened", "not-needed": "no request here"}.get(opened, "not open yet")
        state = (said, "$muted")
    else:
        said, style = _STATES[request.state]
        state = ("draft", "$warn") if request.draft and request.state == "open" else (said, style)
    said = request.title if request else record.seen(RequestWritten).title or embargo.title(record)
    return [
        rows.rule(title, state, width),
        rows.ends(rows.text(" ", _titled(said or "no title yet")), _mergeable(request), width - 1),
    ]


_STATES = {"open": ("open", "$ok"), "merged": ("merged", "bold $ok"), "closed": ("closed", "bold $bad")}


def _titled(title: str) -> Content:
    """Return a title with its tags in the colour of keys: ``[HOTFIX][P1] ENG-1234: …``."""
    tags, rest = "", title
    while rest.startswith("[") and "]" in rest[:24]:
        tag, _, rest = rest.partition("]")
        tags += f"{tag}]"
    return rows.text((tags, "$key"), rest) if tags else rows.text(title)


_MERGEABLE = {
    "clean": (f"mergeable {glyphs.DONE}", "$ok"),
    "has_hooks": (f"mergeable {glyphs.DONE}", "$ok"),
    "unstable": ("mergeable, checks open", "$warn"),
    "blocked": ("not yet: rules", "$warn"),
    "behind": ("behind its base", "$warn"),
    "dirty": (f"conflicts {glyphs.FAILED}", "bold $bad"),
    "draft": ("a draft", "$warn"),
}


def _mergeable(request: PullRequest | None) -> Text:
    if request is None or request.state != "open":
        return ""
    return _MERGEABLE.get(request.mergeable, ("mergeable: not known", "$muted"))


# The checks


class _Row(NamedTuple):
    """One check: `rank` is its position in the table, failed ones first; `under` is shown below its row."""

    rank: int
    sign: tuple[str, str]
    name: str
    said: tuple[str, str]
    time: str = ""
    under: str = ""


def _checks(scene: Scene, width: int) -> list[Content]:
    checks = _found(scene)
    commit = _commit(scene.record)[:_COMMIT]
    title = f"CI of {commit}" if commit else "CI"
    said = dict(scene.looked.failures) if isinstance(scene.looked, ForgeLook) else {}
    made = (_row_of(check, scene.now)._replace(under=said.get(check.name, "")) for check in checks)
    listed = sorted(made, key=lambda row: row.rank)
    out = [rows.rule(title, _counts(scene, checks), width)]
    other = _other_head(scene)
    if other:
        out += _indented(rows.wrap(other, width - 2, style="bold $warn"))
    if not listed:
        return [*out, *_by_record(scene, width)]
    marked = scene.selected is not None and scene.selected.id == CHECKS
    room = max(rows.width_of(row.said) for row in listed)
    for place, row in enumerate(listed):
        first = marked and place == 0 and row.rank == 0
        out.append(_check(row, width, first, room))
        if row.under:
            out.append(rows.cut(rows.text("   ", (row.under, "$bad")), width))
    return out


def _row_of(check: ForgeCheck, now: datetime) -> _Row:
    took = _took(check, now)
    time = span(took) if took is not None else ""
    if check.state == "fail":
        return _Row(0, (glyphs.FAILED, "bold $bad"), check.name, ("failed", "bold $bad"), time)
    if check.state == "pending" and check.word == "expected":
        return _Row(3, (glyphs.UNKNOWN, "bold $warn"), check.name, ("expected, not seen", "$warn"))
    if check.state == "pending" and check.word in ("queued", "waiting", "requested"):
        return _Row(2, (glyphs.OPEN, "$muted"), check.name, ("queued", "$muted"))
    if check.state == "pending":
        return _Row(1, (glyphs.RUNNING, "$key"), check.name, ("running", "$key"), time)
    if check.state == "skipped":
        return _Row(5, (glyphs.NOT_NEEDED, "$muted"), check.name, ("skipped", "$muted"), time)
    return _Row(4, (glyphs.DONE, "$ok"), check.name, ("passed", "$ok"), time)


def _check(check: _Row, width: int, marked: bool, widest: int = 0) -> Content:
    name = (check.name, "bold") if check.rank == 0 else check.name
    start: list[Text] = [glyphs.SELECTED if marked else " ", check.sign, "  "]
    margin = 2 if width >= 70 else 1
    tail = 9 if width >= 44 else 0
    room = width - 4 - tail - margin
    said = max(10, min(widest, 18))
    row = rows.columns([name, check.said], [max(room - said - 2, 1), said])
    time = rows.columns([check.time], [-tail], gap=0) if tail else ""
    return rows.cut(rows.text(*start, row, time), width)


def _counts(scene: Scene, checks: tuple[ForgeCheck, ...]) -> Text:
    """Return the rule's summary of all checks: how many of each, or why that is not known."""
    looked = scene.looked
    if not checks:
        if isinstance(looked, ForgeLook) and looked.by_hand:
            return ("by hand", "$muted")
        if looked is None and _number(scene):
            return ("looking…", "$muted")
        return _seen_at(scene) or ("none yet", "$muted")
    parts: list[Text] = []
    for states, sign, style in (
        (("pass", "skipped"), glyphs.DONE, "$ok"),
        (("pending",), glyphs.RUNNING, "$key"),
        (("fail",), glyphs.FAILED, "bold $bad"),
    ):
        number = sum(check.state in states for check in checks)
        if number:
            parts += ["  " if parts else "", (f"{number} {sign}", style)]
    seen = _seen_at(scene)
    return rows.text(*parts, *(["  ", seen] if seen else []))


def _seen_at(scene: Scene) -> Text:
    """Return ``seen 14:41`` if the forge does not answer now; empty if it does."""
    looked = scene.looked
    if not isinstance(looked, ForgeLook) or not looked.why or looked.by_hand:
        return ""
    at = looked.seen_at or scene.record.entry(CHECKS).get("at")
    return (f"seen {when(at, scene.now)}", "$warn") if isinstance(at, datetime) else ("not reached", "$warn")


def _by_record(scene: Scene, width: int) -> list[Content]:
    """Return what is shown if the forge has no checks: what was reported and seen before."""
    record, view = scene.record, scene.views.get(CHECKS)
    if view is None:
        return []
    out: list[Content] = []
    for check in view.seen(ChecksSeen).checks:
        name, _, state = check.rpartition(": ")
        known = {"pass": "pass", "skipped": "skipped"}.get(state, "fail")
        out.append(_check(_row_of(ForgeCheck(name or check, known), scene.now), width, False))  # type: ignore[arg-type]
    if out:
        return out
    sign, style = glyphs.BY_STATE[view.state], glyphs.STYLE_BY_STATE[view.state]
    said = _last_word(view)
    if view.state == "done" and view.by:
        said = f"said by {view.by}" + (f" {when(view.at, scene.now)}" if view.at else "")
    elif view.state == "not-needed":
        return _sentences((sign, style), as_sentence(view.why), width)
    elif not said and not _number(scene) and _view_state(scene, CREATE) != "done":
        said = "The checks of the request show here once it is open."
    elif not said and isinstance(scene.looked, ForgeLook) and scene.looked.by_hand:
        said = "Look on the request's page, then tick."
    elif not said and scene.looked is None:
        return []
    out = _sentences((sign, style), said or "none has reported yet", width)
    if url := record.seen(Requested).url:
        out.append(rows.cut(rows.text("    ", (url, "$key")), width))
    if isinstance(scene.looked, ForgeLook) and scene.looked.why:
        why = rows.wrap(scene.looked.why, max(width - 5, 8), style="$muted")
        out += [rows.cut(rows.text("    ", line), width) for line in why]
    return out


def _other_head(scene: Scene) -> str:
    """Return that the request is at a commit other than the verified one; empty if it is not."""
    request, commit = _request(scene), _commit(scene.record)
    if request is None or not commit or request.head == commit or request.state != "open":
        return ""
    return f"The request is at {request.head[:_COMMIT]}, not at the verified commit {commit[:_COMMIT]}."


def _within(checks: list[Content], room: int) -> list[Content]:
    """Return the checks that fit; the last row says how many more there are."""
    if len(checks) <= room:
        return checks
    left = len(checks) - room + 1
    return [*checks[: room - 1], rows.text("    ", (f"{glyphs.MORE} and {left} more", "$muted"))]


# The approvals


def _approved_count(scene: Scene) -> Text:
    view = scene.views.get(APPROVAL)
    if view is None:
        return ""
    if view.state == "waived":
        return ("waived", "$warn")
    if view.state == "done":
        number = max(len(view.seen(Approved).approvals), 1)
        return (f"{number} of {number}", "$ok")
    return ("0 of 1", "bold $warn" if view.state != "failed" else "bold $bad")


def _approvals(scene: Scene, width: int) -> list[Content]:
    view, request = scene.views.get(APPROVAL), _request(scene)
    if view is None:
        return []
    out = [_review(review, scene, width) for review in request.reviews] if request else []
    answered = {review.author for review in request.reviews} if request else set()
    out += [
        _person((glyphs.OPEN, "$muted"), name, ("asked", "$muted"), width)
        for name in (request.asked if request else ())
        if name not in answered
    ]
    if out:
        return out
    seen = view.seen(Approved)
    sign = (glyphs.BY_STATE[view.state], glyphs.STYLE_BY_STATE[view.state])
    if view.state in ("waived", "not-needed"):
        return _sentences(sign, view.why or "not asked for", width)
    if view.state == "done":
        at = f" {when(view.at, scene.now)}" if view.at else ""
        if seen.approvals:
            return [_person(sign, name, (f"approved{at}", "$ok"), width) for name in seen.approvals]
        if seen.said in ("", BY_HAND):
            return [_person(sign, view.by or "?", (f"approved{at}", "$ok"), width)]
        # The name is that of the approver; whoever entered it is somebody else.
        entered = f"entered by {view.by}" if view.by else "approved"
        return [_person(sign, seen.said, (f"{entered}{at}", "$ok"), width)]
    return _sentences(sign, view.said or "Nobody has approved it yet; a second person has to.", width)


def _review(review: Review, scene: Scene, width: int) -> Content:
    at = _parsed(review.at)
    said = f" {when(at, scene.now)}" if at else ""
    commit = _commit(scene.record)
    if review.state == "changes-requested":
        words = f": {review.said}" if review.said else ""
        return _person(
            (glyphs.FAILED, "bold $bad"), review.author, (f"asks for changes{said}{words}", "$bad"), width
        )
    if review.commit and review.commit != commit:
        earlier = f"approved {review.commit[:_COMMIT]}, an earlier commit"
        return _person((glyphs.STALE, "$warn"), review.author, (earlier, "$warn"), width)
    of = f" {review.commit[:_COMMIT]}" if review.commit else ""
    return _person((glyphs.DONE, "$ok"), review.author, (f"approved{said}{of}", "$ok"), width)


def _person(sign: tuple[str, str], name: str, said: Text, width: int) -> Content:
    return rows.cut(
        rows.text(" ", sign, "  ", rows.cut(name, 14 if width < 70 else 16, pad=True), "  ", said), width
    )


def _sentences(sign: tuple[str, str], said: str, width: int) -> list[Content]:
    lines = rows.wrap(as_sentence(said), max(width - 5, 8))
    out = [rows.text(" ", sign if place == 0 else " ", "  ", line) for place, line in enumerate(lines)]
    return [rows.cut(row, width) for row in out]


# What the reviewer sees


def _reviewer(scene: Scene, width: int) -> list[Content]:
    record = scene.record
    files = record.seen(Changed).files
    out: list[str] = []
    if files:
        added, removed = sum(file.added for file in files), sum(file.removed for file in files)
        said = f"{rows.plural(len(files), 'file')}, +{added} −{removed}"
        proved = record.seen(Proved).verdict == PROVEN
        out.append(said + (", a test that fails without the fix" if proved else "") + ".")
    waived = [
        waiver
        for waiver in record.waivers
        if waiver.get("round") == record.round and not waiver.get("lapsed")
    ]
    names = ", ".join(str(waiver.get("step", "")) for waiver in waived[:4])
    gaps = record.seen(RequestWritten).gaps
    known = "not written yet" if gaps is None else "none" if not gaps else str(gaps)
    out.append(f"Waivers: {names or 'none'}. Gaps in the text: {known}.")
    lines = [line for paragraph in out for line in rows.wrap(paragraph, min(width - 2, 96))]
    return [rows.rule("What the reviewer sees", "", width), *_indented(lines)]


# Reading


def _last_word(view: StepView) -> str:
    """Return why the last probe came out as it did, or what a person said about it."""
    seen = view.seen(Evidence)
    return seen.why or seen.told


def _request(scene: Scene) -> PullRequest | None:
    return scene.looked.request if isinstance(scene.looked, ForgeLook) else None


def _found(scene: Scene) -> tuple[ForgeCheck, ...]:
    """Return the checks of this round's commit as the forge showed them."""
    request = _request(scene)
    return request.checks if request is not None else ()


def _number(scene: Scene) -> int:
    request = _request(scene)
    return request.number if request else scene.record.seen(Requested).number


def _commit(record: Record) -> str:
    return record.seen(Committed).commit


def _view_state(scene: Scene, step: str) -> str:
    view = scene.views.get(step)
    return view.state if view is not None else ""


def _parsed(said: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(said.replace("Z", "+00:00")) if said else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def _took(check: ForgeCheck, now: datetime) -> float | None:
    begun, ended = _parsed(check.started), _parsed(check.ended)
    if begun is None or (ended is None and check.state != "pending"):
        return None
    return max(((ended or now) - begun).total_seconds(), 0.0)


def _freshness(scene: Scene) -> str:
    looked = scene.looked
    if looked is None:
        return "Looking at the forge…"
    if not isinstance(looked, ForgeLook):
        return ""
    if looked.by_hand:
        return f"By hand, since {looked.why}: a person looks and ticks."
    if looked.why:
        return f"The forge did not answer: {looked.why}."
    if looked.seen_at is None:
        return ""
    ago = span((scene.now - looked.seen_at).total_seconds())
    every = span(awaited.every(scene.record))
    again = f"; looks again every {every}" if looked.request and looked.request.state == "open" else ""
    return f"Looked {ago} ago{again}."


def _indented(lines: list[Content]) -> list[Content]:
    return [rows.text(" ", line) for line in lines]
