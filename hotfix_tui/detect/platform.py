"""Which platform a repository is deployed to, by its files."""

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from hotfix_tui.detect.platform_push import docs_only
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.yaml_tree import load, table


@dataclass(frozen=True)
class Platform:
    """A platform that a repository's files speak for; ``linked``: they name the very project there."""

    name: str
    linked: bool
    evidence: str
    below: bool = False
    """Whether its files lie in a folder or publish documentation alone: it may be a part's, not the product's."""


class _Sign(NamedTuple):
    """If the file exists (and says what the pattern asks for), it speaks for the platform."""

    name: str
    linked: bool
    file: str
    pattern: str = ""


_SIGNS: tuple[_Sign, ...] = (
    _Sign("vercel", True, ".vercel/project.json", r'"projectId"'),
    _Sign("vercel", True, ".vercel/repo.json"),
    _Sign("vercel", False, "vercel.json"),
    _Sign("vercel", False, "vercel.ts"),
    _Sign("netlify", True, ".netlify/state.json", r'"siteId"'),
    _Sign("netlify", False, "netlify.toml"),
    _Sign("railway", False, ".railway/railway.ts"),
    _Sign("railway", False, "railway.toml"),
    _Sign("railway", False, "railway.json"),
    _Sign("elastic-beanstalk", True, ".elasticbeanstalk/config.yml", r"(?m)^[ \t]+environment:"),
    _Sign("elastic-beanstalk", False, ".elasticbeanstalk/config.yml"),
    _Sign("elastic-beanstalk", False, ".ebextensions/"),
    _Sign("elastic-beanstalk", False, "Dockerrun.aws.json"),
    _Sign("fly", True, "fly.toml", r"(?m)^app\s*="),
    _Sign("heroku", False, "heroku.yml"),
    _Sign("heroku", False, "app.json", r'"(?:buildpacks|formation|addons|stack)"'),
    _Sign("render", False, "render.yaml"),
    _Sign("digitalocean", False, ".do/app.yaml"),
    _Sign("firebase", True, ".firebaserc", r'"projects"'),
    _Sign("kubernetes", False, "skaffold.yaml"),
    _Sign("kubernetes", False, "kustomization.yaml"),
    _Sign("helm", False, "Chart.yaml"),
    _Sign("serverless", False, "serverless.yml"),
    _Sign("sst", False, "sst.config.ts"),
    _Sign("cdk", False, "cdk.json"),
    _Sign("app-engine", False, "app.yaml", r"(?m)^runtime:"),
    _Sign("cloud-run", False, "service.yaml", r"serving\.knative\.dev"),
    _Sign("cloud-build", False, "cloudbuild.yaml"),
    _Sign("azure-app-service", True, ".azure/config", r"(?m)^\s*web\s*="),
    _Sign("azure-static-web-apps", False, "swa-cli.config.json"),
    _Sign("azure-static-web-apps", False, "staticwebapp.config.json"),
    _Sign("azure-app-service", False, "azure.yaml", r"(?m)^\s+host:\s*appservice\s*$"),
    _Sign("azure-container-apps", False, "azure.yaml", r"(?m)^\s+host:\s*containerapp\s*$"),
    _Sign("azure-static-web-apps", False, "azure.yaml", r"(?m)^\s+host:\s*staticwebapp\s*$"),
)
_WRANGLER = ("wrangler.toml", "wrangler.json", "wrangler.jsonc")
_MANIFEST_FOLDERS = ("", "k8s", "kubernetes", "deploy", "manifests", "argocd", "charts")
_CHARTS = re.compile(
    r"\bchart-releaser\b|\bcr (?:upload|index)\b|\bhelm (?:push|cm-push)\b|\bhelm-gh-pages\b"
)
_ENVIRONMENT = re.compile(
    r"(?:base|common|dev\w*|local|preview|prod(?:uction)?|qa|sandbox|stag(?:e|ing)|tests?|testing|uat)"
)
"""Folders that hold the same thing for another environment."""

_ASIDE = re.compile(
    r"(?:^|/)(?:docs?|examples?|tests?|fixtures?|templates?|website|site|samples?|demos?|e2e|bench\w*|playground)(?:/|$)"
)
"""Folders that hold something beside the product."""


