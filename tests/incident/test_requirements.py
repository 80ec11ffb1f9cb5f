"""The table of requirements, row by row, as the design has it; typed by hand, not read from the code."""

import pytest

from hotfix_tui.incident.edits import person as actions
from hotfix_tui.incident.model.catalog import STEPS
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.requirements import requirement, waivable
from hotfix_tui.incident.rules.views import view, views
from tests.incident.support import ANN, CONFIG, make, see, settle

LEVELS = ("P0", "P1", "P2", "P3")

# One line a row: the steps, then P0 to P3; "d" marks a debt. Without a second form it holds for both orders.
ROWS = """
triage.describe triage.severity                                          | R R R R
branch.preflight branch.base branch.create fix.change verify.commit      | R R R R
deploy.production deploy.live                                            | R R R R
triage.rollback-first                                                    | R R O O
fix.root-cause fix.regression-test fix.guard                             | W W W W
verify.setup verify.test verify.typecheck verify.build verify.proof      | W W W W
verify.reproduced verify.resolved verify.normal-path verify.edge-cases   | W W W W
verify.nothing-new                                                       | W W W W
verify.staging verify.staging-verified                                   | O W W W
pull-request.checks                                                      | W W W W
release.tag                                                              | Wd Wd Wd Wd
pull-request.approval                                                    | Wd R R R
pull-request.alerts pull-request.on-call pull-request.ready              | W W W O
monitor.smoke monitor.watch                                              | W W W W
monitor.error-rate monitor.no-new-errors monitor.api-latency             | W W O O
monitor.database monitor.third-party monitor.user-activity               | W W O O
monitor.support-tickets monitor.chat monitor.social                      | W W O O
monitor.status-comments                                                  | W W O O
communicate.internal                                                     | W W W W
communicate.status-page                                                  | W W O O
communicate.email                                                        | O O O O
backport.release-2-2                                                     | W W W W
review.ticket review.log review.timeline review.follow-ups               | W W W O
review.alerts review.docs                                                | W W O O
review.schedule review.document                                          | R R O O
"""
MERGE_FIRST = """
verify.push pull-request.body pull-request.create                        | R R R R
release.merge release.confirm                                            | R R R R
"""
DEPLOY_FIRST = """
verify.push pull-request.body pull-request.create                        | Wd Wd Wd Wd
release.merge release.confirm                                            | Wd Wd Wd Wd
"""


def rows(text):
    for line in text.strip().splitlines():
        steps, levels = line.split("|")
        for step in steps.split():
            for severity, level in zip(LEVELS, levels.split(), strict=True):
                yield step, severity, level


def expectations():
    for order, own in (("merge-first", MERGE_FIRST), ("deploy-first", DEPLOY_FIRST)):
        for step, severity, level in rows(ROWS + own.lstrip()):
            yield order, step, severity, level


def ordered(severity, order):
    return make(severity, config={**CONFIG, "policy": {severity: {"order": order}}})


def test_the_table_above_has_every_step_once_and_both_orders():
    for order in ("merge-first", "deploy-first"):
        steps = {step for found, step, _, _ in expectations() if found == order}
        assert steps - {"backport.release-2-2"} == set(STEPS)
    assert len(list(expectations())) == 2 * 4 * (len(STEPS) + 1)


@pytest.mark.parametrize("order", ["merge-first", "deploy-first"])
@pytest.mark.parametrize("severity", LEVELS)
def test_every_row_at_every_severity_and_in_both_orders(severity, order):
    record = ordered(severity, order)
    assert policy.order(record) == order
    for found, step, level, wanted in expectations():
        if (found, level) != (order, severity):
            continue
        asked = requirement(record, step)
        assert asked.level == wanted[0], (step, severity, order)
        assert asked.debt == wanted.endswith("d"), (step, severity, order)
        assert waivable(record, step) == (wanted[0] != "R"), (step, severity, order)
        assert bool(asked.why) == (wanted[0] == "O"), "what is not asked is said"


@pytest.mark.parametrize("order", ["merge-first", "deploy-first"])
@pytest.mark.parametrize("severity", LEVELS)
def test_what_is_waivable_can_be_waived_and_nothing_else(severity, order):
    for found, step, level, wanted in expectations():
        if (found, level) != (order, severity) or step.startswith("triage."):
            continue
        record = ordered(severity, order)
        if wanted[0] == "R":
            with pytest.raises(actions.Refused) as no:
                actions.waive(record, ANN, step, "Kim Lead", "at night")
            assert "cannot be waived" in str(no.value)
            assert record.waivers == []
        else:
            actions.waive(record, ANN, step, "Kim Lead", "at night")
            state = view(record, record.definitions()[step]).state
            assert state == "waived", (step, severity, order, state)


