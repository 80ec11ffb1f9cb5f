"""Whether a repository is a package or program that others install: nobody here runs it, so there is no production."""

import re

from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import set_off

_PACKAGE = (
    r"publishes (?:to (?:npm|PyPI|crates\.io|RubyGems|Hex|NuGet|Maven|JSR|Homebrew|WinGet|a store)"
    r"|with (?:goreleaser|Gradle|sbt|cargo-dist|JReleaser|changesets|lerna)|an? (?:package|extension|snap|action)"
    r"|release files)|a tag publishes the (?:package|module|action)|releases with |has the key "
)
_SERVICE = r"container images|Helm charts|uploads |starts another workflow"
"""What may well be how a service goes out."""

OF_A_SERVICE = (
    "monitor.error-rate",
    "monitor.api-latency",
    "monitor.database",
    "monitor.third-party",
    "monitor.user-activity",
    "monitor.support-tickets",
    "monitor.chat",
    "monitor.status-comments",
    "communicate.status-page",
)
"""Steps that look at, or tell of, something that runs."""

WHY = "this is published, not run: nothing here has a production to look at"


def published_alone(record: Record) -> bool:
    """Say whether the fix goes out as a package and nothing is known that runs it.

    Anything that is configured to be deployed, asked or watched, or that may deploy, speaks against it.
    """
    return record.once("published", lambda: _published_alone(record))


def _published_alone(record: Record) -> bool:
    config = record.config
    deploy = config.get("deploy", {})
    runs = deploy.get("platform") or record.has_deploy("production") or record.has_deploy("staging")
    if runs or any(config.get(key) for key in ("smoke", "probe", "metric", "statuspage")):
        return False
    if config.get("git", {}).get("live") or record.fact("deploys.push") == "yes":
        return False
    seen = set_off.preflight(record).triggers
    ours = [one for one in seen if one.target in ("production", "") and one.on != "manual"]
    if any(one.kind == "deploys" or re.search(_SERVICE, one.what) for one in ours):
        return False
    return any(one.kind == "publishes" and re.search(_PACKAGE, one.what) for one in [*ours, *seen])
