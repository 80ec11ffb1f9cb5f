"""What the platforms' programs answer when they are asked what is live."""

import json

COMMIT = "6f37ecb0" * 5
UUID = "cccccccc-0000-4000-8000-000000000007"
TASK = "arn:aws:ecs:eu-west-1:1234:task-definition/shop:42"
LIVE_CHANNEL = {
    "name": "projects/p/sites/shop/channels/live",
    "release": {"version": {"name": "projects/p/sites/shop/versions/0123456789abcdef"}},
}
PREVIEW_CHANNEL = {
    "name": "projects/p/sites/shop/channels/preview",
    "release": {"version": {"name": "projects/p/sites/shop/versions/fedcba9876543210"}},
}
SAID = {
    "vercel": {
        "name": "shop",
        "targets": {"production": {"id": "dpl_OLD1", "meta": {"githubCommitSha": COMMIT}}},
    },
    "netlify": {
        "name": "shop",
        "published_deploy": {"id": "65f0c0ffee65f0c0ffee65f0", "title": f"ENG-7 {COMMIT}"},
    },
    "cloudflare-workers": {
        "annotations": {"workers/message": f"ENG-7 {COMMIT}"},
        "versions": [{"version_id": UUID, "percentage": 100}],
    },
    "elastic-beanstalk": {"Environments": [{"VersionLabel": "app-3ae7-261126_120000", "Status": "Ready"}]},
    "heroku": [{"version": 13, "description": "Deploy 1a2b3c4d", "status": "succeeded", "current": True}],
    "kubernetes": {
        "metadata": {"annotations": {"deployment.kubernetes.io/revision": "7"}},
        "spec": {"template": {"spec": {"containers": [{"image": f"r.example/shop:{COMMIT}"}]}}},
    },
    "argocd": {"status": {"sync": {"status": "Synced"}, "history": [{"id": 4, "revision": COMMIT}]}},
    "cloud-run": {"status": {"traffic": [{"percent": 100, "revisionName": "shop-00042-abc"}]}},
    "app-engine": [{"id": "20261126t120000", "service": "default", "traffic_split": 1.0}],
    "helm": {"name": "shop", "version": 12, "info": {"status": "deployed"}},
    "ecs": {"services": [{"taskDefinition": TASK, "deployments": [{"rolloutState": "COMPLETED"}]}]},
    "github-actions": [{"databaseId": 8, "headSha": COMMIT, "status": "completed", "conclusion": "success"}],
    "fly": [
        {"Version": 8, "Status": "failed", "ImageRef": "registry.fly.io/shop:deployment-01B"},
        {"Version": 7, "Status": "complete", "ImageRef": "registry.fly.io/shop:deployment-01A"},
    ],
    "firebase": {"status": "success", "result": {"channels": [PREVIEW_CHANNEL, LIVE_CHANNEL]}},
    "render": [{"id": "dep-cph1rs3idesc73a2b2mg", "status": "live", "commit": {"id": COMMIT}}],
    "azure-container-apps": [
        {
            "name": "shop--0000042",
            "properties": {
                "trafficWeight": 100,
                "template": {"containers": [{"image": f"r.example/shop:{COMMIT}"}]},
            },
        }
    ],
}
RAILWAY, APP = "4f6c71e2-1e90-4762-9fee-6cc4a0a9f2cf", "3aa4d20e-5527-4c00-b496-601fbd22520a"
SAID["railway"] = [
    {"id": "11111111-1e90-4762-9fee-6cc4a0a9f2cf", "status": "FAILED", "meta": {"commitHash": "a" * 40}},
    {"id": RAILWAY, "status": "SUCCESS", "createdAt": "2026-11-26T12:00:00Z", "meta": {"commitHash": COMMIT}},
]
SAID["digitalocean"] = [
    {
        "id": "app-1",
        "live_url": "https://shop.ondigitalocean.app",
        "active_deployment": {
            "id": APP,
            "services": [{"name": "web", "source_commit_hash": COMMIT}],
            "phase_last_updated_at": "2026-11-26T12:00:00Z",
        },
    }
]
_PAGES = {"Environment": "Production", "Branch": "main"}
SAID["cloudflare-pages"] = [
    {"Id": "22222222-1e90-4762-9fee-6cc4a0a9f2cf", **_PAGES, "Source": "aaaaaaa", "Status": "Failure"},
    {"Id": "33333333-1e90-4762-9fee-6cc4a0a9f2cf", **_PAGES, "Source": COMMIT[:7], "Status": "2 days ago"},
]
SAID["serverless"] = ["serverless/shop/prod/1764158400000-2025-11-26T12:00:00.000Z/shop.zip"]
SAID["elastic-beanstalk-swap"] = [
    {"EnvironmentName": "shop-blue", "VersionLabel": "app-3ae7-261126_120000", "Status": "Ready"}
]
OLD_DEPLOYMENT = {"deploymentId": "d-OLD000001", "status": "Succeeded", "revision": {"revisionType": "S3"}}
SAID["codedeploy"] = [OLD_DEPLOYMENT]
CURRENT = {name: json.dumps(said, indent=2) for name, said in SAID.items()}
CURRENT["argo-rollouts"] = f"""\
Name:            shop
Namespace:       shop
Status:          ✔ Healthy
Strategy:        Canary
  Step:          8/8
  SetWeight:     100
  ActualWeight:  100
Images:          r.example/shop:{COMMIT} (stable)
Replicas:
  Desired:       5
# revision:7
"""
CURRENT["dokku"] = (
    f"=====> shop git information\n       Git rev env var:  GIT_REV\n       Git sha:  {COMMIT[:8]}\n"
)
CURRENT["kamal"] = f"App Host: one\n{COMMIT}\n"
"""The whole answer, by platform."""

