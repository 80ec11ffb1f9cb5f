"""The command line of tokenctl.

What a command needs is imported when it runs: the wizard asks for the current commit at many a key.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .place import ENVIRONMENTS, CtlError, Place, load

BOXES = ("internal", "status-page", "email")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, or 1 with one sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        place = load(Path(__file__).resolve().parents[2])
        if options.command not in ("host", "forge"):
            place.activity.touch()
        _run(place, options)
    except CtlError as error:
        print(f"tokenctl: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader is gone; Python's own flush at exit must not complain about it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"tokenctl: {error.filename or options.command}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tokenctl", description="Deploys and runs tokend on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text)

    def on_environment(name: str, text: str) -> argparse.ArgumentParser:
        sub = command(name, text)
        sub.add_argument("environment", choices=ENVIRONMENTS)
        return sub

    on_environment("deploy", "Deploy a commit of the repository in this folder.").add_argument("commit")
    back = on_environment("rollback", "Serve an earlier deployed commit again.")
    back.add_argument("commit", nargs="?", default="previous")
    on_environment("current", "Print the commit that is deployed.")
    log = on_environment("log", "Print the log of deployments.")
    log.add_argument("--follow", action="store_true", help="go on until the server ends")
    on_environment("error-rate", "Print the share of failed requests of the last minute.")
    command("post", "Put a message from standard input into a box.").add_argument("box", choices=BOXES)
    command("start", "Start the servers.")
    command("stop", "End the servers.")
    command("forge", "Run the drill's own forge; start does this.").add_argument("token")
    on_environment("host", "Run the server of an environment; start does this.").add_argument("token")
    return parser


def _run(place: Place, options: argparse.Namespace) -> None:
    """Carry out what the options ask for."""
    if options.command == "current":
        from . import releases

        print(releases.current(place.folder(options.environment)))
    elif options.command in ("deploy", "rollback"):
        from . import deploys

        act = deploys.deploy if options.command == "deploy" else deploys.rollback
        act(place, options.environment, options.commit, Path.cwd())
    elif options.command == "log":
        _log(place, options.environment, follow=options.follow)
    elif options.command == "error-rate":
        _error_rate(place, options.environment)
    elif options.command == "post":
        _post(place, options.box)
    elif options.command == "start":
        _start(place)
    elif options.command == "stop":
        from . import servers

        servers.stop(place)
    elif options.command == "forge":
        from . import forge_server

        forge_server.serve(place)
    else:
        from .host import Host

        Host(place, options.environment).run()


def _start(place: Place) -> None:
    """Start the servers, and print where they answer."""
    from . import servers

    servers.start(place)
    for environment in ENVIRONMENTS:
        print(f"{environment}: {place.url(environment)}")
    if place.forge_port is not None:
        print(f"forge: http://127.0.0.1:{place.forge_port}")


def _log(place: Place, environment: str, *, follow: bool) -> None:
    """Print the log of deployments; with ``follow`` also the requests and what follows, until the server ends."""
    from . import releases, requests, servers

    folder = place.folder(environment)
    shown, asked = 0, requests.Tail(folder)
    while True:
        entries = releases.history(folder)
        for entry in entries[shown:]:
            print(f"{entry} ({releases.version(folder, entry.commit)})", flush=True)
        shown = len(entries)
        for line in asked.lines() if follow else ():
            print(line, flush=True)
        if not follow or not servers.running(place, environment):
            return
        time.sleep(0.2)


def _error_rate(place: Place, environment: str) -> None:
    """Print the error rate; CtlError without requests, since there is no rate then."""
    from .asked import get

    _, stats = get(place, environment, "/stats")
    if not stats.get("requests"):
        raise CtlError(f"{environment} had no requests in the last minute.")
    print(stats["error_rate"])


def _post(place: Place, box: str) -> None:
    """Append a message to a file of the drill's outbox; nothing leaves the machine."""
    folder = place.root / "outbox"
    folder.mkdir(exist_ok=True)
    text = sys.stdin.buffer.read().decode(errors="replace").rstrip("\n")
    with (folder / f"{box}.txt").open("a", encoding="utf-8") as outbox:
        outbox.write(text + "\n\n")
    print(f"put into {folder}/{box}.txt")
