"""verify.proof: the new test fails on the base and passes on the fix, so it shows this fault and no other."""

import re
from collections.abc import Mapping, Sequence

from hotfix_tui.base import plain_file
from hotfix_tui.base.text import one_line
from hotfix_tui.detect.regression import fits, regression_command
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.verify import COULD_NOT_RUN, FAILS_ON_FIX, NOT_PROVEN, PROVEN, Proved
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.changeset.state import look, record_text, test_files, tree_to_check
from hotfix_tui.steps.common.checkouts import first_free_path, worktrees_dir
from hotfix_tui.steps.common.commands import driver, project_command
from hotfix_tui.steps.common.dependencies import fitted
from hotfix_tui.steps.common.lending import lenders
from hotfix_tui.steps.contract import (
    Command,
    Context,
    Plan,
    Probe,
    Step,
    describe_end,
    done,
    failed,
    refuse,
    refusing,
    unknown,
)

_BY_HAND = """\
No way is known to run just these tests: {tests}
1. Run them on the base ({base}), for example in a worktree of it: they must fail there.
2. Run them on the fix in {worktree}: they must pass.
3. If both is so, say so: `tick verify.proof`.
A command for them (commands.regression in .hotfix-tui.toml, with {{files}}) would do this for you."""

_RUNNABLE = re.compile(
    r"(?:^|/)(?:test_[^/]*|[^/]*_test|tests?)\.py$|\.(?:test|spec|cy|e2e)\.[cm]?[jt]sx?$"
    r"|(?:^|/)__tests__/.*\.[cm]?[jt]sx?$|_test\.(?:go|exs|dart)$|(?:^|/)tests/.*\.rs$|_(?:spec|test)\.rb$"
    r"|(?:Tests?|IT|Spec)\.(?:java|kt|groovy|scala|php|swift|cs|fs|vb)$"
)


class Proof(Step):
    """Runs the changed tests twice in one throwaway worktree; only the fix differs between the two runs."""

    id = catalog.VERIFY_PROOF

    def probe(self, ctx: Context) -> Probe:
        """Return the stored result: only the run itself can tell."""
        return unknown("only running it tells")

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        with refusing("Fix that, then prove it again.", self.id):
            return self._plan(ctx)

    def _plan(self, ctx: Context) -> Plan:
        tree = tree_to_check(ctx, self.id)
        state = look(ctx)
        tests = test_files(ctx, state.files) if state else []
        if not tests:
            raise refuse("No test changes with the fix.", "Add one: `do fix.regression-test`.", self.id)
        command = _command(ctx, tests)
        if command is None:
            shown = ", ".join(one_line(path, 80) for path in tests[:5])
            text = _BY_HAND.format(tests=shown, base=ctx.base[:12], worktree=ctx.worktree)
            return Plan("Prove the regression test", by_hand=text)
        scratch = first_free_path(ctx, worktrees_dir(ctx, "proof"))
        args = ["--root", ctx.worktree, "--scratch", scratch, "--base", ctx.base, "--tree", tree]
        for path in tests:
            args += ["--test", path]
        for name in ctx.config.git.carry:
            args += ["--carry", name]
        for lender in lenders(ctx):
            args += ["--lender", lender]
        if command.cwd != ctx.worktree:
            args += ["--cwd", command.cwd.removeprefix(ctx.worktree).strip("/")]
        regression = ctx.config.commands.regression
        return Plan(
            f"Run {len(tests)} changed test file{'s' if len(tests) != 1 else ''} on the base and on the fix",
            [driver("verify.proof_driver", *args, "--", *command.argv, cwd=ctx.worktree, env=command.env)],
            timeout=(regression.timeout if regression else None) or 3600,
            trusted=False,
            known=Proved("", "", "", tuple(record_text(path) for path in tests[:50])),
        )

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        if run.cancelled or run.state != "exited" or run.failed_command is not None:
            return failed(f"the proof could not be carried out: {describe_end(run)}; see the output")
        try:
            result = plain_file.read_table(f"{directory}/result.json")
            begun = ctx.record.evidence(Proved)
            return verdict(result["base"], result["fix"], begun.tests if begun else ())
        except (OSError, ValueError, KeyError, TypeError):
            return failed("the proof left no result; see the output, and run it again")


