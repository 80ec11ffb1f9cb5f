"""No file imports itself by way of others: late imports, and those for types alone, count like all others."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "hotfix_tui"


def modules() -> dict[str, Path]:
    """Every module by its dotted name below the package."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if "world" not in parts:  # the drill's own project
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


def imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules that a file imports, wherever in it that stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield from (name for name in (whole if whole in known else node.module,) if name in known)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)


def reach(start: str, arrows: dict[str, set[str]]) -> set[str]:
    """What a module leads to."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        for name in arrows[todo.pop()] - seen:
            seen.add(name)
            todo.append(name)
    return seen


def circles() -> set[frozenset[str]]:
    """Each set of modules that lead to one another."""
    known = modules()
    arrows = {name: set(imported(path, known)) - {name} for name, path in known.items()}
    leads = {name: reach(name, arrows) for name in arrows}
    found = set()
    for name, there in leads.items():
        around = frozenset(one.removeprefix("hotfix_tui.") for one in there if name in leads[one])
        if name in there:
            found.add(around)
    return found


def test_no_file_imports_itself_by_way_of_others():
    assert circles() == set()
