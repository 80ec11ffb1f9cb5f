"""What the source promises about itself: read from its syntax trees, and seen in fresh interpreters."""

import ast
import builtins
import functools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.facts import FACTS

TOP = Path(__file__).resolve().parent.parent
PACKAGE = TOP / "hotfix_tui"
FILES = sorted(PACKAGE.rglob("*.py"))
WORLD = PACKAGE / "demo" / "world"
"""Programs of the drill: its service's history and its tool run by themselves, outside of the wizard."""

OURS = [path for path in FILES if WORLD not in path.parents]
BELOW_UI = (
    *("engine", "steps", "demo", "runner", "forges", "platforms"),
    *("monitor", "documents", "session", "git", "config", "detect", "testresults", "incident", "base"),
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
NO_STEPS = {
    *("branch.oid", "branch.head", "branch.upstream"),
    *("deploy.staging", "deploy.platform", "deploy.targets", "deploy.current", "release.branches"),
    *("fix.regression", "fix.guard.step", "monitor.items", "release.rules", "verify.checks"),
    *("fix.patch", "review.md"),
}
"""Texts that look like the id of a step: of git's status, keys of the configuration, modules, files."""


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def where(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(TOP)}:{getattr(node, 'lineno', 1)}"


Kinds = type[ast.AST] | tuple[type[ast.AST], ...]


@functools.cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(path)))


def nodes(kind: Kinds, paths: list[Path] = FILES) -> Iterator[tuple[Path, ast.AST]]:
    """Every node of a kind, with its file."""
    for path in paths:
        for node in nodes_of(path):
            if isinstance(node, kind):
                yield path, node


def module_of(path: Path) -> str:
    parts = path.relative_to(TOP).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def name_of(function: ast.expr) -> str:
    """The last part of what is called: ``Static``, ``notify``."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def test_there_is_something_to_look_at():
    assert len(OURS) > 100
    assert {path.relative_to(PACKAGE).parts[0] for path in OURS if path.parent != PACKAGE} >= {
        *BELOW_UI,
        "ui",
        "cli",
    }


# What must not be there


def test_no_markup_is_escaped():
    """Escaping is not safe for every text; texts from outside never reach a markup parser instead."""
    found = [
        where(path, node)
        for path, node in nodes(ast.ImportFrom)
        if (node.module or "").endswith("markup") and any(name.name == "escape" for name in node.names)
    ]
    found += [
        where(path, node)
        for path, node in nodes(ast.Attribute)
        if node.attr == "escape" and ast.unparse(node.value).endswith("markup")
    ]
    assert found == []


def test_no_command_is_read_by_a_shell():
    found = [
        where(path, node)
        for path, node in nodes(ast.keyword)
        if node.arg == "shell" and not (isinstance(node.value, ast.Constant) and node.value.value is False)
        if not isinstance(node.value, ast.Name | ast.Attribute)
    ]
    found += [
        where(path, node)
        for path, node in nodes(ast.Call)
        if ast.unparse(node.func)
        in ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput")
    ]
    assert found == []


def test_session_files_have_no_multiline_strings():
    """tomli-w's multi-line strings do not give every text back."""
    assert [where(path, node) for path, node in nodes(ast.keyword) if node.arg == "multiline_strings"] == []


FORBIDDEN = {"stash", "clean", "checkout", "reset", "switch"}
"""Verbs of git that move or throw away what lies in a work tree."""


def arguments(node: ast.AST) -> list[str]:
    """The literal texts in a list, tuple or call, in their order, the beginnings of f-strings too."""
    items = node.args if isinstance(node, ast.Call) else node.elts
    parts = [item.values[0] if isinstance(item, ast.JoinedStr) and item.values else item for item in items]
    return [item.value for item in parts if isinstance(item, ast.Constant) and isinstance(item.value, str)]


def argument_lists() -> Iterator[tuple[str, list[str]]]:
    """Everything that could be part of an argument list; what builds the drill works on what it made itself."""
    for path, node in nodes((ast.List, ast.Tuple, ast.Call)):
        if path.parent != PACKAGE / "demo":
            yield where(path, node), arguments(node)


def test_git_never_touches_the_engineers_own_work():
    """No reset --hard, clean or stash; no checkout, and no switch but of a new branch."""
    found, pushes = [], 0
    for spot, words in argument_lists():
        pushes += "push" in words
        verbs = FORBIDDEN & set(words)
        if "switch" in verbs and "-c" in words and not {"--force", "-f", "--discard-changes"} & set(words):
            verbs.remove("switch")
        if verbs or "--hard" in words:
            found.append(f"{spot}: {words}")
    assert pushes >= 5, "git's arguments were not recognised"
    assert found == []


