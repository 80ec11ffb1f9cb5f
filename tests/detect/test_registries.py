"""Which registries a project's packages belong to: smaller registries, and packages below the root."""

import pytest

from hotfix_tui.detect.members import workspace
from hotfix_tui.detect.registries import registries
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import GoesTo, On
from hotfix_tui.detect.triggers import read
from tests.detect.test_by_hand import CRATE, PACKAGE, PYPROJECT, by_hand
from tests.repos import write

CABAL = {
    "sums.cabal": "cabal-version: 3.0\nname:          sums\nversion: 1.2.3\nhomepage: https://x.example\n"
}
MAKER = {"Makefile.PL": "WriteMakefile(\n  NAME => 'Sums::Up',\n  LICENSE => 'artistic_2',\n);\n"}
DUNE = {"dune-project": "(lang dune 3.0)\n(name sums)\n(source (github x/sums))\n", "sums-lwt.opam": ""}
JULIA = {"Project.toml": 'name = "Sums"\nuuid = "a93c6f00"\nversion = "1.2.3"\n'}
LEIN = {"project.clj": '(defproject acme/sums "1.2.3"\n  :license {:name "MIT"}\n  :dependencies [])\n'}
ROCK = {"sums-dev-1.rockspec": 'package = "Sums"\nversion = "dev-1"\n'}
R = {"DESCRIPTION": "Package: sums\nVersion: 1.2.3\nURL: https://x.example\n", "R/a.R": ""}
POD = {"Sums.podspec": "Pod::Spec.new do |s|\n  s.name = 'Sums'\nend\n"}
SHARP = {
    "Sums.sln": "",
    "src/Sums/Sums.csproj": "<Project><PropertyGroup><Description>x</Description></PropertyGroup></Project>",
}
POM = "<project><groupId>x</groupId><artifactId>{}</artifactId>{}</project>"
MODULES = {
    "pom.xml": POM.format("sums-parent", "<modules><module>core</module><module>it</module></modules>"),
    "core/pom.xml": POM.format("sums-core", ""),
    "it/pom.xml": POM.format("sums-it", "<maven.deploy.skip>true</maven.deploy.skip>"),
}
GRADLE = {
    "settings.gradle.kts": 'rootProject.name = "Sums-library"\ninclude(":core")\n'
    'project(":core").name = "sums-core"\ninclude(":samples", ":sums-json")\n'
}

