"""Reading CI workflows: the small YAML reader, and which lines count."""

import pytest

from hotfix_tui.detect import ci
from hotfix_tui.detect.known_commands import classify
from hotfix_tui.detect.search import detect
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.yaml_lines import scalars
from tests.repos import package, workflow, write

YAML = """\
# a comment
name: 'it''s'
on: [push, pull_request]
jobs:
  test:
    env:
      A: "b: c"   # why
    steps:
    - uses: actions/checkout@v4
    - name: Run
      run: |
        cd x
          indented

        echo "a: b"
    - run: >-
        go test
        ./...
      if: always()
    -
      run: last
script:
  - one
  - two: x
"""


def test_the_scalars_of_a_workflow():
    found = dict(scalars(YAML))
    assert found[("name",)] == "it's"
    assert found[("on",)] == "[push, pull_request]"
    assert found[("jobs", "test", "env", "A")] == "b: c"
    assert found[("jobs", "test", "steps", 0, "uses")] == "actions/checkout@v4"
    assert found[("jobs", "test", "steps", 1, "run")] == 'cd x\n  indented\n\necho "a: b"'
    assert found[("jobs", "test", "steps", 2, "run")] == "go test ./..."
    assert found[("jobs", "test", "steps", 2, "if")] == "always()"
    assert found[("jobs", "test", "steps", 3, "run")] == "last"
    assert found[("script", 0)] == "one"
    assert found[("script", 1, "two")] == "x"


@pytest.mark.parametrize(
    "text", ["- " * 5000, "a: " * 5000, "|\n", ": :\n- :", "\t- x: |", "'" * 3000, "-\n-\n -"]
)
def test_odd_yaml_is_passed_over(text):
    assert isinstance(list(scalars(text)), list)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("pytest -x", "test"),
        ("uv run --frozen pytest", "test"),
        ("python -m pytest", "test"),
        ("python -m unittest", "test"),
        ("coverage run -m pytest", "test"),
        ("npm run test:ci", "test"),
        ("npm t", "test"),
        ("pnpm -r test", "test"),
        ("npx --no-install vitest run", "test"),
        ("yarn jest", "test"),
        ("node --test", "test"),
        ("go test ./...", "test"),
        ("cargo test --workspace", "test"),
        ("./mvnw -B verify", "test"),
        ("./gradlew clean check", "test"),
        ("bundle exec rspec", "test"),
        ("make test", "test"),
        ("python manage.py test", "test"),
        ("pnpm typecheck", "typecheck"),
        ("npx tsc --noEmit", "typecheck"),
        ("mypy .", "typecheck"),
        ("go vet ./...", "typecheck"),
        ("pnpm lint", "lint"),
        ("pnpm build", "build"),
        ("python -m build", "build"),
        ("cargo build --release", "build"),
        ("pnpm install", ""),
        ("make deploy", ""),
        ("npm run test:e2e", ""),
        ("make testdata", ""),
        ("npm publish", ""),
        ("vercel deploy --prod", ""),
        ("git push", ""),
    ],
)
def test_what_a_command_line_is_for(line, kind):
    assert classify(line.split())[0] == kind


RUNS_NOTHING = """\
cargo test --no-run
cargo test --workspace --no-run
cargo nextest list
go test -c ./pkg
go test -list . ./...
go test -run=^$ ./...
pytest --collect-only -q
uv run pytest --co
npx jest --listTests
vitest list
./mvnw -B verify -DskipTests
./gradlew build -x test
dotnet test --list-tests
vendor/bin/phpunit --list-tests
bundle exec rspec --dry-run
rake -n test
bundle exec rake --dry-run
ctest -N
make check -n
tox run --notest
deno test --no-run
swift test list
"""


@pytest.mark.parametrize("line", RUNS_NOTHING.splitlines())
def test_what_only_compiles_or_lists_tests_is_no_test(tmp_path, line):
    """A suite that runs nothing is green for nothing."""
    assert classify(line.split())[0] == ""
    assert not [kind for kind, *_ in _lines(tmp_path, f"- run: {line}\n") if kind == "test"]


def _lines(tmp_path, steps: str, job: str = "test", **files: str):
    root = write(tmp_path, {".github/workflows/ci.yml": workflow(steps, job), **files})
    return [(line.kind, line.argv, line.cwd, line.env) for line in ci.lines(Tree(root)) if line.score >= 0]


def test_a_folder_counts_when_it_exists(tmp_path):
    steps = "- run: cd web && npm test\n- working-directory: ./api\n  run: go test ./...\n- run: cd gone && make test\n"
    found = _lines(
        tmp_path, steps, **{"web/package.json": package({"test": "x"}), "api/go.mod": "", "api/main.go": ""}
    )
    assert found == [("test", ["npm", "test"], "web", {}), ("test", ["go", "test", "./..."], "api", {})]


def test_variables_of_job_and_step_come_along_but_no_secrets(tmp_path):
    steps = "- run: A=1 pytest\n  env:\n    B: two\n    TOKEN: ${{ secrets.TOKEN }}\n    CI: true\n"
    assert _lines(tmp_path, steps)[0][3] == {"A": "1", "B": "two"}


