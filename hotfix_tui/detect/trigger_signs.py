"""What a pipeline step does: the actions it uses and the commands it runs that deploy or publish."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from hotfix_tui.detect.drafts import (
    DRAFTS,
    GORELEASER,
    PAGES,
    RELEASES,
    RELEASES_DRAFT,
    UPLOADS,
    is_draft,
    is_moving,
)
from hotfix_tui.detect.trigger_types import Act, GoesTo, Kind, Ships, Sign, Target
from hotfix_tui.detect.trigger_words import acts, does_otherwise, target_of, words

D, P, R = Kind.DEPLOYS, Kind.PUBLISHES, Kind.PREPARES


class _Action(NamedTuple):
    """An action by its name. `needs` is an input and its required value, `preview` what makes it a preview."""

    name: str
    kind: Kind
    what: "str | GoesTo"
    """What it does, as a clause, or the registry that it publishes to."""
    needs: tuple[str, str] = ("", "")
    target: Target = Target.UNSAID
    bot: str = ""
    preview: tuple[str, str] = ("", "")
    sure: bool = True
    ships: Ships | None = None
    """What its kind usually means if None."""


_ON_A_SERVER, _PLAYBOOK = "runs commands on a server", "runs an Ansible playbook"
PUSHES_TAGS, A_WORKFLOW = "pushes tags that it makes", "a workflow"
PUSHES_ELSEWHERE, REQUESTS = "pushes to another repository", "opens a pull request"
GRADLE, SBT = "publishes with Gradle", "publishes with sbt"
_UNREAD = (_ON_A_SERVER, _PLAYBOOK)

_ACTIONS: tuple[_Action, ...] = (
    # Packages
    _Action(r"pypa/gh-action-pypi-publish", P, GoesTo.PYPI, preview=("repository[-_]url", r"test\.pypi")),
    _Action(r"js-devtools/npm-publish", P, GoesTo.NPM),
    _Action(r"(?:katyo/publish-crates|mre?w?k?/publish-crates)", P, GoesTo.CRATES),
    _Action(r"rubygems/release-gem|dawidd6/action-publish-gem", P, GoesTo.RUBYGEMS),
    _Action(r"jrubics/poetry-publish", P, GoesTo.PYPI),
    _Action(r"pyo3/maturin-action|messense/maturin-action", P, GoesTo.PYPI, ("command", r"upload|publish")),
    _Action(r"haaleo/publish-vscode-extension", P, "publishes an extension"),
    _Action(r"snapcore/action-publish", P, "publishes a snap"),
    _Action(r"10up/action-wordpress-plugin-(?:deploy|asset-update)", P, "publishes to WordPress.org"),
    _Action(r"[\w.-]+/winget-releaser", P, "publishes to WinGet"),
    _Action(r"mislav/bump-homebrew-formula-action|dawidd6/action-homebrew-bump-formula", P, "publishes to Homebrew"),
    _Action(r"[\w.-]+/(?:action-homebrew-bump-(?:cask|formula)|homebrew-releaser|homebrew-bump-formula)"
            r"|macauley/action-homebrew-bump-cask", P, "publishes to Homebrew"),
    _Action(r"(?:nvim-neorocks|lumen-oss)/luarocks-tag-release", P, GoesTo.LUAROCKS),
    _Action(r"ksxgitHub/github-actions-deploy-aur|ulises-jeremias/github-actions-aur-publish".lower(), P,
            "publishes to the AUR"),
    _Action(r"spring-io/(?:nexus-sync|central-publish)-action|samuelmeuli/action-maven-publish", P,
            GoesTo.MAVEN),
    _Action(r"rajatjindal/krew-release-bot", P, "publishes to krew"),
    _Action(r"bazel-contrib/publish-to-bcr", P, "publishes to the registry of Bazel"),
    _Action(r"r0adkll/upload-google-play", D, "uploads to Google Play", preview=("track", r"internal|alpha|beta"),
            ships=Ships.SERVICE),
    # Images, charts, binaries, releases
    _Action(r"[\w.-]+/(?:build-push|bake)-action", P, "pushes container images", ("push", ""), ships=Ships.SERVICE),
    _Action(r"elgohr/publish-docker-github-action|redhat-actions/push-to-registry", P, "pushes container images",
            ships=Ships.SERVICE),
    _Action(r"mr-smithers-excellent/docker-build-push", P, "pushes container images", ships=Ships.SERVICE),
    _Action(r"goreleaser/goreleaser-action", P, GORELEASER, ("args", r"release(?!.*--snapshot)")),
    _Action(r"helm/chart-releaser-action|appany/helm-oci-chart-releaser|[\w.-]+/helm-gh-pages", P,
            "publishes Helm charts"),
    _Action(r"softprops/action-gh-release|ncipollo/release-action|actions/create-release", P, RELEASES,
            ships=Ships.UNREAD),
    _Action(r"marvinpinto/action-automatic-releases|elgohr/github-release-action", P, RELEASES, ships=Ships.UNREAD),
    _Action(r"taiki-e/(?:create-gh-release|upload-rust-binary)-action", P, RELEASES, ships=Ships.UNREAD),
    _Action(r"houseabsolute/actions-rust-release|eloquent/github-release-action", P, RELEASES, ships=Ships.UNREAD),
    _Action(r"svenstaro/upload-release-action|actions/upload-release-asset", P, UPLOADS),
    _Action(r"actions/publish-immutable-action", P, "publishes an action"),
    # Programs that make versions
    _Action(r"cycjimmy/semantic-release-action|codfish/semantic-release-action", P, "releases with semantic-release",
            bot="semantic-release"),
    _Action(r"python-semantic-release/python-semantic-release", P, "releases with python-semantic-release",
            bot="python-semantic-release"),
    _Action(r"go-semantic-release/action", P, "releases with go-semantic-release", bot="go-semantic-release"),
    _Action(r"(?:googleapis|google-github-actions)/release-please-action|googlecloudplatform/release-please-action",
            R, "prepares releases with release-please", bot="release-please"),
    _Action(r"changesets/action(?:/.*)?", R, "prepares releases with changesets", bot="changesets"),
    _Action(r"getsentry/(?:craft|action-prepare-release)", R, "prepares releases with craft", bot="craft"),
    _Action(r"(?:marcoieni|release-plz)/(?:release-plz-)?action", P, "releases with release-plz", bot="release-plz"),
    _Action(r"mathieudutour/github-tag-action|anothrnick/github-tag-action|rymndhng/release-on-push-action",
            P, "makes version tags", bot="a tagging action", ships=Ships.UNREAD),
    _Action(r"(?:phips28/gh-action-bump-version|tripss/conventional-changelog-action|commitizen-tools/commitizen-action)",
            P, "makes versions", bot="a versioning action", ships=Ships.UNREAD),
    # Creates a request, or commits in another repository
    _Action(r"peter-evans/create-pull-request|repo-sync/pull-request|vsoch/pull-request-action"
            r"|diillson/auto-pull-request|[\w.-]+/action-pull-request(?:-another-repo)?", R, REQUESTS),
    _Action(r"cpina/github-action-push-to-another-repository|dmnemec/copy_file_to_another_repo_action"
            r"|nkoppel/push-files-to-another-repository|leigholiver/commit-with-deploy-key", D, PUSHES_ELSEWHERE,
            sure=False, ships=Ships.UNREAD),
    # Deployments
    _Action(r"superfly/flyctl-actions", D, "deploys to Fly.io", ("args", r"deploy")),
    _Action(r"akhileshns/heroku-deploy", D, "deploys to Heroku"),
    _Action(r"mhanberg/gigalixir-action", D, "deploys to Gigalixir"),
    _Action(r"amondnet/vercel-action", D, "deploys to Vercel", preview=("vercel-args", r"^(?!.*--prod)")),
    _Action(r"nwtgck/actions-netlify", D, "deploys to Netlify", preview=("production-(?:deploy|branch)", r"^false$")),
    _Action(r"netlify/actions/cli", D, "deploys to Netlify", ("args", r"deploy"), preview=("args", r"^(?!.*--prod)")),
    _Action(r"cloudflare/wrangler-action", D, "deploys to Cloudflare", ("command", r"^$|deploy|publish"),
            preview=("command", r"versions upload|--env[= ]\S*(?:stag|dev|prev)")),
    _Action(r"cloudflare/pages-action", D, "deploys to Cloudflare Pages"),
    _Action(r"firebaseextended/action-hosting-deploy", D, "deploys to Firebase", preview=("channelid", r"^(?!live$)")),
    _Action(r"azure/(?:webapps-deploy|functions-action|static-web-apps-deploy|container-apps-deploy-action|k8s-deploy"
            r"|aci-deploy|arm-deploy|spring-apps-deploy)", D, "deploys to Azure"),
    _Action(r"google-github-actions/deploy-(?:cloudrun|appengine|cloud-functions)", D, "deploys to Google Cloud"),
    _Action(r"google-github-actions/create-cloud-deploy-release", D, "deploys to Google Cloud"),
    _Action(r"aws-actions/(?:amazon-ecs-deploy-task-definition|aws-cloudformation-github-deploy"
            r"|amazon-ecs-deploy-express-service|aws-lambda-deploy|aws-codedeploy.*)", D, "deploys to AWS"),
    _Action(r"einaregilsson/beanstalk-deploy", D, "deploys to Elastic Beanstalk"),
    _Action(r"digitalocean/app_action(?:/deploy)?", D, "deploys to DigitalOcean"),
    _Action(r"(?:johnbeynon|jorgelnjunior|bounceapp)/render-(?:deploy-?action|deploy|action)", D, "deploys to Render"),
    _Action(r"bervproject/railway-deploy", D, "deploys to Railway"),
    _Action(r"denoland/deployctl", D, "deploys to Deno Deploy"),
    _Action(r"serverless/github-action", D, "deploys with Serverless", ("args", r"deploy")),
    _Action(r"fastly/compute-actions(?:/deploy)?", D, "deploys to Fastly"),
    _Action(r"guardian/actions-riff-raff", D, "hands the build to Riff-Raff, which may deploy it", sure=False,
            ships=Ships.UNREAD),
    _Action(r"octopusdeploy/(?:create-release|deploy-release|push-package)-action", D,
            "hands the build to Octopus, which may deploy it", sure=False, ships=Ships.UNREAD),
    _Action(r"porter-dev/porter-(?:update|cli)-action", D, "hands the build to Porter, which may deploy it", sure=False,
            ships=Ships.UNREAD),
    _Action(r"pulumi/actions", D, "deploys with Pulumi", ("command", r"^up")),
    _Action(r"samkirkland/ftp-deploy-action|easingthemes/ssh-deploy|burnett01/rsync-deployments|wlixcc/sftp-deploy-action",
            D, "copies files to a server", ships=Ships.UNREAD),
    _Action(r"appleboy/(?:ssh|scp)-action|cross-the-world/ssh-.*", D, _ON_A_SERVER, sure=False, ships=Ships.UNREAD),
    _Action(r"jakejarvis/s3-sync-action|bacongobbler/azure-blob-storage-upload|google-github-actions/upload-cloud-storage"
            r"|shallwefootball/s3-upload-action|reggionick/s3-deploy", P, "uploads files", sure=False,
            ships=Ships.SERVICE),
    _Action(r"peter-evans/repository-dispatch|benc-uk/workflow-dispatch|convictional/trigger-workflow-and-wait", D,
            "starts another workflow", sure=False, ships=Ships.WORKFLOW),
    _Action(r"jamesives/github-pages-deploy-action|peaceiris/actions-gh-pages|actions/deploy-pages"
            r"|crazy-max/ghaction-github-pages|tj-actions/pages.*",
            D, PAGES, target=Target.DOCS, ships=Ships.PAGES),
    _Action(r"mhausenblas/mkdocs-deploy-gh-pages", D, PAGES, target=Target.DOCS, ships=Ships.PAGES),
)  # fmt: skip
_HARMLESS = re.compile(
    r"actions/(?!deploy-|create-release|upload-release|publish)[\w-]+|docker/(?:setup-|login-|metadata-).*|.*/setup-.*"
    r"|enricomi/.*|mikepenz/.*|dorny/.*|release-drafter/.*|github/.*|azure/(?:login|setup-.*|docker-login)"
    r"|aws-actions/configure.*|google-github-actions/(?:auth|setup).*|.*upload-artifact.*|chromaui/.*"
    r"|mikefarah/yq|.*/(?:g?zip|tar|archive|compress)-.*|softprops/turnstyle|bobheadxi/deployments|chrnorm/.*|.*/download-.*|.*release-notes.*|.*changelog.*"
    r"|rust-lang/crates-io-auth-action|rubygems/configure.*|actions-rs?/.*|.*/(?:get|read|find)-.*|.*[/-](?:comment|notify|announce|label)(?:s|-.*)?"
)
"""Actions that neither deploy nor publish, despite their names."""


def harmless(uses: str) -> bool:
    """Return whether a step uses an action that neither deploys nor publishes, whatever the step is called."""
    return bool(re.fullmatch(_HARMLESS, uses.split("@")[0].strip().lower()))


def action_sign(uses: str, inputs: dict[str, str], switched_on: Callable[[str], bool | None]) -> Sign | None:
    """Return what an action does, by its name and inputs; `switched_on` evaluates an input such as ``push``."""
    name = uses.split("@")[0].strip().lower()
    lowered = {key.lower(): value for key, value in inputs.items()}
    for row in _ACTIONS:
        if not re.fullmatch(row.name, name):
            continue
        sure = row.sure
        if row.needs[0] == "push":
            pushed = _pushes_image(lowered, switched_on)
            if pushed is False:
                return None
            sure = pushed is True
        elif row.needs[0] and not re.search(row.needs[1], lowered.get(row.needs[0], ""), re.I):
            return None
        elif row.needs[0] and _OPEN_OPTION.search(lowered.get(row.needs[0], "")):
            sure = False
        return _as_sign(row, lowered, sure)
    if name.startswith(("./", "docker://")) or harmless(uses):
        return None
    target = target_of(lowered.get("environment", ""), environment=True) or target_of(name)
    if _IMAGES.search(name):
        given = lowered.get("push")
        pushed = given is None or switched_on(given) is not False
        return Sign(P, "pushes container images", False, target, ships=Ships.SERVICE) if pushed else None
    if acts(name.partition("/")[2]):
        kind = D if "deploy" in name else P
        return Sign(kind, f"uses {name}", False, target)
    return None


_OPEN_OPTION = re.compile(r"\$\{\{\s*(?:env|steps)\.")
"""An option that the job itself works out: it may well be one that publishes nothing, such as ``--snapshot``."""

_IMAGES = re.compile(
    r"docker[\w-]*-push|push[\w-]*-(?:docker|images?|container)|(?:docker|images?)-publish|publish-(?:docker|images?)"
)
"""Actions of others that push images, by their names."""


def _as_sign(row: _Action, inputs: dict[str, str], sure: bool) -> Sign:
    target = row.target
    if row.preview[0]:
        given = next((value for key, value in inputs.items() if re.fullmatch(row.preview[0], key)), "")
        if re.search(row.preview[1], given, re.I):
            target = Target.PREVIEW
    kind, what = row.kind, said_of(row)
    if what == RELEASES and is_moving(inputs):
        target = Target.PREVIEW
    if what == RELEASES and is_draft(inputs):
        kind, what = Kind.DRAFTS, DRAFTS
    if row.bot == "release-plz" and "release-pr" in inputs.get("command", ""):
        kind, what = R, "prepares releases with release-plz"
    out = Sign(kind, what, sure, target, row.bot, unread=what in _UNREAD, ships=ships_of(row))
    return replace(out, goes_to=goes_to(row), act=Act.UNSAID if kind is not row.kind else act_of(row))


def _pushes_image(inputs: dict[str, str], switched_on: Callable[[str], bool | None]) -> bool | None:
    """Return whether an image is pushed: by ``push``, or by an output of type registry."""
    out = f"{inputs.get('outputs', '')} {inputs.get('set', '')}"
    if re.search(r"push=true|push-by-digest=true|type=registry", out):
        return True
    value = inputs.get("push") or ("${{ unknown }}" if "${{" in out else "false")
    return None if re.search(r"localhost", inputs.get("tags", "")) else switched_on(value)


class _Command(NamedTuple):
    """A command line by a pattern; `preview` makes it one that users do not get."""

    pattern: str
    kind: Kind
    what: "str | GoesTo"
    """What it does, as a clause, or the registry that it publishes to."""
    sure: bool = True
    bot: str = ""
    target: Target = Target.UNSAID
    preview: str = ""
    cluster: bool = False
    """It acts on the current cluster, which may be one of the job's own."""
    ships: Ships | None = None
    """What its kind usually means if None."""
    to: GoesTo = GoesTo.UNSAID
    """The registry, if the clause is one of its own."""