# what, more files, where it is said
CERTAIN = {
    "the General registry of Julia, how to add it": (
        "the General registry of Julia", JULIA, {"README.md": 'using Pkg\nPkg.add("Sums")\n'}, "README.md:2"),
    "the General registry of Julia, at its prompt": (
        "the General registry of Julia", JULIA, {"README.md": "julia> ]\npkg> add Sums\n"}, "README.md:2"),
    "the General registry of Julia, a page": (
        "the General registry of Julia", JULIA, {"README.md": "https://juliahub.com/ui/Packages/General/Sums\n"},
        "README.md:1"),
    "Hackage, a badge": (
        "Hackage", CABAL, {"README.md": "[x](https://hackage.haskell.org/package/sums)\n"}, "README.md:1"),
    "Hackage, a command": (
        "Hackage", CABAL, {"RELEASING.md": "1. `cabal upload --publish dist/x.tar.gz`\n"}, "RELEASING.md:1"),
    "Hackage, how to install it": ("Hackage", CABAL, {"README.md": "    cabal install sums\n"}, "README.md:1"),
    "CPAN, how to install it": ("CPAN", MAKER, {"README.md": "    $ cpanm Sums::Up\n"}, "README.md:1"),
    "CPAN, without cpanm": (
        "CPAN", MAKER, {"README.md": "$ curl -L https://cpanmin.us | perl - -M https://x.example -n Sums::Up\n"},
        "README.md:1"),
    "CPAN, a page": ("CPAN", MAKER, {"README.md": "https://metacpan.org/pod/Sums::Up\n"}, "README.md:1"),
    "CPAN, by Dist::Zilla": (
        "CPAN", {"dist.ini": "name = Sums-Up\nlicense = Perl_5\n"},
        {"CONTRIBUTING.md": "Run `dzil release`.\n- dzil release\n"},
        "CONTRIBUTING.md:1"),
    "opam, how to install it": ("opam", DUNE, {"README.md": "opam install sums\n"}, "README.md:1"),
    "opam, a command": ("opam", DUNE, {"Makefile": "release:\n\tdune-release\n"}, "Makefile:2"),
    "opam, by its file alone": (
        "opam", {"sums.opam": 'homepage: "x"\n'}, {"README.md": "`opam install sums`\n"}, "README.md:1"),
    "Clojars, a badge": ("Clojars", LEIN, {"README.md": "https://clojars.org/acme/sums\n"}, "README.md:1"),
    "Clojars, how to depend on it": ("Clojars", LEIN, {"README.md": '[acme/sums "1.2.3"]\n'}, "README.md:1"),
    "Clojars, by deps": ("Clojars", LEIN, {"README.md": 'acme/sums {:mvn/version "1.2.3"}\n'}, "README.md:1"),
    "Clojars, a command": ("Clojars", LEIN, {"CONTRIBUTING.md": "1. lein deploy clojars\n"}, "CONTRIBUTING.md:1"),
    "LuaRocks, how to install it": ("LuaRocks", ROCK, {"README.md": "Run `luarocks install sums`.\n"}, "README.md:1"),
    "LuaRocks, with a tree": ("LuaRocks", ROCK, {"README.md": "luarocks --local install sums\n"}, "README.md:1"),
    "LuaRocks, a folder of specifications": (
        "LuaRocks", {"rockspecs/sums-1.2-1.rockspec": 'package = "sums"\n'},
        {"README.md": "https://luarocks.org/modules/acme/sums\n"}, "README.md:1"),
    "CRAN, how to install it": ("CRAN", R, {"README.md": '``` r\ninstall.packages("sums")\n```\n'}, "README.md:2"),
    "CRAN, a badge": ("CRAN", R, {"README.md": "https://www.r-pkg.org/badges/version/sums\n"}, "README.md:1"),
    "CRAN, a command": ("CRAN", R, {"Makefile": "cran:\n\tRscript -e 'devtools::release()'\n"}, "Makefile:2"),
    "CocoaPods, how to depend on it": (
        "CocoaPods", POD, {"README.md": "```ruby\npod 'Sums', '~> 1.0'\n```\n"}, "README.md:2"),
    "CocoaPods, a badge": (
        "CocoaPods", POD, {"README.md": "https://img.shields.io/cocoapods/v/Sums.svg\n"}, "README.md:1"),
    "CocoaPods, a command": ("CocoaPods", POD, {"Rakefile": "sh 'pod trunk push'\n",
                                               "RELEASING.md": "- pod trunk push\n"}, "RELEASING.md:1"),
    "NuGet, a badge": ("NuGet", SHARP, {"README.md": "https://www.nuget.org/packages/sums/\n"}, "README.md:1"),
    "NuGet, how to install it": ("NuGet", SHARP, {"README.md": "    dotnet add package Sums\n"}, "README.md:1"),
    "NuGet, a command": ("NuGet", SHARP, {"RELEASING.md": "* `dotnet nuget push bin/Sums.nupkg`\n"}, "RELEASING.md:1"),
    "NuGet, by its identity": (
        "NuGet", {"Lib.csproj": "<Project><PackageId>Acme.Sums</PackageId></Project>"},
        {"README.md": '<PackageReference Include="Acme.Sums" Version="1.2.3" />\n'}, "README.md:1"),
    "Maven, a module": ("Maven", MODULES, {"README.md": "<artifactId>sums-core</artifactId>\n"}, "README.md:1"),
    "Maven, a project of Gradle": (
        "Maven", GRADLE, {"README.md": 'implementation("x.y:sums-core:1.2.3")\n'}, "README.md:1"),
    "Maven, another one": ("Maven", GRADLE, {"README.md": "implementation 'x.y:sums-json:$v'\n"}, "README.md:1"),
    "Maven, a badge": (
        "Maven", GRADLE, {"README.md": "https://img.shields.io/maven-central/v/x.y/sums-core?label=x\n"},
        "README.md:1"),
    "Maven, a version to be filled in": (
        "Maven", GRADLE, {"README.md": 'plugins("x.y:sums-core:[version]")\n'}, "README.md:1"),
    "Maven, a page": (
        "Maven", MODULES, {"README.md": "https://mvnrepository.com/artifact/x.y/sums-core\n"}, "README.md:1"),
    "NuGet, in a folder in capitals": (
        "NuGet", {"Src/Acme.Sums/Acme.Sums.csproj": "<Project/>"}, {"README.md": "Install-Package Acme.Sums\n"},
        "README.md:1"),
    "Maven's plugin, in a document": (
        "Maven", {"pom.xml": POM.format("sums", "")},
        {"ReleaseProcess.md": "# Steps\n\n- mvn release:prepare\n- mvn release:perform\n"}, "ReleaseProcess.md:3"),
    "Maven's plugin, in a script": (
        "Maven", {"pom.xml": POM.format("sums", "")}, {"release.sh": "./mvnw -B release:prepare $1\n"}, "release.sh:1"),
    "Maven's plugin, in a folder of documents": (
        "Maven", {"pom.xml": POM.format("sums", "")}, {"docs/releasing.md": "`mvn -Prelease release:perform`\n"},
        "docs/releasing.md:1"),
}  # fmt: skip


