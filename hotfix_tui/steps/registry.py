"""Finds the implementation of an automatic step by its id; a step's module is imported when it is first used."""

from importlib import import_module
from typing import TYPE_CHECKING

from hotfix_tui.incident.model.measured import ITEMS

if TYPE_CHECKING:
    from hotfix_tui.steps.contract import Step

_MODULES: dict[str, str] = {
    "branch.preflight": "branch.preflight",
    "branch.base": "branch.base",
    "branch.create": "branch.create",
    "fix.change": "fix.change",
    "fix.regression-test": "fix.regression",
    "fix.guard": "fix.guard.step",
    "verify.setup": "verify.checks",
    "verify.test": "verify.checks",
    "verify.typecheck": "verify.checks",
    "verify.build": "verify.checks",
    "verify.proof": "verify.proof",
    "verify.commit": "verify.commit",
    "verify.push": "verify.push",
    "verify.staging": "deploy.staging",
    "pull-request.create": "pull_request.step",
    "pull-request.checks": "pull_request.step",
    "pull-request.approval": "pull_request.approval",
    "release.merge": "release.merge",
    "release.confirm": "release.confirm",
    "release.tag": "release.tag",
    "deploy.production": "deploy.production",
    "deploy.live": "deploy.live",
    "deploy.rollback": "deploy.rollback",
    "deploy.follow": "deploy.log_follow",
    "monitor.smoke": "monitor.smoke",
    "monitor.watch": "monitor.watch",
    **{f"monitor.{item}": "monitor.items" for item in ITEMS},
    "triage.rollback-first": "triage.rollback_first",
}

_found: "dict[str, Step]" = {}


def find(step: str) -> "Step | None":
    """Return the implementation of the step id `step`, or None for a step that a person does."""
    if step.startswith("backport."):
        module = import_module("hotfix_tui.steps.backport.step")
        made: Step = module.Backport(step)
        return made
    if step not in _MODULES:
        return None
    if step not in _found:
        module = import_module(f"hotfix_tui.steps.{_MODULES[step]}")
        for item in module.STEPS:
            _found[item.id] = item
    return _found.get(step)


def known(step: str) -> bool:
    """Tell whether the step id `step` has an implementation, without importing it."""
    return step in _MODULES or step.startswith("backport.")
