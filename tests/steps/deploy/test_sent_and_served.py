"""What a deployment sent is compared with what serves, where both name one and the same thing for ever."""

import json

import pytest

from hotfix_tui.platforms import loader
from hotfix_tui.platforms.loader import PlatformError
from hotfix_tui.platforms.release import ServedRelease, read
from hotfix_tui.steps.deploy import arrival
from hotfix_tui.steps.deploy import release as releases
from tests.platforms.test_loader import MINIMAL

ARN = "arn:aws:ecs:eu-west-1:1234:task-definition/"
AT = loader.load("ecs").commands["current"].release


def asked(shop, sent, before, serves):
    """Return whether what was sent serves, as the platform's own answer tells."""
    settings = {"cluster": "prod", "service": "shop", "definition": sent}
    shop.configure(deploy={"platform": "ecs", "settings": settings})
    shop.fix()
    old = {"id": before, "content": releases.exact(AT, before)}
    shop.see("deploy.production", "unknown", commit=shop.commit, platform="ecs", release_before=old)
    now = ServedRelease(serves, content=releases.exact(AT, serves))
    return arrival._by_release(shop.ctx, loader.load("ecs"), shop.commit, now, "not told").same


@pytest.mark.parametrize("sent", ["shop:42", f"{ARN}shop:42"])
@pytest.mark.parametrize(
    ("before", "serves", "same"),
    [
        (f"{ARN}shop:41", f"{ARN}shop:42", True),
        (f"{ARN}shop:41", f"{ARN}shop:41", False),
        (f"{ARN}shop:41", f"{ARN}shop:43", None),
        (f"{ARN}shop:41", f"{ARN}shop:4", None),
        (f"{ARN}shop:42", f"{ARN}shop:42", None),
    ],
)
def test_a_revision_that_was_sent_is_known_where_it_serves(shop, sent, before, serves, same):
    assert asked(shop, sent, before, serves) is same


@pytest.mark.parametrize("sent", ["shop", f"{ARN}shop", "shop:", "shop:latest", "shop:42 "])
@pytest.mark.parametrize("serves", [f"{ARN}shop:41", f"{ARN}shop:42"])
def test_a_name_that_moves_is_neither_a_yes_nor_a_no(shop, sent, serves):
    assert asked(shop, sent, f"{ARN}shop:41", serves) is None


@pytest.mark.parametrize(
    ("serves", "content"), [(f"{ARN}shop:42", "shop:42"), (f"{ARN}shop", ""), ("other/x:1", "")]
)
def test_it_is_read_in_the_platforms_own_answer(serves, content):
    one = {"taskDefinition": serves, "deployments": [{"rolloutState": "COMPLETED"}]}
    assert read(json.dumps({"services": [one]}).encode(), AT).content == content


@pytest.mark.parametrize(("exact", "match"), [("x", "has no group called exact"), ("(", "cannot be read")])
def test_a_form_that_names_nothing_is_refused(exact, match):
    text = f'[commands.current]\nrun = [["x"]]\n[commands.current.release]\nid = "/a"\nform = "x"\nexact = "{exact}"\n'
    with pytest.raises(PlatformError, match=match):
        loader.parse((MINIMAL + text).encode(), "x")
