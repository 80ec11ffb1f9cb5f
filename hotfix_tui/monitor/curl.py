"""Parsing a request from a `curl` command line, as browsers copy and people paste it; and formatting one.

Apart from the smoke tests that keep the request: the grammar of one program's command line, and nothing of ours.
"""

import base64
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from hotfix_tui.base.errors import USAGE, HotfixError

_WITH_VALUE = {
    "-X": "method",
    "--request": "method",
    "-H": "header",
    "--header": "header",
    "-d": "data",
    "--data": "data",
    "--data-ascii": "data",
    "--data-raw": "raw",
    "--data-binary": "data",
    "--data-urlencode": "form",
    "--json": "json",
    "-u": "user",
    "--user": "user",
    "-b": "cookie",
    "--cookie": "cookie",
    "-A": "agent",
    "--user-agent": "agent",
    "-e": "referer",
    "--referer": "referer",
    "--url": "url",
    "-m": "timeout",
    "--max-time": "timeout",
    "-o": "",
    "--output": "",
    "-w": "",
    "--write-out": "",
    "--connect-timeout": "",
    "--retry": "",
    "-c": "",
    "--cookie-jar": "",
}
"""Options with a value, and what the value is; those not about the request itself are left out."""

_ALONE = {
    "-I": "head",
    "--head": "head",
    "-G": "get",
    "--get": "get",
}
_IGNORED = frozenset(
    """
    -s -S -L -k -i -v -f -# -g -N -4 -6 --silent --show-error --location --insecure --include --verbose --fail
    --compressed --globoff --no-buffer --http1.1 --http2 --fail-with-body --progress-bar --path-as-is
    """.split()  # noqa: SIM905
)
_ANSI_C = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
_LONGEST = 100_000


class CurlError(HotfixError):
    """The pasted text is not a request that can be parsed; the text is a sentence for people."""

    exit_status = USAGE
    cure = "Paste a command that begins with curl."


@dataclass
class Pasted:
    """The request that a command line sends."""

    url: str = ""
    method: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    timeout: float = 0.0


def parse(text: str) -> Pasted:
    """Return the request of a `curl` command line. Raises CurlError."""
    words = _words(text)
    out, get = Pasted(), False
    place = 1
    while place < len(words):
        word, place = words[place], place + 1
        name, value, joined = _option(word)
        if name in _WITH_VALUE:
            if not joined:
                if place >= len(words):
                    raise CurlError(f"The option {name} has no value.")
                value, place = words[place], place + 1
            _take(out, _WITH_VALUE[name], value)
        elif name in _ALONE:
            out.method = "HEAD" if _ALONE[name] == "head" else out.method
            get = get or _ALONE[name] == "get"
        elif word.startswith("-") and word != "-":
            for flag in _flags(word):
                if flag not in _IGNORED:
                    raise CurlError(
                        f"The option {flag} is not known here; leave it out, or configure [[smoke]]."
                    )
        elif not out.url:
            out.url = word
        else:
            raise CurlError(f"There are two addresses: {out.url[:80]} and {word[:80]}.")
    return _whole(out, get)


def _words(text: str) -> list[str]:
    if len(text) > _LONGEST:
        raise CurlError("It is too long for a request (100 kB).")
    text = text.strip().removeprefix("$ ").replace("\\\r\n", " ").replace("\\\n", " ").replace(" ¶ ", " ")
    text = re.sub(r"\\ (?=-)", " ", text)  # newlines that became spaces when pasted
    try:
        words = shlex.split(_ANSI_C.sub(lambda match: shlex.quote(_unescaped(match[1])), text))
    except ValueError:
        raise CurlError("A quotation mark is not closed: paste the whole command.") from None
    if not words or words[0].rpartition("/")[2] not in ("curl", "curl.exe"):
        raise CurlError(
            "It does not begin with curl: in the browser's network tab, copy the request as cURL (bash)."
        )
    return words


def _unescaped(text: str) -> str:
    """Return the text of ``$'…'``, as a shell reads it."""
    known = {"n": "\n", "t": "\t", "r": "\r", "'": "'", '"': '"', "\\": "\\", "0": "\0"}

    def one(match: re.Match[str]) -> str:
        said = match[1]
        return chr(int(said[1:], 16)) if said[0] in "xuU" and len(said) > 1 else known.get(said, said)

    return re.sub(r"\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{4}|.)", one, text, flags=re.DOTALL)


