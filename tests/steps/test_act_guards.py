"""Before what leaves the machine: production has not moved off the base, and nothing foreign is included."""

import shutil
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.guards import before_act
from hotfix_tui.steps.guards.before_act import RIDES, STOPS
from hotfix_tui.steps.guards.production_moved import MOVED
from tests.steps.support_release import PYTHON, Shop

DEPLOY = "deploy.production"
BEFORE_LANDING = ("verify.push", "pull-request.create", "release.merge", "release.tag")


@pytest.fixture
def live(shop):
    """A live command whose answer is a file; at first the base."""
    answer = shop.folder / "live"
    answer.write_text(shop.base)
    ordered(shop, "deploy-first")
    return answer


def ordered(shop: Shop, order: str) -> None:
    answer = str(shop.folder / "live")
    says = [PYTHON, "-c", f"print(open({answer!r}).read())"]
    shop.configure(git={"live": says}, policy={"P1": {"order": order}})
    shop.see("branch.base", answers={"live": shop.base})


def found(shop: Shop, step: str, **how: bool) -> list[str]:
    return [one.text for one in before_act.look(shop.ctx, step, **how).findings]


def amended(shop: Shop, *command: str) -> str:
    """Change the hotfix branch by a git command; the verified commit is its new head."""
    tree = shop.record.stored("branch.create").get("worktree")
    shop.here("-C", tree, *command)
    shop.commit = shop.here("-C", tree, "rev-parse", "HEAD")
    shop.see("verify.commit", commit=shop.commit)
    return shop.commit


def elsewhere(shop: Shop, *, push: bool = True, name: str = "theirs.txt") -> str:
    """A commit on the base that somebody else deploys from a branch of their own."""
    tree = shop.folder / "theirs"
    shop.here("worktree", "add", "-q", "--detach", str(tree), shop.base)
    (tree / name).write_text("theirs\n")
    shop.here("-C", str(tree), "add", name)
    shop.here("-C", str(tree), "commit", "-qm", "Their hotfix")
    commit = shop.here("-C", str(tree), "rev-parse", "HEAD")
    if push:
        shop.here("push", "-q", "origin", f"{commit}:refs/heads/theirs")
    return commit


@pytest.mark.parametrize("step", STOPS)
def test_nothing_is_said_while_production_runs_the_base(shop, live, step):
    shop.fix()
    assert before_act.look(shop.ctx, step)[:2] == ([], [])


@pytest.mark.parametrize("step", STOPS)
def test_production_that_moved_stops_every_act_with_a_cure(shop, live, step):
    shop.fix()
    live.write_text(elsewhere(shop))
    (one,) = before_act.look(shop.ctx, step).findings
    assert one.id == MOVED
    assert f"Production has moved: it runs {live.read_text()[:7]} (live command)" in one.text
    assert "`do branch.base`" in one.cure and f"`accept {MOVED} --why …`" in one.cure
    assert ("--choose anyway" in one.cure) == (step == DEPLOY)


@pytest.mark.parametrize("step", ["deploy.rollback", "backport.release-2-2"])
def test_a_rollback_and_a_backport_only_say_it(shop, live, step):
    shop.fix()
    live.write_text(elsewhere(shop))
    standing = before_act.look(shop.ctx, step)
    assert standing.findings == [] and "Production has moved" in standing.warnings[0]


def test_the_acceptance_of_a_push_is_not_that_of_the_deployment(shop, live):
    shop.fix()
    live.write_text(elsewhere(shop))
    contents = {step: before_act.look(shop.ctx, step).findings[0].content for step in STOPS}
    assert len({contents[step] for step in BEFORE_LANDING}) == 1
    assert contents[DEPLOY] not in {contents[step] for step in BEFORE_LANDING}


