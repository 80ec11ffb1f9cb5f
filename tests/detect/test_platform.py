"""Which platform a repository is deployed to."""

import json

import pytest

from hotfix_tui.detect.platform import platforms, several, sure
from hotfix_tui.engine.init import init_text
from tests.repos import write

LINKED, SET_UP = "linked", "set up"
CASES = [
    ("vercel", LINKED, {".vercel/project.json": '{"orgId":"o","projectId":"p"}', "vercel.json": "{}"}),
    ("vercel", LINKED, {".vercel/repo.json": "{}"}),
    ("vercel", SET_UP, {"vercel.json": "{}"}),
    ("vercel", SET_UP, {"vercel.ts": ""}),
    ("netlify", LINKED, {".netlify/state.json": '{"siteId":"s"}', "netlify.toml": ""}),
    ("netlify", SET_UP, {"netlify.toml": ""}),
    ("railway", SET_UP, {"railway.toml": ""}),
    ("railway", SET_UP, {"railway.json": "{}"}),
    ("railway", SET_UP, {".railway/railway.ts": ""}),
    (
        "elastic-beanstalk",
        LINKED,
        {".elasticbeanstalk/config.yml": "branch-defaults:\n  main:\n    environment: prod\n"},
    ),
    ("elastic-beanstalk", SET_UP, {".ebextensions/a.config": ""}),
    ("elastic-beanstalk", SET_UP, {"Dockerrun.aws.json": "{}"}),
    ("fly", LINKED, {"fly.toml": 'app = "shop"\n'}),
    ("heroku", LINKED, {".git/config": '[remote "heroku"]\n\turl = https://git.heroku.com/shop.git\n'}),
    ("heroku", SET_UP, {"Procfile": "web: x", "app.json": "{}"}),
    ("heroku", SET_UP, {"heroku.yml": ""}),
    ("dokku", LINKED, {".git/config": '[remote "dokku"]\n\turl = dokku@host:shop\n'}),
    ("render", SET_UP, {"render.yaml": ""}),
    ("digitalocean", SET_UP, {".do/app.yaml": ""}),
    ("cloudflare-workers", LINKED, {"wrangler.toml": 'name = "x"'}),
    ("cloudflare-workers", LINKED, {"wrangler.jsonc": '{"name": "x"} // c'}),
    ("cloudflare-pages", LINKED, {"wrangler.toml": 'pages_build_output_dir = "dist"'}),
    ("firebase", LINKED, {".firebaserc": '{"projects": {}}', "firebase.json": "{}"}),
    ("firebase", SET_UP, {"firebase.json": "{}"}),
    ("kubernetes", SET_UP, {"skaffold.yaml": ""}),
    ("kubernetes", SET_UP, {"kustomization.yaml": ""}),
    ("kubernetes", SET_UP, {"k8s/web.yaml": "apiVersion: apps/v1\nkind: Deployment\n"}),
    ("helm", SET_UP, {"Chart.yaml": ""}),
    ("argocd", SET_UP, {"argocd/app.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"}),
    ("argo-rollouts", SET_UP, {"k8s/web.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n"}),
    ("codedeploy", SET_UP, {"appspec.yml": "version: 0.0\nos: linux\n"}),
    ("kamal", LINKED, {"config/deploy.yml": "service: x", ".kamal/secrets": ""}),
    ("serverless", SET_UP, {"serverless.yml": ""}),
    ("sst", SET_UP, {"sst.config.ts": ""}),
    ("cdk", SET_UP, {"cdk.json": "{}"}),
    ("app-engine", SET_UP, {"app.yaml": "runtime: python312\n"}),
    ("cloud-run", SET_UP, {"service.yaml": "apiVersion: serving.knative.dev/v1\n"}),
    ("cloud-build", SET_UP, {"cloudbuild.yaml": ""}),
]


@pytest.mark.parametrize(("name", "kind", "files"), CASES)
def test_the_platform_of_a_repository(tmp_path, name, kind, files):
    found = platforms(write(tmp_path / "repo", files), home=str(tmp_path))
    assert [(platform.name, platform.linked) for platform in found] == [(name, kind == LINKED)]
    assert found[0].evidence


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"app.yaml": "name: x\n"},
        {"fly.toml": "# app = x\n"},
        {"app.json": '{"expo": {}}'},
        {"deploy/x.yaml": "kind: Service\n"},
    ],
)
def test_what_is_no_evidence(tmp_path, files):
    assert platforms(write(tmp_path / "repo", files), home=str(tmp_path)) == []


def test_a_linked_platform_comes_first(tmp_path):
    root = write(tmp_path / "repo", {"netlify.toml": "", "fly.toml": "app='x'\n"})
    assert [platform.name for platform in platforms(root, str(tmp_path))] == ["fly", "netlify"]


def test_railways_link_lies_in_the_home_folder(tmp_path):
    root = write(tmp_path / "repo", {"README": ""})
    link = json.dumps({"projects": {str((tmp_path / "repo").resolve()): {}}})
    write(tmp_path, {".railway/config.json": link})
    assert [(found.name, found.linked) for found in platforms(root, str(tmp_path))] == [("railway", True)]


def test_the_remote_is_seen_from_a_linked_worktree(tmp_path):
    write(
        tmp_path,
        {
            "main/.git/config": "url = https://git.heroku.com/x.git\n",
            "main/.git/worktrees/w/commondir": "../..\n",
        },
    )
    root = write(tmp_path / "w", {".git": f"gitdir: {tmp_path}/main/.git/worktrees/w\n"})
    assert [found.name for found in platforms(root, str(tmp_path))] == ["heroku"]


