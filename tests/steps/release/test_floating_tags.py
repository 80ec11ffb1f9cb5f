"""release.tag and the tags that users pin (`v1` for `v1.0.1`): asked about, moved once confirmed, never unasked."""

import pytest

from hotfix_tui.incident.model.evidence.release import Tagged
from hotfix_tui.incident.rules import gates
from hotfix_tui.steps.contract import Refused
from hotfix_tui.steps.release.tag import Tag
from tests.steps.support_release import Shop
from tests.steps.test_release_tag import landed, remote_tags


def pin(shop, *names: str, at: str = "", annotated: bool = False) -> None:
    """Tags that stand at the release that is live, here and on the remote."""
    for name in names:
        shop.here("tag", *(["-a", "-m", name] if annotated else []), name, at or shop.base)
        shop.here("push", "-q", "origin", f"refs/tags/{name}")


def tagged(shop):
    """The fix has landed and its release is tagged; what the step then says."""
    landed(shop)
    return shop.do(Tag())


def stands(shop, name: str) -> str:
    there = remote_tags(shop)
    return there.get(f"refs/tags/{name}^{{}}") or there[f"refs/tags/{name}"]


@pytest.mark.parametrize("annotated", [False, True])
def test_it_is_said_before_the_tag_asked_after_it_and_moved_when_that_is_chosen(shop, annotated):
    pin(shop, "v1", annotated=annotated)
    commit = landed(shop)
    (said,) = Tag().plan(shop.ctx).warnings
    assert "Whoever pins v1 gets" in said and "v1.0.0" in said and "--choose move" in said
    found = shop.do(Tag())
    assert found.state == "asks" and "v1.0.1 is there, but v1" in found.why
    assert stands(shop, "v1") == shop.base, "nothing is moved unasked"
    assert [one.name for one in Tag().choices(shop.ctx)] == ["move", "leave"]
    with pytest.raises(Refused, match=r"v1\.0\.1 is there, but v1"):
        Tag().plan(shop.ctx)
    plan = Tag().plan(shop.ctx, "move")
    assert any("runs the fix" in one for one in plan.warnings)
    (command,) = plan.commands
    words = command.argv
    was = remote_tags(shop)["refs/tags/v1"]
    assert f"--force-with-lease=refs/tags/v1:{was}" in words and not {"-f", "--force"} & set(words)
    assert shop.do(Tag(), "move").state == "done"
    assert stands(shop, "v1") == commit and Tag().choices(shop.ctx) == []


def test_moving_takes_the_typed_ticket_and_leaving_does_not(shop):
    pin(shop, "v1")
    tagged(shop)
    assert gates.needs_confirmation(shop.record, "release.tag", "move")
    assert not gates.needs_confirmation(shop.record, "release.tag", "leave")


def test_left_where_it_stands_it_is_asked_no_more_for_this_release(shop):
    pin(shop, "v1")
    tagged(shop)
    found = Tag().apply(shop.ctx, "leave")
    assert found.state == "done" and found.seen(Tagged).left == ("v1",)
    shop.see("release.tag", **found.evidence)
    assert Tag().probe(shop.ctx).state == "done" and stands(shop, "v1") == shop.base


def test_all_that_stay_behind_are_moved_together(shop):
    pin(shop, "v1", "v1.0")
    commit = landed(shop)
    found = shop.do(Tag())
    assert found.seen(Tagged).behind == ("v1.0", "v1")
    assert shop.do(Tag(), "move").state == "done"
    assert {stands(shop, "v1"), stands(shop, "v1.0")} == {commit}


def test_tags_of_a_package_are_pinned_too(shop):
    pin(shop, "web@1.0.0", "web@1")
    shop.configure(git={"tag-pattern": "web@*"})
    assert tagged(shop).seen(Tagged).behind == ("web@1",)


def test_a_tag_that_somebody_moved_meanwhile_is_not_overwritten(shop):
    pin(shop, "v1")
    tagged(shop)
    plan = Tag().plan(shop.ctx, "move")
    other = shop.here.commit("Other", other2__txt="x\n")
    shop.here("push", "-q", "-f", "origin", f"{other}:refs/tags/v1")
    state, folder = shop.run(plan)
    assert Tag().conclude(shop.ctx, state, str(folder)).state == "failed"
    assert stands(shop, "v1") == other


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ({"v1": "elsewhere"}, "it stands at no release of this line, so it is something of its own"),
        ({"v1": "base", "v1.2.0": "elsewhere"}, "a higher release of these numbers is there already"),
        ({"v2": "base"}, "it names other numbers"),
        ({"stable": "base"}, "a name without numbers says of no release that it is its line's"),
    ],
)
def test_what_is_no_such_tag_is_left_alone(shop, tags, why):
    elsewhere = shop.here.commit("Elsewhere", elsewhere__txt="x\n")
    for name, where in tags.items():
        pin(shop, name, at=shop.base if where == "base" else elsewhere)
    shop.here("reset", "-q", "--hard", shop.base)
    landed(shop)
    assert not any("pins" in one for one in Tag().plan(shop.ctx).warnings), why
    shop.do(Tag())
    assert Tag().probe(shop.ctx).state == "done", why
    with pytest.raises(Refused, match="No tag that users pin"):
        Tag().plan(shop.ctx, "move")


@pytest.mark.parametrize(
    "step",
    [
        "      - uses: haya14busa/action-update-semver@v1\n",
        "      - run: git tag -f v1 && git push -f origin v1\n",
        "      - uses: actions/publish-action@v0.3.0\n",
    ],
)
def test_a_workflow_that_moves_it_is_named(tmp_path, isolated, step):
    shop = Shop(tmp_path)
    work = shop.here.path / ".github" / "workflows"
    work.mkdir(parents=True)
    (work / "major.yml").write_text(f"on: release\njobs:\n  m:\n    steps:\n{step}")
    shop.here("add", ".github")
    shop.base = shop.here.commit("Workflow", more__txt="x\n")
    shop.here("tag", "-a", "-m", "v1.0.1", "v1.0.1")
    shop.here("push", "-q", "origin", "main", "v1.0.1")
    shop.see("branch.base", commit=shop.base, choice="live", undeployed=0)
    pin(shop, "v1")
    landed(shop)
    assert any(".github/workflows/major.yml may move it" in one for one in Tag().plan(shop.ctx).warnings)
