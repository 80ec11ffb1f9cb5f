"""What a push, a tag and a release set off: shapes of workflows as public repositories have them."""

import pytest

from hotfix_tui.detect.expressions import UNKNOWN, condition, ref_matches
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import Kind, On, Target
from hotfix_tui.detect.triggers import read
from hotfix_tui.detect.yaml_tree import load
from tests.repos import write

PUSH = "on:\n  push:\n    branches: [main]\n"
TAG = "on:\n  push:\n    tags: ['v*']\n"
BOTH = "on:\n  push:\n    branches: [main]\n    tags: ['v*']\n  pull_request:\n"
RELEASE = "on:\n  release:\n    types: [published]\n"
CI = ".github/workflows/ci.yml"


def job(steps: str, *, name: str = "go", head: str = "") -> str:
    """One job with these steps; `head` are further keys of it."""
    keys = "".join(f"    {line}\n" for line in head.splitlines())
    body = "".join(f"      {line}\n" for line in steps.splitlines())
    return f"jobs:\n  {name}:\n    runs-on: ubuntu-latest\n{keys}    steps:\n{body}"


def found(tmp_path, files, **more):
    """Return ``event kind target sure what`` of what is set off, and the bots."""
    seen = read(Tree(write(tmp_path, files)), "main", **more)
    rows = {
        (one.on.value, one.kind.value, one.target.value, one.sure, one.what)
        for one in seen.triggers
        if one.on is not On.MANUAL
    }
    return rows, seen


DEPLOYS = [
    ("- run: flyctl deploy --remote-only", "deploys to Fly.io"),
    ("- uses: superfly/flyctl-actions@1.5\n  with:\n    args: deploy", "deploys to Fly.io"),
    ("- run: vercel deploy --prebuilt --prod --token=$T", "deploys to Vercel"),
    ("- uses: amondnet/vercel-action@v25\n  with:\n    vercel-args: --prod", "deploys to Vercel"),
    ("- run: npx netlify deploy --prod --dir=dist", "deploys to Netlify"),
    ("- uses: cloudflare/wrangler-action@v3", "deploys to Cloudflare"),
    ("- run: kubectl -n shop apply -f k8s/", "changes a Kubernetes cluster"),
    ("- run: helm upgrade --install shop ./chart", "deploys with Helm"),
    ("- run: gcloud run deploy shop --image x", "deploys to Google Cloud"),
    ("- run: |\n    aws ecs update-service \\\n      --force-new-deployment", "deploys to AWS"),
    ("- run: sam deploy --no-confirm-changeset", "deploys with SAM"),
    ("- run: npx serverless deploy --stage production", "deploys with Serverless"),
    ("- uses: akhileshns/heroku-deploy@v3", "deploys to Heroku"),
    (
        "- run: curl -X POST ${{ secrets.RENDER_DEPLOY_HOOK }}\n- run: curl $DEPLOY_HOOK_URL",
        "deploys by a hook",
    ),
    ("- uses: google-github-actions/deploy-cloudrun@v2", "deploys to Google Cloud"),
    ("- run: bundle exec cap production deploy", "deploys to servers"),
]


@pytest.mark.parametrize(("steps", "what"), DEPLOYS, ids=[what for _, what in DEPLOYS])
def test_what_steps_do_on_a_push(tmp_path, steps, what):
    rows, seen = found(tmp_path, {CI: PUSH + job(steps)})
    assert {row[:2] + row[3:] for row in rows} == {("push", "deploys", True, what)}
    assert [one.on for one in seen.on(On.PUSH)] == [On.PUSH] and seen.on(On.TAG) == []
    assert seen.triggers[0].place.startswith(f"{CI}:")


PUBLISHES = [
    (
        "- uses: goreleaser/goreleaser-action@v6\n  with:\n    args: release --clean",
        "publishes with goreleaser",
    ),
    ("- uses: pypa/gh-action-pypi-publish@release/v1", "publishes to PyPI"),
    ("- run: python -m twine upload dist/*", "publishes to PyPI"),
    ("- run: npm publish --access public", "publishes to npm"),
    ("- run: pnpm -r publish --no-git-checks", "publishes to npm"),
    ("- run: cargo publish -p shop", "publishes to crates.io"),
    ("- run: deno publish", "publishes to JSR"),
    ("- uses: docker/build-push-action@v6\n  with:\n    push: true", "pushes container images"),
    ("- run: docker push ghcr.io/x/y:$TAG", "pushes container images"),
    ("- uses: softprops/action-gh-release@v2", "publishes a release"),
    ("- run: gh release create $TAG dist/*", "publishes a release"),
    ("- uses: helm/chart-releaser-action@v1", "publishes Helm charts"),
    ("- run: dist host --steps=upload --steps=release", "publishes with cargo-dist"),
    ("- run: ./gradlew publishToSonatype", None),
    ("- run: ./mvnw -B deploy", "publishes to Maven"),
]


