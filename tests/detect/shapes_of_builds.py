"""Shapes of repositories whose build tools offer more than one way: monorepos, targets, package managers, plugins."""

import shlex

from tests.detect.shapes import CARGO, FLOW, HIDDEN, PIP, Shape, ci, job
from tests.repos import package

DART = "name: x\nenvironment:\n  sdk: '>=3.0.0'\n"
MELOS = "name: x\npackages:\n  - '*'\nscripts:\n"
SETTINGS = "include(':core')\n"
KMP = 'plugins {\n    kotlin("multiplatform")\n}\n'

OWN_FOLDER = shlex.join(["sh", "-c", "cmake -S . -B build && echo '*' > build/.gitignore"])

SHAPES: dict[str, Shape] = {
    "dart of several packages": Shape(
        {
            "pubspec.yaml": DART,
            "melos.yaml": MELOS + "  analyze:\n    exec: dart analyze .\n  test:\n    run: x\n",
        },
        {"setup": "melos bootstrap", "test": "melos run test", "typecheck": "melos run analyze"},
    ),
    "dart of several packages without a script": Shape(
        {"pubspec.yaml": DART, "melos.yaml": MELOS + "  format:\n    exec: dart format .\n"},
        {"setup": "melos bootstrap", "test": "melos exec --dir-exists=test -- dart test"},
    ),
    "dart whose pubspec has the scripts": Shape(
        {"pubspec.yaml": DART + "melos:\n  scripts:\n    test:\n      run: x\n"},
        {"setup": "melos bootstrap", "test": "melos run test"},
    ),
    "dart of one package": Shape(
        {"pubspec.yaml": DART, "test/x_test.dart": ""}, {"setup": "dart pub get", "test": "dart test"}
    ),
    "dart without tests": Shape({"pubspec.yaml": DART, "lib/x.dart": ""}, {"test": ""}),
    "dart whose CI tests in browsers first": Shape(
        {
            "pubspec.yaml": DART,
            "test/x_test.dart": "",
            FLOW: ci(
                job("a", "dart test --platform chrome", "dart test -p firefox", "dart test --platform vm")
            ),
        },
        {"test": "dart test --platform vm"},
    ),
    "kotlin for several platforms": Shape(
        {"settings.gradle.kts": SETTINGS, "build.gradle.kts": KMP, "gradlew": "", "src/a.kt": ""},
        {
            "test": "./gradlew jvmTest --console=plain",
            "typecheck": "./gradlew jvmTestClasses --console=plain",
        },
    ),
    "kotlin whose modules are for several platforms": Shape(
        {"settings.gradle.kts": SETTINGS, "core/build.gradle.kts": KMP, "gradlew": "", "core/src/a.kt": ""},
        {"test": "./gradlew jvmTest --console=plain"},
    ),
    "kotlin whose own plugin is for several platforms": Shape(
        {
            "settings.gradle.kts": SETTINGS,
            "build.gradle.kts": "",
            "gradlew": "",
            "build-logic/src/main/kotlin/own.kmp.gradle.kts": KMP,
        },
        {"test": "./gradlew jvmTest --console=plain"},
    ),
    "kotlin whose catalogue is for several platforms": Shape(
        {
            "settings.gradle.kts": SETTINGS,
            "gradlew": "",
            "build.gradle.kts": "plugins {\n    alias(libs.plugins.kotlin.multiplatform) apply false\n}\n",
        },
        {"test": "./gradlew jvmTest --console=plain"},
    ),
    "a list of artifacts of several platforms": Shape(
        {
            "settings.gradle.kts": SETTINGS,
            "gradlew": "",
            "bom/build.gradle.kts": 'plugins {\n    id("java-platform")\n}\nval x = "a-kotlinMultiplatform"\n',
        },
        {"test": "./gradlew test --console=plain"},
    ),
    "kotlin for the JVM alone": Shape(
        {
            "settings.gradle.kts": SETTINGS,
            "build.gradle.kts": 'plugins {\n    kotlin("jvm")\n}\n',
            "gradlew": "",
        },
        {"test": "./gradlew test --console=plain"},
    ),
    "haskell with both build tools": Shape(
        {
            "stack.yaml": "",
            "cabal.project": "",
            "x.cabal": "test-suite x\n",
            FLOW: ci(job("linux", "cabal build --enable-tests all", "cabal test all")),
        },
        {"setup": "cabal build all --only-dependencies --enable-tests", "test": "cabal test all"},
    ),
    "haskell whose CI uses stack": Shape(
        {"stack.yaml": "", "cabal.project": "", "x.cabal": "", FLOW: ci(job("linux", "stack test"))},
        {"setup": "stack build --only-dependencies --test", "test": "stack test"},
    ),
    "haskell without a plan": Shape(
        {"cabal.project": "", "x.cabal": "test-suite x\n"}, {"test": "cabal test all"}
    ),
    "maven whose CI compares": Shape(
        {
            "pom.xml": "",
            FLOW: ci(
                job("android", "mvn compile animal-sniffer:check@android -Dmaven.test.skip --projects '!x'"),
                job("api", "mvn package japicmp:cmp -Dmaven.test.skip --projects '!x'"),
                job("build", "mvn verify"),
            ),
            ".github/workflows/codeql.yml": ci(job("analyze", "mvn compile")),
        },
        {"test": "mvn verify", "typecheck": "mvn -B test-compile", "build": "mvn -B package -DskipTests"},
    ),
    "python with a runner of its own": Shape(
        {
            "setup.cfg": "[tool:pytest]\n",
            "pyproject.toml": "",
            ".mypy.ini": "",
            "run_tests.py": "",
            "run_mypy.py": "",
            FLOW: ci(job("a", "docker run x ./run_tests.py"), job("b", "python3 run_mypy.py --allver")),
        },
        {"test": "./run_tests.py", "typecheck": "./run_mypy.py"},
    ),
    "python whose CI runs a script of the shell": Shape(
        {
            "setup.cfg": "[tool:pytest]\n",
            "pyproject.toml": "",
            "script/test": "#!/bin/sh\ncoverage run -m pytest\n",
            FLOW: ci(job("a", "script/test")),
        },
        {"test": "python3 -m pytest"},
    ),
    "python with a runner that nobody runs": Shape(
        {
            "setup.cfg": "[tool:pytest]\n",
            "pyproject.toml": "",
            "run_tests.py": "",
            FLOW: ci(job("a", "pip install .")),
        },
        {"test": "python3 -m pytest"},
    ),
    "node whose CI tests an old version, too": Shape(
        {
            "package.json": package({"test": "jest"}),
            "pnpm-lock.yaml": "",
            ".github/workflows/test-legacy-react.yml": ci(
                job("test", "pnpm test", more="  env:\n    OLD: 1\n")
            ),
        },
        {"test": "pnpm test"},
    ),
    "elixir that writes of releases": Shape(
        {"mix.exs": '  extras: ["guides/deployment/releases.md"]\n'}, {"test": "mix test", "build": ""}
    ),
    "elixir that makes releases": Shape(
        {"mix.exs": "      releases: releases(),\n"}, {"build": "mix release"}
    ),
    "npm, and CI tries pnpm": Shape(
        {
            "package.json": package({"test": "x", "test:ci": "x"}),
            "pm.yml": "",
            FLOW: ci(job("pnpm", "pnpm install", "pnpm run test:ci")),
            ".github/workflows/main.yml": ci(job("lint", "npm run test:ci --if-present")),
        },
        {"setup": "npm install --no-package-lock", "test": "npm run test:ci --if-present"},
    ),
    "a lock file of npm, and CI tries yarn": Shape(
        {
            "package.json": package({"test": "x", "test:ci": "x"}),
            "package-lock.json": "{}",
            FLOW: ci(job("test", "yarn test:ci")),
        },
        {"setup": "npm ci", "test": "npm test"},
    ),
    "no lock file, and CI uses yarn": Shape(
        {"package.json": package({"test:ci": "x"}), FLOW: ci(job("test", "yarn test:ci"))},
        {"test": "yarn test:ci"},
    ),
    "make whose CI runs pieces in a folder": Shape(
        {
            "Makefile": "test:\n\tmake -C tests test\n",
            "tests/Makefile": "test-install:\n\ttrue\n",
            "build/meson/meson.build": "",
            FLOW: ci(
                job("compilers", "make -C tests test-install V=1", "make -j -C tests test-lz4 V=1"),
                job("build-meson", "meson setup build/meson builddir", "meson test -C builddir"),
                job("build-cmake", "cmake build/cmake -B b", "ctest --test-dir b"),
            ),
        },
        {"test": "make test"},
    ),
    "make whose CI runs the suite in a folder": Shape(
        {
            "tests/Makefile": "test:\n\ttrue\n",
            FLOW: ci(job("tests", "make -C tests V=1", "make -j 4 --directory tests CFLAGS=-O0 test V=1")),
        },
        {"test": "make -j 4 --directory tests CFLAGS=-O0 test V=1"},
    ),
    "make whose file is called test": Shape(
        {"test.mk": "all:\n\ttrue\n", FLOW: ci(job("tests", "make -f test.mk all", "make -f test all"))},
        {"test": ""},
    ),
    "just whose recipes lie in a folder": Shape(
        {
            "ci/justfile": "build:\n",
            FLOW: ci(job("tests", "just --justfile test build", "just -d test lint")),
        },
        {"test": ""},
    ),
    "c whose project stands in a folder, and CI builds beside it": Shape(
        {
            "lib/CMakeLists.txt": "project(x)\nenable_testing()\n",
            "lib/x.c": "",
            ".github/workflows/scan.yml": ci(job("upload", "cmake -S lib -B b", "cd b && make VERBOSE=1")),
            FLOW: ci(
                job(
                    "linux",
                    "cmake -S lib -B build",
                    "make -C build/ all",
                    "make -C build/ test",
                    "cppcheck --version",
                )
            ),
        },
        {
            "setup": f"cd lib && {OWN_FOLDER}",
            "test": "cd lib && sh -c 'cmake --build build && ctest --test-dir build --output-on-failure'",
            "build": "cd lib && cmake --build build",
            "typecheck": "",
        },
    ),
    "cmake that ignores its folder": Shape(
        {"CMakeLists.txt": "enable_testing()\n", "x.c": "", ".gitignore": "/_build*/\n"},
        {"setup": "cmake -S . -B _build", "build": "cmake --build _build"},
    ),
    "cmake whose build folder is part of the project": Shape(
        {"CMakeLists.txt": "enable_testing()\n", "x.c": "", "build/package.sh": ""},
        {"setup": OWN_FOLDER.replace("build", "_build"), "build": "cmake --build _build"},
    ),
    "cmake that was set up before": Shape(
        {"CMakeLists.txt": "enable_testing()\n", "x.c": "", "build/CMakeCache.txt": ""},
        {"setup": OWN_FOLDER, "build": "cmake --build build"},
    ),
    "haskell whose CI tests with cabal what it unpacked, though stack would do": Shape(
        {
            "x.cabal": "test-suite x\n",
            "stack.yaml": "",
            "src/X.hs": "",
            FLOW: ci(
                job(
                    "build",
                    "cd source && tar xf source.tar.gz",
                    "cd source && cabal test ${{ matrix.flags }}",
                )
            ),
        },
        {
            "setup": "cabal build all --only-dependencies --enable-tests",
            "test": "cabal test",
            "build": "cabal build all",
        },
    ),
    "python whose CI names tox by a group of uv": Shape(
        {
            "pyproject.toml": "[build-system]\nrequires = []\n[tool.pytest.ini_options]\n"
            "[dependency-groups]\ntests = ['pytest']\n",
            "uv.lock": "",
            "src/x.py": "",
            FLOW: ci(
                job(
                    "tests", "uv run --only-group tox tox run --installpkg dist/*.whl -f ${{ matrix.factor }}"
                ),
                job("lint", "uv run --only-group tox tox run -f lint"),
                job("docs", "uv run --only-group tox tox run -e docs"),
            ),
        },
        {"test": "uv run --frozen pytest"},
    ),
    "python whose CI runs the tests by a factor of tox": Shape(
        {
            "tox.ini": "",
            "setup.py": "",
            FLOW: ci(job("tests", "tox run -f py312"), job("style", "tox run -f lint")),
        },
        {"test": "tox run -f py312"},
    ),
    "go with a few scripts of ruby": Shape(
        {
            "go.mod": "module x\n",
            "main.go": "package main\n",
            "Makefile": "test:\n\tgo test ./...\n",
            "Gemfile": "",
            **{f"src/f{n}.go": "package src\n" for n in range(20)},
            **{f"test/t{n}.rb": "" for n in range(4)},
        },
        {"setup": "", "test": "make test"},
    ),
    "haskell with stack alone": Shape(
        {"x.cabal": "", "stack.yaml": "", "src/X.hs": ""},
        {"setup": "stack build --only-dependencies --test", "test": "stack test", "build": "stack build"},
    ),
    "rust whose CI tests the packed crate": Shape(
        {
            "Cargo.toml": CARGO,
            "src/lib.rs": "",
            FLOW: ci(job("test", "cd packed && cargo test --all-features")),
        },
        {"test": "cargo test --all-features"},
    ),
    "node whose CI tests what it made elsewhere": Shape(
        {"package.json": package({"test": "x"}), FLOW: ci(job("test", "cd made && npm test -- --special"))},
        {"test": "npm test"},
    ),
    "perl that makes its makefile": Shape(
        {"Makefile.PL": "", "lib/X.pm": "", FLOW: ci(job("test", "perl Makefile.PL", "make test"))},
        {"test": "make test"},
    ),
    "python whose CI makes warnings errors, and installs by itself": Shape(
        {
            "pyproject.toml": "[build-system]\nrequires = []\n[project]\nname = 'x'\n",
            "x/tests/test_x.py": "",
            FLOW: ci(
                job("test", "python -m pip install pytest", "python -W error -m pytest"),
                job("mypy", "pip install mypy", "mypy --strict x"),
            ),
            ".github/workflows/pypi_upload.yml": ci(job("wheel", "python -m hatch build")),
        },
        {
            "setup": shlex.join(["sh", "-c", f"{HIDDEN} && {PIP} -e . pytest mypy build"]),
            "test": "python3 -W error -m pytest",
            "typecheck": "python3 -m mypy --strict x",
            "build": "python3 -m build",
        },
    ),
    "python whose CI runs it in developer mode": Shape(
        {"setup.py": "", "x.py": "", FLOW: ci(job("test", "python3 -bb -X dev -m unittest discover"))},
        {"test": "python3 -bb -X dev -m unittest discover"},
    ),
}
"""Every shape by its name."""
