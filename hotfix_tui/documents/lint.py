"""What a review must not be closed with, and what a text under embargo must not say before it leaves the machine."""

import re
from datetime import datetime

from hotfix_tui.base.text import one_line
from hotfix_tui.base.times import clock_time
from hotfix_tui.documents.gap_marks import left_in
from hotfix_tui.documents.neutral import applies
from hotfix_tui.documents.render import Rendered
from hotfix_tui.incident.embargo.words import quoted_facts
from hotfix_tui.incident.model.facts import ACTION_KINDS
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.meeting import MEETING, meeting_at, too_late

_BLAME = (
    "careless",
    "carelessness",
    "incompetent",
    "negligent",
    "negligence",
    "sloppy",
    "stupid",
    "lazy",
    "blame",
    "blames",
    "at fault",
    "whose fault",
    "his fault",
    "her fault",
    "their fault",
    "human error",
    "should have known",
    "forgot to",
    "failed to notice",
)
_BLAMED = re.compile(r"\b(" + "|".join(map(re.escape, _BLAME)) + r")\b", re.IGNORECASE)
_NO_VERB_TEXT = """\
the a an no more less better missing bad broken lack some any all our this that these those we i it
tests test monitoring documentation docs alerts alert logging review
"""
_NO_VERBS = frozenset(_NO_VERB_TEXT.split())
_VAGUE = re.compile(
    r"\b(?:be more careful|be careful|try harder|pay attention|improve things)\b", re.IGNORECASE
)
_TEXTS = ("cause.", "review.", "impact.", "fix.")


def lint(record: Record) -> list[str]:
    """Return what is wrong with the review of the record, one sentence each; empty if nothing is."""
    return [*_meeting(record), *_actions(record), *_times(record), *_severity(record), *_blame(record)]


def _meeting(record: Record) -> list[str]:
    at = str(record.fact(MEETING, ""))
    if at and meeting_at(at) is None:
        return [f"The review meeting ({one_line(at, 60)}) has no date and time."]
    problem = too_late(record, at, record.opened_at) if record.clock.get("resolved_at") else ""
    return [problem] if problem else []


def leaks(rendered: Rendered, record: Record) -> list[str]:
    """Return what an edited text reveals of an embargoed fault, one sentence each; any of them blocks the text.

    Only edited sections can: rendered ones are made from the neutral record.
    """
    if not applies(rendered.document, record):
        return []
    return [
        f"The edited {rendered.document}/{part.id} holds {', '.join(facts)}, which is under embargo."
        for part in rendered.sections
        if part.edited and (facts := quoted_facts(part.text, record))
    ]


def _actions(record: Record) -> list[str]:
    out = []
    for number, item in enumerate(record.fact("review.actions", []), 1):
        task = one_line(str(item.get("task", "")), 60)
        name = f"Action item {number} ({task})" if task else f"Action item {number}"
        missing = [what for what in ("task", "owner", "due", "kind") if not str(item.get(what, "")).strip()]
        if missing:
            out.append(f"{name} has no {' and no '.join(missing)}.")
        if item.get("kind") and item["kind"] not in ACTION_KINDS:
            out.append(f"{name}: its kind is one of {', '.join(ACTION_KINDS)}.")
        if task and not _begins_with_verb(task):
            out.append(f"{name} does not begin with a verb; say what is to be done.")
        if _VAGUE.search(task):
            out.append(f"{name} is no task that can be finished; name the change.")
    return out


def _begins_with_verb(task: str) -> bool:
    """Return whether a task could begin with a verb: not with an article, a pronoun, a technical noun, a number.

    Scripts without spaces between words are not judged.
    """
    words = task.split()
    if not task.isascii():
        return True
    first = words[0].strip(".,:;!?\"'()").lower()
    return len(words) > 1 and first.isalpha() and first not in _NO_VERBS


def _times(record: Record) -> list[str]:
    out = []
    detected = record.fact("detected-at")
    began = record.fact("began-at")
    if isinstance(began, datetime) and isinstance(detected, datetime) and _minute(began) > _minute(detected):
        out.append(
            f"It began ({clock_time(began)}) after it was detected ({clock_time(detected)}); correct one."
        )
    reached: list[tuple[str, object]] = [
        ("acknowledged", record.fact("acknowledged-at")),
        ("mitigated", record.fact("mitigated-at")),
        ("resolved", record.clock.get("resolved_at")),
        *((f"verified in round {round_['number']}", round_.get("verdict_at")) for round_ in record.rounds),
    ]
    for name, at in reached:
        if isinstance(at, datetime) and isinstance(detected, datetime) and _minute(at) < _minute(detected):
            out.append(
                f"It was {name} ({clock_time(at)}) before it was detected ({clock_time(detected)}); correct one."
            )
    return out


def _minute(at: datetime) -> datetime:
    """Return the minute of `at`: people give the times of an incident in minutes, and read them so."""
    return at.replace(second=0, microsecond=0)


def _severity(record: Record) -> list[str]:
    kind = record.fact("impact.kind")
    if kind in ("unavailable", "security") and record.severity in ("P2", "P3"):
        return [f"The impact is {kind}, but the severity is {record.severity}; one of the two is wrong."]
    return []


def _blame(record: Record) -> list[str]:
    out = []
    for key, value in record.facts.items():
        if not key.startswith(_TEXTS):
            continue
        for word in _blaming(value):
            out.append(f"{key} says {word!r}; write what happened and how, not whose doing it was.")
    for name, kept in record.overrides.items():
        if name.startswith("review/"):
            text = str(kept.get("text", ""))
            out += [f"The edited {name} says {word!r}; write it without blame." for word in _blaming(text)]
            out += [f"The edited {name} still has a gap: {gap}." for gap in left_in(text)]
    return out


def _blaming(value: object) -> list[str]:
    if isinstance(value, list):
        return [word for item in value for word in _blaming(item)]
    if isinstance(value, dict):
        return [word for item in value.values() for word in _blaming(item)]
    return (
        [match.lower() for match in dict.fromkeys(_BLAMED.findall(value))] if isinstance(value, str) else []
    )
