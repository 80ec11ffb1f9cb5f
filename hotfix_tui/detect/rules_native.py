"""Detection rules for less frequent languages and build tools, best first.

If the tests have to be built first and no single command does both, the test command is two commands for ``sh``.
"""

from hotfix_tui.detect.rule import Rule

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

NATIVE: tuple[Rule, ...] = (
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
