"""Shapes whose suite is not what it looks like: made of several, switched on by CI, there by name alone."""

from tests.detect.shapes import FLOW, Shape, ci, job
from tests.repos import package

CABAL = "name: x\nversion: 1\n"
SUITE = CABAL + "\ntest-suite spec\n  type: exitcode-stdio-1.0\n"
SWIFT = 'let package = Package(name: "X", targets: [.target(name: "X"){}])\n'
CMAKE = "project(x)\noption(X_BUILD_TESTS {} {})\nadd_library(x x.c)\ninclude(CTest)\n"
PY_AND_JS = {
    "pyproject.toml": "[tool.pytest.ini_options]\n",
    "a.py": "",
    "package.json": package(scripts={"test": "jest"}, devDependencies={"jest": "1"}),
    "package-lock.json": "{}",
    "a.js": "",
}
CONTAINERS = "\tdocker compose run --rm tests bin/tests\n"
PIP = {"requirements.txt": "x\n", "requirements/dev.txt": "pytest\n", "a.py": "", "tests/test_a.py": ""}

SHAPES: dict[str, Shape] = {
    "python and javascript whose Makefile tests both": Shape(
        {
            **PY_AND_JS,
            "Makefile": "test-py:\n\tpytest .\n\ntest:\n\tmake test-py && npm run test\n",
            FLOW: ci(job("javascript", "npm ci", "npm run test"), job("python", "make test-py")),
        },
        {"test": "make test"},
    ),
    "python and javascript whose Makefile tests both as its prerequisites": Shape(
        {
            **PY_AND_JS,
            "Makefile": "test: py js\npy:\n\tpython3 -m pytest\njs:\n\tnpm run test\n",
            FLOW: ci(job("js", "npm run test")),
        },
        {"test": "make test"},
    ),
    "python and javascript whose Makefile tests one": Shape(
        {**PY_AND_JS, "Makefile": "test:\n\tnpm run lint\n", FLOW: ci(job("python", "python -m pytest"))},
        {"test": "python3 -m pytest"},
    ),
    "python whose Makefile tests in containers": Shape(
        {**PIP, "Makefile": "tests:\n" + CONTAINERS, FLOW: ci(job("build", "make tests"))},
        {"setup": "", "test": "make tests"},
    ),
    "python whose Makefile tests here": Shape(
        {**PIP, "Makefile": "tests:\n\tpytest tests\n", FLOW: ci(job("build", "make tests"))},
        {"test": "make tests"},
    ),
    "python whose Makefile also tests in containers by another target": Shape(
        {**PIP, "Makefile": "test:\n\tpytest -m quick tests\n\ntest-images:\n\tdocker compose up\n"},
        {"test": "make test"},
    ),
    "python whose Makefile builds images by a target of a longer name": Shape(
        {**PIP, "Makefile": "test.images:\n\tdocker compose up\ntest:\n\tX=1 pytest\n"},
        {"test": "make test"},
    ),
    "python whose justfile also tests in containers by another recipe": Shape(
        {**PIP, "justfile": "test:\n    pytest tests\n\ntest-all:\n    docker compose up\n"},
        {"test": "just test"},
    ),
    "django that CI tests in an image": Shape(
        {
            "requirements.txt": "django\n",
            "shop/manage.py": "",
            FLOW: ci(
                job(
                    "test",
                    'docker run --link db img sh -c "pip3 install x && python3 shop/manage.py test api"',
                )
            ),
        },
        {"test": "python3 shop/manage.py test api"},
    ),
    "python that CI tests by a script in an image": Shape(
        {
            "requirements.txt": "flask\n",
            "shop/run_basic_tests.sh": "",
            FLOW: ci(
                job("test", "docker run x bash -c 'cd shop && pytest tests/unit/test_a.py'"),
                job("all", "docker run x bash -c 'cd shop && ./run_basic_tests.sh'"),
            ),
        },
        {"test": "cd shop && ./run_basic_tests.sh"},
    ),
    "node that CI tests with compose": Shape(
        {
            "package.json": package(dependencies={"x": "1"}),
            FLOW: ci(job("test", 'docker compose run --rm web sh -c "npm ci; npx mocha"')),
        },
        {"test": "npx --no-install mocha"},
    ),
    "python whose Makefile tests what CI tests in an image": Shape(
        {
            **PIP,
            "Makefile": "test:\n\tpytest tests\n",
            FLOW: ci(job("test", 'docker run x sh -c "pytest -x tests"')),
        },
        {"test": "make test"},
    ),
    "haskell whose program tests itself, as its README tells": Shape(
        {
            "x.cabal": CABAL,
            "X.hs": "",
            "README.md": "# X\n\n### How to run tests\n\nBy `:test`, or by `cabal run -- x --test` or `x`.\n",
        },
        {"test": "cabal run -- x --test"},
    ),
    "python whose guide tells how to test": Shape(
        {
            "requirements.txt": "x\n",
            "a.py": "",
            "CONTRIBUTING.md": "## Running the tests\n\n```sh\n$ python butler.py py_unittest\n```\n",
        },
        {"test": "python butler.py py_unittest"},
    ),
    "php whose guide tells how to test": Shape(
        {
            "composer.json": "{}",
            "a.php": "",
            "docs/DEVELOPMENT.md": "Testing\n\n## Testing\n\n    composer check-all\n    php tests/all.php tests\n",
        },
        {"test": "php tests/all.php tests"},
    ),
    "python whose README tells of other tests": Shape(
        {
            "requirements.txt": "x\n",
            "a.py": "",
            "README.md": "## Usage in tests\n\n```sh\npytest --x\n```\n\n## Running tests\n\n`pytest <path/to/test>`\n",
        },
        {"test": ""},
    ),
    "swift whose tests fastlane runs": Shape(
        {
            "Package.swift": SWIFT.format(""),
            "X.swift": "",
            "Gemfile": "gem 'fastlane'\n",
            "fastlane/Fastfile": "platform :ios do\n  lane :tests do\n  end\nend\n",
        },
        {"test": "bundle exec fastlane tests"},
    ),
    "swift whose tests fastlane runs without bundler": Shape(
        {"Package.swift": SWIFT.format(""), "X.swift": "", "fastlane/Fastfile": "lane :test do\nend\n"},
        {"test": "fastlane test"},
    ),
    "swift whose tests fastlane runs besides its own": Shape(
        {
            "Package.swift": SWIFT.format(', .testTarget(name: "T")'),
            "X.swift": "",
            "Tests/T.swift": "",
            "fastlane/Fastfile": "lane :test do\nend\n",
        },
        {"test": "swift test"},
    ),
    "go whose Makefile also tests a folder of node": Shape(
        {
            "go.mod": "module x\n",
            "a.go": "package x\n",
            "ui/package.json": package(scripts={"test": "vitest run"}),
            "ui/yarn.lock": "__metadata:\n",
            "Makefile": "test: test-go test-js\ntest-go:\n\tgo test ./...\ntest-js:\n\t(cd ui && CI=true yarn test)\n",
        },
        {"test": "make test", "setup": "cd ui && yarn install --immutable"},
    ),
    "go whose Makefile, as CI runs it, also tests a folder of node": Shape(
        {
            "go.mod": "module x\n",
            "a.go": "package x\n",
            "ui/package.json": package(scripts={"test": "vitest run"}),
            "ui/package-lock.json": "{}",
            "Makefile": "test:\n\tgo test ./...\n\t(cd ui && npm test)\n",
            FLOW: ci(job("test", "make test")),
        },
        {"test": "make test", "setup": "cd ui && npm ci"},
    ),
    "php whose Makefile also tests a folder of node": Shape(
        {
            "composer.json": "{}",
            "a.php": "",
            "web/package.json": package(scripts={"test": "vitest run"}),
            "web/package-lock.json": "{}",
            "Makefile": "test:\n\tvendor/bin/phpunit\n\tnpm --prefix web test\n",
        },
        {"test": "make test", "setup": "sh -c 'composer install --no-interaction && (cd web && npm ci)'"},
    ),
    "python and javascript whose Makefile needs both": Shape(
        {
            **PY_AND_JS,
            "uv.lock": "version = 1\n",
            "Makefile": "test: py js\npy:\n\tuv run --frozen pytest\njs:\n\tnpm run test\n",
        },
        {"test": "make test", "setup": "sh -c 'uv sync --frozen && npm ci'"},
    ),
    "haskell without a suite": Shape(
        {"x.cabal": CABAL, "X.hs": ""}, {"test": "", "build": "cabal build all"}
    ),
    "haskell with a project and without a suite": Shape(
        {"x.cabal": CABAL, "cabal.project": "packages: .\n", "X.hs": ""}, {"test": ""}
    ),
    "haskell with a suite": Shape({"x.cabal": SUITE, "X.hs": ""}, {"test": "cabal test all"}),
    "haskell with packages in folders": Shape(
        {"cabal.project": "packages: */*.cabal\n", "a/a.cabal": SUITE, "a/A.hs": ""},
        {"test": "cabal test all"},
    ),
    "swift whose tests are in a project of Xcode alone": Shape(
        {"Package.swift": SWIFT.format(""), "Tests/XTests/X.swift": "", "Sources/X/X.swift": ""}, {"test": ""}
    ),
    "swift with a target of tests": Shape(
        {
            "Package.swift": SWIFT.format(', .testTarget(name: "XTests")'),
            "Tests/XTests/X.swift": "",
            "Sources/X/X.swift": "",
        },
        {"test": "swift test"},
    ),
    "cmake whose tests CI switches on": Shape(
        {
            "CMakeLists.txt": CMAKE.format('"Build tests"', "OFF"),
            "x.c": "",
            ".gitignore": "build\n",
            FLOW: ci(job("linux", "cmake -B build -S . -DX_BUILD_TESTS=ON", "ctest --test-dir build")),
        },
        {"setup": "cmake -S . -B build -DX_BUILD_TESTS=ON"},
    ),
    "cmake whose tests are on": Shape(
        {
            "CMakeLists.txt": CMAKE.format('"Build tests"', "ON"),
            "x.c": "",
            ".gitignore": "build\n",
            FLOW: ci(job("linux", "cmake -B build -S . -DX_BUILD_TESTS=ON", "ctest --test-dir build")),
        },
        {"setup": "cmake -S . -B build"},
    ),
    "cmake whose CI switches on what its files do not know": Shape(
        {
            "CMakeLists.txt": "project(x)\ninclude(CTest)\n",
            "x.c": "",
            ".gitignore": "build\n",
            FLOW: ci(job("linux", "cmake -B build -DY_BUILD_TESTS=ON -DX_SSL_TESTS=ON", "ctest")),
        },
        {"setup": "cmake -S . -B build"},
    ),
    "cmake beside bazel": Shape(
        {
            "CMakeLists.txt": "project(x)\nadd_executable(x x.c)\ninclude(CTest)\n",
            "MODULE.bazel": "",
            "x.c": "",
            ".gitignore": "build\n",
            FLOW: ci(job("bazel", "bazelisk build //..."), job("linux", "ctest -j 2")),
        },
        {"build": "cmake --build build"},
    ),
    "erlang that makes the tool that it is tested with": Shape(
        {
            "rebar.config": "",
            "bootstrap": "",
            "src/a.erl": "",
            FLOW: ci(job("linux", "./bootstrap", "./rebar3 ct")),
        },
        {"setup": "./bootstrap", "test": "./rebar3 ct"},
    ),
    "erlang with the tool elsewhere": Shape(
        {"rebar.config": "", "src/a.erl": "", FLOW: ci(job("linux", "rebar3 ct"))},
        {"setup": "", "test": "rebar3 ct"},
    ),
    "erlang whose CI does both": Shape(
        {"rebar.config": "", "src/a.erl": "", FLOW: ci(job("linux", "rebar3 do eunit, ct"))},
        {"test": "rebar3 do eunit, ct"},
    ),
    "shell that is tested with itself": Shape(
        {"bin/bats": "", "test/a.bats": "", FLOW: ci(job("linux", "npm i -g .", "bats test --tap"))},
        {"test": "bin/bats test --tap"},
    ),
    "shell that is tested with what is installed": Shape(
        {"bin/x": "", "test/a.bats": "", FLOW: ci(job("linux", "bats test"))}, {"test": "bats test"}
    ),
    "shell that CI calls by its path": Shape(
        {"bin/bats": "", "test/a.bats": "", FLOW: ci(job("linux", "./bin/bats test"))},
        {"test": "./bin/bats test"},
    ),
    "rails whose CI runs all tests": Shape(
        {
            "Gemfile": "gem 'rails'\n",
            "a.rb": "",
            "bin/rails": "",
            "test/a_test.rb": "",
            FLOW: ci(job("test", "bundle exec rails test:all")),
        },
        {"test": "bundle exec rails test:all"},
    ),
    "rails whose CI runs its system tests apart": Shape(
        {
            "Gemfile": "gem 'rails'\n",
            "a.rb": "",
            "bin/rails": "",
            "test/a_test.rb": "",
            FLOW: ci(job("test", "bundle exec rails test:system")),
        },
        {"test": "bin/rails test"},
    ),
    "elixir whose CI prepares what its type check reads": Shape(
        {"mix.exs": "", "lib/a.ex": "", FLOW: ci(job("lint", "mix dialyzer.build", "mix dialyzer"))},
        {"typecheck": "mix dialyzer"},
    ),
    "elixir whose CI prepares that alone": Shape(
        {"mix.exs": "", "lib/a.ex": "", FLOW: ci(job("lint", "mix dialyzer.build"))},
        {"typecheck": "mix compile --warnings-as-errors"},
    ),
    "node whose CI writes a report": Shape(
        {
            "package.json": package(scripts={"test": "hardhat test"}),
            "package-lock.json": "{}",
            "a.js": "",
            FLOW: ci(job("tests", "npm ci", "npm run test -- --gas-stats-json gas.json")),
        },
        {"test": "npm run test"},
    ),
    "python whose CI writes a report": Shape(
        {
            "pyproject.toml": "[tool.pytest.ini_options]\n",
            "a.py": "",
            FLOW: ci(job("tests", "pytest -q --html-report out/report.html tests")),
        },
        {"test": "python3 -m pytest -q tests"},
    ),
    "node whose CI passes what its tests need": Shape(
        {
            "package.json": package(scripts={"test": "mocha"}),
            "package-lock.json": "{}",
            "a.js": "",
            FLOW: ci(job("tests", "npm run test -- --config test/a.json")),
        },
        {"test": "npm run test -- --config test/a.json"},
    ),
    "a collection of workflows for other repositories": Shape(
        {
            "README.md": "",
            ".github/workflows/site.yml": ci(job("build", "npm ci", "npm test"), on="workflow_call"),
        },
        {"test": ""},
    ),
    "go with a front end that CI tests by its folder": Shape(
        {
            "go.mod": "",
            "a.go": "",
            "web/package.json": package(scripts={"test": "jest"}),
            FLOW: ci(job("go", "go test ./..."), job("web", "npm test --prefix web")),
        },
        {"test": "go test ./..."},
    ),
    "node that CI tests at its root": Shape(
        {
            "package.json": package(scripts={"test": "node --test"}),
            "a.js": "",
            FLOW: ci(job("x", "npm test")),
        },
        {"test": "npm test"},
    ),
    "perl with its dependencies written down": Shape(
        {"cpanfile": "", "cpanfile.snapshot": "", "t/a.t": "", "lib/A.pm": ""},
        {"setup": "carton install --deployment", "test": "carton exec -- prove -lr t"},
    ),
    "perl with a list of them": Shape(
        {"cpanfile": "", "t/a.t": "", "lib/A.pm": ""},
        {"setup": "cpanm --installdeps --quiet .", "test": "prove -lr t"},
    ),
}
