"""verify.setup, test, typecheck and build: the project's own commands on exactly what will be committed."""

import os
import re
import shlex
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hotfix_tui.base.text import one_line
from hotfix_tui.config import model as config_types
from hotfix_tui.git.diff import diff_numstat
from hotfix_tui.git.errors import GitError
from hotfix_tui.incident.model.evidence.run import RunNote
from hotfix_tui.incident.model.evidence.verify import Built, Checked, FailedTest, SetUp, Tested, Typechecked
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.runner import spec
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.changeset.state import look
from hotfix_tui.steps.common.commands import project_command
from hotfix_tui.steps.common.dependencies import fitted
from hotfix_tui.steps.common.lending import lenders
from hotfix_tui.steps.common.outcome import log_tail
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
from hotfix_tui.steps.verify.outcome import Outcome, contradicted, judge
from hotfix_tui.steps.verify.place import CheckWorktree, landed_differs, place_for
from hotfix_tui.steps.verify.untracked import written
from hotfix_tui.testresults.model import Failure, SuiteResult
from hotfix_tui.testresults.scan import parse

_CONTRADICTED = (
    ": let the command pass on how its tests ended, or tick it with a note where these failures are known"
)
_BY_HAND = """\
1. Run the tests of this project in {place}
2. If all pass, say so: `tick {step}`.
A command for them (`command test "…"`, or commands.test in .hotfix-tui.toml) would do this for you."""


