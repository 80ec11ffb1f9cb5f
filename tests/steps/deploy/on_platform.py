"""The programs of a platform on the path: each of them answers what its file asks."""

import shlex

from hotfix_tui.platforms import loader, lookup
from tests.platforms import answers

STRICT = True
"""Whether every lookup must be answered by the stand-in."""


def write(tools, on, said):
    for program in set(on.programs) - {"git", "ssh"}:
        (tools / program).write_text(_program(said))
        (tools / program).chmod(0o755)


def use_prepared(shop, on):
    """From now on what was prepared is there, for a program that is asked the same about it as about what is live."""
    values = shop.config["deploy"]["settings"]
    write(shop.folder / "programs", on, answers_of(on, values, last="prepared"))


def _program(said):
    """A program that gives its answer to each of the command lines, and an empty line to any other."""
    known = "".join(
        f"{shlex.quote(line)}) printf '%s\\n' {shlex.quote(out)};;\n" for line, out in said.items()
    )
    return f'#!/bin/sh\ncase "${{0##*/}} $*" in\n{known}*) echo;;\nesac\n'


def answers_of(on, values, last="current"):
    said = {}
    common = {"production": "main", "environment": "production", "release": answers.IDS.get(on.id, "")}
    needed = {name for action in on.commands for name in loader.lookups(on, action)}
    needed |= {name for wait in on.waits.values() for name in loader.names_in(wait.run)}
    for name in loader.chained(on, needed):
        one = on.lookups[name]
        (line,) = loader.question(on, one.run, common | values).commands
        said.setdefault(" ".join(line), answers.LOOKED_UP.get((on.id, name), ""))
        values = values | {name: lookup.read(said[" ".join(line)].encode(), one)}
        assert values[name] or not STRICT, name
    questions = {"prepared": answers.PREPARED, "current": answers.CURRENT, "content": answers.CONTENT}
    for action, known in sorted(questions.items(), key=lambda one: one[0] == last):
        planned = loader.plan(on, action, common | values | {"serving": answers.IDS.get(on.id, "")})
        if planned is not None:
            assert not planned.missing or not STRICT
            said[" ".join(planned.commands[0])] = known.get(on.id, "")
    return said
