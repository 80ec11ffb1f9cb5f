"""One finding of `doctor`."""

from typing import NamedTuple


class DoctorCheck(NamedTuple):
    """One finding: `needed` says whether the wizard cannot work without it."""

    name: str
    ok: bool
    text: str
    needed: bool = False
