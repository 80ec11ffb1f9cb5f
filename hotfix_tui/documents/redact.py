"""Secrets taken out of texts that are stored or published; commit ids and digests stay.

Two ways: the exact values of environment variables whose names look secret, also as they look in an address or
in Base64; and the shapes of well-known credentials.
"""

import base64
import re
from collections.abc import Mapping
from urllib.parse import quote, quote_plus

MARK = "[redacted]"
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|APIKEY|API_KEY|ACCESS_KEY|PRIVATE_KEY|KEY"
    r"|CREDENTIALS?|AUTH|DSN|WEBHOOK|WEBHOOK_URL|DATABASE_URL|PAT)(?:_|$)",
    re.IGNORECASE,
)
_NOT_SECRET = frozenset(
    ("PWD", "OLDPWD", "SSH_AUTH_SOCK", "XAUTHORITY", "GPG_KEY", "GIT_ASKPASS", "SSH_ASKPASS", "KEY_FILE")
)
_SHORTEST = 8
_WORD = "A-Za-z0-9_"

_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "private key",
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z0-9 ]{0,40}-----)?",
    ),
    ("GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{30,255}"),
    ("GitHub fine-grained token", r"\bgithub_pat_[A-Za-z0-9_]{40,255}"),
    ("GitLab token", r"\bgl(?:pat|ptt|dt|rt|cbt|soat)-[A-Za-z0-9_.-]{20,255}"),
    ("AWS key id", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    ("Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,255}"),
    ("Slack app token", r"\bxapp-[A-Za-z0-9-]{10,255}"),
    ("Slack webhook", r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9_/-]{10,255}"),
    (
        "Discord or Teams webhook",
        r"(?:discord(?:app)?\.com/api/webhooks|webhook\.office\.com)/[A-Za-z0-9_/@.-]{10,512}",
    ),
    ("JSON web token", r"\beyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,8192}(?:\.[A-Za-z0-9_-]{0,1024})?"),
    ("Stripe key", r"\b(?:sk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,255}"),
    ("PyPI token", r"\bpypi-[A-Za-z0-9_-]{30,1024}"),
    ("npm token", r"\bnpm_[A-Za-z0-9]{30,255}"),
    ("Google API key", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("password in an address", r"(?<=://)[^\s/:@]{0,256}:[^\s/@]{1,256}(?=@)"),
    (
        "authorization",
        r"(?i:(?<=authorization)[\"']?\s{0,4}[:=]\s{0,4}[\"']?)(?i:(?:bearer|basic|token|digest)\s{1,4})?[^\s\"',;]{6,4096}",
    ),
    (
        "assignment",
        r"(?i:\b(?P<name>[a-z0-9_-]{0,40}(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key"
        r"|private[_-]?key))(?P<quote>[\"']?\s{0,4}[:=]\s{0,4}))(?P<value>\"[^\"\n]{4,512}\"|'[^'\n]{4,512}'|[^\s\"',;&{}()<>|`]{6,512})",
    ),
)
PATTERNS: tuple[tuple[str, "re.Pattern[str]"], ...] = tuple(
    (name, re.compile(text)) for name, text in _PATTERNS
)
_HASH = re.compile(r"(?:[0-9a-f]{7,64}|sha(?:1|256|512)[:-][A-Za-z0-9+/=]{20,128})", re.IGNORECASE)
_LIKE_A_SECRET = re.compile(r"[0-9!#%^+/=~@$]")
"""What a value holds that is no word of a sentence and no name in a program."""
_HINTS = ("token", "secret", "passw", "passphrase", "key")


def redact(text: str, environ: Mapping[str, str]) -> tuple[str, int]:
    """Return `text` without secrets, and how many were taken out."""
    count = 0
    for value in secret_values(environ):
        hits = text.count(value)
        if hits:
            text, count = text.replace(value, MARK), count + hits
    for name, pattern in PATTERNS:
        if name == "assignment":
            if any(hint in text.lower() for hint in _HINTS):
                text, hits = _assignments(text, pattern)
                count += hits
        else:
            text, hits = pattern.subn(_keep_prefix if name == "authorization" else MARK, text)
            count += hits
    return text, count


def secret_values(environ: Mapping[str, str]) -> list[str]:
    """Return the values to look for, longest first: as they are, quoted as in addresses, and in Base64."""
    found: set[str] = set()
    for name, value in environ.items():
        if name in _NOT_SECRET or not _SECRET_NAME.search(name) or not _worth_hiding(value):
            continue
        data = value.encode("utf-8", "surrogateescape")
        found.update((value, quote(data, safe=""), quote_plus(data), quote(data)))
        encoded = base64.b64encode(data).decode("ascii")
        found.update((encoded, encoded.rstrip("="), base64.urlsafe_b64encode(data).decode("ascii")))
    return sorted(found, key=len, reverse=True)


def _worth_hiding(value: str) -> bool:
    """Say whether a value could be a secret: long enough, no path, no plain word or number."""
    plain = value.strip()
    return len(plain) >= _SHORTEST and not plain.startswith(("/", "./", "~/")) and not plain.isdigit()


def _keep_prefix(match: "re.Match[str]") -> str:
    text = match.group()
    return text[: len(text) - len(text.lstrip("\"': =\t"))] + MARK


def _assignments(text: str, pattern: "re.Pattern[str]") -> tuple[str, int]:
    count = 0

    def hide(match: "re.Match[str]") -> str:
        nonlocal count
        value = match["value"].strip("\"'")
        if MARK in value or _HASH.fullmatch(value) or value.startswith(("$", "{", "<", "*", "…")):
            return match.group()
        surely = (
            "pass" in match["name"].lower()
            and match["quote"].strip("\"' ") == "="
            and " " not in match["quote"]
        )
        if not surely and not _LIKE_A_SECRET.search(value):
            return match.group()
        count += 1
        return match["name"] + match["quote"] + MARK

    return pattern.sub(hide, text), count
