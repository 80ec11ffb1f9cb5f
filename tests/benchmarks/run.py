"""The measurements: each returns rows of a metric, what was measured, the goal, and whether it is met.

Times are compared side by side, interleaved, as medians, because a machine is twice as fast on one day as on the next.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks import ptybench
from tests.benchmarks.scenarios import EMPTY_APP, PASS, PROGRAM, TICKET, Scenario

MARK = re.compile(r"^›")


class Row(NamedTuple):
    """One line of the table; `ok` is None where there is no goal."""

    metric: str
    measured: str
    goal: str
    ok: bool | None


class Bench:
    """Measures one scenario, `rounds` times each."""

    def __init__(self, scenario: Scenario, folder: Path, rounds: int) -> None:
        self.scenario, self.folder, self.rounds = scenario, folder, rounds

    def all(self) -> dict[str, Callable[[], list[Row]]]:
        """The measurements by name, in the order of the table."""
        return {
            "start": self.start,
            "calls": self.calls,
            "keys": self.keys,
            "save": self.save,
            "runs": self.runs,
            "idle": self.idle,
            "leave": self.leave,
        }

    # A program on a terminal

    def options(self, cmd: list[str], **more: Any) -> dict[str, Any]:
        """The options of ptybench for one program in the checkout."""
        found = {**ptybench.DEFAULTS, "cmd": cmd, "cwd": self.scenario.checkout, "env": self.scenario.env}
        return {**found, **more}

    def wizard(self) -> ptybench.Session:
        """The wizard on its stage screen, at rest."""
        s = ptybench.opts_session(self.options(PROGRAM))
        self._seen(s, live, "the stage screen")
        s.settle(600, 5)
        return s

    def _seen(self, s: ptybench.Session, cond: Callable[[Any], bool], what: str) -> float:
        shown, why = s.wait(cond, 30)
        if shown is None:
            raise SystemExit(f"{what} was not seen ({why}):\n" + "\n".join(s.screen_text()))
        return float(shown)

    def _first_key(self, s: ptybench.Session) -> float:
        """Press once at the start, and again once the screen is up, until a key works."""

        def works(screen: Any) -> bool:
            return live(screen) and marked(screen) > first_row(screen)

        s.write(ptybench.key_bytes("down"))
        self._seen(s, live, "the stage screen")
        until = ptybench.now() + 30
        while ptybench.now() < until:
            shown, _ = s.wait(works, 0.05)
            if shown is not None:
                return float(shown)
            s.write(ptybench.key_bytes("down"))
        raise SystemExit("the moved mark was not seen:\n" + "\n".join(s.screen_text()))

    def start(self) -> list[Row]:
        """From the start to the first information, and to the first key that works."""
        times: dict[str, list[float]] = {"empty": [], "information": [], "keys": []}
        for number in range(self.rounds + 1):
            s = ptybench.opts_session(self.options(EMPTY_APP))
            empty = self._seen(s, lambda sc: "EMPTY-READY" in "".join(sc.display()), "the empty app") - s.t0
            s.kill()
            s = ptybench.opts_session(self.options(PROGRAM))
            told = self._seen(s, informs, "the first information") - s.t0
            moved = self._first_key(s) - s.t0
            s.kill()
            if number:  # the first round warms the caches
                for name, value in (("empty", empty), ("information", told), ("keys", moved)):
                    times[name].append(value)
        base = times["empty"]
        first, keys = (ratio(times[name], base) for name in ("information", "keys"))
        plain = statistics.median(base)
        return [
            Row(
                "first information ÷ empty Textual app",
                f"{first:.2f} ({statistics.median(times['information']):.3f} s, {plain:.3f} s)",
                "≤ 0.15",
                first <= 0.15,
            ),
            Row(
                "keys live ÷ the same",
                f"{keys:.2f} ({statistics.median(times['keys']):.3f} s)",
                "≤ 1.5",
                keys <= 1.5,
            ),
        ]

    def calls(self) -> list[Row]:
        """Plain calls against an interpreter that does nothing."""
        calls = {
            "python -c pass": PASS,
            "--version": [*PROGRAM, "--version"],
            "status --json": [*PROGRAM, "status", "--json"],
            "list --json": [*PROGRAM, "list", "--json"],
        }
        times: dict[str, list[float]] = {name: [] for name in calls}
        for number in range(2 * self.rounds + 1):
            for name, command in calls.items():
                began = time.perf_counter()
                subprocess.run(
                    command,
                    cwd=self.scenario.checkout,
                    env=self.scenario.user,
                    stdout=subprocess.DEVNULL,
                    check=True,
                )
                if number:
                    times[name].append(time.perf_counter() - began)
        rows = []
        for name, goal in (("--version", 2.5), ("status --json", 4.0), ("list --json", 4.0)):
            found = ratio(times[name], times["python -c pass"])
            shown = f"{found:.2f} ({statistics.median(times[name]) * 1000:.0f} ms)"
            rows.append(Row(f"{name} ÷ python -c pass", shown, f"≤ {goal:g}", found <= goal))
        return rows

    def keys(self) -> list[Row]:
        """From a key to the moved mark, on the stage screen at rest."""
        found: list[float] = []
        s = self.wizard()
        for number in range(40 * self.rounds):
            s.settle(250, 3)
            before = marked(s.screen)
            began = ptybench.now()
            s.write(ptybench.key_bytes("down" if number % 2 == 0 else "up"))
            found.append(
                (self._seen(s, lambda sc, b=before: marked(sc) not in (b, -1), "a moved mark") - began) * 1000
            )
        s.kill()
        middle, late = statistics.median(found), p95(found)
        ok = middle <= 8 and late <= 16
        return [Row("key → paint, idle, median / p95", f"{middle:.1f} / {late:.1f} ms", "≤ 8 / 16 ms", ok)]

    # In this process

    def save(self) -> list[Row]:
        """Saving a record of 5 kB durably, and a change beside a short and a long timeline."""
        from hotfix_tui.engine import commands
        from hotfix_tui.engine.core import Engine
        from hotfix_tui.session.store import Store

        store = Store(str(self.scenario.sessions), who="bench")
        engine = Engine(store, TICKET, self.scenario.checkout, by="bench")
        size = (self.scenario.sessions / TICKET / "session.toml").stat().st_size
        doc_times, plain_times = [], []
        for _ in range(20 * self.rounds):
            plain_times.append(self._plain_save(size))
            with store.changing(TICKET) as change:
                began = time.perf_counter()
                change.commit(change.doc, [])
                doc_times.append((time.perf_counter() - began) * 1000)
        engine.reload()
        times: dict[int, list[float]] = {40: [], 4000: []}
        for wanted in times:
            have = len(engine.timeline())
            entries = [
                {"at": engine.clock(), "kind": "note", "text": f"entry {n}", "by": "bench"}
                for n in range(wanted - have)
            ]
            if entries:
                engine.change(lambda record, actor, e=entries: e)
            for number in range(10 * self.rounds):
                began = time.perf_counter()
                commands.set_fact(engine, "workaround", f"attempt {number}")
                times[wanted].append((time.perf_counter() - began) * 1000)
        more = statistics.median(times[4000]) / statistics.median(times[40])
        late = p95(doc_times)
        return [
            Row(
                f"durable save of the record ({size / 1000:.1f} kB), p95",
                f"{late:.1f} ms (write and fsync alone {p95(plain_times):.1f} ms)",
                "≤ 5 ms",
                late <= 5,
            ),
            Row(
                "a change at 4 000 ÷ at 40 timeline entries",
                f"{more:.2f} ({statistics.median(times[4000]):.1f} ms, {statistics.median(times[40]):.1f} ms)",
                "≤ 1.3",
                more <= 1.3,
            ),
        ]

    def _plain_save(self, size: int) -> float:
        """Milliseconds that writing so many bytes durably takes by itself: file, rename, folder."""
        began = time.perf_counter()
        with open(self.folder / "plain.tmp", "wb") as file:
            file.write(b"x" * size)
            file.flush()
            os.fsync(file.fileno())
        os.rename(self.folder / "plain.tmp", self.folder / "plain")
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        return (time.perf_counter() - began) * 1000

    def runs(self) -> list[Row]:
        """The start of a command under its supervisor against a bare one; the supervisor's memory."""
        from hotfix_tui.runner import runs
        from hotfix_tui.runner.spec import Command, RunSpec

        more, sizes = [], []
        for number in range(self.rounds + 1):
            stamp = self.folder / f"stamp-{number}"
            argv = [sys.executable, "-c", f"import time; open({str(stamp)!r}, 'w').write(repr(time.time()))"]
            began = time.time()
            subprocess.run(argv, check=True, stdin=subprocess.DEVNULL)
            bare = float(stamp.read_text()) - began
            stamp.unlink()
            rundir = self.folder / "runs" / str(number)
            sleep = Command(["sleep", "1"], str(self.folder))
            began = time.time()
            runs.start(rundir, RunSpec("bench", [Command(argv, str(self.folder)), sleep]))
            while not (stamp.exists() and stamp.read_text()):
                time.sleep(0.002)
            taken = float(stamp.read_text()) - began
            status = json.loads((rundir / "status.json").read_text())
            sizes.append(ptybench.proc_rss(int(status["supervisor_pid"]))[0] / 1024)
            if number:
                more.append((taken - bare) * 1000)
            while runs.look(rundir).state == "running":
                time.sleep(0.05)
        extra, size = statistics.median(more), statistics.median(sizes)
        return [
            Row(
                "start of a command under the supervisor − bare",
                f"+{extra:.0f} ms",
                "≤ +100 ms",
                extra <= 100,
            ),
            Row("memory of one supervisor", f"{size:.1f} MB", "≤ 25 MB", size <= 25),
        ]

    def idle(self) -> list[Row]:
        """Memory and processor time of the wizard at rest, and what looking again leaves behind."""
        s = self.wizard()
        s.pump(2)
        size = ptybench.proc_rss(s.pid)[0] / 1024
        before = ptybench.proc_cpu(s.pid)
        s.pump(10)
        used = (ptybench.proc_cpu(s.pid) - before) / 10
        opened, children = len(os.listdir(f"/proc/{s.pid}/fd")), len(ptybench.proc_children(s.pid))
        for _ in range(100):
            s.write(b"l")
            s.settle(60, 2)
        s.settle(500, 5)
        more = len(os.listdir(f"/proc/{s.pid}/fd")) - opened + len(ptybench.proc_children(s.pid)) - children
        s.kill()
        return [
            Row("memory of the wizard", f"{size:.1f} MB", "≤ 60 MB", size <= 60),
            Row("processor of the wizard at rest, over 10 s", f"{used:.1%}", "0 %", used < 0.005),
            Row("children and open files after 100 looks", f"{more:+d}", "constant", more <= 0),
        ]

    def leave(self) -> list[Row]:
        """The ways out: the quit key, signals, and a line that is cut."""
        ways = ["key:q", "TERM", "HUP", "hangup"]
        plain = self.options(EMPTY_APP, how=["key:q"], runs=self.rounds, text="EMPTY-READY", linger=0.5)
        floor = ptybench.do_exit(plain)["key:q"]["exit_s"].get("median", 99.0)
        found = ptybench.do_exit(
            self.options(PROGRAM, how=ways, runs=self.rounds, ready=r"re: enter  ", linger=0.5)
        )
        rows = []
        for how in ways:
            result, limit = found[how], 0.3 if how == "key:q" else 1.0
            taken = result["exit_s"].get("median", 99.0)
            left = sorted({str(what) for run in result["runs"] for what in run.get("terminal_left_in", [])})
            left += sorted({leak["cmd"] for run in result["runs"] for leak in run.get("leaked", [])})
            said = "clean" if result["clean"] else f"NOT clean {left} {result['exit']}"
            said += f" (empty app {floor:.2f} s)" if how == "key:q" else ""
            ok = bool(result["clean"]) and taken <= limit
            rows.append(
                Row(
                    f"leaving by {how.removeprefix('key:')}",
                    f"{taken:.2f} s, {said}",
                    f"≤ {limit} s, clean",
                    ok,
                )
            )
        return rows


def informs(screen: Any) -> bool:
    """Whether severity, ticket, stage and time left can be read."""
    top = screen.display()[:2]
    stage = re.search(r"\bFix\b", top[1])
    return " P1 " in top[0] and TICKET in top[0] and stage is not None and " left" in top[0]


def live(screen: Any) -> bool:
    """Whether the stage screen stands: its bar names what enter does, and a step is marked."""
    return any(row.startswith(" enter  ") for row in screen.display()) and marked(screen) >= 0


def marked(screen: Any) -> int:
    """The row of the selected step, -1 when there is none."""
    return next((number for number, row in enumerate(screen.display()) if MARK.match(row)), -1)


def first_row(screen: Any) -> int:
    """The row of the first step in the list."""
    return next((n for n, row in enumerate(screen.display()) if re.match(r"[› ] [○✓✗◐] ", row)), 99)


def ratio(values: list[float], base: list[float]) -> float:
    """The median of the ratios of each round."""
    return statistics.median(a / b for a, b in zip(values, base, strict=True))


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]
