"""The branches of a shell script that a push or a tag takes: what stands in the others does not run.

Apart from `github_workflows`, which reads workflows: this is the language of the scripts in them.
"""

import re
import shlex

from hotfix_tui.detect.events import Event
from hotfix_tui.detect.expressions import ref_matches

_IF = re.compile(r"^\s*if\s+(.+?)\s*(?:;\s*then\s*)?$")
_ELIF = re.compile(r"^\s*elif\s+(.+?)\s*(?:;\s*then\s*)?$")
_ELSE, _FI = re.compile(r"^\s*else\s*$"), re.compile(r"^\s*fi\b")
_TEST = re.compile(
    r"^(?P<not>!\s*)?(?:\[\[\s(?P<double>.*)\s\]\]|\[\s(?P<single>.*)\s\]|test\s(?P<plain>.*))$"
)


def taken(script: str, event: Event) -> str:
    """Return a script with the lines blank that the event does not reach; as it is where that cannot be read."""
    if "GITHUB_" not in script and not re.search(r"\bif\b.*(?:tag|branch|refs/|push|release)", script):
        return script
    out: list[str] = []
    stack: list[
        tuple[bool | None, bool]
    ] = []  # what the branch at hand is, and whether an earlier one was taken
    for line in script.split("\n"):
        if match := _IF.match(line):
            stack.append((_holds(match[1], event), False))
        elif _FI.match(line) and stack:
            stack.pop()
        elif (match := _ELIF.match(line)) and stack:
            now, before = stack.pop()
            before = before or now is True
            stack.append((False if before else None if now is None else _holds(match[1], event), before))
        elif _ELSE.match(line) and stack:
            now, before = stack.pop()
            before = before or now is True
            stack.append((False if before else None if now is None else True, before))
        elif any(now is False for now, _ in stack):
            line = ""
        out.append(line)
    return script if stack else "\n".join(out)


def _holds(condition: str, event: Event) -> bool | None:
    """Return whether a condition holds; None if it is about anything but the ref and the event."""
    match = _TEST.match(condition.strip())
    if match is None:
        return None
    try:
        words = shlex.split(match["double"] or match["single"] or match["plain"] or "")
    except ValueError:
        return None
    if len(words) != 3 or words[1] not in ("==", "=", "!="):
        return None
    left, right = _value(words[0], event), _value(words[2], event)
    if left is None or right is None or not left:
        return None
    same = ref_matches(left, [right.replace("**", "*").replace("*", "**")]) if "*" in right else left == right
    holds = same == (words[1] != "!=")
    return holds == (match["not"] is None)


def _value(word: str, event: Event) -> str | None:
    known = {
        "GITHUB_REF": event.ref,
        "GITHUB_REF_NAME": event.ref_name,
        "GITHUB_REF_TYPE": "tag" if event.is_tag else "branch",
        "GITHUB_EVENT_NAME": event.name,
    }
    match = re.fullmatch(r"\$\{?(\w+)\}?", word)
    if match:
        return known.get(match[1])
    return None if "$" in word or "`" in word else word
