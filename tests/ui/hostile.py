"""A tour of every screen with hostile text in every place that outside text can come from.

Run as a program, on a terminal, it takes the number of a payload; what the terminal receives is judged by
`test_hostile.py`. What it visited, and whether any text became an action, it writes to a file.
"""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from hotfix_tui.engine.errors import EngineError
from hotfix_tui.incident.model.catalog import STAGES
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.gates import Reason
from hotfix_tui.runner.spec import Command
from hotfix_tui.steps.contract import Choice, Plan
from hotfix_tui.ui.screens.stage import actions as stage_actions
from hotfix_tui.ui.screens.stage import facts

PAYLOADS = {
    "markup": "[@click=app.exit]press[/] [b]x[/b] [link=https://evil.example]y[/link] {{ 7*7 }} $(id)",
    "broken markup": "[/ [/red] x [type=x, v={'a[0]'}] [@click=app.exit",
    "clipboard": "a\x1b]52;c;T1dORUQ=\x07b\x1b]0;OWNED\x07c\x1b]8;;https://evil.example\x1b\\d\x1bP+q544e\x1b\\e\x07",
    "control": "a\x9b2Jb\x9d52;c;T1dORUQ=\x9cc\x1b[6nd\x1b[2Je\x1b[?1049lf\x1bcg\x00\x7f\x85h\x1b[99;1Hi\r\x08j",
    "order": "a\u202egnp.exe\u202cb\u2066c\u2069d\u200fe\u061cf\u2028g\u200bh" + "e\u0301" * 40,
}
"""One payload per kind; each ends in nothing that could close what follows it."""
ALL = "all"
PAYLOADS[ALL] = " ".join(PAYLOADS.values())

SEEN = "visited.json"

SPOILED = (
    "branch.base",
    "branch.create",
    "fix.change",
    "fix.guard",
    "verify.test",
    "verify.commit",
    "release.confirm",
    "monitor.smoke",
    "monitor.watch",
)
"""Steps that show external text."""


def spoil(record: Record, text: str) -> None:
    """Put `text` wherever the record stores external text."""
    named = f"x{text}y"
    record.facts.update(
        {
            "ticket": named,
            "title": named,
            "service": named,
            "components": [named, named],
            "impact.seen": f"{named}\n{named}",
            "impact.users": named,
            "cause.summary": named,
            "fix.summary": named,
            "review.actions": [{"task": named, "kind": "process"}],
        }
    )
    commit = f"1234567 {named}"
    files = [{"path": named, "added": 1, "removed": 2, "status": "M"}]
    finding = {"id": "f1", "kind": "debug", "text": named, "path": named, "line": 3, "content": "c"}
    spoiled: dict[str, dict[str, Any]] = {
        "branch.base": {
            "undeployed_list": [commit, commit],
            "acknowledged_list": [commit],
            "sources": [named],
            "disagreement": named,
            "findings": [{"id": "production-moved", "kind": "live", "text": named, "content": "c"}],
            "tag": named,
        },
        "branch.create": {"branch": named},
        "fix.change": {"files": files, "untracked": [named]},
        "fix.guard": {"findings": [finding], "why": named},
        "verify.commit": {"subject": named},
        "pull-request.create": {"url": f"https://forge.example/{named}"},
        "release.confirm": {"also_landed": [commit]},
        "monitor.smoke": {"results": [{"name": named, "ok": False, "status": named, "why": named}]},
        "monitor.watch": {
            "metrics": [{"name": named, "before": named, "after": named}],
            "proposed_why": named,
        },
    }
    for step, evidence in spoiled.items():
        entry = record.steps.setdefault(step, {"state": "failed"})
        entry.setdefault("evidence", {}).update(evidence)
        entry["by"] = named
    record.steps["fix.guard"]["state"] = "failed"
    record.overrides["pr/impact"] = {"text": named, "source": "0", "by": named}
    record.this_round["verdict_why"] = named


def actions_in(app: Any) -> list[str]:
    """Return the actions that a click on what is shown would run."""
    actions = []
    for row in app.screen._compositor.render_strips():
        for segment in row:
            meta = segment.style.meta if segment.style else {}
            actions += [str(value) for name, value in meta.items() if name == "@click"]
            if segment.style and segment.style.link:
                actions.append(segment.style.link)
    return actions


