"""From the base to the landed fix in every kind of repository, by plain calls on the engine, under the real supervisor.

Each kind is made as people make it, by git itself. The way is the same for all: look, find the base, make the branch,
change, test, commit, push where there is somewhere to push to, land, and see that it landed. At the end the checkout
from which it was started is as it was.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hotfix_tui.config import load as config
from hotfix_tui.config import trust
from hotfix_tui.engine import commands, documents, execute, opening, prepare, reconcile
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.place import find_place
from hotfix_tui.incident.rules import gates
from hotfix_tui.incident.rules import identity_chain as chain
from hotfix_tui.session import places
from hotfix_tui.session.store import Store
from tests import counts
from tests.gitworld import World

SHOP = "def total(prices):\n    return sum(prices) or 0\n"
FIXED = "def total(prices):\n    return sum(p for p in prices if p) or 0\n"
TEST = "import unittest\nfrom shop import total\n\n\nclass T(unittest.TestCase):\n    def test_it(self):\n        "
TEST += "self.assertEqual(total([1]), 1)\n"
CONFIG = f"""\
[git]
tag = "off"
[commands]
test = [{sys.executable!r}, "-B", "-m", "unittest"]
"""
POINTER = "version https://example.com/pointer\n"


@dataclass
class Kind:
    """A checkout to start in: where the fix has to be in the end, and what more has to be true then."""

    start: Path
    lands_in: Path
    pushed_to: Path | None = None
    choose: str = ""
    tests: bool = True
    there: Callable[[Path], None] = lambda worktree: None
    """Looks at the hotfix worktree once it is there."""
    origin: World | None = None
    files: dict[str, str] = field(default_factory=lambda: {"shop.py": FIXED})


def _served(tmp_path: Path, **more: str) -> World:
    """A bare remote with a released and an unreleased commit; what stands for a forge."""
    seed = World(tmp_path / "seed")
    seed.commit("Start", **{"shop.py": SHOP, "test_shop.py": TEST, ".gitignore": ".env\n"}, **more)
    seed("tag", "-a", "v1.0.0", "-m", "v1.0.0")
    return seed


def _bare(seed: World, name: str = "origin.git") -> World:
    remote = seed.path.with_name(name)
    subprocess.run(
        ["git", "clone", "-q", "--bare", str(seed.path), str(remote)], check=True, capture_output=True
    )
    world = World.__new__(World)
    world.path, world.time = remote, seed.time
    for key in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        world("config", key, "true")
    return world


def _clone(remote: World, path: Path, *options: str) -> Path:
    subprocess.run(
        ["git", "clone", "-q", *options, f"file://{remote.path}", str(path)], check=True, capture_output=True
    )
    (path / ".git/info").mkdir(exist_ok=True)
    with (path / ".git/info/exclude").open("a") as exclude:
        exclude.write("/.hotfix-tui.toml\n")
    return path


def _many(seed: World, count: int = 6) -> None:
    for number in range(count):
        seed.commit(f"Release {number}", notes=f"{number}\n")
    seed("tag", "-a", "v1.0.1", "-m", "v1.0.1")


def shallow(tmp_path: Path) -> Kind:
    seed = _served(tmp_path)
    _many(seed)
    seed.commit("Not live yet", later="1\n")
    remote = _bare(seed)
    start = _clone(remote, tmp_path / "shop", "--depth=1")
    return Kind(start, remote.path, remote.path)


def partial(tmp_path: Path) -> Kind:
    seed = _served(tmp_path)
    _many(seed)
    seed.commit("Not live yet", **{"shop.py": "def total(prices):\n    return sum(prices)\n", "later": "1\n"})
    seed.commit("Back again", **{"shop.py": SHOP})
    remote = _bare(seed)
    start = _clone(remote, tmp_path / "shop", "--filter=blob:none")
    return Kind(start, remote.path, remote.path)


def sparse(tmp_path: Path) -> Kind:
    seed = _served(tmp_path)
    seed.write("huge/data.txt", "x\n" * 100)
    seed.commit("Data")
    seed("tag", "-a", "v1.0.2", "-m", "v1.0.2")
    remote = _bare(seed)
    start = _clone(remote, tmp_path / "shop", "--sparse")

    def there(worktree: Path) -> None:
        assert (worktree / "shop.py").exists() and not (worktree / "huge").exists()

    return Kind(start, remote.path, remote.path, choose="worktree", there=there)


def submodule(tmp_path: Path) -> Kind:
    lib = World(tmp_path / "lib")
    lib.commit("Lib", **{"lib.py": "RATE = 1\n"})
    seed = World(tmp_path / "seed")
    seed("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(lib.path), "lib")
    test = TEST.replace("from shop import total", "from lib.lib import RATE\nfrom shop import total")
    seed.commit("Start", **{"shop.py": SHOP, "test_shop.py": test})
    seed("tag", "-a", "v1.0.0", "-m", "v1.0.0")
    remote = _bare(seed)
    os.environ["GIT_ALLOW_PROTOCOL"] = "file"
    start = _clone(remote, tmp_path / "shop", "--recurse-submodules")

    def there(worktree: Path) -> None:
        assert (worktree / "lib" / "lib.py").read_text() == "RATE = 1\n"

    return Kind(start, remote.path, remote.path, choose="worktree", there=there)


def lfs(tmp_path: Path) -> Kind:
    """A filter as that of git-lfs: what git keeps is a pointer, what lies in the worktree is the content."""
    store = tmp_path / "store"
    store.mkdir()
    clean, smudge = tmp_path / "clean", tmp_path / "smudge"
    clean.write_text(
        f"#!/bin/sh\ncat > {store}/new\nname=$(sha256sum < {store}/new | cut -c1-64)\n"
        f"mv {store}/new {store}/$name\nprintf '{POINTER.strip()}\\n%s\\n' $name\n"
    )
    smudge.write_text(f"#!/bin/sh\nread version\nread name\ncat {store}/$name\n")
    for program in (clean, smudge):
        program.chmod(0o755)
        subprocess.run(["git", "config", "--global", f"filter.lfs.{program.name}", str(program)], check=True)
    subprocess.run(["git", "config", "--global", "filter.lfs.required", "true"], check=True)
    seed = _served(
        tmp_path, **{".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n", "rates.bin": "1 2 3\n"}
    )
    assert seed("show", "HEAD:rates.bin").startswith(POINTER.strip())
    remote = _bare(seed)
    start = _clone(remote, tmp_path / "shop")

    def there(worktree: Path) -> None:
        assert (worktree / "rates.bin").read_text() == "1 2 3\n"

    found = Kind(start, remote.path, remote.path, choose="worktree", there=there)
    found.files["rates.bin"] = "4 5 6\n"
    return found


def bare(tmp_path: Path) -> Kind:
    """A bare repository with a worktree for each branch; the wizard starts in one of them."""
    remote = _bare(_served(tmp_path))
    here = tmp_path / "here" / ".bare"
    subprocess.run(["git", "clone", "-q", "--bare", f"file://{remote.path}", str(here)], check=True)
    world = World.__new__(World)
    world.path, world.time = here, 1_700_000_000
    world("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
    world("fetch", "-q", "origin")
    world("worktree", "add", "-q", str(tmp_path / "here" / "main"), "main")
    (here / "info").mkdir(exist_ok=True)
    (here / "info" / "exclude").write_text("/.hotfix-tui.toml\n")
    return Kind(tmp_path / "here" / "main", remote.path, remote.path, choose="worktree")


def bare_itself(tmp_path: Path) -> Kind:
    """Started in the bare repository, where there are no files at all."""
    kind = bare(tmp_path)
    kind.start = tmp_path / "here" / ".bare"
    kind.tests = False  # nothing is checked out, so no configuration is read
    return kind


def two_remotes(tmp_path: Path) -> Kind:
    seed = _served(tmp_path)
    remote, other = _bare(seed), _bare(seed, "mirror.git")
    start = _clone(remote, tmp_path / "shop")
    subprocess.run(["git", "remote", "add", "mirror", str(other.path)], cwd=start, check=True)
    subprocess.run(["git", "fetch", "-q", "mirror"], cwd=start, check=True)
    return Kind(start, remote.path, remote.path)


def fork(tmp_path: Path) -> Kind:
    """`origin` is the engineer's fork and behind; production is built from `upstream`."""
    seed = _served(tmp_path)
    mine = _bare(seed, "fork.git")
    seed.commit("Only upstream", upstream="1\n")
    seed("tag", "-a", "v1.1.0", "-m", "v1.1.0")
    parent = _bare(seed, "upstream.git")
    start = _clone(mine, tmp_path / "shop")
    subprocess.run(["git", "remote", "add", "upstream", str(parent.path)], cwd=start, check=True)

    def there(worktree: Path) -> None:
        assert (worktree / "upstream").exists(), "the base is upstream's release, not that of the fork"

    return Kind(start, parent.path, mine.path, there=there)


