"""Which commands are found in small repositories, row by row."""

import os
import shlex
import tomllib
from pathlib import Path

import pytest

from hotfix_tui.detect.search import detect
from tests.repos import package, workflow, write

JS_TEST = {"test": "vitest"}
CASES = tomllib.loads(Path(__file__).with_name("commands.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_commands_of_a_small_repository(tmp_path, case):
    found = detect(write(tmp_path, case["files"])).commands
    for kind, command in case["expect"].items():
        suggestion = found.get(kind)
        assert (shlex.join(suggestion.argv) if suggestion else "") == command, kind
    for suggestion in found.values():
        assert suggestion.because and suggestion.evidence.startswith(shlex.join(suggestion.argv))
        assert all(not other.alternatives for other in suggestion.alternatives)


def test_there_are_enough_cases():
    assert len(CASES) >= 40 and len({case["name"] for case in CASES}) == len(CASES)


def test_the_evidence_is_a_sentence(tmp_path):
    root = write(tmp_path, {"package.json": package(JS_TEST), "pnpm-lock.yaml": ""})
    assert detect(root).commands["test"].evidence == (
        "pnpm test, because package.json has a test script and pnpm-lock.yaml exists"
    )


def test_two_lock_files_are_told(tmp_path):
    root = write(tmp_path, {"package.json": package(JS_TEST), "pnpm-lock.yaml": "", "yarn.lock": ""})
    found = detect(root)
    assert any("pnpm-lock.yaml" in line and "yarn.lock" in line for line in found.warnings)
    assert found.lockfiles == ["pnpm-lock.yaml", "yarn.lock"]


def test_a_lock_file_of_another_manager_than_the_pinned_one_is_told(tmp_path):
    root = write(
        tmp_path, {"package.json": package(JS_TEST, packageManager="yarn@4.0.0"), "pnpm-lock.yaml": ""}
    )
    assert any("yarn" in line and "pnpm-lock.yaml" in line for line in detect(root).warnings)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"test:kit": "pnpm -C kit test", "test:others": "pnpm -r test"}, "test:kit, test:others"),
        ({"test:api": "jest --config api"}, "test:api"),
        ({"test:watch": "vitest", "test:coverage": "vitest --coverage", "test:e2e": "playwright test"}, ""),
        ({"test": "vitest run", "test:kit": "x"}, ""),
    ],
)
def test_the_other_tests_beside_those_of_units_are_told(tmp_path, more, told):
    scripts = {"test:unit": "vitest run", **more}
    found = detect(write(tmp_path, {"package.json": package(scripts), "pnpm-lock.yaml": ""}))
    assert [line for line in found.warnings if "more tests" in line] == (
        [f"package.json has more tests: {told}."] if told else []
    )


@pytest.mark.parametrize(
    "line",
    [
        "python shop/manage.py test shop/ --parallel",
        "python src/manage.py test",
        "python ./web/app/manage.py test",
    ],
)
def test_the_manage_py_of_a_folder_is_known_by_ci(tmp_path, line):
    files = {
        "requirements.txt": "django\n",
        "shop/models.py": "",
        ".github/workflows/ci.yml": workflow(f"- run: {line}\n"),
    }
    assert detect(write(tmp_path, files)).commands["test"].argv == ["python3", *line.split()[1:]]


def test_a_watching_script_is_told(tmp_path):
    root = write(tmp_path, {"package.json": package({"test": "ng test"}), "package-lock.json": "{}"})
    found = detect(root)
    assert found.commands["test"].argv == ["npm", "test"]
    assert any("watches" in line for line in found.warnings)


def test_a_project_in_a_folder_runs_there_and_names_the_others(tmp_path):
    root = write(tmp_path, {"api/go.mod": "", "api/main.go": "", "web/package.json": package(JS_TEST)})
    test = detect(root).commands["test"]
    assert (test.argv, test.cwd) == (["go", "test", "./..."], "api")
    assert [(other.argv, other.cwd) for other in test.alternatives] == [(["npm", "test"], "web")]


def test_what_was_not_chosen_is_an_alternative(tmp_path):
    root = write(tmp_path, {"go.mod": "", "main.go": "", "Makefile": "test:\n\tgo test\n"})
    assert [other.argv for other in detect(root).commands["test"].alternatives] == [["go", "test", "./..."]]


