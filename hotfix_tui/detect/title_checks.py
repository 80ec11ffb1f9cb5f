"""Checks of pull request titles: workflows and apps that reject titles of another form.

Apart from the team's other conventions: it reads workflows and the settings of apps, not guides and history.
"""

import re
from collections.abc import Mapping

from hotfix_tui.detect import yaml_tree
from hotfix_tui.detect.tree import Tree
from hotfix_tui.incident.model.wording import TitleCheck, Wording

_TYPES = ("fix", "hotfix", "bugfix", "bug")
_APPS = (".github/semantic.yml", ".github/semantic.yaml", "semantic.yml")
_SEMANTIC = re.compile(
    r"(?:amannn/|/)?(?:action-semantic-pull-request|semantic-pull-requests?|action-semantic-pr-title|conventional-pr"
    r"|pr-title-semantic|action-conventional-pr-title|commitlint-pull-request|pr-commitlint|commitlint-pr-title)\b",
    re.IGNORECASE,
)
_PATTERNED = re.compile(
    r"(?:pr[-_]title|pull[-_]request[-_]title|title[-_]check|check[-_]pr|pr[-_]lint)", re.IGNORECASE
)
_PATTERN_KEYS = ("regex", "regexp", "pattern", "title-regex", "title_regex", "pr-title-regex", "title-regexp")
_BEGIN_KEYS = ("allowed_prefixes", "prefixes", "allowed-prefixes")
_CHECKER = ".github/pr-title-checker-config.json"


def title_check(tree: Tree) -> TitleCheck:
    """Return the first title check found; one without a place if there is none."""
    for name in tree.names(".github/workflows")[:200]:
        if name.endswith((".yml", ".yaml")):
            check = _in_workflow(tree, f".github/workflows/{name}")
            if check:
                return check
    for path in _APPS:
        if tree.has(path):
            return _app(path, yaml_tree.load(tree.text(path)))
    if tree.has(_CHECKER):
        return _checker(tree.table(_CHECKER))
    return TitleCheck()


def _in_workflow(tree: Tree, path: str) -> TitleCheck | None:
    text = tree.text(path)
    if "pull_request" not in text:
        return None
    table = yaml_tree.load(text)
    for job in _values(table.get("jobs")):
        for step in _items(job.get("steps")):
            uses, given = str(step.get("uses") or ""), step.get("with")
            inputs = given if isinstance(given, dict) else {}
            if _SEMANTIC.search(uses):
                return TitleCheck(path, _semantic(path, inputs))
            if _PATTERNED.search(uses.partition("@")[0]) and (check := _patterned(path, inputs)):
                return check
            if _linted_title(str(step.get("run") or "")):
                return TitleCheck(path, Wording(strict=True, place=path))
    return None


def _linted_title(run: str) -> bool:
    """Return whether a step pipes the request's title into commitlint."""
    return "commitlint" in run and bool(re.search(r"pull_request\.title|PR_TITLE|TITLE", run))


def _semantic(path: str, inputs: Mapping[str, object]) -> Wording:
    types = _words(inputs.get("types"))
    unmet = []
    prefix = next((kind for kind in _TYPES if not types or kind in types), "")
    if not prefix:
        unmet.append(f"{path} allows the types {', '.join(types)}, and none of them is a fix")
        prefix = types[0]
    scope = ""
    if str(inputs.get("requireScope", "")).lower() == "true":
        scopes = [word for word in _words(inputs.get("scopes")) if re.fullmatch(r"[\w./-]+", word)]
        if len(scopes) == 1:
            scope = scopes[0]
        else:
            known = f": {', '.join(scopes[:12])}" if scopes else ""
            unmet.append(f"{path} wants a scope after the type{known}")
    pattern = str(inputs.get("subjectPattern") or "")
    upper = bool(re.match(r"\^?\[A-Z\]", pattern))
    return Wording(
        prefix=prefix, scope=scope, lower=not upper, strict=True, longest=100, place=path, unmet=tuple(unmet)
    )


def _patterned(path: str, inputs: Mapping[str, object]) -> TitleCheck | None:
    pattern = next((str(inputs[key]) for key in _PATTERN_KEYS if inputs.get(key)), "")
    begin = next((tuple(_words(inputs[key])) for key in _BEGIN_KEYS if inputs.get(key)), ())
    return TitleCheck(path, None, pattern, begin) if pattern or begin else None


def _app(path: str, table: Mapping[str, object]) -> TitleCheck:
    if (
        str(table.get("commitsOnly", "")).lower() == "true"
        or str(table.get("enabled", "")).lower() == "false"
    ):
        return TitleCheck()
    return TitleCheck(path, _semantic(path, {"types": table.get("types"), "scopes": table.get("scopes")}))


def _checker(table: Mapping[str, object]) -> TitleCheck:
    checks = table.get("CHECKS")
    rules = checks if isinstance(checks, dict) else {}
    begin = tuple(str(rule) for rule in rules.get("prefixes") or () if rule)
    return TitleCheck(_CHECKER, None, str(rules.get("regexp") or ""), begin)


def _words(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]
    return [
        part
        for part in re.split(r"[\s,|]+", str(value or "").strip())
        if part and part not in ("|-", ">", ">-")
    ]


def _values(table: object) -> list[dict[str, object]]:
    return [entry for entry in table.values() if isinstance(entry, dict)] if isinstance(table, dict) else []


def _items(value: object) -> list[dict[str, object]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
