"""What is published by a person, with no pipeline for it: by its documents, by where its users get it."""

import pytest

from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import Kind, On
from hotfix_tui.detect.triggers import read
from tests.repos import write

PYPROJECT = '[project]\nname = "sums"\nversion = "1.2.3"\n[build-system]\nrequires = ["setuptools"]\n'
PACKAGE = '{"name": "sums", "version": "1.2.3", "files": ["index.js"]}'
CRATE = '[package]\nname = "sums"\nversion = "1.2.3"\ndescription = "x"\nlicense = "MIT"\n'
MIX = 'def project do\n  [app: :sums, version: "1.2.3", package: package()]\nend\n'
POM = (
    "<project><parent><artifactId>oss</artifactId></parent><groupId>org.sums</groupId>"
    "<artifactId>sums</artifactId></project>"
)

# what, files, what is said, where
CERTAIN = {
    "twine in a document": (
        {"setup.py": "setup(name='sums')", "RELEASING.md": "# Releasing\n\n1. Tag it.\n2. `twine upload dist/*`\n"},
        "publishes to PyPI", "RELEASING.md:4"),
    "a gem that is pushed": (
        {"sums.gemspec": 's.name = "sums"', "Release.md": "1. `gem push` it to its registry.\n"},
        "publishes to RubyGems", "Release.md:1"),
    "flit in the contributors' document": (
        {"pyproject.toml": PYPROJECT, "CONTRIBUTING.rst": "Release\n=======\n\n::\n\n    $ flit publish\n"},
        "publishes to PyPI", "CONTRIBUTING.rst:6"),
    "npm in a folder of documents": (
        {"package.json": PACKAGE, "docs/releasing.md": "```sh\nnpm version patch\nnpm publish\n```\n"},
        "publishes to npm", "docs/releasing.md:3"),
    "a target of make": (
        {"pyproject.toml": PYPROJECT, "Makefile": "release:\n\tpython -m build\n\tpython -m twine upload dist/*\n"},
        "publishes to PyPI", "Makefile:3"),
    "a script of npm": (
        {"package.json": '{"name": "sums", "version": "1.0.0", "scripts": {"ship": "npm test && npm publish"}}'},
        "publishes to npm", "package.json"),
    "cargo": ({"Cargo.toml": CRATE, "CONTRIBUTING.md": "* `cargo publish`\n"}, "publishes to crates.io",
              "CONTRIBUTING.md:1"),
    "bundler": ({"sums.gemspec": 's.name = "sums"', "Rakefile": "require 'bundler/gem_tasks'\n"},
                "publishes to RubyGems", "Rakefile:1"),
    "a badge": ({"pyproject.toml": PYPROJECT, "README.md": "# sums\n[x](https://pypi.python.org/pypi/sums)\n"},
                "publishes to PyPI", "README.md:2"),
    "how to install it, npm": ({"package.json": PACKAGE, "readme.md": "```sh\nnpm install sums\n```\n"},
                               "publishes to npm", "readme.md:2"),
    "how to install it, a scope": (
        {"package.json": '{"name": "@acme/sums", "version": "1.0.0"}', "README.md": "pnpm add -D @acme/sums\n"},
        "publishes to npm", "README.md:1"),
    "how to install it, cargo": ({"Cargo.toml": CRATE, "README.md": '```toml\n[dependencies]\nsums = "1.2"\n```\n'},
                                 "publishes to crates.io", "README.md:3"),
    "how to install it, a gem": ({"sums.gemspec": 's.name = "sums"', "README.md": "gem 'sums', '~> 1.0'\n"},
                                 "publishes to RubyGems", "README.md:1"),
    "how to install it, Hex": ({"mix.exs": MIX, "README.md": '{:sums, "~> 1.2"}\n'}, "publishes to Hex", "README.md:1"),
    "how to install it, Maven": ({"pom.xml": POM, "README.md": "<artifactId>sums</artifactId>\n"},
                                 "publishes to Maven", "README.md:1"),
    "dart, by a command": (
        {"pubspec.yaml": "name: sums\n", "RELEASING.md": "# Releases\n1. dart pub publish\n"},
        "publishes to pub.dev", "RELEASING.md:2"),
    "dart, by a badge": (
        {"pubspec.yaml": "name: sums\n", "README.md": "[x](https://pub.dev/packages/sums)\n"},
        "publishes to pub.dev", "README.md:1"),
    "dart, how to depend on it": (
        {"pubspec.yaml": "name: sums\n", "README.md": "dependencies:\n  sums: ^1.0.0\n"},
        "publishes to pub.dev", "README.md:2"),
    "a collection, by a command": (
        {"galaxy.yml": "name: sums\n", "docs/releasing.md": "$ ansible-galaxy collection publish x.tgz\n"},
        "publishes to Ansible Galaxy", "docs/releasing.md:1"),
    "a collection, how to install it": (
        {"galaxy.yml": "name: sums\n", "README.md": "$ ansible-galaxy collection install acme.sums\n"},
        "publishes to Ansible Galaxy", "README.md:1"),
    "a collection, in requirements": (
        {"galaxy.yml": "namespace: acme\nname: sums\n", "README.md": "collections:\n- name: acme.sums\n"},
        "publishes to Ansible Galaxy", "README.md:2"),
    "a package among several": (
        {"package.json": '{"private": true}', "packages/a/package.json": '{"name": "a", "private": true}',
         "packages/sums/package.json": PACKAGE, "README.md": "pnpm add sums\n"}, "publishes to npm", "README.md:1"),
    "dart in a folder of its name": (
        {"pubspec.yaml": "name: space\npublish_to: none\n", "sums/pubspec.yaml": "name: sums\n", "README.md":
         "dart pub add sums\n"}, "publishes to pub.dev", "README.md:1"),
    "a crate in a folder of its name": (
        {"Cargo.toml": "[workspace]\n", "sums/Cargo.toml": CRATE, "README.md": "cargo add sums\n"},
        "publishes to crates.io", "README.md:1"),
    "npm in a folder of its name": (
        {"package.json": '{"private": true}', "sums/package.json": PACKAGE, "README.md": "npm i sums\n"},
        "publishes to npm", "README.md:1"),
    "PyPI takes any spelling": ({"setup.cfg": "[metadata]\nname = my_sums\n", "README.rst": "pip install My-Sums\n"},
                                "publishes to PyPI", "README.rst:1"),
}  # fmt: skip


