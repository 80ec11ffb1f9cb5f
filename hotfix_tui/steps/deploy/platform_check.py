"""Before a platform's commands run: its program, its version, who is signed in, and the linked project.

The queries run concurrently, once per action, and never for more than a few seconds. The results are read before the
action is confirmed; none of them blocks an emergency.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import NamedTuple

from hotfix_tui.base import asking, bounded
from hotfix_tui.base.reasons import Cause, why
from hotfix_tui.base.text import clean, one_line
from hotfix_tui.platforms import agree, loader
from hotfix_tui.platforms.model import Act, Place, Platform, Same
from hotfix_tui.platforms.release import under
from hotfix_tui.steps.common import platform_call
from hotfix_tui.steps.common.trusted import is_trusted
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.deploy import last_place, methods
from hotfix_tui.steps.deploy import release as releases
from hotfix_tui.steps.deploy.last_place import NOWHERE, LastPlace

SECONDS = 8.0
"""Time limit of each query in seconds; they run concurrently."""


class Checked(NamedTuple):
    """The result: a sentence of facts (empty if unknown), and what is wrong, one sentence each."""

    facts: str = ""
    problems: tuple[str, ...] = ()
    nobody: bool = False
    """Whether the platform's program said that nobody is signed in."""
    place: tuple[str, ...] = ()
    """Where the act would go by what its program is set to here, each as ``name=value``."""

    @property
    def sentences(self) -> list[str]:
        """All of it, problems first."""
        return [*self.problems, *([self.facts] if self.facts else [])]


class _Part(NamedTuple):
    fact: str = ""
    problem: str = ""
    nobody: bool = False
    there: tuple[str, str] | None = None
    """What a part of the place is called, and which it is."""


def check(
    on: Platform,
    act: Act,
    known: Mapping[str, str],
    root: str,
    *,
    project: Callable[[float], str] = lambda _: "",
    last: LastPlace = NOWHERE,
    seconds: float = SECONDS,
) -> Checked:
    """Query the platform's program about itself before `act`; `project` returns within as many seconds what the
    platform calls the linked project, and `last` is where the last deployment went.

    Nothing is reported for what may not be queried now.
    """
    if missing := [name for name in on.programs if name in _called(on, act) and not _here(name)]:
        return Checked(problems=tuple(f"{name} is not installed here." for name in missing))
    ask = _Asker(on, root, seconds)
    questions: list[Callable[[], _Part]] = [
        partial(_account, on, known, ask),
        partial(_version, on, ask),
        *(
            partial(_option, requirement.help, requirement.option, ask)
            for requirement in on.requires
            if act in requirement.acts
        ),
        *(partial(_same, on, rule, known, ask) for rule in on.same),
        *(partial(_place, on, rule, known, ask, last) for rule in on.place),
        lambda: _Part(project(seconds)),
    ]
    with ThreadPoolExecutor(len(questions)) as pool:
        looks = [copy_context() for _ in questions]  # a thread of the pool has no query scope of its own
        parts = list(pool.map(lambda call, there: there.run(call), questions, looks))
    named = parts[-1].fact
    there = dict(part.there for part in parts if part.there)
    given = agree.from_the_environment(on, act, os.environ, known)
    where = [f"{name.removeprefix('the ')} {value}" for name, value in there.items()]
    facts = [parts[0].fact, f"project {named}" if named else "", *where, parts[1].fact]
    said = ", ".join(fact for fact in facts if fact)
    problems = tuple(part.problem for part in parts if part.problem)
    problems += tuple(agree.differing(on, act, root, os.environ, known))
    problems += tuple(
        _went_elsewhere(name, value, last, "correct the variable")
        for name, value in given.items()
        if last.values.get(name, value) != value
    )
    place = tuple(f"{name}={value}" for name, value in {**there, **given}.items())
    return Checked(f"{on.name}: {said}." if said else "", problems, parts[0].nobody, place)


def before(ctx: Context, act: Act) -> Checked:
    """Query before the configured platform carries out `act`; empty if it does not, or is not trusted."""
    on = methods.platform(ctx) if methods.configured(ctx, act) is None else None
    if on is None or act not in on.commands or not is_trusted(ctx):
        return Checked()
    current = on.commands.get("current")
    names_project = current is not None and current.release is not None and current.release.project

    def project(seconds: float) -> str:
        served = releases.served(ctx, on, seconds).release if names_project else None
        return served.project if served is not None else ""

    last = last_place.of(ctx, on, own=act not in ("deploy", "prepare", "staging"))
    return check(on, act, releases.values(ctx, on), ctx.deployed_from, project=project, last=last)


class _Asker:
    """Queries a program, bounded, with the environment of the platform's commands."""

    def __init__(self, on: Platform, root: str, seconds: float) -> None:
        self._env = {**on.env, "CI": "1"}
        self._root, self.seconds = root, seconds

    def __call__(self, argv: list[str]) -> bounded.Said | None:
        """Return how it ended; None if it may not be queried now, or cannot be started."""
        try:
            return platform_call.ask(argv, self._env, self._root, self.seconds)
        except (asking.NotAsked, OSError, ValueError):
            return None


