"""For every platform: what its file names is reached from an incident that has just been opened, with real values."""
# ruff: noqa: F811  (fixtures are imported by name)

import json
import os
import shlex

import pytest

from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.requirements import requirement
from hotfix_tui.platforms import loader, lookup
from hotfix_tui.steps.branch.preflight import Preflight
from hotfix_tui.steps.deploy.production import Production
from hotfix_tui.steps.deploy.rollback import Rollback
from hotfix_tui.steps.deploy.staging import Staging
from hotfix_tui.steps.live import compare as live_check
from tests import counts
from tests.platforms import answers
from tests.steps.support_release import isolated, shop  # noqa: F401

NAMED = [(name, act) for name in loader.names() for act in loader.ACTS if act in loader.load(name).commands]
STAGED = [name for name in loader.names() if "staging" in loader.load(name).commands]
STRICT = True
"""Whether every lookup must be answered by the stand-in."""
PHASES = ("prepare", "activate", "advance", "share", "abort", "unpin")
STEPS = {"deploy": Production(), "staging": Staging(), "rollback": Rollback()}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(live_check, "PATIENCE", 0.2)


@pytest.fixture
def place(shop, monkeypatch):
    """The shop on a platform: its programs on the path, its values in the configuration, as they are once asked."""

    def made(name):
        on = loader.load(name)
        values = {
            key: answers.VALUES.get((name, key), f"my-{key}")
            for key in loader.needed(on, *loader.ACTS, "current", "prepared")
        }
        for variable in [
            name for name in os.environ if name.startswith(("NETLIFY_", "VERCEL_", "HEROKU_", "AWS_"))
        ]:
            monkeypatch.delenv(variable)
        for file in on.needs.files[:1]:
            shop.here.write(file, "{}")
        tools = shop.folder / "programs"
        tools.mkdir()
        _write(tools, on, _answers(on, values))
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
        shop.configure(
            deploy={"platform": name, "settings": values}, policy={"P1": {"order": "deploy-first"}}
        )
        shop.see("branch.preflight", **Preflight().probe(shop.ctx).evidence)
        shop.fix()
        if on.takes == "branch":
            shop.here("push", "-q", "origin", f"{shop.commit}:refs/heads/main")
            shop.see("release.confirm", commit=shop.commit)
        return on

    return made


def _write(tools, on, said):
    for program in set(on.programs) - {"git", "ssh"}:
        (tools / program).write_text(_program(said))
        (tools / program).chmod(0o755)


def _prepared(shop, on):
    """From now on what was prepared is there, for a program that is asked the same about it as about what is live."""
    values = shop.config["deploy"]["settings"]
    _write(shop.folder / "programs", on, _answers(on, values, last="prepared"))


def _program(said):
    """A program that gives its answer to each of the command lines, and an empty line to any other."""
    known = "".join(
        f"{shlex.quote(line)}) printf '%s\\n' {shlex.quote(out)};;\n" for line, out in said.items()
    )
    return f'#!/bin/sh\ncase "${{0##*/}} $*" in\n{known}*) echo;;\nesac\n'


def _answers(on, values, last="current"):
    said = {}
    common = {"production": "main", "environment": "production", "release": answers.IDS.get(on.id, "")}
    needed = {name for action in on.commands for name in loader.lookups(on, action)}
    needed |= {name for wait in on.waits.values() for name in loader.names_in(wait.run)}
    for name in loader.chained(on, needed):
        one = on.lookups[name]
        (line,) = loader.question(on, one.run, common | values).commands
        said.setdefault(" ".join(line), answers.LOOKED_UP.get((on.id, name), ""))
        values = values | {name: lookup.read(said[" ".join(line)].encode(), one)}
        assert values[name] or not STRICT, name
    questions = {"prepared": answers.PREPARED, "current": answers.CURRENT, "content": answers.CONTENT}
    for action, known in sorted(questions.items(), key=lambda one: one[0] == last):
        planned = loader.plan(on, action, common | values | {"serving": answers.IDS.get(on.id, "")})
        if planned is not None:
            assert not planned.missing or not STRICT
            said[" ".join(planned.commands[0])] = known.get(on.id, "")
    return said


def _way(case):
    """What the steps go by: the act, what the platform takes, and whether the ids of its releases are read back."""
    name, act = case
    return act, loader.load(name).takes, name in answers.IDS and act in ("rollback", *PHASES)


@pytest.mark.parametrize(("name", "act"), counts.first_of_each(NAMED, _way))
def test_what_a_file_names_is_reached(shop, place, name, act):
    on = place(name)
    if act == "rollback":
        shop.see("deploy.production", "failed", **Production().plan(shop.ctx).evidence)
    choice = {"rollback": "previous", "share": "share-10"}.get(act, act if act in PHASES else "")
    if act in PHASES:
        seen = Production().plan(shop.ctx, "prepare" if "prepare" in on.commands else "").evidence
        if act != "prepare":
            share = 10.0 if act == "abort" else 0.0
            made = {"id": answers.PREPARED_IDS[name], "commit": answers.COMMIT}
            shop.see("deploy.production", "", **seen, prepared=made | {"share": share})
            if act != "unpin":
                _prepared(shop, on)
    plan = (STEPS.get(act) or Production()).plan(shop.ctx, choice)
    assert plan.commands, plan.by_hand
    assert not plan.trusted
    run = [line for line in on.commands[act].run if not loader.is_wait(line)]
    ours = [one for one in plan.commands if one.argv[0] in on.programs][-len(run) :]
    assert [one.argv[0] for one in ours] == [line[0] for line in run]
    waits = [one.argv[5] for one in plan.commands if "hotfix_tui.steps.deploy.wait_driver" in one.argv]
    assert waits == [line[0][1:] for line in on.commands[act].run if loader.is_wait(line)]
    said = json.dumps([one.argv for one in ours])
    left = [name for name in (*loader.COMMON, *on.settings, *on.lookups) if f"{{{name}}}" in said]
    assert not left, said
    if act == "rollback" and name in answers.IDS:
        assert answers.IDS[name] in said


@pytest.mark.parametrize("name", counts.first_of_each(STAGED, lambda name: loader.load(name).takes))
def test_staging_is_asked_for_where_the_platform_has_one(shop, place, name):
    place(name)
    assert requirement(Record(shop.record.doc), "verify.staging").level == "W"
    shop.configure(deploy={"platform": "kamal"})
    shop.record.steps.pop("branch.preflight")
    shop.see("branch.preflight", **Preflight().probe(shop.ctx).evidence)
    assert requirement(Record(shop.record.doc), "verify.staging").level == "-"


def test_what_is_not_known_is_asked_for_in_words(shop):
    shop.configure(deploy={"platform": "ecs"}, policy={"P1": {"order": "deploy-first"}})
    shop.fix()
    plan = Production().plan(shop.ctx)
    assert not plan.commands
    assert "Say it once: `hotfix-tui platform ecs " in plan.by_hand
    assert all(f" {name}=…" in plan.by_hand for name in ("cluster", "service", "definition"))


def test_a_platform_that_the_files_name_is_offered_and_not_yet_used(shop):
    shop.here.write("fly.toml", 'app = "shop"\n')
    shop.configure(policy={"P1": {"order": "deploy-first"}})
    shop.fix()
    plan = Production().plan(shop.ctx)
    assert not plan.commands and any("`hotfix-tui platform fly`" in one for one in plan.warnings)
    assert any("Fly.io deploys this" in one for one in Preflight().probe(shop.ctx).evidence["warnings"])