def said_of(row: "_Action | _Command") -> str:
    """Return what an action or a command of the tables does, as a clause."""
    return row.what.published if isinstance(row.what, GoesTo) else row.what


def goes_to(row: "_Action | _Command") -> GoesTo:
    """Return the registry that an action or a command of the tables publishes to."""
    return (
        row.what if isinstance(row.what, GoesTo) else row.to if isinstance(row, _Command) else GoesTo.UNSAID
    )


_ACT = {
    RELEASES: Act.RELEASE,
    RELEASES_DRAFT: Act.DRAFT_OUT,
    UPLOADS: Act.UPLOAD,
    GORELEASER: Act.GORELEASER,
    PAGES: Act.PAGES,
    GRADLE: Act.JVM,
    SBT: Act.JVM,
    GoesTo.MAVEN: Act.JVM,
}


def act_of(row: "_Action | _Command") -> Act:
    """Return which act an action or a command of the tables is."""
    return _ACT.get(row.what, Act.UNSAID)


def ships_of(row: "_Action | _Command") -> Ships:
    """Return what goes out by an action or a command of the tables."""
    usual = {P: Ships.PACKAGE, D: Ships.DEPLOYMENT}.get(row.kind, Ships.UNREAD)
    return usual if row.ships is None else row.ships


