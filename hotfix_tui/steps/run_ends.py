"""Why a run failed, as one sentence for people, from its state and what its failed command wrote last."""

import os
import shlex
from pathlib import Path

from hotfix_tui.incident.text import one_line
from hotfix_tui.project.git.errors import GitError
from hotfix_tui.project.git.faults import explain, remote_words, summary, wants_terminal
from hotfix_tui.runner import spec
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.base import Probe, describe_end, failed, unknown

_TAIL = 20_000
_LONGEST_LINE = 300
_SHELL_OPENERS = ("git",)
"""Programs whose command is offered for a shell when they want somebody to answer them."""


def log_tail(directory: str) -> bytes:
    """The end of a run's log; empty when there is none."""
    try:
        with open(os.path.join(directory, "log"), "rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - _TAIL))
            return log.read()
    except OSError:
        return b""


def failed_argv(run: RunState, directory: str) -> list[str]:
    """The command at which the run stopped; empty when that is not known."""
    try:
        commands = spec.read(Path(directory)).commands
    except (OSError, ValueError):
        return []
    place = run.failed_command if run.failed_command is not None else 0
    return commands[place].argv if place < len(commands) else []


def last_words(run: RunState, directory: str) -> bytes:
    """What the failed command wrote: the end of the log without the lines that name the commands.

    A commit message on such a line may hold any word, that of a fault, too.
    """
    tail, argv = log_tail(directory), failed_argv(run, directory)
    line = b"$ " + os.fsencode(shlex.join(argv))
    place = tail.rfind(line) if argv else -1
    return tail[place:].removeprefix(line).partition(b"\n")[2] if place >= 0 else tail


def why_it_failed(run: RunState, directory: str) -> str:
    """The sentence for a known fault, or the line of the output that says most; empty where nothing is known.

    Where git waits for somebody's answer, its command is named for a shell with a terminal.
    """
    if run.state != "exited" or run.cancelled:
        return ""
    words = last_words(run, directory)
    known = explain(words)
    if known is None:
        return public(summary(words))
    if said := remote_words(words):
        known = known.replace("its reason is in the output", f"it says: {said}")
    argv = failed_argv(run, directory)
    if argv and os.path.basename(argv[0]) in _SHELL_OPENERS and wants_terminal(words):
        known += _in_a_shell(shlex.join(argv))
    return public(known)


def _in_a_shell(line: str) -> str:
    """The offer to run a command with a terminal; a long one, or one of several lines, is copied from the output."""
    if "\n" in line or len(line) > _LONGEST_LINE:
        return "; or run it in a shell (!), where it can ask: the command is in the output"
    return f"; or run it in a shell (!): {line}"


def by_terminal(problem: GitError, *argv: str) -> str:
    """The offer to run `argv` where it can ask, as a clause; empty for an error that no answer would mend."""
    return f" Or run it in a shell (!): {shlex.join(argv)}." if wants_terminal(problem.stderr) else ""


def public(text: str) -> str:
    """One line of output as it may be kept: without secrets."""
    from hotfix_tui.documents.redact import redact

    return redact(one_line(text, 600), os.environ)[0]


def ended_badly(run: RunState, directory: str, what: str) -> Probe | None:
    """What to say of a run that did not succeed, None when it did.

    `what` is the act as a noun ("The push"). A run whose end was not written down is unknown, never failed.
    """
    if run.succeeded:
        return None
    if run.state.startswith("lost") or run.state == "running":
        return unknown(f"{what}: {describe_end(run)}; look whether it happened")
    known = why_it_failed(run, directory)
    return failed(f"{what} failed ({describe_end(run)})" + (f": {known}" if known else ""))
