"""The picture of the branch stage, from records of real steps in real repositories."""

import json
import sys
from datetime import timedelta

import pytest

from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui.pictures import branch
from hotfix_tui.ui.pictures.scene import Scene
from tests import typed
from tests.steps.support import NOW
from tests.ui.hostile import PAYLOADS, spoil
from tests.ui.pictures.painted import CONTROLS, holds, row_with
from tests.ui.pictures.painted import styles_of as styles
from tests.ui.pictures.painted import text as shown


def says(text):
    """A live command that prints `text`."""
    return [sys.executable, "-c", f"print({text!r})"]


def scene(incident, *, looked=True, select=None, **more):
    """What there is to paint, as the screen would have it."""
    record = incident.record
    seen = views(record)
    found = branch.ask(incident) if looked else None
    return Scene(record, seen, "branch", seen.get(select), more.pop("now", NOW), looked=found, **more)


def painted(incident, width=80, height=11, **more):
    made = scene(incident, **more)
    holds(branch.paint, made)
    return branch.paint(made, width, height)


@pytest.fixture
def looked(incident):
    incident.probe("branch.preflight")
    return incident


def more_on_main(incident, subjects, **files):
    """Let `main` of the remote get commits, and fetch them."""
    world = incident.world
    world("switch", "-q", "main")
    for subject in subjects:
        world.commit(subject, **(files or {f"{subject.split()[0]}.py": subject}))
    world("push", "-q", "origin", "main")


def test_before_anything_is_known_it_says_what_will_be_asked(looked):
    said = shown(painted(looked, looked=False))
    assert "not known yet" in said and "Nothing is known yet of what is live" in said
    assert "●" not in said and "◆" not in said
    looked.record.facts["published"] = "yes"
    said = " ".join(shown(painted(looked, looked=False)).split())
    assert (
        "Nothing is known yet of what users have. Find what users have asks" in said
        and "live asks" not in said
    )


def test_what_was_chosen_is_said_to_be_chosen(looked):
    looked.do("branch.base", "v1.0.0")
    made = scene(looked)
    assert branch.sentence(made, made.views["branch.base"]) == "v1.0.0, as chosen"


def test_the_graph_starts_at_what_is_live(looked):
    looked.do("branch.base")
    rows = painted(looked)
    head, tag = (
        looked.world("rev-parse", "--short=7", "main"),
        looked.world("rev-parse", "--short=7", "v1.0.0^{}"),
    )
    said = shown(rows).splitlines()
    assert said[0].startswith("─ Where the hotfix starts ─") and said[0].endswith("1 commit is not live ─")
    assert said[1].startswith(f" main    ○  {head}  Not live yet") and said[1].endswith("13 h Ann")
    assert said[2] == "         │ ╭─ ◆ the hotfix  is made here"
    assert said[3] == "         ├─╯"
    assert said[4].startswith(f" live    ●  {tag}  v1.0.0  Start")
    assert "$warn" in styles(rows[1], "○") and "$ok" in styles(rows[4], "●")
    assert "What is live, by evidence" in said[5] and said[5].endswith("1 source ─")
    assert said[6].startswith(f" ✓  tag v1.0.0   {tag}") and "tagged 13 h ago" in said[6]


def test_it_stands_before_git_has_answered(looked):
    looked.do("branch.base")
    said = shown(painted(looked, looked=False))
    assert "looking…" in said and "1 commit not live" in said and "●" in said


def test_only_five_commits_that_are_not_live_are_named(looked):
    more_on_main(looked, [f"Change {n}" for n in range(12)])
    looked.do("branch.base")
    said = shown(painted(looked, 83, 36)).splitlines()
    assert said[0].endswith("13 commits are not live ─")
    assert [line[21:30].strip() for line in said[1:6]] == [f"Change {n}" for n in range(11, 6, -1)]
    assert said[6].strip() == "┆  … and 8 more"
    assert "13 commits" in row_with(painted(looked, 83, 36), "What would be included").plain


def test_a_head_that_is_a_merge_is_named_as_the_head_and_not_counted(looked):
    """A request of one commit that was merged: main is the merge, and what is not live is the commit."""
    world = looked.world
    world("switch", "-q", "-c", "topic", "main")
    world.commit("Topic of its own", **{"topic.py": "x"})
    world("switch", "-q", "main")
    world("merge", "-q", "--no-ff", "-m", "Merge the topic", "topic")
    world("push", "-q", "origin", "main")
    looked.do("branch.base")
    head, topic = (world("rev-parse", "--short=7", name) for name in ("main", "topic"))
    first, second, *_ = shown(painted(looked, 83, 36)).splitlines()[1:]
    assert first.split()[:3] == ["main", "○", head] and "Merge the topic" in first
    assert second.split()[:2] == ["○", topic]
    assert "2 commits are not live" in shown(painted(looked)).splitlines()[0]


