"""What the wizard would assume about this repository, before there is an incident.

The steps' own probes run on a record that is never stored, so that this says what the steps will find. Nothing from
the configuration runs: sources that would be queried are named, not queried.

Apart from `doctor`, which looks at the machine: this looks at the repository, with the steps' own eyes.
"""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

from hotfix_tui.base.redact import redact
from hotfix_tui.base.text import one_line
from hotfix_tui.config import load as config_load
from hotfix_tui.detect.platform import platforms
from hotfix_tui.engine import opening, platform_choice, project_commands
from hotfix_tui.engine.checks import DoctorCheck
from hotfix_tui.engine.core import utc_now
from hotfix_tui.engine.platform_choice import proposed
from hotfix_tui.git import repository
from hotfix_tui.git.branch_lines import lines_among, superseded
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.refs import branches
from hotfix_tui.git.tags import tags
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Base, Preflight
from hotfix_tui.incident.model.record import new_record
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.incident.rules.published import nothing_to_watch, published_alone
from hotfix_tui.steps.branch import triggers
from hotfix_tui.steps.branch.base import default_choice
from hotfix_tui.steps.branch.base_choice import find_base
from hotfix_tui.steps.branch.base_words import headline
from hotfix_tui.steps.common import production_branch, published
from hotfix_tui.steps.common.forge import forge, has_forge
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.deploy import last_place, past
from hotfix_tui.steps.live.sources import sources
from hotfix_tui.steps.registry import find

_LISTED = 6
_VARIABLE = re.compile(r"\$\{?[A-Za-z_][A-Za-z0-9_]*\}?")


def examine(root: str) -> list[DoctorCheck]:
    """Check the project in `root`, most important first; never raises because of a finding."""
    try:
        loaded = config_load.load(root)
    except config_load.ConfigError:
        return []  # the configuration's own row says what is wrong with it

    with tempfile.TemporaryDirectory(prefix="hotfix-tui-") as folder:
        commands = opening.detect_commands(root, loaded.table)
        record = new_record("doctor", now=utc_now(), by="doctor", config=loaded.table, detected=commands)
        ctx = Context(record, root, loaded.config, folder, utc_now(), "doctor")
        rows = list(_branches(ctx))
        for look in (_live, _lines, _triggers, _platform, _forge, _commands, _smoke):
            rows += _seen(look, ctx)
    shown = [
        row._replace(text=redact(row.text, os.environ)[0]) for row in rows
    ]  # programs say what they like
    return [*shown, *_written_out(loaded.table, "")]


