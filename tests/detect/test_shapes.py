"""What is right for each shape of repository is what detection chooses."""

import os
import shlex

import pytest

from hotfix_tui.detect.search import detect
from hotfix_tui.detect.suggestion import KINDS, Suggestion
from tests.detect.every_shape import SHAPES
from tests.detect.shapes import FLOW, ci, job
from tests.repos import package, write


def as_line(suggestion: Suggestion | None) -> str:
    """A suggestion as a shell would read it."""
    if suggestion is None:
        return ""
    start = f"cd {suggestion.cwd} && " if suggestion.cwd else ""
    env = "".join(f"{name}={value} " for name, value in suggestion.env.items())
    return f"{start}{env}{shlex.join(suggestion.argv)}"


def made(tmp_path, name: str) -> str:
    """Write a shape; its scripts may be run."""
    root = write(tmp_path, SHAPES[name].files)
    for path in SHAPES[name].files:
        if path.startswith(("script/", "bin/", "run_")):
            os.chmod(os.path.join(root, path), 0o755)
    return root


@pytest.mark.parametrize("name", SHAPES)
def test_the_commands_of_a_shape_are_the_projects_own(tmp_path, name):
    found = detect(made(tmp_path, name))
    chosen = {kind: as_line(found.commands.get(kind)) for kind in KINDS}
    assert {kind: chosen[kind] for kind in SHAPES[name].commands} == SHAPES[name].commands
    assert not (found.commands.get("typecheck") and found.commands["typecheck"].lint)


def test_a_linter_is_offered_as_what_it_is(tmp_path):
    found = detect(made(tmp_path, "javascript without types"))
    assert [one.argv for one in found.lints] == [["npm", "run", "lint"]]
    assert "typecheck" not in found.commands


def test_variables_that_were_left_out_are_named(tmp_path):
    test = detect(made(tmp_path, "laravel whose CI tests on a database")).commands["test"]
    assert "DB_CONNECTION" in test.doubt and "DB_HOST" in test.doubt and "APP_ENV" not in test.doubt


@pytest.mark.parametrize(("name", "left"), [
    ("rust whose CI permits what ruins a machine", "RUIN_MY_COMPUTER_WITH_INSTALLERS"),
    ("make whose CI permits what wipes a disk", "ALLOW_WIPE"),
    ("node whose CI says that its data may go", "DESTRUCTIVE_TESTS")])  # fmt: skip
def test_what_only_a_machine_that_is_thrown_away_should_do_is_named(tmp_path, name, left):
    test = detect(made(tmp_path, name)).commands["test"]
    assert left in test.doubt and "thrown away" in test.doubt and "services" not in test.doubt


@pytest.mark.parametrize(
    "name", [name for name in SHAPES if "rust" in name or "haskell" in name or "r with" in name]
)
def test_every_command_has_a_reason(tmp_path, name):
    assert all(one.because.strip() for one in detect(made(tmp_path, name)).commands.values())


FROM_A_MATRIX = {
    "features": ("cargo test ${{ matrix.features }}", "matrix.features"),
    "more than one": (
        "cargo test --workspace ${{ matrix.args }} ${{ matrix.more }}",
        "matrix.args, matrix.more",
    ),
    "after an end of options": ("cargo test -- ${{ matrix.filter }}", "matrix.filter"),
    "the value of an option": ("cargo test --target ${{ matrix.target }}", ""),
    "the toolchain": ("cargo test --workspace", ""),
    "a part of a word": ("cargo test --features=${{ matrix.x }}", ""),
}


@pytest.mark.parametrize("shape", FROM_A_MATRIX)
def test_what_a_matrix_adds_to_the_tests_is_named(tmp_path, shape):
    command, said = FROM_A_MATRIX[shape]
    files = {"Cargo.toml": "[package]\nname = 'x'\n", "src/lib.rs": "", FLOW: ci(job("test", command))}
    doubt = detect(write(tmp_path, files)).commands["test"].doubt
    assert f"holds ({said}): it may test more" in doubt if said else "matrix" not in doubt


NODE = {"package.json": package({"test": "mocha"}, devDependencies={"mocha": "11"}), "a.js": ""}
SERVED = "  services:\n    db:\n      image: {}\n"
LEADS_TO_A_SERVICE = {
    "an address of postgres": ("postgres:16", "DATABASE_URL", "postgres://postgres@localhost:5432/x"),
    "an address with the name of the service": ("redis:7", "CACHE", "redis://db:6379/0"),
    "a host that a client library reads": ("postgres:16", "PGHOST", "localhost"),
    "a host and a port": ("mongo:8", "MONGO", "127.0.0.1:27017"),
    "a password": ("mysql:8", "MYSQL_ROOT_PASSWORD", "x"),
}


