"""What a test run does once, where each of its processes would do it again.

Separate from `tests.conftest`, because pytest looks for hooks and fixtures there.
"""

import compileall
import os
import sys
from pathlib import Path

import pytest
from _pytest.assertion import rewrite

_TOP = Path(__file__).resolve().parent.parent


def begin(config: pytest.Config) -> None:
    """Keep compiled code for the processes that tests start; a pytest started by one of them has no plugins."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    number = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if number or not getattr(config.option, "numprocesses", None):
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    if number and config.args == config.getini("testpaths"):
        _compile(config, int(number), int(os.environ["PYTEST_XDIST_WORKER_COUNT"]))


def _compile(config: pytest.Config, number: int, count: int) -> None:
    """Compile this process's share of the sources, so that the others find it done when they need it."""
    state = config.stash[rewrite.assertstate_key]
    for source in sorted([*_TOP.glob("hotfix_tui/**/*.py"), *_TOP.glob("tests/**/*.py")])[number::count]:
        if not source.name.startswith(("test_", "conftest")):
            compileall.compile_file(source, quiet=2)
            continue
        kept = rewrite.get_cache_dir(source) / (source.stem + rewrite.PYC_TAIL)
        if rewrite._read_pyc(source, kept) is None and rewrite.try_makedirs(kept.parent):
            stat, code = rewrite._rewrite_test(source, config)
            rewrite._write_pyc(state, code, stat, kept)