def _written_out(value: object, key: str) -> Iterator[DoctorCheck]:
    """Yield each configuration key with a secret spelled out in its value; an incident keeps a copy of it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _written_out(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _written_out(inner, key)
    elif isinstance(value, str) and redact(_VARIABLE.sub("", value), {})[1]:
        yield DoctorCheck(
            "secrets",
            False,
            f"a secret seems to be written out in {one_line(key, 100)}; each incident keeps its commands in a file, "
            "and shows them: let the program read it from its environment",
        )


def _seen(look: Callable[[Context], Iterator[DoctorCheck]], ctx: Context) -> list[DoctorCheck]:
    try:
        return list(look(ctx))
    except GitError as problem:
        return [DoctorCheck(look.__name__.strip("_"), False, f"could not look: {problem.sentence}")]


def _branches(ctx: Context) -> Iterator[DoctorCheck]:
    """Run the probe of branch.preflight, and keep its evidence for the following rows."""
    step = find(catalog.BRANCH_PREFLIGHT)
    assert step is not None
    probe = step.probe(ctx)
    ctx.record.steps[catalog.BRANCH_PREFLIGHT] = {"state": probe.state, "evidence": probe.evidence}
    seen = probe.seen(Preflight)
    if ctx.git.blocked:
        waits = f"{ctx.git.blocked}, and git waits for ever to read it: move it away"
        yield DoctorCheck("repository", False, waits)
    if seen.production:
        remote = f" of {seen.remote}" if seen.remote else ", of this repository: there is no remote"
        yield DoctorCheck("production", True, f"{one_line(seen.production, 100)}{remote}")
    else:
        names = ", ".join(one_line(name, 60) for name in seen.production_candidates[:_LISTED])
        why = f"it could be {names}" if names else one_line(probe.why, 200) or "no branch was found"
        yield DoctorCheck("production", False, f"not known: {why}; git.production names it")


def _live(ctx: Context) -> Iterator[DoctorCheck]:
    """Yield what branch.base would choose, without the sources that only it queries."""
    probe = find_base(ctx, default_choice(ctx), {}, "")
    seen = probe.seen(Base)
    ctx.record.steps[catalog.BRANCH_BASE] = {"state": probe.state, "evidence": probe.evidence}
    asked = [source for source in sources(ctx) if not source.why_not]
    first = f"; asked first, when it matters: {', '.join(source.title for source in asked)}" if asked else ""
    cure = (
        ""
        if asked
        else f"; {published.newest(ctx) or 'git.live (an address or a command) says it for certain'}"
    )
    if seen.commit:
        yield DoctorCheck("live", True, f"{headline(ctx, seen, ago=True)}{first}{cure}")
        return
    names = ", ".join(
        one_line(candidate.name or candidate.commit[:7], 60) for candidate in seen.candidates[:_LISTED]
    )
    listed = f". Candidates: {names}" if names else ""
    question = one_line(seen.question or probe.why, 600).rstrip(".")
    told = ", ".join(source.title for source in asked if not source.second_hand)
    if told:  # nothing is missing: production itself, or its platform, answers
        yield DoctorCheck(
            "live", True, f"asked when it matters: {told}; without an answer: {question}{listed}"
        )
        return
    yield DoctorCheck("live", False, f"asked at branch.base: {question}{listed}{first}{cure}")


def _lines(ctx: Context) -> Iterator[DoctorCheck]:
    """Yield the release branches: each may get the fix too."""
    named = ctx.config.git.backports
    known = [branch.name for branch in branches(ctx.git, ctx.remote or None)]
    own = {ctx.production, ctx.landing, *named}
    lines = lines_among(known, tags(ctx.git))
    gone = superseded(known)
    release_lines = [name for name in lines if name not in own | gone]
    if ctx.landing != ctx.production and ctx.production not in named:
        yield DoctorCheck(
            "lines", True, f"{ctx.production} gets a backport, since the fix lands on {ctx.landing}"
        )
    if named:
        get = "get" if len(named) > 1 else "gets"
        yield DoctorCheck("lines", True, f"{', '.join(named)} {get} a backport (git.backports)")
    if release_lines:
        release_lines.sort(key=lambda name: (lines[name], "" if lines[name] else name), reverse=True)
        shown = ", ".join(one_line(name, 60) for name in release_lines[:_LISTED])
        more = f" and {len(release_lines) - _LISTED} more" if len(release_lines) > _LISTED else ""
        yield DoctorCheck(
            "lines", True, f"release branches: {shown}{more}; `backport LINE` carries the fix there"
        )
    if not named and not release_lines and ctx.landing == ctx.production:
        yield DoctorCheck("lines", True, "no release branches: the fix lands on one branch")


def _triggers(ctx: Context) -> Iterator[DoctorCheck]:
    """Yield what a merge, a tag and a release trigger."""
    url = ctx.seen(Preflight).remote_url or ""
    where = ctx.landing or ctx.production or "the production branch"
    read = triggers.look(ctx.git, ctx.root, ctx.config, where, url, ctx.remote)
    unsure = str(read.fields["published_unsure"])
    for sentence in read.sentences:
        about = "published" if unsure and unsure in sentence else "triggers"
        yield DoctorCheck(about, sentence not in read.questions, sentence)
    if read.by_tag:
        yield DoctorCheck("triggers", True, read.by_tag)
    known = [sentence for sentence in read.sentences if sentence not in read.old]
    if not known and ctx.config.deploy.published:
        said = "no pipeline publishes: a person does, after the tag (deploy.published)"
        yield DoctorCheck("triggers", True, said)
    elif not known:
        yield DoctorCheck(
            "triggers",
            False,
            "no pipeline and no platform file here deploys or publishes by a push, a tag or a release; what is set up "
            "elsewhere is not seen: say `set deploys.push yes` in the incident if a merge deploys",
        )


def _platform(ctx: Context) -> Iterator[DoctorCheck]:
    """Yield how production is deployed."""
    deploy = ctx.config.deploy
    several = proposed(ctx.root, ctx.config)
    suggested = [found for found in platforms(ctx.root) if not found.docs]
    others = [platform for platform in suggested if platform.name != deploy.platform]
    if deploy.targets:
        each = [
            f"{name} ({target.platform or 'as [deploy] says'})" for name, target in deploy.targets.items()
        ]
        yield DoctorCheck(
            "platform", True, f"{', '.join(each[:_LISTED])}: an incident asks which one it is about"
        )
    elif deploy.production is not None:
        yield DoctorCheck("platform", True, "deploy.production deploys")
    elif deploy.platform:
        yield from _configured_platform(ctx)
    elif several:
        each = [f"{name} ({target['platform']})" for name, target in several.items()]
        yield DoctorCheck(
            "platform",
            False,
            f"several things: {', '.join(each[:_LISTED])}; `hotfix-tui platform --targets` names them, so that an "
            "incident is about one",
        )
    elif len(suggested) == 1:
        platform = suggested[0]
        yield DoctorCheck(
            "platform",
            False,
            f"probably {platform.name}: {one_line(platform.evidence, 100)}; `hotfix-tui platform {platform.name}` lets "
            "the wizard use it",
        )
    elif others:
        names = ", ".join(f"{other.name} ({one_line(other.evidence, 60)})" for other in others[:_LISTED])
        yield DoctorCheck("platform", False, f"one of {names}; deploy.platform or deploy.production names it")
    elif published_alone(ctx.record):
        yield DoctorCheck("platform", True, "none: others install what is published, and nothing runs here")
    else:
        yield DoctorCheck(
            "platform",
            False,
            "not known: the deployment is done by hand; deploy.production is a command for it",
        )


def _configured_platform(ctx: Context) -> Iterator[DoctorCheck]:
    """Yield the configured platform: its values, and what its program reports of itself and of us."""
    name = ctx.config.deploy.platform
    try:
        view = platform_choice.look(ctx.root, ctx.config)
    except Refused as no:
        yield DoctorCheck("platform", False, str(no.reasons[0]))
        return
    assert view is not None
    given = {value.name: value.value for value in view.values if value.value}
    if unread := past.unread(view.platform, given):
        yield DoctorCheck("platform", True, unread.rstrip("."))
    if not view.lines:
        yield DoctorCheck(
            "platform", True, f"{name} (deploy.platform), which the wizard deploys by hand only"
        )
        return
    odd = [key for key in ctx.config.deploy.settings if key not in view.platform.settings]
    for key in odd:
        known = ", ".join(view.platform.settings) or "none"
        yield DoctorCheck(
            "platform",
            False,
            f"deploy.settings.{key} is no setting of {view.platform.name}; known are {known}",
        )
    if missing := view.missing:
        asked = "; ".join(f"{value.name}: {one_line(value.ask, 100)}" for value in missing)
        cure = " ".join(f"{value.name}=…" for value in missing)
        yield DoctorCheck(
            "platform", False, f"{name} needs values ({asked}): `hotfix-tui platform {name} {cure}`"
        )
    last = last_place.of(ctx, view.platform, own=False)
    seen = platform_choice.checked_now(ctx.root, ctx.config, view, last)
    for problem in seen.problems:
        yield DoctorCheck("platform", False, problem)
    if not (missing or odd or seen.problems):
        yield DoctorCheck(
            "platform", True, f"{name} (deploy.platform){f': {seen.facts}' if seen.facts else ''}"
        )


def _forge(ctx: Context) -> Iterator[DoctorCheck]:
    """Yield how pull requests are opened."""
    if not has_forge(ctx):
        yield DoctorCheck("forge", True, "none: the change is merged with git")
        return
    way, why = forge(ctx)
    kind = ctx.seen(Preflight).forge or ""
    how = f"{kind}, asked by its program" if way.can_query else f"{kind}, by its pages"
    yield DoctorCheck("forge", not why, f"{how}{f': {why}' if why else ''}")


def _smoke(ctx: Context) -> Iterator[DoctorCheck]:
    """Yield what tests production after a deployment."""
    known = [*(check.name for check in ctx.config.smoke), *(check.name for check in ctx.config.probe)]
    if known:
        yield DoctorCheck(
            "smoke", True, f"after a deployment: {', '.join(one_line(name, 60) for name in known[:_LISTED])}"
        )
        return
    maybe = [candidate.name for candidate in platforms(ctx.root) if not candidate.docs]
    if nothing_to_watch(ctx.record) and maybe:
        said = f"what came out is tried by hand, and nothing is watched, until {maybe[0]} or a [[smoke]] is configured"
        yield DoctorCheck(
            "smoke", False, f"published by its pipelines, and perhaps run by {maybe[0]}: {said}"
        )
        return
    if nothing_to_watch(ctx.record):
        said = (
            "nothing runs here: what came out is tried by hand, as its users get it, and nothing is watched"
        )
        yield DoctorCheck("smoke", True, said)
        return
    yield DoctorCheck(
        "smoke",
        False,
        "none is configured: production is tried by hand after a deployment; [[smoke]] with a name and a url asks it",
    )


def _commands(ctx: Context) -> Iterator[DoctorCheck]:
    """Yield the project's commands with what is missing for them."""
    if (branch := ctx.landing or ctx.production) and not _checked_out(ctx, branch):
        said = "as the files here have them; once the hotfix branch is made, those of "
        yield DoctorCheck("commands", True, f"{said}{one_line(branch, 100)} are read")
    table: dict[str, Any] = {name: getattr(ctx.config.commands, name) for name in project_commands.NAMES}
    for view in project_commands.of_repository(ctx.root, table):
        if view.now is None:
            yield _without(view)
            continue
        place = f" in {view.now.cwd}" if view.now.cwd else ""
        text = f"{one_line(view.now.line, 200)}{place}, because {one_line(view.now.why, 200)}"
        for program in view.missing:
            text += f"; {one_line(program, 60)} is not installed here"
        text += f". {one_line(view.doubt, 300)}" if view.doubt else ""
        yield DoctorCheck(view.name, not view.missing and not view.doubt, text)


def _checked_out(ctx: Context, branch: str) -> bool:
    """Return whether the files here are those of `branch`, or of one that stands where it does."""
    here, there = repository.head(ctx.git), production_branch.head_of(ctx, branch)[0]
    return here.branch == branch or not there or here.commit == there


def _without(view: project_commands.CommandView) -> DoctorCheck:
    """Return what it means that a kind of command is missing."""
    lint = next((other for other in view.others if other.lint), None)
    said = {
        "setup": "none is known: nothing is installed before the tests",
        "test": "none is known: the tests are run by hand; commands.test names one",
        "typecheck": f"none is known; {one_line(lint.line, 100)} is a linter" if lint else "none is known",
        "build": "none is known: nothing is built before the commit",
        "regression": "found by the language of the changed tests",
    }
    return DoctorCheck(view.name, view.name != "test", said[view.name])
