"""A key draws few rows anew: the two of the selection, the card and the bar; the rest of the screen stands still."""

import asyncio
import itertools

import pytest
from textual.content import Content

from hotfix_tui.incident.model.catalog import STAGES
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui.frame import arrangement, bar, card, checklist, footer, header, rail
from hotfix_tui.ui.pictures import scene as pictures
from hotfix_tui.ui.pictures.scene import Scene
from hotfix_tui.ui.presenters import default_action, offer, stage_keys
from hotfix_tui.ui.widgets.lines import Lines
from tests.ui.incidents import NOW
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