@pytest.mark.parametrize(("steps", "what"), PUBLISHES, ids=[steps[:40] for steps, _ in PUBLISHES])
def test_what_steps_publish_on_a_tag(tmp_path, steps, what):
    rows, seen = found(tmp_path, {CI: TAG + job(steps)}, tags=["v1.0.0"])
    assert {row[:4] for row in rows} == {("tag", "publishes", "", True)}
    assert what is None or rows.pop()[4] == what
    assert seen.on(On.PUSH) == []


NOTHING = [
    "- run: cargo publish --dry-run",
    "- run: echo npm publish",
    "- run: cargo build --release",
    "- run: dotnet build -c Release",
    "- run: npm test  # then npm publish",
    "- run: docker compose up -d && npm run e2e",
    "- run: |\n    kind create cluster\n    kubectl apply -f k8s",
    "- uses: helm/kind-action@v1\n- run: helm upgrade --install x .",
    "- uses: docker/build-push-action@v6\n  with:\n    push: false",
    "- uses: docker/build-push-action@v6",
    "- uses: goreleaser/goreleaser-action@v6\n  with:\n    args: release --snapshot --clean",
    "- uses: goreleaser/goreleaser-action@v6\n  with:\n    args: build",
    "- uses: superfly/flyctl-actions/setup-flyctl@v1",
    "- uses: release-drafter/release-drafter@v6",
    "- uses: EnricoMi/publish-unit-test-result-action@v2",
    "- name: Publish test report\n  run: ./report",
]


@pytest.mark.parametrize("steps", NOTHING)
def test_what_only_looks_like_it(tmp_path, steps):
    rows, seen = found(tmp_path, {CI: BOTH + job(steps, name="build")})
    assert rows == set() and seen.bot is None


def on_job(said: str) -> str:
    return job("- run: npm publish", head=f"if: {said}")


CONDITIONS = [
    ("startsWith(github.ref, 'refs/tags/')", {"tag"}),
    ("${{ startsWith(github.ref, 'refs/tags/v') && github.repository == 'acme/shop' }}", {"tag"}),
    ("github.ref == 'refs/heads/main'", {"push"}),
    ("github.ref_name == 'main' && github.event_name == 'push'", {"push"}),
    ("github.ref_type == 'tag'", {"tag"}),
    ("github.event_name == 'pull_request'", set()),
    ("github.event_name == 'push' && !startsWith(github.ref, 'refs/tags')", {"push"}),
    ("github.event_name != 'pull_request'", {"push", "tag"}),
    ("github.repository_owner == 'somebody-else'", set()),
    ("contains(github.ref, 'release-')", set()),
    ("${{ false }}", set()),
    ("success() && github.ref == format('refs/heads/{0}', github.event.repository.default_branch)", {"push"}),
]


@pytest.mark.parametrize(("said", "events"), CONDITIONS, ids=[said for said, _ in CONDITIONS])
def test_conditions_of_jobs_and_steps_decide(tmp_path, said, events):
    rows, _ = found(tmp_path / "a", {CI: BOTH + on_job(said)}, tags=["v1.0.0"], repository="acme/shop")
    assert {row[0] for row in rows} == events and all(row[3] for row in rows)
    step = job(f"- if: {said}\n  run: npm publish")
    rows, _ = found(tmp_path / "b", {CI: BOTH + step}, tags=["v1.0.0"], repository="acme/shop")
    assert {row[0] for row in rows} == events


def test_what_cannot_be_decided_is_not_sure_and_says_on_what_it_depends(tmp_path):
    _, seen = found(tmp_path, {CI: PUSH + on_job("vars.DEPLOY == 'yes'")})
    (one,) = seen.on(On.PUSH)
    assert not one.sure and "vars.DEPLOY == 'yes'" in one.sentence


def test_a_job_does_not_run_without_the_job_it_needs(tmp_path):
    text = BOTH + (
        "jobs:\n  gate:\n    if: github.ref_type == 'tag'\n    steps: []\n"
        "  ship:\n    needs: [gate]\n    steps:\n      - run: npm publish\n"
    )
    rows, _ = found(tmp_path, {CI: text}, tags=["v1.0.0"])
    assert {row[0] for row in rows} == {"tag"}


