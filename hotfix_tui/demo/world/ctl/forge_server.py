"""The pages and the API of the drill's forge, on 127.0.0.1 only, and the process that serves them."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from . import forge_checks, identity
from .forge import METHODS, REVIEWER, Forge, Refused, Shown
from .place import SETTINGS, CtlError, Place

SIGN = "X-Drill-Forge"
"""The header that identifies this forge: nothing else may pass for it."""

TOLD = (
    "This is the drill's own forge: a small page on this machine, made to practise with. It is no real service, its "
    "colleagues are made up, and nothing here leaves 127.0.0.1."
)
_LARGEST = 1_000_000


class ForgeServer(ThreadingHTTPServer):
    """Listens on one port of 127.0.0.1 for the forge of one drill."""

    daemon_threads = True

    def __init__(self, port: int, forge: Forge) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.forge = forge
        self.own = f"127.0.0.1:{port}"
        self.path = urlsplit(forge.web).path


class Handler(BaseHTTPRequestHandler):
    """Answers pages with HTML and everything below ``/api`` with JSON."""

    server: ForgeServer

    def do_GET(self) -> None:
        """Handle a read request."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """Handle a write request."""
        self._answer(self._post)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: what matters is in the requests' own file."""

    def _answer(self, how: Callable[[SplitResult], None]) -> None:
        try:
            if self.headers.get("Host", "") != self.server.own:
                raise Refused(f"This forge is http://{self.server.own} and nothing else.")
            how(urlsplit(self.path))
        except Refused as no:
            self._refuse(HTTPStatus.CONFLICT, str(no))
        except (CtlError, OSError, ValueError, KeyError, TypeError) as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error) or type(error).__name__)

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        if self.path.startswith("/api"):
            self._send(status, json.dumps({"error": why}).encode(), "application/json")
        else:
            self._page(f"<p><b>{html.escape(why)}</b></p>", status)

    # Reading

    def _get(self, url: SplitResult) -> None:
        forge, here = self.server.forge, self.server.path
        if url.path == "/api/pulls":
            self._json(forge.requests())
        elif match := re.fullmatch(r"/api/pulls/(\d{1,6})", url.path):
            self._json(forge.request(int(match[1])))
        elif match := re.fullmatch(rf"{here}/pull/(\d{{1,6}})", url.path):
            self._page(_request_page(forge, forge.request(int(match[1]))))
        elif match := re.fullmatch(rf"{here}/pull/(\d{{1,6}})/checks/(\w+)", url.path):
            self._page(_log_page(forge, forge.request(int(match[1])), match[2]))
        elif match := re.fullmatch(rf"{here}/compare/(.+)\.\.\.(.+)", url.path):
            asked = parse_qs(url.query)
            self._page(_compare_page(here, unquote(match[1]), unquote(match[2]), asked))
        elif url.path in ("/", here, here + "/"):
            self._page(_list_page(forge))
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "There is no such page here.")

    # Acting

    def _post(self, url: SplitResult) -> None:
        origin = self.headers.get("Origin")
        if origin is not None and origin != f"http://{self.server.own}":
            raise Refused("Another page may not act here.")
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= _LARGEST:
            raise Refused("That is too long.")
        sent = self.rfile.read(length)
        if url.path.startswith("/api/"):
            # A form on another page cannot send JSON without a CORS preflight.
            if self.headers.get("Content-Type") != "application/json":
                raise Refused("The interface takes JSON.")
            self._act_by_interface(url.path, json.loads(sent))
            return
        if origin is None:
            raise Refused("A page of this forge has to send this.")
        fields = {name: values[0] for name, values in parse_qs(sent.decode()).items()}
        self._act_by_page(url.path, fields)

    def _act_by_interface(self, path: str, said: Mapping[str, Any]) -> None:
        forge = self.server.forge
        if path == "/api/pulls":
            made = forge.open(said["base"], said["head"], said["title"], said["body"], said["author"])
            self._json(made)
            return
        match = re.fullmatch(r"/api/pulls/(\d{1,6})/(edit|close|merge)", path)
        if match is None:
            raise Refused("There is nothing of that name here.")
        if match[2] == "edit":
            self._json(forge.edit(int(match[1]), said["title"], said["body"]))
        elif match[2] == "close":
            self._json(forge.close(int(match[1])))
        else:
            bypass = bool(said.get("bypass"))
            self._json(forge.merge(int(match[1]), said["method"], said["head"], bypass=bypass))

    def _act_by_page(self, path: str, said: Mapping[str, str]) -> None:
        forge, here = self.server.forge, self.server.path
        if path == f"{here}/compare":
            made = forge.open(said["base"], said["head"], said["title"], said.get("body", ""), "you")
            self._to(f"{here}/pull/{made.number}")
            return
        match = re.fullmatch(rf"{here}/pull/(\d{{1,6}})/(approve|refuse|merge)", path)
        if match is None:
            raise Refused("There is nothing of that name here.")
        number, what = int(match[1]), match[2]
        if what == "merge":
            forge.merge(number, said.get("method", METHODS[0]), said["head"])
        else:
            state = "approved" if what == "approve" else "changes-requested"
            forge.review(number, REVIEWER, state, said.get("said", ""))
        self._to(f"{here}/pull/{number}")

    # Sending

    def _json(self, said: Shown | list[Shown]) -> None:
        told = [asdict(item) for item in said] if isinstance(said, list) else asdict(said)
        self._send(HTTPStatus.OK, json.dumps(told).encode(), "application/json")

    def _page(self, body: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        whole = f"{_HEAD}<p class=told>{html.escape(TOLD)}</p>{body}"
        self._send(status, whole.encode(), "text/html; charset=utf-8")

    def _to(self, path: str) -> None:
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header(SIGN, "1")
        self.send_header(
            "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
        )
        self.end_headers()
        self.wfile.write(body)


_HEAD = """<!doctype html><meta charset=utf-8><title>The drill's forge</title><style>
body { font: 16px/1.5 sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #222; background: #fff }
.told { background: #fff3c4; padding: .6em 1em } pre { background: #f4f4f4; padding: 1em; overflow: auto }
.pass { color: #060 } .fail { color: #a00 } .pending { color: #850 } td { padding-right: 1.5em }
</style>"""


def _list_page(forge: Forge) -> str:
    rows = "".join(
        f"<tr><td><a href='{request.url}'>#{request.number}</a><td>{html.escape(request.title)}<td>"
        f"{html.escape(request.head_branch)} → {html.escape(request.base)}<td>{request.state}"
        for request in forge.requests()
    )
    return f"<h1>tokend: pull requests</h1><table>{rows}</table>" + ("" if rows else "<p>None so far.</p>")


def _request_page(forge: Forge, request: Shown) -> str:
    shown = html.escape
    checks = "".join(
        f"<tr><td>{check['name']}<td class={check['state']}><a href='{request.url}/checks/{check['name']}'>"
        f"{check['word'] or check['state']}</a><td>{shown(check['said'])}"
        for check in request.checks
    )
    reviews = "".join(
        f"<p>{shown(review['author'])}: {review['state']} {review['commit'][:9]}. {shown(review['said'])}</p>"
        for review in request.reviews
    )
    commits = "<br>".join(map(shown, forge.commits(request)))
    return (
        f"<h1>#{request.number} {shown(request.title)}</h1><p>{request.state}: "
        f"{shown(request.head_branch)} → {shown(request.base)}, at {request.head[:9]}</p><p>{commits}</p>"
        f"<h2>Checks</h2><table>{checks}</table>"
        f"<h2>Reviews</h2>{reviews or '<p>None so far.</p>'}{_buttons(forge, request)}"
        f"<pre>{shown(request.body)}</pre>"
    )


def _buttons(forge: Forge, request: Shown) -> str:
    if request.state != "open":
        return f"<p>Merged as {request.merged_commit[:9]}.</p>" if request.merged_commit else ""
    path = urlsplit(request.url).path
    merge = f"<p>It cannot be merged yet: {html.escape(request.missing)}.</p>"
    if not request.missing:
        merge = (
            f"<form method=post action='{path}/merge'><input type=hidden name=head value={request.head}>"
            f"<button>Merge into {html.escape(request.base)}</button></form>"
        )
    return (
        f"<form method=post action='{path}/approve'><button>Approve, as {REVIEWER}</button></form>"
        f"<form method=post action='{path}/refuse'><input name=said placeholder='what is to change'>"
        f"<button>Ask for changes, as {REVIEWER}</button></form>{merge}"
    )


def _log_page(forge: Forge, request: Shown, name: str) -> str:
    if name not in forge_checks.NAMES:
        raise Refused("There is no such check.")
    try:
        log = (forge.folder / f"{request.number}-{name}.log").read_text(encoding="utf-8", errors="replace")
    except OSError:
        log = "It has not ended yet."
    return f"<h1>{name} of #{request.number}</h1><pre>{html.escape(log or 'It said nothing.')}</pre>"


def _compare_page(here: str, base: str, head: str, asked: Mapping[str, list[str]]) -> str:
    shown = html.escape
    title, body = asked.get("title", [""])[0], asked.get("body", [""])[0]
    return (
        f"<h1>{shown(head)} → {shown(base)}</h1><form method=post action='{quote(here)}/compare'>"
        f"<input type=hidden name=base value='{shown(base)}'><input type=hidden name=head value='{shown(head)}'>"
        f"<p><input name=title size=60 value='{shown(title)}' placeholder=Title></p>"
        f"<p><textarea name=body rows=14 cols=70>{shown(body)}</textarea></p>"
        "<button>Open the pull request</button></form>"
    )


def serve(place: Place) -> None:
    """Serve as a drill's forge until it is told to end, nobody has used the drill for long, or its folder is gone."""
    told: dict[str, Any] = json.loads((place.root / SETTINGS).read_text(encoding="utf-8"))["world"]
    forge = Forge(place, place.root / os.path.basename(told["remote"]), told["forge_url"])
    assert place.forge_port is not None
    try:
        server = ForgeServer(place.forge_port, forge)
    except OSError:
        raise CtlError(f"Port {place.forge_port} is taken by another program.") from None
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    identity.save(forge.folder / "host.json", identity.of(os.getpid(), place.token))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    forge.resume()
    while not ending.is_set() and _wanted(place):
        try:
            forge.follow()
        except (CtlError, Refused) as error:
            print(f"ERROR {error}", flush=True)
            time.sleep(1.0)
        ending.wait(0.2)


def _wanted(place: Place) -> bool:
    try:
        idle = time.time() - place.activity.stat().st_mtime
    except OSError:
        return False
    return idle < place.idle_seconds and (place.root / SETTINGS).exists()
