"""What a push to the production branch, a pushed tag and a published release trigger, read from what pipelines do."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from hotfix_tui.base.ref_names import head_ref, tag_ref
from hotfix_tui.detect import by_hand, github_workflows, other_pipelines, platform_push, snapshots
from hotfix_tui.detect.drafts import told_apart
from hotfix_tui.detect.events import Event
from hotfix_tui.detect.release_bots import bots
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import (
    Act,
    Bot,
    GoesTo,
    Kind,
    On,
    Ships,
    Started,
    Target,
    Trigger,
    Triggers,
)
from hotfix_tui.detect.trigger_words import target_of, words
from hotfix_tui.detect.yaml_tree import table, texts

_MOST = 60
"""At most this many triggers are kept."""


def read(
    tree: Tree, production: str, *, tags: Iterable[str] = (), repository: str = "", platform: str = ""
) -> Triggers:
    """Read the pipelines and platform files of a tree; runs nothing.

    `tags` are possible names of the next release's tag; without any, the workflows' own patterns give examples.
    `repository` is ``owner/name`` on the forge, `platform` the configured one, which speaks for itself.
    """
    every = github_workflows.workflows(tree)
    names = list(tags) or _examples(every)
    triggers: list[Trigger] = []
    for event in _events(production, names, repository):
        here = [*github_workflows.triggers(tree, every, event), *other_pipelines.triggers(tree, event)]
        if not tags and event.is_tag and not any(char.isdigit() for char in event.ref_name):
            # A tag of that name is moved by hand; a version tag, which is what ours will be, does not start it.
            only = f"for the tag {event.ref_name} alone"
            here = [replace(trigger, sure=False, condition=trigger.condition or only) for trigger in here]
        triggers += here
    for on in (On.PUSH, On.TAG):
        triggers += _unplaced(tree, on)
    if not platform:
        triggers += _platform(tree, production, triggers)
    triggers += _by_the_tag_itself(tree)
    triggers += _by_the_branch_itself(tree, repository)
    triggers = _pages_alone(_distinct(told_apart(tree, snapshots.set_apart(tree, triggers))))
    who = bots(tree, triggers, production)
    triggers += _unseen(who, triggers)
    triggers += by_hand.triggers(tree, triggers)
    pushed = [Event(On.TAG, "push", tag_ref(name), production, repository) for name in names]
    by_tag = {
        started_by.file: started_by for event in pushed for started_by in _started(tree, every, event, [])
    }
    return Triggers(tuple(triggers[:_MOST]), tuple(who), tuple(by_tag.values()))


def started(
    tree: Tree, ref: str, production: str, repository: str = "", changed: Iterable[str] = ()
) -> list[Started]:
    """Return the pipelines that pushing ``refs/heads/…`` or ``refs/tags/…`` starts, whatever they do; runs nothing.

    `changed` are the paths that the push changes, if known: path filters are then applied.
    """
    event = Event(On.TAG if ref.startswith("refs/tags/") else On.PUSH, "push", ref, production, repository)
    return _started(tree, github_workflows.workflows(tree), event, list(changed))


def _started(
    tree: Tree, every: list[github_workflows.Workflow], event: Event, changed: list[str]
) -> list[Started]:
    started_here = []
    for workflow in every:
        passes = github_workflows.starts_on(workflow, event) and workflow.passes(event, changed)
        if passes:
            started_here.append(
                Started(workflow.name or workflow.file.rpartition("/")[2], workflow.file, passes is True)
            )
    started_here += [Started(*row) for row in other_pipelines.started(tree, event)]
    return started_here


def goes_out(tree: Tree, branch: str, production: str, repository: str = "") -> list[Trigger]:
    """Return what pushing `branch`, which is not the production branch, deploys or publishes by a pipeline."""
    event = Event(On.PUSH, "push", head_ref(branch), production, repository)
    triggers = list(github_workflows.triggers(tree, github_workflows.workflows(tree), event))
    triggers += other_pipelines.triggers(tree, event)
    return [trigger for trigger in _distinct(triggers) if trigger.kind.goes_out and trigger.on is On.PUSH]


def _events(production: str, tags: list[str], repository: str) -> Iterator[Event]:
    branch = head_ref(production)
    yield Event(On.PUSH, "push", branch, production, repository)
    for tag in tags:
        ref = tag_ref(tag)
        yield Event(On.TAG, "push", ref, production, repository)
        yield Event(On.TAG, "create", ref, production, repository)
        yield Event(On.RELEASE, "release", ref, production, repository)
    yield Event(On.MANUAL, "workflow_dispatch", branch, production, repository)


def _examples(every: list[github_workflows.Workflow]) -> list[str]:
    """Return example tag names if none is known: the usual two, and one for each pattern of the workflows."""
    out = ["v1.2.3", "1.2.3"]
    for workflow in every:
        for pattern in texts(table(workflow.starts.get("push")).get("tags")):
            if pattern.startswith("!"):
                continue
            name = re.sub(r"\[0-9\]\+?|\\d\+?", "1", str(pattern))
            out.append(name.replace("**", "1.2.3").replace("*.*.*", "1.2.3").replace("*", "1.2.3"))
    return list(dict.fromkeys(out))[:12]


def _platform(tree: Tree, production: str, triggers: list[Trigger]) -> list[Trigger]:
    """Return the platform files' triggers, unless a pipeline is known to deploy: then that is how it is deployed."""
    deployed = any(
        trigger.kind is Kind.DEPLOYS
        and trigger.sure
        and trigger.target.is_production
        and trigger.on is not On.MANUAL
        for trigger in triggers
    )
    return [trigger for trigger in platform_push.triggers(tree, production) if trigger.sure or not deployed]


