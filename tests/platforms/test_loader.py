"""Every platform's file, and the commands made from it."""

import json
import re
import string

import pytest

from hotfix_tui.platforms.loader import (
    ACTS,
    COMMON,
    PlatformError,
    by_hand,
    is_wait,
    load,
    names,
    parse,
    plan,
    settings,
    sources,
    unmet,
)
from hotfix_tui.platforms.model import ACTIONS

ALL = names()
VALUES = {name: f"<{name}>" for name in COMMON}

MINIMAL = """
id = "x"
name = "X"
deploys_on_push = "never"
takes = "worktree"
by_hand = {deploy = ["a"], rollback = ["b"]}
"""


def every(name):
    """The platform with all of its values known."""
    platform = load(name)
    known = (*platform.settings, *platform.lookups)
    return platform, VALUES | {setting: f"<{setting}>" for setting in known}


def test_all_platforms_are_there():
    assert set(ALL) >= {
        "vercel", "netlify", "railway", "elastic-beanstalk", "heroku", "fly", "render", "cloudflare-workers",
        "cloudflare-pages", "firebase", "kubernetes", "helm", "argocd", "cloud-run", "app-engine", "ecs", "serverless",
        "kamal", "digitalocean", "dokku", "ansible", "github-actions", "commands",
    }  # fmt: skip


PHASES = """
[commands.prepare]
run = [["x"]]
[commands.prepared]
run = [["x"]]
release = { id = '/id', form = '.+' }
[commands.activate]
run = [["x"]]
"""


@pytest.mark.parametrize("name", ALL)
def test_each_file_is_whole(name):
    platform, _ = every(name)
    assert len(platform.by_hand.deploy) >= 3 and len(platform.by_hand.rollback) >= 3
    said = [one for act in platform.warnings.values() for one in act]
    for sentence in [*said, *platform.by_hand.deploy, *platform.by_hand.rollback]:
        assert (
            sentence[0].isupper() or sentence[0] in "`-" or sentence.startswith(("railway.toml", "osls"))
        ), sentence
        assert sentence.endswith(".") and "\n" not in sentence, sentence
    for sentence in [*platform.by_hand.deploy, *platform.by_hand.rollback]:
        assert {field for _, field, _, _ in string.Formatter().parse(sentence) if field} <= {
            "commit",
            "previous",
        }
    for setting in platform.settings.values():
        assert setting.ask and bool(setting.file) == bool(setting.key)
    assert set(platform.warnings) <= set(ACTS)
    runs = [a.run for a in platform.commands.values()]
    runs += [[one.run] for one in (*platform.lookups.values(), *platform.waits.values())]
    runs += [[shares.run] for shares in platform.shares]
    used = {word for run in runs for word in re.findall(r"{(\w+)}", str(run))}
    used |= {word for one in platform.same for word in re.findall(r"{(\w+)}", f"{one.run} {one.here}")}
    used |= {word for one in platform.place for word in [*re.findall(r"{(\w+)}", str(one.run)), one.unless]}
    read = [at for a in platform.commands.values() for at in (a.release, a.parts) if at is not None]
    used |= {at.made_of for at in read if at.content or at.pattern}
    asked = {word for a in platform.commands.values() for word in a.asks}
    asked |= {shares.given for shares in platform.shares}
    assert set(platform.lookups) <= used | asked, "a lookup that nothing needs"
    waited = {line[0][1:] for a in platform.commands.values() for line in a.run if is_wait(line)}
    assert set(platform.waits) == waited, "a wait that no command names"
    assert set(platform.settings) <= used, "a setting that no command uses"
    assert bool(platform.needs.files or platform.needs.env) == bool(platform.needs.why)
    assert not (platform.commands and not platform.programs)
    current = platform.commands.get("current")
    reads = current is not None and current.release is not None
    assert reads != bool(platform.no_release), "either a release is read, or the file says why none is"
    assert not platform.no_release.endswith(".")


