"""How a repository ships, where that requires fewer steps: a package that others install, or static pages.

Nobody runs a package here, so there is no production to watch; static pages have no server of their own.
"""

import re

from hotfix_tui.incident.model.catalog import WATCH
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import set_off

_PACKAGE = (
    r"publishes (?:to (?:npm|PyPI|crates\.io|RubyGems|Hex|NuGet|Maven|JSR|Homebrew|WinGet|a store|Packagist)"
    r"|with (?:goreleaser|Gradle|sbt|cargo-dist|JReleaser|changesets|lerna)|an? (?:package|extension|snap|action)"
    r"|release files)|a tag publishes the |a push publishes the |releases with |has the key "
)
_SERVICE = r"container images|Helm charts|uploads |starts another workflow"
"""Words that suggest a service is being shipped."""

_PAGES = "deploys pages"

OF_A_SERVER = (
    "monitor.error-rate",
    "monitor.api-latency",
    "monitor.database",
    "monitor.third-party",
)
"""Steps that check a server that computes, or what it calls."""

OF_A_SERVICE = (
    *OF_A_SERVER,
    "pull-request.alerts",
    "pull-request.on-call",
    "monitor.user-activity",
    "monitor.support-tickets",
    "monitor.chat",
    "monitor.status-comments",
    "communicate.status-page",
    "review.alerts",
)
"""Steps that check, or report on, something that runs."""

WHY = "this is published, not run: nothing here has a production to look at"
WHY_PAGES = "these are pages: no server of yours computes them"


def published_alone(record: Record) -> bool:
    """Return whether the fix ships as a package and nothing is known that runs it.

    Anything configured to be deployed, queried or watched, or that may deploy, is evidence against it.
    """
    return record.once("published", lambda: _goes_out(record)) == _PUBLISHED


def nothing_to_watch(record: Record) -> bool:
    """Return whether nothing runs that could be watched: the published fix is tried once, and that is all."""
    return bool(record.once("published", lambda: _goes_out(record)))


def makes_no_sense(record: Record, step: str) -> str:
    """Return why `step` is pointless in this kind of repository, as a clause; empty if it makes sense."""
    if step not in _OF_NONE_HERE or not nothing_to_watch(record):
        return ""
    if published_alone(record):
        return WHY
    return WHY_PAGES if step in (WATCH, *OF_A_SERVER) else ""


_OF_NONE_HERE = frozenset((WATCH, *OF_A_SERVICE))
_PUBLISHED, _AS_PAGES = "published", "pages"


def _goes_out(record: Record) -> str:
    """Return what the fix ships as when nothing of it runs here: a package, or pages; empty for anything else."""
    config = record.config
    deploy = config.get("deploy", {})
    runs = deploy.get("platform") or record.has_deploy("production") or record.has_deploy("staging")
    if runs or any(config.get(key) for key in ("smoke", "probe", "metric", "statuspage")):
        return ""
    if config.get("git", {}).get("live"):
        return ""
    seen = set_off.preflight(record).triggers
    ours = [trigger for trigger in seen if trigger.target in ("production", "") and trigger.on != "manual"]
    deploys = [trigger for trigger in ours if trigger.kind == "deploys"]
    if deploys and all(trigger.what.startswith(_PAGES) for trigger in ours):
        return _AS_PAGES
    if record.fact("deploys.push") == "yes":
        return ""
    if deploys or any(re.search(_SERVICE, trigger.what) for trigger in ours):
        return ""
    goes = any(
        trigger.kind == "publishes" and re.search(_PACKAGE, trigger.what) for trigger in [*ours, *seen]
    )
    return _PUBLISHED if goes else ""
