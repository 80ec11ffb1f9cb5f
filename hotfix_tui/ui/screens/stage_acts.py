"""What the keys of the stage screen do to steps: run, tick, waive, decide, accept, stop."""

from typing import TYPE_CHECKING, Any

from hotfix_tui.engine import verbs
from hotfix_tui.incident.model.facts import FACTS, BadFact, parse_value, show_value
from hotfix_tui.incident.rules import gates, policy
from hotfix_tui.incident.rules.step_state import FINDING_STEPS, StepView, open_findings, views
from hotfix_tui.ui.presenters.default_action import Primary
from hotfix_tui.ui.screens import dialogs
from hotfix_tui.ui.screens.stage_run import StageRun

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.incident.model.record import Record
    from hotfix_tui.ui.app import HotfixApp
    from hotfix_tui.ui.widgets.step_list import StepList


class StageActs(StageRun):
    """Actions on the selected step; the stage screen inherits them."""

    engine: "Engine"
    app: "HotfixApp"
    viewed: str
    notice: str

    if TYPE_CHECKING:

        @property
        def record(self) -> "Record": ...
        @property
        def steps(self) -> "StepList": ...
        @property
        def selected(self) -> StepView | None: ...
        def primary(self) -> Primary: ...
        def offered(self, now: Primary) -> None: ...
        def view_stage(self, stage: str) -> None: ...
        def refresh_view(self) -> None: ...
        def show_strip(self) -> None: ...
        def act_done(self, step: str = "") -> None: ...
        def open_message(self, step: str) -> None: ...
        def open_document(self, step: str) -> None: ...
        def ask_verdict(self) -> None: ...

        def ask_what_now(self) -> None: ...
        def action_output(self) -> None: ...
        def action_incidents(self) -> None: ...

    # Enter

    def action_primary(self) -> None:
        """Do what the strip names."""
        now = self.primary()
        doors = {
            "select": lambda: self.go_to(now.step),
            "here": lambda: self.view_stage(self.record.stage),
            "next": self._next,
            "run": lambda: self.start_step(now.step),
            "tick": lambda: self._change(lambda: verbs.tick(self.engine, now.step)),
            "tick_named": lambda: self._tick_named(now.step),
            "facts_form": lambda: self.ask_facts(now.step),
            "triage": self.ask_triage,
            "choose": lambda: self._with_choices(now.step),
            "message": lambda: self.open_message(now.step),
            "document": lambda: self.open_document(now.step),
            "findings": self.action_accept,
            "output": self.action_output,
            "look": lambda: self._look(now.step),
            "again": self.action_again,
            "verdict": self.ask_verdict,
            "not_fixed": self.ask_what_now,
            "resolve": lambda: self._change(lambda: verbs.resolve(self.engine)),
            "close": lambda: self._change(lambda: verbs.close(self.engine)),
            "incidents": self.action_incidents,
        }
        doors[now.action]()

    def _change(self, call: Any) -> None:
        self.app.change(call, lambda _: self.act_done())

    def _next(self) -> None:
        def went(_: Any) -> None:
            self.view_stage(self.record.stage)
            self.act_done()

        self.app.change(lambda: verbs.go_next(self.engine), went)

    def go_to(self, step: str) -> None:
        """Show the stage of `step` and select it."""
        found = views(self.record).get(step)
        if found is None:
            return
        if found.stage != self.viewed:
            self.view_stage(found.stage)
        self.steps.select(step)
        self.steps.focus()

    def show_reasons(self, reasons: list[gates.Reason]) -> None:
        """Show why something does not go now; lead to the cure."""
        self.notice = ""

        def answered(result: tuple[str, str] | None) -> None:
            if result is None:
                return
            what, step = result
            while self.app.screen is not self and self in self.app.screen_stack:
                self.app.pop_screen()  # the cure is not on a screen that lies over this one
            self.go_to(step)
            if what == "waive":
                self.action_waive()

        self.app.push_screen(dialogs.Reasons("Not yet", reasons), answered)

    # Ticks, waivers, facts

    def action_tick(self) -> None:
        """Tick or untick the selected step."""
        view = self.selected
        if view is None:
            return
        if self.record.entry(view.id).get("how") == "tick" and view.state == "done":
            self._change(lambda: verbs.untick(self.engine, view.id))
        elif view.id == "pull-request.approval":
            self._tick_named(view.id)
        elif view.step.kind == "auto":
            self._tick_auto(view)
        else:
            self._change(lambda: verbs.tick(self.engine, view.id))

    def _tick_auto(self, view: StepView) -> None:
        """Tick a step that the wizard can check, with what was seen instead."""
        fields = [
            dialogs.Field("note", "How do you know? (it is written down with your name)", required=True)
        ]

        def answered(values: dict[str, str] | None) -> None:
            if values:
                self._change(lambda: verbs.tick(self.engine, view.id, values["note"]))

        self.app.push_screen(dialogs.Form(f"Done by hand: {view.step.title}", fields, save="tick"), answered)

    def _tick_named(self, step: str) -> None:
        def answered(values: dict[str, str] | None) -> None:
            if values:
                self._change(lambda: verbs.tick(self.engine, step, values["name"]))

        title = self.record.definition(step).title
        self.app.push_screen(dialogs.name_only(title, "Reviewer who approved"), answered)

    def action_waive(self) -> None:
        """Skip the selected step with a signed waiver."""
        view = self.selected
        if view is None:
            return

        def answered(values: dict[str, str] | None) -> None:
            if values:
                self._change(lambda: verbs.waive(self.engine, view.id, values["name"], values["why"]))

        intro = (
            "It appears in the pull request, the timeline and the review, with a follow-up to make up for it."
        )
        self.app.push_screen(dialogs.name_and_reason(f"Waive: {view.step.title}", intro=intro), answered)

    def action_accept(self) -> None:
        """Accept one of the findings, of the change or of what is live, with a reason."""
        findings = open_findings(self.record, *FINDING_STEPS)
        if not findings:
            self.app.notify("There is no open finding.", markup=False)
            return
        options = [
            dialogs.Option(
                str(f["id"]), str(f["text"]), ":".join(str(f[k]) for k in ("path", "line") if f.get(k))
            )
            for f in findings
        ]

        def chosen(name: str | None) -> None:
            if name is not None:
                self._ask_why(name)

        self.app.push_screen(
            dialogs.Choose("Accept a finding (or mend it and look again: l)", options), chosen
        )

    def _ask_why(self, finding: str) -> None:
        def answered(values: dict[str, str] | None) -> None:
            if values:
                self._change(lambda: verbs.accept(self.engine, finding, values["why"]))

        self.app.push_screen(
            dialogs.Form("Accept", [dialogs.Field("why", "Why is it right?", required=True)]), answered
        )

    def ask_facts(self, step: str, *, every: bool = False) -> None:
        """Ask for the facts that it takes to settle `step`; for `every` fact that belongs to it."""
        keys = [key for key, known in FACTS.items() if known.asked == step and known.kind != "actions"]
        if step == "triage.describe":
            first = ["title", "impact.seen", "detected-at", "ticket", "impact.users", "impact.kind"]
            keys = [*first, *[key for key in keys if key not in first]] if every else first[:4]
        self.facts_form(self.record.definition(step).title, keys, required=_needed(step))

    def facts_form(self, title: str, keys: list[str], *, required: tuple[str, ...] = ()) -> None:
        """Ask for the facts `keys` in one form and save those that changed."""
        fields = [
            dialogs.Field(
                key,
                FACTS[key].title,
                show_value(self.record.fact(key)),
                hint=_HINTS.get(FACTS[key].kind, ""),
                required=key in required,
                choices=FACTS[key].choices,
                kind=_form_kind(key),
            )
            for key in keys
        ]
        name = f"facts-{'-'.join(keys)[:40]}"
        store, id = self.app.store, self.engine.id
        drafts = dialogs.Drafts(
            lambda text: self.app.look(lambda: store.draft_write(id, name, text)),
            store.draft_read(id, name) or "",
        )

        def answered(values: dict[str, str] | None) -> None:
            if not values:
                if values is not None:
                    self.act_done()
                return
            self._change(lambda: self._save_facts(values, name))

        self.app.push_screen(dialogs.Form(title, fields, drafts=drafts, check=self._check_facts), answered)

    def _check_facts(self, values: dict[str, str]) -> str:
        pattern = self.engine.config().git.ticket_pattern
        for key, typed in values.items():
            try:
                parse_value(key, typed, self.engine.clock(), pattern=pattern)
            except BadFact as bad:
                return str(bad)
        return ""

    def _save_facts(self, values: dict[str, str], draft: str) -> None:
        for key, typed in values.items():
            verbs.set_fact(self.engine, key, typed)
        self.app.store.draft_drop(self.engine.id, draft)

    def ask_triage(self) -> None:
        """Go through the triage questions."""
        from hotfix_tui.ui.screens.triage import Triage

        def answered(severity: str | None) -> None:
            self.act_done()

        self.app.push_screen(Triage(self.engine), answered)

    def action_undo(self) -> None:
        """Take back the last tick, choice or fact."""
        self._change(lambda: verbs.undo(self.engine))

    def action_move(self, rows: int) -> None:
        """Move the selection."""
        self.steps.move(rows)
        self.offered(self.primary())

    def action_stage(self, places: int) -> None:
        """Look at another stage."""
        stages = policy.stage_order(self.record)
        here = stages.index(self.viewed) if self.viewed in stages else 0
        self.view_stage(stages[min(max(here + places, 0), len(stages) - 1)])

    def say(self, title: str, sentences: str) -> None:
        """Show a few sentences."""
        self.app.push_screen(dialogs.Notice(title, sentences))


_HINTS = {
    "time": "14:23, -25m, yesterday 23:50",
    "list": "one | another",
    "ticket": "ENG-1234, #12",
}


_KINDS = {"text": "text", "actions": "text", "choice": "choice"}
"""How the form asks for a kind of fact."""


def _form_kind(key: str) -> str:
    known = FACTS[key]
    if known.kind == "list":
        return "checks" if known.choices else "list"
    return _KINDS.get(known.kind, "line")


def _needed(step: str) -> tuple[str, ...]:
    return {
        "triage.describe": ("title", "impact.seen"),
        "fix.root-cause": ("cause.summary",),
        "review.schedule": ("review.at",),
    }.get(step, ())