def no_remote(tmp_path: Path) -> Kind:
    seed = _served(tmp_path)
    seed.write(".git/info/exclude", "/.hotfix-tui.toml\n")
    return Kind(seed.path, seed.path, choose="worktree")


KINDS = (shallow, partial, sparse, submodule, lfs, bare, bare_itself, two_remotes, fork, no_remote)


@pytest.fixture
def kept_environment(isolated: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "file")
    yield


def _git(path: Path, *args: str) -> str:
    run = subprocess.run(["git", *args], cwd=path, capture_output=True, check=True)
    return os.fsdecode(run.stdout).strip()


def _opened(kind: Kind) -> Engine:
    root = str(kind.start)
    if kind.tests:
        (kind.start / ".hotfix-tui.toml").write_text(CONFIG)
    place = find_place(root)
    trust.allow(Path(places.state_root()), config.load(place.root), place.root)
    start = opening.Start("ENG-7", "P1", {"title": "Totals are wrong", "impact.seen": "wrong sums"})
    return opening.open_incident(place, Store(place.sessions, who="ann"), start, by="ann")


def _do(engine: Engine, step: str, choice: str = "") -> None:
    found = execute.carry_out(engine, step, choice=choice)
    end = time.monotonic() + 240
    while found.state == "running" and time.monotonic() < end:
        time.sleep(0.01)
        found = reconcile.collect_result(engine, step) or found
    log = Path(engine.run_directory(found.run), "log").read_text() if found.run else ""
    assert found.state == "done", (step, found.state, found.why, log)