def test_where_all_of_main_is_live_the_labels_share_the_row(looked):
    head = looked.world("rev-parse", "main")
    looked.record.config["git"] = {
        "live": says(json.dumps({"commit": head, "deployed_at": "2023-11-15T09:00:00Z"}))
    }
    looked.do("branch.base")
    said = shown(painted(looked)).splitlines()
    assert said[0].endswith("all of main is live ─")
    assert said[1] == "            ◆ the hotfix  is made here"
    assert said[2].startswith(f" main, live ●  {head[:7]}  Not live yet")
    assert f" ✓  live command   {head[:7]}   deployed 3 h ago" in shown(painted(looked))
    assert f" ·  tag v1.0.0     {looked.world('rev-parse', '--short=7', 'v1.0.0^{}')}" in shown(
        painted(looked)
    )


def test_once_the_fix_has_landed_it_says_of_which_time_it_speaks(looked):
    head = looked.world("rev-parse", "main")
    looked.record.config["git"] = {"live": says(json.dumps({"commit": head}))}
    looked.do("branch.base")
    typed.put(looked.record, "release.confirm", "done", {"commit": "a" * 40}, at=NOW, by="Ann")
    looked.record.steps["branch.base"]["at"] = asked = NOW - timedelta(hours=1)
    said = shown(painted(looked))
    assert (
        f"all of main was live when asked, {asked:%H:%M} ─" in said
        and "is live" not in said
        and "What was live" in said
    )
    assert f" main, was live ●  {head[:7]}" in said
    typed.add(looked.record, "branch.base", undeployed=2)
    assert f"2 commits were not live when asked, {asked:%H:%M} ─" in shown(painted(looked))


def test_sources_that_disagree_are_told(looked):
    more_on_main(looked, ["Second"])
    looked.world("tag", "-a", "v1.1.0", "-m", "v1.1.0")
    looked.world("push", "-q", "origin", "v1.1.0")
    old = looked.world("rev-parse", "v1.0.0^{}")
    looked.record.config["git"] = {"live": says(old)}
    looked.do("branch.base")
    rows = painted(looked)
    rule = row_with(rows, "What is live, by evidence")
    assert "sources disagree" in rule.plain and "$bad" in styles(rule, "sources disagree")
    odd = row_with(rows, "tag v1.1.0")
    assert odd.plain.startswith(" ✗") and "$bad" in styles(odd, "✗")
    assert row_with(rows, "live command").plain.startswith(" ✓")


def test_what_is_live_but_on_no_branch_stands_in_a_column_of_its_own(looked):
    world = looked.world
    world("switch", "-q", "--detach", "v1.0.0")
    apart = world.commit("Patched by hand", **{"hand.py": "1\n"})
    apart = world("rev-parse", "HEAD")
    world("push", "-q", "origin", "HEAD:refs/tags/by-hand")
    world("switch", "-q", "main")
    looked.record.config["git"] = {"live": says(apart)}
    looked.do("branch.base")
    assert looked.record.evidence(Base).apart == 1
    said = shown(painted(looked)).splitlines()
    assert said[1].startswith(" main    ○  ")
    assert said[2] == "         │ ◆ the hotfix  is made here"
    assert said[3].startswith(f" live    │ ●  {apart[:7]}")
    assert said[4].startswith("         │ ○  ")


def test_where_nothing_says_what_is_live_a_bare_question_mark_stands(looked):
    for name in looked.world("tag").splitlines():
        looked.world("tag", "-d", name)
        looked.world("push", "-q", "origin", f":refs/tags/{name}")
    looked.do("branch.base")
    rows = painted(looked)
    said = shown(rows)
    assert "not known what is live" in said.splitlines()[0]
    assert " main, live? ?  " in said and "●" not in said


def test_a_question_shows_what_can_be_chosen(looked):
    evidence = Base(
        question="The tag v1.0.0 is old. Choose what is live",
        candidates=(
            branch_candidate(looked, "v1.0.0^{}", tag="v1.0.0", branch="main", why="the highest release"),
            branch_candidate(looked, "main", why="the head of main"),
        ),
    )
    looked.set("branch.base", **evidence.to_dict())
    said = shown(painted(looked))
    assert "Choose what is live" in said and said.count(" ?  ") == 2 and "lands on main" in said


def branch_candidate(incident, ref, **more):
    from hotfix_tui.incident.model.evidence.branch import Candidate

    return Candidate(name=ref, commit=incident.world("rev-parse", ref), **more)


def test_rolling_forward_hangs_the_hotfix_at_the_head(looked):
    looked.do("branch.base", "production")
    said = shown(painted(looked, 83, 36)).splitlines()
    assert said[1] == "            ◆ the hotfix  is made here".replace("   ◆", "◆") or "◆" in said[1]
    assert "main" in said[2] and "Not live yet" in said[2]
    assert said[3].startswith(" live    ●")
    assert "They go live with the fix, which starts from main." in "\n".join(said)


