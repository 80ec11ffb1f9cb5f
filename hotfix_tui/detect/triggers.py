"""What a push to the production branch, a pushed tag and a published release set off, read from what pipelines do."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from hotfix_tui.detect import github_workflows, other_pipelines, platform_push
from hotfix_tui.detect.drafts import PAGES, told_apart
from hotfix_tui.detect.github_workflows import Event
from hotfix_tui.detect.release_bots import bots
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import Bot, Kind, On, Started, Target, Trigger, Triggers
from hotfix_tui.detect.yaml_tree import table, texts

_MOST = 60
"""Triggers that are kept."""


def read(
    tree: Tree, production: str, *, tags: Iterable[str] = (), repository: str = "", platform: str = ""
) -> Triggers:
    """Look at the pipelines and platform files below a tree; runs nothing.

    `tags` are names such as the next release's tag will have; without one, the workflows' own patterns give examples.
    `repository` is ``owner/name`` on the forge, `platform` the configured one, which speaks for itself.
    """
    every = github_workflows.workflows(tree)
    names = list(tags) or _examples(every)
    found: list[Trigger] = []
    for event in _events(production, names, repository):
        found += github_workflows.triggers(tree, every, event)
        found += other_pipelines.triggers(tree, event)
    if not platform:
        found += _platform(tree, production, found)
    found += _by_the_tag_itself(tree)
    found += _by_the_branch_itself(tree, repository)
    found = _pages_alone(_distinct(told_apart(tree, found)))
    who = bots(tree, found, production)
    found += _unseen(who, found)
    pushed = [Event(On.TAG, "push", f"refs/tags/{name}", production, repository) for name in names]
    by_tag = {one.file: one for event in pushed for one in _started(tree, every, event, [])}
    return Triggers(tuple(found[:_MOST]), tuple(who), tuple(by_tag.values()))


def started(
    tree: Tree, ref: str, production: str, repository: str = "", changed: Iterable[str] = ()
) -> list[Started]:
    """The pipelines that pushing ``refs/heads/…`` or ``refs/tags/…`` starts, whatever they do; runs nothing.

    `changed` are the paths that the push changes, where they are known: a filter on paths is then read.
    """
    event = Event(On.TAG if ref.startswith("refs/tags/") else On.PUSH, "push", ref, production, repository)
    return _started(tree, github_workflows.workflows(tree), event, list(changed))


def _started(
    tree: Tree, every: list[github_workflows.Workflow], event: Event, changed: list[str]
) -> list[Started]:
    found = []
    for one in every:
        passes = github_workflows.starts_on(one, event) and one.passes(event, changed)
        if passes:
            found.append(Started(one.name or one.file.rpartition("/")[2], one.file, passes is True))
    found += [Started(*one) for one in other_pipelines.started(tree, event)]
    return found


def goes_out(tree: Tree, branch: str, production: str, repository: str = "") -> list[Trigger]:
    """What pushing `branch`, which is not the production branch, deploys or publishes by a pipeline."""
    event = Event(On.PUSH, "push", f"refs/heads/{branch}", production, repository)
    found = list(github_workflows.triggers(tree, github_workflows.workflows(tree), event))
    found += other_pipelines.triggers(tree, event)
    return [one for one in _distinct(found) if one.kind.goes_out and one.on is On.PUSH]


def _events(production: str, tags: list[str], repository: str) -> Iterator[Event]:
    branch = f"refs/heads/{production}"
    yield Event(On.PUSH, "push", branch, production, repository)
    for tag in tags:
        ref = f"refs/tags/{tag}"
        yield Event(On.TAG, "push", ref, production, repository)
        yield Event(On.TAG, "create", ref, production, repository)
        yield Event(On.RELEASE, "release", ref, production, repository)
    yield Event(On.MANUAL, "workflow_dispatch", branch, production, repository)


def _examples(every: list[github_workflows.Workflow]) -> list[str]:
    """Names of tags where none is known: the usual two, and one for each pattern of the workflows."""
    out = ["v1.2.3", "1.2.3"]
    for workflow in every:
        for pattern in texts(table(workflow.starts.get("push")).get("tags")):
            if pattern.startswith("!"):
                continue
            name = re.sub(r"\[0-9\]\+?|\\d\+?", "1", str(pattern))
            out.append(name.replace("**", "1.2.3").replace("*.*.*", "1.2.3").replace("*", "1.2.3"))
    return list(dict.fromkeys(out))[:12]


def _platform(tree: Tree, production: str, found: list[Trigger]) -> list[Trigger]:
    """The platform files, unless a pipeline is known to deploy: then that is how it is deployed."""
    deployed = any(
        one.kind is Kind.DEPLOYS and one.sure and one.target.is_production and one.on is not On.MANUAL
        for one in found
    )
    return [one for one in platform_push.triggers(tree, production) if one.sure or not deployed]


def _by_the_tag_itself(tree: Tree) -> Iterator[Trigger]:
    """What a tag publishes without any pipeline: others fetch it from here by its tag."""
    said: list[tuple[str, str]] = []
    if tree.has("action.yml") or tree.has("action.yaml"):
        said.append(("a tag publishes the action: workflows elsewhere use it by its tag", "action.yml"))
    composer = tree.table("composer.json")
    if composer.get("name") and composer.get("type", "library") == "library":
        said.append(("a tag publishes the package, if Packagist follows this repository", "composer.json"))
    if tree.has("Package.swift") and ".library(" in tree.text("Package.swift"):
        said.append(("a tag publishes the package: Swift takes it by its tag", "Package.swift"))
    if tree.has("go.mod") and _go_library(tree):
        said.append(("a tag publishes the module: Go takes it by its tag", "go.mod"))
    if tree.has(".pre-commit-hooks.yaml"):
        said.append(("a tag publishes the hook: pre-commit takes it by its tag", ".pre-commit-hooks.yaml"))
    if file := _terraform_module(tree):
        said.append(("a tag publishes the module: Terraform takes it by its tag", file))
    if tree.has("meta/main.yml") and tree.has("tasks/main.yml"):
        said.append(("a tag publishes the role: Ansible takes it by its tag", "meta/main.yml"))
    for what, file in said:
        yield Trigger(Kind.PUBLISHES, On.TAG, what, file, sure=False)


def _by_the_branch_itself(tree: Tree, repository: str) -> Iterator[Trigger]:
    """What a push to the production branch publishes without any pipeline: others fetch that branch as it is."""
    named = repository.rpartition("/")[2].lower()
    for folder, ending in (("Formula", ".rb"), ("Casks", ".rb")):
        if any(name.endswith(ending) for name in tree.names(folder)):
            what = "a push publishes the formula: brew takes it from this branch"
            yield Trigger(Kind.PUBLISHES, On.PUSH, what, folder, sure=named.startswith("homebrew-"))
            return
    if any(name.endswith(".json") for name in tree.names("bucket")):
        what = "a push publishes the manifest: Scoop takes it from this branch"
        yield Trigger(Kind.PUBLISHES, On.PUSH, what, "bucket", sure="scoop" in named)


def _terraform_module(tree: Tree) -> str:
    """The file by which a repository is a module of Terraform for others, and no configuration that is applied here."""
    files = [name for name in tree.names() if name.endswith(".tf")][:50]
    text = "\n".join(tree.text(name) for name in files)
    applied = re.search(r'(?m)^\s*(?:backend\s+"|cloud\s*\{|provider\s+")', text)
    given = re.search(r'(?m)^\s*variable\s+"', text) and re.search(r'(?m)^\s*(?:output|resource)\s+"', text)
    kept = any(name.endswith((".tfvars", ".tfstate", "terragrunt.hcl")) for name in tree.names())
    return files[0] if files and given and not applied and not kept else ""


def _unseen(who: list[Bot], found: list[Trigger]) -> list[Trigger]:
    """Programs that publish by themselves, whose settings are here and whose run was not seen."""
    seen = {one.bot for one in found}
    return [
        Trigger(
            Kind.PUBLISHES,
            On.PUSH,
            f"{bot.name} publishes, if a pipeline runs it",
            bot.place,
            sure=False,
            bot=bot.name,
        )
        for bot in who
        if bot.publishes and bot.name not in seen
    ]


def _go_library(tree: Tree) -> bool:
    """Whether a Go module has packages at its root and no program: others import it."""
    names = [name for name in tree.names() if name.endswith(".go") and not name.endswith("_test.go")]
    if not names or tree.has("cmd/") or tree.has("Dockerfile"):
        return False
    said = [match[1] for name in names[:50] if (match := re.search(r"(?m)^package (\w+)", tree.text(name)))]
    return bool(said) and "main" not in said


def _distinct(found: list[Trigger]) -> list[Trigger]:
    """Without what is said twice, the sure ones first, deployments before publications."""
    best: dict[tuple[object, ...], Trigger] = {}
    for one in found:
        key = (one.kind, one.on, one.what, one.file, one.target, one.bot)
        known = best.get(key)
        if known is None or (one.sure and not known.sure):
            best[key] = one
    order = {Kind.DEPLOYS: 0, Kind.PUBLISHES: 1, Kind.DRAFTS: 2, Kind.PREPARES: 3}
    return sorted(best.values(), key=lambda one: (not one.sure, order[one.kind]))


def _pages_alone(found: list[Trigger]) -> list[Trigger]:
    """Pages that are all that is ever deployed or published may be the product itself: then it is not known."""
    products = [one for one in found if one.target.is_production]
    if products:
        return found
    pages = [one for one in found if one.target is Target.DOCS and one.what.startswith(PAGES)]
    return [
        replace(
            one, target=Target.UNSAID, sure=False, condition=one.condition or "documentation, or the product"
        )
        if one in pages
        else one
        for one in found
    ]
