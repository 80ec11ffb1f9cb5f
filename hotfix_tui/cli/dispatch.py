"""From arguments to a command: builds the one parser it needs, calls the command, turns errors into exit statuses."""

import argparse
import os
import sys
from importlib import import_module

from hotfix_tui.cli import failures, outlet
from hotfix_tui.cli.table import COMMANDS, GLOBAL, GROUPS, READS, Entry
from hotfix_tui.version import __version__

_DRAW = (None, "resume", "demo", "reset-terminal")
"""Commands that draw on the terminal themselves."""

_VALUED = ("-C", "--incident", "--as")

EPILOG = "Without a command: resume the open incident here, choose if there are several, else start one."


def run(args: list[str]) -> int:
    """Run the command line `args`; return the exit status."""
    if os.name != "posix":
        print("hotfix-tui: it runs on Linux, macOS and WSL; this system is none of them.", file=sys.stderr)
        return 1
    name = _command_of(args)
    if name in ("help", "-h", "--help") or any(a in ("-h", "--help") for a in args[:1]):
        _overview()
        return 0
    if name is not None and name not in COMMANDS:
        return _unknown(name)
    options = _parse(name, args)
    target = COMMANDS[name].target if name else "opening:start"
    module, function = target.split(":")

    if name not in _DRAW:
        outlet.cover()
    options.command = name or ""
    return failures.call(
        lambda: int(getattr(import_module(f"hotfix_tui.cli.{module}"), function)(options) or 0),
        options,
        reads=name in READS,
    )


def _command_of(args: list[str]) -> str | None:
    """Return the first argument that is neither a global option nor its value."""
    skip = False
    for item in args:
        if skip:
            skip = False
        elif item in _VALUED:
            skip = True
        elif not item.startswith("-"):
            return item
        elif item in ("-h", "--help"):
            return "help" if item == args[0] else None
    return None


def _parse(name: str | None, args: list[str]) -> argparse.Namespace:
    entry: Entry | None = COMMANDS[name] if name else None
    parser = argparse.ArgumentParser(
        prog=f"hotfix-tui {name}" if name else "hotfix-tui",
        description=entry.help if entry else None,
        epilog=None if entry else EPILOG,
        allow_abbrev=False,
        formatter_class=_formatter,
    )
    for names, options in GLOBAL:
        parser.add_argument(*names, **options)
    if entry:
        for names, options in entry.arguments:
            parser.add_argument(*names, **options)
    parser.add_argument("--version", action="version", version=f"hotfix-tui {__version__}")
    # Times such as -25m are values: no option here begins with a digit, and the readers strip the space again.
    rest = [f" {item}" if item[:1] == "-" and item[1:2].isdigit() else item for item in args]
    if name:
        rest.remove(name) if name not in _values(args) else _remove_command(rest, name)
    return parser.parse_intermixed_args(rest) if entry else parser.parse_args(rest)


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Return argparse's own formatter with the width given: it creates one per argument, and would query `shutil`."""
    return argparse.HelpFormatter(prog, width=_width() - 2)


def _width() -> int:
    try:
        return int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        pass
    try:
        return os.get_terminal_size(1).columns or 80
    except OSError:
        return 80


def _values(args: list[str]) -> list[str]:
    return [args[i + 1] for i, item in enumerate(args[:-1]) if item in _VALUED]


def _remove_command(args: list[str], name: str) -> None:
    """Remove the command itself, not an option's value with the same spelling."""
    for i, item in enumerate(args):
        if item == name and (i == 0 or args[i - 1] not in _VALUED):
            del args[i]
            return


def _unknown(name: str) -> int:
    import difflib

    near = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f"; did you mean {near[0]}?" if near else "; `hotfix-tui --help` lists them."
    print(f"hotfix-tui: there is no command {name!r}{hint}", file=sys.stderr)
    return 2


def _overview() -> None:
    print("usage: hotfix-tui [options] [command]\n")
    print(EPILOG)
    for group, title in GROUPS.items():
        print(f"\n{title}:")
        for name, entry in COMMANDS.items():
            if entry.group == group:
                print(f"  {name:16}{entry.help}")
    print("\noptions:")
    for names, options in GLOBAL:
        shown = ", ".join(names) + (f" {options['metavar']}" if "metavar" in options else "")
        print(f"  {shown:22}{options['help']}")
    print(f"  {'--version, --help':22}`hotfix-tui COMMAND --help` says more about a command")