@pytest.mark.parametrize("shape", CERTAIN)
def test_what_a_person_publishes_is_read(tmp_path, shape):
    title, files, more, place = CERTAIN[shape]
    (one,) = by_hand(tmp_path, {**files, **more})
    assert (one.what, one.place, one.sure) == (f"publishes to {title}", place, True)


@pytest.mark.parametrize("files", [CABAL, MAKER, DUNE, LEIN, ROCK, R, POD])
def test_a_manifest_made_for_others_is_a_question(tmp_path, files):
    (one,) = by_hand(tmp_path, files)
    assert not one.sure


NONE = {
    "somebody else's package": {**CABAL, "README.md": "cabal install sums-extra\n", "Dockerfile": "FROM x\n"},
    "a module of another distribution": {**MAKER, "README.md": "cpanm Sums::Up::Json\n", "Dockerfile": "FROM x\n"},
    "a longer name of opam": {**DUNE, "README.md": "opam install sums-lwt\n", "Dockerfile": "FROM x\n"},
    "a program that is not packed": {
        "Sums.csproj": "<Project><IsPackable>false</IsPackable></Project>", "README.md": "dotnet add package Sums\n"},
    "a service": {"Sums.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"><PackageId>Sums</PackageId></Project>',
                  "README.md": "dotnet add package Sums\n"},
    "tests": {"test/T/T.csproj": "<Project><IsTestProject>true</IsTestProject></Project>", "README.md": "x"},
    "a name that anybody has": {**GRADLE, "README.md": 'implementation("androidx.core:samples:1.2.3")\n'},
    "a module that stays": {**MODULES, "README.md": "<artifactId>sums-it</artifactId>\n"},
    "a rock whose name is put together": {
        "x-1.rockspec": 'local package_name = "sums-" .. plugin\npackage = package_name\n',
        "README.md": "luarocks install sums-\n"},
    "a description of something else": {"DESCRIPTION": "A text\n", "README.md": 'install.packages("sums")\n'},
}  # fmt: skip


@pytest.mark.parametrize("shape", NONE)
def test_what_nobody_publishes_is_left_alone(tmp_path, shape):
    assert not by_hand(tmp_path, NONE[shape])


# the root, the folder of a package; what it is, how its users get it
MEMBERS = {
    "npm": ({"package.json": '{"private": true, "workspaces": ["tools/*"]}'}, "tools/x/package.json", PACKAGE,
            "npm", "npm i sums"),
    "yarn, as a table": ({"package.json": '{"private": true, "workspaces": {"packages": ["a/b"]}}'},
                         "a/b/package.json", PACKAGE, "npm", "npm i sums"),
    "pnpm": ({"package.json": '{"private": true}', "pnpm-workspace.yaml": "packages:\n  - 'js/**'\n  - '!js/old'\n"},
             "js/near/far/package.json", PACKAGE, "npm", "pnpm add sums"),
    "lerna": ({"package.json": '{"private": true}', "lerna.json": '{"packages": ["modules/*"]}'},
              "modules/x/package.json", PACKAGE, "npm", "npm install sums"),
    "cargo": ({"Cargo.toml": '[workspace]\nmembers = ["rust/*"]\n'}, "rust/x/Cargo.toml", CRATE, "crates.io",
              "cargo add sums"),
    "uv": ({"pyproject.toml": '[tool.uv.workspace]\nmembers = ["libraries/*"]\n'}, "libraries/x/pyproject.toml",
           PYPROJECT, "PyPI", "pip install sums"),
    "dart": ({"pubspec.yaml": "name: _\npublish_to: none\nworkspace:\n  - dart/x\n"}, "dart/x/pubspec.yaml",
             "name: sums\n", "pub.dev", "dart pub add sums"),
    "melos": ({"melos.yaml": "name: _\npackages:\n  - parts/*\n"}, "parts/x/pubspec.yaml", "name: sums\n", "pub.dev",
              "dart pub add sums"),
}  # fmt: skip