def test_pushes_force_nothing_but_with_an_exact_lease():
    found, leases = [], 0
    for spot, words in argument_lists():
        leases += any(word.startswith("--force-with-lease=") for word in words)
        if "--force-with-lease" in words or (
            "push" in words and {"--force", "-f", "--mirror", "--delete"} & set(words)
        ):
            found.append(f"{spot}: {words}")
        found += [f"{spot}: {words}" for word in words if word.startswith("+refs/") and "push" in words]
    assert leases == 2, "of the hotfix branch, and of tags that users pin"
    assert found == []


def test_no_errors_are_swallowed_without_a_word():
    found = [
        where(path, node)
        for path, node in nodes(ast.ExceptHandler)
        if (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and all(isinstance(line, ast.Pass) for line in node.body)
    ]
    assert found == []


def texts_of_the_repository() -> Iterator[tuple[Path, str]]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=TOP, capture_output=True, check=False,
    )  # fmt: skip
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    paths = [TOP / name for name in names if name] or [p for p in TOP.rglob("*") if ".venv" not in p.parts]
    for path in paths:
        if path.is_file() and path.suffix in (
            ".py",
            ".md",
            ".toml",
            ".j2",
            ".yml",
            ".yaml",
            ".sh",
            ".json",
            "",
        ):
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_nothing_is_left_to_do_in_the_source():
    words = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b")
    found = [where(path) for path in FILES if words.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_nothing_names_the_machine_it_was_written_on():
    """Paths of one machine and package registries have no place in the repository."""
    hosts = ("pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org", "proxy.golang" + ".org")
    places = re.compile(r"(?<![\w.$}/-])/(?:work|opt/hv|root)/[\w.-]|\.\./shared/")
    found = []
    for path, text in texts_of_the_repository():
        if path == Path(__file__).resolve():
            continue
        found += [f"{where(path)} names {host}" for host in hosts if host in text]
        found += [f"{where(path)} names {match[0]}" for match in places.finditer(text)]
    assert found == []


MARKUP = ("Static", "Label", "Button", "Checkbox", "RadioButton", "Collapsible", "TabPane", "Placeholder")
"""Widgets that read a plain text as markup unless they are told not to."""


def is_plain(value: ast.expr) -> bool:
    """A literal without markup, or a Content, which is none."""
    if isinstance(value, ast.Constant):
        return not (isinstance(value.value, str) and "[" in value.value)
    return isinstance(value, ast.Call) and ast.unparse(value.func).split(".")[0] == "Content"


def test_no_text_from_outside_is_parsed_as_markup():
    found, seen = [], 0
    for path, node in nodes(ast.Call, OURS):
        name = name_of(node.func)
        if name not in (*MARKUP, "notify"):
            continue
        seen += 1
        options = {option.arg: option.value for option in node.keywords}
        off = options.get("markup")
        if isinstance(off, ast.Constant) and off.value is False:
            continue
        given = [*node.args[:1], *(options[key] for key in ("message", "content", "label") if key in options)]
        if not all(is_plain(value) for value in given):
            found.append(f"{where(path, node)}: {ast.unparse(node)[:80]}")
    assert seen > 10, "the widgets were not recognised"
    assert found == []


def test_titles_of_borders_and_tooltips_are_no_markup():
    found = [
        f"{where(path, node)}: {ast.unparse(node)[:80]}"
        for path, node in nodes(ast.Assign, OURS)
        for target in node.targets
        if isinstance(target, ast.Attribute)
        and target.attr in ("border_title", "border_subtitle", "tooltip")
        and not is_plain(node.value)
    ]
    assert found == []


# Small enough to hold in the head


def test_modules_are_short():
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in OURS}
    assert {where(path): size for path, size in sizes.items() if size > 600} == {}


def test_functions_are_short():
    found = {}
    for path, node in nodes(FUNCTIONS):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length >= 60:
            found[f"{where(path, node)} {node.name}"] = length
    assert found == {}


NAMING = {
    "cli/table": ("hotfix_tui.cli",),
    "incident/model/catalog": ("hotfix_tui.steps",),
    "steps/registry": ("hotfix_tui.steps",),
    "ui/pictures/scene": ("hotfix_tui.ui.pictures",),
}
"""Tables that name modules in texts, and the package below which they are looked for."""

