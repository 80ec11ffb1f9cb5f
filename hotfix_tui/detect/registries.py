"""Where a published package can be checked: the page of the registry, and the command that queries it."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from hotfix_tui.detect.tree import Tree


class Registry(NamedTuple):
    """One registry with this project's package, at one version.

    `ask` is the command that looks for this version, `latest` for the newest one, `install` how a user gets this one,
    `publish` how a person usually puts one there, `take_back` how this one is taken from those who come next, `page`
    where to read about it; that is empty where the command is more reliable: a Python project may use its own index.
    """

    title: str
    package: str
    page: str
    ask: str
    install: str
    publish: str
    latest: str
    take_back: str


class Package(NamedTuple):
    """A package of one registry that this project is: its name there, and the file that makes it one.

    `published` is how triggers describe a publication there, `installed` a pattern for a line that tells users to get
    it from there. `looks_public` is whether the file itself looks made for others.
    """

    title: str
    name: str
    file: str
    published: str
    installed: str
    looks_public: bool


class _Kind(NamedTuple):
    published: str
    """How triggers describe a publication there."""
    title: str
    files: tuple[tuple[str, str], ...]
    """Where to find the package's name: a file, and the key in it or, for a text, a pattern."""
    page: str
    ask: str
    latest: str
    install: str
    publish: str = ""
    take_back: str = ""
    installed: str = ""
    """A line that tells users to get it from there, with ``{name}`` for its name; empty if only its tag counts."""
    public: str = ""
    """What a file made for others holds; empty if its mere existence says so."""
    private: str = ""
    """What keeps a file's package from ever being published."""


