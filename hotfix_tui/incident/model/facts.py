"""The facts of an incident: their keys, types, where each is asked and which texts use it.

A fact is entered once and every text is rendered from it. The keys are a public contract: session file,
``set FACT VALUE``, templates and the JSON of ``status`` use them.
"""

from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from hotfix_tui.base.errors import USAGE, HotfixError
from hotfix_tui.base.text import clean
from hotfix_tui.base.times import BadTime, parse_appointment, parse_time, rfc3339
from hotfix_tui.incident.model import catalog, ids

TEXTS = ("commit", "pr", "internal", "status-page", "email", "review")


class Fact(NamedTuple):
    """One fact: `kind` is ``text``, ``line``, ``list``, ``time``, ``meeting``, ``choice``, ``ticket``, ``actions``."""

    key: str
    title: str
    kind: str
    asked: str
    """The step that asks for it."""
    used: tuple[str, ...]
    choices: tuple[str, ...] = ()


IMPACT_KINDS = ("unavailable", "feature-broken", "security", "data-integrity", "degraded")
RESOLUTIONS = ("code-fix", "rollback", "config", "feature-flag", "external")
WHY_MISSED = (
    "missing test coverage",
    "race condition in production",
    "an external service changed",
    "a recent deployment regressed",
    "other",
)
"""The usual reasons why a fault was not caught; free text is accepted too."""

SHORT_REASONS = {
    "no-test": WHY_MISSED[0],
    "missing-test": WHY_MISSED[0],
    "race": WHY_MISSED[1],
    "external": WHY_MISSED[2],
    "deployment": WHY_MISSED[3],
    "deploy": WHY_MISSED[3],
}
"""Short names for `WHY_MISSED`, on the command line."""

_ALL = TEXTS
_PUBLIC = ("status-page", "email", "review")

_DESCRIBE, _LEVEL, _CAUSE = catalog.TRIAGE_DESCRIBE, catalog.TRIAGE_SEVERITY, catalog.FIX_ROOT_CAUSE
_CHANGE, _REVIEW, _STATUS = catalog.FIX_CHANGE, catalog.REVIEW_DOCUMENT, catalog.COMMUNICATE_STATUS_PAGE
_PREFLIGHT, _WATCH = catalog.BRANCH_PREFLIGHT, catalog.MONITOR_WATCH

