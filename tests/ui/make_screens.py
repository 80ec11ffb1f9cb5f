"""Makes `screens.md` from the app: its pictures and its tables of keys; the sentences are kept here.

python -m tests.ui.make_screens          write screens.md and docs/pictures/
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from textual.pilot import Pilot

from hotfix_tui.ui.keymap import FIELD_KEYS, KEYS
from hotfix_tui.ui.screens.framed import Framed
from tests.ui import pins, place, support
from tests.ui.scenes import BY_NAME

ROOT = Path(__file__).parents[2]
FILE = ROOT / "screens.md"
PICTURES = ROOT / "docs" / "pictures"


class Pictured(NamedTuple):
    """One picture of README and docs: a scene at a size, in a theme."""

    scene: str
    size: tuple[int, int] = (80, 24)
    theme: str = ""


PICTURED: dict[str, Pictured] = {
    "triage": Pictured("triage-later"),
    "branch": Pictured("stage-branched"),
    "fix": Pictured("stage-fix"),
    "verify": Pictured("stage-failed"),
    "verify-light": Pictured("stage-failed", theme="hotfix-light"),
    "verify-wide": Pictured("stage-failed", (120, 40)),
    "verify-narrow": Pictured("stage-failed", (40, 12)),
    "document": Pictured("document-pr"),
    "pull-request": Pictured("stage-pull-request"),
    "release": Pictured("stage-release"),
    "deploy": Pictured("stage-deploy"),
    "confirm": Pictured("confirm-production"),
    "roll-back": Pictured("roll-back"),
    "monitor": Pictured("stage-watching"),
    "monitor-wide": Pictured("stage-watching", (120, 40)),
    "communicate": Pictured("stage-communicate"),
    "backport": Pictured("stage-backport"),
    "review": Pictured("stage-review"),
    "form": Pictured("form-facts"),
    "timeline": Pictured("timeline"),
    "facts": Pictured("facts"),
    "incidents": Pictured("incidents"),
    "elsewhere": Pictured("elsewhere"),
    "not-yet": Pictured("reasons"),
    "help": Pictured("help"),
}
"""The pictures by file name, made by this module; a test notices when one is outdated."""


class Page(NamedTuple):
    """What is said about one screen: `scene` is its picture, `module` where it is, the rest are sentences."""

    screen: str
    scene: str
    title: str
    purpose: str
    writes: str
    leads: str


PAGES: tuple[Page, ...] = (
    Page("Triage", "triage-later", "Triage", "Yes-or-no questions decide how urgent it is. The first yes decides; "
         "no means no, or not sure. 0 to 3 offer a level without the questions left. It is the first screen where no "
         "incident is open.",
         "The first yes opens the incident. The severity is set by the question that gets the first yes after it, or "
         "by the level that is chosen at once; without one the incident ends as `normal-process`.",
         "To the stage screen once the severity is known; `i` to all incidents."),
    Page("StageScreen", "stage-branched", "Branch",
         "Where the hotfix starts: what is live with the evidence for it, the commits that would be included, "
         "and the branch, as a graph. Like every stage it has its steps, the selected one as a card with what "
         "was seen and exactly what would run, and the bar that says what enter does.",
         "What the keys say: ticks, waivers, facts, notes, runs and their results. Each change is on disk "
         "before it is shown.",
         "To every other screen. After an action the focus is back in the step list."),
    Page("StageScreen", "stage-fix", "Fix",
         "The change against what is live, while it is made elsewhere: files, hunks, the findings of the "
         "guard, and how far it is from what a hotfix may hold.",
         "Facts of the cause and the fix, accepted findings with a reason.",
         "To the neighbouring stages; what `enter` opens leads back."),
    Page("StageScreen", "stage-failed", "Verify",
         "Checks with results, times and what is usual, the log of the one that runs or failed, the proof on "
         "the base and on the fix, and what a person has to see.",
         "Runs and their results, ticks with a name, the commit, the push.",
         "To the neighbouring stages; what `enter` opens leads back."),
    Page("StageScreen", "stage-pull-request", "Pull request",
         "The request as the forge has it: checks with the failed ones first, who has approved this very "
         "commit, and what is still to be done before the deployment.",
         "The request's text, ticks with a name; the forge's answers are kept as seen.",
         "To the neighbouring stages; what `enter` opens leads back."),
    Page("StageScreen", "stage-release", "Release",
         "Is it still the same change? The links from the tested files to what landed, each with what proves "
         "it.",
         "The merge, what landed, the tag.",
         "To the neighbouring stages; what `enter` opens leads back."),
    Page("StageScreen", "stage-deploy", "Deploy",
         "What replaces what, what comes along, the gates, the way back; while it runs its phases against the "
         "usual time, and both logs.",
         "The deployment and what production said.",
         "To the neighbouring stages; what `enter` opens leads back."),
    Page("StageScreen", "stage-watching", "Monitor",
         "Is the fault gone? What is measured next to what only a person can see, curves with marks, and the "
         "proposed verdict with its reasons.",
         "Measurements, ticks with a name, the verdict.",
         "To the neighbouring stages; what `enter` opens leads back."),
    Page("StageScreen", "stage-communicate", "Communicate",
         "Every message by channel and phase: what is out, what is due, what has gaps, and the text of the "
         "selected one.",
         "What was sent, each in a file of its own.",
         "To the neighbouring stages; what `enter` opens leads back."),
    Page("StageScreen", "stage-backport", "Backport",
         "Every line that may need the fix: does it hold the faulty code, what would conflict, how far it is.",
         "The decision for each line, picks, patches, and what the line carries.",
         "To the neighbouring stages; what `enter` opens leads back."),
    Page("StageScreen", "stage-review", "Review",
         "What the incident took, with its milestones, and what closes it.",
         "Facts of the review, ticks with a name, the document.",
         "To the neighbouring stages; what `enter` opens leads back."),
    Page("StageScreen", "stage-deploy-log", "Deploy log tail", "On deploy and monitor the log of production runs "
         "below the steps while it is followed: begun with the deployment, ended with the watch. `L` shows it larger, "
         "where it is stopped, and followed again.",
         "Nothing that a step waits for.", "Back to the stage."),
    Page("Choose", "choose", "Choice", "Asks which way to go where there are several; the first one is recommended.",
         "Nothing by itself.", "Back to where it was opened, with the choice made, or on to the next question."),
    Page("Form", "form-facts", "Form", "Asks for facts, a note, a reason or a name; an empty field shows an example.",
         "What is typed is kept as a draft within a second, and saved as facts when the form is complete.",
         "Back to the stage; a value that cannot be right is named in the form."),
    Page("Confirm", "confirm-production", "Confirmation", "Shows exactly what is about to leave this machine. For "
         "production the ticket (or the id) has to be typed; otherwise one deliberate enter is enough. It is deaf for "
         "the first 0.6 s, and to a held key and a paste for good.",
         "The intent to run, before the command starts.", "Back to the stage, where the run is shown live."),
    Page("RollBack", "roll-back", "Roll back", "Says what was measured since the deployment, then three ways back, "
         "always in this order: the version before, a revert, the feature flag; the configured ones by name come after "
         "them. Each says how long it takes, what it loses, and what is missing where it cannot be chosen; the "
         "selected one shows exactly what it runs. `r` opens it on every screen, `F8` also where letters are text.",
         "Nothing.", "To the confirmation of the chosen way, or back to where it was opened."),
    Page("Reasons", "reasons", "Not yet", "Says why something does not go now, each reason with its cure.",
         "Nothing.", "Enter goes to the step of the first reason, `w` to its waiver."),
    Page("Notice", "notice", "Notice", "Says what did not work and what to do about it.", "Nothing.", "Back."),
    Page("Leaving", "leaving", "Leaving", "Says what goes on running. Without a running command `q` leaves at once.",
         "Nothing; with `x` the runs are stopped first.", "Out, or back to the stage."),
    Page("DrillEnd", "drill-end", "The end of the drill", "What the drill took (time, keys, words, waivers) and where "
         "what was written lies. It comes once the drill's incident is closed, and with enter from then on.",
         "With `x` the drill's servers are ended and its folder is removed.", "Out, or back to the stage."),
    Page("Trust", "trust", "Trust", "Shows every command of the repository's configuration before the first of them "
         "runs. The answer without a key is no.",
         "That this very configuration is trusted in this place.", "Back to the stage; then the step runs."),
    Page("Timeline", "timeline", "Timeline", "What happened, when and by whom, the newest entry last, with the time "
         "since the entry before; the selected entry in full.", "A note, with `n`.", "Back."),
    Page("Facts", "facts", "Facts", "What is known, and which texts lack what is not. Every text is made from these.",
         "Nothing by itself.", "Enter opens the form of the marked fact."),
    Page("Incidents", "incidents", "Incidents", "All incidents of this repository, a new one first: what is open, what "
         "is resolved and not closed, what is damaged and why, what is over; the selected one in a few lines.",
         "Nothing.", "To the stage of the chosen incident, or to triage for a new one."),
    Page("Elsewhere", "elsewhere", "No repository", "The first screen in a folder without a repository, or with one "
         "that git refuses: why, with the command that changes it; the open incidents of other repositories on this "
         "machine, the most urgent first; the repositories in this folder, or next to it, and those used before; the "
         "drill.",
         "Nothing.", "To the chosen incident or repository, as if the wizard had been started there; `l` looks again."),
    Page("Help", "help", "Keys", "The way with where you are, what each sign means, every key of the stage screen, "
         "and those of text fields and of output.", "Nothing.",
         "Back."),
    Page("DocumentScreen", "document-pr", "Document", "A text rendered from the record: its sections with what is "
         "missing (`!`), edited (`✓`) or changed since (`~`), and the text as its reader will see it. `e` edits a "
         "section here: letters are letters then, enter is a new line.",
         "Edited sections, a draft of them within a second; a section that is a fact edits the fact. Enter fills a "
         "gap, keeps the document or sends the message.",
         "To the form of what is missing, back to the stage."),
    Page("ChangeView", "change", "Change", "The change against its base, live while it is made elsewhere, with the "
         "findings of the guard.",
         "New files that are taken into the fix, accepted findings.", "Back to the stage; `e` to the editor."),
    Page("VerifyPanes", "panes", "Panes", "Setup, tests, type check and build side by side, live, with the failures "
         "and their places.",
         "Runs and their results.", "Back to the stage; `e` to the place of a failure."),
    Page("Output", "output", "Output", "The output of a run on the whole screen, live while it runs.", "Nothing.",
         "Back to the stage."),
)  # fmt: skip

HEAD = """\
# The screens