_RUN = (
    r"(?:npx |bunx |pnpm (?:exec |dlx )?|yarn (?:exec |dlx |run )?|npm exec (?:-- )?|bundle exec |uv run |uvx "
    r"|poetry run |python3? -m )?"
)
_CONTAINERS = "starts containers"
_MOVING_TAG = r"create (?:-\S+ )*[\"']?(?:nightly|edge|continuous|canary|snapshot|unstable|tip)\b"
_MOVING_TAG += r"|create (?=.*(?:--prerelease|\s-p)(?!=false)\b)(?:-\S+ )*[\"']?latest\b"
"""A release that each run makes anew is a preview."""
_COMMANDS: tuple[_Command, ...] = (
    _Command(r"(?:multi-)?semantic-release(?:@\S+)?\b(?!.*(?:--dry-run|\bversion\b|-d\b))", P,
             "releases with semantic-release", bot="semantic-release"),
    _Command(r"semantic-release (?:version|publish)\b", P, "releases with python-semantic-release",
             bot="python-semantic-release"),
    _Command(r"release-please (?:github-release|release-pr|manifest-\S+)", R, "prepares releases with release-please",
             bot="release-please"),
    _Command(r"(?:@woodpecker-ci/)?ready-release-go\b", R, "prepares releases with ready-release-go",
             bot="ready-release-go"),
    _Command(r"changeset publish|changeset tag", P, "publishes with changesets", bot="changesets", to=GoesTo.NPM),
    _Command(r"auto shipit|auto release", P, "releases with auto", bot="auto"),
    _Command(r"lerna version\b(?!.*--no-git-tag)", P, "makes versions with lerna", bot="lerna", ships=Ships.UNREAD),
    _Command(r"lerna publish\b(?!.*from-(?:package|git))", P, "publishes with lerna", bot="lerna", to=GoesTo.NPM,
             preview=r"--canary|--(?:pre-?)?dist-tag[= ](?:next|canary|beta|alpha)"),
    _Command(r"nx release\b(?! (?:publish|plan))", P, "releases with nx", bot="nx release"),
    _Command(r"projen release\b", P, "releases with projen", bot="projen"),
    _Command(r"release-it\b", P, "releases with release-it", bot="release-it"),
    _Command(r"release-plz release\b", P, "releases with release-plz", bot="release-plz"),
    _Command(r"(?:lerna|nx release) publish\b|lerna publish from-(?:package|git)", P, GoesTo.NPM),
    _Command(r"twine upload|(?:poetry|pdm|uv|flit|hatch) publish|maturin (?:publish|upload)", P, GoesTo.PYPI,
             preview=r"test-?pypi|test\.pypi"),
    _Command(r"(?:npm|pnpm|bun)(?: -(?!-)\S+| --\S+(?: (?!-|publish\b)\S+)?)* publish\b"
             r"|yarn (?:workspaces? .*|npm )?publish\b", P, GoesTo.NPM,
             preview=r"--tag[= ](?:next|canary|beta|alpha|nightly|experimental|dev)\b"),
    _Command(r"npm stage publish\b", P, "publishes to npm, once a maintainer approves it", target=Target.PRODUCTION,
             to=GoesTo.NPM),
    _Command(r"pkg-pr-new publish", P, "publishes a preview", target=Target.PREVIEW, ships=Ships.UNREAD),
    _Command(r"cargo (?:\+\S+ )?publish\b|cargo workspaces publish", P, GoesTo.CRATES),
    _Command(r"dist host\b.*--steps=(?:upload|release)|cargo dist host", P, "publishes with cargo-dist",
             to=GoesTo.CRATES),
    _Command(r"deno publish|jsr publish|deno run\b.*jsr:@david/publish-on-tag", P, "publishes to JSR"),
    _Command(r"gem push|rake (?:release\b|release:)", P, GoesTo.RUBYGEMS),
    _Command(r"mix hex\.publish", P, GoesTo.HEX),
    _Command(r"(?:dart|flutter)(?: packages)? pub(?: global run)? publish\b|melos publish\b.*--no-dry-run", P,
             GoesTo.PUB),
    _Command(r"ansible-galaxy(?: role| collection)? (?:publish|import)\b", P, GoesTo.GALAXY),
    _Command(r"(?:dotnet )?nuget push", P, GoesTo.NUGET),
    _Command(r"(?:\./)?mvnw?\b.* (?:deploy|release:perform|release:prepare|central-publishing:publish"
             r"|nexus-staging:(?:release|deploy))\b(?!.*-DdryRun)", P, GoesTo.MAVEN, preview=r"snapshot"),
    _Command(r"(?:\./)?gradlew?\b.* (?:\S*:)?(?:publish(?!ToMavenLocal)\w*|closeAndRelease\w*|uploadArchives)\b", P,
             GRADLE, preview=r"snapshot"),
    _Command(r"sbt\b.*(?:publishSigned|ci-release|tlCiRelease|\bpublish\b)", P, SBT),
    _Command(r"(?:docker|podman|buildah)(?: (?:image|manifest|compose))? push\b|docker buildx build\b.*--push\b", P,
             "pushes container images", ships=Ships.SERVICE),
    _Command(r"docker buildx imagetools create|crane (?:push|copy|cp|tag)\b|skopeo copy\b|/kaniko/executor\b"
             r"|ko (?:build|publish|resolve)\b|oras push|docker buildx bake\b.*--push\b", P, "pushes container images",
             ships=Ships.SERVICE),
    _Command(r"helm push\b|helm s3 push|cr upload\b", P, "publishes Helm charts"),
    _Command(r"goreleaser\b(?!.*(?:--snapshot|check|build|--version|healthcheck))", P, GORELEASER),
    _Command(r"jreleaser\b.*release", P, "publishes with JReleaser"),
    _Command(r"gh release create\b.*(?:--draft(?!=false)|\s-d\b)|hub release create\b.*(?:--draft|\s-d\b)",
             Kind.DRAFTS, DRAFTS),
    _Command(r"gh release create\b|hub release create|glab release create|release-cli create", P,
             RELEASES, preview=_MOVING_TAG, ships=Ships.UNREAD),
    _Command(r"changelogithub\b(?!.*--draft)", P, RELEASES, ships=Ships.UNREAD),
    _Command(r"gh release edit\b.*--draft=false", P, RELEASES_DRAFT, ships=Ships.UNREAD),
    _Command(r"gh release upload\b", P, UPLOADS),
    _Command(r"vsce publish|ovsx publish|snapcraft (?:upload|push)|fastlane (?:deliver|release|deploy)|eas submit", P,
             "publishes to a store"),
    _Command(r"brew bump-(?:formula|cask)-pr\b", P, "publishes to Homebrew"),
    _Command(r"wingetcreate (?:submit|update\b.*(?:--submit|\s-s\b))|komac (?:submit|update\b.*(?:--submit|\s-s\b))", P,
             "publishes to WinGet"),
    _Command(r"gh pr create\b|hub pull-request\b|glab mr create\b", R, REQUESTS),
    _Command(r"(?:cabal|stack) upload\b(?!.*--candidate)|hackage-upload", P, GoesTo.HACKAGE),
    _Command(r"cpan-upload|(?:dzil|minil|milla) release\b|mbtiny upload|carton exec .*cpan-upload", P,
             GoesTo.CPAN),
    _Command(r"opam[- ]publish|dune-release(?: (?:bistro|publish|opam submit))?(?=\s*(?:$|[;&|`]))", P,
             GoesTo.OPAM),
    _Command(r"luarocks upload", P, GoesTo.LUAROCKS),
    _Command(r"lein (?:\S+ )*deploy\b|lein release\b|clj?(?:ojure)?\b.* (?:-[TXMA]:\S*deploy\b|deploy\b)", P,
             GoesTo.CLOJARS),
    _Command(r"devtools::release\(|\w*(?:::)?submit_cran\(|R(?:script)? .*(?:devtools::release|submit_cran)\(", P,
             GoesTo.CRAN),
    _Command(r"pod (?:trunk|repo) push", P, GoesTo.COCOAPODS),
    _Command(r"conan upload", P, "publishes a package"),
    # Deployments
    _Command(r"vercel\b(?=.*\b(?:deploy|--prod)\b)", D, "deploys to Vercel", preview=r"^(?!.*--prod)"),
    _Command(r"netlify deploy\b", D, "deploys to Netlify", preview=r"^(?!.*(?:--prod|-p\b))"),
    _Command(r"wrangler (?:pages )?(?:deploy|publish)\b", D, "deploys to Cloudflare"),
    _Command(r"railway (?:up|redeploy)\b", D, "deploys to Railway"),
    _Command(r"fly(?:ctl)? deploy\b", D, "deploys to Fly.io"),
    _Command(r"eb deploy\b", D, "deploys to Elastic Beanstalk"),
    _Command(r"firebase (?:deploy\b|hosting:channel:deploy)", D, "deploys to Firebase", preview=r"hosting:channel"),
    _Command(r"kubectl\b.* (?:apply|set image|rollout restart|patch|replace)\b", D, "changes a Kubernetes cluster",
             cluster=True),
    _Command(r"helm(?:file)?\b(?: -\S+)* (?:upgrade|sync|apply)\b", D, "deploys with Helm", cluster=True),
    _Command(r"skaffold (?:run|deploy)\b|kapp deploy\b|kustomize edit set image", D, "deploys to Kubernetes", False,
             cluster=True),
    _Command(r"argocd app (?:sync|set)\b", D, "deploys with Argo CD", cluster=True),
    _Command(r"gcloud\b.* (?:run|app|functions|builds) (?:deploy|submit|services update)\b"
             r"|gcloud deploy releases create", D,
             "deploys to Google Cloud"),
    _Command(r"aws (?:ecs update-service|lambda (?:update-function-code|publish-version)|deploy create-deployment"
             r"|elasticbeanstalk update-environment|cloudformation deploy|apprunner start-deployment"
             r"|amplify start-job)",
             D, "deploys to AWS"),
    _Command(r"aws s3(?:api)? (?:sync|cp|put-object)\b|gsutil (?:-m )?(?:cp|rsync)|gcloud storage (?:cp|rsync)"
             r"|az storage blob upload|s3cmd\b.* (?:put|sync)\b|rclone (?:copy|sync)\b", P, "uploads files", False,
             ships=Ships.SERVICE),
    _Command(r"sam deploy\b", D, "deploys with SAM"),
    _Command(r"(?:serverless|sls|osls) deploy\b", D, "deploys with Serverless"),
    _Command(r"(?:sst|cdk) deploy\b", D, "deploys to AWS"),
    _Command(r"porter (?:apply|update)\b", D, "hands the build to Porter, which may deploy it", False,
             ships=Ships.UNREAD),
    _Command(r"az (?:webapp|functionapp|containerapp|staticwebapp|aks|spring(?:-cloud)?)\b"
             r".*(?:deploy|up|update|config)", D, "deploys to Azure"),
    _Command(r"(?:terraform|tofu|terragrunt) apply\b|pulumi up\b", D, "changes infrastructure", False,
             ships=Ships.UNREAD),
    _Command(r"kamal (?:deploy|redeploy)\b|dokku \S|cap \S+ deploy\b|mina deploy\b|dep deploy\b|envoy run deploy", D,
             "deploys to servers"),
    _Command(r"ansible-playbook\b", D, _PLAYBOOK, False, ships=Ships.UNREAD),
    _Command(r"make\b(?=.*(?:docker|image|container)).*\b\w*PUSH\w*=(?:true|1|yes)\b", P, "pushes container images",
             False, ships=Ships.SERVICE),
    _Command(r"docker stack deploy\b", D, "deploys with Docker Swarm"),
    _Command(r"docker[- ]compose\b.* up\b.*(?:-d\b|--detach)", D, _CONTAINERS, False, cluster=True, ships=Ships.UNREAD),
    _Command(r"git push\b.*\bgigalixir\b", D, "deploys to Gigalixir"),
    _Command(r"heroku (?:container:release|builds:create)|git push\b.*(?:heroku|dokku)", D, "deploys to Heroku"),
    _Command(r"doctl apps (?:create-deployment|update)\b", D, "deploys to DigitalOcean"),
    _Command(r"render deploys create\b|curl\b.*(?:api\.render\.com/deploy|DEPLOY_?HOOK|deploy[-_]?hook|build_hooks)", D,
             "deploys by a hook", ships=Ships.UNREAD),
    _Command(r"(?:surge|clever|scalingo|convox|copilot|nixops|supabase functions|convex|deployctl|shuttle) deploy\b"
             r"|platform push\b|eas update\b|shorebird (?:release|patch)\b", D, "deploys", ships=Ships.UNREAD),
    _Command(r"rsync\b.*\S+@\S+:|scp\b.*\S+@\S+:|sftp \S", D, "copies files to a server", False, ships=Ships.UNREAD),
    _Command(r"ssh\b.* \S*@\S+", D, _ON_A_SERVER, False, ships=Ships.UNREAD),
    _Command(r"gh workflow run\b|gh api\b.*/dispatches|curl\b.*/dispatches", D, "starts another workflow", False,
             ships=Ships.WORKFLOW),
    _Command(r"mkdocs gh-deploy|mike deploy|gh-pages\b.* -d|docusaurus deploy|storybook-to-ghpages", D, PAGES,
             target=Target.DOCS, ships=Ships.PAGES),
    _Command(r"git push\b.*\bgh-pages\b", D, PAGES, target=Target.DOCS, ships=Ships.PAGES),
    _Command(r"git push\b.*\.git\b", D, PUSHES_ELSEWHERE, False, ships=Ships.UNREAD),
    _Command(r"git push\b.*(?:--tags|--follow-tags)", P, PUSHES_TAGS, False, bot=A_WORKFLOW, ships=Ships.UNREAD),
)  # fmt: skip
ROWS = (*_ACTIONS, *_COMMANDS)
_COMPILED = [(re.compile(_RUN + f"(?:{row.pattern})", re.I), row) for row in _COMMANDS]
_WEAK = re.compile(
    r"(?<![\w./-])(?:(?:make|just|task|rake|mage|mise run|nox -s|invoke|inv|bazel run|yarn|pnpm|npm|bun|deno task"
    r"|node --run)\b"
    r"(?: run| -\S+)* (?:\S*[:/-])?(?:deploy|publish|release|ship)\S*"
    r"|(?:(?:bash|sh|python3?|node|ruby) )?(?!refs/)[\w.-]*/(?:[\w.-]+/)*"
    r"(?:deploy|publish|release|ship)(?:[-_]+[a-z0-9]+)*(?:\.\w+)?"
    r"|(?:(?:bash|sh|python3?|node|ruby) )?(?:deploy|publish|release|ship)(?:[-_]+[a-z0-9]+)*\.(?:sh|py|js|ts|rb))"
    r"(?=\s|$)",
    re.I,
)
"""A target or script with such a name; what it does is not known."""

