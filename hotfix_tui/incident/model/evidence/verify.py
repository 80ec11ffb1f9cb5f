"""What the verify stage saw: how commands ended, what the regression proof showed, where the branch is."""

from datetime import datetime
from typing import ClassVar

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.backport import OfferedLine
from hotfix_tui.incident.model.evidence.base import Evidence, Part, hidden, shown


class FailedTest(Part):
    """One failed test, or one place that a checker complains about."""

    name: str = shown("test", default="")
    file: str | None = shown("file")
    line: int | None = shown("line")


class Checked(Evidence):
    """How a project command ended, and what it ran on."""

    command: str = shown("command", default="")
    outcome: str = hidden(public=True, default="")
    """``passed``, ``failed``, ``no-tests`` or ``could-not-run``."""
    summary: str | None = shown("result")
    could_not_run: str | None = shown("could not run")
    """Why it could not do its job, and what to do; empty when it did."""
    tool: str | None = shown("tool", public=True)
    passed: int | None = shown("passed", public=True)
    failed: int | None = shown("failed", public=True)
    skipped: int | None = shown("skipped", public=True)
    failures: tuple[FailedTest, ...] | None = shown("failures")
    exit: int | None = hidden(public=True)
    duration: float | None = shown("took", public=True, unit="s")
    untracked: tuple[str, ...] = hidden(default=())
    written: tuple[str, ...] = hidden(default=())


class SetUp(Checked):
    """How installing the dependencies ended."""

    STEP: ClassVar[str] = catalog.VERIFY_SETUP


class Tested(Checked):
    """How the full test suite ended."""

    STEP: ClassVar[str] = catalog.VERIFY_TEST


class Typechecked(Checked):
    """How the type check, or the linter standing in for it, ended."""

    STEP: ClassVar[str] = catalog.VERIFY_TYPECHECK


class Built(Checked):
    """How the build ended."""

    STEP: ClassVar[str] = catalog.VERIFY_BUILD


PROVEN, NOT_PROVEN, FAILS_ON_FIX = "proven", "not proven", "fails on the fix"
COULD_NOT_RUN = "could not run"
"""Verdicts of the proof, as `Proved.verdict` holds them."""


class Proved(Evidence):
    """What the changed tests showed on the base and on the fix."""

    STEP: ClassVar[str] = catalog.VERIFY_PROOF

    verdict: str = shown("verdict", default="")
    base_result: str = shown("on the base", default="")
    fix_result: str = shown("on the fix", default="")
    tests: tuple[str, ...] = hidden(default=())


class Pushed(Evidence):
    """The branch on the remote: its commit, and which of several push URLs do not have it."""

    STEP: ClassVar[str] = catalog.VERIFY_PUSH
    ref: str = hidden(default="")
    commit: str = shown("commit", public=True, default="")
    remote: str = shown("remote", default="")
    reached: tuple[str, ...] = shown("is on", default=())
    missing: tuple[str, ...] = shown("is missing on", default=())
    without: tuple[str, ...] = shown("goes on without", default=())


class Committed(Evidence):
    """The commit of this round, and the release lines that its fix concerns."""

    STEP: ClassVar[str] = catalog.VERIFY_COMMIT

    commit: str = shown("commit", public=True, default="")
    tree: str = hidden(public=True, default="")
    lines: tuple[OfferedLine, ...] = hidden(default=())
    message: str = hidden(default="")
    committed_at: datetime | None = shown("committed", public=True)
    author: str = shown("author", default="")
    wanted: str = hidden(default="")
    """The tree that was to be committed: the one that was tested."""
    hook_tree: str = hidden(default="")
    """The tree that a hook turned it into."""
    hook_files: tuple[str, ...] = shown("changed by a hook", default=())


class Staged(Evidence):
    """What was deployed to staging."""

    STEP: ClassVar[str] = catalog.VERIFY_STAGING

    commit: str = shown("commit", public=True, default="")
    url: str = shown("page", default="")