def test_an_input_with_a_condition_decides_too(tmp_path):
    step = "- uses: docker/build-push-action@v6\n  with:\n    push: ${{ startsWith(github.ref, 'refs/tags/jq-') }}"
    text = "on:\n  push:\n    branches: [main]\n    tags: [jq-*]\n" + job(step)
    rows, _ = found(tmp_path, {CI: text}, tags=["jq-1.8.1"])
    assert {row[0] for row in rows} == {"tag"}


def test_tags_of_other_names_start_nothing(tmp_path):
    text = "on:\n  push:\n    tags: ['chart-*', '!chart-dev*']\n" + job("- run: npm publish")
    assert found(tmp_path, {CI: text}, tags=["v1.0.0"])[0] == set()
    assert found(tmp_path, {CI: text}, tags=["chart-1.0"])[0]
    assert found(tmp_path, {CI: text}, tags=["chart-dev1"])[0] == set()
    assert found(tmp_path, {CI: text})[0], "without a known tag the pattern gives an example"


@pytest.mark.parametrize(
    "start",
    ["on: push\n", "on: [push, pull_request]\n", "on:\n  push:\n", "on: {push: {branches: [main]}}\n",
     "on:\n  push:\n    branches-ignore: [dev]\n", "'on':\n  push:\n    branches:\n      - 'ma*'\n"],
)  # fmt: skip
def test_every_way_to_write_the_event(tmp_path, start):
    rows, _ = found(tmp_path, {CI: start + job("- run: fly deploy")})
    assert ("push", "deploys", "", True, "deploys to Fly.io") in rows


@pytest.mark.parametrize(
    "start",
    [
        "on:\n  push:\n    branches: [release]\n",
        "on: pull_request\n",
        "on:\n  schedule:\n    - cron: '0 0 * * *'\n",
    ],
)
def test_events_that_are_no_push_to_production(tmp_path, start):
    assert found(tmp_path, {CI: start + job("- run: fly deploy")})[0] == set()


TARGETS = [
    ("", "environment: staging", Target.STAGING),
    ("", "environment:\n  name: production\n  url: https://x", Target.PRODUCTION),
    (
        "",
        "environment: ${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}",
        Target.PRODUCTION,
    ),
    ("", "environment: ${{ github.ref_type == 'tag' && 'production' || 'staging' }}", Target.STAGING),
    ("", "environment: github-pages", Target.DOCS),
    ("", "environment: preview", Target.PREVIEW),
    ("name: Deploy to staging\n", "", Target.STAGING),
    ("name: Deploy\n", "", Target.UNSAID),
    ("name: Release production\n", "", Target.PRODUCTION),
]


@pytest.mark.parametrize(("title", "head", "target"), TARGETS)
def test_where_a_deployment_goes(tmp_path, title, head, target):
    _, seen = found(tmp_path, {CI: title + PUSH + job("- run: ./deploy.sh", name="deploy", head=head)})
    assert {one.target for one in seen.triggers if one.on is On.PUSH} == {target}
    assert bool(seen.on(On.PUSH)) == target.is_production
    assert bool(seen.elsewhere(On.PUSH)) != target.is_production


@pytest.mark.parametrize(
    ("command", "target"),
    [
        ("serverless deploy --stage staging", Target.STAGING),
        ("kubectl -n shop-staging apply -f x", Target.STAGING),
        ("helm upgrade shop . -f values.staging.yaml", Target.STAGING),
        ("make deploy ENV=production", Target.PRODUCTION),
        ("vercel deploy", Target.PREVIEW),
        ("netlify deploy --dir=dist", Target.PREVIEW),
        ("npm publish --tag next", Target.PREVIEW),
        ("twine upload --repository testpypi dist/*", Target.PREVIEW),
        ("wrangler deploy --env staging", Target.STAGING),
    ],
)
def test_arguments_say_where_it_goes(tmp_path, command, target):
    _, seen = found(tmp_path, {CI: PUSH + job(f"- run: {command}")})
    assert [one.target for one in seen.triggers if one.on is On.PUSH] == [target]


def test_the_machine_says_where_it_goes(tmp_path):
    text = PUSH + (
        "jobs:\n  deploy:\n    runs-on: [self-hosted, staging]\n    steps:\n      - run: docker compose up -d\n"
    )
    _, seen = found(tmp_path, {".github/workflows/deploy-staging.yml": text})
    assert seen.on(On.PUSH) == [] and [one.target for one in seen.elsewhere(On.PUSH)] == [Target.STAGING]


