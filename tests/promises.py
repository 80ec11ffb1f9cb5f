"""What README, SECURITY.md and the pages about safety promise, sentence by sentence, with the tests that check it.

`promises.toml` is the table: for each sentence the tests that fail if it is not true, or a short reason why it
promises nothing that a test could check. `breaks.toml` says for each promise how to break the product so that its
test has to fail; `python -m tests.promises NAME…` breaks a copy of it that way and reports what the tests say (all of
them without a name).
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).resolve().parent.parent
TABLE = TOP / "tests" / "promises.toml"
BREAKS = TOP / "tests" / "breaks.toml"

WHOLE = ("README.md", "SECURITY.md")
"""Documents of which every sentence is in the table."""
PARTS = {"docs/architecture.md": ("Acts in production", "Trust", "What is stored")}
"""Sections of other pages that promise safety."""

_TABLES = "keys|field keys|log keys|other keys|commands|options|statuses|detected"
_MADE = re.compile(rf"<!-- ({_TABLES}) -->.*?<!-- /\1 -->", re.S)
"""Tables that `tests.test_readme` writes from the code and compares."""
_END = re.compile(r"(?<=[.!?])[\"*)]* +(?=[\"(*`]*[A-Z`])")
_ITEM = re.compile(r"^(?:[-*]|\d+\.) ")


class Break(NamedTuple):
    """One way to break a promise: in `file`, `old` becomes `new`; then `test` has to fail."""

    name: str
    file: str
    old: str
    new: str
    test: str


def sentences(text: str) -> Iterator[tuple[str, str]]:
    """Yield each sentence of a document with its heading, without emphasis; a table row is one sentence."""
    heading, fenced = "", False
    lines = [line.strip() for line in _MADE.sub("", text).splitlines()]
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or not line or line.startswith(("<!--", "![", "| !", "|---")) or after.startswith("|---"):
            continue
        elif line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("|"):
            yield (
                heading,
                re.sub(r"\*+", "", ": ".join(cell.strip() for cell in line.strip("|").split(" | "))),
            )
        else:
            for sentence in _END.split(_ITEM.sub("", line, count=1)):
                yield heading, re.sub(r"\*+", "", sentence).strip()


def said(name: str) -> set[str]:
    """Return the sentences of a document that have to be in the table."""
    wanted = PARTS.get(name)
    text = (TOP / name).read_text(encoding="utf-8")
    return {sentence for heading, sentence in sentences(text) if wanted is None or heading in wanted}


def table() -> dict[str, dict[str, list[str] | str]]:
    """Return the table: by document and sentence the tests, or why there is none."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def breaks() -> list[Break]:
    """Return the ways to break the product."""
    entries = tomllib.loads(BREAKS.read_text(encoding="utf-8"))
    return [Break(name, **fields) for name, fields in entries.items()]


def fails_when_broken(broken: Break, folder: Path) -> tuple[bool, str]:
    """Return whether the test fails on a copy of the product that is broken this way, and its output.

    The copy in `folder` is made if there is none, and repaired afterwards.
    """
    python = folder / ".venv" / "bin" / "python"
    if not python.exists():
        _copy(folder)
    target = folder / broken.file
    text = target.read_text(encoding="utf-8")
    assert text.count(broken.old) == 1, f"{broken.name}: {broken.file} has it {text.count(broken.old)} times"
    target.write_text(text.replace(broken.old, broken.new), encoding="utf-8")
    options = ("-q", "-x", "-n", "0", "-p", "no:cacheprovider", "-m", "")
    ran = subprocess.run(
        [str(python), "-m", "pytest", *options, broken.test],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith(_OF_TESTS)},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    target.write_text(text, encoding="utf-8")
    return ran.returncode == 1 and " failed" in ran.stdout, ran.stdout + ran.stderr


_OF_TESTS = ("PYTEST", "PYTHON", "TESTS_")
"""Variables by which a test run tells its processes that they belong to it."""


def _copy(folder: Path) -> None:
    """Put a copy of the product and its tests into `folder`, with an environment in which it is the product."""
    for part in ("hotfix_tui", "tests"):
        shutil.copytree(TOP / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for path in TOP.iterdir():
        if path.name in ("hotfix_tui", "tests", ".git", ".venv"):
            continue
        if path.is_file():
            shutil.copy(path, folder)
        else:
            (folder / path.name).symlink_to(path)
    _environment(folder)


def _environment(folder: Path) -> None:
    """Make an environment like this one in which the copy in `folder` is the product, whoever starts it."""
    here, there = Path(sys.prefix), folder / ".venv"
    packages = Path(sysconfig.get_path("purelib"))
    into = there / packages.relative_to(here)
    for made in (into, there / "bin"):
        made.mkdir(parents=True)
    shutil.copy(here / "pyvenv.cfg", there)
    for path in packages.iterdir():
        leads = (
            path.read_text(encoding="utf-8", errors="replace").splitlines() if path.suffix == ".pth" else []
        )
        if not any(line and (Path(line) / "hotfix_tui").is_dir() for line in leads):
            (into / path.name).symlink_to(path)
    (into / "the_copy.pth").write_text(f"{folder}\n", encoding="utf-8")
    for path in (here / "bin").iterdir():
        if path.name.startswith("python"):
            (there / "bin" / path.name).symlink_to(path.resolve())
        elif path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            (there / "bin" / path.name).write_text(text.replace(str(here), str(there), 1), encoding="utf-8")
            (there / "bin" / path.name).chmod(0o755)


def main(names: list[str]) -> int:
    """Break the product in the ways with these names, or in all; report for each whether its test noticed."""
    unseen = 0
    with tempfile.TemporaryDirectory(prefix="broken-") as folder:
        for broken in breaks():
            if names and broken.name not in names:
                continue
            seen, text = fails_when_broken(broken, Path(folder))
            print(f"{'seen  ' if seen else 'UNSEEN'} {broken.name}: {broken.test}", flush=True)
            if not seen:
                unseen += 1
                print(text[-1500:])
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
