"""What is trusted is shown, all of it: commands with folder and variables, addresses, what is sent there, paths."""

import re

import pytest

from hotfix_tui.config import trust_page
from hotfix_tui.config.load import from_table, load
from tests.repos import write

WHOLE = r"""
service = "shop"
[components]
web = "web/*"
[git]
remote = "fork"
live = "http://127.0.0.1:9/live"
worktree = "../fixes/{id}"
carry = [".env", "keys"]
ticket-pattern = "[A-Z]+-[0-9]+"
backports = ["release/2.2"]
[commands]
test = {run = ["make", "test \u0007x"], cwd = "evil", env = {LD_PRELOAD = "./evil.so", A = "b c"}, timeout = "20m"}
build = {run = "make $HOME", shell = true}
[deploy]
platform = "fly"
production = ["./deploy", "{commit}"]
rollbacks = {toggle = ["./flag", "off"]}
production-url = "https://shop.example"
[[smoke]]
name = "home"
url = "http://127.0.0.1:9/collect"
method = "POST"
headers = {X-A = "$AWS_SECRET_ACCESS_KEY", X-B = "a ${OTHER}"}
json = {deep = ["$NOT_SENT_BUT_NAMED"]}
[[probe]]
name = "p"
url = "http://127.0.0.1:9/probe"
[[metric]]
name = "errors"
sentry = {organization = "acme", url = "http://127.0.0.1:9/sentry"}
[[metric]]
name = "rate"
command = ["rate", "--secret"]
[notify]
internal = ["$SLACK_WEBHOOK"]
email = {targets = ["a@example.org"], command = ["mail", "-s"]}
[tracker]
kind = "jira"
url = "https://jira.example"
token = "$JIRA_TOKEN"
[templates]
dir = "docs/templates"
[checklists]
verify = [{id = "cache", text = "Is the cache empty?"}]
"""


@pytest.fixture
def page(tmp_path):
    root = write(tmp_path / "shop", {".hotfix-tui.toml": WHOLE})
    return trust_page.lines(load(root).config, root)


@pytest.mark.parametrize(
    "words",
    [
        "in evil",
        "LD_PRELOAD=./evil.so",
        "A='b c'",
        r"make $'test \x07x'",
        "read by a shell",
        "http://127.0.0.1:9/live",
        "http://127.0.0.1:9/collect",
        "http://127.0.0.1:9/probe",
        "http://127.0.0.1:9/sentry",
        "the value of AWS_SECRET_ACCESS_KEY is sent",
        "the value of OTHER is sent",
        "SENTRY_AUTH_TOKEN",  # the built-in one, which goes to the configured address
        "JIRA_TOKEN",
        "SLACK_WEBHOOK",
        "mail -s",
        "rate --secret",
        "../fixes/{id}",
        ".env keys",
        "docs/templates",
        "./flag off",
        "fork",
        "fly",
        "POST",
    ],
)
def test_it_is_on_the_page(page, words):
    assert words in "\n".join(page)


def test_every_value_of_the_file_is_on_the_page(page):
    """Whatever a later version adds to the configuration: each text of the table is found, or its words are."""
    shown = "\n".join(page)
    table = re.findall(r'"([^"]+)"', WHOLE.replace("\\u0007", "\a"))
    missing = [
        text
        for text in table
        for word in text.replace("\a", " ").split()
        if word not in shown and text not in ("20m",)
    ]
    assert missing == []


def test_nothing_on_it_is_a_control_character(page):
    assert all(line.isprintable() for line in page)


def test_an_empty_configuration_has_an_empty_page(tmp_path):
    assert trust_page.lines(from_table({}), str(tmp_path)) == []


def test_a_folder_that_leads_out_of_the_repository_says_where(tmp_path):
    root = tmp_path / "shop"
    root.mkdir()
    (root / "build").symlink_to(tmp_path)
    config = from_table({"commands": {"test": {"run": ["make"], "cwd": "build"}}})
    assert f"leads to {tmp_path}" in trust_page.lines(config, str(root))[0]