def by_hand(tmp_path, files):
    """Return what is read as published by a person."""
    return [one for one in read(Tree(write(tmp_path, files)), "main").triggers if one.on is On.HAND]


@pytest.mark.parametrize("shape", CERTAIN)
def test_what_a_person_publishes_is_read(tmp_path, shape):
    files, what, place = CERTAIN[shape]
    (one,) = by_hand(tmp_path, files)
    assert (one.kind, one.what, one.place, one.sure) == (Kind.PUBLISHES, what, place, True)


# what, files, the reason for doubt
TAGGED = {
    "CMake": {"CMakeLists.txt": "add_library(sums sums.c)\ninstall(TARGETS sums EXPORT sums)\n"},
    "CMake, headers alone": {
        "CMakeLists.txt": "add_library(sums INTERFACE)\ninstall(FILES sums.h DESTINATION x)\n"
    },
    "Meson": {"meson.build": "project('sums', 'c')\nlibrary('sums', 'sums.c', install: true)\n"},
    "autotools": {"configure.ac": "AC_INIT", "Makefile.am": "lib_LTLIBRARIES = libsums.la\n"},
}


@pytest.mark.parametrize("shape", TAGGED)
def test_a_library_in_c_is_taken_by_its_tag(tmp_path, shape):
    (one,) = read(Tree(write(tmp_path, TAGGED[shape])), "main").on(On.TAG)
    assert one.what.startswith("a tag publishes the library") and not one.sure


@pytest.mark.parametrize("files", [{"CMakeLists.txt": "add_executable(shop main.c)\ninstall(TARGETS shop)\n"},
                                   {**TAGGED["CMake"], "Dockerfile": "FROM x\n"},
                                   {"CMakeLists.txt": "add_library(shop x.c)\n"}])  # fmt: skip
def test_a_program_in_c_is_none(tmp_path, files):
    assert not read(Tree(write(tmp_path, files)), "main").on(On.TAG)


PARTLY = "on:\n  push:\n    tags: ['v*']\njobs:\n  go:\n    runs-on: x\n    steps:\n      - run: %s\n"


