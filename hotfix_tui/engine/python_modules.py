"""Whether the module that `python -m` runs is installed for that Python: by its folders, as nothing is run to tell.

Apart from the commands, as a thought of its own: where a Python looks for modules is known for a virtual environment
and for an interpreter in a folder of its own; anywhere else nothing is said.
"""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

_PYTHON = re.compile(r"python(?:\d(?:\.\d{1,2})?)?")
_MODULE = re.compile(r"[A-Za-z_]\w{0,60}")
_SITES = ("site-packages", "dist-packages")
_LONGEST = 100_000
"""Bytes of a file in a folder of packages that are read."""


def missing_module(argv: Sequence[str], folder: str) -> str:
    """Return the module that a command line runs by ``-m`` and that its Python does not have; empty if it has it, if
    none is run, or if that cannot be told.
    """
    name = os.path.basename(argv[0]) if argv else ""
    if not _PYTHON.fullmatch(name) or "-m" not in argv[1:3] or os.environ.get("PYTHONPATH"):
        return ""
    after = list(argv[list(argv).index("-m") + 1 :])
    module = after[0].partition(".")[0] if after else ""
    if not _MODULE.fullmatch(module) or _is_in(Path(folder), module):
        return ""
    program = os.path.join(folder, argv[0]) if os.sep in argv[0] else shutil.which(argv[0])
    places = list(_places(_behind_shim(Path(program), folder))) if program and os.path.isfile(program) else []
    if not places or any(_is_in(place, module) or _may_lead_to(place, module) for place in places):
        return ""
    return module


def _behind_shim(program: Path, folder: str) -> Path:
    """Return the Python that a shim of pyenv starts in `folder`; the shim if that cannot be told."""
    root = program.parent.parent
    if program.parent.name != "shims" or not (root / "versions").is_dir():
        return program
    files = [above / ".python-version" for above in (Path(folder), *Path(folder).parents)]
    said = os.environ.get("PYENV_VERSION", "")
    for file in (*files, root / "version"):
        if not said and file.is_file():
            said = file.read_text(encoding="utf-8", errors="replace")[:_LONGEST]
    names = said.replace(":", " ").split()
    chosen = root / "versions" / names[0] / "bin" / program.name if len(names) == 1 else program
    return chosen if chosen.is_file() else program


def _places(program: Path) -> Iterator[Path]:
    """Yield the folders in which this Python finds modules; nothing if they are not all known."""
    environment = program.parent.parent
    settings = environment / "pyvenv.cfg"
    if settings.is_file():
        said = settings.read_text(encoding="utf-8", errors="replace")[:_LONGEST]
        if re.search(r"(?im)^include-system-site-packages\s*=\s*true", said):
            return
        home = re.search(r"(?m)^home\s*=\s*(.+)$", said)
        base = list(_of_prefix(Path(home[1].strip()).parent, sites=False)) if home else []
        own = list(_of_prefix(environment, standard=False))
        yield from [*own, *base] if own and base else []
        return
    real = Path(os.path.realpath(program))
    found = list(_of_prefix(real.parent.parent))
    if not found or not _PYTHON.fullmatch(real.name):
        return  # a script that chooses a Python, such as pyenv's
    version = re.fullmatch(r"python(\d\.\d{1,2})", found[0].name)
    yield from found
    for shared in ("/usr/lib/python3/dist-packages", "/usr/local/lib/python3/dist-packages"):
        yield Path(shared)
    if version:
        yield Path(f"/usr/local/lib/python{version[1]}/dist-packages")
        yield Path.home() / f".local/lib/python{version[1]}/site-packages"


def _of_prefix(prefix: Path, *, standard: bool = True, sites: bool = True) -> Iterator[Path]:
    """Yield the standard library and the packages of a Python that is installed below `prefix`."""
    for library in sorted(prefix.glob("lib*/python3.*")):
        if standard and (library / "os.py").is_file():
            yield from (library, library / "lib-dynload")
        if sites:
            yield from (library / name for name in _SITES if (library / name).is_dir())


def _is_in(place: Path, module: str) -> bool:
    return (place / f"{module}.py").is_file() or (place / module).is_dir()


def _may_lead_to(place: Path, module: str) -> bool:
    """Return whether a file here sends Python elsewhere for the module: a path in a ``.pth``, an editable install."""
    for file in (*place.glob("*.pth"), *place.glob("__editable__*.py"), *place.glob("*.egg-link")):
        try:
            text = file.read_text(encoding="utf-8", errors="replace")[:_LONGEST]
        except OSError:
            return True
        if re.search(rf"\b{module}\b", text):
            return True
        if any(_is_in(Path(line.strip()), module) for line in text.splitlines() if line.startswith("/")):
            return True
    return False
