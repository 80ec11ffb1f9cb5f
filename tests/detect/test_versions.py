"""Version files: where the version stands; lock files and manifests in which nothing else changes; release notes."""

import pytest

from hotfix_tui.detect.release_notes import is_release_note, missing
from hotfix_tui.detect.versions import candidates, is_version_file, only_versions, version_in, versions

FILES = [
    ("package.json", '{\n  "name": "x",\n  "version": "1.2.3"\n}\n', "1.2.3", 3),
    ("packages/api/package.json", '{"version": "1.2.3"}', "1.2.3", 1),
    ("pyproject.toml", '[project]\nname = "x"\nversion = "1.2.3"\n', "1.2.3", 3),
    ("pyproject.toml", '[tool.poetry]\nversion = "1.2.3"\n', "1.2.3", 2),
    ("Cargo.toml", '[package]\nname = "x"\nversion = "1.2.3"\n[dependencies]\na = "9"\n', "1.2.3", 3),
    ("Cargo.toml", '[workspace.package]\nversion = "1.2.3"\n', "1.2.3", 2),
    ("src/x/__init__.py", '"""X."""\n\n__version__ = "1.2.3"\n', "1.2.3", 3),
    ("x/_version.py", "version = '1.2.3'\n", "1.2.3", 1),
    ("setup.cfg", "[metadata]\nversion = 1.2.3\n", "1.2.3", 2),
    ("setup.py", 'setup(\n    name="x",\n    version="1.2.3",\n)\n', "1.2.3", 3),
    ("lib/x/version.rb", 'module X\n  VERSION = "1.2.3"\nend\n', "1.2.3", 2),
    ("lib/x/version.rb", 'module X\n  # RELEASE = "9"\n  RELEASE = "1.2.3"\n\n', "1.2.3", 3),
    ("lib/x/version.rb", 'module X\n  STRING = "1.2.3".freeze\nend\n', "1.2.3", 2),
    ("lib/x/version.rb", 'module X; VERSION = "1.2.3"; end\n', "1.2.3", 1),
    ("lib/x/version.rb", "module X\n  VERSION = Gem::Version.new('1.2.3')\nend\n", "1.2.3", 2),
    ("x.gemspec", 'Gem::Specification.new do |s|\n  s.version = "1.2.3"\nend\n', "1.2.3", 2),
    ("mix.exs", 'def project do\n  [\n    version: "1.2.3",\n', "1.2.3", 3),
    ("mix.exs", '  @version "1.2.3"\n', "1.2.3", 1),
    ("pom.xml", "<project>\n<parent><version>9</version></parent>\n<version>1.2.3</version>\n"
     "<dependencies><dependency><version>8</version></dependency></dependencies></project>", "1.2.3", 3),
    ("build.gradle", "plugins { id 'a' version '9' }\nversion = '1.2.3'\n", "1.2.3", 2),
    ("gradle.properties", "version=1.2.3\n", "1.2.3", 1),
    ("src/X/X.csproj", "<Project>\n<Version>1.2.3</Version>\n</Project>", "1.2.3", 2),
    ("VERSION", "1.2.3\n", "1.2.3", 1),
    ("pkg/version/version.go", 'package version\n\nvar VERSION = "1.2.3"\n', "1.2.3", 3),
    ("CMakeLists.txt", "cmake_minimum_required(VERSION 3.8)\nproject(x VERSION 1.2.3 LANGUAGES CXX)\n", "1.2.3", 2),
    ("bottle.py", '"""X."""\n\n__version__ = "1.2.3"\n', "1.2.3", 3),
    ("src/six.py", "__version__ = '1.2.3'\n", "1.2.3", 1),
    ("src/version.ts", "export const VERSION: string = '1.2.3'\n", "1.2.3", 1),
    ("lib/version.js", "module.exports.version = '1.2.3'\n", "1.2.3", 1),
    ("x.podspec", "Pod::Spec.new do |s|\n  s.version = '1.2.3'\n", "1.2.3", 2),
    ("x.cabal", "name: x\nversion: 1.2.3\n", "1.2.3", 2),
    ("lib/X.pm", "package X;\nour $VERSION = '1.2.3';\n", "1.2.3", 2),
    ("DESCRIPTION", "Package: x\nVersion: 1.2.3\n", "1.2.3", 2),
    ("composer.json", '{"name": "a/b", "version": "1.2.3"}', "1.2.3", 1),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "version", "line"), FILES, ids=[path for path, *_ in FILES])
