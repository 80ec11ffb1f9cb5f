"""Secrets are taken out, everything else stays."""

import base64
import hashlib
import time
from urllib.parse import quote

import pytest

from hotfix_tui.documents.redact import MARK, redact
from hotfix_tui.documents.render import render
from tests.documents import records

JWT = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "c2lnbmF0dXJlLWhlcmU"
KEY = (
    "-----BEGIN RSA "
    + "PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A\n\nMIIE"
    + "a1B2" * 100
)
KEY_END = "\n-----END RSA " + "PRIVATE KEY-----"

# Put together from pieces, so that no scanner takes this file for a leak.
PLANTED = {
    "github": "ghp" + "_" + "a1B2c3D4e5" * 4,
    "github fine-grained": "github" + "_pat_" + "11ABCDEFG0" * 6,
    "gitlab": "glpat" + "-" + "x9Y8z7W6v5U4t3S2r1Q0",
    "aws id": "AKIA" + "IOSFODNN7EXAMPLE",
    "slack": "xoxb" + "-123456789012-abcdefABCDEF",
    "slack app": "xapp" + "-1-A0123-456-abcdef",
    "slack webhook": "https://hooks.slack" + ".com/services/T000/B000/XXXXXXXXXXXX",
    "discord webhook": "https://discord" + ".com/api/webhooks/123456/abcDEF-123456",
    "teams webhook": "https://team.webhook" + ".office.com/webhookb2/11-22@33/IncomingWebhook/44",
    "jwt": JWT,
    "stripe": "sk" + "_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "pypi": "pypi" + "-AgEIcHlwaS5vcmc" + "A1b2C3d4" * 4,
    "npm": "npm" + "_" + "a1B2c3D4e5" * 4,
    "google": "AIza" + "SyA1234567890abcdefghijklmnopqrstuv",
    "private key": KEY + KEY_END,
    "private key cut short": KEY,
    "address": "postgres://app:hunter2!@db.example/main",
    "header": "Authorization: Bearer " + "abcdef-not-a-known-shape",
    "assignment": 'api_key = "Zx81-4711-abc"',
    "environment": "DB_PASSWORD=correct-horse",
    "option": "tool --db-password hunter42",
    "json": '{"access_token": "s3cr3t/value+1"}',
}
LEAKS = (
    "a1B2c3D4", "11ABCDEFG0", "x9Y8z7W6", "IOSFODNN7", "123456789012-abc", "A0123-456", "T000/B000", "abcDEF-123456",
    "IncomingWebhook", "eyJ", "c2lnbmF0", "4eC39Hq", "AgEIcHlw", "SyA12345", "MIIE", "a1B2a1B2", "hunter2",
    "not-a-known-shape", "4711", "correct-horse", "hunter42", "s3cr3t",
)  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_secret_is_gone(name):
    text, count = redact(f"before {PLANTED[name]} after", {})
    assert count >= 1 and MARK in text
    assert text.startswith("before ")
    assert not [leak for leak in LEAKS if leak in text]


def test_all_at_once():
    text, count = redact("\n".join(value for name, value in PLANTED.items() if "cut" not in name), {})
    assert count >= len(PLANTED) - 1
    assert not [leak for leak in LEAKS if leak in text]


KEPT = (
    "commit " + hashlib.sha1(b"x").hexdigest(),
    "tree " + hashlib.sha256(b"x").hexdigest() + ", short f1f1f1f",
    "integrity sha512-" + base64.b64encode(hashlib.sha512(b"x").digest()).decode(),
    "token: " + hashlib.sha256(b"x").hexdigest(),
    "Root cause: the token check: expired tokens are accepted as valid",
    "authentication or authorization: bypassed for everyone",
    "token = make_token(expired)",
    "password: required, at least twelve characters",
    "export API_TOKEN=$DEPLOY_TOKEN and secret={secret}",
    "https://forge.example/team/tokend/pull/7 and ssh://git@forge.example:22/x",
    "the secret of 2026 releases, a key point, Token 12 of 13",
    "monkey: business",
)


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_secret_stays(text):
    assert redact(text, {}) == (text, 0)


def test_values_of_the_environment_are_gone_in_every_form():
    value = "p@ss word/ü+1"
    environ = {
        "MY_DEPLOY_TOKEN": value,
        "HOME": "/home/ann-the-engineer",
        "EDITOR": "some-long-editor",
        "KEY": "short",
    }
    encoded = base64.b64encode(value.encode()).decode()
    text, count = redact(
        f"{value} {quote(value)} {quote(value, safe='')} {encoded} /home/ann-the-engineer some-long-editor short",
        environ,
    )
    assert text == f"{MARK} {MARK} {MARK} {MARK} /home/ann-the-engineer some-long-editor short"
    assert count == 4


@pytest.mark.parametrize(
    "piece",
    [
        "eyJ",
        "-eyJa",
        "://a:",
        "a-",
        "-----BEGIN A PRIVATE KEY-----",
        "password=",
        "authorization: ",
        "token ",
        "xoxb-",
        "--token ",
        "gh",
        "_",
        " \t",
        "AKIA",
        "eyJaaaaaaaa.",
    ],
)
def test_no_input_makes_it_slow(piece):
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    started = time.process_time()
    redact(text, {"TOKEN": "a-secret-value"})
    assert time.process_time() - started < 5


def test_every_text_is_redacted_and_says_so(monkeypatch):
    monkeypatch.setenv("DEPLOY_TOKEN", "swordfish-4711")
    record = records.finished()
    record.facts["cause.summary"] = f"The key swordfish-4711 and {PLANTED['github']} leaked."
    record.overrides["pr/rollback"] = {"text": "use swordfish-4711", "source": ""}
    shown = render("pr", record, records.NOW)
    assert "swordfish" not in shown.text and "ghp_" not in shown.text
    assert f"The key {MARK} and {MARK} leaked." in shown.text and f"use {MARK}" in shown.text
    assert "2 secrets were taken out of Root cause." in shown.warnings
    assert "1 secret was taken out of Rollback plan." in shown.warnings
    record.facts["title"] = "swordfish-4711 is out"
    assert (
        "swordfish"
        not in render("pr", record, records.NOW).title + render("email", record, records.NOW).title
    )
