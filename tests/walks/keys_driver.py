"""A person in front of the wizard: reads the screen and presses the keys that the screen names.

Nothing here knows the order of the steps: what to do follows from the bar, which says what enter does, from the line of
keys, and from the labels of fields.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable

from tests.walks.terminal import COLUMNS, ROWS, Killed, Stuck, Terminal


class Person:
    """Does what the screen says. `answers` holds what to type, by a pattern of the field's label."""

    def __init__(
        self,
        terminal: Terminal,
        *,
        answers: list[tuple[str, str]],
        yes_at: str,
        ways: list[tuple[str, str]],
        word: str,
    ) -> None:
        self.terminal, self.answers, self.yes_at, self.ways, self.word = terminal, answers, yes_at, ways, word
        self.done: list[str] = []
        """What was done, in words, for the report of a stuck walk."""
        self.counted = 0
        """How many keys the screen answered, not counting letters of texts."""
        self.pressing: Callable[[Callable[[], None], bool], None] = lambda press, leaves: press()
        """Presses the key of an action; is told whether it may let something leave the machine."""

    def kind(self) -> str:
        """Return which screen this is, by its frame and its keys."""
        text = self.terminal.text
        return next((name for name, mark in _MARKS if re.search(mark, text, re.MULTILINE)), "")

    def go_on(self) -> None:
        """Do one thing: press enter, answer, choose, fill in, or wait for what runs."""
        getattr(self, f"_{self.kind() or 'nothing'}")()

    def walk(self, until: Callable[[Terminal], object], *, acts: int, seconds: float) -> None:
        """Go on until the screen shows the end. Raises Stuck after so many acts or seconds, or in a circle."""
        end = time.monotonic() + seconds
        for _ in range(acts):
            if until(self.terminal):
                return
            if time.monotonic() > end:
                raise Stuck(self.report(f"not there after {seconds:.0f} s"))
            if self.terminal.process.poll() == -signal.SIGKILL:
                raise Killed
            if self.terminal.process.poll() is not None:
                raise Stuck(self.report(f"it ended with {self.terminal.process.returncode}"))
            if self._in_a_circle():
                raise Stuck(self.report("it goes in a circle"))
            self.go_on()
        raise Stuck(self.report(f"not there after {acts} acts"))

    def report(self, why: str) -> str:
        """Return the last acts and the screen."""
        return f"{why}; the last acts:\n  " + "\n  ".join(self.done[-15:]) + f"\n{self.terminal.text}"

    def _press(self, key: str, *, leaves: bool = False) -> None:
        """Press a key and wait until the screen answers, some seconds at most."""
        before, seen = self.terminal.text, self._seen()
        self.pressing(lambda: self.terminal.press(key), leaves)
        self.terminal.wait_change(before, 10.0)
        self.counted += self._seen() != seen

    def read_it(self, seconds: float = 0.8) -> bool:
        """Look at what a key would decide about, as long as a quick reader does: keys before that do not count.

        Return whether it is still there: a screen may appear without a key, and then the key would be for another
        one.
        """
        before = self._seen()
        self.terminal.look(seconds)
        if self._seen() == before and not self.terminal.screen.in_sync:
            return True
        self._did("wait: something else came while it was read")
        return False

    def _seen(self) -> tuple[str, str, str]:
        """Return what a key would decide about: which screen, what it is about, and what enter does."""
        kind = self.kind()
        about = self._heading() if kind in _HEADED else self._question() if kind == "triage" else ""
        busy = kind not in ("confirm", "plan") and self._is_busy()  # there it says that keys do not count yet
        return kind, about, "" if busy else self.terminal.primary

    def _did(self, words: str) -> None:
        self.done.append(words)

    def _in_a_circle(self) -> bool:
        """Return whether the last actions, except waiting, were one or two that repeat."""
        acts = [act for act in self.done if not act.startswith("wait")][-10:]
        return len(acts) == 10 and len(set(acts)) <= 2

    # One screen each

    def _nothing(self) -> None:
        self._did("wait for a screen")
        self.terminal.read(0.3)

    def _stage(self) -> None:
        label = self.terminal.primary
        if self._is_busy() or label in (
            "Show the whole log",
            "Show the whole deploy log",
            "Show the log of the rollback",
            "Show the log of the watch",
            "",
        ):
            self._did(f"wait: {label}")
            self.terminal.wait_change(self.terminal.text, 1.0)
            return
        if "it looks by itself" in self.terminal.note and self._waits_for_others():
            return
        if re.search(r"A shows all \d+ of its group", self.terminal.text) and self.read_it():
            self._did(f"the group of: {label}")
            self._press("A")
            return
        looked = label.startswith("Look") and self.done[-1:] == [f"enter: {label}"]
        # What was just probed, and is not there yet, needs its time.
        if not label.startswith(_DOORS) and not self.read_it(4.0 if looked else 0.8):
            return
        self._did(f"enter: {label}")
        self._press("enter")

    def _waits_for_others(self) -> bool:
        """Wait for what the bar says is looked at without a key, once; return whether it came."""
        before = self._seen()
        if self.done[-1:] != [f"wait: {before[2]}"]:
            self._did(f"wait: {before[2]}")
            end = time.monotonic() + 10.0
            while self._seen() == before and time.monotonic() < end:
                self.terminal.read(0.05)
        return self._seen() != before

    def _is_busy(self) -> bool:
        """Return whether the bar says that something is in progress, such as "preparing…"; a name that is cut
        continues.
        """
        return re.search(r"\w…(?: {2}|\W*$)", self.terminal.note) is not None

    def _triage(self) -> None:
        asked = self._question()
        yes = re.search(rf"Is production broken|{self.yes_at}", asked)
        decides = yes or "EMBARGO" in asked
        if self.read_it(0.8 if decides else 0.2):
            self._did(f"{'y' if yes else 'n'}: {asked}")
            self._press("y" if yes else "n")

    def _question(self) -> str:
        """Return the question of the triage that is marked."""
        return next((row.strip("› │├└╴?·") for row in self.terminal.rows[2:] if row.startswith("›")), "")

    def _form(self) -> None:
        """Type into each field that has an answer, from top to bottom; then save, with the named key."""
        if (
            not self.read_it()
        ):  # it may have appeared without a key: what is typed before it was seen is not for it
            return
        heading = self._heading()
        filled: list[str] = []
        for _ in range(20):
            label = self.field_label()
            answer = self._answer(label)
            held = self._held()
            if answer and not _is_filled(held, answer):
                if held:
                    self.terminal.press("end", "ctrl+u")
                    self.terminal.wait(lambda _: not self._held(), PATIENCE, f"an empty field {label!r}")
                self.terminal.type(answer)
                filled.append(label)
                self.terminal.wait(
                    lambda _, a=answer: self._held() and a.endswith(self._held()),
                    PATIENCE,
                    f"{answer!r} in {label!r}",
                )
            if not self._wanted_below():
                break
            before = self._field()
            self.terminal.look(0.1)  # a tab that comes with the last letter is part of a pasted text
            self.terminal.press("tab")
            self.terminal.wait(lambda _, b=before: self._field() != b, PATIENCE, f"a field after {label!r}")
            self.counted += 1
        if self.read_it(0.35):
            self._did(f"form {heading!r}: {', '.join(filled) or 'nothing to fill in'}; save")
            self._press("f5" if "F5 " in self.terminal.text else "enter")

    def _answer(self, label: str) -> str:
        return next((answer for pattern, answer in self.answers if re.search(pattern, label)), "")

    def _wanted_below(self) -> bool:
        """Return whether a label below the focused field asks for something that has an answer."""
        row, start = self._field()
        for below in range(row + 1, ROWS - 1):
            answer = self._answer(self._row_inside(below, start))
            held = "".join(self.terminal.screen.grid[below][start:]).strip(" │┃")
            if answer and not _is_filled(held, answer):
                return True
        return False

    def _choose(self) -> None:
        heading = self._heading()
        text = self.terminal.text
        wanted = next((w for pattern, w in self.ways if re.search(pattern, heading)), "")
        for _ in range(12):
            marked = self._marked()
            if not wanted or re.search(wanted, marked):
                break
            self.terminal.press("down")
            self.terminal.wait(
                lambda _, m=marked: self._marked() != m, PATIENCE, f"another way than {marked!r}"
            )
            self.counted += 1
        else:
            raise Stuck(self.report(f"no way {wanted!r} in {heading!r}:\n{text}"))
        items = re.search(r"Is all of this true\? (\d+) items", text)
        if self.read_it(0.8 + ITEM * int(items.group(1)) if items else 0.8):
            self._did(f"choose in {heading!r}: {marked}")
            self._press("enter")

    def _confirm(self) -> None:
        """Type the word and press enter; if that was not accepted, as on a busy machine, empty the field first."""
        if not self.read_it():
            return
        times = next((n for n, act in enumerate(reversed(self.done)) if not act.startswith("confirm")), 0)
        for key in ("end", "ctrl+u") if times else ():
            self.terminal.press(key)
            self.read_it(0.3)
        # An incident whose form was killed has no ticket yet: the word is the one that the dialog asks for.
        asked = re.search(r"Type (\S+) to go on", self.terminal.text)
        word = asked[1] if asked else self.word
        # Letters that a busy program reads together do not count: each time they are typed more slowly.
        self.terminal.type(word, every=0.1 * 2 ** min(times, 4))
        seen = self._heading()
        self.read_it(1.2 if times else 0.25)
        if self.kind() == "confirm" and self._heading() == seen:
            self._did(f"confirm {self._heading()!r} by typing {word}, try {times + 1}")
            self._press("enter", leaves=True)

    def _plan(self) -> None:
        if self.read_it(1.0):
            self._did(f"run {self._heading()!r}")
            self._press("enter", leaves=True)

    def _document(self) -> None:
        if self._is_busy():
            self._did("wait: document")
            self.terminal.wait_change(self.terminal.text, 1.0)
            return
        label = self.terminal.primary
        if not self.read_it():
            return
        self._did(f"document: {label}")
        # The text may be kept with its gaps, which are shown as such.
        self._press("K" if label.startswith(("Fill the gap", "Write:")) else "enter")

    def _reasons(self) -> None:
        if self.read_it():
            self._did("reasons: " + " ".join(self._inside())[:200])
            self._press("enter")

    def _notice(self) -> None:
        if self.read_it():
            self._did("notice: " + " ".join(self._inside())[:200])
            self._press("enter")

    def _output(self) -> None:
        self._did("back from the output")
        self._press("escape")

    def _trust(self) -> None:
        if self.read_it(1.0):
            self._did("trust the commands")
            self._press("y")

    # Reading a dialog

    def _inside(self) -> list[str]:
        """Return the lines of the dialog's frame, without the frame."""
        out = []
        for row in self.terminal.rows:
            cut = re.match(r".*?[│┃](.*)[│┃]", row)
            if cut:
                out.append(cut.group(1).strip())
        return out or [row.strip() for row in self.terminal.rows]

    def _heading(self) -> str:
        return next((line for line in self._inside() if line), "")

    def _marked(self) -> str:
        """Return what is marked in a list: the bar names it."""
        return self.terminal.primary

    def _field(self) -> tuple[int, int]:
        """Return row and first column of the field that is marked by its colour; Stuck if there is none."""
        for row, cells in enumerate(self.terminal.screen.attrs[: ROWS - 3]):
            if row < 2:
                continue  # the rail marks the stage in view
            blue = [column for column, cell in enumerate(cells) if _is_blue(dict(cell).get("bg", ""))]
            if len(blue) > 8:
                start = blue[0]
                ground = dict(cells[max(start - 4, 0)]).get("bg")
                while dict(cells[start - 1]).get("bg") != ground:
                    start -= 1
                return row, start
        raise Stuck(self.report("no field has the focus"))

    def field_label(self) -> str:
        """Return the label of the field that has the focus: to its left, else above it."""
        row, start = self._field()
        left = self._row_inside(row, start)
        return left or self._row_inside(row - 1, COLUMNS)

    def _row_inside(self, row: int, until: int) -> str:
        text = "".join(self.terminal.screen.display()[max(row, 0)][:until])
        return re.sub(r"^.*?[│┃]|[│┃].*$", "", text).strip()

    def _held(self) -> str:
        """Return the content of the focused field, the end of a long text; a pale hint counts as nothing."""
        row, start = self._field()
        pale = _light(dict(self.terminal.screen.attrs[row][start + 2]).get("fg", "")) < 200
        held = "".join(self.terminal.screen.grid[row][start:]).strip(" │┃")
        return "" if pale else held


