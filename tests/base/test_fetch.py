"""Asking an address: whatever a server does is an answer, and nothing else is asked than what was named."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager

import pytest

from hotfix_tui.base import fetch

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nv1.2.3\n"


@contextmanager
def server(reply):
    """A server on loopback that gives `reply` (bytes, or a function of socket and request) to each connection."""
    seen = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)

        def serve():
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(5)
                    try:
                        request = connection.recv(65536)
                        seen.append(request.decode("latin-1"))
                        if callable(reply):
                            reply(connection, request)
                        else:
                            connection.sendall(reply)
                            connection.shutdown(socket.SHUT_WR)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", seen


def get(url, **more):
    return fetch.get(url, **{"timeout": 5, "limit": 1000, **more})


def moved(where, code=302):
    return f"HTTP/1.1 {code} Moved\r\nLocation: {where}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_an_answer_is_read():
    with server(OK) as (url, seen):
        assert get(f"{url}/version?x=1") == fetch.Fetched(b"v1.2.3\n")
    assert seen[0].startswith("GET /version?x=1 HTTP/1.1\r\n")


BROKEN = {
    "garbage": b"\x00\xff\x16garbage\r\n\r\n",
    "an empty line": b"\r\n\r\n",
    "nothing": b"",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a status that is none": b"HTTP/1.1 abc OK\r\n\r\n",
    "a line without end": b"HTTP/1.1 200 " + b"x" * 200_000,
    "a header without end": b"HTTP/1.1 200 OK\r\nA: " + b"x" * 200_000,
    "200 000 headers": b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200_000 + b"\r\n",
    "broken off": b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nv1.2.3",
    "broken off in a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nv1.2",
    "chunks that are none": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nv1.2.3\r\n",
    "a negative length": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nv1\r\n0\r\n\r\n",
    "status 500": b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
    "status 404": b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
    "a redirect to nowhere": b"HTTP/1.1 302 Moved\r\nContent-Length: 0\r\n\r\n",
    "a redirect to garbage": moved("http://[::1"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_broken_is_an_answer_that_says_so(kind):
    with server(BROKEN[kind]) as (url, _):
        answer = get(url)
    assert answer.body == b"" and answer.problem and answer.problem.isprintable()
    assert len(answer.problem) < 150


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "where",
    [
        "http://127.0.0.2:{port}/",
        "http://localhost:{port}/",
        "http://127.0.0.1:1/",
        "http://169.254.169.254/latest/meta-data",
        "//127.0.0.2:{port}/x",
        "http://127.0.0.1:{port}@127.0.0.2:{port}/",
        "https://127.0.0.1:{port}/",
    ],
)
def test_a_redirect_to_another_origin_is_refused_and_never_asked(where, code):
    def reply(connection, request):
        port = connection.getsockname()[1]
        connection.sendall(OK if b"/taken" in request else moved(where.format(port=port), code))

    with server(reply) as (url, seen):
        answer = get(url)
    assert "another origin" in answer.problem and answer.body == b""
    assert len(seen) == 1


@pytest.mark.parametrize("where", ["ftp://127.0.0.1/x", "file:///etc/passwd", "gopher://x/", "javascript:1"])
def test_a_redirect_to_another_protocol_is_refused(where):
    with server(moved(where)) as (url, seen):
        assert get(url).problem in ("only http and https addresses are asked", "it answered with status 302")
    assert len(seen) == 1


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/x", "file:///etc/passwd", "/etc/passwd", "http://", "http://[", "x"]
)
def test_other_addresses_are_not_asked(url):
    assert get(url).problem


def test_a_redirect_on_the_same_origin_is_followed():
    def reply(connection, request):
        connection.sendall(OK if b"GET /version" in request else moved("/version"))

    with server(reply) as (url, seen):
        assert get(url).body == b"v1.2.3\n"
    assert len(seen) == 2


def test_redirects_in_a_circle_end():
    with server(moved("/")) as (url, seen):
        assert get(url).problem
    assert len(seen) < 10


def test_an_endless_answer_is_cut():
    def reply(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(64):  # more than anybody should take, and little enough for who takes it all
            connection.sendall(b"x" * 65536)
        connection.recv(1)

    with server(reply) as (url, _):
        answer = get(url, limit=100_000)
    assert len(answer.body) == 100_000 and answer == fetch.Fetched(b"x" * 100_000)


@pytest.mark.parametrize("part", [b"x", b"A: b\r\n", b"HTTP/1.1 200 OK\r\n\r\nx"])
def test_a_server_that_drips_is_left_in_time(part):
    def reply(connection, _):
        while True:
            connection.sendall(part)
            time.sleep(0.05)

    with server(reply) as (url, _):
        answer = get(url, timeout=0.5)
    assert answer.problem and answer.body == b""


@pytest.mark.parametrize(
    "begun",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n500\r\n",
        b"HTTP/1.1 302 Moved\r\nLocation: /x\r\nContent-Length: 500\r\n\r\n",
    ],
)
def test_a_body_that_drips_without_end_is_left_in_time(begun):
    left = threading.Event()

    def reply(connection, _):
        connection.sendall(begun)
        try:
            for _ in range(100):  # who waits for its end is not kept for ever
                connection.sendall(b"x")
                time.sleep(0.05)
        except OSError:
            left.set()

    with server(reply) as (url, _):
        assert get(url, timeout=0.5, limit=65_536).problem == "no whole answer within 0.5 s"
        assert left.wait(10)


def test_a_tls_handshake_that_drips_is_left_in_time():
    def reply(connection, _):
        connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03")  # the head of a long record
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.05)

    with server(reply) as (url, _):
        assert get(url.replace("http://", "https://"), timeout=0.5).problem == "no whole answer within 0.5 s"


def test_a_server_that_says_nothing_is_left_in_time():
    with server(lambda connection, _: connection.recv(1)) as (url, _):
        assert get(url, timeout=0.3).problem


def test_a_server_that_is_down_is_an_answer():
    with socket.socket() as taken:  # nobody else is given the port meanwhile, and nobody listens
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert get(f"http://127.0.0.1:{port}/").problem.startswith("no connection")


def test_a_name_that_nobody_knows_is_an_answer():
    assert get("http://nowhere.invalid/").problem


def test_what_is_no_tls_is_an_answer():
    with server(OK) as (url, _):
        assert "TLS" in get(url.replace("http://", "https://")).problem


def test_a_certificate_that_is_not_right_is_an_answer(monkeypatch):
    def refused(*args, **named):
        raise ssl.SSLCertVerificationError("self-signed certificate")

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", refused)
    with server(OK) as (url, _):
        assert "certificate" in get(url.replace("http://", "https://")).problem


def test_a_user_and_a_password_go_as_a_header_and_nowhere_else():
    with server(OK) as (url, seen):
        named = url.replace("http://", "http://ann:$TOKEN@")
        assert get(named, environ={"TOKEN": "s3cret"}).body == b"v1.2.3\n"
        assert "TOKEN is not set" in get(named, environ={}).problem
    assert "Authorization: Basic YW5uOnMzY3JldA==" in seen[0] and "ann" not in seen[0].replace("Basic", "")
    assert len(seen) == 1
