"""After a rollback: platforms that make a release of its own for it are not called failed for its new id."""
# ruff: noqa: F811  (fixtures are imported by name)

import pytest

from hotfix_tui.incident.model.evidence.deploy import RolledBack
from hotfix_tui.platforms import loader
from hotfix_tui.platforms.release import Release
from hotfix_tui.steps.deploy import release as releases
from tests.steps.support_release import isolated, shop  # noqa: F401

BAD = {"id": "13", "commit": "b" * 40}


@pytest.mark.parametrize(
    ("platform", "now", "back"),
    [
        ("ecs", Release("12"), True),
        ("ecs", Release("14"), False),
        ("kubernetes", Release("12"), True),
        ("kubernetes", Release("14", commit="a" * 40), True),
        ("kubernetes", Release("14", commit="c" * 40), False),
        ("heroku", Release("13"), False),
        ("heroku", Release("14"), None),
    ],
)
def test_what_is_served_after_a_rollback(shop, platform, now, back):
    shop.see("deploy.production", release=BAD, commit="b" * 40)
    went = RolledBack.from_dict({"target": "a" * 40, "target_release": "12"})
    found = releases.is_back(shop.ctx, loader.load(platform), releases.Served(now), went)
    assert found is back
