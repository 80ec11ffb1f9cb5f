"""A message that says that the fix runs in production waits until something shows it."""

import pytest

from hotfix_tui.engine import messages
from hotfix_tui.incident.rules.gates import Refused
from tests import typed

RUNS = [("internal", "deployed"), ("status-page", "monitoring")]


@pytest.fixture
def told(opened):
    """Everything that the messages need is known."""

    def known(record, actor):
        record.facts.update(
            {
                "title": "Totals are wrong",
                "impact.seen": "Invoices show the wrong total.",
                "impact.users": "everyone",
                "components": ["billing"],
                "cause.summary": "The sum leaves out the last line.",
                "fix.summary": "Count all lines.",
            }
        )
        return []

    opened.change(known)
    return opened


def see(engine, step, state, **evidence):
    def saw(record, actor):
        typed.put(record, step, state, evidence, at=actor.at, by="ann")
        return []

    engine.change(saw)


def reasons(engine, document, phase):
    with pytest.raises(Refused) as refused:
        messages.prepare(engine, document, phase)
    return "\n".join(f"{one}" for one in refused.value.reasons)


@pytest.mark.parametrize(("document", "phase"), RUNS)
def test_it_waits_for_the_deployment(told, document, phase):
    said = reasons(told, document, phase)
    assert "nothing shows that production runs the fix" in said and "--phase" in said
    see(told, "deploy.production", "done", commit="f" * 40)
    assert messages.prepare(told, document, phase).phase == phase


@pytest.mark.parametrize(("document", "phase"), RUNS)
def test_what_production_says_is_said(told, document, phase):
    see(told, "deploy.production", "done", commit="f" * 40)
    see(told, "deploy.live", "failed", why="production runs 149881d (v3.7.9), not 884d963")
    assert "production runs 149881d (v3.7.9), not 884d963" in reasons(told, document, phase)
    see(told, "deploy.live", "done", commit="f" * 40)
    assert messages.prepare(told, document, phase).phase == phase


EARLIER = [
    ("internal", "declared"),
    ("internal", "update"),
    ("status-page", "investigating"),
    ("status-page", "identified"),
]


@pytest.mark.parametrize(("document", "phase"), EARLIER)
def test_the_others_do_not_wait(told, document, phase):
    assert messages.prepare(told, document, phase).phase == phase


@pytest.mark.parametrize(("document", "phase"), RUNS)
def test_where_no_code_is_changed_the_change_has_to_be_seen(told, document, phase):
    told.change(lambda record, actor: record.facts.update(resolution="config") or [])
    assert "nothing shows" in reasons(told, document, phase)
    see(told, "deploy.live", "done")
    assert messages.prepare(told, document, phase).phase == phase
