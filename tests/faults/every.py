"""All faults: a module that lists some of them does so when it is imported."""

from tests.faults import at_hand, damage, kinds, on_remote
from tests.faults.bench import FAULTS

__all__ = ["FAULTS", "at_hand", "damage", "kinds", "on_remote"]