_KINDS = (
    _Kind(
        r"PyPI", "PyPI", (("pyproject.toml", "project.name"), ("pyproject.toml", "tool.poetry.name"),
                          ("setup.cfg", r"(?m)^name\s*=\s*(\S+)"), ("setup.py", r"\bname\s*=\s*[\"']([^\"']+)")),
        "", "python -m pip index versions {name}", "python -m pip index versions {name}",
        "python -m pip install {name}=={version}",
        "python -m build && python -m twine upload dist/*",
        "Yank {version} of {name} on its page at PyPI (Manage, Releases, Yank).",
        r"pypi(?:\.python)?\.org/(?:project|pypi|p)/{name}(?![\w-])|/pypi/\w+/{name}(?![\w-])|badge\.fury\.io/py/{name}"
        r"|\b(?:pip3?|pipx|uv pip|uv tool) install\s+(?:-\S+\s+)*[\"']?{name}(?![\w.-]*[\w-])"
        r"|\b(?:uv|poetry|pdm) add\s+{name}(?![\w-])",
        r"(?m)^\[project\.urls\]|^classifiers\s*=|^urls\s*=|\bclassifiers\s*=", r"Private :: ",
    ),
    _Kind(
        r"npm|changesets|lerna", "npm", (("package.json", "name"),),
        "https://www.npmjs.com/package/{name}/v/{version}", "npm view {name}@{version} version",
        "npm view {name} version",
        "npm install {name}@{version}",
        "npm publish",
        'Deprecate it: npm deprecate {name}@{version} "broken, use another version"',
        r"npmjs\.(?:com|org)/(?:package/)?{name}(?![\w/-])|/npm/\w+/{name}(?![\w/-])|badge\.fury\.io/js/{name}"
        r"|\bnpm (?:install|i|add)\s+(?:-\S+\s+)*{name}(?![\w/-])"
        r"|\b(?:yarn|pnpm|bun) (?:global )?add\s+(?:-\S+\s+)*{name}(?![\w/-])",
        r'"(?:files|publishConfig|exports)"\s*:',
    ),
    _Kind(
        r"crates\.io|cargo", "crates.io", (("Cargo.toml", "package.name"),),
        "https://crates.io/crates/{name}/{version}", "cargo info {name}@{version}", "cargo info {name}",
        "cargo add {name}@{version}",
        "cargo publish",
        "Yank it: cargo yank --version {version} {name}",
        r"crates\.io/crates/{name}(?![\w-])|docs\.rs/{name}(?![\w-])|/crates/\w+/{name}(?![\w-])"
        r"|\bcargo (?:add|install)\s+(?:-\S+\s+)*{name}(?![\w-])|^\s*{name}\s*=\s*(?:\"[\d^~=]|\{{)",
        r"(?ms)^description\s*=.*^license(?:-file)?\s*=|^license(?:-file)?\s*=.*^description\s*=",
        r"(?m)^publish\s*=\s*(?:false|\[\s*\])",
    ),
    _Kind(
        r"RubyGems", "RubyGems", (("*.gemspec", r"(?m)\.name\s*=\s*[\"']([^\"']+)"),),
        "https://rubygems.org/gems/{name}/versions/{version}", "gem list --remote --exact --all {name}",
        "gem list --remote --exact {name}",
        "gem install {name} -v {version}",
        "gem build *.gemspec && gem push {name}-{version}.gem",
        "Yank it: gem yank {name} -v {version}",
        r"rubygems\.org/gems/{name}(?![\w-])|/gem/\w+/{name}(?![\w-])|badge\.fury\.io/rb/{name}"
        r"|\bgem install\s+(?:-\S+\s+)*{name}(?![\w-])|\bgem\s+[\"']{name}[\"']|\bbundle add\s+{name}(?![\w-])",
        "", r"allowed_push_host",
    ),
    _Kind(
        r"Hex", "Hex", (("mix.exs", r"\bapp:\s*:(\w+)"),),
        "https://hex.pm/packages/{name}/{version}", "mix hex.info {name}", "mix hex.info {name}",
        "mix hex.info {name} {version}",
        "mix hex.publish",
        'Retire it: mix hex.retire {name} {version} invalid --message "use another version"',
        r"hex\.pm/packages/{name}(?!\w)|/hexpm/\w+/{name}(?!\w)|hexdocs\.pm/{name}(?!\w)|\{{:{name},\s*\"",
        r"\bpackage:", r"\borganization:",
    ),
    _Kind(
        r"Maven", "Maven", (("pom.xml", r"(?s)^(?:(?!<parent>).)*?(?:<parent>.*?</parent>.*?)?<artifactId>([^<\s]+)<"),
                            ("settings.gradle*", r"rootProject\.name\s*=\s*[\"']([^\"']+)")),
        "", "", "", "",
        "",
        "",
        r"<artifactId>{name}(?:-\w+)*</artifactId>|[\"':][\w.-]+:{name}(?:-[\w-]+)?:[\w$.{{]",
        r"<distributionManagement>|maven-publish|(?:sonatype|central)-publishing",
    ),
    _Kind(
        r"pub\.dev", "pub.dev", (("pubspec.yaml", r"(?m)^name:\s*[\"']?(\w+)"),),
        "", "", "", "",
        "",
        "",
        r"pub\.dev/packages/{name}(?!\w)|pub\.dartlang\.org/packages/{name}(?!\w)|/pub/\w+/{name}(?!\w)"
        r"|\b(?:dart|flutter) pub add\s+{name}(?!\w)|^\s*{name}:\s*\^?\d",
        r"(?m)^(?:homepage|repository|topics):", r"(?m)^publish_to:",
    ),
    _Kind(
        r"Ansible Galaxy", "Ansible Galaxy", (("galaxy.yml", r"(?m)^name:\s*[\"']?(\w+)"),),
        "", "", "", "",
        "",
        "",
        r"ansible-galaxy collection install\s+(?:-\S+\s+)*\w+\.{name}(?!\w)"
        r"|galaxy\.ansible\.com/(?:ui/repo/published/)?\w+/{name}(?!\w)|^\s*-?\s*name:\s*\w+\.{name}\s*$",
    ),
    _Kind(
        r"Packagist", "Packagist", (("composer.json", "name"),),
        "https://packagist.org/packages/{name}#{version}", "composer show --all {name} {version}",
        "composer show --all {name}",
        "composer require {name}:{version}",
    ),
    _Kind(
        r"Go takes", "the module proxy of Go", (("go.mod", r"(?m)^module\s+(\S+)"),),
        "https://pkg.go.dev/{name}@v{version}", "go list -m {name}@v{version}",
        "go list -m {name}@latest", "go get {name}@v{version}",
        "", "Retract v{version} in go.mod (retract v{version}), and tag that as the next version.",
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
        said_so = any(re.search(kind.published, sentence) for sentence in sentences)
        name = _named(tree, kind)[0] if said_so and kind.ask else ""
        if name:
            page = kind.page.format(name=quote(name, safe="@/"), version=quote(version))
            texts = (kind.ask, kind.install, kind.publish, kind.latest, kind.take_back)
            out.append(
                Registry(kind.title, name, page, *(text.format(name=name, version=version) for text in texts))
            )
    return out


def packages(tree: Tree) -> list[Package]:
    """Return what this project is to the registries that a person publishes to; private packages are left out."""
    out = []
    for kind in _KINDS:
        if not kind.installed:
            continue
        at_root = _named(tree, kind)[0] and not _kept_private(tree, kind)
        here = [("", tree)] if at_root else _members(tree)
        for folder, files in here:
            name, file = _named(files, kind)
            if not name or _kept_private(files, kind) or ("/" not in folder and name != folder and folder):
                continue
            public = not folder and bool(not kind.public or re.search(kind.public, files.text(file)))
            pattern = kind.installed.format(name=_spelled(kind, name))
            place = f"{folder}/{file}".lstrip("/")
            out.append(Package(kind.title, name, place, kind.published, pattern, public))
    return out


_MEMBERS, _MOST = ("packages", "crates", "libs", "gems"), 30
"""Folders with the packages of a repository that is none itself, and how many of them are looked at.

So is a folder at the root, for a package of the same name.
"""


def _members(tree: Tree) -> list[tuple[str, Tree]]:
    folders = [folder for above in _MEMBERS if tree.has(f"{above}/") for folder in tree.folders(above)][
        :_MOST
    ]
    folders += tree.folders()[:_MOST]
    return [(folder, tree.below(folder)) for folder in folders]


def _kept_private(tree: Tree, kind: _Kind) -> bool:
    """Return whether one of its files keeps the package from being published."""
    found = [file for pattern, _ in kind.files if (file := tree.first(pattern))]
    return bool(kind.private) and any(re.search(kind.private, tree.text(file)) for file in found)


def _spelled(kind: _Kind, name: str) -> str:
    """Return a pattern for a package's name: PyPI takes any spelling of separators and capitals."""
    if kind.title != "PyPI":
        return re.escape(name)
    return "(?i:" + r"[-_.]+".join(re.escape(part) for part in re.split(r"[-_.]+", name) if part) + ")"


def _named(tree: Tree, kind: _Kind) -> tuple[str, str]:
    """Return the package's name and the file that holds it; empty for one that is not published."""
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
            return name, file
    return "", ""
