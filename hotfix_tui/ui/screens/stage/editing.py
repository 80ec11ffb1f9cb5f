"""Editing what belongs to a step: its document, a file of the change, or its command; and a shell next to it."""

import os

from hotfix_tui.engine import documents, project_commands, smoke
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.backport import Backported
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.screens import dialogs
from hotfix_tui.ui.screens.stage import facts, menus
from hotfix_tui.ui.screens.stage.host import StageHost


async def edit(stage: StageHost, view: StepView | None) -> None:
    """Edit what belongs to the selected step: its facts, its document, or the files of the change."""
    if view is None:
        return
    if view.step.kind == "document":
        await open_document(stage, view.id)
    elif view.step.kind == "message":
        await open_message(stage, view.id)
    elif view.step.kind == "auto" and (
        view.stage == "fix" or (view.stage == "backport" and view.seen(Backported).worktree)
    ):
        await _edit_file(stage, view)
    elif view.id == SMOKE:
        await add_smoke(stage)
    elif view.id in menus.COMMANDS:
        await _edit_command(stage, menus.COMMANDS[view.id])
    else:
        await facts.ask_for_step(
            stage, view.id if view.step.kind == "fact" else catalog.TRIAGE_DESCRIBE, every=True
        )


SMOKE = catalog.MONITOR_SMOKE

# Texts


async def open_document(stage: StageHost, step: str) -> None:
    """Open the document that settles `step`."""
    await read(stage, documents.STEPS[step], step=step)


async def open_message(stage: StageHost, step: str) -> None:
    """Open the resolved message that settles `step`."""
    verdict = stage.record.this_round.get("verdict")
    await read(stage, step.split(".", 1)[1], phase="mitigated" if verdict == "mitigated" else "resolved")


async def choose_message(stage: StageHost, _: StepView | None) -> None:
    """Choose a message and its phase."""
    name = await stage.app.ask(dialogs.Choose("Write a message", menus.message_phases()))
    if name is not None:
        document, phase = name.split("/")
        await read(stage, document, phase=phase)


async def choose_document(stage: StageHost, _: StepView | None) -> None:
    """Choose any document to read or edit."""
    name = await stage.app.ask(dialogs.Choose("Documents", menus.documents()))
    if name is not None:
        await read(stage, name)


async def read(stage: StageHost, document: str, *, phase: str = "", step: str = "") -> None:
    """Show a text, for reading or editing."""
    await stage.app.ask(stage.app.routes.document(stage.engine, document, phase=phase, step=step))
    stage.action_finished()


# Commands


async def _edit_command(stage: StageHost, name: str) -> None:
    """Choose another command that the repository's files suggest, or type one; for this incident only."""
    view = await stage.app.result_of(stage.app.work, lambda: project_commands.of_incident(stage.engine, name))
    chosen: str | None = "0"
    if view.others:
        chosen = await stage.app.ask(
            dialogs.Choose(f"The command {name}", menus.commands(view), menus.command_now(view))
        )
    if chosen == "0":
        intro = f"{menus.command_now(view)}An edit is for this incident only, and shown before it runs."
        values = await stage.app.ask(
            dialogs.Form("Edit the command", menus.command_fields(view), intro=intro)
        )
        if values:
            line, folder = values["line"], values["folder"]
            await stage.change(lambda: project_commands.edit(stage.engine, name, line, folder))
    elif chosen:
        await stage.change(lambda: project_commands.take(stage.engine, name, int(chosen)))


# The request that shows the fault


async def add_smoke(stage: StageHost) -> None:
    """Store a request from a pasted curl, after showing it in plain form; then send it, if wanted."""
    intro = "In the browser's network tab: copy the request that shows the fault as cURL, and paste it here."
    fields = [
        dialogs.Field("curl", "curl …", required=True),
        dialogs.Field("name", "What it shows"),
        dialogs.Field("status", "The right status", "200"),
        dialogs.Field("body", "The right answer holds"),
    ]
    values = await stage.app.ask(
        dialogs.Form("A request that shows the fault", fields, intro=intro, save="read")
    )
    if not values:
        return
    wanted = values.get("status", "").strip()
    request = smoke.read(
        values["curl"],
        name=values.get("name", ""),
        status=int(wanted) if wanted.isdecimal() else 200,
        body=values.get("body", ""),
    )
    options = [
        dialogs.Option(
            "try", "Keep it, and send it to production now", "It shows whether the fault is there."
        ),
        dialogs.Option("keep", "Keep it", "It is sent when the fix is deployed."),
    ]
    chosen = await stage.app.ask(dialogs.Choose(request.table["name"], options, "\n".join(request.lines())))
    if chosen is None:
        return
    said = await stage.app.result_of(stage.app.changes, lambda: smoke.add(stage.engine, request))
    if said:
        stage.app.notify(said, markup=False)
    if chosen == "try":
        tried = await stage.app.result_of(stage.app.work, lambda: smoke.attempt(stage.engine))
        stage.app.notify(
            "\n".join(tried.lines), severity="warning" if tried.shows else "information", markup=False
        )
    stage.action_finished()


# Files


def _place(stage: StageHost, view: StepView | None) -> tuple[str, list[str]]:
    """Return the worktree that `view` is about, and the relevant files in it."""
    if view is not None and view.stage == "backport":
        picked = view.seen(Backported)
        if picked.worktree and os.path.isdir(picked.worktree):
            return picked.worktree, list(picked.conflicts)
    names = [file.path for file in stage.record.seen(Changed).files if file.path]
    return stage.engine.context().worktree, names


async def _edit_file(stage: StageHost, view: StepView) -> None:
    worktree, names = _place(stage, view)
    name = await stage.app.ask(dialogs.Choose("Edit", menus.files(worktree, names)))
    if name is None:
        return
    path = f"{worktree}/{name}" if name else worktree
    stage.app.with_terminal(lambda: stage.app.editor.edit(path))
    await stage.runner.look_again(view.id)


async def shell(stage: StageHost, view: StepView | None) -> None:
    """Open a shell in the worktree: in that of a backport if one is selected."""
    worktree, _ = _place(stage, view)
    stage.app.with_terminal(lambda: stage.app.editor.shell(worktree))
    if view is not None and view.step.is_looked_at:
        await stage.runner.look_again(view.id)