def test_what_rides_along_is_told_with_its_files(looked):
    more_on_main(
        looked, ["Faster search"], **{"shop.py": "def total(prices):\n    return 1\n", "search.py": "1\n"}
    )
    looked.do("branch.base")
    rows = painted(looked, 83, 36)
    row = row_with(rows[10:], "Faster search")
    assert "search.py, shop.py" in row.plain and "not in the fix" not in row.plain
    assert "2 commits, 3 files" in row_with(rows, "What would be included").plain
    looked.do("branch.create")
    looked.write("shop.py", "def total(prices):\n    return sum(prices) + 0\n")
    looked.probe("fix.change")
    rows = painted(looked, 83, 36)
    row = row_with(rows[10:], "Faster search")
    assert "touches shop.py" in row.plain and "$warn" in styles(row, "touches shop.py")
    assert "later.py · not in the fix" in row_with(rows[10:], "Not live yet").plain


def test_the_branch_that_was_made_has_its_name(looked):
    looked.until("branch.create")
    said = shown(painted(looked))
    assert f"◆ {looked.record.stored('branch.create').get('branch')}" in said and "is made here" not in said


def test_the_checklist_says_what_was_found(looked):
    looked.do("branch.base")
    made = scene(looked)
    said = {view.id: (branch.word(made, view), branch.sentence(made, view)) for view in made.here()}
    tag = looked.world("rev-parse", "--short=7", "v1.0.0^{}")
    assert said["branch.preflight"] == ("", "clean, origin, main")
    assert said["branch.base"] == (tag, "v1.0.0, by tag")
    looked.do("branch.create")
    made = scene(looked)
    assert branch.sentence(made, made.views["branch.create"]).startswith(
        "hotfix/ENG-7-totals-are-wrong in this checkout"
    )


def test_one_call_reads_the_commits(looked, monkeypatch):
    from hotfix_tui.git.process import Git

    more_on_main(looked, [f"Change {n}" for n in range(9)])
    looked.do("branch.base")
    calls, run = [], Git.run

    def counted(self, *args, **options):
        calls.append(args[0])
        return run(self, *args, **options)

    monkeypatch.setattr(Git, "run", counted)
    found = branch.ask(looked)
    assert calls == ["log", "diff-tree"] and len(found.commits) <= 12


def test_what_came_from_outside_stays_text(looked):
    looked.do("branch.base")
    for payload in PAYLOADS.values():
        spoil(looked.record, payload)
        made = scene(looked)
        holds(branch.paint, made, outside=payload + CONTROLS)
        for view in made.here():
            branch.word(made, view), branch.sentence(made, view)


def test_ages_are_told_in_one_unit(looked):
    looked.do("branch.base")
    rows = painted(looked, now=NOW + timedelta(days=400))
    assert " 1 y Ann" in rows[1].plain


def test_a_record_of_an_earlier_version_names_its_source(looked):
    """Before, what each source said was kept as sentences only, or not at all."""
    looked.do("branch.base")
    evidence = looked.record.steps["branch.base"]["evidence"]
    heard = evidence.pop("heard")
    assert heard and "tag v1.0.0: " in shown(painted(looked))
    evidence.pop("sources")
    said = shown(painted(looked))
    assert f" ✓  tag   {evidence['commit'][:7]}   v1.0.0" in said


def second_round(incident, choice, tag_of, tagged):
    """A record whose second round takes a base by `choice`; the highest tag is on `tag_of`, made at `tagged`."""
    record = incident.record
    base, fix = incident.world("rev-parse", "main"), "f" * 40
    record.rounds[0].update(verdict="worse", evidence={"base": base, "commit": fix, "landed": "d" * 40})
    record.rounds.append({"number": 2, "begun_at": NOW, "why": "again", "base": choice})
    record.doc["round"] = 2
    heard = [{"source": "tag v1.0.1", "key": "tag", "commit": tag_of, "at": tagged, "dated": "tagged"}]
    known = {"commit": base, "source": "round 1", "choice": choice, "target": "main", "heard": heard}
    known |= {"sources": ["tag v1.0.1"], "tagged_at": NOW - timedelta(days=1)}
    typed.put(record, "branch.base", "done", known, at=NOW, by="Ann")


@pytest.mark.parametrize("fix", ["f", "d"])
@pytest.mark.parametrize("choice", ["same", "on-top"])
def test_the_tag_of_an_earlier_rounds_fix_is_called_that_and_nobody_was_asked_again(looked, choice, fix):
    second_round(looked, choice, fix * 40, NOW - timedelta(minutes=6))
    rows = painted(looked)
    assert "not asked again in this round" in row_with(rows, "What is live, by evidence").plain
    assert row_with(rows, "tag v1.0.1").plain.rstrip().endswith("tagged 6 m ago, the fix of round 1")


@pytest.mark.parametrize(("ago", "said"), [(timedelta(hours=2), ""), (timedelta(days=3), ", older")])
def test_only_a_tag_from_before_the_base_is_called_older(looked, ago, said):
    second_round(looked, "same", "b" * 40, NOW - ago)
    row = row_with(painted(looked), "tag v1.0.1").plain.rstrip()
    assert row.endswith(f" ago{said}")
