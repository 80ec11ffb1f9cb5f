"""Every screen of the wizard in the states that matter: each scene says how to get there.

Pictures, `screens.md`, and the tests with hostile texts and odd sizes all go through this one list.
"""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from textual.pilot import Pilot

from hotfix_tui.engine.errors import EngineError
from hotfix_tui.incident.record import Record
from hotfix_tui.incident.states import views
from hotfix_tui.ui.app import HotfixApp
from tests.ui import incidents
from tests.ui.incidents import NOW, put
from tests.ui.support import LOG, Desk, Wizard, press, settle

BODY = "pull-request.body"


class Scene(NamedTuple):
    """`screen` is the class that is on top after `keys`, in the incident of `stage` after `prepare`."""

    name: str
    screen: str
    stage: str = "triage"
    severity: str = "P1"
    prepare: Callable[[Desk], object] | None = None
    select: str = ""
    keys: tuple[str, ...] = ()
    first: Callable[[HotfixApp], Any] | None = None

    def app(self, desk: Desk) -> Wizard:
        """The wizard, about to start."""
        if self.prepare is not None:
            self.prepare(desk)
        return desk.app(self.first)

    async def reach(self, pilot: Pilot[Any]) -> None:
        """Go from the start of the app to the scene."""
        await settle(pilot)
        if self.select:
            screen = pilot.app.stage_screen()  # type: ignore[attr-defined]
            screen.go_to(self.select)
            await settle(pilot)
        await press(pilot, *self.keys)
        assert type(pilot.app.screen).__name__ == self.screen, (self.name, pilot.app.screen)


def _first_screen(app: HotfixApp) -> Any:
    from hotfix_tui.ui.launch import first_screen

    return first_screen(app, "")


# What is there


def _undescribed(desk: Desk) -> None:
    def change(record: Record) -> None:
        for key in ("title", "impact.seen", "impact.users"):
            record.facts.pop(key, None)

    desk.change(change)


def _findings(desk: Desk) -> None:
    findings = [
        {
            "id": "debug-1",
            "kind": "debug",
            "text": "A debugging statement is left: print(prices)",
            "path": "shop.py",
            "line": 6,
            "content": "a",
        },
        {
            "id": "lockfile",
            "kind": "lockfile",
            "text": "A lockfile changes with the fix",
            "path": "poetry.lock",
            "content": "b",
        },
    ]

    def change(record: Record) -> None:
        record.facts.update(incidents.KNOWN_AT_THE_FIX)
        put(record, "fix.root-cause", "done", 9)
        why = "A debugging statement is left: print(prices), and 1 more"
        put(record, "fix.guard", "failed", 2, findings=findings, why=why)

    desk.change(change)


def _debugging(desk: Desk) -> None:
    """A line for debugging is left in the fix, and a new file lies beside it."""
    shop = desk.shop / "shop.py"
    shop.write_text(shop.read_text() + "\n\ndef show(prices):\n    print('here', prices)\n")
    (desk.shop / "rates.json").write_text("{}\n")


def _tested(desk: Desk) -> None:
    def change(record: Record) -> None:
        put(record, "verify.test", "done", 6, **incidents.EVIDENCE["verify.test"])
        put(record, "verify.build", "done", 5, seconds=12)
        put(record, "verify.proof", "done", 4, **incidents.EVIDENCE["verify.proof"])

    desk.change(change)


def _stale(desk: Desk) -> None:
    _tested(desk)

    def change(record: Record) -> None:
        put(record, "verify.reproduced", "done", 9)
        put(record, "verify.resolved", "done", 3)
        record.steps["verify.resolved"]["tree"] = "0" * 40
        tree = record.evidence("fix.change", "tree")
        waiver = {
            "step": "verify.staging",
            "round": 1,
            "severity": "P1",
            "asked_by": "Ann",
            "granted_by": "Fay Gold",
        }
        record.waivers.append(
            {**waiver, "why": "staging is down", "at": NOW - timedelta(minutes=2), "tree": tree}
        )

    desk.change(change)


def _test_runs(desk: Desk) -> None:
    desk.run("verify.test", "running", LOG[:130], minutes=0.7)


def _test_failed(desk: Desk) -> None:
    desk.run("verify.test", "failed", minutes=1, why="1 of 2 tests failed: test_the_last_price_counts")


