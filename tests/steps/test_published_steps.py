"""What is published and not run: its release is looked up where its users get it, and tried there."""

import re

import pytest

from hotfix_tui.detect.registries import registries
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import GoesTo
from hotfix_tui.incident.rules.requirements import requirement
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.deploy.live import LiveStep
from hotfix_tui.steps.deploy.rollback import Rollback
from hotfix_tui.steps.monitor.items import Item
from hotfix_tui.steps.monitor.smoke import Smoke
from hotfix_tui.steps.monitor.watch import WatchStep
from hotfix_tui.steps.registry import find
from tests.incident.support import goes_to, ships
from tests.repos import write

LOOKED_UP = [
    (GoesTo.PYPI, {"pyproject.toml": '[project]\nname = "sums"\n'}, "v1.0.1",
     "", "pip install sums==1.0.1"),
    (GoesTo.NPM, {"package.json": '{"name": "@acme/sums"}'}, "@acme/sums@1.0.1",
     "https://www.npmjs.com/package/@acme/sums/v/1.0.1", "npm install @acme/sums@1.0.1"),
    (GoesTo.CRATES, {"Cargo.toml": '[package]\nname = "sums"\n'}, "1.0.1",
     "https://crates.io/crates/sums/1.0.1", "cargo add sums@1.0.1"),
    (GoesTo.RUBYGEMS, {"sums.gemspec": "  s.name = 'sums'\n"}, "v1.0.1",
     "https://rubygems.org/gems/sums/versions/1.0.1", "gem install sums -v 1.0.1"),
    (GoesTo.GO, {"go.mod": "module x.example/sums\n"}, "v1.0.1",
     "https://pkg.go.dev/x.example/sums@v1.0.1", "go get x.example/sums@v1.0.1"),
]  # fmt: skip


@pytest.mark.parametrize(("to", "files", "tag", "page", "install"), LOOKED_UP)
def test_where_a_release_is_looked_up(tmp_path, to, files, tag, page, install):
    (one,) = registries(Tree(write(tmp_path, files)), [to], tag)
    assert one.page == page and one.install.endswith(install)


@pytest.mark.parametrize(
    ("to", "files", "tag"),
    [
        (GoesTo.NPM, {"package.json": '{"name": "sums", "private": true}'}, "v1.0.1"),
        (GoesTo.NPM, {"package.json": '{"name": "sums; rm -rf ~"}'}, "v1.0.1"),
        (GoesTo.NPM, {"package.json": '{"name": "sums"}'}, ""),
        (GoesTo.NPM, {"package.json": '{"name": "sums"}'}, "v1; true"),
        (GoesTo.UNSAID, {"package.json": '{"name": "sums"}'}, "v1.0.1"),
        (GoesTo.PYPI, {}, "v1.0.1"),
    ],
)
def test_nothing_is_made_up_where_that_is_not_known(tmp_path, to, files, tag):
    assert registries(Tree(write(tmp_path, files)), [to], tag) == []


def published(shop, what):
    """Let the preflight have seen that a tag publishes."""
    one = {
        "kind": "publishes",
        "on": "tag",
        "what": what,
        "place": "x.yml:1",
        "sure": False,
        "ships": ships(what),
        "goes_to": goes_to(what),
    }
    shop.see("branch.preflight", triggers=[one], web="https://github.com/a/b", forge="github")


def test_a_package_is_looked_up_in_its_registry_and_tried(shop):
    shop.here.commit("Name", pyproject__toml='[project]\nname = "sums"\n')
    shop.fix()
    published(shop, "publishes to PyPI")
    live, smoke = LiveStep().plan(shop.ctx), Smoke().plan(shop.ctx)
    assert "pip index versions sums" in live.by_hand and live.url.endswith("/releases/tag/v1.0.1")
    assert "pip install sums==1.0.1" in smoke.by_hand and "showed the fault" in smoke.by_hand
    assert "production" not in live.by_hand + smoke.by_hand + live.title + smoke.title
    assert "github.com/a/b/issues" in Item("no-new-errors").plan(shop.ctx).url


def test_an_action_is_looked_up_at_its_tag(shop):
    shop.fix()
    published(shop, "a tag publishes the action: workflows elsewhere use it by its tag")
    live, smoke = LiveStep().plan(shop.ctx), Smoke().plan(shop.ctx)
    assert live.url == "https://github.com/a/b/releases/tag/v1.0.1" and "v1.0.1" in live.by_hand
    assert "v1.0.1" in smoke.by_hand and "by its new tag" in smoke.by_hand


