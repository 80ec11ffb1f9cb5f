"""Reading the data files and filling in commands."""

import configparser
import json
import re
import shutil
import string
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeGuard, get_args

import msgspec

from hotfix_tui.base import jsonc
from hotfix_tui.platforms import links
from hotfix_tui.platforms.model import (
    ACTIONS,
    Act,
    Argument,
    FolderHolds,
    Lookup,
    Platform,
    PlatformCommand,
    Setting,
)
from hotfix_tui.platforms.rules import (
    PlatformError as PlatformError,
)
from hotfix_tui.platforms.rules import (
    check_mixed,
    check_phases,
    check_places,
    check_release,
    check_same,
    names_of,
)

COMMON = frozenset(
    {
        *("ticket", "id", "branch", "base", "commit", "version", "previous", "release", "environment"),
        *("production", "archive", "brief", "serving", "share", "rest"),
    }
)
"""Values that the wizard itself provides for every platform: `previous` is the commit that was live before, `release`
the platform's own id of it (or of the prepared one), `serving` the id of what is live now, `share` and `rest` parts
of the traffic in percent, `production` the production branch's name, `archive` the file that a packed commit is
written to, `brief` as much of the incident's id as fits a label of 100 characters next to the commit's.
"""

ACTS: tuple[Act, ...] = get_args(Act)
"""The actions that change something."""

_LARGEST = 1_000_000
_TEMPLATE = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class Planned:
    """Commands with their values; `missing` names unknown ones, left in the text as `{name}`."""

    commands: list[list[str]]
    missing: list[str]


def names() -> list[str]:
    """Return the ids of all platforms that have a file."""
    return sorted(
        entry.name.removesuffix(".toml") for entry in _folder().iterdir() if entry.name.endswith(".toml")
    )


@cache
def load(platform: str) -> Platform:
    """Return the platform with that id; raises PlatformError with the nearest name if there is none."""
    if platform not in names():
        import difflib

        near = difflib.get_close_matches(platform, names(), 1)
        hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(names())}"
        raise PlatformError(f"there is no platform {platform!a}{hint}")
    return parse(_folder().joinpath(f"{platform}.toml").read_bytes(), platform)


def parse(data: bytes, platform: str) -> Platform:
    """Return a data file's bytes as the platform with that id; raises PlatformError."""
    try:
        described = msgspec.convert(tomllib.loads(data.decode("utf-8")), Platform)
    except (ValueError, msgspec.ValidationError) as error:
        raise PlatformError(f"the file of the platform {platform} cannot be read: {error}") from error
    if described.id != platform:
        raise PlatformError(f"the file of the platform {platform} has the id {described.id!a}")
    known = COMMON | set(described.settings) | set(described.lookups)
    for action, command in described.commands.items():
        if action not in ACTIONS:
            raise PlatformError(f"{platform}: there is no action {action!a}; known are {', '.join(ACTIONS)}")
        if not command.run or not all(command.run):
            raise PlatformError(f"{platform}: commands.{action} has an empty command")
        if command.commit is not None and action != "current":
            raise PlatformError(
                f"{platform}: commands.{action} has commit, which belongs to commands.current"
            )
        for at in (command.release, command.parts):
            if at is not None:
                check_release(platform, action, at)
        told = [
            text for rule in command.only for text in (rule.value, rule.equals, rule.otherwise, rule.cure)
        ]
        unknown = sorted(names_of([*command.run, [*told]]) - known)
        if unknown:
            raise PlatformError(f"{platform}: commands.{action} uses the unknown value {unknown[0]!a}")
    _check_questions(described, known)
    _check_staged(described)
    check_mixed(described, known)
    check_same(described, known)
    check_places(described, known)
    check_phases(described)
    _check_account(described, known)
    return described


def _check_questions(described: Platform, known: frozenset[str]) -> None:
    """Raise PlatformError unless every lookup and every wait can be queried, and its answer read."""
    if both := sorted(described.lookups.keys() & (COMMON | set(described.settings))):
        raise PlatformError(f"{described.id}: the lookup {both[0]} has the name of another value")
    for kind, questions in (("lookups", described.lookups), ("waits", described.waits)):
        for name, question in questions.items():
            if unknown := sorted(names_of([question.run]) - known):
                raise PlatformError(f"{described.id}: {kind}.{name} uses the unknown value {unknown[0]!a}")
            if kind == "lookups" and name in chained(described, names_in(question.run)):
                raise PlatformError(f"{described.id}: the lookup {name} needs itself")
            pointers = [question.at] if isinstance(question, Lookup) else question.tells
            patterns = (
                [question.form]
                if isinstance(question, Lookup)
                else [question.until, question.never, question.pauses, question.live]
            )
            if wrong := [pointer for pointer in pointers if pointer and not pointer.startswith("/")]:
                raise PlatformError(f"{described.id}: {kind}.{name}: {wrong[0]!a} is no JSON Pointer")
            try:
                for pattern in patterns:
                    re.compile(pattern)
            except re.error as error:
                raise PlatformError(
                    f"{described.id}: {kind}.{name} has a pattern that cannot be read: {error}"
                ) from error
    for action, command in described.commands.items():
        waits = [line[0][1:] for line in command.run if is_wait(line)]
        if unknown := sorted(
            set(waits) - described.waits.keys() | set(command.asks) - described.lookups.keys()
        ):
            raise PlatformError(
                f"{described.id}: commands.{action} asks for {unknown[0]}, which the file does not have"
            )