def test_two_ecosystems_are_told(tmp_path):
    found = detect(write(tmp_path, {"go.mod": "", "main.go": "", "package.json": package(JS_TEST)}))
    assert found.ecosystems == ["go", "node"]
    assert any("go and node" in line for line in found.warnings)


def test_detection_runs_nothing_and_waits_for_nothing(tmp_path):
    marker = tmp_path / "ran"
    root = write(
        tmp_path / "repo",
        {
            "Makefile": f"X := $(shell touch {marker})\ntest:\n\t+touch {marker}\n",
            "package.json": package({"test": f"touch {marker}"}),
            "justfile": f"x := `touch {marker}`\ntest:\n  touch {marker}\n",
        },
    )
    os.mkfifo(tmp_path / "repo" / "pyproject.toml")
    os.mkfifo(tmp_path / "repo" / "go.mod")
    assert detect(root).commands["test"].argv == ["make", "test"]
    assert not marker.exists()


def test_names_and_texts_of_strangers_stay_texts(tmp_path):
    steps = "- name: \x1b]0;x\x07\n  run: pytest '\x1b[31m{ticket}'\n"
    root = write(tmp_path, {"setup.py": "", "pytest.ini": "", ".github/workflows/ci.yml": workflow(steps)})
    assert detect(root).commands["test"].argv == ["python3", "-m", "pytest", "\x1b[31m{ticket}"]


@pytest.mark.parametrize(
    ("other", "whole"),
    [
        ("vitest --watch", ""),
        ('echo "Error: no test specified" && exit 1', ""),
        ("jest --watchAll", ""),
        ("vitest run", "pnpm -r test"),
    ],
)
def test_the_tests_of_a_workspace_end_and_can_pass(tmp_path, other, whole):
    files = {
        "package.json": "{}",
        "pnpm-lock.yaml": "",
        "pnpm-workspace.yaml": "packages: [services/*]\n",
        "services/api/package.json": package({"test": "jest"}),
        "services/web/package.json": package({"test": other}),
    }
    found = detect(write(tmp_path, files)).commands.get("test")
    assert ((shlex.join(found.argv) if found else "") == "pnpm -r test") == bool(whole)


@pytest.mark.parametrize(
    ("script", "taken"),
    [
        ("set -e\npushd tests\n./test.sh\npopd\n", False),
        ("cd ./services/api/\nmake\n", False),
        ('cd "old-tests"\npytest\n', False),
        ("cd src\npytest\n", True),
        ('cd "$(dirname "$0")"\npytest\n', True),
        ("mkdir -p build\ncd build\nctest\n", True),
    ],
)
def test_a_script_whose_folder_is_gone_tests_nothing(tmp_path, script, taken):
    root = write(tmp_path, {"test.sh": f"#!/bin/sh\n{script}", "src/a.c": "", "package.json": "{}"})
    (tmp_path / "test.sh").chmod(0o755)
    found = detect(root).commands.get("test")
    assert (found is not None and found.argv == ["./test.sh"]) is taken


@pytest.mark.parametrize(
    ("lock", "command"),
    [
        ({"pnpm-lock.yaml": ""}, "pnpm test"),
        ({"yarn.lock": ""}, "yarn test"),
        ({"package.json": package(packageManager="bun@1.2.0")}, "bun run test"),
        ({"web/package-lock.json": "{}", "pnpm-lock.yaml": ""}, "npm test"),
        ({}, "npm test"),
    ],
)
def test_a_member_without_a_lock_file_is_run_with_the_manager_of_the_root(tmp_path, lock, command):
    files = {"web/package.json": package({"test": "jest"}), "web/a.js": "", **lock}
    found = detect(write(tmp_path, files)).commands["test"]
    assert (shlex.join(found.argv), found.cwd) == (command, "web")


@pytest.mark.parametrize("text", ["vitest --watch", "jest --watchAll", "nodemon --exec mocha"])
def test_a_folder_whose_tests_never_end_is_not_the_one_that_is_tested(tmp_path, text):
    files = {
        "api/package.json": package({"test": text}),
        "api/a.js": "",
        "web/package.json": package({"test": "jest"}),
        "web/b.js": "",
    }
    assert detect(write(tmp_path, files)).commands["test"].cwd == "web"
