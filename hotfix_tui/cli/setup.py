"""Commands around the work: the drill, trust, doctor, and bringing a broken terminal back."""

import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.cli.failures import FAILED, NEEDS, Stop
from hotfix_tui.cli.select import start_directory


def demo(options: Namespace) -> int:
    """Build the drill; open the wizard in it, unless --build-only."""
    from hotfix_tui.demo import build, processes, story

    if not options.build_only:
        from hotfix_tui.cli.opening import _need_terminal

        _need_terminal()
        print("Building the drill: a service, its history, staging and production…", flush=True)
    world = build.build(options.dir or None, scenario=options.scenario)
    trust_directory(str(world.checkout))
    offer_patch(str(world.checkout), str(world.bad_patch or world.patch), story.brief(world))
    processes.start(world)
    if options.build_only:
        print(world.checkout)
        return 0
    from hotfix_tui.cli.opening import _open_wizard

    options.directory = str(world.checkout)
    try:
        return _open_wizard(options, "")
    finally:
        processes.stop(world)
        print(f"The drill's servers are stopped. Its files stay in {world.root}")


def trust_directory(root: str) -> None:
    """Trust the configuration at `root`, which the wizard wrote itself."""
    from hotfix_tui.config import load as config
    from hotfix_tui.config import trust
    from hotfix_tui.session import places

    trust.allow(Path(places.state_root()), config.load(root), root)


def offer_patch(root: str, patch: str, story: str) -> None:
    """Put the drill's fix where the step "make the change" offers it, and its story where the first screen tells it."""
    from hotfix_tui.session import durable, places

    folder = os.path.join(places.session_root(root), "offers")
    durable.make_directory(folder)
    durable.replace(os.path.join(folder, "fix.patch"), Path(patch).read_bytes(), backup=False)
    durable.replace(os.path.join(folder, "story.txt"), story.encode(), backup=False)


def trust(options: Namespace) -> int:
    """Show what the configuration would run, and trust it."""
    from hotfix_tui.config import load as config
    from hotfix_tui.config import trust as room
    from hotfix_tui.engine import opening
    from hotfix_tui.session import places

    place = opening.find_place(start_directory(options))
    state = Path(places.state_root())
    if options.revoke:
        count = room.revoke(state, place.root)
        print(f"Forgot {count} trusted configuration{'s' if count != 1 else ''} of {place.root}.")
        return 0
    loaded = config.load(place.root)
    if loaded.source is None:
        print("There is no configuration here: nothing to trust.")
        return 0
    if options.sha256:
        if options.dry_run or not room.allow_sha256(state, loaded, place.root, options.sha256):
            raise Stop(f"The configuration's hash is {loaded.sha256}, not {one_line(options.sha256)}.", NEEDS)
        print(f"Trusted {loaded.sha256}.")
        return 0
    if options.json:
        from hotfix_tui.cli.show import print_json

        rows = [
            {"name": c.name, "argv": c.argv, "cwd": c.cwd}
            for c in room.commands_of(loaded.config, place.root)
        ]
        trusted = room.trusted(state, loaded, place.root)
        print_json({"schema": 1, "sha256": loaded.sha256, "trusted": trusted, "commands": rows})
        return 0
    _show_commands(room, loaded, place.root, state)
    if room.trusted(state, loaded, place.root):
        print("\nIt is trusted already.")
        return 0
    if not (options.yes or _agrees()):
        raise Stop("Not trusted; nothing was written.", NEEDS)
    if options.dry_run:
        print("Dry run: it would be trusted.")
        return 0
    room.allow(state, loaded, place.root)
    print(f"Trusted {loaded.sha256}.")
    _offer_to_incidents(options, place, loaded)
    return 0


def _offer_to_incidents(options: Namespace, place: Any, loaded: Any) -> None:
    """Let open incidents that keep an older configuration take the trusted one over, after asking."""
    from hotfix_tui.cli.select import open_store
    from hotfix_tui.engine import opening, verbs
    from hotfix_tui.engine.core import Engine

    by = options.name or opening.default_name(place.root)
    store = open_store(options, by)
    for known in store.listing():
        if known.state != "open" or known.problem:
            continue
        engine = Engine(store, known.id, place.root, by=by)
        if engine.record.doc.get("config_sha256") == loaded.sha256:
            continue
        print(f"{known.id} keeps the configuration that it started with.")
        if options.yes or _agrees(f"Let {known.id} use the newer one?"):
            verbs.take_config(engine, loaded)
            print(f"{known.id} uses it from now on.")


def _show_commands(room: Any, loaded: Any, root: str, state: Path) -> None:
    print(f"{loaded.source.name} would run (sha256 {loaded.sha256}):\n")
    for command in room.commands_of(loaded.config, root):
        notes = [f"in {clean(command.cwd)}"] if command.cwd not in ("", ".") else []
        notes += [f"with {', '.join(map(clean, command.env))} set"] if command.env else []
        notes += ["read by a shell"] if command.shell else []
        notes += [f"starts {clean(command.script)} of this repository"] if command.script else []
        print(f"  {command.name:22} {command.shown()}" + (f"   ({'; '.join(notes)})" if notes else ""))
    changes = room.changes(state, loaded, root)
    if changes:
        print("\nSince it was last trusted:")
        print("\n".join(f"  {line}" for line in changes))
    print("\nA script can call other scripts; those are not shown.")


def _agrees(question: str = "\nRun these when a step asks for them?") -> bool:
    if not sys.stdin.isatty():
        return False
    print(f"{question} Type yes: ", end="", flush=True)
    return sys.stdin.readline().strip().lower() == "yes"


def init(options: Namespace) -> int:
    """Write a configuration from what is found in the repository, and trust it; --print only shows it."""
    from hotfix_tui.config.load import FILE
    from hotfix_tui.engine import opening
    from hotfix_tui.engine.init import init_text
    from hotfix_tui.session import durable

    place = opening.find_place(start_directory(options))
    text = init_text(place.root)
    if options.print_only or options.dry_run:
        print(text, end="")
        return 0
    path = os.path.join(place.root, FILE)
    if os.path.lexists(path):
        raise Stop(f"{path} exists already; `hotfix-tui init --print` shows what would be written.")
    durable.replace(path, text.encode(), mode=0o644, backup=False)
    trust_directory(place.root)
    print(f"Wrote {path}. Read it, change it, commit it.")
    return 0


def reset_terminal(options: Namespace) -> int:
    """Leave the alternate screen, switch the mouse and keyboard modes off, and let the terminal echo again."""
    modes = "".join(f"\x1b[?{mode}l" for mode in (1000, 1002, 1003, 1006, 1015, 1004, 2004, 2026, 1049))
    sys.stdout.write(f"{modes}\x1b[<u\x1b[>4;0m\x1b[?25h\x1b[?7h\x1b[0m\x1b(B\r")
    sys.stdout.flush()
    if sys.stdin.isatty():
        import subprocess

        subprocess.run(["stty", "sane"], check=False)
    return 0


def doctor(options: Namespace) -> int:
    """Check what the wizard needs here; exit 1 if something is missing."""
    from hotfix_tui.engine.doctor import examine

    rows = examine(start_directory(options))
    if options.json:
        from hotfix_tui.cli.show import print_json

        print_json({"schema": 1, "checks": [row._asdict() for row in rows]})
    else:
        for row in rows:
            print(
                f"{'ok  ' if row.ok else 'BAD ' if row.needed else 'hint'}  {row.name:18}{one_line(row.text, 300)}"
            )
    return FAILED if any(row.needed and not row.ok for row in rows) else 0
