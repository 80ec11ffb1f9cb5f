"""What kind of command a command line is, as data: used to read a repository's CI workflow."""

import re

_PM = r"(?:npm|pnpm|yarn|bun)(?: -r| --recursive| -w| --silent| -s)*(?: run)?"
_MVN = r"(?:\./)?mvnw?(?:\.cmd)?(?: -\S+)*"
_GRADLE = r"(?:\./)?gradlew?(?: -\S+)*"
_TARGET = r"(?:make|just|task|mise run|rake)(?: -\S+)*"

_SESSION = r"(?:tox|nox)(?: run)?(?: -\S+)*? (?:-e|-s|--sessions?)[ =]?\S*"
"""One environment of tox or nox: its name says what it is for."""

_TEST = (
    r"(?:pytest|py\.test|tox|nox|vitest|jest|mocha|ava|jasmine|rspec|phpunit|pest|gotestsum|ctest)\b",
    r"(?:vendor/bin/|\./vendor/bin/)(?:phpunit|pest)\b",
    r"unittest\b",
    r"(?:python3? )?(?:\./)?manage\.py test\b",
    r"hatch (?:test\b|run (?:\S+:)?test)",
    rf"{_PM} (?:test|tests|test[:-](?:ci|run|unit|all|coverage))(?= |$)",
    r"npm t(?= |$)",
    r"(?:pdm|poe|composer)(?: run)? test\b",
    r"(?:turbo(?: run)?|nx run-many -t|nx run-many --target=|nx affected -t|lerna run) ?test\b",
    r"node (?:--\S+ )*--test\b",
    r"cargo (?:nextest run|test|llvm-cov)\b",
    r"go test\b",
    rf"{_MVN} (?:\S+ )*(?:test|verify)\b",
    rf"{_GRADLE} (?:\S+ )*(?:test|check)\b",
    r"dotnet test\b",
    r"(?:bin/|\./bin/)?rails (?:test|spec)\b",
    r"(?:bin/)?rake (?:test|spec)\b",
    r"(?:php )?artisan test\b",
    r"(?:mix|deno|deno task|dart|flutter|swift|bazel) test\b",
    rf"{_TARGET} (?:test|tests|unit|unit-test|test-unit|check-test)(?= |$)",
)
_TYPECHECK = (
    r"(?:tsc|vue-tsc|svelte-check|mypy|dmypy|pyright|basedpyright|ty check|pyre)\b",
    rf"{_PM} (?:typecheck|type-check|check-types|check:types|types|tsc)(?= |$)",
    r"cargo (?:check|clippy)\b",
    r"(?:go vet|golangci-lint run|staticcheck)\b",
    r"(?:\./)?vendor/bin/(?:phpstan|psalm)\b",
    r"srb tc\b",
    r"mix (?:dialyzer|compile --warnings-as-errors)",
    r"(?:deno check|dart analyze|flutter analyze)\b",
    rf"{_MVN} (?:\S+ )*compile\b",
    rf"{_TARGET} (?:typecheck|type-check|types|mypy)(?= |$)",
)
_LINT = (
    rf"{_PM} lint(?= |$)",
    r"(?:ruff check|rubocop|eslint|flake8|pylint)\b",
    rf"{_TARGET} (?:lint|check)(?= |$)",
)
_BUILD = (
    rf"{_PM} build(?= |$)",
    r"(?:turbo(?: run)?|nx run-many -t|lerna run) build\b",
    r"cargo build\b",
    r"go build\b",
    rf"{_MVN} (?:\S+ )*package\b",
    rf"{_GRADLE} (?:\S+ )*(?:assemble|build)\b",
    r"dotnet build\b",
    r"(?:uv|poetry|pdm|hatch) build\b",
    r"build(?= |$)",
    r"(?:bin/)?rails assets:precompile\b",
    r"mix release\b",
    r"(?:swift|bazel) build\b",
    rf"{_TARGET} build(?= |$)",
)
_SESSION_TYPES = (_SESSION + r"(?:typ|mypy|pyright)",)
_SESSION_LINT = (_SESSION + r"(?:lint|style|flake|ruff|pre-commit|format)",)
_SESSION_OTHER = (_SESSION + r"(?:doc|build|pkg|package|release|publish|cover|bench|manifest)",)
_KINDS = tuple(
    (kind, rank, re.compile("|".join(patterns)))
    for kind, rank, patterns in (
        ("typecheck", 2, _SESSION_TYPES),
        ("typecheck", 0, _SESSION_LINT),
        ("", 0, _SESSION_OTHER),
        ("test", 2, _TEST),
        ("typecheck", 2, _TYPECHECK),
        ("typecheck", 0, _LINT),
        ("build", 2, _BUILD),
    )
)
_PREFIX = re.compile(
    r"(?:uv run(?: --\S+)*|poetry run|pdm run|pipenv run|hatch run|rye run|bundle exec|npx(?: --\S+)*|pnpm exec"
    r"|yarn exec|yarn(?= (?:tsc|jest|vitest|mocha|eslint)\b)|bunx|coverage run -m|python3? -m|\S*/bin/python3? -m) "
)


def classify(words: list[str]) -> tuple[str, int]:
    """The kind of a command line and how sure that is (2: its purpose, 0: a stand-in); an empty kind when unknown."""
    line = " ".join(words)[:500]
    while (match := _PREFIX.match(line)) is not None:
        line = line[match.end() :]
    for kind, rank, pattern in _KINDS:
        if pattern.match(line):
            return kind, rank
    return "", 0