IMAGE = {"Dockerfile": "COPY . .\nCMD bin/boot\n"}


@pytest.mark.parametrize(
    "files",
    [
        {**IMAGE, "Procfile": "web: bundle exec thrust bin/start-app\n"},
        {**IMAGE, "Procfile": "web: x\n", "bin/boot": "exec foreman start -f Procfile\n"},
        {"Dockerfile": "RUN gem install foreman\nCMD foreman start\n", "Procfile": "web: x\n"},
    ],
)
def test_a_procfile_that_the_projects_own_image_reads_is_no_platform(tmp_path, files):
    assert platforms(write(tmp_path / "repo", files), home=str(tmp_path)) == []


def test_a_procfile_beside_an_image_that_does_not_read_it_is_one(tmp_path):
    files = {"Dockerfile": "CMD gunicorn x\n", "Procfile": "web: gunicorn x\n"}
    assert [one.name for one in platforms(write(tmp_path / "repo", files), home=str(tmp_path))] == ["heroku"]


def test_the_site_of_a_librarys_documentation_is_not_where_the_library_goes(tmp_path):
    site = '[build]\npublish = "site/.vitepress/dist"\n'
    root = write(tmp_path / "repo", {"netlify.toml": site, "package.json": '{"name": "lib"}'})
    assert [(one.name, one.below) for one in platforms(root, str(tmp_path))] == [("netlify", True)]
    assert 'platform = "netlify"' not in init_text(root)


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"web/vercel.json": "{}"}, ["vercel"]),
        ({"charts/shop/Chart.yaml": "", "kustomize/kustomization.yaml": ""}, ["kubernetes", "helm"]),
        ({"apps/api/fly.toml": "app = 'x'\n"}, ["fly"]),
        ({"docs/netlify.toml": "", "examples/a/vercel.json": "{}"}, []),
        ({"fly.toml": "app = 'x'\n", "web/vercel.json": "{}"}, ["fly"]),
    ],
)
def test_below_the_root_only_where_the_root_has_none(tmp_path, files, names):
    found = platforms(write(tmp_path / "repo", files), home=str(tmp_path))
    assert sorted(one.name for one in found) == sorted(names)
    assert all(one.below != (one.name == "fly" and "fly.toml" in files) for one in found)


@pytest.mark.parametrize(
    ("place", "pipeline"),
    [
        (".github/workflows/release.yml", "      - uses: helm/chart-releaser-action@v1\n"),
        (".github/workflows/charts.yaml", "      - run: helm push x-1.0.0.tgz oci://registry/charts\n"),
        (".gitlab-ci.yml", "publish:\n  script: [helm cm-push charts/a repo]\n"),
    ],
)
def test_charts_that_are_given_to_others_are_not_installed_from_here(tmp_path, place, pipeline):
    files = {"charts/a/Chart.yaml": "name: a\n", "charts/b/Chart.yaml": "name: b\n"}
    root = write(tmp_path, files)
    assert [one.name for one in platforms(root)] == ["helm"]
    write(tmp_path, {place: pipeline})
    assert platforms(root) == [] and several(root) == []


OFFERED = {
    "heroku": ({"app.json": '{"buildpacks": []}'}, "https://heroku.com/deploy"),
    "render": ({"render.yaml": ""}, "https://render.com/deploy?repo=x"),
    "railway": ({"railway.toml": ""}, "https://railway.app/template/x"),
    "vercel": ({"vercel.json": "{}"}, "https://vercel.com/new/clone?x"),
}


@pytest.mark.parametrize("name", OFFERED)
@pytest.mark.parametrize("page", ["README.md", "readme.rst"])
def test_a_platform_that_the_front_page_offers_to_others_is_offered(name, page, tmp_path):
    files, button = OFFERED[name]
    root = write(tmp_path / "repo", {**files, page: f"[Deploy]({button})\n"})
    (one,) = platforms(root, str(tmp_path))
    assert one.shared and page in one.evidence
    assert f'\nplatform = "{name}"' not in init_text(root) and f'# platform = "{name}"' in init_text(root)


@pytest.mark.parametrize("name", OFFERED)
def test_a_platform_without_such_a_button_is_taken(name, tmp_path):
    root = write(
        tmp_path / "repo", {**OFFERED[name][0], "README.md": "See heroku.com, render.com, vercel.com.\n"}
    )
    assert f'\nplatform = "{name}"' in init_text(root)


@pytest.mark.parametrize(
    ("more", "clear"),
    [
        ({}, True),
        ({"Procfile": "web: x"}, True),
        ({"Dockerfile": "FROM x", "Procfile": "web: x"}, True),
        ({"Dockerfile": "FROM x"}, False),
        ({"Dockerfile": "FROM x", "README.md": "https://heroku.com/deploy"}, False),
    ],
)
def test_an_image_without_a_procfile_is_hardly_what_heroku_runs(tmp_path, more, clear):
    root = write(tmp_path, {"app.json": '{"buildpacks": [], "addons": ["heroku-redis"]}', **more})
    (found,) = platforms(root, home=str(tmp_path / "home"))
    assert (found.name, found.shared, sure([found]) is not None) == ("heroku", not clear, clear)
