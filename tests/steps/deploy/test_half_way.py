"""A rolling deployment that fails half-way: no version is said to be live while several serve, and what shows it is.

Each platform tells by its own answer; where that does not tell, it is asked one more question.
"""

import json
import shlex

import pytest

from hotfix_tui.forges.pushed import Pushed
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.platforms import loader
from hotfix_tui.steps.deploy import arrival, by_push, production
from hotfix_tui.steps.deploy.before import known_before
from hotfix_tui.steps.deploy.live import LiveStep
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.deploy.rollback import Rollback
from hotfix_tui.steps.live import ask as live_ask
from tests.platforms import answers
from tests.steps.deploy import on_platform
from tests.steps.support_release import PYTHON

pytestmark = pytest.mark.usefixtures("quick")

STEP, BACK = "deploy.production", "deploy.rollback"
OLD = "app-3ae7-261126_120000"


def pods(image, *, replicas=3, updated=3, generation=2, observed=2):
    """A Deployment of Kubernetes."""
    said = json.loads(answers.CURRENT["kubernetes"])
    said["metadata"]["generation"] = generation
    said["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "8" if updated < replicas else "7"
    said["spec"] |= {"replicas": 3}
    said["spec"]["template"]["spec"]["containers"][0]["image"] = f"r.example/shop:{image}"
    said["status"] = {"replicas": replicas, "observedGeneration": observed} | (
        {"updatedReplicas": updated} if updated else {}
    )
    return said


def synced(commit, health):
    history = [{"id": 4, "revision": answers.COMMIT}, {"id": 5, "revision": commit}]
    return {
        "status": {
            "sync": {"status": "Synced", "revision": commit},
            "health": {"status": health},
            "history": history,
        }
    }


def deployment(kind="IN_PLACE", status="Failed", **overview):
    info = {"deploymentId": "d-NEW000001", "status": status, "deploymentStyle": {"deploymentType": kind}}
    return {"deploymentInfo": info | {"deploymentOverview": {"Pending": 1, "Ready": 0, **overview}}}


def run(number, conclusion, commit=answers.COMMIT):
    return {"databaseId": number, "headSha": commit, "status": "completed", "conclusion": conclusion}


HOSTS = "App Host: one\n{}\nApp Host: two\n{}\n"
NEW = "{commit}"
MIXED = [
    ("kubernetes", pods(NEW, replicas=4, updated=1), None, "1 of 4 pods run what the Deployment says now"),
    ("kubernetes", pods(NEW, replicas=3, updated=0), None, "0 of 3 pods run what the Deployment says now"),
    ("kubernetes", pods(NEW, generation=3), None, "3 of 3 pods run"),
    ("argocd", synced(NEW, "Degraded"), None, "it is Degraded, so that pods from before may still serve"),
    ("argocd", synced(NEW, "Progressing"), None, "it is Progressing"),
    ("kamal", HOSTS.format(NEW, "0" * 40), None, f"its hosts have {NEW} and {'0' * 40}"),
    (
        "codedeploy",
        None,
        deployment(Succeeded=1, Failed=1, InProgress=0),
        "d-NEW000001 is Failed in place (instances done: 1, failed: 1, not begun: 1)",
    ),
    (
        "codedeploy",
        None,
        deployment(status="InProgress", Succeeded=0, Failed=0, InProgress=1),
        "is InProgress",
    ),
    ("codedeploy", None, deployment(status="Stopped", Succeeded=2), "is Stopped in place (instances done: 2"),
    (
        "elastic-beanstalk",
        None,
        [[OLD, f"hotfix-ENG-7-{NEW}"], []],
        f"have {OLD} and hotfix",
    ),
    ("elastic-beanstalk", None, [[f"hotfix-{NEW}"], [f"hotfix-{NEW}"]], "of hotfix-"),
    (
        "fly",
        None,
        json.loads(answers.CURRENT["fly"]),
        "its newest release, 8, is failed, and machines may run it",
    ),
    ("github-actions", None, [run(9, "failure"), run(8, "success")], "its newest run, 9, ended as failure"),
]
"""Platform, what it says is live, what it says to the other question, and what is made of that."""

WHOLE = [
    ("kubernetes", pods(answers.COMMIT), None, f"production runs {answers.COMMIT[:12]}, not"),
    ("argocd", synced(answers.COMMIT, "Healthy"), None, f"production runs {answers.COMMIT[:12]}, not"),
    ("codedeploy", None, deployment("BLUE_GREEN", Succeeded=1, Failed=1), "serves d-OLD000001, as before"),
    ("codedeploy", None, deployment(Succeeded=0, Failed=0, InProgress=0), "serves d-OLD000001, as before"),
    ("elastic-beanstalk", None, [[OLD, OLD], []], f"serves {OLD}"),
    ("github-actions", None, [run(8, "success")], f"production runs {answers.COMMIT[:12]}, not"),
    ("heroku", [{"version": 14, "description": "Deploy ffffffff", "status": "failed", "current": False},
                *json.loads(answers.CURRENT["heroku"])], None, "serves 13"),
    ("ecs", None, None, "serves arn:aws"),
]  # fmt: skip


def text(said, shop):
    said = said if isinstance(said, str) else json.dumps(said)
    return said.replace(NEW, shop.commit)


def tells(shop, on, current=None, spread=None, *, dumb=()):
    """From now on the programs answer so; whatever changes something fails, and so does a question in `dumb`."""
    settings = shop.config["deploy"]["settings"]
    known = on_platform.answers_of(on, settings)
    common = {"production": "main", "environment": "production", **settings, "newest": "d-NEW000001"}
    for action, said in (("current", current), ("spread", spread)):
        planned = loader.plan(on, action, common | {"last": "d-OLD000001"})
        if said is not None:
            known[" ".join(planned.commands[0])] = text(said, shop)
        if action in dumb:
            known.pop(" ".join(planned.commands[0]), None)
    cases = "".join(
        f"{shlex.quote(line)}) printf '%s\\n' {shlex.quote(out)};;\n" for line, out in known.items()
    )
    program = f'#!/bin/sh\ncase "${{0##*/}} $*" in\n{cases}*) echo "error: batch 2 of 3 failed" >&2; exit 1;;\nesac\n'
    for name in set(on.programs) - {"git", "ssh"}:
        (shop.folder / "programs" / name).write_text(program)
        (shop.folder / "programs" / name).chmod(0o755)


@pytest.fixture
def fails(shop, place, monkeypatch):
    """A deployment that fails on a platform that then says what it is told to; return how it came out."""
    monkeypatch.setattr(production, "_AFTER_A_FAILURE", 0.2)

    def done(name, current, spread):
        on = place(name)
        plan = ProductionStep().plan(shop.ctx, "deploy")
        assert plan.commands, plan.by_hand
        tells(shop, on, current, spread)
        if name == "heroku":
            shop.here("remote", "add", "heroku", str(shop.folder / "nowhere.git"))
        shop.see(STEP, "running", **plan.evidence)
        shop.record.runs.append({"n": 1, "step": STEP, "at": shop.ctx.now, "note": plan.note.to_dict()})
        shop.record.steps[STEP]["run"] = 1
        state, folder = shop.run(plan)
        assert not state.succeeded
        return on, ProductionStep().conclude(shop.ctx, state, str(folder))

    return done


def settle(shop, step, found):
    state = {"done": "done", "unknown": "unknown"}.get(found.state, "failed")
    seen = found.merged(shop.record.stored(step)) | {"why": found.why}
    shop.record.steps[step] = {"state": state, "round": 1, "evidence": seen}


@pytest.mark.parametrize(("name", "current", "spread", "words"), MIXED)
def test_while_several_versions_serve_none_is_said_to_be_live(shop, fails, name, current, spread, words):
    on, found = fails(name, current, spread)
    assert found.state == "unknown", found
    assert f"{on.name} runs more than one version: " in found.why and text(words, shop) in found.why
    assert "failed" in found.why and "as before" not in found.why
    settle(shop, STEP, found)
    kept = shop.record.seen(Deployed)
    assert (kept.runs, kept.seen_by) == ("", ""), "nothing is said to run"
    assert ProductionStep().probe(shop.ctx).state == "unknown", "nor when it is looked at again"


@pytest.mark.parametrize(("name", "current", "spread", "words"), WHOLE)
def test_where_all_of_it_runs_what_ran_before_that_is_said(shop, fails, name, current, spread, words):
    _, found = fails(name, current, spread)
    assert found.state == "failed", found
    assert words in found.why and "more than one version" not in found.why


ROLLING = {"services": [{"taskDefinition": answers.TASK, "deployments": [{"rolloutState": "FAILED"}]}]}


@pytest.mark.parametrize(
    ("name", "current", "words"),
    [
        ("ecs", ROLLING, "names no single release that is live (it says FAILED)"),
        (
            "helm",
            {"version": 13, "info": {"status": "failed"}},
            "names no single release that is live (it says failed)",
        ),
        (
            "elastic-beanstalk",
            {"Environments": [{"VersionLabel": OLD, "Status": "Updating"}]},
            "runs more than one version: it is still updating",
        ),
    ],
)
def test_a_state_in_which_nothing_is_sure_is_named(shop, fails, name, current, words):
    on, found = fails(name, current, None)
    assert found.state == "unknown" and f"{on.name} {words}" in found.why, found


@pytest.mark.parametrize("name", ["codedeploy", "elastic-beanstalk"])
def test_where_the_question_is_not_answered_it_is_not_known(shop, fails, name):
    on = loader.load(name)
    _, found = fails(name, None, None)
    assert found.state == "unknown", found
    assert f"whether all of {on.name} runs the same could not be seen (" in found.why


def test_one_answer_of_production_is_not_all_of_it(shop, fails, monkeypatch):
    """Behind one address there are old pods and new ones: which of them answers says nothing."""
    shop.config["git"] = {}
    on, _ = fails("kubernetes", pods(NEW, replicas=4, updated=1), None)
    live = shop.folder / "live"
    live.write_text(shop.commit)
    shop.configure(
        deploy=shop.config["deploy"],
        policy={"P1": {"order": "deploy-first"}},
        git={"live": {"run": [PYTHON, "-c", f"print(open({str(live)!r}).read())"]}},
    )
    assert arrival.look(shop.ctx, shop.commit).mixed
    assert ProductionStep().probe(shop.ctx).state == "unknown"
    tells(shop, on, pods(NEW))
    assert ProductionStep().probe(shop.ctx).state == "done"


def test_it_is_settled_once_all_of_it_runs_the_same(shop, fails):
    on, found = fails("codedeploy", None, deployment(Succeeded=1, Failed=1))
    settle(shop, STEP, found)
    tells(shop, on, None, deployment(Succeeded=0, Failed=0, InProgress=0))
    assert ProductionStep().probe(shop.ctx).state in ("failed", "unknown")
    assert "more than one version" not in ProductionStep().probe(shop.ctx).why


@pytest.mark.parametrize(
    ("name", "current", "spread"),
    [
        ("kubernetes", pods(answers.COMMIT, replicas=4, updated=2), None),
        ("codedeploy", None, deployment(Succeeded=1, Failed=1)),
        ("elastic-beanstalk", None, [[OLD, "hotfix-ENG-7"], []]),
    ],
)
def test_a_rollback_that_fails_half_way_is_neither_back_nor_not(shop, place, name, current, spread):
    on = place(name)
    seen = ProductionStep().plan(shop.ctx, "deploy").evidence
    shop.see(STEP, "done", **seen, release={"id": "99"})
    plan = Rollback().plan(shop.ctx)
    assert plan.commands, plan.by_hand
    tells(shop, on, current, spread)
    found = shop.do(Rollback())
    assert found.state == "unknown" and f"{on.name} runs more than one version" in found.why, found
    assert Rollback().probe(shop.ctx).state == "unknown"


def test_before_the_next_attempt_it_is_said(shop, fails):
    _, found = fails("codedeploy", None, deployment(Succeeded=1, Failed=1))
    settle(shop, STEP, found)
    warnings = []
    known = known_before(shop.ctx, shop.commit, None, warnings)
    assert warnings[0].startswith("AWS CodeDeploy runs more than one version: d-NEW000001 is Failed in place")
    assert known.previous_release == "d-OLD000001", "that is still what a rollback goes to"
    assert not any("serves d-OLD000001 now" in said for said in warnings)


def test_as_what_is_live_a_stuck_rollout_is_a_question_and_no_answer(shop, place):
    on = place("kubernetes")
    tells(shop, on, pods(NEW, replicas=4, updated=1))
    (seen,) = [one for one in live_ask.ask(shop.ctx) if one.key == "platform"]
    assert not seen.commit and seen.mixed
    assert seen.why == "it runs more than one version: 1 of 4 pods run what the Deployment says now"


@pytest.mark.parametrize("step", [LiveStep(), ProductionStep()])
def test_no_other_source_makes_it_one_version(shop, place, step):
    on = place("kubernetes")
    live = shop.folder / "live"
    live.write_text(shop.commit)
    says = {"run": [PYTHON, "-c", f"print(open({str(live)!r}).read())"]}
    shop.configure(deploy=shop.config["deploy"], policy=shop.config["policy"], git={"live": says})
    tells(shop, on, pods(NEW, replicas=4, updated=1))
    found = step.probe(shop.ctx)
    assert found.state == "unknown" and "1 of 4 pods run" in found.why, found
    tells(shop, on, pods(NEW))
    assert step.probe(shop.ctx).state == "done"


@pytest.mark.parametrize(
    ("said", "state"),
    [("failed", "unknown"), ("done", "unknown"), ("waiting", "waiting"), ("none", "unknown")],
)
def test_a_run_of_the_forge_that_ended_does_not_make_it_one_version(shop, place, said, state):
    on = place("kubernetes")
    tells(shop, on, pods(NEW, replicas=4, updated=1))
    arrived = arrival.look(shop.ctx, shop.commit, after_failure=True)
    found = by_push.judged(shop.ctx, shop.commit, arrived, Pushed(said, "The run of the push ended"))
    assert found.state == state, found
    assert said == "waiting" or "1 of 4 pods run" in found.why
