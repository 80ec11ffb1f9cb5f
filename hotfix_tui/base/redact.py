"""Removes secrets from texts that are stored or published; commit ids and digests stay.

Three ways: the exact values of environment variables whose names look secret, also URL-quoted or in Base64; the shapes
of well-known credentials (`secret_shapes`), also where a line end, a colour or an invisible character splits one, or
where it is encoded; and what stands behind the name of a secret or an option for one. Each pattern is bounded and
starts at few places, so that no input makes it slow.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from hotfix_tui.base.secret_shapes import patterns
from hotfix_tui.base.text import clean

MARK = "[redacted]"
_Judge = Callable[[str, "re.Match[str]", str], bool]
"""Whether a value behind a name is a secret, by the text, the match and the value."""
_SECRET_NAMES = (
    *("TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "APIKEY", "API_KEY", "CREDENTIAL", "WEBHOOK"),
    "DATABASE_URL",
)
_SECRET_ENDS = frozenset(("KEY", "PASS", "PWD", "PAT", "AUTH", "DSN"))
_NOT_SECRET = frozenset(("PWD", "OLDPWD", "SSH_AUTH_SOCK", "XAUTHORITY", "GPG_KEY"))
_SHORTEST = 8
_LONGEST_KEY = 20_000
_MOST_KNOWN = 50

_SUSPICIOUS = re.compile(
    r"\S{16}|\S{10}\n\S{4}|://|-----BEGIN|-[a-zA-Z][ =\"']|--user|[^\x00-\u024f\u2000-\u206f]"
    r"|(?i:pass|pwd|pw[=:\"']|secret|token|key|auth|credential|cookie|session|webhook|mysql|mariadb|contrase|passwor|kennwort|senha"
    r"|has[łl]o|wachtwoord|l[öo]senord|adgangskode|salasana|heslo|jelsz|parola|[şs]ifre|recovery|backup.?code)"
)
"""A text without any of these cannot hold a secret; most notes have none of them."""

# Compiled by `re`, which caches them, when the first suspicious text needs them.

_BEGIN_KEY = (
    r"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}|-{4} BEGIN SSH2 ENCRYPTED PRIVATE KEY -{4}"
)
_END_KEY = r"-{4,5} ?END [A-Z0-9 ]{0,40} ?-{4,5}"
_HEADER = (
    r"(?i)(?P<name>(?:proxy-)?authorization)"
    r"(?P<is>\\?[\"']?\s{0,4}[:=]\s{0,4}\\?[\"']?|\s{1,4}[\"'](?=(?:bearer|basic|token)\s))"
    r"(?P<scheme>(?:bearer|basic|token|apikey|key|splunk|negotiate|ntlm|geniekey|sso-key|bot)\s{1,4})?"
    r"(?P<value>[^\s\"',;\\]{6,4096})"
)
_HEADER_OF_PARTS = (
    r"(?i)(?P<name>authorization)(?P<is>\\?[\"']?\s{0,4}[:=]\s{0,4}\\?[\"']?"
    r"(?:digest|aws4-hmac-sha256|oauth|hawk|signature|mac|sharedkey(?:lite)?)\s{1,4})(?P<value>[^\r\n]{6,4096})"
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
_WORDS = r"(?:[ \t]{1,4}[^\s]{1,128}){0,12}?[ \t]{1,4}"
_PROGRAM_OPTION = (
    r"(?i)(?P<name>\b(?:(?:mysql|mariadb)[a-z-]{0,12}" + _WORDS + r"-p|sshpass[ \t]{1,4}-p[ \t]{0,4}"
    r"|redis-cli" + _WORDS + r"-a[ \t]{1,4}"
    r"|(?:docker|podman|nerdctl|buildah|skopeo|helm|oras|az|oc|cf)"
    + _WORDS
    + r"login"
    + _WORDS
    + r"-p[ \t=]{1,4}"
    r"|mongo(?:sh|dump|restore|export|import)?" + _WORDS + r"-p[ \t=]{1,4}"
    r"|(?:un)?zip" + _WORDS + r"-P[ \t]{1,4}|ldap[a-z]{3,8}" + _WORDS + r"-w[ \t]{1,4}"
    r"|(?<![\w/.-])(?:https?|xhs?)" + _WORDS + r"-a[ \t]{1,4}[^\s:\"'@/]{1,128}:"
    r"|htpasswd[ \t]{1,4}-[a-zA-Z]{0,4}b[a-zA-Z]{0,4}(?:[ \t]{1,4}[^\s]{1,128}){2}[ \t]{1,4}))"
    r"(?P<is>[\"']?)(?P<value>[^\s\"'-][^\s\"']{5,255})"
)
"""Passwords that programs take on their command line by a letter."""
_PIPED = (
    r"(?P<name>\b(?:echo|printf)(?:[ \t]{1,4}-[neE]{1,3})?[ \t]{1,4})(?P<is>[\"']?)(?P<value>[^\s\"'|$]{6,256})"
    r"(?=[\"']?[ \t]{0,4}\|[^\n]{0,160}(?:--password-stdin|--with-token|--stdin|-S\b))"
)
_OTHER_OPTION = (
    r"(?P<name>\s-pass(?:in|out)?[ \t]{1,4}pass|\s-(?:src|dest)?(?:store|key)pass(?=[ \t])"
    r"|\bConvertTo-SecureString(?:[ \t]{1,4}-String)?"
    r"|\bPrivate-Lines:\s{0,4}\d{1,4})"
    r"(?P<is>:|[ \t]{1,4}[\"']?|\s{1,4})(?P<value>(?:[A-Za-z0-9+/=]{16,80}\r?\n){1,200}|[^\s\"'-][^\s\"']{5,4096})"
)
_QUERY = (
    r"(?i)(?P<name>[?&;](?:key|auth|jwt|sid|pwd|pass|pw|signature|code_verifier|subscription-key))(?P<is>=)"
    r"(?P<value>(?=[^\s&#]{0,256}[0-9])[^\s&#\"'<>]{12,512})"
)
_KEYS = (
    r"(?:api|app|auth|access|account|private|signing|encryption|master|shared|storage|deploy|client)"
    r"[_ -]?key(?:[_-]?data)?"
)
_TAIL = r"(?:s?[_-][A-Za-z0-9_-]{1,40})?"
_NAMES = (
    r"(?:(?:password|passwd|passphrase|passcode|passwort|kennwort|contrase(?:ñ|n)a|mot de passe|senha|пароль"
    r"|has[łl]o|wachtwoord|l[öo]senord|adgangskode|passord|salasana|heslo|jelszó?|parola|[şs]ifre"
    r"|(?:recovery|backup)[ _-]?code|_gitlab_session|PHPSESSID|JSESSIONID|ASP\.NET_SessionId|connect\.sid"
    r"|secret|token|credential|session[_-]?id|webhook[_-]?url|" + _KEYS + r")" + _TAIL + r""
    r"|(?<=[A-Za-z0-9][_-])p(?:ass|wd|w)|(?-i:(?<=[a-z0-9])P(?:ass|wd|w))|(?<=[\"'_])auth)"
)
_ANY_NAME = r"(?i)" + _NAMES.replace(_TAIL, "") + r"|(?<![A-Za-z])p(?:ass|wd|w)"
"""Where one of the four patterns may match that follow; each is tried there only, as this one is quick."""
_QUOTED = r"\"[^\"\n]{4,512}\"|'[^'\n]{4,512}'|\\\"[^\"\\\n]{4,512}\\\""
_BARE = r"[^\s\"',;&{}()<>|`，。；、）】》]{6,512}"
_ASSIGNMENT = (
    r"(?i)(?P<name>" + _NAMES + r")"
    r"(?P<is>\\?[\"']?\s{0,4}(?::=|=>|[:=：＝])\s{0,4}b?|\s)"
    r"(?P<value>" + _QUOTED + "|" + _BARE + r")"
)
_PASSWORD = (
    r"(?i)(?P<name>(?:password|passwd|passphrase|(?<=[A-Za-z0-9][_-])p(?:ass|wd|w)|(?-i:(?<=[a-z0-9])P(?:ass|wd|w)))"
    + _TAIL
    + r")(?P<is>=)(?P<value>"
    + _QUOTED
    + r"|[^\s\"']{6,512})"
)
"""A password is whatever stands behind the sign: it may hold any character."""
_ELSEWHERE = (
    r"(?i)(?P<name>" + _NAMES + r")(?P<is>"
    r"\\?[\"']\s{0,4},\s{0,4}(?:\\?[\"']value\\?[\"']\s{0,4}:\s{0,4})?(?=\\?[\"'])"
    r"|\\?[\"']?\s{1,16}(?:- )?value[\"']?\s{0,4}[:=]\s{0,4}"
    r"|\\?[\"']\s{0,4}\{[^{}\"']{0,80}default\s{0,4}=\s{0,4}|(?<=<)>|>(?=[^<>\s]{6,256}</))"
    r"(?P<value>" + _QUOTED + "|" + _BARE + r")"
)
"""The name is one field, the secret the next: ``define('DB_PASSWORD', '…')``, ``name: …`` and ``value: …``, XML."""
_SHELL_WORD = (
    r"(?P<name>\b(?:set[ \t]{1,4}-[a-zA-Z]{1,4}|setx|setenv|SetEnv|ENV|ARG|export)[ \t]{1,4}[A-Za-z0-9_]{0,60}"
    r"(?i:password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key|secret_?key|_pass|_pwd|_pw)[A-Za-z0-9_]{0,40})"
    r"(?P<is>[ \t]{1,4}[\"']?)(?P<value>[^\s\"'=]{6,512})"
)
_PROSE = (
    r"(?i)(?P<name>(?<![A-Za-z])p(?:ass|wd|w)|" + _NAMES + r")"
    r"(?P<is>\\?[\"']?\s{0,2}(?:==?|:|\|(?=\s)|->)\s{0,16}(?:[|>][+-]?\s{1,16})?|\s{1,2}(?:(?:is|was|to|ist|war|est|es|è|é|jest|är|er)\s{1,2})?)"
    r"[\"'`{]{0,1}(?P<value>[A-Za-z0-9_+/=~.!@#$%^&*-]{8,512})"
)
"""In a sentence, on the next line or in a column only what is surely random counts: the rest are words."""
_OTHER_SCRIPTS = (
    r"(?P<name>密码|密碼|口令|密钥|密鑰|令牌|凭据|凭证|パスワード|トークン|비밀번호|토큰)"
    r"(?P<is>\s{0,2}(?:[:：=＝]|是|为|為|は|가|는)?\s{0,2}[\"'「“]?)(?P<value>(?=[!-~]{0,64}[0-9])[!#-&(-~]{6,512})"
)
_HASH = r"(?i)(?:[0-9a-f]{7,12}|sha(?:1|256|512)[:-][A-Za-z0-9+/=]{20,128})"
"""A short commit id or a labelled digest; a longer hexadecimal value after a secret's name counts as a secret."""
_DIGEST = r"(?i)(?:[0-9a-f]{7,12}|[0-9a-f]{40}|[0-9a-f]{64}|sha(?:1|256|512)[:-].*)"
"""In a sentence a whole commit id stays, too."""
_LIKE_A_SECRET = r"[0-9!#%^+/=~@$]"
"""A value that is neither a word of a sentence nor a name in a program."""
_PLACEHOLDER = (
    r"(?:\$\w{1,64}|\$?\{{1,3}[^{}]{0,128}\}{1,3}|\$\([^)]{0,256}\)?|<[^<>]{0,128}>|%\w{1,64}%|[*•x]{3,}|…|\$\{?$)"
    r"(?:[&;,)\].:/\"'\\].*)?"
)


