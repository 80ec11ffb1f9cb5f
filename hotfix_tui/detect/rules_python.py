"""Detection rules for Python, best first."""

from hotfix_tui.detect.rule import Rule

_PYTEST = "{py} pytest"
_PYTEST_CONFIG = (
    "key:pyproject.toml:tool.pytest",
    "file:pytest.ini",
    "file:.pytest.ini",
    r"text:tox.ini:\[pytest\]",
    r"text:setup.cfg:\[tool:pytest\]",
    "file:conftest.py",
    "file:tests/conftest.py",
    "file:test/conftest.py",
)
_HATCH = (
    "key:pyproject.toml:tool.hatch.envs",
    "not file:uv.lock",
    "not file:poetry.lock",
    "not file:pdm.lock",
)

PYTHON: tuple[Rule, ...] = (
    # If notebooks are the source, their cells are the tests.
    Rule("python", "test", "nbdev-test", ("key:pyproject.toml:tool.nbdev",)),
    Rule("python", "test", "nbdev_test", (r"text:settings.ini:^\s*(?:nbs_path|lib_path)\s*=",)),
    Rule(
        "python",
        "test",
        "hatch run test",
        (*_HATCH, "key:pyproject.toml:tool.hatch.envs.default.scripts.test"),
    ),
    Rule("python", "test", "pdm run test", ("file:pdm.lock", "key:pyproject.toml:tool.pdm.scripts.test")),
    Rule("python", "test", "{py} poe test", ("key:pyproject.toml:tool.poe.tasks.test",)),
    Rule(
        "python",
        "test",
        "hatch test",
        (*_HATCH, "not key:pyproject.toml:tool.hatch.envs.default.scripts.test"),
    ),
    *(Rule("python", "test", _PYTEST, (condition,)) for condition in _PYTEST_CONFIG),
    Rule("python", "test", "{py} python manage.py test", ("file:manage.py",)),
    Rule("python", "test", _PYTEST, ("file:tests/test_*.py", "not text:tests/test_*.py:import unittest")),
    Rule("python", "test", _PYTEST, ("file:tests/test_*.py", "text:pyproject.toml:pytest")),
    Rule("python", "test", _PYTEST, ("file:tests/test_*.py", "text:requirements*.txt:pytest")),
    Rule(
        "python",
        "test",
        "{py} python -m unittest discover -s tests -t .",
        ("file:tests/test_*.py", "file:tests/__init__.py", "text:tests/test_*.py:import unittest"),
    ),
    Rule(
        "python",
        "test",
        "{py} python -m unittest discover -s tests",
        ("file:tests/test_*.py", "not file:tests/__init__.py", "text:tests/test_*.py:import unittest"),
    ),
    Rule("python", "test", _PYTEST, ("file:tests/", "not file:tests/test_*.py", "not file:manage.py")),
    Rule("python", "test", _PYTEST, ("text:pyproject.toml:^\\s*[\"']?pytest\\b", "not file:manage.py")),
    Rule("python", "test", _PYTEST, ("file:test_*.py", "not text:test_*.py:import unittest")),
    Rule("python", "test", "{py} python -m unittest", ("file:test_*.py", "text:test_*.py:import unittest")),
    *(
        Rule("python", "test", "{py} tox run", (condition,))
        for condition in (
            r"text:tox.ini:\[(tox|testenv)",
            "key:pyproject.toml:tool.tox",
            r"text:setup.cfg:\[tox",
            "file:tox.toml",
        )
    ),
    Rule("python", "test", "{py} nox", ("file:noxfile.py",)),
    *(
        Rule("python", "typecheck", "{py} mypy", ("key:pyproject.toml:tool.mypy", condition))
        for condition in ("key:pyproject.toml:tool.mypy.files", "key:pyproject.toml:tool.mypy.packages")
    ),
    *(
        Rule(
            "python",
            "typecheck",
            "{py} mypy",
            (rf"text:{name}:\s*(files|packages)\s*=", r"text:" + name + r":\[mypy\]"),
        )
        for name in ("mypy.ini", ".mypy.ini", "setup.cfg")
    ),
    *(
        Rule("python", "typecheck", "{py} mypy .", (condition,))
        for condition in (
            "key:pyproject.toml:tool.mypy",
            "file:mypy.ini",
            "file:.mypy.ini",
            r"text:setup.cfg:\[mypy",
        )
    ),
    Rule("python", "typecheck", "{py} basedpyright", ("key:pyproject.toml:tool.basedpyright",)),
    Rule("python", "typecheck", "{py} pyright", ("file:pyrightconfig.json",)),
    Rule("python", "typecheck", "{py} pyright", ("key:pyproject.toml:tool.pyright",)),
    Rule("python", "typecheck", "{py} ruff check .", ("key:pyproject.toml:tool.ruff",)),
    Rule("python", "typecheck", "{py} ruff check .", ("file:ruff.toml",)),
    Rule("python", "typecheck", "{py} ruff check .", ("file:.ruff.toml",)),
    Rule("python", "build", "uv build", ("key:pyproject.toml:build-system", "file:uv.lock")),
    Rule("python", "build", "poetry build", ("key:pyproject.toml:build-system", "file:poetry.lock")),
    Rule("python", "build", "pdm build", ("key:pyproject.toml:build-system", "file:pdm.lock")),
    Rule("python", "build", "hatch build", ("key:pyproject.toml:build-system", *_HATCH)),
    Rule("python", "build", "{py} python -m build", ("key:pyproject.toml:build-system", "not file:uv.lock")),
)
