"""Whether another line holds the text that a fix takes away, or already the text that it puts in.

This is evidence about text only. A line may have the same fault in other words, so whatever is similar, short or
elsewhere in the tree counts as unknown: a person decides then, as if nothing had been looked at.

Apart from the forecast: that says how a pick would end, and this what is there without one.
"""

import difflib
import os
import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from hotfix_tui.git.diff import diff_numstat, run_diff
from hotfix_tui.git.process import Git

FIXED: Final = "has the fixed text"
LACKING: Final = "lacks the text"
Found = Literal["has the fixed text", "lacks the text", "unknown"]

_HUNK = re.compile(rb"@@ -[0-9]+(?:,[0-9]+)? \+(?P<at>[0-9]+)(?:,[0-9]+)? @@")
_WORD = re.compile(rb"[0-9A-Za-z_\x80-\xff]")
_TELLING = 8
"""So many letters and digits a text needs to be told from others: a lone bracket or `return` is everywhere."""
_ALIKE = 0.6
"""From this ratio on two lines are alike: the same statement, written in another way."""
_MOST_HUNKS, _MOST_LINES, _LARGEST = 40, 200, 400_000


class _Hunk(NamedTuple):
    """What a fix does at one place: the lines that it takes away, and those that it puts in, without their margins.

    `at` is the number of the first new line, or of the one before where nothing is put in.
    """

    old: tuple[bytes, ...]
    new: tuple[bytes, ...]
    at: int

    def placed(self, after: tuple[bytes, ...]) -> tuple[bytes, bytes]:
        """Return the new text with the line above it, and with the line below, as they stand in the fixed file."""
        above = [line for line in after[: self.at - 1] if line][-1:]
        below = [line for line in after[self.at - 1 + len(self.new) :] if line][:1]
        return _joined((*above, *self.new)), _joined((*self.new, *below))


def look(git: Git, tip: str, start: str, commit: str, paths: Sequence[str]) -> Found:
    """Return what `tip` holds of the change from `start` to `commit` in `paths`.

    `FIXED` if each place has the new text and not the old one, `LACKING` if the old text is nowhere in the tree and
    nothing is like it where it should be. Raises GitError.
    """
    changes = diff_numstat(git, start, commit, paths)
    if not changes or any(change.status != "M" or change.binary for change in changes):
        return "unknown"
    found: set[Found] = set()
    for change in changes:
        hunks = _hunks(run_diff(git, ("--patch", "--unified=0"), start, commit, [change.path]).stdout)
        texts = [_text(git, tree, change.path) for tree in (tip, start, commit)]
        text, before, after = texts
        if text is None or not before or not after or not 0 < len(hunks) <= _MOST_HUNKS:
            return "unknown"
        if not text and _has_another_name(git, tip, start, change.path):
            return "unknown"
        for hunk in hunks:
            if max(len(hunk.old), len(hunk.new)) > _MOST_LINES:
                return "unknown"
            found.add(FIXED if _fixed(hunk, text, before, after) else _lacking(git, tip, hunk, text))
            if "unknown" in found:
                return "unknown"
    return FIXED if found == {FIXED} else LACKING


def _fixed(hunk: _Hunk, text: tuple[bytes, ...], before: tuple[bytes, ...], after: tuple[bytes, ...]) -> bool:
    """Return whether the text has the new lines at their place, which the text before the fix had not, and not the
    old ones.
    """
    new, old, joined, then = _joined(hunk.new), _joined(hunk.old), _joined(text), _joined(before)
    placed = any(text in joined and text not in then for text in hunk.placed(after))
    return _tells(new) and placed and not (old and old in joined.replace(new, b"\n"))


def _lacking(git: Git, tip: str, hunk: _Hunk, text: tuple[bytes, ...]) -> Found:
    telling = list(dict.fromkeys(line for line in hunk.old if _tells(line)))
    if not telling or any(_like(line, text) for line in telling) or _elsewhere(git, tip, telling):
        return "unknown"
    return LACKING


def _has_another_name(git: Git, tip: str, start: str, path: str) -> bool:
    """Return whether `tip` has a file from which the one at `path` may have come."""
    options = ("--name-only", "-z", "-M40%", "--diff-filter=R")
    return os.fsencode(path) in run_diff(git, options, tip, start).stdout.split(b"\0")


def _like(line: bytes, text: tuple[bytes, ...]) -> bool:
    """Return whether the text has the line in whatever layout, or one that is like it."""
    if _joined((line,)) in _joined(text):
        return True
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(line.decode("latin-1"))
    for other in set(text):
        matcher.set_seq1(other.decode("latin-1"))
        if (
            matcher.real_quick_ratio() >= _ALIKE
            and matcher.quick_ratio() >= _ALIKE
            and matcher.ratio() >= _ALIKE
        ):
            return True
    return False


def _elsewhere(git: Git, tip: str, lines: list[bytes]) -> bool:
    """Return whether one of the lines is in any file of `tip`: the code may have another place there."""
    options = [part for line in lines for part in ("-e", os.fsdecode(line))]
    found = git.run("grep", "-q", "-a", "--fixed-strings", *options, tip, "--", ok=(0, 1), timeout=60)
    return found.returncode == 0


def _hunks(patch: bytes) -> list[_Hunk]:
    """Return the places that a patch without context changes."""
    hunks: list[tuple[list[bytes], list[bytes], int]] = []
    for line in patch.split(b"\n"):
        if match := _HUNK.match(line):
            hunks.append(([], [], int(match["at"])))
        elif hunks and line[:1] in (b"-", b"+"):
            old, new, _ = hunks[-1]
            (new if line[:1] == b"+" else old).append(line[1:].strip())
    return [_Hunk(tuple(old), tuple(new), at) for old, new, at in hunks]


def _text(git: Git, tip: str, path: str) -> tuple[bytes, ...] | None:
    """Return the lines of a file, () where there is none; None for one that is too large or not text."""
    listed = git.run("ls-tree", "-z", "--long", "--full-tree", tip, "--", path).stdout
    if not listed:
        return ()
    mode, kind, blob, size = listed.partition(b"\t")[0].split()
    if kind != b"blob" or not mode.startswith(b"100") or int(size) > _LARGEST:
        return None
    data = git.run("cat-file", "blob", blob.decode("ascii")).stdout
    return None if b"\0" in data else tuple(line.strip() for line in data.split(b"\n"))


def _joined(lines: tuple[bytes, ...]) -> bytes:
    return b"".join(b"".join(lines).split())


def _tells(text: bytes) -> bool:
    return len(_WORD.findall(text)) >= _TELLING
