"""A key draws few rows anew: the two of the selection, the card and the bar; the rest of the screen stands still."""

import asyncio
import itertools

import pytest
from textual.content import Content

from hotfix_tui.incident.model.catalog import STAGES
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui.frame import arrangement, bar, card, checklist, evidence, footer, header, rail
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.pictures import scene as pictures
from hotfix_tui.ui.pictures.scene import Scene
from hotfix_tui.ui.presenters import default_action, offer, stage_keys
from hotfix_tui.ui.widgets.lines import Lines
from tests.ui.incidents import NOW, put
from tests.ui.photo import Frame
from tests.ui.test_default_action import bare

MOST = 10

WIDTH, HEIGHT, LIST = 80, 24, 30


def screen(scene: Scene) -> list[str]:
    """The rows of the parts of a stage at 80x24, each by itself."""
    now = arrangement.choose(scene.stage, WIDTH, HEIGHT)
    beside = now.name == arrangement.BESIDE
    left = LIST if beside else WIDTH
    right = WIDTH - left if beside else WIDTH
    room = HEIGHT - 5
    action = default_action.of_step(scene.record, scene.selected)
    picture = pictures.of(scene.stage).paint(scene, right, room - now.card)
    parts = [
        header.paint(scene.record, NOW, WIDTH),
        rail.paint(scene.record, scene.views, scene.stage, WIDTH),
        [row.content for row in checklist.paint(scene, left, room if beside else 6, sentences=not beside)],
        picture,
        card.paint(scene, right, now.card),
        bar.paint(offer.of(scene, action, by="Ann"), WIDTH),
        footer.paint(stage_keys.of(scene.stage), WIDTH),
    ]
    return [row for part in parts for row in [*map(repr_of, part), *[""] * (HEIGHT - len(part))]]


def repr_of(row: Content) -> str:
    """A row with its styles."""
    return f"{row.plain}{row.spans}"


@pytest.mark.parametrize("stage", [one for one in STAGES if one not in arrangement.ALONE])
def test_a_step_further_down_changes_few_rows(stage):
    record = bare(stage=stage)
    known = views(record)
    here = [one for one in known.values() if one.stage == stage][:8]
    drawn = [screen(Scene(record, known, stage, one, NOW)) for one in here]
    assert len(drawn) > 1
    for before, after in itertools.pairwise(drawn):
        assert 0 < sum(one != other for one, other in zip(before, after, strict=True)) <= MOST


def test_only_rows_that_differ_are_drawn():
    first = [Content(f"row {number}") for number in range(20)]
    app = Frame(lambda width, height: first)

    async def script():
        async with app.run_test(size=(40, 20)) as pilot:
            await pilot.pause()
            lines = app.query_one(Lines)
            assert lines.repainted == 20
            lines.draw(lambda width, height: [*first[:3], Content("another"), *first[4:]])
            assert lines.repainted == 21
            lines.draw(lambda width, height: [*first[:3], Content("another"), *first[4:]])
            assert lines.repainted == 21
            await pilot.pause()
            assert lines.render_line(3).text.rstrip() == "another"

    asyncio.run(script())


def apart(row: str, right: str) -> bool:
    """Whether what stands at the right end of a row has two blanks before it, or the sign that the left was cut."""
    left = row.rstrip()[: len(row.rstrip()) - len(right)]
    return not left.strip() or left.endswith("  ") or left.rstrip().endswith(glyphs.MORE)


@pytest.mark.parametrize("width", [80, 60, 40])
def test_the_left_of_a_row_never_touches_its_right(width):
    for length in range(width + 4):
        for right in ("to do", "running 0:41", "3 of 10"):
            drawn = rows.ends("x" * length, right, width)
            assert drawn.cell_length == width and apart(drawn.plain, right), drawn.plain


@pytest.mark.parametrize("width", [80, 60, 40])
@pytest.mark.parametrize("sentences", [True, False])
def test_evidence_never_touches_the_state_of_its_step(width, sentences):
    record = bare(stage="release")
    for length in range(70):
        put(record, "pull-request.approval", "done", approvals=["B" * length])
        scene = Scene(record, views(record), "release", None, NOW)
        for row in checklist.paint(scene, width, 20, sentences=sentences):
            if row.step:
                said = evidence.word(scene, scene.views[row.step])[0]
                assert apart(row.content.plain, said), row.content.plain
