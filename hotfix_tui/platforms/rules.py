"""What is checked of a data file's rules for reading answers, so that a mistake in one is found when it is loaded.

Apart from `loader`, which reads the files: each check takes a part that was read, and says what is wrong with it.
"""

import re
import string
from collections.abc import Sequence

from hotfix_tui.base.errors import HotfixError
from hotfix_tui.platforms.model import Argument, Mixed, Place, Platform, ReleaseAt, Same


class PlatformError(HotfixError):
    """An invalid data file, or none with that name: one sentence."""


def names_of(run: Sequence[Sequence[Argument]]) -> set[str]:
    """Return every value that the commands mention."""
    items = [
        item
        for line in run
        for argument in line
        for item in ([argument] if isinstance(argument, str) else argument)
    ]
    return {field for item in items for _, field, _, _ in string.Formatter().parse(item) if field}


def check_same(described: Platform, known: frozenset[str]) -> None:
    """Raise PlatformError unless everything that is compared can be asked, read and told."""
    for rule in described.same:
        where = f"{described.id}: same"
        if unknown := sorted(
            names_of([rule.run, [rule.here]]) - known | names_of([[rule.differs]]) - known - {"there"}
        ):
            raise PlatformError(f"{where} uses the unknown value {unknown[0]!a}")
        _check_there(where, rule)


def check_places(described: Platform, known: frozenset[str]) -> None:
    """Raise PlatformError unless it can be asked and read where an act would go."""
    for rule in described.place:
        where = f"{described.id}: place"
        if unknown := sorted(names_of([rule.run]) - known):
            raise PlatformError(f"{where} uses the unknown value {unknown[0]!a}")
        if rule.unless and rule.unless not in described.settings:
            raise PlatformError(f"{where} names no setting: {rule.unless!a}")
        _check_there(where, rule)


def _check_there(where: str, rule: Same | Place) -> None:
    if bool(rule.at) == bool(rule.pattern) or any(not pointer.startswith("/") for pointer in rule.at):
        raise PlatformError(f"{where} wants either at, with JSON Pointers, or pattern")
    try:
        groups = re.compile(rule.pattern).groupindex
    except re.error as error:
        raise PlatformError(f"{where} has a pattern that cannot be read: {error}") from error
    if rule.pattern and "there" not in groups:
        raise PlatformError(f"{where}.pattern has no group called there")


def check_mixed(described: Platform, known: frozenset[str]) -> None:
    """Raise PlatformError unless it can be read whether more than one version serves."""
    for action, command in described.commands.items():
        where = f"{described.id}: commands.{action}"
        if action == "spread" and not command.mixed:
            raise PlatformError(f"{where} does not say when more than one version serves")
        if command.mixed and action not in ("current", "spread"):
            raise PlatformError(f"{where} has mixed, which belongs to commands.current and commands.spread")
        for rule in command.mixed:
            check_rule(where, rule)
    for shares in described.shares:
        where = f"{described.id}: shares"
        if shares.given not in described.lookups:
            raise PlatformError(f"{where} asks for {shares.given}, which the file does not have")
        if unknown := sorted(names_of([shares.run]) - known):
            raise PlatformError(f"{where} uses the unknown value {unknown[0]!a}")
        for rule in shares.mixed:
            check_rule(where, rule)


def check_rule(where: str, rule: Mixed) -> None:
    """Raise PlatformError unless `rule` can be applied to an answer."""
    pointers = [*rule.where, *(pointer for pair in rule.differ for pointer in pair)]
    if bool(rule.same) == bool(pointers):
        raise PlatformError(f"{where}.mixed wants either same, or where and differ")
    if wrong := [pointer for pointer in pointers if not pointer.startswith("/")]:
        raise PlatformError(f"{where}.mixed: {wrong[0]!a} is no JSON Pointer")
    try:
        for pattern in (rule.same, *rule.where.values()):
            re.compile(pattern)
    except re.error as error:
        raise PlatformError(f"{where}.mixed has a pattern that cannot be read: {error}") from error


def check_phases(described: Platform) -> None:
    """Raise PlatformError unless the phases' patterns compile, and each phase has its own name."""
    if len({phase.name for phase in described.phases}) < len(described.phases):
        raise PlatformError(f"{described.id}: two phases have one name")
    for phase in described.phases:
        try:
            re.compile(phase.begins)
            many = re.compile(phase.far).groups if phase.far else 2
        except re.error as error:
            raise PlatformError(
                f"{described.id}: the phase {phase.name} has a pattern that cannot be read: {error}"
            ) from error
        if many != 2:
            raise PlatformError(f"{described.id}: the pattern far of the phase {phase.name} wants two groups")


def check_release(platform: str, action: str, at: ReleaseAt) -> None:
    """Raise PlatformError unless it is defined where to find a release, and which form its id has."""
    where = f"{platform}: commands.{action}.release"
    if action not in ("current", "prepared", "content"):
        raise PlatformError(f"{where} belongs to commands.current")
    if bool(at.id) == bool(at.pattern) or not at.form:
        raise PlatformError(f"{where} wants a form, and either id or pattern")
    pointers = [at.id, at.each, *at.when, *at.where, *at.commit, at.time, at.address, at.share, at.pinned]
    pointers += [at.content, *at.back, *at.forms]
    if wrong := [pointer for pointer in pointers if pointer and not pointer.startswith("/")]:
        raise PlatformError(f"{where}: {wrong[0]!a} is no JSON Pointer")
    try:
        groups = re.compile(at.pattern).groupindex
        kept = re.compile(at.exact).groupindex if at.exact else {"exact": 0}
        for form in (at.form, *at.forms.values()):
            re.compile(form)
    except re.error as error:
        raise PlatformError(f"{where} has a pattern that cannot be read: {error}") from error
    if at.pattern and "id" not in groups:
        raise PlatformError(f"{where}.pattern has no group called id")
    if "exact" not in kept:
        raise PlatformError(f"{where}.exact has no group called exact")
