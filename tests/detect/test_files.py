"""Test files, lock files and dependency tables."""

import json

import pytest

from hotfix_tui.detect.manifests import LOCKFILES, changed_dependencies, lockfile_of, manifest_of
from hotfix_tui.detect.regression import regression_command
from hotfix_tui.detect.test_suites import is_test_file
from tests.repos import package, write

TESTS = [
    "tests/test_a.py",
    "a_test.py",
    "shop/tests.py",
    "tests/data/x.json",
    "conftest.py",
    "web/a.test.ts",
    "web/a.spec.jsx",
    "src/__tests__/a.js",
    "src/__snapshots__/a.snap",
    "a_test.go",
    "pkg/testdata/in.txt",
    "tests/it.rs",
    "src/test/java/A.java",
    "FooTest.kt",
    "Shop.Tests/A.cs",
    "spec/a_spec.rb",
    "test/models/a_test.rb",
    "tests/ATest.php",
    "test/a_test.exs",
    "mod_test.ts",
    "test/a_test.dart",
    "Tests/ShopTests/A.swift",
    "cypress/e2e/a.cy.ts",
    "a.e2e.ts",
    "src/a.test.mts",
]
OTHERS = [
    "contest.py",
    "latest.py",
    "attestation.go",
    "src/main.rs",
    "protest.ts",
    "testing_tools.py",
    "package.json",
    "src/test_utils/x.ts.md",
    "openapi/spec/api.yaml",
    "src/Contest.java",
    "manifest.rs",
    "app/spec.py",
    "src/latest/a.ts",
    ".github/workflows/test.yml",
    "Contest.cs",
]


@pytest.mark.parametrize("path", TESTS)
def test_files_that_are_tests(path):
    assert is_test_file(path)


@pytest.mark.parametrize("path", OTHERS)
def test_files_that_are_no_tests(path):
    assert not is_test_file(path)


def test_the_projects_own_patterns():
    assert is_test_file("checks/a.py", ["checks/"])
    assert is_test_file("src/a.check.ts", ["*.check.ts"])
    assert is_test_file("qa/x/a.py", ["qa/*.py"])
    assert not is_test_file("src/a.py", ["checks/", "*.check.ts"])


VITEST = package({"test": "vitest"}, devDependencies={"vitest": "3"})
COMMANDS = [
    (
        {"pytest.ini": "", "setup.py": "", "uv.lock": ""},
        ["tests/test_b.py", "tests/test_a.py"],
        "uv run --frozen pytest tests/test_a.py tests/test_b.py",
    ),
    (
        {"setup.py": "", "tests/test_a.py": "import unittest"},
        ["tests/test_a.py"],
        "python3 -m unittest tests/test_a.py",
    ),
    ({"manage.py": ""}, ["shop/tests/test_a.py"], "python3 manage.py test shop.tests.test_a"),
    ({"package.json": VITEST, "pnpm-lock.yaml": ""}, ["a.test.ts"], "pnpm exec vitest run a.test.ts"),
    (
        {"package.json": package({"test": "jest --ci"}), "yarn.lock": ""},
        ["a.test.js"],
        "yarn jest --runTestsByPath a.test.js",
    ),
    ({"package.json": package({"test": "mocha"})}, ["test/a.js"], "npx --no-install mocha test/a.js"),
    ({"package.json": package({"test": "node --test"})}, ["a.test.mjs"], "node --test a.test.mjs"),
    (
        {"package.json": package(), "pnpm-lock.yaml": "", "packages/web/package.json": VITEST},
        ["packages/web/src/a.test.ts"],
        "pnpm -C packages/web exec vitest run src/a.test.ts",
    ),
    (
        {"package.json": VITEST, "package-lock.json": "", "packages/web/package.json": VITEST},
        ["packages/web/a.test.ts"],
        "npx --no-install vitest run packages/web/a.test.ts",
    ),
    ({"go.mod": ""}, ["a/x_test.go", "a/y_test.go", "z_test.go"], "go test -count=1 . ./a"),
    ({"api/go.mod": ""}, ["api/a/x_test.go"], "go -C api test -count=1 ./a"),
    ({"Cargo.toml": "", "Cargo.lock": ""}, ["tests/it.rs"], "cargo test --locked --test it"),
    (
        {"Cargo.toml": "", "crates/a/Cargo.toml": "[package]\nname='a'\n"},
        ["crates/a/tests/it.rs"],
        "cargo test -p a --test it",
    ),
    ({"Cargo.toml": ""}, ["src/lib.rs"], None),
    ({"package.json": package({"test": "node --test"})}, ["app/[id]/a.test.js"], "node app/[id]/a.test.js"),
    (
        {"package.json": package({"test": "node --test"})},
        ["app/[id]/a.test.js", "b.test.js"],
        "node --test app/[[]id]/a.test.js b.test.js",
    ),
    (
        {"package.json": package({"test": "jest"})},
        ["app/(shop)/[id]/a.test.js"],
        "npx --no-install jest --runTestsByPath app/(shop)/[id]/a.test.js",
    ),
    (
        {"package.json": package({"test": "ava"})},
        ["app/(shop)/[id]/a.test.js", "b.test.js"],
        "npx --no-install ava app/[(]shop[)]/[[]id]/a.test.js b.test.js",
    ),
    (
        {"package.json": package(), "pnpm-lock.yaml": "", "web/package.json": package({"test": "ava"})},
        ["web/[id]/a.test.js"],
        "pnpm -C web exec ava [[]id]/a.test.js",
    ),
    ({"package.json": package({"test": "bun test"}), "bun.lock": ""}, ["a.test.ts"], "bun test ./a.test.ts"),
    (
        {"package.json": package({"test": "vitest --coverage"}, devDependencies={"vitest": "3"})},
        ["a.test.ts"],
        "npx --no-install vitest run --coverage.enabled=false a.test.ts",
    ),
    (
        {"pytest.ini": "[pytest]\naddopts = --cov\n", "setup.py": ""},
        ["tests/test_a.py"],
        "python3 -m pytest --no-cov tests/test_a.py",
    ),
    ({"pytest.ini": "", "setup.py": ""}, ["tests/[a]/test_a.py"], "python3 -m pytest tests"),
    ({"Gemfile": ""}, ["spec/a_spec.rb"], "bundle exec rspec spec/a_spec.rb"),
    ({"Gemfile": "", "bin/rails": ""}, ["test/models/a_test.rb"], "bin/rails test test/models/a_test.rb"),
    ({"composer.json": "{}", "phpunit.xml": ""}, ["tests/ATest.php"], "vendor/bin/phpunit tests/ATest.php"),
    (
        {"composer.json": "{}", "phpunit.xml": ""},
        ["tests/ATest.php", "tests/BTest.php"],
        "vendor/bin/phpunit --filter /\\b(ATest|BTest)::/",
    ),
    ({"mix.exs": ""}, ["test/a_test.exs"], "mix test test/a_test.exs"),
    ({"pom.xml": "", "mvnw": ""}, ["src/test/java/org/x/ATest.java"], "./mvnw -B test -Dtest=ATest"),
    (
        {"gradlew": "", "build.gradle": "", "web/api/build.gradle.kts": ""},
        ["web/api/src/test/kotlin/org/x/ATest.kt"],
        "./gradlew :web:api:test --console=plain --tests org.x.ATest",
    ),
    (
        {"Shop.sln": "", "tests/Unit/Unit.csproj": ""},
        ["tests/Unit/Sums/ATests.cs"],
        "dotnet test tests/Unit --filter FullyQualifiedName~ATests",
    ),
    ({"Package.swift": ""}, ["Tests/AppTests/ATests.swift"], "swift test --filter ATests"),
    ({"build.sbt": ""}, ["src/test/scala/ASpec.scala"], "sbt testOnly *ASpec"),
    ({"pytest.ini": ""}, ["tests/test_a.py", "a.test.ts"], None),
    ({"package.json": package()}, ["a.test.ts"], None),
    ({"pytest.ini": ""}, [], None),
    ({"pytest.ini": "", "setup.py": ""}, ["-k.py"], "python3 -m pytest ./-k.py"),
]


