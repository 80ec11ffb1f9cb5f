"""The repository's own CI workflow as evidence: the command lines of its test, type check and build jobs.

Apart from `search`, which weighs all evidence: the workflow is the strongest kind, and the hardest to read.
"""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from hotfix_tui.detect import ci_env, ci_matrix, woodpecker
from hotfix_tui.detect.known_commands import Known, bare, classify, ecosystem
from hotfix_tui.detect.match import python_command
from hotfix_tui.detect.node import scripts
from hotfix_tui.detect.suggestion import Suggestion
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.yaml_lines import Path, scalars

_FILES = (".gitlab-ci.yml", ".circleci/config.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml")
_PLUMBING = (
    "jobs",
    "steps",
    "stages",
    "pipelines",
    "default",
    "pull-requests",
    "branches",
    "step",
    "parallel",
    "build",
)
_ELSEWHERE = re.compile(
    r"e2e|codeql|legacy|alternative|compat|(?<![a-z])android(?![a-z])|doc-?tests?|snippets|msrv|\bmin[-_]version|minimal|wasm|end-to-end|integration|smoke|deploy|release|publish|pypi|coverity|nightly|bench|docs|windows|macos|docker|canary|fuzz",
    re.I,
)
_RELEASE_MODE = re.compile(r" (?:--configuration|-c|--config)[ =]Release\b| --(?:release|docker)\b")
_NAMED = {
    "test": re.compile(r"test|unit|spec|^ci$", re.I),
    "typecheck": re.compile(r"type|tsc|mypy|check|static", re.I),
    "build": re.compile(r"build|compile", re.I),
}
_MACHINES = {"GOARCH", "GOOS", "CROSS_COMPILE", "CARGO_BUILD_TARGET"}
"""Variables by which a line builds or tests for another machine."""

_CONTROL = re.compile(
    r"(?m)^[ \t]*(?:if|for|while|until|case|function|trap|exec|eval|source|\.)\b|<<|\(\)[ \t]*\{"
)
_EXPRESSION = re.compile(r"\$\{\{[^}]*\}\}")
_UNKNOWN = "\x00"
"""Stands for values that the CI service fills in."""
_TAKES_NAME = ("-e", "-s", "--session", "--sessions")
_SWITCHES = re.compile(
    r"--(?:workspace|all|all-features|all-targets|no-default-features|locked|frozen|offline|release|verbose|quiet|ci|run|no-"
    r"\w[\w-]*|each-feature|watchAll=false|passWithNoTests|run-?in-?band|strict|recursive|parallel|race|cover|color|info"
    r"|stacktrace|continue|headless|no-daemon)|-(?:v+|q|B|U|x|race|cover|short|ntp|r|s|w)"
)
"""Options without a value: the word after them is an argument of its own."""
_COVERS = re.compile(r"cov(?:erage)?(?![a-z])", re.I)
_CI_ONLY = re.compile(
    r"--cov(?:-\S+)?(?:=.*)?|--junit-?xml(?:=.*)?|--(?:output-)?group-\S*|--output-group(?:=.*)?|--color=\S+|--reporter=(?:github\S*|junit)|--no-build|--no-restore"
)
_CI_ONLY_WITH_VALUE = (
    "--cov-report",
    "--cov-config",
    "--junitxml",
    "--junit-xml",
    "--cov-context",
    "--log-junit",
)
_REPORTS = (
    "--formatter",
    "--format",
    "--reporter",
    "--reporters",
    "--logger",
    "--junitfile",
    "--coverage-clover",
)
_REPORT = re.compile(r"junit|github|teamcity|trx|clover|cobertura|\.xml", re.I)
"""Names of reports for the CI service: the same options can also choose one for people."""
_REPORT_FILE = re.compile(
    r" --[\w-]*(?:json|xml|html|report|stats)[\w-]*[ =][\w./-]+\.(?:json|xml|html)(?= |$)"
)
"""An option that writes a report into the checkout, for a later step of CI."""
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_PYTHON = ("pytest", "py.test", "mypy", "pyright", "basedpyright", "ruff", "tox", "nox", "coverage")


