"""A package that others install has no production here: what looks at one is not required."""

import pytest

from hotfix_tui.incident.rules.published import OF_A_SERVER, OF_A_SERVICE, published_alone
from hotfix_tui.incident.rules.requirements import requirement, waivable
from tests.incident.support import make, ships

BARE = {"git": {}}


def trigger(what, kind="publishes", on="tag", target="", sure=True):
    """One trigger as the preflight keeps it."""
    return {
        "kind": kind,
        "on": on,
        "what": what,
        "target": target,
        "sure": sure,
        "place": "x.yml:1",
        "ships": ships(what),
    }


PACKAGES = {
    "a library": [trigger("publishes to PyPI")],
    "a program": [trigger("publishes with goreleaser"), trigger("publishes a release")],
    "by a bot": [trigger("releases with semantic-release", on="push")],
    "by hand": [trigger("publishes to npm", on="manual")],
    "by a person": [trigger("publishes to npm", on="hand")],
    "by a person, and a tag starts something": [
        trigger("publishes to PyPI", on="hand"), trigger("uses the template release.yml", sure=False),
    ],
    "by its tag": [trigger("a tag publishes the module: Go takes it by its tag", sure=False)],
    "charts alone": [trigger("publishes Helm charts", on="push"), trigger("publishes a release", on="push")],
    "an action": [trigger("a tag publishes the action: workflows elsewhere use it by its tag", sure=False)],
    "a module of Terraform": [trigger("a tag publishes the module: Terraform takes it by its tag", sure=False)],
    "a hook": [trigger("a tag publishes the hook: pre-commit takes it by its tag", sure=False)],
    "a tap": [trigger("a push publishes the formula: brew takes it from this branch", on="push")],
    "its documentation beside it": [
        trigger("publishes to crates.io"), trigger("deploys pages", "deploys", "push", "docs"),
    ],
}  # fmt: skip
SERVICES = {
    "nothing is known": [],
    "a deployment": [trigger("deploys to Fly.io", "deploys", "push")],
    "a deployment that may be": [
        trigger("publishes to npm"), trigger("Netlify deploys what is pushed", "deploys", "push", sure=False),
    ],
    "a person, perhaps": [trigger("publishes to npm", on="hand", sure=False)],
    "a person and a deployment": [
        trigger("publishes to npm", on="hand"), trigger("deploys to Fly.io", "deploys", "push"),
    ],
    "images and their chart": [trigger("publishes Helm charts"), trigger("pushes container images")],
    "images": [trigger("publishes to npm"), trigger("pushes container images")],
    "a release of something": [trigger("publishes a release")],
    "a draft": [trigger("drafts a release", "drafts-release")],
}  # fmt: skip


@pytest.mark.parametrize("shape", PACKAGES)
def test_a_package_is_asked_nothing_of_a_production(shape):
    record = make("P0", config=BARE, triggers=PACKAGES[shape])
    asked = {step: requirement(record, step) for step in OF_A_SERVICE}
    assert {one.level for one in asked.values()} == {"O"}
    assert all("published, not run" in one.why for one in asked.values())
    assert requirement(record, "monitor.no-new-errors").level == "W"


@pytest.mark.parametrize("shape", PACKAGES)
def test_a_package_is_tried_and_not_watched(shape):
    """What was published is tried once, which nobody can wave away; there is nothing that could be watched."""
    record = make("P0", config=BARE, triggers=PACKAGES[shape])
    assert requirement(record, "monitor.watch").level == "O"
    assert requirement(record, "monitor.smoke").level == "W" and not waivable(record, "monitor.smoke")


def test_pages_are_asked_nothing_of_a_server():
    pages = [trigger("deploys pages (mkdocs)", "deploys", "push", sure=False)]
    record = make("P0", config=BARE, triggers=pages)
    optional = {step for step in (*OF_A_SERVICE, "monitor.watch") if requirement(record, step).level == "O"}
    assert optional == {*OF_A_SERVER, "monitor.watch"}
    assert "pages" in requirement(record, "monitor.database").why
    assert not waivable(record, "monitor.smoke")
    served = make("P0", config={"smoke": [{"url": "https://x.example/"}]}, triggers=pages)
    assert requirement(served, "monitor.watch").level == "W" and waivable(served, "monitor.smoke")


@pytest.mark.parametrize("shape", SERVICES)
def test_a_service_is_watched(shape):
    record = make("P0", config=BARE, triggers=SERVICES[shape])
    assert requirement(record, "monitor.watch").level == "W" and waivable(record, "monitor.smoke")


@pytest.mark.parametrize("shape", SERVICES)
def test_what_may_run_somewhere_is_asked(shape):
    record = make("P0", config=BARE, triggers=SERVICES[shape])
    assert {requirement(record, step).level for step in OF_A_SERVICE} == {"W"}


RUN = {
    "a deployment": {"deploy": {"production": {"run": ["ship"]}}},
    "a platform": {"deploy": {"platform": "fly"}},
    "staging": {"deploy": {"staging": {"run": ["ship"]}}},
    "a smoke test": {"smoke": [{"url": "https://shop.example/"}]},
    "a metric": {"metric": [{"name": "errors"}]},
    "an address": {"git": {"live": "https://shop.example/version"}},
}


@pytest.mark.parametrize("shape", RUN)
def test_what_is_configured_to_run_is_no_package(shape):
    assert not published_alone(make("P0", config=RUN[shape], triggers=PACKAGES["a library"]))


SAID = {
    "in the incident": ({"published": "yes"}, {}),
    "in the configuration": ({}, {"deploy": {"published": True}}),
    "in both": ({"published": "yes"}, {"deploy": {"published": False}}),
    "and it has a command for it": ({}, {"deploy": {"published": True, "production": {"run": ["./ship"]}}}),
}


@pytest.mark.parametrize("shape", SAID)
def test_who_says_that_it_is_published_is_believed(shape):
    facts, config = SAID[shape]
    record = make("P1", config=config, facts={"ticket": "ENG-7", **facts}, triggers=[])
    assert published_alone(record) and not waivable(record, "monitor.smoke")


@pytest.mark.parametrize("said", [({"published": "no"}, {}), ({}, {"deploy": {"published": False}})])
def test_who_says_that_it_runs_is_believed(said):
    facts, config = said
    record = make("P1", config=config, facts={"ticket": "ENG-7", **facts}, triggers=PACKAGES["a library"])
    assert not published_alone(record) and requirement(record, "monitor.watch").level == "W"


PUBLISHING = [["twine", "upload", "dist/*"], ["npm", "publish"], ["gem", "push", "x"], ["cargo", "publish"]]


@pytest.mark.parametrize("command", PUBLISHING)
def test_a_command_that_publishes_runs_nothing(command):
    config = {"deploy": {"production": {"run": command}}}
    assert published_alone(make("P1", config=config, triggers=PACKAGES["by a person"]))


@pytest.mark.parametrize("shape", PACKAGES)
def test_the_steps_of_a_package_are_called_by_what_they_are(shape):
    record = make("P1", config=BARE, triggers=PACKAGES[shape])
    said = " ".join(f"{step.title} {step.help}" for step in record.definitions().values()
                    if requirement(record, step.id).level != "O")  # fmt: skip
    assert record.definition("deploy.production").title == "Publish the release"
    assert "error tracking" not in said and "Smoke" not in said and "runs the fix" not in said


def test_what_a_person_says_counts():
    facts = {"ticket": "ENG-7", "deploys.push": "yes"}
    assert not published_alone(make("P0", config=BARE, facts=facts, triggers=PACKAGES["a library"]))
