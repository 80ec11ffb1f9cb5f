"""Files that state the project's version: where the version is, and its value."""

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple

from hotfix_tui.detect.tree import parse_json, parse_toml

Read = Callable[[str], str]
"""Returns a file's text by its path, empty if there is none."""

DEEPEST = 4
"""Folders deeper than this hold no version of the project."""

_MOST = 300
"""At most this many files are read."""


class VersionFile(NamedTuple):
    """A version in a file: its path, the key it is under (if the file has several), the text and its line."""

    path: str
    key: str
    version: str
    line: int

    @property
    def name(self) -> str:
        """The place in words."""
        return f"{self.path} ({self.key})" if self.key else self.path


_JSON = ("package.json", "composer.json", "deno.json", "deno.jsonc", "jsr.json", "lerna.json", "galaxy.json")
_TOML = {
    "pyproject.toml": ("project.version", "tool.poetry.version"),
    "Cargo.toml": ("package.version", "workspace.package.version"),
    "gleam.toml": ("version",),
    "Project.toml": ("version",),
}
_VALUE = r"[\"']([0-9][^\"'\s]*)[\"']"
_LINES: tuple[tuple[str, str, str], ...] = (
    ("setup.cfg", "", r"(?m)^version\s*=\s*([0-9]\S*)"),
    ("setup.py", "", r"(?m)\bversion\s*=\s*" + _VALUE),
    ("__init__.py", "", r"(?m)^__version__(?:\s*:\s*\w+)?\s*=\s*" + _VALUE),
    ("_version.py", "", r"(?mi)^(?:__)?version(?:__)?\s*=\s*" + _VALUE),
    ("version.py", "", r"(?mi)^(?:__)?version(?:__)?\s*=\s*" + _VALUE),
    ("__version__.py", "", r"(?m)^__version__\s*=\s*" + _VALUE),
    ("__about__.py", "", r"(?m)^__version__\s*=\s*" + _VALUE),
    ("version.rb", "", r"(?m)^[^#\n]*\b(?:VERSION|RELEASE|STRING)\s*=\s*(?:Gem::Version\.new\()?" + _VALUE),
    ("*.gemspec", "", r"(?m)\.version\s*=\s*" + _VALUE),
    ("mix.exs", "", r"(?m)^\s*(?:@version\s+|version:\s*)" + _VALUE),
    ("build.gradle", "", r"(?m)^\s*version\s*=?\s*" + _VALUE),
    ("build.gradle.kts", "", r"(?m)^\s*version\s*=\s*" + _VALUE),
    ("gradle.properties", "", r"(?mi)^(?:project)?version\s*=\s*([0-9]\S*)"),
    ("*.csproj", "", r"<Version(?:Prefix)?>([0-9][^<\s]*)</Version"),
    ("Directory.Build.props", "", r"<Version(?:Prefix)?>([0-9][^<\s]*)</Version"),
    ("Chart.yaml", "version", r"(?m)^version:\s*[\"']?v?([0-9][^\"'\s]*)"),
    ("Chart.yaml", "appVersion", r"(?m)^appVersion:\s*[\"']?v?([0-9][^\"'\s]*)"),
    ("pubspec.yaml", "", r"(?m)^version:\s*([0-9]\S*)"),
    ("shard.yml", "", r"(?m)^version:\s*([0-9]\S*)"),
    ("galaxy.yml", "", r"(?m)^version:\s*[\"']?([0-9][^\"'\s]*)"),
    ("CMakeLists.txt", "", r"(?ims)^\s*project\s*\([^)]*?\bVERSION\s+\"?([0-9][\w.]*)"),
    ("configure.ac", "", r"(?s)AC_INIT\(\s*\[[^\]]*\]\s*,\s*\[([0-9][^\]]*)\]"),
    ("meson.build", "", r"(?ms)^\s*project\([^)]*?version\s*:\s*'([0-9][^']*)'"),
    ("version.js", "", r"(?mi)\bversion\s*=\s*" + _VALUE),
    ("version.mjs", "", r"(?mi)\bversion\s*=\s*" + _VALUE),
    ("version.ts", "", r"(?mi)\bversion\s*(?::\s*string\s*)?=\s*" + _VALUE),
    ("*.podspec", "", r"(?m)\.version\s*=\s*" + _VALUE),
    ("*.nimble", "", r"(?m)^version\s*=\s*" + _VALUE),
    ("*.cabal", "", r"(?mi)^version:\s*([0-9]\S*)"),
    ("*.pm", "", r"(?m)^\s*our\s+\$VERSION\s*=\s*" + _VALUE),
    ("DESCRIPTION", "", r"(?m)^Version:\s*([0-9]\S*)"),
    ("version.go", "", r"(?mi)^\s*(?:const\s+|var\s+)?version\s*(?:string)?\s*=\s*\"v?([0-9][^\"]*)\""),
    ("VERSION", "", r"\A\s*v?([0-9]\S*)\s*(?:\n|\Z)"),
    ("version.txt", "", r"\A\s*v?([0-9]\S*)\s*(?:\n|\Z)"),
    ("VERSION.txt", "", r"\A\s*v?([0-9]\S*)\s*(?:\n|\Z)"),
)
_NAMES = (*_JSON, *_TOML, "pom.xml", *(name for name, _, _ in _LINES))
_MODULE = re.compile(r"(?:src/|lib/)?\w+\.py")
"""A Python project of a single module keeps its version there."""
_MODULE_LINE = r"(?m)^__version__(?:\s*:\s*\w+)?\s*=\s*" + _VALUE
_ASIDE = re.compile(
    r"(?:^|/)(?:node_modules|vendor|tests?|testdata|fixtures?|examples?|docs?|third_party|\.\w+)/"
)


