"""The server: imports the product, then forks once for each call that it is asked for.

Started as a script, with the socket that it is asked on as standard input. A request is one line of JSON (arguments,
environment, folder), with the three standard streams and a socket for the answer as open files. The answer is the
child's process id, and later its exit status as ``subprocess`` counts it, a line of JSON each. The next request is made
after the process id has come.
"""

import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
import threading
import time
from typing import Any, NoReturn

_NOT_LOADED = ("hotfix_tui.ui", "hotfix_tui.demo.world", "hotfix_tui.__main__", "hotfix_tui.runner.supervise")
"""The screens, which commands do not use, and programs of their own."""
_COERCED = os.environ.get("LC_CTYPE")
"""What Python itself set at its start in the C locale, and passes to whatever it starts."""


def load() -> None:
    """Import the product without its screens."""
    import hotfix_tui

    for package in pkgutil.walk_packages(hotfix_tui.__path__, "hotfix_tui.", onerror=lambda _: None):
        if not package.name.startswith(_NOT_LOADED) and not package.name.endswith("_driver"):
            vars(importlib.import_module(package.name))  # which loads it: it is lazy
    work_out()


def work_out() -> None:
    """Compute what every process of the product computes once on first use, and what is the same in each."""
    from hotfix_tui.base import redact
    from hotfix_tui.config import read
    from hotfix_tui.documents import catalog, templating

    for library in ("importlib.resources.readers", "tomli_w"):
        importlib.import_module(library)
    redact.patterns()
    redact.redact("password=1234567 Authorization: Bearer 1234567 -u a:b Cookie: a=bcdefg", {})
    read.shape()
    for name in catalog.DOCUMENTS:
        for section in templating.sections(name, "en"):
            templating._compiled(section.body)


def wait_for_no_disk() -> None:
    """Do what `tests.disk` does in the processes of the tests; the tests are not a package here."""
    os.fsync = lambda fd: os.fstat(fd) and None  # type: ignore[assignment]


class Children:
    """The running children, each with the socket on which its end is reported."""

    def __init__(self) -> None:
        self._ends: dict[int, socket.socket] = {}

    def begin(self, request: dict[str, Any], files: list[int]) -> None:
        """Fork; in the child this does not return."""
        *streams, told = files
        pid = os.fork()
        if pid == 0:
            _become(request, streams)
        for fd in streams:
            os.close(fd)
        self._ends[pid] = socket.socket(fileno=told)
        self._tell(pid, {"pid": pid})

    def reap(self) -> None:
        """Report each child that has ended."""
        while self._ends:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self._tell(pid, {"code": os.waitstatus_to_exitcode(status)})
            self._ends.pop(pid).close()

    def _tell(self, pid: int, what: dict[str, int]) -> None:
        try:
            self._ends[pid].sendall(json.dumps(what).encode() + b"\n")
        except OSError:
            pass  # nobody waits for it any more


def serve() -> None:
    """Answer requests until the socket is closed."""
    asked = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    woken, wakes = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    children = Children()
    gc.collect()
    gc.freeze()
    with selectors.DefaultSelector() as selector:
        selector.register(asked, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fd == woken:
                    os.read(woken, 4096)
                    children.reap()
                    continue
                message, files, _, _ = socket.recv_fds(asked, 1 << 16, 4)
                while message and not message.endswith(b"\n"):
                    message += asked.recv(1 << 16)
                if not message:
                    return
                children.begin(json.loads(message), files)


def _become(request: dict[str, Any], streams: list[int]) -> NoReturn:
    """Become the requested process."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for fd, stream in enumerate(streams):
            os.dup2(stream, fd)
        os.closerange(3, 1024)
        os.environ.clear()
        os.environ.update(request["env"])
        if _COERCED is not None:
            os.environ.setdefault("LC_CTYPE", _COERCED)
        time.tzset()
        os.chdir(request["cwd"])
        sys.argv = request["argv"]
        from hotfix_tui.cli import main

        code = _code(main)
    except BaseException:  # like an interpreter with an uncaught exception
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    finally:
        _end(code)


def _code(main: Any) -> int:
    """Return the exit status of `main`, or of the exit that it raised."""
    try:
        return int(main())
    except SystemExit as exit_:
        if exit_.code is None or isinstance(exit_.code, int):
            return exit_.code or 0
        print(exit_.code, file=sys.stderr)
        return 1


def _end(code: int) -> NoReturn:
    """End as the interpreter does, without tearing down what was loaded."""
    import atexit

    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    load()
    wait_for_no_disk()
    serve()