_NOT_REALLY = re.compile(
    r"--dry-run|--dryrun|\b-n\b(?=.*publish)|--help|--version(?!(?:=| +)[\w$\"'{])|\blocalhost\b|127\.0\.0\.1"
    r"|--snapshot\b"
)
_TALK = re.compile(
    r"^\s*(?:\[|echo|printf|#|::|cat\s|grep|sed|test\s|jq\s|git (?:tag|log|describe)|pip3? install"
    r"|npm (?:i|install|ci)\b)"
)
_STAGE_ARGUMENT = re.compile(
    r"(?:--(?:stage|env|environment|context|namespace|project|app|config|alias|profile)[= ]|-(?:n|e|a|c|s) |-Denv=)"
    r"([\w./-]+)",
    re.I,
)
_KEYS = re.compile(
    r"NUGET_(?:API_)?KEY|NUGET_TOKEN|CARGO_REGISTRY_TOKEN|CRATES(?:_IO)?_TOKEN|TWINE_PASSWORD|PYPI_(?:API_)?(?:TOKEN|PASSWORD)"
    r"|HEX_API_KEY|GEM_HOST_API_KEY|RUBYGEMS_API_KEY|(?:SONATYPE|OSSRH|MAVEN_CENTRAL)_(?:PASSWORD|TOKEN)"
    r"|ORG_GRADLE_PROJECT_(?:mavenCentral|sonatype|ossrh)\w*Password|PUB_CREDENTIALS|CPAN_PASSWORD|LUAROCKS_API_KEY"
    r"|HACKAGE_(?:PASSWORD|TOKEN)|CLOJARS_(?:PASSWORD|TOKEN)|VSCE_PAT|OVSX_PAT|JSR_TOKEN|ANACONDA_(?:API_)?TOKEN",
    re.I,
)
"""Keys that are only needed to publish: of registries that everybody may read from."""


