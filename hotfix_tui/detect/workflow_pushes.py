"""What the scripts of a workflow push: branches and tags of this repository, and other repositories.

Apart from `github_workflows`, which reads one workflow: this asks what its push does to others.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from hotfix_tui.detect.trigger_signs import A_WORKFLOW, PUSHES_ELSEWHERE, PUSHES_TAGS
from hotfix_tui.detect.trigger_types import Kind, Ships, Sign
from hotfix_tui.detect.yaml_tree import table

_PUSH = re.compile(
    r"(?m)^[ \t]*(?:[^\s=]+=\S*[ \t]+)*git (?:-\S+ (?:[^-\s]\S* )?)*push\b(?!.*(?:--dry-run|--delete|\s:))"
)


def pushes_elsewhere(step: Mapping[str, object], steps: Iterable[object], repository: str) -> Iterator[Sign]:
    """Yield the push of a step in a folder that holds a checkout of another repository; `repository` is ours."""
    script = str(step.get("run") or "")
    if not _PUSH.search(script):
        return
    place = str(step.get("working-directory") or "")
    for other in steps:
        if not isinstance(other, dict) or "actions/checkout" not in str(other.get("uses")):
            continue
        given = other.get("with")
        if not isinstance(given, dict):
            continue
        folder = str(given.get("path") or "").strip("./")
        name = str(given.get("repository") or "")
        if not folder or not name or "github.repository" in name or name.lower() == repository.lower():
            continue
        inside = place.removeprefix("./").split("/")[0] == folder
        if inside or re.search(rf"(?m)(?:\bcd|-C) [\"']?(?:\./)?{re.escape(folder)}\b", script):
            yield Sign(Kind.DEPLOYS, PUSHES_ELSEWHERE, False, line=getattr(step.get("run"), "line", 0))
            return


_TAGGED = re.compile(
    r"(?m)^[ \t]*git (?:-\S+ (?:[^-\s]\S* )?)*tag(?:\s+(?:-[asfF]+|--(?:annotate|sign|force))(?=\s))*"
    r"(?:\s+(?:-m|--message)(?:\s+|=)(?:\"[^\"\n]*\"|'[^'\n]*'|\S+))*\s+[\"']?(?P<name>[^-\s\"'][^\s\"']*)"
)
_PUSHED_TAGS = re.compile(
    r"(?m)^[ \t]*git (?:-\S+ (?:[^-\s]\S* )?)*push\b(?!.*(?:--dry-run|--delete))"
    r"[^\n]*(?:--tags|--follow-tags|refs/tags/|\$)"
)
_OF_A_VERSION = re.compile(r"version|(?:^|/)v(?:\d|\$)|release|semver|tag_?name|next", re.I)
_MOVES = re.compile(
    r"(?:nightly|edge|latest|devel?|canary|snapshot|deploy\w*|live|prod\w*|staging)(?:\W|$)", re.I
)


def tags_made(step: Mapping[str, object]) -> Iterator[Sign]:
    """Yield the version tag that the script of a step makes and pushes; not a tag that moves with each run."""
    script = str(step.get("run") or "")
    if not _PUSHED_TAGS.search(script):
        return
    names = [match["name"] for match in _TAGGED.finditer(script)]
    if any(_OF_A_VERSION.search(name) and not _MOVES.match(name) for name in names):
        line = getattr(step.get("run"), "line", 0)
        yield Sign(Kind.PUBLISHES, PUSHES_TAGS, False, bot=A_WORKFLOW, line=line, ships=Ships.UNREAD)


_OWN_TOKEN = re.compile(
    r"(?:token|ssh-key):\s*\S*\$\{\{\s*(?!secrets\.GITHUB_TOKEN|github\.token)[\w.-]+"
    r"|x-access-token:\$\{\{\s*(?!secrets\.GITHUB_TOKEN|github\.token)",
    re.I,
)
_PUSHED_BRANCH = re.compile(
    r"\bpush\b(?:\s+-\S+)*\s+(?:origin|\"?https://\S+)(?:\s+-\S+)*\s+[\"']?(?:\+?[\w./-]+:)?(?:refs/heads/)?([\w./-]+)"
)


def branches_pushed(workflow: Mapping[str, object], production: str) -> Iterator[str]:
    """Yield the branches that a workflow pushes with a token of its own: such a push starts other workflows."""
    for job in table(workflow.get("jobs")).values():
        steps = table(job).get("steps")
        steps = steps if isinstance(steps, list) else []
        if not any(_has_own_token(table(step)) for step in steps):
            continue
        for line in "\n".join(str(table(step).get("run") or "") for step in steps).splitlines():
            match = _PUSH.match(line) and _PUSHED_BRANCH.search(line)
            if match and match[1] not in (production, "HEAD", "gh-pages"):
                yield match[1]


def _has_own_token(step: Mapping[str, object]) -> bool:
    given = table(step.get("with"))
    said = [f"{key}: {given[key]}" for key in ("token", "ssh-key") if given.get(key)]
    return any(_OWN_TOKEN.match(text) for text in said) or bool(_OWN_TOKEN.search(str(step.get("run") or "")))
