"""What a clone's files cost to read grows with their size, not its square; links and pipes are never waited for."""

import os

import pytest

from hotfix_tui.config.load import ConfigError, load
from hotfix_tui.detect import ci
from hotfix_tui.detect.tree import Tree, parse_toml
from hotfix_tui.engine.init import init_text
from hotfix_tui.session import toml
from tests.repos import write

JOBS = "on: push\njobs:\n" + "".join(
    f" j{n}:\n  needs: [j{n - 1}]\n  steps:\n   - run: npm test\n   - run: ./deploy j{n}\n"
    for n in range(300)
)
NAMES = [
    "package.json", "pyproject.toml", "Cargo.toml", "Makefile", "fly.toml", "netlify.toml", "Jenkinsfile",
    ".github/workflows/ci.yml", ".gitlab-ci.yml", "azure-pipelines.yml", ".circleci/config.yml",
    "bitbucket-pipelines.yml", ".travis.yml", "config/deploy.yml", "justfile", "tox.ini", "setup.cfg",
]  # fmt: skip
TEXTS = {
    "jobs": JOBS,
    "a dotted key": ".".join("a" * 200_000) + " = 1\n",
    "a deep tree": "".join(" " * n + "a:\n" for n in range(900)),
    "lists in lists": "- " * 1000 + "a\n",
    "braces": "{" * 300_000,
    "quotes": '"' * 300_000,
    "a long line": "deploy " * 50_000,
    "words": "a" * 300_000,
}


@pytest.mark.parametrize("kind", TEXTS)
def test_every_file_of_a_repository_may_be_made_to_cost(tmp_path, kind):
    root = write(tmp_path / "shop", dict.fromkeys(NAMES, TEXTS[kind]))
    assert init_text(root)


def test_of_a_workflow_that_nobody_reads_a_part_is_read_once(tmp_path):
    tree = Tree(
        write(
            tmp_path / "shop", {".github/workflows/ci.yml": JOBS, ".travis.yml": JOBS, "package.json": "{}"}
        )
    )
    found = ci.lines(tree)
    assert 200 <= len(found) <= 400 and ci.lines(tree) is found


LINES = [
    "git " + "-a " * 60,
    "a=b=c " * 60,
    "make" + " -j" * 60,
    "npm" + " --x=y" * 60,
    "release-" + "a_" * 60,
    "a_" * 60,
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[:12])
def test_no_command_line_of_a_pipeline_can_be_read_in_more_and_more_ways(tmp_path, line):
    flow = f"on: push\njobs:\n test:\n  steps:\n   - run: |\n      {line}!\n      git push origin $x\n"
    root = write(
        tmp_path,
        {".github/workflows/ci.yml": flow, ".buildkite/pipeline.yml": f"steps:\n  - command: {line}!\n"},
    )
    assert init_text(root)


@pytest.mark.parametrize("target", ["/dev/zero", "/dev/tty", "/proc/kmsg", "nowhere", "a pipe"])
def test_what_is_no_file_is_not_waited_for(tmp_path, target):
    root = tmp_path / "shop"
    for name in (*NAMES, ".hotfix-tui.toml"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(path) if target == "a pipe" else path.symlink_to(target)
    assert init_text(str(root))
    with pytest.raises(ConfigError):
        load(str(root))


def test_lines_that_nobody_writes_are_cut_and_data_is_not(tmp_path):
    long = "x" * 20_000
    root = write(tmp_path / "shop", {"Makefile": f"a\n{long}\nb", "package.json": f'{{"name": "{long}"}}'})
    tree = Tree(root)
    assert [len(line) for line in tree.text("Makefile").split("\n")] == [1, 5000, 1]
    assert tree.value("package.json", "name") == long


def test_a_long_key_is_refused_wherever_toml_is_read():
    text = TEXTS["a dotted key"]
    assert parse_toml(text) is None
    with pytest.raises(ValueError, match="too deeply"):
        toml.decode(text)
