"""Pipelines of services whose files lie anywhere: Concourse, which is told where its file is, and Kokoro.

When they run is set on their servers: what their files do may happen on any push, tag or release.
"""

import re
from collections.abc import Iterator

from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import Kind, On, Target, Trigger
from hotfix_tui.detect.trigger_words import target_of, words

_CONCOURSE = ("ci", "ci/pipelines", "ci/concourse", "concourse", "concourse/pipelines", ".concourse", "")
_ACTS = {"deploy", "deploys", "deployment", "publish", "release", "ship", "promote"}
_KOKORO = ((".kokoro/publish.sh", Kind.PUBLISHES), (".kokoro/release.sh", Kind.PUBLISHES))
_MOST = 3


def triggers(tree: Tree, on: On) -> Iterator[Trigger]:
    """Yield what these pipelines may do on a push or a tag; none of it is sure."""
    if on not in (On.PUSH, On.TAG):
        return
    yield from _concourse(tree, on)
    for file, kind in _KOKORO:
        if on is On.TAG and tree.has(file):
            yield Trigger(kind, on, f"runs {file}, where Kokoro is told to", file, sure=False)


def _concourse(tree: Tree, on: On) -> Iterator[Trigger]:
    for folder in _CONCOURSE:
        for name in tree.names(folder)[:40]:
            if not re.fullmatch(r"(?:[\w.-]*pipeline[\w.-]*|\w+)\.ya?ml", name) or not (
                folder or "pipeline" in name
            ):
                continue
            file = f"{folder}/{name}".lstrip("/")
            text = tree.text(file)[:300_000]
            if not all(re.search(rf"(?m)^{key}:", text) for key in ("jobs", "resources")) or not re.search(
                r"(?m)^\s*-?\s*plan:", text
            ):
                continue
            if on is On.TAG and not re.search(r"\btag_(?:filter|regex)\b|github-release", text):
                continue
            yield from _jobs(text, file, on)


def _jobs(text: str, file: str, on: On) -> Iterator[Trigger]:
    """Yield the jobs of a Concourse pipeline whose names say that they deploy or publish."""
    start = re.search(r"(?m)^jobs:", text)
    seen = 0
    for match in re.finditer(r"(?m)^\s*-?\s*name:\s*[\"']?([\w./-]+)", text[start.end() :] if start else ""):
        name = match[1]
        if not _ACTS & set(words(name)) or seen == _MOST:
            continue
        seen += 1
        line = text.count("\n", 0, (start.end() if start else 0) + match.start(1)) + 1
        kind = Kind.DEPLOYS if "deploy" in name.lower() else Kind.PUBLISHES
        target = named if (named := target_of(name)) is not Target.DOCS else Target.UNSAID
        what = f"runs the job {name[:60]!r} of Concourse"
        why = "when it runs for that is not read"
        yield Trigger(kind, on, what, file, line, name, "", target, False, why)