CONTENT = {
    "ecs": json.dumps(
        {
            "taskDefinition": {
                "taskDefinitionArn": TASK,
                "containerDefinitions": [{"image": f"r.example/shop:{COMMIT}"}],
            }
        }
    ),
    "cloud-run": json.dumps(
        {
            "metadata": {"name": "shop-00042-abc"},
            "spec": {"containers": [{"image": f"r.example/shop:{COMMIT}"}]},
        }
    ),
}
"""What a release is made of, where that is a question of its own."""

LOOKED_UP = {
    ("digitalocean", "newest"): json.dumps([{"id": APP, "phase": "BUILDING"}]),
    ("railway", "project"): json.dumps({"id": "4f6c71e2-1e90-4762-9fee-6cc4a0a9f2cf", "name": "shop"}),
    ("cloud-run", "newest"): json.dumps(
        {
            "status": {
                "latestCreatedRevisionName": "shop-00042-abc",
                "latestReadyRevisionName": "shop-00042-abc",
            }
        }
    ),
    ("elastic-beanstalk-swap", "live"): '["shop-green"]',
    ("elastic-beanstalk-swap", "spare"): '["shop-blue"]',
    ("ecs", "pause"): '["PAUSE"]',
    ("ecs", "deployment"): '["arn:aws:ecs:eu-west-1:1234:service-deployment/prod/shop/abc"]',
    ("codedeploy", "last"): json.dumps(
        {
            "deploymentGroupInfo": {
                "blueGreenDeploymentConfiguration": {
                    "deploymentReadyOption": {"actionOnTimeout": "STOP_DEPLOYMENT"}
                },
                "lastSuccessfulDeployment": {"deploymentId": "d-OLD000001"},
                "lastAttemptedDeployment": {"deploymentId": "d-NEW000001"},
            }
        }
    ),
    ("codedeploy", "old"): json.dumps({"deploymentInfo": OLD_DEPLOYMENT}),
    ("codedeploy", "running"): '["d-NEW000001"]',
    ("argo-rollouts", "held"): json.dumps(
        {"spec": {"strategy": {"blueGreen": {"autoPromotionEnabled": False}}}}
    ),
}
"""What is looked up right before an action; if several lookups ask the same, the first has the answer to all."""

PAUSED = f"""\
Name:            shop
Namespace:       shop
Status:          ॥ Paused
Message:         CanaryPauseStep
Strategy:        Canary
  Step:          1/8
  SetWeight:     20
  ActualWeight:  20
Images:          r.example/shop:1 (stable)
                 r.example/shop:{COMMIT} (canary)
Replicas:
  Desired:       5
# revision:8
# revision:7
"""

PREPARED = {
    "argo-rollouts": PAUSED,
    "heroku": CURRENT["heroku"],
    "azure-app-service": json.dumps([{"name": "my-slot", "state": "Running"}]),
    "elastic-beanstalk-swap": json.dumps(
        {
            "Environments": [
                {"EnvironmentName": "shop-blue", "VersionLabel": f"hotfix-{COMMIT}", "Status": "Ready"}
            ]
        }
    ),
}
"""Queried again before an activation that names no release."""

IDS = {
    "vercel": "dpl_OLD1",
    "netlify": "65f0c0ffee65f0c0ffee65f0",
    "cloudflare-workers": UUID,
    "elastic-beanstalk": "app-3ae7-261126_120000",
    "heroku": "13",
    "kubernetes": "--to-revision=7",
    "argocd": "4",
    "cloud-run": "shop-00042-abc",
    "app-engine": "20261126t120000",
    "helm": "12",
    "ecs": TASK,
    "github-actions": "8",
    "fly": "registry.fly.io/shop:deployment-01A",
    "firebase": "0123456789abcdef",
    "azure-container-apps": "shop--0000042",
    "azure-app-service": "my-slot",
    "elastic-beanstalk-swap": "shop-blue",
    "codedeploy": "d-OLD000001",
    "argo-rollouts": "--to-revision=7",
    "railway": f"id={RAILWAY}",
    "serverless": "1764158400000",
    "kamal": COMMIT,
    "render": COMMIT,
}
"""The id in it, as it appears in the command that goes back to it."""

PREPARED_IDS = IDS | {"ecs": "ecs-pause-0001", "argo-rollouts": "8"}
"""The id of what was prepared, if it has a different form."""

VALUES = {("render", "service"): "srv-1"}
"""Values of settings that have their own format."""
