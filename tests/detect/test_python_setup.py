"""What the tests are run with is installed, whichever file says how they are run."""

import pytest

from hotfix_tui.detect.search import detect
from tests.repos import workflow, write

SETUP = {"setup.py": "from setuptools import setup\nsetup(name='x')\n", "x.py": "", "test/test_x.py": ""}
CI = {".github/workflows/ci.yml": workflow("      - run: pytest . -ra -q\n")}
TOX = {"tox.ini": "[tox]\nenvlist = py3\n\n[testenv]\ncommands = {envpython} -m unittest discover\n"}


@pytest.mark.parametrize(
    ("files", "installs"),
    [
        ({**SETUP, **CI}, True),
        ({**SETUP, **CI, **TOX}, True),
        ({**SETUP, **TOX}, False),
        ({**SETUP, "pytest.ini": "[pytest]\n", "Makefile": "test:\n\t./run\n"}, True),
    ],
)
def test_pytest_is_installed_where_it_is_run(tmp_path, files, installs):
    write(tmp_path, files)
    setup = " ".join(detect(str(tmp_path)).commands["setup"].argv)
    assert ("pytest" in setup) is installs


GROUPS = "[dependency-groups]\n{}dev = [{}'pytest']\n"
OF_THE_PROGRAM = {
    "main": (GROUPS.format("main = ['django']\n", ""), "--group main --group dev"),
    "prod": (GROUPS.format("prod = ['django']\n", ""), "--group prod --group dev"),
    "app, behind another group": (
        GROUPS.format("docs = ['sphinx']\napp = ['flask']\n", ""),
        "--group app --group dev",
    ),
    "included": (GROUPS.format("main = ['django']\n", "{include-group = 'main'}, "), "--group dev"),
    "none": (GROUPS.format("docs = ['sphinx']\n", ""), "--group dev"),
}


@pytest.mark.parametrize("shape", OF_THE_PROGRAM)
def test_what_the_program_needs_is_installed_with_its_tests(tmp_path, shape):
    text, groups = OF_THE_PROGRAM[shape]
    files = {"pyproject.toml": text, "tests/test_x.py": "", "x.py": "", "pytest.ini": "[pytest]\n"}
    assert detect(write(tmp_path, files)).commands["setup"].argv[-1].endswith(f"pip install {groups}")


@pytest.mark.parametrize(("shape", "groups"), [("main", ["--group", "main"]), ("none", [])])
def test_what_the_program_needs_is_installed_from_a_lock_too(tmp_path, shape, groups):
    files = {
        "pyproject.toml": OF_THE_PROGRAM[shape][0],
        "uv.lock": "",
        "tests/test_x.py": "",
        "pytest.ini": "[pytest]\n",
    }
    assert detect(write(tmp_path, files)).commands["setup"].argv == ["uv", "sync", "--frozen", *groups]


def test_a_package_brings_what_it_needs(tmp_path):
    text = "[project]\nname = 'x'\ndependencies = ['flask']\n[build-system]\n" + OF_THE_PROGRAM["main"][0]
    setup = detect(write(tmp_path, {"pyproject.toml": text, "tests/test_x.py": "", "x.py": ""})).commands[
        "setup"
    ]
    assert "--group main" not in " ".join(setup.argv)