def verdict(base: Mapping[str, object], fix: Mapping[str, object], tests: Sequence[str] = ()) -> Probe:
    """Return what the two runs show; both are ``state``, ``summary``, ``why``, ``missing`` and ``tests_failed``.

    Only "fails on the base, passes on the fix" proves the test. A test that could not even run on the base shows that
    it needs the fix, not that it detects the fault; and a command that fails for a reason other than a test does not
    show that a test failed.
    """
    seen = Proved(base_result=_said(base), fix_result=_said(fix), tests=tuple(tests))
    if base["state"] == "passed":
        why = "the test passes on the base, too: it does not show this fault"
        return failed(why, seen.but(verdict=NOT_PROVEN))
    if fix["state"] == "passed" and base["state"] == "failed":
        note = ""
        if base.get("missing"):
            note = f"on the base a name was missing ({base['missing']}): see that the test shows the fault itself"
        elif base.get("tests_failed", True) is None:
            note = f"on the base it failed ({base['why']}), but its output names no test: see that it was this fault"
        return done(note, seen.but(verdict=PROVEN))
    if fix["state"] == "passed":
        what = f": it needs {base['missing']}, which only the fix has" if base.get("missing") else ""
        why = (
            f"on the base the test could not run ({base['why']}){what}, so it proves nothing about the fault"
        )
        return failed(f"{why}; write it without names that only the fix has", seen.but(verdict=COULD_NOT_RUN))
    if apart := _test_by_test(base, fix, seen):
        return apart
    if fix["state"] == "failed" and fix.get("tests_failed", True):
        why = f"the test fails on the fix, too ({fix['why']}), in a clean checkout of what would be committed"
        return failed(why, seen.but(verdict=FAILS_ON_FIX))
    if fix["state"] == "failed":
        why = f"on the fix the command failed ({fix['why']}), and its output names no test that did"
        cure = (
            "look at the output; where it passes in the worktree, git.carry names what it needs besides git"
        )
        return failed(f"{why}: {cure}", seen.but(verdict=COULD_NOT_RUN))
    why = (
        f"the test could not run in a clean checkout ({fix['why']}); where it runs in the worktree (`do verify.test`), "
        "git.carry names what it needs besides git"
    )
    return failed(why, seen.but(verdict=COULD_NOT_RUN))


def _test_by_test(base: Mapping[str, object], fix: Mapping[str, object], seen: Proved) -> Probe | None:
    """Return what two runs that both failed show, if each names every test that failed; None if not.

    A runner takes whole files or packages: a test that fails with and without the fix is not about this fault.
    """
    before, after = _names_in(base), _names_in(fix)
    if not before or not after:
        return None
    both = _listed(after)
    if new := after - before:
        why = f"{_listed(new)} {_fail(new)} on the fix and not on the base: the fix breaks that"
        return failed(why, seen.but(verdict=FAILS_ON_FIX))
    if not (shown := before - after):
        why = f"the same tests fail on the base and on the fix ({both}), and no other: none of them shows this fault"
        return failed(why, seen.but(verdict=FAILS_ON_FIX))
    seen = seen.but(
        verdict=PROVEN,
        base_result=one_line(f"failed: {_listed(shown)}", 160),
        fix_result=one_line(f"passed: {_listed(shown)}; {both} {_fail(after)} as on the base", 160),
    )
    return done(
        f"{both} {_fail(after)} with the fix and without it, and {_is(after)} not about this fault", seen
    )


def _names_in(result: Mapping[str, object]) -> set[str]:
    names = result.get("failures") if result["state"] == "failed" else None
    return {str(name) for name in names} if isinstance(names, list) else set()


def _listed(names: set[str]) -> str:
    """Name the first tests, without their files, and count the others."""
    first = ", ".join(one_line(name.rpartition(": ")[2], 60) for name in sorted(names)[:2])
    return first + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def _fail(names: set[str]) -> str:
    return "fails" if len(names) == 1 else "fail"


def _is(names: set[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _said(result: Mapping[str, object]) -> str:
    words = [str(result["state"]), str(result.get("summary", "")) or str(result.get("why", ""))]
    return one_line(": ".join(filter(None, words)), 160)


def runnable(tests: list[str]) -> list[str]:
    """Return those of the test files that a runner accepts; helpers, data and snapshots only come along."""
    matching = [path for path in tests if _RUNNABLE.search(path)]
    return matching or tests


def _command(ctx: Context, tests: list[str]) -> Command | None:
    """Return the command for just these tests.

    What a person configured or typed takes precedence, then the runner of the tests' own language, then a detected
    command, if it is for their language.
    """
    tests = runnable(tests)
    known = ctx.config.commands.regression
    theirs = ctx.record.edited.get("regression") or ctx.record.config.get("commands", {}).get("regression")
    argv = regression_command(ctx.worktree, tests) if not theirs else None
    command: Command | None = None
    if argv:
        command = Command(argv=argv, cwd=ctx.worktree)
    elif known is not None and (theirs or fits(known.argv(), tests)):
        command = project_command(ctx, known, ctx.worktree, catalog.VERIFY_PROOF, files=tests)
    if command is None:
        return None
    return fitted(command, ctx.worktree, lenders(ctx, ctx.worktree))


STEPS = (Proof(),)