@pytest.mark.parametrize("severity", LEVELS)
@pytest.mark.parametrize(
    ("wanted", "level"), [(True, "W"), ("required", "W"), (False, "O"), ("optional", "O")]
)
def test_policy_says_whether_staging_is_asked(severity, wanted, level):
    record = make(severity, config={**CONFIG, "policy": {severity: {"staging": wanted}}})
    assert requirement(record, "verify.staging").level == level
    assert requirement(record, "verify.staging-verified").level == level


@pytest.mark.parametrize("severity", LEVELS)
def test_no_approvals_by_policy_is_optional_and_says_so(severity):
    asked = requirement(
        make(severity, config={**CONFIG, "policy": {severity: {"approvals": 0}}}), "pull-request.approval"
    )
    assert asked == ("O", False, "not asked by policy: approvals = 0")
    other = make(severity, config={**CONFIG, "policy": {severity: {"approvals": 2}}})
    assert requirement(other, "pull-request.approval").level == ("W" if severity == "P0" else "R")


@pytest.mark.parametrize("severity", LEVELS)
def test_what_does_not_exist_is_not_needed_and_said_so(severity):
    record = make(severity, config={})
    for step in ("setup", "typecheck", "build", "staging", "staging-verified"):
        seen = view(record, STEPS[f"verify.{step}"])
        assert (seen.state, seen.required.level) == ("not-needed", "-")
        assert seen.why
    assert requirement(record, "verify.test").level == "W", "without a command a person runs the tests"
    actions.tick(record, ANN, "verify.test", "ran them by hand")
    assert view(record, STEPS["verify.test"]).state == "done"


@pytest.mark.parametrize("severity", LEVELS)
def test_without_a_remote_nothing_is_pushed_and_no_pull_request_is_opened(severity):
    record = make(severity, remote="", forge="none")
    absent = {name for name, seen in views(record).items() if seen.state == "not-needed"}
    assert absent == {"verify.push", "pull-request.create", "pull-request.checks"}
    assert requirement(record, "release.merge").level == ("W" if severity == "P0" else "R")


@pytest.mark.parametrize("severity", LEVELS)
def test_a_remote_that_is_no_forge_has_no_pull_request_but_a_push_and_an_approval(severity):
    record = make(severity, forge="none")
    absent = {name for name, seen in views(record).items() if seen.state == "not-needed"}
    assert absent == {"pull-request.create", "pull-request.checks"}
    assert requirement(record, "pull-request.approval").level == ("W" if severity == "P0" else "R")


@pytest.mark.parametrize(
    ("setting", "evidence", "placement", "order", "listed"),
    [
        ("auto", {}, "after-verify", "merge-first", "monitor"),
        ("auto", {"tag_deploys": True}, "before-deploy", "merge-first", "release"),
        ("after-verify", {"tag_deploys": True}, "after-verify", "merge-first", "monitor"),
        ("before-deploy", {}, "before-deploy", "merge-first", "release"),
        ("auto", {}, "after-verify", "deploy-first", "release"),
        ("after-verify", {}, "after-verify", "deploy-first", "release"),
        ("before-deploy", {}, "before-deploy", "deploy-first", "deploy"),
        ("off", {}, "off", "merge-first", "release"),
        ("before-deploy", {"version_tags": False}, "off", "merge-first", "release"),
    ],
)
def test_the_tag_stands_where_it_is_due(setting, evidence, placement, order, listed):
    config = {**CONFIG, "git": {"tag": setting}, "policy": {"P1": {"order": order}}}
    record = make("P1", config=config, remote="origin", **evidence)
    assert policy.tag_placement(record) == placement
    seen = views(record)["release.tag"]
    assert seen.stage == listed
    ids = list(views(record))
    asked = seen.required
    if placement == "off":
        assert (asked.level, asked.debt) == ("-", False)
        assert "tag" in asked.why
    elif placement == "before-deploy":
        assert (asked.level, asked.debt) == ("W", False), "it blocks the deployment"
        assert ids.index("release.tag") < ids.index("deploy.production")
        if order == "merge-first":
            assert ids.index("release.confirm") + 1 == ids.index("release.tag")
    else:
        assert (asked.level, asked.debt) == ("W", True)
        assert ids.index("release.tag") > ids.index("monitor.watch")


