"""Removes secrets from texts that are stored or published; commit ids and digests stay.

Two ways: the exact values of environment variables whose names look secret, also URL-quoted or in Base64; and the
shapes of well-known credentials. Each pattern is bounded and starts at few places, so that no input makes it slow.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

MARK = "[redacted]"
_SECRET_NAMES = (
    *("TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "APIKEY", "API_KEY", "CREDENTIAL", "WEBHOOK"),
    "DATABASE_URL",
)
_SECRET_ENDS = frozenset(("KEY", "PASS", "PWD", "PAT", "AUTH", "DSN"))
_NOT_SECRET = frozenset(("PWD", "OLDPWD", "SSH_AUTH_SOCK", "XAUTHORITY", "GPG_KEY"))
_SHORTEST = 8
_LONGEST_KEY = 20_000

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("a GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{30,255}"),
    ("a GitHub fine-grained token", r"\bgithub_pat_[A-Za-z0-9_]{40,255}"),
    ("a GitLab token", r"\bgl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|oas|ffct|wt|agent)-[A-Za-z0-9_.-]{20,255}"),
    ("a GitLab runner token", r"\bGR1348941[A-Za-z0-9_-]{20,255}"),
    ("a Bitbucket or Atlassian token", r"\b(?:ATBB[A-Za-z0-9]{28,255}|ATATT3[A-Za-z0-9_=-]{60,512})"),
    ("an AWS key id", r"\b(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}\b"),
    ("a Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,255}"),
    ("a Slack app token", r"\bxapp-[A-Za-z0-9-]{10,255}"),
    ("a Slack webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9_/-]{10,255}"),
    ("a Discord webhook", r"discord(?:app)?\.com/api/webhooks/[A-Za-z0-9_/-]{10,255}"),
    ("a Discord bot token", r"\b[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}"),
    ("a Teams webhook", r"webhook\.office\.com/[A-Za-z0-9_/@.-]{10,512}"),
    ("a Telegram bot token", r"\b[0-9]{8,10}:[A-Za-z0-9_-]{35}\b"),
    (
        "a JSON web token",
        r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,8192}(?:\.[A-Za-z0-9_-]{0,1024})?",
    ),
    ("a Stripe key", r"\b(?:sk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,255}"),
    ("a Square token", r"\b(?:sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{20,60}|EAAA[A-Za-z0-9_-]{56,80})"),
    ("a PyPI token", r"\bpypi-[A-Za-z0-9_-]{30,1024}"),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{30,255}"),
    ("a RubyGems key", r"\brubygems_[a-f0-9]{48}"),
    ("a crates.io token", r"\bcio[A-Za-z0-9]{32}\b"),
    ("a Docker token", r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,255}"),
    ("an Artifactory key", r"\bAKC[A-Za-z0-9]{10,255}"),
    ("a Google API key", r"\bAIza[A-Za-z0-9_-]{35}"),
    (
        "a Google OAuth token",
        r"\b(?:ya29\.[A-Za-z0-9_-]{20,1024}|GOCSPX-[A-Za-z0-9_-]{20,60}|1//0[A-Za-z0-9_-]{30,255})",
    ),
    ("an Anthropic key", r"\bsk-ant-[A-Za-z0-9_-]{20,255}"),
    ("an OpenAI key", r"\bsk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,255}|\bsk-[A-Za-z0-9]{32,255}"),
    ("a Hugging Face token", r"\bhf_[A-Za-z0-9]{30,255}"),
    ("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,128}"),
    ("a Twilio key", r"\b(?:SK|AC)[0-9a-f]{32}\b"),
    ("a Mailgun key", r"\bkey-[0-9a-f]{32}\b"),
    ("a Mailchimp key", r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"),
    ("a Vault token", r"\bhv[sbr]\.[A-Za-z0-9_-]{20,255}"),
    ("a Terraform token", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,100}"),
    ("a Pulumi token", r"\bpul-[a-f0-9]{40}"),
    ("a Doppler token", r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{30,100}"),
    ("a DigitalOcean token", r"\bdo[opr]_v1_[a-f0-9]{32,128}"),
    ("a Heroku key", r"\bHRKU-[A-Za-z0-9_-]{30,100}"),
    ("a Vercel token", r"\bvc[pikar]_[A-Za-z0-9]{20,100}"),
    ("a Netlify token", r"\bnf[pcoub]_[A-Za-z0-9]{30,100}"),
    ("a Fly token", r"\b(?:fo1_[A-Za-z0-9_-]{30,100}|fm[12][ar]?_[A-Za-z0-9+/=_-]{60,2048})"),
    ("a Render key", r"\brnd_[A-Za-z0-9]{20,100}"),
    ("a Supabase key", r"\bsb(?:p_[a-f0-9]{40}|_secret_[A-Za-z0-9_-]{20,60})"),
    ("a PlanetScale token", r"\bpscale_(?:tkn|oauth|pw)_[A-Za-z0-9_.=-]{30,100}"),
    ("a Databricks token", r"\bdapi[a-f0-9]{32}(?:-[0-9])?\b"),
    ("a New Relic key", r"\bNR(?:AK|JS|II|RA)-[A-Za-z0-9_-]{20,60}"),
    ("a Grafana token", r"\bgl(?:sa_[A-Za-z0-9]{32}[A-Za-z0-9_]{0,30}|c_[A-Za-z0-9+/]{32,400}={0,2})"),
    ("a Sentry token", r"\bsntr(?:ys_[A-Za-z0-9+/=_-]{40,512}|yu_[a-f0-9]{64})"),
    ("a Shopify token", r"\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}"),
    ("a Linear key", r"\blin_(?:api|oauth)_[A-Za-z0-9]{30,100}"),
    ("a Notion token", r"\b(?:ntn_|secret_)[A-Za-z0-9]{40,60}"),
    ("a Postman key", r"\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    ("a Buildkite token", r"\bbk[a-z]{2}_[a-f0-9]{40}"),
    ("a CircleCI token", r"\bCCIPAT_[A-Za-z0-9_]{30,100}"),
    ("an age key", r"\bAGE-SECRET-KEY-1[A-Z0-9]{50,60}"),
    ("an Azure client secret", r"(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}"),
    (
        "an Azure key",
        r"(?<=AccountKey=)[A-Za-z0-9+/]{20,200}={0,2}|(?<=SharedAccessKey=)[A-Za-z0-9+/]{20,200}={0,2}",
    ),
    ("an Azure signature", r"(?<=[?&;\s]sig=)[A-Za-z0-9%+/=_-]{20,255}"),
    (
        "a signature in an address",
        r"(?<=X-Amz-Signature=)[a-f0-9]{64}|(?<=X-Goog-Signature=)[a-f0-9]{64,1024}",
    ),
    ("a password in an address", r"(?<=://)[^\s/:@]{0,256}:[^\s/@]{1,256}(?=@)"),
    ("a token in an address", r"(?<=://)(?=[^\s/:@]{0,256}[0-9])[A-Za-z0-9_.~%-]{16,256}(?=@)"),
)


@cache
def patterns() -> tuple[tuple[str, "re.Pattern[str]"], ...]:
    """Return the credentials that are known by their shape alone: what each is, as a clause, and its pattern.

    Compiled on first use, because that takes longer than most commands have.
    """
    return tuple((name, re.compile(pattern)) for name, pattern in _PATTERNS)


_SUSPICIOUS = re.compile(
    r"\S{16}|://|-----BEGIN|-u[ =]|--user"
    r"|(?i:mysql|mariadb|redis-cli|pass|secret|token|key|auth|credential|cookie|session|webhook)"
)
"""A text without any of these cannot hold a secret; most notes have none of them."""

# Compiled by `re`, which caches them, when the first suspicious text needs them.

_BEGIN_KEY = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----"
_END_KEY = r"-----END [A-Z0-9 ]{0,40}-----"
_HEADER = (
    r"(?i)(?P<name>(?:proxy-)?authorization)(?P<is>[\"']?\s{0,4}[:=]\s{0,4}[\"']?)"
    r"(?P<scheme>(?:bearer|basic|token|digest)\s{1,4})?(?P<value>[^\s\"',;]{6,4096})"
)
_COOKIE = r"(?i)(?P<name>\b(?:set-)?cookie)(?P<is>[\"']?\s{0,4}:\s{0,4})(?P<value>[^\s\"'=;]{1,128}=[^\r\n\"']{4,4096})"
_USER_OPTION = (
    r"(?m)(?P<name>(?:^|\s)(?:-u|--user|--proxy-user))(?P<is>[ =][\"']?)"
    r"(?P<value>[^\s:\"'@/]{1,128}:[^\s\"']{1,256})"
)
_NETRC = (
    r"(?P<name>\b(?:machine\s{1,8}\S{1,256}|default)\s{1,8}login\s{1,8}\S{1,256}\s{1,8}password"
    r"|\blogin[ \t]{1,8}\S{1,256}[ \t]{0,8}\r?\n[ \t]{0,8}password)(?P<is>\s{1,8})"
    r"(?P<value>\S{4,256})"
)
_PROGRAM_OPTION = (
    r"(?i)(?P<name>\b(?:(?:mysql|mariadb)[a-z-]{0,12}(?:[ \t]{1,4}[^\s]{1,128}){0,12}?[ \t]{1,4}-p"
    r"|sshpass[ \t]{1,4}-p[ \t]{0,4}|redis-cli(?:[ \t]{1,4}[^\s]{1,128}){0,12}?[ \t]{1,4}-a[ \t]{1,4}))"
    r"(?P<is>[\"']?)(?P<value>[^\s\"'-][^\s\"']{5,255})"
)
"""Passwords that programs take on their command line by a letter."""
_ASSIGNMENT = (
    r"(?i)(?P<name>(?:password|passwd|passphrase|secret|token|credential|api[_-]?key|app[_-]?key|auth[_-]?key"
    r"|access[_-]?key|account[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|session[_-]?id|webhook[_-]?url)"
    r"(?:s?[_-][A-Za-z0-9_-]{1,40})?)"
    r"(?P<is>[\"']?\s{0,4}(?::=|=>|[:=])\s{0,4}|\s)"
    r"(?P<value>\"[^\"\n]{4,512}\"|'[^'\n]{4,512}'|[^\s\"',;&{}()<>|`]{6,512})"
)
_HASH = r"(?i)(?:[0-9a-f]{7,12}|sha(?:1|256|512)[:-][A-Za-z0-9+/=]{20,128})"
"""A short commit id or a labelled digest; a longer hexadecimal value after a secret's name counts as a secret."""
_LIKE_A_SECRET = r"[0-9!#%^+/=~@$]"
"""A value that is neither a word of a sentence nor a name in a program."""


