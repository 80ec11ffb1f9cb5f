"""The record as seen by texts that leave the machine under embargo: whatever describes the fault is not in it at all.

So no template, built-in or a project's own, can reveal it. Texts for the team and for the public are made from the
whole record; when those may be sent is decided where they are sent.
"""

from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.embargo.words import revealing_words
from hotfix_tui.incident.model.evidence.every import public
from hotfix_tui.incident.model.facts import FACTS
from hotfix_tui.incident.model.record import Record

OUTSIDE = ("commit", "tag", "pr", "backport-pr")
"""Documents that git and the forge show to others."""

_KEPT = (
    *("service", "began-at", "detected-at", "acknowledged-at", "mitigated-at", "resolution", "fix.temporary"),
    *("embargo", "embargo.name", "roles.commander", "review.at"),
)
"""Facts that do not describe the fault; of the others, these have a stand-in, the rest is left out."""

_STOOD_FOR = ("impact.", "cause.", "fix.", "workaround", "data-loss", "customer-action", "components")

_WATCHED = ("smoke", "probe", "metric")
"""Parts of the configuration whose names may reveal what is wrong."""


def applies(document: str, record: Record) -> bool:
    """Return whether `document` is now written from the neutral record."""
    return document in OUTSIDE and embargo.on(record)


def neutral(record: Record) -> Record:
    """Return a copy of `record` with a neutral sentence in place of everything that describes the fault.

    Unknown values are then not gaps: they would not be written anyway.
    """
    out = record.copy()
    said, named = embargo.sentence(record), embargo.reference(record)
    kept = {key: value for key, value in record.facts.items() if key in _KEPT}
    flag = str(record.fact("rollback.flag", ""))
    if flag and not revealing_words(flag, record):
        kept["rollback.flag"] = flag
    facts: dict[str, object] = {
        key: [said] if item.kind == "list" else said
        for key, item in FACTS.items()
        if key.startswith(_STOOD_FOR) and key not in _KEPT
    }
    facts.pop("fix.changes", None)  # the list of files reveals it
    facts |= kept | {"title": embargo.neutral_name(record)}
    if named == record.ticket:  # a day that stands for it in names is no ticket
        facts["ticket"] = named
    out.doc["facts"] = facts
    out.doc["id"] = record.id if named == record.ticket else named
    out.doc["config"] = {key: value for key, value in record.config.items() if key not in _WATCHED}
    for step, entry in out.steps.items():
        if entry.get("evidence"):
            entry["evidence"] = public(step, entry["evidence"])
    out.doc["waivers"] = [{**waiver, "why": said} for waiver in record.waivers]
    out.doc["accepted"] = [
        {**item, "why": said} for item in record.accepted if not str(item["finding"]).startswith(embargo.FACT)
    ]
    return out