@pytest.mark.parametrize("shape", MEMBERS)
def test_a_package_that_a_workspace_names_is_found_in_any_folder(tmp_path, shape):
    files, path, text, title, install = MEMBERS[shape]
    root = {**files, path: text, "README.md": f"```sh\n{install}\n```\n"}
    (one,) = by_hand(tmp_path, root)
    assert (one.what, one.sure) == (f"publishes to {title}", True)
    assert path.rpartition("/")[0] in workspace(Tree(str(tmp_path)))


@pytest.mark.parametrize("pattern", ["../*", "/etc/*", "!x/*", "", "*/*/*", "nowhere/*", "x/*.js"])
def test_a_pattern_that_leads_nowhere_or_outside_names_nothing(tmp_path, pattern):
    files = {"lerna.json": f'{{"packages": ["{pattern}"]}}', "x/y/package.json": PACKAGE}
    assert workspace(Tree(write(tmp_path, files))) == ()


LOOKED_UP = [
    (GoesTo.NUGET, {"Sums.csproj": "<Project><Description/></Project>"}, "https://www.nuget.org/packages/Sums/1.0.1"),
    (GoesTo.HACKAGE, CABAL, "https://hackage.haskell.org/package/sums-1.0.1"),
    (GoesTo.CPAN, MAKER, "https://metacpan.org/dist/Sums-Up"),
    (GoesTo.OPAM, DUNE, "https://opam.ocaml.org/packages/sums/sums.1.0.1/"),
    (GoesTo.CLOJARS, LEIN, "https://clojars.org/acme/sums/versions/1.0.1"),
    (GoesTo.CRAN, R, "https://cran.r-project.org/package=sums"),
    (GoesTo.COCOAPODS, POD, "https://cocoapods.org/pods/Sums"),
]  # fmt: skip


@pytest.mark.parametrize(("to", "files", "page"), LOOKED_UP, ids=[row[0] for row in LOOKED_UP])
def test_where_a_release_is_looked_up(tmp_path, to, files, page):
    (one,) = registries(Tree(write(tmp_path, files)), [to], "v1.0.1")
    assert one.page == page


TAGGED = "on:\n  push:\n    tags: ['v*']\njobs:\n  out:\n    runs-on: x\n    steps:\n      - {}\n"
GOES = {
    "an action": ({".github/workflows/r.yml": TAGGED.format("uses: pypa/gh-action-pypi-publish@v1")}, GoesTo.PYPI),
    "a command": ({".github/workflows/r.yml": TAGGED.format("run: cargo publish")}, GoesTo.CRATES),
    "a program that is not the registry's": (
        {".github/workflows/r.yml": TAGGED.format("run: npx changeset publish")}, GoesTo.NPM),
    "a command in a script": (
        {".github/workflows/r.yml": TAGGED.format("run: ./out.sh"), "out.sh": "gem push sums.gem\n"}, GoesTo.RUBYGEMS),
    "another service's pipeline": (
        {".gitlab-ci.yml": "out:\n  script: [twine upload dist/*]\n  rules:\n    - if: $CI_COMMIT_TAG\n"}, GoesTo.PYPI),
    "the tag itself": ({"go.mod": "module x.example/sums\n", "sums.go": "package sums\n"}, GoesTo.GO),
    "no registry of packages": (
        {".github/workflows/r.yml": TAGGED.format("run: docker push x/sums")}, GoesTo.UNSAID),
}  # fmt: skip


@pytest.mark.parametrize("shape", GOES)
def test_where_it_goes_is_a_value_of_what_a_tag_sets_off(tmp_path, shape):
    files, to = GOES[shape]
    assert {
        trigger.goes_to for trigger in read(Tree(write(tmp_path, files)), "main", tags=["v1.0.1"]).on(On.TAG)
    } == {to}
