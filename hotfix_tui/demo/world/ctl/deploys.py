"""Deploying a commit and rolling back, step by step, like a hosting provider's own tool."""

from __future__ import annotations

import fcntl
import getpass
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import identity, releases, servers
from .asked import get
from .place import CtlError, Place

_PATIENCE = 12.0
"""Seconds that a new release may take until it answers."""


def deploy(place: Place, environment: str, name: str, repository: Path) -> None:
    """Deploy one commit of a repository. CtlError if it fails; the old release then keeps serving."""
    folder = place.folder(environment)
    with _alone(place, environment):
        commit = releases.resolve(repository, name)
        _say(f"deploying {commit} to {environment}")
        release = releases.export(folder, repository, commit)
        files = [path for path in release.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        _say(f"[1/4] upload  {len(files)} files, {size / 1000:.1f} kB", place.pace * 1.0)
        _compile(release)
        _say(f"[2/4] build   {releases.version(folder, commit)} compiled", place.pace * 1.2)
        _switch(place, environment, "deploy", commit, author(repository))


def rollback(place: Place, environment: str, name: str, repository: Path) -> None:
    """Serve an earlier deployed copy again: ``previous``, or a commit. CtlError if there is none."""
    folder = place.folder(environment)
    with _alone(place, environment):
        commit = releases.previous(folder) if name == "previous" else releases.deployed(folder, name)
        if commit is None:
            commit = releases.deployed(folder, releases.resolve(repository, name))
        if commit is None:
            raise CtlError(f"{name} was never deployed to {environment}; deploy it instead.")
        _say(f"rolling {environment} back to {commit} ({releases.version(folder, commit)})")
        _say(f"[1/4] find    {commit[:9]} is still on the server", place.pace * 0.5)
        _say("[2/4] build   not needed", place.pace * 0.5)
        _switch(place, environment, "rollback", commit, author(repository))


def author(repository: Path) -> str:
    """Return who deploys: git's user, else the user of this machine."""
    try:
        name = releases.git(repository, "config", "user.name").decode(errors="replace").strip()
    except (CtlError, OSError):
        name = ""
    if not name:
        try:
            name = getpass.getuser()
        except (OSError, KeyError):
            name = "somebody"
    return name


def _switch(place: Place, environment: str, action: str, commit: str, by: str) -> None:
    """Switch to another copy, and wait until it serves; back to the old one if it does not."""
    folder = place.folder(environment)
    before = releases.current(folder)
    _say(f"[3/4] switch  {releases.version(folder, before)} -> {releases.version(folder, commit)}")
    releases.mark_failed(folder, "")
    releases.point(folder, commit)
    releases.note(folder, action, commit, by)
    _lose_connection(place, environment)
    try:
        _wait(place, environment, commit)
    except CtlError:
        releases.point(folder, before)
        releases.note(folder, "failed", commit, by)
        print(servers.last_words(folder), file=sys.stderr, flush=True)
        raise CtlError(
            f"{commit[:9]} did not become healthy on {environment}; {before[:9]} serves on."
        ) from None
    _say(f"[4/4] health  {place.url(environment)}/healthz answers 200", place.pace * 0.5)
    _say(f"{environment} serves {commit} ({releases.version(folder, commit)})")


def _lose_connection(place: Place, environment: str) -> None:
    """Break off once, if the drill practises that: the server has switched, but the caller never learns of it."""
    lost = place.root / "lose-connection"
    if environment == "production" and lost.exists():
        lost.unlink()
        raise CtlError("The connection to the server was lost; whether it has switched is not known here.")


def _wait(place: Place, environment: str, commit: str) -> None:
    """Wait until only this commit answers, and is healthy. CtlError after a while."""
    folder = place.folder(environment)
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        server = identity.read(folder / "server.json")
        if server is not None and server.release == commit and _answers(place, environment, commit):
            return
        if releases.has_failed(folder, commit) or not servers.running(place, environment):
            break
        time.sleep(0.05)
    raise CtlError(f"{environment} does not serve {commit[:9]}.")


def _answers(place: Place, environment: str, commit: str) -> bool:
    """Return whether this commit answers now and is healthy."""
    try:
        status, _ = get(place, environment, "/healthz")
        _, said = get(place, environment, "/version")
    except CtlError:
        return False
    return status == 200 and said.get("commit") == commit


def _compile(release: Path) -> None:
    """Build the uploaded copy; CtlError when it does not even compile."""
    result = subprocess.run(
        [sys.executable, "-m", "compileall", "-q", "tokend"],
        cwd=release,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if result.returncode != 0:
        raise CtlError("The build failed: tokend does not compile; nothing was switched.")


@contextmanager
def _alone(place: Place, environment: str) -> Iterator[None]:
    """Hold the environment's lock; CtlError if another deployment holds it or no server runs."""
    if not servers.running(place, environment):
        raise CtlError(
            f"The {environment} server does not run; start it with: {place.root}/bin/tokenctl start"
        )
    with (place.folder(environment) / "lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CtlError(f"Another deployment to {environment} is under way; wait for its end.") from None
        yield


def _say(text: str, then_wait: float = 0.0) -> None:
    """Print a line of progress at once."""
    print(text, flush=True)
    time.sleep(then_wait)
