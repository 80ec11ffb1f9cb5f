"""Why a run failed, as one sentence for people, from its state and the last output of its failed command."""

import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from hotfix_tui.base import plain_file
from hotfix_tui.base.reasons import Cause, own_lines, reason, why
from hotfix_tui.base.redact import redact
from hotfix_tui.base.text import one_line
from hotfix_tui.git.faults import fault, idle_hook, summary, wants_terminal
from hotfix_tui.runner import spec
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.contract import Probe, describe_end, failed, unknown

_TAIL = 20_000
_CAN_ASK = ("git",)
"""Programs that prompt if they have a terminal."""


def log_tail(directory: str) -> bytes:
    """Return the end of a run's log; empty if there is none."""
    try:
        return plain_file.read_tail(os.path.join(directory, "log"), _TAIL)
    except OSError:
        return b""


def failed_argv(run: RunState, directory: str) -> list[str]:
    """Return the command at which the run stopped; empty if unknown."""
    known = _spec(directory)
    place = run.failed_command if run.failed_command is not None else 0
    return known.commands[place].argv if known and place < len(known.commands) else []


def step_of(directory: str) -> str:
    """Return the step that was run; empty if unknown."""
    known = _spec(directory)
    return known.step if known else ""


def _spec(directory: str) -> spec.RunSpec | None:
    try:
        return spec.read(Path(directory))
    except (OSError, ValueError):
        return None


def last_words(run: RunState, directory: str) -> bytes:
    """Return what the failed command wrote: the end of the log without the lines that name the commands.

    A commit message on such a line may contain any word, including that of a fault.
    """
    tail, argv = log_tail(directory), failed_argv(run, directory)
    line = b"$ " + os.fsencode(shlex.join(argv))
    place = tail.rfind(line) if argv else -1
    return tail[place:].removeprefix(line).partition(b"\n")[2] if place >= 0 else tail


def argvs(directory: str) -> list[list[str]]:
    """Return the commands of the run in `directory`; empty if unknown."""
    known = _spec(directory)
    return [command.argv for command in known.commands] if known else []


def words_of(directory: str, number: int) -> bytes:
    """Return the output of the command `number` of a run, whether it failed or not; empty if unknown."""
    lines = [b"$ " + os.fsencode(shlex.join(argv)) for argv in argvs(directory)]
    tail = log_tail(directory)
    if number >= len(lines) or (place := tail.find(lines[number])) < 0:
        return b""
    words = tail[place + len(lines[number]) :].partition(b"\n")[2]
    ends = [end for line in lines[number + 1 : number + 2] if (end := words.find(line)) >= 0]
    return words[: ends[0]] if ends else words


def reason_of(directory: str, number: int) -> str:
    """Return why the command `number` of a run failed, in one sentence; empty if unknown."""
    commands = argvs(directory)
    return _why(commands[number], words_of(directory, number)) if number < len(commands) else ""


def unchecked(directory: str) -> str:
    """Return a remark if a hook skipped its checks because it did not find its tool: git treats that as success."""
    words = b"\n".join(words_of(directory, number) for number in range(len(argvs(directory))))
    tool = idle_hook(words)
    return f"no hook checked it: {tool} was not found there; run what it checks by hand" if tool else ""


def why_it_failed(run: RunState, directory: str, meanings: Sequence[tuple[str, str]] = ()) -> str:
    """Return the sentence for a known fault, or the most informative line of the output; empty if unknown.

    `meanings` are patterns of outputs with what they mean, for programs whose own words mislead. If git wanted to
    prompt, an offer to run the step on the terminal is added.
    """
    if run.state != "exited" or run.cancelled:
        return ""
    words, argv, step = last_words(run, directory), failed_argv(run, directory), step_of(directory)
    known = _meant(words, meanings) or _why(argv, words)
    if step and _is_git(argv) and wants_terminal(words):
        known += f"; or run it with the terminal, where it can ask: `do {step} --terminal`"
    return known


def cause_of(run: RunState, directory: str) -> Cause:
    """Return the kind of cause that the failed command of a run named."""
    return why(last_words(run, directory)).cause


def _why(argv: Sequence[str], words: bytes) -> str:
    """Return the cause of a failure from what the command wrote, with that cause's cure."""
    if not argv or _is_git(argv):
        known = fault(words)
        return redacted(known.sentence if known else summary(words))
    cause = why(words, os.path.basename(argv[0]))
    return redacted(f"{cause.words}; {cause.cure}" if cause.words and cause.cure else cause.words)


def _meant(words: bytes, meanings: Sequence[tuple[str, str]]) -> str:
    """Return what the words mean by one of `meanings`, with the line that matched; empty if none does."""
    text = "\n".join(own_lines(words)) if meanings else ""
    means = next((means for says, means in meanings if re.search(says, text)), "")
    if not means:
        return ""
    said = reason(words)
    return redacted(f"{said.rstrip('.')}: {means}" if said else means)


def _is_git(argv: Sequence[str]) -> bool:
    return bool(argv) and os.path.basename(argv[0]) in _CAN_ASK


def redacted(text: str) -> str:
    """Return one line of output in storable form: without secrets."""
    return redact(one_line(text, 600), os.environ)[0]


def failure_probe(
    run: RunState, directory: str, what: str, meanings: Sequence[tuple[str, str]] = ()
) -> Probe | None:
    """Return the result of a run that did not succeed, None if it did.

    `what` is the action as a noun ("The push"); `meanings` as in `why_it_failed`. A run whose end was not recorded is
    unknown, never failed.
    """
    if run.succeeded:
        return None
    if run.state.startswith("lost") or run.state == "running":
        return unknown(f"{what}: {describe_end(run)}; look whether it happened")
    known = why_it_failed(run, directory, meanings)
    return failed(f"{what} failed ({describe_end(run)})" + (f": {known}" if known else ""))
