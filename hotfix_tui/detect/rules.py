"""Detection rules as data: which files suggest which command, best first within an ecosystem."""

from hotfix_tui.detect.rule import Rule

_PYTEST = "{py} pytest"
_PYTEST_CONFIG = (
    "key:pyproject.toml:tool.pytest",
    "file:pytest.ini",
    "file:.pytest.ini",
    r"text:tox.ini:\[pytest\]",
    r"text:setup.cfg:\[tool:pytest\]",
    "file:conftest.py",
    "file:tests/conftest.py",
    "file:test/conftest.py",
)
_HATCH = (
    "key:pyproject.toml:tool.hatch.envs",
    "not file:uv.lock",
    "not file:poetry.lock",
    "not file:pdm.lock",
)

_PYTHON: tuple[Rule, ...] = (
    # If notebooks are the source, their cells are the tests.
    Rule("python", "test", "nbdev-test", ("key:pyproject.toml:tool.nbdev",)),
    Rule("python", "test", "nbdev_test", (r"text:settings.ini:^\s*(?:nbs_path|lib_path)\s*=",)),
    Rule(
        "python",
        "test",
        "hatch run test",
        (*_HATCH, "key:pyproject.toml:tool.hatch.envs.default.scripts.test"),
    ),
    Rule("python", "test", "pdm run test", ("file:pdm.lock", "key:pyproject.toml:tool.pdm.scripts.test")),
    Rule("python", "test", "{py} poe test", ("key:pyproject.toml:tool.poe.tasks.test",)),
    Rule(
        "python",
        "test",
        "hatch test",
        (*_HATCH, "not key:pyproject.toml:tool.hatch.envs.default.scripts.test"),
    ),
    *(Rule("python", "test", _PYTEST, (condition,)) for condition in _PYTEST_CONFIG),
    Rule("python", "test", "{py} python manage.py test", ("file:manage.py",)),
    Rule("python", "test", _PYTEST, ("file:tests/test_*.py", "not text:tests/test_*.py:import unittest")),
    Rule("python", "test", _PYTEST, ("file:tests/test_*.py", "text:pyproject.toml:pytest")),
    Rule("python", "test", _PYTEST, ("file:tests/test_*.py", "text:requirements*.txt:pytest")),
    Rule(
        "python",
        "test",
        "{py} python -m unittest discover -s tests -t .",
        ("file:tests/test_*.py", "file:tests/__init__.py", "text:tests/test_*.py:import unittest"),
    ),
    Rule(
        "python",
        "test",
        "{py} python -m unittest discover -s tests",
        ("file:tests/test_*.py", "not file:tests/__init__.py", "text:tests/test_*.py:import unittest"),
    ),
    Rule("python", "test", _PYTEST, ("file:tests/", "not file:tests/test_*.py", "not file:manage.py")),
    Rule("python", "test", _PYTEST, ("text:pyproject.toml:^\\s*[\"']?pytest\\b", "not file:manage.py")),
    Rule("python", "test", _PYTEST, ("file:test_*.py", "not text:test_*.py:import unittest")),
    Rule("python", "test", "{py} python -m unittest", ("file:test_*.py", "text:test_*.py:import unittest")),
    *(
        Rule("python", "test", "{py} tox run", (condition,))
        for condition in (
            r"text:tox.ini:\[(tox|testenv)",
            "key:pyproject.toml:tool.tox",
            r"text:setup.cfg:\[tox",
            "file:tox.toml",
        )
    ),
    Rule("python", "test", "{py} nox", ("file:noxfile.py",)),
    *(
        Rule("python", "typecheck", "{py} mypy", ("key:pyproject.toml:tool.mypy", condition))
        for condition in ("key:pyproject.toml:tool.mypy.files", "key:pyproject.toml:tool.mypy.packages")
    ),
    *(
        Rule(
            "python",
            "typecheck",
            "{py} mypy",
            (rf"text:{name}:\s*(files|packages)\s*=", r"text:" + name + r":\[mypy\]"),
        )
        for name in ("mypy.ini", ".mypy.ini", "setup.cfg")
    ),
    *(
        Rule("python", "typecheck", "{py} mypy .", (condition,))
        for condition in (
            "key:pyproject.toml:tool.mypy",
            "file:mypy.ini",
            "file:.mypy.ini",
            r"text:setup.cfg:\[mypy",
        )
    ),
    Rule("python", "typecheck", "{py} basedpyright", ("key:pyproject.toml:tool.basedpyright",)),
    Rule("python", "typecheck", "{py} pyright", ("file:pyrightconfig.json",)),
    Rule("python", "typecheck", "{py} pyright", ("key:pyproject.toml:tool.pyright",)),
    Rule("python", "typecheck", "{py} ruff check .", ("key:pyproject.toml:tool.ruff",)),
    Rule("python", "typecheck", "{py} ruff check .", ("file:ruff.toml",)),
    Rule("python", "typecheck", "{py} ruff check .", ("file:.ruff.toml",)),
    Rule("python", "build", "uv build", ("key:pyproject.toml:build-system", "file:uv.lock")),
    Rule("python", "build", "poetry build", ("key:pyproject.toml:build-system", "file:poetry.lock")),
    Rule("python", "build", "pdm build", ("key:pyproject.toml:build-system", "file:pdm.lock")),
    Rule("python", "build", "hatch build", ("key:pyproject.toml:build-system", *_HATCH)),
    Rule("python", "build", "{py} python -m build", ("key:pyproject.toml:build-system", "not file:uv.lock")),
)