_BY_ITS_TAG = {"composer.json": GoesTo.PACKAGIST, "go.mod": GoesTo.GO}
"""Registries that follow the tags of a repository, by the file that makes it a package there."""


def _by_the_tag_itself(tree: Tree) -> Iterator[Trigger]:
    """Yield what a tag publishes without any pipeline: others fetch it from here by its tag."""
    said: list[tuple[str, str]] = []
    if tree.has("action.yml") or tree.has("action.yaml"):
        said.append(("a tag publishes the action: workflows elsewhere use it by its tag", "action.yml"))
    composer = tree.table("composer.json")
    if composer.get("name") and composer.get("type", "library") == "library":
        said.append(("a tag publishes the package, if Packagist follows this repository", "composer.json"))
    if tree.has("Package.swift") and ".library(" in tree.text("Package.swift"):
        said.append(("a tag publishes the package: Swift takes it by its tag", "Package.swift"))
    if tree.has("build.zig.zon") and re.search(r"\baddModule\(", tree.text("build.zig")):
        said.append(("a tag publishes the package: Zig takes it by its tag", "build.zig.zon"))
    nimble = tree.first("*.nimble")
    if (
        nimble
        and not re.search(r"(?m)^\s*(?:bin|namedBin)\b", tree.text(nimble))
        and not tree.has("Dockerfile")
    ):
        said.append(("a tag publishes the package: Nimble takes it by its tag", nimble))
    if tree.has("go.mod") and _go_library(tree):
        said.append(("a tag publishes the module: Go takes it by its tag", "go.mod"))
    if file := _on_jitpack(tree):
        said.append(("a tag publishes the library: JitPack builds it from its tag", file))
    if tree.has(".pre-commit-hooks.yaml"):
        said.append(("a tag publishes the hook: pre-commit takes it by its tag", ".pre-commit-hooks.yaml"))
    if file := _terraform_module(tree):
        said.append(("a tag publishes the module: Terraform takes it by its tag", file))
    if tree.has("meta/main.yml") and tree.has("tasks/main.yml"):
        said.append(("a tag publishes the role: Ansible takes it by its tag", "meta/main.yml"))
    if file := _c_library(tree):
        said.append(("a tag publishes the library: others build it from its tag", file))
    for what, file in said:
        to = _BY_ITS_TAG.get(file, GoesTo.UNSAID)
        yield Trigger(Kind.PUBLISHES, On.TAG, what, file, sure=False, ships=Ships.PACKAGE, goes_to=to)


def _on_jitpack(tree: Tree) -> str:
    """Return the file that tells users to get this library from JitPack; empty if there is none."""
    if not tree.first("build.gradle*") and not tree.has("pom.xml"):
        return ""
    if tree.has("jitpack.yml"):
        return "jitpack.yml"
    file = tree.first("README.md") or tree.first("README*") or ""
    told = file and re.search(r"jitpack\.io/(?:#|v/)|\bcom\.github\.[\w-]+:[\w-]+:", tree.text(file))
    return file if told and "jitpack.io" in tree.text(file) else ""


def _by_the_branch_itself(tree: Tree, repository: str) -> Iterator[Trigger]:
    """Yield what a push to the production branch publishes without any pipeline: others fetch that branch directly."""
    named = repository.rpartition("/")[2].lower()
    for folder, ending in (("Formula", ".rb"), ("Casks", ".rb")):
        if any(name.endswith(ending) for name in tree.names(folder)):
            what = "a push publishes the formula: brew takes it from this branch"
            sure = named.startswith("homebrew-")
            yield Trigger(Kind.PUBLISHES, On.PUSH, what, folder, sure=sure, ships=Ships.PACKAGE)
            return
    if any(name.endswith(".json") for name in tree.names("bucket")):
        what = "a push publishes the manifest: Scoop takes it from this branch"
        sure = "scoop" in named
        yield Trigger(Kind.PUBLISHES, On.PUSH, what, "bucket", sure=sure, ships=Ships.PACKAGE)


