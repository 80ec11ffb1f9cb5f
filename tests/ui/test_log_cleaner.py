"""What tools print becomes harmless text: no control character out, whatever comes in."""

import random
import unicodedata

import pytest

from hotfix_tui.ui.widgets.log_cleaner import (
    BOLD,
    LIMIT,
    PLAIN,
    UNDERLINE,
    CleanLine,
    TextStyle,
    apply_sgr,
    clean_line,
    clean_stream,
    clean_text,
    strip_escapes,
)

BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_harmless(text):
    return not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in BIDI for c in text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"", ""),
        (b"10%\r 50%\r100%", "100%"),
        (b"100%\r", "100%"),
        (b"done\r\x1b[K", "done"),
        (b"dos line\r", "dos line"),
        (b"a\tb", "a       b"),
        ("漢\tb".encode(), "漢      b"),
        (b"12345678\tb", "12345678        b"),
        (b"|\b/\b-", "-"),
        (b"\b\bx", "x"),
        (b"up\x1b[2A\x1b[2Kdown", "updown"),
        (b"\x1b[?25l\x1b[?1049hx\x1b[6n\x1bc\x1b(B\x1b=", "x"),
        (b"\x1b]52;c;aGVsbG8=\x07after", "after"),
        (b"\x1b]0;title\x1b\\after", "after"),
        (b"\x1b]8;;https://evil.example\x1b\\bank.example\x1b]8;;\x1b\\", "bank.example"),
        (b"\x1bPq#0;2;0;0;0\x1b\\after", "after"),
        (b"\x1b_Gf=24;AAAA\x1b\\after\x1b^pm\x1b\\\x1bXsos\x1b\\", "after"),
        ("\x9b31mred\x9d52;c;x\x9cafter\x90dcs\x9c".encode(), "redafter"),
        (b"\x1b]52;c;never ended", "␛]52;c;never ended"),
        (b"\x1b[12", "␛[12"),
        (b"end\x1b", "end␛"),
        (b"nul\x00bel\x07del\x7f", "nul␀bel␇del␡"),
        ("nel\x85".encode(), "nel<U+0085>"),
        ("a\u202eb\u2066c\u200f".encode(), "a<U+202E>b<U+2066>c<U+200F>"),
        ("a\u2028b\u2029".encode(), "a<U+2028>b<U+2029>"),
        ("z\u200bw\u200dj\ufeff\xad".encode(), "zwj"),
        ("tag\U000e0041".encode(), "tag\ufffd"),
        (b"bad \xff\xfe utf\xc3", "bad \ufffd\ufffd utf\ufffd"),
        ("漢字 🎉 e\u0301".encode(), "漢字 🎉 e\u0301"),
        (b"[red]x[/red] [@click=app.exit]y[/] [/", "[red]x[/red] [@click=app.exit]y[/] [/"),
    ],
)
def test_text(raw, text):
    assert clean_line(raw).text == text
    assert is_harmless(clean_line(raw).text)


@pytest.mark.parametrize(
    ("parameters", "look"),
    [
        ("", PLAIN),
        ("0", PLAIN),
        ("31", TextStyle(1)),
        ("1;4;92;45", TextStyle(10, 5, BOLD | UNDERLINE)),
        ("38;5;196", TextStyle(196)),
        ("38;2;1;2;3;48;5;7", TextStyle((1, 2, 3), 7)),
        ("38:2::1:2:3", TextStyle((1, 2, 3))),
        ("38:2:1:2:3", TextStyle((1, 2, 3))),
        ("48:5:9;1", TextStyle(None, 9, BOLD)),
        ("38;5;999", PLAIN),
        ("38", PLAIN),
        ("38;2;1", PLAIN),
        ("5;8", PLAIN),
        ("31;39;1;22;41;49", PLAIN),
        ("4:0", PLAIN),
        ("99999999999999999999", PLAIN),
        (";".join(["1"] * 100), PLAIN),
    ],
)
def test_colours(parameters, look):
    assert apply_sgr(PLAIN, parameters) == look


def test_spans_name_the_coloured_parts():
    line = clean_line(b"a\x1b[31mbc\x1b[1md\x1b[0me\x1b[4mf")
    assert line == CleanLine(
        "abcdef",
        ((1, 3, TextStyle(1)), (3, 4, TextStyle(1, None, BOLD)), (5, 6, TextStyle(None, None, UNDERLINE))),
    )


