"""The detail of the steps that hand the change on shows the chain, and a break before everything else."""

from hotfix_tui.incident.rules.views import view
from hotfix_tui.ui.presenters import step_detail
from tests.incident.support import NOW
from tests.incident.test_chain import DONE, begun, proved, see, whole


def shown(record, step):
    return step_detail.of_step(record, view(record, record.definition(step)), NOW).plain


def test_the_chain_is_shown_link_by_link():
    text = shown(whole(), "deploy.live")
    assert "From tested to live:\n  ✓ tested tree1: " in text
    assert "  ✓ committed ccccccc: ccccccc holds the tested files (tree1)." in text
    assert "  ✓ tagged v1.0.1: " in text and "broken" not in text
    assert "From tested to live" not in shown(whole(), "monitor.smoke")
    assert "From tested to live" not in shown(proved(begun()), "verify.commit")


def test_a_break_is_said_before_the_help_of_the_step():
    record = whole(verify_push={"commit": "b" * 40})
    for step in ("verify.push", "deploy.production"):
        text = shown(record, step)
        assert text.index("The chain is broken at 'pushed'") < text.index(record.definition(step).help)
        assert "✗ pushed bbbbbbb: " in text and "? live " in text


def test_files_beside_the_test_are_named():
    record = proved(begun())
    see(record, "verify.test", untracked=["evil\x1b[2J.json"])
    see(record, "verify.commit", **DONE["verify.commit"])
    text = shown(record, "verify.push")
    assert "was there when it was tested" in text and "\x1b" not in text


def test_edits_in_the_other_tree_are_said_once():
    record = begun()
    see(record, "fix.change", tree="tree1", other_tree="You are editing the other tree: a.py changed in /x.")
    assert shown(record, "fix.change").count("other tree") == 1
