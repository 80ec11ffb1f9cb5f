"""A revert where no push deploys: the wizard deploys it, as the second part of the same way back."""

import os
import subprocess

import pytest

from hotfix_tui.incident.edits import runs as running
from hotfix_tui.incident.edits.person import Actor
from hotfix_tui.incident.rules import gates
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.deploy import ways_back
from hotfix_tui.steps.deploy.rollback import Rollback
from hotfix_tui.steps.release.confirm import ConfirmStep
from hotfix_tui.steps.release.merge import Merge
from tests.steps.support_release import NOW, PYTHON, Shop

pytestmark = pytest.mark.usefixtures("quick")

REVERT = "deploy.rollback"


def deployed(shop: Shop, *words: str, **deploy: object):
    """A fix that has landed and is live; the command that deploys writes the commit into the file that says so."""
    shop.fix()
    shop.do(Merge())
    shop.do(ConfirmStep())
    live = shop.folder / "live"
    live.write_text(shop.remote_main())
    shop.see("deploy.production", commit=shop.remote_main(), previous=shop.base)
    configure(shop, *(words or ("{commit}",)), **deploy)
    return live


def configure(shop: Shop, *words: str, fails: str = "", **deploy: object) -> None:
    live = shop.folder / "live"
    write = f"import sys, os; sys.exit({fails!r}) if {fails!r} else None; "
    write += f"open({str(live)!r}, 'w').write(sys.argv[1]); print('in', os.getcwd())"
    current = [PYTHON, "-c", f"print(open({str(live)!r}).read())"]
    tables = {"production": [PYTHON, "-c", write, *words], "current": current, **deploy}
    shop.configure(
        deploy={name: value for name, value in tables.items() if value is not None},
        policy={"P1": {"order": "merge-first"}},
    )


def on_a_forge(shop: Shop) -> None:
    shop.see("branch.preflight", forge="github", remote_url="https://github.com/acme/shop.git")


def test_a_revert_that_landed_is_deployed_by_the_same_way_and_confirmed_like_any_deployment(shop):
    live = deployed(shop)
    fix = shop.remote_main()
    made = shop.do(Rollback(), "revert")
    revert = shop.remote_main()
    assert made.state == "unknown" and made.why == (
        f"The revert {revert[:7]} is on main; deploy it: `rollback deploy-revert`"
    )
    assert live.read_text() == fix, "nothing is deployed by itself"
    with pytest.raises(Refused) as no:
        Rollback().plan(shop.ctx, "revert")
    assert no.value.reasons[0].sentence == f"The revert {revert[:7]} is made already: it is on main."
    plan = Rollback().plan(shop.ctx, "deploy-revert")
    assert plan.title == f"Deploy the revert {revert[:7]} to production"
    assert plan.locks == ["production"] and not plan.trusted
    assert plan.commands[-1].argv[-1] == revert
    assert "worktree" in plan.commands[0].argv and not any("revert" in c.argv for c in plan.commands)
    found = shop.do(Rollback(), "deploy-revert")
    assert found.state == "done", found
    assert live.read_text() == revert and shop.remote_main() == revert
    kept = shop.record.stored(REVERT)
    assert (kept["kind"], kept["target"], kept["taken_off"]) == ("revert", revert, fix)
    assert Rollback().probe(shop.ctx).state == "done"


