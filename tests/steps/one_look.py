"""Steps are called as the engine calls them: within one view, which queries git once."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hotfix_tui.git.moment import asked_once
from hotfix_tui.steps.contract import Step

_LOOKS = ("probe", "plan", "choices", "conclude")


def share_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a step's probe, plan and choices share one consistent view."""
    for step in _steps(Step):
        for name in _LOOKS:
            if name in vars(step):
                monkeypatch.setattr(step, name, _within(vars(step)[name]))


def _steps(above: type) -> Iterator[type]:
    yield above
    for below in above.__subclasses__():
        yield from _steps(below)


def _within(act: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(act)
    def looking(*args: Any, **kwargs: Any) -> Any:
        with asked_once():
            return act(*args, **kwargs)

    return looking
