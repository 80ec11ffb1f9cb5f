"""The parts of an automatic step: what it can see, its probe, its plan, and the reading of its result.

A step never changes the record. `probe` checks the current state; `plan` says exactly which command lines would run;
the engine shows the plan, saves the intent, starts the commands under the supervisor, and passes their end to
`conclude`, which by default calls the probe: an exit status of 0 proves nothing by itself.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, wraps
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import Git
from hotfix_tui.incident.edits.runs import Probe
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model.evidence.base import Evidence
from hotfix_tui.incident.model.evidence.branch import Base, Branched, Preflight
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.model.evidence.run import RunNote
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.record import E, Record
from hotfix_tui.incident.rules.gates import Reason, Refused, refuse
from hotfix_tui.runner.spec import Command
from hotfix_tui.session.places import find_git_common_dir

if TYPE_CHECKING:
    from hotfix_tui.config.model import Config
    from hotfix_tui.runner.runs import RunState

P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D", str, bool, None, tuple[None, None])

__all__ = [
    "Command",
    "Context",
    "Plan",
    "Probe",
    "Reason",
    "Refused",
    "Step",
    "done",
    "failed",
    "not_done",
    "refuse",
]
__all__ += ["refusing", "unknown", "unknown_if_git_fails", "waiting"]


def done(why: str = "", seen: Evidence | None = None, *, adds: bool = False) -> Probe:
    """Return "it is done", with what was seen; with `adds` that extends what was seen before, see `Probe`."""
    return Probe("done", seen, why, adds)


def not_done(why: str = "", seen: Evidence | None = None, *, adds: bool = False) -> Probe:
    """Return "it is not done (yet)"."""
    return Probe("not-done", seen, why, adds)


def failed(why: str, seen: Evidence | None = None, *, adds: bool = False) -> Probe:
    """Return "it was tried and is wrong"."""
    return Probe("failed", seen, why, adds)


def unknown(why: str, seen: Evidence | None = None, *, adds: bool = False) -> Probe:
    """Return "could not tell"."""
    return Probe("unknown", seen, why, adds)


def unknown_if_git_fails(look: Callable[P, R]) -> Callable[P, R | Probe]:
    """Let a look whose git fails answer "could not tell", with git's own sentence."""

    @wraps(look)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Probe:
        try:
            return look(*args, **kwargs)
        except GitError as error:
            return unknown(error.sentence)

    return guarded


def if_git_fails(instead: D) -> Callable[[Callable[P, R]], Callable[P, R | D]]:
    """Let a query whose git fails return `instead`: where nothing known and nothing there mean the same."""

    def guard(query: Callable[P, R]) -> Callable[P, R | D]:
        @wraps(query)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | D:
            try:
                return query(*args, **kwargs)
            except GitError:
                return instead

        return guarded

    return guard


@contextmanager
def refusing(cure: str, step: str = "") -> Iterator[None]:
    """Refuse what needs an answer of git that fails, with git's own sentence and the given cure. Raises Refused."""
    try:
        yield
    except GitError as error:
        raise refuse(f"{error.sentence}.", cure, step) from error


def waiting(why: str, seen: Evidence | None = None, *, adds: bool = False) -> Probe:
    """Return "it is in progress, but not here": in a merge queue, or as a deployment that a push started."""
    return Probe("waiting", seen, why, adds)


def asks(why: str, seen: Evidence | None = None, *, adds: bool = False) -> Probe:
    """Return "it is for the engineer to choose": not done, and `why` is the question."""
    return Probe("asks", seen, why, adds)


def given_up(why: str, seen: Evidence | None = None, *, adds: bool = False) -> Probe:
    """Return "it was taken back, as the engineer wanted": the step is to do, and did not fail."""
    return Probe("given-up", seen, why, adds)


class Choice(NamedTuple):
    """One method of a step that offers several; `name` is what ``--choose`` takes."""

    name: str
    title: str
    help: str = ""
    at_once: str = ""
    """The label of enter if it uses this method, the first one, without asking: the others are not what anybody would
    expect here, and have a key of their own. Empty if the engineer has to choose.
    """


@dataclass(frozen=True)
class Plan:
    """Exactly what a step would do.

    With `commands` empty and `by_hand` set, the step is done by a person: the instructions are shown, and it is
    verified by the probe or ticked with a name. With both empty the step only probes.
    """

    title: str
    commands: list[Command] = field(default_factory=list)
    by_hand: str = ""
    tty: bool = False
    timeout: float | None = None
    """Seconds after which the run is cancelled; None for no limit."""
    locks: list[str] = field(default_factory=list)
    """Names of locks that the run holds while it lives: ``production``, ``push-<branch>``."""
    warnings: list[str] = field(default_factory=list)
    """Sentences to read before it runs."""
    assures: list[str] = field(default_factory=list)
    """What was just checked and makes it safe: that nothing is overwritten, for example."""
    starts: str = ""
    """What it is known to trigger elsewhere, as a sentence: the CI that runs for a pushed branch, for example."""
    trusted: bool = True
    """False for commands from the repository's configuration, which run only once trusted."""
    known: Evidence | None = None
    """What is known before the run and belongs to its evidence (for example what was live before): its named fields
    extend what was seen before.
    """
    note: RunNote = field(default_factory=RunNote)
    """Notes for reading the end of the run; kept with the run."""
    unasked: bool = False
    """Whether values in its commands stand for what is only looked up before the act: it is shown, and never runs."""
    told: bool = False
    """Whether nothing here can verify that it was done by hand: a person's word is all there is."""
    url: str = ""
    """A page to open in a browser for a step that is done by hand."""
    clipboard: str = ""
    """A text to paste there."""
    env: dict[str, str] = field(default_factory=dict)
    only_looks: bool = False
    """Whether its commands change nothing anywhere: they watch what is in progress, and need no confirmation."""
    watch: str = ""
    """What is watched from then on, in its own run: a sentence; empty if nothing is."""
    log_tail: "Plan | None" = None
    """The log tail that starts along with it, as its own run; None if there is none, or it is already running."""

    @property
    def evidence(self) -> dict[str, object]:
        """What is known before the run, as it is stored."""
        return self.known.named() if self.known is not None else {}