@pytest.mark.parametrize(("one", "other"), [("smoke", "watch"), ("watch", "smoke")])
def test_of_smoke_test_and_watch_one_stays(one, other):
    record = make("P1")
    actions.waive(record, ANN, f"monitor.{one}", "Kim", "no way to ask")
    assert not waivable(record, f"monitor.{other}")
    with pytest.raises(actions.Refused, match="cannot be waived"):
        actions.waive(record, ANN, f"monitor.{other}", "Kim", "in a hurry")
    settle(record, f"monitor.{other}")
    assert views(record)[f"monitor.{other}"].state == "done"


def test_a_waived_merge_lets_its_confirmation_lapse_until_it_is_merged_after_all():
    record = make("P0")
    actions.waive(record, ANN, "release.merge", "Kim", "the branch is thrown away on Monday")
    seen = views(record)["release.confirm"]
    assert (seen.state, seen.why) == ("not-needed", "the merge is waived, and with it its confirmation")
    see(record, "release.merge")
    assert views(record)["release.confirm"].state != "not-needed"


def test_a_waiver_does_not_make_a_merge_unneeded_once_it_cannot_be_waived():
    record = make("P0")
    actions.waive(record, ANN, "release.merge", "Kim", "later")
    see(record, "branch.preflight", remote="origin", deploys_on_push=True)
    steps = views(record)
    assert policy.order(record) == "merge-first"
    assert (steps["release.merge"].state, steps["release.confirm"].state) == ("pending", "pending")
    assert [w["step"] for w in record.waivers] == ["release.merge"]


@pytest.mark.parametrize("resolution", ["rollback", "config", "feature-flag", "external"])
@pytest.mark.parametrize("severity", LEVELS)
def test_without_a_code_fix_only_triage_live_monitor_messages_and_review_stay(severity, resolution):
    record = make(severity)
    actions.set_fact(record, ANN, "resolution", resolution)
    assert policy.stage_order(record) == ["triage", "deploy", "monitor", "communicate", "review"]
    for step in record.definitions():
        stage = step.split(".")[0]
        gone = stage in ("branch", "fix", "verify", "pull-request", "release", "backport")
        asked = requirement(record, step)
        assert (asked.level == "-") == (gone or step == "deploy.production"), step
        if asked.level == "-":
            assert resolution in asked.why
    assert requirement(record, "deploy.live").level == "R"


def test_a_raised_severity_lapses_what_it_forbids_and_keeps_it_in_the_ledger():
    record = make("P0")
    actions.waive(record, ANN, "pull-request.approval", "Kim", "three at night")
    actions.waive(record, ANN, "verify.edge-cases", "Kim", "three at night")
    entries = actions.set_severity(record, ANN, "P1", "only one tenant")
    assert [(w["step"], bool(w.get("lapsed"))) for w in record.waivers] == [
        ("pull-request.approval", True),
        ("verify.edge-cases", False),
    ]
    assert any("lapsed" in entry["text"] for entry in entries)
    assert views(record)["pull-request.approval"].state == "pending"
    actions.set_severity(record, ANN, "P0", "it is everybody")
    assert views(record)["pull-request.approval"].state == "pending", "a lapsed waiver stays lapsed"


def test_a_waiver_of_the_review_lapses_even_when_it_was_given_in_an_earlier_round():
    from hotfix_tui.incident.rules import lifecycle

    record = make("P2")
    actions.waive(record, ANN, "review.document", "Kim", "small")
    lifecycle.begin_round(record, ANN, "it came back")
    assert views(record)["review.document"].state == "waived"
    actions.set_severity(record, ANN, "P0", "it is everybody")
    assert views(record)["review.document"].state == "pending"
    assert record.waivers[0]["lapsed"]


def test_extra_checklist_items_and_unlisted_lines_are_waivable():
    config = {**CONFIG, "checklists": {"verify": [{"id": "cache", "text": "Cache cleared"}], "backport": []}}
    for severity in LEVELS:
        record = make(severity, config=config)
        assert requirement(record, "verify.x-cache") == ("W", False, "")
        assert views(record)["verify.x-cache"].step.title == "Cache cleared"


def test_a_checklist_of_backports_is_not_needed_where_nothing_is_backported():
    config = {"checklists": {"backport": [{"id": "tell", "text": "Tell the line's owner"}]}}
    record = make("P1", config=config)
    assert requirement(record, "backport.x-tell") == ("-", False, "no line gets a backport")
