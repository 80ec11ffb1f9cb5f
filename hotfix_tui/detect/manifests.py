"""Lockfiles and dependency tables by ecosystem, as data: what a minimal fix does not change by accident."""

from dataclasses import dataclass

from hotfix_tui.detect import tree


@dataclass(frozen=True)
class Ecosystem:
    """One package manager's files.

    ``lockfiles`` and ``manifests`` are file names (the latter may have wildcards); ``tables`` are the dotted keys of
    a TOML or JSON manifest that contain dependencies (``*`` is any key). A manifest without tables is compared as
    text.
    """

    name: str
    lockfiles: tuple[str, ...]
    manifests: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


ECOSYSTEMS: tuple[Ecosystem, ...] = (
    Ecosystem(
        "node",
        ("pnpm-lock.yaml", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "bun.lock", "bun.lockb"),
        ("package.json",),
        (
            "dependencies",
            "devDependencies",
            "peerDependencies",
            "optionalDependencies",
            "bundledDependencies",
            "bundleDependencies",
            "overrides",
            "resolutions",
            "pnpm.overrides",
            "catalog",
            "catalogs",
        ),
    ),
    Ecosystem(
        "python",
        (
            "uv.lock",
            "poetry.lock",
            "pdm.lock",
            "Pipfile.lock",
            "requirements*.txt",
            "pylock.toml",
            "pylock.*.toml",
        ),
        ("pyproject.toml", "Pipfile"),
        (
            "project.dependencies",
            "project.optional-dependencies",
            "dependency-groups",
            "build-system.requires",
            "tool.poetry.dependencies",
            "tool.poetry.dev-dependencies",
            "tool.poetry.group.*.dependencies",
            "tool.pdm.dev-dependencies",
            "tool.uv.dev-dependencies",
            "tool.uv.sources",
            "tool.uv.override-dependencies",
            "tool.uv.constraint-dependencies",
            "tool.hatch.envs.*.dependencies",
            "packages",
            "dev-packages",
        ),
    ),
    Ecosystem(
        "rust",
        ("Cargo.lock",),
        ("Cargo.toml",),
        (
            "dependencies",
            "dev-dependencies",
            "build-dependencies",
            "target.*.dependencies",
            "target.*.dev-dependencies",
            "target.*.build-dependencies",
            "workspace.dependencies",
            "patch",
            "replace",
        ),
    ),
    Ecosystem("go", ("go.sum", "go.work.sum"), ("go.mod",)),
    Ecosystem(
        "jvm",
        ("gradle.lockfile", "*.gradle.lockfile", "verification-metadata.xml"),
        ("pom.xml", "libs.versions.toml"),
        ("versions", "libraries", "bundles", "plugins"),
    ),
    Ecosystem(
        "dotnet", ("packages.lock.json", "Directory.Packages.props"), ("*.csproj", "*.fsproj", "*.vbproj")
    ),
    Ecosystem("ruby", ("Gemfile.lock", "gems.locked"), ("Gemfile", "gems.rb")),
    Ecosystem(
        "php", ("composer.lock",), ("composer.json",), ("require", "require-dev", "replace", "conflict")
    ),
    Ecosystem("elixir", ("mix.lock",), ("mix.exs",)),
    Ecosystem("deno", ("deno.lock",), ("deno.json", "deno.jsonc"), ("imports", "scopes")),
    Ecosystem("dart", ("pubspec.lock",), ("pubspec.yaml",)),
    Ecosystem("swift", ("Package.resolved",), ("Package.swift",)),
    Ecosystem("terraform", (".terraform.lock.hcl",)),
    Ecosystem("helm", ("Chart.lock",), ("Chart.yaml",)),
    Ecosystem("nix", ("flake.lock",)),
)

LOCKFILES: dict[str, tuple[str, ...]] = {ecosystem.name: ecosystem.lockfiles for ecosystem in ECOSYSTEMS}
"""The lockfiles' names, by ecosystem; some have wildcards."""


def _fits(path: str, patterns: tuple[str, ...]) -> bool:
    """Return whether the last part of a path is one of the names."""
    from fnmatch import fnmatchcase

    name = path.rpartition("/")[2]
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def lockfile_of(path: str) -> str:
    """Return the ecosystem whose lockfile this path is, or an empty text. Paths are separated by ``/``."""
    return next((ecosystem.name for ecosystem in ECOSYSTEMS if _fits(path, ecosystem.lockfiles)), "")


def manifest_of(path: str) -> Ecosystem | None:
    """Return the ecosystem whose manifest this path is, or None."""
    return next((ecosystem for ecosystem in ECOSYSTEMS if _fits(path, ecosystem.manifests)), None)


def dependency_tables(path: str, content: str) -> dict[str, object] | None:
    """Return the dependency tables of a TOML or JSON manifest, by dotted key, so that two versions can be compared.

    None if the path is not such a manifest or the content cannot be parsed; then the texts must be compared.
    """
    ecosystem = manifest_of(path)
    if ecosystem is None or not ecosystem.tables:
        return None
    json = path.endswith((".json", ".jsonc"))
    table = tree.parse_json(content) if json else tree.parse_toml(content)
    if table is None:
        return None
    tables: dict[str, object] = {}
    for dotted in ecosystem.tables:
        _collect(table, dotted.split("."), "", tables)
    return tables


def changed_dependencies(path: str, before: str, after: str) -> list[str] | None:
    """Return the dotted keys of dependency tables that differ between two versions of a manifest.

    None if unknown, because the manifest has no tables or does not parse.
    """
    old, new = dependency_tables(path, before), dependency_tables(path, after)
    if old is None or new is None:
        return None
    return sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))


def _collect(table: object, parts: list[str], prefix: str, tables: dict[str, object]) -> None:
    """Collect what is below a dotted key with wildcards."""
    if not parts:
        tables[prefix] = table
        return
    if not isinstance(table, dict):
        return
    keys = list(table) if parts[0] == "*" else [parts[0]] if parts[0] in table else []
    for key in keys:
        _collect(table[key], parts[1:], f"{prefix}.{key}".lstrip("."), tables)
