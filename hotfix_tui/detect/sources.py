"""How much of a repository is written in which language: this tells a project from an incidental file."""

import os
from collections import Counter, deque

from hotfix_tui.detect.tree import Tree

MOST = 4_000
"""At most this many files are counted; folders near the root come first."""

EXTENSIONS: dict[str, tuple[str, ...]] = {
    "elixir": ("ex", "exs", "heex"),
    "ruby": ("rb", "rake", "erb"),
    "php": ("php",),
    "python": ("py", "pyi", "pyx"),
    "go": ("go",),
    "rust": ("rs",),
    "jvm": ("java", "kt", "kts", "groovy"),
    "scala": ("scala", "sc"),
    "clojure": ("clj", "cljs", "cljc"),
    "dotnet": ("cs", "fs", "vb", "razor"),
    "swift": ("swift",),
    "dart": ("dart",),
    "zig": ("zig",),
    "haskell": ("hs", "lhs"),
    "ocaml": ("ml", "mli"),
    "erlang": ("erl", "hrl"),
    "gleam": ("gleam",),
    "crystal": ("cr",),
    "nim": ("nim",),
    "julia": ("jl",),
    "perl": ("pl", "pm", "t"),
    "lua": ("lua",),
    "r": ("r", "rmd"),
    "hugo": ("html", "md"),
    "deno": ("ts", "tsx", "js", "mjs"),
    "node": ("js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "vue", "svelte", "astro", "css", "scss"),
    **dict.fromkeys(
        ("cmake", "autotools", "meson", "bazel"), ("c", "cc", "cpp", "cxx", "h", "hh", "hpp", "m", "mm")
    ),
}
"""The suffixes of an ecosystem's own files."""

# fmt: off
SIDE = frozenset((
    "doc", "docs", "documentation", "website", "www", "site", "example", "examples", "sample", "samples",
    "demo", "demos", "support", "contrib", "third_party", "third-party", "thirdparty", "vendor",
    "vendored", "external", "extern", "deps", "dependencies", "submodules", "bench", "benches",
    "benchmark", "benchmarks", "perf", "fixtures", "fixture", "testdata", "e2e", "playground",
    "playgrounds", "sandbox", "tutorial", "tutorials", "scripts", "script", "tools", "tooling", "hack",
    "ci", ".github", ".circleci", "dev-docs", "docker", "packaging", "dist", "build", "out", "target",
    "node_modules", "venv", "__pycache__", "bower_components", "Pods", "Carthage", "obj", "bin",
))
# fmt: on
"""Folders that hold something other than the project itself."""


class Sources:
    """The counts: files by suffix. `whole` is false when there were too many to count all."""

    def __init__(self, tree: Tree) -> None:
        self.counted: Counter[str] = Counter()
        self.whole = True
        self._walk(tree.root)

    def of(self, ecosystem: str) -> int:
        """Return how many files belong to an ecosystem."""
        return sum(self.counted[end] for end in EXTENSIONS.get(ecosystem, ()))

    def none_of(self, ecosystem: str) -> bool:
        """Return whether it is certain that no file belongs to an ecosystem."""
        return self.whole and not self.of(ecosystem)

    def _walk(self, root: str) -> None:
        waiting, seen = deque([root]), 0
        while waiting:
            try:
                with os.scandir(waiting.popleft()) as listing:
                    entries = sorted(listing, key=lambda entry: entry.name)
            except OSError:
                continue
            for entry in entries:
                seen += 1
                if seen > MOST:
                    self.whole = False
                    return
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith(".") and entry.name not in SIDE:
                        waiting.append(entry.path)
                elif "." in entry.name:
                    self.counted[entry.name.rpartition(".")[2].lower()] += 1


def sources_of(tree: Tree) -> Sources:
    """Return how much of a tree is written in which language; counted once."""
    return tree.once("sources", lambda: Sources(tree))