ONE_KIND = {
    "forges/pushed": "hotfix_tui.forges.pushed_",
    "testresults/scan": "hotfix_tui.testresults.",
    "ui/router": "hotfix_tui.ui.screens.",
    "ui/screens/dialogs": "hotfix_tui.ui.screens.",
}
"""Modules that import others of one kind, each for itself; they say so once, for all of them."""


def importers(paths: list[Path]) -> dict[str, set[str]]:
    """The modules that import each module (late, and for type checkers, too), or name it in a table."""
    known = {module_of(path) for path in paths}
    found: dict[str, set[str]] = {module: set() for module in known}
    for path, node in nodes((ast.Import, ast.ImportFrom), paths):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        else:
            named = [name for alias in node.names for name in (f"{node.module}.{alias.name}", node.module)]
        for name in known.intersection(named):
            found[name].add(module_of(path))
    for path, node in nodes(ast.Constant, paths):
        for package in NAMING.get(path.relative_to(PACKAGE).with_suffix("").as_posix(), ()):
            name = f"{package}.{str(node.value).partition(':')[0].replace('-', '_')}"
            if name in known:
                found[name].add(module_of(path))
    return found


def test_tables_of_modules_are_read():
    """What a table names is not taken for a part of the one module that imports it besides."""
    by = importers(OURS)
    assert by["hotfix_tui.steps.deploy.production"] == {"hotfix_tui.incident.model.catalog"}
    assert "hotfix_tui.cli.table" in by["hotfix_tui.cli.act"]
    assert by["hotfix_tui.ui.pictures.triage"] == {"hotfix_tui.ui.pictures.scene"}
    assert "hotfix_tui.steps.registry" in by["hotfix_tui.steps.fix.guard.step"]


def test_a_module_with_one_importer_says_why_it_is_apart():
    """Whoever reads the importer has to open it, too: that has to be worth it. One that only a table names, or nobody,
    is started, or found, by its name; a package's ``__init__`` is there for the package.
    """
    docs = {module_of(path): ast.get_docstring(tree_of(path)) or "" for path in OURS}
    tables = {f"hotfix_tui.{name.replace('/', '.')}": prefix for name, prefix in ONE_KIND.items()}
    naming = {f"hotfix_tui.{name.replace('/', '.')}" for name in NAMING}
    assert [table for table in tables if " a module each" not in docs[table]] == []
    alone, silent = 0, []
    for path in OURS:
        module = module_of(path)
        by = [*importers_of_ours()[module]]
        if path.name == "__init__.py" or len(by) != 1 or by[0] in naming:
            continue
        if by[0] in tables and module.startswith(tables[by[0]]):
            continue
        alone += 1
        if not re.search(r"\b(?:apart|separate) from\b", docs[module], re.I):
            silent.append(f"{module}, which only {by[0]} imports")
    assert alone > 100
    assert silent == []


def test_nobody_says_why_a_module_is_apart_in_the_words_of_another():
    """A reason that fits two modules is a formula, and tells nobody anything."""
    reasons: dict[str, list[str]] = {}
    for path in OURS:
        doc = " ".join((ast.get_docstring(tree_of(path)) or "").split())
        if said := re.search(r"\b[Aa]part from .*?: (.*?)(?:\.(?: |$)|$)", doc):
            reasons.setdefault(said[1], []).append(module_of(path))
    assert {reason: modules for reason, modules in reasons.items() if len(modules) > 1} == {}


@functools.cache
def importers_of_ours() -> dict[str, set[str]]:
    return importers(OURS)


ROOTS = ("HotfixError", "Clause", "OSError")
CONTROL_FLOW = {"hotfix_tui.base.asking.NotAsked", "hotfix_tui.detect.expressions._Unreadable"}
"""Exceptions that never reach a person: see docs/architecture.md, Errors."""


def exceptions() -> dict[str, list[str]]:
    """The classes of exceptions by their full names, each with the names of its bases."""
    found = {
        f"{module_of(path)}.{node.name}": [name_of(base) for base in node.bases]
        for path, node in nodes(ast.ClassDef, OURS)
    }
    known = {
        name
        for name, kind in vars(builtins).items()
        if isinstance(kind, type) and issubclass(kind, Exception)
    }
    while True:
        more = {name for name, bases in found.items() if known.intersection(bases)}
        short = {name.rpartition(".")[2] for name in more}
        if short <= known:
            return {name: found[name] for name in more}
        known |= short


