"""A target of make needs the programs that its recipe starts: what is not installed is named before an incident."""

import pytest

from hotfix_tui.detect.task_runners import programs
from hotfix_tui.detect.tree import Tree
from hotfix_tui.engine.project_commands import missing_programs
from tests.repos import write

MAKEFILES = {
    "its own line": ("test:\n\tgo test ./...\n", ["go"]),
    "by other targets": ("test: unit\n\nunit:\n\t@cargo test\n", ["cargo"]),
    "by make itself": ("test:\n\tgo clean -testcache && $(MAKE) all\nall:\n\tgo test .\n", ["go"]),
    "with a variable before it": ("test: ; CGO_ENABLED=0 go test .\n", ["go"]),
    "several": ("test:\n\tnpm ci\n\t-docker compose up -d\n\tpnpm test\n", ["npm", "docker", "pnpm"]),
    "a variable for it": ("GO ?= go\ntest:\n\t$(GO) test ./...\n", []),
    "a word of an argument": ("test:\n\techo go cargo\n\t./run go\n", []),
    "in a circle": ("test: a\na: test\n\tmix test\n", ["mix"]),
    "another target": ("test:\n\t./run\nbuild:\n\tgo build\n", []),
}


@pytest.mark.parametrize("shape", MAKEFILES)
def test_what_a_target_starts(tmp_path, shape):
    text, wanted = MAKEFILES[shape]
    assert programs(Tree(write(tmp_path, {"Makefile": text})), "test") == wanted


TARGETS = [
    (["make", "test"], ("make", "go")),
    (["make", "-C", "x", "test"], ("make",)),
    (["make", "lint"], ("make",)),
]


@pytest.mark.parametrize(("argv", "wanted"), TARGETS)
def test_what_is_not_installed_is_named(tmp_path, monkeypatch, argv, wanted):
    root = write(tmp_path / "x", {"Makefile": "test:\n\tgo test ./...\nlint:\n\t./lint\n"})
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert missing_programs(argv, str(root), str(root)) == wanted
