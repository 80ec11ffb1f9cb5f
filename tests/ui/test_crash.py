"""A defect in the app ends a test with that defect, not with one of its handling."""

import pytest

from tests.ui.support import drive


def test_a_defect_is_raised_as_it_is(desks, reconciled):
    async def script(pilot):
        pilot.app.screen.work.picture.draw(lambda width, height: 1 // 0)

    with pytest.raises(ZeroDivisionError):
        drive(desks("fix").app(), script)


def test_a_defect_in_a_message_is_raised_as_it_is(desks, reconciled):
    def breaks():
        raise ZeroDivisionError("broken here")

    async def script(pilot):
        pilot.app.call_later(breaks)
        await pilot.pause()
        await pilot.pause()

    with pytest.raises(ZeroDivisionError, match="broken here"):
        drive(desks("fix").app(), script)
