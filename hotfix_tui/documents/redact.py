"""Secrets taken out of texts that are stored or published; commit ids and digests stay.

Two ways: the exact values of environment variables whose names look secret, also as they look in an address or
in Base64; and the shapes of well-known credentials. Each pattern is bounded and starts at few places, so that no
input makes it slow.
"""

import base64
import re
from collections.abc import Mapping
from urllib.parse import quote, quote_plus

MARK = "[redacted]"
_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|APIKEY|API_KEY|CREDENTIAL|WEBHOOK|DATABASE_URL"
    r"|(?:^|_)(?:KEY|PASS|PWD|PAT|AUTH|DSN)$",
    re.IGNORECASE,
)
_NOT_SECRET = frozenset(("PWD", "OLDPWD", "SSH_AUTH_SOCK", "XAUTHORITY", "GPG_KEY"))
_SHORTEST = 8
_LONGEST_KEY = 20_000

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{30,255}"),
    ("GitHub fine-grained token", r"\bgithub_pat_[A-Za-z0-9_]{40,255}"),
    ("GitLab token", r"\bgl(?:pat|ptt|dt|rt|cbt|soat)-[A-Za-z0-9_.-]{20,255}"),
    ("AWS key id", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    ("Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,255}"),
    ("Slack app token", r"\bxapp-[A-Za-z0-9-]{10,255}"),
    ("Slack webhook", r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9_/-]{10,255}"),
    ("Discord webhook", r"discord(?:app)?\.com/api/webhooks/[A-Za-z0-9_/-]{10,255}"),
    ("Teams webhook", r"webhook\.office\.com/[A-Za-z0-9_/@.-]{10,512}"),
    (
        "JSON web token",
        r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,8192}(?:\.[A-Za-z0-9_-]{0,1024})?",
    ),
    ("Stripe key", r"\b(?:sk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,255}"),
    ("PyPI token", r"\bpypi-[A-Za-z0-9_-]{30,1024}"),
    ("npm token", r"\bnpm_[A-Za-z0-9]{30,255}"),
    ("Google API key", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("password in an address", r"(?<=://)[^\s/:@]{0,256}:[^\s/@]{1,256}(?=@)"),
)
PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in _PATTERNS)
"""Credentials that are known by their shape alone."""

_BEGIN_KEY = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----")
_END_KEY = re.compile(r"-----END [A-Z0-9 ]{0,40}-----")
_HEADER = re.compile(
    r"(?i)(?P<name>authorization)(?P<is>[\"']?\s{0,4}[:=]\s{0,4}[\"']?)"
    r"(?P<scheme>(?:bearer|basic|token|digest)\s{1,4})?(?P<value>[^\s\"',;]{6,4096})"
)
_ASSIGNMENT = re.compile(
    r"(?i)(?P<name>password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)"
    r"(?P<is>[\"']?\s{0,4}[:=]\s{0,4}|\s)"
    r"(?P<value>\"[^\"\n]{4,512}\"|'[^'\n]{4,512}'|[^\s\"',;&{}()<>|`]{6,512})"
)
_HASH = re.compile(r"(?:[0-9a-f]{7,64}|sha(?:1|256|512)[:-][A-Za-z0-9+/=]{20,128})", re.IGNORECASE)
_LIKE_A_SECRET = re.compile(r"[0-9!#%^+/=~@$]")
"""What a value holds that is no word of a sentence and no name in a program."""


def redact(text: str, environ: Mapping[str, str]) -> tuple[str, int]:
    """Return `text` without secrets, and how many were taken out."""
    count = 0
    for value in secret_values(environ):
        hits = text.count(value)
        if hits:
            text, count = text.replace(value, MARK), count + hits
    text, hits = _private_keys(text)
    count += hits
    for _, pattern in PATTERNS:
        text, hits = pattern.subn(MARK, text)
        count += hits
    for named in (_HEADER, _ASSIGNMENT):
        text, hits = _named(text, named)
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
    """Say whether a value could be a secret: long enough, no path, no number."""
    plain = value.strip()
    return len(plain) >= _SHORTEST and not plain.startswith(("/", "./", "~/")) and not plain.isdigit()


def _private_keys(text: str) -> tuple[str, int]:
    """Take out blocks of private keys; one without an end is taken out up to a length that no key exceeds."""
    pieces, at, count = [], 0, 0
    while begin := _BEGIN_KEY.search(text, at):
        end = _END_KEY.search(text, begin.end(), begin.end() + _LONGEST_KEY)
        pieces += [text[at : begin.start()], MARK]
        at = end.end() if end else min(len(text), begin.end() + _LONGEST_KEY)
        count += 1
    return "".join([*pieces, text[at:]]), count


def _named(text: str, pattern: "re.Pattern[str]") -> tuple[str, int]:
    """Take out values that stand behind a name such as ``password=``; words of a sentence stay."""
    count = 0

    def hide(match: "re.Match[str]") -> str:
        nonlocal count
        value = match["value"].strip("\"'")
        if MARK in value or _HASH.fullmatch(value) or value.startswith(("$", "{", "<", "*", "…")):
            return match.group()
        scheme = match.groupdict().get("scheme") or ""
        if not scheme and not _is_secret(text, match, value):
            return match.group()
        count += 1
        return match["name"] + match["is"] + scheme + MARK

    return pattern.sub(hide, text), count


def _is_secret(text: str, match: "re.Match[str]", value: str) -> bool:
    option = text[max(0, match.start() - 42) : match.start()].rpartition("--")
    after_option = bool(option[1]) and not re.search(r"[^\w-]", option[2])
    if match["is"].isspace() and not after_option:
        return False
    surely = "pass" in match["name"].lower() and (match["is"] == "=" or after_option)
    return surely or bool(_LIKE_A_SECRET.search(value))