def test_colour_of_an_overwritten_part_goes_on():
    assert clean_line(b"\x1b[32m10%\r20%") == CleanLine("20%", ((0, 3, TextStyle(2)),))


def test_backspace_takes_the_span_along():
    assert clean_line(b"\x1b[31mab\b\bc\x1b[0md") == CleanLine("cd", ((0, 1, TextStyle(1)),))


def test_long_lines_are_cut_and_say_so():
    line = clean_line(b"\x1b[31m" + b"x" * 1_000_000)
    assert line.text == "x" * LIMIT + " … (cut: the line has 1,000,005 bytes)"
    assert line.spans == ((0, LIMIT, TextStyle(1)),)
    assert clean_line(b"beginning", size=70_000).text == "beginning … (cut: the line has 70,000 bytes)"
    assert clean_line(b"x" * LIMIT).text == "x" * LIMIT


def test_titles_are_one_visible_line():
    assert clean_text("make\ttest\n\x1b]0;x\x07") == "make␉test␊␛]0;x␇"
    assert clean_text("[b]x[/b]") == "[b]x[/b]"


PIECES = [
    *(
        b"\x1b",
        b"\x1b[",
        b"\x1b]",
        b"\x1bP",
        b"\x1b\\",
        b"\x07",
        b"\r",
        b"\n",
        b"\r\n",
        b"\b",
        b"\t",
        b"\x00",
        b"\x7f",
        b"0;",
        b"m",
    ),
    *(
        b"\x1b[31m",
        b"\x1b[0m",
        b"\x1b[38;5;2",
        b"\x1b]52;c;QQ==",
        b"\x1b[2J",
        b"\x1b(",
        b"[/]",
        b"[@click=app.exit]",
        b"\xc2",
        b"\xe2\x80",
    ),
    *(c.encode() for c in "\x9b\x9d\x9c\x90\x85\u202e\u2066\u200b\u2028é漢🎉\u0301\ue0b0\U000e0041"),
]


def fuzzed(random_source):
    """A byte string of pieces that matter and of noise."""
    parts = []
    for _ in range(random_source.randrange(1, 24)):
        kind = random_source.random()
        if kind < 0.7:
            parts.append(random_source.choice(PIECES))
        elif kind < 0.85:
            parts.append(random_source.randbytes(random_source.randrange(1, 6)))
        else:
            parts.append(bytes(random_source.choices(b"abc 019;[]mKHhl?", k=random_source.randrange(1, 8))))
    return b"".join(parts)


def cut_up(raw, random_source):
    chunks, at = [], 0
    while at < len(raw):
        size = random_source.randrange(1, 9)
        chunks.append(raw[at : at + size])
        at += size
    return chunks


def check_fuzz(count):
    random_source = random.Random(7)
    for _ in range(count):
        raw = fuzzed(random_source)
        lines = [clean_line(part) for part in raw.split(b"\n")]
        for line in lines:
            assert is_harmless(line.text), raw
            ends = [0, *(edge for span in line.spans for edge in span[:2]), len(line.text)]
            assert ends == sorted(ends), raw
        expected = [line.text for line in lines]
        if raw.endswith(b"\n"):
            expected.pop()
        assert list(clean_stream(cut_up(raw, random_source))) == expected, raw
        assert strip_escapes(raw).count(b"\n") == raw.count(b"\n"), raw
        assert is_harmless(clean_text(raw.decode("utf-8", "replace")))


def test_fuzz():
    check_fuzz(5_000)


@pytest.mark.full
def test_fuzz_in_full():
    check_fuzz(100_000)


def test_every_character_comes_out_harmless():
    for number in [*range(0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE0200)]:
        if number not in (10, 13):
            assert is_harmless(clean_line(b"a" + chr(number).encode() + b"b").text), hex(number)


def test_a_stream_breaks_only_enormous_lines(monkeypatch):
    monkeypatch.setattr("hotfix_tui.ui.widgets.log_cleaner.LONGEST", 10)
    for size in (1, 3, 10, 11, 100):
        raw = b"0123456789\nabcdefghijKLM\nend"
        chunks = [raw[at : at + size] for at in range(0, len(raw), size)]
        assert list(clean_stream(chunks)) == ["0123456789", "abcdefghij", "KLM", "end"]