def test_a_reusable_workflow_is_read_with_what_it_is_given(tmp_path):
    called = (
        "on:\n  workflow_call:\n    inputs:\n      push:\n        type: boolean\n        default: false\n"
        "      where:\n        type: string\n"
        + job("- if: inputs.push\n  run: fly deploy", head="environment: ${{ inputs.where }}")
    )
    caller = PUSH + "jobs:\n  ship:\n    uses: ./.github/workflows/ship.yml\n    with:\n"
    files = {".github/workflows/ship.yml": called, CI: caller + "      push: true\n      where: production\n"}
    _, seen = found(tmp_path / "a", files)
    assert [(one.sure, one.environment, one.job) for one in seen.on(On.PUSH)] == [
        (True, "production", "ship / go")
    ]
    files[CI] = caller + "      push: true\n      where: staging\n"
    _, seen = found(tmp_path / "b", files)
    assert seen.on(On.PUSH) == [] and seen.elsewhere(On.PUSH)
    files[CI] = caller + "      where: production\n"
    assert found(tmp_path / "c", files)[0] == {
        ("push", "deploys", "production", True, "runs in the environment production")
    }


def test_a_reusable_workflow_of_others_goes_by_its_name_and_is_not_sure(tmp_path):
    text = (
        PUSH
        + "jobs:\n  deploy:\n    uses: acme/flows/.github/workflows/deploy.yml@v1\n    with:\n      env: staging\n"
    )
    _, seen = found(tmp_path / "a", {CI: text})
    assert seen.on(On.PUSH) == [] and seen.elsewhere(On.PUSH)
    _, seen = found(tmp_path / "b", {CI: text.replace("staging", "production")})
    assert [one.sure for one in seen.on(On.PUSH)] == [False]


def test_an_action_and_scripts_of_the_repository_are_read(tmp_path):
    files = {
        CI: PUSH
        + job(
            "- uses: ./.github/actions/ship\n- run: make deploy\n- run: npm run release\n- run: ./bin/deploy"
        ),
        ".github/actions/ship/action.yml": "runs:\n  using: composite\n  steps:\n    - run: fly deploy\n",
        "Makefile": "build:\n\tcc\ndeploy: build\n\t@kubectl -n prod apply -f k8s\n",
        "package.json": '{"scripts": {"release": "npm run build && changeset publish"}}',
        "bin/deploy": "#!/bin/sh\nrsync -a dist/ www@shop.example:/srv\n",
    }
    rows, seen = found(tmp_path, files)
    said = {row[4] for row in rows}
    assert "deploys to Fly.io" in said and "changes a Kubernetes cluster by make deploy" in said
    assert "publishes with changesets by npm run release" in said
    assert "copies files to a server by ./bin/deploy" in said
    assert seen.bot is not None and seen.bot.name == "changesets"


def test_an_output_of_a_step_that_looks_for_tags_is_nothing_on_a_branch(tmp_path):
    steps = (
        "- id: is-release\n  run: |\n    if [[ $GITHUB_REF =~ ^refs/tags/v ]]; then echo x; fi\n"
        "- if: steps.is-release.outputs.IS_RELEASE\n  uses: softprops/action-gh-release@v2"
    )
    rows, _ = found(tmp_path, {CI: BOTH + job(steps)}, tags=["v1.0.0"])
    assert {(row[0], row[3]) for row in rows} == {("tag", False)}


def test_a_published_release_is_no_pushed_tag(tmp_path):
    rows, seen = found(tmp_path / "a", {CI: RELEASE + job("- run: twine upload dist/*")})
    assert {row[0] for row in rows} == {"release"} and seen.on(On.TAG) == []
    text = RELEASE.replace("published", "prereleased") + job("- run: twine upload dist/*")
    assert found(tmp_path / "b", {CI: text})[0] == set()
    text = "on:\n  push:\n  release:\n" + job("- run: npm publish", head="if: github.event_name == 'release'")
    assert {row[0] for row in found(tmp_path / "c", {CI: text})[0]} == {"release"}


def test_paths_make_a_push_unsure_and_a_tag_not(tmp_path):
    text = "on:\n  push:\n    branches: [main]\n    tags: ['v*']\n    paths: ['charts/**']\n" + job(
        "- run: cr upload"
    )
    _, seen = found(tmp_path, {CI: text}, tags=["v1.0.0"])
    assert [(one.on, one.sure) for one in seen.triggers] == [(On.TAG, True), (On.PUSH, False)]
    assert "charts/**" in seen.on(On.PUSH)[0].sentence