_DOORS = ("Next", "See ", "Back to", "Name ", "Answer", "Describe", "Find the root cause", "Go through")
"""What only opens something that is then read."""

ITEM = 0.3
"""Seconds to read an item of a group that is ticked together."""

PATIENCE = 60.0
"""Seconds until the answer to a key counts as missing: a slow machine is no bug."""

_HEADED = ("confirm", "plan", "reasons", "trust", "choose", "notice")
"""Screens with a heading in a frame."""

_MARKS = (
    ("confirm", r"^┏━ PRODUCTION "),
    ("plan", r"^╭─ Leaves this machine "),
    ("reasons", r"^╭─ Not yet "),
    ("trust", r"^\W* y  Trust them"),
    ("choose", r"↑ ↓ move .*─╯"),
    ("notice", r"^│ +enter  Back"),
    ("form", r"^ tab next field"),
    ("output", r"^ esc  Back to the steps"),
    ("triage", r"^ y yes  n no"),
    ("document", r"^ e edit here"),
    ("stage", r"\? more *$"),
)
"""What identifies a screen; a dialog lies over a stage, so its marks come first."""


def _is_filled(held: str, answer: str) -> bool:
    """Return whether a field needs no `answer`: it holds a value, and not half of what was typed before a kill."""
    return bool(held) and (held == answer or not answer.startswith(held))


def _colour(code: str) -> tuple[int, int, int]:
    parts = code.split(";")
    return (int(parts[1]), int(parts[2]), int(parts[3])) if len(parts) == 4 else (0, 0, 0)


def _is_blue(code: str) -> bool:
    red, _, blue = _colour(code)
    return blue - red > 40


def _light(code: str) -> int:
    return max(_colour(code))
