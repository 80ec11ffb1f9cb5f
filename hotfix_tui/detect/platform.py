"""Which platform a repository is deployed to, judging by its files."""

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from hotfix_tui.detect.platform_push import docs_only
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.yaml_tree import load, table


@dataclass(frozen=True)
class DetectedPlatform:
    """A platform that a repository's files suggest; ``linked``: they name the exact project there."""

    name: str
    linked: bool
    evidence: str
    below: bool = False
    """Whether its files are in a subfolder or only publish documentation: it may belong to a part, not to the
    product.
    """
    docs: bool = False
    """Whether it only publishes documentation."""
    shared: bool = False
    """Whether other platforms read the same files, or others use them: they do not say which one it is."""


class _Sign(NamedTuple):
    """A file that, if it exists (and matches the pattern), suggests the platform."""

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
    _Sign("codedeploy", False, "appspec.yml", r"(?m)^version:"),
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
"""Folders that hold something other than the product."""


def platforms(root: str, home: str | None = None) -> list[DetectedPlatform]:
    """Return the platforms of a repository, linked ones first; each once, with its best evidence.

    ``home`` is where Railway keeps its links (the user's home by default).
    """
    tree = Tree(root)
    signs = [*_signs(tree), *_special(tree), *_remotes(root), *_railway(root, home)] or _below(tree)
    if _publishes_charts(tree):
        # What is applied with the charts is part of them.
        signs = [
            sign for sign in signs if sign.name != "helm" and not (sign.name == "kubernetes" and sign.below)
        ]
    docs = docs_only(tree)
    signs = [_as_offered(tree, sign) for sign in signs]
    signs = [
        replace(sign, below=True, docs=True) if sign.name in docs and not sign.linked else sign
        for sign in signs
    ]
    best: dict[str, DetectedPlatform] = {}
    for platform in sorted(signs, key=lambda platform: not platform.linked):
        best.setdefault(platform.name, platform)
    return list(best.values())


_BUTTONS = (
    ("heroku", r"heroku\.com/deploy"),
    ("render", r"render\.com/deploy"),
    ("railway", r"railway\.(?:app|com)/(?:new|template|deploy)"),
    ("digitalocean", r"cloud\.digitalocean\.com/apps/new"),
    ("vercel", r"vercel\.com/(?:new|import)"),
    ("netlify", r"netlify\.com/start/deploy"),
)
"""Buttons of a front page by which others deploy a copy of their own: the platform's file is there for them."""


_ADDONS = "app.json exists"


def _as_offered(tree: Tree, sign: DetectedPlatform) -> DetectedPlatform:
    """Return a platform, in doubt if the front page offers it to others, or the files say too little."""
    if sign.evidence == _ADDONS and not tree.has("Procfile") and tree.has("Dockerfile"):
        # Copies of a branch may have been made there once: what runs is built as an image.
        return replace(sign, shared=True, evidence=f"{_ADDONS}, but no Procfile")
    button = dict(_BUTTONS).get(sign.name)
    page = tree.first("README*") or tree.first("readme*")
    if not button or sign.linked or not page or not re.search(button, tree.text(page)):
        return sign
    return replace(sign, shared=True, evidence=f"{sign.evidence}, and {page} offers it to others")


def file_at_root(tree: Tree) -> str:
    """Return a file at the root that names a platform for more than the documentation; empty if there is none."""
    docs = docs_only(tree)
    signs = [sign for sign in [*_signs(tree), *_special(tree)] if sign.name not in docs]
    if _publishes_charts(tree):
        signs = [sign for sign in signs if sign.name != "helm"]
    return signs[0].evidence.partition(" ")[0] if signs else ""


def sure(candidates: list[DetectedPlatform]) -> DetectedPlatform | None:
    """Return the one clear platform: the only one that names its project, else the only one at the root."""
    linked = [platform for platform in candidates if platform.linked]
    if len(linked) == 1:
        return linked[0]
    only = candidates[0] if len(candidates) == 1 else None
    return only if only and not only.below and not only.shared else None