def redact(text: str, environ: Mapping[str, str]) -> tuple[str, int]:
    """Return `text` without secrets, and how many were removed."""
    count = 0
    for value in secret_values(environ):
        hits = text.count(value)
        if hits:
            text, count = text.replace(value, MARK), count + hits
    if not _SUSPICIOUS.search(text):
        return text, count
    if "\x1b" in text:  # colours stand between a name and its value
        plain, hits = _shapes_and_names(clean(text))
        return (plain, count + hits) if hits else (text, count)
    text, hits = _shapes_and_names(text)
    return text, count + hits


def _shapes_and_names(text: str) -> tuple[str, int]:
    text, count = _private_keys(text)
    for change in (_encoded, _split, _shapes, _behind_names):
        text, hits = change(text)
        count += hits
    return text, count


def _shapes(text: str) -> tuple[str, int]:
    count = 0
    for _, pattern in patterns():
        text, hits = pattern.subn(MARK, text)
        count += hits
    return text, count


def _goes_on(pattern: "re.Pattern[str]", found: str, line_end: int) -> bool:
    """Return whether a credential goes on behind a line end, rather than that the next line begins with a word."""
    before, behind = found[:line_end], found[line_end:]
    if len(before) < _BEFORE_A_LINE_END:
        return False
    if not pattern.fullmatch(before):
        return True
    return _is_random(behind) and not any(other.match(behind) for _, other in patterns())


