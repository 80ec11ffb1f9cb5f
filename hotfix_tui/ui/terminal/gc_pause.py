"""Keeps Python's cyclic garbage collector out of the way during start-up and key handling.

What is imported for the first screen is never garbage, yet each full collection walks all of it: 30 to 50 ms of the
time until keys work, and 20 ms later whenever a key happens to coincide with one.
"""

import gc

AFTER = 1.0
"""Seconds after the app's start until garbage is collected again: by then the first screen is up and its keys were
answered.
"""

_THRESHOLDS = (5_000, 20, 20)

_paused = False


def pause() -> None:
    """Disable collection until `resume`; for a process that is about to open the wizard."""
    global _paused
    _paused = True
    gc.disable()


def resume() -> None:
    """Enable collection again, excluding existing objects; does nothing in a process that never paused."""
    global _paused
    if not _paused:
        return
    _paused = False
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()