def redact(text: str, environ: Mapping[str, str]) -> tuple[str, int]:
    """Return `text` without secrets, and how many were removed."""
    count = 0
    for value in secret_values(environ):
        hits = text.count(value)
        if hits:
            text, count = text.replace(value, MARK), count + hits
    if not _SUSPICIOUS.search(text):
        return text, count
    text, hits = _private_keys(text)
    count += hits
    for _, pattern in patterns():
        text, hits = pattern.subn(MARK, text)
        count += hits
    for always in (_COOKIE, _USER_OPTION, _NETRC, _PROGRAM_OPTION):
        text, hits = re.subn(always, rf"\g<name>\g<is>{MARK}", text)
        count += hits
    for named in (_HEADER, _ASSIGNMENT):
        text, hits = _named(text, named)
        count += hits
    return text, count


def redact_changes(new: object, old: object, environ: Mapping[str, str]) -> Any:
    """Return the document `new` without secrets in the strings that `old` does not hold at the same place.

    What was there before was checked when it came in, so a small change of a large document costs little.
    """
    if new is old or new == old:
        return new
    if isinstance(new, str):
        return redact(new, environ)[0] if len(new) >= _SHORTEST else new
    if isinstance(new, dict):
        before = old if isinstance(old, dict) else {}
        return {key: redact_changes(value, before.get(key), environ) for key, value in new.items()}
    if isinstance(new, list):
        known = old if isinstance(old, list) else []
        return [
            redact_changes(value, known[at] if at < len(known) else None, environ)
            for at, value in enumerate(new)
        ]
    return new