@pytest.mark.parametrize(("step", "left"), [("winget-create", True), ("npm publish", True), ("cargo publish", False),
                                            ("npx semantic-release", False)])  # fmt: skip
def test_what_no_pipeline_publishes_there_a_person_does(tmp_path, step, left):
    """A pipeline speaks for the registries that it publishes to, and for no other."""
    files = {**CERTAIN["cargo"][0], ".github/workflows/ci.yml": PARTLY % step}
    assert [one.what for one in by_hand(tmp_path, files)] == (["publishes to crates.io"] if left else [])


def test_the_front_page_comes_before_its_translations(tmp_path):
    pages = dict.fromkeys(("README.cn.md", "README.md", "README.zh.md"), "pip install sums\n")
    assert [one.place for one in by_hand(tmp_path, {"pyproject.toml": PYPROJECT, **pages})] == ["README.md:1"]


STARTED = "on: workflow_dispatch\njobs:\n  go:\n    runs-on: x\n    steps:\n      - run: cargo publish\n"


@pytest.mark.parametrize(("more", "left"), [
    ({"CONTRIBUTING.md": "* `cargo publish`\n"}, True), ({"Makefile": "ship:\n\tcargo publish\n"}, True),
    ({"README.md": "cargo add sums\n"}, False), ({}, False)])  # fmt: skip
def test_beside_a_pipeline_that_somebody_starts_only_a_command_speaks_of_a_person(tmp_path, more, left):
    files = {"Cargo.toml": CRATE, ".github/workflows/r.yml": STARTED, **more}
    assert [one.what for one in by_hand(tmp_path, files)] == ["publishes to crates.io"] * left


DOUBTFUL = {
    "a manifest alone, npm": ({"package.json": PACKAGE}, "package.json"),
    "a manifest alone, cargo": ({"Cargo.toml": CRATE, "src/lib.rs": ""}, "Cargo.toml"),
    "a manifest alone, Python": (
        {"pyproject.toml": PYPROJECT + '[project.urls]\nhome = "https://x.example"\n'}, "pyproject.toml"),
    "a gem nobody speaks of": ({"sums.gemspec": 's.name = "sums"'}, "sums.gemspec"),
    "installed, and an image": (
        {"pyproject.toml": PYPROJECT, "README.md": "pip install sums\n", "Dockerfile": "FROM x\n"}, "Dockerfile"),
    "installed, and a platform": ({"Cargo.toml": CRATE, "README.md": "cargo add sums\n", "fly.toml": 'app = "x"\n'},
                                  "fly.toml"),
    "installed, and a chart": ({"Cargo.toml": CRATE, "README.md": "cargo add sums\n", "Chart.yaml": "name: x\n"},
                               "Chart.yaml"),
    "published, and processes": ({"package.json": PACKAGE, "README.md": "`npm publish`\nnpm i sums\n",
                                  "Procfile": "web: node ."}, "Procfile"),
}  # fmt: skip


@pytest.mark.parametrize("shape", DOUBTFUL)
def test_thin_evidence_is_a_question(tmp_path, shape):
    files, why = DOUBTFUL[shape]
    (one,) = by_hand(tmp_path, files)
    assert not one.sure and why in one.sentence


NONE = {
    "private": {"package.json": '{"name": "shop", "version": "1.0.0", "private": true}', "README.md": "npm i shop\n"},
    "not for crates.io": {"Cargo.toml": CRATE + "publish = false\n", "README.md": "cargo install sums\n"},
    "somebody else's package": {"package.json": '{"name": "shop"}', "README.md": "npm install express\n"},
    "a longer name": {"pyproject.toml": '[project]\nname = "sums"\n', "README.md": "pip install sums-extra\n"},
    "not for pub.dev": {"pubspec.yaml": "name: sums\npublish_to: none\n", "README.md": "dart pub add sums\n"},
    "in a folder of another name": {"package.json": '{"private": true}', "web/package.json": PACKAGE,
                                    "README.md": "npm i sums\n"},
    "an app": {"pubspec.yaml": "name: sums\nversion: 1.0.0\n", "README.md": "# sums\n"},
    "not for PyPI": {"pyproject.toml": PYPROJECT + 'classifiers = ["Private :: Do Not Upload"]\n'},
    "a service": {"pyproject.toml": '[project]\nname = "shop"\nversion = "0"\n', "Dockerfile": "FROM x\n"},
    "a program of a service": {"Cargo.toml": '[package]\nname = "shop"\nversion = "0.1.0"\n', "src/main.rs": ""},
    "only talked about": {"package.json": '{"name": "shop"}', "README.md": "This is like npm publish, only better.\n"},
    "nothing": {"README.md": "x"},
    "broken": {"package.json": "{", "Cargo.toml": "[", "pyproject.toml": "="},
}  # fmt: skip


