"""Kills this interpreter at a place rather than at a time: at its n-th externally visible operation, or at its end.

What counts is what others can see: a file opened for writing, renamed or removed, a folder made, a lock taken, a
program started. So where a kill happens does not depend on the speed of the machine. TESTS_KILL is ``process:N`` or
``group:N``, or ``armed:PATH``: then counting starts once that file exists, which contains such a word.
``process:N@WORD`` counts only events that contain WORD, as the event's name and its object: ``os.mkdir
…/runs/7-deploy.production``; if none does, nothing is killed. The variable is removed at the start: what this process
starts is never killed.
"""

import atexit
import os
import signal
import sys

ENVIRONMENT = "TESTS_KILL"
_SEEN = {
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "fcntl.flock",
    "fcntl.lockf",
}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Killer:
    """Counts down to the kill."""

    def __init__(self, word):
        self.armed = self.how = self.word = ""
        self.left = 0
        if word.startswith("armed:"):
            self.armed = word.removeprefix("armed:")
        else:
            self._take(word)

    def _take(self, word):
        place, _, self.word = word.partition("@")
        self.how, _, number = place.partition(":")
        self.left = int(number)

    def look(self, event, args):
        """Take an audit event into account."""
        if event == "open":
            path, _, flags = args
            if not isinstance(flags, int) or not flags & _WRITES or "__pycache__" in str(path):
                return
        elif event not in _SEEN and event != "subprocess.Popen":
            return
        if self.armed:
            try:
                with open(self.armed, encoding="ascii") as file:
                    word = file.read()
            except OSError:
                return
            self.armed = ""
            self._take(word)
        if self.word and self.word not in f"{event} {args}":
            return
        self.left -= 1
        if self.left == 0:
            self.kill()

    def kill(self):
        """Kill the process, or its group."""
        if self.how == "group":
            os.killpg(0, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)

    def end(self):
        """Kill at the end of the interpreter as well, if the place was not reached before."""
        if self.how and not self.word:
            self.kill()


def begin():
    """Read the variable and watch, if it is set."""
    word = os.environ.pop(ENVIRONMENT, "")
    if word:
        killer = Killer(word)
        atexit.register(killer.end)
        sys.addaudithook(killer.look)