def key_at_hand(step: Mapping[str, object]) -> Iterator[Sign]:
    """Yield what a step may do if its commands say nothing but it is given the key of a registry."""
    given = step.get("env")
    for name, value in given.items() if isinstance(given, dict) and step.get("run") else ():
        if _KEYS.fullmatch(str(name)) and "secrets." in str(value):
            yield Sign(P, f"has the key {name}", False, line=getattr(value, "line", 0), ships=Ships.PACKAGE)
            return


_MAKERS = re.compile(
    r"go-?releaser|j-?releaser|semantic-release|release-please|release-plz|cargo-dist|build-(?:and-)?(?:push|publish)"
    r"|(?:to|upload)-(?:pypi|npm|crates|maven\w*|docker\w*|ghcr)",
    re.I,
)
"""Names of workflows of others that publish: by the program that they run, or by where it goes."""

_ACCOUNTS = re.compile(
    r"(?:DOCKER(?:_?HUB)?|QUAY|FURY|GEMFURY|SNAPCRAFT|SNAP|HOMEBREW|AUR|CHOCOLATEY|NPM|PYPI|MAVEN|SONATYPE|OSSRH|NUGET)"
    r"_(?:\w+_)?(?:TOKEN|PASSWORD|API_?KEY|KEY|PAT|STORE_LOGIN)",
    re.I,
)
"""Secrets that let a workflow publish: of a workflow of others their names are all there is."""


