"""Which commands are found in small repositories, row by row."""

import os
import shlex

import pytest

from hotfix_tui.project.detect.search import detect
from tests.project.repos import package, workflow, write

JS_TEST = {"test": "vitest"}
PY = {"pyproject.toml": "[tool.pytest.ini_options]\n"}
STUB = {"test": 'echo "Error: no test specified" && exit 1'}
PROJECT = '[project]\nname="x"\n[build-system]\nrequires=["hatchling"]\n[tool.mypy]\nstrict=true\n[tool.pytest.ini_options]\n'

# name, files, what is expected; None: nothing may be suggested.
CASES: list[tuple[str, dict[str, str], dict[str, str | None]]] = [
    ("empty", {}, {"test": None, "build": None, "setup": None}),
    ("npm", {"package.json": package({**JS_TEST, "build": "x"}), "package-lock.json": "{}"},
     {"setup": "npm ci", "test": "npm test", "build": "npm run build"}),
    ("npm without lock", {"package.json": package(JS_TEST)}, {"setup": "npm install --no-package-lock", "test": "npm test"}),
    ("npm shrinkwrap", {"package.json": package(JS_TEST), "npm-shrinkwrap.json": "{}"}, {"setup": "npm ci"}),
    ("stub", {"package.json": package(STUB), "package-lock.json": "{}"}, {"test": None, "build": None}),
    ("pnpm", {"package.json": package({**JS_TEST, "build": "x", "typecheck": "tsc"}), "pnpm-lock.yaml": ""},
     {"setup": "pnpm install --frozen-lockfile", "test": "pnpm test", "build": "pnpm run build",
      "typecheck": "pnpm run typecheck"}),
    ("yarn classic", {"package.json": package({**JS_TEST, "build": "x"}), "yarn.lock": "# yarn lockfile v1\n"},
     {"setup": "yarn install --frozen-lockfile", "test": "yarn test", "build": "yarn build"}),
    ("yarn berry", {"package.json": package(JS_TEST), "yarn.lock": "__metadata:\n  version: 8\n", ".yarnrc.yml": ""},
     {"setup": "yarn install --immutable"}),
    ("bun", {"package.json": package({**JS_TEST, "build": "x"}), "bun.lock": ""},
     {"setup": "bun install --frozen-lockfile", "test": "bun run test", "build": "bun run build"}),
    ("bun binary lock", {"package.json": package(JS_TEST), "bun.lockb": ""}, {"test": "bun run test"}),
    ("packageManager wins", {"package.json": package(JS_TEST, packageManager="yarn@4.1.0"), "package-lock.json": "{}"},
     {"test": "yarn test", "setup": "yarn install --immutable"}),
    ("devEngines wins", {"package.json": package(JS_TEST, devEngines={"packageManager": {"name": "pnpm"}})},
     {"test": "pnpm test"}),
    ("watching script", {"package.json": package({"test": "jest --watch", "test:ci": "jest"}), "package-lock.json": "{}"},
     {"test": "npm run test:ci"}),
    ("tsc pnpm", {"package.json": package(devDependencies={"typescript": "5"}), "tsconfig.json": "{}", "pnpm-lock.yaml": ""},
     {"typecheck": "pnpm exec tsc --noEmit"}),
    ("tsc npm", {"package.json": package(), "tsconfig.json": "{}", "node_modules/.bin/tsc": ""},
     {"typecheck": "npx --no-install tsc --noEmit"}),
    ("tsc yarn", {"package.json": package(devDependencies={"typescript": "5"}), "tsconfig.json": "{}", "yarn.lock": ""},
     {"typecheck": "yarn tsc --noEmit"}),
    ("tsc without tsconfig", {"package.json": package(devDependencies={"typescript": "5"})}, {"typecheck": None}),
    ("tsc solution", {"package.json": package(devDependencies={"typescript": "5"}),
     "tsconfig.json": '{"files": [], // none\n "references": [{"path": "./a"}],}', "pnpm-lock.yaml": ""},
     {"typecheck": "pnpm exec tsc -b"}),
    ("check-types", {"package.json": package({"check-types": "tsc"}), "package-lock.json": ""},
     {"typecheck": "npm run check-types"}),
    ("pnpm workspace", {"package.json": package(), "pnpm-workspace.yaml": "packages: [packages/*]", "pnpm-lock.yaml": "",
     "packages/a/package.json": package(JS_TEST)}, {"test": "pnpm -r test", "build": None}),
    ("workspace root script first", {"package.json": package({"test": "pnpm -r test"}), "pnpm-workspace.yaml": "",
     "pnpm-lock.yaml": "", "packages/a/package.json": package(JS_TEST)}, {"test": "pnpm test"}),
    ("turbo", {"package.json": package(), "turbo.json": '{"tasks": {"test": {}, "build": {}}}', "pnpm-lock.yaml": ""},
     {"test": "pnpm exec turbo run test", "build": "pnpm exec turbo run build"}),
    ("nx", {"package.json": package(), "nx.json": "{}", "package-lock.json": "{}"},
     {"test": "npx --no-install nx run-many -t test"}),
    ("lerna", {"package.json": package(), "lerna.json": "{}", "yarn.lock": ""}, {"test": "yarn lerna run test"}),
    ("jest without script", {"package.json": package(devDependencies={"jest": "29"}), "yarn.lock": ""}, {"test": "yarn jest"}),
    ("uv", {"pyproject.toml": PROJECT, "uv.lock": ""},
     {"setup": "uv sync --frozen", "test": "uv run --frozen pytest", "typecheck": "uv run --frozen mypy .", "build": "uv build"}),
    ("poetry", {"pyproject.toml": PROJECT, "poetry.lock": ""},
     {"setup": "poetry install", "test": "poetry run pytest", "typecheck": "poetry run mypy .", "build": "poetry build"}),
    ("pdm", {"pyproject.toml": PROJECT, "pdm.lock": ""},
     {"setup": "pdm install --frozen-lockfile", "test": "pdm run pytest", "build": "pdm build"}),
    ("hatch", {"pyproject.toml": PROJECT + "[tool.hatch.envs.default]\ndependencies=['pytest']\n"},
     {"test": "hatch test", "build": "hatch build"}),
    ("hatch script", {"pyproject.toml": "[tool.hatch.envs.default.scripts]\ntest='pytest'\n"}, {"test": "hatch run test"}),
    ("pipenv", {"Pipfile": "", "Pipfile.lock": "{}", "pytest.ini": ""},
     {"setup": "pipenv sync --dev", "test": "pipenv run pytest"}),
    ("venv", {**PY, ".venv/bin/python": "", ".venv/bin/pytest": "", "requirements.txt": ""},
     {"setup": ".venv/bin/python -m pip install -r requirements.txt", "test": ".venv/bin/pytest"}),
    ("venv without pytest", {**PY, ".venv/bin/python": ""}, {"test": ".venv/bin/python -m pytest"}),
    ("bare pytest", {"setup.py": "", "tests/test_a.py": "def test(): pass"}, {"test": "python3 -m pytest", "build": None}),
    ("conftest", {"setup.py": "", "conftest.py": ""}, {"test": "python3 -m pytest"}),
    ("setup.cfg", {"setup.cfg": "[tool:pytest]\n[mypy]\nfiles = src\n"},
     {"test": "python3 -m pytest", "typecheck": "python3 -m mypy"}),
    ("unittest", {"setup.py": "", "tests/test_a.py": "import unittest\n"},
     {"test": "python3 -m unittest discover -s tests"}),
    ("django", {"manage.py": "", "requirements.txt": "django\n"}, {"test": "python3 manage.py test"}),
    ("django uv", {"manage.py": "", "uv.lock": "", "pyproject.toml": ""}, {"test": "uv run --frozen python manage.py test"}),
    ("django with pytest", {"manage.py": "", "pytest.ini": ""}, {"test": "python3 -m pytest"}),
    ("tox", {"tox.ini": "[tox]\nenvlist = py\n", "setup.py": ""}, {"test": "tox run"}),
    ("tox without config", {"tox.ini": "[flake8]\n", "setup.py": ""}, {"test": None}),
    ("nox", {"noxfile.py": "", "setup.py": ""}, {"test": "nox"}),
    ("pyright", {"pyrightconfig.json": "{}", "pyproject.toml": ""}, {"typecheck": "pyright"}),
    ("ruff", {"pyproject.toml": "[tool.ruff]\nline-length=100\n"}, {"typecheck": "ruff check ."}),
    ("poe", {"pyproject.toml": "[tool.poe.tasks]\ntest='pytest'\n", "poetry.lock": 'name = "poe"'}, {"test": "poetry run poe test"}),
    ("rust", {"Cargo.toml": "", "Cargo.lock": ""},
     {"setup": "cargo fetch --locked", "test": "cargo test --locked", "typecheck": "cargo check --locked --all-targets",
      "build": "cargo build --release --locked"}),
    ("rust library", {"Cargo.toml": ""}, {"test": "cargo test", "build": "cargo build --release"}),
    ("nextest", {"Cargo.toml": "", "Cargo.lock": "", ".config/nextest.toml": ""}, {"test": "cargo nextest run --locked"}),
    ("go", {"go.mod": "module x\n"},
     {"setup": "go mod download", "test": "go test ./...", "typecheck": "go vet ./...", "build": "go build ./..."}),
    ("golangci", {"go.mod": "", ".golangci.yml": ""}, {"typecheck": "golangci-lint run"}),
    ("maven wrapper", {"mvnw": "", "pom.xml": ""},
     {"test": "./mvnw -B test", "typecheck": "./mvnw -B compile", "build": "./mvnw -B package -DskipTests"}),
    ("maven", {"pom.xml": ""}, {"test": "mvn -B test", "build": "mvn -B package -DskipTests"}),
    ("gradle wrapper", {"gradlew": "", "build.gradle.kts": ""},
     {"test": "./gradlew test --console=plain", "typecheck": "./gradlew check --console=plain",
      "build": "./gradlew assemble --console=plain"}),
    ("gradle", {"build.gradle": ""}, {"test": "gradle test --console=plain"}),
    ("dotnet", {"Shop.sln": ""}, {"setup": "dotnet restore", "test": "dotnet test", "build": "dotnet build -c Release"}),
    ("dotnet slnx locked", {"Shop.slnx": "", "packages.lock.json": ""},
     {"setup": "dotnet restore --locked-mode", "test": "dotnet test"}),
    ("rails", {"Gemfile": "gem 'rails'", "bin/rails": "", "test/": ""},
     {"test": "bin/rails test", "build": "bin/rails assets:precompile", "setup": "bundle install"}),
    ("rspec", {"Gemfile": "gem 'rspec'", ".rspec": "", ".rubocop.yml": ""},
     {"test": "bundle exec rspec", "typecheck": "bundle exec rubocop"}),
    ("sorbet", {"Gemfile": "", "sorbet/config": "", ".rubocop.yml": ""}, {"typecheck": "bundle exec srb tc"}),
    ("rake", {"Gemfile": "", "Rakefile": "require 'rake/testtask'\nRake::TestTask.new do |t|\nend\n"},
     {"test": "bundle exec rake test"}),
    ("composer", {"composer.json": '{"scripts": {"test": "phpunit"}}', "phpstan.neon": ""},
     {"setup": "composer install --no-interaction", "test": "composer test", "typecheck": "vendor/bin/phpstan analyse"}),
    ("laravel", {"composer.json": "{}", "artisan": "", "phpunit.xml": ""}, {"test": "php artisan test"}),
    ("phpunit", {"composer.json": "{}", "phpunit.xml.dist": ""}, {"test": "vendor/bin/phpunit"}),
    ("elixir", {"mix.exs": "releases: [a: []]\n{:dialyxir, '1'}"},
     {"setup": "mix deps.get", "test": "mix test", "typecheck": "mix compile --warnings-as-errors", "build": "mix release"}),
    ("deno", {"deno.json": "{}"}, {"test": "deno test", "typecheck": "deno check ."}),
    ("deno task", {"deno.jsonc": '{"tasks": {"test": "deno test -A"}} // x'}, {"test": "deno task test"}),
    ("dart", {"pubspec.yaml": "name: x\n"}, {"test": "dart test", "typecheck": "dart analyze"}),
    ("flutter", {"pubspec.yaml": "dependencies:\n  flutter:\n    sdk: flutter\n"}, {"test": "flutter test"}),
    ("swift", {"Package.swift": "", "Tests/": ""}, {"test": "swift test"}),
    ("make wins", {**PY, "Makefile": "CFLAGS := -O2\n.PHONY: test\ntest lint: build\n\techo build:\nbuild:\n\tcc\n"},
     {"test": "make test", "typecheck": "make lint", "build": "make build"}),
    ("make without target", {**PY, "Makefile": "TEST := x\nall:\n\ttest:\ndefine x\ntest:\nendef\n"},
     {"test": "python3 -m pytest"}),
    ("just", {"go.mod": "", "justfile": "set shell := ['sh']\ntest *args:\n  go test\n[private]\nbuild:\n  x\ncheck name:\n  x\n"},
     {"test": "just test", "build": "go build ./...", "typecheck": "go vet ./..."}),
    ("task", {"go.mod": "", "Taskfile.yml": "version: '3'\ntasks:\n  test:\n    cmds:\n      - go test\n  build:\n    internal: true\n"},
     {"test": "task test", "build": "go build ./..."}),
    ("mise", {"go.mod": "", "mise.toml": "[tasks.test]\nrun='go test'\n"}, {"test": "mise run test"}),
    ("mise folder", {"go.mod": "", "mise-tasks/test": ""}, {"test": "mise run test"}),
    ("autotools", {"configure.ac": "", "Makefile": "check:\n\tx\n"}, {"test": "make check", "typecheck": None}),
    ("ci best", {"package.json": package({"test": "vitest", "test:ci": "x"}), "pnpm-lock.yaml": "", "Makefile": "test:\n\tx\n",
     ".github/workflows/ci.yml": workflow("- run: pnpm install\n- run: pnpm run test:ci\n")}, {"test": "pnpm run test:ci"}),
    ("ci uv", {**PY, "uv.lock": "", ".github/workflows/ci.yml": workflow("- run: uv run pytest -q\n- run: mypy src\n")},
     {"test": "uv run --frozen pytest -q", "typecheck": "uv run --frozen mypy src"}),
    ("nested", {"README": "", "api/go.mod": "", "web/package.json": package({"test": "jest"}), "web/yarn.lock": ""},
     {"test": "go test ./..."}),
    ("rails with package.json", {"Gemfile": "", "bin/rails": "", "test/": "", "package.json": package({"build": "esbuild"})},
     {"test": "bin/rails test", "build": "bin/rails assets:precompile"}),
    ("broken files", {"package.json": "{", "pyproject.toml": "[", "tsconfig.json": "\x00", "Makefile": ":::\n\t:"}, {"test": None}),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_commands_of_a_small_repository(tmp_path, files, expected):
    found = detect(write(tmp_path, files)).commands
    for kind, command in expected.items():
        suggestion = found.get(kind)
        assert (shlex.join(suggestion.argv) if suggestion else None) == command, kind
    for suggestion in found.values():
        assert suggestion.because and suggestion.evidence.startswith(shlex.join(suggestion.argv))
        assert all(not other.alternatives for other in suggestion.alternatives)


def test_there_are_enough_cases():
    assert len(CASES) >= 40 and len({name for name, *_ in CASES}) == len(CASES)


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


def test_a_watching_script_is_told(tmp_path):
    root = write(tmp_path, {"package.json": package({"test": "ng test"}), "package-lock.json": "{}"})
    found = detect(root)
    assert found.commands["test"].argv == ["npm", "test"]
    assert any("watches" in line for line in found.warnings)


def test_a_project_in_a_folder_runs_there_and_names_the_others(tmp_path):
    root = write(tmp_path, {"api/go.mod": "", "web/package.json": package(JS_TEST)})
    test = detect(root).commands["test"]
    assert (test.argv, test.cwd) == (["go", "test", "./..."], "api")
    assert [(other.argv, other.cwd) for other in test.alternatives] == [(["npm", "test"], "web")]


def test_what_was_not_chosen_is_an_alternative(tmp_path):
    root = write(tmp_path, {"go.mod": "", "Makefile": "test:\n\tgo test\n"})
    assert [other.argv for other in detect(root).commands["test"].alternatives] == [["go", "test", "./..."]]


def test_two_ecosystems_are_told(tmp_path):
    found = detect(write(tmp_path, {"go.mod": "", "package.json": package(JS_TEST)}))
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
