"""What the tests are run with is installed, whichever file says how they are run."""

import pytest

from hotfix_tui.detect.search import detect
from tests.project.repos import workflow, write

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