_TABLE = (
    Fact("ticket", "Ticket", "ticket", _DESCRIBE, _ALL),
    Fact("title", "What is broken, in a few words", "line", _DESCRIBE, _ALL),
    Fact("service", "Service", "line", _DESCRIBE, _ALL),
    Fact("components", "Components affected", "list", _DESCRIBE, ("status-page", "review")),
    Fact("began-at", "Began at (when users were first affected)", "time", _DESCRIBE, _PUBLIC),
    Fact("detected-at", "Detected at", "time", _DESCRIBE, ("internal", *_PUBLIC)),
    Fact("detected-by", "Detected by", "line", _DESCRIBE, ("internal", "review")),
    Fact("acknowledged-at", "Acknowledged at", "time", _DESCRIBE, ("review",)),
    Fact("mitigated-at", "Mitigated at", "time", catalog.MONITOR_WATCH, ("internal", *_PUBLIC)),
    Fact("impact.kind", "Kind of impact", "choice", _DESCRIBE, ("pr", "review"), IMPACT_KINDS),
    Fact("impact.users", "Who is affected (all, a tier, a region)", "line", _DESCRIBE, _ALL[1:]),
    Fact("impact.seen", "What users see", "text", _DESCRIBE, _ALL[1:]),
    Fact("impact.failed-fix", "What the failed fix did to users", "list", _WATCH, _ALL[2:]),
    Fact("impact.revenue", "Revenue lost", "line", _REVIEW, ("review",)),
    Fact("impact.reputation", "Reputation", "line", _REVIEW, ("review",)),
    Fact("impact.not-affected", "What is not affected", "line", _STATUS, ("status-page",)),
    Fact("workaround", "Workaround for users", "text", _STATUS, ("status-page", "email")),
    Fact("cause.summary", "Root cause", "text", _CAUSE, ("commit", "pr", "internal", "review")),
    Fact("cause.steps", "How it happened, step by step", "list", _CAUSE, ("pr", "review")),
    Fact("cause.why-missed", "Why it was not caught", "list", _CAUSE, ("pr", "review"), WHY_MISSED),
    Fact("cause.trigger", "What triggered it", "line", _CAUSE, ("review",)),
    Fact("fix.summary", "The fix", "text", _CHANGE, ("commit", "pr", "internal", "review")),
    Fact("fix.subject", "First line of the commit: what the change does", "line", _CHANGE, ("commit",)),
    Fact("fix.changes", "Changes made, per file", "list", _CHANGE, ("pr",)),
    Fact("fix.why", "Why this fixes it", "text", _CHANGE, ("pr",)),
    Fact("fix.temporary", "Is this a stop-gap?", "choice", _CHANGE, ("pr", "review"), ("no", "yes")),
    Fact("resolution", "How it is resolved", "choice", catalog.TRIAGE_ROLLBACK_FIRST, _ALL[2:], RESOLUTIONS),
    Fact(
        "deploys.push", "Does a push to production deploy?", "choice", _PREFLIGHT, ("review",), ("no", "yes")
    ),
    Fact("deploys.tag", "Does a version tag publish?", "choice", _PREFLIGHT, ("review",), ("no", "yes")),
    Fact(
        "published",
        "Is it published for others to install, not run by you?",
        "choice",
        _PREFLIGHT,
        ("review",),
        ("no", "yes"),
    ),
    Fact("data-loss", "Was data lost?", "line", _STATUS, _PUBLIC),
    Fact("customer-action", "What customers have to do", "line", catalog.COMMUNICATE_EMAIL, ("email",)),
    Fact(
        "rollback.flag", "Feature flag that switches the fix off", "line", catalog.PULL_REQUEST_BODY, ("pr",)
    ),
    Fact("pr.template", "Template of the pull request", "line", catalog.PULL_REQUEST_BODY, ("pr",)),
    Fact("embargo", "Under embargo", "choice", _LEVEL, ("review",), ("no", "yes")),
    Fact("embargo.name", "Neutral name while under embargo", "line", _LEVEL, ("review",)),
    Fact("embargo.remote", "Private remote while under embargo", "line", _LEVEL, ("review",)),
    Fact("roles.commander", "Incident commander", "line", _LEVEL, ("internal", "review")),
    Fact("roles.scribe", "Scribe", "line", _LEVEL, ("internal", "review")),
    Fact("roles.comms", "Communications", "line", _LEVEL, ("internal", "review")),
    Fact("review.well", "What went well", "list", _REVIEW, ("review",)),
    Fact("review.wrong", "What went wrong", "list", _REVIEW, ("review",)),
    Fact("review.lucky", "Where we were lucky", "list", _REVIEW, ("review",)),
    Fact("review.lessons", "Lessons learned", "list", _REVIEW, ("review",)),
    Fact("review.prevention.testing", "Prevention: testing", "text", _REVIEW, ("review",)),
    Fact(
        "review.prevention.monitoring", "Prevention: monitoring", "text", catalog.REVIEW_ALERTS, ("review",)
    ),
    Fact("review.prevention.process", "Prevention: process", "text", _REVIEW, ("review",)),
    Fact(
        "review.prevention.documentation",
        "Prevention: documentation",
        "text",
        catalog.REVIEW_DOCS,
        ("review",),
    ),
    Fact("review.at", "Review meeting at", "meeting", catalog.REVIEW_SCHEDULE, ("internal", "review")),
    Fact("review.actions", "Action items", "actions", catalog.REVIEW_FOLLOW_UPS, ("review",)),
)

FACTS: dict[str, Fact] = {fact.key: fact for fact in _TABLE}