def test_a_commit_that_is_not_here_is_fetched_before_it_is_judged(shop, live):
    shop.fix()
    shop.here("clone", "-q", str(shop.origin), str(shop.folder / "other"))
    other = str(shop.folder / "other")
    (shop.folder / "other" / "b.txt").write_text("b\n")
    shop.here("-C", other, "add", "b.txt")
    shop.here("-C", other, "commit", "-qm", "Somebody else's work")
    live.write_text(shop.here("-C", other, "rev-parse", "HEAD"))
    assert "which this repository does not have" in found(shop, "verify.push")[0]
    shop.here("-C", other, "push", "-q", "origin", "HEAD:refs/heads/theirs")
    assert "does not have" in found(shop, "verify.push", may_fetch=False)[0], "nothing was fetched"
    assert f"it runs {live.read_text()[:7]} (live command), which" in found(shop, "verify.push")[0]


def test_a_fix_that_holds_what_is_live_now_only_says_so(shop, live):
    shop.fix()
    theirs = elsewhere(shop)
    live.write_text(theirs)
    amended(shop, "rebase", "-q", theirs)
    standing = before_act.look(shop.ctx, DEPLOY)
    assert standing.findings == []
    assert f"moved to {theirs[:7]} since" in standing.warnings[0]


def test_a_base_that_was_found_anew_has_to_be_under_the_fix(shop, live):
    old = shop.base
    shop.fix()
    shop.base = elsewhere(shop)
    live.write_text(shop.base)
    shop.see("branch.base", commit=shop.base, answers={"live": shop.base})
    shop.see("branch.create", start=old)
    for step in ("verify.push", DEPLOY):
        (one,) = before_act.look(shop.ctx, step).findings
        assert "the base, which" in one.text and f"rebase --onto {shop.base[:12]} {old[:12]}" in one.cure
    amended(shop, "rebase", "-q", "--onto", shop.base, old)
    assert found(shop, "verify.push") == found(shop, DEPLOY) == []


def test_merge_first_a_newer_deployment_of_the_production_branch_is_a_warning(shop, live):
    ordered(shop, "merge-first")
    shop.fix()
    live.write_text(shop.undeployed())
    standing = before_act.look(shop.ctx, "release.merge")
    assert standing.findings == [] and "the tests ran without it" in standing.warnings[0]
    assert found(shop, "release.tag") != []


def test_production_that_runs_the_fix_already_has_not_moved(shop, live):
    commit = shop.fix()
    live.write_text(commit)
    later = shop.here("commit-tree", "-p", commit, "-m", "later", f"{commit}^{{tree}}")
    for answer in (commit, later, shop.here("commit-tree", "-m", "as a squash", f"{commit}^{{tree}}")):
        live.write_text(answer)
        assert [found(shop, step) for step in STOPS] == [[]] * len(STOPS)


def test_what_the_wizard_rolled_back_to_is_expected(shop, live):
    older = shop.base
    shop.base = shop.here.commit("Bad release", bad__txt="x\n")
    shop.here("push", "-q", "origin", "main")
    shop.see("branch.base", commit=shop.base, choice="taken-off")
    shop.see("deploy.rollback", target=older, taken_off=shop.base)
    shop.fix()
    live.write_text(older)
    assert before_act.look(shop.ctx, DEPLOY)[:2] == ([], [])


def test_a_base_taken_against_what_a_source_says_has_not_moved_but_a_deployment_would_take_it_off(shop, live):
    theirs = elsewhere(shop)
    live.write_text(theirs)
    shop.fix()
    shop.see("branch.base", choice="v1.0.0", answers={"live": theirs})
    assert found(shop, "verify.push") == []
    assert "would take off" in found(shop, DEPLOY)[0]


def test_a_source_that_does_not_answer_is_no_obstacle(shop, live):
    shop.fix()
    live.unlink()
    standing = before_act.look(shop.ctx, "release.merge")
    assert (
        standing.findings == [] and "could not be seen: live command: exit status 1" in standing.warnings[0]
    )


def test_an_address_whose_answer_changes_is_noticed(shop):
    says = [shop.base.encode()]

    class Version(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(says[0])

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Version)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        shop.configure(git={"live": f"http://127.0.0.1:{server.server_port}/version"})
        shop.fix()
        assert found(shop, "pull-request.create") == []
        says[0] = elsewhere(shop).encode()
        assert "(live url)" in found(shop, "pull-request.create")[0]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# What else is included: three ways in which undeployed work gets into a hotfix.