def _push_unknown(desk: Desk) -> None:
    _tested(desk)
    log = b"$ git push origin\nclient_loop: send disconnect: Broken pipe\n"
    desk.run(
        "verify.push", "unknown", log, minutes=1, why="the supervisor was killed; look whether it happened"
    )


def _ready_to_push(desk: Desk) -> None:
    """All of verify is done but the push, as the record says; the branch is not on the remote any more."""
    from tests.ui.world import BRANCH, Git

    Git(desk.folder / "remotes" / "shop" / "shop.git")("update-ref", "-d", f"refs/heads/{BRANCH}")
    desk.change(lambda record: record.steps.pop("verify.push"))


def _in_review(desk: Desk) -> None:
    _body_written(desk)
    desk.put("pull-request.create", "done", 8, **incidents.EVIDENCE["pull-request.create"])
    desk.put("pull-request.checks", "done", 5, checks=["tests: pass", "lint: pass"])


def _body_written(desk: Desk) -> None:
    from hotfix_tui.engine import documents_of

    documents_of.write(desk.engine(), "pr")


def _watched(desk: Desk) -> None:
    def change(record: Record) -> None:
        for name in ("smoke", "watch"):
            put(record, f"monitor.{name}", "done", 2, **incidents.EVIDENCE[f"monitor.{name}"])
        put(record, "monitor.error-rate", "done", 3)

    desk.change(change)


def _deployed_early(desk: Desk) -> None:
    desk.put("pull-request.create", "done", 8, **incidents.EVIDENCE["pull-request.create"])


def _resolved(desk: Desk) -> None:
    def change(record: Record) -> None:
        record.doc["state"] = "resolved"
        record.clock["resolved_at"] = NOW

    desk.change(change)


def _closed(desk: Desk) -> None:
    def change(record: Record) -> None:
        for view in views(record).values():
            if not view.settled and view.required.level in "RW":
                put(record, view.id, "done", 1)
        record.doc["state"] = "closed"
        record.clock.update(resolved_at=NOW, closed_at=NOW)

    desk.change(change)


def _draft(desk: Desk) -> None:
    """What a person had typed when the line dropped: a title, and a time that is none."""
    _undescribed(desk)
    keys = ["title", "impact.seen", "detected-at", "ticket", "impact.users", "impact.kind"]
    typed = {"title": "Totals are wrong", "impact.seen": "too low", "detected-at": "half past two"}
    desk.store.draft_write("ENG-1234", f"facts-{'-'.join(keys)[:40]}", json.dumps(typed))


def _edited(desk: Desk) -> None:
    from hotfix_tui.engine import documents_of

    engine = desk.engine()
    section = next(s for s in documents_of.render(engine, "pr").sections if s.fact is None)
    documents_of.edit(engine, "pr", section.id, "Edited by hand: the last price counts again.")


def _several(desk: Desk) -> None:
    incidents.open_one(desk.shop, ticket="ENG-99", severity="P2", title="The mail is sent twice")
    other = incidents.open_one(desk.shop, ticket="ENG-7", severity="P3", title="A banner is in the way")
    incidents.change(other, lambda record: record.doc.update(state="resolved"))
    broken = incidents.open_one(desk.shop, ticket="ENG-500", severity="P1", title="Nothing works")
    for file in Path(desk.store.directory(broken.id)).glob("session.toml*"):
        file.write_text("schema = 1\nid = ")
    for number, name in enumerate(("ENG-500", "ENG-7", "ENG-99", "ENG-1234")):
        stamp = NOW.timestamp() + number
        os.utime(os.path.join(desk.store.directory(name), "session.toml"), (stamp, stamp))


def _notice(app: HotfixApp) -> Any:
    screen = _stage(app)
    problem = EngineError(
        "The message was not sent: ./post ended with status 1: no route to host; send it by hand."
    )
    screen.call_after_refresh(app.problem, problem)
    return screen


def _stage(app: HotfixApp) -> Any:
    from hotfix_tui.ui.launch import open_engine
    from hotfix_tui.ui.screens.stage import StageScreen

    app.engine = open_engine(app, "ENG-1234")
    return StageScreen(app.engine)