def is_wait(line: Sequence[object]) -> TypeGuard[Sequence[str]]:
    """Return whether a line of a command waits for the platform, and runs nothing itself."""
    return len(line) == 1 and isinstance(line[0], str) and line[0].startswith("@")


def lookups(platform: Platform, action: str) -> list[str]:
    """Return the lookups that `action` needs, in an order in which each has what it needs."""
    command = platform.commands.get(action)
    return chained(platform, names_of(command.run) | set(command.asks)) if command else []


def chained(platform: Platform, names: Iterable[str]) -> list[str]:
    """Return the lookups among `names` and those they depend on, dependencies first."""
    out: list[str] = []

    def add(name: str, above: tuple[str, ...]) -> None:
        if name in out or name in above:
            return
        for inner in sorted(names_in(platform.lookups[name].run) & platform.lookups.keys()):
            add(inner, (*above, name))
        out.append(name)

    for name in sorted(set(names) & platform.lookups.keys()):
        add(name, ())
    return out


def question(platform: Platform, run: Sequence[Argument], values: Mapping[str, str]) -> Planned:
    """Return a command that only queries, with its values filled in. Raises PlatformError."""
    return _planned(PlatformCommand([list(run)]), _known(platform, values))


def _check_account(described: Platform, known: frozenset[str]) -> None:
    """Raise PlatformError unless it can be read who is signed in, and which version answers."""
    account, version = described.account, described.version
    if account is not None:
        if bool(account.at) == bool(account.pattern):
            raise PlatformError(f"{described.id}: account wants either at or pattern")
        if wrong := [pointer for pointer in account.at if not pointer.startswith("/")]:
            raise PlatformError(f"{described.id}: account: {wrong[0]!a} is no JSON Pointer")
        if unknown := sorted(names_of([account.run]) - known):
            raise PlatformError(f"{described.id}: account uses the unknown value {unknown[0]!a}")
    try:
        for failure in described.failures:
            re.compile(failure.says)
        groups = re.compile(account.pattern).groupindex if account and account.pattern else {"account": 0}
        re.compile(version.says if version else "")
    except re.error as error:
        raise PlatformError(f"{described.id} has a pattern that cannot be read: {error}") from error
    if "account" not in groups:
        raise PlatformError(f"{described.id}: account.pattern has no group called account")


def _check_staged(described: Platform) -> None:
    """Raise PlatformError unless what is prepared can be found again and activated, and shares can be seen."""
    has = described.commands
    if len({"prepare", "prepared", "activate"} & has.keys()) in (1, 2):
        raise PlatformError(f"{described.id}: prepare, prepared and activate belong together")
    if "prepared" in has and has["prepared"].release is None:
        raise PlatformError(f"{described.id}: commands.prepared does not say where the release stands")
    if "share" in has and not (
        "prepare" in has and has["share"].steps and "current" in has and has["current"].parts
    ):
        raise PlatformError(
            f"{described.id}: commands.share wants prepare, steps, and commands.current.parts"
        )


def account(platform: Platform, values: Mapping[str, str]) -> list[str] | None:
    """Return the command that says who is signed in; None if there is none, or a value for it is unknown."""
    if platform.account is None:
        return None
    known = _known(platform, values)
    argv: list[str] = []
    for argument in platform.account.run:
        names = names_of([[argument]])
        if names <= known.keys():
            argv += [_filled(item, known) for item in ([argument] if isinstance(argument, str) else argument)]
        elif isinstance(argument, str):
            return None
    return argv


def plan(platform: Platform, action: str, values: Mapping[str, str]) -> Planned | None:
    """Return the commands for an action, with `values` filled in; None if the platform has none for it.

    A value becomes part of one argument, whatever it contains; nothing here is ever read by a shell. Raises
    PlatformError for a value that a program would read as an option.
    """
    command = platform.commands.get(action)
    return None if command is None else _planned(command, _known(platform, values))