def test_every_error_is_below_one_root():
    """Its class has the exit status and the cure: whoever reports it asks the class, and knows no other."""
    errors = exceptions()
    assert len(errors) > 40
    below = set(ROOTS)
    while (
        more := {name.rpartition(".")[2] for name, bases in errors.items() if below.intersection(bases)}
        - below
    ):
        below |= more
    assert {name for name in errors if name.rpartition(".")[2] not in below} == CONTROL_FLOW


def test_a_clause_is_completed_by_who_catches_it():
    """It is half a sentence; each class of them is caught by its name, or by its base's."""
    errors = exceptions()
    clauses = {name.rpartition(".")[2]: bases for name, bases in errors.items() if "Clause" in bases}
    clauses |= {
        name.rpartition(".")[2]: bases for name, bases in errors.items() if clauses.keys() & set(bases)
    }
    caught = {
        name_of(kind)
        for _, node in nodes(ast.ExceptHandler, OURS)
        for kind in (node.type.elts if isinstance(node.type, ast.Tuple) else [node.type])
        if kind is not None
    }
    assert len(clauses) > 4
    assert {name for name, bases in clauses.items() if not caught.intersection([name, *bases])} == set()


def test_a_class_name_means_one_thing_in_a_room_and_two_at_most():
    """``Row`` in nine modules says nothing in an error of mypy or a search; ``LogRow`` does. What a second room calls
    by the same word (a tag of git, and the step that tags) is told apart by its room, and a nested class by the one
    that holds it: ``ChangeList.Selected``.
    """
    defined: dict[str, list[str]] = {}
    for path in OURS:
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                defined.setdefault(node.name, []).append(module_of(path))
    rooms_of = {name: [module.split(".")[1] for module in modules] for name, modules in defined.items()}
    assert len(defined) > 500
    assert {
        name: defined[name]
        for name, places in rooms_of.items()
        if len(places) > 2 or len(set(places)) < len(places)
    } == {}


def test_evidence_is_read_by_its_classes():
    """``record.seen(Committed).commit``, not ``record.evidence("verify.commit", "commit")``: mypy knows the first."""
    found = []
    for path, node in nodes((ast.Call, ast.Subscript), OURS):
        if isinstance(node, ast.Call):
            called = name_of(node.func)
            key = [*node.args, None][0]
            by_key = called == "evidence" and (
                isinstance(key, ast.Constant) or (isinstance(key, ast.Attribute) and key.attr.isupper())
            )
            by_key = by_key or (called == "get" and name_of(getattr(node.func, "value", node)) == "evidence")
        else:
            by_key = isinstance(node.ctx, ast.Load) and name_of(node.value) == "evidence"
        if by_key:
            found.append(where(path, node))
    assert found == []


def test_the_id_of_a_step_is_written_once():
    """A step is looked up by its id; a name is seen by the type checker, a wrong text finds nothing in silence."""
    facts = set(FACTS)
    like_one = re.compile(rf"(?:{'|'.join(map(re.escape, catalog.STAGES))})\.[a-z-]+(?:\.[a-z-]+)?")
    there, elsewhere = set(), {}
    for path, node in nodes(ast.Constant, OURS):
        if not isinstance(node.value, str) or not like_one.fullmatch(node.value):
            continue
        if path == PACKAGE / "incident/model/catalog.py":
            there.add(node.value)
        elif path != PACKAGE / "steps/registry.py":  # its texts are modules
            elsewhere[node.value] = where(path, node)
    assert there - facts == set(catalog.STEPS) | set(catalog.SIDE_RUNS)
    assert {name: place for name, place in elsewhere.items() if name not in facts | NO_STEPS} == {}


BEFORE_ANYTHING = ("cli/__init__", "runner/supervise")
"""The entry points: what they import is chosen by how they were started, and the second is started by its path."""


def test_imports_of_ours_stand_at_the_top():
    """A module that is imported as a module is loaded at its first use (`hotfix_tui/lazy.py`): nobody waits for it."""
    late = {
        path.relative_to(PACKAGE).with_suffix("").as_posix()
        for path, function in nodes(FUNCTIONS, OURS)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hotfix_tui")
    }
    assert sorted(late) == sorted(BEFORE_ANYTHING)