class CheckStep(Step):
    """One configured command; its result is kept for the tree that it ran on."""

    def __init__(self, kind: type[Checked], title: str, *, tty: bool) -> None:
        self.kind, self.id, self.name = kind, kind.STEP, kind.STEP.rpartition(".")[2]
        self.title, self.tty = title, tty

    def probe(self, ctx: Context) -> Probe:
        """Return the stored result: only the run itself can tell."""
        return unknown("only running it tells")

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        command = self._command(ctx)
        if command is None and self.name != "test":
            raise self._no_command(ctx)
        self._wait_for_setup(ctx)
        with refusing(f"Then `do {self.id}` again.", self.id):
            place = place_for(ctx, self.id)
        if command is None:
            return Plan(self._title(ctx), by_hand=_BY_HAND.format(place=place.path, step=self.id))
        tty = self.tty if command.tty is None else command.tty
        commit: dict[str, Any] = {"commit": place.commit} if place.commit else {}
        main = self._in_environment(ctx, project_command(ctx, command, place.path, self.id, **commit), place)
        env = main.env if tty else {"CI": "1", **main.env}
        landed = ", which landed" if landed_differs(ctx, self.id) else ""
        where = f" on {place.commit[:7]}{landed}" if place.commit else ""
        return Plan(
            f"{self._title(ctx)}{where}",
            [*place.commands, Command(argv=main.argv, cwd=main.cwd, env=env)],
            tty=tty,
            timeout=command.timeout,
            trusted=False,
            warnings=[*_doubt(ctx, self.name), *_untracked_note(place)],
            known=Checked(command=one_line(shlex.join(main.argv), 300), untracked=tuple(place.untracked)),
            note=RunNote(before=len(place.commands), where=place.path, checked_tree=place.tree),
        )

    def _no_command(self, ctx: Context) -> Refused:
        """Return the refusal of a step that exists only if its command does."""
        title = ctx.record.definition(self.id).title
        lint = ctx.record.detected.get("lint") if self.name == "typecheck" else None
        other = f"; a linter is there: {one_line(shlex.join(lint['run']), 120)}" if lint else ""
        return refuse(
            f"{title} ({self.id}) is not needed: no {self.name} command is configured or detected{other}.",
            f'If there is one for it, name it: `command {self.name} "…"`.',
            self.id,
        )

    def _title(self, ctx: Context) -> str:
        """Return what is run, by its proper name: a linter is not a type check."""
        return "Run the linter" if self.name == "typecheck" and ctx.record.lints else self.title

    def _in_environment(self, ctx: Context, command: Command, place: CheckWorktree) -> Command:
        """Return the command with the project's installed environment: in place, or linked in."""
        if self.name == "setup":
            return command  # it creates the environment
        setup = ctx.config.commands.setup
        script = " ".join(setup.argv()) if place.installs and setup else ""
        made = ".venv" if re.search(r"\bvenv \.venv\b", script) else ""
        return fitted(command, place.path, [] if place.installs else lenders(ctx, place.path), made)

    def _wait_for_setup(self, ctx: Context) -> None:
        """Refuse to use dependencies while they are being installed, and to install them under a running check."""
        others = ("test", "typecheck", "build") if self.name == "setup" else ("setup",)
        for name in others:
            now = ctx.record.entry(f"verify.{name}")
            if now.get("state") == "running":
                raise refuse(
                    f"{ctx.record.definition(f'verify.{name}').title} (verify.{name}) is still running.",
                    f"Wait for it, or cancel it: `cancel {now.get('run')}`.",
                    self.id,
                )

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        if run.cancelled or run.state != "exited":
            return failed(describe_end(run))
        begun, note = self._seen(ctx), ctx.record.note(self.id)
        if run.failed_command is not None and run.failed_command < note.before:
            return failed(f"the checkout to run it in could not be made ready: {describe_end(run)}")
        argv = _words(begun.command)
        tests, strict = self.name == "test", self.name in ("test", "typecheck")
        outcome = judge(argv, run.exit_code, log_tail(directory), tests=tests, strict=strict)
        results = read_results(run, directory, argv, note.where, tests=tests)
        if strict and results.contradiction and (outcome.state == "passed" or outcome.contradicted):
            outcome = contradicted(results.contradiction, outcome.summary)
        elif outcome.state == "could-not-run" and results.bad and not results.could_not_run:
            # Something may have been missing, but it ran, and said what is wrong.
            outcome = outcome._replace(state="failed", why=f"exit status {run.exit_code}: {results.summary}")
        elif outcome.state == "failed" and results.bad and results.summary and not outcome.counted:
            outcome = outcome._replace(why=f"exit status {run.exit_code}: {results.summary}")
        elif (
            outcome.state in ("failed", "passed")
            and self.name == "test"
            and results.could_not_run
            and not results.bad
        ):
            outcome = outcome._replace(state="could-not-run", why=results.could_not_run.rstrip("."))
        seen = begun.but(
            outcome=outcome.state,
            exit=run.exit_code if run.exit_code is not None else -(run.signal or 0),
            duration=run.duration_s,
            summary=results.summary or outcome.summary,
            tool=results.tool,
            passed=results.passed,
            failed=results.bad,
            skipped=results.skipped,
            failures=kept_failures(results),
            could_not_run=""
            if outcome.state in ("passed", "failed")
            else results.could_not_run or f"{outcome.why}.",
        )
        return self._result(ctx, outcome, seen, run.started)

    def _seen(self, ctx: Context) -> Checked:
        """Return what is known of the run since it was planned."""
        return ctx.seen(self.kind)

    def _command(self, ctx: Context) -> config_types.ConfigCommand | None:
        commands = ctx.config.commands
        known = {
            "setup": commands.setup,
            "test": commands.test,
            "typecheck": commands.typecheck,
            "build": commands.build,
        }
        return known[self.name]

    def _result(self, ctx: Context, outcome: Outcome, seen: Checked, started: str | None) -> Probe:
        moved, wrote = self._left(ctx, started)
        seen = seen.but(written=tuple(wrote))
        if outcome.state == "passed" and moved and self.name != "setup":
            why = f"{moved} changed while it ran, so it does not count for one version; look at it and run it again"
            return failed(why, seen)
        if outcome.state == "passed":
            note = f"it changed {moved}: that would become part of the fix" if moved else ""
            return done("; ".join(filter(None, (outcome.summary, note))), seen)
        if outcome.state in ("could-not-run", "no-tests"):
            return failed(f"could not run: {outcome.why}{self._cure(ctx, outcome)}", seen)
        return failed(f"{outcome.why}{_CONTRADICTED if outcome.contradicted else ''}", seen)

    def _cure(self, ctx: Context, outcome: Outcome) -> str:
        if outcome.unknown_target or outcome.state == "no-tests":
            return f"; `command {self.name}` lists what else would do"
        if self.name != "setup" and ctx.record.entry(SetUp.STEP).get("state") == "done":
            other = f"`command {self.name}` lists what else would do"
            return f"; the setup has run and did not bring it: add it there (`command setup …`), or {other}"
        if self.name != "setup" and ctx.config.commands.setup is not None:
            return "; are the dependencies installed here? (`do verify.setup`)"
        return f"; commands.{self.name} says what is run"

    def _left(self, ctx: Context, started: str | None) -> tuple[str, list[str]]:
        """Return what the run left in the worktree: what differs from its start, and the new files that it wrote.

        The first is a text, empty if nothing differs.
        """
        begun, note = self._seen(ctx), ctx.record.note(self.id)
        known, tree = list(begun.written), note.checked_tree
        if note.where != ctx.worktree:
            return "", known  # it ran in a checkout of its own
        try:
            state = look(ctx)
            wrote = written(ctx, state, known, begun.untracked, started)
            if not tree or state is None or state.tree == tree:
                return "", wrote
            names = [file.path for file in diff_numstat(ctx.work, tree, state.tree)]
        except GitError:
            return "", known
        return ", ".join(one_line(name, 60) for name in names[:3]) or "something", wrote