@pytest.mark.parametrize(
    "run",
    [
        "pytest | tee log",
        "pytest; true",
        "pytest $ARGS",
        "pytest `cat x`",
        "sudo pytest",
        "docker run x pytest",
        "pytest tests/*.py",
        "pytest > log",
        "if true; then pytest; fi",
        "pytest 'unclosed",
        "npm run nothing:here",
    ],
)
def test_lines_that_need_a_shell_or_the_service_do_not_count(tmp_path, run):
    assert _lines(tmp_path, f"- run: {run}\n", **{"package.json": package()}) == []


@pytest.mark.parametrize("job", ["e2e", "deploy", "release", "integration-tests", "publish", "windows"])
def test_special_jobs_do_not_count(tmp_path, job):
    assert _lines(tmp_path, "- run: npm test\n", job) == []


def test_control_flow_hides_the_whole_script(tmp_path):
    assert _lines(tmp_path, "- run: |\n    if [ -f x ]; then\n      npm test\n    fi\n    npm test\n") == []


def test_several_lines_with_a_continuation(tmp_path):
    found = _lines(tmp_path, "- run: |\n    go vet ./...\n    go test \\\n      ./... -race\n")
    assert [line[:2] for line in found] == [
        ("typecheck", ["go", "vet", "./..."]),
        ("test", ["go", "test", "./...", "-race"]),
    ]


def test_npx_never_installs(tmp_path):
    assert _lines(tmp_path, "- run: npx --yes tsc --noEmit\n")[0][1] == [
        "npx",
        "--no-install",
        "tsc",
        "--noEmit",
    ]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            ".gitlab-ci.yml",
            "stages: [test]\nunit:\n  stage: test\n  script:\n    - go mod download\n    - go test ./...\n",
        ),
        (
            ".circleci/config.yml",
            "jobs:\n  unit:\n    steps:\n      - checkout\n      - run: go test ./...\n",
        ),
        (
            ".circleci/config.yml",
            "jobs:\n  unit:\n    steps:\n      - run:\n          name: t\n          command: go test ./...\n",
        ),
        ("azure-pipelines.yml", "steps:\n  - script: go test ./...\n    displayName: unit\n"),
        (
            "bitbucket-pipelines.yml",
            "pipelines:\n  default:\n    - step:\n        script:\n          - go test ./...\n",
        ),
    ],
)
def test_other_services_are_read_too(tmp_path, file, text):
    test = detect(write(tmp_path, {file: text})).commands["test"]
    assert test.argv == ["go", "test", "./..."] and file in test.because


def test_services_of_the_job_are_told(tmp_path):
    text = workflow("- run: go test ./...\n") + "    services:\n      postgres:\n        image: postgres:16\n"
    found = detect(write(tmp_path, {"go.mod": "", "main.go": "", ".github/workflows/ci.yml": text}))
    assert any("postgres" in line for line in found.warnings)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("tox run -e typing", "typecheck"),
        ("tox -e py312", "test"),
        ("tox run -e style", "lint"),
        ("nox -s tests", "test"),
        ("nox -s mypy-3.12", "typecheck"),
        ("tox run -e docs", ""),
    ],
)
def test_an_environment_of_tox_or_nox_is_what_its_name_says(line, kind):
    assert classify(line.split())[0] == kind


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("mix test --partitions 3 --include mtools", "mix test --include mtools"),
        ("npx vitest run --shard=1/3", "npx --no-install vitest run"),
        ("npx jest --shard ${{ matrix.shard }}/4", "npx --no-install jest"),
        ("python3 -m pytest tests --splits 4 --group ${{ matrix.group }}", "python3 -m pytest tests"),
        ("cargo nextest run --partition count:1/2", "cargo nextest run"),
    ],
)
def test_the_share_of_one_job_is_not_the_suite(tmp_path, line, whole):
    files = {"package.json": "{}", "Cargo.toml": "", "mix.exs": "", "tests/test_a.py": ""}
    root = write(tmp_path, {".github/workflows/ci.yml": workflow(f"- run: {line}\n"), **files})
    (found,) = ci.suggestions(Tree(root), "test")
    assert " ".join(found.argv) == whole


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("- run: node tests/server.js &\n", "node tests/server.js"),
        ("- run: |\n    make up\n    nohup ./serve --port 80 > log &\n", "./serve"),
        ("- run: make up && make wait\n", ""),
        ("- run: make up > log 2>&1\n", ""),
    ],
)
def test_what_the_job_starts_beside_its_suite_is_told(tmp_path, before, told):
    steps = before + "- run: ./vendor/bin/phpunit\n"
    root = write(tmp_path, {".github/workflows/ci.yml": workflow(steps), "composer.json": "{}"})
    (found,) = ci.suggestions(Tree(root), "test")
    assert ("background" in found.suggestion().doubt) == bool(told) and told in found.suggestion().doubt


@pytest.mark.parametrize(
    "line", ["docker run x sh -c 'npx mocha'", "docker compose exec web bash -c 'npx mocha'"]
)
def test_a_container_has_none_of_the_variables_of_its_job(tmp_path, line):
    text = workflow(f"- run: {line}\n").replace("    steps:", "    env:\n      KEY: abc\n    steps:")
    root = write(tmp_path, {".github/workflows/ci.yml": text, "package.json": "{}"})
    (found,) = ci.suggestions(Tree(root), "test")
    assert found.env == {} and "in a container" in found.suggestion().doubt
