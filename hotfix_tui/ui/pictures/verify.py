"""The picture of the stage verify: the checks against their usual duration, the failures, and the proof in one line.

The most relevant log is shown between `top` and `bottom`: the screen puts its log view there, for the step that
`log_step` names. `paint` is the whole picture if there is no room for a log.
"""

from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from hotfix_tui.base.text import sentence as as_sentence
from hotfix_tui.engine.typical_durations import usual_seconds
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.evidence.verify import (
    COULD_NOT_RUN,
    NOT_PROVEN,
    PROVEN,
    Checked,
    Committed,
    FailedTest,
    Proved,
)
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.paint.rows import Text
from hotfix_tui.ui.pictures.scene import Scene
from hotfix_tui.ui.pictures.times import lasted, span

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

TEST, TYPES, BUILD, SETUP, PROOF = (
    catalog.VERIFY_TEST,
    catalog.VERIFY_TYPECHECK,
    catalog.VERIFY_BUILD,
    catalog.VERIFY_SETUP,
    catalog.VERIFY_PROOF,
)
CHECKS = (SETUP, TEST, TYPES, BUILD)
"""The checks of the table, in the order in which they run."""

_NAMES = {SETUP: "deps", TEST: "tests", TYPES: "types", BUILD: "build"}
_PASSED = {SETUP: "installed", TYPES: "no error", BUILD: "done"}
_METER = 14
WIDE = 82
"""Width from which on the proof is shown below the checks, and more than one log below it."""


class UsualTimes(NamedTuple):
    """Data besides the record: the seconds that each check usually takes."""

    usual: dict[str, float]


def ask(engine: "Engine") -> UsualTimes:
    """Read how long the checks took in the runs before those that are shown."""
    return UsualTimes(usual_seconds(engine, (*CHECKS, PROOF), earlier=True))


def asks_for(record: Record) -> tuple[int, int]:
    """Return what changes the usual durations: runs that have ended."""
    return len(record.runs), sum(bool(run.get("ended")) for run in record.runs)


# What the screen asks for


