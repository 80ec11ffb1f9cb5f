"""The guard lets no control character through and changes no width."""

import random

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from hotfix_tui.ui.terminal.control_filter import GUARD

BLACK = Color(0, 0, 0)
HOSTILE = "\x00\x07\x1b\x7f\x85\x9b\x9d\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069"


def test_harmless_lines_are_not_copied():
    segments = [Segment("plain 漢字 é 🎉"), Segment(" ", Style(bold=True)), Segment("\ue0b0")]
    assert GUARD.apply(segments, BLACK) is segments


def test_controls_become_visible():
    bold = Style(bold=True)
    segments = [Segment("a"), Segment("\x1b]0;x\x07 plenty", bold)]
    cleaned = GUARD.apply(segments, BLACK)
    assert cleaned == [Segment("a"), Segment("␛]0;x␇ plen", bold)]
    assert segments[1].text.startswith("\x1b")


def test_fuzz():
    random_source = random.Random(3)
    for _ in range(3000):
        texts = ["".join(random_source.choices(HOSTILE + "ab 漢\u0301", k=8)) for _ in range(3)]
        cleaned = GUARD.apply([Segment(text) for text in texts], BLACK)
        for before, (after, _, _) in zip(texts, cleaned):
            assert not set(after) & set(HOSTILE)
            assert cell_len(after) == cell_len(before)
