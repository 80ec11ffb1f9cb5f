"""What platform files say about a push to the production branch: it deploys, it does not, or it does if connected."""

import json
import re
from collections.abc import Iterator

from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import Kind, On, Target, Trigger
from hotfix_tui.detect.trigger_words import words
from hotfix_tui.detect.yaml_tree import load, table

_CONNECTED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Netlify", ("netlify.toml",)),
    ("Vercel", ("vercel.json", "vercel.ts", ".vercel/project.json", ".vercel/repo.json")),
    ("Render", ("render.yaml", "render.yml")),
    ("Railway", ("railway.json", "railway.toml", ".railway/railway.ts")),
    ("AWS Amplify", ("amplify.yml",)),
    ("DigitalOcean", (".do/app.yaml",)),
    ("Heroku", ("app.json", "heroku.yml", "Procfile")),
    ("Cloudflare", ("wrangler.toml", "wrangler.json", "wrangler.jsonc")),
    ("Cloud Build", ("cloudbuild.yaml",)),
    ("Deno Deploy", (".deployctl.json",)),
    ("Platform.sh", (".platform.app.yaml",)),
    ("Zeabur", ("zeabur.json",)),
    ("Koyeb", ("koyeb.yaml",)),
    ("Shipit", ("shipit.yml", "shipit.production.yml")),
    ("AWS CodeDeploy", ("appspec.yml",)),
    ("CapRover", ("captain-definition",)),
    ("Riff-Raff", ("riff-raff.yaml", "riff-raff.yml")),
    ("GoCD", ("gocd/templates/", "gocd/pipelines/", "ci.gocd.yaml", "ci.gocd.yml")),
)
"""Platforms that deploy every push once a project there is connected to the repository, with their files."""

_FOLLOWING = ("Shipit", "Riff-Raff", "GoCD")
"""Those of them that hold no platform here, and are there for nothing but to deploy a branch."""

_DOCS_SITE = re.compile(
    r"\.vitepress|docusaurus|mkdocs|(?:^|[/\"' ])(?:docs|doc|website|storybook-static|book)(?:[/\"' ]|$)"
)


def triggers(tree: Tree, production: str) -> list[Trigger]:
    """Return what the root's platform files say about a push; without any, those one or two folders deeper."""
    from_files = list(_in(tree, tree, "", production))
    if from_files:
        return from_files
    near = [folder for folder in tree.folders()[:40] if not _aside(folder)]
    deep = [inner for folder in near for inner in tree.folders(folder)[:20] if not _aside(inner)]
    for folder in (near + deep)[:120]:
        from_files += _in(tree, tree.below(folder), folder, production)
    return from_files


def follower(tree: Tree) -> str:
    """Return the program that is there to deploy a branch as it moves, by its files at the root; empty if none is."""
    files = dict(_CONNECTED)
    return next((name for name in _FOLLOWING if any(tree.has(file) for file in files[name])), "")


def _aside(folder: str) -> bool:
    """Return whether a folder holds something other than the product."""
    aside = {
        "docs",
        "doc",
        "examples",
        "example",
        "test",
        "tests",
        "fixtures",
        "templates",
        "template",
        "website",
    }
    aside |= {
        "samples",
        "demo",
        "demos",
        "e2e",
        "benchmarks",
        "integration",
        "playground",
        "storybook",
        "testdata",
    }
    return bool(aside & set(words(folder)))


def _in(root: Tree, tree: Tree, folder: str, production: str) -> Iterator[Trigger]:
    for name, files in _CONNECTED:
        here = (
            file for file in files if tree.has(file) and (name != "Heroku" or _heroku(tree, file, folder))
        )
        file = next(here, "")
        if not file:
            continue
        known = _said(name, tree, file, production)
        if known is False:
            continue
        sure = known is True
        only = "" if sure else f" if the project there follows {production}"
        target = Target.DOCS if _docs_site(root, tree, name, file) else Target.UNSAID
        path = f"{folder}/{file}".lstrip("/")
        yield Trigger(
            Kind.DEPLOYS, On.PUSH, f"{name} deploys what is pushed{only}", path, target=target, sure=sure
        )


