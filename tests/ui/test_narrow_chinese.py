"""Every dialog, form, text and log at 40x12 with Chinese titles, names, paths and output: nothing is cut in silence."""

import re

from hotfix_tui.ui.screens.stage import actions as stage_actions
from hotfix_tui.ui.screens.stage import facts
from tests.ui import hostile
from tests.ui.support import drive, press, settle, text

NAMED = "购物车总价遗漏最后一项价格而且配送费用也没有算进去请立即修复完毕"
"""Double width, longer than a row of 40 cells; it has no blanks and its end is its own."""

FRAME = re.compile(r"[│┃▕▎\s]")
MORE = re.compile(r"↓|↑|\bmore\b|PgDn")
"""What a screen says where there is more of it by a key."""


def cut_in_silence(rows):
    """Return what is shown of the text without its end, where neither a mark nor a count of rows says so."""
    shown = FRAME.sub("", "".join(rows))
    found = []
    for match in re.finditer(NAMED[:3], shown):
        rest = shown[match.start() :]
        same = next((n for n, sign in enumerate(NAMED) if rest[n : n + 1] != sign), len(NAMED))
        if same < len(NAMED) and rest[same : same + 1] not in ("…",):
            found.append(rest[: same + 10])
    return found


async def look(app, seen, problems, where):
    """Note what is wrong with the screen as it is, at its beginning and at its end."""
    rows = text(app).splitlines()
    seen.add(type(app.screen).__name__)
    said = "\n".join(rows)
    if len(rows) < 12 and not rows[-1].strip():
        problems.append(f"{where}: no last row\n{said}")
    if not re.search(r"(enter|esc) {1,2}\S", said):
        problems.append(f"{where}: no bar\n{said}")
    cut = cut_in_silence(rows[:-1])
    if cut and not MORE.search(said):
        problems.append(f"{where}: cut in silence {cut}\n{said}")


def test_a_tour_at_40x12_in_chinese(desks, reconciled):
    desk = desks("pull-request")
    desk.change(lambda record: hostile.spoil(record, NAMED))
    log = f"$ make test\n{NAMED}\nFAILED {NAMED}\n".encode()
    desk.run("verify.test", "failed", log, why=NAMED)
    seen, problems = set(), []

    async def script(pilot):
        app = pilot.app
        stage = app.screen
        for part in ("list", "picture"):
            for name in hostile.STAGES:
                stage.view_stage(name)
                await settle(pilot)
                await look(app, seen, problems, f"{part} of {name}")
            await press(pilot, "tab")
        for key in ("t", "f", "i", "question_mark", "d", "u", "s", "n", "w", "r"):
            await press(pilot, key)
            await look(app, seen, problems, f"key {key}")
            await press(pilot, "escape")
            assert app.screen is stage, key
        stage.view_stage("verify")
        await press(pilot, "p")
        await look(app, seen, problems, "panes")
        await press(pilot, "escape")
        for flow in (facts.ask_for_step(stage, "triage.describe"), stage_actions.triage(stage)):
            app.start_flow(flow)
            await settle(pilot)
            await look(app, seen, problems, "form" if len(seen) % 2 else "triage")
            await press(pilot, "escape")
        for screen in hostile.pushed(NAMED, app.engine, stage):
            app.push_screen(screen)
            await settle(pilot)
            await look(app, seen, problems, type(screen).__name__)
            app.pop_screen()
            await settle(pilot)

    drive(desk.app(), script, (40, 12))
    assert not problems, "\n\n".join(problems)
    assert len(seen) >= 18, seen
