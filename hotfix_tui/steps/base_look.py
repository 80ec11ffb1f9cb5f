"""The driver's name of 0.1.0, for a run that the version before began and this one ends; goes with the next release."""

from runpy import run_module

if __name__ == "__main__":
    run_module("hotfix_tui.steps.live.ask_driver", run_name="__main__")
