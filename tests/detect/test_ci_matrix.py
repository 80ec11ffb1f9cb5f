"""Values of a matrix in the command lines of CI, and scripts of the repository that CI runs as its tests."""

import pytest

from hotfix_tui.detect import ci
from hotfix_tui.detect.known_commands import classify
from hotfix_tui.detect.search import detect
from hotfix_tui.detect.tree import Tree
from tests.repos import workflow, write

FLOW = ".github/workflows/ci.yml"


def of_matrix(matrix: str, step: str) -> str:
    return workflow(step).replace("    steps:", f"    strategy:\n      matrix:\n{matrix}    steps:")


def suite_of(tmp_path, flow: str, **files: str) -> list[list[str]]:
    root = write(tmp_path, {FLOW: flow, **files})
    return [line.argv for line in ci.suggestions(Tree(root), "test")]


@pytest.mark.parametrize(
    ("kind", "line", "argv"),
    [
        ("[cext-greenlet, cext]", "nox -v -s github-${{ matrix.x }}", "nox -v -s github-cext-greenlet"),
        ("['unit', 'full']", "tox run -e suite_${{ matrix.x }} -- -x", "tox run -e suite_unit -- -x"),
        (
            "\n          - core\n          - all",
            "nox --session=test-${{ matrix.x }}",
            "nox --session=test-core",
        ),
        ("['3.12', '3.13']", "nox -s tests-${{ matrix.x }}", "nox -s tests"),
        ("[py312, py313]", "tox -e ${{ matrix.x }}", "tox"),
        ("['3.12', '3.13']", "nox -v -s ${{ matrix.x }}", "nox -v"),
        ("${{ fromJSON(needs.list.outputs.x) }}", "nox -s tests-${{ matrix.x }}", "nox -s tests"),
    ],
)
def test_a_session_has_a_name_that_it_has_in_ci(tmp_path, kind, line, argv):
    flow = of_matrix(f"        x: {kind}\n", f"- run: {line}\n")
    assert suite_of(tmp_path, flow) == [argv.split()]


def test_the_other_values_of_a_session_are_told(tmp_path):
    flow = of_matrix("        x: [cext, nocext]\n", "- run: nox -s github-${{ matrix.x }}\n")
    root = write(tmp_path, {FLOW: flow})
    (line,) = ci.suggestions(Tree(root), "test")
    assert "(matrix.x): it may test more" in line.suggestion().doubt


@pytest.mark.parametrize(
    "matrix",
    [
        "        cmd:\n          - './t.sh --lints'\n          - './t.sh --unit'\n          - './t.sh --integration'\n",
        '        cmd: ["./t.sh --lints", "./t.sh --unit"]\n',
        "        include:\n          - cmd: ./t.sh --integration\n          - cmd: ./t.sh --unit\n",
    ],
)
def test_a_command_that_the_matrix_holds_is_run_as_such(tmp_path, matrix):
    flow = of_matrix(matrix, '- name: "Run Test: ${{ matrix.cmd }}"\n  run: ${{ matrix.cmd }}\n')
    root = write(tmp_path, {FLOW: flow, "t.sh": "docker compose run x", "go.mod": "", "main.go": ""})
    assert detect(root).commands["test"].argv == ["./t.sh", "--unit"]


@pytest.mark.parametrize(
    ("name", "run", "chosen"),
    [
        ("Run tests", "./scripts/ci/suite", True),
        ("Unit tests", "bash ci/suite.sh", True),
        ("Tests", "./suite.sh --all", True),
        ("Run the test suite", "./gone.sh", False),
        ("Test the installation", "./suite.sh", False),
        ("Run tests", "./suite.sh --lint", False),
        ("Run tests", "suite", False),
        ("Publish", "./suite.sh", False),
    ],
)
def test_a_script_that_runs_the_tests_of_ci_is_the_suite(tmp_path, name, run, chosen):
    scripts = {"suite.sh": "", "ci/suite.sh": "", "scripts/ci/suite": ""}
    lines = suite_of(tmp_path, workflow(f"- name: {name}\n  run: {run}\n"), **scripts)
    assert lines == ([run.split()] if chosen else [])


def test_a_target_of_a_task_runner_comes_before_a_script_of_ci(tmp_path):
    flow = workflow("- name: test\n  run: test/runner --verbose\n")
    files = {FLOW: flow, "test/runner": "", "Rakefile": "task :test\n", "Gemfile": "", "a.rb": ""}
    assert detect(write(tmp_path, files)).commands["test"].argv == ["bundle", "exec", "rake", "test"]


@pytest.mark.parametrize(
    ("line", "partial"),
    [
        ("nox -s test -- tests/unit --verbose", True),
        ("python3 -m nox -s test-3.12 -- -x tests/unit", True),
        ("tox -e py -- tests/unit/test_a.py", True),
        ("nox -s test -- -n auto", False),
        ("nox -s test -- tests", False),
        ("pytest tests/unit", False),
    ],
)
def test_a_session_for_one_folder_is_a_part_of_the_tests(line, partial):
    assert classify(line.split()).partial == partial


@pytest.mark.parametrize("target", ["all-tests", "test_all", "tests-all"])
def test_a_target_that_runs_all_tests_comes_before_a_script(tmp_path, target):
    files = {
        "Makefile": f"lib:\n\t./run_tests.sh\n{target}: lib\n\tcd go && ./run_tests.sh\n",
        "setup.py": "",
    }
    root = write(tmp_path, {**files, "run_tests.sh": "", "lib.py": ""})
    (tmp_path / "run_tests.sh").chmod(0o755)
    assert detect(root).commands["test"].argv == ["make", target]


@pytest.mark.parametrize(
    ("run", "told"),
    [
        ("shop-test-spec", "shop-test-spec"),
        ("nix-shell --run x && shop_run_tests --all", "shop_run_tests"),
        ("shop-test-docs", ""),
        ("stack build", ""),
        ("stack test && shop-test-more", ""),
    ],
)
def test_tests_that_ci_runs_by_a_program_of_its_own_are_a_doubt(tmp_path, run, told):
    root = write(
        tmp_path, {FLOW: workflow(f"- run: {run}\n"), "stack.yaml": "", "package.yaml": "", "a.hs": ""}
    )
    chosen = detect(root).commands["test"]
    assert chosen.argv == ["stack", "test"]
    assert chosen.doubt == (f"CI tests with {told}, of which nothing here says what it is." if told else "")