def docs_only(tree: Tree) -> set[str]:
    """Return the platforms whose file at the root publishes the documentation of something else."""
    return {
        name.lower()
        for name, files in _CONNECTED
        for file in files
        if tree.has(file) and _docs_site(tree, tree, name, file)
    }


_MANIFESTS = (
    *(
        "package.json",
        "requirements.txt",
        "Pipfile",
        "pyproject.toml",
        "uv.lock",
        "setup.py",
        "Gemfile",
        "go.mod",
    ),
    *(
        "composer.json",
        "pom.xml",
        "build.gradle",
        "build.gradle.kts",
        "build.sbt",
        "project.clj",
        "mix.exs",
        "Cargo.toml",
    ),
)


def _heroku(tree: Tree, file: str, folder: str) -> bool:
    """Return whether Heroku builds what a file describes; below the root, only next to an application's manifest."""
    if file == "Procfile" and folder and not any(tree.has(name) for name in _MANIFESTS):
        return False
    if file == "Procfile":
        return not tree.has("Dockerfile")  # With one it may well be read in the project's own image.
    if file == "heroku.yml":
        return True
    return '"expo"' not in tree.text(file) and bool(
        re.search(r'"(?:buildpacks|formation|addons|stack)"', tree.text(file)) or tree.has("Procfile")
    )


_SHIPS = re.compile(
    r"(?m)^\s*(?:images|artifacts):|\b(?:push|deploy|apply|publish|release|upload|submit|rollout|kaniko|skaffold|helm"
    r"|terraform|kubectl|gsutil|gke-deploy|trigger)\b|make\b|\.sh\b|substitutions:",
    re.I,
)
"""What a build of Cloud Build says if it may do more than test."""


def _said(name: str, tree: Tree, file: str, production: str) -> bool | None:
    """Return what the file itself says about pushes: True, False, or None if only the account there knows."""
    if name == "Render":
        return _render(table(load(tree.text(file)[:200_000])), production)
    if name == "DigitalOcean":
        text = tree.text(file)
        branches = re.findall(r"(?m)^\s*branch:\s*(\S+)", text)
        if branches and production not in [branch.strip("'\"") for branch in branches]:
            return False
        if match := re.search(r"deploy_on_push:\s*(true|false)", text):
            return match[1] == "true"
    if name == "Cloud Build":
        return None if _SHIPS.search(tree.text(file)[:200_000]) else False
    if name == "Vercel" and file == "vercel.json":
        enabled = tree.value(file, "git.deploymentEnabled")
        if enabled is False or (isinstance(enabled, dict) and enabled.get(production) is False):
            return False
    return None


def _render(data: dict[str, object], production: str) -> bool | None:
    """Return what a Render blueprint says: whether its services deploy on commit, and from which branch."""
    services = data.get("services")
    said: list[bool | None] = []
    for service in services if isinstance(services, list) else []:
        details = table(service)
        branch = str(details.get("branch") or production)
        auto = str(details.get("autoDeployTrigger") or details.get("autoDeploy") or "").lower()
        if branch != production or auto in ("false", "no", "off"):
            said.append(False)
        else:
            said.append(True if auto in ("true", "yes", "commit", "checkspass") else None)
    if said and all(answer is False for answer in said):
        return False
    return True if True in said else None


def _docs_site(root: Tree, tree: Tree, name: str, file: str) -> bool:
    """Return whether what is deployed is the documentation of something that is published elsewhere."""
    if name not in ("Netlify", "Vercel", "Cloudflare"):
        return False
    settings = tree.table(file)
    build = settings.get("build") if name == "Netlify" else settings
    build = build if isinstance(build, dict) else {}
    keys = (
        "publish",
        "base",
        "command",
        "outputDirectory",
        "buildCommand",
        "rootDirectory",
        "pages_build_output_dir",
    )
    said = json.dumps([build.get(key) for key in keys], default=str)
    package = root.table("package.json")
    library = not package.get("private") or "workspaces" in package or root.has("pnpm-workspace.yaml")
    product = (library and bool(package)) or any(
        root.has(file_) for file_ in ("pyproject.toml", "Cargo.toml", "go.mod")
    )
    return product and bool(_DOCS_SITE.search(said))
