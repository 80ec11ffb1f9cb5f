"""A local server that answers as a test tells it to."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answers(ThreadingHTTPServer):
    """`pages` maps a path to (status, body) or to a function of the request that gives one; `seen` is what came in."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages = {}
        self.seen = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def _answer(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size)
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        page = self.server.pages.get(self.path.split("?")[0], (404, "none"))
        status, text = page(self) if callable(page) else page
        if text is None:
            return
        data = text if isinstance(text, bytes) else text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = _answer

    def drip(self):
        """Send headers, then one byte now and then, forever."""
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(b".")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass
        return 0, None

    def log_message(self, *args):
        pass


def smoke(url, name="refused", *, status=200, body="", **more):
    """The table of one smoke request."""
    return {
        "name": name,
        "url": url,
        "method": "GET",
        "headers": {},
        "body": "",
        "expect_status": [status],
        "expect_body": body,
        "timeout": 60.0,
    } | more


def probe(url, name="lives", **more):
    return {"name": name, "url": url, "interval": 0.2, "expect_status": [200], "max_ms": None} | more


def as_json(value):
    return json.dumps(value)