def _behind_names(text: str) -> tuple[str, int]:
    count = 0
    known: set[str] = set()
    always = (_COOKIE, _USER_OPTION, _NETRC, _PROGRAM_OPTION, _PIPED, _OTHER_OPTION, _QUERY, _HEADER_OF_PARTS)
    for pattern in always:
        text, hits = re.subn(pattern, rf"\g<name>\g<is>{MARK}", text)
        count += hits
    for named, surely in ((_HEADER, _in_header), (_SHELL_WORD, _always), (_OTHER_SCRIPTS, _always)):
        text, hits = _named(text, named, surely, known)
        count += hits
    text, hits = _named_anyhow(text, known)
    for value in known:  # what was a secret behind its name is one wherever else it stands
        hits += text.count(value)
        text = text.replace(value, MARK)
    return text, count + hits


_ENCODED_RUN = r"[^\s\"'<>]{12,8192}"
_BASE64_RUN = r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{20,4096}={0,2}"


def _encoded(text: str) -> tuple[str, int]:
    """Remove what holds a secret once it is decoded: from percent signs, or from Base64."""
    count = 0

    def hide(match: "re.Match[str]", found: object) -> str:
        nonlocal count
        count += bool(found)
        return MARK if found else match.group()

    def percent(match: "re.Match[str]") -> str:
        from urllib.parse import unquote

        run = match.group()
        coded = re.search("%[0-9A-Fa-f]{2}", run) and not _shapes(run)[1]
        return hide(match, _shapes(unquote(run))[1]) if coded else run

    def base64(match: "re.Match[str]") -> str:
        import binascii

        run = match.group().rstrip("=").replace("-", "+").replace("_", "/")
        try:
            data = binascii.a2b_base64(run + "=" * (-len(run) % 4))
        except binascii.Error:
            return match.group()
        plain = data.decode("latin-1")
        if not re.fullmatch(r"[\t\r\n -~]+", plain):
            return match.group()
        of_a_user = re.fullmatch(r"[A-Za-z0-9._@+-]{1,64}:(?!//)[!-~]{6,256}\s?", plain)
        return hide(match, of_a_user or _shapes(plain)[1])

    if "%" in text:
        text = re.sub(_ENCODED_RUN, percent, text)
    return re.sub(_BASE64_RUN, base64, text), count


