"""How the stage screen carries a step out: which way, what will run, confirmation, and what is done by hand."""

from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from hotfix_tui.engine import decisions, perform, settling, verbs
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.rules import gates, signing
from hotfix_tui.session.errors import StoreError
from hotfix_tui.ui.presenters.default_action import leaves_machine
from hotfix_tui.ui.screens import dialogs

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.incident.model.record import Record
    from hotfix_tui.incident.rules.step_state import StepView
    from hotfix_tui.ui.app import HotfixApp


_SEEN = {
    "done": "done",
    "not-done": "not done",
    "failed": "wrong",
    "waiting": "under way elsewhere",
    "unknown": "cannot look",
}
"""What a look at the world said, in words."""

_AGAINST = {
    signing.BYPASS: "Merge past the rules: a signed waiver",
    signing.ANYWAY: "Deploy against what was found: a reason with a name",
}

MAY_ASK = ("branch.base", "verify.commit", "verify.push", "release.merge", "release.confirm", "release.tag")
"""Steps whose git commands may need a passphrase, a host key or a signature."""


class StageRun(Screen[None]):
    """Running steps; the stage screen inherits it."""

    engine: "Engine"
    app: "HotfixApp"
    notice: str

    if TYPE_CHECKING:

        @property
        def record(self) -> "Record": ...
        @property
        def selected(self) -> "StepView | None": ...
        def show_strip(self) -> None: ...
        def act_done(self, step: str = "") -> None: ...
        def _change(self, call: Any) -> None: ...
        def _tick_named(self, step: str) -> None: ...

    reconciling = False
    """Whether the record is being brought in line with the world: nothing irreversible is offered before."""

    acting = False
    """Whether an act is being prepared or started; another one has to wait for it."""

    def start_step(self, step: str) -> None:
        """Carry out `step`: ask which way if there are several, show what leaves the machine, then run."""
        if self.acting:
            return
        if self.reconciling and leaves_machine(step) and step != "deploy.rollback":
            self.app.notify("One moment: looking at what has happened meanwhile.", markup=False)
            return
        self._busy("preparing…")
        self.app.perform(lambda: self._gate(step), lambda ways: self._choose_way(step, ways))

    def _gate(self, step: str) -> list[Any]:
        if step != "deploy.rollback":
            gates.may_start(self.record, step)
        return perform.choices(self.engine, step)

    def _with_choices(self, step: str) -> None:
        if self.acting:
            return
        self._busy("preparing…")
        self.app.perform(
            lambda: perform.choices(self.engine, step), lambda ways: self._choose_way(step, ways)
        )

    def _choose_way(self, step: str, ways: list[Any]) -> None:
        self.idle()
        if self.record.entry(step).get("state") == "failed" and step in MAY_ASK and len(ways) < 2:
            self._again(step, ways[0].name if ways else "")
            return
        if len(ways) < 2:
            self._prepare(step, ways[0].name if ways else "")
            return
        options = [dialogs.Option(way.name, way.title, way.help) for way in ways]
        known = self.record.definition(step)

        def chosen(name: str | None) -> None:
            if name is not None:
                self._signed(step, name)

        question = str(self.record.evidence(step, "question", ""))
        self.app.push_screen(dialogs.Choose(known.title, options, question or known.help), chosen)

    def _signed(self, step: str, choice: str) -> None:
        """Go on once what `choice` goes against is signed for."""
        if (step, choice) not in (signing.BYPASS, signing.ANYWAY):
            self._prepare(step, choice)
            return
        from hotfix_tui.engine import standing

        self._busy("looking…")
        self.app.perform(
            lambda: standing.wants_signature(self.engine, step, choice),
            lambda wants: self._ask_signature(step, choice) if wants else self._prepare(step, choice),
        )

    def _ask_signature(self, step: str, choice: str) -> None:
        from hotfix_tui.engine import standing

        self.idle()

        def answered(values: dict[str, str] | None) -> None:
            if values:
                self.app.change(
                    lambda: standing.sign(self.engine, step, choice, values["name"], values["why"]),
                    lambda _: self._prepare(step, choice),
                )

        intro = "It appears in the pull request, the timeline and the review."
        title = _AGAINST[step, choice]
        self.app.push_screen(dialogs.name_and_reason(title, why="Why that is right", intro=intro), answered)

    def _again(self, step: str, choice: str) -> None:
        """Offer the terminal to a step that failed: a passphrase or a host key can be typed there only."""
        options = [
            dialogs.Option("again", "Run it again"),
            dialogs.Option(
                "terminal", "Run it again with the terminal", "to type a passphrase or accept a host key"
            ),
        ]

        def chosen(name: str | None) -> None:
            if name == "again":
                self._prepare(step, choice)
            elif name == "terminal":
                self._prepare(step, choice, terminal=True)

        why = str(self.record.evidence(step, "why", ""))
        self.app.push_screen(dialogs.Choose(self.record.definition(step).title, options, why), chosen)

    def _prepare(self, step: str, choice: str, *, terminal: bool = False) -> None:
        if not leaves_machine(step):
            self._carry_out(step, choice, "", terminal)
            return
        self._busy("preparing…")
        self.app.perform(
            lambda: self._checked_plan(step, choice),
            lambda plan: self._ask_confirm(step, choice, plan, terminal),
        )

    def _carry_out(self, step: str, choice: str, word: str, terminal: bool) -> None:
        if not terminal:
            self._run(step, choice, word)
            return

        def run() -> str:
            from hotfix_tui.engine import interactive

            done = interactive.perform(self.engine, step, choice=choice, confirm=word)
            known = self.record.definition(step).title
            return "" if done.state == "done" else f"{known}: {done.state}: {done.why}"

        self.app.with_terminal(run)
        self.act_done()

    def _checked_plan(self, step: str, choice: str) -> Any:
        if step != "deploy.rollback":
            settling.refresh_before(self.engine, step)
            gates.may_start(self.record, step)
        return perform.plan(self.engine, step, choice)

    def _ask_confirm(self, step: str, choice: str, plan: Any, terminal: bool = False) -> None:
        self.idle()
        if not plan.commands or plan.only_looks:
            self._run(step, choice, "")
            return
        production = gates.needs_confirmation(self.record, step, choice) or step == "deploy.rollback"
        words = gates.confirm_words(self.record) if production else []

        def confirmed(word: str | None) -> None:
            if word is not None:
                self._carry_out(step, choice, word, terminal)

        self.app.push_screen(dialogs.Confirm(plan, words, self._others() if production else []), confirmed)

    def _others(self) -> list[str]:
        """Name the other open incidents of this repository."""
        out: list[str] = []
        try:
            known = self.app.store.listing()
        except StoreError:
            return out  # they cannot be listed now, which must not stop a rollback
        for other in known:
            if other.id != self.engine.id and other.state == "open":
                out.append(f"{other.ticket or other.id} is open here too, in {other.stage}.")
        return out

    def _run(self, step: str, choice: str, word: str) -> None:
        self._busy("starting…")

        def started(done: settling.Performed) -> None:
            self.idle()
            if done.unrecorded:
                self._tell_unrecorded(step, done)
                return
            if done.state == "by-hand":
                self._by_hand(step, done)
                return
            if done.state in ("not-done", "unknown", "waiting", "running") and done.why:
                self.app.notify(done.why, severity="warning", markup=False)
            self.act_done(step)
            if done.state == "asks":
                self._with_choices(step)
            if decisions.leads_to_rollback(step, choice):
                self.action_rollback()

        self.app.perform(lambda: self._performed(step, choice, word), started)

    def _performed(self, step: str, choice: str, word: str) -> settling.Performed:
        done = perform.perform(self.engine, step, choice=choice, confirm=word)
        if not done.unrecorded:
            return done
        from hotfix_tui.engine import unrecorded

        return unrecorded.finish(self.engine, done)._replace(unrecorded=done.unrecorded)

    def _tell_unrecorded(self, step: str, done: settling.Performed) -> None:
        """Say what came of a rollback that the record does not know: there is no other place to read it."""
        from hotfix_tui.ui.screens.reasons import Notice

        known = self.record.definition(step).title
        self.app.push_screen(
            Notice(f"{known}: {done.state}", f"{done.why}\nIts output is in {done.unrecorded}/log")
        )

    def _by_hand(self, step: str, done: settling.Performed) -> None:
        plan = done.plan
        assert plan is not None
        options = [
            dialogs.Option("again", "I did it: look again", "the wizard checks it"),
            dialogs.Option("tick", "I did it: tick it with my name", "where nothing can be checked"),
        ]
        if plan.url:
            options.insert(0, dialogs.Option("open", "Open the page", plan.url))
        if plan.clipboard:
            options.insert(0, dialogs.Option("copy", "Copy the text", "to paste it there"))

        def chosen(name: str | None) -> None:
            if name == "open":
                said = self.app.browser.open(plan.url)
                self.app.notify(said or f"Opened {plan.url}", markup=False)
                self._by_hand(step, done)
            elif name == "copy":
                self.app.copy(plan.clipboard)
                self._by_hand(step, done)
            elif name == "again":
                self.action_again()
            elif name == "tick" and step == catalog.APPROVAL:
                self._tick_named(step)
            elif name == "tick":
                self._change(lambda: verbs.tick(self.engine, step, "done by hand"))

        self.app.push_screen(dialogs.Choose(plan.title, options, plan.by_hand), chosen)

    def _busy(self, words: str) -> None:
        self.acting = True
        self.notice = words
        self.show_strip()

    def idle(self) -> None:
        """The act has begun, or did not: the next one may come."""
        self.acting = False
        self.notice = ""
        self.show_strip()

    def action_again(self) -> None:
        """Look at the world again for the selected step."""
        view = self.selected
        if view is None:
            return
        self._busy("looking…")
        settled = view.settled

        def saw(probe: Any) -> None:
            self.idle()
            words = _SEEN[probe.state]
            self.app.notify(f"{words}" + (f": {probe.why}" if probe.why else ""), markup=False)
            if not settled:
                self.act_done(view.id)  # else what was seen is what the engineer wants to read

        self.app.look(lambda: settling.probe_step(self.engine, view.id), saw)

    def _look(self, step: str) -> None:
        number = self.record.entry(step).get("run")
        options = [
            dialogs.Option("again", "Look again", "ask the world once more"),
            dialogs.Option("did", "It did its work", "I have seen it"),
            dialogs.Option("did-not", "It did not", "I have looked"),
        ]

        def chosen(name: str | None) -> None:
            if name == "again":
                self.action_again()
            elif name and number is not None:
                self._change(lambda: verbs.look(self.engine, int(number), name == "did"))

        self.app.push_screen(dialogs.Choose(f"Run {number}: the result is unknown", options), chosen)

    def action_stop(self) -> None:
        """Stop the run of the selected step, with everything it started."""
        view = self.selected
        if view is None or view.state != "running" or view.run is None:
            self.app.notify("Nothing runs at this step.", markup=False)
            return
        number = view.run
        self.app.change(lambda: settling.cancel(self.engine, number), lambda _: self.app.notify("Stopping…"))

    def action_rollback(self) -> None:
        """Choose a way back, then confirm it."""
        self.start_step("deploy.rollback")
