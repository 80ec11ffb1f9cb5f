"""Whether everything that names a platform's project, app or account for a repository names the same one.

Apart from the check before a step: names are compared here for any platform, without an incident.
"""

import json
import re
from collections.abc import Mapping

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.model import Argument, Place, Platform, Same
from hotfix_tui.platforms.release import under


def differing(
    platform: Platform, act: str, root: str, environ: Mapping[str, str], known: Mapping[str, str]
) -> list[str]:
    """Return a sentence for each setting of `act` that a file or a variable gives another value than `known`."""
    out = []
    lines = [line for action in (act, "current") for line in _lines(platform, action)]
    named = set(loader.needed(platform, act, "current")).union(*map(loader.names_in, lines))
    for name, setting in platform.settings.items():
        used = known.get(name, "") if name in named else ""
        file = loader.in_files(root, setting)
        there = [
            (file.where, file.value),
            (f"${setting.env}", environ.get(setting.env, "") if setting.env else ""),
        ]
        for where, value in there:
            if used and value and value != used and value.isprintable():
                told = f"`hotfix-tui platform {platform.id} {name}={value}`"
                out.append(
                    f"{where} says {one_line(value, 60)} for {setting.ask}, and what is used here is "
                    f"{one_line(used, 60)}: if {where} is right, say so ({told}); else correct it."
                )
    return out


def _lines(platform: Platform, action: str) -> list[list[Argument]]:
    command = platform.commands.get(action)
    return command.run if command is not None else []


def question(rule: Same, platform: Platform, known: Mapping[str, str]) -> list[str]:
    """Return the command line that asks about `rule`; empty if a value for it is unknown. Raises PlatformError."""
    if not loader.names_in([rule.here]) <= known.keys():
        return []
    planned = loader.question(platform, rule.run, known)
    return [] if planned.missing else planned.commands[0]


def other(rule: Same, platform: Platform, known: Mapping[str, str], answer: bytes) -> str:
    """Return the sentence of `rule` if the answer names something else than it has to; otherwise empty."""
    wanted = loader.fill(rule.here, known)
    there = named(rule, answer)
    if not there or wanted in there:
        return ""
    words = ", ".join(one_line(value, 60) for value in there[:3])
    return loader.fill(rule.differs, {**known, "there": words})


def named(rule: Same | Place, answer: bytes) -> list[str]:
    """Return what an answer names."""
    text = clean(answer.decode("utf-8", "replace"))
    return _of_text(text, rule.pattern) if rule.pattern else _of_json(text, rule.at)


def asked(rule: Place, platform: Platform, known: Mapping[str, str]) -> list[str]:
    """Return the command line that asks where an act would go; empty if a value for it is unknown, or it is named.

    Raises PlatformError.
    """
    if rule.unless and known.get(rule.unless):
        return []
    planned = loader.question(platform, rule.run, known)
    return [] if planned.missing else planned.commands[0]


def from_the_environment(
    platform: Platform, act: str, environ: Mapping[str, str], known: Mapping[str, str]
) -> dict[str, str]:
    """Return the settings of `act` that a variable gives, each called by what it is and the variable."""
    return {
        f"{setting.ask} (${setting.env})": known[name]
        for name, setting in platform.settings.items()
        if name in loader.needed(platform, act, "current")
        and setting.env
        and known.get(name)
        and known[name] == environ.get(setting.env)
    }


def _of_text(text: str, pattern: str) -> list[str]:
    match = re.search(pattern, text)
    return [match["there"]] if match and match["there"] else []


def _of_json(text: str, pointers: list[str]) -> list[str]:
    try:
        said: object = json.loads(text)
    except (ValueError, RecursionError):
        return []
    out: list[object] = []
    for pointer in pointers:
        each, _, rest = pointer.partition("/*")
        listed = under(said, each)
        out += [under(item, rest) for item in listed] if _ and isinstance(listed, list) else [listed]
    return [
        str(value) for value in out if isinstance(value, str | int) and not isinstance(value, bool) and value
    ]
