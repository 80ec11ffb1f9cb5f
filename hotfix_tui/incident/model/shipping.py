"""What the fix ships as: a package that others install, static pages, or something that runs."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import TriggerSeen

PACKAGE, PAGES, RUNS = "package", "pages", ""
"""A package that nobody here runs, pages without a server of their own, and anything else."""

_SERVICE = ("service", "workflow")
"""What goes out that is a sign of something that runs."""

_BY_A_PERSON = ("manual", "hand")


_PUBLISHES = r"\bpublish|\btwine\W+upload|\b(?:gem|nuget)\W+push|\bhex\.publish"
"""A command that ships a package, rather than deploying something."""


def goes_out(
    config: Mapping[str, Any],
    facts: Mapping[str, object],
    triggers: Iterable[TriggerSeen],
    edited: Mapping[str, object],
) -> str:
    """Return what the fix ships as. `edited` are the commands that were edited in the incident, by name.

    What the team says counts first, in the incident before the configuration. Anything configured to be deployed,
    queried or watched, or that may deploy, is evidence of something that runs.
    """
    deploy = config.get("deploy", {})
    said = {"yes": True, "no": False}.get(str(facts.get("published", "")), deploy.get("published"))
    if said is not None:
        return PACKAGE if said else RUNS
    edited = edited if isinstance(edited, dict) else {}
    production = edited.get(catalog.DEPLOY_PRODUCTION) or deploy.get("production")
    staging = edited.get("deploy.staging") or deploy.get("staging")
    deployed = bool(production) and not re.search(_PUBLISHES, str(production))
    if deployed or staging or deploy.get("platform"):
        return RUNS
    if any(config.get(key) for key in ("smoke", "probe", "metric", "statuspage")):
        return RUNS
    if config.get("git", {}).get("live"):
        return RUNS
    seen = list(triggers)
    ours = [
        trigger for trigger in seen if trigger.target in ("production", "") and trigger.on not in _BY_A_PERSON
    ]
    ours = [trigger for trigger in ours if not _tells_others(trigger, ours)]
    deploys = [trigger for trigger in ours if trigger.kind == "deploys"]
    if deploys and all(trigger.ships == "pages" for trigger in ours):
        return PAGES
    if facts.get("deploys.push") == "yes":
        return RUNS
    if deploys or any(trigger.ships in _SERVICE for trigger in ours):
        return RUNS
    if any(to_production_by_hand(trigger) for trigger in seen):
        return RUNS
    goes = any(
        trigger.kind == "publishes" and trigger.ships == "package" and (trigger.sure or trigger.on != "hand")
        for trigger in seen
    )
    return PACKAGE if goes else RUNS


def to_production_by_hand(trigger: TriggerSeen) -> bool:
    """Return whether a pipeline surely deploys to production once a person starts it."""
    deploys = trigger.kind == "deploys" and trigger.ships == "deployment"
    return deploys and trigger.sure and trigger.target == "production" and trigger.on == "manual"


def _tells_others(trigger: TriggerSeen, every: Iterable[TriggerSeen]) -> bool:
    """Return whether a job that surely ships a package only starts a workflow of others afterwards: it tells them."""
    if trigger.sure or trigger.ships != "workflow" or not trigger.job:
        return False
    place = (trigger.on, trigger.job, trigger.place.partition(":")[0])
    return any(
        other.sure
        and other.kind == "publishes"
        and other.ships == "package"
        and (other.on, other.job, other.place.partition(":")[0]) == place
        for other in every
    )
