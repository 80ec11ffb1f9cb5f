"""A copy of the product that says each of its sentences backwards, word by word.

What the product does must not depend on how it words a message: a walk with this copy has to reach the same states,
exit statuses, files and refs. A sentence is a text in the source that has several words and is not searched for in
another text: what is in a comparison, in `startswith`, `in` or a pattern stays as it is, so a decision that depends
on the wording of a message no longer finds it. A constant that is both said and recognised changes in both places, as
it would if somebody reworded it. Docstrings and data files also stay, and so does the drill's environment, which is
not the product's own speech.

The copy is only compiled, and its code names the original files, so a traceback shows the lines as written.
"""

import ast
import fcntl
import importlib.util
import json
import marshal
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import hotfix_tui

PACKAGE = Path(hotfix_tui.__file__).parent
_AS_WRITTEN = ("demo/",)
_SCRIPTS = ("runner/supervise.py",)
"""Started by their path, not as modules."""

_HELD = "Field"
_FIELD = re.compile(r"\{[^{}]*\}")
_WORD = re.compile(r"[\"'“(‘]*[A-Za-z][a-z]+(?:[-'’][a-z]+)*[.,:;?!)\"'”…’]*")
_NO_SENTENCE = re.compile(r"[<>{}=\\|^$%~\x00-\x09\x0b-\x1f@]|\w/\w")
_COMMAND = re.compile(r"[^A-Z,;:!?]* -{1,2}[a-z][^A-Z,;:!?]*")
"""A command line: with an option, and nothing that only a sentence has."""
_LOOKS_FOR = {
    "startswith", "endswith", "removeprefix", "removesuffix", "split", "rsplit", "partition", "rpartition",
    "find", "rfind", "index", "rindex", "count", "replace", "strftime", "strptime", "strip", "lstrip", "rstrip",
    "compile", "match", "fullmatch", "search", "sub", "subn", "finditer", "findall", "getattr", "parse_iso",
}  # fmt: skip
"""Functions whose texts are looked for in other texts, or are formats."""
_STYLES = re.compile(r"_?[A-Z_]*(?:CSS|STYLES?|PATTERNS?)$")


def is_sentence(text: str) -> bool:
    """Return whether `text` has several words; a field of a format counts as one."""
    bare = _FIELD.sub(_HELD, text)
    words = bare.split()
    said = [word for word in words if _WORD.fullmatch(word)]
    return (
        len(words) > 1
        and not _NO_SENTENCE.search(bare)
        and not _COMMAND.fullmatch(text)
        and any(_HELD not in word for word in said)
        and len(said) >= max(2, len(words) / 2)
    )


def turned(text: str) -> str:
    """Return `text` with the words of each line in the opposite order; what is around them stays."""
    lines = []
    for line in text.split("\n"):
        begin, end = len(line) - len(line.lstrip()), len(line.rstrip())
        pieces = re.split(r"( +)", line[begin:end])
        lines.append(line[:begin] + "".join(reversed(pieces)) + line[max(end, begin) :])
    return "\n".join(lines)


class Words(NamedTuple):
    """What the product says, and what it looks for in texts and compares them with, each with its file and line."""

    sentences: list[str]
    needles: list[tuple[str, int, str]]


class _Turner(ast.NodeTransformer):
    """Turns the sentences of a module, and keeps what it looks for."""

    def __init__(self) -> None:
        self.turned: list[str] = []
        self.needles: list[tuple[int, str]] = []

    def _keep(self, *nodes: ast.AST) -> None:
        for node in nodes:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    self.needles.append((inner.lineno, inner.value))

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str) and is_sentence(node.value):
            self.turned.append(node.value)
            return ast.copy_location(ast.Constant(turned(node.value)), node)
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Turn the order of the words and fields of an f-string; a field stays with what it touches."""
        fields: list[ast.FormattedValue] = []
        text = ""
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                text += chr(0xE000 + len(fields))
                fields.append(part)
            else:
                assert isinstance(part, ast.Constant)
                text += str(part.value)
        bare = re.sub("[\ue000-\uf8ff]", _HELD, text)
        for part in fields:
            self.generic_visit(part)
        if not is_sentence(bare):
            return node
        self.turned.append(bare)
        values: list[ast.expr] = []
        for piece in re.split("([\ue000-\uf8ff])", turned(text)):
            if len(piece) == 1 and "\ue000" <= piece <= "\uf8ff":
                values.append(fields[ord(piece) - 0xE000])
            elif piece:
                values.append(ast.copy_location(ast.Constant(piece), node))
        return ast.copy_location(ast.JoinedStr(values), node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self._keep(node)
        return node

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:
        self._keep(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in _LOOKS_FOR:
            if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") != "re":
                self._keep(*node.args)
            node.func = self.visit(node.func)
            return node
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        node.value = self.visit(node.value)
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        node.values = [self.visit(value) for value in node.values]
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        if any(isinstance(target, ast.Name) and _STYLES.fullmatch(target.id) for target in node.targets):
            return node
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if isinstance(node.target, ast.Name) and _STYLES.fullmatch(node.target.id):
            return node
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        return node if isinstance(node.value, ast.Constant) else self.generic_visit(node)


def turned_tree(source: str) -> tuple[ast.AST, _Turner]:
    """Return the tree of `source` with its sentences turned."""
    turner = _Turner()
    return turner.visit(ast.parse(source)), turner


def _is_turned(name: str) -> bool:
    return name.endswith(".py") and name not in _SCRIPTS and not name.startswith(_AS_WRITTEN)


def build(folder: Path) -> Words:
    """Write the copy to `folder`, which goes first on PYTHONPATH; return what was collected."""
    collected = Words([], [])
    for path in PACKAGE.rglob("*"):
        name = str(path.relative_to(PACKAGE))
        target = folder / PACKAGE.name / name
        if path.is_dir() or path.suffix == ".pyc":
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if not _is_turned(name):
            shutil.copy(path, target)
            continue
        tree, turner = turned_tree(path.read_text(encoding="utf-8"))
        collected.sentences.extend(turner.turned)
        collected.needles.extend((name, line, text) for line, text in turner.needles)
        code = compile(tree, str(path), "exec", dont_inherit=True)  # type: ignore[arg-type]
        header = importlib.util.MAGIC_NUMBER + bytes(12)
        target.with_suffix(".pyc").write_bytes(header + marshal.dumps(code))
    return collected


def shared(base: Path) -> tuple[Path, Words]:
    """Return the folder of the copy, and what was collected; all processes of one test run share it below `base`."""
    folder = base / "reversed-words"
    folder.mkdir(exist_ok=True)
    kept = folder / "words.json"
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_text(json.dumps(build(folder)), encoding="utf-8")
    return folder, Words(*json.loads(kept.read_text(encoding="utf-8")))
