"""Requests read out of `curl` commands, as browsers copy them and people type them."""

import subprocess

import pytest

from hotfix_tui.monitor.curl import CurlError, parse, written

CHROME = r"""curl 'https://shop.example/api/total?prices=1,2,3' \
  -H 'accept: application/json' \
  -H 'accept-encoding: gzip, deflate' \
  -b 'session=abc; theme=dark' \
  -H 'content-type: application/json' \
  --data-raw $'{"name":"O\'Neil\n\u00e9"}' \
  --compressed ;"""


def test_what_a_browser_copies():
    found = parse(CHROME.removesuffix(" ;"))
    assert (found.method, found.url) == ("POST", "https://shop.example/api/total?prices=1,2,3")
    assert found.headers == {
        "accept": "application/json",
        "Cookie": "session=abc; theme=dark",
        "content-type": "application/json",
    }
    assert found.body == '{"name":"O\'Neil\né"}'


@pytest.mark.parametrize(
    ("line", "method", "url", "body"),
    [
        ("curl shop.example/health", "GET", "http://shop.example/health", ""),
        ("curl -sS -XPUT https://a.example/x -d a=1 -d b=2", "PUT", "https://a.example/x", "a=1&b=2"),
        ("curl -I https://a.example", "HEAD", "https://a.example", ""),
        ("curl -G https://a.example/s --data-urlencode 'q=a b'", "GET", "https://a.example/s?q=a%20b", ""),
        ("curl --url=https://a.example --json '{}'", "POST", "https://a.example", "{}"),
        ("$ /usr/bin/curl -sSL -o /dev/null https://a.example", "GET", "https://a.example", ""),
    ],
)
def test_what_people_type(line, method, url, body):
    found = parse(line)
    assert (found.method, found.url, found.body) == (method, url, body)


def test_a_paste_whose_line_ends_were_joined_is_the_same():
    joined = " ¶ ".join(one.strip().removesuffix("\\").strip() + " \\" for one in CHROME.splitlines())
    assert parse(joined.removesuffix(" ; \\")).url == "https://shop.example/api/total?prices=1,2,3"


def test_a_user_is_an_authorization():
    assert parse("curl -u ann:x https://a.example").headers["Authorization"] == "Basic YW5uOng="


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "does not begin with curl"),
        ("wget https://a.example", "does not begin with curl"),
        ("curl 'https://a.example", "quotation mark"),
        ("curl -X", "no value"),
        ("curl --frobnicate https://a.example", "--frobnicate is not known"),
        ("curl -s", "no address"),
        ("curl ftp://a.example", "no http address"),
        ("curl -d @body.json https://a.example", "in a file"),
        ("curl https://a.example https://b.example", "two addresses"),
    ],
)
def test_what_is_no_request_is_said_in_a_sentence(line, said):
    with pytest.raises(CurlError, match=said):
        parse(line)


@pytest.mark.parametrize(
    ("method", "headers", "body"),
    [
        ("GET", {}, ""),
        ("HEAD", {"Accept": "it's"}, ""),
        ("POST", {"Content-Type": "application/json"}, '{"name": "O\'Neil `x` $HOME"}'),
        ("DELETE", {"X-Why": 'a "quoted" \\ reason'}, ""),
        ("PUT", {"Content-Type": "text/plain"}, "x"),
    ],
)
def test_a_request_that_is_written_is_read_as_the_same(method, headers, body):
    url = "https://shop.example/total?prices=1,2&q='a'"
    found = parse(written(url, method, headers, body))
    assert (found.method, found.url, found.headers, found.body) == (method, url, headers, body)


def test_only_names_of_variables_are_filled_in_by_the_shell():
    """The shell itself says what the words are."""
    headers = {"Authorization": "Bearer $SMOKE_TOKEN", "X-Odd": '${SMOKE_TOKEN} costs 5$ `id` "x" \\'}
    line = written("https://shop.example/", "GET", headers, "")
    assert "tok_1" not in line
    shell = ["sh", "-c", f"printf '%s\\n' {line.removeprefix('curl ')}"]
    said = subprocess.run(shell, env={"SMOKE_TOKEN": "tok_1"}, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == [
        "-i", "-H", "Authorization: Bearer tok_1", "-H", 'X-Odd: tok_1 costs 5$ `id` "x" \\', "https://shop.example/",
    ]  # fmt: skip
