"""Which command lines only lint: they check style and habits, and say nothing about types.

A linter that stands in for a missing type check is labelled as one, and is not required.
"""

import functools
import re
from collections.abc import Sequence

_PROGRAMS = (
    r"eslint|biome|oxlint|standard|xo|stylelint|prettier|tslint|rubocop|standardrb|ruff|flake8|pylint|pycodestyle"
    r"|black|isort|golangci-lint|gofmt|gofumpt|revive|swiftlint|ktlint|detekt|checkstyle|php-cs-fixer|pint|phpcs"
    r"|ecs|shellcheck|hlint|ormolu|fourmolu|clj-kondo|cljfmt|clang-format|clang-tidy|cppcheck|cpplint|pre-commit"
    r"|lefthook|yamllint|markdownlint|credo|scalafmt|scalafix|luacheck|selene|stylua|erlfmt|elvis"
)
UV_RUN = (
    r"uv run(?: (?:--(?:only-group|group|extra|with|python|package|project|env-file)[ =]\S+|-p \S+|--\S+))*"
)
"""How uv starts a program, with its options and their values."""

_PREFIX = (
    rf"(?:{UV_RUN}|poetry run|pdm run|pipenv run|hatch run|rye run|bundle exec|npx(?: --\S+)*|pnpm exec"
    r"|yarn exec|yarn run|yarn|bunx|bun run|python3? -m|\S*/python3? -m|composer exec|mise exec --) "
)
_LINT = (
    rf"(?:\S*/)?(?:{_PROGRAMS})(?=[ :]|$)"
    r"|(?:npm|pnpm|yarn|bun|composer|pdm|poe|hatch|deno)(?: -\S+)*(?: run| task)? (?:lint|eslint|style|format|cs)\b"
    r"|(?:make|just|task|mise run|rake|invoke|inv)(?: -\S+)* (?:\S*:)?(?:lint|rubocop|style|format|fmt)\b"
    r"|(?:tox|nox)(?: run)?(?: -\S+)*? (?:-e|-s|--sessions?)[ =]?(?:lint|style|flake|ruff|pre-commit|format)"
    r"|tox(?: run)?(?: -\S+)*? -f[ =]?(?:lint|style|flake|ruff|pre-commit|format)"
    r"|(?:turbo(?: run)?|nx run-many -t|lerna run) lint\b"
    r"|(?:mix (?:credo|format)|cargo fmt|dotnet format|dart format|zig fmt|deno (?:lint|fmt))\b"
    r"|(?:\./)?(?:mvnw?|gradlew?)(?: -\S+)* (?:\S+ )*(?<!-x )(?<!--exclude-task )"
    r"(?:ktlintCheck|detekt|spotlessCheck|checkstyle\S*|spotless:check)\b"
)

_NEEDED = (*_PROGRAMS.split("|"), "lint", "style", "format", "fmt", "cs", "flake", "detekt", "spotless")
"""Every line that `_LINT` matches has one of these."""


@functools.cache
def _patterns() -> "tuple[re.Pattern[str], re.Pattern[str]]":
    """Compile the patterns when the first command needs them: it takes longer than the rest of a probe."""
    return re.compile(_PREFIX), re.compile(_LINT)


def is_lint(words: Sequence[str]) -> bool:
    """Return whether a command line only lints. Scripts are recognised by their name, programs by theirs."""
    line = " ".join(words)[:500]
    if not any(word in line for word in _NEEDED):
        return False
    prefix, lints = _patterns()
    while not lints.match(line) and (match := prefix.match(line)) is not None:
        line = line[match.end() :]
    return bool(lints.match(line))
