"""The platform's own release: what it serves now, read before a deployment so that a rollback has a target.

Only the configured platform is queried, and nothing from an untrusted configuration.
"""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from typing import NamedTuple

from hotfix_tui.base import asking
from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.refs import resolve
from hotfix_tui.incident.model.evidence.deploy import Deployed, ReleaseSeen, RolledBack
from hotfix_tui.platforms import loader, lookup, mixed
from hotfix_tui.platforms.model import Platform, ReleaseAt
from hotfix_tui.platforms.release import ServedRelease, every, exact, read, under
from hotfix_tui.steps.common import platform_call, platform_values
from hotfix_tui.steps.common.target_commit import values as values_of
from hotfix_tui.steps.common.trusted import is_trusted
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.deploy import manifests
from hotfix_tui.steps.live.answer import LiveAnswer

WHOLE = (40, 64)
"""How long the full id of a commit is."""

SECONDS = 15.0
"""Seconds that the platform may take to say what it serves."""


class Served(NamedTuple):
    """What the platform serves; without a `release`, `why` says why that is unknown (a clause)."""

    release: ServedRelease | None
    why: str = ""
    asked: bool = True
    """False if queries are not allowed now, so that nothing is said about it."""

    @property
    def id(self) -> str:
        """The platform's own id of it, empty if unknown."""
        return self.release.id if self.release else ""


def reads(on: Platform | None) -> bool:
    """Return whether the platform's file says where to find the id of what is live."""
    current = on.commands.get("current") if on else None
    return current is not None and current.release is not None


def has_form(on: Platform, id: str, question: str = "current") -> bool:
    """Return whether `id` has the format of its answers to `question`: nothing else is sent as a release."""
    asked = on.commands.get(question)
    at = asked.release if asked else None
    return at is not None and bool(id) and re.fullmatch(at.form, id) is not None


def served(ctx: Context, on: Platform | None, seconds: float = SECONDS) -> Served:
    """Query the platform for the release it serves."""
    if on is None or not reads(on):
        why = on.no_release or "its file does not say where the release stands" if on else ""
        return Served(None, why or "no platform is configured")
    at = on.commands["current"].release
    assert at is not None
    try:
        said, why = answer(ctx, on, "current", seconds)
    except asking.NotAsked:
        return Served(None, "it is asked before the act", asked=False)
    if why:
        return Served(None, why)
    release = read(said, at)
    half = mixed.said(said, on.commands["current"].mixed)
    if half and not (release is not None and release.pinned):
        return Served(None, f"{on.name} runs more than one version: {half}")
    release = filled(ctx, on, release, seconds) if release is not None else None
    return Served(
        release, "" if release else f"{on.name} names no single release that is live{_state(said, at)}"
    )


def filled(ctx: Context, on: Platform, release: ServedRelease, seconds: float = SECONDS) -> ServedRelease:
    """Return a release with its commit and content, asked for by its id where `current` does not tell them."""
    asked = on.commands.get("content")
    if asked is None or asked.release is None or release.commit:
        return release
    try:
        said, why = answer(ctx, on, "content", seconds, more={"serving": release.id})
    except asking.NotAsked:
        return release
    made = None if why else read(said, asked.release)
    if made is None:
        return release
    return replace(release, commit=made.commit, content=release.content or made.content)


def _state(said: bytes, at: ReleaseAt) -> str:
    """Return what an answer says instead of what makes it reliable, in brackets; empty if nothing."""
    try:
        value = json.loads(said)
    except (ValueError, RecursionError):
        return ""
    told = [str(word) for word in (under(value, pointer) for pointer in at.when) if word]
    return f" (it says {one_line(', '.join(told), 80)})" if told else ""


class Spread(NamedTuple):
    """Whether all that serves runs the same: `mixed` says why not, as a clause, `unseen` why that is not known."""

    mixed: str = ""
    unseen: str = ""


def _is_json(said: bytes) -> bool:
    try:
        json.loads(said)
    except (ValueError, RecursionError):
        return False
    return True


def spread(ctx: Context, on: Platform | None, *, after_failure: bool) -> Spread:
    """Return whether more than one version serves, as a deployment that stopped half-way leaves it.

    What `current` says of that is always read; a question of its own is asked only `after_failure`.
    """
    actions = ["current", *(["spread"] if after_failure else [])]
    for action in actions:
        command = on.commands.get(action) if on is not None else None
        if on is None or command is None or not command.mixed:
            continue
        try:
            said, why = answer(ctx, on, action)
        except asking.NotAsked:
            continue
        if half := mixed.said(said, command.mixed) if not why else "":
            return Spread(f"{on.name} runs more than one version: {half}")
        why = why or ("" if _is_json(said) else "its answer cannot be read")
        if why and action == "spread":
            return Spread(unseen=f"whether all of {on.name} runs the same could not be seen ({why})")
    return _shares(ctx, on) if on is not None and after_failure else Spread()