@dataclass(frozen=True)
class WorkflowLine:
    """A simple command of a workflow: its place, what it runs, and how well it fits its kind.

    ``left_out`` are the names of job variables that only fit the machine of the CI service: they point at services
    that it starts, or permit what harms any other.
    """

    file: str
    job: str
    known: Known
    argv: list[str]
    env: dict[str, str]
    cwd: str
    score: int
    left_out: tuple[str, ...] = ()
    matrix: tuple[str, ...] = ()
    """The values of the job's matrix that it takes as arguments: they are not known here."""
    beside: tuple[str, ...] = ()
    """What the job starts in the background before it."""
    contained: bool = False
    """Whether it runs in a container, which has what it needs."""

    @property
    def kind(self) -> str:
        """What it is for."""
        return self.known.kind

    @property
    def coverage(self) -> bool:
        """Whether its purpose is to measure coverage."""
        return bool(_COVERS.search(f"{self.job} {self.file} {' '.join(self.argv)}"))

    def suggestion(self) -> Suggestion:
        """Return this line as a suggestion."""
        place = f"the job {self.job!r} of {self.file}" if self.job else self.file
        risky = [name for name in self.left_out if ci_env.reckless(name)]
        of_services = [name for name in self.left_out if name not in risky]
        doubts = []
        if of_services:
            doubts.append(
                f"Variables of {place} were not taken over ({_listed(of_services)}): they lead to services that CI "
                "starts. What the command needs here belongs into its env."
            )
        if risky:
            doubts.append(
                f"Variables of {place} were not taken over ({_listed(risky)}): by their names they permit what only "
                "a machine that is thrown away should do."
            )
        if self.matrix and self.kind == "test":
            doubts.append(
                f"CI adds what the matrix of {place} holds ({_listed(list(self.matrix))}): it may test more."
            )
        if self.contained:
            doubts.append(
                f"{place[0].upper()}{place[1:]} runs it in a container: what that has is needed here."
            )
        if self.beside and self.kind == "test":
            doubts.append(
                f"{place[0].upper()}{place[1:]} starts in the background first: {_listed(list(self.beside))}."
            )
        return Suggestion(self.argv, f"{place} runs it", self.env, self.cwd, doubt=" ".join(doubts), ci=True)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:6]) + (" and more" if len(names) > 6 else "")


def suggestions(tree: Tree, kind: str) -> list[WorkflowLine]:
    """Return the workflow's commands of one kind, best first; special jobs (e2e, release, …) are left out."""
    candidates = [line for line in lines(tree) if line.kind == kind and line.score >= 0]
    return sorted(candidates, key=lambda line: -line.score)


def files(tree: Tree) -> list[str]:
    """Return the workflow files of the repository, GitHub's first."""
    names = [name for name in tree.names(".github/workflows")[:100] if name.endswith((".yml", ".yaml"))]
    others = [name for name in _FILES if tree.has(name)] + woodpecker.files(tree)
    return [f".github/workflows/{name}" for name in names] + others


_MOST_COMMANDS = 200
"""At most this many command lines of one workflow are examined, each with its job's variables."""


def lines(tree: Tree) -> list[WorkflowLine]:
    """Return the simple commands of known kinds in all workflow files, read once."""
    return tree.once(
        "ci lines",
        lambda: [line for file in files(tree) for line in islice(_lines_of(tree, file), _MOST_COMMANDS)],
    )


_BACKGROUND = re.compile(r"(?m)^[ \t]*(?:nohup[ \t]+)?([^#&|>\n]{1,60})[^#&|\n]*&[ \t]*$")
"""A command that a script starts and does not wait for."""

_WHOLE = ("haskell", "rust", "elixir", "ocaml")
"""Ecosystems whose tools handle the whole project, wherever they are started in it."""