def _names_a_secret(name: str) -> bool:
    upper = name.upper()
    return upper.rpartition("_")[2] in _SECRET_ENDS or any(word in upper for word in _SECRET_NAMES)


def secret_values(environ: Mapping[str, str]) -> list[str]:
    """Return the values to look for, longest first: as they are, URL-quoted, and in Base64."""
    values: set[str] = set()
    for name, value in environ.items():
        if name in _NOT_SECRET or not _names_a_secret(name) or not _worth_hiding(value):
            continue
        import base64  # only texts with a secret pay for these imports
        from urllib.parse import quote, quote_plus

        data = value.encode("utf-8", "surrogateescape")
        values.update((value, quote(data, safe=""), quote_plus(data), quote(data)))
        encoded = base64.b64encode(data).decode("ascii")
        values.update((encoded, encoded.rstrip("="), base64.urlsafe_b64encode(data).decode("ascii")))
    return sorted(values, key=len, reverse=True)


def _worth_hiding(value: str) -> bool:
    """Return whether a value could be a secret: long enough, not a path, not a number."""
    plain = value.strip()
    return len(plain) >= _SHORTEST and not plain.startswith(("/", "./", "~/")) and not plain.isdigit()


def _private_keys(text: str) -> tuple[str, int]:
    """Remove private key blocks; an unterminated one is removed up to a length that no key exceeds."""
    pieces, at, count = [], 0, 0
    while begin := re.compile(_BEGIN_KEY).search(text, at):
        end = re.compile(_END_KEY).search(text, begin.end(), begin.end() + _LONGEST_KEY)
        pieces += [text[at : begin.start()], MARK]
        at = end.end() if end else min(len(text), begin.end() + _LONGEST_KEY)
        count += 1
    return "".join([*pieces, text[at:]]), count


def _named(text: str, pattern: str) -> tuple[str, int]:
    """Remove values that follow a name such as ``password=``; words of a sentence stay."""
    count = 0

    def hide(match: "re.Match[str]") -> str:
        nonlocal count
        value = match["value"].strip("\"'")
        if MARK in value or re.fullmatch(_HASH, value) or value.startswith(("$", "{", "<", "*", "…")):
            return match.group()
        scheme = match.groupdict().get("scheme") or ""
        if not scheme and not _is_secret(text, match, value):
            return match.group()
        count += 1
        return match["name"] + match["is"] + scheme + MARK

    return re.sub(pattern, hide, text), count


def _is_secret(text: str, match: "re.Match[str]", value: str) -> bool:
    option = text[max(0, match.start() - 42) : match.start()].rpartition("--")
    after_option = bool(option[1]) and not re.search(r"[^\w-]", option[2])
    if match["is"].isspace() and not after_option:
        return False
    surely = "pass" in match["name"].lower() and (match["is"] == "=" or after_option)
    return surely or bool(re.search(_LIKE_A_SECRET, value))
