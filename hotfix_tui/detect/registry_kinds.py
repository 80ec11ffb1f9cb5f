"""The registries of packages, as data: which files make a project a package of one, and how each is spoken of.

Apart from `registries`, which fills them in: one more registry is a row here, and no code.
"""

from typing import NamedTuple

from hotfix_tui.detect.trigger_types import GoesTo


class RegistryKind(NamedTuple):
    """One registry: which files make a project a package there, and how it is spoken of, asked and served.

    In what is asked, installed, published and taken back, ``{name}`` and ``{version}`` are the package's.
    """

    registry: GoesTo
    files: tuple[tuple[str, str], ...]
    """Where to find the package's name: a file, and the key in it or, for a text, a pattern; "" for the file's own."""
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
    spelled: str = ""
    """Which spellings of the name are the same: ``any`` capitals and separators, ``case`` for capitals, ``perl`` for
    the name of a distribution or of its module; empty for one.
    """


KINDS = (
    RegistryKind(
        GoesTo.PYPI, (("pyproject.toml", "project.name"), ("pyproject.toml", "tool.poetry.name"),
                          ("setup.cfg", r"(?m)^name\s*=\s*(\S+)"), ("setup.py", r"\bname\s*=\s*[\"']([^\"']+)")),
        "", "python -m pip index versions {name}", "python -m pip index versions {name}",
        "python -m pip install {name}=={version}",
        "python -m build && python -m twine upload dist/*",
        "Yank {version} of {name} on its page at PyPI (Manage, Releases, Yank).",
        r"pypi(?:\.python)?\.org/(?:project|pypi|p)/{name}(?![\w-])|/pypi/\w+/{name}(?![\w-])|badge\.fury\.io/py/{name}"
        r"|\b(?:pip3?|pipx|uv pip|uv tool) install\s+(?:-\S+\s+)*[\"']?{name}(?![\w.-]*[\w-])"
        r"|\b(?:uv|poetry|pdm) add\s+{name}(?![\w-])",
        r"(?m)^\[project\.urls\]|^classifiers\s*=|^urls\s*=|\bclassifiers\s*=", r"Private :: ", "any",
    ),
    RegistryKind(
        GoesTo.NPM, (("package.json", "name"),),
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
    RegistryKind(
        GoesTo.CRATES, (("Cargo.toml", "package.name"),),
        "https://crates.io/crates/{name}/{version}", "cargo info {name}@{version}", "cargo info {name}",
        "cargo add {name}@{version}",
        "cargo publish",
        "Yank it: cargo yank --version {version} {name}",
        r"crates\.io/crates/{name}(?![\w-])|docs\.rs/{name}(?![\w-])|/crates/\w+/{name}(?![\w-])"
        r"|\bcargo (?:add|install)\s+(?:-\S+\s+)*{name}(?![\w-])|^\s*{name}\s*=\s*(?:\"[\d^~=]|\{{)",
        r"(?ms)^description\s*=.*^license(?:-file)?\s*=|^license(?:-file)?\s*=.*^description\s*=",
        r"(?m)^publish\s*=\s*(?:false|\[\s*\])",
    ),
    RegistryKind(
        GoesTo.RUBYGEMS, (("*.gemspec", r"(?m)\.name\s*=\s*[\"']([^\"']+)"),),
        "https://rubygems.org/gems/{name}/versions/{version}", "gem list --remote --exact --all {name}",
        "gem list --remote --exact {name}",
        "gem install {name} -v {version}",
        "gem build *.gemspec && gem push {name}-{version}.gem",
        "Yank it: gem yank {name} -v {version}",
        r"rubygems\.org/gems/{name}(?![\w-])|/gem/\w+/{name}(?![\w-])|badge\.fury\.io/rb/{name}"
        r"|\bgem install\s+(?:-\S+\s+)*{name}(?![\w-])|\bgem\s+[\"']{name}[\"']|\bbundle add\s+{name}(?![\w-])",
        "", r"allowed_push_host",
    ),
    RegistryKind(
        GoesTo.HEX, (("mix.exs", r"\bapp:\s*:(\w+)"),),
        "https://hex.pm/packages/{name}/{version}", "mix hex.info {name}", "mix hex.info {name}",
        "mix hex.info {name} {version}",
        "mix hex.publish",
        'Retire it: mix hex.retire {name} {version} invalid --message "use another version"',
        r"hex\.pm/packages/{name}(?!\w)|/hexpm/\w+/{name}(?!\w)|hexdocs\.pm/{name}(?!\w)|\{{:{name},\s*\"",
        r"\bpackage:", r"\borganization:",
    ),
    RegistryKind(
        GoesTo.MAVEN, (("pom.xml", r"(?s)^(?:(?!<parent>).)*?(?:<parent>.*?</parent>.*?)?<artifactId>([^<\s]+)<"),
                            ("settings.gradle*", r"rootProject\.name\s*=\s*[\"']([^\"']+)")),
        "", "", "", "",
        "",
        "",
        r"<artifactId>{name}(?:-\w+)*</artifactId>|[\"':][\w.-]+:{name}(?:-[\w-]+)?:[\w$.{{\[<]"
        r"|maven-central/v/[\w.-]+/{name}(?![\w-])|/maven-central/[\w.-]+/{name}(?![\w-])"
        r"|(?:search\.maven\.org|mvnrepository\.com|central\.sonatype\.com)/artifact/[\w.-]+/{name}(?![\w-])",
        r"<distributionManagement>|maven-publish|(?:sonatype|central)-publishing",
    ),
    RegistryKind(
        GoesTo.PUB, (("pubspec.yaml", r"(?m)^name:\s*[\"']?(\w+)"),),
        "", "", "", "",
        "",
        "",
        r"pub\.dev/packages/{name}(?!\w)|pub\.dartlang\.org/packages/{name}(?!\w)|/pub/\w+/{name}(?!\w)"
        r"|\b(?:dart|flutter) pub add\s+{name}(?!\w)|^\s*{name}:\s*\^?\d",
        r"(?m)^(?:homepage|repository|topics):", r"(?m)^publish_to:",
    ),
    RegistryKind(
        GoesTo.GALAXY, (("galaxy.yml", r"(?m)^name:\s*[\"']?(\w+)"),),
        "", "", "", "",
        "",
        "",
        r"ansible-galaxy collection install\s+(?:-\S+\s+)*\w+\.{name}(?!\w)"
        r"|galaxy\.ansible\.com/(?:ui/repo/published/)?\w+/{name}(?!\w)|^\s*-?\s*name:\s*\w+\.{name}\s*$",
    ),
    RegistryKind(
        GoesTo.PACKAGIST, (("composer.json", "name"),),
        "https://packagist.org/packages/{name}#{version}", "composer show --all {name} {version}",
        "composer show --all {name}",
        "composer require {name}:{version}",
    ),
    RegistryKind(
        GoesTo.GO, (("go.mod", r"(?m)^module\s+(\S+)"),),
        "https://pkg.go.dev/{name}@v{version}", "go list -m {name}@v{version}",
        "go list -m {name}@latest", "go get {name}@v{version}",
        "", "Retract v{version} in go.mod (retract v{version}), and tag that as the next version.",
    ),
    RegistryKind(
        GoesTo.NUGET, (("*.nuspec", r"<id>\s*([^<\s]+)\s*</id>"), ("*.csproj", r"<PackageId>\s*([^<\s$]+)\s*<"),
                            ("*.fsproj", r"<PackageId>\s*([^<\s$]+)\s*<"), ("*.csproj", ""), ("*.fsproj", "")),
        "https://www.nuget.org/packages/{name}/{version}", "dotnet package search {name} --exact-match",
        "dotnet package search {name} --exact-match", "dotnet add package {name} --version {version}",
        "dotnet pack -c Release && dotnet nuget push {name}.{version}.nupkg --source nuget.org",
        "Unlist it: dotnet nuget delete {name} {version} --source nuget.org",
        r"nuget\.org/(?:packages|api/v2/package)/{name}(?![\w.-])|/nuget/\w+/{name}(?:\.svg|\.png)?(?![\w.-])"
        r"|\bdotnet add package\s+{name}(?![\w.-])|\bInstall-Package\s+{name}(?![\w.-])"
        r"|\bdotnet tool install\s+(?:-\S+\s+)*{name}(?![\w.-])|<PackageReference\s+Include=\"{name}\"",
        r"<PackageId>|<PackageLicense|<GeneratePackageOnBuild>\s*true|<PackageTags>|<package ",
        r"<IsPackable>\s*false|<IsTestProject>\s*true|Microsoft\.NET\.Test\.Sdk|Microsoft\.NET\.Sdk\.(?:Web|Worker)",
        "case",
    ),
    RegistryKind(
        GoesTo.HACKAGE, (("*.cabal", r"(?mi)^name:\s*(\S+)"), ("package.yaml", r"(?m)^name:\s*[\"']?([\w-]+)")),
        "https://hackage.haskell.org/package/{name}-{version}", "", "", "cabal get {name}-{version}",
        "cabal sdist && cabal upload --publish dist-newstyle/sdist/{name}-{version}.tar.gz",
        "Deprecate {version} of {name} on its page at Hackage (edit package information).",
        r"hackage\.haskell\.org/package/{name}(?![\w-])|/hackage/\w+/{name}(?![\w-])|badge\.fury\.io/hs/{name}"
        r"|\b(?:cabal|stack) install\s+(?:-\S+\s+)*{name}(?![\w-])",
        r"(?mi)^(?:homepage|bug-reports|license-file|category):",
    ),
    RegistryKind(
        GoesTo.CPAN, (("dist.ini", r"(?m)^name\s*=\s*([\w-]+)"), ("minil.toml", "name"),
                          ("Makefile.PL", r"\b(?:DISTNAME|NAME|name)[\"']?\s*(?:=>|,|\s)\s*[\"']([\w:-]+)[\"']"),
                          ("Build.PL", r"\b(?:dist_name|module_name)[\"']?\s*=>\s*[\"']([\w:-]+)[\"']")),
        "https://metacpan.org/dist/{name}", "", "", "", "",
        "Schedule {version} of {name} for deletion at PAUSE.",
        r"metacpan\.org/(?:pod|dist|release|module)/(?:\w+/)?{name}(?![\w-]|::)"
        r"|\bcpan(?:m|\b|min\.us\b.*\s-n)\s+(?:-\S+\s+)*{name}(?![\w-]|::)|search\.cpan\.org/dist/{name}(?![\w-])|badge\.fury\.io/pl/{name}(?![\w-])",
        r"\bLICENSE\b|\blicense\b|\[@?\w+\]", "", "perl",
    ),
    RegistryKind(
        GoesTo.OPAM, (("dune-project", r"(?m)^\(name\s+([\w-]+)\)"), ("*.opam", "")),
        "https://opam.ocaml.org/packages/{name}/{name}.{version}/", "opam show {name}.{version}",
        "opam show --field=all-versions {name}", "opam install {name}.{version}", "opam publish",
        "Ask in the repository of opam that {name}.{version} is marked as not available.",
        r"opam\.ocaml\.org/packages/{name}(?![\w-])|\bopam (?:install|depext)\s+(?:-\S+\s+)*{name}(?![\w.-]*[\w-])",
        r"(?m)\(source\b|\(synopsis\b|^(?:homepage|bug-reports|dev-repo):",
    ),
    RegistryKind(
        GoesTo.CLOJARS, (("project.clj", r"\(defproject\s+([\w./-]+)"),),
        "https://clojars.org/{name}/versions/{version}", "", "", "", "lein deploy clojars", "",
        r"clojars\.org/(?:repo/)?{name}(?![\w/-])|\[{name}(?:[-/][\w./-]+)?\s+\""
        r"|(?<![\w/]){name}(?:[-/][\w./-]+)?\s+\{{:mvn/version",
        r"(?s):license\b.*:dependencies|:url\b",
    ),
    RegistryKind(
        GoesTo.LUAROCKS,
        tuple((f"{folder}*.rockspec", r"(?m)^(?:local\s+)?package(?:_name)?\s*=\s*[\"']([^\"']+)[\"'](?!\s*\.\.)")
              for folder in ("", "rockspecs/", "rockspec/")),
        "", "luarocks search {name} {version}", "luarocks search {name}", "luarocks install {name} {version}", "", "",
        r"luarocks\.org/modules/[\w-]+/{name}(?![\w-])|\bluarocks\s+(?:-\S+\s+)*install\s+(?:-\S+\s+)*{name}(?![\w-])"
        r"|/luarocks/\w+/[\w-]+/{name}(?![\w-])",
        "", "", "case",
    ),
    RegistryKind(
        GoesTo.CRAN, (("DESCRIPTION", r"(?m)^Package:\s*([\w.]+)"),),
        "https://cran.r-project.org/package={name}", "", "", "", "", "",
        r"\binstall\.packages\(\s*[\"']{name}[\"']|r-project\.org/(?:web/packages/|package=){name}(?![\w.])"
        r"|r-pkg\.org/(?:pkg|badges/[\w-]+)/{name}(?![\w.])|/cran/\w+/{name}(?![\w.])|cranlogs\S*/badges/(?:[\w-]+/)?{name}(?![\w.])",
        r"(?m)^(?:BugReports|URL):",
    ),
    RegistryKind(
        GoesTo.JULIA, (("Project.toml", "name"),),
        "https://juliahub.com/ui/Packages/General/{name}", "", "", "", "", "",
        r"\bPkg\.add\(\[?\"{name}\"|\badd {name}(?![\w.])|juliahub\.com/\S*/{name}(?!\w)",
        r"(?m)^uuid\s*=", "", "",
    ),
    RegistryKind(
        GoesTo.COCOAPODS, (("*.podspec", r"(?m)\.name\s*=\s*[\"']([^\"']+)"), ("*.podspec.json", "name")),
        "https://cocoapods.org/pods/{name}", "pod trunk info {name}", "pod trunk info {name}", "", "pod trunk push",
        "Delete it: pod trunk delete {name} {version}",
        r"cocoapods\.org/pods/{name}(?![\w-])|^\s*pod\s+[\"']{name}[\"'/]|/cocoapods/\w+/{name}(?:\.\w+)?(?![\w-])",
    ),
)  # fmt: skip
