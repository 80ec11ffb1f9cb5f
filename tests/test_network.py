"""Whom the product talks to: few files reach the network, the drill's on loopback only, and nobody is told home."""

import ast
import re
from pathlib import Path

import pytest

from tests.test_hygiene import FILES, OURS, PACKAGE, nodes, where

REACHES = {
    "base/fetch.py": "addresses of the configuration",
    "monitor/http.py": "addresses of the configuration",
    "monitor/history.py": "addresses of the configuration",
    "monitor/metrics.py": "addresses of the configuration",
    "monitor/checks.py": "addresses of the configuration",
    "monitor/watching.py": "addresses of the configuration",
    "forges/drill_call.py": "loopback",
    "demo/environments.py": "loopback",
    "demo/world/ctl/host.py": "loopback",
    "demo/world/ctl/asked.py": "loopback",
    "demo/world/ctl/servers.py": "loopback",
    "demo/world/ctl/forge_server.py": "loopback",
    "runner/supervisor.py": "a socket of the file system",
    "runner/runs.py": "a socket of the file system",
    "engine/interactive.py": "the machine's name",
}
"""The files that load what can open a connection, and what with."""

_LIBRARIES = re.compile(
    r"(?:socket|socketserver|http\.(?:client|server)|urllib\.request|ftplib|smtplib|xmlrpc|aiohttp|httpx|requests)\b"
)


def reaching(paths: list[Path]) -> set[str]:
    found = set()
    for path, node in nodes((ast.Import, ast.ImportFrom), paths):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else [str(node.module)]
        if any(_LIBRARIES.match(name) for name in names):
            found.add(str(path.relative_to(PACKAGE)))
    return found


def test_few_files_reach_the_network():
    assert reaching(FILES) == set(REACHES)


@pytest.mark.parametrize("file", [name for name, whom in REACHES.items() if whom == "loopback"])
def test_the_drill_listens_and_calls_on_loopback_only(file):
    path = PACKAGE / file
    for _, node in nodes(ast.Call, [path]):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name not in (
            "bind",
            "create_server",
            "HTTPConnection",
            "ThreadingHTTPServer",
            "create_connection",
        ):
            continue
        assert "127.0.0.1" in ast.unparse(node.args[0]), where(path, node)


def test_no_address_of_the_world_is_in_the_code():
    """What is asked, somebody configured: the addresses in the source are pages to open, documents, and examples."""
    asked = re.compile(r"https?://(?!127\.0\.0\.1|localhost|\{)[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.I)
    found = []
    for path, node in nodes(
        ast.Constant, [path for path in OURS if str(path.relative_to(PACKAGE)) in REACHES]
    ):
        if isinstance(node.value, str) and asked.search(node.value) and "\n" not in node.value:
            found.append(f"{where(path, node)} {node.value[:60]}")
    assert found == []
