"""Every dialog, form, text and log at 40x12 with Chinese titles, names, paths and output: nothing is cut in silence."""

import re

import pytest
from rich.cells import cell_len

from hotfix_tui.ui.screens.stage import actions as stage_actions
from hotfix_tui.ui.screens.stage import facts
from tests.ui import hostile
from tests.ui.incidents import put
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


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)], ids=str)
def test_the_palette_shows_no_sign_that_terminals_draw_in_their_own_way(desks, reconciled, size):
    async def script(pilot):
        await press(pilot, "colon")
        shown = text(pilot.app)
        assert "Search for commands…" in shown
        assert [sign for sign in shown if cell_len(sign) > 1] == []

    drive(desks("fix").app(), script, size)


@pytest.mark.parametrize(
    ("stage", "select", "key", "title", "said"),
    [
        (
            "fix",
            "fix.root-cause",
            "enter",
            "Find the root cause",
            "Good to have; asked again when needed",
        ),
        (
            "triage",
            "triage.describe",
            "enter",
            "Describe the fault",
            "Good to have; asked again when needed",
        ),
        ("fix", "", "n", "Note", "Optional"),
    ],
)
def test_a_form_says_in_full_what_it_is_about_and_what_may_stay_empty(
    desks, reconciled, stage, select, key, title, said
):
    desk = desks(stage)
    if select:
        desk.change(lambda record: put(record, select, "pending"))
        desk.change(
            lambda record: [record.facts.pop(fact, None) for fact in ("cause.summary", "impact.seen")]
        )

    async def script(pilot):
        if select:
            pilot.app.screen.go_to(select)
            await settle(pilot)
        await press(pilot, key)
        rows = text(pilot.app).splitlines()
        assert f"─ {title} ─" in rows[2]
        form = pilot.app.screen
        groups = [one for one in form.query(".group") if said.startswith(str(one.render()).split(";")[0])]
        (group,) = groups
        group.scroll_visible(animate=False)
        await settle(pilot)
        assert said in " ".join(re.sub(r"[▁-█]", " ", text(pilot.app)).split())

    drive(desk.app(), script, (40, 12))


def test_the_ways_back_count_the_rows_that_are_below(desks, reconciled):
    desk = desks("deploy")

    async def script(pilot):
        await press(pilot, "r")
        dialog = pilot.app.screen
        frame = dialog.query_one("#frame")

        def said():
            return re.sub(r"\[.*?\]", "", str(frame.border_subtitle))

        assert re.search(r"↓ \d+ rows", said()) and said().endswith("esc back")
        dialog.query_one("#body").scroll_end(animate=False)
        await settle(pilot)
        assert "row" not in said()
        dialog.action_scroll(-1)
        await settle(pilot)
        assert re.search(r"↓ 1 row\b", said())

    drive(desk.app(), script, (40, 12))


@pytest.mark.parametrize("size", [(40, 12), (55, 20), (80, 24)], ids=str)
def test_the_timeline_is_called_by_its_name_at_every_width(desks, reconciled, size):
    async def script(pilot):
        await press(pilot, "t")
        row = text(pilot.app).splitlines()[2]
        assert row.startswith("─ Timeline ─") and "entr" in row and "…" not in row

    drive(desks("fix").app(), script, size)


def test_what_a_field_holds_and_what_it_hints_at_is_marked_where_it_is_cut(desks, reconciled):
    desk = desks("fix")

    async def script(pilot):
        pilot.app.start_flow(facts.ask_for_step(pilot.app.screen, "fix.root-cause"))
        await settle(pilot)
        form = pilot.app.screen
        first, second = list(form.query("LineField"))[:2]

        def shown(field):
            return field.render_line(0).crop(0, field.scrollable_content_region.width).text

        first.value, second.value = "b" * 60 + "end", "a" * 60
        await press(pilot, "home", "end")
        assert shown(first).rstrip().endswith("end") and shown(first).startswith("…b"), (
            "its end is being typed"
        )
        await press(pilot, "home")
        assert shown(first).startswith("bb") and shown(first).endswith("b…")
        second.focus()
        await press(pilot, "home")
        assert shown(second).endswith("a…") and not shown(second).startswith("…")
        second.value = ""
        second.placeholder = "b" * 80
        assert shown(second).endswith("b…")
        second.placeholder = "short"
        assert "…" not in shown(second)

    drive(desk.app(), script, (40, 12))