def _lines_of(tree: Tree, file: str) -> Iterator[WorkflowLine]:
    text = tree.text(file)
    values = dict(scalars(text[:300_000]))
    jobs = ci_env.Jobs(values)
    background: dict[str, list[str]] = {}
    often = 0 if file.startswith(".github/") and "pull_request" not in text and "push" not in text else 3
    for path, script in values.items():
        step = _step(path)
        if step is None:
            continue
        name = values.get((*step, "name"), "") or values.get((*path[:-1], "name"), "")
        job = _job(path)
        beside = background.setdefault(job, [])
        filled = ci_matrix.filled_in(script, values, _job_path(path))
        for argv, env, cwd, matrix, contained in _all_commands(filled, _in_containers(script)):
            argv = _whole(argv)
            if "/" not in argv[0] and not ecosystem(argv) and tree.has(f"bin/{argv[0]}"):
                # CI installed what is here: another version is another program.
                argv = [f"bin/{argv[0]}", *argv[1:]]
            known = classify(argv) if classify(argv).kind else _script_of_tests(tree, argv, name)
            place = _folder(values, step, path)
            if place is None:
                continue  # a folder that only the CI service knows may hold anything, such as another project
            folder = "/".join(part for part in (place, cwd) if part)
            adapted = _adapted(tree.below(folder) if folder else tree, tree, argv)
            if not known.kind or adapted is None:
                continue
            if folder and not tree.has(folder + "/"):
                if known.ecosystem not in _WHOLE and not _checked_out(values, folder):
                    continue
                # CI checks out, or packs and unpacks, what it tests there: that is the project itself.
                folder = ""
            words = _RELEASE_MODE.sub("", " ".join(argv))
            special = _ELSEWHERE.search(f"{job} {name} {words} {file.rpartition('/')[2]}")
            named = _NAMED.get(known.kind)
            fits = 2 if named and named.search(f"{job} {name}") else 0
            apart = special or _MACHINES & env.keys()
            score = often + known.rank + fits - (20 if apart else 0)
            score -= contained + 3 * known.partial
            # A container has none of the job's variables.
            given, left = ({}, []) if contained else jobs.variables(step, _job_path(path))
            safe, risky = ci_env.without_reckless(env)
            left_out = (*left, *risky)
            env = {**given, **safe}
            yield WorkflowLine(
                file, job, known, adapted, env, folder, score, left_out, matrix, tuple(beside), contained
            )
        beside += [match[1].strip() for match in _BACKGROUND.finditer(script)]


_RUNS_TESTS = re.compile(
    r"(?:run(?:ning)?|execute)?\s*(?:the |all |full |our )*(?:unit )?(?:tests?|test[ -]?suite|specs?)\s*(?:[:(].*)?",
    re.I,
)
_NO_TESTS = re.compile(r"lint|fmt|format|generate|style|docs?\b|build|install|set-?up", re.I)


def _script_of_tests(tree: Tree, argv: list[str], step: str) -> Known:
    """Return what a script of the repository is for that a step called "Run tests" runs; nothing for any other."""
    file = argv[1] if argv[0] in ("bash", "sh") and len(argv) > 1 else argv[0]
    own = "/" in file or argv[0] in ("bash", "sh")
    if not own or not _RUNS_TESTS.fullmatch(step.strip(" \"'")) or _NO_TESTS.search(" ".join(argv)):
        return Known()
    return Known("test", 2) if tree.has(file.removeprefix("./")) and not file.startswith("/") else Known()


_OWN_TESTS = re.compile(r"(?:[a-z0-9.]+[-_])+tests?(?:[-_][a-z0-9.]+)*", re.I)


def tests_of_its_own(tree: Tree) -> str:
    """Return a program that CI runs and whose name says that it tests, where it is none that is known; empty if there
    is none. A shell of Nix, or an image of CI, may be what has it.
    """
    for file in files(tree):
        for path, script in scalars(tree.text(file)[:300_000]):
            if _step(path) is None or _ELSEWHERE.search(f"{_job(path)} {file.rpartition('/')[2]}"):
                continue
            for argv, *_ in _commands(script):
                own = _OWN_TESTS.fullmatch(argv[0]) and not _ELSEWHERE.search(argv[0])
                if own and not classify(argv).kind and not ecosystem(argv):
                    return argv[0]
    return ""