def candidates(paths: Iterable[str]) -> list[str]:
    """Return the paths that may hold the project's version, those near the root first."""
    candidates = [path for path in paths if is_version_file(path) or _MODULE.fullmatch(path)]
    return sorted(candidates, key=lambda path: (path.count("/"), path))[:_MOST]


def is_version_file(path: str) -> bool:
    """Return whether a path is, by its name, a file that states the project's version: code next to it says more."""
    name = path.rpartition("/")[2]
    return (
        path.count("/") <= DEEPEST
        and not _ASIDE.search(path)
        and any(fnmatchcase(name, known) for known in _NAMES)
    )


def versions(paths: Iterable[str], read: Read) -> list[VersionFile]:
    """Return the versions in the candidates among `paths`."""
    out: list[VersionFile] = []
    for path in candidates(paths):
        out += _in(path, read(path)[:400_000])
    return out


def _in(path: str, text: str) -> list[VersionFile]:
    name = path.rpartition("/")[2]
    if not text:
        return []
    if name in _JSON:
        value = (parse_json(text) or {}).get("version")
        place = re.search(r'"version"\s*:\s*"', text)
        return _one(path, "", value, text, place.start() if place else 0)
    if name in _TOML:
        return _toml(path, text, _TOML[name])
    if name == "pom.xml":
        bare = without_dependencies(text)
        match = re.search(r"<version>\s*([0-9][^<\s]*)\s*</version>", bare)
        return _one(path, "", match[1] if match else None, text, text.find(match[0]) if match else 0)
    out = []
    for pattern, key, words in _LINES:
        if fnmatchcase(name, pattern) and (match := re.search(words, text)):
            out += _one(path, key, match[1], text, match.start(1))
    if not out and _MODULE.fullmatch(path) and (match := re.search(_MODULE_LINE, text)):
        out += _one(path, "", match[1], text, match.start(1))
    return out


def _toml(path: str, text: str, keys: tuple[str, ...]) -> list[VersionFile]:
    table = parse_toml(text) or {}
    for dotted in keys:
        value: object = table
        for part in dotted.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if isinstance(value, str):
            place = re.search(r"(?m)^\s*version\s*=\s*[\"']" + re.escape(value), text)
            return _one(path, "", value, text, place.start() if place else 0)
    return []


def _one(path: str, key: str, value: object, text: str, place: int) -> list[VersionFile]:
    if not isinstance(value, str) or not re.match(r"v?\d", value) or len(value) > 60:
        return []
    lead = len(text[place:]) - len(text[place:].lstrip())
    line = text.count("\n", 0, place + lead) + 1
    return [VersionFile(path, key, value.removeprefix("v"), line)]


def without_dependencies(pom: str) -> str:
    """Return a POM without the parts whose versions belong to others."""
    names = (
        "parent|dependencies|dependencyManagement|build|profiles|reporting|plugins|repositories|properties"
    )
    return re.sub(rf"(?s)<({names})>.*?</\1>", "", pom)