_ENABLES_TESTS = (
    r"^\s*(?:enable_testing|include\s*\(\s*CTest|add_test|gtest_discover_tests|catch_discover_tests)\b"
)
_CMAKE = ("file:CMakeLists.txt",)
_LEIN, _DEPS = ("file:project.clj",), ("file:deps.edn", "not file:project.clj")
_R = (r"text:DESCRIPTION:^Package:\s*\S",)
_STACK = ("file:stack.yaml",)
_CABAL = (("file:cabal.project",), ("file:*.cabal",))
_SUITE = r"text:*.cabal:(?i)^\s*test-suite\s"
_TESTED = (("file:cabal.project", "not file:*.cabal"), ("file:*.cabal", _SUITE))
"""Without a suite `cabal test` is green for nothing; with packages in folders one file does not say."""

_NATIVE: tuple[Rule, ...] = (
    Rule("scala", "test", "sbt test", ("file:build.sbt",)),
    Rule("scala", "typecheck", "sbt Test/compile", ("file:build.sbt",)),
    Rule("scala", "build", "sbt package", ("file:build.sbt",)),
    *(
        Rule("scala", kind, f"{program} {words}", (f"file:{file}", has))
        for file in ("build.mill", "build.sc")
        for program, has in (("./mill", "file:mill"), ("mill", "not file:mill"))
        for kind, words in (("test", "__.test"), ("typecheck", "__.compile"))
    ),
    Rule("clojure", "setup", "lein deps", _LEIN),
    Rule("clojure", "test", "lein sub test", (*_LEIN, r"text:project.clj:lein-sub\b")),
    Rule("clojure", "test", "lein test", (*_LEIN, r"not text:project.clj:lein-sub\b")),
    Rule(
        "clojure",
        "test",
        "clojure -M:test",
        (*_DEPS, r"text:deps.edn:^\s*\{?:?.*:test\b", r"text:deps.edn::main-opts"),
    ),
    Rule("clojure", "test", "clojure -X:test", (*_DEPS, r"text:deps.edn::test\b", r"text:deps.edn::exec-fn")),
    Rule("haskell", "setup", "stack build --only-dependencies --test", _STACK),
    *(
        Rule("haskell", "setup", "cabal build all --only-dependencies --enable-tests", when)
        for when in _CABAL
    ),
    Rule("haskell", "test", "stack test", _STACK),
    *(Rule("haskell", "test", "cabal test all", (*when, "not file:stack.yaml")) for when in _TESTED),
    Rule("haskell", "build", "stack build", _STACK),
    *(Rule("haskell", "build", "cabal build all", when) for when in _CABAL),
    Rule("zig", "test", "zig build test", ("file:build.zig", r'text:build.zig:step\(\s*"test"')),
    Rule("zig", "build", "zig build", ("file:build.zig",)),
    Rule(
        "ocaml", "setup", "opam install . --deps-only --with-test --yes", ("file:dune-project", "file:*.opam")
    ),
    Rule("ocaml", "test", "dune runtest", ("file:dune-project",)),
    Rule("ocaml", "typecheck", "dune build @check", ("file:dune-project",)),
    Rule("ocaml", "build", "dune build", ("file:dune-project",)),
    # Next to erlang.mk, a rebar.config is there for projects that depend on this one.
    Rule("erlang", "setup", "make deps", ("file:erlang.mk",)),
    Rule("erlang", "test", "make tests", ("file:erlang.mk",)),
    Rule("erlang", "typecheck", "make dialyze", ("file:erlang.mk",)),
    Rule("erlang", "build", "make", ("file:erlang.mk",)),
    # rebar3 itself is made by a script of its own, and tested with what that makes.
    Rule("erlang", "setup", "./bootstrap", ("file:rebar.config", "file:bootstrap", "not file:erlang.mk")),
    Rule("erlang", "test", "rebar3 do eunit, ct", ("file:test/*_SUITE.erl", "not file:erlang.mk")),
    Rule(
        "erlang",
        "test",
        "rebar3 eunit",
        ("file:rebar.config", "not file:test/*_SUITE.erl", "not file:erlang.mk"),
    ),
    Rule("erlang", "build", "rebar3 compile", ("file:rebar.config", "not file:erlang.mk")),
    Rule("gleam", "test", "gleam test", ("file:gleam.toml",)),
    Rule("gleam", "typecheck", "gleam check", ("file:gleam.toml",)),
    Rule("gleam", "build", "gleam build", ("file:gleam.toml",)),
    Rule("crystal", "setup", "shards install", ("file:shard.yml",)),
    Rule("crystal", "test", "crystal spec", ("file:spec/",)),
    Rule("crystal", "build", "shards build --production", ("file:shard.yml", "text:shard.yml:^targets:")),
    Rule("nim", "test", "nimble test", ("file:*.nimble",)),
    Rule("nim", "build", "nimble build", ("file:*.nimble", r"text:*.nimble:^bin\s*=")),
    Rule(
        "julia",
        "test",
        "julia --project=. -e 'using Pkg; Pkg.test()'",
        ("file:Project.toml", "file:test/runtests.jl"),
    ),
    Rule("julia", "setup", "julia --project=. -e 'using Pkg; Pkg.instantiate()'", ("file:Project.toml",)),
    Rule("perl", "setup", "carton install --deployment", ("file:cpanfile.snapshot",)),
    Rule("perl", "test", "carton exec -- prove -lr t", ("file:cpanfile.snapshot", "file:t/")),
    *(
        Rule("perl", "setup", "cpanm --installdeps --quiet .", (f"file:{name}",))
        for name in ("cpanfile", "Makefile.PL", "Build.PL")
    ),
    Rule("perl", "test", "prove -lr t", ("file:t/",)),
    Rule("lua", "test", "busted", ("file:.busted",)),
    Rule("r", "setup", "Rscript -e 'remotes::install_deps(dependencies = TRUE)'", _R),
    # It ends with an error where a test fails; test() of devtools does not unless told so.
    Rule(
        "r",
        "test",
        "Rscript -e 'testthat::test_local(stop_on_failure = TRUE)'",
        (*_R, "file:tests/testthat/"),
    ),
    Rule("r", "build", "R CMD build .", _R),
    Rule("cmake", "setup", "cmake -S . -B {build}", _CMAKE),
    Rule(
        "cmake",
        "test",
        "sh -c 'cmake --build {build} && ctest --test-dir {build} --output-on-failure'",
        (*_CMAKE, f"text:CMakeLists.txt:{_ENABLES_TESTS}"),
    ),
    Rule(
        "cmake",
        "test",
        "sh -c 'cmake --build {build} && ctest --test-dir {build} --output-on-failure'",
        (*_CMAKE, "file:test*/CMakeLists.txt"),
    ),
    Rule("cmake", "build", "cmake --build {build}", _CMAKE),
    Rule("meson", "setup", "meson setup {build}", ("file:meson.build",)),
    Rule("meson", "test", "meson test -C {build} --print-errorlogs", ("file:meson.build",)),
    Rule("meson", "build", "meson compile -C {build}", ("file:meson.build",)),
    Rule(
        "autotools", "setup", "sh -c './autogen.sh && ./configure'", ("file:configure.ac", "file:autogen.sh")
    ),
    Rule(
        "autotools",
        "setup",
        "sh -c './bootstrap && ./configure'",
        ("file:configure.ac", "file:bootstrap", "not file:autogen.sh"),
    ),
    Rule(
        "autotools",
        "setup",
        "sh -c 'autoreconf -i && ./configure'",
        ("file:configure.ac", "not file:autogen.sh", "not file:bootstrap"),
    ),
    Rule("autotools", "build", "make", ("file:configure.ac",)),
    Rule("hugo", "build", "hugo --gc --minify", ("file:hugo.toml",)),
    Rule("hugo", "build", "hugo --gc --minify", ("file:hugo.yaml",)),
    Rule("hugo", "build", "hugo --gc --minify", ("file:hugo.json",)),
    Rule("hugo", "build", "hugo --gc --minify", ("file:archetypes/default.md",)),
    *(
        Rule("bazel", kind, f"bazel {words}", (f"file:{file}",))
        for file in ("MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel")
        for kind, words in (("test", "test //..."), ("build", "build //..."))
    ),
)
"""Less frequent languages and build tools. If the tests have to be built first and no single command does both, the
test command is two commands for ``sh``."""


