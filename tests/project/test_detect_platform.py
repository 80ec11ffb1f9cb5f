"""Which platform a repository is deployed to, and whether a push deploys."""

import json

import pytest

from hotfix_tui.detect.platform import deploys_on_push, platforms
from tests.project.repos import workflow, write

CASES = [
    ("vercel", "strong", {".vercel/project.json": '{"orgId":"o","projectId":"p"}', "vercel.json": "{}"}),
    ("vercel", "strong", {".vercel/repo.json": "{}"}),
    ("vercel", "weak", {"vercel.json": "{}"}),
    ("vercel", "weak", {"vercel.ts": ""}),
    ("netlify", "strong", {".netlify/state.json": '{"siteId":"s"}', "netlify.toml": ""}),
    ("netlify", "weak", {"netlify.toml": ""}),
    ("railway", "weak", {"railway.toml": ""}),
    ("railway", "weak", {"railway.json": "{}"}),
    ("railway", "weak", {".railway/railway.ts": ""}),
    (
        "elastic-beanstalk",
        "strong",
        {".elasticbeanstalk/config.yml": "branch-defaults:\n  main:\n    environment: prod\n"},
    ),
    ("elastic-beanstalk", "weak", {".ebextensions/a.config": ""}),
    ("elastic-beanstalk", "weak", {"Dockerrun.aws.json": "{}"}),
    ("fly", "strong", {"fly.toml": 'app = "shop"\n'}),
    ("heroku", "strong", {".git/config": '[remote "heroku"]\n\turl = https://git.heroku.com/shop.git\n'}),
    ("heroku", "weak", {"Procfile": "web: x", "app.json": "{}"}),
    ("heroku", "weak", {"heroku.yml": ""}),
    ("dokku", "strong", {".git/config": '[remote "dokku"]\n\turl = dokku@host:shop\n'}),
    ("render", "weak", {"render.yaml": ""}),
    ("digitalocean", "weak", {".do/app.yaml": ""}),
    ("cloudflare-workers", "strong", {"wrangler.toml": 'name = "x"'}),
    ("cloudflare-workers", "strong", {"wrangler.jsonc": '{"name": "x"} // c'}),
    ("cloudflare-pages", "strong", {"wrangler.toml": 'pages_build_output_dir = "dist"'}),
    ("firebase", "strong", {".firebaserc": '{"projects": {}}', "firebase.json": "{}"}),
    ("firebase", "weak", {"firebase.json": "{}"}),
    ("kubernetes", "weak", {"skaffold.yaml": ""}),
    ("kubernetes", "weak", {"kustomization.yaml": ""}),
    ("kubernetes", "weak", {"k8s/web.yaml": "apiVersion: apps/v1\nkind: Deployment\n"}),
    ("helm", "weak", {"Chart.yaml": ""}),
    ("argocd", "weak", {"argocd/app.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"}),
    ("kamal", "strong", {"config/deploy.yml": "service: x", ".kamal/secrets": ""}),
    ("serverless", "weak", {"serverless.yml": ""}),
    ("sst", "weak", {"sst.config.ts": ""}),
    ("cdk", "weak", {"cdk.json": "{}"}),
    ("app-engine", "weak", {"app.yaml": "runtime: python312\n"}),
    ("cloud-run", "weak", {"service.yaml": "apiVersion: serving.knative.dev/v1\n"}),
    ("cloud-build", "weak", {"cloudbuild.yaml": ""}),
]


@pytest.mark.parametrize(("name", "strength", "files"), CASES)
def test_the_platform_of_a_repository(tmp_path, name, strength, files):
    found = platforms(write(tmp_path / "repo", files), home=str(tmp_path))
    assert [(platform.name, platform.strength) for platform in found] == [(name, strength)]
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
    assert [(found.name, found.strength) for found in platforms(root, str(tmp_path))] == [
        ("railway", "strong")
    ]


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


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("d.yml", workflow("- run: vercel deploy --prod\n", "ship"), "vercel deploy"),
        ("d.yml", workflow("- uses: superfly/flyctl-actions/setup-flyctl@v1\n"), "superfly"),
        (
            "d.yml",
            workflow("- run: x\n").replace("    steps", "    environment: production\n    steps"),
            "production",
        ),
        (
            "d.yml",
            workflow("- run: x\n").replace(
                "    steps", "    environment:\n      name: production\n    steps"
            ),
            "production",
        ),
    ],
)
def test_a_push_that_deploys(tmp_path, file, text, says):
    found = deploys_on_push(write(tmp_path, {f".github/workflows/{file}": text}))
    assert len(found) == 1 and says in found[0] and file in found[0]


def test_other_services_that_deploy(tmp_path):
    root = write(
        tmp_path,
        {
            ".gitlab-ci.yml": "ship:\n  environment: production\n  script:\n    - ./ship\n",
            "bitbucket-pipelines.yml": "pipelines:\n  default:\n    - step:\n        deployment: production\n",
            ".circleci/config.yml": "jobs:\n  ship:\n    steps:\n      - run: kubectl apply -f k8s\n",
            "Jenkinsfile": "stage('Deploy') {}",
        },
    )
    found = " ".join(deploys_on_push(root))
    assert all(
        name in found
        for name in (".gitlab-ci.yml", "bitbucket-pipelines.yml", ".circleci/config.yml", "Jenkinsfile")
    )


def test_a_workflow_that_only_people_start_is_no_push(tmp_path):
    text = "on:\n  workflow_dispatch:\njobs:\n  ship:\n    steps:\n      - run: vercel deploy --prod\n"
    assert deploys_on_push(write(tmp_path, {".github/workflows/d.yml": text})) == []


def test_plain_tests_deploy_nothing(tmp_path):
    assert deploys_on_push(write(tmp_path, {".github/workflows/ci.yml": workflow("- run: npm test\n")})) == []
