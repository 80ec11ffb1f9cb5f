"""What a checkout of ours needs so that commands run in it: dependencies installed elsewhere, linked in, and paths.

What is linked must not lead back to the code of where it was installed: a workspace's packages in ``node_modules``,
the class maps in Composer's ``vendor`` and editable installs of Python would make the tests run on code other than
the checkout's. Those point to the checkout's own files here.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence

from hotfix_tui.base import plain_file
from hotfix_tui.steps.contract import Command

_INSTALLED = ("node_modules", ".venv", "venv", "vendor", "deps")
"""Folders of installed dependencies, which git does not track."""

_MANIFESTS = {"deps": ("mix.exs",)}
"""Names that mean installed dependencies only next to one of these files."""

_DEPTH = 3
"""How deep such folders are searched for: packages of a workspace have their own."""

_SKIPPED = (".git", "dist", "build", "target", "__pycache__", *_INSTALLED)
_COPIED = ("autoload.php", "composer", "bin")
"""Composer locates the project's own classes relative to these, so they have to be copied."""

_PYTHON = ("python", "python3")
_VENVS = (".venv", "venv")


def installed(root: str) -> list[str]:
    """Return the folders of installed dependencies below `root`, relative to it."""
    return list(_installed(root, "", _DEPTH))


def link_dependencies(lenders: Sequence[str], scratch: str) -> list[str]:
    """Link the installed dependencies of the first lender that has them; return the created links, by absolute path."""
    made: list[str] = []
    for lender in lenders:
        for folder in installed(lender):
            place = os.path.join(scratch, folder)
            if os.path.isdir(os.path.dirname(place)) and not os.path.lexists(place):
                _lend_one(lender, folder, scratch)
                made.append(place)
    return made


def unlink_dependencies(made: Sequence[str]) -> None:
    """Remove what `link_dependencies` created, so that nothing which removes the checkout can follow its links."""
    for path in made:
        if os.path.islink(path):
            os.unlink(path)
        elif os.path.isdir(path):
            shutil.rmtree(path)  # it unlinks links, and follows none


def environment_for(parent: Mapping[str, str], scratch: str, lenders: Sequence[str] = ()) -> dict[str, str]:
    """Return the environment for tests in `scratch`.

    An installation that points back to where it was made would make the base pass: this checkout's paths come first.
    No byte code is written, since two versions of a file may have the same mtime and size.
    """
    return {
        **parent,
        "CI": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": python_path(scratch, lenders, parent.get("PYTHONPATH", "")),
    }


def python_path(scratch: str, lenders: Sequence[str], inherited: str = "") -> str:
    """Return a PYTHONPATH that puts the code of `scratch` before that of its lenders."""
    paths = [scratch, os.path.join(scratch, "src")]
    for lender in lenders:
        paths += [os.path.join(scratch, folder) for folder in _editable(lender)]
    known = [path for path in dict.fromkeys(paths) if os.path.isdir(path) or path == scratch]
    return os.pathsep.join([*known, inherited] if inherited else known)


def fitted(command: Command, place: str, lenders: Sequence[str], made: str = "") -> Command:
    """Return `command` with the programs of the project's own virtual environment, if one exists now.

    It may have been created since the command was detected. That of `place` takes precedence, then one of the
    lenders, with the code of `place` before theirs. `made` is one that will exist by then, relative to `place`.
    """
    program, rest = command.argv[0], command.argv[1:]
    if made and program in _PYTHON and command.cwd == place:
        return Command(argv=[f"{made}/bin/python", *rest], cwd=place, env=command.env, ok=command.ok)
    for venv in _VENVS:
        if program.startswith(f"{venv}/bin/") and not os.path.lexists(os.path.join(command.cwd, program)):
            program = program.rpartition("/")[2]
    if "/" in program:
        return command
    names = ("python", "python3") if program in _PYTHON else (program,)
    inside = os.path.relpath(command.cwd, place)
    for root in dict.fromkeys([place, *lenders]):
        for folder in dict.fromkeys([os.path.normpath(os.path.join(root, inside)), root]):
            for relative in (f"{venv}/bin/{name}" for venv in _VENVS for name in names):
                absolute = os.path.join(folder, relative)
                if not os.access(absolute, os.X_OK):
                    continue
                env = dict(command.env)
                if root != place:
                    env.setdefault("PYTHONPATH", python_path(place, [root]))
                argv = [relative if folder == command.cwd else absolute, *rest]
                return Command(argv=argv, cwd=command.cwd, env=env, ok=command.ok)
    return command