Every picture is the app itself in a terminal of 80 columns and 24 rows. They and the lists of keys are made by
`python -m tests.ui.make_screens`, and a test fails when they and the app disagree. The sentences are by hand.

At the top stand severity, ticket, title and the clocks, below them the stages; at the bottom the bar says what
**enter** does and how far that reaches, and the last row names a few keys. When there is no room the clocks go in this
order: detected, round, next message; the time left stays.
Esc goes back everywhere; `q`, `F9` or `ctrl+q` leave, at once when nothing runs. What comes from outside is drawn as
text and as nothing else.
"""


def keys_of(app: Any) -> list[tuple[str, str]]:
    """Return the keys that the screen on top names in its last line."""
    screen = app.screen
    if isinstance(screen, Framed):
        return [(screen.offer().cap.strip(), screen.offer().label), *screen.keys(), screen.more()]
    return list(screen.keys())


def bindings_of(screen: Any) -> list[str]:
    """Return every key that the topmost screen binds, by Textual's name."""
    return sorted(
        {key for kind in type(screen).__mro__ for key in _own(kind)} - {"ctrl+q", "ctrl+c", "ctrl+p"}
    )


def _own(kind: type) -> list[str]:
    from textual.binding import Binding
    from textual.screen import Screen

    if not kind.__module__.startswith("hotfix_tui.") or not issubclass(kind, Screen):
        return []
    out: list[str] = []
    for binding in kind.__dict__.get("BINDINGS", ()):
        assert isinstance(binding, Binding)
        out += binding.key.split(",")
    return out