def _doubt(ctx: Context, name: str) -> list[str]:
    """Return what a detected command may leave out, while nobody has chosen another."""
    if ctx.record.edited.get(name) or ctx.record.config.get("commands", {}).get(name):
        return []
    said = one_line(str(ctx.record.detected.get(name, {}).get("doubt", "")), 300)
    return [f"{said} Choose another, if need be: `command {name}`."] if said else []


def _untracked_note(place: CheckWorktree) -> list[str]:
    """Return the warning that the check could depend on files which no commit will contain."""
    if not place.untracked:
        return []
    shown = ", ".join(one_line(path, 60) for path in place.untracked[:3])
    shown += f" and {len(place.untracked) - 3} more" if len(place.untracked) > 3 else ""
    return [f"New files that are not chosen are there while it runs, but in no commit: {shown}."]


def _words(command: str) -> list[str]:
    """Return the words of a command line as stored, possibly truncated."""
    try:
        return shlex.split(command) or ["?"]
    except ValueError:
        return command.split()


MOST_KEPT = 20
"""How many failures the record keeps; the log has all of them."""


def read_results(
    run: RunState, directory: str, argv: Sequence[str], folder: str, *, tests: bool
) -> SuiteResult:
    """Return what the log in `directory` says about the last command of an ended run.

    `argv` and `folder` are used if the run's own description is gone. Files are relative to `folder`.
    """
    ran_in = folder
    try:
        command = spec.read(Path(directory)).commands[-1]
        argv, ran_in = command.argv, command.cwd
    except (OSError, ValueError, IndexError):
        pass
    since = datetime.fromisoformat(run.started).timestamp() if run.started else None
    log = os.path.join(directory, "log")
    try:
        result = parse(log, argv, run.exit_code, tests=tests, folder=ran_in, since=since)
    except OSError:
        return SuiteResult()
    if not folder or ran_in == folder:
        return result
    return result._replace(failures=tuple(_relative(failure, ran_in, folder) for failure in result.failures))


def kept_failures(result: SuiteResult) -> tuple[FailedTest, ...]:
    """Return the first failures of `result` for the record."""
    return tuple(
        FailedTest(one_line(failure.name, 120), one_line(failure.file, 160), failure.line)
        for failure in result.failures[:MOST_KEPT]
    )


def _relative(failure: Failure, ran_in: str, folder: str) -> Failure:
    whole = os.path.join(ran_in, failure.file)
    if not failure.file or not os.path.isfile(whole):
        return failure
    return failure._replace(file=os.path.relpath(whole, folder))


STEPS = (
    CheckStep(SetUp, "Install the dependencies", tty=True),
    CheckStep(Tested, "Run the full test suite", tty=False),
    CheckStep(Typechecked, "Run the type check", tty=False),
    CheckStep(Built, "Run the build", tty=True),
)
