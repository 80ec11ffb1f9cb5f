"""Rules for single values of the configuration, one function per rule.

Each takes the value as TOML gave it and returns what the configuration holds, or raises ``ValueError`` with the
rest of a sentence that begins with the key: "expected …, found …".

Apart from `read`, which goes through types and tables: a rule here sees one value, and no key.
"""

import re
import shlex
from collections.abc import Callable
from difflib import get_close_matches
from urllib.parse import urlsplit

from hotfix_tui.base import pattern
from hotfix_tui.config import durations, placeholders

_SECRET = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*")
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+#@-]*")
_SHELL_WORDS = ("&&", "||", "|", ";", "&", ">", ">>", "<", "2>", "2>&1", "$(")
_SECRET_HOSTS = ("hooks.", "discord.com", "discordapp.com", "webhook.office.com", "logic.azure.com")
_LONG_WORD = re.compile(r"[A-Za-z0-9_-]{20,}")
_LONGEST_TARGET = 2000
_LONGEST_COMMAND = 20_000


def shown(value: object) -> str:
    """Return a value in a form for sentences: short, with its control characters visible."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(word: str, known: list[str]) -> str:
    """Return the known word that was probably meant, or an empty text."""
    close = get_close_matches(word[:60].replace("_", "-"), known, n=1, cutoff=0.6)
    return close[0] if close else ""


def choices(word: object, known: list[str]) -> str:
    """Return a sentence for an unknown word, suggesting the nearest known one if there is one."""
    near = nearest(word, known) if isinstance(word, str) else ""
    hint = f"; did you mean {near!r}?" if near else ""
    return f"expected one of {', '.join(repr(name) for name in known)}, found {shown(word)}{hint}"


def text(value: object) -> str:
    """Return a text without NUL bytes."""
    if not isinstance(value, str):
        raise ValueError(f"expected a text, found {shown(value)}")
    if "\0" in value:
        raise ValueError("expected a text without NUL bytes")
    return value


def line(value: object) -> str:
    """Return a non-empty text of one line, without control characters."""
    word = text(value)
    if not word.strip():
        raise ValueError("expected a text that is not empty")
    if any(ord(char) < 32 or ord(char) == 127 for char in word):
        raise ValueError(f"expected one line without control characters, found {shown(word)}")
    return word


def duration(value: object) -> float:
    """Return a duration such as ``"15m"``, in seconds."""
    if not isinstance(value, str):
        raise ValueError(f'expected a duration in quotes such as "20s" or "15m", found {shown(value)}')
    try:
        return durations.parse(value)
    except ValueError as error:
        raise ValueError(f'expected a duration such as "20s" or "15m", but {error}') from None


def url(value: object) -> str:
    """Return an http or https address with a host."""
    word = line(value)
    try:
        parts = urlsplit(word)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or " " in word:
        raise ValueError(f"expected an address that begins with http:// or https://, found {shown(word)}")
    if parts.password and not _SECRET.search(parts.password):
        raise ValueError("expected no password in the address; use a $NAME of the environment")
    return word


def link(value: object) -> str:
    """Return the URL of a ticket's page, with ``{ticket}`` in it."""
    word = url(value)
    if placeholders.names_in(word) != ["ticket"]:
        raise ValueError("expected an address with {ticket} in it once, and no other placeholder")
    return word


def secret(value: object) -> str:
    """Return the name of an environment variable that holds a secret: ``$NAME``."""
    word = text(value)
    if not _SECRET.fullmatch(word):
        raise ValueError(
            "expected the name of an environment variable such as $API_TOKEN, never the secret itself"
        )
    return word


