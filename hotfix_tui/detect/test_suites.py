"""Which files are tests."""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

TEST_PATHS: dict[str, tuple[str, ...]] = {
    "python": (r"(?:^|/)(?:test_[^/]*|[^/]*_test|conftest|tests?)\.py$",),
    "node": (
        r"\.(?:test|spec|cy|e2e)\.[cm]?[jt]sx?(?:\.snap)?$",
        r"(?:^|/)(?:__tests__|__mocks__|__snapshots__|cypress)/",
    ),
    "go": (r"_test\.go$", r"(?:^|/)testdata/"),
    "rust": (r"(?:^|/)tests/.*\.rs$",),
    "jvm": (
        r"(?:^|/)src/(?:test|integrationTest|androidTest)/",
        r"(?:Tests?|IT|Spec)\.(?:java|kt|groovy|scala)$",
    ),
    "dotnet": (r"Tests?\.(?:cs|fs|vb)$", r"(?:^|/)[^/]*\.(?:Unit|Integration)?Tests?/"),
    "ruby": (r"(?:^|/)(?:spec|test)/.*\.rb$", r"_(?:spec|test)\.rb$"),
    "php": (r"Test\.php$",),
    "elixir": (r"_test\.exs$",),
    "deno": (r"(?:^|/)(?:test|[^/]*[._]test)\.[cm]?[jt]sx?$",),
    "dart": (r"_test\.dart$",),
    "swift": (r"(?:^|/)Tests/.*\.swift$", r"Tests?\.swift$"),
    "any": (r"(?:^|/)(?:tests?|e2e)/",),
}
"""Regular expressions for the paths of tests and test-only files, by ecosystem."""

_TESTS = re.compile("|".join(pattern for patterns in TEST_PATHS.values() for pattern in patterns))


def is_test_file(path: str, extra_patterns: Sequence[str] = ()) -> bool:
    """Return whether a path of the repository (with ``/``) is a test or used by tests only.

    ``extra_patterns`` are globs: one without ``/`` is for the file name, one that ends with ``/`` for a folder.
    """
    if _TESTS.search(path):
        return True
    name = path.rpartition("/")[2]
    for pattern in extra_patterns:
        whole = pattern + "*" if pattern.endswith("/") else pattern
        if fnmatchcase(path, whole) or ("/" not in pattern and fnmatchcase(name, pattern)):
            return True
    return False