@pytest.mark.parametrize(("files", "tests", "expected"), COMMANDS)
def test_running_just_some_tests(tmp_path, files, tests, expected):
    command = regression_command(write(tmp_path, files), tests)
    assert (" ".join(command) if command else None) == expected


def test_lock_files_by_name():
    assert lockfile_of("web/pnpm-lock.yaml") == "node"
    assert lockfile_of("requirements-dev.txt") == "python"
    assert lockfile_of("infra/.terraform.lock.hcl") == "terraform"
    assert lockfile_of("src/lock.py") == ""
    for name in [
        "pnpm-lock.yaml",
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "bun.lock",
        "bun.lockb",
        "uv.lock",
        "poetry.lock",
    ]:
        assert lockfile_of(name)
    assert {"go.sum"} <= set(LOCKFILES["go"])


def test_the_manifest_of_a_path():
    found = manifest_of("web/package.json")
    assert found is not None and found.name == "node"
    assert manifest_of("README.md") is None


def test_a_new_version_of_the_project_itself_changes_no_dependency():
    before = json.dumps({"version": "1.0.0", "dependencies": {"a": "1"}})
    after = json.dumps({"version": "1.0.1", "dependencies": {"a": "1"}})
    assert changed_dependencies("package.json", before, after) == []


@pytest.mark.parametrize(
    ("path", "before", "after", "keys"),
    [
        (
            "package.json",
            '{"devDependencies": {"a": "1"}}',
            '{"devDependencies": {"a": "2"}}',
            ["devDependencies"],
        ),
        ("package.json", "{}", '{"overrides": {"a": "2"}}', ["overrides"]),
        (
            "pyproject.toml",
            "[project]\ndependencies=['a']",
            "[project]\ndependencies=['b']",
            ["project.dependencies"],
        ),
        (
            "pyproject.toml",
            "",
            "[tool.poetry.group.dev.dependencies]\na='1'",
            ["tool.poetry.group.dev.dependencies"],
        ),
        ("Cargo.toml", "[dependencies]\na='1'", "[package]\nversion='2'\n[dependencies]\na='1'", []),
        ("composer.json", '{"require": {"a": "1"}}', '{"require": {}}', ["require"]),
    ],
)
def test_which_dependency_tables_differ(path, before, after, keys):
    assert changed_dependencies(path, before, after) == keys


def test_what_cannot_be_compared_is_said():
    assert changed_dependencies("go.mod", "a", "b") is None
    assert changed_dependencies("package.json", "{", "{}") is None