def target(value: object) -> str:
    """Return where a message goes: a ``$NAME``, a mail address, or a URL without a secret in it."""
    word = line(value)
    if _SECRET.search(word):
        return word
    try:
        parts = urlsplit(word)
        risky = bool(parts.password) or any(name in (parts.hostname or "") for name in _SECRET_HOSTS)
    except ValueError:
        raise ValueError(f"expected a $NAME, a mail address or an address, found {shown(word)}") from None
    if len(word) > _LONGEST_TARGET:
        raise ValueError(f"expected at most {_LONGEST_TARGET} characters")
    if risky or any(_is_token(part) for part in _LONG_WORD.findall(word)):
        raise ValueError(
            "expected the name of an environment variable such as $SLACK_WEBHOOK, since this looks like a secret"
        )
    return word


def _is_token(word: str) -> bool:
    """Return whether a long word looks like a token: it has letters and digits."""
    return any(char.isdigit() for char in word) and any(char.isalpha() for char in word)


def status(value: object) -> int:
    """Return an HTTP status."""
    if type(value) is not int or not 100 <= value <= 599:
        raise ValueError(f"expected an HTTP status from 100 to 599, found {shown(value)}")
    return value


def count(value: object) -> int:
    """Return a whole number that is not negative."""
    if type(value) is not int or not 0 <= value <= 1_000_000:
        raise ValueError(f"expected a whole number from 0 up, found {shown(value)}")
    return value


def ref(value: object) -> str:
    """Return a name of a branch, tag, remote or commit that git would accept and that is not an option."""
    word = line(value)
    bad = ".." in word or "//" in word or "@{" in word or word.endswith(("/", ".", ".lock"))
    if bad or len(word) > 200 or not _REF.fullmatch(word):
        raise ValueError(f"expected the name of a branch, tag or remote, found {shown(word)}")
    return word


def platform_value(value: object) -> str:
    """Return a value for a platform's commands: one line that is not an option, with the placeholders of commands."""
    word = line(value)
    if word.startswith("-"):
        raise ValueError(f"expected a value that does not begin with '-', found {shown(word)}")
    _known_placeholders(word)
    if "files" in placeholders.names_in(word):
        raise ValueError("{files} is a list and can only be an argument of a command")
    return word


def name_pattern(value: object) -> str:
    """Return a pattern of a branch name or path with the placeholders of names."""
    word = line(value)
    for name in placeholders.names_in(word):
        if name not in placeholders.IN_NAMES:
            raise ValueError(unknown_placeholder(name, placeholders.IN_NAMES))
    if word.startswith("-"):
        raise ValueError(f"expected a name that does not begin with '-', found {shown(word)}")
    return word


def unknown_placeholder(name: str, known: frozenset[str]) -> str:
    """Return a sentence for a placeholder that does not exist here."""
    near = nearest(name, sorted(known))
    hint = (
        f"did you mean {{{near}}}?"
        if near
        else "known here: " + ", ".join(f"{{{word}}}" for word in sorted(known))
    )
    return f"{{{name}}} is not a known placeholder; {hint}"


def tag_pattern(value: object) -> str:
    """Return a tag name with one ``*`` for the version, such as ``v*`` or ``api/v*``."""
    word = line(value)
    if word.count("*") != 1 or not _REF.fullmatch(word.replace("*", "1")):
        raise ValueError(
            f"expected a tag name with one * where the version goes, such as v*, found {shown(word)}"
        )
    return word


def regex(value: object) -> str:
    """Return a regular expression. If it cannot be matched in bounded time it is kept, and rejected where it is
    used.
    """
    word = line(value)
    try:
        pattern.compile(word)
    except pattern.Unsupported:
        return word
    except pattern.BadPattern as error:
        raise ValueError(f"expected a regular expression, but {error}") from None
    return word


def slug(value: object) -> str:
    """Return a short name: lower-case letters, digits and hyphens."""
    word = text(value)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", word):
        raise ValueError(
            f"expected a short name of lower-case letters, digits and hyphens, found {shown(word)}"
        )
    return word


