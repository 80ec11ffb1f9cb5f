"""Records which options the platforms' programs know, from their own help, for `test_help.py`.

``python -m tests.platforms.record_help [PROGRAM …]`` asks those that are installed and writes `help/PROGRAM.json`; the
others stay as they were recorded.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from hotfix_tui.platforms import loader
from hotfix_tui.platforms.model import Argument, Platform

HERE = Path(__file__).parent / "help"
NOT_OURS = ("git", "ssh")
"""Programs whose options are not a platform's."""

_OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")
_BEFORE = {"--context": 1}
"""Options that stand before the command, with how many values follow."""


def lines(on: Platform) -> Iterator[list[str]]:
    """Yield every command line of a platform's file, optional groups included."""
    every: list[list[Argument]] = [
        line for command in on.commands.values() for line in command.run if not loader.is_wait(line)
    ]
    every += [lookup.run for lookup in on.lookups.values()] + [wait.run for wait in on.waits.values()]
    every += [shares.run for shares in on.shares] + [rule.run for rule in (*on.same, *on.place)]
    every += [on.account.run] if on.account else []
    every += [[*on.version.run]] if on.version else []
    for line in every:
        yield [item for argument in line for item in ([argument] if isinstance(argument, str) else argument)]


def parts(line: list[str]) -> tuple[str, str, list[str]]:
    """Return the program, the words of its command, and the options that it is called with."""
    words, rest, place = [], line[1:], 0
    while place < len(rest) and rest[place] in _BEFORE:
        place += 1 + _BEFORE[rest[place]]
    while place < len(rest) and re.fullmatch(r"[A-Za-z][A-Za-z:-]*", rest[place]):
        words.append(rest[place])
        place += 1
    options = [re.split("=|(?<=^-o)", item)[0] for item in rest if re.match(r"--?[A-Za-z]", item)]
    return line[0], " ".join(words), options


def wanted() -> dict[str, dict[str, set[str]]]:
    """Return, by program and command, the options that the files use."""
    options_used: dict[str, dict[str, set[str]]] = {}
    for name in loader.names():
        for line in lines(loader.load(name)):
            program, command, options = parts(line)
            if program not in NOT_OURS:
                options_used.setdefault(program, {}).setdefault(command, set()).update(options)
    return options_used


def ask(program: str, words: list[str]) -> str:
    """Return what the program says about a command, asked in the way that it answers."""
    env = os.environ | {"PAGER": "cat", "MANPAGER": "cat", "AWS_PAGER": "", "NO_COLOR": "1", "COLUMNS": "200"}
    ways = [[*words, "help"]] if program == "aws" else [[*words, "--help"]]
    if program == "kubectl":
        ways.append(["options"])
    text = ""
    for way in ways:
        done = subprocess.run(
            [program, *way], env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False
        )
        text += (done.stdout + b"\n" + done.stderr).decode("utf-8", "replace")
    return re.sub(r".\x08|\x1b\[[0-9;]*m", "", text)


def record(program: str, commands: dict[str, set[str]]) -> None:
    """Ask about each command, and about fewer of its words if the last ones are an argument rather than a command."""
    version = re.search(r"\d+\.\d+(?:\.\d+)?", _version(program))
    told = {}
    for command, options in sorted(commands.items()):
        words = command.split()
        everywhere = set(_OPTION.findall(ask(program, [])))
        known = set(_OPTION.findall(ask(program, words)))
        while words and not options <= known | everywhere:
            words = words[:-1]
            known = set(_OPTION.findall(ask(program, words)))
        known |= everywhere & options
        known |= {"--version"} & options if version else set()  # it has answered, whatever its help lists
        told[command] = sorted(known)
    HERE.mkdir(exist_ok=True)
    data = {"version": version[0] if version else "", "commands": told}
    (HERE / f"{program}.json").write_text(json.dumps(data, indent=1) + "\n")
    print(program, data["version"], len(told))


def _version(program: str) -> str:
    flags = [["version", "--client"]] if program == "kubectl" else [["--version"]]
    done = subprocess.run([program, *flags[0]], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


if __name__ == "__main__":
    for name, commands in wanted().items():
        if (not sys.argv[1:] or name in sys.argv[1:]) and shutil.which(name):
            record(name, commands)