@pytest.mark.parametrize("name", LEADS_TO_A_SERVICE)
@pytest.mark.parametrize("of", ["job", "step", "gitlab"])
def test_a_variable_that_leads_to_a_service_of_ci_is_named_and_not_taken_over(tmp_path, name, of):
    image, variable, value = LEADS_TO_A_SERVICE[name]
    pairs = f"{variable}: {value}\n{{}}TZ: UTC\n"
    if of == "gitlab":
        text = f"unit:\n  stage: test\n  services:\n    - name: {image}\n      alias: db\n  variables:\n    "
        files = {".gitlab-ci.yml": text + pairs.format("    ") + "  script:\n    - npm test\n"}
    elif of == "job":
        files = {
            FLOW: ci(
                job("test", "npm test", more=SERVED.format(image) + "  env:\n    " + pairs.format("    "))
            )
        }
    else:
        run = "npm test\n      env:\n        " + pairs.format("        ").rstrip()
        files = {FLOW: ci(job("test", run, more=SERVED.format(image)))}
    test = detect(write(tmp_path, NODE | files)).commands["test"]
    assert (test.argv, test.env) == (["npm", "test"], {"TZ": "UTC"})
    assert variable in test.doubt and "TZ" not in test.doubt


LINTS = {
    "npm run lint": {"package.json": package({"lint": "biome check", "test": "mocha"}), "a.js": ""},
    "bundle exec rubocop": {"Gemfile": "", ".rubocop.yml": "", "spec/a_spec.rb": ""},
    "ruff check .": {"setup.py": "", "tests/test_a.py": "", FLOW: ci(job("lint", "ruff check ."))},
    "golangci-lint run": {"go.mod": "", "x.go": "", FLOW: ci(job("lint", "golangci-lint run"))},
    "make lint": {"Makefile": "lint:\n\teslint .\ntest:\n\t./t\n"},
}


@pytest.mark.parametrize("line", LINTS)
def test_a_linter_is_no_type_check_in_any_language(tmp_path, line):
    found = detect(write(tmp_path, LINTS[line]))
    asked = found.commands.get("typecheck")
    assert asked is None or as_line(asked) != line
    assert line in [as_line(one) for one in found.lints]


def test_of_several_projects_none_stands_for_all_in_silence(tmp_path):
    found = detect(made(tmp_path, "services in folders"))
    assert "backend, frontend" in found.commands["test"].doubt
    assert [one.cwd for one in found.commands["test"].alternatives] == ["frontend"]
    assert found.commands["test"].doubt in found.warnings


def test_what_covers_a_part_only_is_an_alternative(tmp_path):
    found = detect(made(tmp_path, "rust whose CI runs some tests only"))
    assert ["cargo", "test", "--lib"] in [one.argv for one in found.commands["test"].alternatives]


def test_that_ci_tests_one_of_several_projects_is_said(tmp_path):
    found = detect(made(tmp_path, "services of which CI tests one"))
    assert "src/ads, src/cart" in found.commands["test"].doubt


GO_AND_NODE = {
    "go.mod": "module x\n",
    "a.go": "",
    "b.go": "",
    "web/package.json": package({"test": "vitest"}),
}
LEFT_OUT = {
    "another language at the root": (
        {"go.mod": "", "a.go": "", "b.go": "", "package.json": package({"test:ci": "uvu"}),
         FLOW: ci(job("test", "go test ./..."), job("test-wasm", "pnpm test:ci"))},
        "the job 'test-wasm' of .github/workflows/ci.yml tests: pnpm test:ci",
    ),
    "the front end in its folder": (
        {**GO_AND_NODE, FLOW: ci(job("go", "go test ./..."), job("web", "cd web && npm test"))},
        "tests in web: npm test",
    ),
    "bindings": (
        {"Cargo.toml": "[package]\nname = 'x'\n", "src/lib.rs": "", "src/a.rs": "", "py/pyproject.toml": "",
         FLOW: ci(job("rust", "cargo test"), job("python", "cd py && pytest"))},
        "tests in py: ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_suite_that_ci_runs_in_another_language_is_named_where_it_is_left_out(tmp_path, name):
    files, said = LEFT_OUT[name]
    test = detect(write(tmp_path, files)).commands["test"]
    assert test.doubt.startswith("It leaves out what ") and said in test.doubt


@pytest.mark.parametrize(
    "flow",
    [
        ci(job("go", "go test ./...")),
        ci(job("go", "go test ./..."), job("e2e", "cd web && npm test")),
        ci(job("go", "go test ./..."), job("docs", "cd web && npm test")),
        ci(job("go", "go test ./..."), job("race", "go test -race ./...")),
        ci(job("all", "make test"), job("web", "cd web && npm test")),
    ],
)
def test_nothing_is_said_to_be_left_out_without_a_sign(tmp_path, flow):
    files = {**GO_AND_NODE, "Makefile": "test:\n\tgo test ./... && cd web && npm test\n"}
    if "make test" not in flow:
        files.pop("Makefile")
    assert not detect(write(tmp_path, {**files, FLOW: flow})).commands["test"].doubt
