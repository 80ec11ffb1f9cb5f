"""One person's machine for walks and command lines: its own home, git recorded, real processes.

Every call of the product is its own process (see tests/forked). Checks use git directly, bypassing the recording
wrapper, and inspect the outcome: refs and objects, HTTP answers, the drill's logs.
"""

import hashlib
import http.client
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hotfix_tui.incident.model.evidence.every import kind_of
from tests import forked
from tests.recorder import rules
from tests.recorder.rules import verb

GIT = shutil.which("git") or "git"
_FIELD, _END = "\x1f", "\x1e"

_WRAPPER = """\
#!/bin/sh
# Writes one record a call (working directory, then the arguments) and becomes git.
IFS=$(printf '\\037')
printf '%s\\037%s\\036' "$PWD" "$*" >> {log}
exec {git} "$@"
"""


@dataclass
class Done:
    """A finished call of the product."""

    argv: list[str]
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)

    def __str__(self) -> str:
        return f"hotfix-tui {' '.join(self.argv)}\nexit {self.code}\n{self.out}\n{self.err}"


@dataclass
class Desk:
    """A home, a state directory, a git configuration and a PATH on which git is recorded."""

    root: Path
    checkout: Path
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("home", "state", "bin", "tmp"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        config = self.root / "gitconfig"
        config.write_text("[user]\n\tname = Ann\n\temail = ann@example.com\n[gc]\n\tauto = 0\n")
        wrapper = self.root / "bin" / "git"
        wrapper.write_text(_WRAPPER.format(log=self.git_log, git=GIT))
        wrapper.chmod(0o755)
        keep = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TZ") if name in os.environ}
        self.env = {
            **keep,
            "PATH": f"{wrapper.parent}:{os.environ['PATH']}",
            "HOME": str(self.root / "home"),
            "XDG_STATE_HOME": str(self.root / "state"),
            "TMPDIR": str(self.root / "tmp"),
            "GIT_CONFIG_GLOBAL": str(config),
            "GIT_CONFIG_NOSYSTEM": "1",
            "USER": "ann",
            "TERM": "xterm-256color",
        }

    @property
    def git_log(self) -> Path:
        return self.root / "git-calls.log"

    def argv(self, *args: str) -> list[str]:
        return [sys.executable, "-m", "hotfix_tui", *args]

    def call(
        self,
        *args: str,
        stdin: str | None = None,
        cwd: Path | str | None = None,
        timeout: float = 280,
        **env: str,
    ) -> Done:
        """Call ``hotfix-tui`` with `args` and wait for its end."""
        run = forked.call(
            list(args), cwd=cwd or self.checkout, env=self.env | env, stdin=stdin, timeout=timeout
        )
        done = Done(list(args), run.returncode, run.stdout, run.stderr)
        assert "Traceback (most recent call last)" not in done.err, done
        return done

    def do(self, *args: str, **more: Any) -> Done:
        """Call and require exit status 0."""
        done = self.call(*args, **more)
        assert done.code == 0, done
        return done

    def no(self, status: int, *args: str, **more: Any) -> Done:
        """Call and require another exit status, with its reason on stderr."""
        done = self.call(*args, **more)
        assert done.code == status, done
        assert done.err.strip(), done
        return done

    def status(self, *which: str) -> dict[str, Any]:
        return self.do("status", *which, "--json").json()

    def state(self, step: str) -> str:
        return state_of(self.status(), step)

    def evidence(self, step: str) -> dict[str, Any]:
        return step_of(self.status(), step)["evidence"]

    def git(self, *args: str, cwd: Path | str | None = None, ok: bool = True) -> str:
        """Call git itself, unrecorded; return what it prints."""
        run = subprocess.run(
            [GIT, *args],
            cwd=cwd or self.checkout,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
        assert run.returncode == 0 or not ok, (args, run.stdout, run.stderr)
        return run.stdout.strip()

    def git_calls(self) -> list[tuple[str, list[str]]]:
        """Return every recorded call of git: its working directory and its arguments."""
        if not self.git_log.exists():
            return []
        records = self.git_log.read_text(encoding="utf-8", errors="surrogateescape").split(_END)[:-1]
        out = []
        for record in records:
            where, *argv = record.split(_FIELD)
            out.append((where, argv))
        return out

    def pushes(self) -> list[list[str]]:
        """Return the arguments of every recorded push."""
        return [argv for _, argv in self.git_calls() if verb(argv) == "push"]


def offences(calls: list[tuple[str, list[str]]]) -> list[str]:
    """Return the recorded calls that the product must never make."""
    return rules.offences(rules.Call(where, argv) for where, argv in calls)


def step_of(status: dict[str, Any], step: str) -> dict[str, Any]:
    return next(item for item in status["steps"] if item["id"] == step)


def without_a_field(status: dict[str, Any]) -> dict[str, set[str]]:
    """Return what steps wrote that no class of evidence has a field for, by step; nothing could read it."""
    of_all = {"why", "said"}
    unknown = {
        step["id"]: set(step["evidence"]) - set(kind_of(step["id"]).FIELDS) - of_all
        for step in [*status["steps"], *status["beside"]]
    }
    return {step: names for step, names in unknown.items() if names}


def state_of(status: dict[str, Any], step: str) -> str:
    return str(step_of(status, step)["state"])


def http_status(url: str, token: str = "") -> int:
    """Return the status of the answer to GET `url`."""
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=120)
    try:
        connection.request("GET", f"/{path}", headers={"Authorization": f"Bearer {token}"} if token else {})
        return connection.getresponse().status
    finally:
        connection.close()


def tree_hash(*roots: Path, skip: tuple[str, ...] = ()) -> str:
    """Return a digest of everything below `roots`: names, kinds, modes, contents; times are left out."""
    digest = hashlib.sha256()
    for path in sorted(_walk(roots, skip)):
        info = path.lstat()
        digest.update(f"{path}\0{info.st_mode:o}\0".encode("utf-8", "surrogateescape"))
        if path.is_symlink():
            digest.update(os.readlink(path).encode("utf-8", "surrogateescape"))
        elif path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _walk(roots: tuple[Path, ...], skip: tuple[str, ...]) -> Iterator[Path]:
    for root in roots:
        for folder, folders, files in os.walk(root):
            folders[:] = [name for name in folders if name not in skip]
            yield Path(folder)
            for name in files:
                if name not in skip:
                    yield Path(folder, name)