def called_publishes(name: str, path: str, job: Mapping[str, object]) -> bool:
    """Return whether a job that calls a workflow of others may publish: by their names, or by what it hands over."""
    file = path.rpartition("/")[2]
    if acts(name) or acts(file) or _MAKERS.search(file) or _MAKERS.fullmatch(name):
        return True
    if does_otherwise(name) or does_otherwise(file) or "ci" in words(f"{name} {file}"):
        return False  # Tests, too, are given an account, to fetch what is private or counted.
    given = job.get("secrets")
    secrets = given if isinstance(given, dict) else {}
    told = [str(key) for key in secrets]
    told += [word for value in secrets.values() for word in re.findall(r"secrets\.(\w+)", str(value))]
    return any(_KEYS.fullmatch(word) or _ACCOUNTS.fullmatch(word) for word in told)


_LOCAL_CLUSTER = re.compile(
    r"kind create|kind-action|setup-kind|minikube|k3d|k3s|microk8s|helm/kind|kind load|\bkind\b.*cluster|ct install",
    re.I,
)


def has_local_cluster(everything: str) -> bool:
    """Return whether a job creates its own cluster, so that what it deploys there reaches nobody."""
    return bool(_LOCAL_CLUSTER.search(everything))


_LONGEST_LINE = 2_000
"""Characters of a command line that are examined: some patterns take time quadratic in its length."""


