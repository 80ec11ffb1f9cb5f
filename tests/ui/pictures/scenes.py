"""Scenes for the tests of pictures: from a desk's record, with what `ask` of the stage's picture reads."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from textual.content import Content

from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui.paint import glyphs
from hotfix_tui.ui.pictures import scene as pictures
from hotfix_tui.ui.pictures.scene import Scene
from tests.ui.incidents import NOW
from tests.ui.support import Desk

SIZES = [(width, height) for width in (38, 49, 80, 83, 120, 200) for height in (8, 11, 15, 36, 57)]


def scene(
    desk: Desk, stage: str, selected: str = "", now: datetime = NOW, *, asked: bool = True, **more: Any
) -> Scene:
    """Return the scene of `stage`, with the step `selected`, or the first one of the stage."""
    engine = desk.engine()
    known = views(engine.record)
    here = [view for view in known.values() if view.stage == stage]
    ask = pictures.call(stage, "ask") if asked else None
    return Scene(
        record=engine.record,
        views=known,
        stage=stage,
        selected=known.get(selected) or (here[0] if here else None),
        now=now,
        looked=ask(engine) if ask else None,
        **more,
    )


def painted(seen: Scene, width: int = 80, height: int = 24) -> str:
    """Return the picture as text."""
    return text(pictures.of(seen.stage).paint(seen, width, height))


def text(rows: list[Content]) -> str:
    """Return rows as text, without blanks at their ends."""
    return "\n".join(row.plain.rstrip() for row in rows)


def fits(seen: Scene, outside: str = "") -> None:
    """Assert that the picture fits every size, and draws nothing but known glyphs and `outside`."""
    for width, height in SIZES:
        check(pictures.of(seen.stage).paint(seen, width, height), width, height, outside)


def check(rows: list[Content], width: int, height: int, outside: str = "") -> None:
    """Assert that rows fit a size, and contain nothing but ASCII, the wizard's glyphs, and `outside`."""
    assert len(rows) <= height, (width, height, text(rows))
    for row in rows:
        assert row.cell_length <= width, (width, height, row.plain)
        strange = (
            {character for character in row.plain if not character.isascii()} - glyphs.ALL - set(outside)
        )
        assert not strange, (strange, row.plain)
        assert row.plain.isprintable(), repr(row.plain)


def watch(
    desk: Desk,
    state: str,
    samples: list[dict[str, Any]],
    *,
    minutes: float,
    length: float = 0,
    **evidence: Any,
) -> Path:
    """Give the incident a watch that began `minutes` ago, with samples; each has `t`, from which `at` follows."""
    folder = desk.run("monitor.watch", state, b"", minutes=minutes, **evidence)
    begun = (NOW - timedelta(minutes=minutes)).timestamp()
    lines = [json.dumps({"at": begun + sample["t"], **sample}) for sample in samples]
    (folder / "samples.ndjson").write_text("\n".join(lines) + "\n")
    return folder
