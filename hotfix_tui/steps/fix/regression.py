"""fix.regression-test: a test belongs to the change, so that this fault cannot return unnoticed."""

from hotfix_tui.base.text import one_line
from hotfix_tui.detect.test_suites import is_test_file
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.fix import TestsChanged
from hotfix_tui.steps.changeset.state import look, record_text, test_files
from hotfix_tui.steps.contract import (
    Context,
    Plan,
    Probe,
    Step,
    done,
    not_done,
    unknown_if_git_fails,
)

_BY_HAND = """\
1. Write a test in {worktree} that fails without the fix and passes with it.
2. If it is a new file, choose it: git add -- FILE there, or `do fix.change --choose include:FILE`.
3. Look again: `do fix.regression-test`.
If your tests live where they are not recognised, name the place in guard.test-paths, or tick this step."""


class RegressionTest(Step):
    """Done if a test file is part of what would be committed; whether it proves anything is up to verify.proof."""

    id = catalog.FIX_REGRESSION_TEST
    looks_early = True

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        if self.probe(ctx).state == "done":
            return Plan("Look for a changed test")
        return Plan("Add a regression test", by_hand=_BY_HAND.format(worktree=ctx.worktree))

    @unknown_if_git_fails
    def probe(self, ctx: Context) -> Probe:
        state = look(ctx)
        if state is None:
            return not_done("there is no change to look at yet")
        tests = test_files(ctx, state.files)
        if tests:
            return done(
                ", ".join(one_line(path, 80) for path in tests[:3]),
                TestsChanged(tests=tuple(record_text(path) for path in tests[:50])),
                adds=True,
            )
        extra = list(ctx.config.guard.test_paths)
        new = [path for path in state.untracked if is_test_file(path, extra)]
        why = f"the new test {one_line(new[0], 80)} is not chosen yet" if new else "no test file is changed"
        return not_done(why, TestsChanged(tests=()), adds=True)


STEPS = (RegressionTest(),)
