"""How many cases are tried: few in the tests of every change, many in the long counts (`.ci/full`).

The few are the same each time, so that what passes today passes tomorrow; the many are new each time, and a failure
is printed in a form that can be repeated. No case is too slow.
"""

from collections.abc import Callable, Collection, Hashable, Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

_FEW, _MANY = 40, 2000
_SAME = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("few", _SAME, max_examples=_FEW, derandomize=True)
settings.register_profile("full", _SAME, max_examples=_MANY, print_blob=True)
settings.load_profile("few")


def first_of_each(cases: Iterable[Any], kind: Callable[[Any], Hashable]) -> list[Any]:
    """Cases for `parametrize`: daily the first of each kind, the others in the long counts."""
    seen: set[Hashable] = set()
    marked = []
    for case in cases:
        marked.append(_among(case, kind(case) not in seen))
        seen.add(kind(case))
    return marked


def these(cases: Iterable[Any], daily: Collection[Any]) -> list[Any]:
    """Cases for `parametrize`: daily those in `daily`, each a case or the first value of one.

    The others are in the long counts. An entry of `daily` that is no case fails at once.
    """
    every = list(cases)
    names = [case[0] if isinstance(case, tuple) else case for case in every]
    lost = [name for name in daily if name not in names and name not in every]
    assert not lost, f"no case is called {lost}"
    return [_among(case, name in daily or case in daily) for case, name in zip(every, names)]


def _among(case: Any, daily: bool) -> Any:
    values = case if isinstance(case, tuple) else (case,)
    return pytest.param(*values, marks=() if daily else pytest.mark.full)


_all_literals = providers._get_local_constants


def _literals() -> object:
    """Return the literals in the source of whatever is loaded, as sample values: in the long counts only.

    Reading them takes seconds in each process, and with them the few cases would change with every change of the
    source.
    """
    many = settings.default is not None and settings.default.max_examples >= _MANY
    return _all_literals() if many else providers._local_constants


providers._get_local_constants = _literals  # type: ignore[assignment]


def examples(few: int, **more: object) -> settings:
    """Return settings for `few` cases where the default is `_FEW`, and proportionally more in the long counts."""
    return settings(max_examples=few * settings.default.max_examples // _FEW, **more)  # type: ignore[attr-defined,arg-type]
