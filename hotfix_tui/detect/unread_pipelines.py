"""Pipelines whose conditions are not read, such as those of Jenkins and Buildkite: what they may do is asked.

Apart from `other_pipelines`, whose pipelines are read with their conditions.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from hotfix_tui.detect.events import Event
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_signs import command_signs, has_local_cluster
from hotfix_tui.detect.trigger_types import Kind, Sign, Trigger
from hotfix_tui.detect.trigger_words import acts, target_of

_FILES = (
    "appveyor.yml",
    ".appveyor.yml",
    "buildspec.yml",
    ".semaphore/semaphore.yml",
    "codefresh.yml",
    "cloudbuild.yaml",
    ".cirrus.yml",
)
_LARGEST, _MOST = 100_000, 30

_JENKINS_FOLDERS = ("", "jenkins", ".jenkins", "ci", ".ci", "ci/jenkins", "pipelines")
_JENKINSFILE = re.compile(r"(?:[\w-]+\.)?Jenkinsfile(?:[._-][\w.-]+)?|Jenkinsfile\.groovy")
_SOMETIMES = re.compile(
    r"nightly|weekly|schedul|cron|param|manual|pull|(?<![a-z])prs?(?![a-z])|lint|test|bench|docs?(?![a-z])",
    re.I,
)
"""Names of pipelines that no push to the production branch starts."""
_LIBRARY = re.compile(
    r"(?m)^[ \t]*(?:@Library\(\s*\[?\s*|library(?:\(|\s)\s*(?:identifier:\s*)?)['\"]([\w./-]+)"
)
_STAGES = re.compile(r"\bstages?\s*[({]")
_STAGE = re.compile(r"(?i)stage\s*\(?\s*['\"]([^'\"]*(?:deploy|publish|release)[^'\"]*)")
_OF_A_TAG = re.compile(r"buildingTag|TAG_NAME|refs/tags|\btags?\b")

_BUILDKITE = ".buildkite"
_STEP = re.compile(r"^[ \t]*-[ \t]+(?:label|name|block|command|commands|trigger|group|wait|input)\b", re.M)
_LABEL = re.compile(r"(?m)^[ \t]*(?:-[ \t]+)?(?:label|name):\s*['\"]?(.+?)['\"]?\s*$")
_CONDITION = re.compile(r"(?m)^[ \t]*(?:-[ \t]+)?(?:if|branches):\s*(.+)$")
_UPLOADED = re.compile(r"\|\s*buildkite-agent pipeline upload")
_NEEDS_TAG = re.compile(r"build\.tag\s*(?:!=\s*null|=~|==\s*['\"])")
_NO_TAG = re.compile(r"build\.tag\s*==\s*null|build\.branch\s*==")


def triggers(tree: Tree, event: Event) -> Iterator[Trigger]:
    """Yield what a push or a tag may deploy or publish; none of it is sure."""
    for file in (*(name for name in _FILES if tree.has(name)), *_jenkinsfiles(tree)):
        text = tree.text(file)[:_LARGEST]
        if event.is_tag and not _OF_A_TAG.search(text):
            continue
        signs = list(command_signs(text, 1, local=has_local_cluster(text)))
        stage, library = _STAGE.search(text), _LIBRARY.search(text)
        if not signs and stage:
            line = text.count("\n", 0, stage.start()) + 1
            what = f"has the stage {stage[1][:60]!r}"
            signs = [Sign(Kind.DEPLOYS, what, False, target_of(stage[1]), line=line)]
        elif not signs and library and not _STAGES.search(text):
            line = text.count("\n", 0, library.start(1)) + 1
            what = f"does what the library {library[1][:60]} of Jenkins says"
            signs = [Sign(Kind.DEPLOYS, what, False, line=line)]
        for sign in signs:
            yield unsure(event, file, sign)
    yield from _buildkite(tree, event)


def _jenkinsfiles(tree: Tree) -> list[str]:
    """Return the pipelines of Jenkins that a push may start, by their names."""
    files = [
        f"{folder}/{name}".lstrip("/")
        for folder in _JENKINS_FOLDERS
        for name in tree.names(folder)
        if _JENKINSFILE.fullmatch(name) and not _SOMETIMES.search(name)
    ]
    return files[:_MOST]


def _buildkite(tree: Tree, event: Event) -> Iterator[Trigger]:
    """Yield what the steps of Buildkite may do, those that a script next to them writes included."""
    files = [f"{_BUILDKITE}/{name}" for name in tree.names(_BUILDKITE)[:_MOST]]
    files = [
        file for file in files if file.endswith((".yml", ".yaml", ".sh")) and not _SOMETIMES.search(file)
    ]
    found = False
    for file in files:
        text = tree.text(file)[:_LARGEST]
        starts = [match.start() for match in _STEP.finditer(text)]
        for begin, end in zip(starts, [*starts[1:], len(text)]):
            step = text[begin:end]
            said = " ".join(_CONDITION.findall(step))
            if (_NO_TAG if event.is_tag else _NEEDS_TAG).search(said):
                continue
            for sign in _of_step(step, text.count("\n", 0, begin) + 1):
                found = True
                yield unsure(event, file, sign)
    if not found and not event.is_tag:
        yield from _made_elsewhere(tree, event, files)


def _of_step(step: str, line: int) -> list[Sign]:
    signs = list(command_signs(step, line, local=has_local_cluster(step)))
    label = _LABEL.search(step)
    said = re.sub(r":[\w+-]+:", " ", label[1]).strip() if label else ""
    if not signs and said and acts(said):
        kind = Kind.DEPLOYS if "deploy" in said.lower() else Kind.PUBLISHES
        signs = [Sign(kind, f"has the step {said[:60]!r}", False, target_of(said), line=line)]
    return signs


def _made_elsewhere(tree: Tree, event: Event, files: list[str]) -> Iterator[Trigger]:
    """Yield the steps that a program makes whose text says nothing of them."""
    for file in files:
        for number, line in enumerate(tree.lines(file), 1):
            upload = _UPLOADED.search(line)
            words = re.split(r"[\s'\"]+", line[: upload.start()]) if upload else []
            made = next((word.removeprefix("./") for word in words if re.search(r"\w[./]\w", word)), "")
            if made and made not in files:
                what = f"has the steps that {made[:60]} makes"
                yield unsure(event, file, Sign(Kind.DEPLOYS, what, False, line=number))
                return


def unsure(event: Event, file: str, sign: Sign) -> Trigger:
    """Return what a pipeline may do as a trigger that depends on what is not read."""
    sign = replace(sign, sure=False)
    why = "when it runs for that is not read"
    return Trigger(
        sign.kind, event.on, sign.what, file, sign.line, "", "", sign.target, False, why, sign.bot, sign.ships,
        sign.goes_to, sign.act,
    )  # fmt: skip