def _account(on: Platform, known: Mapping[str, str], ask: _Asker) -> _Part:
    argv = loader.account(on, known)
    if on.account is None or argv is None or not _here(argv[0]):
        return _Part()
    answer = ask(argv)
    if answer is None:
        return _Part()
    if answer.status is None:
        return _Part(
            problem=f"{argv[0]} did not say within {ask.seconds:.0f} s who is signed in to {on.name}."
        )
    name = _named(on, answer.out) if answer.status == 0 else ""
    if name:
        return _Part(f"signed in as {name}")
    if answer.status == 0 and (
        variable := next((secret for secret in on.secrets if os.environ.get(secret)), "")
    ):
        return _Part(f"by {variable}")
    failed = why(answer.err + b"\n" + answer.out, argv[0]) if answer.status else None
    if failed is not None and failed.cause in (Cause.NETWORK, Cause.RATE):
        return _Part(problem=f"{on.name} could not be asked who is signed in: {_clause(failed.words)}.")
    said = f" ({_clause(failed.words)})" if failed is not None and failed.words else ""
    return _Part("", f"Nobody is signed in to {on.name} here{said}: {on.account.sign_in}.", nobody=True)


def _version(on: Platform, ask: _Asker) -> _Part:
    if on.version is None or not _here(on.version.run[0]):
        return _Part()
    answer, program = ask(on.version.run), on.version.run[0]
    if answer is None or answer.status:
        return _Part()
    text = clean((answer.out + b"\n" + answer.err).decode("utf-8", "replace")).strip()
    if on.version.says and text and not re.search(on.version.says, text):
        return _Part(problem=f"{program} here is another program: it says {_clause(text)}.")
    number = re.search(r"\d+\.\d+(?:\.\d+)?", text)
    return _Part(f"{program} {number[0]}" if number else "")


def _option(help: list[str], option: str, ask: _Asker) -> _Part:
    """Look for an option in a help text: version numbers say little, and old programs exit with 0 for what they
    lack.
    """
    answer = ask(help)
    if answer is None or answer.status is None:
        return _Part()
    text = re.sub(
        ".\x08", "", (answer.out + answer.err).decode("utf-8", "replace")
    )  # bold, on a page of a manual
    form = r"--[A-Za-z][\w-]*" if option.startswith("--") else r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+"
    words = re.findall(rf"(?<![\w-]){form}", text)
    if not words or option in words:
        return _Part()
    command = " ".join(word for word in help if word not in ("--help", "help"))
    return _Part(problem=f"`{command}` here does not know {option}: {help[0]} is too old, update it.")


def _same(on: Platform, rule: Same, known: Mapping[str, str], ask: _Asker) -> _Part:
    """Compare what is named there with what the repository says; no answer is no difference."""
    try:
        argv = agree.question(rule, on, known)
    except loader.PlatformError:
        return _Part()
    answer = ask(argv) if argv and _here(argv[0]) else None
    if answer is None or answer.status != 0:
        return _Part()
    return _Part(problem=agree.other(rule, on, known, answer.out))


def _place(on: Platform, rule: Place, known: Mapping[str, str], ask: _Asker, last: LastPlace) -> _Part:
    """Ask where the act would go, and compare it with where the last deployment went; no answer is no difference."""
    here = one_line(os.environ.get(rule.env, "") if rule.env else "", 200) or _answered(on, rule, known, ask)
    if not here:
        return _Part()
    same = last.values.get(rule.name, here) == here
    return _Part(
        problem="" if same else _went_elsewhere(rule.name, here, last, rule.cure), there=(rule.name, here)
    )


def _answered(on: Platform, rule: Place, known: Mapping[str, str], ask: _Asker) -> str:
    try:
        argv = agree.asked(rule, on, known)
    except loader.PlatformError:
        return ""
    answer = ask(argv) if argv and _here(argv[0]) else None
    named = agree.named(rule, answer.out) if answer is not None and answer.status == 0 else []
    return one_line(named[0], 200) if named else ""


def _went_elsewhere(name: str, here: str, last: LastPlace, cure: str) -> str:
    went = one_line(last.values[name], 80)
    return (
        f"{name[:1].upper()}{name[1:]} is {one_line(here, 80)} here, and {last.which} went to {went}: "
        f"if that is not meant, {cure}."
    )


def _named(on: Platform, out: bytes) -> str:
    """Return the account that an answer names, empty if it names none."""
    assert on.account is not None
    text = clean(out.decode("utf-8", "replace"))
    if on.account.pattern:
        match = re.search(on.account.pattern, text)
        return one_line(match["account"], 80) if match else ""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    names = (under(said, pointer) for pointer in on.account.at)
    return next((one_line(name, 80) for name in names if isinstance(name, str) and name), "")


def _called(on: Platform, act: Act) -> set[str]:
    """Return the programs that the commands of `act` call."""
    command = on.commands.get(act)
    return {line[0] for line in command.run if isinstance(line[0], str)} if command else set()


def _here(program: str) -> bool:
    import shutil

    return shutil.which(program) is not None


def _clause(text: str) -> str:
    return one_line(text, 160).rstrip(".!")