def merged(shop: Shop, how: str) -> str:
    """Merge the revert's branch on the forge; return the commit of main that carries it."""
    there = shop.folder / "forge"
    shop.here("clone", "-q", str(shop.origin), str(there))
    in_ = ("-C", str(there), "-c", "user.name=Forge", "-c", "user.email=f@x.example")
    shop.here(*in_, "checkout", "-q", "main")
    (there / "along.txt").write_text("by somebody else\n")
    shop.here(*in_, "add", "along.txt")
    shop.here(*in_, "commit", "-qm", "Add along")
    branch = "origin/revert/ENG-7"
    if how == "merge":
        shop.here(*in_, "merge", "-q", "--no-ff", "-m", "Merge the revert", branch)
    elif how == "squash":
        shop.here(*in_, "merge", "-q", "--squash", branch)
        shop.here(*in_, "commit", "-qm", "Revert: Sums are wrong (#2)")
    else:
        shop.here(*in_, "cherry-pick", branch)
    shop.here(*in_, "push", "-q", "origin", "main")
    return shop.remote_main()


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_a_revert_in_a_request_is_deployed_once_that_is_merged_however_it_was(shop, how):
    live = deployed(shop)
    on_a_forge(shop)
    made = shop.do(Rollback(), "revert")
    assert made.why.endswith("once it is merged, deploy it: `rollback deploy-revert`"), made.why
    with pytest.raises(Refused, match="is made already: it is on its branch revert/ENG-7"):
        Rollback().plan(shop.ctx, "revert")
    with pytest.raises(Refused) as no:
        Rollback().plan(shop.ctx, "deploy-revert")
    (reason,) = no.value.reasons
    assert "is not on main yet" in reason.sentence and "compare/main...revert/ENG-7" in reason.cure
    assert Rollback().probe(shop.ctx).state == "unknown"
    landed = merged(shop, how)
    plan = Rollback().plan(shop.ctx, "deploy-revert")
    assert plan.commands[-1].argv[-1] == landed
    (along,) = [said for said in plan.warnings if "with it" in said]
    assert along.startswith("1 other commit goes live with it: ") and along.endswith("Add along.")
    assert shop.do(Rollback(), "deploy-revert").state == "done"
    assert live.read_text() == landed == shop.record.stored(REVERT)["target"]


def test_one_that_is_deployed_elsewhere_is_seen_by_a_look(shop):
    live = deployed(shop)
    shop.do(Rollback(), "revert")
    revert = shop.remote_main()
    waits = Rollback().probe(shop.ctx)
    assert waits.state == "unknown" and f"The revert {revert[:7]} is on main; production runs" in waits.why
    live.write_text(revert)
    assert Rollback().probe(shop.ctx).state == "done"


def test_where_its_deployment_fails_that_is_said_and_it_is_deployed_again_and_not_reverted_again(shop):
    live = deployed(shop)
    fix = live.read_text()
    shop.do(Rollback(), "revert")
    revert = shop.remote_main()
    configure(shop, "{commit}", fails="error: the quota is used up")
    found = shop.do(Rollback(), "deploy-revert")
    assert found.state == "failed"
    assert "The deployment of the revert failed" in found.why and "the quota is used up" in found.why
    assert f"production runs {fix[:7]}, not {revert[:7]}" in found.why
    assert gates.rolling_back(shop.record) == "failed"
    configure(shop, "{commit}")
    assert shop.do(Rollback(), "deploy-revert").state == "done"
    assert live.read_text() == revert == shop.remote_main()


def test_one_that_is_live_although_its_command_failed_is_not_called_failed(shop):
    live = deployed(shop)
    shop.do(Rollback(), "revert")
    revert = shop.remote_main()
    write = f"import sys; open({str(live)!r}, 'w').write({revert!r}); sys.exit('lost the connection')"
    configure(shop, "{commit}", production=[PYTHON, "-c", write])
    assert shop.do(Rollback(), "deploy-revert").state == "done"


def forget(shop: Shop) -> None:
    """Take back what only the end of the run has told: the wizard was killed before it."""
    entry = shop.record.steps[REVERT]
    kept = {name: value for name, value in entry["evidence"].items() if name not in ("target", "why")}
    shop.record.steps[REVERT] = {**entry, "state": "unknown", "evidence": kept}


