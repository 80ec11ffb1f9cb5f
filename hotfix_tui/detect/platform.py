"""Which platform a repository is deployed to, by its files, and whether a push deploys."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from hotfix_tui.detect import ci
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.yaml_lines import scalars


@dataclass(frozen=True)
class Platform:
    """A platform that a repository's files speak for; ``linked``: they name the very project there."""

    name: str
    linked: bool
    evidence: str

    @property
    def strength(self) -> str:
        """``strong`` for a link, ``weak`` for a configuration."""
        return "strong" if self.linked else "weak"


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
)
_WRANGLER = ("wrangler.toml", "wrangler.json", "wrangler.jsonc")
_MANIFEST_FOLDERS = ("", "k8s", "kubernetes", "deploy", "manifests", "argocd", "charts")
_ACTIONS = re.compile(
    r"deploy|amondnet/vercel-action|nwtgck/actions-netlify|superfly/flyctl-actions|akhileshns/heroku"
    r"|cloudflare/wrangler-action|FirebaseExtended/action-hosting|azure/webapps|google-github-actions/deploy",
    re.I,
)
_CLIS = re.compile(
    r"(?m)(?:^|[;&|\s])(?:vercel (?:deploy|--prod)|netlify deploy|wrangler (?:pages )?deploy|railway up"
    r"|fly(?:ctl)? deploy|eb deploy|firebase deploy|kubectl (?:apply|set image|rollout)|helm upgrade"
    r"|argocd app sync|gcloud (?:run|app) deploy|aws ecs update-service|(?:serverless|sls|osls) deploy"
    r"|sst deploy|cdk deploy|kamal deploy|doctl apps create-deployment|render deploys create"
    r"|heroku container:release|git push \S*(?:heroku|dokku)|ansible-playbook)\b"
)
_BY_HAND = re.compile(
    r"(?m)^[ \t]*(?:push|workflow_run|release|deployment|pull_request)[ \t]*:|^on:[ \t]*(?:\[.*\b)?(?:push|release)\b"
)


def platforms(root: str, home: str | None = None) -> list[Platform]:
    """The platforms of a repository, linked ones first; each is named once, with its best evidence.

    ``home`` is where Railway keeps its links (by default the user's home).
    """
    tree = Tree(root)
    found = [*_signs(tree), *_special(tree), *_remotes(root), *_railway(root, home)]
    best: dict[str, Platform] = {}
    for platform in sorted(found, key=lambda platform: not platform.linked):
        best.setdefault(platform.name, platform)
    return list(best.values())


def deploys_on_push(root: str) -> list[str]:
    """Sentences that say where a push or a merge deploys by itself; empty when nothing says so."""
    tree = Tree(root)
    found: list[str] = []
    for file in ci.files(tree):
        text = tree.text(file)[:300_000]
        if file.startswith(".github/") and not _BY_HAND.search(text):
            continue
        found += _deploying_lines(file, text)
    if tree.has("Jenkinsfile") and re.search(r"(?i)deploy", tree.text("Jenkinsfile")):
        found.append("Jenkinsfile has a stage that deploys.")
    return list(dict.fromkeys(found))


def _deploying_lines(file: str, text: str) -> list[str]:
    """What a workflow file says about deploying."""
    found = []
    for path, value in scalars(text):
        keys = [str(part) for part in path] or [""]
        where = f"{file}, job {keys[1]!r}" if keys[0] == "jobs" and len(keys) > 1 else f"{file}, {keys[0]!r}"
        if (
            "environment" in keys
            and keys[-1] in ("environment", "name", "deployment")
            and "prod" in value.lower()
        ):
            found.append(f"{where} runs in the environment {value[:40]}.")
        elif keys[-1] == "uses" and _ACTIONS.search(value.split("@")[0]):
            found.append(f"{where} uses {value[:60]}.")
        elif keys[-1] == "deployment" and "prod" in value.lower():
            found.append(f"{where} deploys to {value[:40]}.")
        else:
            hit = _CLIS.search(value)
            if hit:
                found.append(f"{where} runs {hit[0].strip(' ;&|')!r}.")
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
    elif tree.has("Procfile") and not found:
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
