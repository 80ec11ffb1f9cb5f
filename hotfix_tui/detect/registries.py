"""Where a published package can be checked: the page of the registry, and the command that queries it."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from hotfix_tui.detect.tree import Tree


class Registry(NamedTuple):
    """One registry with this project's package, at one version.

    `ask` is the command that lists the available versions, `install` how a user gets this one, `page` where to read
    about it; that is empty where the command is more reliable: a Python project may use its own index.
    """

    title: str
    package: str
    page: str
    ask: str
    install: str


class _Kind(NamedTuple):
    published: str
    """How triggers describe a publication there."""
    title: str
    files: tuple[tuple[str, str], ...]
    """Where to find the package's name: a file, and the key in it or, for a text, a pattern."""
    page: str
    ask: str
    install: str


_KINDS = (
    _Kind(
        r"PyPI", "PyPI", (("pyproject.toml", "project.name"), ("pyproject.toml", "tool.poetry.name"),
                          ("setup.cfg", r"(?m)^name\s*=\s*(\S+)"), ("setup.py", r"\bname\s*=\s*[\"']([^\"']+)")),
        "", "python -m pip index versions {name}",
        "python -m pip install {name}=={version}",
    ),
    _Kind(
        r"npm|changesets|lerna", "npm", (("package.json", "name"),),
        "https://www.npmjs.com/package/{name}/v/{version}", "npm view {name}@{version} version",
        "npm install {name}@{version}",
    ),
    _Kind(
        r"crates\.io|cargo", "crates.io", (("Cargo.toml", "package.name"),),
        "https://crates.io/crates/{name}/{version}", "cargo info {name}@{version}",
        "cargo add {name}@{version}",
    ),
    _Kind(
        r"RubyGems", "RubyGems", (("*.gemspec", r"(?m)\.name\s*=\s*[\"']([^\"']+)"),),
        "https://rubygems.org/gems/{name}/versions/{version}", "gem list --remote --exact --all {name}",
        "gem install {name} -v {version}",
    ),
    _Kind(
        r"Packagist", "Packagist", (("composer.json", "name"),),
        "https://packagist.org/packages/{name}#{version}", "composer show --all {name} {version}",
        "composer require {name}:{version}",
    ),
    _Kind(
        r"Go takes", "the module proxy of Go", (("go.mod", r"(?m)^module\s+(\S+)"),),
        "https://pkg.go.dev/{name}@v{version}", "go list -m {name}@v{version}", "go get {name}@v{version}",
    ),
)  # fmt: skip

_NAME = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9._~/-]{0,200}")
"""Valid package names: nothing else is put into a command line or a URL."""

_VERSION = re.compile(r"[0-9][A-Za-z0-9.+_-]{0,60}")


def registries(tree: Tree, said: Iterable[str], tag: str) -> list[Registry]:
    """Return the registries that this project is published to, by what triggers say of it (`said`), at `tag`.

    Queries nobody. Empty if the package's name is not in the usual file, or the tag names no version.
    """
    version = tag.rpartition("@")[2].rpartition("/")[2]
    version = version[1:] if version[:1] in "vV" else version
    sentences = list(said)
    if not _VERSION.fullmatch(version):
        return []
    out = []
    for kind in _KINDS:
        name = _name(tree, kind) if any(re.search(kind.published, sentence) for sentence in sentences) else ""
        if name:
            page = kind.page.format(name=quote(name, safe="@/"), version=quote(version))
            ask, install = (
                template.format(name=name, version=version) for template in (kind.ask, kind.install)
            )
            out.append(Registry(kind.title, name, page, ask, install))
    return out


def _name(tree: Tree, kind: _Kind) -> str:
    """Return the package's name; empty for one that is not published (a private npm package)."""
    for pattern, key in kind.files:
        file = tree.first(pattern)
        if not file or tree.value(file, "private") is True:
            continue
        if file.endswith((".toml", ".json")):
            name = tree.value(file, key)
        else:
            match = re.search(key, tree.text(file))
            name = match[1] if match else None
        if isinstance(name, str) and _NAME.fullmatch(name):
            return name
    return ""
