# Short names for what CONTRIBUTING.md describes; `just` without a name lists them.

python := ".venv/bin/python"

[private]
default:
    @just --list --unsorted

# set up or bring up to date what development needs
setup:
    python3 -m venv .venv
    {{python}} -m pip install -q -e '.[dev]'

# what is quick of .ci/run: style, types, layers, and what the source promises
check:
    {{python}} -m ruff check .
    {{python}} -m ruff format --check .
    {{python}} -m mypy
    .venv/bin/lint-imports
    {{python}} -m pytest -q -n 0 tests/test_hygiene.py

# one room's tests: just test session; just test ui/test_sizes.py -k odd
test ROOM *MORE:
    {{python}} -m pytest -q -n 0 tests/{{ROOM}} {{MORE}}

# take the pictures anew and list those that changed; look at each before you commit it
pictures *MORE:
    -{{python}} -m pytest -q -n 2 tests/ui --snapshot-update {{MORE}}
    {{python}} -m tests.ui.make_screens
    git status --short -- tests/ui screens.md docs/pictures

# the benchmarks: just bench --only git
bench *MORE:
    {{python}} -m tests.benchmarks {{MORE}}

# everything that has to be true of a change
ci:
    bash .ci/run

# the same with the long counts, before a release
full:
    bash .ci/full
