"""The guard over a table of changes: what it has to find, what only looks like it, and real hotfixes."""

import re
import subprocess
from pathlib import Path

import pytest

from hotfix_tui.config.model import GuardConfig
from hotfix_tui.git.diff import diff_numstat
from hotfix_tui.git.process import Git
from hotfix_tui.steps.common import path_rules as guard_paths
from hotfix_tui.steps.fix.guard import lines as guard_lines
from hotfix_tui.steps.fix.guard import rules as guard_rules
from hotfix_tui.steps.fix.guard.rules import findings
from tests.gitworld import IDENTITY
from tests.steps.guard_changes import CHANGES, HARMLESS
from tests.steps.guard_hotfixes import HOTFIXES

TEST = {"test_fix.py": "works()\n"}
TABLE = (
    {
        f"changes{n}": (row.before, {**row.after, **(TEST if row.test else {})})
        for n, row in enumerate(CHANGES)
    }
    | {
        f"harmless{n}": (row.before, {**row.after, **(TEST if row.test else {})})
        for n, row in enumerate(HARMLESS)
    }
    | {f"hotfixes{n}": (fix.before, fix.after) for n, fix in enumerate(HOTFIXES)}
)
"""Files before and after each change, by the names of their commits without ``-before`` and ``-after``."""


@pytest.fixture(scope="module")
def git(tmp_path_factory):
    """A repository with two commits a change, all of them made by one call of git."""
    folder = tmp_path_factory.mktemp("guard")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in IDENTITY.items():
            patch.setenv(name, value)
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
        stream = b"".join(
            commit(f"{name}-before", before) + commit(f"{name}-after", {**before, **after})
            for name, (before, after) in TABLE.items()
        )
        git = Git(str(folder))
        git.run("fast-import", "--quiet", stdin=stream, write=True)
        yield git


def commit(name, files):
    """The commit of these files in the form of fast-import."""
    lines = [
        f"commit refs/heads/{name}\ncommitter Ann <ann@shop.example> 1700000000 +0000\ndata 0\n".encode()
    ]
    for path, content in files.items():
        if content is not None:
            data = content if isinstance(content, bytes) else content.encode()
            lines.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
    return b"".join(lines) + b"\n"


def guard(git, name, **settings):
    base, target = (git.text("rev-parse", f"{name}-{side}^{{tree}}") for side in ("before", "after"))
    return findings(git, base, target, diff_numstat(git, base, target), GuardConfig(**settings))


def places(found):
    return {(one.kind, one.path, one.line) for one in found}


def test_the_tables_are_as_large_as_they_say():
    assert len(CHANGES) >= 60 and len({row.name for row in CHANGES}) == len(CHANGES)
    assert len(HOTFIXES) == 20 and len({fix.commit for fix in HOTFIXES}) == 20
    assert all(re.fullmatch(r"[0-9a-f]{40}", fix.commit) for fix in HOTFIXES)
    assert len({fix.repository for fix in HOTFIXES}) >= 8


@pytest.mark.parametrize("number", range(len(CHANGES)), ids=lambda number: CHANGES[number].name)
def test_what_does_not_belong_is_found_once_at_its_place(git, number):
    row = CHANGES[number]
    assert places(guard(git, f"changes{number}", **row.settings)) == row.found


@pytest.mark.parametrize("number", range(len(HARMLESS)), ids=lambda number: HARMLESS[number].name)
def test_what_only_looks_like_it_is_not(git, number):
    assert places(guard(git, f"harmless{number}")) == set()


@pytest.mark.parametrize(
    "number", range(len(HOTFIXES)), ids=lambda n: f"{HOTFIXES[n].repository}@{HOTFIXES[n].commit[:8]}"
)
def test_a_real_hotfix_has_no_finding(git, number):
    assert [one.text for one in guard(git, f"hotfixes{number}")] == []


def test_every_kind_of_finding_is_in_the_table():
    kinds = {kind for row in CHANGES for kind, _, _ in row.found}
    source = "".join(
        Path(module.__file__).read_text(encoding="utf-8")
        for module in (guard_rules, guard_lines, guard_paths)
    )
    said = set(re.findall(r'Finding\("([a-z-]+)"|yield "([a-z-]+)"|^        "([a-z]+)",$', source, re.M))
    known = {"".join(one) for one in said} | {"formatting"}
    assert known - {"submodule"} <= kinds and len(known) > 15
