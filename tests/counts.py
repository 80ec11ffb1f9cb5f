"""How much is tried: few cases in the tests of every change, many among the long counts (`.ci/full`).

The few are the same each time, so that what passes today passes tomorrow; the many are new ones each time, and what
fails is printed in a form that can be repeated. No case is too slow.
"""

from hypothesis import HealthCheck, settings

_FEW, _MANY = 40, 2000
_SAME = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("few", _SAME, max_examples=_FEW, derandomize=True)
settings.register_profile("full", _SAME, max_examples=_MANY, print_blob=True)
settings.load_profile("few")


def examples(few: int, **more: object) -> settings:
    """So many cases where others have `_FEW`, and as many times more among the long counts."""
    return settings(max_examples=few * settings.default.max_examples // _FEW, **more)  # type: ignore[attr-defined,arg-type]
