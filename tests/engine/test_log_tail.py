"""The log of production: started in parallel with a deployment, and ended with the watch; real processes throughout."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotfix_tui.engine import commands, execute, project_commands, reconcile
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.model.catalog import FOLLOW
from hotfix_tui.incident.rules import lifecycle
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.runner import runs
from hotfix_tui.steps import registry
from hotfix_tui.steps.contract import Command, Plan, Step, done
from hotfix_tui.steps.deploy import log_follow as follow

TAIL = "import time\nprint('serving', flush=True)\nwhile True: time.sleep(0.05)"


class Deploys(Step):
    """A deployment by a command that prints a line."""

    id = "deploy.production"
    command = "print('deployed')"

    def plan(self, ctx, choice=""):
        tail, said = follow.log_tail(ctx, "c" * 40, "")
        command = Command([sys.executable, "-c", self.command], ctx.root)
        return Plan("Deploy", [command], log_tail=tail, warnings=said)

    def conclude(self, ctx, run, directory):
        return done() if run.succeeded else super().conclude(ctx, run, directory)


class Watches(Step):
    """A watch that is over at once."""

    id = "monitor.watch"

    def plan(self, ctx, choice=""):
        return Plan("Watch", [Command([sys.executable, "-c", "pass"], ctx.root)])

    def conclude(self, ctx, run, directory):
        return done("proposed fixed")


@pytest.fixture
def engine(opened, monkeypatch):
    monkeypatch.setattr(
        "hotfix_tui.incident.rules.gates.needs_confirmation", lambda record, step, choice="": False
    )
    monkeypatch.setattr(execute, "is_trusted", lambda engine: True)
    for step in (Deploys(), Watches()):
        monkeypatch.setitem(registry._found, step.id, step)
    yield opened
    opened.reload()
    reconcile.end_log(opened, "the test is over")
    assert not_running(opened)


def configure(engine, command: list[str] | None, **deploy) -> None:
    table = {**deploy, **({"follow": command} if command else {})}
    engine.change(lambda record, actor: record.doc["config"].update(deploy=table) or [])


def until(true) -> bool:
    end = time.monotonic() + 240
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def not_running(engine) -> bool:
    number = reconcile.log_run(engine)
    if number is None:
        return True
    return until(lambda: runs.look(Path(engine.run_directory(number))).state != "running")


def deploy(engine) -> reconcile.Performed:
    begun = execute.carry_out(engine, "deploy.production")
    assert begun.state == "running", begun
    assert until(lambda: reconcile.collect_result(engine, "deploy.production") is not None)
    assert engine.record.entry("deploy.production")["state"] == "done"
    return begun


def log_of(engine, number: int) -> str:
    return runs.read_log(Path(engine.run_directory(number)), 0, 10_000).decode()


def test_the_log_is_followed_beside_the_deployment_and_after_it(engine):
    configure(engine, [sys.executable, "-c", TAIL])
    begun = deploy(engine)
    assert begun.plan.log_tail.commands[0].argv[-1] == TAIL, "it is in the plan that is shown"
    number = reconcile.log_run(engine)
    assert number is not None
    assert number != begun.run
    assert until(lambda: "serving" in log_of(engine, number))
    assert reconcile.collect_result(engine, FOLLOW.id) is None, "it outlives the deployment"
    texts = [entry["text"] for entry in engine.store.timeline(engine.id)[0]]
    assert any("Log of production" in text for text in texts)


def test_a_second_deployment_finds_it_followed_already(engine):
    configure(engine, [sys.executable, "-c", TAIL])
    deploy(engine)
    first = reconcile.log_run(engine)
    assert deploy(engine).plan.log_tail is None
    assert reconcile.log_run(engine) == first


@pytest.mark.parametrize(
    "command", [[sys.executable, "-c", "raise SystemExit(3)"], ["/there/is/no/such/program"]]
)
def test_its_end_says_nothing_about_the_deployment_and_it_can_be_begun_again(engine, command):
    configure(engine, command)
    deploy(engine)
    first = engine.record.entry(FOLLOW.id)["run"]
    assert not_running(engine)
    reconcile.collect_ended(engine)
    assert engine.record.entry(FOLLOW.id)["state"] == "failed"
    assert engine.record.entry("deploy.production")["state"] == "done"
    project_commands.edit(engine, "deploy.follow", f"{sys.executable} -c '{TAIL}'")
    again = execute.carry_out(engine, FOLLOW.id)
    assert again.state == "running"
    assert again.run > first
    with pytest.raises(Refused, match="already running"):
        execute.carry_out(engine, FOLLOW.id)


def test_what_cannot_be_filled_in_is_said_and_does_not_hold_up_the_deployment(engine):
    configure(engine, ["logs", "{version}"])
    begun = deploy(engine)
    assert begun.plan.log_tail is None
    assert "not followed" in begun.plan.warnings[0]
    assert reconcile.log_run(engine) is None


def test_it_ends_with_the_watch(engine):
    configure(engine, [sys.executable, "-c", TAIL])
    deploy(engine)
    number = reconcile.log_run(engine)
    assert until(lambda: "serving" in log_of(engine, number))
    execute.carry_out(engine, "monitor.watch")
    assert until(lambda: reconcile.collect_result(engine, "monitor.watch") is not None)
    assert not_running(engine)
    reconcile.collect_ended(engine)
    assert engine.record.entry(FOLLOW.id)["state"] == "done"
    run = next(run for run in engine.record.runs if run["n"] == number)
    assert run["state"] == "done"
    assert "the watch is over" in str(runs.look(Path(engine.run_directory(number))).cancelled)


def test_it_holds_up_no_ending_and_ends_with_the_incident(engine):
    configure(engine, [sys.executable, "-c", TAIL])
    deploy(engine)
    number = reconcile.log_run(engine)
    commands.end(engine, "false-alarm", "a test of ours")
    assert engine.record.state == "false-alarm"
    assert until(lambda: runs.look(Path(engine.run_directory(number))).state == "exited")


def test_it_goes_on_over_rounds(engine):
    configure(engine, [sys.executable, "-c", TAIL])
    deploy(engine)
    number = reconcile.log_run(engine)
    commands.new_round(engine, "it was not fixed")
    assert reconcile.log_run(engine) == number
    assert runs.look(Path(engine.run_directory(number))).state == "running"


def test_without_anything_that_prints_the_log_it_is_refused_with_the_cure(engine):
    configure(engine, None)
    assert deploy(engine).plan.log_tail is None
    with pytest.raises(Refused, match=r"deploy\.follow"):
        execute.carry_out(engine, FOLLOW.id)


def test_the_platform_lends_its_own_command(engine, monkeypatch):
    configure(engine, None, platform="heroku")
    monkeypatch.setenv("HEROKU_APP", "shop")
    assert follow.tail(engine.context()).commands[0].argv[:3] == ["heroku", "logs", "--tail"]
    configure(engine, None, platform="vercel")
    Path(engine.root, ".vercel").mkdir()
    Path(engine.root, ".vercel", "project.json").write_text('{"orgId": "o", "projectId": "p"}')
    argv = follow.tail(engine.context()).commands[0].argv
    assert "hotfix_tui.steps.deploy.log_follow_driver" in argv
    assert argv[argv.index("--") + 1 :][:2] == ["vercel", "logs"]


def test_a_dry_run_begins_and_ends_nothing(engine):
    configure(engine, [sys.executable, "-c", TAIL])
    deploy(engine)
    number = reconcile.log_run(engine)
    engine.dry_run = True
    reconcile.end_log(engine, "not really")
    engine.dry_run = False
    assert runs.look(Path(engine.run_directory(number))).state == "running"


def test_a_round_does_not_forget_its_run():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    from hotfix_tui.incident.model.record import new_record

    record = new_record("ENG-1", now=now, by="ann")
    record.steps[FOLLOW.id] = {"state": "running", "run": 4}
    record.steps["verify.test"] = {"state": "failed"}
    lifecycle.begin_round(record, Actor("ann", now), "again")
    assert set(record.steps) == {FOLLOW.id}
