"""Finds the implementation of an automatic step by its id; a step's module is imported on first use."""

from importlib import import_module
from typing import TYPE_CHECKING

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.measured import ITEMS

if TYPE_CHECKING:
    from hotfix_tui.steps.contract import Step

_OTHERS: dict[str, str] = {
    catalog.TRIAGE_ROLLBACK_FIRST: "triage.rollback_first",
    catalog.PULL_REQUEST_APPROVAL: "pull_request.approval",
    catalog.DEPLOY_ROLLBACK: "deploy.rollback",
    catalog.FIX_REGRESSION_TEST: "fix.regression",
    catalog.FIX_GUARD: "fix.guard.step",
    catalog.VERIFY_SETUP: "verify.checks",
    catalog.VERIFY_TEST: "verify.checks",
    catalog.VERIFY_TYPECHECK: "verify.checks",
    catalog.VERIFY_BUILD: "verify.checks",
    catalog.VERIFY_STAGING: "deploy.staging",
    catalog.PULL_REQUEST_CREATE: "pull_request.step",
    catalog.PULL_REQUEST_CHECKS: "pull_request.step",
    catalog.DEPLOY_FOLLOW: "deploy.log_follow",
    **{f"monitor.{item}": "monitor.items" for item in ITEMS},
}
"""Modules, below `hotfix_tui.steps`, of steps with a different name or outside the table of automatic ones."""

_found: "dict[str, Step]" = {}


def find(step: str) -> "Step | None":
    """Return the implementation of the step id `step`, or None for a step that a person does."""
    if step.startswith("backport."):
        module = import_module("hotfix_tui.steps.backport.step")
        made: Step = module.Backport(step)
        return made
    if not known(step):
        return None
    if step not in _found:
        name = _OTHERS.get(step) or step.replace("-", "_")
        module = import_module(f"hotfix_tui.steps.{name}")
        for item in module.STEPS:
            _found[item.id] = item
    return _found.get(step)


def known(step: str) -> bool:
    """Return whether the step id `step` has an implementation, without importing it."""
    if step in _OTHERS or step.startswith("backport."):
        return True
    of_table = catalog.STEPS.get(step)
    return of_table is not None and of_table.kind == "auto"