def _shares(ctx: Context, on: Platform) -> Spread:
    """Return whether several versions have a share of the traffic, where that is a question of its own."""
    if not is_trusted(ctx) or platform_values.unmet(ctx, on):
        return Spread()
    for shares in on.shares:
        with suppress(asking.NotAsked):
            known = values(ctx, on)
            given, _ = _looked_up(ctx, on, [shares.given], known, SECONDS)
            if not given:
                continue
            known |= given
            looked, why = _looked_up(ctx, on, loader.chained(on, loader.names_in(shares.run)), known, SECONDS)
            said, why = b"", why and f"the wizard does not know {why}"
            if not why:
                argv = loader.question(on, shares.run, known | looked).commands[0]
                said, why = _called(ctx, on, argv, SECONDS)
            if half := mixed.said(said, shares.mixed):
                return Spread(f"{on.name} runs more than one version: {half}")
            if why := why or ("" if _is_json(said) else "its answer cannot be read"):
                return Spread(unseen=f"whether all of {on.name} runs the same could not be seen ({why})")
    return Spread()


def answer(
    ctx: Context, on: Platform, action: str, seconds: float = SECONDS, *, more: Mapping[str, str] = {}
) -> tuple[bytes, str]:
    """Return the answer of the platform's program to `action`, or why there is none (a clause).

    The values in `more` are known besides, and not looked up. Raises asking.NotAsked.
    """
    if not is_trusted(ctx):
        return b"", "the configuration is not trusted yet"
    known = values(ctx, on) | dict(more)
    if unmet := platform_values.unmet(ctx, on):
        return b"", unmet.rstrip(".")
    looked, why = looked_up(ctx, on, action, known, seconds)
    if why:
        return b"", f"the wizard does not know {why}"
    try:
        planned = loader.plan(on, action, known | looked)
    except loader.PlatformError as error:
        return b"", str(error)
    assert planned is not None
    if planned.missing:
        return b"", f"the wizard does not know {asks(on, planned.missing)}"
    return _called(ctx, on, planned.commands[0], seconds, ci=on.commands[action].ci)


def looked_up(
    ctx: Context, on: Platform, action: str, known: Mapping[str, str], seconds: float = SECONDS
) -> tuple[dict[str, str], str]:
    """Return what `action` needs that only the platform knows, or a clause that names it. Raises asking.NotAsked."""
    names = loader.lookups(on, action)
    if names and not is_trusted(ctx):
        return {}, f"{on.lookups[names[0]].ask} (the configuration is not trusted yet: `hotfix-tui trust`)"
    return _looked_up(ctx, on, names, known, seconds)


def _looked_up(
    ctx: Context, on: Platform, names: list[str], known: Mapping[str, str], seconds: float
) -> tuple[dict[str, str], str]:
    return lookup.resolve(on, names, known, lambda argv: _called(ctx, on, argv, seconds))


def named(on: Platform, action: str, known: Mapping[str, str]) -> dict[str, str]:
    """Return for a preview what stands for the values that `action` looks up: what each is, in angle brackets."""
    unknown = [name for name in loader.lookups(on, action) if not known.get(name)]
    return {name: f"<{on.lookups[name].ask}, looked up when you press enter>" for name in unknown}


def _called(
    ctx: Context, on: Platform, argv: list[str], seconds: float, *, ci: bool = False
) -> tuple[bytes, str]:
    env = {**on.env, **({"CI": "1"} if ci else {})}
    name = os.path.basename(argv[0])
    try:
        said = platform_call.ask(argv, env, ctx.deployed_from, seconds)
    except (OSError, ValueError) as error:
        return b"", f"{name} could not be started ({getattr(error, 'strerror', '') or error})"
    if said.status is None:
        return b"", f"{name} did not answer within {seconds:.0f} s, or without an end"
    if said.status:
        words = one_line(said.err.decode("utf-8", "replace"), 120)
        return b"", f"{name} ended with status {said.status}" + (f": {words}" if words else "")
    return said.out, ""


def values(ctx: Context, on: Platform) -> dict[str, str]:
    """Return the known values for a query of the platform."""
    environment = ctx.config.deploy.environment
    return {"production": ctx.production, "environment": environment, **platform_values.known(ctx, on)}


def asks(on: Platform, names: list[str]) -> str:
    """Return what is missing, in words."""
    told = {name: setting.ask for name, setting in on.settings.items()}
    told |= {name: lookup.ask for name, lookup in on.lookups.items()} | _WORDS
    return ", ".join(told.get(name, name) for name in names)


