"""A run's output without the commands that were printed before it ran: each is there once.

Apart from the command: bytes in, bytes out.
"""

from collections.abc import Sequence


class ShownOnce:
    """Replaces the line with which a command begins in a log by its number, if exactly that line was `shown` before.

    A single command gets no number. What differs from what was shown stays as it is: it is what really ran.
    """

    def __init__(self, shown: Sequence[str]) -> None:
        self._left = [line.encode("utf-8", "surrogateescape") for line in shown]
        self._many = len(self._left)
        self._held = b""
        self._at_start = True

    def feed(self, piece: bytes) -> bytes:
        """Return what of the log can be printed by now."""
        data, out = self._held + piece, b""
        while data:
            if self._at_start and self._left:
                length = self._begins(data)
                if length is None:
                    break
                if length:
                    out += self._mark()
                    data = data[length:]
                    continue
            end = data.find(b"\n") + 1
            out += data[: end or len(data)]
            data = data[end or len(data) :]
            self._at_start = bool(end)
        self._held = data
        return out

    def end(self) -> bytes:
        """Return what was held back, as it may have become the line of a command."""
        held, self._held = self._held, b""
        return held

    def _begins(self, data: bytes) -> int | None:
        """Return how long the next command's line is at the start of `data`; 0 if it is not there, None if unknown."""
        line = self._left[0]
        if not data.startswith(line):
            return None if line.startswith(data) else 0
        rest = data[len(line) :]
        place, end = b"  # in ", rest.find(b"\n")
        if end < 0:
            return None if not rest or rest.startswith(place) or place.startswith(rest) else 0
        return len(line) + end + 1 if end == 0 or rest.startswith(place) else 0

    def _mark(self) -> bytes:
        number = self._many - len(self._left) + 1
        del self._left[0]
        return b"[%d/%d]\n" % (number, self._many) if self._many > 1 else b""
