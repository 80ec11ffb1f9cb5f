"""The list of what README's command leaves to `.ci/run`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import longer, measure

SOURCE = """
import pytest

def test_quick(): ...

@pytest.mark.parametrize("case", ["a", "b [c]"])
def test_long(case): ...
"""


def ran(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run pytest in `folder`, whose `conftest.py` uses our list's functions."""
    top = str(Path(__file__).parents[1])
    code = f"import sys; sys.path.insert(0, {top!r}); import tests.longer, pytest; sys.exit(pytest.main(sys.argv[1:]))"
    call = [sys.executable, "-c", code, *arguments]
    return subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False)


def test_it_names_tests_that_there_are(pytestconfig):
    if longer.UNKNOWN not in pytestconfig.stash:
        pytest.skip("only a run of all tests knows them all")
    assert pytestconfig.stash[longer.UNKNOWN] == [], (
        "renamed or gone: rename or remove them in tests/longer.toml"
    )


@pytest.mark.parametrize(
    ("listed", "named", "run", "unknown"),
    [
        ("test_long = {}", False, ["test_quick"], []),
        ("test_long = { stay = ['b [c]'] }", False, ["test_quick", "test_long[b [c]]"], []),
        ("test_long = { leave = ['b [c]'] }", False, ["test_quick", "test_long[a]"], []),
        ("test_quick = {}", False, ["test_long[a]", "test_long[b [c]]"], []),
        ("test_long = { ci = ['a', 'e'] }", False, ["test_quick"], ["test_long[e]"]),
        ("test_long = {}", True, ["test_quick", "test_long[a]", "test_long[b [c]]"], None),
        (
            "test_long = { stay = ['d'] }\ntest_gone = {}",
            False,
            ["test_quick"],
            ["test_gone", "test_long[d]"],
        ),
    ],
)
def test_a_run_of_all_leaves_out_what_it_lists_and_a_run_by_name_nothing(
    listed, named, run, unknown, tmp_path
):
    room = tmp_path / "tests"
    room.mkdir()
    (room / "test_it.py").write_text(SOURCE)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\ntestpaths = tests\naddopts = -m 'not longer'\nmarkers = longer: it is\n"
    )
    (tmp_path / "longer.toml").write_text(f"['test_it.py']\n{listed}\n")
    (tmp_path / "conftest.py").write_text(
        "from pathlib import Path\n"
        "import pytest\n"
        "from tests import longer\n"
        "longer.LIST = Path(__file__).with_name('longer.toml')\n"
        "@pytest.hookimpl(tryfirst=True)\n"
        "def pytest_collection_modifyitems(config, items):\n"
        "    longer.mark(config, items)\n"
        "    print('unknown:', config.stash.get(longer.UNKNOWN, None))\n"
    )
    ended = ran(tmp_path, "-v", "-s", *(["tests/test_it.py"] if named else []))
    passed = [
        line.partition("::")[2].removesuffix(" PASSED")
        for line in ended.stdout.splitlines()
        if "PASSED" in line
    ]
    assert passed == run, ended.stdout + ended.stderr
    names = None if unknown is None else [f"tests/test_it.py::{one}" for one in unknown]
    assert f"unknown: {names}" in ended.stdout


def test_the_second_run_of_ci_does_not_even_import_what_it_runs_nothing_of(tmp_path):
    room = tmp_path / "tests"
    room.mkdir()
    (room / "test_it.py").write_text(SOURCE)
    for name in ("test_quick", "test_for_full_only"):
        (room / f"{name}.py").write_text("raise SystemExit('imported')")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\ntestpaths = tests\nmarkers =\n longer: it is\n full: too\n"
    )
    (room / "longer.toml").write_text(
        "['test_it.py']\ntest_long = { ci = ['a'] }\n['test_for_full_only.py']\ntest_long = { ci = [] }\n"
    )
    (tmp_path / "conftest.py").write_text(
        "from pathlib import Path\n"
        "import pytest\n"
        "from tests import longer\n"
        "longer.LIST = Path(__file__).with_name('tests') / 'longer.toml'\n"
        "def pytest_ignore_collect(collection_path, config):\n"
        "    return longer.is_needless(collection_path, config) or None\n"
        "@pytest.hookimpl(tryfirst=True)\n"
        "def pytest_collection_modifyitems(config, items):\n"
        "    longer.mark(config, items)\n"
    )
    ended = ran(tmp_path, "-q", "-m", longer.OF_CI)
    assert ended.returncode == 0 and "1 passed, 2 deselected" in ended.stdout, ended.stdout + ended.stderr
    every = ran(tmp_path, "-q", "-m", "full")
    assert "imported" in every.stdout + every.stderr


