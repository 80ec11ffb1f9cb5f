"""A platform and its values are written into the file that is there: the rest of it stays to the letter."""

import tomllib

import pytest

from hotfix_tui.config.amend import table_with, targets_in, text_with, text_with_targets
from hotfix_tui.config.read import ConfigError, from_table

OLD = """\
# ours
service = "shop"   # its name

[deploy]
platform = "heroku"   # since 2020
production-url = "https://shop.example/"

[deploy.settings]
app = "shop"

[[smoke]]
name = "home"
url = "https://shop.example/"
"""


@pytest.mark.parametrize("text", ["", OLD, '[deploy]\nproduction-url = "https://x.example/"\n', "[git]\n"])
@pytest.mark.parametrize("values", [{}, {"app": "other", "image": 'r/x:{commit} "q" \\'}])
@pytest.mark.parametrize("platform", ["heroku", "fly"])
def test_the_file_then_says_it(text, values, platform):
    made = text_with(text, platform, values)
    assert tomllib.loads(made) == table_with(tomllib.loads(text), platform, values)
    deploy = from_table(tomllib.loads(made)).deploy
    assert deploy.platform == platform and deploy.settings.items() >= values.items()
    for line in text.splitlines():
        assert line in made or line.startswith(("platform", "app"))
    assert text_with(made, platform, values) == made


def test_a_comment_stays_and_values_of_another_platform_go():
    made = text_with(OLD, "fly", {"app": "new"})
    assert 'platform = "fly"   # since 2020' in made
    assert tomllib.loads(text_with(OLD, "fly", {}))["deploy"]["settings"] == {}


def test_another_projects_file():
    text = '[project]\nname = "shop"\n\n[tool.hotfix-tui]\nservice = "shop"\n'
    made = text_with(text, "fly", {"app": "shop"}, "tool.hotfix-tui.")
    assert tomllib.loads(made)["tool"]["hotfix-tui"]["deploy"] == {
        "platform": "fly",
        "settings": {"app": "shop"},
    }
    assert made.startswith(text)


@pytest.mark.parametrize("text", ['deploy = { platform = "x" }\n', 'deploy.platform = "x"\n'])
def test_what_cannot_be_followed_is_said_with_what_to_write(text):
    with pytest.raises(
        ConfigError, match=r"write below \[deploy\]: platform = \"fly\"; settings.app = \"shop\""
    ):
        text_with(text, "fly", {"app": "shop"})


@pytest.mark.parametrize("value", ["-x", "", "a\nb", "{nonsense}", 7])
def test_a_value_that_could_be_an_option_is_refused(value):
    with pytest.raises(ConfigError, match=r"deploy\.settings\.app"):
        from_table({"deploy": {"platform": "fly", "settings": {"app": value}}})


TARGETS = {"web": {"folder": "apps/web", "platform": "vercel"}, "api": {"platform": "fly"}}


@pytest.mark.parametrize("prefix", ["", "tool.hotfix-tui."])
@pytest.mark.parametrize("text", ["", OLD])
def test_targets_are_added_and_then_have_values_of_their_own(text, prefix):
    if prefix and text:
        text = OLD.replace("[deploy", f"[{prefix}deploy").replace("[[smoke", f"[[{prefix}smoke")
        text = text.replace("service =", "[tool.hotfix-tui]\nservice =")
    made = text_with_targets(text, TARGETS, prefix)
    assert all(line in made for line in text.splitlines())
    assert text_with_targets(made, TARGETS, prefix) == made
    made = text_with(made, "fly", {"app": "shop-api"}, prefix, "api")
    table = tomllib.loads(made)
    table = table["tool"]["hotfix-tui"] if prefix else table
    assert table == table_with(targets_in(table, TARGETS), "fly", {"app": "shop-api"}, "api")
    deploy = from_table(table).deploy
    assert (
        deploy.targets["api"].settings == {"app": "shop-api"} and deploy.targets["web"].platform == "vercel"
    )
    assert "app" not in deploy.settings or deploy.settings["app"] == "shop"


def test_targets_that_cannot_be_written_are_said():
    with pytest.raises(ConfigError, match=r"write \[deploy.targets.web\], \[deploy.targets.api\]"):
        text_with_targets("deploy = { environment = 'x' }\n", TARGETS)