def _checked_out(values: dict[Path, str], folder: str) -> bool:
    """Return whether a step checks this repository out into a folder."""
    for path, value in values.items():
        if path[-2:] == ("with", "path") and value.removeprefix("./").rstrip("/") == folder:
            step = path[:-2]
            other = values.get((*step, "with", "repository"), "github.repository")
            if "actions/checkout" in values.get((*step, "uses"), "") and "github.repository" in other:
                return True
    return False


def names(tree: Tree, file: str) -> bool:
    """Return whether a workflow runs a file in any way: then that is how the project does it."""
    wanted = re.compile(rf"(?<![\w.-]){re.escape(file)}(?![\w.-])")
    return any(wanted.search(tree.text(name)) for name in files(tree))


def services(tree: Tree) -> list[str]:
    """Return the names of services (databases and the like) that the workflow's jobs start."""
    services_ = []
    for file in files(tree):
        for path, _ in scalars(tree.text(file)[:300_000]):
            if "services" in path[:-1]:
                name = path[path.index("services") + 1]
                services_.append(name) if isinstance(name, str) else None
    return list(dict.fromkeys(services_))


def _step(path: Path) -> Path | None:
    """Return the path of the step that a script belongs to, or None if the value is not a script."""
    if not path:
        return None
    if path[-1] in ("run", "script", "command") and any(isinstance(part, int) for part in path):
        return path[:-2] if path[-1] == "command" and len(path) > 2 and path[-2] == "run" else path[:-1]
    if len(path) > 2 and path[-2] in ("script", "commands") and isinstance(path[-1], int):
        return path[:-2]
    return path[:-1] if path[-1] == "script" else None


def _job(path: Path) -> str:
    """Return the name of the job that a path lies in."""
    named = [
        part
        for part in path[:-1]
        if isinstance(part, str) and part not in (*_PLUMBING, "script", "commands", "run")
    ]
    if path[0] == "jobs" and len(path) > 1 and isinstance(path[1], str):
        return path[1]
    return named[0] if named else ""


def _folder(values: dict[Path, str], step: Path, path: Path) -> str | None:
    """Return the folder that a step runs in, relative to the root; None if only the CI service knows."""
    keys = [(*step, name) for name in ("working-directory", "workingDirectory")]
    keys += [(*path[:-1], "working_directory"), (*path[:2], "defaults", "run", "working-directory")]
    keys.append(("defaults", "run", "working-directory"))
    word = next((values[key] for key in keys if key in values), "").strip()
    word = _WORKSPACE.sub("", word).removeprefix("./").rstrip("/")
    if "$" in word:
        return None
    return "" if word == "." or word.startswith("/") or ".." in word else word


_WORKSPACE = re.compile(
    r"^(?:\$\{\{\s*github\.workspace\s*\}\}|\$\{?(?:GITHUB_WORKSPACE|CI_PROJECT_DIR)\}?|~/project)(?:/|$)"
)
"""How services name the folder of the checkout."""


def _job_path(path: Path) -> Path:
    """Return the path of the job that a script belongs to."""
    return path[:2] if path[0] == "jobs" else path[:1]


_ARGUMENT = re.compile(r"(?<=\s)\$\{\{\s*(matrix\.[\w.-]+)\s*\}\}(?=\s|$)")


def _commands(script: str) -> Iterator[tuple[list[str], dict[str, str], str, tuple[str, ...]]]:
    """Yield the simple commands of a script with their variables, their folder and the values of the matrix that
    they take as arguments; none if it has control flow.
    """
    if _CONTROL.search(script):
        return
    cwd = ""
    lines = script.replace("\\\n", " ").splitlines()
    for raw in lines:
        matrix = tuple(
            match[1] for match in _ARGUMENT.finditer(raw) if not _takes_value(raw[: match.start()])
        )
        line = _EXPRESSION.sub(_UNKNOWN, raw)
        for words in _simple(line.strip()):
            env: dict[str, str] = {}
            while words and (match := _ASSIGNMENT.fullmatch(words[0])):
                env[match[1]] = match[2]
                words = words[1:]
            if words[:1] == ["cd"] and len(words) == 2:
                cwd = words[1].removeprefix("./").rstrip("/")
            elif words and words[0] not in ("sudo", "docker", "docker-compose", "echo"):
                words = _without_unknown(words)
                if words and not any(_UNKNOWN in value for value in env.values()):
                    yield words, env, cwd, matrix