@pytest.mark.parametrize("name", ALL)
def test_each_command_fills_in_and_starts_a_known_program(name):
    platform, values = every(name)
    for action in ACTIONS:
        planned = plan(platform, action, values)
        assert (planned is None) == (action not in platform.commands)
        if planned is None:
            continue
        assert planned.missing == []
        for argv in planned.commands:
            if is_wait(argv):
                continue
            assert argv[0] in {*platform.programs, "aws", "kubectl"}
            assert not any(
                re.search(r"[{}]", item) for item in argv if not item.startswith(("{", "mutation "))
            )
            assert all(isinstance(json.loads(item), dict) for item in argv if item.startswith("{"))


@pytest.mark.parametrize("name", ALL)
def test_a_deployment_waits_and_a_rollback_has_a_target(name):
    platform, values = every(name)
    rollback = plan(platform, "rollback", values)
    if name == "azure-app-service":
        assert rollback.commands[0][3:5] == ["slot", "swap"], "the slot holds what was live"
        assert not platform.commands["rollback"].proves
    elif rollback is not None:
        assert "<previous>" in str(rollback.commands) or "<release>" in str(rollback.commands)
    else:
        told = " ".join([*platform.warnings.get("rollback", []), *platform.by_hand.rollback]).lower()
        assert "rollback" in told or "go back" in told or "last good" in told


EXACT = {
    ("vercel", "deploy"): ["vercel deploy --prod --yes --json --meta hotfixCommit=<commit>"],
    ("vercel", "rollback"): ["vercel rollback <release> --yes --timeout 3m", "vercel rollback status"],
    ("vercel", "logs"): ["vercel logs --environment production --since 5m --json"],
    ("netlify", "rollback"): [
        'netlify api restoreSiteDeploy --data {"site_id":"<site>","deploy_id":"<release>"}'
    ],
    ("netlify", "deploy"): ["netlify deploy --prod --site <site> --message <ticket> <commit>"],
    ("railway", "deploy"): [
        "railway up --ci --project <project> --service <service> --environment <environment>"
    ],
    ("elastic-beanstalk", "follow"): ["eb events <target> -f"],
    ("elastic-beanstalk", "rollback"): ["eb deploy <target> --version <release> --timeout 20"],
    ("heroku", "rollback"): ["heroku releases:rollback <release> -a <app>"],
    ("heroku", "deploy"): ["git push <remote> <commit>:refs/heads/<takes>"],
    ("fly", "rollback"): ["fly deploy -a <app> --image <release>"],
    ("cloudflare-workers", "rollback"): ["wrangler rollback <release> -m <ticket> rollback -y"],
    ("firebase", "rollback"): ["firebase hosting:clone <site>@<release> <site>:live --non-interactive"],
    ("kubernetes", "rollback"): [
        "kubectl --context <context> rollout undo deploy/<deployment> -n <namespace> --to-revision=<release>",
        "kubectl --context <context> rollout status deploy/<deployment> -n <namespace> --timeout=5m",
    ],
    ("helm", "rollback"): ["helm rollback <name> <release> -n <namespace> --kube-context <context> --wait"],
    ("cloud-run", "logs"): ["gcloud beta run services logs tail <service> --region <region>"],
    ("app-engine", "rollback"): [
        "gcloud app services set-traffic <service> --splits=<release>=1 --project=<project> --quiet"
    ],
    ("kamal", "rollback"): ["kamal rollback <previous>"],
    ("serverless", "deploy"): ["osls deploy --stage <stage>"],
    ("digitalocean", "deploy"): ["doctl apps create-deployment <app>", "@active"],
    ("dokku", "deploy"): ["git push <remote> <commit>:refs/heads/<takes>"],
    ("azure-container-apps", "deploy"): [
        "az containerapp update --name <app> --resource-group <group> --image <image> --output json"
    ],
}


@pytest.mark.parametrize(("name", "action"), EXACT)
def test_the_commands_that_matter_most(name, action):
    platform, values = every(name)
    planned = plan(platform, action, values)
    assert planned is not None
    assert [" ".join(argv) for argv in planned.commands] == EXACT[name, action]