ACTION_KINDS = ("prevent", "detect", "mitigate", "process")


class BadFact(HotfixError, ValueError):
    """An unknown fact or a malformed value; the message is a sentence for the user."""

    exit_status = USAGE


def fact(key: str) -> Fact:
    """Return the fact `key`; raise BadFact naming the nearest key when there is none."""
    known_fact = FACTS.get(key)
    if known_fact is None:
        import difflib  # only needed for misspellings

        near = difflib.get_close_matches(key, FACTS, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else "; `hotfix-tui set --list` names them all."
        raise BadFact(f"There is no fact {clean(key)!r}{hint}")
    return known_fact


def parse_value(
    key: str, typed: str, now: datetime, *, local: tzinfo | None = None, pattern: str = ""
) -> Any:
    """Return the value that `typed` means for the fact `key`, in its stored form.

    Lists take one entry per line (or `` | `` between them), actions ``task | owner | due | kind`` per line. An
    empty text means "unknown" and gives None. Raises BadFact.
    """
    known = fact(key)
    text = clean(typed).strip()
    if not text:
        return None
    if known.kind == "time":
        try:
            return parse_time(text, now, local)
        except BadTime as bad:
            raise BadFact(f"{key}: {bad}") from None
    if known.kind == "meeting":
        try:
            return parse_appointment(text, now, local).strftime("%Y-%m-%d %H:%M UTC")
        except BadTime as bad:
            raise BadFact(f"{key}: {bad}") from None
    if known.kind == "ticket":
        problem = ids.ticket_problem(text, pattern)
        if problem:
            raise BadFact(problem)
        return text
    if known.kind == "choice":
        return _choice(known, text)
    if known.kind == "actions":
        return [_action(line) for line in text.splitlines() if line.strip()]
    if known.kind == "list":
        parts = text.splitlines() if "\n" in text else text.split(" | ")
        return [_known(known, part.strip()) for part in parts if part.strip()]
    return " ".join(text.split()) if known.kind == "line" else text


def _choice(known: Fact, text: str) -> str:
    value = text.lower().replace(" ", "-")
    if value in ("true", "false") and known.choices == ("no", "yes"):
        value = "yes" if value == "true" else "no"
    if value not in known.choices:
        import difflib  # only needed for misspellings

        near = difflib.get_close_matches(value, known.choices, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else "."
        raise BadFact(f"{known.key} is one of {', '.join(known.choices)}{hint}")
    return value


def _known(known: Fact, entry: str) -> str:
    """Return the standard answer that `entry` abbreviates or spells differently, otherwise `entry`."""
    if not known.choices:
        return entry
    slug = "-".join(entry.lower().split())
    for choice in known.choices:
        if slug == choice.replace(" ", "-"):
            return choice
    return SHORT_REASONS.get(slug, entry) if known.choices is WHY_MISSED else entry


def _action(line: str) -> dict[str, str]:
    parts = [part.strip() for part in line.split("|")]
    names = ("task", "owner", "due", "kind")
    if len(parts) > len(names):
        raise BadFact("An action item is: task | owner | due | kind (prevent, detect, mitigate or process).")
    item = {name: part for name, part in zip(names, parts, strict=False) if part}
    if "task" not in item:
        raise BadFact("An action item names its task first: task | owner | due | kind.")
    if item.get("kind", "process") not in ACTION_KINDS:
        raise BadFact(
            f"The kind of an action item is one of {', '.join(ACTION_KINDS)}, not {item['kind']!r}."
        )
    return item


def show_value(value: object) -> str:
    """Return a stored value in a form that can be typed again: the inverse of `parse_value`."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, list):
        return "\n".join(_show_item(item) for item in value)
    return str(value)


def _show_item(item: object) -> str:
    if isinstance(item, dict):
        names = ("task", "owner", "due", "kind")
        return " | ".join(str(item.get(name, "")) for name in names).rstrip(" |")
    return str(item)