_CONTAINER = re.compile(
    r"\b(?:docker|podman)(?:[- ]compose)?\b[^\n]*\b(?:run|exec)\b[^\n]*\b(?:ba|z)?sh -l?c "
    r"(?P<quote>['\"])(?P<script>.*?)(?P=quote)",
    re.DOTALL,
)


def _in_containers(script: str) -> list[str]:
    """Return the scripts that containers are started for."""
    return [re.sub(r"\s*;\s*", " && ", match["script"]) for match in _CONTAINER.finditer(script[:20_000])]


def _all_commands(
    plain: Iterable[tuple[str, tuple[str, ...]]], contained: Iterable[str]
) -> Iterator[tuple[list[str], dict[str, str], str, tuple[str, ...], bool]]:
    """Yield the commands of scripts, which come with what a matrix adds to them, then of those in containers."""
    for script, more in plain:
        for argv, env, cwd, matrix in _commands(script):
            yield argv, env, cwd, more + matrix, False
    for script in contained:
        for argv, env, cwd, matrix in _commands(script):
            yield argv, env, cwd, matrix, True


def _takes_value(before: str) -> bool:
    """Return whether the last word before an argument is an option whose value it is."""
    words = before.split()
    last = words[-1] if words else ""
    if last in _TAKES_NAME and {"nox", "tox"} & set(words):
        return True  # elsewhere ``-s`` is a switch
    return last.startswith("-") and last != "--" and "=" not in last and not _SWITCHES.fullmatch(last)


def _without_unknown(words: list[str]) -> list[str]:
    """Return the words without those that only the CI service knows; none at all if the program is one of them."""
    kept: list[str] = []
    for word in words:
        if _UNKNOWN not in word:
            kept.append(word)
            continue
        known = word.replace(_UNKNOWN, "").rstrip("-_.=/,(")
        if kept and _takes_value(" ".join(kept)):
            if known and kept[-1] in _TAKES_NAME and known[0].isalpha():
                kept.append(known)  # the tox or nox environment without its version
            else:
                kept.pop()
    return [] if words and _UNKNOWN in words[0] else kept


def _simple(line: str) -> list[list[str]]:
    """Return a line as the commands that ``&&`` joins; empty if it needs more shell than that."""
    bare = _QUOTED.sub("", line)
    if (
        not line
        or line.startswith("#")
        or "$" in line
        or "`" in line
        or re.search(r"[*?~{}\[\]\\]|%\w+%", bare)
    ):
        return []
    try:
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words = list(lexer)
    except ValueError:
        return []
    commands: list[list[str]] = [[]]
    for word in words:
        if word == "&&":
            commands.append([])
        elif word and all(char in "();<>|&" for char in word):
            return []
        else:
            commands[-1].append(word)
    return [command for command in commands if command]


_SHARE = re.compile(
    r"--(?:shard|shards|partitions?|splits|num-?shards?|shard-?(?:id|index|count)|total-?shards|(?:num-)?test-groups?)"
)
"""Options by which a job of CI runs its share of the tests."""


def _whole(argv: list[str]) -> list[str]:
    """Return the command without the options that leave the rest of the tests to other jobs."""
    of_pytest = any(word.partition("=")[0] == "--splits" for word in argv)
    kept: list[str] = []
    words = iter(argv)
    for word in words:
        name, given, _ = word.partition("=")
        if not _SHARE.fullmatch(name) and not (of_pytest and name == "--group"):
            kept.append(word)
        elif not given:
            value = next(words, "")
            if value and not re.match(r"\d|count:|hash:|slice:", value):
                kept.append(value)
    return kept


