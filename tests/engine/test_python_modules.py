"""`python -m tox` where that Python has no tox is named by doctor, without starting it; what is not known is not."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from hotfix_tui.engine.project_commands import missing_programs

pytestmark = pytest.mark.usefixtures("nothing_set")
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def nothing_set(monkeypatch):
    """The tests' own runs are recorded by a PYTHONPATH."""
    monkeypatch.delenv("PYTHONPATH", raising=False)


def environment(folder: Path, *, system: bool = False) -> Path:
    """An environment as `venv` lays it out, without a process; return its folder of packages."""
    home = folder / "base"
    (home / "bin").mkdir(parents=True)
    library = home / "lib" / VERSION
    (library / "lib-dynload").mkdir(parents=True)
    for name in ("os", "unittest", "venv"):
        (library / f"{name}.py").write_text("")
    own = folder / ".venv"
    packages = own / "lib" / VERSION / "site-packages"
    packages.mkdir(parents=True)
    (own / "bin").mkdir()
    (own / "bin" / "python").symlink_to(sys.executable)
    (own / "pyvenv.cfg").write_text(
        f"home = {home / 'bin'}\ninclude-system-site-packages = {str(system).lower()}\n"
    )
    return packages


def have(packages: Path, shape: str) -> None:
    if shape == "a package":
        (packages / "tox").mkdir()
    elif shape == "one file":
        (packages / "tox.py").write_text("")
    elif shape == "an editable install":
        (packages / "__editable___tox_4_0_finder.py").write_text("MAPPING = {'tox': '/srv/tox'}\n")
    elif shape == "a folder of a .pth":
        (packages.parents[4] / "elsewhere" / "tox").mkdir(parents=True)
        (packages / "more.pth").write_text(f"{packages.parents[4] / 'elsewhere'}\n")


@pytest.mark.parametrize("shape", ["a package", "one file", "an editable install", "a folder of a .pth"])
def test_what_is_installed_is_not_missing(tmp_path, shape):
    packages = environment(tmp_path)
    argv = [".venv/bin/python", "-m", "tox"]
    assert missing_programs(argv, str(tmp_path), str(tmp_path)) == ("tox (a module of .venv/bin/python)",)
    have(packages, shape)
    assert missing_programs(argv, str(tmp_path), str(tmp_path)) == ()


@pytest.mark.parametrize(
    "argv",
    [
        [".venv/bin/python", "-m", "unittest", "discover"],
        [".venv/bin/python", "-m", "shop.tests"],
        [".venv/bin/python", "-m"],
        [".venv/bin/python", "run.py", "-v", "-m", "tox"],
        [".venv/bin/python", "-m", "$MODULE"],
        ["./run", "-m", "tox"],
    ],
    ids=" ".join,
)
def test_what_is_there_or_no_module_is_not_missing(tmp_path, argv):
    environment(tmp_path)
    (tmp_path / "shop").mkdir()
    (tmp_path / "run").write_text("")
    assert not [name for name in missing_programs(argv, str(tmp_path), str(tmp_path)) if "module" in name]


def test_where_python_looks_elsewhere_too_nothing_is_said(tmp_path, monkeypatch):
    environment(tmp_path, system=True)
    argv = [".venv/bin/python", "-m", "tox"]
    assert missing_programs(argv, str(tmp_path), str(tmp_path)) == ()
    shims = tmp_path / "shims"
    shims.mkdir()
    (shims / "python3").write_text('#!/bin/sh\nexec pyenv exec python3 "$@"\n')
    (shims / "python3").chmod(0o755)
    monkeypatch.setenv("PATH", str(shims))
    assert missing_programs(["python3", "-m", "tox"], str(tmp_path), str(tmp_path)) == ()


def test_it_holds_for_a_real_python(tmp_path, monkeypatch):
    """The one that runs these tests: it has pytest, and no module of this name."""
    python = shutil.which(os.path.basename(sys.executable), path=os.path.dirname(sys.executable))
    for module, missing in (("pytest", False), ("unittest", False), ("no_such_module_here", True)):
        found = missing_programs([python, "-m", module], str(tmp_path), str(tmp_path))
        assert bool(found) == missing, (module, found)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert missing_programs([python, "-m", "no_such_module_here"], str(tmp_path), str(tmp_path)) == ()


@pytest.mark.parametrize("chosen_by", ["the folder", "a folder above", "the default", "the environment"])
def test_behind_a_shim_of_pyenv_it_is_the_python_that_is_chosen_there(tmp_path, monkeypatch, chosen_by):
    root, project = tmp_path / "pyenv", tmp_path / "work" / "shop"
    project.mkdir(parents=True)
    (root / "shims").mkdir(parents=True)
    (root / "shims" / "python3").write_text('#!/bin/sh\nexec pyenv exec python3 "$@"\n')
    (root / "shims" / "python3").chmod(0o755)
    for version, modules in (("3.11.1", ["tox"]), ("3.12.2", [])):
        library = root / "versions" / version / "lib" / f"python{version[:4]}"
        for module in modules:
            (library / "site-packages" / module).mkdir(parents=True)
        (library / "site-packages").mkdir(parents=True, exist_ok=True)
        (library / "os.py").write_text("")
        (root / "versions" / version / "bin").mkdir()
        (root / "versions" / version / "bin" / "python3").write_text("")
    monkeypatch.setenv("PATH", str(root / "shims"))
    monkeypatch.delenv("PYENV_VERSION", raising=False)

    def missing() -> tuple[str, ...]:
        return missing_programs(["python3", "-m", "tox"], str(project), str(project))

    for version, said in (("3.11.1", ()), ("3.12.2", ("tox (a module of python3)",)), ("3.11.1 3.12.2", ())):
        if chosen_by == "the environment":
            monkeypatch.setenv("PYENV_VERSION", version.replace(" ", ":"))
        else:
            place = {"the folder": project, "a folder above": project.parent}.get(chosen_by, root)
            (place / ("version" if place == root else ".python-version")).write_text(version + "\n")
        assert missing() == said, version
