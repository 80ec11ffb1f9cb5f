"""The parts of a repository that holds several packages, by the manifests that name them.

Apart from the registries that it is read for: which folders belong to a workspace does not depend on where they are
published.
"""

import re
from collections.abc import Iterator

from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.yaml_tree import load, table, texts

_MOST = 60
"""At most this many parts are looked at."""


def workspace(tree: Tree) -> tuple[str, ...]:
    """Return the folders that the workspace of npm, pnpm, Lerna, Cargo, uv, Dart or Melos names; read once."""
    return tree.once("workspace", lambda: tuple(dict.fromkeys(_folders(tree))))


def _folders(tree: Tree) -> Iterator[str]:
    out: list[str] = []
    for pattern in _patterns(tree):
        if len(out) >= _MOST:
            break
        out += _expanded(tree, pattern.strip().removeprefix("./").rstrip("/"))
    yield from out[:_MOST]


def _patterns(tree: Tree) -> Iterator[str]:
    given = tree.value("package.json", "workspaces")
    given = given.get("packages") if isinstance(given, dict) else given
    listed = [given, tree.value("lerna.json", "packages"), tree.value("Cargo.toml", "workspace.members")]
    listed.append(tree.value("pyproject.toml", "tool.uv.workspace.members"))
    for file, key in (
        ("pnpm-workspace.yaml", "packages"),
        ("melos.yaml", "packages"),
        ("pubspec.yaml", "workspace"),
    ):
        if tree.has(file):
            listed.append(texts(table(load(tree.text(file)[:100_000])).get(key)))
    for patterns in listed:
        yield from (str(one) for one in patterns) if isinstance(patterns, list) else ()


def _expanded(tree: Tree, pattern: str) -> list[str]:
    """Return the folders that a pattern of a workspace names; none for one that leaves some out, or leads outside."""
    if pattern.startswith(("!", "/", "..")) or not pattern:
        return []
    if pattern == "*":
        return tree.folders()[:_MOST]
    deep = pattern.endswith("/**")
    above, star, after = (
        pattern.removesuffix("/**").partition("*") if not deep else (pattern[:-3] + "/", "*", "")
    )
    if not star:
        return [pattern] if tree.has(pattern + "/") else []
    above = above.rstrip("/")
    if (
        "/" in above.replace(above.rpartition("/")[0], "", 1).strip("/")
        or "*" in after
        or not tree.has(above + "/")
    ):
        return []
    near = [f"{folder}{after}" for folder in tree.folders(above)[:_MOST]]
    inner = [path for folder in near for path in tree.folders(folder)[:_MOST]] if deep else []
    return [folder for folder in [*near, *inner] if tree.has(folder + "/")]


_ARTIFACT = re.compile(r"(?s)^(?:(?!<parent>).)*?(?:<parent>.*?</parent>.*?)?<artifactId>([^<\s]+)<")
_KEPT = re.compile(r"<maven\.deploy\.skip>\s*true|<skipPublishing>\s*true|<skip>\s*true\s*</skip>")


def maven_modules(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield the artifacts of the modules that pom.xml names, with their files; those never deployed are left out."""
    modules = re.findall(
        r"<module>\s*([\w./-]+)\s*</module>", tree.text("pom.xml") if tree.has("pom.xml") else ""
    )
    for module in list(dict.fromkeys(modules))[:_MOST]:
        file = module if module.endswith(".xml") else f"{module.rstrip('/')}/pom.xml"
        text = tree.text(file) if ".." not in file and not file.startswith("/") and tree.has(file) else ""
        match = _ARTIFACT.search(text)
        if match and not _KEPT.search(text):
            yield match[1], file


_INCLUDED = re.compile(r"(?s)\binclude\b\s*\(?((?:\s*[\"'][\w:/.-]+[\"']\s*,?)+)")
_RENAMED = re.compile(r"\bproject\(\s*[\"']([\w:/.-]+)[\"']\s*\)\.name\s*=\s*[\"']([\w.-]+)[\"']")
_ANYBODYS = re.compile(
    r"(?:core|api|app|apps|common|commons|lib|library|util|utils|test|tests|testing|samples?|examples?|demo|docs|main"
    r"|base|client|server|web|model|plugin|plugins|annotations?|compiler|runtime|benchmarks?|bom|all|jvm|js|android)"
)
"""Names that artifacts of others have as well: in a document they say nothing of ours."""


def gradle_modules(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield the names of the projects that a Gradle build includes, with the file that names them.

    Those that anybody could have given are left out.
    """
    file = tree.first("settings.gradle*")
    text = tree.text(file) if file else ""
    renamed = dict(_RENAMED.findall(text))
    included = [
        path for match in _INCLUDED.finditer(text) for path in re.findall(r"[\"']([^\"']+)[\"']", match[1])
    ]
    for path in list(dict.fromkeys(included))[:_MOST]:
        name = renamed.get(path) or re.split(r"[:/]", path)[-1]
        if not _ANYBODYS.fullmatch(name):
            yield name, file
