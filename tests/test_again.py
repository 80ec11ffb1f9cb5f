"""What passes only when it is repeated is told from what always fails."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
from pathlib import Path

def test_good(): pass

def test_bad(): assert False

def test_flaky():
    been = Path(__file__).with_name("been")
    if not been.exists():
        been.touch()
        assert False
"""


def call(folder, *argv):
    top = Path(__file__).resolve().parent.parent
    # Without the plugins that are installed, but for the one whose option is given.
    quick = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "xdist.plugin"}
    env = os.environ | {"PYTHONPATH": str(top), "PYTEST_ADDOPTS": "", **quick}
    return subprocess.run(
        [sys.executable, "-m", *argv], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def test_flaky_ones_are_named_and_fail(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_x.py").write_text(TESTS)
    assert call(tmp_path, "pytest", "-q").returncode == 1
    again = call(tmp_path, "tests.again")
    assert again.returncode == 1, again
    assert sorted(again.stdout.splitlines()) == [
        "fails again: test_x.py::test_bad",
        "flaky, passes when repeated: test_x.py::test_flaky",
    ]


def test_where_nothing_failed_nothing_is_said(tmp_path):
    again = call(tmp_path, "tests.again")
    assert (again.returncode, again.stdout) == (0, "")
