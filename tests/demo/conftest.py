"""Drills for the tests: built once if nothing is changed, once per test otherwise."""

from __future__ import annotations

import http.client
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from hotfix_tui.demo import build, processes
from hotfix_tui.demo.layout import World
from tests.gitworld import NO_CONFIG


@dataclass
class Drill:
    """A drill and what a test does with it."""

    world: World

    def git(self, *arguments, cwd=None):
        return subprocess.run(
            ["git", *arguments],
            cwd=cwd or self.world.checkout,
            check=True,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        ).stdout.strip()

    def python(self, *arguments, cwd=None):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=cwd or self.world.checkout,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    def ctl(self, *arguments, cwd=None):
        return self.python(str(self.world.tool), *arguments, cwd=cwd)

    def worktree(self, folder: Path, commit: str, *patches: Path) -> Path:
        """Return a clean worktree of a commit, with patches applied."""
        self.git("worktree", "add", "--quiet", "--detach", str(folder), commit)
        for patch in patches:
            self.git("apply", str(patch), cwd=folder)
        return folder

    def commit(self, folder: Path, message: str = "Change something") -> str:
        self.git("add", "-A", cwd=folder)
        self.git("commit", "--quiet", "-m", message, cwd=folder)
        return self.git("rev-parse", "HEAD", cwd=folder)

    def get(self, path: str, token: str = "", *, staging: bool = False) -> tuple[int, bytes]:
        url = self.world.staging_url if staging else self.world.production_url
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=120)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def account(self, token: str) -> int:
        return self.get("/account", token)[0]

    def deploys(self, environment: str = "production") -> list[list[str]]:
        text = (self.world.root / "servers" / environment / "deploys.log").read_text()
        return [line.split(" ", 3) for line in text.splitlines()]


@pytest.fixture(autouse=True)
def _own_git(monkeypatch):
    """No test uses the git settings of the person who runs it."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", NO_CONFIG)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Drill:
    """Return a drill without servers, for a whole module; tests only add worktrees to it."""
    return Drill(build.build(str(tmp_path_factory.mktemp("drill") / "d"), scenario="worse-first"))


@pytest.fixture
def drill(tmp_path):
    """A drill with its servers, for one test; its deployments do not wait."""
    world = build.build(str(tmp_path / "d"), scenario="worse-first", pace=0.0)
    processes.start(world)
    yield Drill(world)
    processes.stop(world)


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """A drill with its servers, for a whole module; tests deploy nothing to it."""
    world = build.build(str(tmp_path_factory.mktemp("serving") / "d"), pace=0.0)
    processes.start(world)
    yield Drill(world)
    processes.stop(world)