def _option(word: str) -> tuple[str, str, bool]:
    """Return an option, its value if that is part of the word (``-XPOST``, ``--url=…``), and whether it is."""
    name, sign, value = word.partition("=")
    if word.startswith("--") and sign:
        return name, value, True
    if word[:2] in _WITH_VALUE and len(word) > 2 and not word.startswith("--"):
        return word[:2], word[2:], True
    return word, "", False


def _flags(word: str) -> list[str]:
    return [word] if word.startswith("--") else [f"-{letter}" for letter in word[1:]]


def _take(out: Pasted, kind: str, value: str) -> None:
    """Apply one option's value to the request."""
    if kind == "url":
        out.url = value
    elif kind == "method":
        out.method = value.upper()
    elif kind == "header":
        name, sign, said = value.partition(":")
        if sign and said.strip():
            out.headers[name.strip()] = said.strip()
    elif kind in ("data", "raw", "form", "json"):
        if value.startswith("@") and kind in ("data", "json"):
            raise CurlError(f"The body is in a file ({value[:80]}): paste it in the command itself.")
        if kind == "form":
            name, sign, said = value.partition("=")
            value = f"{name}={quote(said)}" if sign else quote(value)
        out.body = f"{out.body}&{value}" if out.body and kind != "json" else value
        if kind == "json":
            out.headers.setdefault("Content-Type", "application/json")
            out.headers.setdefault("Accept", "application/json")
    elif kind == "user":
        out.headers["Authorization"] = f"Basic {base64.b64encode(value.encode()).decode()}"
    elif kind == "timeout":
        out.timeout = float(value) if value.replace(".", "", 1).isdecimal() else 0.0
    elif kind in ("cookie", "agent", "referer"):
        out.headers[{"cookie": "Cookie", "agent": "User-Agent", "referer": "Referer"}[kind]] = value


_BY_THE_CONNECTION = ("content-length", "host", "connection", "accept-encoding", "transfer-encoding")


def _whole(out: Pasted, get: bool) -> Pasted:
    if not out.url:
        raise CurlError("There is no address in it.")
    if "://" not in out.url:
        out.url = f"http://{out.url}"
    if urlsplit(out.url).scheme not in ("http", "https") or not urlsplit(out.url).hostname:
        raise CurlError(f"{out.url[:80]} is no http address.")
    if get and out.body:
        out.url += ("&" if "?" in out.url else "?") + out.body
        out.body = ""
    if out.body and not any(name.lower() == "content-type" for name in out.headers):
        out.headers["Content-Type"] = "application/x-www-form-urlencoded"
    out.headers = {
        name: value
        for name, value in out.headers.items()
        if name.lower() not in _BY_THE_CONNECTION and name[:1] != ":"
    }
    out.method = out.method or ("POST" if out.body else "GET")
    return out


_SPLIT = re.compile(r"(\$(?:\{[A-Za-z_]\w*\}|[A-Za-z_]\w*))", re.ASCII)
_IN_QUOTES = re.compile(r"([\\\"`$])")


def written(url: str, method: str, headers: Mapping[str, str], body: str) -> str:
    """Return the command line that sends a request; variable names stay, for the shell to expand."""
    words = ["curl", "-i"]
    if method == "HEAD":
        words[1] = "-I"
    elif method != ("POST" if body else "GET"):
        words += ["-X", method]
    sent = dict(headers)
    if body and "content-type" not in map(str.lower, sent):
        sent["Content-Type"] = "application/octet-stream"  # as we send it; curl would call it a form
    for name, value in sent.items():
        words += ["-H", _quoted(f"{name}: {value}")]
    if body:
        words += ["--data-raw", shlex.quote(body)]
    return " ".join([*words, shlex.quote(url)])


def _quoted(text: str) -> str:
    """Return a word for a shell in which only ``$NAME`` is expanded."""
    if not _SPLIT.search(text):
        return shlex.quote(text)
    pieces = _SPLIT.split(text)
    return (
        '"'
        + "".join(
            piece if place % 2 else _IN_QUOTES.sub(r"\\\1", piece) for place, piece in enumerate(pieces)
        )
        + '"'
    )
