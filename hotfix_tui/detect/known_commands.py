"""What kind of command a command line is, as data: for reading a repository's CI workflow and its scripts."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from hotfix_tui.incident.model.lint import UV_RUN, is_lint


class Known(NamedTuple):
    """The purpose of a command line.

    ``kind`` is ``test``, ``typecheck``, ``lint`` or ``build``, empty when unknown; ``rank`` how sure that is (2: its
    purpose, 0: a stand-in). ``ecosystem`` is whose tool it is, empty for task runners. ``partial`` says that it runs
    only some of the tests.
    """

    kind: str = ""
    rank: int = 0
    ecosystem: str = ""
    partial: bool = False


_PM = r"(?:npm|pnpm|yarn|bun)(?: -r| --recursive| -w| --silent| -s)*(?: run)?"
_MVN = r"(?:\./)?mvnw?(?:\.cmd)?(?: -\S+)*"
_GRADLE = r"(?:\./)?gradlew?(?: -\S+)*"
_PLACE = r"(?:[CfIdo]|-(?:directory|file|makefile|justfile|working-directory|taskfile|dir|rakefile))"
_TARGET = (
    r"(?:make|just|task|mise run|rake)"
    rf"(?: -{_PLACE}[ =]\S+| -j(?: \d+)?(?= |$)| -(?!{_PLACE} |j(?: |$))\S+| \w+=\S*)*"
)
"""A task runner with its options: the folder or file given to an option is not a target."""
_END = r"(?= |$)"

_SESSION = r"(?:(?:tox|nox)(?: run)?(?: -\S+)*? (?:-e|-s|--sessions?)|tox(?: run)?(?: -\S+)*? -f)[ =]?\S*"
"""One tox or nox environment: its name gives its purpose."""

_TEST = (
    r"(?:pytest|py\.test|tox|nox|jest|mocha|ava|jasmine|rspec|phpunit|pest|gotestsum|ctest|busted|prove|(?:\./)?(?:bin/)?bats|trial)"
    + _END,
    r"vitest(?: run| --run|(?= -)|$)",
    r"(?:vendor/bin/|\./vendor/bin/|bin/|\./bin/)(?:phpunit|pest|simple-phpunit)\b",
    r"unittest\b",
    r"(?:python3? )?(?:\./)?manage\.py test\b",
    r"(?:python3? )?(?:\./)?run_?tests?(?:\.py|\.sh)?" + _END,
    r"(?:python3? )?(?:\./)?(?:[\w.-]+/)*run[-_](?:basic|unit|all)[-_]tests?(?:\.py|\.sh)?" + _END,
    r"hatch (?:test\b|run (?:\S+:)?test)",
    rf"{_PM} (?:test|tests|test[:-](?:ci|run|unit|all|coverage|app))" + _END,
    r"npm t" + _END,
    r"(?:pdm|poe|composer)(?: run)? test" + _END,
    r"(?:turbo(?: run)?|nx run-many -t|nx run-many --target=|nx affected -t|lerna run) ?test\b",
    r"node (?:--\S+ )*--test\b",
    r"cargo (?:nextest run|test|llvm-cov)\b",
    r"go test\b",
    rf"{_MVN} (?:\S+ )*(?:test|verify)" + _END,
    rf"{_GRADLE} (?:\S+ )*(?:\S*:)?(?:test|check|jvmTest|allTests)" + _END,
    r"dotnet test\b",
    r"(?:bin/|\./bin/)?rails (?:test|spec)(?!:prepare)\b",
    r"(?:bin/)?rake (?:test|spec)(?!:prepare)\b",
    r"(?:php )?artisan test\b",
    r"(?:mix|deno|deno task|dart|flutter|swift|bazel|bazelisk|stack|cabal(?:-\S+)?|lein|gleam|nimble|dub|sbt) test"
    + _END,
    r"cabal(?:-\S+)? (?:v2|new)-test" + _END,
    r"sbt (?:-\S+ )*(?:\S+ )*(?:test|Test/test)" + _END,
    r"(?:zig build (?:\S+ )*test|dune (?:runtest|test|build (?:\S+ )*@(?:\S*/)?runtest))" + _END,
    r"(?:\./)?rebar3 (?:eunit|ct|do .*\b(?:eunit|ct))" + _END,
    r"(?:crystal spec|meson test|clojure -[MX]:test)" + _END,
    rf"{_TARGET} (?:test|tests|unit|unit-test|test-unit|check-test|(?:run-)?tests?[-_]all|all[-_]tests?)"
    + _END,
    r"make (?:-\S+ )*(?:check|installcheck)" + _END,
    r"molecule test\b",
    r"ansible-test units\b",
)
_TYPECHECK = (
    r"(?:tsc|vue-tsc|svelte-check|mypy|dmypy|pyright|basedpyright|ty check|pyre)\b",
    rf"{_PM} (?:typecheck|type-check|check-types|check:types|types|tsc|typescript|test:(?:types?|typecheck|tsc))"
    + _END,
    rf"{_PM} lint:types?" + _END,
    r"cargo (?:check|clippy)(?![\w-])",
    r"(?:go vet)\b",
    r"(?:\./)?vendor/bin/(?:phpstan|psalm)\b",
    r"composer (?:phpstan|psalm|analyse|analyze|stan)" + _END,
    r"(?:bundle exec )?srb tc\b",
    r"mix (?:dialyzer|compile --warnings-as-errors)" + _END,
    r"(?:deno check|dart analyze|flutter analyze|dune build @check)\b",
    rf"{_MVN} (?:\S+ )*(?:test-)?compile" + _END,
    rf"{_GRADLE} (?:\S+ )*(?:\S*:)?(?:test)?[cC]lasses" + _END,
    rf"{_TARGET} (?:typecheck|type-check|types|mypy|pyright|tsc)" + _END,
)
_BUILD = (
    rf"{_PM} build" + _END,
    r"(?:turbo(?: run)?|nx run-many -t|lerna run) build\b",
    r"cargo build\b(?! .*--(?:tests?|examples?|benches|all-targets)\b)",
    r"go build\b",
    rf"{_MVN} (?:\S+ )*package\b",
    rf"{_GRADLE} (?:\S+ )*(?:\S*:)?assemble" + _END,
    rf"{_GRADLE} (?:\S+ )*build (?:\S+ )*-x (?:test|check)" + _END,
    r"dotnet build\b",
    r"(?:uv|poetry|pdm|hatch) build\b",
    r"build" + _END,
    r"(?:bin/)?rails assets:precompile\b",
    r"mix release\b",
    r"(?:swift|bazel|bazelisk|stack|cabal|dune|zig) build" + _END,
    r"cmake --build\b",
    r"meson compile\b",
    r"hugo" + _END,
    r"make(?: -\S+| \w+=\S*)*$",
    rf"{_TARGET} build" + _END,
)
_SESSION_TYPES = (_SESSION + r"(?:typ|mypy|pyright)",)
_SESSION_OTHER = (_SESSION + r"(?:doc|build|pkg|package|release|publish|cover|bench|manifest)",)
_KINDS = tuple(
    (kind, rank, re.compile("|".join(patterns)))
    for kind, rank, patterns in (
        ("typecheck", 2, _SESSION_TYPES),
        ("", 0, _SESSION_OTHER),
        ("test", 2, _TEST),
        ("typecheck", 2, _TYPECHECK),
        ("build", 2, _BUILD),
    )
)
_PREFIX = re.compile(
    rf"(?:{UV_RUN}|poetry run|pdm run|pipenv run|hatch run|rye run|bundle exec|npx(?: --\S+)*|pnpm exec"
    r"|yarn exec|yarn(?= (?:tsc|jest|vitest|mocha|eslint)\b)|bunx|coverage run(?: --\S+)* -m"
    r"|(?:\S*/bin/)?python3?(?: -(?:[bBdEIOPsSuv]+|[WX] ?\S+))* -m"
    r"|cargo hack(?= test)|xvfb-run(?: -\S+)*|dbus-run-session(?: --)?|time|opam exec --) "
)
_RUNS_NOTHING = re.compile(
    r" (?:--no-run|--collect-only|--co|--list|--listTests|--list-\w+|--dry-run|--setup-(?:plan|only)|--fixtures"
    r"|--markers|--version|--help|-h|--showConfig|--clearCache|-DskipTests(?!=false)\S*|-Dmaven\.test\.skip(?!=false)\S*"
    r"|--notest|--devenv|--listenvs|--install-only|--nobuild|-x test"
    r"|-run[= ][\"']?(?:\^\$|NONE|XXX|xxx|none)[\"']?)(?=[ =]|$)"
    r"|^ctest\b.* (?:-N|--show-only)\b|^go test\b.* -(?:c|list)\b|^(?:tox|nox)\b.* (?:-l|-a|--list)(?= |$)"
    r"|^cargo (?:nextest (?!run)\w+|llvm-cov (?:report|clean|show-env))\b|^vitest (?:list|bench|init|related)\b"
    r"|^swift test list\b|^dotnet test\b.* -t(?= |$)|^(?:make|rake)\b.* -(?:n|q)(?= |$)|^meson test\b.* --list\b"
)
"""Options that make a runner only compile, collect or list."""

_PARTIAL: dict[str, re.Pattern[str]] = {
    "rust": re.compile(r" (?:--(?:lib|doc|bins?|test|tests|examples?|benches|package|ignored)|-p)(?=[ =]|$)"),
    "go": re.compile(r" (?:-run|-short)(?=[ =]|$)| \./(?!\.\.\.)\S*(?<!/\.\.\.)(?= |$)"),
    "python": re.compile(
        r" (?:-k|--deselect)(?=[ =]|$)|pytest.* -m | (?!\S*tests?/?(?: |$))[\w.-]+/\S+\.py(?=[ :]|$)| \w[\w.-]*/\w+/\S+"
    ),
    "node": re.compile(
        r" (?:--shard|-t|--testNamePattern|--findRelatedTests|--changed\S*|--grep|-g|--project|--filter|-F|--workspace"
        r"|--selectProjects|--testPathPatterns?)(?=[ =]|$)"
    ),
    "php": re.compile(r" --(?:filter|group|testsuite)(?=[ =]|$)"),
    "ruby": re.compile(
        r"(?:test|spec):(?!all\b)\w+| \S+_(?:test|spec)\.rb| (?:spec|test)/\S+| --(?:tag|name)\b| -[nte] "
    ),
    "jvm": re.compile(r" (?:-Dtest\S*|-Dit\.test\S*|--tests|-pl|--projects|:\S+)(?=[ =]|$)"),
    "dotnet": re.compile(r" --filter(?=[ =]|$)| \S+\.(?:cs|fs|vb)proj(?= |$)"),
    "swift": re.compile(r" --(?:filter|skip)(?=[ =]|$)"),
    "dart": re.compile(
        r" (?:(?:-p|--platform)[ =](?!vm)\w+|-n|--name|--plain-name|-t|--tags|--preset|-P)(?=[ =]|$)| \S+_test\.dart"
    ),
    "elixir": re.compile(r" --only(?=[ =]|$)| (?:test|apps)/\S+"),
    "cmake": re.compile(r" (?:-R|-L|-I|--tests-regex|--label-regex)(?=[ =]|$)"),
    "bazel": re.compile(r" //(?!\.\.\.)\S+(?<!\.\.\.)(?= |$)"),
}
_PARTLY_BUILT: dict[str, re.Pattern[str]] = {
    "rust": re.compile(r" (?:-p|--package|-F|--features|--example|--bin|--manifest-path)(?=[ =]|$)"),
    # A plugin goal compares or signs; a build for it, or without some modules, is not the whole build.
    "jvm": re.compile(r" (?!-)\S*:\S+| (?:-pl|--projects)(?=[ =]|$)"),
}
_OF_A_FOLDER = re.compile(r" -- (?:-\S+ )*\w[\w.-]*/\w")
"""What a session is handed if it tests a folder or a file alone."""
_WHOLE_SESSION = re.compile(
    r"(?:tox|nox)(?: run)?(?: -\S+)*? (?:-e|-s|-f|--sessions?)[ =]?(?:py|tests?(?:[-_ ,(]|$)|unit|all\b|\d|[{]?py)",
    re.I,
)
_PROGRAMS: tuple[tuple[str, str], ...] = (
    ("rust", r"cargo"),
    ("go", r"go|gotestsum|golangci-lint|staticcheck"),
    ("deno", r"deno"),
    (
        "node",
        r"npm|npx|pnpm|yarn|bun|bunx|node|vitest|jest|mocha|ava|jasmine|tsc|vue-tsc|svelte-check|eslint|turbo|nx|lerna",
    ),
    (
        "python",
        r"pytest|py\.test|trial|tox|nox|unittest|mypy|dmypy|pyright|basedpyright|ty|pyre|uv|poetry|pdm|hatch|poe|ruff|flake8"
        r"|pylint|python3?|\./?manage\.py|manage\.py|build|pipenv",
    ),
    ("jvm", r"(?:\./)?mvnw?(?:\.cmd)?|(?:\./)?gradlew?"),
    ("dotnet", r"dotnet"),
    ("ruby", r"bundle|(?:\./)?(?:bin/)?rails|(?:bin/)?rake|rspec|rubocop|srb"),
    (
        "php",
        r"composer|(?:\./)?(?:vendor/)?bin/(?:phpunit|pest|phpstan|psalm|simple-phpunit)|phpunit|pest|php|artisan",
    ),
    ("elixir", r"mix"),
    ("swift", r"swift"),
    ("dart", r"dart|flutter"),
    ("scala", r"sbt|mill"),
    ("clojure", r"lein|clojure|clj"),
    ("haskell", r"stack|cabal(?:-\S+)?"),
    ("zig", r"zig"),
    ("ocaml", r"dune|opam"),
    ("erlang", r"(?:\./)?rebar3"),
    ("gleam", r"gleam"),
    ("crystal", r"crystal"),
    ("nim", r"nimble"),
    ("perl", r"prove"),
    ("lua", r"busted"),
    ("cmake", r"ctest|cmake"),
    ("meson", r"meson"),
    ("bazel", r"bazel|bazelisk"),
    ("hugo", r"hugo"),
)
_OWNERS = tuple((name, re.compile(rf"(?:{pattern})(?= |$)")) for name, pattern in _PROGRAMS)


def classify(words: Sequence[str]) -> Known:
    """Return the purpose of a command line; nothing for one that only compiles, collects or lists what it could run."""
    line = re.sub(r"(?<![^ ])(?:[\w.-]+/)+manage\.py(?= )", "manage.py", bare(words))
    owner = ecosystem(words)
    if is_lint(words):
        return Known("lint", 0, owner) if not _RUNS_NOTHING.search(line) else Known()
    for kind, rank, pattern in _KINDS:
        if pattern.match(line):
            if not kind or (kind == "test" and _RUNS_NOTHING.search(line)):
                return Known()
            return Known(kind, rank, owner, _is_partial(line, owner, kind))
    if re.match(rf"{_GRADLE} (?:\S+ )*build{_END}", line):
        return Known("test", 1, owner)  # it runs the suite, and builds
    return Known()


def bare(words: Sequence[str]) -> str:
    """Return a command line without its launcher (``uv run``, ``npx``, …)."""
    line = " ".join(words)[:500]
    while (match := _PREFIX.match(line)) is not None:
        line = line[match.end() :]
    return line


def ecosystem(words: Sequence[str]) -> str:
    """Return whose tool a command line starts, empty for task runners and unknown programs."""
    whole = " ".join(words)[:500]
    for line in (bare(words), whole):
        for name, pattern in _OWNERS:
            if pattern.match(line):
                return name
    return "python" if re.match(r"\S*/bin/python3?(?= |$)", whole) else ""


def tool(words: Sequence[str]) -> str:
    """Return the build tool that a command line starts: test, type check and build should share it."""
    line = bare(words)
    for name, pattern in (
        ("maven", _MVN),
        ("gradle", _GRADLE),
        ("stack", "stack"),
        ("cabal", r"cabal(?:-\S+)?"),
    ):
        if re.match(pattern + " ", line):
            return name
    return ecosystem(words)


def _is_partial(line: str, owner: str, kind: str) -> bool:
    if kind != "test":
        pattern = _PARTLY_BUILT.get(owner)
        return pattern is not None and pattern.search(line) is not None
    if not owner and re.search(r" --(?:tags?|single|only|filter)(?=[ =]|$)", line):
        return True
    if re.match(r"(?:tox|nox)\b", line) and re.search(r" (?:-e|-s|-f|--sessions?)(?=[ =])", line):
        return _WHOLE_SESSION.match(line) is None or _OF_A_FOLDER.search(line) is not None
    pattern = _PARTIAL.get(owner)
    return pattern is not None and pattern.search(line) is not None