@pytest.mark.parametrize("shape", NONE)
def test_what_nobody_publishes_is_left_alone(tmp_path, shape):
    assert not by_hand(tmp_path, NONE[shape])


VERSIONS = "on:\n  push:\njobs:\n  go:\n    runs-on: x\n    steps:\n      - uses: changesets/action@v1\n"
INSTALLED = {"package.json": PACKAGE, "README.md": "npm i sums\n", ".changeset/config.json": "{}"}


@pytest.mark.parametrize(
    "with_it",
    ["publish: pnpm run release", "publish: yarn changeset publish", "publish-script: npx changeset publish"],
)
def test_what_changesets_publish_when_their_request_is_merged_no_person_does(tmp_path, with_it):
    step = f"        with:\n          title: next\n          {with_it}\n"
    files = {".github/workflows/r.yml": VERSIONS + step, **INSTALLED}
    assert not by_hand(tmp_path, files)
    (one,) = read(Tree(str(tmp_path)), "main").on(On.MANUAL)
    assert (one.what, one.sure) == ("publishes with changesets, by merging their request", True)


@pytest.mark.parametrize(
    "more",
    [
        "",
        "        with:\n          title: next\n",
        "      - uses: x/y@v1\n        with:\n          publish: a\n",
    ],
)
def test_changesets_that_only_open_their_request_leave_the_rest_to_a_person(tmp_path, more):
    (one,) = by_hand(tmp_path, {".github/workflows/r.yml": VERSIONS + more, **INSTALLED})
    assert one.what == "publishes to npm"


def test_a_pipeline_that_publishes_speaks_for_itself(tmp_path):
    steps = "jobs:\n  go:\n    runs-on: x\n    steps:\n      - uses: pypa/gh-action-pypi-publish@v1\n"
    files = {**CERTAIN["twine in a document"][0],
             ".github/workflows/ci.yml": "on:\n  push:\n    tags: ['v*']\n" + steps}  # fmt: skip
    assert not by_hand(tmp_path, files)


AZURE = {
    "a template elsewhere": "jobs:\n- template: job--pypi-release.yml@shared\n",
    "a template of stages": "stages:\n- template: ../azure/deploy-production.yml\n",
    "a task for releases": "steps:\n- task: GitHubRelease@1\n",
    "a task that pushes": "steps:\n- task: NuGetCommand@2\n  inputs:\n    command: push\n",
    "a task that publishes": "steps:\n- task: Npm@1\n  inputs:\n    command: 'publish'\n",
    "an image": "steps:\n- task: Docker@2\n  inputs:\n    command: buildAndPush\n",
}


@pytest.mark.parametrize("shape", AZURE)
def test_what_a_pipeline_of_azure_may_publish_is_a_question(tmp_path, shape):
    files = {"azure-pipelines.yml": "trigger:\n  tags:\n    include: ['*']\n" + AZURE[shape]}
    found = read(Tree(write(tmp_path, files)), "main").on(On.TAG)
    assert len({(one.what, one.line) for one in found}) == 1
    assert not found[0].sure and found[0].kind.goes_out


@pytest.mark.parametrize("steps", ["jobs:\n- template: job--python-tox.yml@shared\n", "steps:\n- task: Npm@1\n"
                                   "  inputs:\n    command: install\n- task: PublishTestResults@2\n"])  # fmt: skip
def test_a_pipeline_of_azure_that_tests_is_none(tmp_path, steps):
    files = {"azure-pipelines.yml": "trigger:\n  tags:\n    include: ['*']\n" + steps}
    assert not read(Tree(write(tmp_path, files)), "main").on(On.TAG)