BY_HAND = {
    "PyPI": ("publishes to PyPI", "hand", {"pyproject__toml": '[project]\nname = "sums"\n'}, "twine upload"),
    "npm": ("publishes to npm", "hand", {"package__json": '{"name": "sums"}'}, "npm publish"),
    "crates.io": (
        "publishes to crates.io",
        "hand",
        {"Cargo__toml": '[package]\nname = "sums"\n'},
        "cargo publish",
    ),
}
OF_A_SERVICE = re.compile(
    r"\bproduction\b(?! branch)|git\.live|deploy\.current|[Pp]latform|error tracking|[Dd]eploy(?!\.)"
    r"|(?:is|go|goes) live|dashboard"
)


@pytest.mark.parametrize("shape", BY_HAND)
def test_no_step_of_a_package_asks_for_something_that_runs(shop, shape):
    what, on, files, command = BY_HAND[shape]
    shop.here.commit("Name", **files)
    shop.fix()
    hand(shop, what, on)
    shop.see("release.confirm", commit=shop.commit, tree=shop.here("rev-parse", f"{shop.commit}^{{tree}}"))
    said = {}
    for step in (*shop.ctx.record.definitions(), "deploy.rollback"):
        found = find(step)
        if found is None or requirement(shop.ctx.record, step).level in "O-":
            continue
        try:
            plan = found.plan(shop.ctx)
        except Refused:
            continue
        ways = [f"{way.title} {way.help} {way.at_once}" for way in found.choices(shop.ctx)]
        said[step] = "\n".join([*ways, plan.title, plan.by_hand, *plan.warnings, found.probe(shop.ctx).why])
    assert command in said["deploy.production"] and "git worktree add --detach" in said["deploy.production"]
    wrong = {step: text for step, text in said.items() if OF_A_SERVICE.search(text)}
    assert wrong == {} and len(said) > 12


@pytest.mark.parametrize("shape", BY_HAND)
def test_a_release_is_taken_back_where_its_users_get_it(shop, shape):
    what, on, files, _ = BY_HAND[shape]
    shop.here.commit("Name", **files)
    shop.fix()
    hand(shop, what, on)
    plan = Rollback().plan(shop.ctx)
    assert (
        not plan.commands
        and {"PyPI": "Yank", "npm": "npm deprecate sums", "crates.io": "cargo yank"}[shape] in plan.by_hand
    )


@pytest.mark.parametrize("shape", BY_HAND)
def test_there_is_nothing_to_watch(shop, shape):
    what, on, files, _ = BY_HAND[shape]
    shop.here.commit("Name", **files)
    shop.fix()
    hand(shop, what, on)
    plan = WatchStep().plan(shop.ctx)
    assert not plan.commands and "verdict" in plan.by_hand


def hand(shop, what, on):
    """Let the preflight have seen that a person publishes."""
    one = {
        "kind": "publishes",
        "on": on,
        "what": what,
        "place": "README.md:1",
        "sure": True,
        "ships": ships(what),
        "goes_to": goes_to(what),
    }
    shop.see("branch.preflight", triggers=[one], web="https://github.com/a/b", forge="github")


def test_what_runs_is_asked_of_production(shop):
    shop.fix()
    assert "production" in Smoke().plan(shop.ctx).by_hand and "live" in LiveStep().plan(shop.ctx).by_hand
    assert "issues" not in Item("no-new-errors").plan(shop.ctx).url


@pytest.mark.parametrize("shape", BY_HAND)
def test_what_its_files_say_is_known_before_anybody_has_looked(shop, shape):
    """The first decision comes before the preflight: it is not about a deployment either."""
    files = BY_HAND[shape][2]
    front = {"PyPI": "pip install sums", "npm": "npm install sums", "crates.io": "cargo add sums"}[shape]
    shop.here.commit("Name", **files, README__md=f"{front}\n")
    shop.record.steps.clear()
    step = find("triage.rollback-first")
    said = " ".join(
        [*step.plan(shop.ctx).warnings, *(f"{way.title} {way.help}" for way in step.choices(shop.ctx))]
    )
    assert not OF_A_SERVICE.search(said) and "published" in said and "Take the release back" in said


@pytest.mark.parametrize("shape", BY_HAND)
def test_what_is_taken_back_is_what_is_out(shop, shape):
    """Once this round's release is out, that is what is taken back; before, the one with the fault."""
    what, on, files, _ = BY_HAND[shape]
    shop.here.commit("Name", **files)
    shop.fix()
    hand(shop, what, on)
    assert "1.0.0" in Rollback().plan(shop.ctx).title
    shop.see("deploy.production")
    plan = Rollback().plan(shop.ctx)
    assert "1.0.1" in plan.title and "1.0.1" in plan.by_hand and "1.0.0" not in plan.by_hand
