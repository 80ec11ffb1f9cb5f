"""The servers of a drill: started and ended, and no other process."""

from hotfix_tui.demo.history import DemoError
from hotfix_tui.demo.layout import World
from hotfix_tui.demo.world.ctl import identity, place, servers

__all__ = ["running", "start", "stop"]


def start(world: World) -> None:
    """Start staging and production and wait until they answer; running ones stay. Raises DemoError.

    They are not children of this process: they live until ``stop``, until nobody has used the drill for two hours, or
    until its folder is gone.
    """
    import subprocess
    import sys

    result = subprocess.run(
        [sys.executable, str(world.tool), "start"],
        cwd=world.root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if result.returncode != 0:
        stop(world)
        lines = result.stderr.strip().splitlines() or ["tokenctl gave no reason"]
        raise DemoError(lines[-1].removeprefix("tokenctl: "))


def stop(world: World) -> None:
    """End the servers of this drill and wait for them. A process that is not exactly ours is left alone."""
    try:
        servers.stop(place.load(world.root))
    except place.CtlError:
        return  # The folder is gone, so the servers end by themselves.


def running(world: World) -> bool:
    """Return whether production, staging and the forge, if there is one, all run."""
    try:
        drill = place.load(world.root)
    except place.CtlError:
        return False
    return all(identity.alive(identity.read(folder / "host.json")) for folder in drill.hosts)