def _terraform_module(tree: Tree) -> str:
    """Return the file that makes this a Terraform module for others; empty for a configuration applied from here."""
    files = [name for name in tree.names() if name.endswith(".tf")][:50]
    text = "\n".join(tree.text(name) for name in files)
    applied = re.search(r'(?m)^\s*(?:backend\s+"|cloud\s*\{|provider\s+")', text)
    given = re.search(r'(?m)^\s*variable\s+"', text) and re.search(r'(?m)^\s*(?:output|resource)\s+"', text)
    kept = any(name.endswith((".tfvars", ".tfstate", "terragrunt.hcl")) for name in tree.names())
    return files[0] if files and given and not applied and not kept else ""


_INSTALLED = (
    ("CMakeLists.txt", r"(?im)^\s*add_library\s*\(", r"(?im)^\s*install\s*\("),
    ("meson.build", r"(?m)\b(?:\w+_)?library\s*\(", r"install\s*:\s*true|pkgconfig"),
    ("Makefile.am", r"\blib_LTLIBRARIES\b|\blib_LIBRARIES\b", r""),
)
"""What builds and installs a library written in C or C++: a file, what makes one, and what installs it."""


def _c_library(tree: Tree) -> str:
    """Return the file that builds and installs a library for others; empty if there is none, or an image next to it."""
    if tree.has("Dockerfile") or tree.has("Containerfile"):
        return ""
    for file, makes, installs in _INSTALLED:
        if not tree.has(file):
            continue
        project = re.search(r"(?i)^\s*project\s*\(\s*[\"']?([\w.-]+)", tree.text(file), re.MULTILINE)
        own = [f"{above}/{project[1]}" for above in ("src", "lib")] if project else []
        for folder in ("", "src", "lib", *own):
            path = f"{folder}/{file}".lstrip("/")
            text = tree.text(path) if tree.has(path) else ""
            if re.search(makes, text) and re.search(installs, text):
                return path
    return ""


def _unseen(who: list[Bot], triggers: list[Trigger]) -> list[Trigger]:
    """Return programs that publish by themselves, whose settings exist but whose run was not seen."""
    seen = {trigger.bot for trigger in triggers}
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
    """Return whether a Go module has packages at its root and no program: others import it."""
    names = [name for name in tree.names() if name.endswith(".go") and not name.endswith("_test.go")]
    if not names or tree.has("cmd/") or tree.has("Dockerfile"):
        return False
    said = [match[1] for name in names[:50] if (match := re.search(r"(?m)^package (\w+)", tree.text(name)))]
    return bool(said) and "main" not in said


def _distinct(triggers: list[Trigger]) -> list[Trigger]:
    """Return the triggers without duplicates, the sure ones first, deployments before publications."""
    best: dict[tuple[object, ...], Trigger] = {}
    for trigger in triggers:
        key = (trigger.kind, trigger.on, trigger.what, trigger.file, trigger.target, trigger.bot)
        known = best.get(key)
        if known is None or (trigger.sure and not known.sure):
            best[key] = trigger
    order = {Kind.DEPLOYS: 0, Kind.PUBLISHES: 1, Kind.DRAFTS: 2, Kind.PREPARES: 3}
    return sorted(best.values(), key=lambda trigger: (not trigger.sure, order[trigger.kind]))


def _pages_alone(triggers: list[Trigger]) -> list[Trigger]:
    """Return the triggers; if only pages are ever deployed or published, they may be the product: then it is
    unknown.
    """
    products = [trigger for trigger in triggers if trigger.target.is_production]
    if products:
        return triggers
    pages = [trigger for trigger in triggers if trigger.target is Target.DOCS and trigger.act is Act.PAGES]
    return [
        replace(
            trigger,
            target=Target.UNSAID,
            sure=False,
            condition=trigger.condition or "documentation, or the product",
        )
        if trigger in pages
        else trigger
        for trigger in triggers
    ]


_CONCOURSE = ("ci", "ci/pipelines", "ci/concourse", "concourse", "concourse/pipelines", ".concourse", "")
_SHIPS = {"deploy", "deploys", "deployment", "publish", "release", "ship", "promote"}
_KOKORO = ((".kokoro/publish.sh", Kind.PUBLISHES), (".kokoro/release.sh", Kind.PUBLISHES))
_MOST_JOBS = 3


def _unplaced(tree: Tree, on: On) -> Iterator[Trigger]:
    """Yield what pipelines of services whose files lie anywhere may do: Concourse, which is told where its file is, and
    Kokoro. When they run is set on their servers, so none of it is sure.
    """
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
        if not _SHIPS & set(words(name)) or seen == _MOST_JOBS:
            continue
        seen += 1
        line = text.count("\n", 0, (start.end() if start else 0) + match.start(1)) + 1
        kind = Kind.DEPLOYS if "deploy" in name.lower() else Kind.PUBLISHES
        target = named if (named := target_of(name)) is not Target.DOCS else Target.UNSAID
        what = f"runs the job {name[:60]!r} of Concourse"
        why = "when it runs for that is not read"
        yield Trigger(kind, on, what, file, line, name, "", target, False, why)