def paint(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the whole picture without a log."""
    under = bottom(scene, width, 2 if height >= 8 else 1)
    room = height - len(under)
    if room < 3:
        return top(scene, width, height)
    return [*top(scene, width, room), *under][:height]


def top(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the table of the checks and, if one failed, its failures with the selected one visible."""
    chosen = scene.failure
    views = _checks(scene)
    proof = _proof_part(scene, width) if width >= WIDE else []
    if not views:
        return [*_nothing(scene, width), *proof][:height]
    height -= len(proof)
    listed = _failed_part(scene, width, chosen)
    least = min(len(listed), 3)
    head = height >= len(views) + 2 + least
    table = _most_telling(views, max(height - 1 - head, 0))
    if len(table) == len(views) and least and height - 1 - head - len(table) >= 2:
        listed = _window(listed, height - 1 - head - len(table), chosen)
    else:
        listed = []
    widths = _Widths.of(width)
    out = [rows.rule("Checks", _count(views), width)]
    if head:
        out.append(widths.row("", _muted("check"), _muted("result"), _muted("time"), _muted("usual")))
    out += [_row(scene, view, widths) for view in table]
    return [*out, *proof, *listed][: height + len(proof)]


def bottom(scene: Scene, width: int, height: int) -> list[Content]:
    """Return what the regression proof shows, in one line below its rule, if it is shown below the log."""
    if height < 1 or width >= WIDE:
        return []
    return _proof_part(scene, width)[-height:]


def _proof_part(scene: Scene, width: int) -> list[Content]:
    view = scene.views.get(PROOF)
    if view is None:
        return []
    line = rows.cut(rows.text(" ", _proof(scene, view)), width)
    return [rows.rule("Regression proof", _proof_state(scene, view), width), line]


def log_step(scene: Scene) -> str:
    """Return the step with the most relevant log: a failed one, else a running one, else the last that ended."""
    seen = [scene.views[name] for name in (*CHECKS, PROOF) if name in scene.views]
    seen = [view for view in seen if view.run is not None]
    for state in ("failed", "running"):
        for view in seen:
            if view.state == state:
                return view.id
    ended = [view for view in seen if view.at is not None]
    return max(ended, key=lambda view: (view.at, view.run or 0)).id if ended else ""


def parallel_logs(scene: Scene, main: str) -> list[str]:
    """Return the checks whose logs are shown with that of `main`: if one failed, only the relevant ones."""
    seen = [scene.views[name] for name in (*CHECKS, PROOF) if name in scene.views and name != main]
    seen = [view for view in seen if view.run is not None and view.state != "not-needed"]
    loud = [view for view in seen if view.state in ("failed", "running", "unknown")]
    if loud or (main in scene.views and scene.views[main].state == "failed"):
        return [view.id for view in loud]
    return [view.id for view in seen if view.id != PROOF]


def meanwhile(scene: Scene) -> str:
    """Return how many checks are still running."""
    many = sum(scene.views[name].state == "running" for name in (*CHECKS, PROOF) if name in scene.views)
    return f"{rows.plural(many, 'check')} still {'runs' if many == 1 else 'run'}" if many else ""


def failures(scene: Scene) -> tuple[FailedTest, ...]:
    """Return the known failures of the first failed check in table order."""
    view = _first_failed(scene)
    return (_seen(view).failures or ()) if view is not None else ()


def word(scene: Scene, view: StepView) -> str:
    """Return the evidence of a step for the right column of the checklist."""
    seen = _seen(view)
    if view.state == "running" and (took := _seconds(scene, view)) is not None:
        return span(took)
    if (
        view.state == "failed"
        and view.id in CHECKS
        and (seen.could_not_run or seen.outcome in ("could-not-run", "no-tests"))
    ):
        return "not run"  # neither green nor red
    if view.state == "failed" and view.id in (TEST, TYPES) and seen.failed:
        return f"{rows.count(seen.failed)} {'failed' if view.id == TEST else 'err'}"
    if view.id == PROOF and view.state == "pending" and _waits_for_tests(scene):
        return "waits"
    if view.state != "done":
        return ""
    if view.id == TEST and seen.passed:
        return f"{rows.count(seen.passed)} ok"
    if view.id == TYPES and seen.outcome == "passed":
        return "0 err"
    if view.id == PROOF:
        return _proved(view)
    if view.id == catalog.VERIFY_COMMIT and (commit := view.seen(Committed).commit):
        return commit[:7]
    took = _seconds(scene, view) if view.id in CHECKS else None
    return lasted(took) if took is not None else ""


def card(scene: Scene, view: StepView, width: int) -> list[Content]:
    """Return what a failed check, and what a person tries by hand, needs beyond the usual sentence."""
    if view.id in CHECKS and view.state == "failed":
        return _failed_card(scene, view, width)
    if view.step.kind == "tick" and view.state in ("pending", "stale") and view.step.key in ("tree", "base"):
        return _tick_card(scene, view, width)
    return []


# The table


class _Widths(NamedTuple):
    """The columns of the table."""

    name: int
    result: int
    time: int
    usual: int
    gap: int

    @classmethod
    def of(cls, width: int) -> "_Widths":
        """Return the columns for a picture of `width` cells; the usual duration is dropped first if it is narrow."""
        gap, name = (4, 9) if width >= 70 else (1, 6)
        margin = 4 if width >= 46 else 1
        left = 4 + name + 2
        for usual in (8, 0):
            result = width - left - margin - 8 - gap - (usual + gap if usual else 0)
            if result >= 12:
                break
        return cls(name, max(result, 1), 8, usual, gap)

    def row(self, sign: Text, name: Text, result: Text, time: Text, usual: Text) -> Content:
        """Return one row."""
        start: list[Text] = [
            " ",
            rows.cut(sign, 1, pad=True),
            "  ",
            rows.cut(name, self.name, pad=True),
            "  ",
        ]
        cells, wide = [result, time], [self.result, -self.time]
        if self.usual:
            cells, wide = [*cells, usual], [*wide, -self.usual]
        return rows.text(*start, rows.columns(cells, wide, gap=self.gap))


def _checks(scene: Scene) -> list[StepView]:
    """Return the checks that this project has."""
    views = [scene.views[name] for name in CHECKS if name in scene.views]
    return [view for view in views if view.state != "not-needed"]


def _nothing(scene: Scene, width: int) -> list[Content]:
    said = "No command is known that checks this project. `command test …` names one; then it runs here."
    return [
        rows.rule("Checks", _muted("none"), width),
        *_indented(rows.wrap(said, width - 2, style="$muted")),
    ]


def _most_telling(views: list[StepView], room: int) -> list[StepView]:
    """Return as many of the checks as fit, dropping done ones first."""
    if room >= len(views):
        return views
    order = ("failed", "unknown", "running", "stale", "pending")
    rank = {name: number for number, name in enumerate(order)}
    kept = sorted(views, key=lambda view: rank.get(view.state, len(order)))[: max(room, 0)]
    return [view for view in views if view in kept]


def _row(scene: Scene, view: StepView, widths: _Widths) -> Content:
    sign, style = glyphs.BY_STATE[view.state], glyphs.STYLE_BY_STATE[view.state]
    if view.id in scene.checking:
        sign, style = glyphs.CHECKING, "$key"
    name = "lint" if view.id == TYPES and scene.record.lints else _NAMES[view.id]
    took, usual = _seconds(scene, view), _usual(scene, view.id)
    said = span if view.state == "running" else lasted
    time = said(took) if took is not None else ""
    known = glyphs.MORE if scene.looked is None else lasted(usual) if usual is not None else glyphs.NOT_NEEDED
    title = (name, "bold") if view.state == "failed" else name
    return widths.row((sign, style), title, _result(scene, view, widths.result), time, _muted(known))


def _result(scene: Scene, view: StepView, width: int) -> Content:
    """Return the result of a check, in at most `width` cells: counts, or its progress."""
    if view.id in scene.checking:
        return rows.cut(("checking", "$key"), width)
    seen = _seen(view)
    if view.state == "running":
        return _progress(scene, view, width)
    if view.state == "failed":
        return _fitting(_failed_words(view, seen), width)
    if view.state == "done":
        return _fitting(_passed_words(view, seen), width)
    if view.state == "stale":
        before = [(f" after {piece[0]}", "$muted") for piece in _passed_words(view, seen)[:1]]
        return _fitting([("stale", "$warn"), *(before if seen.outcome == "passed" else [])], width)
    known = scene.record.has_command(view.id.partition(".")[2])
    words = {
        "pending": ("to do" if known else "to do by hand", "$muted"),
        "unknown": ("result unknown", "bold $warn"),
        "waiting": ("under way, not here", "$key"),
        "debt": ("owed", "$warn"),
        "waived": (view.why or "waived", "$warn"),
    }
    return rows.cut(words.get(view.state, (view.state, "$muted")), width)


def _progress(scene: Scene, view: StepView, width: int) -> Content:
    took, usual = _seconds(scene, view), _usual(scene, view.id)
    if took is None or not usual:
        return rows.cut(("running", "$key"), width)
    part = took / usual
    meter = rows.meter(part, min(_METER, width), "$key" if part <= 1 else "$warn")
    share = f"{round(part * 100)} %" if part <= 1 else "longer than usual"
    style = "$muted" if part <= 1 else "$warn"
    return _fitting([meter, (f"  {share}", style)], width)


def _passed_words(view: StepView, seen: Checked) -> list[Text]:
    if view.id == TEST and seen.passed:
        out: list[Text] = [(f"{rows.count(seen.passed)} passed", "$ok")]
        return [*out, (f"  {rows.count(seen.skipped)} skipped", "$muted")] if seen.skipped else out
    if seen.outcome == "passed" or not view.by:
        return [(_PASSED.get(view.id, seen.summary or "passed"), "$ok")]
    return [("done", "$ok"), (f", said by {view.by}", "$muted")]


def _failed_words(view: StepView, seen: Checked) -> list[Text]:
    if seen.could_not_run or seen.outcome in ("could-not-run", "no-tests"):
        word = "no test ran" if seen.outcome == "no-tests" else "could not run"
        return [(word, "bold $bad")]
    if not seen.failed:
        code = f", exit {seen.exit}" if seen.exit else ""
        return [("failed", "bold $bad"), (code, "$muted")]
    if view.id == TEST:
        out: list[Text] = [(f"{rows.count(seen.failed)} failed", "bold $bad")]
        return [*out, (f", {rows.count(seen.passed)} passed", "$muted")] if seen.passed else out
    return [(rows.plural(seen.failed, "error"), "bold $bad")]


def _fitting(pieces: list[Text], width: int) -> Content:
    """Return the pieces that fit whole; the first one is truncated if even it does not."""
    out = rows.cut(pieces[0], width)
    for piece in pieces[1:]:
        longer = rows.text(out, piece)
        if longer.cell_length > width:
            break
        out = longer
    return out


def _count(views: list[StepView]) -> Text:
    """Return the rule's summary of all checks: the worst first."""
    by_state = [view.state for view in views]
    for state, said, style in (
        ("failed", "failed", "bold $bad"),
        ("unknown", "unknown", "bold $warn"),
        ("running", "running", "bold $key"),
        ("stale", "stale", "$warn"),
    ):
        if number := by_state.count(state):
            return (f"{number} {said}", style)
    settled = sum(view.settled for view in views)
    if settled == len(views):
        waived = by_state.count("waived")
        return (f"{waived} waived, the rest done", "$warn") if 0 < waived < len(views) else _all(waived)
    return _muted(f"{settled} of {len(views)} done" if settled else "none ran yet")


def _all(waived: int) -> Text:
    return ("all waived", "$warn") if waived else ("all done", "$ok")


# What failed


def _first_failed(scene: Scene) -> StepView | None:
    return next((view for view in _checks(scene) if view.state == "failed"), None)


def _failed_part(scene: Scene, width: int, chosen: int) -> list[Content]:
    """Return the rule of the failures and a row for each; what the command printed if no failure is known."""
    view = _first_failed(scene)
    if view is None:
        return []
    seen, failed = _seen(view), failures(scene)
    if not failed:
        said = seen.could_not_run or view.said or "Its output names no failure."
        lines = rows.wrap(said, width - 2, style="$bad", most=3)
        title = "Why it could not run" if seen.could_not_run else "What it said"
        return [rows.rule(title, _muted(_NAMES[view.id]), width), *_indented(lines)]
    chosen = min(max(chosen, 0), len(failed) - 1)
    total = max(seen.failed or 0, len(failed))
    right = f"{chosen + 1} of {rows.count(total)}" + (" · > < next" if total > 1 else "")
    return [
        rows.rule("Failures", _muted(right), width),
        *(_failure(failure, width, place == chosen) for place, failure in enumerate(failed)),
    ]


def _failure(failure: FailedTest, width: int, chosen: bool) -> Content:
    place = f"{failure.file}:{failure.line}" if failure.file and failure.line else failure.file or ""
    where = rows.path(place, max(width // 3, 12)) if place else ""
    sign = glyphs.SELECTED if chosen else " "
    row = rows.ends(
        rows.text(sign, " ", (glyphs.FAILED, "bold $bad"), " ", failure.name), (where, "$key"), width - 1
    )
    row = rows.text(row, " ")
    return rows.on_selection(row, focus=False) if chosen else row


def _window(listed: list[Content], room: int, chosen: int) -> list[Content]:
    """Return the rule and the rows around the selected failure."""
    if room < 2:
        return []
    shown = room - 1
    first = max(0, min(chosen - shown // 2, len(listed) - 1 - shown))
    return [listed[0], *listed[1 + first : 1 + first + shown]]


# The proof


def _waits_for_tests(scene: Scene) -> bool:
    test = scene.views.get(TEST)
    return test is not None and not test.settled and test.state != "stale"


def _proved(view: StepView) -> str:
    """Return the label of a done proof: one that somebody ticked was not seen to be proved."""
    return "proved" if view.seen(Proved).verdict else "by hand"


def _proof_state(scene: Scene, view: StepView) -> Text:
    if view.state == "pending":
        return _muted("waits for tests" if _waits_for_tests(scene) else "to do")
    if view.state == "running":
        took = _seconds(scene, view)
        return (f"{glyphs.RUNNING} {span(took)}" if took is not None else f"{glyphs.RUNNING} running", "$key")
    words = {"done": _proved(view), "failed": "not proved", "not-needed": "n/a", "unknown": "result unknown"}
    said = f"{glyphs.BY_STATE[view.state]} {words.get(view.state, view.state)}"
    return (said, glyphs.STYLE_BY_STATE[view.state])


def _proof(scene: Scene, view: StepView) -> Content:
    if view.state == "running":
        return rows.text(("on the base first, then on the fix", "$key"))
    if view.state in ("not-needed", "waived", "debt"):
        return rows.text((view.why or "not asked for", "$muted"))
    seen = view.seen(Proved)
    if view.state == "pending" or not seen.verdict:
        if view.state in ("done", "failed", "unknown"):
            said = view.said or f"said by {view.by}"
            return rows.text((said, glyphs.STYLE_BY_STATE[view.state]))
        return rows.text(
            "base ",
            (f"{glyphs.OPEN} to run", "$muted"),
            f" {glyphs.BECOMES} fix ",
            (f"{glyphs.OPEN} to run", "$muted"),
        )
    if seen.verdict == NOT_PROVEN:
        return rows.text("base ", (f"{glyphs.DONE} passes: the test does not catch the fault", "bold $bad"))
    # what stopped the command on the fix may have stopped it on the base: that shows nothing about the fault
    stopped = seen.verdict == COULD_NOT_RUN and _outcome(seen.fix_result) != "passed"
    fails = (f"{glyphs.FAILED} fails" if stopped else f"{glyphs.FAILED} fails, as it must", "$ok")
    on_base = {
        "failed": fails,
        "passed": (f"{glyphs.DONE} passes, too", "bold $bad"),
    }.get(_outcome(seen.base_result), (f"{glyphs.UNKNOWN} could not run", "$warn"))
    if seen.verdict == PROVEN:
        on_base = fails
    on_fix = {
        "failed": (f"{glyphs.FAILED} fails, too", "bold $bad"),
        "passed": (f"{glyphs.DONE} passes", "$ok"),
    }.get(_outcome(seen.fix_result), (f"{glyphs.UNKNOWN} could not run", "bold $bad"))
    if seen.verdict == PROVEN:
        on_fix = (f"{glyphs.DONE} passes", "$ok")
    if stopped:
        on_base = (on_base[0], "$warn")
        if _outcome(seen.fix_result) == "failed":
            on_fix = (f"{glyphs.FAILED} failed, naming no test", "bold $bad")
    row = rows.text("base ", on_base, f" {glyphs.BECOMES} fix ", on_fix)
    return row.stylize("$muted") if view.state == "stale" else row


def _outcome(said: str) -> str:
    return said.partition(":")[0].strip()


# Cards


def _failed_card(scene: Scene, view: StepView, width: int) -> list[Content]:
    seen = _seen(view)
    said = seen.could_not_run or view.said
    if seen.failed and not seen.could_not_run:
        said = _how_many(view, seen) + (", in a file that the fix touches." if _touches(scene, seen) else ".")
    out = rows.wrap(said[:1].upper() + said[1:], width) if said else []
    return [*out, *rows.command(seen.command, width)] if seen.command else out


def _how_many(view: StepView, seen: Checked) -> str:
    failed = seen.failed or 0
    if view.id != TEST:
        return rows.plural(failed, "error")
    if seen.passed:
        return f"{rows.count(failed)} of {rows.count(seen.passed + failed)} failed"
    return rows.plural(failed, "test failed", "tests failed")


def _touches(scene: Scene, seen: Checked) -> bool:
    """Return whether a known failure is in a file of the change."""
    changed = {file.path for file in scene.record.seen(Changed).files}
    return any(failure.file in changed for failure in seen.failures or () if failure.file)


def _tick_card(scene: Scene, view: StepView, width: int) -> list[Content]:
    out = rows.wrap(view.step.help, width)
    if view.state == "stale":
        out += rows.wrap(as_sentence(view.why), width, style="$warn")
    if view.id in (catalog.VERIFY_REPRODUCED, catalog.VERIFY_RESOLVED) and (
        fault := str(scene.record.fact("impact.seen", ""))
    ):
        out += rows.wrap(fault, width, style="$muted", most=2)
    tree = scene.record.seen(Changed).tree
    if view.step.key == "tree" and tree:
        out += rows.wrap(f"Counts for tree {tree[:7]}; an edit makes it stale.", width, style="$muted")
    return out


# Reading


def _seen(view: StepView) -> Checked:
    return view.seen(Checked)


def _usual(scene: Scene, step: str) -> float | None:
    return scene.looked.usual.get(step) if isinstance(scene.looked, UsualTimes) else None


def _seconds(scene: Scene, view: StepView) -> float | None:
    """Return how long the run of a step has taken so far, or took; None if unknown."""
    if view.state in ("pending", "not-needed", "waived"):
        return None
    took = _seen(view).duration
    if view.state != "running" and took is not None:
        return took
    run = next((candidate for candidate in reversed(scene.record.runs) if candidate["n"] == view.run), None)
    if run is not None and (view.state == "running" or run.get("ended")):
        end = scene.now if view.state == "running" else run["ended"]
        return max(float((end - run["at"]).total_seconds()), 0.0)
    return None


def _muted(words: str) -> Text:
    return (words, "$muted")


def _indented(lines: list[Content]) -> list[Content]:
    return [rows.text(" ", line) for line in lines]