ECOSYSTEM_FILES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("elixir", ("mix.exs",)),
    ("ruby", ("Gemfile", "bin/rails", ".rspec", "gems.rb")),
    ("php", ("composer.json", "artisan")),
    (
        "python",
        ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "requirements*.txt", "manage.py", "tox.ini"),
    ),
    ("go", ("go.mod", "go.work")),
    ("rust", ("Cargo.toml",)),
    ("jvm", ("mvnw", "pom.xml", "gradlew", "build.gradle*", "settings.gradle*")),
    ("dotnet", ("*.sln", "*.slnx", "*.csproj", "*.fsproj")),
    ("swift", ("Package.swift",)),
    ("dart", ("pubspec.yaml",)),
    ("scala", ("build.sbt", "build.mill", "build.sc")),
    ("clojure", ("project.clj", "deps.edn")),
    ("haskell", ("stack.yaml", "cabal.project", "*.cabal")),
    ("zig", ("build.zig",)),
    ("ocaml", ("dune-project",)),
    ("erlang", ("rebar.config", "erlang.mk")),
    ("gleam", ("gleam.toml",)),
    ("crystal", ("shard.yml",)),
    ("nim", ("*.nimble",)),
    ("julia", ("Project.toml",)),
    ("perl", ("cpanfile", "Makefile.PL", "dist.ini", "Build.PL")),
    ("lua", (".busted",)),
    ("r", ("DESCRIPTION",)),
    ("cmake", ("CMakeLists.txt",)),
    ("meson", ("meson.build",)),
    ("autotools", ("configure.ac",)),
    ("deno", ("deno.json", "deno.jsonc")),
    ("node", ("package.json",)),
    ("hugo", ("hugo.toml", "hugo.yaml", "hugo.json", "archetypes/default.md")),
    ("bazel", ("MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel")),
)
"""How an ecosystem is recognised, in the order in which its commands are preferred."""

