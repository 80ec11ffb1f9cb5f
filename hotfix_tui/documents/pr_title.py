"""The pull request's title: labels for how it is released and how urgent it is, or whatever a title check requires."""

import re

from hotfix_tui.base.text import one_line
from hotfix_tui.documents import subject
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.model.wording import NO_RULES, TeamRules, TitleCheck, Wording
from hotfix_tui.incident.rules.set_off import push_deploys

_LONGEST_PATTERN = 300
_COSTLY = re.compile(r"\([^()]*[+*}][^()]*\)[+*{]|\\[1-9]|\(\?P[=<]|\(\?<?[=!][^)]*[+*]|(?:[+*].*){6}")
"""Patterns that may take for ever on some titles: they are named, not tried."""


def title(record: Record, rules: TeamRules = NO_RULES) -> str:
    """Return ``[RELEASE][P0] ENG-1: title``; ``[HOTFIX]`` if the merge does not go straight to production.

    If a check of the team rejects that, it is the first form that the check accepts. Under embargo the neutral name
    replaces the title.
    """
    check = rules.titles
    forms = _forms(record, check.wording or rules.commits)
    if check.wording is not None:
        return forms[1]
    return next((form for form in forms if fits(check, form)), forms[0])


def of_backport(record: Record, rules: TeamRules = NO_RULES) -> str:
    """Return the title for a line that the fix is carried to: nothing goes to production from there."""
    return title(record, rules).replace("[RELEASE]", "[HOTFIX]", 1)


def fits(check: TitleCheck, text: str) -> bool:
    """Return whether a check accepts a title; one that cannot be tried is assumed not to."""
    if check.wording is not None or not (check.pattern or check.beginnings):
        return True
    begins = any(text.startswith(beginning) for beginning in check.beginnings)
    if check.beginnings and begins:
        return True
    return bool(check.pattern) and _matches(check.pattern, text)


def unmet(record: Record, rules: TeamRules) -> list[str]:
    """Return what title checks require beyond what the title can have, one sentence each."""
    check = rules.titles
    if check.wording is not None:
        return [f"The title may be refused: {rule}." for rule in check.wording.unmet]
    if fits(check, title(record, rules)):
        return []
    wanted = (
        f"/{check.pattern}/" if check.pattern else f"a beginning such as {', '.join(check.beginnings[:5])}"
    )
    return [
        f"{check.place} checks the title and wants {one_line(wanted, 160)}: change it where it is opened."
    ]


def _forms(record: Record, wording: Wording) -> list[str]:
    name = one_line(embargo.title(record), 160)
    named = embargo.reference(record)
    straight = record.severity in ("P0", "P1") or push_deploys(record)
    labels = "[RELEASE]" if straight else "[HOTFIX]"
    said = subject.subject(record, wording) or subject.worded(name or named, wording)
    plain = re.sub(r"^[a-z]+(?:\([^()]*\))?!?: ", "", said)
    return [
        f"{labels}[{record.severity or 'P?'}] {named}: {name}",
        said,
        f"{named}: {plain}",
        f"[{named}] {plain}",
        f"{named} {plain}",
        f"fix: {named} {plain}",
        f"fix({named}): {plain}",
        f"[Fix] {plain[:1].upper()}{plain[1:]}",
        f"Fix: {plain[:1].upper()}{plain[1:]}",
        f"{plain[:1].upper()}{plain[1:]}",
    ]


def _matches(pattern: str, text: str) -> bool:
    if len(pattern) > _LONGEST_PATTERN or _COSTLY.search(pattern):
        return False
    try:
        return re.search(pattern, text[:200]) is not None
    except (re.error, RecursionError, OverflowError):
        return False