def test_where_a_version_stands(path, text, version, line):
    (one,) = versions([path], {path: text}.__getitem__)
    assert (one.version, one.line) == (version, line)


def test_a_chart_has_two():
    found = versions(["charts/x/Chart.yaml"], lambda _: "version: 1.2.3\nappVersion: v2.0.0\n")
    assert [(one.key, one.version) for one in found] == [("version", "1.2.3"), ("appVersion", "2.0.0")]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[project]\ndynamic = ["version"]\n'),
        ("package.json", '{"name": "x"}'),
        ("package.json", "{broken"),
        ("setup.cfg", "version = attr: x.__version__\n"),
        ("Cargo.toml", "[package]\nversion.workspace = true\n"),
        ("build.gradle", "version = project.findProperty('v')\n"),
        ("VERSION", "see the tags\n"),
        ("bottle.py", "__version__ = find()\n"),
        ("setup.py", "import bottle\nsetup(version=bottle.__version__)\n"),
    ],
)
def test_what_holds_no_version(path, text):
    assert versions([path], lambda _: text) == []


def test_files_of_others_are_no_candidates():
    paths = [
        "node_modules/a/package.json",
        "tests/data/package.json",
        "a/b/c/d/e/package.json",
        "docs/package.json",
    ]
    assert candidates([*paths, "package.json"]) == ["package.json"]


@pytest.mark.parametrize(
    ("tag", "version"),
    [("v1.2.3", "1.2.3"), ("jq-1.8.1", "1.8.1"), ("web@2.0.0-rc.1", "2.0.0-rc.1"), ("v4.3", "4.3"), ("2026.08.17", "2026.08.17"),  # noqa: E501
     ("release-7", "7"), ("latest", ""), ("api/v1.0.2", "1.0.2"), ("R_2_8_4", "2.8.4"), ("curl-8_5_0", "8.5.0"),
     ("OpenSSL_1_1_1w", "1.1.1w"), ("2024-01-02", "2024-01-02"), ("rel/lang-3.14.0", "3.14.0")],
)  # fmt: skip
def test_the_version_in_a_tag(tag, version):
    assert version_in(tag) == version


NPM = '{"name": "x", "version": "%s", "lockfileVersion": 3, "packages": {"": {"version": "%s"%s}, %s"node_modules/ms": {"version": "%s"}}}'  # noqa: E501


def npm(own, other="2.1.3", workspace=""):
    inner = f'"packages/a": {{"version": "{workspace}"}}, ' if workspace else ""
    return NPM % (own, own, "", inner, other)


CARGO = '[[package]]\nname = "x"\nversion = "%s"\n\n[[package]]\nname = "a"\nversion = "%s"\nsource = "registry"\n'
UV = '[[package]]\nname = "x"\nversion = "%s"\nsource = { editable = "." }\n\n[[package]]\nname = "a"\nversion = "%s"\nsource = { registry = "r" }\n'  # noqa: E501
UV_FILES = '[[package]]\nname = "a"\nsource = { registry = "r" }\nwheels = [{ hash = "sha256:a"%s }]\n'
GEM = "PATH\n  remote: .\n  specs:\n    x (%s)\n      a (>= 1)\n\nGEM\n  specs:\n    a (%s)\n\nDEPENDENCIES\n  x!\n"
POM = "<project><version>%s</version><dependencies><dependency><version>%s</version></dependency></dependencies></project>"  # noqa: E501
SHAPES = [
    ("package-lock.json", npm("1.0.0"), npm("1.0.1"), True),
    ("package-lock.json", npm("1.0.0", workspace="1.0.0"), npm("1.0.1", workspace="1.0.1"), True),
    ("package-lock.json", npm("1.0.0"), npm("1.0.1", "2.1.4"), False),
    ("Cargo.lock", CARGO % ("1.0.0", "2"), CARGO % ("1.0.1", "2"), True),
    ("Cargo.lock", CARGO % ("1.0.0", "2"), CARGO % ("1.0.1", "3"), False),
    ("uv.lock", UV % ("1.0.0", "2"), UV % ("1.0.1", "2"), True),
    ("uv.lock", UV % ("1.0.0", "2"), UV % ("1.0.1", "3"), False),
    ("uv.lock", "revision = 3\n" + UV % ("1", "2"), "revision = 5\n" + UV % ("1.1", "2"), True),
    ("uv.lock", "revision = 3\n" + UV % ("1", "2"), "revision = 5\n" + UV % ("1.1", "3"), False),
    ("uv.lock", UV_FILES % "", UV_FILES % ', upload-time = "2026-11-28"', True),
    ("uv.lock", UV_FILES % "", (UV_FILES % "").replace("sha256:a", "sha256:b"), False),
    ("Gemfile.lock", GEM % ("1.0.0", "2"), GEM % ("1.0.1", "2"), True),
    ("Gemfile.lock", GEM % ("1.0.0", "2"), GEM % ("1.0.1", "3"), False),
    ("pom.xml", POM % ("1.0.0", "2"), POM % ("1.0.1", "2"), True),
    ("pom.xml", POM % ("1.0.0", "2"), POM % ("1.0.1", "3"), False),
    ("Chart.yaml", "version: 1\nappVersion: 1\n", "version: 2\nappVersion: 2\n", True),
    (
        "Chart.yaml",
        "version: 1\ndependencies:\n- version: 1\n",
        "version: 2\ndependencies:\n- version: 2\n",
        False,
    ),
    ("mix.exs", '  version: "1",\n  {:a, "1"}\n', '  version: "2",\n  {:a, "1"}\n', True),
    ("mix.exs", '  version: "1",\n  {:a, "1"}\n', '  version: "2",\n  {:a, "2"}\n', False),
    ("x.csproj", '<Version>1</Version><P Version="1"/>', '<Version>2</Version><P Version="1"/>', True),
    ("x.csproj", '<Version>1</Version><P Version="1"/>', '<Version>2</Version><P Version="2"/>', False),
    ("yarn.lock", "a@1:\n", "a@2:\n", False),
    ("go.sum", "a v1\n", "a v2\n", False),
]