def command_signs(script: str, line: int, *, local: bool, own_machine: bool = False) -> Iterator[Sign]:
    """Yield what the command lines of a script deploy or publish.

    `local` says that clusters and containers are the job's own; `own_machine` that it runs on a machine of the
    project's, where starting containers is a deployment.
    """
    joined = re.sub(r"\\\n", lambda _: " \0", script[:100_000])
    number = line
    for text in joined.split("\n"):
        here = number
        number += 1 + text.count("\0")
        text = text.replace("\0", "")[:_LONGEST_LINE]
        if not text.strip() or _TALK.match(text) or _NOT_REALLY.search(text):
            continue
        sign = _line_sign(text, local, own_machine)
        if sign is not None:
            yield replace(sign, line=here)


@lru_cache(maxsize=4_096)
def _line_sign(text: str, local: bool, own_machine: bool) -> Sign | None:
    # A wide margin would cost each pattern the square of its width.
    stripped = re.sub(r"^\s+", " ", re.sub(r"\s#.*$", "", text))
    for pattern, row in _COMPILED:
        match = pattern.search(stripped)
        if match is None or not _begins(stripped, match.start()):
            continue
        if row.what == _CONTAINERS:
            if not own_machine:
                return None  # On a machine of the CI service they live only as long as the job.
        elif row.cluster and local:
            return None
        sure = row.sure or row.what == _CONTAINERS
        preview = bool(row.preview) and re.search(row.preview, stripped, re.I)
        target = row.target or (Target.PREVIEW if preview else _argument_target(stripped))
        return Sign(
            row.kind, said_of(row), sure, target, row.bot, unread=row.what in _UNREAD, cluster=row.cluster,
            ships=ships_of(row), goes_to=goes_to(row), act=act_of(row),
        )  # fmt: skip
    match = _WEAK.search(stripped)
    if match and _begins(stripped, match.start()) and acts(match[0]):
        kind = D if re.search(r"deploy|ship", match[0], re.I) else P
        target = _argument_target(stripped) or target_of(stripped)
        script = " ".join(match[0].split())
        return Sign(kind, f"runs {script}", target is Target.PRODUCTION, target, script=script, unread=True)
    return None


