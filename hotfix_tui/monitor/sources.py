"""The metric sources that are described as data: what a metric's settings turn them into."""

import json
import re
import time
import tomllib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from hotfix_tui.base.errors import Clause
from hotfix_tui.monitor.tables import Asks, Query, Source

_NAME = re.compile(r"\{([a-z][a-z-]*)\}")


class SourceError(Clause):
    """A setting is missing or unknown; the text is a clause for people."""


@cache
def known() -> dict[str, dict[str, Any]]:
    """Return every source by its name, as in the data file."""
    return tomllib.loads(files("hotfix_tui.monitor").joinpath("data/sources.toml").read_text("utf-8"))


def made(name: str, settings: dict[str, str]) -> Source:
    """Return how a metric of the source `name` is read: a Prometheus table, a request or a command. Raises
    SourceError.

    The times are filled in at each reading.
    """
    source = known()[name]
    values = {**source.get("defaults", {}), **settings}
    for key in source["needs"]:
        if not values.get(key):
            raise SourceError(f"settings.{key} is missing")
    if extra := sorted(set(settings) - {*source["needs"], *source.get("defaults", {}), "token"}):
        raise SourceError(f"settings.{extra[0]} is none of {', '.join(_settings(source))}")
    if "prometheus" in source:
        url = _filled(source["prometheus"], {**values, "url": values["url"].rstrip("/")})
        token = values.get("token", source["token"])
        return {"prometheus": {"url": url, "query": values["query"], "token": token}}
    return {"asks": {"source": name, "values": values}}


def _settings(source: dict[str, Any]) -> list[str]:
    return [*source["needs"], *source.get("defaults", {})]


def request_of(asks: Asks, now: float | None = None, since: float | None = None) -> Query:
    """Return the request (`url`, `method`, `headers`, `body`) or the command (`argv`) of one reading, and the
    `pointer`.

    `now` is the moment it is about, `since` the start of its period, by default one reading's span earlier.
    """
    source = known()[asks["source"]]
    until = now or time.time()
    begins = until - float(asks["values"].get("minutes", "5")) * 60 if since is None else since
    values = {**asks["values"], **_times(begins, until)}
    if "argv" in source:
        spoken = {**values, **{f"{key}-json": json.dumps(value) for key, value in values.items()}}
        return {
            "argv": [_filled(argument, spoken) for argument in source["argv"]],
            "pointer": source["value"],
        }
    first, _, words = source["url"].partition("?")
    url = _filled(first, values)
    if words:
        url += "?" + _filled(words, {key: quote(value, safe="") for key, value in values.items()})
    body = json.dumps(_in(source["json"], values)).encode() if "json" in source else None
    return {
        "url": url,
        "method": source.get("method", "GET"),
        "headers": source.get("headers", {}),
        "body": body,
        "pointer": source["value"],
    }


_SPAN = re.compile(r"\bsince\s+(\d+)\s+(minute|hour)s?\s+ago\b", re.IGNORECASE)
_OTHER_TIMES = re.compile(r"\b(since|until|timeseries|compare\s+with)\b", re.IGNORECASE)
_HOUR = 3600.0


def earlier(asks: Asks, at: float) -> Asks | None:
    """Return the query for the number that would have been read `at` an earlier moment; None if that is impossible.

    A query that names its own times (`past-setting`) gets those of that moment: the same span, or the last hour if it
    names none. One with times other than so many minutes or hours ago is left alone.
    """
    setting = known()[asks["source"]].get("past-setting")
    if not setting:
        return asks
    query = asks["values"][setting]
    span = _SPAN.search(query)
    rest = _SPAN.sub("", query, count=1).strip()
    if _OTHER_TIMES.search(rest):
        return None
    seconds = float(span[1]) * (60 if span[2].lower() == "minute" else _HOUR) if span else _HOUR
    times = f"SINCE '{_minute(at - seconds)}' UNTIL '{_minute(at)}'"
    return {**asks, "values": {**asks["values"], setting: f"{rest} {times}"}}


def _minute(at: float) -> str:
    return f"{datetime.fromtimestamp(int(at), UTC):%Y-%m-%dT%H:%MZ}"


def _times(begins: float, ends: float) -> dict[str, str]:
    out = {}
    for name, at in (("from", begins), ("to", ends)):
        out[name] = str(int(at))
        out[f"{name}-ms"] = str(int(at * 1000))
        out[f"{name}-iso"] = f"{datetime.fromtimestamp(int(at), UTC):%Y-%m-%dT%H:%M:%SZ}"
    return out


def _filled(text: str, values: dict[str, str]) -> str:
    return _NAME.sub(lambda match: values.get(match[1], match[0]), text)


def _in(value: object, values: dict[str, str]) -> object:
    """Return a JSON value with the settings filled into its texts; ``#{name}`` becomes a number."""
    if isinstance(value, dict):
        return {key: _in(item, values) for key, item in value.items()}
    if isinstance(value, str) and value.startswith("#{"):
        said = _filled(value[1:], values)
        return int(said) if said.isdecimal() else said
    return _filled(value, values) if isinstance(value, str) else value


def at(value: object, pointer: str) -> Any:
    """Return the value at a JSON pointer (RFC 6901), where -1 is the last item of a list. Raises LookupError."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            try:
                value = value[int(key)]
            except ValueError:
                raise KeyError(key) from None
        elif isinstance(value, dict):
            value = value[key]
        else:
            raise KeyError(key)
    return value
