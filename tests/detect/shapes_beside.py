"""Shapes whose first manifest is not how the project itself is built or tested: it is there for other people's
tools.
"""

from tests.detect.shapes import FLOW, Shape, ci, job
from tests.repos import package

ANDROID = "plugins {\n    alias(libs.plugins.com.android.application) apply false\n}\n"
CATALOGUE = '[plugins]\nandroid-library = { id = "com.android.library", version.ref = "agp" }\n'
PRESUBMIT = '---\nplatforms:\n  ubuntu2204:\n    test_targets:\n    - "//..."\n'
MODULE = 'module(name = "x")\n'
INSTALLS = (
    'all: build\nbuild:\n\tcc x.c\nbootstrap: install-config\n\t./x make --tree="$(DESTDIR)$(prefix)"\n'
)

SHAPES: dict[str, Shape] = {
    "haskell whose make check is about its packages": Shape(
        {
            "stack.yaml": "",
            "cabal.project": "",
            "a/a.cabal": "",
            "a/A.hs": "",
            "Makefile": "check:\n\tcd a && cabal check && packdeps a.cabal\n\n.PHONY: all check\n",
            FLOW: ci(job("linux", "cabal v2-update", "cabal v2-test --disable-optimization all")),
        },
        {"test": "cabal v2-test --disable-optimization all"},
    ),
    "go whose make check only lints": Shape(
        {
            "go.mod": "",
            "a.go": "",
            "Makefile": "check: lint vet\nlint:\n\tgolangci-lint run\nvet:\n\tgo vet\n",
        },
        {"test": "go test ./..."},
    ),
    "python whose make check is types and style": Shape(
        {
            "pyproject.toml": "[tool.pytest.ini_options]\n",
            "a.py": "",
            "Makefile": "check:\n\t@ruff check .\n\tmypy src\n",
        },
        {"test": "python3 -m pytest"},
    ),
    "go whose make check tests, too": Shape(
        {"go.mod": "", "a.go": "", "Makefile": "check: lint\n\tgo test -race ./...\nlint:\n\tgo vet\n"},
        {"test": "make check"},
    ),
    "rust whose CI builds with options of a nightly toolchain": Shape(
        {
            "Cargo.toml": "[package]\nname = 'x'\n",
            "src/lib.rs": "",
            FLOW: ci(
                job(
                    "features", "cargo build -Z avoid-dev-deps --features kv", "cargo test -Zdoctest-xcompile"
                )
            ),
        },
        {"build": "cargo build --release", "test": "cargo test"},
    ),
    "rust whose CI checks minimal versions": Shape(
        {
            "Cargo.toml": "[package]\nname = 'x'\n",
            "src/lib.rs": "",
            FLOW: ci(job("checks", "cargo check -Zminimal-versions"), job("t", "cargo test --locked")),
        },
        {"typecheck": "cargo check --all-targets", "test": "cargo test --locked"},
    ),
    "rust whose CI builds for a machine without a system": Shape(
        {
            "Cargo.toml": "[package]\nname = 'x'\n",
            "src/lib.rs": "",
            FLOW: ci(
                job("embedded", "cargo build --verbose --target=thumbv6m-none-eabi"),
                job("web", "cargo check --target wasm32-unknown-unknown"),
                job("test", "cargo test --target x86_64-unknown-linux-gnu --locked"),
            ),
        },
        {
            "build": "cargo build --release",
            "typecheck": "cargo check --all-targets",
            "test": "cargo test --locked",
        },
    ),
    "rust on a nightly toolchain": Shape(
        {
            "Cargo.toml": "[package]\nname = 'x'\n",
            "rust-toolchain.toml": '[toolchain]\nchannel = "nightly-2026-01-01"\n',
            "src/lib.rs": "",
            FLOW: ci(job("test", "cargo test -Z build-std")),
        },
        {"test": "cargo test -Z build-std"},
    ),
    "autotools whose only checks are programs that nobody runs": Shape(
        {
            "configure.ac": "AC_INIT\n",
            "autogen.sh": "",
            "Makefile.am": "bin_PROGRAMS = x\nif NEED_FUZZING\ncheck_PROGRAMS = fuzz/a\nendif\n",
            "regress/Makefile": "all:\n\tsh a.sh\n",
            "x.c": "",
        },
        {"test": "", "build": "make", "setup": "sh -c './autogen.sh && ./configure'"},
    ),
    "autotools without any check": Shape(
        {
            "configure.ac": "AC_INIT\n",
            "Makefile.am": "SUBDIRS = src\n",
            "src/Makefile.am": "TESTS =\n",
            "x.c": "",
        },
        {"test": "", "build": "make"},
    ),
    "autotools with tests at the root": Shape(
        {"configure.ac": "AC_INIT\n", "Makefile.am": "TESTS = t/a.sh\n", "x.c": ""}, {"test": "make check"}
    ),
    "autotools with tests in a folder": Shape(
        {
            "configure.ac": "AC_INIT\n",
            "Makefile.am": "SUBDIRS = src\n",
            "src/Makefile.am": "SUBDIRS = tests\n",
            "src/tests/Makefile.am": "check_PROGRAMS = a\nTESTS = $(check_PROGRAMS)\n",
            "x.c": "",
        },
        {"test": "make check"},
    ),
    "autotools with tests of its own making": Shape(
        {"configure.ac": "AC_INIT\n", "Makefile.in": "all:\n\tcc x.c\ncheck: all\n\t./t\n", "x.c": ""},
        {"test": "make check"},
    ),
    "autotools without any check, configured": Shape(
        {
            "configure.ac": "AC_INIT\n",
            "Makefile.am": "bin_PROGRAMS = x\n",
            "Makefile.in": "# Makefile.in generated by automake 1.16.5.\ncheck-am: all-am\ncheck: check-am\n",
            "Makefile": "# Makefile.in generated by automake 1.16.5.\ncheck-am: all-am\ncheck: check-am\n",
            "x.c": "",
        },
        {"test": ""},
    ),
    "autotools with autotest": Shape(
        {"configure.ac": "AC_INIT\nAC_CONFIG_TESTDIR([tests])\n", "Makefile.am": "", "x.c": ""},
        {"test": "make check"},
    ),
    "erlang by erlang.mk, with a file for the users of rebar": Shape(
        {
            "Makefile": "include erlang.mk\n",
            "erlang.mk": "",
            "rebar.config": "",
            "test/a_SUITE.erl": "",
            "src/a.erl": "",
        },
        {"setup": "make deps", "test": "make tests", "typecheck": "make dialyze", "build": "make"},
    ),
    "erlang by erlang.mk alone": Shape(
        {"Makefile": "include erlang.mk\n", "erlang.mk": "", "src/a.erl": ""},
        {"test": "make tests", "build": "make"},
    ),
    "erlang by rebar": Shape(
        {"rebar.config": "", "test/a_SUITE.erl": "", "src/a.erl": ""},
        {"test": "rebar3 do eunit, ct", "build": "rebar3 compile", "setup": ""},
    ),
    "android whose plugins stand in the root": Shape(
        {
            "gradlew": "",
            "build.gradle.kts": ANDROID,
            "settings.gradle.kts": "",
            "app/src/main/java/a.java": "",
        },
        {
            "test": "./gradlew test --console=plain",
            "typecheck": "",
            "build": "./gradlew assemble --console=plain",
        },
    ),
    "android whose plugin stands in its module": Shape(
        {
            "gradlew": "",
            "build.gradle": "",
            "app/build.gradle": "apply plugin: 'com.android.application'\n",
            "app/src/main/java/a.java": "",
        },
        {"test": "./gradlew test --console=plain", "typecheck": ""},
    ),
    "an android library by the catalogue": Shape(
        {
            "gradlew": "",
            "build.gradle.kts": "",
            "gradle/libs.versions.toml": CATALOGUE,
            "lib/src/main/java/a.java": "",
        },
        {"typecheck": ""},
    ),
    "go whose CI is bazel's own": Shape(
        {
            ".bazelci/presubmit.yml": PRESUBMIT,
            "MODULE.bazel": MODULE,
            "go.mod": "module x\n",
            "a.go": "package a\n",
        },
        {"test": "bazel test //...", "build": "bazel build //..."},
    ),
    "python whose CI is bazel's own": Shape(
        {
            ".bazelci/presubmit.yml": PRESUBMIT,
            "WORKSPACE": "",
            "pyproject.toml": "[tool.pytest.ini_options]\n",
            "tests/test_a.py": "",
            "a.py": "",
        },
        {"test": "bazel test //..."},
    ),
    "go that bazel can build, too": Shape(
        {"MODULE.bazel": MODULE, "go.mod": "module x\n", "a.go": "package a\n"}, {"test": "go test ./..."}
    ),
    "notebooks that are the source, by nbdev 3": Shape(
        {
            "pyproject.toml": "[tool.nbdev]\nbranch = 'main'\n",
            "nbs/a.ipynb": "{}",
            "tests/a.ipynb": "{}",
            "a/a.py": "",
        },
        {"test": "nbdev-test", "regression": ""},
    ),
    "notebooks that are the source, by nbdev 2": Shape(
        {
            "settings.ini": "[DEFAULT]\nlib_name = a\nnbs_path = nbs\n",
            "setup.py": "",
            "nbs/a.ipynb": "{}",
            "a/a.py": "",
        },
        {"test": "nbdev_test"},
    ),
    "notebooks beside a package with tests": Shape(
        {
            "pyproject.toml": "[tool.pytest.ini_options]\n",
            "nbs/a.ipynb": "{}",
            "tests/test_a.py": "",
            "a.py": "",
        },
        {"test": "python3 -m pytest"},
    ),
    "a target called bootstrap that installs the product": Shape(
        {"GNUmakefile": INSTALLS, ".busted": "return {}\n", "src/a.lua": ""}, {"setup": "", "test": "busted"}
    ),
    "a target called setup that installs for everybody": Shape(
        {"Makefile": "setup:\n\tsudo apt-get install -y x\ntest:\n\t./t\n", "a.sh": ""},
        {"setup": "", "test": "make test"},
    ),
    "a target called setup that installs what the tests need": Shape(
        {"Makefile": "setup:\n\tnpm ci\ntest:\n\tnpm run check\n", "a.sh": ""}, {"setup": "make setup"}
    ),
    "perl whose makefile names what it needs": Shape(
        {"Makefile.PL": "", "lib/X.pm": "", "t/a.t": ""},
        {"setup": "cpanm --installdeps --quiet .", "test": "prove -lr t"},
    ),
    "perl whose build names what it needs": Shape(
        {"Build.PL": "", "lib/X.pm": "", "t/a.t": ""}, {"setup": "cpanm --installdeps --quiet ."}
    ),
    "c with a package of types in a folder": Shape(
        {"configure": "", "src/a.c": "", "ts/package.json": package()}, {"setup": "", "test": ""}
    ),
    "a page in a folder that is all there is": Shape(
        {"web/package.json": package({"test": "vitest run"}), "web/package-lock.json": "{}", "web/a.js": ""},
        {"setup": "cd web && npm ci", "test": "cd web && npm test"},
    ),
    "erlang whose CI calls rebar although erlang.mk is there": Shape(
        {
            "erlang.mk": "",
            "rebar.config": "",
            "Makefile": "include erlang.mk\n",
            "src/a.erl": "",
            FLOW: ci(job("t", "rebar3 eunit")),
        },
        {"test": "rebar3 eunit"},
    ),
}