class PlatformFolder(NamedTuple):
    """A folder with a platform's file, and the platform; `called` is the name that a file gives it."""

    folder: str
    platform: str
    called: str = ""


def several(root: str) -> list[PlatformFolder]:
    """Return the parts that are deployed separately, if there are several: services named by a file, otherwise
    folders.

    A folder with files of more than one platform, a folder outside the product, and one for an environment (the same
    thing elsewhere) do not count.
    """
    tree = Tree(root)
    if len(named := _services(tree)) > 1:
        return named
    parts = []
    if _publishes_charts(tree):
        return []
    for folder in _folders(tree):
        below = tree.below(folder)
        here = {sign.name for sign in [*_signs(below), *_special(below)]}
        if len(here) == 1 and not _ENVIRONMENT.fullmatch(folder.rpartition("/")[2]):
            parts.append(PlatformFolder(folder, here.pop()))
    return parts if len(parts) > 1 else []


def _publishes_charts(tree: Tree) -> bool:
    """Return whether a pipeline publishes the charts here: then nothing is installed from here by Helm."""
    flows = [f".github/workflows/{name}" for name in tree.names(".github/workflows")[:60]]
    return any(_CHARTS.search(tree.text(path)) for path in (*flows, ".gitlab-ci.yml", ".circleci/config.yml"))


def labels(parts: list[PlatformFolder]) -> dict[str, PlatformFolder]:
    """Return the parts by unique names, as used in a configuration."""
    named: dict[str, PlatformFolder] = {}
    for part in parts:
        short, whole = (_label(word) for word in (part.called or part.folder.rpartition("/")[2], part.folder))
        numbered = (f"{whole or short}-{number}" for number in range(2, len(parts) + 2))
        name = next(name for name in (short, whole, *numbered) if name and name not in named)
        named[name] = part
    return named


def _label(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:40].strip("-")


_HOSTS = {
    "appservice": "azure-app-service",
    "containerapp": "azure-container-apps",
    "staticwebapp": "azure-static-web-apps",
}


def _services(tree: Tree) -> list[PlatformFolder]:
    """Return the services that one file of a platform names, with their folders."""
    parts = []
    for name, service in table(load(tree.text("azure.yaml")[:100_000]).get("services")).items():
        host = str(table(service).get("host") or "")
        if host in _HOSTS:
            parts.append(PlatformFolder(_inside(table(service).get("project")), _HOSTS[host], str(name)))
    listed = load(tree.text("render.yaml")[:100_000]).get("services")
    for service in listed if isinstance(listed, list) else []:
        if table(service).get("name") and table(service).get("type") != "redis":
            parts.append(
                PlatformFolder(_inside(table(service).get("rootDir")), "render", str(table(service)["name"]))
            )
    return parts


def _inside(folder: object) -> str:
    """Return a folder as the configuration holds it: inside the repository, or empty."""
    path = os.path.normpath(str(folder or "."))
    return "" if path == "." or path.startswith(("/", "..")) else path


def _folders(tree: Tree) -> list[str]:
    """Return folders one or two levels deep that may hold a part of the product."""
    near = [folder for folder in tree.folders()[:40] if not _ASIDE.search(folder)]
    deep = [inner for folder in near for inner in tree.folders(folder)[:20] if not _ASIDE.search(inner)]
    return (near + deep)[:120]


def _below(tree: Tree) -> list[DetectedPlatform]:
    """Return the platforms of folders one or two levels deeper, if the root has none."""
    nested: list[DetectedPlatform] = []
    for folder in _folders(tree):
        for sign in _signs(tree.below(folder)):
            nested.append(DetectedPlatform(sign.name, False, f"{folder}/{sign.evidence}", below=True))
    return nested


def _signs(tree: Tree) -> list[DetectedPlatform]:
    """Return the platforms whose own files exist."""
    signs = []
    for sign in _SIGNS:
        if tree.has(sign.file) and (not sign.pattern or re.search(sign.pattern, tree.text(sign.file))):
            signs.append(DetectedPlatform(sign.name, sign.linked, f"{sign.file} exists"))
    return signs


