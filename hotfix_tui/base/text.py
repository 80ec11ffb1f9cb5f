"""Cleaning of text that comes from outside: git, commands, files, the network, the environment, pasted input.

Such text passes one function on its way into the record or onto a screen, so that no log line, branch name or
commit message can act as a terminal escape sequence or reorder what is shown.
"""

import functools
import re


@functools.cache
def _patterns() -> "tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]":
    """Compile the patterns when the first text needs them: most texts are plain, and start-up must be fast."""
    sequences = re.compile(
        r"\x1b\][^\x07\x1b\x9c]{0,4096}(?:\x07|\x1b\\|\x9c)?"  # OSC: titles, clipboard, links
        r"|\x1b[PX^_][^\x1b\x9c]{0,4096}(?:\x1b\\|\x9c)?"  # DCS, SOS, PM, APC
        r"|\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]?"  # CSI: colours, cursor, modes
        r"|\x1b[ -/]{0,4}[0-~]?"  # other escapes
        r"|\x9b[0-?]{0,64}[ -/]{0,8}[@-~]?"  # CSI as a single C1 byte
    )
    control = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
    reordering = re.compile("[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")
    return sequences, control, reordering


def _visible(match: "re.Match[str]") -> str:
    code = ord(match.group())
    return chr(0x2400 + code) if code < 32 else "�"


def clean(text: str) -> str:
    r"""Return `text` with escape sequences removed and every other control character made visible.

    Newlines and tabs stay; CR LF becomes LF. Lone surrogates (undecodable bytes of file names) become
    ``\xNN``, others ``\uNNNN``. Characters that reorder or hide text are shown as ``<U+202E>``.
    """
    if text.isprintable():  # no control, reordering or hiding character is printable
        return text
    try:
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # surrogates that stand for no byte, as JSON may hold
        text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    sequences, control, reordering = _patterns()
    text = sequences.sub("", text.replace("\r\n", "\n"))
    text = control.sub(_visible, text)
    return reordering.sub(lambda m: f"<U+{ord(m.group()):04X}>", text)


def one_line(text: str, limit: int = 200) -> str:
    """Return cleaned `text` on one line of at most `limit` characters, for titles, names and lists."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def shortened(text: str, limit: int) -> str:
    """Return cleaned `text` on one line of at most `limit` characters, cut after a word and not within a code span.

    For sentences: half a command, or a code span that does not end, says something else than the whole.
    """
    line = " ".join(clean(text).split())
    if len(line) <= limit:
        return line
    kept = line[: limit - 2].rpartition(" ")[0] or line[: limit - 2]
    if kept.count("`") % 2:
        kept = kept.rpartition("`")[0]
    return f"{kept.rstrip(' (,;:')} …"


def as_pasted(text: str) -> str:
    """Return cleaned `text` with its indentation, tabs and inner blank lines, without blank lines around it.

    Multi-line text keeps the indentation of its first line: in a stack trace it shows what belongs to what.
    """
    lines = [line.rstrip() for line in clean(text).split("\n")]
    filled = [place for place, line in enumerate(lines) if line]
    kept = lines[filled[0] : filled[-1] + 1] if filled else []
    return kept[0].strip() if len(kept) == 1 else "\n".join(kept)


_BRANCHES_TEXT = "main master trunk stable develop development dev next release production staging"
_BRANCHES = frozenset(_BRANCHES_TEXT.split())
"""Branch names that are also words: at the start of a sentence they keep their case."""


def sentence(clause: str, limit: int = 300) -> str:
    """Return a clause as a sentence on one line: capitalised and with a full stop.

    A name at its start (``origin/main``, ``v2.3.4``, ``main``) keeps its case.
    """
    text = one_line(clause, limit)
    first = text.partition(" ")[0].rstrip(",:;")
    if first.isalpha() and first.islower() and first not in _BRANCHES:
        text = text[:1].upper() + text[1:]
    return text + ("" if not text or text.endswith((".", "…", "!", "?")) else ".")


_OPEN_ENDED_TEXT = """\
a an the this that these those my our your its their of in on at by for from to with without into onto over under
after before between through during against about as like than via per away out off up down and or nor but if
when while where which who whose because since until unless so not no is are was were be been being am do does
did has have had can cannot could may might must shall should will would s t very too more most all any each
every some only just even also
"""
_OPEN_ENDED = frozenset(_OPEN_ENDED_TEXT.split())
"""Words that no phrase ends with: a truncated name does not stop at one of them."""


def with_reason(title: str, why: str) -> str:
    """Return a title with what is said of it: after a colon, or as a sentence where the title is a question."""
    if not why:
        return title
    return f"{title} {why[0].upper()}{why[1:]}" if title.endswith("?") else f"{title}: {why}"


def slug(text: str, limit: int = 40) -> str:
    """Return the descriptive part of a branch name: ``Fix auth bypass!`` gives ``fix-auth-bypass``.

    A truncated slug ends with a word that can end a phrase.
    """
    words = re.findall(r"[a-z0-9]+", clean(text).lower())
    taken: list[str] = []
    for word in words:
        if taken and len("-".join([*taken, word])) > limit:
            while len(taken) > 1 and taken[-1] in _OPEN_ENDED:
                taken.pop()
            break
        taken.append(word if taken else word[:limit])
    return "-".join(taken)