_SPLIT = re.compile(
    r"<U\+[0-9A-F]{4,6}>|[\u2400-\u2421\u200b-\u200f\u2060\ufeff\u00ad]|.\x08|\r(?!\n)|\\\r?\n[ \t]{0,8}"
    r"|(?P<line>(?<=[A-Za-z0-9_.+/-]{10})\r?\n)[ \t>|]{0,8}(?=[A-Za-z0-9_.+/-]{4})"
)
_BEFORE_A_LINE_END = 10
"""That many characters of a credential stand before the line end that splits it, or else it may be another word."""


def _split(text: str) -> tuple[str, int]:
    """Remove credentials of a known shape that a line end or an invisible character splits in two."""
    parts = list(_SPLIT.finditer(text))
    if not parts:
        return text, 0
    ends, joined, at = [], "", 0
    for part in parts:
        joined += text[at : part.start()]
        ends.append((len(joined), part))
        at = part.end()
    joined += text[at:]
    hits = sorted(_across(joined, ends))
    pieces, at = [], 0
    for start, end in hits:
        if start >= at:
            pieces += [text[at:start], MARK]
            at = end
    return "".join([*pieces, text[at:]]), len([piece for piece in pieces if piece is MARK])


def _across(joined: str, ends: "list[tuple[int, re.Match[str]]]") -> Iterator[tuple[int, int]]:
    """Yield where in the text the credentials are that the joined text has across a part that was left out."""
    from bisect import bisect_left, bisect_right

    places = [place for place, _ in ends]

    def original(place: int, upto: int) -> int:
        return place + sum(len(part.group()) for _, part in ends[:upto])

    for _, pattern in patterns():
        for match in pattern.finditer(joined):
            first, last = bisect_right(places, match.start()), bisect_left(places, match.end())
            across = ends[first:last]
            lines = [place for place, part in across if part["line"]]
            if not across or (
                lines and not _goes_on(pattern, joined[match.start() : match.end()], lines[0] - match.start())
            ):
                continue
            yield original(match.start(), first), original(match.end(), last)


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