def test_the_second_run_of_ci_is_the_one_that_is_known():
    script = (Path(__file__).parents[1] / ".ci/run").read_text(encoding="utf-8")
    assert f'-m "{longer.OF_CI}"' in script


def test_what_is_longer_runs_in_ci_or_in_the_long_counts():
    left = longer.Left(frozenset(["stays"]), others=True, ci=frozenset(["a"]))
    known = {"tests/test_it.py::test_long": left, "tests/test_it.py::test_other": left._replace(ci=None)}
    full = [
        nodeid
        for nodeid in (
            f"tests/test_it.py::{test}[{case}]" for test in ("test_long", "test_other") for case in "ab"
        )
        if longer.is_full(nodeid, known)
    ]
    assert full == ["tests/test_it.py::test_long[b]"]
    assert not longer.is_full("tests/test_it.py::test_long[stays]", known)


def test_ci_runs_what_is_not_dear_and_one_of_the_cases_that_are_so_together():
    costs = {f"tests/ui/test_a.py::dear[{case}]": 0.5 for case in "abc"}
    costs |= {f"tests/ui/test_a.py::half[{case}]": 0.5 for case in "abc"}
    costs |= {f"tests/ui/test_a.py::dearest[{case}]": 9.0 for case in "abc"}
    costs |= {f"tests/ui/test_a.py::cheap[{case}]": 0.15 for case in "abc"}
    costs |= {"tests/ui/test_a.py::one": 0.5, "tests/ui/test_a.py::dear_one": 0.9}
    costs |= {
        f"tests/ui/test_screens.py::picture[{case}]": cost
        for case, cost in (("a", 0.5), ("b", 0.9), ("c", 0.5))
    }
    costs |= {f"tests/walks/test_a.py::walk[{case}]": 90.0 for case in "abc"}
    left = costs.keys() - {"tests/ui/test_a.py::half[a]"}
    assert measure.ci_cases(left, costs) == {
        "tests/ui/test_a.py::dear": ["b"],
        "tests/ui/test_a.py::half": [],
        "tests/ui/test_a.py::dearest": [],
        "tests/ui/test_a.py::dear_one": [],
        "tests/ui/test_screens.py::picture": ["a", "c"],
    }
    adding = measure.ci_cases(left, costs, {"tests/ui/test_a.py::dearest[b]", "tests/ui/test_a.py::dear_one"})
    assert adding["tests/ui/test_a.py::dearest"] == ["b"] and "tests/ui/test_a.py::dear_one" not in adding
    text = " ".join(measure.listed(left, costs).removeprefix(measure._HEAD).split())
    assert 'dear = { ci = ["b"] }' in text and 'half = { stay = ["a"], ci = [] }' in text
    assert "dear_one = { ci = [] }" in text and " one = {}" in text and "walk = {}" in text


def test_what_stays_executes_what_is_worth_its_time_and_the_cheapest_of_two_does():
    costs = {
        "tests/ui/test_a.py::quick": 0.05,
        "tests/ui/test_a.py::one[x]": 1.0,
        "tests/ui/test_a.py::one[y]": 2.0,
    }
    costs |= {"tests/ui/test_a.py::dear": 0.5, "tests/cli/test_b.py::apart": 5.0}
    lines = {
        "tests/ui/test_a.py::quick": {("a.py", 1)},
        "tests/ui/test_a.py::dear": {("a.py", 99), ("a.py", 98)},
    }
    lines |= {
        f"tests/ui/test_a.py::one[{case}]": {("a.py", number) for number in range(1, 31)} for case in "xy"
    }
    left = measure.longer_of(costs, lines)
    assert left == {"tests/ui/test_a.py::one[y]", "tests/ui/test_a.py::dear"}
    text = measure.listed(left, costs).removeprefix(measure._HEAD).split()
    assert " ".join(text) == '["ui/test_a.py"] dear = {} one = { stay = ["x"], ci = [] }'