class Shown(NamedTuple):
    """What the app shows of a page."""

    picture: str
    keys: list[tuple[str, str]]
    bound: list[str]
    module: str


def look(page: Page) -> Shown:
    """Start the app, go to the page's scene, and return what is there."""
    shown: list[Shown] = []

    def take(app: Any) -> None:
        module = type(app.screen).__module__.replace(".", "/")
        shown.append(Shown(support.text(app), keys_of(app), bindings_of(app.screen), module))

    _visit(Pictured(page.scene), take)
    assert BY_NAME[page.scene].screen == page.screen
    return shown[0]


def export(pictured: Pictured) -> str:
    """Return the picture of a scene as SVG."""
    exported: list[str] = []
    _visit(pictured, lambda app: exported.append(app.export_screenshot(title="hotfix-tui")))
    return exported[0]


def _visit(pictured: Pictured, take: Callable[[Any], object]) -> None:
    scene = BY_NAME[pictured.scene]
    desk = support.desk(scene.stage, scene.severity)
    app = scene.app(desk)
    if pictured.theme:
        app.theme = pictured.theme

    async def script(pilot: Pilot[Any]) -> None:
        await scene.reach(pilot)
        take(pilot.app)

    try:
        support.drive(app, script, pictured.size)
    finally:
        desk.close()


