"""What is asked of a forge about deployments: one call, bounded to one environment of one repository."""

from hotfix_tui.forges.address import parse_remote
from hotfix_tui.forges.deployments import question


def test_github_is_asked_for_the_newest_deployments_with_variables_and_no_text_in_the_query():
    asked = question(parse_remote("git@github.com:acme/shop.git"), 'prod" }) { evil')
    assert asked.argv[:4] == ("gh", "api", "graphql", "--hostname=github.com")
    fields = dict(word.removeprefix("--raw-field=").split("=", 1) for word in asked.argv[4:])
    assert fields.keys() == {"query", "owner", "name", "environment"}
    assert (fields["owner"], fields["name"], fields["environment"]) == ("acme", "shop", 'prod" }) { evil')
    assert "evil" not in fields["query"] and "direction: DESC" in fields["query"]
    assert asked.env["GH_PROMPT_DISABLED"] == "1"


def test_an_enterprise_host_is_named():
    asked = question(parse_remote("https://github.acme.example/team/shop.git"), "production")
    assert "--hostname=github.acme.example" in asked.argv


def test_gitlab_is_asked_for_the_last_success_with_every_value_encoded():
    asked = question(parse_remote("https://gitlab.acme.example/group/sub/shop.git"), "prod eu/1&x=1")
    assert asked.argv == (
        "glab",
        "api",
        "projects/group%2Fsub%2Fshop/deployments?environment=prod%20eu%2F1%26x%3D1"
        "&status=success&order_by=id&sort=desc&per_page=1",
    )
    assert asked.env["GITLAB_HOST"] == "gitlab.acme.example" and asked.env["NO_PROMPT"] == "1"


def test_a_forge_without_such_a_record_is_not_asked():
    for url in ("https://codeberg.org/acme/shop.git", "/srv/shop.git", "https://bitbucket.org/acme/shop.git"):
        assert question(parse_remote(url), "production") is None
