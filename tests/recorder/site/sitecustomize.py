"""Writes down each call of git that code of the product makes in this interpreter, whoever started it.

Python imports a module of this name at its start when its folder is on PYTHONPATH, so the supervisors, the drivers and
the command lines that tests start are recorded, too. The calls that tests make themselves are not: what counts is
whose code is nearest on the stack. One line of JSON a call goes to the file that TESTS_GIT_CALLS names. Nothing is
written, and next to nothing is done, where that variable is not set.
"""

import os
import sys

ENVIRONMENT = "TESTS_GIT_CALLS"
_PACKAGE, _OWN = "/hotfix_tui/", "/tests/"
_busy = False
as_product = False
"""Set while test code carries out a plan of the product itself."""


def _look(event, args):
    if event != "subprocess.Popen" or _busy:
        return
    words = args[1]
    if isinstance(words, (str, bytes, os.PathLike)) or not words:
        return
    if os.fsdecode(words[0]).rpartition("/")[2] != "git":
        return
    whose = _whose(sys._getframe(1))
    if whose:
        _write(
            os.environ.get(ENVIRONMENT, ""), [os.fsdecode(word) for word in words[1:]], args[2], whose == "ui"
        )


def _whose(frame):
    """Say who calls: "" for test code, "product", or "ui" for the product on the loop of its screens."""
    caller = "product" if as_product else ""
    while frame is not None:
        name = frame.f_code.co_filename
        inside = name.rpartition(_PACKAGE)[2] if _PACKAGE in name else ""
        if inside and not inside.startswith("tests/"):
            caller = "product"
            if inside.startswith("demo/"):
                return ""  # the drill makes its own repositories, from nothing
            if inside.startswith("ui/"):
                return "ui" if _on_loop() else caller
        elif _OWN in name:
            return caller
        frame = frame.f_back
    return caller


def _on_loop():
    loops = sys.modules.get("asyncio.events")
    return loops is not None and loops._get_running_loop() is not None


def _write(path, argv, cwd, on_loop):
    global _busy
    if not path:
        return
    import json

    where = os.fsdecode(cwd) if cwd else os.getcwd()
    call = {"argv": argv, "cwd": where, "on_loop": on_loop}
    if "switch" in argv:
        import subprocess

        _busy = True
        try:
            ask = ["git", "--no-optional-locks", "status", "--porcelain", "--untracked-files=no"]
            call["dirty"] = bool(subprocess.run(ask, cwd=where, capture_output=True).stdout)
        finally:
            _busy = False
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.write(file, json.dumps(call).encode("ascii") + b"\n")
        os.close(file)
    except OSError:
        pass  # the disk that a test fills, or the end of the session that removes the file


if os.environ.get(ENVIRONMENT):
    sys.addaudithook(_look)
if os.environ.get("TESTS_KILL"):
    import killer

    killer.begin()
