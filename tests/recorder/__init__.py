"""Every call of git that the product makes, in every test and in every process, and the rules for all of them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def as_product() -> Iterator[None]:
    """Count the calls within as the product's own: a test carries out what a step has planned."""
    recorder = sys.modules["sitecustomize"]
    recorder.as_product = True  # type: ignore[attr-defined]
    try:
        yield
    finally:
        recorder.as_product = False  # type: ignore[attr-defined]