@pytest.mark.parametrize("forge", [False, True])
def test_killed_after_the_push_it_goes_on_with_the_revert_that_is_there(shop, forge):
    deployed(shop)
    if forge:
        on_a_forge(shop)
    shop.do(Rollback(), "revert")
    forget(shop)
    if forge:
        with pytest.raises(Refused, match="is not on main yet"):
            Rollback().plan(shop.ctx, "deploy-revert")
        merged(shop, "merge")
    assert "The revert" in Rollback().probe(shop.ctx).why
    assert Rollback().plan(shop.ctx, "deploy-revert").title.startswith("Deploy the revert")


@pytest.mark.parametrize("steps", [2, 3])
def test_killed_before_the_push_the_revert_is_made_anew(shop, steps):
    """After the worktree is there, and after the revert is made: neither is on the production branch."""
    deployed(shop)
    tip = shop.remote_main()
    plan = Rollback().plan(shop.ctx, "revert")
    shop.see(REVERT, "unknown", **plan.evidence)
    for command in plan.commands[:steps]:
        shop.here(*command.argv[1:])
    assert shop.remote_main() == tip
    again = Rollback().plan(shop.ctx, "revert")
    assert again.title.startswith("Revert ")
    assert shop.do(Rollback(), "revert").why.endswith("deploy it: `rollback deploy-revert`")


def test_where_a_push_deploys_it_is_not_deployed_a_second_time(shop):
    live = deployed(shop)
    configure(shop, "{commit}", production=None)
    shop.record.facts["deploys.push"] = "yes"
    on_a_forge(shop)
    assert shop.do(Rollback(), "revert").why.endswith("once it is merged and deployed, say so")
    landed = merged(shop, "merge")
    plan = Rollback().plan(shop.ctx, "deploy-revert")
    assert not plan.commands and not plan.by_hand and "See whether the push" in plan.title
    assert Rollback().probe(shop.ctx).state == "unknown"
    live.write_text(landed)
    assert Rollback().probe(shop.ctx).state == "done"


def test_without_a_way_to_deploy_a_person_says_so_as_before(shop):
    deployed(shop)
    configure(shop, "{commit}", production=None)
    assert shop.do(Rollback(), "revert").why.endswith("once it is deployed, say so")
    plan = Rollback().plan(shop.ctx, "deploy-revert")
    assert not plan.commands and f"Deploy exactly the commit {shop.remote_main()}" in plan.by_hand


@pytest.mark.parametrize("word", ["{version}", "{branch}"])
def test_a_command_that_deploys_by_a_name_of_the_fix_is_not_run_with_it(shop, word):
    deployed(shop, word)
    shop.see("release.tag", tag="v1.0.1")
    shop.do(Rollback(), "revert")
    plan = Rollback().plan(shop.ctx, "deploy-revert")
    assert not plan.commands and shop.remote_main() in plan.by_hand
    assert plan.warnings[0].startswith(f"The configured command deploys by {word}, which names the fix")


@pytest.mark.parametrize(
    ("platform", "settings", "last"),
    [
        ("heroku", {"app": "shop"}, ["git", "push", "heroku", "{revert}:refs/heads/main"]),
        ("kamal", {}, ["kamal", "deploy"]),
        ("digitalocean", {"app": "0f0e0d0c-0b0a-4908-8706-050403020100"}, []),
    ],
)
def test_a_platform_deploys_it_by_its_own_commands(shop, monkeypatch, platform, settings, last):
    deployed(shop)
    tools = shop.folder / "tools"
    tools.mkdir()
    for program in ("heroku", "kamal", "doctl"):
        (tools / program).write_text("#!/bin/sh\nexit 1\n")
        (tools / program).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    (shop.here.path / "config").mkdir()
    (shop.here.path / "config" / "deploy.yml").write_text("service: shop\n")
    shop.configure(
        deploy={"platform": platform, "settings": settings}, policy={"P1": {"order": "merge-first"}}
    )
    shop.do(Rollback(), "revert")
    plan = Rollback().plan(shop.ctx, "deploy-revert")
    revert = shop.remote_main()
    words = [word for one in plan.commands for word in one.argv]
    assert plan.commands, plan.by_hand
    assert plan.commands[-1].argv == [word.replace("{revert}", revert) for word in last] or not last
    assert shop.commit not in " ".join(words)


