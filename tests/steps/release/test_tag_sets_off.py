"""release.tag and what comes after: version files, what tag and release set off, how the fix goes out."""

import pytest

from hotfix_tui.incident.rules import policy
from hotfix_tui.steps.common.set_off import left_to_publish, tag_sets_off, tag_starts
from hotfix_tui.steps.deploy.production import ProductionStep
from hotfix_tui.steps.release.confirm import ConfirmStep
from hotfix_tui.steps.release.merge import Merge
from hotfix_tui.steps.release.tag import Tag
from tests.steps.support_release import Shop


def landed(shop) -> None:
    shop.fix()
    shop.do(Merge())
    shop.do(ConfirmStep())


def test_a_version_file_that_is_behind_is_said_before_the_tag(tmp_path, isolated):
    shop = Shop(tmp_path)
    shop.here.commit("Version", VERSION="1.0.1\n", app__txt=(shop.here.path / "app.txt").read_text() + "x\n")
    shop.here("tag", "-a", "-m", "v1.0.1", "v1.0.1")
    shop.here("push", "-q", "origin", "main", "v1.0.1")
    shop.base = shop.here("rev-parse", "HEAD")
    shop.see("branch.base", commit=shop.base, choice="live", undeployed=0)
    landed(shop)
    plan = Tag().plan(shop.ctx)
    assert "v1.0.2" in plan.title
    assert [one for one in plan.warnings if "VERSION says 1.0.1" in one and "1.0.2" in one]


def test_what_the_tag_sets_off_is_said_with_its_place(shop):
    landed(shop)
    shop.see("branch.preflight", tag_deploys=True, tag_deploys_why="publishes to PyPI (r.yml:9)")
    assert Tag().plan(shop.ctx).warnings == [
        "A pushed version tag deploys or publishes: publishes to PyPI (r.yml:9)."
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"tag_starts": "opens a pull request (r.yml:9)"}, "The tag starts: opens a pull request (r.yml:9)."),
        (
            {
                "tag_starts": "Tests (ci.yml)",
                "tag_deploys": True,
                "tag_deploys_why": "publishes to npm (p.yml:3)",
            },
            "The tag also starts: Tests (ci.yml).",
        ),
        ({}, ""),
    ],
)
def test_what_else_the_tag_starts_is_said_by_its_name(shop, more, said):
    landed(shop)
    shop.see("branch.preflight", **more)
    plan = Tag().plan(shop.ctx)
    assert plan.starts == said and all(said not in one for one in plan.warnings if said)


def test_a_tag_of_which_nobody_is_sure_asks_until_it_is_answered(shop):
    landed(shop)
    shop.see("branch.preflight", tag_unsure="is called 'release' (r.yml:9)")
    (said,) = Tag().plan(shop.ctx).warnings
    assert "may publish" in said and "set deploys.tag" in said
    shop.record.facts["deploys.tag"] = "no"
    assert Tag().plan(shop.ctx).warnings == []
    shop.record.facts["deploys.tag"] = "yes"
    assert "r.yml:9" in Tag().plan(shop.ctx).warnings[0]