def test_no_stale_or_dangerous_form_is_left():
    for name in ALL:
        for command in load(name).commands.values():
            for argv in command.run:
                words = [item for part in argv for item in (part if isinstance(part, list) else [part])]
                line = " ".join(words)
                assert not {"--staged", "--force", "-f"} & set(words) or words[:2] in (
                    ["eb", "events"], ["osls", "logs"], ["kamal", "app"]) or words[0] == "kubectl", line  # fmt: skip
                assert not (line.startswith(("eb logs", "vercel logs")) and "--follow" in words), line
                assert not line.startswith(("sh ", "bash ", "sudo ")), line
                if words[0] == "kubectl":
                    assert "--context" in words and "-n" in words, line
    for name in ("kamal", "vercel", "github-actions"):
        assert not load(name).commands["rollback"].proves


def test_unknown_values_stay_visible_and_optional_groups_go():
    planned = plan(load("railway"), "deploy", {"environment": "production", "project": "p"})
    assert planned is not None
    assert (
        planned.commands == [["railway", "up", "--ci", "--project", "p", "--environment", "production"]]
        and planned.missing == []
    )
    planned = plan(load("fly"), "rollback", {"app": "", "release": "img"})
    assert planned is not None
    assert planned.commands == [["fly", "deploy", "-a", "{app}", "--image", "img"]] and planned.missing == [
        "app"
    ]
    assert plan(load("commands"), "deploy", {}) is None


def test_a_value_may_hold_what_the_wizard_knows(tmp_path):
    given = {"image": "r.example/shop:{commit}", "app": "shop", "group": "{nothing}"}
    planned = plan(load("azure-container-apps"), "deploy", {**given, "commit": "abc"})
    assert planned is not None and planned.missing == []
    assert "r.example/shop:abc" in planned.commands[0] and "{nothing}" in planned.commands[0]
    planned = plan(load("azure-container-apps"), "deploy", given)
    assert planned is not None and planned.missing == ["image"], "the commit is not known yet"


def test_a_hostile_value_stays_one_argument():
    evil = 'x"},"$(id)`id`; rm -rf / {site}'
    planned = plan(load("netlify"), "rollback", {"site": "s", "release": evil})
    assert planned is not None
    assert json.loads(planned.commands[0][4]) == {"site_id": "s", "deploy_id": evil}
    planned = plan(load("heroku"), "rollback", {"release": evil})
    assert planned is not None and planned.commands[0][2] == evil
    with pytest.raises(PlatformError, match="cannot start with a dash"):
        plan(load("vercel"), "rollback", {"release": "--help"})


def test_values_are_found_in_files_and_environment(tmp_path):
    (tmp_path / ".netlify").mkdir()
    (tmp_path / ".netlify" / "state.json").write_text('{"siteId": "from-file"}')
    assert settings(load("netlify"), str(tmp_path), {}) == {"site": "from-file"}
    assert settings(load("netlify"), str(tmp_path), {"NETLIFY_SITE_ID": "from-env"}) == {"site": "from-env"}
    (tmp_path / "fly.toml").write_text('app = "shop"\n')
    assert settings(load("fly"), str(tmp_path), {}) == {"app": "shop"}
    (tmp_path / ".firebaserc").write_text('{"projects": {"default": "shop-prod"}}')
    assert settings(load("firebase"), str(tmp_path), {}) == {"project": "shop-prod"}
    beanstalk = tmp_path / ".elasticbeanstalk" / "config.yml"
    beanstalk.parent.mkdir()
    beanstalk.write_text(
        "branch-defaults:\n  main:\n    environment: shop-prod # live\n  old:\n    environment: null\n"
        "global:\n  application_name: 'shop'\n"
    )
    assert settings(load("elastic-beanstalk"), str(tmp_path), {}) == {
        "target": "shop-prod",
        "application": "shop",
    }
    azure = tmp_path / ".azure" / "config"
    azure.parent.mkdir()
    azure.write_text("[defaults]\ngroup = shop-rg\nweb = shop\n")
    assert settings(load("azure-app-service"), str(tmp_path), {}) == {
        "group": "shop-rg",
        "app": "shop",
        "slot": "staging",
    }
    assert settings(load("ecs"), "/", {"ECS_CLUSTER": "env"}, {"cluster": "given"}) == {"cluster": "given"}
    beanstalk.write_text(
        "branch-defaults:\n  main:\n    environment: shop-prod\n  dev:\n    environment: shop-dev\n"
    )
    assert settings(load("elastic-beanstalk"), str(tmp_path), {}) == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b'{"siteId": 7}',
        b"\xff",
        b'{"siteId": "-x"}',
        b'{"siteId": "a\\u001b"}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_gives_no_value(tmp_path, content):
    (tmp_path / ".netlify").mkdir()
    (tmp_path / ".netlify" / "state.json").write_bytes(content)
    assert settings(load("netlify"), str(tmp_path), {}) == {}