@pytest.mark.parametrize(
    ("files", "bot", "publishes"),
    [
        ({CI: PUSH + job("- uses: cycjimmy/semantic-release-action@v4")}, "semantic-release", True),
        ({CI: PUSH + job("- run: yarn semantic-release")}, "semantic-release", True),
        ({CI: PUSH + job("- run: npm run r"), "package.json": '{"release": {}, "devDependencies": {"semantic-release": "1"}}'},  # noqa: E501
         "semantic-release", True),
        ({".releaserc": "{}"}, "semantic-release", True),
        ({CI: PUSH + job("- uses: googleapis/release-please-action@v4")}, "release-please", False),
        ({"release-please-config.json": "{}"}, "release-please", False),
        ({CI: PUSH + job("- uses: changesets/action@v1\n  with:\n    publish: pnpm release")}, "changesets", False),
        ({".changeset/config.json": "{}"}, "changesets", False),
        ({CI: PUSH + job("- run: npx lerna publish --conventional-commits --yes")}, "lerna", True),
        ({CI: PUSH + job("- uses: python-semantic-release/python-semantic-release@v9")}, "python-semantic-release", True),  # noqa: E501
        ({CI: PUSH + job("- uses: mathieudutour/github-tag-action@v6.2")}, "a tagging action", True),
        ({CI: PUSH + job("- run: npx projen release")}, "projen", True),
    ],
)  # fmt: skip
def test_programs_that_make_versions(tmp_path, files, bot, publishes):
    _, seen = found(tmp_path, files)
    assert seen.bot is not None and (seen.bot.name, seen.bot.publishes) == (bot, publishes)
    assert bool(seen.on(On.PUSH)) == publishes


def test_semantic_release_of_another_branch_is_none_here(tmp_path):
    package = '{"release": {"branches": ["release"]}, "devDependencies": {"semantic-release": "1"}}'
    assert found(tmp_path, {"package.json": package})[1].bot is None


PLATFORMS = [
    ({"netlify.toml": '[build]\npublish = "dist"\n'}, Target.UNSAID, False),
    ({"vercel.json": "{}"}, Target.UNSAID, False),
    ({"render.yaml": "services:\n  - type: web\n    name: x\n"}, Target.UNSAID, False),
    ({"render.yaml": "services:\n  - type: web\n    autoDeploy: true\n"}, Target.UNSAID, True),
    ({"railway.json": "{}"}, Target.UNSAID, False),
    ({"amplify.yml": "version: 1\n"}, Target.UNSAID, False),
    ({"Procfile": "web: gunicorn x\n"}, Target.UNSAID, False),
    ({"Procfile": "web: x\n", "app.json": '{"expo": {}}', "heroku.yml": ""}, Target.UNSAID, False),
    ({".do/app.yaml": "services:\n- github:\n    branch: main\n    deploy_on_push: true\n"}, Target.UNSAID, True),
    ({"web/vercel.json": "{}"}, Target.UNSAID, False),
    ({"apps/site/netlify.toml": "[build]\n"}, Target.UNSAID, False),
    ({"netlify.toml": '[build]\npublish = "docs/.vitepress/dist"\n', "package.json": '{"name": "lib"}'}, Target.DOCS, False),  # noqa: E501
]  # fmt: skip


@pytest.mark.parametrize(("files", "target", "sure"), PLATFORMS)
def test_platform_files_say_what_a_push_does(tmp_path, files, target, sure):
    _, seen = found(tmp_path, files)
    assert [(one.on, one.target, one.sure) for one in seen.triggers] == [(On.PUSH, target, sure)]


@pytest.mark.parametrize(
    "files",
    [
        {"render.yaml": "services:\n  - type: web\n    autoDeploy: false\n"},
        {"render.yaml": "services:\n  - type: web\n    branch: live\n"},
        {"vercel.json": '{"git": {"deploymentEnabled": false}}'},
        {".do/app.yaml": "services:\n- github:\n    branch: main\n    deploy_on_push: false\n"},
        {"docs/netlify.toml": ""},
        {"examples/web/vercel.json": "{}"},
        {"app.json": '{"expo": {}}'},
        {"Procfile": "web: thrust x\n", "Dockerfile": "FROM ruby\n"},
        {"fly.toml": "app = 'x'\n"},
    ],
)
def test_platform_files_that_say_no(tmp_path, files):
    assert found(tmp_path, files)[0] == set()