@pytest.mark.parametrize(("path", "before", "after", "only"), SHAPES)
def test_a_raised_version_is_told_from_a_changed_dependency(path, before, after, only):
    assert only_versions(path, before, after) is only


NOTES = [
    ({"CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## 1.0.0\n"}, [], ["changelog"]),
    ({"CHANGELOG.md": "# Changelog\n\n## Unreleased\n"}, ["CHANGELOG.md"], []),
    ({"CHANGES.rst": "Version 2.3.0\n-------------\n\nUnreleased\n\n-   Drop.\n"}, [], ["changelog"]),
    ({"HISTORY.md": "unreleased\n==========\n\n1.0.0 / 2020\n"}, [], ["changelog"]),
    ({"CHANGELOG.md": "# Changelog\n\n## v1.0.0 (2020)\n"}, [], ["changelog"]),
    ({"CHANGELOG.md": "# Changelog\n\n## v1.0.1\n\n## v1.0.0\n"}, [], []),
    ({"CHANGELOG.md": "See the releases page.\n"}, [], []),
    ({".changeset/config.json": "{}"}, ["a.js"], ["changeset"]),
    ({".changeset/config.json": "{}"}, ["a.js", ".changeset/red-dogs.md"], []),
    (
        {".changeset/config.json": "{}", "CHANGELOG.md": "## Unreleased\n"},
        [".changeset/README.md"],
        ["changeset"],
    ),
    (
        {"pyproject.toml": '[tool.towncrier]\ndirectory = "news"\n', "CHANGES.md": "## Unreleased\n"},
        [],
        ["fragment"],
    ),
    ({"pyproject.toml": '[tool.towncrier]\ndirectory = "news"\n'}, ["news/7.bugfix"], []),
    ({"newsfragments/.gitkeep": ""}, [], ["fragment"]),
    ({"changelog.d/1.fix": "x"}, ["changelog.d/2.fix"], []),
    ({"README.md": "# x\n"}, [], []),
    ({"src/news/index.ts": "x"}, [], []),
]


@pytest.mark.parametrize(("files", "changed", "kinds"), NOTES)
def test_what_a_release_needs_beside_the_code(files, changed, kinds):
    found = missing(files, lambda path: files.get(path, ""), changed, "1.0.1")
    assert [one.kind for one in found] == kinds


def test_release_notes_are_no_code():
    assert all(
        is_release_note(path)
        for path in ("CHANGELOG.md", "HISTORY.md", ".changeset/a.md", "changelog.d/1.fix")
    )
    assert not any(is_release_note(path) for path in ("src/changes.py", "app/news/page.tsx", "a.js"))


def test_a_module_with_code_is_looked_into_and_is_no_version_file_by_its_name():
    assert candidates(["bottle.py", "src/six.py", "a/b/c.py"]) == ["bottle.py", "src/six.py"]
    assert [is_version_file(path) for path in ("bottle.py", "src/six.py", "setup.py")] == [False, False, True]
