"""What kept a command from doing its job, as a sentence with what to do; and the last lines that look like errors."""

import re
from collections.abc import Sequence

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.testresults.tool import Cure, Tool

_ERROR_WORDS = re.compile(
    r"(?<![\w./-])(?<!\b0 )(?<!\bno )(?:errors?|fail(?:ed|ure|ures)?|fatal|panic(?:ked)?|exception|traceback"
    r"|cannot|could not|undefined|denied|not found|no such|missing|unknown)(?![\w/]|-\w|\.\w)(?!\s*[:=]\s*0\b)"
    r"|\b[A-Z]\w*(?:Error|Exception)\b|\*\*\*",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"^(?:\S+: )*?(?:line \d+: |\d+: )?(?:exec: )?\"?([\w./@+-]+)\"?: (?:command not found|not found|No such file"
    r" or directory|executable file not found.*)$",
    re.M,
)
_NOT_RUN = re.compile(
    r"^(?:\S+: )*?(?:line \d+: |\d+: )?(?:exec: )?\"?([\w./@+-]+)\"?: Permission denied$", re.M
)
_MISSING = re.compile(
    r"(?P<what>(?:ModuleNotFoundError|ImportError): .+|No module named \S+|(?:Error: )?Cannot find module .+"
    r"|cannot load such file -- \S+|(?:Error )?\[ERR_MODULE_NOT_FOUND\].*"
    r"|cannot find package .+|Could not resolve dependencies.*"
    r"|Could not find a version that satisfies .+)"
)
_NO_TARGET = re.compile(
    r"(?P<what>Missing script: \S+|No rule to make target \S+|Justfile does not contain recipe .+"
    r"|Task \"\S+\" does not exist|Unknown (?:command|task): ?\S+|Command \"\S+\" not found)"
)


def trouble(argv: Sequence[str], exit_code: int, tool: Tool | None, tail: str, *, tests: bool) -> str:
    """Return why the command could not do its job and what to do; empty if it did.

    `tool` is the one whose output was recognised, None for an unknown one; `tail` is the clean end of the log. If the
    command is there to run `tests`, code that does not compile keeps it from that.
    """
    if tool is not None and tool.nothing and tests:
        return "No tests were run. Look at the folder, the pattern and the filter of the command."
    if exit_code == 0:
        return ""
    if exit_code in (126, 127):
        return _not_found(argv, exit_code, tail)
    if tool is not None and tool.broken and not tool.failed and (tests or not tool.bad):
        return _of_tool(tool)
    if tool is not None and tool.unloaded and not _really_failed(tool):
        return _not_loaded(tool)
    if tool is not None and tool.bad:
        return ""
    return _of_unknown(argv, exit_code, tail)


def last_errors(tail: str, most: int = 5) -> tuple[str, ...]:
    """Return the last lines that look like errors, or just the last lines when none does."""
    lines = [one_line(line, 200) for line in tail.splitlines()]
    lines = [line for line in lines if line and not line.startswith("$ ")]
    errors = [line for line in lines if _ERROR_WORDS.search(line)]
    return tuple((errors or lines)[-most:])


def text_of(tail: bytes) -> str:
    """Return the end of a log as clean text; of rewritten lines, the last version."""
    lines = tail.decode("utf-8", "replace").split("\n")
    return clean("\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines))


def _really_failed(tool: Tool) -> bool:
    return tool.failed + tool.errors > 0 if tool.counted else tool.bad > len(tool.unloaded)


def _of_tool(tool: Tool) -> str:
    why = f"{tool.name}: {one_line(tool.broken, 200).rstrip('.')}"
    if tool.cure is Cure.INSTALL or "Cannot find module" in why:
        return f"{why}. Install the dependencies (setup), then run it again."
    if tool.cure is Cure.FIX:
        return f"{why}. Fix that first: no test has run."
    if tool.cure is Cure.REST:
        return f"{why}. Fix that first: not every test has run."
    if tool.cure is Cure.COMMAND or "not found" in why or "no such file" in why.lower():
        return f"{why}. Look at the command: it names what is not there."
    return f"{why}. Look at the command and at the settings of {tool.name}."


def _not_loaded(tool: Tool) -> str:
    count = len(tool.unloaded)
    what = f"{count} test files" if count > 1 else f"{one_line(tool.unloaded[0], 100)}"
    known = [failure for failure in tool.current() if failure.message and failure.name in tool.unloaded]
    why = f": {known[0].message}" if known else ""
    return f"{what} could not be loaded{why}. Install the dependencies (setup), or fix the import."


def missing_program(argv: Sequence[str], tail: str) -> str:
    """Return the program that a shell did not find or may not run, which need not be the first of the command line."""
    names = _NOT_FOUND.findall(tail) or _NOT_RUN.findall(tail)
    return one_line(names[-1] if names else argv[0] if argv else "The command", 80)


def _not_found(argv: Sequence[str], exit_code: int, tail: str) -> str:
    name = missing_program(argv, tail)
    if exit_code == 126:
        return f"{name} may not be run. Look at its permissions."
    return f"{name} was not found. Install it here (setup), or change the command."


def _of_unknown(argv: Sequence[str], exit_code: int, tail: str) -> str:
    if match := _NO_TARGET.search(tail):
        what = one_line(match["what"], 120).rstrip(".")
        return f"{what}. Change the command: it names what this project does not have."
    end = "\n".join(tail.rstrip().splitlines()[-4:])
    if _NOT_FOUND.search(end):
        return _not_found(argv, 127, end)
    if match := _MISSING.search(tail):
        return f"{one_line(match['what'], 150).rstrip('.')}. Install the dependencies (setup), then run it again."
    return ""
