"""The record as texts see it that leave the machine under embargo: what tells of the fault is not in it at all.

So no template, built in or a project's own, can say it. Texts for the team and for the public are made from the
whole record; when those may go is decided where they are sent.
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
"""Facts that do not say what the fault is; of the others these are told by a stand-in, the rest is left out."""

_STOOD_FOR = ("impact.", "cause.", "fix.", "workaround", "data-loss", "customer-action", "components")

_WATCHED = ("smoke", "probe", "metric")
"""Parts of the configuration whose names may say what is wrong."""


def applies(document: str, record: Record) -> bool:
    """Say whether `document` is written from the neutral record now."""
    return document in OUTSIDE and embargo.on(record)


def neutral(record: Record) -> Record:
    """Return a copy of `record` in which a neutral sentence stands for everything that says what the fault is.

    What is unknown is no gap then: it would not be written anyway.
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
    facts.pop("fix.changes", None)  # the list of files says it
    facts |= kept | {"title": embargo.neutral_name(record), "ticket": named}
    out.doc["facts"] = facts
    out.doc["id"] = record.id if named == record.ticket else named
    out.doc["config"] = {key: value for key, value in record.config.items() if key not in _WATCHED}
    for step, entry in out.steps.items():
        if entry.get("evidence"):
            entry["evidence"] = public(step, entry["evidence"])
    out.doc["waivers"] = [{**one, "why": said} for one in record.waivers]
    out.doc["accepted"] = [
        {**one, "why": said} for one in record.accepted if not str(one["finding"]).startswith(embargo.FACT)
    ]
    return out
