"""What a step such as ``npm run release`` or ``make deploy`` runs: the project's own script."""

import re
from collections.abc import Iterator
from dataclasses import replace

from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_signs import command_signs
from hotfix_tui.detect.trigger_types import Sign, Target

_SCRIPT = re.compile(r"(?:(?:yarn|pnpm|npm|bun)(?: run)?|node --run)(?: -\S+)* (\S+)")
_MAKE = re.compile(r"make(?: -\S+)* (\S+)")
_FILE = re.compile(r"(?:bash |sh |python3? )?(?:\./)?(\S+)$")
_RUN_FILE = re.compile(
    r"^\s*(?:[A-Z_]+=\S* )*(?:&\s+)?(?:sudo (?:-\S+ )*)?(?:(?:bash|sh|zsh|pwsh|powershell|node|ruby)(?: -\S+)* )?"
    r"((?:\./|\.\\)?[\w./\\-]+\.(?:ps1|sh|bash|zsh|cmd|mjs|cjs|js|rb)|\./[\w./-]+)(?=[\s;&|]|$)",
    re.M,
)
"""A line that runs a file of the repository."""

_HINT = re.compile(
    r"publish|push|deploy|upload|release|ship|apply|upgrade|update|nuget|promote|sync|submit", re.I
)
"""Every line that publishes or deploys contains one of these words: the others need no closer look."""

_MOST_FILES = 20
_MOST = 20_000


def script_behind(
    tree: Tree, sign: Sign, *, local: bool, own_machine: bool, depth: int = 2
) -> Iterator[Sign]:
    """Yield the signs of the script that `sign` runs, at the place of its call; `sign` itself if nothing is learnt."""
    text = _text(tree, sign.script) if sign.script and depth else ""
    signs = []
    for inner in command_signs(text, 0, local=local, own_machine=own_machine):
        if inner.script != sign.script or not inner.script:
            signs += list(script_behind(tree, inner, local=local, own_machine=own_machine, depth=depth - 1))
    if not signs:
        yield sign
        return
    for inner in signs:
        target = inner.target if inner.target is not Target.UNSAID else sign.target
        yield replace(inner, what=f"{inner.what} by {sign.script}", script="", target=target, line=sign.line)


def files_run(tree: Tree, script: str, line: int, *, local: bool, depth: int = 2) -> Iterator[Sign]:
    """Yield what repository files run by a script publish or deploy: never sure, as their conditions are not read.

    What they do to a cluster may be for their tests, so that is left out.
    """
    for match in [*_RUN_FILE.finditer(script[:_MOST])][:_MOST_FILES]:
        name = match[1].replace("\\", "/").removeprefix("./")
        if ".." in name or name.startswith("/") or not tree.has(name):
            continue
        text = tree.text(name)[:_MOST]
        here = line + script[: match.start()].count("\n") + match[0].startswith("\n") if line else 0
        lines = [line for line in text.replace("\\\n", " ").split("\n") if _HINT.search(line)]
        inner = [sign for sign in command_signs("\n".join(lines), 0, local=local) if sign.sure]
        if depth > 1:
            inner += files_run(tree, text, 0, local=local, depth=depth - 1)
        for sign in inner:
            if not sign.cluster:
                yield replace(sign, what=f"{sign.what} by {name}", script="", sure=False, line=here, bot="")


def _text(tree: Tree, command: str) -> str:
    """Return the text of the script that `command` runs, empty if there is none to read."""
    if match := _SCRIPT.match(command):
        value = tree.value("package.json", "scripts")
        script = value.get(match[1]) if isinstance(value, dict) else None
        return script[:_MOST] if isinstance(script, str) else ""
    if match := _MAKE.match(command):
        return _recipe(tree, match[1])
    if (match := _FILE.match(command)) and "/" in match[1] and ".." not in match[1]:
        return tree.text(match[1])[:_MOST]
    return ""


def _recipe(tree: Tree, target: str) -> str:
    """Return the recipe of a Makefile target."""
    out: list[str] = []
    inside = False
    for line in tree.lines("Makefile"):
        if re.match(r"[\w./ -]+:(?!=)", line):
            inside = target in line.partition(":")[0].split()
        elif inside and line.startswith("\t"):
            out.append(line.strip().lstrip("@-"))
    return "\n".join(out)[:_MOST]