SCENES: tuple[Scene, ...] = (
    Scene("triage-first", "Triage", "none", first=_first_screen),
    Scene("triage-later", "Triage", "none", first=_first_screen, keys=("y", "n", "n", "down")),
    Scene("triage-end", "Triage", "none", first=_first_screen, keys=("n",)),
    Scene("stage-triage", "StageScreen", prepare=_undescribed),
    Scene("stage-branch", "StageScreen", "branch"),
    Scene("stage-fix", "StageScreen", "fix", prepare=_findings, select="fix.guard"),
    Scene("stage-verify", "StageScreen", "verify", prepare=_tested, select="verify.commit"),
    Scene("stage-running", "StageScreen", "verify", prepare=_test_runs, select="verify.test"),
    Scene("stage-failed", "StageScreen", "verify", prepare=_test_failed, select="verify.test"),
    Scene("stage-stale", "StageScreen", "verify", prepare=_stale, select="verify.resolved"),
    Scene("stage-waived", "StageScreen", "verify", prepare=_stale, select="verify.staging"),
    Scene("stage-not-needed", "StageScreen", "verify", prepare=_tested, select="verify.setup"),
    Scene("stage-unknown", "StageScreen", "verify", prepare=_push_unknown, select="verify.push"),
    Scene(
        "stage-pull-request",
        "StageScreen",
        "pull-request",
        prepare=_in_review,
        select="pull-request.approval",
    ),
    Scene(
        "stage-debt", "StageScreen", "deploy", "P0", prepare=_deployed_early, select="pull-request.approval"
    ),
    Scene("stage-release", "StageScreen", "release"),
    Scene("stage-deploy", "StageScreen", "deploy"),
    Scene("stage-monitor", "StageScreen", "monitor", prepare=_watched, select="monitor.watch"),
    Scene("stage-communicate", "StageScreen", "communicate"),
    Scene("stage-backport", "StageScreen", "backport"),
    Scene("stage-review", "StageScreen", "review"),
    Scene("stage-resolved", "StageScreen", "review", prepare=_resolved),
    Scene("stage-closed", "StageScreen", "review", prepare=_closed),
    Scene("choose", "Choose", "branch", select="branch.base", keys=("enter",)),
    Scene("choose-state", "Choose", "monitor", keys=("s",)),
    Scene(
        "by-hand",
        "Choose",
        "pull-request",
        prepare=_body_written,
        select="pull-request.create",
        keys=("enter",),
    ),
    Scene("form-facts", "Form", prepare=_draft, keys=("e", "end", "enter")),
    Scene("form-waive", "Form", "verify", select="verify.build", keys=("w",)),
    Scene(
        "confirm-push",
        "Confirm",
        "pull-request",
        prepare=_ready_to_push,
        select="verify.push",
        keys=("enter",),
    ),
    Scene("confirm-production", "Confirm", "deploy", prepare=_several, keys=("enter",)),
    Scene("reasons", "Reasons", "verify", prepare=_tested, select="verify.push", keys=("enter",)),
    Scene("notice", "Notice", "communicate", first=_notice),
    Scene("leaving", "Leaving", "verify", prepare=_test_runs, keys=("q",)),
    Scene("trust", "Trust", "verify", select="verify.test", keys=("enter",)),
    Scene("timeline", "Timeline", "review", keys=("t",)),
    Scene("facts", "Facts", "fix", keys=("f",)),
    Scene("incidents", "Incidents", "fix", prepare=_several, first=_first_screen),
    Scene("help", "Help", "fix", keys=("question_mark",)),
    Scene("document-pr", "DocumentScreen", "pull-request", prepare=_edited, select=BODY, keys=("enter",)),
    Scene("document-message", "DocumentScreen", "communicate", keys=("enter",)),
    Scene("text-edit", "TextEdit", "pull-request", select=BODY, keys=("enter", "down", "e")),
    Scene("change", "ChangeView", "fix", prepare=_debugging, keys=("v", "down", "down", "down")),
    Scene("change", "ChangeView", "fix", prepare=_findings, keys=("v",)),
    Scene("panes", "VerifyPanes", "verify", prepare=_test_failed, keys=("p",)),
    Scene("output", "Output", "verify", prepare=_test_failed, select="verify.test", keys=("o",)),
)

BY_NAME = {scene.name: scene for scene in SCENES}