_WORDS = {
    "serving": "which release has all of the traffic",
    "release": "which release was live before",
    "previous": "which commit was live before",
}


def whole_commit(ctx: Context, release: ServedRelease) -> str:
    """Return the full id of the commit recorded with a release, if this repository has it; else what is recorded."""
    try:
        return (resolve(ctx.git, release.commit) if release.commit else None) or release.commit
    except GitError:
        return release.commit


def is_back(ctx: Context, on: Platform | None, served_now: Served, back_to: RolledBack) -> bool | None:
    """Return whether the platform serves what a rollback went back to; None if unknown.

    If a rollback makes its own release, the commit recorded with it tells, or what it is made of.
    """
    now = served_now.release
    if now is None:
        return None
    current = on.commands.get("current") if on else None
    if now.id == back_to.target_release:
        old = ctx.seen(Deployed).release_before
        known = old.content if old is not None and old.id == now.id else ""
        place = current is not None and current.release is not None and current.release.place
        return not place or not known or now.content == known
    if current is not None and current.release is not None and current.release.deployed_last:
        return None
    if current is None or current.release is None or not current.release.makes_new:
        return False
    its = whole_commit(ctx, now)
    if len(its) in WHOLE and back_to.target:
        return its == back_to.target
    bad = ctx.seen(Deployed).release
    return False if bad is not None and bad.id == now.id else _same_content(ctx, now)


def hides_a_rollback(on: Platform | None, seen: LiveAnswer | None) -> bool:
    """Return whether an answer is the platform's, and only lists what was deployed."""
    current = on.commands.get("current") if on else None
    at = current.release if current is not None else None
    return at is not None and at.deployed_last and seen is not None and seen.key == "platform"


def _same_content(ctx: Context, now: ServedRelease) -> bool | None:
    """Return whether its content is that of the release that was live before; None if it cannot be told from the one
    taken off.
    """
    seen = ctx.seen(Deployed)
    old = seen.release_before.content if seen.release_before is not None else ""
    bad = {
        release.content
        for release in (seen.release, seen.prepared)
        if release is not None and release.content
    }
    if not (now.content and old and bad) or old in bad:
        return None
    return now.content == old


def other_content(ctx: Context, on: Platform, back_to: str) -> str:
    """Return what to know if the place that a rollback goes back to holds something else now than it did before."""
    prepared, old = on.commands.get("prepared"), ctx.seen(Deployed).release_before
    at = prepared.release if prepared is not None else None
    if at is None or not at.place or old is None or old.id != back_to or not old.content:
        return ""
    try:
        said, why = answer(ctx, on, "prepared")
    except asking.NotAsked:
        return ""
    now = "" if why else next((release.content for release in every(said, at) if release.id == back_to), "")
    if now == old.content:
        return ""
    if not now:
        return (
            f"What {back_to} holds now is not known{f' ({why})' if why else ''}; it was {old.content} before."
        )
    return f"{back_to} holds {one_line(now, 80)} now, and not {one_line(old.content, 80)}, which was live before."


def content_of(ctx: Context, on: Platform, commit: str) -> str:
    """Return what a deployment of `commit` is made of there, such as an image; empty if unknown.

    A tag that moves is the same for what was live before, and tells nothing.
    """
    old = ctx.seen(Deployed).release_before
    if old is None or not old.content:
        return ""
    known = {
        name: value for name, value in values_of(ctx, "production", commit).items() if isinstance(value, str)
    }
    told = [command.release for name in ("current", "content") if (command := on.commands.get(name))]
    at = next((at for at in told if at is not None and (at.content or at.pattern)), None)
    if at is None:
        return ""
    known |= platform_values.known(ctx, on)
    made = exact(at, loader.filled_in(on, at.made_of, known))
    folder = loader.filled_in(on, at.manifests, known) if at.manifests and not made else ""
    if folder:
        made = manifests.image(ctx.git, commit, os.path.join(ctx.config.deploy.folder, folder), old.content)
    return made if made != old.content else ""


def kept(ctx: Context, release: ServedRelease) -> ReleaseSeen:
    """Return a release in the form in which the record keeps it."""
    fields = asdict(release)
    del fields["project"]
    return ReleaseSeen(**{**fields, "commit": whole_commit(ctx, release)})


def names(on: Platform | None, release: ServedRelease | None) -> bool:
    """Return whether a deployment by the wizard would be recognised in this release, so that its absence means no."""
    current = on.commands.get("current") if on else None
    at = current.release if current else None
    return at is not None and at.names_commit and release is not None
