"""The tag that follows a release, in the scheme of its series; several if the scheme leaves a choice.

Apart from the step that tags: releases in, names out; it asks neither a repository nor a remote.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from hotfix_tui.git.releases import Phase, Release


class Proposal(NamedTuple):
    """A free name for the next release, and the reason for it, as a clause."""

    name: str
    why: str


def successors(
    base: Release,
    known: Sequence[Release],
    taken: Collection[str],
    today: date,
    days: Mapping[str, date] | None = None,
) -> list[Proposal]:
    """Return possible names for the release after `base`, likeliest first: just one if the scheme is clear, and none
    if only a build knows them.

    `known` are the releases of its series, `taken` all names that exist, here or on the remote; `days` gives the
    day each was tagged, as far as known.
    """
    if base.built:
        return []
    if base.phase is not Phase.FINAL:
        candidates = _next_prerelease(base)
    elif base.calendar:
        candidates = _by_calendar(base, known, taken, today, days or {})
    else:
        candidates = _by_numbers(base, known)
    out: dict[str, Proposal] = {}
    for numbers, suffix, why in candidates:
        name = _free(base, numbers, suffix, taken)
        out.setdefault(name, Proposal(name, why))
    return list(out.values())


_Found = tuple[tuple[str, ...], str, str]
"""The numbers as written, what follows them, and why."""


def _name(base: Release, texts: Sequence[str], suffix: str) -> str:
    return f"{base.before}{base.separator.join(texts)}{suffix}{base.after}"


def _free(base: Release, texts: tuple[str, ...], suffix: str, taken: Collection[str]) -> str:
    """Return the first free name from these numbers on: the last number counts up."""
    while (name := _name(base, texts, suffix)) in taken:
        counted = re.search(r"[0-9]+(?=[^0-9]*$)", suffix.partition("+")[0])
        if counted:
            suffix = _counted_up(suffix)
        else:
            texts = _up(texts)
    return name


def _counted_up(suffix: str) -> str:
    """Return a suffix with its last number incremented; build metadata is dropped."""
    plain = suffix.partition("+")[0]
    return re.sub(r"[0-9]+(?=[^0-9]*$)", lambda match: str(int(match[0]) + 1), plain)


def _up(texts: tuple[str, ...]) -> tuple[str, ...]:
    last = texts[-1]
    return (*texts[:-1], str(int(last) + 1).zfill(len(last) if last.startswith("0") and len(last) > 1 else 1))


def _next_prerelease(base: Release) -> list[_Found]:
    """Return the next pre-release after a pre-release; a hotfix never makes the final one."""
    suffix = base.suffix.partition("+")[0]
    counted = re.search(r"[0-9]+(?=[^0-9]*$)", suffix)
    later = _counted_up(suffix) if counted else f"{suffix}.1"
    same = (base.texts, later, f"the next after {base.version}")
    if base.phase is Phase.PRE:
        return [same]
    return [(_up(base.texts), "", "the next version"), same]


def _by_numbers(base: Release, known: Sequence[Release]) -> list[_Found]:
    suffix = base.suffix.partition("+")[0]
    if len(base.stage) > 1:
        return _after_a_patch(base, suffix)
    series = [release for release in known if release.final and not release.calendar]
    patch = (_up(base.texts), suffix, "the next patch version")
    if len(base.texts) == 2:
        longer = [release for release in series if len(release.texts) == 3]
        smaller = ((*base.texts, "1"), suffix, "a patch of this version")
        short = {release.numbers for release in series if len(release.texts) == 2}
        if any(release.numbers[:2] in short or release.numbers[2] == 1 for release in longer):
            return [smaller]
        return [smaller, (_up(base.texts), suffix, "the next version")]
    own = [release for release in series if _hotfix_of_another(release, base, series)]
    if own:
        like = own[-1]
        if len(like.texts) > len(base.texts):
            return [patch, ((*base.texts, "1"), suffix, f"as {like.name} was made")]
        first = re.sub(r"[0-9]+(?=[^0-9]*$)", "1", like.suffix.partition("+")[0])
        return [patch, (base.texts, first, f"as {like.name} was made")]
    return [patch]


def _hotfix_of_another(release: Release, base: Release, series: Sequence[Release]) -> bool:
    """Return whether `release` fixes another by an extra number or a suffix: a habit of this series."""
    if len(release.texts) == len(base.texts) + 1:
        return any(other.numbers == release.numbers[:-1] and len(other.stage) == 1 for other in series)
    repaired = len(release.stage) > 1 and len(release.texts) == len(base.texts)
    return repaired and any(other.numbers == release.numbers and len(other.stage) == 1 for other in series)


def _after_a_patch(base: Release, suffix: str) -> list[_Found]:
    """Return the successor of a release whose suffix counts: ``-hotfix.1``, ``.post1``, a letter."""
    counted = re.search(r"[0-9]+(?=[^0-9]*$)", suffix)
    if counted:
        return [(base.texts, _counted_up(suffix), f"the next after {base.version}")]
    if suffix.lower() < "z":
        return [(base.texts, chr(ord(suffix) + 1), f"the next after {base.version}")]
    return [(_up(base.texts), "", "the next version")]


def _by_calendar(
    base: Release,
    known: Sequence[Release],
    taken: Collection[str],
    today: date,
    days: Mapping[str, date],
) -> list[_Found]:
    dated = [
        release
        for release in known
        if release.calendar and release.final and len(release.texts) == len(base.texts)
    ]
    year = str(today.year)[-len(base.texts[0]) :]
    month = f"{today.month:02}" if len(base.texts[1]) == 2 else str(today.month)
    month = (
        f"{today.month:02}" if any(release.texts[1].startswith("0") for release in [base, *dated]) else month
    )
    if len(base.texts) == 3 and _third_is_a_day(base, dated, days):
        padded = any(release.texts[2].startswith("0") for release in [base, *dated])
        day = f"{today.day:02}" if padded else str(today.day)
        now = (year, month, day)
        if _name(base, now, "") in taken or tuple(map(int, now)) <= base.numbers:
            return [
                (base.texts if now == base.texts else now, _revision(base, known), "one more of this day")
            ]
        return [(now, "", "the date of today")]
    if len(base.texts) == 2:
        months = [((year, month), "", "the month of today")]
        if (int(year), int(month)) <= base.numbers:
            months = []
        patched = ((*base.texts, "1"), "", "a patch of this version")
        longer = [release for release in known if release.calendar and len(release.texts) == 3]
        if longer or not months:
            return [patched]
        return [patched, *months]
    counted = (_up(base.texts), "", "the next of this version")
    if len(base.texts) > 3 or (int(year), int(month)) <= base.numbers[:2]:
        return [counted]
    lowest = min((release.numbers[2] for release in dated), default=0)
    return [counted, ((year, month, str(min(lowest, 1))), "", "the first of this month")]


def _third_is_a_day(base: Release, dated: Sequence[Release], days: Mapping[str, date]) -> bool:
    """Return whether the third number is the day of the month, judging by leading zeros or by the tagging dates."""
    every = [base, *dated][-12:]
    if any(release.numbers[2] > 31 or release.numbers[2] == 0 for release in every):
        return False
    if any(release.texts[2].startswith("0") for release in every):
        return True
    told = [release for release in every if release.name in days]
    near = [release for release in told if abs(release.numbers[2] - days[release.name].day) <= 1]
    return bool(told) and len(near) * 2 > len(told)


def _revision(base: Release, known: Sequence[Release]) -> str:
    """Return the first suffix for another release on the same day, as this series writes it."""
    if len(base.stage) > 1:
        return _counted_up(base.suffix)
    for release in known:
        if release.calendar and len(release.stage) > 1 and re.fullmatch(r"[-_.][0-9]+", release.suffix):
            return f"{release.suffix[0]}1"
    return ".1"
