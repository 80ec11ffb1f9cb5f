"""Reading a log block by block while it grows: which tool wrote it, what failed, and the outcome.

Lines that no tool could be interested in are skipped by one regular expression, so that a log of many megabytes costs
seconds at most; what is kept does not grow with the log. The tools have a module each, as their logs have nothing in
common but `Tool`.
"""

import functools
import os
import re
import shlex
from collections.abc import Sequence

from hotfix_tui.base import plain_file
from hotfix_tui.base.text import clean
from hotfix_tui.testresults import (
    cargo,
    checkers,
    golang,
    jest,
    junit,
    mocha,
    phpunit,
    pytest_log,
    ruby,
    tap,
    unittest_log,
    vitest,
)
from hotfix_tui.testresults.contradiction import Told, contradiction
from hotfix_tui.testresults.model import SuiteResult
from hotfix_tui.testresults.reports import located, read_reports
from hotfix_tui.testresults.tool import Spot, Tool
from hotfix_tui.testresults.trouble import last_errors, text_of, trouble

TOOLS: tuple[type[Tool], ...] = (
    pytest_log.Pytest,
    unittest_log.Unittest,
    jest.Jest,
    vitest.Vitest,
    mocha.Mocha,
    tap.Tap,
    golang.GoTest,
    cargo.Cargo,
    ruby.Minitest,
    ruby.TestUnit,
    ruby.Rspec,
    phpunit.Phpunit,
    checkers.Mypy,
    checkers.Tsc,
    checkers.Eslint,
    junit.Junit,
)

_BLOCK = 1 << 18
_LONGEST = 1000
"""Bytes of a line that are examined."""
_TAIL = 1 << 16
"""Bytes at the end of the log that are searched for the last errors."""

_ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[()][0-9A-B]|[=>])")


class Scan:
    """One log, as far as it was read. `argv` is the command line; a known tool in it excludes the others.

    `tests` says that its purpose is to run tests: having run none is then not a success.
    """

    def __init__(self, argv: Sequence[str], *, tests: bool = True) -> None:
        self.argv, self._tests = list(argv), tests
        words = _words(argv)
        named = [tool for tool in TOOLS if words & set(tool.words) or _two_words(tool, words)]
        self._tools = [tool(named=True) for tool in named] or [tool(named=False) for tool in TOOLS]
        if named:
            self._tools.append(junit.Junit())
        self._pattern = _pattern(tuple(tool.pattern for tool in self._tools))
        self._own = [(tool, _pattern((tool.pattern,))) for tool in self._tools]
        self._xml = next(tool for tool in self._tools if isinstance(tool, junit.Junit))
        self.offset = 0
        """How many bytes were read."""
        self._number = 0
        self._line_at = 0
        self._open = b""
        self._wanted = False
        self._tail = b""
        self._final: SuiteResult | None = None

    def read(self, path: str, limit: int = 1 << 62) -> bool:
        """Read on in the file at `path`, `limit` bytes at most; True if there was something new.

        Raises OSError.
        """
        start = self.offset
        with plain_file.opened(path) as log:
            log.seek(start)
            while self.offset - start < limit and (data := log.read(min(_BLOCK, limit))):
                self.feed(data)
        return self.offset > start

    def feed(self, data: bytes) -> None:
        """Process the next bytes of the log."""
        self._xml.feed(data, Spot(self._number + 1, self.offset))
        self.offset += len(data)
        self._tail = (self._tail + data)[-_TAIL:]
        end = data.rfind(b"\n") + 1
        if not end:
            # For an endless line the beginning is enough.
            self._open += data[: max(0, 4 * _LONGEST - len(self._open))]
            return
        skipped = self.offset - len(data) - self._line_at - len(self._open)
        self._lines(self._open + data[:end], skipped)
        self._open = data[end : end + 4 * _LONGEST]
        self._line_at = self.offset - (len(data) - end)

    def result(
        self, exit_code: int | None = None, *, folder: str = "", since: float | None = None
    ) -> SuiteResult:
        """Return what is known so far; with `exit_code`, the final result.

        Pass the exit code only once the log was read to its end: anything after that is ignored. Files are looked for
        in `folder`, in which the command ran, as are reports written from the Unix time `since` on.
        """
        if self._final is not None:
            return self._final
        if self._open and exit_code is None:
            self._peek()
        elif self._open:
            self._lines(self._open + b"\n", 0)
        tool = self._winner(exit_code)
        if exit_code is None:
            return _told(tool, folder, " so far")
        if (tool is None or not tool.current()) and folder and since is not None and self._tests:
            tool = read_reports(folder, self.argv, since) or tool
        if tool is not None:
            tool.ended(exit_code)
        tail = text_of(self._tail)
        told = Told()
        if exit_code == 0:
            told = self._contradiction(tool, tail)
            tool = told.tool or tool
            if tool is not None and not told.clause and self._tests:
                tool.forgive()
        elif tool is not None:
            tool.combine()
        said = trouble(self.argv, exit_code, tool, tail, tests=self._tests)
        errors = last_errors(tail) if exit_code else ()
        self._final = _told(tool, folder)._replace(
            could_not_run=said, last_errors=errors, contradiction=told.clause
        )
        return self._final

    def _contradiction(self, tool: Tool | None, tail: str) -> Told:
        """Return which of the readers, a report's included, contradicts an exit status of 0."""
        readers = list(self._tools)
        if tool is not None and tool not in readers:
            readers.append(tool)
        for reader in readers:
            if reader is not tool and reader.seen:
                reader.ended(0)
        return contradiction(readers, self.argv, tail, tests=self._tests)

    def _lines(self, raw: bytes, skipped: int) -> None:
        """Process whole lines. `skipped` bytes at the end of the first one were not kept."""
        plain = _ESCAPES.sub(b"", raw) if b"\x1b" in raw else raw
        lines = plain.split(b"\n")[:-1]
        lengths = raw.split(b"\n") if plain is not raw else lines
        match, at, done = self._pattern.match, self._line_at, 0
        carriage = b"\r" in raw
        for index, line in enumerate(lines):
            if carriage and b"\r" in line:
                line = line.rstrip(b"\r").rpartition(b"\r")[2]
            if line.startswith(b"$ "):
                continue  # the runner names a command
            if not self._wanted and match(line[:_LONGEST] if len(line) > _LONGEST else line) is None:
                continue
            at += sum(map(len, lengths[done:index])) + index - done + (skipped if not done and index else 0)
            done = index
            self._show(line, Spot(self._number + index + 1, at))
        self._number += len(lines)

    def _show(self, line: bytes, spot: Spot) -> None:
        line = line[:_LONGEST]
        text = clean(line.decode("utf-8", "replace")).rstrip()
        for tool, pattern in self._own:
            asked = tool.wanted > 0
            tool.wanted = max(tool.wanted - 1, 0)
            if asked or pattern.match(line):
                tool.wanted = max(tool.wanted, tool.line(text, spot))
        self._wanted = any(tool.wanted for tool in self._tools)

    def _peek(self) -> None:
        line = _ESCAPES.sub(b"", self._open).rpartition(b"\r")[2][:_LONGEST]
        text = clean(line.decode("utf-8", "replace")).rstrip()
        for tool in self._tools:
            tool.peek(text, Spot(self._number + 1, self._line_at))

    def _winner(self, exit_code: int | None) -> Tool | None:
        """Return the most informative tool: one with failures, one that has summed up, the last one."""
        known = [tool for tool in self._tools if tool.seen or (tool.named and (tool.bad or tool.broken))]
        ran = [tool for tool in self._tools if tool.named and exit_code is not None]
        if not known:
            return ran[0] if len(ran) == 1 else None
        wrong = exit_code != 0
        return max(known, key=lambda t: (wrong and bool(t.bad or t.unloaded or t.broken), t.counted, t.seen))


