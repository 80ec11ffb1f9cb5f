"""The line of a program's output that says why it failed, in the program's own words, and the kind of cause.

Programs end a failure with stack frames, "Logs were written to …", a closing bracket, or a flag that bypasses a
rule: the last line is the wrong one. This module looks for the marks that all of them use (``error:``, ``✘``,
``fatal:``), and knows what is never a reason. Kinds of causes are told apart here and nowhere else, so that no
step decides by words.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from hotfix_tui.base.text import clean

_MOST = 40_000
"""How much of the end of an output is read, in characters."""

# Patterns stay text until something failed: compiling them would slow down every start.
_FRAME = (
    r"^(?:[\s│┃║|╷╵╭╰›»>*•●◼▪]+(?=\S)|remote: ?|npm (?:ERR!|error) |yarn error |pnpm |#\d+ (?:\d+\.\d+ )?"
    r"|\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\dZ+:]*\]?\s+|\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?\s+(?=\S))"
)
"""What precedes a line's own words: boxes, the remote's prefix, a package manager's, a build step's, timestamps."""
_OVERWRITES = r"\x1b\[(?:[0-2]?K|[01]?G)"
"""Sequences that erase a line or return to its start: spinners are drawn this way."""
_MARK = (
    r"(?i)^(?P<sign>[✘✖✗✕×⨯❌❗🚨⛔!]\s*|X\s+(?=[A-Z]))?"
    r"(?P<word>\[?\b(?:fatal|error|err|panic|critical|exception)\b(?:\[\w+\]|\s+[A-Z]{1,4}\d+)?\]?!?)?"
    r"(?P<after>\s*[:–]\s*|\s+-\s+|\s{2,}|(?<=\])\s*|\s+|$)?"
)
_EXCEPTION = r"^(?:[A-Za-z_][\w.]*\.)?[A-Z]\w*(?:Error|Exception|Refused|Timeout)\b(?:\s\[\w+\])?: (?=\S)"
_PRE_COMMIT = r"^(?P<hook>\S.*?)\.{3,}(?:\(.*\))?Failed$"
_HINT = (
    r"(?i)\b(?:an error occurred|permission denied|access denied|unauthori[sz]ed|forbidden|not authori[sz]ed"
    r"|not found|no such|can(?:not|'t)|could(?: not|n't)|unable to|failed to|invalid|missing|refused|rejected"
    r"|timed out|exceed(?:s|ed)?|expired|denied|not (?:logged|signed) in|not allowed|unresolved|undefined"
    r"|not mergeable|must (?:be|not|have|match)|required|locked|does not|doesn't|do not|not permitted)\b"
)
_NEVER = (
    r"^at (?:async )?\S.*(?::\d+|\(.*\)|>)\)?$",  # stack frames
    r'^File ".*", line \d+',
    r"^(?:Node\.js v\d|Traceback \(most recent|During handling of|The above exception)",
    r"(?i)\blogs? (?:were|was) written to\b|a complete log of this run|debug log|npm-debug|report this|file an issue",
    r"(?i)^[^\w]*\[?(?:hint|advice|info|warn|warning|debug|notice|note|usage|tip|learn more|see|docs?|help|need help"
    r"|for (?:more|details|help))\b",
    r"(?i)^(?:please (?:see|visit|refer|report)|visit |read more|get help|ⓘ)",
    r"^\W*(?:https?://\S+)\W*$",
    r"^[\W_]*$",
    r"^(?:error: )?failed to push some refs to\b",
    r"(?i)^husky\b|^lefthook\b.*\bhook:|^🥊|^summary: \(|^[-┃ ]*\S+ ❯\s*$"
    r"|^- (?:hook id|exit code|duration|files were modified)\b",
    r"(?i)\bELIFECYCLE\b|^exit status \d+$|^code E[A-Z0-9]+$|^errno\b|^syscall\b|^path /",
    # We never advise bypassing a rule.
    r"(?i)add the `?--|--(?:admin|no-verify|prod-if-unlocked|force|skip-checks)\b|to bypass\b|^Run the following",
    r"^(?:fatal: )?(?:Could not read from remote repository|the remote end hung up unexpectedly)",
    r"^(?:Please make sure you have the correct access|and the repository exists)",
    r"^(?:To |From )\S+$|^Done$|^Everything up-to-date$|^Preparing worktree|^HEAD is now at|^Updating files:",
    r"^(?:Enumerating|Counting|Compressing|Writing|Receiving|Resolving|Total|Unpacking)\b.*(?:objects|deltas|\d)",
    r"^(?:On branch|Auto-merging|Delta compression|Branch '.*' set up|Creating pull request)",
    r"^\$ ",
    r"^[⠀-⣿]\s|^\w+: warning: |^(?:Vercel CLI|⛅️? ?wrangler) \d",  # spinners, a shell's remarks, banners
    r"^[A-Z][\w /.-]{2,60}(?:…|\.\.\.)$",  # what is still in progress
)
_SUMMARY = (
    r"(?i)\b(?:failed|exited|terminated|completed)\b.{0,30}\b(?:exit )?(?:code|status)\b:? ?\d+",
    r"(?i)\bexited with \d+|^make(?:\[\d+\])?: \*\*\*|\bnon-zero exit\b|did not complete successfully",
    r"(?i)\bfound \d+ (?:problem|error|issue)|^\d+ (?:error|problem|failure)s?\b|\bwith \d+ errors?\b",
    r"(?i)^(?:error while running build|build failed|deploy(?:ment)? failed|command failed|failed to compile)\.?$",
    r"(?i)^\"?[\w.]+\"? failed$|^(?:process|task|script) .*failed$",
    r"(?i)^ServiceError - |^Aborting|^Error location$",
)
_GENERIC = r"(?i)(?::|\bfailed\.?|\berror message|\boccurred\.?|^error\W*|^failure\W*|recovery file: \S+)$"
"""A headline whose reason is on the next line."""

_MESSAGES = ("message", "error_description", "detail", "error", "reason", "title", "errors")


class Cause(StrEnum):
    """The kind of problem that stopped a program, as far as its own words tell. Each has its own cure."""

    LOGIN = "login"
    NETWORK = "network"
    RATE = "rate"
    QUOTA = "quota"
    LOCKED = "locked"
    RULE = "rule"
    CONFLICT = "conflict"
    RIGHTS = "rights"
    LINK = "link"
    SIZE = "size"
    PROGRAM = "program"
    DISK = "disk"
    OTHER = "other"


_CAUSES: tuple[tuple[Cause, str, str], ...] = (
    (
        Cause.RULE,
        r"(?i)base branch policy|required status check|review(?:s)? (?:is|are) required|approving review"
        r"|protected branch|repository rule|merge queue|not in a mergeable state",
        "see that what the branch asks for is there (reviews, checks), then retry",
    ),
    (
        Cause.CONFLICT,
        r"(?i)cannot be cleanly created|merge conflict|has conflicts",
        "bring the branch up to date with its base, and resolve what conflicts",
    ),
    (
        Cause.RATE,
        r"(?i)\b429\b|rate limit|too many requests|throttl",
        "wait some minutes, then retry",
    ),
    (
        Cause.NETWORK,
        r"(?i)\bENOTFOUND\b|\bEAI_AGAIN\b|\bECONN(?:REFUSED|RESET)\b|\bETIMEDOUT\b|getaddrinfo|could not resolve host"
        r"|(?:no such host|name or service not known|temporary failure in name resolution)|connection (?:refused|reset"
        r"|timed out)|network is unreachable|could not connect|error connecting to|unable to connect|fetch failed"
        r"|connection aborted|socket hang up|i/o timeout",
        "check the network, then retry",
    ),
    (
        Cause.LOGIN,
        r"(?i)not (?:logged|signed) in|log ?in (?:again|first|to|with)|please (?:log ?in|run `?\S+ (?:auth|login))"
        r"|(?:unable to locate|no(?: existing)?|invalid|expired|missing) credentials|credentials (?:found|expired)"
        r"|unauthori[sz]ed|\b401\b|(?:token|session|key)\b.{0,40}\b(?:is )?(?:invalid|expired|not valid|missing)"
        r"|(?:invalid|expired|bad|missing) (?:api |access |auth\w* |security )*(?:token|key|credentials)"
        r"|NotAuthorized|authentication (?:error|failed|required)|re-?authenticate"
        r"|_(?:API_)?TOKEN environment variable",
        "sign in to {program} in a shell, then retry",
    ),
    (
        Cause.LOCKED,
        r"(?i)\blocked\b|deploys? (?:are|is) (?:paused|frozen|stopped)|auto publishing",
        "see who locked it and why; unlock it there, then retry",
    ),
    (
        Cause.LINK,
        r"(?i)not (?:been )?linked|link (?:your|this|the) (?:project|codebase|directory|folder)|please (?:re)?run"
        r" .{0,20}\blink\b|eb init|project not found|no project (?:found|id)",
        "link this folder to the project first, then retry",
    ),
    (
        Cause.RIGHTS,
        r"(?i)\b403\b|forbidden|access ?denied|permission[ _]denied|not (?:authori[sz]ed|permitted|allowed) to"
        r"|do(?:es)?(?: not|n't) have (?:the )?(?:permission|access|right)|insufficient (?:permission|scope|privilege)"
        r"|resource not accessible",
        "ask somebody who has the right, or sign in as one who has",
    ),
    (Cause.DISK, r"(?i)no space left|disk quota exceeded|ENOSPC", "free some space, then retry"),
    (
        Cause.QUOTA,
        r"(?i)\bquota\b|plan limit|limit reached|billing|payment|credit(?:s)? (?:used|exhausted)",
        "the account's limit is reached: raise it, or free something",
    ),
    (
        Cause.SIZE,
        r"(?i)exceed(?:s|ed)? .{0,30}size|too large|size limit|\b413\b",
        "make it smaller, or leave large files out",
    ),
    (
        Cause.PROGRAM,
        r"(?i)could not resolve \"|cannot find (?:module|package)|module not found|no module named|command not found"
        r"|: not found$|ERR_MODULE_NOT_FOUND|no such file or directory: '?\S+'?$|executable file not found",
        "install what is missing (the set-up command), then retry",
    ),
)


class Reason(NamedTuple):
    """Why a program failed: its own words on one line (empty if none), the kind of cause, and what to do about it."""

    words: str
    cause: Cause
    cure: str


def why(output: bytes | str, program: str = "") -> Reason:
    """Return why `program` failed, judging by what it wrote last."""
    words = reason(output)
    for cause, pattern, cure in _CAUSES:
        if words and re.search(pattern, words):
            return Reason(words, cause, cure.format(program=program or "it"))
    return Reason(words, Cause.OTHER, "")


def reason(output: bytes | str, limit: int = 300) -> str:
    """Return the words of `output` that give the reason of a failure, on one line; empty when there are none."""
    lines = _lines(output)
    told = [number for number, line in enumerate(lines) if not _is(_NEVER, line)]
    for choose in (_strong, _message, _hinted, _weak):
        if telling := choose(lines, told):
            return _short(telling, limit)
    plain = [lines[number] for number in told]
    if len(plain) <= 3:
        return _short("; ".join(plain), limit)
    return _short(plain[-1], limit)


def own_lines(output: bytes | str) -> list[str]:
    """Return the lines of `output` without escape sequences, frames and overwritten parts; empty ones are left out."""
    return _lines(output)


def _strong(lines: Sequence[str], told: Sequence[int]) -> str:
    """Return the first line with an error mark that is more than a summary, and the next one if that is the
    reason.
    """
    ranked = sorted(told, key=lambda number: not lines[number].lower().startswith("fatal: "))
    for number in ranked:
        line = lines[number]
        hook = re.match(_PRE_COMMIT, line)
        if hook:
            return f"{hook['hook']} failed: {_after(lines, number)}".removesuffix(": ")
        text = _unmarked(line)
        if text is None or _is(_SUMMARY, text):
            continue
        if not text or re.search(_GENERIC, text):
            more = _after(lines, number)
            if _heading(text):
                text = ""
            if not text and (not more or _is(_SUMMARY, more)):
                continue
            return f"{text} {more}".strip()
        return text
    return ""


def _heading(text: str) -> bool:
    """Return whether a line only announces a reason."""
    return re.search(r"(?i)^error(?: message)?\W*$", text) is not None


def _unmarked(line: str) -> str | None:
    """Return `line` without its leading error mark; None when it has none."""
    if re.match(_EXCEPTION, line):
        return line
    if title := re.search(r"(?i)<title>([^<]+)</title>", line):
        return title[1].strip()
    if re.match(r"(?:FAIL|FAILED|FAILURE|Error from server)\b", line):
        return line
    match = re.match(_MARK, line)
    if match is None or not (match["sign"] or match["word"]):
        return None
    if not match["word"]:
        return line[match.end("sign") :].strip()
    # "Error while running build": nothing sets the word off, so it is part of the sentence.
    if match["after"] is None or (match["after"] == " " and not match["word"].endswith("]")):
        return line[len(match["sign"] or "") :].strip()
    return line[match.end() :].strip()


def _after(lines: Sequence[str], number: int) -> str:
    """Return the next line that says something."""
    for line in lines[number + 1 : number + 8]:
        if not _is(_NEVER, line) and not re.search(_GENERIC, line):
            return _unmarked(line) or line
    return ""


def _message(lines: Sequence[str], told: Sequence[int]) -> str:
    """Return the message of a JSON answer at the end of the output."""
    import json

    for number in range(len(lines) - 1, -1, -1):
        if lines[number][:1] in ("{", "["):
            try:
                return _in_json(json.loads("\n".join(lines[number:])))
            except (ValueError, RecursionError):
                continue
    return ""


def _in_json(value: object, depth: int = 0) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and depth < 5:
        return _in_json(value[0], depth + 1)
    if isinstance(value, dict) and depth < 5:
        for key in _MESSAGES:
            if key in value and (message := _in_json(value[key], depth + 1)):
                return message
    return ""


def _hinted(lines: Sequence[str], told: Sequence[int]) -> str:
    """Return the first line with words that only failures have."""
    return next(
        (lines[n] for n in told if re.search(_HINT, lines[n]) and not _is(_SUMMARY, lines[n])),
        "",
    )


def _weak(lines: Sequence[str], told: Sequence[int]) -> str:
    """Return the first mere summary: that something failed, and with which status."""
    for number in told:
        text = _unmarked(lines[number]) or lines[number]
        if _is(_SUMMARY, text):
            return text
    return ""


def _lines(output: bytes | str) -> list[str]:
    text = output.decode("utf-8", "backslashreplace") if isinstance(output, bytes) else output
    lines = []
    text = re.sub(_OVERWRITES, "\r", text[-_MOST:].replace("\r\n", "\n"))
    for raw in text.split("\n"):
        # What a progress bar overwrote is no longer visible.
        parts = [part for part in (clean(segment).strip() for segment in raw.split("\r")) if part]
        line = parts[-1] if parts else ""
        while (bare := re.sub(_FRAME, "", line, count=1).strip()) != line:
            line = bare
        if line:
            lines.append(line)
    return lines


def _is(patterns: Sequence[str], line: str) -> bool:
    return any(re.search(pattern, line) for pattern in patterns)


def _short(text: str, limit: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
