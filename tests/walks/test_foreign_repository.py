"""A repository that the drill did not make: master, a remote called upstream, no tags, no configuration, make test.

The engineer has the fix half done in a dirty checkout; it is taken along into a worktree, and the checkout stays byte
for byte as it was.
"""

import os
from pathlib import Path

import pytest

from tests.walks import acts
from tests.walks.support import Desk, offences, tree_hash

pytestmark = pytest.mark.walk

MAKEFILE = "test:\n\tpython3 -m unittest discover -s tests -q\n"
BROKEN = "def total(prices):\n    return len(prices)\n"
FIXED = "def total(prices):\n    # The sum, not the number of prices.\n    return sum(prices)\n"
SUITE = """import unittest

from shop import total


class Totals(unittest.TestCase):
    def test_nothing_costs_nothing(self):
        self.assertEqual(total([]), 0)
"""
REGRESSION = """import unittest

from shop import total


class Sums(unittest.TestCase):
    def test_prices_are_added(self):
        self.assertEqual(total([2, 3]), 5)
"""


@pytest.fixture
def desk(tmp_path):
    """A clone of a remote "upstream", with work in progress in it."""
    desk = Desk(root=tmp_path / "desk", checkout=tmp_path / "shop")
    seed, remote = tmp_path / "seed", tmp_path / "shop.git"
    seed.mkdir()
    desk.git("init", "--quiet", "--initial-branch=master", cwd=seed)
    (seed / "tests").mkdir()
    files = {
        "Makefile": MAKEFILE,
        "shop.py": BROKEN,
        "tests/test_shop.py": SUITE,
        ".gitignore": "*.pyc\n.env\n",
    }
    for name, text in files.items():
        (seed / name).write_text(text)
    desk.git("add", "--all", cwd=seed)
    desk.git("commit", "--quiet", "-m", "Add totals", cwd=seed)
    desk.git("clone", "--quiet", "--bare", str(seed), str(remote), cwd=tmp_path)
    desk.git("clone", "--quiet", "-o", "upstream", str(remote), str(desk.checkout), cwd=tmp_path)
    (desk.checkout / "shop.py").write_text(FIXED)
    (desk.checkout / "tests" / "test_sums.py").write_text(REGRESSION)
    (desk.checkout / "scratch.txt").write_text("what I was doing before the pager rang\n")
    (desk.checkout / ".env").write_text("SECRET=1\n")
    os.symlink("shop.py", desk.checkout / "link.py")
    return desk


def as_it_is(desk: Desk) -> tuple[str, bytes, str, str]:
    """The checkout with its index and HEAD, bytes and all."""
    git = desk.checkout / ".git"
    return (
        tree_hash(desk.checkout, skip=(".git",)),
        (git / "index").read_bytes(),
        (git / "HEAD").read_text(),
        desk.git("rev-parse", "refs/heads/master"),
    )


def test_a_fix_in_a_dirty_checkout_is_taken_along_and_the_checkout_stays_as_it_was(desk, tmp_path):
    desk.git("status")  # git itself may refresh the index once
    before = as_it_is(desk)
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P1")
    acts.carry_out(
        desk, [*acts.describe("Totals count the prices."), *acts.branch("--choose", "worktree-with-changes")]
    )
    made = desk.evidence("branch.create")
    work = Path(made["worktree"])
    assert work != desk.checkout and (work / "shop.py").read_text() == FIXED
    acts.carry_out(
        desk,
        [
            acts.to("fix"),
            acts.do("fix.change", "--choose", "include:tests/test_sums.py"),
            acts.fact("cause.summary", "The number of prices was returned."),
            acts.fact("fix.summary", "Return the sum."),
            acts.do("fix.regression-test"),
            acts.do("fix.guard"),
            acts.to("verify"),
        ],
    )
    assert desk.evidence("fix.change")["chosen"] == ["tests/test_sums.py"]
    if desk.call("do", "verify.test").code == 6:
        desk.do("trust", "--yes")
        desk.do("do", "verify.test")
    assert "make test" in desk.evidence("verify.test")["command"]
    proof = desk.call("do", "verify.proof")
    more = [] if proof.code == 0 else [acts.waive("verify.proof", "Kim Lead", "seen by hand")]
    acts.carry_out(
        desk,
        [
            *more,
            acts.ticks(*(f"verify.{name}" for name in acts.TICKS)),
            acts.do("verify.commit"),
        ],
    )
    said = desk.no(5, "do", "verify.push").err
    assert "link.py, scratch.txt" in said and "not committed" in said
    desk.do("do", "verify.test")  # once more, on the commit alone
    acts.carry_out(
        desk,
        [
            acts.do("verify.push"),
            *acts.pull_request(),
            *acts.release(),
            acts.to("deploy"),
        ],
    )
    by_hand = desk.do("do", "deploy.production", "--confirm", "ENG-7")
    fix, landed = desk.evidence("verify.commit")["commit"], desk.evidence("release.confirm")["commit"]
    assert landed in by_hand.out, "the instructions name the commit"
    acts.carry_out(
        desk,
        [
            acts.tick("deploy.production", "--note", "by our web console"),
            acts.tick("deploy.live"),
            acts.to("monitor"),
            acts.tick("monitor.smoke"),
            acts.ticks(*(f"monitor.{name}" for name in acts.LOOKS)),
            acts.waive("monitor.watch", "Kim Lead", "the console shows it"),
            acts.verdict("fixed", "Totals are sums again."),
            acts.to("communicate"),
            acts.fact("components", "the till", ["the till"]),
            acts.fact("impact.not-affected", "Payments"),
            acts.fact("data-loss", "no"),
            acts.fact("customer-action", "None"),
            acts.send("internal", "resolved", "--by-hand"),
            acts.send("status-page", "resolved", "--by-hand"),
            *acts.review(),
        ],
    )
    assert as_it_is(desk) == before
    remote = tmp_path / "shop.git"
    assert desk.git("rev-parse", "master", cwd=remote) == landed
    assert desk.git("merge-base", fix, "master", cwd=remote) == fix
    assert desk.git("show", "master:shop.py", cwd=remote) + "\n" == FIXED
    changed = desk.git("diff", "--name-only", f"{fix}~1", fix, cwd=remote).splitlines()
    assert changed == ["shop.py", "tests/test_sums.py"], "nothing else is included"
    assert desk.git("tag", "--list", cwd=remote) == ""
    assert desk.git("stash", "list") == ""
    assert desk.git("branch", "--format=%(refname:short)", cwd=remote).splitlines() == [
        made["branch"],
        "master",
    ]
    assert desk.status()["state"] == "closed"
    assert offences(desk.git_calls()) == []
