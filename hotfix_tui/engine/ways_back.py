"""The current ways back: each with its plan, how long it takes, and what is missing if it is not possible."""

from typing import NamedTuple

from hotfix_tui.base import asking
from hotfix_tui.base.errors import HotfixError, sentence_of
from hotfix_tui.engine.core import Engine
from hotfix_tui.engine.prepare import Prepared, make_plan
from hotfix_tui.engine.typical_durations import rollback_seconds, usual_seconds
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.deploy import DEPLOY_REVERT, Deployed
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.deploy import ways_back
from hotfix_tui.steps.deploy.ways_back import FLAG, PREVIOUS, REVERT, WayBack


class Offered(NamedTuple):
    """One way back; `seconds` is how long it took before, else (`about`) how long a deployment takes, if known."""

    way: WayBack
    seconds: float | None = None
    about: bool = False

    @property
    def possible(self) -> bool:
        """Whether it can be chosen."""
        return not self.way.missing


class Ways(NamedTuple):
    """All ways back, in the order of `ways_back.names`; `first` is the position of the recommended one."""

    offered: tuple[Offered, ...]
    first: int


def read(engine: Engine, prepared: Prepared) -> Ways:
    """Plan each way with the answers in `prepared`. Never refuses: a way that cannot be planned says why."""
    with asking.look(prepared.answers):
        ctx = engine.context()
        planned = [_way(engine, ctx, name) for name in ways_back.names(ctx)]
    own, usual = rollback_seconds(engine), usual_seconds(engine, (Deployed.STEP,)).get(Deployed.STEP)
    offered = tuple(_timed(way, own, usual) for way in planned)
    begun = [place for place, way in enumerate(offered) if way.way.goes_on]
    runs = [place for place, way in enumerate(offered) if way.possible and not way.way.by_hand]
    able = [place for place, way in enumerate(offered) if way.possible]
    return Ways(offered, next(iter([*begun, *runs, *able]), 0))


def _way(engine: Engine, ctx: Context, name: str) -> WayBack:
    try:
        plan = make_plan(engine, catalog.ROLLBACK.id, name)
    except Refused as no:
        return ways_back.told(ctx, name, None, _clause(no.reasons[0].sentence))
    except (HotfixError, OSError) as problem:
        return ways_back.told(ctx, name, None, _clause(sentence_of(problem)))
    return ways_back.told(ctx, name, plan)


def _clause(sentence: str) -> str:
    said = sentence.strip().rstrip(".")
    return said[:1].lower() + said[1:] if said[1:2].islower() else said


def _timed(way: WayBack, own: dict[str, float], usual: float | None) -> Offered:
    if way.missing:
        return Offered(way)
    if way.name in own and way.name != REVERT:
        return Offered(way, own[way.name])
    if way.name in (PREVIOUS, REVERT, DEPLOY_REVERT) and usual is not None and not way.by_hand:
        return Offered(way, usual, about=True)
    return Offered(way, None)


__all__ = ["FLAG", "Offered", "Ways", "read"]
