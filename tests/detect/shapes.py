"""Shapes of repositories, after public ones: their files, and the commands that are right for them.

``""`` means that no command of that kind may be chosen; a kind that is not named may be anything.
"""

import shlex
from typing import NamedTuple

from tests.repos import package


class Shape(NamedTuple):
    """One repository: its files by path, and the commands by kind as a shell reads them, ``cd X &&`` for a folder."""

    files: dict[str, str]
    commands: dict[str, str]


def ci(*jobs: str, on: str = "[push, pull_request]") -> str:
    """Return a workflow of GitHub of some jobs."""
    return f"on: {on}\njobs:\n" + "".join(
        f"  {line}\n" for job in jobs for line in job.strip("\n").splitlines()
    )


def job(name: str, *runs: str, more: str = "") -> str:
    """One job: its name, the lines that it runs, and further lines of it."""
    steps = "".join(f"    - run: {run}\n" for run in runs)
    return f"{name}:\n  runs-on: ubuntu-latest\n{more}  steps:\n{steps}"


CARGO = '[package]\nname = "x"\nversion = "0.1.0"\n'
WORKSPACE = '[workspace]\nmembers = ["crates/*"]\n'
GRADLE = "plugins { id 'java' }\n"
FLOW = ".github/workflows/ci.yml"
PIP = ".venv/bin/python -m pip install"
VENV = f"python3 -m venv .venv && {PIP}"
HIDDEN = "python3 -m venv .venv && echo '*' > .venv/.gitignore"
MYSQL = (
    "  services:\n    mariadb:\n      image: mariadb:11\n"
    "  env:\n    DB_CONNECTION: mysql-ci\n    DB_HOST: 127.0.0.1\n    APP_ENV: testing\n"
)