def test_packages_are_light():
    """An ``__init__`` that imports makes everything below it as slow as its slowest part."""
    found = []
    for path in OURS:
        if path.name != "__init__.py" or path.parent == PACKAGE:  # it installs what makes imports light
            continue
        for node in tree_of(path).body:
            light = isinstance(node, (*FUNCTIONS, ast.Expr)) or (
                isinstance(node, ast.Import) and [name.name for name in node.names] == ["sys"]
            )
            if not light:
                found.append(where(path, node))
    assert found == []


# What tests share

_FIXTURE = re.compile(
    r"^@pytest\.fixture\b[^@]*?(?:^@[^@]*?)*^(?:async )?def (\w+)|^(\w+)(?:: [^=\n]+)? = pytest\.fixture\(",
    re.M,
)
_IMPORT = re.compile(r"^ *from (tests[\w.]*) import (\([^)]*\)|.*)", re.M)


def imported_fixtures(texts: dict[str, str]) -> list[str]:
    """Return what imports a fixture by its name, as ``module: name``, of modules of tests and their texts."""
    fixtures = {
        (module, name)
        for module, text in texts.items()
        for pair in _FIXTURE.findall(text)
        for name in pair
        if name
    }
    assert fixtures
    return [
        f"{module}: {name}"
        for module, text in texts.items()
        for source, names in _IMPORT.findall(text)
        for name in re.findall(r"(\w+)(?: as \w+)?", re.sub(r"#.*", "", names))
        if (source, name) in fixtures
    ]


def test_no_fixture_is_imported():
    """A fixture that is imported needs a `noqa` where it is asked for, and is built once per module that imports it,
    however wide its scope; an automatic one takes effect by a line that looks unused. In a conftest.py it is found by
    its name: the one of a room, or tests/conftest.py if several rooms use it.
    """
    files = sorted((TOP / "tests").rglob("*.py"))
    texts = {module_of(path): path.read_text(encoding="utf-8") for path in files}
    assert len(_FIXTURE.findall("\n".join(texts.values()))) > 100
    assert imported_fixtures(texts) == []


@pytest.mark.parametrize(
    "made",
    [
        "@pytest.fixture\ndef shop():\n    pass\n",
        '@pytest.fixture(\n    scope="session",\n    autouse=True,\n)\nasync def shop():\n    pass\n',
        "@pytest.fixture\n@contextmanager\ndef shop():\n    pass\n",
        'shop = pytest.fixture(name="shop")(lambda: 1)\n',
    ],
    ids=["plain", "with options", "with another decorator", "by a call"],
)
@pytest.mark.parametrize(
    "line",
    [
        "from tests.made import shop\n",
        "from tests.made import shop as _shop  # noqa: F401\n",
        "from tests.made import (\n    Other,\n    shop,  # noqa: F401\n)\n",
        "def test_it():\n    from tests.made import Other, shop\n",
    ],
    ids=["plain", "renamed", "among others", "late"],
)
def test_a_fixture_that_is_imported_is_seen(made, line):
    assert imported_fixtures({"tests.made": made, "tests.test_it": line}) == ["tests.test_it: shop"]
    assert imported_fixtures({"tests.made": made, "tests.test_it": line.replace("shop", "shop_of")}) == []


def _is_entry(node: ast.AST) -> bool:
    """Return whether it is the entry of a step: ``record.steps[…]``."""
    return isinstance(node, ast.Subscript) and getattr(node.value, "attr", "") == "steps"


def _is_evidence(node: ast.AST) -> bool:
    """Return whether it is the evidence of an entry: ``record.steps[…]["evidence"]``."""
    return (
        isinstance(node, ast.Subscript)
        and _is_entry(node.value)
        and getattr(node.slice, "value", "") == "evidence"
    )


def _is_written_out(node: ast.AST) -> bool:
    """Return whether it is a table with keys of its own."""
    return isinstance(node, ast.Dict) and any(node.keys)


def _with_evidence(value: ast.AST) -> bool:
    """Return whether an entry's evidence is written out in `value`."""
    return any(
        getattr(key, "value", "") == "evidence" and _is_written_out(held)
        for table in ast.walk(value)
        if isinstance(table, ast.Dict)
        for key, held in zip(table.keys, table.values, strict=True)
    )


def evidence_by_hand(tree: ast.AST) -> list[int]:
    """Return the lines that write evidence into a record by keys of their own."""
    lines = []
    for node in ast.walk(tree):
        by_hand = False
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            by_hand = (
                any(_is_evidence(part) for part in ast.walk(target) if part is not target)
                or (_is_evidence(target) and _is_written_out(node.value))
                or (_is_entry(target) and _with_evidence(node.value))
            )
        elif isinstance(node, ast.Call) and name_of(node.func) == "update":
            by_hand = any(_is_evidence(part) for part in ast.walk(node.func))
        if by_hand:
            lines.append(node.lineno)
    return lines