def _named(text: str, pattern: str, surely: _Judge, known: set[str]) -> tuple[str, int]:
    """Remove values that follow a name such as ``password=``; words of a sentence and placeholders stay."""
    count = 0

    def hide(match: "re.Match[str]") -> str:
        nonlocal count
        if not _hides(text, match, surely):
            return match.group()
        count += 1
        _remember(match["value"], known)
        return match.group()[: match.start("value") - match.start()] + MARK

    return re.sub(pattern, hide, text), count


def _remember(value: str, known: set[str]) -> None:
    """Remember a secret that is random enough to be nothing else, up to a number that keeps this quick."""
    plain = value.strip("\\\"'")
    if len(known) < _MOST_KNOWN and len(plain) >= _SHORTEST and _is_random(plain):
        known.add(plain)


def _named_anyhow(text: str, known: set[str]) -> tuple[str, int]:
    rules = [
        (re.compile(pattern), surely)
        for pattern, surely in (
            *((_PASSWORD, _always), (_ASSIGNMENT, _is_secret)),
            *((_ELSEWHERE, _in_a_field), (_PROSE, _in_prose)),
        )
    ]
    pieces, done, count = [], 0, 0
    name = re.compile(_ANY_NAME)
    at = 0
    while found := name.search(text, at):
        at = found.start() + 1
        for pattern, surely in rules:
            match = pattern.match(text, found.start())
            if match and _hides(text, match, surely):
                pieces += [text[done : match.start("value")], MARK]
                _remember(match["value"], known)
                done = at = match.end()
                count += 1
                break
    return "".join([*pieces, text[done:]]), count


def _hides(text: str, match: "re.Match[str]", surely: _Judge) -> bool:
    value = match["value"].strip("\\\"'")
    if MARK in value or re.fullmatch(_PLACEHOLDER, value, re.DOTALL):
        return False
    return surely(text, match, value)


def _always(text: str, match: "re.Match[str]", value: str) -> bool:
    return True


def _in_header(text: str, match: "re.Match[str]", value: str) -> bool:
    return bool(match["scheme"]) or (
        not re.fullmatch(_HASH, value) and bool(re.search(_LIKE_A_SECRET, value))
    )


def _is_secret(text: str, match: "re.Match[str]", value: str) -> bool:
    option = text[max(0, match.start() - 42) : match.start()].rpartition("--")
    after_option = bool(option[1]) and not re.search(r"[^\w-]", option[2])
    if re.fullmatch(_HASH, value) or (match["is"].isspace() and not after_option):
        return False
    a_word = value.isalpha() and value.lower() in ("password", "required", "optional", "undefined", "string")
    surely = "pass" in match["name"].lower() and (
        after_option
        or (match["is"][0] in "\"'\\" and match["value"][0] in "\"'\\" and " " not in value and not a_word)
    )
    return surely or bool(re.search(_LIKE_A_SECRET, value)) or _is_mixed(value)


def _is_mixed(value: str) -> bool:
    """Return whether capitals stand in a long value of letters as by chance; in names they are few and begin words."""
    if len(value) < 16 or not (value.isascii() and value.isalpha()):
        return False
    capitals = sum(letter.isupper() for letter in value)
    changes = sum(a.isupper() != b.isupper() for a, b in pairwise(value))
    return 0.25 <= capitals / len(value) <= 0.75 and changes >= 0.2 * (len(value) - 1)


def _in_a_field(text: str, match: "re.Match[str]", value: str) -> bool:
    return not re.fullmatch(_HASH, value) and bool(re.search(r"[0-9!#%^+=~@$]", value))


def _in_prose(text: str, match: "re.Match[str]", value: str) -> bool:
    value = value.rstrip(".!")
    return (
        not re.fullmatch(_DIGEST, value)
        and not re.match(r"[./~]|[A-Za-z]:[\\/]", value)
        and _is_random(value)
    )


def _is_random(value: str) -> bool:
    """Return whether letters and digits change places as often as by chance; in names of programs they do not."""
    kinds = "".join("d" if c.isdigit() else "u" if c.isupper() else "l" for c in value if c.isalnum())
    changes = sum(a != b for a, b in pairwise(kinds))
    if len(kinds) < _SHORTEST or "d" not in kinds:
        return False
    if "u" in kinds and "l" in kinds:
        return changes >= 0.4 * (len(kinds) - 1)
    return len(kinds) >= 16 and kinds.count("d") >= 4 and changes >= 0.3 * (len(kinds) - 1)