def test_a_pipeline_that_deploys_answers_for_the_platform_file(tmp_path):
    files = {"vercel.json": "{}", CI: TAG + job("- run: vercel deploy --prod")}
    _, seen = found(tmp_path, files)
    assert seen.on(On.PUSH) == [] and seen.on(On.TAG)


GITLAB = [
    (
        "ship:\n  script: [kubectl apply -f x]\n  rules:\n    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n",
        {("push", True)},
    ),
    ("ship:\n  script: [npm publish]\n  rules:\n    - if: $CI_COMMIT_TAG\n", {("tag", True)}),
    ("ship:\n  script: [npm publish]\n  rules:\n    - if: '$CI_COMMIT_TAG =~ /^v\\d+/'\n", {("tag", True)}),
    ("ship:\n  script: [npm publish]\n  only: [tags]\n", {("tag", True)}),
    ("ship:\n  script: [kubectl apply -f x]\n  only:\n    - main\n", {("push", True)}),
    ("ship:\n  script: [npm publish]\n  except: [tags]\n", {("push", True)}),
    ("ship:\n  script: [npm publish]\n", {("push", True), ("tag", True)}),
    ("ship:\n  script: [npm publish]\n  rules:\n    - if: $CI_MERGE_REQUEST_IID\n", set()),
    (
        "ship:\n  script: [npm publish]\n  rules:\n    - if: $CI_COMMIT_TAG\n      when: never\n    - when: on_success\n",  # noqa: E501
        {("push", True)},
    ),
    ("ship:\n  script: [npm publish]\n  rules:\n    - if: $DEPLOY\n", {("push", False), ("tag", False)}),
    ("ship:\n  script: [npm publish]\n  only: [main]\n  when: manual\n", set()),
    (".base:\n  only: [tags]\nship:\n  extends: .base\n  script: [npm publish]\n", {("tag", True)}),
    ("ship:\n  environment: production\n  script: [./ship]\n  only: [main]\n", {("push", True)}),
    ("stop:\n  environment: {name: production, action: stop}\n  script: [kubectl apply -f x]\n", set()),
    ("include:\n  - template: Auto-DevOps.gitlab-ci.yml\n", {("push", False), ("tag", False)}),
]


@pytest.mark.parametrize(("text", "rows"), GITLAB)
def test_rules_of_gitlab(tmp_path, text, rows):
    seen = found(tmp_path, {".gitlab-ci.yml": text}, tags=["v1.0.0"])[1]
    assert {(one.on.value, one.sure) for one in seen.triggers if one.on is not On.MANUAL} == rows


def test_staging_of_gitlab_is_not_production(tmp_path):
    text = "ship:\n  environment: staging\n  script: [kubectl apply -f x]\n  only: [main]\n"
    _, seen = found(tmp_path, {".gitlab-ci.yml": text})
    assert seen.on(On.PUSH) == [] and seen.elsewhere(On.PUSH)


OTHERS = [
    (".circleci/config.yml",
     "jobs:\n  ship:\n    steps:\n      - run: npm publish\nworkflows:\n  w:\n    jobs:\n      - ship:\n          filters:\n"  # noqa: E501
     "            tags: {only: /^v.*/}\n            branches: {ignore: /.*/}\n", {("tag", True)}),
    (".circleci/config.yml", "jobs:\n  ship:\n    steps:\n      - run: kubectl apply -f k8s\n", {("push", True)}),
    (".circleci/config.yml",
     "workflows:\n  w:\n    jobs:\n      - aws-ecs/deploy-service-update:\n          filters: {branches: {only: main}}\n",  # noqa: E501
     {("push", False)}),
    ("bitbucket-pipelines.yml",
     "pipelines:\n  branches:\n    main:\n      - step:\n          deployment: production\n          script: [./ship]\n",  # noqa: E501
     {("push", True)}),
    ("bitbucket-pipelines.yml", "pipelines:\n  tags:\n    'v*':\n      - step:\n          script:\n            - npm publish\n",  # noqa: E501
     {("tag", True)}),
    ("azure-pipelines.yml", "trigger: [main]\nsteps:\n  - script: kubectl apply -f x\n", {("push", False)}),
    ("azure-pipelines.yml", "trigger: none\nsteps:\n  - script: kubectl apply -f x\n", set()),
    (".travis.yml", "deploy:\n  provider: npm\n  on:\n    tags: true\n", {("tag", True)}),
    ("Jenkinsfile", "stage('Deploy') { steps { sh './x' } }", {("push", False)}),
    ("Jenkinsfile", "stage('x') { steps { sh 'kubectl apply -f k8s' } }", {("push", False)}),
]  # fmt: skip