def platforms(root: str, home: str | None = None) -> list[Platform]:
    """The platforms of a repository, linked ones first; each is named once, with its best evidence.

    ``home`` is where Railway keeps its links (by default the user's home).
    """
    tree = Tree(root)
    found = [*_signs(tree), *_special(tree), *_remotes(root), *_railway(root, home)] or _below(tree)
    if _publishes_charts(tree):
        found = [one for one in found if one.name != "helm"]
    docs = docs_only(tree)
    found = [replace(one, below=True) if one.name in docs and not one.linked else one for one in found]
    best: dict[str, Platform] = {}
    for platform in sorted(found, key=lambda platform: not platform.linked):
        best.setdefault(platform.name, platform)
    return list(best.values())


def sure(found: list[Platform]) -> Platform | None:
    """The one platform that is clear: the only one that names the project there, else the only one at the root."""
    linked = [platform for platform in found if platform.linked]
    if len(linked) == 1:
        return linked[0]
    return found[0] if len(found) == 1 and not found[0].below else None


class Part(NamedTuple):
    """A folder that a platform's file lies in, and the platform; `called` is the name that a file gives it."""

    folder: str
    platform: str
    called: str = ""


def several(root: str) -> list[Part]:
    """What is deployed each by itself, where there are several: services that a file names, else folders.

    A folder with more than one platform's files, one beside the product, and one of an environment (the same thing
    elsewhere) speak for nothing.
    """
    tree = Tree(root)
    if len(named := _services(tree)) > 1:
        return named
    found = []
    if _publishes_charts(tree):
        return []
    for folder in _folders(tree):
        below = tree.below(folder)
        here = {one.name for one in [*_signs(below), *_special(below)]}
        if len(here) == 1 and not _ENVIRONMENT.fullmatch(folder.rpartition("/")[2]):
            found.append(Part(folder, here.pop()))
    return found if len(found) > 1 else []


def _publishes_charts(tree: Tree) -> bool:
    """Whether a pipeline gives the charts that lie here to others: then nothing is installed from here by Helm."""
    flows = [f".github/workflows/{name}" for name in tree.names(".github/workflows")[:60]]
    return any(_CHARTS.search(tree.text(path)) for path in (*flows, ".gitlab-ci.yml", ".circleci/config.yml"))


def labels(parts: list[Part]) -> dict[str, Part]:
    """The parts by names of their own, as they stand in a configuration."""
    found: dict[str, Part] = {}
    for one in parts:
        short, whole = (_label(word) for word in (one.called or one.folder.rpartition("/")[2], one.folder))
        numbered = (f"{whole or short}-{number}" for number in range(2, len(parts) + 2))
        name = next(name for name in (short, whole, *numbered) if name and name not in found)
        found[name] = one
    return found


def _label(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:40].strip("-")


_HOSTS = {
    "appservice": "azure-app-service",
    "containerapp": "azure-container-apps",
    "staticwebapp": "azure-static-web-apps",
}


def _services(tree: Tree) -> list[Part]:
    """The services that one file of a platform names, with their folders."""
    found = []
    for name, one in table(load(tree.text("azure.yaml")[:100_000]).get("services")).items():
        host = str(table(one).get("host") or "")
        if host in _HOSTS:
            found.append(Part(_inside(table(one).get("project")), _HOSTS[host], str(name)))
    listed = load(tree.text("render.yaml")[:100_000]).get("services")
    for one in listed if isinstance(listed, list) else []:
        if table(one).get("name") and table(one).get("type") != "redis":
            found.append(Part(_inside(table(one).get("rootDir")), "render", str(table(one)["name"])))
    return found


def _inside(folder: object) -> str:
    """A folder as the configuration has it: inside the repository, or empty."""
    path = os.path.normpath(str(folder or "."))
    return "" if path == "." or path.startswith(("/", "..")) else path


def _folders(tree: Tree) -> list[str]:
    """Folders one or two levels deep that may hold a part of the product."""
    near = [folder for folder in tree.folders()[:40] if not _ASIDE.search(folder)]
    deep = [inner for folder in near for inner in tree.folders(folder)[:20] if not _ASIDE.search(inner)]
    return (near + deep)[:120]