@dataclass(frozen=True)
class Context:
    """What a step may look at: the record, the repository, the configuration, the incident's directory, the time.

    `root` is the top level of the checkout the wizard was started in (the common directory of a bare repository);
    `directory` the incident's directory.
    """

    record: Record
    root: str
    config: "Config"
    directory: str
    now: datetime
    by: str

    @cached_property
    def git(self) -> "Git":
        """Git in the checkout the wizard was started in."""
        return Git(self.root)

    @property
    def deployed_from(self) -> str:
        """The folder of the start checkout that is deployed: its top level, or the configured part."""
        return os.path.normpath(os.path.join(self.root, self.config.deploy.folder))

    @property
    def part(self) -> str:
        """The name of the deployed part, if several are deployed from this repository."""
        return self.record.seen(Preflight).target if self.config.deploy.targets else ""

    @property
    def worktree(self) -> str:
        """Where the hotfix branch is checked out; the start checkout until there is one."""
        path = self.record.seen(Branched).worktree
        return path if path and os.path.isdir(path) and self._is_worktree(path) else self.root

    def _is_worktree(self, path: str) -> bool:
        """Return whether `path` is a worktree of this repository: a record may have come from somewhere else."""
        if path == self.root:
            return True
        # An exported GIT_WORK_TREE is about the start checkout and not about this one.
        top, common = find_git_common_dir(path, variables=False)
        ours = {find_git_common_dir(self.root)[1], find_git_common_dir(self.root, variables=False)[1]}
        return top == os.path.realpath(path) and common is not None and common in ours

    @cached_property
    def work(self) -> "Git":
        """Git where the hotfix branch is checked out."""
        return Git(self.worktree)

    @property
    def branch(self) -> str:
        """The hotfix branch of this round, empty until it was created."""
        return self.record.seen(Branched).branch

    @property
    def base(self) -> str:
        """The commit that the hotfix starts from, empty until it was found."""
        return self.record.seen(Base).commit

    @property
    def remote(self) -> str:
        """The remote's name, empty when there is none."""
        return self.record.seen(Preflight).remote or ""

    @property
    def push_remote(self) -> str:
        """The remote that the hotfix branch is pushed to: a private one under embargo, a fork, or the usual one."""
        fork = self.record.seen(Preflight).push_remote or ""
        return embargo.private_remote(self.record) or fork or self.remote

    @property
    def production(self) -> str:
        """The production branch's name."""
        return self.record.production_branch

    @property
    def landing(self) -> str:
        """The branch where the fix lands: the release branch containing what is live, otherwise the production
        branch.
        """
        return self.record.landing_branch

    @property
    def commit(self) -> str:
        """The hotfix commit of this round, empty until it was made."""
        return self.record.seen(Committed).commit

    @property
    def landed(self) -> str:
        """The commit on the production branch that carries the fix, empty until that was confirmed."""
        return self.record.seen(Landed).commit

    def seen(self, kind: type[E], step: str = "") -> E:
        """Return what the step of an evidence class saw (or `step`), typed; an empty instance if it saw nothing."""
        return self.record.seen(kind, step)

    def file(self, *parts: str) -> str:
        """Return the path of a file in the incident's directory, for example a message body."""
        path = os.path.join(self.directory, *parts)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        return path


class Step:
    """One automatic step. Subclasses override what is special about them."""

    id = ""
    looks_early = False
    """Whether it is probed when an incident is opened, even before the step's turn: it may have been done outside the
    wizard. Such a probe is quick and changes nothing.
    """

    def probe(self, ctx: Context) -> Probe:
        """Check the current state and return whether the step is done for this round's commit."""
        return not_done()

    def choices(self, ctx: Context) -> list[Choice]:
        """Return the methods, the recommended one first; empty if there is only one."""
        return []

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        """Return what would run. Raises Refused if it cannot be done now, with the cure."""
        return Plan(self.id)

    def conclude(self, ctx: Context, run: "RunState", directory: str) -> Probe:
        """Return the result after the run in `directory` ended."""
        if run.state != "exited" or run.exit_code != 0:
            return failed(describe_end(run))
        return self.probe(ctx)

    def settles_early(self, directory: str) -> bool:
        """Return whether the step's goal is reached, although its run continues."""
        return False

    def came_to_nothing(self, run: "RunState") -> str:
        """Return why a finished run did nothing at all, so that its intent is withdrawn; usually empty."""
        return ""

    def apply(self, ctx: Context, choice: str = "") -> Probe | None:
        """Do what the step does without any command, for a plan without commands; None: call the probe."""
        return None


def describe_end(run: "RunState") -> str:
    """Return how a run ended, as a clause for people."""
    if run.cancelled:
        return f"cancelled: {run.cancelled}"
    if run.state == "refused":
        return f"not started: {run.holder}"
    if run.state == "lost-child-alive":
        pids = ", ".join(map(str, run.left_running))
        return f"its supervisor is gone, its commands go on (pid {pids})"
    if run.state == "running":
        return "its result was there before it had ended"
    if run.state != "exited":
        return f"its record was lost ({run.state})"
    if run.signal:
        return f"ended by signal {run.signal}"
    which = f" of command {run.failed_command + 1}" if run.failed_command else ""
    return f"exit status {run.exit_code}{which}"