def test_tests_invent_no_evidence():
    """A record for a test comes from the steps themselves, or is written by `tests/typed.py`, which refuses what no
    step can see: a picture or a text of invented evidence proves nothing. Only what 0.1.0 stored, which no class has
    any more, is written by its keys.
    """
    tests = [path for path in (TOP / "tests").rglob("*.py") if ".steps[" in path.read_text("utf-8")]
    assert len(tests) > 20
    found = {str(path.relative_to(TOP)): evidence_by_hand(tree_of(path)) for path in tests}
    assert [place for place, lines in found.items() if lines] == ["tests/incident/test_run_note.py"]


@pytest.mark.parametrize(
    ("line", "by_hand"),
    [
        ('record.steps["a"]["evidence"]["ran"] = 2', True),
        ('record.steps["a"]["evidence"] = {"ran": 2}', True),
        ('record.steps["a"]["evidence"] |= {"ran": 2}', True),
        ('shop.record.steps[STEP]["evidence"].update(ran=2)', True),
        ('record.steps["a"] = {"state": "done", "evidence": {"ran": 2}}', True),
        ('record.steps["a"] = {**seen, "evidence": {"ran": 2, **more}}', True),
        ('record.steps["a"] = {"state": "done"}', False),
        ('record.steps["a"] = {"state": "done", "evidence": seen}', False),
        ('record.steps["a"]["evidence"] = {}', False),
        ('record.steps["a"]["tree"] = "0" * 40', False),
    ],
)
def test_evidence_that_is_written_by_hand_is_seen(line, by_hand):
    assert bool(evidence_by_hand(ast.parse(line))) is by_hand


# Fresh interpreters

HEAVY = ("textual", "rich", "git", "msgspec", "jinja2", "aiohttp", "subprocess", "asyncio", "argparse")


def loaded_by(code: str, *, cwd: Path = TOP) -> set[str]:
    """Which heavy modules a fresh interpreter has loaded after `code`."""
    program = f"import sys\n{code}\nprint('\\n'.join(name for name in {HEAVY!r} if name in sys.modules))"
    # -P: only the installed package counts, not what lies in the current directory.
    result = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split()) & set(HEAVY)


def importing(modules: list[str]) -> str:
    return "\n".join(f"import {name}" for name in modules)


def rooms(*names: str) -> list[str]:
    return [module_of(path) for path in OURS if path.relative_to(PACKAGE).parts[0] in names]


def test_a_bare_interpreter_has_loaded_none_of_it():
    assert loaded_by("") == set()


def test_incident_and_session_need_no_library():
    assert loaded_by(importing(rooms("incident", "session"))) == set()


def test_nothing_below_the_screens_loads_textual():
    assert loaded_by(importing(rooms(*BELOW_UI))) & {"textual", "rich"} == set()


def test_the_command_line_loads_no_textual():
    assert loaded_by(importing(rooms("cli"))) & {"textual", "rich", "git", "jinja2", "aiohttp"} == set()


def test_the_version_costs_no_parser():
    assert loaded_by("from hotfix_tui.cli import main\nassert main(['--version']) == 0") == set()


def test_help_loads_no_library():
    code = "from hotfix_tui.cli import main\nassert main(['--help']) == 0"
    assert loaded_by(code) <= {"argparse"}


@pytest.fixture
def incident(tmp_path: Path) -> Path:
    """A repository with one incident."""
    root = tmp_path / "shop"
    root.mkdir()
    env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "init", "-q", str(root)], env=env, check=True, capture_output=True)
    opened = subprocess.run(
        [sys.executable, "-m", "hotfix_tui", "new", "ENG-1", "--title", "Down", "--severity", "P1", "--as", "Ann"],
        cwd=root, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert opened.returncode == 0, opened.stderr
    return root


@pytest.mark.parametrize("args", [["status"], ["status", "--json"], ["list"]])
def test_status_and_list_need_no_library(incident, args):
    """They are called from prompts and scripts: reading an incident costs a parser of TOML and nothing else."""
    code = f"from hotfix_tui.cli import main\nassert main({args!r}) == 0"
    assert loaded_by(code, cwd=incident) == set()