def _special(tree: Tree) -> list[DetectedPlatform]:
    """Return the platforms that need more than a check of one file."""
    signs = []
    for file in _WRANGLER:
        if tree.has(file):
            pages = tree.value(file, "pages_build_output_dir") is not None
            signs.append(
                DetectedPlatform(
                    "cloudflare-pages" if pages else "cloudflare-workers", True, f"{file} exists"
                )
            )
    if tree.has("config/deploy.yml") and (
        tree.has(".kamal/") or "servers:" in tree.text("config/deploy.yml")
    ):
        signs.append(DetectedPlatform("kamal", True, "config/deploy.yml exists"))
    if tree.has("Procfile") and tree.has("app.json"):
        signs.append(DetectedPlatform("heroku", False, "Procfile and app.json exist"))
    elif tree.has("Procfile") and not signs and not _in_an_image(tree):
        evidence = "Procfile exists (Dokku and Railway read it too)"
        signs.append(DetectedPlatform("heroku", False, evidence, shared=True))
    if tree.has("firebase.json") and not tree.has(".firebaserc"):
        signs.append(DetectedPlatform("firebase", False, "firebase.json exists"))
    for folder in _MANIFEST_FOLDERS:
        for name in tree.names(folder)[:60] if not folder or tree.has(folder + "/") else ():
            path = f"{folder}/{name}".lstrip("/")
            if not name.endswith((".yml", ".yaml")):
                continue
            text = tree.text(path)[:100_000]
            if re.search(r"(?m)^kind:[ \t]*(?:Deployment|StatefulSet|DaemonSet)[ \t]*$", text):
                signs.append(DetectedPlatform("kubernetes", False, f"{path} has kind: Deployment"))
            if "argoproj.io" in text and re.search(r"(?m)^kind:[ \t]*Rollout[ \t]*$", text):
                signs.append(DetectedPlatform("argo-rollouts", False, f"{path} is a Rollout of Argo"))
            if "argoproj.io" in text and re.search(r"(?m)^kind:[ \t]*Application", text):
                signs.append(DetectedPlatform("argocd", False, f"{path} is an Argo CD application"))
    return signs


def _in_an_image(tree: Tree) -> bool:
    """Return whether the Procfile is read by a process manager in the project's own image, not by a platform."""
    if not tree.has("Dockerfile"):
        return False
    managers = r"\b(?:foreman|overmind|hivemind|honcho|goreman|shoreman|thrust|Procfile)\b"
    scripts = [tree.text(f"bin/{name}")[:20_000] for name in tree.names("bin")[:60]]
    return any(
        re.search(managers, text) for text in (tree.text("Dockerfile"), tree.text("Procfile"), *scripts)
    )


def _remotes(root: str) -> list[DetectedPlatform]:
    """Return the platforms that git pushes to, judging by the URLs in the repository's configuration."""
    signs = []
    for url in re.findall(r"(?m)^[ \t]*url[ \t]*=[ \t]*(\S+)", _git_config(root)):
        if "heroku.com" in url:
            signs.append(DetectedPlatform("heroku", True, "a git remote leads to Heroku"))
        elif re.match(r"dokku@", url):
            signs.append(DetectedPlatform("dokku", True, "a git remote leads to Dokku"))
    return signs


def _git_config(root: str) -> str:
    """Return the text of this repository's git configuration, also from a linked worktree."""
    git = Path(root, ".git")
    pointer = Tree(root).text(".git")
    if pointer.startswith("gitdir:"):
        git = Path(root, pointer.removeprefix("gitdir:").strip())
        common = Tree(str(git)).text("commondir").strip()
        git = git / common if common else git
    return Tree(str(git)).text("config")


def _railway(root: str, home: str | None) -> list[DetectedPlatform]:
    """Return Railway's link, which it keeps by folder in the user's home."""
    base = home if home is not None else os.path.expanduser("~")
    projects = Tree(base).value(".railway/config.json", "projects")
    linked = isinstance(projects, dict) and os.path.realpath(root) in projects
    return [DetectedPlatform("railway", True, "~/.railway/config.json links this folder")] if linked else []
