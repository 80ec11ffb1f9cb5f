"""Frames of logs wait for the terminal, so that keys need not wait for logs."""

import asyncio

from textual.events import CursorPosition
from textual.messages import TerminalSupportsSynchronizedOutput

from hotfix_tui.ui.widgets.log_pace import (
    FRAME,
    PLAIN_QUESTION,
    QUESTION,
    AcknowledgedFrames,
    FramePacer,
    clock_of,
)
from hotfix_tui.ui.widgets.log_view import LogView
from tests.ui.themed import ThemedApp as App


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_a_terminal_that_never_answers_is_asked_twice_and_gets_few_frames():
    clock = Clock()
    pacer = FramePacer(clock)
    for _ in range(2):
        assert pacer.is_open()
        assert pacer.drawn() == PLAIN_QUESTION
        clock.now += 1.9
        assert not pacer.is_open()
        clock.now += 0.2
    for _ in range(3):
        assert pacer.is_open()
        assert pacer.drawn() == ""
        clock.now += 0.3
        assert not pacer.is_open()
        clock.now += 0.2
    pacer.answered(PLAIN_QUESTION)
    assert pacer.drawn() == PLAIN_QUESTION


def test_the_better_question_is_asked_once_it_was_answered():
    pacer = FramePacer(Clock())
    pacer.answered(QUESTION)
    pacer.answered(PLAIN_QUESTION)
    assert pacer.drawn() == QUESTION


def test_the_next_frame_waits_for_the_answer_and_a_multiple_of_its_time():
    clock = Clock()
    pacer = FramePacer(clock)
    pacer.answered()
    assert pacer.is_open()
    assert pacer.drawn() == QUESTION
    clock.now += 0.25
    assert not pacer.is_open()
    pacer.answered()
    clock.now += 0.45
    assert not pacer.is_open()
    clock.now += 0.1
    assert pacer.is_open()


def test_a_quick_terminal_gets_every_frame():
    clock = Clock()
    pacer = FramePacer(clock)
    pacer.answered()
    for _ in range(20):
        assert pacer.is_open()
        assert pacer.drawn()
        clock.now += 0.001
        pacer.answered()
        clock.now += FRAME - 0.002


def test_an_answer_that_does_not_come_is_waited_for_two_seconds():
    clock = Clock()
    pacer = FramePacer(clock)
    pacer.answered()
    pacer.drawn()
    clock.now += 1.9
    assert not pacer.is_open()
    clock.now += 0.2
    assert pacer.is_open()


def test_the_app_tells_its_clock_and_views_wait(tmp_path):
    class Paced(AcknowledgedFrames, App):
        def compose(self):
            yield LogView(str(tmp_path / "log"))

    async def run():
        app = Paced()
        async with app.run_test() as pilot:
            pacer = clock_of(app).pacer
            pacer._clock = Clock()
            app.post_message(TerminalSupportsSynchronizedOutput())
            await pilot.pause()
            assert pacer.drawn() == QUESTION
            (tmp_path / "log").write_bytes(b"here\n")
            view = app.query_one(LogView)
            clock_of(app)._tick()
            assert view.line_count == 0
            app.post_message(CursorPosition(0, 0))
            await pilot.pause()
            pacer._clock.now += 1
            clock_of(app)._tick()
            assert view.line_count == 1

    asyncio.run(run())