_BEFORE_COMMANDS = (
    *("do", "then", "else", "sudo", "time", "exec", "env"),
    *("xargs", "run", "command", "cmd", "-c", "--"),
)


def _begins(text: str, place: int) -> bool:
    """Return whether a command can begin there: at the start, after an operator, a variable, a wrapper."""
    before = text[:place].rstrip()
    if not before or before[-1] in ";&|({}`'\"$!@=" or before in ("-", "@-"):
        return True
    last = before.split()[-1]
    if last in _BEFORE_COMMANDS:
        return True
    return bool(re.match(r"[A-Za-z_]\w*=|-|\w+:$", last))


_STAGING_REPOSITORY = re.compile(
    r"[\w:.-]*(?:staging-?(?:repositor(?:y|ies)|profile)|nexus-?staging)[\w:.-]*", re.I
)
"""Where a registry keeps a release until it is let out: no environment of the project."""


def _argument_target(text: str) -> Target:
    """Return the target that an argument names: ``--stage staging``, ``-e production``, ``production.yml``."""
    text = _STAGING_REPOSITORY.sub("", text)
    for match in _STAGE_ARGUMENT.finditer(text):
        target = target_of(match[1], environment=True)
        if target:
            return target
    if re.search(r"--prod(?:uction)?\b", text):
        return Target.PRODUCTION
    for word in re.findall(r"[\w./-]*(?:prod|stag)[\w./-]*", text, re.I):
        target = target_of(word, environment=True)
        if target in (Target.PRODUCTION, Target.STAGING):
            return target
    return Target.UNSAID