def test_after_on_release_the_release_has_to_be_published_and_the_steps_say_so(shop):
    landed(shop)
    shop.see(
        "branch.preflight",
        release_why="publishes to PyPI (p.yml:9)",
        forge="github",
        web="https://github.com/a/b",
    )
    (said,) = Tag().plan(shop.ctx).warnings
    assert said.startswith("The tag alone deploys and publishes nothing: publish the release v1.0.1 after it")
    assert "p.yml:9" in said
    shop.do(Tag())
    hand = ProductionStep().plan(shop.ctx).by_hand
    assert (
        "gh release create v1.0.1 --verify-tag" in hand
        and "releases/new?tag=v1.0.1" in hand
        and "p.yml:9" in hand
    )


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({}, ["gh release edit v1.0.1 --draft=false", "github.com/a/b/releases", "which nobody gets yet"]),
        (
            {"release_why": "publishes to PyPI (p.yml:9)"},
            ["that sets off: publishes to PyPI", "--draft=false"],
        ),
        (
            {"tag_deploys": True, "tag_deploys_why": "pushes container images (r.yml:3)"},
            ["pushes container images"],
        ),
    ],
    ids=["alone", "and its release publishes", "beside images"],
)
def test_a_draft_has_to_be_published_and_the_steps_say_so(shop, more, wanted):
    landed(shop)
    drafts = {
        "tag_drafts_why": "drafts a release (r.yml:9)",
        "forge": "github",
        "web": "https://github.com/a/b",
    }
    shop.see("branch.preflight", **drafts, **more)
    assert any("until you publish that draft" in one for one in Tag().plan(shop.ctx).warnings)
    assert policy.tag_placement(shop.record) == "before-deploy"
    shop.do(Tag())
    hand = ProductionStep().plan(shop.ctx).by_hand
    assert "r.yml:9" in hand and all(text in hand for text in wanted), hand


def test_how_the_fix_goes_out_where_nothing_deploys_it(shop):
    landed(shop)
    shop.see(
        "branch.preflight", versions_by="release-please", versions_by_place="r.yml:3", versions_publish=False
    )
    assert "release-please has opened or updated" in ProductionStep().plan(shop.ctx).by_hand
    assert any("release-please" in one for one in Merge().plan(shop.ctx).warnings)
    shop.see("branch.preflight", versions_by="TagBot", versions_by_place="t.yml:3", versions_publish=False)
    hand = ProductionStep().plan(shop.ctx).by_hand
    assert "@JuliaRegistrator register" in hand and "release request" not in hand
    assert any(
        one.startswith("TagBot tags the version of the fix") for one in Merge().plan(shop.ctx).warnings
    )
    shop.see(
        "branch.preflight",
        versions_by="semantic-release",
        versions_publish=True,
        push_publishes_why="x (r.yml:3)",
    )
    assert "The merge set off: x (r.yml:3)" in ProductionStep().plan(shop.ctx).by_hand


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("fix: x", "The tag also starts: Tests (.github/workflows/t.yml)."),
        ("fix: x [skip ci]", ""),
    ],
)
def test_a_mark_in_the_message_of_what_is_tagged_is_said_before_the_tag(shop, message, said):
    landed(shop)
    why = "publishes to npm (.github/workflows/p.yml:3)"
    seen = {"tag_deploys": True, "tag_deploys_why": why, "tag_starts": "Tests (.github/workflows/t.yml)"}
    shop.see("branch.preflight", **seen, release_why="uploads files (.github/workflows/r.yml:9)")
    commit = shop.here("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", message)
    assert tag_starts(shop.ctx, commit) == said
    first, *more = tag_sets_off(shop.ctx, "v1.0.2", commit)
    assert ("publishes to npm" in first) == bool(said)
    assert (f"The message of {commit[:7]} says [skip ci]: a push of its tag starts no pipeline" in first) == (
        not said
    )
    assert more == [
        "Publishing the release v1.0.2 afterwards sets off: uploads files (.github/workflows/r.yml:9)."
    ]


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({}, ""),
        ({"tag_deploys": True, "tag_deploys_why": "publishes to npm (p.yml:3)"}, ""),
        (
            {"release_why": "publishes with goreleaser (r.yml:9)"},
            "publish the release of v1.0.1, which sets off: publishes with goreleaser (r.yml:9); "
            "the tag alone does not",
        ),
        ({"tag_drafts_why": "drafts (r.yml:9)"}, "publish the draft of v1.0.1 when its files are there"),
    ],
)
def test_what_is_left_to_publish_is_said_once_the_tag_stands(shop, seen, said):
    landed(shop)
    shop.see("branch.preflight", **seen)
    assert left_to_publish(shop.ctx, "v1.0.1") == said
    why = shop.do(Tag()).why
    assert why.endswith(said) and (said or " on origin" in why)
