"""What the keys of the stage screen open: texts, timeline, facts, states, incidents, help, editor and shell."""

import os
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from hotfix_tui.base.text import one_line
from hotfix_tui.engine import verbs
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model.severity import SEVERITIES
from hotfix_tui.incident.rules.gates import VERDICTS, rolled_back
from hotfix_tui.ui.screens import dialogs
from hotfix_tui.ui.screens.embargo import embargo_options

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine
    from hotfix_tui.engine.project_commands import Candidate, CommandView
    from hotfix_tui.incident.model.record import Record
    from hotfix_tui.incident.rules.step_state import StepView
    from hotfix_tui.ui.app import HotfixApp

EDITABLE = {
    "verify.setup": "setup",
    "verify.test": "test",
    "verify.typecheck": "typecheck",
    "verify.build": "build",
    "verify.proof": "regression",
    "verify.staging": "deploy.staging",
    "deploy.production": "deploy.production",
}
"""Steps whose command can be edited between runs, with the command's name."""

_VERDICT_WORDS = {
    "fixed": "the fault is gone",
    "mitigated": "users are safe, the fix is not complete",
    "not-fixed": "the fault is still there",
    "worse": "something else broke, or it is worse",
    "not-enough-data": "nobody can say yet",
}


def _now(view: "CommandView") -> str:
    """What the command is now, why, and what is missing for it."""
    if view.now is None:
        return "There is none now. "
    place = f" in {view.now.cwd}" if view.now.cwd else ""
    missing = f" {', '.join(view.missing)} is not installed here." if view.missing else ""
    doubt = f" {view.doubt}" if view.doubt else ""
    return f"Now: {one_line(view.now.line, 200)}{place}: {view.now.why}.{missing}{doubt} "


def _why(name: str, one: "Candidate") -> str:
    """Why an alternative is one, and what it is."""
    lint = "a linter, no type check; " if one.lint and name == "typecheck" else ""
    return f"{lint}{f'in {one.cwd}; ' if one.cwd else ''}{one.why}"