@pytest.mark.parametrize(("file", "text", "rows"), OTHERS)
def test_other_pipelines(tmp_path, file, text, rows):
    seen = found(tmp_path, {file: text}, tags=["v1.0.0"])[1]
    assert {(one.on.value, one.sure) for one in seen.triggers} == rows


BY_A_TAG = [
    ("- uses: nvim-neorocks/luarocks-tag-release@v7", "publishes", "publishes to LuaRocks"),
    ("- uses: peter-evans/create-pull-request@v6\n  with:\n    path: rocks", "prepares-release",
     "opens a pull request"),
    ("- run: gh pr create --repo acme/rocks --fill", "prepares-release", "opens a pull request"),
    ("- uses: macauley/action-homebrew-bump-cask@v1", "publishes", "publishes to Homebrew"),
    ("- run: brew bump-formula-pr --version $V shop", "publishes", "publishes to Homebrew"),
    ("- uses: KSXGitHub/github-actions-deploy-aur@v3", "publishes", "publishes to the AUR"),
    ("- uses: rajatjindal/krew-release-bot@v0.0.46", "publishes", "publishes to krew"),
    ("- run: docker push ghcr.io/x/y:$TAG", "publishes", "pushes container images"),
    ("- uses: dmnemec/copy_file_to_another_repo_action@main", "deploys", "pushes to another repository"),
    ("- run: git push https://x@github.com/acme/rocks.git main", "deploys", "pushes to another repository"),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "kind", "what"), BY_A_TAG)
def test_what_a_tag_opens_or_pushes_elsewhere(tmp_path, steps, kind, what):
    seen = found(tmp_path, {CI: TAG + job(steps)})[1]
    assert [(one.on, one.kind, one.what) for one in seen.triggers] == [(On.TAG, kind, what)]
    assert [one.file for one in seen.by_tag] == [CI]


@pytest.mark.parametrize(
    "files",
    [
        {"action.yml": "runs:\n  using: node20\n"},
        {"composer.json": '{"name": "acme/lib"}'},
        {"Package.swift": "let p = Package(products: [.library(name: \"x\")])"},
        {"go.mod": "module x\n", "shop.go": "package shop\n"},
        {".pre-commit-hooks.yaml": "- id: x\n"},
        {"x.nimble": 'version = "1.0.0"\nrequires "nim >= 2"\n'},
        {"build.zig.zon": ".{}", "build.zig": 'pub fn build(b: anytype) void { _ = b.addModule("x", .{}); }'},
        {"variables.tf": 'variable "size" {}\n', "main.tf": 'resource "aws_vpc" "x" {}\n'},
        {"meta/main.yml": "galaxy_info: {}\n", "tasks/main.yml": "[]\n"},
    ],
)  # fmt: skip
def test_some_things_are_published_by_their_tag_alone(tmp_path, files):
    _, seen = found(tmp_path, files)
    assert [(one.on, one.kind, one.sure) for one in seen.triggers] == [(On.TAG, Kind.PUBLISHES, False)]


@pytest.mark.parametrize(
    "files",
    [
        {"go.mod": "module x\n", "main.go": "package main\n"},
        {"x.nimble": 'version = "1.0.0"\nbin = @["x"]\n'},
        {"build.zig.zon": ".{}", "build.zig": "pub fn build(b: anytype) void { b.addExecutable(.{}); }"},
        {"composer.json": '{"name": "a/b", "type": "project"}'},
        {"main.tf": 'provider "aws" {}\nvariable "a" {}\nresource "aws_vpc" "x" {}\n'},
        {"main.tf": 'terraform {\n  backend "s3" {}\n}\nvariable "a" {}\noutput "b" {}\n'},
        {"main.tf": 'variable "a" {}\noutput "b" {}\n', "prod.tfvars": "a = 1\n"},
    ],
)
def test_a_program_is_not_published_by_its_tag(tmp_path, files):
    assert found(tmp_path, files)[0] == set()


@pytest.mark.parametrize(
    ("repository", "file", "sure"),
    [
        ("acme/homebrew-tap", "Formula/shop.rb", True),
        ("acme/homebrew-apps", "Casks/shop.rb", True),
        ("acme/shop", "Formula/shop.rb", False),
        ("acme/scoop-bucket", "bucket/shop.json", True),
    ],
)
def test_some_things_are_published_by_a_push_alone(tmp_path, repository, file, sure):
    _, seen = found(tmp_path, {file: "x\n"}, repository=repository)
    assert [(one.on, one.kind, one.sure) for one in seen.triggers] == [(On.PUSH, Kind.PUBLISHES, sure)]


