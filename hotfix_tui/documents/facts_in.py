"""Which facts a template section shows, and which phase is due by default: read from template and record."""

import re

from hotfix_tui.documents.templating import SectionSource
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.facts import FACTS
from hotfix_tui.incident.model.record import Record

_NAMED = re.compile(r"\b(?:fact|known|list_of)\[[\"']([a-z.-]{1,60})[\"']\]")
_BLOCKS = {
    "ticket": ("ticket",),
    "impact_kinds": ("impact.kind",),
    "why_missed": ("cause.why-missed",),
    "stop_gap": ("fix.temporary",),
    "config.components": ("components",),
    "config.signature": ("service",),
    "times.started": ("detected-at",),
    "times.began": ("began-at",),
    "times.affected": ("began-at", "mitigated-at"),
    "subject": ("fix.subject", "fix.summary", "title"),
    "times.detected": ("detected-at",),
    "times.date": ("detected-at",),
    "times.ended": ("mitigated-at",),
    "times.mitigated": ("mitigated-at",),
    "times.duration": ("detected-at", "mitigated-at"),
    "milestones": ("began-at", "detected-at", "acknowledged-at", "mitigated-at", "cause.summary"),
    "spans": ("detected-at", "acknowledged-at", "mitigated-at"),
    "actions": ("review.actions",),
    "plans": ("review.actions",),
}
_WORDS = re.compile(r"\{[{%][^{}]*[}%]\}")


def facts_in(source: SectionSource) -> list[str]:
    """Return the keys of the facts that the section shows or depends on, in the order of the table of facts."""
    shown = set(_NAMED.findall(source.body)) | ({source.fact} if source.fact else set())
    code = " ".join(_WORDS.findall(source.body))
    for name, keys in _BLOCKS.items():
        if re.search(rf"(?<![\w.\"'\[]){re.escape(name)}\b(?![\"'])", code):
            shown.update(keys)
    return [key for key in FACTS if key in shown]


def default_phase(document: str, record: Record) -> str:
    """Return the phase in which `document` is due now, by the state of the record; empty if it has none."""
    verdict = record.this_round.get("verdict")
    over = {"fixed": "resolved", "mitigated": "mitigated"}.get(str(verdict), "")
    if not over and record.state in ("resolved", "closed"):
        over = "resolved"
    if document == "email":
        return over or "resolved"
    live = "done" in (
        record.entry(catalog.DEPLOY_LIVE).get("state"),
        record.entry(catalog.DEPLOY_PRODUCTION).get("state"),
    )
    if document == "internal":
        told = any(message.get("document") == "internal" for message in record.messages)
        return over or ("deployed" if live else "update" if told else "declared")
    if document == "status-page":
        return over or (
            "monitoring" if live else "identified" if record.fact("cause.summary") else "investigating"
        )
    return ""
