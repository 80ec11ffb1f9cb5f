"""The repository of these tests: a small shop whose sums are wrong, at five points of its hotfix.

Everything has fixed dates and names, so that commits are the same in every run. The remote is reached by ssh as
far as git can tell; "ssh" is a script here that runs git's other end on this machine.
"""

import os
import shlex
import subprocess
from pathlib import Path

LEVELS = ("found", "branched", "changed", "pushed", "merged")
BRANCH = "hotfix/ENG-1234-totals-leave-out-the-last"
URL = "git@bitbucket.org:shop/shop.git"

CONFIG = """\
service = "shop"
support = "help@shop.example"
signature = "The shop team"

[git]
production = "main"
backports = ["release/2.2"]

[commands]
test = ["python3", "-m", "unittest", "discover", "-s", "tests"]
build = ["make", "build"]
regression = ["python3", "-m", "unittest", "{files}"]

[deploy]
production = ["./deploy", "production", "{commit}"]
staging = ["./deploy", "staging", "{commit}"]
rollback = ["./deploy", "production", "{previous}"]
production-url = "https://shop.example"

[[smoke]]
name = "three prices are added up"
url = "https://shop.example/total?prices=1,2,3"
expect-body = "6"

[notify]
internal = { command = ["./post", "internal"] }

[checklists]
verify = [{ id = "cache", text = "The cache was looked at" }]
"""

SHOP = '''\
"""Sums of carts."""


def total(prices):
    return sum(prices[:-1])
'''

FIXED = SHOP.replace(
    "return sum(prices[:-1])", "# The slice left out the last price.\n    return sum(prices)"
)

TEST = """\
import unittest

from shop import total


class Totals(unittest.TestCase):
    def test_nothing(self):
        self.assertEqual(total([]), 0)
"""

NEW_TEST = """
    def test_the_last_price_counts(self):
        self.assertEqual(total([1, 2, 3]), 6)
"""

_SSH = """\
#!/bin/sh
# Runs git's other end here instead of on a server.
for last; do :; done
cd "$(dirname "$0")/remotes" && exec sh -c "$last"
"""


class Git:
    """Git in one folder; commits get the time `clock`, a minute later each time."""

    clock = 1_772_000_000

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, *args: str) -> str:
        stamp = f"{self.clock} +0000"
        run = subprocess.run(
            ["git", *args],
            cwd=self.path,
            env=os.environ | {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        assert run.returncode == 0, (args, run.stdout, run.stderr)
        return os.fsdecode(run.stdout).strip()

    def write(self, name: str, text: str | bytes) -> None:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, message: str) -> str:
        self.clock += 60
        self("add", "-A")
        self("commit", "-q", "--allow-empty", "-m", message)
        return self("rev-parse", "HEAD")

    def tag(self, name: str) -> None:
        self("tag", "-a", name, "-m", name)


def build(folder: Path, level: str) -> None:
    """Build ``shop``, the checkout, and its remote in `folder`, as they are at `level`."""
    git = _begin(folder)
    reached = LEVELS.index(level)
    if reached >= 1:
        git("switch", "-q", "--no-track", "-c", BRANCH, "v2.3.4")
    if reached >= 2:
        git.write("shop.py", FIXED)
        git.write("tests/test_shop.py", TEST + NEW_TEST)
    if reached >= 3:
        git.commit("ENG-1234: count the last price\n\nThe slice left it out.")
        git("push", "-q", "origin", BRANCH)
    if reached >= 4:
        git("push", "-q", "origin", f"{BRANCH}:main")
        git("fetch", "-q", "origin")


def _begin(folder: Path) -> Git:
    remote = folder / "remotes" / "shop" / "shop.git"
    remote.mkdir(parents=True)
    Git(remote)("init", "-q", "--bare", "-b", "main")
    (folder / "ssh").write_text(_SSH)
    (folder / "ssh").chmod(0o755)
    path = folder / "shop"
    path.mkdir()
    git = Git(path)
    git("init", "-q", "-b", "main")
    for name, value in (
        ("core.sshCommand", shlex.quote(str(folder / "ssh"))),
        ("gc.auto", "0"),
        ("user.name", "Ann"),
        ("user.email", "ann@shop.example"),
        ("remote.origin.url", URL),
        ("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
    ):
        git("config", name, value)
    git.write("shop.py", SHOP.replace("prices[:-1]", "prices"))
    git.write("tests/test_shop.py", TEST)
    git.write(".hotfix-tui.toml", CONFIG)
    git.commit("Start the shop")
    git.tag("v2.2.0")
    git("branch", "release/2.2")
    git.write("README.md", "# Shop\n")
    git.commit("Say what this is")
    git.tag("v2.3.3")
    git.write("shop.py", SHOP)
    git.commit("Leave out the shipping line")
    git.tag("v2.3.4")
    git("push", "-q", "origin", "main", "release/2.2", "--tags")
    git("fetch", "-q", "origin")
    return git