def _planned(command: PlatformCommand, known: Mapping[str, str]) -> Planned:
    for name in sorted(names_of(command.run) & known.keys()):
        if known[name].startswith("-"):
            raise PlatformError(f"the {name} cannot start with a dash: {known[name]!a}")
    missing: dict[str, None] = {}
    commands = []
    for line in command.run:
        argv: list[str] = []
        for argument in line:
            if isinstance(argument, list):
                if names_of([[*argument]]) <= known.keys():
                    argv += [_filled(item, known) for item in argument]
                continue
            missing |= dict.fromkeys(sorted(names_of([[argument]]) - known.keys()))
            argv.append(_filled(argument, known))
        commands.append(argv)
    return Planned(commands, list(missing))


def by_hand(
    platform: Platform, action: Literal["deploy", "rollback"], values: Mapping[str, str]
) -> list[str]:
    """Return what to do in the platform's own pages, one sentence per step, with the known values."""
    known = _known(platform, values)
    sentences = platform.by_hand.deploy if action == "deploy" else platform.by_hand.rollback
    if "previous" not in known:
        sentences = [sentence.replace(" ({previous})", "") for sentence in sentences]
    return [_filled(sentence, known) for sentence in sentences]


def settings(
    platform: Platform, root: str, environ: Mapping[str, str], given: Mapping[str, str] = {}
) -> dict[str, str]:
    """Return the values of the platform's settings: those `given`, otherwise from the environment or a file."""
    return {name: sourced.value for name, sourced in sources(platform, root, environ, given).items()}


class Sourced(NamedTuple):
    """The value of a setting, and its source: ``deploy.settings``, a variable or a file."""

    value: str
    where: str


def sources(
    platform: Platform, root: str, environ: Mapping[str, str], given: Mapping[str, str] = {}
) -> dict[str, Sourced]:
    """Return the known settings of the platform, each with its source."""
    known_values: dict[str, Sourced] = {}
    for name, setting in platform.settings.items():
        told = [Sourced(given.get(name, ""), f"deploy.settings.{name}")]
        told += [Sourced(environ.get(setting.env, ""), f"${setting.env}")] if setting.env else []
        sourced = next((candidate for candidate in told if candidate.value), None)
        listed = platform.listed
        if sourced is None and (there := in_files(root, setting)).value:
            sourced = there
        if (
            sourced is None
            and listed
            and listed.setting == name
            and (value := links.entry(Path(root), listed))
        ):
            sourced = Sourced(value, listed.file)
        if sourced is None and setting.holds:
            sourced = _by_folder(setting.holds, root, known_values)
        sourced = sourced or Sourced(setting.default, "as it usually is")
        if sourced.value and sourced.value.isprintable() and not sourced.value.startswith("-"):
            known_values[name] = sourced
    return known_values


def _by_folder(holds: FolderHolds, root: str, known: Mapping[str, Sourced]) -> Sourced | None:
    """Return the value that follows from a file in a folder of the repository; None if there is none."""
    folder = known[holds.folder].value if holds.folder in known else ""
    place = Path(root, folder)
    if not folder or not place.resolve().is_relative_to(Path(root).resolve()):
        return None
    found = next((name for name in holds.files if (place / name).is_file()), "")
    return Sourced(holds.value, f"{folder.rstrip('/')}/{found}") if found else None


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with the known values; an unknown one stays as `{name}`."""
    return _filled(text, values)


def filled_in(platform: Platform, name: str, values: Mapping[str, str]) -> str:
    """Return the value of a setting with the common values in it filled in; empty if that is not known."""
    return _known(platform, values).get(name, "") if name in platform.settings else ""


def needed(platform: Platform, *actions: str) -> list[str]:
    """Return the settings required by the commands for `actions`, in file order."""
    commands = [platform.commands[action] for action in actions if action in platform.commands]
    asked = [platform.waits[line[0][1:]].run for command in commands for line in command.run if is_wait(line)]
    wanted = {name for command in commands for name in names_of(command.run) | set(command.asks)} | names_of(
        asked
    )
    lines = [line for command in commands for line in command.run] + asked
    lines += [platform.lookups[name].run for name in chained(platform, wanted)]
    items = [argument for line in lines for argument in line if isinstance(argument, str)]
    return [name for name in platform.settings if name in names_of([[*items]])]


def unmet(
    platform: Platform, root: str, environ: Mapping[str, str], known: Mapping[str, str] = {}
) -> str | None:
    """Return why the platform's commands may not run in `root` yet, as a sentence; None if everything they need is
    there.
    """
    needs, here = platform.needs, Path(root)
    if not needs.files and not needs.env:
        return None
    if any(Path(root, name).exists() for name in needs.files):
        return None
    if any((folder / name).exists() for name in needs.above for folder in links.upwards(here)[1:]):
        return None
    if platform.listed is not None and links.entry(here, platform.listed):
        return None
    if needs.env and all(environ.get(name) for name in needs.env):
        return None
    if needs.settings and all(known.get(name) for name in needs.settings):
        return None
    return _other_link(platform, here) or needs.why


def _other_link(platform: Platform, here: Path) -> str:
    """Return a warning if the repository is linked, but not certainly to what is in this folder; empty otherwise."""
    listed = platform.listed
    if listed is not None and links.listed_file(here, listed).is_file():
        return listed.other
    for name in platform.needs.doubtful:
        for folder in links.upwards(here)[1:]:
            for key, setting in platform.settings.items():
                value = from_file(folder, setting) if setting.file == name else ""
                if value and value.isprintable():
                    said = f"`hotfix-tui platform {platform.id} {key}={value}`"
                    return f"{platform.needs.why} {folder.name}/{name} names one: if that is meant, say so: {said}."
    return ""


def carried(platform: Platform, root: str) -> list[str]:
    """Return the files that link the contents of `root`, as paths from there: including those of parents, as
    ``../…``; and those that the program reads besides.
    """
    needs, here = platform.needs, Path(root)
    out = [*needs.files, *platform.carries]
    for depth, folder in enumerate(links.upwards(here)):
        names = [*(needs.above if depth else []), *([platform.listed.file] if platform.listed else [])]
        out += ["../" * depth + name for name in names if (folder / name).exists()]
    return out


def wants(platform: Platform, root: str) -> str:
    """Return what the checkout in `root` needs beyond the commit's files; empty for nothing."""
    said = platform.wants_where
    if said is None or from_file(Path(root), Setting(ask="", file=said.file, key=said.key)):
        return platform.wants
    return ""