def relative_path(value: object) -> str:
    """Return a path below the root of the repository that does not belong to git itself."""
    word = line(value)
    parts = word.casefold().split("/")
    if word.startswith(("/", "~", "-")) or ".." in parts or ".git" in parts:
        raise ValueError(f"expected a path inside the repository, found {shown(word)}")
    return word


def env(value: dict[str, str]) -> dict[str, str]:
    """Return environment variables: names that a shell would accept, values with known placeholders only."""
    for name, content in value.items():
        if not _ENV_NAME.fullmatch(name):
            raise ValueError(f"expected names of environment variables, found {shown(name)}")
        _known_placeholders(content)
        if "files" in placeholders.names_in(content):
            raise ValueError("{files} is a list and can only be an argument of a command")
    return value


def headers(value: dict[str, str]) -> dict[str, str]:
    """Return HTTP headers: valid names, one-line values."""
    for name, content in value.items():
        if not _HEADER.fullmatch(name):
            raise ValueError(f"expected names of HTTP headers, found {shown(name)}")
        if "\r" in content or "\n" in content:
            raise ValueError(f"expected values of one line, found {shown(content)}")
    return value


def split(value: str) -> list[str]:
    """Return a command written as one text, split without a shell. What needs a shell is refused, with an
    alternative.
    """
    if len(value) > _LONGEST_COMMAND:
        raise ValueError(f"expected at most {_LONGEST_COMMAND} characters; put it into a script")
    try:
        words = shlex.split(value)
    except ValueError as error:
        raise ValueError(
            f"expected a command that can be split into words, but there is {str(error).lower()}"
        ) from None
    shell = next((word for word in words if word in _SHELL_WORDS or word.endswith(";")), "")
    if shell:
        raise ValueError(
            f'{shell!r} needs a shell; write a table with run = "..." and shell = true, or a list'
        )
    if words and re.match(r"[A-Za-z_][A-Za-z0-9_]*=", words[0]):
        raise ValueError(f"{shown(words[0])} is a variable, not a program; write a table with run and env")
    return words


def argv(items: list[str]) -> list[str]:
    """Return an argument list: a program first, only known placeholders, ``{files}`` as an argument of its own."""
    if not items or not items[0].strip():
        raise ValueError("expected a command, found an empty one")
    if placeholders.names_in(items[0]):
        raise ValueError("expected the name of a program first, found a placeholder")
    for item in items:
        if "\0" in item:
            raise ValueError("expected arguments without NUL bytes")
        _known_placeholders(item)
        if "files" in placeholders.names_in(item) and item != "{files}":
            raise ValueError("{files} is a list and must be an argument of its own")
    return items


def shell_text(value: str) -> str:
    """Return a non-empty text for a shell, without placeholders, which would become shell text."""
    if not value.strip() or "\0" in value:
        raise ValueError("expected a command, found an empty one")
    for name in placeholders.names_in(value):
        if name in placeholders.IN_COMMANDS:
            variable = "$HOTFIX_" + name.upper()
            raise ValueError(f'{{{name}}} cannot be used in a command with a shell; write "{variable}" there')
    return value


def _known_placeholders(item: str) -> None:
    """Raise ValueError for a placeholder that commands do not have."""
    for name in placeholders.names_in(item):
        if name not in placeholders.IN_COMMANDS:
            raise ValueError(unknown_placeholder(name, placeholders.IN_COMMANDS))


SCALARS: dict[str, Callable[[object], object]] = {
    "count": count,
    "duration": duration,
    "line": line,
    "link": link,
    "name-pattern": name_pattern,
    "platform-value": platform_value,
    "ref": ref,
    "regex": regex,
    "relative-path": relative_path,
    "secret": secret,
    "slug": slug,
    "status": status,
    "tag-pattern": tag_pattern,
    "target": target,
    "url": url,
}
"""Rules that read a single value, by the name used in ``config_types``."""

TABLES: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {"env": env, "headers": headers}
"""Rules that check a table of texts after its values were read."""