def _without_reports(argv: list[str]) -> list[str]:
    """Return the command without options that only affect the CI service's display: coverage, reports, line groups."""
    if argv[0] in ("task", "make", "just") and any("::" in word for word in argv):
        first = next((at for at, word in enumerate(argv) if word.startswith("--")), len(argv))
        return argv[:first]
    kept: list[str] = []
    line = (
        _REPORT_FILE.sub(" ", " ".join(argv))
        if len(argv) > 2 and not any(" " in word for word in argv)
        else ""
    )
    words = iter(line.split() or argv)
    for word in words:
        if word in _CI_ONLY_WITH_VALUE:
            next(words, "")
        elif word.partition("=")[0] in _REPORTS:
            value = word.partition("=")[2] or next(words, "")
            if not _REPORT.search(value):
                kept += [word] if "=" in word else [word, value]
        elif not _CI_ONLY.fullmatch(word):
            kept.append(word)
    return kept[:-1] if kept[-1:] == ["--"] else kept


_ELSEWHERE_BUILT = re.compile(r" --target[ =]\S")
_ANY_MACHINE = re.compile(
    r" --target[ =](?:x86_64|aarch64|i686)-(?:unknown-linux-(?:gnu|musl)|apple-darwin|pc-windows-\w+)(?= |$)"
)
"""The machines that people work on: what is built for them is built for the one at hand."""


def _nightly(tree: Tree) -> bool:
    """Return whether the project itself asks for a nightly toolchain of Rust."""
    return any("nightly" in tree.text(name) for name in ("rust-toolchain.toml", "rust-toolchain"))


_NODE = ("npm", "pnpm", "yarn", "bun")
_ELSEWHERE_RUN = {"--prefix", "-C", "--dir", "--cwd", "--workspace", "-w", "--filter"}
"""Options by which a package manager runs what another folder has."""

_UV_ADDS = {"--with", "--with-editable", "--with-requirements", "--isolated", "--no-project", "--script"}
"""Options by which uv runs a program in an environment other than the project's."""


def _adapted(tree: Tree, top: Tree, argv: list[str]) -> list[str] | None:
    """Return the command as it should run here: in the project's environment, and without changing a lockfile.

    None for a script that package.json does not have, and for what needs a nightly toolchain of Rust or the standard
    library of another machine.
    """
    if argv[0] == "cargo":
        if any(word.startswith("-Z") for word in argv) and not _nightly(tree):
            return None
        line = " ".join(argv)
        if _ELSEWHERE_BUILT.search(line) and not _ANY_MACHINE.search(line):
            return None
        argv = _ANY_MACHINE.sub("", line).split(" ") if _ANY_MACHINE.search(line) else argv
    argv = _without_reports(argv)
    if (
        argv[0] in _NODE
        and not tree.has("package.json")
        and not _ELSEWHERE_RUN & {word.partition("=")[0] for word in argv}
    ):
        return None  # a template for the repositories of others, or for a folder that only CI knows
    if argv[:2] == ["uv", "run"] and not {"--frozen", "--locked", "--no-sync"} & set(argv):
        inner = bare(argv).split(" ")
        if top.has("uv.lock") or tree.has("uv.lock"):
            return ["uv", "run", "--frozen", *argv[2:]]
        if inner[0] not in (*_PYTHON, "python", "python3") or _UV_ADDS & {
            word.partition("=")[0] for word in argv
        }:
            return argv
        argv = argv[
            -len(inner) :
        ]  # without a lock uv would write one: the set-up's environment has what it needs
    if argv[0] == "npx" and not {"--no", "--no-install"} & set(argv):
        return ["npx", "--no-install", *(word for word in argv[1:] if word not in ("-y", "--yes"))]
    if argv[0] in ("npm", "pnpm", "yarn", "bun") and argv[1:2] == ["run"] and tree.has("package.json"):
        name = next((word for word in argv[2:] if not word.startswith("-")), "")
        return argv if name in scripts(tree) else None
    if argv[0] in _PYTHON:
        return python_command(tree, argv)[0]
    if argv[0] in ("python", "python3"):
        return python_command(tree, ["python", *argv[1:]])[0]
    return argv
