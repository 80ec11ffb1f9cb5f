"""Commands around the work: trust, doctor, and repairing a broken terminal."""

import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix_tui.base import durable
from hotfix_tui.base.text import clean, one_line
from hotfix_tui.cli import show
from hotfix_tui.cli.failures import FAILED, NEEDS, NOT_SAVED, Stop
from hotfix_tui.cli.select import choose, open_store, start_directory
from hotfix_tui.config import load as config
from hotfix_tui.config import trust as config_trust
from hotfix_tui.config import trust_page
from hotfix_tui.config.load import FILE
from hotfix_tui.engine import checks, commands, core, doctor, init, platform_choice
from hotfix_tui.engine.place import default_name, find_place
from hotfix_tui.session import places
from hotfix_tui.ui import own_settings

if TYPE_CHECKING:
    from hotfix_tui.config.load import LoadedConfig
    from hotfix_tui.engine.checks import DoctorCheck
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.engine.place import Checkout


def trust(options: Namespace) -> int:
    """Show what the configuration would run, and trust it."""
    place = find_place(start_directory(options))
    state = Path(places.state_root())
    if options.revoke:
        count = config_trust.revoke(state, place.root)
        print(f"Forgot {count} trusted configuration{'s' if count != 1 else ''} of {place.root}.")
        return 0
    loaded = config.load(place.root)
    if options.json:
        return _trust_json(loaded, place.root, state)
    if options.sha256:
        if options.dry_run or not config_trust.allow_sha256(state, loaded, place.root, options.sha256):
            raise Stop(f"The configuration's hash is {loaded.sha256}, not {one_line(options.sha256)}.", NEEDS)
        print(f"Trusted {loaded.sha256}.")
        return 0
    if loaded.source is None:
        print("There is no configuration here: nothing to trust.")
        return _offer_foreign(options, place)
    show_commands(loaded, place.root, state)
    if config_trust.trusted(state, loaded, place.root):
        print("\nIt is trusted already.")
        return _offer_foreign(options, place)
    if not (options.yes or agrees()):
        raise Stop("Not trusted; nothing was written.", NEEDS)
    if options.dry_run:
        print("Dry run: it would be trusted.")
        return 0
    allow(state, loaded, place.root)
    print(f"Trusted {loaded.sha256}.")
    _offer_to_incidents(options, place, loaded)
    return _offer_foreign(options, place)


def allow(state: Path, loaded: "LoadedConfig", root: str) -> None:
    """Trust the configuration; Stop if that cannot be stored."""
    try:
        config_trust.allow(state, loaded, root)
    except OSError as problem:
        raise Stop(
            f"What is trusted cannot be kept in {state}: {problem.strerror}; make it writable, or set XDG_STATE_HOME "
            "to a folder of yours.",
            NOT_SAVED,
        ) from None


def _trust_json(loaded: "LoadedConfig", root: str, state: Path) -> int:
    rows = [
        {
            "name": c.name,
            "argv": c.argv,
            "cwd": c.cwd,
            "env": dict(c.variables),
            "shell": c.shell,
            "script": c.script,
        }
        for c in config_trust.commands_of(loaded.config, root)
    ]
    platform = [{"name": row.name, "line": row.text} for row in platform_choice.rows(loaded.config, root)]
    settings = [{"name": row.name, "value": row.text} for row in trust_page.settings(loaded.config)]
    trusted = config_trust.trusted(state, loaded, root)
    show.print_json(
        {
            "schema": 1,
            "sha256": loaded.sha256,
            "trusted": trusted,
            "commands": rows,
            "platform": platform,
            "settings": settings,
        }
    )
    return 0


def _offer_to_incidents(options: Namespace, place: "Checkout", loaded: "LoadedConfig") -> None:
    """Offer open incidents with an older configuration the trusted one, after asking."""
    for engine in open_engines(options, place):
        if not commands.is_own(engine) or engine.record.doc.get("config_sha256") == loaded.sha256:
            continue
        if options.yes or agrees(f"{engine.id} started with another configuration. Let it use this one?"):
            commands.take_config(engine, loaded)
            print(f"{engine.id} uses it from now on.")
        else:
            print(f"{engine.id} keeps the configuration that it started with.")


def _offer_foreign(options: Namespace, place: "Checkout") -> int:
    """Show each open incident whose record was not written here, and adopt it after asking: never by --yes alone."""
    for engine in open_engines(options, place):
        if commands.is_own(engine):
            continue
        print(
            f"\nThe record of {engine.id} was not written here by you: it came with the repository, or was changed "
            "outside the wizard. It would run:\n"
        )
        more = platform_choice.rows(engine.config(), place.root)
        print("\n".join(trust_page.lines(engine.config(), place.root, more=more)) or "  nothing of its own")
        named = options.yes and options.incident is not None
        if not named and not agrees(f"\nTake {engine.id} over as yours, with what it would run?"):
            print(f"{engine.id} is not trusted; it can be read, and none of it runs.")
            continue
        if not options.dry_run:
            commands.adopt_record(engine)
            print(f"{engine.id} is yours now.")
    return 0


