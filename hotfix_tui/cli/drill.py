"""The drill on the command line: built or resumed, and the wizard opened on it."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix_tui.cli.opening import _need_terminal, _open_wizard
from hotfix_tui.demo import build, here, offers, processes
from hotfix_tui.demo.build import DemoError, load
from hotfix_tui.session import places
from hotfix_tui.session.store import Store

if TYPE_CHECKING:
    from hotfix_tui.demo.build import World


def demo(options: Namespace) -> int:
    """Build the drill, or resume the last one; open the wizard in it, unless --build-only."""
    if options.scenario == "list":
        _list(build.SCENARIOS)
        return 0
    if not options.build_only:
        _need_terminal()
    world = _taken_up(options)
    if world is None:
        if not options.build_only:
            print("Building the drill: a service, its history, staging and production…", flush=True)
        world = build.build(options.dir or None, scenario=options.scenario or build.USUAL, forge=True)
        offers.prepare(world)
    else:
        print(f"Taking up the drill in {world.root}; a new one: --scenario {world.scenario}", flush=True)
    processes.start(world)
    if options.build_only:
        print(world.checkout)
        return 0
    return _practise(options, world)


def _practise(options: Namespace, world: World) -> int:
    """Open the wizard on a drill; then end its servers, and say how to resume it or how it ended."""
    here.remember(places.state_root(), world)
    options.directory = str(world.checkout)
    try:
        return _open_wizard(options, "")
    finally:
        processes.stop(world)
        if world.root.exists():
            print(f"The drill's servers are stopped. Its files stay in {world.root}")
            print("hotfix-tui demo takes it up again where you left it.")


def _list(scenarios: dict[str, str]) -> None:
    width = max(map(len, scenarios))
    for name, told in scenarios.items():
        print(f"{name:{width}}  {told}")


def _taken_up(options: Namespace) -> World | None:
    """Return the drill to resume: the one in --dir, or without folder and scenario the last one, unless it is over."""
    if options.dir:
        try:
            world = load(Path(options.dir).resolve())
        except DemoError:
            return None
        return world if not options.scenario and here.is_ours(world) else None
    if options.scenario:
        return None
    last = here.left(places.state_root())
    return last if last is not None and here.is_ours(last) and not _closed(last) else None


def _closed(world: World) -> bool:
    """Return whether the drill was completed."""
    if not os.path.isdir(world.checkout):
        return True
    known = Store(places.session_root(str(world.checkout)), who="the drill").listing()
    return bool(known) and not any(
        incident.state in ("open", "resolved") or incident.problem for incident in known
    )
