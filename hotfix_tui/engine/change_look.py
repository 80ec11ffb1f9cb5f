"""The change as a screen watches it: a look that costs little while nothing moves, and the patch of one file."""

from typing import NamedTuple

from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.settling import probe_step
from hotfix_tui.git.errors import GitError
from hotfix_tui.steps.changeset import live_diff, start_checkout
from hotfix_tui.steps.changeset.live_diff import Patch as Patch
from hotfix_tui.steps.changeset.live_diff import Seen as Seen
from hotfix_tui.steps.changeset.state import one_moment


class Look(NamedTuple):
    """What one look brought: `seen` is None where nothing moved, `problem` says why it could not look."""

    stamp: str
    seen: Seen | None = None
    problem: str = ""


def read(engine: Engine) -> Look:
    """Read the change as it is now; the record stays as it is."""
    try:
        with one_moment():
            return Look(live_diff.stamp(engine.context()), live_diff.seen(engine.context()))
    except GitError as problem:
        return Look("", None, problem.sentence)


def look(engine: Engine, known: str) -> Look:
    """Look whether anything moved since the stamp `known`; if so, at everything, and bring the record in line."""
    try:
        with one_moment():
            stamp = live_diff.stamp(engine.context())
            if stamp == known:
                return Look(stamp)
            if engine.record.state == "open":
                for step in ("fix.change", "fix.regression-test", "fix.guard"):
                    probe_step(engine, step)
            return Look(stamp, live_diff.seen(engine.context()))
    except GitError as problem:
        return Look("", None, problem.sentence)


def edited_elsewhere(engine: Engine) -> str:
    """Say which files were edited in the checkout where the wizard was started; empty where none were."""
    return start_checkout.sentence(engine.context())


def patch(engine: Engine, change: Seen, path: str) -> Patch:
    """Return the patch of the file `path` of `change`; why git could not make it stands in its place."""
    try:
        return live_diff.patch_of(engine.context(), change, path)
    except GitError as problem:
        return Patch(f"@@ -0,0 +1 @@\n {problem.sentence}".encode("utf-8", "surrogateescape"), False)