def pushed(text: str, engine: Any, stage: Any) -> list[Any]:
    """Return the dialogs that need more than a key to be reached, with hostile text in them."""
    from hotfix_tui.demo.summary import SummaryRow
    from hotfix_tui.engine.errors import NoRepository
    from hotfix_tui.ui.presenters import confirmation
    from hotfix_tui.ui.screens.change import ChangeView
    from hotfix_tui.ui.screens.choose import Choose, Option
    from hotfix_tui.ui.screens.confirm import Confirm
    from hotfix_tui.ui.screens.document import DocumentScreen
    from hotfix_tui.ui.screens.drill_end import DrillEnd
    from hotfix_tui.ui.screens.elsewhere import Elsewhere
    from hotfix_tui.ui.screens.leaving import Leaving
    from hotfix_tui.ui.screens.output import Output
    from hotfix_tui.ui.screens.reasons import Notice, Reasons
    from hotfix_tui.ui.screens.trust import Trust

    command = Command(argv=["git", "push", text, f"refs/heads/{text}"], cwd=f"/tmp/{text}")
    plan = Plan(f"Push {text}", [command], warnings=[text], by_hand=text)
    ways = [Choice(text, text, text), Choice("b", text, text)]
    scene = stage.scene()
    said = [
        confirmation.of(scene, step, plan, production=step != "verify.push", notes=[text])
        for step in ("verify.push", "release.merge", "deploy.production", "deploy.rollback")
    ]
    return [
        *(Confirm(dialog, [text, "id"] if dialog.kind == "prod" else []) for dialog in said),
        Choose(text, [Option(way.name, way.title, way.help) for way in ways], text),
        Reasons(text, [Reason(text, text, "verify.test")]),
        Notice(text, text),
        Leaving([(1, text)]),
        DocumentScreen(engine, "pr"),
        DocumentScreen(engine, "review"),
        DocumentScreen(engine, "status-page", phase="resolved"),
        Output(engine, 1, "verify.test"),
        Trust(),
        DrillEnd([SummaryRow(text, text)], text),
        Elsewhere(beside(engine.root, text), NoRepository(text, text)),
        ChangeView(engine),
    ]


def beside(root: str, text: str) -> str:
    """Return a folder, next to the repository, whose only repository has a hostile name."""
    name = text.replace("/", "").replace("\0", "")[:60]
    folder = Path(root).parent / "beside"
    subprocess.run(["git", "init", "-q", "--", str(folder / name)], check=True)
    return str(folder)


async def tour(pilot: Pilot[Any], text: str, visited: list[str], actions: list[str]) -> None:
    """Show every screen once."""
    from tests.ui.support import press, settle

    app: Any = pilot.app

    def note() -> None:
        visited.append(type(app.screen).__name__)
        actions.extend(actions_in(app))

    await settle(pilot)
    stage = app.screen
    for name in STAGES:
        stage.view_stage(name)
        await settle(pilot)
        note()
    for name in SPOILED:
        stage.go_to(name)
        await settle(pilot)
        assert app.screen is stage
        note()
    for key in ("t", "f", "i", "question_mark", "d", "u", "s", "n", "w", "colon", "r"):
        await press(pilot, key)
        note()
        await press(pilot, "escape")
        assert app.screen is stage, (key, app.screen)
    stage.view_stage("verify")
    await press(pilot, "p")
    note()
    await press(pilot, "escape")
    app.start_flow(facts.ask_for_step(stage, "triage.describe"))
    await settle(pilot)
    note()
    await press(pilot, "escape")
    app.start_flow(stage_actions.triage(stage))
    await settle(pilot)
    note()
    await press(pilot, "escape")
    for screen in pushed(text, app.engine, stage):
        app.push_screen(screen)
        await settle(pilot)
        note()
        app.pop_screen()
        await settle(pilot)
    app.notify(text, markup=False)
    app.problem(EngineError(text))
    await settle(pilot)
    note()


def main(folder: str, name: str) -> None:
    """Make the tour on the terminal of stdout."""
    from hotfix_tui.engine import reconcile
    from tests.ui.support import Desk

    reconcile.reconcile = lambda engine, saw=None: (
        None
    )  # nothing outside knows about what the record says here
    app = Desk(Path(folder)).app()
    visited: list[str] = []
    actions: list[str] = []

    async def whole(pilot: Pilot[Any]) -> None:
        try:
            await tour(pilot, PAYLOADS[name], visited, actions)
        finally:
            Path(folder, SEEN).write_text(json.dumps({"visited": visited, "actions": actions}))
            app.exit(0)

    asyncio.run(app.run_async(auto_pilot=whole))
    sys.exit(app.return_code or 0)


if __name__ == "__main__":
    os.environ["HOTFIX_TUI_RAISE"] = "1"
    main(*sys.argv[1:])