def test_one_that_is_live_is_history_and_the_next_is_a_new_one(shop):
    deployed(shop)
    shop.do(Rollback(), "revert")
    shop.do(Rollback(), "deploy-revert")
    assert shop.record.entry(REVERT)["state"] == "done"
    assert Rollback().plan(shop.ctx, "revert").title.startswith("Revert ")


def test_its_way_back_says_that_only_the_deployment_is_left(shop):
    live = deployed(shop)
    fix = live.read_text()
    shop.do(Rollback(), "revert")
    assert ways_back.names(shop.ctx) == ["previous", "deploy-revert", "flag"]
    assert "deploy-revert" in [one.name for one in Rollback().choices(shop.ctx)]
    way = ways_back.told(shop.ctx, "deploy-revert", Rollback().plan(shop.ctx, "deploy-revert"))
    revert = shop.remote_main()[:7]
    assert way.title == "Deploy the revert" and way.goes_on and not way.missing
    assert way.says[0] == f"The revert {revert} is on main; production still runs {fix[:7]}."


def test_a_request_that_was_given_up_is_no_revert_any_more(shop):
    deployed(shop)
    on_a_forge(shop)
    shop.do(Rollback(), "revert")
    with pytest.raises(Refused) as no:
        Rollback().plan(shop.ctx, "revert")
    assert no.value.reasons[0].cure.endswith("delete that branch (origin), and `git fetch --prune`.")
    subprocess.run(["git", "--git-dir", shop.origin, "branch", "-qD", "revert/ENG-7"], check=True)
    shop.here("fetch", "-q", "--prune")
    plan = Rollback().plan(shop.ctx, "revert")
    assert plan.known.branch == "revert/ENG-7-2"
    with pytest.raises(Refused, match="no revert here that waits"):
        Rollback().plan(shop.ctx, "deploy-revert")


def test_a_look_at_one_that_waits_does_not_forget_it(shop):
    deployed(shop)
    shop.do(Rollback(), "revert")
    running.apply_probe(shop.record, Actor("ann", NOW), REVERT, Rollback().probe(shop.ctx))
    assert gates.rolling_back(shop.record) == "unknown" and not gates.rolled_back(shop.record)
    assert Rollback().plan(shop.ctx, "deploy-revert").title.startswith("Deploy the revert")


def test_that_of_an_earlier_round_is_not_this_rounds(shop):
    """What was taken off in round 1 stays in the evidence, so that the texts can say what runs."""
    deployed(shop)
    shop.do(Rollback(), "revert")
    kept = shop.record.steps[REVERT]["evidence"]
    for state, landed in (("", ["c" * 40]), ("", None), ("unknown", ["c" * 40])):
        shop.record.steps[REVERT] = {"evidence": kept} | ({"state": state} if state else {})
        if landed is None:
            shop.record.steps.pop("release.confirm")
        else:
            shop.see("release.confirm", commits=landed)
        with pytest.raises(Refused, match="no revert here that waits"):
            Rollback().plan(shop.ctx, "deploy-revert")


def test_another_way_that_failed_meanwhile_does_not_hide_the_revert(shop):
    deployed(shop)
    shop.do(Rollback(), "revert")
    shop.see(REVERT, "failed", kind="previous", target=shop.base, target_release="dpl_1")
    plan = Rollback().plan(shop.ctx, "deploy-revert")
    assert (plan.known.kind, plan.known.target, plan.known.target_release) == (
        "revert",
        shop.remote_main(),
        "",
    )


def test_after_a_bad_verdict_what_is_next_is_to_go_on_with_it(shop):
    deployed(shop)
    shop.do(Rollback(), "revert")
    shop.record.rounds[-1]["verdict"] = "worse"
    assert gates.way_on(shop.record) == "go on with the rollback, or begin the next round"
    assert "`rollback deploy-revert`" in gates.without_good_verdict(shop.record).cure