def parse(
    log: bytes | str,
    argv: Sequence[str],
    exit_code: int | None = None,
    *,
    tests: bool = True,
    folder: str = "",
    since: float | None = None,
) -> SuiteResult:
    """Return what a whole log says: its bytes, or the path of its file, which may not exist.

    `exit_code` is None while the command runs, and after a signal; for the others see `Scan`. Raises OSError.
    """
    scan = Scan(argv, tests=tests)
    if isinstance(log, bytes):
        for start in range(0, len(log), _BLOCK):
            scan.feed(log[start : start + _BLOCK])
    elif os.path.exists(log):
        scan.read(log)
    return scan.result(exit_code, folder=folder, since=since)


def _told(tool: Tool | None, folder: str, so_far: str = "") -> SuiteResult:
    """Return the findings of a tool's reader."""
    if tool is None:
        return SuiteResult()
    failed, errors = tool.counts()
    summary = tool.summary()
    return SuiteResult(
        tool=tool.name,
        passed=tool.passed,
        failed=failed,
        skipped=tool.skipped,
        errors=errors,
        failures=tuple(located(failure, folder) if folder else failure for failure in tool.current()),
        summary=summary and summary + so_far,
    )


def _words(argv: Sequence[str]) -> set[str]:
    """Return the names of programs that a command line may run: its words, and those of a shell line."""
    words: set[str] = set()
    for word in argv:
        parts = [word]
        if " " in word:
            try:
                parts = shlex.split(re.sub(r"[;&|()]", " ", word))
            except ValueError:
                parts = word.split()
        words.update(part.rpartition("/")[2] for part in parts)
    return words


def _two_words(tool: type[Tool], words: set[str]) -> bool:
    return tool is golang.GoTest and "go" in words and bool(words & {"test", "build", "vet"})


@functools.cache
def _pattern(wanted: tuple[str, ...]) -> re.Pattern[bytes]:
    """Compile one pattern from all that are `wanted`."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in wanted).encode())
