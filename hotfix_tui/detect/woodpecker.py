"""The pipelines of Woodpecker and Drone: which steps a push or a tag runs, and what their plugins do.

Apart from `other_pipelines`, which holds the services that one file each describes: this language has files in a
folder, several documents in one, and plugins instead of commands.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hotfix_tui.detect.events import Event
from hotfix_tui.detect.expressions import UNKNOWN, ref_matches
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.yaml_tree import Text, load, table, texts

_FOLDER = ".woodpecker"
_FILES = (".woodpecker.yml", ".woodpecker.yaml", ".drone.yml", ".drone.yaml")
_MOST_FILES = 50

_PLUGINS: tuple[tuple[str, str], ...] = (
    (r"docker-?manifest|manifest$", "docker manifest push"),
    (r"docker|buildx|kaniko|buildah|/(?:ecr|gcr|acr|gar)$|plugin-(?:ecr|gcr)", "docker push"),
    (r"ready-release-go", "ready-release-go"),
    (r"(?:github|gitea|forgejo|gitlab)-release|plugin-release", "gh release create"),
    (r"npm", "npm publish"),
    (r"pypi", "twine upload"),
    (r"nuget", "dotnet nuget push"),
    (r"gh-pages|surge", "git push origin gh-pages"),
    (r"s3-sync|s3|gcs|minio", "aws s3 sync"),
    (r"rsync|scp|sftp|ftp", "rsync user@server:"),
    (r"ssh", "ssh user@server"),
    (r"kubectl|kube|k8s", "kubectl -n x apply"),
    (r"helm", "helm upgrade"),
    (r"heroku", "heroku container:release"),
    (r"netlify", "netlify deploy --prod"),
    (r"vercel", "vercel deploy --prod"),
    (r"ansible", "ansible-playbook"),
    (r"terraform", "terraform apply"),
    (r"downstream|trigger", "gh workflow run"),
)
"""What a plugin does, by a part of its name, as the command that does the same."""

_PLUGIN = re.compile(
    r"(?:^|/)(?:plugins|woodpeckerci|drone\w*|banzaicloud|appleboy|thegeeklab)/|/(?:drone|plugin)-"
)
"""Images that are plugins by their names: others run commands."""


@dataclass
class Step:
    """A step that an event may run: its commands, or the command that does what its plugin does."""

    file: str
    name: str
    scripts: list[Text] = field(default_factory=list)
    runs: object = True


def files(tree: Tree) -> list[str]:
    """Return the pipeline files of Woodpecker and Drone."""
    names = [name for name in tree.names(_FOLDER)[:_MOST_FILES] if name.endswith((".yml", ".yaml"))]
    return [f"{_FOLDER}/{name}" for name in names] + [name for name in _FILES if tree.has(name)]


def steps(tree: Tree, event: Event) -> Iterator[Step]:
    """Yield the steps that a push or a tag may run; those whose conditions exclude it are left out."""
    for file in files(tree):
        start = 0
        for document in re.split(r"(?m)^---\s*$", tree.text(file)[:300_000]):
            yield from _of(file, load(document), event, start)
            start += document.count("\n")


def _of(file: str, data: Mapping[str, object], event: Event, start: int) -> Iterator[Step]:
    if table(data).get("kind") not in (None, "pipeline"):
        return
    outer = _fits(data.get("when"), event, data.get("trigger") or _branches(data))
    if outer is False:
        return
    listed = data.get("steps") or data.get("pipeline")
    rows = listed if isinstance(listed, list) else []
    rows = rows or [{"name": key, **table(row)} for key, row in table(listed).items()]
    for row in rows[:200]:
        step = table(row)
        runs = _fits(step.get("when"), event)
        if runs is False:
            continue
        scripts = [Text(str(text), start + text.line) for text in texts(step.get("commands"))]
        image = step.get("image")
        if not scripts and isinstance(image, str):
            settings = table(step.get("settings") or step)
            if _only_tries(settings):
                continue
            does = _plugin(image, settings)
            scripts = [Text(does, start + getattr(image, "line", 0))] if does else []
        yield Step(file, str(step.get("name") or ""), scripts, UNKNOWN if UNKNOWN in (outer, runs) else True)


def _branches(data: Mapping[str, object]) -> dict[str, object]:
    return {"branch": data["branches"]} if data.get("branches") else {}


def _only_tries(settings: Mapping[str, object]) -> bool:
    return any(str(settings.get(key)) == "true" for key in ("dry_run", "dry-run", "no_push"))


def _plugin(image: str, settings: Mapping[str, object]) -> str:
    """Return the command that does what a plugin does; empty for an image that is none."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    name = head + slash + last.partition(":")[0]
    if not _PLUGIN.search(name):
        return ""
    last = name.rpartition("/")[2]
    for part, command in _PLUGINS:
        if re.search(part, last if "/" not in part else f"/{last}"):
            draft = command.startswith("gh release") and str(settings.get("draft")) == "true"
            return f"{command} --draft" if draft else command
    return ""


def _fits(when: object, event: Event, trigger: object = None) -> object:
    """Return whether a condition, or one of a list, lets the event pass; UNKNOWN if the files do not say."""
    if trigger and not when:
        when = trigger
    if not when:
        return True
    answers = [_one(table(row), event) for row in (when if isinstance(when, list) else [when])]
    return True if True in answers else UNKNOWN if UNKNOWN in answers else False


def _one(when: Mapping[str, object], event: Event) -> object:
    kind = "tag" if event.is_tag else "push"
    checks: list[bool] = []
    if "event" in when:
        checks.append(_passes(when["event"], kind, event))
    if "branch" in when and not event.is_tag:
        checks.append(_passes(when["branch"], event.ref_name, event))
    if "tag" in when:
        checks.append(event.is_tag and _passes(when["tag"], event.ref_name, event))
    if "ref" in when:
        checks.append(_passes(when["ref"], event.ref, event))
    if "status" in when:
        checks.append(_passes(when["status"], "success", event))
    if not all(checks):
        return False
    return UNKNOWN if when.keys() & {"evaluate", "path", "repo", "environment", "target", "local"} else True


def _passes(said: object, value: str, event: Event) -> bool:
    """Return whether a value is listed, or included and not excluded."""
    given = said if isinstance(said, dict) else {"include": said}
    wanted, out = (_filled(given.get(key), event) for key in ("include", "exclude"))
    return (not wanted or _any(value, wanted)) and not (bool(out) and _any(value, out))


def _filled(said: object, event: Event) -> list[str]:
    return [re.sub(r"\$\{?CI_REPO_DEFAULT_BRANCH\}?", event.production, str(text)) for text in texts(said)]


def _any(value: str, patterns: list[str]) -> bool:
    # A pattern of Drone ends where it likes: ``release/*`` also matches what lies deeper.
    return ref_matches(value, [pattern.replace("**", "*").replace("*", "**") for pattern in patterns])