def version_in(tag: str) -> str:
    """Return the version in a tag's name as files write it: ``1.8.2`` of ``jq-1.8.2`` and ``R_1_8_2``; empty if
    none.
    """
    match = re.search(r"\d{4}-\d\d-\d\d\S*$|\d+(?:[._]\d+)+\S*$|\d+$", tag)
    return re.sub(r"(?<=\d)_(?=\d)", ".", match[0]) if match else ""


def only_versions(path: str, before: str, after: str) -> bool:
    """Return whether two states of a lockfile or manifest differ only in the project's own version."""
    name = path.rpartition("/")[2]
    if not before or not after or len(before) + len(after) > 40_000_000:
        return False
    if name.endswith((".json", ".jsonc")):
        return _same_json(name, before, after)
    if name in ("Cargo.lock", "uv.lock"):
        return _same_toml(before, after)
    if name == "Gemfile.lock":
        return _own_gems(before) == _own_gems(after)
    if name == "pom.xml":
        return _same_pom(before, after)
    words = {
        "mix.exs": r"(?m)^(\s*(?:@version\s+|version:\s*))[\"'][^\"']*[\"']",
        "Chart.yaml": r"(?m)^((?:version|appVersion):\s*).*$",
        "pubspec.yaml": r"(?m)^(version:\s*).*$",
        "Package.swift": r"(?!)",
    }.get(name)
    if name.endswith((".csproj", ".fsproj", ".vbproj")):
        words = r"(<(?:Version|VersionPrefix|AssemblyVersion|FileVersion|PackageVersion|InformationalVersion)>)[^<]*"
    return words is not None and re.sub(words, r"\1", before) == re.sub(words, r"\1", after)


def _same_json(name: str, before: str, after: str) -> bool:
    """Return whether only own versions differ in a JSON lockfile: at the top, and those of own packages."""
    old, new = parse_json(before), parse_json(after)
    if (
        old is None
        or new is None
        or name not in ("package-lock.json", "npm-shrinkwrap.json", "composer.json")
    ):
        return False
    for table in (old, new):
        table.pop("version", None)
        packages = table.get("packages")
        for place, package in (packages if isinstance(packages, dict) else {}).items():
            if isinstance(package, dict) and "node_modules/" not in place:
                package.pop("version", None)
    return old == new


def _same_toml(before: str, after: str) -> bool:
    """Return whether only own versions differ: own packages of Cargo and uv have no source, or one in this
    repository.

    A newer uv also writes the revision of its format and when files were uploaded; neither is a dependency.
    """
    old, new = parse_toml(before), parse_toml(after)
    if old is None or new is None:
        return False
    for table in (old, new):
        table.pop("revision", None)
        packages = table.get("package")
        for package in packages if isinstance(packages, list) else []:
            source = package.get("source")
            own = source is None or (
                isinstance(source, dict) and {"editable", "virtual", "directory"} & source.keys()
            )
            if own:
                package.pop("version", None)
            wheels = package.get("wheels")
            for file in (package.get("sdist"), *(wheels if isinstance(wheels, list) else [])):
                if isinstance(file, dict):
                    file.pop("upload-time", None)
    return old == new


def _own_gems(text: str) -> str:
    """Return Bundler's lockfile without the versions of gems in this repository."""
    own: set[str] = set()
    for part in re.findall(r"(?ms)^PATH\n.*?(?=^\S|\Z)", text):
        own |= set(re.findall(r"(?m)^    (\S+) \(", part))
    for name in own:
        text = re.sub(rf"(?m)^(\s+{re.escape(name)}!?) \([^)]*\)", r"\1", text)
    return text


def _same_pom(before: str, after: str) -> bool:
    """Return whether only a POM's own version differs: its dependencies are compared as they are."""

    def own(text: str) -> str:
        bare = without_dependencies(text)
        match = re.search(r"<version>[^<]*</version>", bare)
        kept = re.split(r"(?s)(<(?:parent|dependencies|build)>.*?</(?:parent|dependencies|build)>)", text)
        if match is None:
            return text
        return "".join(
            part if place % 2 else part.replace(match[0], "<version/>", 1) for place, part in enumerate(kept)
        )

    return own(before) == own(after)
