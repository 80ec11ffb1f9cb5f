"""The programs that show a log, started on a terminal of ours: the log view and those it is measured beside."""

from __future__ import annotations

import shlex
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import ptybench

HERE = Path(__file__).parent
Steps = tuple[tuple[str, str], ...]
"""Keys, each with the condition on the screen that answers it, in ptybench's words."""

HELP: Steps = (("f1", "text:HELP-LINE"), ("f1", "gone:HELP-LINE"))
INSTALL_S = 90


@dataclass(frozen=True)
class Tool:
    """One program: how it is started for a file or for a command's output, and which keys it knows."""

    name: str
    argv: Callable[[str], list[str]]
    """The command that shows a file as it grows."""
    piped: Callable[[list[str]], list[str]] | None = None
    """The command that shows what another command writes into a pipe; None where it cannot."""
    terminal: Callable[[list[str]], list[str]] | None = None
    """The same, when the other command writes to a terminal."""
    ready: str = ""
    """What its screen shows when it is ready; nothing: it has no start to speak of."""
    screen: str = "lite"
    help: Steps = ()
    """Keys that work while the log grows; none: it takes no keys meanwhile."""
    ends: Steps = ()
    """Keys to both ends of a log."""
    search: tuple[str, ...] = ()
    """What is typed to look for FAILED."""
    next: str = ""
    """The key to the next hit."""
    before: str = ""
    """A key that ends following, before the keys above."""
    most: int = 10**9
    """Lines of the longest log that it is given: beyond that it takes too much time or memory."""

    def show(self, argv: list[str], link: float = 0, answers: str = "full") -> ptybench.Session:
        """Start one of its commands; wait until it is ready. Raises RuntimeError when it is not, in 30 seconds."""
        env = {"PYTHONPATH": str(HERE.parents[1])}
        session = ptybench.Session(argv, env=env, screen=self.screen, link=link, answers=answers)
        if self.ready:
            seen, why = session.wait(ptybench.condition("text:" + self.ready, session.screen), 30)
            if seen is None:
                text = "\n".join(session.screen_text())
                session.kill()
                raise RuntimeError(f"{self.name} did not start ({why}):\n{text}")
        session.settle(200, 3)
        return session


def ours() -> Tool:
    """The log view. Commands write into its log by way of their supervisor, so it is always shown a file."""
    return Tool(
        "ours",
        lambda path: [sys.executable, str(HERE / "log_app.py"), path],
        ready="log 0",
        help=HELP,
        ends=(("home", "text:00000001 "), ("end", "text:LAST-LINE-MARKER")),
        search=("/", "FAILED", "enter"),
        next=".",
    )


def stock_log() -> Tool:
    """Textual's own `Log`, fed by a thread."""
    app = [sys.executable, str(HERE / "stock_log_app.py")]
    return Tool(
        "Textual Log",
        lambda path: [*app, "file", path],
        lambda command: [*app, "pipe", *command],
        lambda command: [*app, "pty", *command],
        ready="LOG-READY",
        help=HELP,
        most=1_000_000,
    )


def tail() -> Tool:
    """`tail -f`: no screen of its own; its bytes are only looked at, as fast as they come."""
    return Tool("tail -f", lambda path: ["tail", "-f", path], screen="raw")


def less() -> Tool:
    """`less +F`: takes no key while it follows, but the interrupt that ends it."""
    return Tool(
        "less +F",
        lambda path: ["less", "-n", "-R", "-S", "+F", path],
        lambda command: ["sh", "-c", f"{shlex.join(command)} | less -n -R -S +F"],
        ends=(("g", "text:00000001 "), ("G", "text:LAST-LINE-MARKER")),
        search=("/", "FAILED", "enter"),
        next="n",
        before="ctrl+c",
    )


def toolong(folder: Path) -> tuple[Tool | None, str]:
    """Textualize's `tl`, installed from the package index into an environment in `folder`; or None and why not."""
    home = folder / "toolong"
    try:
        venv.create(home, with_pip=True)
        subprocess.run(
            [str(home / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", "toolong"],
            check=True,
            timeout=INSTALL_S,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
    except subprocess.TimeoutExpired:
        return None, f"toolong is left out: it was not installed within {INSTALL_S} s."
    except (subprocess.CalledProcessError, OSError) as error:
        said = (getattr(error, "stderr", None) or str(error).encode()).decode(errors="replace").strip()
        return None, f"toolong is left out: it cannot be installed ({said.splitlines()[-1][:200]})."
    program = str(home / "bin" / "tl")
    tool = Tool(
        "toolong",
        lambda path: [program, path],
        lambda command: ["sh", "-c", f"{shlex.join(command)} | {shlex.quote(program)}"],
        ready="Help",
        help=(("f1", "text:━ Help ━"), ("escape", "gone:━ Help ━")),
        ends=(("home", "text:00000001 "), ("end", "text:LAST-LINE-MARKER")),
        search=("ctrl+f", "FAILED"),
        next="enter",
        most=1_000_000,
    )
    return tool, ""
