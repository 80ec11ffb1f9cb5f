"""What a repository is by how it goes out, where that asks less: a package that others install, or plain pages.

A package is run by nobody here, so there is no production to look at; pages have no server of their own.
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
"""What may well be how a service goes out."""

_PAGES = "deploys pages"

OF_A_SERVER = (
    "monitor.error-rate",
    "monitor.api-latency",
    "monitor.database",
    "monitor.third-party",
)
"""Steps that look at a server that computes, or at what it calls."""

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
"""Steps that look at, or tell of, something that runs."""

WHY = "this is published, not run: nothing here has a production to look at"
WHY_PAGES = "these are pages: no server of yours computes them"


def published_alone(record: Record) -> bool:
    """Say whether the fix goes out as a package and nothing is known that runs it.

    Anything that is configured to be deployed, asked or watched, or that may deploy, speaks against it.
    """
    return record.once("published", lambda: _goes_out(record)) == _PUBLISHED


def nothing_to_watch(record: Record) -> bool:
    """Say whether nothing runs that could be watched: the fix is tried once where it came out, and that is all."""
    return bool(record.once("published", lambda: _goes_out(record)))


def makes_no_sense(record: Record, step: str) -> str:
    """Return why nobody has to do `step` by what this repository is, as a clause; empty where it makes sense."""
    if step not in _OF_NONE_HERE or not nothing_to_watch(record):
        return ""
    if published_alone(record):
        return WHY
    return WHY_PAGES if step in (WATCH, *OF_A_SERVER) else ""


_OF_NONE_HERE = frozenset((WATCH, *OF_A_SERVICE))
_PUBLISHED, _AS_PAGES = "published", "pages"


def _goes_out(record: Record) -> str:
    """As what the fix goes out where nothing of it runs: published, or as pages; empty for anything else."""
    config = record.config
    deploy = config.get("deploy", {})
    runs = deploy.get("platform") or record.has_deploy("production") or record.has_deploy("staging")
    if runs or any(config.get(key) for key in ("smoke", "probe", "metric", "statuspage")):
        return ""
    if config.get("git", {}).get("live"):
        return ""
    seen = set_off.preflight(record).triggers
    ours = [one for one in seen if one.target in ("production", "") and one.on != "manual"]
    deploys = [one for one in ours if one.kind == "deploys"]
    if deploys and all(one.what.startswith(_PAGES) for one in ours):
        return _AS_PAGES
    if record.fact("deploys.push") == "yes":
        return ""
    if deploys or any(re.search(_SERVICE, one.what) for one in ours):
        return ""
    goes = any(one.kind == "publishes" and re.search(_PACKAGE, one.what) for one in [*ours, *seen])
    return _PUBLISHED if goes else ""