def test_what_must_be_there_before_anything_runs(tmp_path):
    vercel = load("vercel")
    assert "not linked to a Vercel project" in (unmet(vercel, str(tmp_path), {}) or "")
    assert unmet(vercel, str(tmp_path), {"VERCEL_ORG_ID": "o"}) is not None
    assert unmet(vercel, str(tmp_path), {"VERCEL_ORG_ID": "o", "VERCEL_PROJECT_ID": "p"}) is None
    (tmp_path / ".vercel").mkdir()
    (tmp_path / ".vercel" / "project.json").write_text("{}")
    assert unmet(vercel, str(tmp_path), {}) is None
    assert unmet(load("kamal"), str(tmp_path), {}) is None


def test_by_hand_with_and_without_what_was_live_before():
    known = by_hand(load("vercel"), "rollback", {"previous": "dpl_1"})
    assert any("dpl_1" in sentence for sentence in known)
    assert not any("previous" in sentence for sentence in by_hand(load("vercel"), "rollback", {}))
    assert any("abc" in sentence for sentence in by_hand(load("vercel"), "deploy", {"commit": "abc"}))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("\xff", "cannot be read"),
        ("id = ", "cannot be read"),
        (MINIMAL.replace("worktree", "anything"), r"\$.takes"),
        (MINIMAL.replace('"x"', '"y"'), "has the id 'y'"),
        (MINIMAL + "odd = 1", "odd"),
        (MINIMAL + "[commands.jump]\nrun = [['x']]", "no action 'jump'"),
        (MINIMAL + "[commands.deploy]\nrun = [[]]", "empty command"),
        (MINIMAL + "[commands.deploy]\nrun = [['x', ['{site}']]]", "unknown value 'site'"),
        (MINIMAL + "[commands.deploy]\nrun = ['x']", r"\$.commands"),
        (MINIMAL + "[commands.prepare]\nrun = [['x']]", "prepare, prepared and activate belong together"),
        (MINIMAL + PHASES.replace("release = { id = '/id', form = '.+' }", ""), "where the release stands"),
        (MINIMAL + PHASES + "[commands.share]\nrun = [['x']]\nsteps = [10]", "wants prepare, steps, and"),
        (
            MINIMAL + "[commands.deploy]\nrun = [['x']]\nparts = { id = '/id', form = '.+' }",
            "belongs to commands.current",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(text, match):
    with pytest.raises(PlatformError, match=match):
        parse(text.encode("latin-1"), "x")


def test_the_smallest_file_and_an_unknown_name():
    assert parse(MINIMAL.encode(), "x").commands == {}
    with pytest.raises(PlatformError, match="did you mean vercel"):
        load("vercell")
    with pytest.raises(PlatformError, match="known are"):
        load("../../etc/passwd")


def test_which_platforms_deploy_a_given_commit():
    assert {name for name in ALL if load(name).takes == "branch"} == {
        "argocd",
        "digitalocean",
        "github-actions",
    }


def test_every_platform_that_is_detected_has_a_file():
    from hotfix_tui.detect import platform as detection

    source = detection.__loader__.get_source(detection.__name__)
    found = set(re.findall(r'(?:_Sign|Platform)\(\s*"([a-z-]+)"', source)) | {
        "cloudflare-pages",
        "cloudflare-workers",
    }
    assert len(found) > 15 and found <= set(ALL)


LOGS = {
    "fly": """\
==> Building image
--> Building image done
==> Pushing image to fly
Updating existing machines in 'shop' with rolling strategy
> [1/2] Updating 7814053f9e2078 [app]
> [2/2] Updating 17817a9c2e8948 [app]
""",
    "fly, blue-green": """\
==> Building image
Updating existing machines in 'shop' with bluegreen strategy
Verifying if app can be safely deployed
Creating green machines
  Created machine 7814053f9e2078
Waiting for all green machines to start
Waiting for all green machines to be healthy
  Machine 7814053f9e2078 [app] - 1/1 passing
Marking green machines as ready
Checkpointing deployment, this may take a few seconds...
Waiting before cordoning all blue machines
Stopping all blue machines
Deployment Complete
""",
    "elastic-beanstalk": """\
Creating application version archive "hotfix-ENG-7-1a2b3c4".
Uploading shop/hotfix-ENG-7-1a2b3c4.zip to S3. This may take a while.
2026-11-28 00:24:52    INFO    Environment update is starting.
2026-11-28 00:24:57    INFO    Deploying new version to instance(s).
2026-11-28 00:25:02    INFO    Environment update completed successfully.
""",
    "elastic-beanstalk-swap": """\
Creating application version archive "hotfix-ENG-7-1a2b3c4".
2026-11-28 00:24:52    INFO    Environment update is starting.
2026-11-28 00:24:57    INFO    Deploying new version to instance(s).
2026-11-28 00:25:02    INFO    Environment update completed successfully.
2026-11-28 11:22:43    INFO    Completed swapping CNAMEs for environments.
""",
    "kubernetes": """\
deployment.apps/web configured
Waiting for deployment "web" rollout to finish: 1 out of 2 new replicas have been updated...
Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...
Waiting for deployment "web" rollout to finish: 1 of 2 updated replicas are available...
deployment "web" successfully rolled out
""",
    "netlify": """\
Netlify Build
$ mkdir -p dist
Deploying to Netlify
Waiting for deploy to go live...
""",
    "argocd": """\
TIMESTAMP                  GROUP        KIND   NAMESPACE  NAME   STATUS     HEALTH        HOOK  MESSAGE
2026-11-28T10:00:00+00:00   apps  Deployment    shop       web  OutOfSync  Healthy
Operation:          Sync
Phase:              Succeeded
Health Status:      Healthy
""",
    "ecs": """\
PENDING PRE_SCALE_UP
IN_PROGRESS SCALE_UP
IN_PROGRESS TEST_TRAFFIC_SHIFT
IN_PROGRESS POST_TEST_TRAFFIC_SHIFT AWAITING_ACTION
IN_PROGRESS PRODUCTION_TRAFFIC_SHIFT
IN_PROGRESS BAKE_TIME
IN_PROGRESS CLEAN_UP
SUCCESSFUL
""",
    "codedeploy": """\
Created
InProgress
Baking
Ready
InProgress True
""",
    "argo-rollouts": """\
rollout "shop" image updated
Progressing - more replicas need to be updated
Paused - CanaryPauseStep
Progressing - more replicas need to be updated
Healthy
""",
    "cloud-run": """\
Deploying container to Cloud Run service [shop] in project [shop-prod] region [europe-west1]
Deploying...
Creating Revision........done
Routing traffic.......done
Done.
""",
    "app-engine": """\
Beginning deployment of service [default]...
File upload done.
Updating service [default]...done.
Setting traffic split for service [default]...done.
Deployed service [default] to [https://shop-prod.appspot.com]
""",
    "azure-app-service": """\
WARNING: Initiating deployment
WARNING: Deploying from local path: /tmp/shop.zip
WARNING: Warming up Kudu before deployment.
WARNING: Polling the status of async deployment. Start Time: 2026-11-28 10:00:00+00:00 UTC
WARNING: Deployment has completed successfully
WARNING: You can visit your app at: http://shop-staging.azurewebsites.net
""",
    "digitalocean": """\
PENDING_BUILD 7
BUILDING 2 7
PENDING_DEPLOY 4 7
DEPLOYING 5 7
ACTIVE 7 7
""",
    "heroku": """\
remote: -----> Building on the Heroku-24 stack
remote: -----> Compressing...
remote: -----> Launching...
remote: Verifying deploy... done.
""",
    "kamal": """\
\x1b[0;35;49mBuild and push app image...\x1b[0m
\x1b[0;35;49mEnsure kamal-proxy is running...\x1b[0m
\x1b[0;35;49mDetect stale containers...\x1b[0m
\x1b[0;35;49mPrune old containers and images...\x1b[0m
""",
}
"""What deployments print, as the programs' sources and their users show it."""


FAR = {
    "digitalocean": [("2", "7"), ("5", "7")],
    "fly": [("1", "2"), ("2", "2")],
    "kubernetes": [("1", "2"), ("1", "2")],
}


def test_each_platform_with_phases_has_a_log():
    assert {name.split(",")[0] for name in LOGS} == {name for name in ALL if load(name).phases}


@pytest.mark.parametrize("name", LOGS)
def test_each_phase_is_told_by_its_log_in_order(name):
    phases, lines = load(name.split(",")[0]).phases, LOGS[name].splitlines()
    begun = {
        one.name: next((place for place, line in enumerate(lines) if re.search(one.begins, line)), None)
        for one in phases
    }
    assert {one.name for one in phases if begun[one.name] is None} <= {
        one.name for one in phases if one.maybe
    }
    if name.split(",")[0] == name != "fly":
        assert None not in begun.values(), "each pattern is shown to fit"
    told = [place for place in begun.values() if place is not None]
    assert told == sorted(set(told))
    far = [
        match.groups() for one in phases if one.far for line in lines if (match := re.search(one.far, line))
    ]
    assert far == FAR.get(name, [])


@pytest.mark.parametrize(
    ("phases", "match"),
    [
        ('[[phases]]\nname = "a"\nbegins = "("', "phase a has a pattern that cannot be read"),
        ('[[phases]]\nname = "a"\nbegins = "x"\nfar = "(1)"', "wants two groups"),
        ('[[phases]]\nname = "a"\nbegins = "x"\n[[phases]]\nname = "a"\nbegins = "y"', "one name"),
    ],
)
def test_phases_that_cannot_be_told_are_refused(phases, match):
    with pytest.raises(PlatformError, match=match):
        parse(f"{MINIMAL}\n{phases}\n".encode(), "x")


@pytest.mark.parametrize(
    ("files", "folder", "reads", "where"),
    [
        (["k8s/app.yaml"], "k8s", "filename", "as it usually is"),
        (
            ["overlays/prod/kustomization.yaml"],
            "overlays/prod",
            "kustomize",
            "overlays/prod/kustomization.yaml",
        ),
        (["k8s/Kustomization"], "k8s/", "kustomize", "k8s/Kustomization"),
        (["kustomization.yml"], ".", "kustomize", "./kustomization.yml"),
        (["k8s/base/kustomization.yaml"], "k8s", "filename", "as it usually is"),
        (["../beside/kustomization.yaml"], "../beside", "filename", "as it usually is"),
    ],
)
def test_a_kustomization_is_applied_as_one(tmp_path, files, folder, reads, where):
    root = tmp_path / "shop"
    root.mkdir()
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text("")
    on = load("kubernetes")
    given = {"context": "prod", "namespace": "shop", "deployment": "web", "manifests": folder}
    known = sources(on, str(root), {}, given)
    assert known["reads"] == (reads, where)
    planned = plan(on, "deploy", {name: one.value for name, one in known.items()})
    assert planned is not None and f"--{reads}={folder}" in planned.commands[0]
    assert sources(on, str(root), {}, {**given, "reads": "kustomize"})["reads"].value == "kustomize"
