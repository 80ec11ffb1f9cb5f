"""How a log looks at 80x24."""

import pytest
from textual.app import App

from hotfix_tui.ui.paint import tokens
from hotfix_tui.ui.widgets.log_feed import LogFeed
from hotfix_tui.ui.widgets.log_view import LogView

LOG = """\x1b[1m$ make test\x1b[0m
\x1b[2mcollected 5 items\x1b[0m
tests/test_cart.py::test_total \x1b[32mPASSED\x1b[0m
tests/test_cart.py::test_tax \x1b[1;31mFAILED\x1b[0m
\x1b[38;5;208m256 colours\x1b[0m \x1b[38;2;90;200;250mtrue colour\x1b[0m
\x1b[44;97mbackground\x1b[0m \x1b[4munderline\x1b[0m
 10%\r 60%\r\x1b[32m100%\x1b[0m
wide 漢字 and 🎉, combining e\u0301, [bold]no markup[/bold]
\x1b]0;title\x07\x1b]52;c;QUJD\x07bytes that mean harm: \x00 \x07 \u202e
"""


@pytest.fixture(autouse=True)
def pinned_look(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("textual.constants.TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr(LogFeed, "now", lambda feed: 1_772_634_720.0)


class Panes(App):
    CSS = "LogView { height: 1fr; }"

    def __init__(self, *paths):
        super().__init__()
        self.paths = paths
        for theme in tokens.themes():
            self.register_theme(theme)
        self.theme = tokens.DARK_NAME

    def compose(self):
        for path in self.paths:
            view = LogView(str(path), title=f"npm run {path.name}")
            view.set_state("running 12 s")
            yield view

    def on_mount(self):
        self.query(LogView).first().focus()


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "test"
    path.write_bytes(LOG.encode())
    return path


def snap(snap_compare, app, *keys):
    async def before(pilot):
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert pilot.app._exception is None, "a picture of what has ended is none"

    return snap_compare(app, terminal_size=(80, 24), run_before=before)


def test_colours_80x24(snap_compare, log):
    assert snap(snap_compare, Panes(log))


def test_search_in_a_long_log_80x24(snap_compare, log):
    log.write_bytes(LOG.encode() + b"".join(b"line %d of many\n" % n for n in range(1, 500)))
    assert snap(snap_compare, Panes(log), "slash", *"line 41", "enter")


def test_two_panes_and_an_error_80x24(snap_compare, log, tmp_path):
    other = tmp_path / "build"
    other.write_bytes(LOG.encode() * 5)
    assert snap(snap_compare, Panes(other, log), "less_than_sign", "less_than_sign")


def test_nothing_yet_80x24(snap_compare, tmp_path):
    assert snap(snap_compare, Panes(tmp_path / "later"))