def program_here(name: str, folder: str, root: str) -> bool:
    """Return whether a program belongs to the project: one of its files, or in its virtual environment."""
    places = [os.path.join(folder, name)] if os.sep in name else []
    programs = ("python", "python3") if name in _PYTHON else (name.rpartition("/")[2],)
    places += [
        os.path.join(base, venv, "bin", program)
        for base in (folder, root)
        for venv in _VENVS
        for program in programs
    ]
    if os.sep in name and "/bin/" not in name:
        places = places[:1]
    return any(os.access(place, os.X_OK) for place in places)


def _installed(root: str, folder: str, depth: int) -> Iterator[str]:
    try:
        with os.scandir(os.path.join(root, folder)) as entries:
            inside = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for name in sorted(inside):
        path = os.path.join(folder, name)
        if name in _INSTALLED:
            manifests = _MANIFESTS.get(name)
            if manifests is None or any(
                os.path.isfile(os.path.join(root, folder, file)) for file in manifests
            ):
                yield path
        elif depth > 1 and name not in _SKIPPED and not name.startswith("."):
            yield from _installed(root, path, depth - 1)


def _lend_one(lender: str, folder: str, scratch: str) -> None:
    """Link one folder: with a single link, or entry by entry if some entries lead back to the lender's own code."""
    source, target = os.path.join(lender, folder), os.path.join(scratch, folder)
    name = os.path.basename(folder)
    if name == "vendor" and os.path.isdir(os.path.join(source, "composer")):
        os.mkdir(target)
        for entry in sorted(os.listdir(source)):
            if entry in _COPIED:
                _copy(os.path.join(source, entry), os.path.join(target, entry))
            else:
                os.symlink(os.path.join(source, entry), os.path.join(target, entry))
    elif name == "node_modules" and _own_packages(lender, source):
        _packages(lender, source, scratch, target)
    else:
        os.symlink(source, target)


def _copy(source: str, target: str) -> None:
    if os.path.isdir(source):
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target, follow_symlinks=False)


def _packages(lender: str, source: str, scratch: str, target: str) -> None:
    """Create a folder of packages in which those of the workspace are the checkout's own."""
    os.mkdir(target)
    for entry in sorted(os.listdir(source)):
        here, there = os.path.join(source, entry), os.path.join(target, entry)
        own = _inside(lender, here)
        if own:
            os.symlink(os.path.join(scratch, own), there)
        elif entry.startswith("@") and not os.path.islink(here) and _own_packages(lender, here):
            _packages(lender, here, scratch, there)
        else:
            os.symlink(here, there)


def _own_packages(lender: str, folder: str) -> bool:
    """Return whether a folder of packages has links to packages of the lender's workspace."""
    try:
        with os.scandir(folder) as entries:
            return any(
                _inside(lender, entry.path)
                if entry.is_symlink()
                else entry.name.startswith("@") and _own_packages(lender, entry.path)
                for entry in entries
            )
    except OSError:
        return False


def _inside(lender: str, path: str) -> str:
    """Return where a link leads in the lender's own code, relative to it; empty if it leads elsewhere."""
    if not os.path.islink(path):
        return ""
    where = os.path.relpath(os.path.realpath(path), os.path.realpath(lender))
    own = (
        where != os.curdir
        and not where.startswith(os.pardir)
        and not set(where.split(os.sep)) & set(_INSTALLED)
    )
    return where if own else ""


def _editable(lender: str) -> list[str]:
    """Return the folders of the lender's own code that its virtual environment imports from, relative to it."""
    paths: list[str] = []
    for venv in _VENVS:
        base = os.path.join(lender, venv, "lib")
        for version in sorted(os.listdir(base)) if os.path.isdir(base) else ():
            packages = os.path.join(base, version, "site-packages")
            names = sorted(os.listdir(packages)) if os.path.isdir(packages) else []
            for name in names:
                if name.endswith(".pth") or (name.startswith("__editable__") and name.endswith(".py")):
                    paths += _paths(lender, os.path.join(packages, name))
    return list(dict.fromkeys(paths))


def _paths(lender: str, file: str) -> Iterator[str]:
    try:
        text = plain_file.read(file, 200_000, follow=True).decode("utf-8", "replace")
    except OSError:
        return
    mapped = file.endswith(".py")
    for path in re.findall(r"['\"](/[^'\"]+)['\"]", text) if mapped else text.splitlines():
        path = os.path.dirname(path) if mapped else path.strip()
        if path.startswith("/"):
            where = os.path.relpath(os.path.realpath(path), os.path.realpath(lender))
            if not where.startswith(os.pardir) and not set(where.split(os.sep)) & set(_INSTALLED):
                yield where
