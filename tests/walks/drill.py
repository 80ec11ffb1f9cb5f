"""The drill for walks: built fast, trusted by its own command, stopped at the end; and the state of its remote and
servers.
"""

from dataclasses import dataclass
from pathlib import Path

from hotfix_tui.demo import build, processes
from hotfix_tui.demo.layout import World
from hotfix_tui.runner import runs
from tests.walks.support import Desk, http_status

_QUICK = (('watch = "20s"', 'watch = "2s"'), ('baseline = "20s"', 'baseline = "1s"'))


@dataclass
class Drill(Desk):
    """A desk in front of a drill."""

    world: World = None  # type: ignore[assignment]

    def account(self, token: str, *, staging: bool = False) -> int:
        base = self.world.staging_url if staging else self.world.production_url
        return http_status(f"{base}/account", token)

    def remote(self, *args: str) -> str:
        return self.git(*args, cwd=self.world.remote)

    def remote_updates(self) -> list[tuple[str, str, str]]:
        """Return every ref update that the remote was asked for: old, new, ref."""
        log = self.world.root / "remote-updates.log"
        if not log.exists():
            return []
        return [tuple(line.split(" ", 2)) for line in log.read_text().splitlines()]  # type: ignore[misc]

    def deploys(self, environment: str = "production") -> list[tuple[str, str]]:
        """Return what was done to an environment since the drill was built: (action, commit)."""
        log = self.world.root / "servers" / environment / "deploys.log"
        lines = [line.split(" ") for line in log.read_text().splitlines()]
        return [(line[1], line[2]) for line in lines][3 if environment == "production" else 2 :]

    def outbox(self, box: str) -> str:
        path = self.world.root / "outbox" / f"{box}.txt"
        return path.read_text(encoding="utf-8") if path.exists() else ""


def build_drill(
    folder: Path, *, scenario: str = "expired-token", extra: str = "", forge: bool = False, product: str = ""
) -> Drill:
    """Build and start a drill in `folder`; `extra` is added to its configuration.

    `product` is the folder of another copy of the product, whose commands are called then.
    """
    world = build.build(str(folder / "drill"), scenario=scenario, log_updates=True, pace=0, forge=forge)
    config = world.checkout / ".hotfix-tui.toml"
    text = config.read_text(encoding="utf-8")
    for slow, quick in _QUICK:
        assert slow in text
        text = text.replace(slow, quick)
    config.write_text(text + extra, encoding="utf-8")
    drill = Drill(root=folder / "desk", checkout=world.checkout, world=world)
    if product:
        drill.env["PYTHONPATH"] = product
    drill.do("trust", "--yes")
    processes.start(world)
    return drill


def stop(drill: Drill) -> None:
    end_watches(drill.world.checkout)
    processes.stop(drill.world)


def end_watches(checkout: Path) -> None:
    """End the watches that are still running."""
    for status in checkout.glob(".git/hotfix-tui/**/runs/*-monitor.watch/status.json"):
        if runs.look(status.parent).state == "running":
            runs.cancel(status.parent, "the test is over")
