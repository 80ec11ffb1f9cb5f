"""Which packages a file imports (Python, JavaScript, TypeScript, Go), and by which names they may be declared.

Apart from `steps.fix.guard.imports`, which asks git: here lines are read. Only what certainly is a package of somebody
else is named: nothing of the standard library, nothing relative, no alias, and nothing that the program copes without.
"""

import ast
import re
import sys
import warnings
from collections.abc import Iterator
from typing import NamedTuple


class Imported(NamedTuple):
    """A package that a line imports, by the name that the code uses."""

    name: str
    line: int


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Python

_MORE_STDLIB = _words(
    """
    annotationlib asynchat asyncore binhex cgi cgitb compression crypt distutils formatter imghdr imp lib2to3
    msilib nis ossaudiodev parser pipes smtpd sndhdr spwd sunau symbol telnetlib tomllib uu xdrlib
    """
)
"""Modules of other versions of the standard library than ours."""

_NAMESPACES = _words(
    """
    ansible_collections azure backports bpy collective com dbus gi google hou jaraco java js lib2to3 maya
    mpl_toolkits nuke odoo opentelemetry org pkg_resources plone pyodide ruamel rpm setuptools sphinxcontrib
    sublime sublime_plugin unreal uno zope
    """
)
"""What many packages share, or the host program brings along: the name does not say which package it is."""

_OTHER_NAMES = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "Crypto": "pycryptodome pycrypto",
    "Cryptodome": "pycryptodomex",
    "MySQLdb": "mysqlclient",
    "OpenSSL": "pyopenssl",
    "PIL": "pillow",
    "Xlib": "python-xlib",
    "absl": "absl-py",
    "apt": "python-apt",
    "cairo": "pycairo",
    "corsheaders": "django-cors-headers",
    "cv2": "opencv",
    "dateutil": "python-dateutil",
    "decouple": "python-decouple",
    "discord": "discord.py py-cord",
    "django_filters": "django-filter",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "environ": "django-environ",
    "fitz": "pymupdf",
    "git": "gitpython",
    "github": "pygithub",
    "gitlab": "python-gitlab",
    "googleapiclient": "google-api-python-client",
    "grpc": "grpcio",
    "haystack": "django-haystack farm-haystack haystack-ai",
    "igraph": "python-igraph igraph",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "ldap": "python-ldap",
    "Levenshtein": "levenshtein python-levenshtein",
    "magic": "python-magic",
    "markdown_it": "markdown-it-py",
    "multipart": "python-multipart",
    "nacl": "pynacl",
    "pptx": "python-pptx",
    "pwiz": "peewee",
    "py": "py pytest",
    "pylab": "matplotlib",
    "pythoncom": "pywin32",
    "pywintypes": "pywin32",
    "rest_framework": "djangorestframework",
    "rest_framework_simplejwt": "djangorestframework-simplejwt",
    "sass": "libsass",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "snappy": "python-snappy",
    "socketio": "python-socketio",
    "socks": "pysocks",
    "speech_recognition": "speechrecognition",
    "taglib": "pytaglib",
    "telegram": "python-telegram-bot",
    "tlz": "toolz cytoolz",
    "usb": "pyusb",
    "vlc": "python-vlc",
    "wx": "wxpython",
    "websocket": "websocket-client",
    "win32api": "pywin32",
    "win32con": "pywin32",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}
"""Packages that are called otherwise than what is imported; any of the names will do."""


def python_imports(source: str, lines: set[int]) -> list[Imported]:
    """Return the packages that these lines of a module import; none if it cannot be parsed.

    What is imported below ``try``, ``if`` or ``suppress`` is left out: the program may cope without it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [one for one in _within(module.body) if one.line in lines]


def _within(body: list[ast.stmt]) -> Iterator[Imported]:
    """Yield what a block imports, with the blocks in it."""
    pending: list[ast.stmt] = list(body)
    for statement in pending:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                yield from _package(alias.name, alias.lineno)
        elif isinstance(statement, ast.ImportFrom) and not statement.level and statement.module:
            yield from _package(statement.module, statement.lineno)
        elif isinstance(statement, ast.Try) and statement.handlers:
            pending += [*statement.orelse, *statement.finalbody]
        elif not isinstance(statement, ast.If) and not _suppresses(statement):
            for name in ("body", "orelse", "finalbody"):
                pending += getattr(statement, name, [])


def _suppresses(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.With) and any(
        "suppress" in ast.unparse(item) for item in statement.items
    )


def _package(dotted: str, line: int) -> Iterator[Imported]:
    top = dotted.partition(".")[0]
    known = top in sys.stdlib_module_names or top in _MORE_STDLIB or top in _NAMESPACES
    if not known and not top.startswith("_") and not top.endswith(("_pb2", "_pb2_grpc")):
        yield Imported(top, line)


def python_names(name: str) -> list[str]:
    """Return what a manifest may call the package that is imported as `name`, in lower case."""
    lower = name.lower()
    plain = lower.replace("_", "-")
    core = plain.removeprefix("py").removesuffix("py").strip("-") or plain
    names = [
        lower,
        plain,
        plain.replace("-", "."),
        plain.replace("-", ""),
        f"python-{core}",
        f"py{core}",
        f"{core}-py",
    ]
    return list(dict.fromkeys([*names, f"py-{core}", f"{core}-python", *_OTHER_NAMES.get(name, "").split()]))


# JavaScript and TypeScript

SCRIPTS = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte")

_NODE = _words(
    """
    assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain
    events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl
    stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib test sqlite sea
    bun deno electron vscode meteor lwc atom k6 obsidian
    """
)
"""Modules of Node, and those that a host program brings along."""

_FROM = re.compile(
    r"""(?:^\s*import\s+|^\s*(?:import|export)\b(?!\s+type\b)[^'"`=;]*\bfrom\s*|^\s*\}\s*from\s*"""
    r"""|(?<![\w.$])(?:require|import)\(\s*)(?P<quote>["'])(?P<name>[^"'\s]+)(?P=quote)"""
)
_SPECIFIER = re.compile(r"(?P<package>(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9][a-z0-9._~-]*)(?:/[\w@./-]*)?$")
_ALIASES = (
    "@ember/",
    "@salesforce/",
    "@site/",
    "@theme/",
    "@theme-original/",
    "@theme-init/",
    "@generated/",
    "@app/",
)


def script_imports(line: str, number: int) -> Iterator[Imported]:
    """Yield the packages that a line of JavaScript or TypeScript imports."""
    if line.lstrip().startswith(("//", "*", "/*")):
        return
    for match in _FROM.finditer(line[:2000]):
        found = _SPECIFIER.match(match["name"])
        if found and found["package"] not in _NODE and not match["name"].startswith(_ALIASES):
            yield Imported(found["package"], number)


# Go

_GO = re.compile(
    r"\s*(?:import\s+)?(?:[\w.]+\s+)?\"(?P<path>[a-z0-9-]+(?:\.[a-z0-9-]+)+/[\w./~-]+)\"\s*(?://.*)?$"
)


def go_imports(line: str, number: int) -> Iterator[Imported]:
    """Yield the package that a line of Go imports, by its path; the standard library has no dot in its first part."""
    if match := _GO.match(line[:500]):
        yield Imported(match["path"], number)
