"""What names say: of an environment, a job, a file. The last resort if a step's commands cannot be read."""

import re

from hotfix_tui.detect.trigger_types import Target

_PRODUCTION = {"production", "prod", "prd", "live"}
_STAGING = {
    "staging",
    "stage",
    "stg",
    "uat",
    "qa",
    "preprod",
    "sandbox",
    "dev",
    "devel",
    "develop",
    "development",
}
_STAGING |= {"acceptance", "testpypi"}
_ENVIRONMENT_ONLY = {"test", "testing", "integration", "int", "demo", "beta"}
"""Words that name an environment, but in a job's name can mean anything."""

_PREVIEW = {
    "preview",
    "previews",
    "review",
    "canary",
    "nightly",
    "snapshot",
    "snapshots",
    "edge",
    "ephemeral",
    "pr",
}
_DOCS = {
    "docs",
    "doc",
    "documentation",
    "pages",
    "storybook",
    "javadoc",
    "apidocs",
    "typedoc",
    "manpage",
    "rustdoc",
}
_DOCS |= {"mkdocs", "ghpages"}
_PRODUCT = {
    "package",
    "packages",
    "pypi",
    "npm",
    "crate",
    "crates",
    "image",
    "images",
    "binaries",
    "app",
    "release",
}
"""Words that show that documentation is not all that is shipped."""

_ACTS = re.compile(
    r"deploy(?:s|ed|ment|ments|ing)?|publish(?:es|ing)?|release(?:s|r)?|rollout|promote|ship|cd"
)
_OTHERWISE = re.compile(
    r"tests?|lint|linting|build|builds|check|checks|validate|verify|coverage|reports?|results?|notes|note|draft"
    r"|drafter|changelog|labels?|labeler|titles?|artifacts?|dry|prepare|plan|notify|wait|cleanup|clean|teardown"
    r"|undeploy|delete|stale|prerelease|announce|slack|e2e|scan|size|bench|benchmarks?|format|post|approve|cancel"
    r"|version|versions|select|metadata|package|prepublish|smoke|coveralls|codecov|sonar\w*|gate"
    r"|security|analysis|audit|codeql|scorecards?|sbom|checkout|install|detect|fetch|compare|missing|reproducible"
    r"|clippy|rustfmt|mypy|eslint|rubocop|msrv|typecheck"
    r"|comments?|issues?|determine|previous|prev|find|lookup|compute|resolve|extract|unpack|turn"
)


def words(name: str) -> list[str]:
    """Return the words of a name, in lower case: split at anything but letters and digits, also at camel case."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name[:300])
    parts = [word for text in (spaced, name[:300]) for word in re.split(r"[^a-z0-9]+", text.lower()) if word]
    return list(dict.fromkeys(parts))


def target_of(name: str, *, environment: bool = False) -> Target:
    """Return the target that a name suggests; UNSAID if it suggests none."""
    if re.search(r"(?<!test)(?<!test[-. ])pypi", name.lower()):
        name = re.sub(r"test[-. ]?pypi", "", name, flags=re.IGNORECASE)  # it goes to both
    parts = set(words(name))
    if re.search(r"pre-?prod|non-?prod|test\.?pypi|test-pypi", name.lower()):
        return Target.STAGING
    if parts & _PRODUCTION:
        return Target.PRODUCTION
    if parts & _STAGING or (environment and parts & _ENVIRONMENT_ONLY):
        return Target.STAGING
    if parts & _PREVIEW:
        return Target.PREVIEW
    return Target.DOCS if parts & _DOCS and not parts & _PRODUCT else Target.UNSAID


def acts(name: str) -> bool:
    """Return whether a name says that something deploys or publishes, with nothing to contradict it."""
    return any(_ACTS.fullmatch(word) for word in words(name)) and not does_otherwise(name)


_RESULTS = re.compile(r"results?|reports?|coverage|benchmarks?|comments?|metrics|logs?|screenshots?|findings")


def of_results(name: str) -> bool:
    """Return whether a title says that what is published are results of a run, such as a benchmark's."""
    return any(_RESULTS.fullmatch(word) for word in words(name))


def does_otherwise(name: str) -> bool:
    """Return whether a name says that something tests, builds or tidies up."""
    return any(_OTHERWISE.fullmatch(word) for word in words(name))