class StageTexts(Screen[None]):
    """Opens the other screens; the stage screen inherits it."""

    engine: "Engine"
    app: "HotfixApp"

    if TYPE_CHECKING:

        @property
        def record(self) -> "Record": ...
        @property
        def selected(self) -> "StepView | None": ...
        def _change(self, call: Any) -> None: ...
        def act_done(self, step: str = "") -> None: ...
        def view_stage(self, stage: str) -> None: ...
        def ask_facts(self, step: str, *, every: bool = False) -> None: ...
        def run_of_selected(self) -> int | None: ...
        def start_step(self, step: str) -> None: ...

    # Texts

    def open_document(self, step: str) -> None:
        """Open the document that settles `step`."""
        from hotfix_tui.engine.documents_of import STEPS
        from hotfix_tui.ui.screens.document import DocumentScreen

        document = STEPS[step]
        self.app.push_screen(DocumentScreen(self.engine, document, step=step), self._written)

    def open_message(self, step: str) -> None:
        """Open the resolved message that settles `step`."""
        from hotfix_tui.ui.screens.document import DocumentScreen

        verdict = self.record.this_round.get("verdict")
        phase = "mitigated" if verdict == "mitigated" else "resolved"
        self.app.push_screen(DocumentScreen(self.engine, step.split(".", 1)[1], phase=phase), self._written)

    def _written(self, _: Any) -> None:
        self.act_done()

    def action_message(self) -> None:
        """Choose a message and its phase."""
        from hotfix_tui.documents.render import DOCUMENTS
        from hotfix_tui.engine.messages import MESSAGES
        from hotfix_tui.ui.screens.document import DocumentScreen

        options = [
            dialogs.Option(f"{name}/{phase}", f"{DOCUMENTS[name].title}: {phase}")
            for name in MESSAGES
            for phase in DOCUMENTS[name].phases
        ]

        def chosen(name: str | None) -> None:
            if name is not None:
                document, phase = name.split("/")
                self.app.push_screen(DocumentScreen(self.engine, document, phase=phase), self._written)

        self.app.push_screen(dialogs.Choose("Write a message", options), chosen)

    def action_documents(self) -> None:
        """Choose any document to read or edit."""
        from hotfix_tui.documents.render import DOCUMENTS
        from hotfix_tui.ui.screens.document import DocumentScreen

        options = [dialogs.Option(name, known.title) for name, known in DOCUMENTS.items()]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.app.push_screen(DocumentScreen(self.engine, name), self._written)

        self.app.push_screen(dialogs.Choose("Documents", options), chosen)

    def action_edit(self) -> None:
        """Edit what belongs to the selected step: its facts, its document, or the files of the change."""
        view = self.selected
        if view is None:
            return
        if view.step.kind == "document":
            self.open_document(view.id)
        elif view.step.kind == "message":
            self.open_message(view.id)
        elif view.step.kind == "auto" and (
            view.stage == "fix" or (view.evidence.get("worktree") and view.stage == "backport")
        ):
            self._edit_file(view)
        elif view.id in EDITABLE:
            self._edit_command(EDITABLE[view.id])
        else:
            self.ask_facts(view.id if view.step.kind == "fact" else "triage.describe", every=True)

    def _edit_command(self, name: str) -> None:
        """Choose another command that the repository's files speak for, or type one; it is for this incident only."""
        from hotfix_tui.engine import project_commands

        def shown(view: "CommandView") -> None:
            if not view.others:
                self._type_command(view)
                return
            options = [
                dialogs.Option(str(number), one_line(one.line, 200), _why(name, one))
                for number, one in enumerate(view.others, 1)
            ]
            options.insert(0, dialogs.Option("0", "Type a command", "What is there now can be changed."))
            self.app.push_screen(
                dialogs.Choose(f"The command {name}", options, _now(view)), lambda chosen: taken(view, chosen)
            )

        def taken(view: "CommandView", chosen: str | None) -> None:
            if chosen == "0":
                self._type_command(view)
            elif chosen:
                self._change(lambda: project_commands.take(self.engine, name, int(chosen)))

        self.app.perform(lambda: project_commands.of_incident(self.engine, name), shown)

    def _type_command(self, view: "CommandView") -> None:
        """Type the command and its folder; it is on the timeline."""
        from hotfix_tui.engine import project_commands

        now = view.now
        fields = [
            dialogs.Field(
                "line", f"Command {view.name}", now.line if now else "", "empty: the configured one again"
            ),
            dialogs.Field(
                "folder", "Folder", now.cwd if now else "", "below the root; empty: the root itself"
            ),
        ]

        def answered(values: dict[str, str] | None) -> None:
            if values:
                line, folder = values["line"], values["folder"]
                self._change(lambda: project_commands.edit(self.engine, view.name, line, folder))

        intro = f"{_now(view)}An edit is for this incident only, and shown before it runs."
        self.app.push_screen(dialogs.Form("Edit the command", fields, intro=intro), answered)

    def _place(self) -> tuple[str, list[str]]:
        """Return the worktree that the selected step is about, and the files in it that it is about."""
        view = self.selected
        if view is not None and view.stage == "backport":
            there = str(view.evidence.get("worktree", ""))
            if there and os.path.isdir(there):
                return there, [str(name) for name in view.evidence.get("conflicts", [])]
        rows = self.record.evidence("fix.change", "files", [])
        names = [str(row["path"]) for row in rows if isinstance(row, dict) and row.get("path")]
        return self.engine.context().worktree, names

    def _edit_file(self, view: "StepView") -> None:
        worktree, names = self._place()
        options = [dialogs.Option(name, name) for name in names]
        options.append(dialogs.Option("", "The whole worktree", worktree))

        def chosen(name: str | None) -> None:
            if name is None:
                return
            path = f"{worktree}/{name}" if name else worktree
            self.app.with_terminal(lambda: self.app.editor.edit(path))
            self.call_later(self.run_action, "again")

        self.app.push_screen(dialogs.Choose("Edit", options), chosen)

    def action_view(self) -> None:
        """Show the change against its base, live."""
        from hotfix_tui.ui.screens.change_view import ChangeView

        if not self.record.evidence("branch.create"):
            self.app.notify("There is no hotfix branch yet.", markup=False)
            return
        self.app.push_screen(ChangeView(self.engine), self._written)

    def action_shell(self) -> None:
        """Open a shell in the worktree: in that of a backport where one is selected."""
        worktree, _ = self._place()
        self.app.with_terminal(lambda: self.app.editor.shell(worktree))
        self.call_later(self.run_action, "again")

    # Notes, verdict, states

    def action_note(self) -> None:
        """Write a note on the timeline."""
        fields = [
            dialogs.Field("text", "What happened?", required=True, kind="text"),
            dialogs.Field("at", "When?", hint="now, or 14:23, -25m, yesterday 23:50"),
        ]

        def answered(values: dict[str, str] | None) -> None:
            if values and values.get("text"):
                self._change(lambda: verbs.note(self.engine, values["text"], values.get("at", "")))

        self.app.push_screen(dialogs.Form("Note", fields, check=self._check_time, save="write"), answered)

    def _check_time(self, values: dict[str, str]) -> str:
        from hotfix_tui.base.times import BadTime, parse_time

        if values.get("at", "").strip():
            try:
                parse_time(values["at"], self.engine.clock())
            except BadTime as bad:
                return str(bad)
        return ""

    def ask_verdict(self) -> None:
        """Ask for the verdict of this round, the proposed one first."""
        proposed = str(self.record.evidence("monitor.watch", "proposed", ""))
        names = sorted(VERDICTS, key=lambda name: name != proposed)
        options = [
            dialogs.Option(
                name, name + (" (proposed by the watch)" if name == proposed else ""), _VERDICT_WORDS[name]
            )
            for name in names
        ]

        def chosen(name: str | None) -> None:
            if name is not None:
                self._why("Verdict: " + name, lambda why: verbs.verdict(self.engine, name, why))

        self.app.push_screen(dialogs.Choose("Is it fixed?", options), chosen)

    def ask_what_now(self) -> None:
        """The fix did not do it: ask how to go on, what takes the harm away first."""
        options = [
            dialogs.Option(
                "round same", "Begin a new round from the same base", "the failed fix is reverted"
            ),
            dialogs.Option("round on-top", "Begin a new round on top of the failed fix"),
            dialogs.Option("verdict", "Give another verdict"),
        ]
        if not rolled_back(self.record):
            options.insert(0, dialogs.Option("rollback", "Roll back production", "you see first what runs"))

        def chosen(name: str | None) -> None:
            if name == "rollback":
                self.start_step("deploy.rollback")
            elif name is not None:
                self._change_state(name)

        verdict = self.record.this_round.get("verdict")
        self.app.push_screen(dialogs.Choose(f"The verdict is {verdict}. What now?", options), chosen)

    def _why(self, title: str, call: Any) -> None:
        def answered(values: dict[str, str] | None) -> None:
            if values:
                self.app.change(lambda: call(values["why"]), lambda _: self._restage())

        self.app.push_screen(dialogs.Form(title, [dialogs.Field("why", "Why?", required=True)]), answered)

    def _restage(self) -> None:
        self.view_stage(self.record.stage)
        self.act_done()

    def action_states(self) -> None:
        """Severity, verdict, rounds, resolved, closed, reopened, and the other endings."""
        state = self.record.state
        options: list[dialogs.Option] = []
        if state == "open":
            options += [
                dialogs.Option(f"severity {name}", f"Severity {name}", known.kind)
                for name, known in SEVERITIES.items()
                if name != self.record.severity
            ]
            options += [
                dialogs.Option("verdict", "Give the verdict of this round"),
                dialogs.Option(
                    "round same", "Begin a new round from the same base", "the failed fix is reverted"
                ),
                dialogs.Option("round on-top", "Begin a new round on top of the failed fix"),
                dialogs.Option("resolve", "Resolve the incident"),
                dialogs.Option("false-alarm", "End it: false alarm", "nothing was broken"),
                dialogs.Option("normal-process", "End it: normal process", "no hotfix is needed"),
                dialogs.Option("abandon", "End it: abandon", "what was made stays and is listed"),
            ]
        elif state == "resolved":
            options += [
                dialogs.Option("close", "Close the incident"),
                dialogs.Option("reopen", "Reopen it with a new round"),
            ]
        else:
            options.append(dialogs.Option("reopen", "Reopen it with a new round"))

        switch = embargo_options(self.record)
        options = [*switch, *options] if embargo.on(self.record) else [*options, *switch]

        def chosen(name: str | None) -> None:
            if name is not None:
                self._change_state(name)

        self.app.push_screen(dialogs.Choose(f"{self.record.id} is {state}", options), chosen)

    def _change_state(self, name: str) -> None:
        word, _, rest = name.partition(" ")
        if word == "severity":
            if self.record.severity:
                self._why(f"Severity {rest}", lambda why: verbs.severity(self.engine, rest, why))
            else:
                self._change(lambda: verbs.severity(self.engine, rest))
        elif word == "verdict":
            self.ask_verdict()
        elif word == "round":
            self._why("A new round", lambda why: verbs.new_round(self.engine, why, rest))
        elif word == "reopen":
            self._why("Reopen", lambda why: verbs.reopen(self.engine, why))
        elif word == "embargo":
            self._change(lambda: verbs.set_fact(self.engine, "embargo", rest))
        elif word == "rename":
            self.start_step("branch.create")
        elif word in ("resolve", "close"):
            call = verbs.resolve if word == "resolve" else verbs.close
            self._change(lambda: call(self.engine))
        else:
            self._why(f"End it: {word}", lambda why: verbs.end(self.engine, word, why))

    # Other screens

    def action_timeline(self) -> None:
        """Show the timeline."""
        from hotfix_tui.ui.screens.timeline import Timeline

        self.app.push_screen(Timeline(self.engine))

    def action_facts(self) -> None:
        """Show what is known and what is not."""
        from hotfix_tui.ui.screens.facts import Facts

        def chosen(key: str | None) -> None:
            if key is not None:
                self.facts_form("Fact", [key])

        self.app.push_screen(Facts(self.engine), chosen)

    if TYPE_CHECKING:

        def facts_form(self, title: str, keys: list[str], *, required: tuple[str, ...] = ()) -> None: ...

    def action_incidents(self) -> None:
        """Show all incidents here."""
        from hotfix_tui.ui.screens.incidents import Incidents

        self.app.push_screen(Incidents())

    def action_help(self) -> None:
        """Show all keys."""
        from hotfix_tui.ui.screens.help import Help

        self.app.push_screen(Help())

    def action_palette(self) -> None:
        """Everything by name."""
        self.app.action_command_palette()

    def action_output(self) -> None:
        """Show the output of the step's last run on the whole screen."""
        from hotfix_tui.ui.screens.output import Output

        number = self.run_of_selected()
        view = self.selected
        if number is None or view is None:
            self.app.notify("This step has no output yet.", markup=False)
            return
        self.app.push_screen(Output(self.engine, number, view.id))

    def action_leave(self) -> None:
        """Leave the wizard."""
        self.app.action_leave()
