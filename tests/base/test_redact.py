"""Secrets are taken out, everything else stays."""

import base64
import hashlib
import time
from urllib.parse import quote

import pytest
from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

from hotfix_tui.base.redact import MARK, redact
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
    "gitlab runner": "GR1348941" + "x9Y8z7W6v5U4t3S2r1Q0",
    "gitlab agent": "glagent" + "-x9Y8z7W6v5U4t3S2r1Q0zzzz",
    "bitbucket": "ATBB" + "x9Y8z7W6" * 4,
    "atlassian": "ATATT3" + "x9Y8z7W6" * 20 + "=ABCD1234",
    "openai project": "sk" + "-proj-" + "x9Y8z7W6" * 6,
    "openai": "sk" + "-" + "x9Y8z7W6" * 6,
    "anthropic": "sk" + "-ant-api03-" + "x9Y8z7W6" * 8,
    "hugging face": "hf" + "_" + "x9Y8z7W6" * 5,
    "sendgrid": "SG" + ".x9Y8z7W6v5U4t3S2r1Q0zz." + "x9Y8z7W6" * 5 + "abc",
    "twilio": "SK" + "0a1b2c3d" * 4,
    "mailgun": "key" + "-" + "0a1b2c3d" * 4,
    "mailchimp": "0a1b2c3d" * 4 + "-us12",
    "vault": "hvs" + "." + "x9Y8z7W6" * 4,
    "terraform": "x9Y8z7W6v5U4t3" + ".atlasv1." + "x9Y8z7W6" * 8,
    "digitalocean": "dop" + "_v1_" + "0a1b2c3d" * 8,
    "google oauth": "ya29" + ".a0AfB_" + "x9Y8z7W6" * 6,
    "google client": "GOCSPX" + "-x9Y8z7W6v5U4t3S2r1Q0zzzzzzzz",
    "discord bot": "MTk4NjIyNDgzNDcxOTI1MjQ4" + ".Cl2FMQ." + "x9Y8z7W6v5U4t3S2r1Q0zzzzzzz",
    "telegram": "123456789" + ":AAx9Y8z7W6v5U4t3S2r1Q0zzzzzzzzzzzzz",
    "square": "sq0csp" + "-" + "x9Y8z7W6" * 5 + "abc",
    "shopify": "shpat" + "_" + "0a1b2c3d" * 4,
    "databricks": "dapi" + "0a1b2c3d" * 4,
    "new relic": "NRAK" + "-X9Y8Z7W6V5U4T3S2R1Q0ZZZZZZZ",
    "grafana": "glsa" + "_" + "x9Y8z7W6" * 4 + "_0a1b2c3d",
    "sentry": "sntryu" + "_" + "0a1b2c3d" * 8,
    "linear": "lin" + "_api_" + "x9Y8z7W6" * 5,
    "notion": "ntn" + "_" + "x9Y8z7W6" * 6,
    "netlify": "nfp" + "_" + "x9Y8z7W6" * 5,
    "fly": "fo1" + "_" + "x9Y8z7W6" * 5,
    "supabase": "sbp" + "_" + "0a1b2c3d" * 5,
    "planetscale": "pscale" + "_tkn_" + "x9Y8z7W6" * 5,
    "docker": "dckr" + "_pat_" + "x9Y8z7W6" * 4,
    "rubygems": "rubygems" + "_" + "0a1b2c3d" * 6,
    "azure storage": "DefaultEndpointsProtocol=https;AccountKey=" + "x9Y8z7W6" * 10 + "==",
    "azure signature": "https://a.blob.example/c?sv=2024&sig=" + "x9Y8z7W6%2B" * 4 + "%3D",
    "azure client": "x9Y" + "8Q~" + "x9Y8z7W6" * 4,
    "aws signature": "https://b.example/k?X-Amz-Signature=" + "0a1b2c3d" * 8,
    "hexadecimal key": "api_key=" + "0a1b2c3d" * 4,
    "hexadecimal token": "token: " + "0a1b2c3d" * 5,
    "hexadecimal password": "DB_PASSWORD=" + "0a1b2c3d" * 2,
    "django": "SECRET_KEY = 'x9Y8z7W6-insecure'",
    "datadog": "DD_API_KEY=" + "0a1b2c3d" * 4,
    "heroku": "HEROKU_API_KEY=0a1b2c3d-1111-2222-3333-0a1b2c3d0a1b",
    "header of its own": "X-Api-Key: x9Y8z7W6v5",
    "user option": "curl -u ann:x9Y8z7W6 https://api.example",
    "cookie": "Cookie: session=x9Y8z7W6v5; theme=dark",
    "token as user": "https://" + "x9Y8z7W6v5U4t3S2@git.example/a.git",
    "grafana without its sum": "glsa" + "_" + "x9Y8z7W6" * 4,
    "azure signature alone": "the query sig=" + "x9Y8z7W6" * 5,
    "netrc on one line": "machine git.example login ann password x9Y8z7W6v5",
    "netrc on lines": "machine git.example\n  login ann\n  password x9Y8z7W6v5",
    "netrc without its machine": "login ann\n  password x9Y8z7W6v5",
    "netrc default": "default login ann password x9Y8z7W6",
    "mysql": "mysql -uroot -h db -px9Y8z7W6 shop",
    "a sentence that begins with a program": "Mysql -uroot -px9Y8z7W6 shop",
    "mysqldump": "mysqldump --single-transaction -u root -px9Y8z7W6 shop",
    "sshpass": "sshpass -p x9Y8z7W6 ssh ann@host",
    "redis-cli": "redis-cli -h cache -a x9Y8z7W6 ping",
    "basic": "Authorization: Basic " + "eDlZOHo3VzY6eDlZOHo3VzY=",
}
LEAKS = (
    "a1B2c3D4", "11ABCDEFG0", "x9Y8z7W6", "IOSFODNN7", "123456789012-abc", "A0123-456", "T000/B000", "abcDEF-123456",
    "IncomingWebhook", "eyJ", "c2lnbmF0", "4eC39Hq", "AgEIcHlw", "SyA12345", "MIIE", "a1B2a1B2", "hunter2",
    "not-a-known-shape", "4711", "correct-horse", "hunter42", "s3cr3t",
    "x9Y8z7W6", "X9Y8Z7W6", "0a1b2c3d0a1b", "x9Y", "eDlZ", "insecure", "CI6",
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
    "mysql -u root -p shop",
    "the default login and the password rules changed",
    "redis-cli -h cache ping",
    "the design=broad and a sig=short",
    "commit " + hashlib.sha1(b"x").hexdigest(),
    "tree " + hashlib.sha256(b"x").hexdigest() + ", short f1f1f1f",
    "integrity sha512-" + base64.b64encode(hashlib.sha512(b"x").digest()).decode(),
    "the token check came with " + hashlib.sha1(b"x").hexdigest(),
    "secret: fixed in 2d71164",
    "integrity: sha256:" + hashlib.sha256(b"x").hexdigest(),
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


SCANNER = {
    "aws id": "AWS Access Key",
    "github": "GitHub Token",
    "gitlab": "GitLab Token",
    "sendgrid": "SendGrid API Key",
    "slack": "Slack Token",
    "square": "Square OAuth Secret",
    "stripe": "Stripe Access Key",
    "twilio": "Twilio API Key",
    "mailchimp": "Mailchimp Access Key",
    "telegram": "Telegram Bot Token",
    "discord bot": "Discord Bot Token",
    "jwt": "JSON Web Token",
}


@pytest.mark.parametrize("name", SCANNER)
def test_what_is_planted_is_what_a_maintained_scanner_takes_for_a_secret(name):
    plugin = get_mapping_from_secret_type_to_class()[SCANNER[name]]
    assert any(pattern.search(PLANTED[name]) for pattern in plugin.denylist)
