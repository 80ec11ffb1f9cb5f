"""Carries a step out: which method, who signs, what will run, the confirmation, the run, and what is left to a
person.

It has no widgets: it asks through the app's dialogs, one after another, and reports to its host.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from hotfix_tui.base.text import sentence
from hotfix_tui.engine import (
    commands,
    decisions,
    execute,
    guards,
    interactive,
    prepare,
    reconcile,
    unrecorded,
    ways_back,
)
from hotfix_tui.engine.errors import NeedsTrust
from hotfix_tui.engine.prepare import PlanChanged, Prepared
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.catalog import BY_A_PLATFORM
from hotfix_tui.incident.model.evidence.base import DONE_BY_HAND, Evidence
from hotfix_tui.incident.model.evidence.deploy import RolledBack
from hotfix_tui.incident.rules import gates, set_off, signing
from hotfix_tui.incident.rules.gates import Reason, Refused
from hotfix_tui.incident.rules.views import views
from hotfix_tui.session.errors import StoreError
from hotfix_tui.ui.presenters import confirmation, roll_back
from hotfix_tui.ui.presenters.default_action import leaves_machine
from hotfix_tui.ui.screens import dialogs
from hotfix_tui.ui.screens.stage import menus, platform

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotfix_tui.engine.core import Engine
    from hotfix_tui.incident.model.record import Record
    from hotfix_tui.incident.rules.step_state import StepView
    from hotfix_tui.steps.contract import Plan
    from hotfix_tui.ui.app import HotfixApp
    from hotfix_tui.ui.pictures.scene import Scene

ROLLBACK = catalog.DEPLOY_ROLLBACK

MAY_ASK = (
    catalog.BRANCH_BASE,
    catalog.VERIFY_COMMIT,
    catalog.VERIFY_PUSH,
    catalog.RELEASE_MERGE,
    catalog.RELEASE_CONFIRM,
    catalog.RELEASE_TAG,
)
"""Steps whose git commands may need a passphrase, a host key or a signature."""

_SEEN = {
    "done": "done",
    "not-done": "not done",
    "failed": "wrong",
    "waiting": "under way elsewhere",
    "unknown": "cannot look",
}
"""The result of a probe, in words."""

_AGAINST = {
    signing.BYPASS: "Merge past the rules: a signed waiver",
    signing.ANYWAY: "Deploy against what was found: a reason with a name",
}


class RunnerHost(Protocol):
    """What the runner needs from its screen."""

    reconciling: bool

    @property
    def app(self) -> "HotfixApp":
        """The app, for its dialogs and lanes."""

    @property
    def engine(self) -> "Engine":
        """The engine of the incident."""

    def scene(self) -> "Scene":
        """Return what is shown now."""

    def show_notice(self, words: str) -> None:
        """Show `words` in the bar, or clear them."""

    def blocked(self, step: str) -> "tuple[Reason, ...]":
        """Return why the gate does not let `step` pass now, as far as known."""

    def view_stage(self, stage: str) -> None:
        """Show `stage`, with its first open step selected."""

    def action_finished(self, step: str = "") -> None:
        """Continue after an action, on `step` if it was about one."""


class StepRunner:
    """Runs steps for `host`, one at a time."""

    def __init__(self, host: RunnerHost) -> None:
        self._host = host
        self.acting = False
        """Whether an action is being prepared or started; another one has to wait for it."""
        self._left_to_hand: set[str] = set()
        """Steps that are done by hand this time, though a platform could carry them out."""

    @property
    def _app(self) -> "HotfixApp":
        return self._host.app

    @property
    def _engine(self) -> "Engine":
        return self._host.engine

    @property
    def _record(self) -> "Record":
        return self._engine.record

    # Starting

    def held_back(self, step: str) -> str:
        """Return why `step` has to wait for the first probes, or an empty text."""
        if self._host.reconciling and leaves_machine(step) and step != ROLLBACK:
            return "Checking what changed while you were away…"
        return ""

    async def start(self, step: str) -> None:
        """Carry out `step`: ask for the method if there are several, show what leaves the machine, then run."""
        if self.acting:
            return
        if reason := self.held_back(step):
            self._app.notify(reason, markup=False)
            return
        if reasons := self._host.blocked(step):
            raise Refused(list(reasons))  # known for exactly this record: nobody has to be asked first
        if step in BY_A_PLATFORM and step not in self._left_to_hand:
            said = await platform.offer(self._app, self._engine, step)
            if said == platform.BY_HAND:
                self._left_to_hand.add(step)
            elif said:
                return
        await self._choose_method(step, gated=step != ROLLBACK)

    async def by_itself(self, step: str) -> None:
        """Probe `step` without a key, if nothing has to be asked, trusted or confirmed; otherwise leave it to a key."""
        if self.held_back(step) or self._host.blocked(step):
            return
        self._show_busy("looking…")
        try:
            prepared = await self._app.result_of(self._app.work, lambda: self._unasked(step))
            self.clear_busy()
            if prepared is not None:
                await self._run(prepared, "")
        except Refused:
            self.clear_busy()  # another probe came first, or enter says why, with the cure

    def _unasked(self, step: str) -> Prepared | None:
        """Return `step` prepared with its usual method; None if that needs a choice, trust, manual work or a
        confirmation.
        """
        first = prepare.prepare(self._engine, step, None)
        usual = prepare.way_at_once(self._engine, step, first.choices)
        if len(first.choices) > 1:
            if not usual:
                return None
            first = prepare.prepare(self._engine, step, usual, after=first)
        plan = first.plan
        if plan is None or plan.by_hand or plan.warnings or first.needs_word or leaves_machine(step):
            return None
        return first if plan.trusted or execute.is_trusted(self._engine) else None

    async def roll_back(self) -> None:
        """Offer the ways back."""
        await self.start(ROLLBACK)

    async def choose(self, step: str) -> None:
        """Let the engineer choose how `step` continues, then carry it out; the choice itself passes no gate."""
        if not self.acting:
            await self._choose_method(step, gated=False)

    async def other_way(self, step: str) -> None:
        """Let the engineer choose the method of a step that enter carries out with its usual one."""
        if self.acting:
            return
        if reason := self.held_back(step):
            self._app.notify(reason, markup=False)
            return
        await self._choose_method(step, gated=True, asks=True)

    async def _choose_method(self, step: str, *, gated: bool, asks: bool = False) -> None:
        self._show_busy("preparing…")
        prepared = await self._app.result_of(
            self._app.work, lambda: prepare.prepare(self._engine, step, None, gated=gated)
        )
        self.clear_busy()
        usual = prepare.way_at_once(self._engine, step, prepared.choices)
        if step == ROLLBACK:
            await self._roll_back(prepared)
        elif asks and len(prepared.choices) < 2:
            self._app.notify("There is only one way to do this.", markup=False)
        elif len(prepared.choices) > 1 and usual and not asks:
            await self.go_on(step, usual, after=prepared)
        elif len(prepared.choices) > 1:
            options = [dialogs.Option(way.name, way.title, way.help) for way in prepared.choices]
            known = self._record.definition(step)
            question = self._record.seen(Evidence, step).asked
            chosen = await self._app.ask(dialogs.Choose(known.title, options, question or known.help))
            if chosen is not None:
                await self.go_on(step, chosen, after=prepared)
        elif self._asks_again(prepared):
            await self._again(prepared)
        else:
            await self._confirm(prepared)

    async def _roll_back(self, prepared: Prepared) -> None:
        """Show what was measured and the ways back, then go on to the confirmation of the chosen one."""
        self._show_busy("looking at the ways back…")
        ways, said = await self._app.result_of(
            self._app.work, lambda: (ways_back.read(self._engine, prepared), roll_back.measured(self._engine))
        )
        self.clear_busy()
        chosen = await self._app.ask(dialogs.RollBack(ways, said, self._engine.root))
        if chosen is not None:
            await self.go_on(ROLLBACK, chosen, after=prepared)

    def _asks_again(self, prepared: Prepared) -> bool:
        state = self._record.entry(prepared.step).get("state")
        return state == "failed" and prepared.step in MAY_ASK and prepared.already is None

    async def _again(self, prepared: Prepared) -> None:
        """Offer the terminal for a failed step: a passphrase or a host key can only be typed there."""
        why = self._record.said(prepared.step)
        title = self._record.definition(prepared.step).title
        name = await self._app.ask(dialogs.Choose(title, menus.run_again(), why))
        if name is not None:
            await self._confirm(prepared, terminal=name == "terminal")

    async def go_on(self, step: str, choice: str, *, after: Prepared | None = None) -> None:
        """Carry out `step` by the method `choice`: sign for what it overrides, confirm what is shown, run it."""
        if not await self._signed(step, choice):
            return
        self._show_busy("preparing…")
        prepared = await self._app.result_of(
            self._app.work, lambda: prepare.prepare(self._engine, step, choice, after=after)
        )
        self.clear_busy()
        await self._confirm(prepared)

    async def _confirm(
        self, prepared: Prepared, *, terminal: bool = False, changed: Sequence[str] = ()
    ) -> None:
        """Show what is about to leave this machine, or has `changed`, and run it once confirmed."""
        word: str | None = ""
        if changed or (prepared.confirmed and (leaves_machine(prepared.step) or prepared.needs_word)):
            production = bool(prepared.needs_word)
            said = confirmation.of(
                self._host.scene(),
                prepared.step,
                execute.planned_of(prepared),
                production=production,
                notes=[*changed, *(self._others() if production else [])],
            )
            word = await self._app.ask(dialogs.Confirm(said, list(prepared.needs_word)))
        if word is not None and terminal:
            self._run_in_terminal(prepared, word)
        elif word is not None:
            await self._run(prepared, word)

    async def _signed(self, step: str, choice: str) -> bool:
        """Ask who signs for what `choice` overrides; return whether to go on."""
        if (step, choice) not in (signing.BYPASS, signing.ANYWAY):
            return True

        self._show_busy("looking…")
        wants = await self._app.result_of(
            self._app.work, lambda: guards.wants_signature(self._engine, step, choice)
        )
        self.clear_busy()
        if not wants:
            return True
        intro = "It appears in the pull request, the timeline and the review."
        title = _AGAINST[step, choice]
        form = dialogs.name_and_reason(title, why="Why that is right", intro=intro)
        async with dialogs.kept(self._app, self._engine, f"sign-{step}-{choice}", form) as values:
            if not values:
                return False
            name, why = values["name"], values["why"]
            await self._app.result_of(
                self._app.changes, lambda: guards.sign(self._engine, step, choice, name, why)
            )
        return True

    def _others(self) -> list[str]:
        """Name the other open incidents of this repository."""
        out: list[str] = []
        try:
            known = self._app.store.listing()
        except StoreError:
            return out  # they cannot be listed now, which must not stop a rollback
        for other in known:
            if other.id != self._engine.id and other.state == "open":
                out.append(f"{other.ticket or other.id} is open here too, in {other.stage}.")
        return out

    # Running

    async def may_run(self) -> bool:
        """Return whether the project's commands are trusted; those that are not are shown, to be read first."""
        engine = self._engine
        trusted = await self._app.result_of(self._app.work, lambda: execute.is_trusted(engine))
        if not trusted:
            trusted = await self._app.ask(self._app.routes.trust()) is True
        return trusted

    def _run_in_terminal(self, prepared: Prepared, word: str) -> None:
        def run() -> str:
            done = interactive.execute(self._engine, prepared, word)
            known = self._record.definition(prepared.step).title
            return "" if done.state == "done" else f"{known}: {done.state}: {done.why}"

        self._app.with_terminal(run)
        self._host.action_finished()

    async def _run(self, prepared: Prepared, word: str) -> None:
        step, choice = prepared.step, prepared.method
        self._show_busy("starting…")
        try:
            done = await self._app.result_of(self._app.work, lambda: self._performed(prepared, word))
        except PlanChanged as other:
            self.clear_busy()
            said = "It would do something else now than what you confirmed:"
            await self._confirm(other.now, changed=[said, *other.lines])
            return
        except NeedsTrust:
            self.clear_busy()
            if await self._app.ask(self._app.routes.trust()):
                await self._confirm(prepared)  # what leaves this machine is confirmed once more
            return
        self.clear_busy()
        if done.unrecorded:
            # The outcome of a rollback that the record does not know: it can be read nowhere else.
            title = f"{self._record.definition(step).title}: {done.state}"
            await self._app.ask(dialogs.Notice(title, f"{done.why}\nIts output is in {done.unrecorded}/log"))
            return
        if done.state == "by-hand" and done.plan is not None:
            await self._by_hand(step, done.plan)
            return
        if done.state in ("not-done", "unknown", "waiting", "running") and done.why:
            self._app.notify(sentence(done.why), severity="warning", markup=False)
        self._host.action_finished(step)
        if step == ROLLBACK and done.state in ("running", "done"):
            self._host.view_stage("deploy")  # its log, its duration and its consequences are shown there
        if done.state == "asks":
            await self.choose(step)
        if decisions.leads_to_rollback(step, choice):
            await self.start(ROLLBACK)

    def _performed(self, prepared: Prepared, word: str) -> reconcile.Performed:
        done = execute.execute(self._engine, prepared, word)
        if not done.unrecorded:
            return done

        return unrecorded.finish(self._engine, done)._replace(unrecorded=done.unrecorded)

    async def stop(self, number: int) -> None:
        """Stop the run `number`, with everything it started."""
        await self._app.result_of(self._app.changes, lambda: reconcile.cancel(self._engine, number))
        self._app.notify("Stopping…")

    # What a person does or knows

    async def _by_hand(self, step: str, plan: "Plan") -> None:
        """Show what is to be done by hand until it was probed again, ticked or left."""
        name: str | None = "open"
        while name in ("open", "copy"):
            name = await self._app.ask(dialogs.Choose(plan.title, menus.by_hand(plan), plan.by_hand))
            if name == "open":
                said = self._app.browser.open(plan.url)
                self._app.notify(said or f"Opened {plan.url}", markup=False)
            elif name == "copy":
                self._app.copy(plan.clipboard)
        if name == "again":
            await self.look_again(step)
        elif name == "tick" and step == catalog.APPROVAL:
            await self.tick_named(step)
        elif name == "tick":
            await self._change(lambda: commands.tick(self._engine, step, DONE_BY_HAND))

    async def tick_named(self, step: str) -> None:
        """Tick `step`, which nobody can check, with the name of the person vouching for it."""
        title = self._record.definition(step).title
        values = await self._app.ask(dialogs.name_only(title, "Reviewer who approved"))
        if values:
            await self._change(lambda: commands.tick(self._engine, step, values["name"]))

    async def say_what_happened(self, step: str) -> None:
        """Ask for the outcome of a run of `step` whose result nobody recorded."""
        number = self._record.entry(step).get("run")
        title = f"Run {number}: the result is unknown"
        url, why = "", self._record.said(step)
        if step == ROLLBACK:
            url = self._record.seen(RolledBack).url
        follows = step == catalog.DEPLOY_PRODUCTION and set_off.follows_push(self._record)
        way_on = gates.way_on_back(self._record) if step == ROLLBACK else ""
        answers = menus.unknown_run(url, follows=follows, way_on=way_on)
        name = await self._app.ask(dialogs.Choose(title, answers, why))
        if name == "open":
            said = self._app.browser.open(url)
            self._app.notify(said or f"Opened {url}", markup=False)
        elif name == "again":
            await self.look_again(step)
        elif name == "follow":
            await self.start(step)
        elif name in menus.WAYS_ON:
            await self.go_on(step, name)
        elif name and number is not None:
            await self._change(lambda: commands.look(self._engine, int(number), name == "did"))

    async def look_again(self, step: str) -> None:
        """Probe `step` again, and say what was seen."""
        view: StepView | None = views(self._record).get(step)
        self._show_busy("looking…")
        probe = await self._app.result_of(self._app.looks, lambda: reconcile.probe_step(self._engine, step))
        self.clear_busy()
        self._app.notify(_SEEN[probe.state] + (f": {probe.why}" if probe.why else ""), markup=False)
        if view is None or not view.settled:
            self._host.action_finished(step)  # otherwise what was seen is what the engineer wants to read

    async def _change(self, call: "Callable[[], object]") -> None:
        await self._app.result_of(self._app.changes, call)
        self._host.action_finished()

    # What is in progress

    def _show_busy(self, words: str) -> None:
        self.acting = True
        self._host.show_notice(words)

    def clear_busy(self) -> None:
        """The action has started, or did not: the next one may come."""
        self.acting = False
        self._host.show_notice("")