def _clear(engine: Engine, act: str) -> None:
    """Waive, tick or write what stands before `act` and is not this test's subject."""
    for reason in gates.blockers(engine.record, act):
        if "waive" in reason.cure:
            commands.waive(engine, reason.step, "kim", "not what is looked at here")
        elif "tick" in reason.cure:
            commands.tick(engine, reason.step, "kim")
        else:
            assert reason.step == "pull-request.body", str(reason)
            documents.write(engine, "pr")


def _kept(path: Path) -> dict[str, object]:
    """What belongs to the engineer: files, HEAD, index, stash."""
    found: dict[str, object] = {
        "head": _git(path, "rev-parse", "HEAD"),
        "branch": _git(path, "symbolic-ref", "HEAD"),
    }
    if _git(path, "rev-parse", "--is-bare-repository") == "false":
        found["status"] = _git(path, "status", "--porcelain", "--ignored")
        found["files"] = {p.name: p.read_bytes() for p in path.iterdir() if p.is_file()}
    return found


DAILY = (partial, submodule, bare_itself, fork, no_remote)
"""The others are met daily too, at the steps that they stop or change: by `tests.faults` and the steps' own tests."""


@pytest.mark.parametrize("make", counts.these(KINDS, DAILY), ids=lambda make: make.__name__)
def test_from_the_base_to_the_landed_fix(
    make: Callable[[Path], Kind], tmp_path: Path, kept_environment: None
) -> None:
    kind = make(tmp_path)
    engine = _opened(kind)
    before = _kept(kind.start)
    _do(engine, "triage.rollback-first", "fix")
    for step in ("branch.preflight", "branch.base"):
        _do(engine, step)
    _do(engine, "branch.create", kind.choose)
    worktree = Path(engine.context().worktree)
    kind.there(worktree)
    for name, text in kind.files.items():
        (worktree / name).write_text(text)
    _do(engine, "fix.change")
    if kind.tests:
        _do(engine, "verify.test")
    _do(engine, "verify.commit")
    commit = _git(worktree, "rev-parse", "HEAD")
    assert _git(worktree, "diff", "--name-only", "HEAD^", "HEAD").splitlines() == sorted(kind.files)
    if kind.pushed_to:
        _clear(engine, "verify.push")
        _do(engine, "verify.push")
        branch = engine.context().branch
        assert _git(kind.pushed_to, "rev-parse", f"refs/heads/{branch}") == commit
    if make is no_remote:
        # The production branch is checked out in the start checkout: the wizard never moves what is checked out.
        plan = prepare.plan(engine, "release.merge")
        assert not plan.commands and "git merge" in plan.by_hand
        _git(kind.start, "merge", "-q", "--ff-only", commit)
        before = _kept(kind.start)
    _clear(engine, "release.merge")
    _do(engine, "release.merge")
    _do(engine, "release.confirm")
    landed = engine.record.stored("release.confirm").get("commit", "")
    assert _git(kind.lands_in, "merge-base", "--is-ancestor", commit, "refs/heads/main") == ""
    assert _git(kind.lands_in, "rev-parse", "refs/heads/main") == landed
    assert (
        chain.first_break(engine.record) is None
        or "other commit" in chain.first_break(engine.record).evidence
    )
    if worktree != kind.start:
        assert _kept(kind.start) == before
