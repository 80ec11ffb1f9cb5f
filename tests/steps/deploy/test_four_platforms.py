"""Vercel, Netlify, Workers and Elastic Beanstalk, seven ends each: the right state and the right sentence in all 28.

Daily what the real programs said is played again (``tests/platforms/runs``, which ``python -m
tests.platforms.record_runs`` writes anew); with the long counts the programs themselves, where they are installed.
"""

import os
import shutil
from pathlib import Path

import pytest

from hotfix_tui.steps.deploy import platform_check
from hotfix_tui.steps.deploy import release as releases
from hotfix_tui.steps.live import compare as live_check
from tests import counts
from tests.platforms import four, record_runs

pytestmark = pytest.mark.usefixtures("quick_after_a_failure")

SERVES = {
    "vercel": ("Vercel", "dpl_OLD"),
    "netlify": ("Netlify", "dep-first"),
    "cloudflare-workers": ("Cloudflare Workers", "aaaaaaaa-0000-4000-8000-000000000001"),
    "elastic-beanstalk": ("AWS Elastic Beanstalk", "app-3ae7-261120_101010"),
}
NEW = {
    "vercel": "dpl_NEW1",
    "netlify": "dep-new0001",
    "cloudflare-workers": "cccccccc-0000-4000-8000-000000000001",
    "elastic-beanstalk": "hotfix-ENG-7-{commit}",
}
STATES = {
    "well": "done",
    "build": "failed",
    "signed-out": "failed",
    "unlinked": "by hand",
    "no-network": "unknown",
    "half": "done",
    "rollback": "done",
}
SENTENCES = {
    ("vercel", "well"): "Vercel says {short}",
    ("vercel", "build"): 'Command "npm run build" exited with 1 … not {short} (Vercel)',
    (
        "vercel",
        "signed-out",
    ): "No existing credentials found. … nobody was signed in, so that nothing was sent",
    (
        "vercel",
        "unlinked",
    ): "This directory is not linked to a Vercel project: run `vercel link`, copy .vercel/ here",
    ("vercel", "no-network"): "check the network, then retry; whether … could not be seen … look again",
    ("vercel", "half"): "Vercel says {short}, although the command did not end well … No certificate for www",
    ("vercel", "rollback"): "Vercel serves dpl_OLD; it is held there",
    ("netlify", "well"): "Netlify says {short}",
    (
        "netlify",
        "build",
    ): "vite: command not found; install what is missing … serves dep-first, which does not name",
    (
        "netlify",
        "signed-out",
    ): "Unauthorized: could not retrieve project … nobody was signed in, so that nothing",
    ("netlify", "unlinked"): "This directory is not linked to a Netlify site: run `netlify link`, or set",
    (
        "netlify",
        "no-network",
    ): "the program says this without a network, too … could not be seen … look again",
    ("netlify", "half"): "Netlify says {short}, although the command did not end well … Forbidden",
    ("netlify", "rollback"): "Netlify serves dep-first",
    ("cloudflare-workers", "well"): "Cloudflare Workers says {short}",
    (
        "cloudflare-workers",
        "build",
    ): 'Could not resolve "hono"; install what is missing … does not name {short}',
    ("cloudflare-workers", "signed-out"): "necessary to set a CLOUDFLARE_API_TOKEN … nobody was signed in",
    ("cloudflare-workers", "unlinked"): "Neither this directory nor one above it has a wrangler.toml",
    ("cloudflare-workers", "no-network"): "fetch failed; check the network … could not be seen … look again",
    (
        "cloudflare-workers",
        "half",
    ): "says {short}, although … its routes are not: what production runs is asked",
    ("cloudflare-workers", "rollback"): "Cloudflare Workers serves aaaaaaaa-0000-4000-8000-000000000001",
    ("elastic-beanstalk", "well"): "AWS Elastic Beanstalk says {short}",
    (
        "elastic-beanstalk",
        "build",
    ): "a command of the new version failed on the instances; `eb logs` says which … serves",
    ("elastic-beanstalk", "signed-out"): "You appear to have no credentials … nobody was signed in",
    ("elastic-beanstalk", "unlinked"): "This directory has no .elasticbeanstalk/config.yml: run `eb init`",
    ("elastic-beanstalk", "no-network"): "Could not connect to the endpoint … check the network … look again",
    (
        "elastic-beanstalk",
        "half",
    ): "says {short}, although … The security token included in the request is expired",
    ("elastic-beanstalk", "rollback"): "AWS Elastic Beanstalk serves app-3ae7-261120_101010",
}


def _check(shop, came, platform, end):
    name, first = SERVES[platform]
    new = NEW[platform].replace("{commit}", shop.commit)
    assert came.state == STATES[end], came
    assert came.live.replace("«commit»", shop.commit) == (new if end in ("well", "half") else first), came
    for said in SENTENCES[platform, end].replace("{short}", shop.commit[:7]).split(" … "):
        assert said in came.why, came.why
    if end == "signed-out":
        assert f"Nobody is signed in to {name} here" in came.warned
    if end == "rollback" or end == "well":
        assert f"{name} serves {first} now; `rollback previous` goes back to it." in came.warned


def patient(monkeypatch):
    """Wait for a program that shares the machine with all its other work."""
    monkeypatch.setitem(platform_check.check.__kwdefaults__, "seconds", 60.0)
    monkeypatch.setattr(releases.served, "__defaults__", (60.0,))
    monkeypatch.setattr(releases.answer, "__defaults__", (60.0,))
    monkeypatch.setattr(live_check, "_ANSWER", 60.0)


DAILY = [
    (platform, end)
    for place, platform in enumerate(SERVES)
    for number, end in enumerate(four.ENDS)
    if (place + number) % 2 == 0
]
"""Each end on two platforms, and each platform with three or four ends."""


@pytest.mark.parametrize(("platform", "end"), counts.these(four.CASES, DAILY))
def test_what_the_programs_said_gives_the_right_state_and_sentence(shop, monkeypatch, platform, end):
    programs = four.Programs(shop.folder, platform, end, real=False)
    came = four.play(shop, monkeypatch, programs)
    _check(shop, came, platform, end)


@pytest.mark.full
@pytest.mark.parametrize(("platform", "end"), four.CASES)
def test_the_programs_themselves_give_the_same(shop, monkeypatch, platform, end):
    missing = [name for name in four.PLACES[platform].programs if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{missing[0]} is not installed here: {record_runs.HOW}")
    patient(monkeypatch)
    programs = four.Programs(shop.folder, platform, end, real=True)
    try:
        came = four.play(shop, monkeypatch, programs)
    finally:
        assert programs.service is not None
        programs.service.close()
    if into := os.environ.get(record_runs.INTO):
        record_runs.keep(Path(into), platform, end, four.record(shop, programs, came.live))
    print(f"{platform} | {end} | {came.state} | {came.live} | {came.why}\n{came.warned}")
    _check(shop, came, platform, end)