SHAPES: dict[str, Shape] = {
    "rust whose CI compiles the tests first": Shape(
        {
            "Cargo.toml": WORKSPACE,
            "Cargo.lock": "",
            "crates/a/src/lib.rs": "",
            FLOW: ci(job("test", "cargo test --workspace --no-run")),
        },
        {
            "test": "cargo test --locked --workspace",
            "setup": "",
            "regression": "",
            "typecheck": "cargo check --locked --workspace --all-targets",
        },
    ),
    "rust whose CI runs some tests only": Shape(
        {
            "Cargo.toml": CARGO,
            "src/main.rs": "",
            FLOW: ci(job("test", "cargo test --test system -- --ignored", "cargo test --lib")),
        },
        {"test": "cargo test", "build": "cargo build --release"},
    ),
    "rust with arguments of the matrix": Shape(
        {
            "Cargo.toml": CARGO,
            "src/main.rs": "",
            FLOW: ci(job("test", "cargo test --all ${{ matrix.args }}")),
        },
        {"test": "cargo test --all"},
    ),
    "rust service with a front end in a folder": Shape(
        {
            "Cargo.toml": CARGO,
            "Cargo.lock": "",
            "src/main.rs": "",
            "tests/it.rs": "",
            "svelte/package.json": package({"test": "vitest run"}),
            "svelte/pnpm-lock.yaml": "",
            FLOW: ci(
                job("svelte", "pnpm test", more="  defaults:\n    run:\n      working-directory: svelte\n"),
                job(
                    "backend", "cargo build --tests --workspace", "cargo test --workspace ${{ matrix.args }}"
                ),
            ),
        },
        {
            "test": "cargo test --workspace",
            "build": "cargo build --release --locked",
            "setup": "",
            "regression": "",
        },
    ),
    "rust with a workspace of pnpm at its root": Shape(
        {
            "Cargo.toml": WORKSPACE,
            "src/main.rs": "",
            "package.json": package(),
            "pnpm-lock.yaml": "",
            "pnpm-workspace.yaml": "",
            "web/package.json": package({"test": "vitest"}),
        },
        {"test": "cargo test --workspace", "setup": ""},
    ),
    "c++ with cmake, and a gradle file for android": Shape(
        {
            "CMakeLists.txt": "project(x)\nenable_testing()\n",
            "src/x.cc": "",
            "support/build.gradle": GRADLE,
            ".gitignore": "build\n",
            FLOW: ci(
                job(
                    "linux",
                    "cmake -S . -B build ${{matrix.gen}}",
                    "ctest --test-dir build -C ${{matrix.type}}",
                )
            ),
        },
        {
            "test": "sh -c 'cmake --build build && ctest --test-dir build --output-on-failure'",
            "setup": "cmake -S . -B build",
            "build": "cmake --build build",
            "typecheck": "",
        },
    ),
    "cmake, and a Makefile for those without it": Shape(
        {
            "CMakeLists.txt": "project(x)\nenable_testing()\n",
            "x.c": "",
            "Makefile": "test: x_test\n\t./x_test\n",
            ".gitignore": "build\n",
        },
        {
            "test": "sh -c 'cmake --build build && ctest --test-dir build --output-on-failure'",
            "setup": "cmake -S . -B build",
            "build": "cmake --build build",
        },
    ),
    "cmake behind a Makefile": Shape(
        {
            "CMakeLists.txt": "project(x)\nenable_testing()\n",
            "x.c": "",
            "Makefile": "test:\n\tcmake -S . -B build\n\tctest --test-dir build\n",
            ".gitignore": "build\n",
        },
        {"test": "make test"},
    ),
    "cmake whose tests a Makefile alone has": Shape(
        {
            "CMakeLists.txt": "project(x)\n",
            "x.c": "",
            "Makefile": "test: x_test\n\t./x_test\n",
            ".gitignore": "build\n",
        },
        {"test": "make test"},
    ),
    "cmake without tests": Shape(
        {"CMakeLists.txt": "project(x)\n", "x.c": "", "docs/package.json": package({"test": "x"})},
        {"test": "", "build": "cmake --build build"},
    ),
    "autotools, with a Pipfile for the documentation": Shape(
        {
            "configure.ac": "",
            "Makefile.am": "",
            "main.c": "",
            "docs/Pipfile": "[[source]]\n",
            "docs/Pipfile.lock": "",
            "tests/x.test": "",
            FLOW: ci(job("linux", "autoreconf -i", "./configure", "make check VERBOSE=yes")),
        },
        {
            "test": "make check VERBOSE=yes",
            "typecheck": "",
            "setup": "sh -c 'autoreconf -i && ./configure'",
            "regression": "",
        },
    ),
    "meson": Shape(
        {"meson.build": "", "x.c": ""},
        {"test": "meson test -C build --print-errorlogs", "setup": "meson setup build"},
    ),
    "c with a makefile": Shape(
        {"Makefile": "check:\n\t./t\nlint:\n\tcppcheck .\n", "x.c": ""},
        {"test": "make check", "typecheck": ""},
    ),
    "laravel whose CI tests on a database": Shape(
        {
            "composer.json": '{"scripts": {"test": "phpunit"}}',
            "phpunit.xml": "",
            "artisan": "",
            "app/x.php": "",
            "package.json": package({"test": "vitest"}),
            "pnpm-lock.yaml": "",
            FLOW: ci(job("test", "composer test", more=MYSQL)),
        },
        {
            "test": "APP_ENV=testing composer test",
            "setup": "composer install --no-interaction",
            "regression": "",
        },
    ),
    "symfony": Shape(
        {
            "composer.json": "{}",
            "phpunit.dist.xml": "",
            "phpstan.dist.neon": "",
            "src/x.php": "",
            "tests/ATest.php": "",
            FLOW: ci(job("t", "vendor/bin/phpunit")),
        },
        {"test": "vendor/bin/phpunit", "typecheck": "vendor/bin/phpstan analyse", "regression": ""},
    ),
    "rails whose CI names the system tests": Shape(
        {
            "Gemfile": "",
            "Gemfile.lock": "",
            "bin/rails": "",
            "test/": "",
            ".rubocop.yml": "",
            FLOW: ci(job("test", "bin/rails db:setup test", "bin/rails test:system")),
        },
        {"test": "bin/rails test", "setup": "bundle install", "typecheck": ""},
    ),
    "a gem with rspec": Shape(
        {"Gemfile": "gem 'rspec'\n", "spec/a_spec.rb": ""},
        {"test": "bundle exec rspec", "regression": "bundle exec rspec '{files}'"},
    ),
    "go": Shape(
        {
            "go.mod": "",
            "main.go": "",
            "main_test.go": "",
            ".golangci.yml": "",
            FLOW: ci(job("test", "go test -run=^$ ./...", "go test ./...")),
        },
        {"test": "go test ./...", "typecheck": "go vet ./...", "setup": "", "build": "go build ./..."},
    ),
    "a site of hugo with modules of go": Shape(
        {
            "go.mod": "",
            "go.sum": "",
            "hugo.toml": "",
            "content/a.md": "",
            "layouts/x.html": "",
            "netlify.toml": '[build]\ncommand = "hugo --gc --minify"\n',
        },
        {"test": "", "typecheck": "", "build": "hugo --gc --minify", "setup": ""},
    ),
    "javascript without types": Shape(
        {
            "package.json": package({"lint": "eslint .", "test": "mocha"}, devDependencies={"mocha": "11"}),
            "a.js": "",
            FLOW: ci(job("test", "npm run lint", "npm test")),
        },
        {
            "test": "npm test",
            "typecheck": "",
            "setup": "npm install --no-package-lock",
            "regression": "npx --no-install mocha '{files}'",
        },
    ),
    "typescript whose type check is a script of its own": Shape(
        {
            "package.json": package({"typecheck": "tsc", "lint": "eslint", "test": "vitest"}),
            "package-lock.json": "{}",
            FLOW: ci(job("lint", "npm run lint")),
        },
        {"typecheck": "npm run typecheck", "setup": "npm ci"},
    ),
    "jest with a coverage threshold": Shape(
        {
            "package.json": package(
                {"test": "jest"}, jest={"coverageThreshold": {}}, devDependencies={"jest": "30"}
            ),
            "yarn.lock": "",
        },
        {
            "regression": "yarn jest --coverage=false --runTestsByPath '{files}'",
            "setup": "yarn install --frozen-lockfile",
        },
    ),
    "node whose makefile builds images": Shape(
        {
            "package.json": package({"build": "vite build", "test": "vitest"}),
            "yarn.lock": "",
            "Makefile": "build:\n\tdocker compose build\ntest:\n\tdocker compose up -d\n\tyarn test\n",
        },
        {"build": "yarn build", "test": "yarn test"},
    ),
    "bun": Shape(
        {"package.json": package({"test": "bun test"}), "bun.lock": ""},
        {"test": "bun run test", "setup": "bun install --frozen-lockfile"},
    ),
    "deno": Shape(
        {"deno.json": '{"tasks": {"test": "deno test"}}', "a.ts": ""}, {"test": "deno task test", "setup": ""}
    ),
    "maven beside gradle": Shape(
        {
            "pom.xml": "",
            "mvnw": "",
            "gradlew": "",
            "build.gradle": GRADLE,
            "src/main/java/A.java": "",
            FLOW: ci(job("build", "./mvnw -B verify")),
            ".github/workflows/gradle.yml": ci(job("build", "./gradlew build")),
        },
        {
            "test": "./mvnw -B verify",
            "build": "./mvnw -B package -DskipTests",
            "typecheck": "./mvnw -B test-compile",
        },
    ),
    "gradle beside maven": Shape(
        {
            "pom.xml": "",
            "mvnw": "",
            "gradlew": "",
            "build.gradle": GRADLE,
            FLOW: ci(job("build", "./gradlew test")),
        },
        {
            "test": "./gradlew test",
            "build": "./gradlew assemble --console=plain",
            "typecheck": "./gradlew testClasses --console=plain",
        },
    ),
    "gradle whose check runs the suite": Shape(
        {"gradlew": "", "build.gradle": GRADLE, "src/main/java/A.java": ""},
        {"test": "./gradlew test --console=plain", "typecheck": "./gradlew testClasses --console=plain"},
    ),
    "dotnet with a folder of tests": Shape(
        {
            "Shop.sln": "",
            "src/A.cs": "",
            "tests/Unit/ATests.cs": "",
            FLOW: ci(job("t", "dotnet test --no-build --configuration Release")),
        },
        {"test": "dotnet test --configuration Release", "regression": "", "typecheck": ""},
    ),
    "elixir": Shape(
        {
            "mix.exs": "",
            "lib/a.ex": "",
            FLOW: ci(job("t", "mix test", more="  env:\n    MIX_ENV: test\n    otp: 27\n")),
        },
        {"test": "MIX_ENV=test mix test", "setup": "mix deps.get", "regression": "mix test '{files}'"},
    ),
    "swift": Shape(
        {"Package.swift": ".testTarget(name: 1)", "Tests/": "", "Sources/a.swift": ""},
        {"test": "swift test", "regression": ""},
    ),
    "zig with a folder of tests": Shape(
        {"build.zig": 'b.step("test", "x")', "src/a.zig": "", "tests/a.zig": ""},
        {"test": "zig build test", "regression": "", "build": "zig build"},
    ),
    "haskell": Shape(
        {"x.cabal": "test-suite x\n", "src/A.hs": ""}, {"test": "cabal test all", "build": "cabal build all"}
    ),
    "scala": Shape(
        {"build.sbt": "", "src/main/scala/A.scala": ""}, {"test": "sbt test", "typecheck": "sbt Test/compile"}
    ),
    "clojure": Shape({"project.clj": "(defproject x)", "src/a.clj": ""}, {"test": "lein test"}),
    "ocaml": Shape(
        {"dune-project": "", "x.opam": "", "a.ml": ""},
        {"test": "dune runtest", "setup": "opam install . --deps-only --with-test --yes"},
    ),
    "perl": Shape(
        {"cpanfile": "", "t/a.t": "", "lib/A.pm": ""},
        {"test": "prove -lr t", "setup": "cpanm --installdeps --quiet ."},
    ),
    "django with requirements": Shape(
        {"requirements.txt": "django\n", "manage.py": "", ".gitignore": ".venv\n"},
        {"test": "python3 manage.py test", "setup": f"sh -c '{VENV} -r requirements.txt'"},
    ),
    "python with groups of dependencies": Shape(
        {
            "pyproject.toml": '[project]\nname = "x"\n[build-system]\nrequires = []\n[tool.pytest.ini_options]\n'
            '[dependency-groups]\ndev = ["pytest>=8"]\n',
            "x.py": "",
            ".gitignore": ".venv/\n",
        },
        {
            "test": "python3 -m pytest",
            "setup": shlex.join(["sh", "-c", f"{VENV} 'pip>=25.1' && {PIP} -e . --group dev build"]),
        },
    ),
    "python whose type checker is a group apart": Shape(
        {
            "pyproject.toml": '[project]\nname = "x"\n[build-system]\nrequires = []\n[tool.pytest.ini_options]\n'
            '[tool.mypy]\nstrict = true\n[dependency-groups]\ntests = ["pytest>=8"]\ntyping = ["mypy>=1.10"]\n',
            "x.py": "",
            ".gitignore": ".venv/\n",
        },
        {
            "typecheck": "python3 -m mypy .",
            "setup": shlex.join(
                ["sh", "-c", f"{VENV} 'pip>=25.1' && {PIP} -e . --group tests --group typing build"]
            ),
        },
    ),
    "python whose group of all includes the type checker": Shape(
        {
            "pyproject.toml": '[project]\nname = "x"\n[build-system]\nrequires = []\n[tool.pytest.ini_options]\n'
            '[tool.mypy]\nstrict = true\n[dependency-groups]\ntyping = ["mypy"]\n'
            'dev = ["pytest>=8", {include-group = "typing"}]\n',
            "x.py": "",
            ".gitignore": ".venv/\n",
        },
        {"setup": shlex.join(["sh", "-c", f"{VENV} 'pip>=25.1' && {PIP} -e . --group dev build"])},
    ),
    "python whose type checker is an extra apart": Shape(
        {
            "pyproject.toml": '[project]\nname = "x"\n[project.optional-dependencies]\ntest = ["pytest"]\n'
            'types = ["pyright"]\n[build-system]\nrequires = []\n[tool.pytest.ini_options]\n'
            '[tool.pyright]\nstrict = ["x"]\n',
            "x.py": "",
            ".gitignore": ".venv/\n",
        },
        {
            "typecheck": "pyright",
            "setup": shlex.join(["sh", "-c", f"{VENV} -e '.[test,types]' build"]),
        },
    ),
    "python locked by uv whose type checker is a group apart": Shape(
        {
            "pyproject.toml": '[project]\nname = "x"\n[tool.pytest.ini_options]\n[tool.mypy]\nstrict = true\n'
            '[dependency-groups]\ndev = ["pytest>=8"]\nmypy = ["mypy"]\n',
            "uv.lock": "",
            "x.py": "",
        },
        {"setup": "uv sync --frozen --group mypy", "typecheck": "uv run --frozen mypy ."},
    ),
    "python with an extra for the tests": Shape(
        {
            "setup.py": "setup(extras_require={\n'test': ['pytest'],\n})",
            "pytest.ini": "[pytest]\naddopts = --cov\n",
            "x.py": "",
        },
        {
            "setup": shlex.join(["sh", "-c", f"{HIDDEN} && {PIP} -e '.[test]'"]),
            "regression": "python3 -m pytest --no-cov '{files}'",
        },
    ),
    "python whose coverage job names pytest, too": Shape(
        {
            "pyproject.toml": "[tool.pytest.ini_options]\n",
            "x.py": "",
            ".github/workflows/a-coverage.yml": ci(job("test", "pytest --cov=x --cov-report xml:c.xml")),
            FLOW: ci(job("test", "pytest -v")),
        },
        {"test": "python3 -m pytest -v"},
    ),
    "nox whose sessions carry a version": Shape(
        {
            "noxfile.py": "def tests(session): ...",
            "pyproject.toml": "",
            "x.py": "",
            ".github/workflows/action.yml": ci(job("action", "nox --session github_actions_all_tests")),
            FLOW: ci(job("build", "nox --session tests-${{ matrix.python }} -- --durations=5")),
        },
        {"test": "nox --session tests -- --durations=5", "build": ""},
    ),
    "uv": Shape(
        {"uv.lock": "", "pyproject.toml": "[tool.pytest.ini_options]\n[tool.mypy]\nstrict = true\n"},
        {
            "setup": "uv sync --frozen",
            "test": "uv run --frozen pytest",
            "typecheck": "uv run --frozen mypy .",
        },
    ),
    "poetry": Shape(
        {"poetry.lock": "", "pyproject.toml": "[tool.pytest.ini_options]\n"},
        {"setup": "poetry install", "test": "poetry run pytest"},
    ),
    "pipenv": Shape(
        {"Pipfile": "", "Pipfile.lock": "", "pytest.ini": ""},
        {"setup": "pipenv sync --dev", "test": "pipenv run pytest"},
    ),
    "a virtual environment that is there": Shape(
        {"pytest.ini": "", "setup.py": "", "venv/bin/pytest": ""}, {"test": "venv/bin/pytest"}
    ),
    "services in folders": Shape(
        {
            "backend/pyproject.toml": "[tool.pytest.ini_options]\n",
            "backend/poetry.lock": "",
            "frontend/package.json": package({"test": "vitest", "build": "vite build"}),
            "frontend/package-lock.json": "{}",
            "docs/package.json": package({"test": "x"}),
        },
        {
            "test": "cd backend && poetry run pytest",
            "setup": "cd backend && poetry install",
            "regression": "",
        },
    ),
    "a script of the project": Shape(
        {"script/test": "#!/bin/sh\n", "x.pl": ""}, {"test": "./script/test", "setup": ""}
    ),
    "an option whose value only CI knows": Shape(
        {
            "Cargo.toml": CARGO,
            "src/main.rs": "",
            FLOW: ci(
                job(
                    "test",
                    "cargo test --locked --manifest-path ${{ matrix.crate }}/Cargo.toml --all-features",
                )
            ),
        },
        {"test": "cargo test --locked --all-features"},
    ),
    "autotools beside cmake": Shape(
        {
            "configure.ac": "",
            "Makefile.am": "",
            "CMakeLists.txt": "",
            "lib/x.c": "",
            FLOW: ci(job("linux", "./configure", "make", "make check")),
        },
        {"test": "make check", "setup": "sh -c 'autoreconf -i && ./configure'", "build": "make"},
    ),
    "a step for windows, and a report for the service": Shape(
        {
            "go.mod": "",
            "main.go": "",
            FLOW: ci(
                job("build", "go build -o %GOPATH%\\bin\\x.exe", "gotestsum --junitfile out.xml ./..."),
            ),
        },
        {"build": "go build ./...", "test": "gotestsum ./..."},
    ),
    "perl with a formatter of the service": Shape(
        {
            "cpanfile": "",
            "t/a.t": "",
            FLOW: ci(job("perl", "prove --formatter TAP::Formatter::GitHubActions -l t")),
        },
        {"test": "prove -l t"},
    ),
    "python whose make installs": Shape(
        {
            "setup.py": "",
            "pytest.ini": "",
            "Makefile": "init:\n\tpip install .\n",
            FLOW: ci(job("test", "make")),
        },
        {"build": "", "test": "python3 -m pytest"},
    ),
    "laravel with a front end": Shape(
        {
            "composer.json": '{"scripts": {"test": "pest"}}',
            "artisan": "",
            "app/a.php": "",
            "package.json": package({"build": "vite build"}),
            "package-lock.json": "{}",
        },
        {"test": "composer test", "setup": "composer install --no-interaction", "build": "npm run build"},
    ),
    "services of which CI tests one": Shape(
        {
            "src/cart/cart.csproj": "",
            "src/ads/build.gradle": GRADLE,
            FLOW: ci(job("test", "dotnet test src/cart/")),
        },
        {"test": "dotnet test src/cart/"},
    ),
    "nothing that is known": Shape(
        {"README.md": "x", "main.f90": ""},
        {"setup": "", "test": "", "typecheck": "", "build": "", "regression": ""},
    ),
}
"""Every shape by its name."""
