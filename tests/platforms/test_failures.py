"""What the real programs print when a deployment fails: each gives its reason, and none a cure that leads astray.

Recorded from vercel 64.0.2, netlify-cli 27.10.2, wrangler 4.164.0 and awsebcli 3.27.5 with the commands of our files,
against stand-ins of their services on this machine.
"""

import json
import shlex
from pathlib import Path

import pytest

from hotfix_tui.platforms import loader
from hotfix_tui.runner.runs import RunState
from hotfix_tui.runner.spec import Command, RunSpec, encode
from hotfix_tui.steps.common.outcome import failure_probe

HERE = Path(__file__).parent / "failures"
PLATFORM = {"wrangler": "cloudflare-workers", "eb": "elastic-beanstalk"}

REASONS = {
    "vercel-build": 'Command "npm run build" exited with 1',
    "vercel-denied": "You don't have permission to create a deployment for this project.; ask somebody who has",
    "vercel-bad-token": "The token provided via VERCEL_TOKEN environment variable is not valid.",
    "vercel-not-signed-in": "No existing credentials found.",
    "vercel-no-network": "it stopped while it asked Vercel for the project, without a word: check the network",
    "netlify-build": "vite: not found; install what is missing",
    "netlify-function": "Deploy failed: a function is too large",
    "netlify-locked": 'Deployments are "locked" for production context of this project.; see who locked it',
    "netlify-denied": "Unauthorized: could not retrieve project; sign in to netlify",
    "netlify-not-signed-in": "Authentication required. NETLIFY_AUTH_TOKEN is not set",
    "netlify-no-network": "the program says this without a network, too",
    "wrangler-dependency": 'Could not resolve "hono"; install what is missing',
    "wrangler-denied": "Authentication error [code: 10000]; sign in to wrangler",
    "wrangler-toolarge": "Your Worker failed validation because it exceeded size limits.; make it smaller",
    "wrangler-triggers": "the new version may be live though its routes are not: what production runs is asked",
    "wrangler-not-signed-in": "it's necessary to set a CLOUDFLARE_API_TOKEN environment variable",
    "wrangler-no-network": "fetch failed; check the network",
    "eb-fail": "a command of the new version failed on the instances; `eb logs` says which",
    "eb-updating": "another update is still running; wait until it is Ready, or abort it with `eb abort`",
    "eb-denied": "The security token included in the request is invalid.; sign in to eb",
    "eb-not-signed-in": "You appear to have no credentials; sign in to eb",
    "eb-no-network": "Could not connect to the endpoint URL",
}


def test_every_record_is_in_the_table():
    assert {path.stem for path in HERE.iterdir()} == set(REASONS)


@pytest.mark.parametrize("name", REASONS)
def test_each_gives_its_reason(tmp_path, name):
    program = name.partition("-")[0]
    on = loader.load(PLATFORM.get(program, program))
    argv = [program, "deploy"]
    spec = RunSpec(
        step="deploy.production", commands=[Command(argv=argv, cwd="/")], tty=False, timeout=None, holder=""
    )
    (tmp_path / "spec.json").write_bytes(encode(spec))
    (tmp_path / "log").write_bytes(f"$ {shlex.join(argv)}\n".encode() + (HERE / f"{name}.log").read_bytes())
    run = RunState("exited", exit_code=1, failed_command=0)
    meanings = [(one.says, one.means) for one in on.failures]
    found = failure_probe(run, str(tmp_path), "The deployment", meanings)
    assert found is not None and found.state == "failed"
    assert REASONS[name] in found.why, found.why
    assert "\x1b" not in found.why and "\n" not in found.why
    for wrong in ("Logs were written", "processTicks", "prod-if-unlocked", "netlify link or"):
        assert wrong not in found.why
    json.dumps(found.why)
