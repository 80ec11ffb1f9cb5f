"""Node projects: which package manager, which script, and what to do if there is no script."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hotfix_tui.detect.suggestion import Suggestion
from hotfix_tui.detect.tree import Tree

_LOCKS = (
    ("pnpm-lock.yaml", "pnpm"),
    ("yarn.lock", "yarn"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
)
MANAGERS = ("npm", "pnpm", "yarn", "bun")
_SCRIPTS = {
    "test": ("test", "test:ci", "test:run", "test:unit"),
    "typecheck": (
        *(
            "typecheck",
            "type-check",
            "check-types",
            "check:types",
            "types:check",
            "types",
            "tsc",
            "tsc:check",
        ),
        *("test:typecheck", "test:types", "test:tsc", "lint:types", "ts:check", "check:ts", "typescript"),
    ),
    "lint": ("lint",),
    "build": ("build", "compile"),
}
_CHECKERS = (("vue-tsc", ["vue-tsc", "--noEmit"]), ("svelte-check", ["svelte-check"]))
_RUNNERS = (
    ("vitest", ["vitest", "run"], "vitest.config.*"),
    ("jest", ["jest"], "jest.config.*"),
    ("mocha", ["mocha"], ".mocharc*"),
)
_WATCHES = re.compile(
    r"--watch(?!=false|=0)(?:All)?\b|\bnodemon\b|\btsc\b.*\s-w\b|\bng test\b(?!.*--watch=false)|\bvitest watch\b"
)
_STUB = "no test specified"


@dataclass
class Manager:
    """The package manager: its name, the reason for choosing it, and warnings about the choice."""

    name: str
    because: str
    warnings: list[str] = field(default_factory=list)
    classic: bool = False
    known: bool = True
    """Whether the project itself names it."""

    def script(self, name: str) -> list[str]:
        """Return the command that runs a script of package.json."""
        if name == "test" and self.name in ("npm", "pnpm", "yarn"):
            return [self.name, "test"]
        return ["yarn", name] if self.name == "yarn" else [self.name, "run", name]

    def program(self, words: list[str]) -> list[str]:
        """Return the command that runs a program of ``node_modules/.bin`` without installing anything."""
        start = {"pnpm": ["pnpm", "exec"], "yarn": ["yarn"], "bun": ["bun", "run"]}
        return [*start.get(self.name, ["npx", "--no-install"]), *words]


def manager(tree: Tree) -> Manager:
    """Return the package manager of a project: the one it names, else by its lockfile, else npm."""
    pinned = str(tree.value("package.json", "packageManager") or "").split("@")[0]
    source = "packageManager"
    if not pinned:
        declared = tree.value("package.json", "devEngines.packageManager")
        first: object = declared[0] if isinstance(declared, list) and declared else declared
        pinned, source = (
            str(first.get("name", "")) if isinstance(first, dict) else "",
            "devEngines.packageManager",
        )
    locks = [(lock, name) for lock, name in _LOCKS if tree.has(lock)]
    names = list(dict.fromkeys(name for _, name in locks))
    if pinned in MANAGERS:
        chosen = Manager(pinned, f"package.json names {pinned} in {source}")
        others = [lock for lock, name in locks if name != pinned]
        if others:
            chosen.warnings.append(f"package.json names {pinned}, but there is {' and '.join(others)} too.")
    elif locks:
        used = _installs_in_ci(tree, names) if len(names) > 1 else ""
        lock, name = next((pair for pair in locks if pair[1] == used), locks[0])
        chosen = Manager(name, f"{lock} exists" + (f" and CI installs with {used}" if used else ""))
        if len(names) > 1:
            files = " and ".join(lock for lock, _ in locks)
            chosen.warnings.append(
                f"There are lock files of several package managers ({files}); {name} was taken."
            )
    elif tree.root != tree.top and (above := manager(Tree(tree.top))).known:
        chosen = Manager(above.name, f"{above.because} at the root")
    else:
        chosen = Manager("npm", "there is no lock file, and npm is what Node comes with", known=False)
    berry = tree.has(".yarnrc.yml") or "__metadata:" in tree.text("yarn.lock")[:2000]
    version = str(tree.value("package.json", "packageManager") or "")
    chosen.classic = chosen.name == "yarn" and (version.startswith("yarn@1") or not (berry or version))
    return chosen


def _installs_in_ci(tree: Tree, names: list[str]) -> str:
    """Return which of several package managers the workflows install with; empty if none of them does."""
    top = Tree(tree.top)
    flows = [name for name in top.names(".github/workflows")[:60] if name.endswith((".yml", ".yaml"))]
    files = [f".github/workflows/{name}" for name in flows] + [".gitlab-ci.yml", ".circleci/config.yml"]
    text = "\n".join(top.text(file)[:100_000] for file in files if top.has(file))
    often = {name: len(re.findall(rf"\b{name} (?:install|ci|i)\b", text)) for name in names}
    most = max(often, key=lambda name: often[name])
    return most if often[most] else ""


def suggestions(tree: Tree, kind: str, warnings: list[str]) -> Iterator[Suggestion]:
    """Yield what package.json suggests, best first; adds warnings for people to ``warnings``."""
    if not tree.has("package.json"):
        return
    tool = manager(tree)
    if kind == "setup":
        yield _install(tree, tool)
        return
    yield from _scripts(tree, tool, kind, warnings)
    if kind in ("test", "build"):
        yield from _workspace(tree, tool, kind)
    if kind == "test":
        yield from _runner(tree, tool)
    if kind == "typecheck":
        yield from _checker(tree, tool)


def dependencies(
    tree: Tree, tables: Sequence[str] = ("dependencies", "devDependencies", "optionalDependencies")
) -> set[str]:
    """Return the names of all packages that package.json depends on."""
    packages: set[str] = set()
    for table in tables:
        names = tree.value("package.json", table)
        packages |= set(names) if isinstance(names, dict) else set()
    return packages


def scripts(tree: Tree) -> dict[str, str]:
    """Return the scripts of package.json."""
    table = tree.value("package.json", "scripts")
    return (
        {name: text for name, text in table.items() if isinstance(text, str)}
        if isinstance(table, dict)
        else {}
    )


def _install(tree: Tree, tool: Manager) -> Suggestion:
    """Return the install command that leaves the lockfile alone."""
    words = {
        "pnpm": ["pnpm", "install", "--frozen-lockfile"],
        "yarn": ["yarn", "install", "--frozen-lockfile" if tool.classic else "--immutable"],
        "bun": ["bun", "install", "--frozen-lockfile"],
    }
    locked = tree.has("package-lock.json") or tree.has("npm-shrinkwrap.json")
    plain = ["npm", "ci"] if locked else ["npm", "install", "--no-package-lock"]
    return Suggestion(words.get(tool.name, plain), f"package.json exists and {tool.because}")


def _scripts(tree: Tree, tool: Manager, kind: str, warnings: list[str]) -> Iterator[Suggestion]:
    """Yield scripts by their usual names; one that watches files would never end and comes last."""
    table = scripts(tree)
    ending: list[Suggestion] = []
    watching: list[Suggestion] = []
    for name in _SCRIPTS.get(kind, ()):
        text = table.get(name, "")
        if not text.strip() or _STUB in text:
            continue
        others = [] if kind != "test" or name in ("test", "test:ci") else _other_tests(table, name)
        doubt = f"package.json has more tests: {', '.join(others[:5])}." if others else ""
        reason = f"package.json has a {name} script and {tool.because}"
        suggestion = Suggestion(tool.script(name), reason, doubt=doubt)
        (watching if _WATCHES.search(text[:1000]) else ending).append(suggestion)
    if watching:
        warnings.append(f"The script {watching[0].argv[-1]!r} watches files and may not end by itself.")
    yield from ending
    yield from watching


_NO_TESTS = re.compile(
    r":(?:watch|coverage|cov|ui|debug|dev|update|snapshots?|types?|lint|format|ci|run|bench|e2e|browser|build|setup|prepare"
    r"|clean|report|open|playwright|cypress|integration|unit|local|all)\b"
)


def _other_tests(table: dict[str, str], chosen: str) -> list[str]:
    """Return the scripts that test something else than the chosen one, which is one of several."""
    return [
        name for name in table if name.startswith("test:") and name != chosen and not _NO_TESTS.search(name)
    ]


def watches(tree: Tree, suggestion: Suggestion) -> bool:
    """Return whether a command runs a script of package.json that watches files: it would not end."""
    if suggestion.argv[0] not in MANAGERS:
        return False
    texts = (text for name, text in scripts(tree).items() if name in suggestion.argv[1:])
    return any(_WATCHES.search(text[:1000]) for text in texts)


def _workspace(tree: Tree, tool: Manager, kind: str) -> Iterator[Suggestion]:
    """Yield commands for monorepos without a script at the root."""
    if tree.has("turbo.json") and (
        tree.value("turbo.json", f"tasks.{kind}") is not None
        or tree.value("turbo.json", f"pipeline.{kind}") is not None
    ):
        yield Suggestion(
            tool.program(["turbo", "run", kind]), f"turbo.json has a {kind} task and {tool.because}"
        )
    if tree.has("nx.json"):
        yield Suggestion(tool.program(["nx", "run-many", "-t", kind]), f"nx.json exists and {tool.because}")
    if tree.has("lerna.json"):
        yield Suggestion(tool.program(["lerna", "run", kind]), f"lerna.json exists and {tool.because}")
    if tree.has("pnpm-workspace.yaml"):
        texts = {name: text for name in packages(tree) if (text := scripts(tree.below(name)).get(kind, ""))}
        holder = next(iter(texts), "")
        # It runs them all: one that never ends, or that always fails, spoils it.
        if holder and not any(_STUB in text or _WATCHES.search(text[:1000]) for text in texts.values()):
            yield Suggestion(
                ["pnpm", "-r", kind] if kind == "test" else ["pnpm", "-r", "run", kind],
                f"pnpm-workspace.yaml exists and {holder} has a {kind} script",
            )


def packages(tree: Tree) -> list[str]:
    """Return the folders with a package.json one or two levels below the root."""
    near = tree.folders()
    folders = near + [inner for name in near[:40] for inner in tree.folders(name)[:60]]
    return [name for name in folders if tree.has(f"{name}/package.json")]


def _runner(tree: Tree, tool: Manager) -> Iterator[Suggestion]:
    """Yield a test runner that is installed but has no script."""
    asked = dependencies(tree)
    for name, words, config in _RUNNERS:
        if name in asked or tree.first(config):
            reason = f"package.json asks for {name}" if name in asked else f"{tree.first(config)} exists"
            yield Suggestion(tool.program(words), f"{reason} and {tool.because}")


def _checker(tree: Tree, tool: Manager) -> Iterator[Suggestion]:
    """Yield the type checker of a TypeScript project without a script for it; tsc needs a tsconfig.json."""
    asked = dependencies(tree)
    if not tree.has("tsconfig.json"):
        return
    for name, words in _CHECKERS:
        if name in asked:
            yield Suggestion(
                tool.program(words), f"tsconfig.json exists, package.json asks for {name} and {tool.because}"
            )
    installed = tree.has("node_modules/.bin/tsc")
    if installed or "typescript" in asked:
        parts = tree.value("tsconfig.json", "references") and tree.value("tsconfig.json", "files") == []
        words = ["tsc", "-b"] if parts else ["tsc", "--noEmit"]
        reason = "node_modules/.bin/tsc exists" if installed else "package.json asks for typescript"
        yield Suggestion(tool.program(words), f"tsconfig.json exists, {reason} and {tool.because}")
