"""Watching the change for a screen: a check that is cheap while nothing moves, and the patch of one file."""

from typing import NamedTuple

from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.reconcile import probe_step
from hotfix_tui.git.errors import GitError
from hotfix_tui.incident.model import catalog
from hotfix_tui.steps.changeset import live_diff, start_checkout
from hotfix_tui.steps.changeset.live_diff import ChangeSnapshot as ChangeSnapshot
from hotfix_tui.steps.changeset.live_diff import Patch as Patch
from hotfix_tui.steps.changeset.state import consistent_view


class ChangeLook(NamedTuple):
    """The result of one check: `seen` is None if nothing moved, `problem` says why the check failed."""

    stamp: str
    seen: ChangeSnapshot | None = None
    problem: str = ""


def read(engine: Engine) -> ChangeLook:
    """Read the current change; the record stays unchanged."""
    try:
        with consistent_view():
            return ChangeLook(live_diff.stamp(engine.context()), live_diff.seen(engine.context()))
    except GitError as problem:
        return ChangeLook("", None, problem.sentence)


def look(engine: Engine, known: str) -> ChangeLook:
    """Check whether anything moved since the stamp `known`; if so, read everything, and bring the record in line."""
    try:
        with consistent_view():
            stamp = live_diff.stamp(engine.context())
            if stamp == known:
                return ChangeLook(stamp)
            if engine.record.state == "open":
                for step in (catalog.FIX_CHANGE, catalog.FIX_REGRESSION_TEST, catalog.FIX_GUARD):
                    probe_step(engine, step)
            return ChangeLook(stamp, live_diff.seen(engine.context()))
    except GitError as problem:
        return ChangeLook("", None, problem.sentence)


def edited_elsewhere(engine: Engine) -> str:
    """Return which files were edited in the checkout the wizard was started in; empty if none were."""
    return start_checkout.sentence(engine.context())


def patch(engine: Engine, change: ChangeSnapshot, path: str) -> Patch:
    """Return the patch of the file `path` of `change`; if git could not make it, the reason instead."""
    try:
        return live_diff.patch_of(engine.context(), change, path)
    except GitError as problem:
        return Patch(f"@@ -0,0 +1 @@\n {problem.sentence}".encode("utf-8", "surrogateescape"), False)