def lacking(platform: Platform, action: str) -> str:
    """Return a program that `action` calls and that is not installed, empty if all of them are."""
    command = platform.commands.get(action)
    lines = [line for line in command.run if not is_wait(line)] if command else []
    called = dict.fromkeys(line[0] for line in lines if isinstance(line[0], str))
    return next((name for name in called if shutil.which(name) is None), "")


def not_here(platform: Platform) -> tuple[str, ...]:
    """Return the programs that the platform's commands call and that are not installed."""
    return tuple(name for name in platform.programs if shutil.which(name) is None)


def _folder() -> Any:
    """Return where the data files are."""
    return files("hotfix_tui.platforms").joinpath("data")


def _known(platform: Platform, values: Mapping[str, str]) -> dict[str, str]:
    """Return the known values; a setting may contain common ones (``shop:{commit}``), and is known once they are."""
    known = {name: value for name, value in values.items() if value}
    common = {name: known[name] for name in COMMON & known.keys()}
    for name in platform.settings.keys() & known.keys():
        if set(_TEMPLATE.findall(known[name])) & COMMON <= common.keys():
            known[name] = _TEMPLATE.sub(lambda match: common.get(match[1], match[0]), known[name])
        else:
            del known[name]
    return known


def names_in(run: Sequence[Argument]) -> set[str]:
    """Return every value that one command line names."""
    return names_of([list(run)])


def _filled(item: str, values: Mapping[str, str]) -> str:
    """Return `item` with the known values; an unknown one stays as `{name}`."""
    parts = []
    is_json = item.startswith("{{")
    for text, field, _, _ in string.Formatter().parse(item):
        parts.append(text)
        if field is not None:
            value = values.get(field, f"{{{field}}}")
            parts.append(json.dumps(value)[1:-1] if is_json else value)
    return "".join(parts)


def in_files(root: str, setting: Setting) -> Sourced:
    """Return a setting's value in the one file that the program takes; empty if it is missing or ambiguous there."""
    here = Path(root)
    for name in [*setting.rather, setting.file]:
        folder = links.working_folder(here, name if setting.above else setting.near)
        if (folder / name).is_file():
            return Sourced(from_file(folder, setting, name), name)
    return Sourced("", setting.file)


def from_file(root: Path, setting: Setting, name: str = "") -> str:
    """Return a setting's value in its file, or in the one called `name`; empty if it is missing or ambiguous."""
    if not setting.file:
        return ""
    path = root / (name or setting.file)
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return ""
        text = path.read_text("utf-8")
        if path.suffix in (".yml", ".yaml"):
            # Two environments in one file: which one is production is not ours to guess.
            lines = re.findall(rf"(?m)^\s*{re.escape(setting.key)}:[ \t]*([^\s#][^#\n]*)", text)
            values = {line.strip().strip("'\"") for line in lines} - {"null", "~"}
            return values.pop() if len(values) == 1 else ""
        value: object
        if path.name == "config":  # az stores it as an INI file
            ini = configparser.ConfigParser(interpolation=None)
            ini.read_string(text)
            value = {name: dict(ini[name]) for name in ini.sections()}
        else:
            value = tomllib.loads(text) if path.suffix == ".toml" else jsonc.parse(text)
    except (OSError, ValueError, RecursionError, configparser.Error):
        return ""
    for key in setting.key.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""
