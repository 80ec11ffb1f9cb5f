"""Finds the implementation of an automatic step by its id; a step's module is imported when it is first used."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotfix_tui.steps.base import Step

_MODULES: dict[str, str] = {
    "branch.preflight": "preflight",
    "branch.base": "base_commit",
    "branch.create": "create_branch",
    "fix.change": "change",
    "fix.regression-test": "regression_test",
    "fix.guard": "guard",
    "verify.setup": "checks",
    "verify.test": "checks",
    "verify.typecheck": "checks",
    "verify.build": "checks",
    "verify.proof": "proof",
    "verify.commit": "commit",
    "verify.push": "push",
    "verify.staging": "staging",
    "pull-request.create": "pull_request",
    "pull-request.checks": "pull_request",
    "release.merge": "merge",
    "release.confirm": "confirm",
    "release.tag": "tag",
    "deploy.production": "production",
    "deploy.live": "live",
    "deploy.rollback": "rollback",
    "deploy.follow": "follow",
    "monitor.smoke": "smoke",
    "monitor.watch": "watch",
    "triage.rollback-first": "rollback_first",
}

_found: "dict[str, Step]" = {}


def find(step: str) -> "Step | None":
    """Return the implementation of the step id `step`, or None for a step that a person does."""
    if step.startswith("backport."):
        module = import_module("hotfix_tui.steps.backport")
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


def automatic() -> tuple[str, ...]:
    """Return the ids of all automatic steps of the table, backports left out."""
    return tuple(_MODULES)
