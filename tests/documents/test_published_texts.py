"""What is published is not said to run: no text of such an incident speaks of deployments or of production."""

import re

import pytest

from hotfix_tui.documents.render import DOCUMENTS, render
from tests import typed
from tests.documents import records
from tests.incident.test_published import BARE, trigger

SHAPES = {
    "by a person": [trigger("publishes to PyPI", on="hand")],
    "by a pipeline": [trigger("publishes to npm")],
    "by its tag": [trigger("a tag publishes the module: Go takes it by its tag", sure=False)],
}
OF_A_SERVICE = re.compile(
    r"\bproduction\b(?! branch)|[Dd]eploy|staging|[Oo]n-call|[Aa]lerts? (?:is|are|conf)|not live"
)


def finished(triggers):
    """Return an incident that is over, of something that is published and was ticked to the end."""
    record = records.finished()
    record.doc["config"] = BARE
    record.facts.pop("acknowledged-at")
    record.facts.pop("review.prevention.monitoring")
    record.facts.pop("cause.trigger")
    for fact in ("published", "deploys.push", "deploys.tag"):
        record.facts.pop(fact)
    for name in ("error-rate", "watch", "api-latency", "user-activity", "support-tickets"):
        record.steps.pop(f"monitor.{name}")
    for name in ("verify.staging-verified", "pull-request.alerts", "pull-request.on-call"):
        record.steps.pop(name)
    record.waivers.clear()
    typed.add(record, "branch.preflight", triggers=triggers, version_tags=True)
    return record


def told(record):
    """Return the timeline as it is kept: with the titles that the steps have here."""
    title = record.definition("deploy.production").title
    return [
        {**entry, "text": str(entry["text"]).replace("Deploy to production", title)}
        for entry in records.timeline()
    ]


def texts(record):
    """Yield each document in each phase, with its name."""
    for document in DOCUMENTS.values():
        for phase in document.phases or ("",):
            made = render(document.name, record, records.NOW, timeline=told(record), phase=phase)
            yield f"{document.name} {phase}", f"{made.title}\n{made.text}"


@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_speaks_of_what_only_something_that_runs_has(shape):
    record = finished(SHAPES[shape])
    said = {name: [line for line in text.splitlines() if OF_A_SERVICE.search(line)]
            for name, text in texts(record)}  # fmt: skip
    assert {name: lines for name, lines in said.items() if lines} == {}


def test_what_was_published_is_said(tmp_path):
    record = finished(SHAPES["by a person"])
    said = dict(texts(record))
    assert "[P2] Fix published" in said["internal deployed"].replace("[P1]", "[P2]")
    assert "the fix is published" in said["internal deployed"] and "Published: " in said["internal resolved"]
    assert "| **Published** |" in said["review "] and "Time to publish" in said["review "]
    assert "merge, then publish" in said["pr "] and "tried as its users get it" in said["pr "]
    assert "yank or deprecate" in said["pr "].lower()


def test_what_runs_is_still_deployed():
    said = dict(texts(records.finished()))
    assert "Fix deployed" in said["internal deployed"] and "| **Deployed** |" in said["review "]
    assert "merge, then deploy" in said["pr "] or "deploy, then merge" in said["pr "]