def open_engines(options: Namespace, place: "Checkout") -> "list[Engine]":
    """Return the readable open incidents here; with --incident only that one."""
    by = options.name or default_name(place.root)
    store = open_store(options, by)
    known = [incident.id for incident in store.listing() if incident.state == "open" and not incident.problem]
    if options.incident:
        known = [choose(options, store)]
    return [core.Engine(store, id, place.root, by=by) for id in known]


def show_commands(loaded: "LoadedConfig", root: str, state: Path) -> None:
    """Print everything that the configuration would run, and what changed since it was last trusted."""
    name = loaded.source.name if loaded.source is not None else "the configuration"
    print(f"{clean(name)} would run (sha256 {loaded.sha256}):\n")
    own = platform_choice.rows(loaded.config, root)
    print("\n".join(trust_page.lines(loaded.config, root, more=own)) or "  nothing")
    changes = config_trust.changes(state, loaded, root)
    if changes:
        print("\nSince it was last trusted:")
        print("\n".join(f"  {line}" for line in changes))
    print("\nA script can call other scripts; those are not shown.")


def agrees(question: str = "\nRun these when a step asks for them?") -> bool:
    """Ask on the terminal; without one the answer is no."""
    if not sys.stdin.isatty():
        return False
    print(f"{question} Type yes: ", end="", flush=True)
    return sys.stdin.readline().strip().lower() == "yes"


def write_config(options: Namespace) -> int:
    """Write a configuration from what is detected in the repository; --print only shows it.

    It is derived from the repository's own files, so it is shown and trusted like any other.
    """
    place = find_place(start_directory(options))
    text = init.init_text(place.root)
    if options.print_only or options.dry_run:
        print(text, end="")
        return 0
    path = os.path.join(place.root, FILE)
    if os.path.lexists(path):
        raise Stop(f"{path} exists already; `hotfix-tui init --print` shows what would be written.")
    durable.replace(path, text.encode(), mode=0o644, backup=False)
    print(f"Wrote {clean(path)}. Read it, change it, commit it.")
    loaded = config.load(place.root)
    if not loaded.table:
        return 0
    state = Path(places.state_root())
    print()
    show_commands(loaded, place.root, state)
    if agrees():
        allow(state, loaded, place.root)
        print(f"Trusted {loaded.sha256}.")
    else:
        print("\nNone of it runs yet: once you have read it, `hotfix-tui trust`.")
    return 0


def reset_terminal(options: Namespace) -> int:
    """Leave the alternate screen, switch mouse and keyboard modes off, and turn the terminal's echo back on."""
    modes = "".join(f"\x1b[?{mode}l" for mode in (1000, 1002, 1003, 1006, 1015, 1004, 2004, 2026, 1049))
    sys.stdout.write(f"{modes}\x1b[<u\x1b[>4;0m\x1b[?25h\x1b[?7h\x1b[0m\x1b(B\r")
    sys.stdout.flush()
    if sys.stdin.isatty():
        import subprocess

        subprocess.run(["stty", "sane"], check=False)
    return 0


def _print_missing(rows: "list[DoctorCheck]") -> None:
    """Repeat what is missing, the most useful first; each sentence says how to get it."""
    if not rows:
        print("\nNothing is missing.")
        return
    print("\nMissing, what helps most first:")
    for number, row in enumerate(rows, 1):
        print(f"  {number}. {row.name}: {one_line(row.text, 600)}")


def _own_settings() -> "list[DoctorCheck]":
    """Return a row about the user's own settings file, if there is one."""
    own = own_settings.read()
    keys = f"{len(own.keys)} of the keys your own" if own.keys else "the usual keys"
    said = own.problem or f"{own.path}: {keys}"
    return [checks.DoctorCheck("settings", not own.problem, said)] if own.exists else []


def show_doctor(options: Namespace) -> int:
    """Show what the wizard needs, and what it assumes about this repository; exit 1 if something needed is missing."""
    rows = [*doctor.examine(start_directory(options)), *_own_settings()]
    if options.json:
        names = [row.name for row in doctor.missing(rows)]
        show.print_json({"schema": 1, "checks": [row._asdict() for row in rows], "missing": names})
    else:
        for row in rows:
            print(
                f"{'ok  ' if row.ok else 'BAD ' if row.needed else 'hint'}  {row.name:14}{one_line(row.text, 600)}"
            )
        _print_missing(doctor.missing(rows))
    return FAILED if any(row.needed and not row.ok for row in rows) else 0