def test_pages_that_are_all_that_is_deployed_may_be_the_product(tmp_path):
    pages = {".github/workflows/pages.yml": PUSH + job("- uses: peaceiris/actions-gh-pages@v4")}
    _, seen = found(tmp_path / "a", pages)
    assert [(one.sure, one.target) for one in seen.on(On.PUSH)] == [(False, Target.UNSAID)]
    _, seen = found(tmp_path / "b", {**pages, CI: TAG + job("- run: npm publish")})
    assert seen.on(On.PUSH) == [] and [one.target for one in seen.elsewhere(On.PUSH)] == [Target.DOCS]


def test_hostile_and_broken_files_say_nothing(tmp_path):
    deep = "a: " + "[" * 5000
    loop = "name: CI\non:\n  workflow_run:\n    workflows: [CI]\n" + job("- uses: ./.github/actions/a")
    files = {
        ".github/workflows/a.yml": deep,
        ".github/workflows/b.yml": "- just\n- a list\n",
        ".github/workflows/c.yml": "on: push\njobs:\n  a: 7\n  b:\n    steps: no\n  c:\n    needs: c\n    if: '((('\n",
        ".github/workflows/d.yml": loop,
        ".github/workflows/e.yml": "on: push\njobs:\n  a:\n    uses: ./.github/workflows/e.yml\n",
        ".github/actions/a/action.yml": "runs:\n  steps:\n    - uses: ./.github/actions/a\n",
        ".gitlab-ci.yml": ".a:\n  extends: .b\n.b:\n  extends: .a\nc:\n  extends: .a\n  rules: 3\n",
        ".circleci/config.yml": "workflows:\n  w:\n    jobs: [3, [x], {a: 1}]\n",
        "bitbucket-pipelines.yml": "pipelines: []\n",
    }
    assert found(tmp_path, files)[0] == set()


def test_expressions():
    def value(path):
        return {"github.ref": "refs/tags/v1", "x": UNKNOWN}.get(path)

    assert condition("always() && github.ref == 'refs/tags/v1'", value) is True
    assert condition("x && false", value) is False
    assert condition("x || true", value) is True
    assert condition("!x", value) is UNKNOWN
    assert condition("contains(fromJSON('[\"refs/tags/v1\"]'), github.ref)", value) is True
    assert condition("(github.ref =~ /v\\d/) && github.nothing == null", value) is True
    assert condition("a ? b : c", value) is UNKNOWN
    assert ref_matches("release/1.2", ["release/**"]) and not ref_matches("release/1.2", ["release*"])
    assert ref_matches("v1.2.3", ["v[0-9]+.[0-9]+.[0-9]+"]) and not ref_matches("v1", ["**", "!v*"])


def test_yaml_as_pipelines_use_it():
    text = "a: &x\n  k: [one,\n    two]\nb:\n  <<: *x\n  c: {d: 'e, f', g: [h]}\n  s: |\n    1\n    2\n"
    made = load(text)
    assert made == {
        "a": {"k": ["one", "two"]},
        "b": {"k": ["one", "two"], "c": {"d": "e, f", "g": ["h"]}, "s": "1\n2"},
    }
    assert made["b"]["s"].line == 8


STAGED = [
    "./gradlew -Pversion=1 publishAllPublicationsToSonatypeRepository closeAndReleaseSonatypeStagingRepository",
    "./gradlew publish closeAndReleaseStagingRepositories",
    "./mvnw -B deploy nexus-staging:release",
]


@pytest.mark.parametrize("command", STAGED)
def test_a_staging_repository_is_no_staging(tmp_path, command):
    """What a registry calls a staging repository is where it keeps a release until that is let out."""
    rows, _ = found(tmp_path, {CI: TAG + job(f"- run: {command}")})
    assert {(on, kind, target, sure) for on, kind, target, sure, _ in rows} == {
        ("tag", "publishes", "", True)
    }


CHARTS = [
    "- uses: appany/helm-oci-chart-releaser@v0.5.0\n  with:\n    name: shop",
    "- uses: bpsoraggi/helm-gh-pages@master",
    "- uses: stefanprodan/helm-gh-pages@master",
]


@pytest.mark.parametrize("step", CHARTS)
def test_actions_that_publish_charts(tmp_path, step):
    rows, _ = found(tmp_path, {CI: PUSH + job(step)})
    assert ("push", "publishes", "", True, "publishes Helm charts") in rows
