"""Every screen of the wizard in the states that matter: each scene says how to get there.

Pictures, `screens.md`, and the tests with hostile texts and odd sizes all go through this one list.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from textual.pilot import Pilot

from hotfix_tui.ui.app import HotfixApp
from tests.ui import prepared
from tests.ui.support import Desk, Wizard, press, settle

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
        """Return the wizard, about to start."""
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


SCENES: tuple[Scene, ...] = (
    Scene("triage-first", "Triage", "none", first=prepared.asking),
    Scene("triage-later", "Triage", "none", first=prepared.asking, keys=("y", "n", "n", "down")),
    Scene("triage-end", "Triage", "none", first=prepared.asking, keys=("n",)),
    Scene("triage-level", "Triage", "none", first=prepared.asking, keys=("y", "n", "2")),
    Scene("triage-embargo", "Triage", "none", first=prepared.asking, keys=("y", "y")),
    Scene("stage-triage", "StageScreen", prepare=prepared.undescribed),
    Scene("stage-branch", "StageScreen", "branch"),
    Scene("stage-fix", "StageScreen", "fix", prepare=prepared.findings, select="fix.guard"),
    Scene("stage-verify", "StageScreen", "verify", prepare=prepared.tested, select="verify.commit"),
    Scene("stage-running", "StageScreen", "verify", prepare=prepared.test_runs, select="verify.test"),
    Scene("stage-failed", "StageScreen", "verify", prepare=prepared.test_failed, select="verify.test"),
    Scene("stage-stale", "StageScreen", "verify", prepare=prepared.stale, select="verify.resolved"),
    Scene("stage-waived", "StageScreen", "verify", prepare=prepared.stale, select="verify.staging"),
    Scene("stage-not-needed", "StageScreen", "verify", prepare=prepared.tested, select="verify.setup"),
    Scene("stage-unknown", "StageScreen", "verify", prepare=prepared.push_unknown, select="verify.push"),
    Scene(
        "stage-pull-request",
        "StageScreen",
        "pull-request",
        prepare=prepared.in_review,
        select="pull-request.approval",
    ),
    Scene(
        "stage-debt",
        "StageScreen",
        "deploy",
        "P0",
        prepare=prepared.deployed_early,
        select="pull-request.approval",
    ),
    Scene("stage-release", "StageScreen", "release"),
    Scene("stage-deploy", "StageScreen", "deploy"),
    Scene("stage-deploy-log", "StageScreen", "deploy", prepare=prepared.followed, select="deploy.production"),
    Scene("stage-branched", "StageScreen", "fix", prepare=prepared.branched, select="branch.base"),
    Scene(
        "stage-watching",
        "StageScreen",
        "monitor",
        prepare=prepared.measured,
        select="monitor.support-tickets",
    ),
    Scene("stage-monitor", "StageScreen", "monitor", prepare=prepared.watched, select="monitor.watch"),
    Scene("stage-communicate", "StageScreen", "communicate"),
    Scene("stage-backport", "StageScreen", "backport"),
    Scene(
        "stage-backport-picked",
        "StageScreen",
        "backport",
        prepare=prepared.picked,
        select="backport.release-2-2",
    ),
    Scene("stage-review", "StageScreen", "review"),
    Scene("stage-resolved", "StageScreen", "review", prepare=prepared.resolved),
    Scene("stage-closed", "StageScreen", "review", prepare=prepared.closed),
    Scene("drill-end", "DrillEnd", "review", prepare=prepared.closed, first=prepared.drill, keys=("enter",)),
    Scene("choose", "Choose", "branch", select="branch.base", keys=("b",)),
    Scene("choose-state", "Choose", "monitor", keys=("s",)),
    Scene(
        "by-hand",
        "Choose",
        "pull-request",
        prepare=prepared.body_written,
        select="pull-request.create",
        keys=("enter",),
    ),
    Scene("form-facts", "Form", prepare=prepared.draft, keys=("e", "f5")),
    Scene("form-waive", "Form", "verify", select="verify.build", keys=("w",)),
    Scene(
        "confirm-push",
        "Confirm",
        "pull-request",
        prepare=prepared.ready_to_push,
        select="verify.push",
        keys=("enter",),
    ),
    Scene(
        "confirm-embargo",
        "Confirm",
        "pull-request",
        prepare=prepared.kept_back_push,
        select="verify.push",
        keys=("enter",),
    ),
    Scene(
        "document-embargo",
        "DocumentScreen",
        "verify",
        prepare=prepared.kept_back,
        keys=("u", *["down"] * 5, "enter"),
    ),
    Scene("confirm-production", "Confirm", "deploy", prepare=prepared.several, keys=("enter",)),
    Scene("roll-back", "RollBack", "monitor", prepare=prepared.gone_worse, keys=("r",)),
    Scene("reasons", "Reasons", "verify", prepare=prepared.tested, select="verify.push", keys=("enter",)),
    Scene("notice", "Notice", "communicate", first=prepared.notice),
    Scene("leaving", "Leaving", "verify", prepare=prepared.test_runs, keys=("q",)),
    Scene("trust", "Trust", "verify", select="verify.test", keys=("enter",)),
    Scene("timeline", "Timeline", "review", keys=("t",)),
    Scene("facts", "Facts", "fix", keys=("f",)),
    Scene("incidents", "Incidents", "fix", prepare=prepared.several, first=prepared.first_screen),
    Scene("elsewhere", "Elsewhere", "fix", prepare=prepared.elsewhere, first=prepared.no_repository),
    Scene("elsewhere-refused", "Elsewhere", "fix", prepare=prepared.elsewhere, first=prepared.refused),
    Scene("incidents-none", "Incidents", "none", first=prepared.first_screen),
    Scene("help", "Help", "fix", keys=("question_mark",)),
    Scene("text-edit", "DocumentScreen", "pull-request", select=BODY, keys=("enter", "e")),
    Scene(
        "document-pr", "DocumentScreen", "pull-request", prepare=prepared.edited, select=BODY, keys=("enter",)
    ),
    Scene("document-message", "DocumentScreen", "communicate", keys=("enter",)),
    Scene("change", "ChangeView", "fix", prepare=prepared.debugging, keys=("v", "down", "down", "down")),
    Scene("change", "ChangeView", "fix", prepare=prepared.findings, keys=("v",)),
    Scene("panes", "VerifyPanes", "verify", prepare=prepared.test_failed, keys=("p",)),
    Scene("output", "Output", "verify", prepare=prepared.test_failed, select="verify.test", keys=("o",)),
)

BY_NAME = {scene.name: scene for scene in SCENES}