_NO_MVNW = ("file:pom.xml", "not file:mvnw")
_GRADLE = ("file:build.gradle*", "not file:gradlew")
_ANDROID = r"android[.-](?:application|library)|com\.android"
_CLASSES = (
    *(
        f"not text:{place}:{_ANDROID}"
        for place in ("build.gradle", "build.gradle.kts", "gradle/libs.versions.toml")
    ),
    *(f"not text:{place}:{_ANDROID}" for place in ("app/build.gradle", "app/build.gradle.kts")),
)
"""Android's plugins create no `testClasses` task."""

_OTHERS: tuple[Rule, ...] = (
    *(
        Rule("rust", kind, f"{words}{locked}{all}{more}", (*when, *lock, *part))
        for locked, lock in ((" --locked", ("file:Cargo.lock",)), ("", ("not file:Cargo.lock",)))
        for all, part in (
            (" --workspace", ("key:Cargo.toml:workspace",)),
            ("", ("not key:Cargo.toml:workspace",)),
        )
        for kind, words, more, when in (
            ("test", "cargo nextest run", "", ("file:Cargo.toml", "file:.config/nextest.toml")),
            ("test", "cargo test", "", ("file:Cargo.toml",)),
            ("typecheck", "cargo check", " --all-targets", ("file:Cargo.toml",)),
            ("build", "cargo build --release", "", ("file:Cargo.toml",)),
        )
    ),
    Rule("go", "test", "go test ./...", ("file:go.mod",)),
    Rule("go", "typecheck", "go vet ./...", ("file:go.mod",)),
    Rule("go", "typecheck", "golangci-lint run", ("file:.golangci.*",)),
    Rule("go", "build", "go build ./...", ("file:go.mod",)),
    Rule("jvm", "test", "./mvnw -B test", ("file:mvnw",)),
    Rule("jvm", "test", "mvn -B test", _NO_MVNW),
    Rule("jvm", "test", "./gradlew test --console=plain", ("file:gradlew",)),
    Rule("jvm", "test", "gradle test --console=plain", _GRADLE),
    Rule("jvm", "typecheck", "./mvnw -B test-compile", ("file:mvnw",)),
    Rule("jvm", "typecheck", "mvn -B test-compile", _NO_MVNW),
    Rule("jvm", "typecheck", "./gradlew testClasses --console=plain", ("file:gradlew", *_CLASSES)),
    Rule("jvm", "typecheck", "gradle testClasses --console=plain", (*_GRADLE, *_CLASSES)),
    Rule("jvm", "build", "./mvnw -B package -DskipTests", ("file:mvnw",)),
    Rule("jvm", "build", "mvn -B package -DskipTests", _NO_MVNW),
    Rule("jvm", "build", "./gradlew assemble --console=plain", ("file:gradlew",)),
    Rule("jvm", "build", "gradle assemble --console=plain", _GRADLE),
    *(
        rule
        for name in ("*.sln", "*.slnx", "*.csproj", "*.fsproj")
        for rule in (
            Rule(
                "dotnet", "setup", "dotnet restore --locked-mode", (f"file:{name}", "file:packages.lock.json")
            ),
            Rule("dotnet", "setup", "dotnet restore", (f"file:{name}", "not file:packages.lock.json")),
            Rule("dotnet", "test", "dotnet test", (f"file:{name}",)),
            Rule("dotnet", "build", "dotnet build -c Release", (f"file:{name}",)),
        )
    ),
    Rule("ruby", "setup", "bundle install", ("file:Gemfile",)),
    Rule("ruby", "test", "bundle exec rspec", ("file:.rspec", "file:Gemfile")),
    Rule("ruby", "test", "bundle exec rspec", ("file:spec/", "file:Gemfile", "text:Gemfile:rspec")),
    Rule("ruby", "test", "rspec", ("file:.rspec", "not file:Gemfile")),
    Rule("ruby", "test", "bin/rails test", ("file:bin/rails", "file:test/")),
    Rule("ruby", "test", "bin/rails test", ("file:bin/rails", "not file:spec/", "not file:.rspec")),
    Rule("ruby", "typecheck", "bundle exec srb tc", ("file:sorbet/config", "file:Gemfile")),
    Rule("ruby", "typecheck", "bundle exec rubocop", ("file:.rubocop.yml", "file:Gemfile")),
    Rule("ruby", "build", "bin/rails assets:precompile", ("file:bin/rails",)),
    Rule("php", "setup", "composer install --no-interaction", ("file:composer.json",)),
    Rule("php", "test", "composer test", ("key:composer.json:scripts.test",)),
    Rule("php", "test", "php artisan test", ("file:artisan",)),
    Rule("php", "test", "vendor/bin/pest", ("key:composer.json:require-dev.pestphp/pest",)),
    Rule("php", "test", "vendor/bin/phpunit", ("file:phpunit.xml*",)),
    Rule("php", "typecheck", "vendor/bin/phpstan analyse", ("file:phpstan.*",)),
    Rule(
        "php",
        "typecheck",
        "vendor/bin/phpstan analyse",
        ("key:composer.json:require-dev.phpstan/phpstan", "file:src/"),
    ),
    Rule("php", "typecheck", "vendor/bin/phpstan analyse", ("file:phpstan.dist.*",)),
    Rule("php", "typecheck", "vendor/bin/psalm", ("file:psalm.xml*",)),
    Rule("elixir", "setup", "mix deps.get", ("file:mix.exs",)),
    Rule("elixir", "test", "mix test", ("file:mix.exs",)),
    Rule("elixir", "typecheck", "mix compile --warnings-as-errors", ("file:mix.exs",)),
    Rule("elixir", "typecheck", "mix dialyzer", ("text:mix.exs::dialyxir",)),
    Rule("elixir", "build", "mix release", (r"text:mix.exs:^\s*(?:releases:|def releases\b)",)),
    *(
        rule
        for name in ("deno.json", "deno.jsonc")
        for rule in (
            Rule("deno", "test", "deno task test", (f"key:{name}:tasks.test",)),
            Rule("deno", "test", "deno test", (f"file:{name}", f"not key:{name}:tasks.test")),
            Rule("deno", "typecheck", "deno task check", (f"key:{name}:tasks.check",)),
            Rule("deno", "typecheck", "deno check .", (f"file:{name}", f"not key:{name}:tasks.check")),
            Rule("deno", "build", "deno task build", (f"key:{name}:tasks.build",)),
        )
    ),
    Rule("dart", "setup", "melos bootstrap", ("file:melos.yaml",)),
    Rule("dart", "setup", "melos bootstrap", ("text:pubspec.yaml:^melos:",)),
    Rule("dart", "test", "melos run test", ("text:melos.yaml:^  test:",)),
    Rule("dart", "test", "melos run test", ("text:pubspec.yaml:^melos:", "text:pubspec.yaml:^    test:")),
    Rule(
        "dart",
        "test",
        "melos exec --dir-exists=test -- dart test",
        ("file:melos.yaml", "not text:melos.yaml:^  test:"),
    ),
    Rule("dart", "typecheck", "melos run analyze", ("text:melos.yaml:^  analyze:",)),
    Rule("dart", "setup", "flutter pub get", (r"text:pubspec.yaml:\s+sdk:\s*flutter",)),
    Rule("dart", "setup", "dart pub get", ("file:pubspec.yaml", r"not text:pubspec.yaml:\s+sdk:\s*flutter")),
    Rule("dart", "test", "flutter test", (r"text:pubspec.yaml:\s+sdk:\s*flutter", "file:test/")),
    Rule(
        "dart",
        "test",
        "dart test",
        ("file:pubspec.yaml", "file:test/", r"not text:pubspec.yaml:\s+sdk:\s*flutter"),
    ),
    Rule("dart", "typecheck", "flutter analyze", (r"text:pubspec.yaml:\s+sdk:\s*flutter",)),
    Rule(
        "dart", "typecheck", "dart analyze", ("file:pubspec.yaml", r"not text:pubspec.yaml:\s+sdk:\s*flutter")
    ),
    Rule("swift", "setup", "swift package resolve", ("file:Package.swift",)),
    Rule(
        "swift",
        "test",
        "swift test",
        ("file:Package.swift", "file:Tests/", r"text:Package.swift:\.testTarget\("),
    ),
    *(
        Rule(
            "swift", "test", f"{start}fastlane {lane}", (*more, rf"text:fastlane/Fastfile:^\s*lane :{lane}\b")
        )
        for start, more in (("bundle exec ", ("file:Gemfile",)), ("", ("not file:Gemfile",)))
        for lane in ("tests", "test", "unit_tests")
    ),
    Rule("swift", "build", "swift build -c release", ("file:Package.swift",)),
)

RULES: tuple[Rule, ...] = _PYTHON + _OTHERS + _NATIVE