def _below(tree: Tree) -> list[Platform]:
    """What folders one or two levels deeper speak for, where the root has nothing."""
    found: list[Platform] = []
    for folder in _folders(tree):
        for one in _signs(tree.below(folder)):
            found.append(Platform(one.name, False, f"{folder}/{one.evidence}", below=True))
    return found


def _signs(tree: Tree) -> list[Platform]:
    """The platforms whose own files are there."""
    found = []
    for sign in _SIGNS:
        if tree.has(sign.file) and (not sign.pattern or re.search(sign.pattern, tree.text(sign.file))):
            found.append(Platform(sign.name, sign.linked, f"{sign.file} exists"))
    return found


def _special(tree: Tree) -> list[Platform]:
    """The platforms that take more than one look at one file."""
    found = []
    for file in _WRANGLER:
        if tree.has(file):
            pages = tree.value(file, "pages_build_output_dir") is not None
            found.append(
                Platform("cloudflare-pages" if pages else "cloudflare-workers", True, f"{file} exists")
            )
    if tree.has("config/deploy.yml") and (
        tree.has(".kamal/") or "servers:" in tree.text("config/deploy.yml")
    ):
        found.append(Platform("kamal", True, "config/deploy.yml exists"))
    if tree.has("Procfile") and tree.has("app.json"):
        found.append(Platform("heroku", False, "Procfile and app.json exist"))
    elif tree.has("Procfile") and not found and not _in_an_image(tree):
        found.append(Platform("heroku", False, "Procfile exists (Dokku and Railway read it too)"))
    if tree.has("firebase.json") and not tree.has(".firebaserc"):
        found.append(Platform("firebase", False, "firebase.json exists"))
    for folder in _MANIFEST_FOLDERS:
        for name in tree.names(folder)[:60] if not folder or tree.has(folder + "/") else ():
            path = f"{folder}/{name}".lstrip("/")
            if not name.endswith((".yml", ".yaml")):
                continue
            text = tree.text(path)[:100_000]
            if re.search(r"(?m)^kind:[ \t]*(?:Deployment|StatefulSet|DaemonSet)[ \t]*$", text):
                found.append(Platform("kubernetes", False, f"{path} has kind: Deployment"))
            if "argoproj.io" in text and re.search(r"(?m)^kind:[ \t]*Application", text):
                found.append(Platform("argocd", False, f"{path} is an Argo CD application"))
    return found


def _in_an_image(tree: Tree) -> bool:
    """Whether a Procfile is read in the project's own image, by a process manager there, not by a platform."""
    if not tree.has("Dockerfile"):
        return False
    managers = r"\b(?:foreman|overmind|hivemind|honcho|goreman|shoreman|thrust|Procfile)\b"
    scripts = [tree.text(f"bin/{name}")[:20_000] for name in tree.names("bin")[:60]]
    return any(
        re.search(managers, text) for text in (tree.text("Dockerfile"), tree.text("Procfile"), *scripts)
    )


def _remotes(root: str) -> list[Platform]:
    """The platforms that git pushes to, by the addresses in the repository's configuration."""
    found = []
    for url in re.findall(r"(?m)^[ \t]*url[ \t]*=[ \t]*(\S+)", _git_config(root)):
        if "heroku.com" in url:
            found.append(Platform("heroku", True, "a git remote leads to Heroku"))
        elif re.match(r"dokku@", url):
            found.append(Platform("dokku", True, "a git remote leads to Dokku"))
    return found


def _git_config(root: str) -> str:
    """The text of git's configuration of this repository, also from a linked worktree."""
    git = Path(root, ".git")
    pointer = Tree(root).text(".git")
    if pointer.startswith("gitdir:"):
        git = Path(root, pointer.removeprefix("gitdir:").strip())
        common = Tree(str(git)).text("commondir").strip()
        git = git / common if common else git
    return Tree(str(git)).text("config")


def _railway(root: str, home: str | None) -> list[Platform]:
    """Railway's link, which it keeps in the user's home by folder."""
    base = home if home is not None else os.path.expanduser("~")
    projects = Tree(base).value(".railway/config.json", "projects")
    linked = isinstance(projects, dict) and os.path.realpath(root) in projects
    return [Platform("railway", True, "~/.railway/config.json links this folder")] if linked else []