def section(page: Page, shown: Shown) -> str:
    """Return the section of one screen."""
    named = " · ".join(f"`{key or 'letters'}` {title}" for key, title in shown.keys)
    return "\n".join(
        [
            f"## {page.title}",
            "",
            f"`{shown.module}.py`: `{page.screen}`. {page.purpose}",
            "",
            "```text",
            shown.picture,
            "```",
            "",
            f"- **Keys shown:** {named}",
            f"- **Keys bound:** {', '.join(f'`{key}`' for key in shown.bound)}",
            f"- **Writes:** {page.writes}",
            f"- **Leads:** {page.leads}",
            "",
        ]
    )


def tables() -> str:
    """Return the tables of keys."""
    rows = ["## Keys of the stage screen", "", "| key | does |", "|---|---|"]
    rows += [f"| `{key.shown}` | {key.help} |" for key in KEYS]
    rows += ["", "In a text field letters are letters; there:", "", "| key | does |", "|---|---|"]
    rows += [f"| `{key}` | {what} |" for key, what in FIELD_KEYS]
    return "\n".join([*rows, ""])


def whole() -> str:
    """Return the complete file for the current app."""
    return "\n".join([HEAD, *(section(page, look(page)) for page in PAGES), tables()])


@contextmanager
def world() -> Iterator[None]:
    """The pinned look and the empty home of the tests, outside of a test."""
    with pytest.MonkeyPatch.context() as patch:
        pins.pin_look(patch)
        pins.pin_home(patch)
        pins.pin_world(patch)
        yield
    place.clear()


def main() -> None:
    """Write the file and the pictures; with names, only those pictures."""
    os.chdir(ROOT)
    with world():
        if not sys.argv[1:]:
            FILE.write_text(whole(), encoding="utf-8")
        PICTURES.mkdir(parents=True, exist_ok=True)
        for name, pictured in PICTURED.items():
            if not sys.argv[1:] or name in sys.argv[1:]:
                (PICTURES / f"{name}.svg").write_text(export(pictured), encoding="utf-8")
    sys.stdout.write(f"{FILE}\n{PICTURES}\n")


if __name__ == "__main__":
    main()
