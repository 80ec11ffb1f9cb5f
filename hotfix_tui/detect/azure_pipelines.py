"""What the pipelines of Azure DevOps do on a push or a tag: those at the root, of each project below it, and the
templates that they use.

Apart from `other_pipelines`, which holds the services that one file each describes: these files lie in many places.
"""

import posixpath
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from hotfix_tui.detect.events import Event
from hotfix_tui.detect.expressions import ref_matches
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_signs import command_signs, has_local_cluster
from hotfix_tui.detect.trigger_types import Kind, Sign, Trigger
from hotfix_tui.detect.trigger_words import acts, target_of
from hotfix_tui.detect.unread_pipelines import unsure
from hotfix_tui.detect.yaml_tree import load, table, texts

_NAME = re.compile(r"\.?azure-pipelines?[\w.-]*\.ya?ml")
_FOLDERS = (
    ".azure",
    ".azure-pipelines",
    ".azuredevops",
    ".pipelines",
    "azure-pipelines",
    "pipelines",
    "build",
    "eng",
)
"""Folders of pipelines and of the templates that they use: a pipeline there says what starts it."""
_NAMED = re.compile(r"/(?:azure-)?pipelines?\.ya?ml$")
_OF_PROJECTS = ("src", "apps", "services", "packages", "projects", "libs")
_STARTS = re.compile(r"(?m)^trigger:")
_RUNS = re.compile(r"(?m)^(?:steps|jobs|stages|extends):")
_MOST, _MOST_TEMPLATES, _MOST_DEPLOYMENTS, _DEEPEST = 60, 20, 8, 4
_LARGEST = 100_000

_TEMPLATE = re.compile(r"(?m)^[ \t]*-?[ \t]*template:\s*['\"]?((?:\S*/)?([\w.-]+))(@[\w.-]+)?")
_PUBLISHES = re.compile(
    r"task:\s*(GitHubRelease\S*|(?:NuGetCommand|DotNetCoreCLI|Npm|Docker|UniversalPackages)\S*(?=[^\n]*\n(?:(?!\s*-)[^\n]*\n)"
    r"{0,12}?\s*command:\s*['\"]?(?:push|publish|buildAndPush)['\"]?\s*(?:\n|$)))"
)
"""Tasks that publish, some of them only by one of their commands."""
_DEPLOYS = re.compile(r"task:\s*((?:AzureWebApp|AzureFunctionApp|AzureRmWebApp|KubernetesManifest|Helm)\S*)")
_DEPLOYMENT = re.compile(
    r"(?m)^[ \t]*-?[ \t]*deployment:\s*(\S+)[\s\S]{0,600}?environment:\s*['\"]?(\$\{\{[^}]*\}\}|\S+)"
)


def pipelines(tree: Tree) -> list[str]:
    """Return the files of pipelines: at the root, in the usual folders, and of each project below."""

    def found() -> list[str]:
        files = [name for name in tree.names() if _NAME.fullmatch(name)]
        for folder in _FOLDERS:
            inside = [
                f"{folder}/{name}" for name in tree.names(folder)[:_MOST] if name.endswith((".yml", ".yaml"))
            ]
            files += [
                file
                for file in inside
                if _NAMED.search(file)
                or ((text := tree.text(file)) and _STARTS.search(text) and _RUNS.search(text))
            ]
        projects = [
            *tree.folders()[:40],
            *(path for name in _OF_PROJECTS for path in tree.folders(name)[:100]),
        ]
        files += [file for path in projects if tree.has(file := f"{path}/azure-pipelines.yml")]
        return list(dict.fromkeys(files))[:_MOST]

    return tree.once("azure pipelines", found)


def started(tree: Tree, event: Event) -> Iterator[tuple[str, bool]]:
    """Yield the pipelines that a push or tag starts, and whether that is certain."""
    for file in pipelines(tree):
        data = load(tree.text(file)[:300_000])
        if data and _starts(data.get("trigger"), event):
            yield file, "trigger" in data and not table(table(data.get("trigger")).get("paths"))


def triggers(tree: Tree, event: Event) -> Iterator[Trigger]:
    """Yield what a push or a tag may deploy or publish; none of it is sure, since conditions of steps are not read."""
    read: set[str] = set()
    for file, _ in started(tree, event):
        waiting = [(file, 0)]
        while waiting:
            here, depth = waiting.pop(0)
            if here in read or len(read) > _MOST + _MOST_TEMPLATES:
                continue
            read.add(here)
            text = tree.text(here)[:_LARGEST]
            yield from _of_file(tree, event, here, text)
            if depth < _DEEPEST:
                waiting += [(path, depth + 1) for path, _ in _templates(tree, here, text)]


def _templates(tree: Tree, file: str, text: str) -> Iterator[tuple[str, int]]:
    """Yield the templates of this repository that a file uses, with their place in its text."""
    for match in _TEMPLATE.finditer(text):
        if match[3] not in (None, "@self"):
            continue
        folder = "" if match[1].startswith("/") else posixpath.dirname(file)
        path = posixpath.normpath(posixpath.join(folder, match[1].strip("'\"").lstrip("/")))
        if not path.startswith("..") and tree.has(path):
            yield path, match.start(1)


def _of_file(tree: Tree, event: Event, file: str, text: str) -> Iterator[Trigger]:
    here = {place for _, place in _templates(tree, file, text)}
    ours = {text.count("\n", 0, place) + 1 for place in here}
    signs = [
        sign
        for sign in command_signs(text, 1, local=has_local_cluster(text))
        if sign.line not in ours  # what a template of this repository does is read there
    ]
    for sign in signs:
        yield unsure(event, file, sign)
    told = {sign.line for sign in signs}
    for match in _TEMPLATE.finditer(text):
        line = text.count("\n", 0, match.start(2)) + 1
        if acts(match[2]) and line not in told and match.start(1) not in here:
            kind = Kind.DEPLOYS if "deploy" in match[2].lower() else Kind.PUBLISHES
            yield unsure(event, file, Sign(kind, f"uses the template {match[2][:60]}", False, line=line))
    for pattern, kind in ((_PUBLISHES, Kind.PUBLISHES), (_DEPLOYS, Kind.DEPLOYS)):
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield unsure(event, file, Sign(kind, f"runs {match[1]}", False, line=line))
    for place in islice(_DEPLOYMENT.finditer(text), _MOST_DEPLOYMENTS):
        line = text.count("\n", 0, place.start(2)) + 1
        named = place[2].strip("'\"")
        target = target_of(named, environment=True)
        what = (
            f"has the deployment {place[1][:40]}" if "$" in named else f"runs in the environment {named[:40]}"
        )
        yield unsure(event, file, Sign(Kind.DEPLOYS, what, False, target, line=line))


def _starts(trigger: Any, event: Event) -> bool:
    if trigger is None:
        return not event.is_tag
    if isinstance(trigger, str):
        return trigger != "none" and not event.is_tag and ref_matches(event.ref_name, [trigger])
    if isinstance(trigger, list):
        return not event.is_tag and ref_matches(event.ref_name, [str(text) for text in texts(trigger)])
    own = table(trigger).get("tags" if event.is_tag else "branches")
    if own is None:
        return not event.is_tag and "tags" not in trigger
    names = [str(text) for text in texts(own.get("include") if isinstance(own, dict) else own)]
    out = [str(text) for text in texts(own.get("exclude"))] if isinstance(own, dict) else []
    refs = (event.ref_name, event.ref)
    return any(ref_matches(name, names) for name in refs) and not any(ref_matches(name, out) for name in refs)
