"""What is live with many release lines: the work grows with their number, not with its square.

Counted are the calls of our own functions, which is what took the time, and never the time itself.
"""

import sys
from types import CodeType, FrameType

import pytest

import hotfix_tui
from hotfix_tui.steps.live.assess import assess
from tests.steps.support_live import History

_OURS = hotfix_tui.__path__[0]
_FEW, _MANY = 60, 240


def in_order(number: int) -> History:
    """Each line begun after the one before it, and then left alone."""
    history = History()
    for minor in range(number):
        history.release(f"v1.{minor}.0", days=200 - minor / 2)
    return history.commit(days=1)


def maintained(number: int) -> History:
    """Each line has a later fix, made after all of them had begun."""
    history = in_order(number)
    for minor in range(number):
        history.release(f"v1.{minor}.1", days=20 + minor / 8)
    return history.commit(days=1)


def tried(number: int) -> History:
    """Each line has a candidate for its next release, made after all of them had begun."""
    history = in_order(number)
    for minor in range(number):
        history.tag(f"v1.{minor}.1-rc1", days=20 + minor / 8)
    return history.commit(days=1)


def calls(ctx) -> tuple[int, list[str]]:
    """How many calls of our own functions it takes to say what is live, and the tags that are offered."""
    count = 0
    ours: dict[CodeType, bool] = {}

    def called(frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        code = frame.f_code
        if event == "call" and ours.setdefault(code, code.co_filename.startswith(_OURS)):
            count += 1

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        said = assess(ctx)
    finally:
        sys.setprofile(before)
    return count, [candidate.tag for candidate in said.candidates]


@pytest.mark.parametrize(
    ("shape", "others"),
    [
        (in_order, lambda last: []),
        (maintained, lambda last: ["v1.0.1", "v1.1.1", "v1.2.1"]),
        (tried, lambda last: [f"v1.{last - back}.0" for back in (1, 2, 3)]),
    ],
)
def test_four_times_the_lines_take_four_times_the_calls(shape, others, tmp_path):
    counts = []
    for number in (_FEW, _MANY):
        folder = tmp_path / str(number)
        folder.mkdir()
        count, tags = calls(shape(number).into(folder).context())
        counts.append(count)
        assert [tag for tag in tags if tag][1:] == others(number - 1)
    assert counts[1] < counts[0] * 6, counts
