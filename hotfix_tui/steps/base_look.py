"""The driver's name in 0.1.0, for a run started by that version and finished by this one; to be removed with the next
release.
"""

from runpy import run_module

if __name__ == "__main__":
    run_module("hotfix_tui.steps.live.ask_driver", run_name="__main__")