LOOKED_THROUGH = ("pull-request.create", "release.merge", DEPLOY)


@pytest.mark.parametrize("step", LOOKED_THROUGH)
def test_undeployed_work_that_came_in_with_a_merge_is_found(shop, live, step):
    foreign = shop.undeployed()
    shop.fix()
    assert found(shop, step) == []
    amended(shop, "merge", "-q", "--no-edit", "main")
    (one,) = before_act.look(shop.ctx, step).findings
    assert one.id == RIDES and f"{foreign[:7]} Add new.txt" in one.text
    assert f"`accept {RIDES} --why …`" in one.cure


@pytest.mark.parametrize("order", ["deploy-first", "merge-first"])
def test_undeployed_work_that_was_picked_is_found(shop, live, order):
    ordered(shop, order)
    foreign = shop.undeployed()
    shop.fix()
    amended(shop, "cherry-pick", foreign)
    amended(shop, "commit", "-q", "--allow-empty", "-m", "fix: the rest")
    assert "it was picked from there" in found(shop, "pull-request.create")[0]
    shop.see("branch.create", adopted=True)
    assert found(shop, "pull-request.create") == [], "whoever named the fix has named the pick"


def test_production_that_is_not_on_the_branch_is_clean_and_is_found_when_main_comes_in(shop, live):
    """Production runs an earlier hotfix that was never merged; the new one starts from there."""
    shop.base = elsewhere(shop)
    live.write_text(shop.base)
    shop.see("branch.base", commit=shop.base, answers={"live": shop.base})
    foreign = shop.undeployed()
    shop.fix()
    assert [found(shop, step) for step in LOOKED_THROUGH] == [[], [], []]
    amended(shop, "merge", "-q", "--no-edit", "main")
    assert f"{foreign[:7]} Add new.txt" in found(shop, "release.merge")[0]
    assert shop.base[:7] not in found(shop, "release.merge")[0], "what is live is not reported as included"


def test_production_that_is_not_on_the_branch_would_be_taken_off_by_what_landed(shop, live):
    ordered(shop, "merge-first")
    shop.base = elsewhere(shop)
    live.write_text(shop.base)
    shop.see("branch.base", commit=shop.base, answers={"live": shop.base})
    shop.fix()
    landed = shop.here.commit("The fix, picked to main", app__txt="mended\n")
    shop.see("release.confirm", commit=landed)
    assert "would take off" in found(shop, DEPLOY)[0]
    shop.here("cherry-pick", shop.base)
    shop.see("release.confirm", commit=shop.here("rev-parse", "HEAD"))
    assert found(shop, DEPLOY) == [], "main carries it by its patch"


def test_rolling_forward_takes_the_branch_along_on_purpose(shop, live):
    head = shop.undeployed()
    shop.base = head
    shop.see("branch.base", commit=head, choice="production")
    shop.fix()
    assert [found(shop, step) for step in LOOKED_THROUGH] == [[], [], []]


def test_the_way_past_is_offered_only_where_something_was_found(shop, live):
    shop.fix()
    assert ProductionStep().choices(shop.ctx) == []
    shop.see("branch.base", findings=[{"id": MOVED, "text": "Production has moved.", "content": "1"}])
    assert [choice.name for choice in ProductionStep().choices(shop.ctx)] == ["deploy", "anyway"]


def test_without_an_account_nothing_is_asked_and_nothing_stops(shop, monkeypatch):
    """A forge whose command line is not here: no source, so neither finding nor warning."""
    shop.fix()
    shop.see("branch.preflight", forge="github", remote_url="https://github.com/acme/shop.git")
    tools = shop.folder / "tools"
    tools.mkdir()
    (tools / "git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", str(tools))
    assert before_act.look(shop.ctx, "verify.push")[:2] == ([], [])
