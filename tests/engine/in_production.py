"""An incident with a committed fix in a shop whose production is a file; queries of it are counted."""

from pathlib import Path

from hotfix_tui.config import trust
from hotfix_tui.engine import opening
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.place import find_place
from hotfix_tui.session.places import state_root
from hotfix_tui.session.store import Store
from tests.steps.support_release import PYTHON, Shop


def opened(shop: Shop, **config: object) -> Engine:
    """Return the engine of the incident; the file ``live`` says what runs, each query adds a line to ``asked``."""
    live, asked = shop.folder / "live", shop.folder / "asked"
    live.write_text(shop.base)
    shop.see("branch.base", answers={"live": shop.base})
    shop.undeployed()
    shop.fix()
    question = f"open({str(asked)!r}, 'a').write('asked\\n'); print(open({str(live)!r}).read())"
    says = {"live": {"run": [PYTHON, "-c", question]}}
    place = find_place(str(shop.here.path))
    made = opening.open_incident(
        place, Store(place.sessions, who="ann"), opening.Start("ENG-7", "P1"), by="ann"
    )

    def prepared(record, actor):
        record.doc["config"] = {"git": says, "policy": {"P1": {"order": "deploy-first"}}, **config}
        record.steps.update(shop.record.steps)
        for step in record.steps.values():
            step["at"] = actor.at
        return []

    made.change(prepared)
    trust.allow(Path(state_root()), opening.kept_config(made.record), str(shop.here.path))
    return made


def questions(shop: Shop) -> int:
    """Return how often production was queried."""
    asked = shop.folder / "asked"
    return len(asked.read_text().splitlines()) if asked.exists() else 0
