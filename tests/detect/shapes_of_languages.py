"""Shapes of repository: several languages in one, and what CI does that only its own machine may do."""

from tests.detect.shapes import CARGO, FLOW, WORKSPACE, Shape, ci, job

POETRY = '[tool.poetry]\nname = "x"\n[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n'
MANY = {f"x/m{number}.py": "" for number in range(15)}
"""So many files that the other language is a small part of the project."""

R = {"DESCRIPTION": "Package: sums\nVersion: 1.2.3\n", "R/a.R": ""}
CHECKOUT = "on: [push]\njobs:\n  test:\n    steps:\n      - uses: actions/checkout@v4\n        with:\n"
CHECKOUT += "          path: acme.sums\n"
THERE = "working-directory: ./acme.sums\n"
AT = "  defaults:\n    run:\n      working-directory: {}\n"
CABAL = {"sums.cabal": "name: sums\ntest-suite all\n", "src/A.hs": ""}

SHAPES = {
    "python with a part in rust, whose own tests CI names": Shape(
        {
            "pyproject.toml": POETRY,
            "poetry.lock": "",
            "Cargo.toml": CARGO,
            "rust/src/lib.rs": "",
            **MANY,
            FLOW: ci(job("rust", "cargo test", "cargo clippy -- -D warnings"), job("py", "poetry run trial -j2 tests")),
        },
        {"test": "poetry run trial -j2 tests", "setup": "poetry install"},
    ),
    "python with a part in rust, whose own tests are in its files": Shape(
        {
            "pyproject.toml": "[tool.pytest.ini_options]\n",
            "Cargo.toml": CARGO,
            "rust/src/lib.rs": "",
            "tests/test_a.py": "",
            **MANY,
            FLOW: ci(job("rust", "cargo test")),
        },
        {"test": "python3 -m pytest"},
    ),
    "rails with a front end that CI tests, its own tests in shards": Shape(
        {
            "Gemfile": 'gem "rspec"\n', ".rspec": "", "spec/a_spec.rb": "", "app/a.rb": "", "app/b.rb": "",
            "package.json": '{"scripts": {"test": "mocha"}}', "web/a.js": "",
            FLOW: ci(job("js", "npm test"), job("specs", "bundle exec rake knapsack:rspec")),
        },
        {"test": "bundle exec rspec", "setup": "bundle install"},
    ),
    "python with a front end that CI tests": Shape(
        {"pyproject.toml": "[tool.pytest.ini_options]\n", "a.py": "", "tests/test_a.py": "", "b.py": "",
         "package.json": '{"scripts": {"test": "mocha"}}', "web/a.js": "", FLOW: ci(job("js", "npm test"))},
        {"test": "python3 -m pytest"},
    ),
    "php with a small front end that CI tests": Shape(
        {
            "composer.json": "{}",
            "phpunit.xml": "",
            "package.json": '{"scripts": {"test": "vitest run"}}',
            "web/a.js": "",
            **{f"src/A{number}.php": "" for number in range(15)},
            FLOW: ci(job("js", "npm test")),
        },
        {"test": "vendor/bin/phpunit"},
    ),
    "python with a part in rust, of which nothing else is known": Shape(
        {"setup.cfg": "", "Cargo.toml": CARGO, "src/lib.rs": "", **MANY, FLOW: ci(job("rust", "cargo test"))},
        {"test": "cargo test"},
    ),
    "uv without a lock, tests by a module": Shape(
        {"pyproject.toml": "[project]\nname = 'x'\n", "x.py": "", "tests/test_a.py": "",
         FLOW: ci(job("test", "uv run --python python3 python -m pytest"))},
        {"test": "python3 -m pytest"},
    ),
    "uv without a lock, tests by a program": Shape(
        {"pyproject.toml": "[project]\nname = 'x'\n", "x.py": "", "tests/test_a.py": "",
         FLOW: ci(job("test", "uv run pytest -q tests"))},
        {"test": "python3 -m pytest -q tests"},
    ),
    "uv without a lock, with what the project does not name": Shape(
        {"pyproject.toml": "[project]\nname = 'x'\n", "x.py": "", "tests/test_a.py": "",
         FLOW: ci(job("test", "uv run --with pytest pytest"))},
        {"test": "uv run --with pytest pytest"},
    ),
    "uv with a lock above the folder": Shape(
        {"pyproject.toml": "", "uv.lock": "", "x.py": "", "tests/test_a.py": "",
         FLOW: ci(job("test", "uv run pytest"))},
        {"test": "uv run --frozen pytest"},
    ),
    "rust whose CI permits what ruins a machine": Shape(
        {"Cargo.toml": WORKSPACE, "src/lib.rs": "",
         FLOW: ci(job("test", "cargo test --workspace", more="  env:\n    RUIN_MY_COMPUTER_WITH_INSTALLERS: all\n"))},
        {"test": "cargo test --workspace"},
    ),
    "make whose CI permits what wipes a disk": Shape(
        {"Makefile": "test:\n\t./t\n", "a.sh": "", FLOW: ci(job("test", "ALLOW_WIPE=1 make test"))},
        {"test": "make test"},
    ),
    "node whose CI says that its data may go": Shape(
        {"package.json": '{"scripts": {"test": "mocha"}}', "a.js": "",
         FLOW: ci(job("test", "npm test", more="  env:\n    DESTRUCTIVE_TESTS: 'true'\n    MODE: fast\n"))},
        {"test": "MODE=fast npm test"},
    ),
    "a switch against danger stays": Shape(
        {"package.json": '{"scripts": {"test": "mocha"}}', "a.js": "",
         FLOW: ci(job("test", "npm test", more="  env:\n    DESTRUCTIVE_TESTS: 'false'\n"))},
        {"test": "DESTRUCTIVE_TESTS=false npm test"},
    ),
    "haskell by cabal": Shape(
        CABAL, {"setup": "cabal build all --only-dependencies --enable-tests", "test": "cabal test all",
                "build": "cabal build all"},
    ),
    "haskell by a project of cabal": Shape(
        {"cabal.project": "packages: .\n", **CABAL}, {"test": "cabal test all", "build": "cabal build all"}
    ),
    "haskell by stack beside cabal": Shape({"stack.yaml": "", **CABAL}, {"test": "stack test", "build": "stack build"}),
    "r with testthat": Shape(
        {**R, "tests/testthat/test-a.R": ""},
        {"test": "Rscript -e 'testthat::test_local(stop_on_failure = TRUE)'", "build": "R CMD build .",
         "setup": "Rscript -e 'remotes::install_deps(dependencies = TRUE)'"},
    ),
    "r without tests": Shape(R, {"test": "", "build": "R CMD build ."}),
    "a description that is a text": Shape(
        {"DESCRIPTION": "Package: of sums\n", "a.sh": ""}, {"build": "", "setup": ""}
    ),
    "ocaml whose CI builds an alias that tests": Shape(
        {"dune-project": "", "src/a.ml": "",
         FLOW: ci(job("build", "opam exec -- dune build @install @check @runtest"))},
        {"test": "opam exec -- dune build @install @check @runtest", "build": "dune build"},
    ),
    "uv whose CI names a group": Shape(
        {"pyproject.toml": "", "uv.lock": "", "x.py": "", "tests/test_a.py": "",
         FLOW: ci(job("tests", "uv run --locked --no-default-groups --group dev tox run"))},
        {"test": "uv run --locked --no-default-groups --group dev tox run"},
    ),
    "uv whose CI names a group and a script": Shape(
        {"pyproject.toml": "", "uv.lock": "", "x.py": "", "tests/test_a.py": "",
         FLOW: ci(job("tests", "uv run --group tests pytest -q"))},
        {"test": "uv run --frozen --group tests pytest -q"},
    ),
    "task whose CI groups what it prints": Shape(
        {"Taskfile.yml": "version: 3\ntasks:\n  test: go test ./...\n", "go.mod": "module x\n", "a.go": "",
         FLOW: ci(job("tests", "task test --output=group --output-group-begin=x"))},
        {"test": "task test --output=group"},
    ),
    "maven whose CI tests documents, and builds for phones": Shape(
        {"pom.xml": "<project/>", "src/main/java/A.java": "",
         FLOW: ci(job("doctests", "mvn -Pdoctests clean test"), job("build-android", "mvn package -Dandroid"))},
        {"test": "mvn -B test", "build": "mvn -B package -DskipTests"},
    ),
    "gradle whose CI compiles snippets, and leaves a linter out": Shape(
        {"gradlew": "", "build.gradle.kts": "", "src/main/kotlin/A.kt": "", FLOW: ci(
            job("compile-test-snippets", "./gradlew test -Psnippets=true"), job("ci", "./gradlew build -x detekt"))},
        {"test": "./gradlew test --console=plain", "typecheck": "./gradlew testClasses --console=plain"},
    ),
    "an extension of postgres": Shape(
        {"Makefile": "include $(PGXS)\n", "src/a.c": "", FLOW: ci(job("build", "make", "make installcheck"))},
        {"test": "make installcheck"},
    ),
    "rust whose CI checks something else, and builds with features": Shape(
        {"Cargo.toml": CARGO, "src/lib.rs": "",
         FLOW: ci(job("types", "cargo check-external-types"), job("ffi", "cargo build --features client,ffi"))},
        {"typecheck": "cargo check --all-targets", "build": "cargo build --release"},
    ),
    "a collection with tests for pytest": Shape(
        {"galaxy.yml": "name: sums\n", "tests/unit/test_a.py": "", "requirements.txt": "", "plugins/a.py": ""},
        {"test": "", "setup": ""},
    ),
    "a collection whose tests lie beside it": Shape(
        {"galaxy.yml": "name: sums\n", "tests/test_a.py": "", "plugins/a.py": ""}, {"test": ""}
    ),
    "a collection whose CI names its own tests": Shape(
        {"galaxy.yml": "name: sums\n", "tests/unit/test_a.py": "", "requirements.txt": "", "plugins/a.py": "",
         FLOW: ci(job("units", "ansible-test units --docker -v"))},
        {"test": "ansible-test units --docker -v"},
    ),
    "a collection with a project around it": Shape(
        {"galaxy.yml": "name: sums\n", "tox.ini": "[pytest]\n", "tests/test_a.py": "", "plugins/a.py": ""},
        {"test": "python3 -m pytest"},
    ),
    "php with a front end whose make tests php": Shape(
        {"composer.json": "{}", "package.json": '{"scripts": {"test": "mocha"}}', "package-lock.json": "", "a.php": "",
         "a.js": "", "b.js": "", "Makefile": "test: test-api\ntest-api:\n\tphpunit tests\n"},
        {"test": "make test", "setup": "composer install --no-interaction"},
    ),
    "yarn and bun, of which CI takes one": Shape(
        {"package.json": '{"scripts": {"test": "mocha", "build": "x"}}', "yarn.lock": "", "bun.lock": "", "a.js": "",
         FLOW: ci(job("test", "bun install --frozen-lockfile", "bun run test"))},
        {"test": "bun run test", "build": "bun run build", "setup": "bun install --frozen-lockfile"},
    ),
    "npm and pnpm, of which CI takes one": Shape(
        {"package.json": '{"scripts": {"test": "mocha"}}', "pnpm-lock.yaml": "", "package-lock.json": "", "a.js": "",
         FLOW: ci(job("test", "npm ci"))},
        {"test": "npm test", "setup": "npm ci"},
    ),
    "npm and pnpm, and nothing says which": Shape(
        {"package.json": '{"scripts": {"test": "mocha"}}', "pnpm-lock.yaml": "", "package-lock.json": "", "a.js": ""},
        {"test": "pnpm test"},
    ),
    "packages that are named after one of them": Shape(
        {f"packages/{name}/{file}": text for name in ("angular_sums", "flutter_sums", "sums", "sums_test")
         for file, text in (("pubspec.yaml", f"name: {name}\n"), ("test/a_test.dart", ""))},
        {"test": "cd packages/sums && dart test"},
    ),
    "packages that are named after none of them": Shape(
        {f"packages/{name}/{file}": text for name in ("b_one", "c_two", "d_three")
         for file, text in (("pubspec.yaml", f"name: {name}\n"), ("test/a_test.dart", ""))},
        {"test": "cd packages/b_one && dart test"},
    ),
    "sources beside what comes next": Shape(
        {"new-cli/New.sln": "", "new-cli/a.cs": "", "src/Old.sln": "", "src/a.cs": ""},
        {"test": "cd src && dotnet test"},
    ),
    "go whose CI checks with make, and tests in another way": Shape(
        {"go.mod": "module x\n", "a.go": "", FLOW: ci(job("test", "make check")),
         "Makefile": "check: fmtcheck vet\nfmtcheck:\n\tgofmt -l .\nvet:\n\tgo vet .\ntest:\n\tgo test ./...\n"},
        {"test": "make test"},
    ),
    "go whose CI tests for another machine": Shape(
        {"go.mod": "module x\n", "a.go": "", FLOW: ci(job("test-386", "GOARCH=386 go test -short ./..."))},
        {"test": "go test ./..."},
    ),
    "c whose CI checks with make": Shape(
        {"configure.ac": "", "Makefile.am": "TESTS = a\n", "a.c": "", FLOW: ci(job("test", "make check"))},
        {"test": "make check"},
    ),
    "elixir whose CI tests what depends on it": Shape(
        {"mix.exs": "", "lib/a.ex": "", FLOW: ci(
            job("dependents", "mix test --slow", more=AT.format("${{ matrix.x }}")))},
        {"test": "mix test"},
    ),
    "node whose CI tests each part": Shape(
        {"package.json": '{"scripts": {"test": "mocha"}}', "a.js": "", FLOW: ci(
            job("t", "npm run test:x", more=AT.format("parts/${{ matrix.x }}")))},
        {"test": "npm test"},
    ),
    "go whose CI names the folder of the checkout": Shape(
        {"go.mod": "module x\n", "a.go": "", FLOW: ci(job("t", "go test -race ./...",
            more=AT.format("${{ github.workspace }}")))},
        {"test": "go test -race ./..."},
    ),
    "a role whose CI runs molecule": Shape(
        {"meta/main.yml": "", "tasks/main.yml": "", FLOW: ci(job("molecule", "molecule test"))},
        {"test": "molecule test"},
    ),
    "a role whose CI checks it out into a folder": Shape(
        {"meta/main.yml": "", "tasks/main.yml": "", FLOW: CHECKOUT + "      - run: molecule test\n        " + THERE},
        {"test": "molecule test"},
    ),
    "a program whose CI checks it out into a folder": Shape(
        {"go.mod": "module x\n", "a.go": "", FLOW: CHECKOUT + "      - run: go test -race ./...\n        " + THERE},
        {"test": "go test -race ./..."},
    ),
    "a program whose CI checks another one out into a folder": Shape(
        {"go.mod": "module x\n", "a.go": "",
         FLOW: CHECKOUT + "          repository: acme/y\n      - run: go test -race ./...\n        " + THERE},
        {"test": "go test ./..."},
    ),
}  # fmt: skip
