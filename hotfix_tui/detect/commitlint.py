"""The rules of commitlint, as far as its settings can be read without running anything.

Apart from the team's other conventions: one tool's settings, in all the files and forms that it accepts.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from hotfix_tui.detect import yaml_tree
from hotfix_tui.detect.tree import Tree, parse_json
from hotfix_tui.incident.model.wording import Wording

_LISTS = (".commitlintrc", ".commitlintrc.json", ".commitlintrc.yaml", ".commitlintrc.yml")
_SCRIPTS = (
    *(f"commitlint.config.{end}" for end in ("js", "cjs", "mjs", "ts", "cts", "mts")),
    *(f".commitlintrc.{end}" for end in ("js", "cjs", "mjs", "ts", "cts")),
)
_RULE = re.compile(
    r"""["']?([a-z]+(?:-[a-z]+)+)["']?\s*:\s*\[\s*(\d|RuleConfigSeverity\.\w+)\s*(?:,\s*["'](always|never)["']\s*(?:,\s*"""
    r"""(\[[^\]]{0,2000}\]|["'][^"'\n]{0,100}["']|-?\d+|Infinity))?)?"""
)
_CONVENTIONAL = ("conventional", "angular", "config-lerna", "config-nx", "config-rush", "config-pnpm")
_COMMENT = re.compile(r"^[ \t]*//[^\n]*|/\*.*?\*/", re.MULTILINE | re.DOTALL)
_TYPES = ("fix", "hotfix", "bugfix", "bug")
_CAPITALS = ("sentence-case", "start-case", "pascal-case", "upper-case")

_USUAL: dict[str, tuple[str, object]] = {
    "header-max-length": ("always", 100),
    "body-max-line-length": ("always", 100),
    "footer-max-line-length": ("always", 100),
    "subject-case": ("never", list(_CAPITALS)),
    "type-empty": ("never", None),
}
"""The rules of the common shared configurations."""


class _Found(NamedTuple):
    place: str
    rules: dict[str, tuple[str, Any]]
    """By name: ``always`` or ``never``, and the value."""


def commitlint(tree: Tree) -> Wording | None:
    """Return the commit wording required by commitlint's settings; None if the project does not use it."""
    settings = _settings(tree)
    return _wording(settings) if settings and settings.rules else None


def _settings(tree: Tree) -> _Found | None:
    for path in _LISTS:
        if tree.has(path):
            text = tree.text(path)
            return _from_table(path, parse_json(text) or yaml_tree.load(text))
    for path in _SCRIPTS:
        if tree.has(path):
            return _from_script(path, _COMMENT.sub("", tree.text(path)))
    inside = tree.value("package.json", "commitlint")
    return _from_table("package.json", inside) if isinstance(inside, dict) else None


def _from_table(place: str, table: Mapping[str, object]) -> _Found:
    rules = dict(_USUAL) if _is_conventional(str(table.get("extends", ""))) else {}
    own = table.get("rules")
    for name, value in own.items() if isinstance(own, dict) else ():
        if isinstance(value, list) and value:
            level, applies, what = [*value, None, None][:3]
            _set(rules, str(name), str(level), str(applies or "always"), what)
    return _Found(place, rules)


def _from_script(place: str, text: str) -> _Found:
    rules = dict(_USUAL) if _is_conventional(text) else {}
    for match in _RULE.finditer(text[:100_000]):
        name, level, applies, what = match.groups()
        value: object = what
        if what and what.startswith("["):
            value = re.findall(r"[\"']([^\"'\n]{1,60})[\"']", what)
        elif what:
            value = what.strip("\"'")
        _set(rules, name, "0" if "Disabled" in level else level, applies or "always", value)
    return _Found(place, rules)


def _is_conventional(text: str) -> bool:
    return any(name in text for name in _CONVENTIONAL)


def _set(rules: dict[str, tuple[str, object]], name: str, level: str, applies: str, value: object) -> None:
    rules.pop(name, None)
    if level not in ("0", "1"):
        rules[name] = (applies, value)


def _wording(settings: _Found) -> Wording:
    rules, unmet = settings.rules, []
    types = _listed(rules, "type-enum")
    prefix = next((kind for kind in _TYPES if not types or kind in types), "")
    if types and not prefix:
        unmet.append(f"{settings.place} allows the types {', '.join(types)}, and none of them is a fix")
        prefix = types[0]
    untyped = "type-empty" not in rules and not types
    if untyped or rules.get("type-empty", ("", None))[0] == "always":
        prefix = ""
    scope = _scope(rules, settings.place, unmet)
    applies, cases = rules.get("subject-case", ("", []))
    named = [cases] if isinstance(cases, str) else [str(case_) for case_ in cases or []]
    lower = (
        any(case_ in _CAPITALS for case_ in named)
        if applies == "never"
        else bool(named) and not any(case_ in ("sentence-case", "sentencecase") for case_ in named)
    )
    return Wording(
        prefix=prefix,
        scope=scope,
        lower=lower,
        strict=True,
        longest=min(72, _number(rules, "header-max-length"), _number(rules, "subject-max-length") + len(prefix) + 2),
        line=min(72, _number(rules, "body-max-line-length"), _number(rules, "footer-max-line-length")),
        place=settings.place,
        unmet=tuple(unmet),
    )  # fmt: skip


def _scope(rules: dict[str, tuple[str, object]], place: str, unmet: list[str]) -> str:
    """Return the scope if one is required and there is only one; otherwise note the rule as unmet."""
    if rules.get("scope-empty", ("", None))[0] != "never":
        return ""
    scopes = _listed(rules, "scope-enum")
    if len(scopes) == 1:
        return scopes[0]
    known = f": {', '.join(scopes[:12])}" if scopes else ""
    unmet.append(f"{place} wants a scope after the type{known}")
    return ""


def _listed(rules: dict[str, tuple[str, object]], name: str) -> list[str]:
    applies, value = rules.get(name, ("", None))
    return [str(item) for item in value] if applies == "always" and isinstance(value, list) else []


def _number(rules: dict[str, tuple[str, Any]], name: str) -> int:
    try:
        return max(20, int(rules[name][1]))
    except (KeyError, TypeError, ValueError):
        return 1000
