"""Values that only the platform knows, and only for now: which deployment is in progress, which environment is live."""

import json
import re
from collections.abc import Callable, Iterable, Mapping

from hotfix_tui.platforms import loader
from hotfix_tui.platforms.model import Lookup, Platform
from hotfix_tui.platforms.release import LARGEST, under

Ask = Callable[[list[str]], tuple[bytes, str]]
"""Runs a read-only command line; returns its answer, or why there is none (a clause)."""

_LONGEST = 20_000


def resolve(
    platform: Platform, names: Iterable[str], values: Mapping[str, str], ask: Ask
) -> tuple[dict[str, str], str]:
    """Return the values of these lookups and of those they depend on; or a clause that says which is unknown, and
    why.

    What `values` already has is not queried again. Raises what `ask` raises.
    """
    out: dict[str, str] = {}
    for name in loader.chained(platform, [name for name in names if not values.get(name)]):
        if values.get(name):
            continue
        lookup = platform.lookups[name]
        try:
            planned = loader.question(platform, lookup.run, {**values, **out})
        except loader.PlatformError as error:
            return {}, f"{lookup.ask} ({error})"
        if planned.missing:
            return {}, lookup.ask
        answer, why = ask(planned.commands[0])
        value = "" if why else read(answer, lookup)
        if not value:
            return {}, f"{lookup.ask} ({why or f'{platform.name} names none, or more than one'})"
        out[name] = value
    return out, ""


def read(answer: bytes, lookup: Lookup) -> str:
    """Return the value in an answer; empty if it has none of the required form, or several."""
    if len(answer) > LARGEST:
        return ""
    text = answer.decode("utf-8", "replace").strip()
    try:
        said: object = json.loads(text)
    except (ValueError, RecursionError):
        said = None if lookup.at else text
    value = under(said, lookup.at)
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    if isinstance(value, dict):
        value = json.dumps(value, separators=(",", ":"))
    elif isinstance(value, bool):
        value = str(value).lower()
    word = str(value) if isinstance(value, str | int | float) else ""
    return word if len(word) <= _LONGEST and word.isprintable() and re.fullmatch(lookup.form, word) else ""
