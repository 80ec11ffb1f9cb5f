"""Several things that are deployed from one repository: proposed from its files, named once, each with its values."""

import json
import tomllib

import pytest


@pytest.fixture
def several(desk):
    for folder, text in (("apps/web", 'app = "web"\n'), ("services/api", 'app = "api"\n')):
        (desk.checkout / folder).mkdir(parents=True)
        (desk.checkout / folder / "fly.toml").write_text(text)
    return desk


def config(desk):
    return tomllib.loads((desk.checkout / ".hotfix-tui.toml").read_text())


TARGETS = {
    "web": {"folder": "apps/web", "platform": "fly"},
    "api": {"folder": "services/api", "platform": "fly"},
}


def test_they_are_proposed_written_trusted_and_asked_for(several):
    said = several.do("platform").out
    assert "web            fly" in said and "services/api" in said and "hotfix-tui platform --targets" in said
    assert "2 " not in several.do("platform", "--targets", "--dry-run").out
    assert not (several.checkout / ".hotfix-tui.toml").exists()
    said = several.do("platform", "--targets", "--yes").out
    assert config(several) == {"deploy": {"targets": TARGETS}}
    assert (
        "web fly deploy" in said
        and "fly deploy --remote-only --image-label hotfix-{commit} -a api" in said
        and "Trusted" in said
    )
    shown = json.loads(several.do("platform", "--json").out)
    assert shown == {
        "schema": 1,
        "chosen": True,
        "targets": [{"name": name, **one} for name, one in TARGETS.items()],
    }
    assert "[web]\nFly.io (deploy.platform)" in several.do("platform").out
    done = several.call("platform", "--targets")
    assert done.code == 2 and "the configuration says it" in done.err
    several.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P0")
    status = json.loads(several.do("status", "--json").out)
    assert status["target"] is None
    several.do("do", "branch.preflight", "--choose", "api")
    assert json.loads(several.do("status", "--json").out)["target"] == "api"


def test_a_value_is_kept_with_the_one_that_it_is_of(several):
    several.do("platform", "--targets", "--yes")
    several.do("platform", "--target", "api", "fly", "app=shop-api-eu", "--yes")
    assert config(several)["deploy"]["targets"]["api"] == {
        **TARGETS["api"],
        "settings": {"app": "shop-api-eu"},
    }
    assert "-a shop-api-eu" in several.do("platform", "--target", "api").out
    for args, why in (
        (("--target", "apis"), "known are web, api"),
        (("fly", "app=x"), "say of which it is, with --target NAME"),
    ):
        done = several.call("platform", *args)
        assert done.code == 2 and why in done.err
    assert "settings" not in config(several)["deploy"]


def test_init_writes_them(several):
    text = several.do("init", "--print").out
    assert tomllib.loads(text)["deploy"] == {"targets": TARGETS}
