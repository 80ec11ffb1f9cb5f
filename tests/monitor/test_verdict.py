"""The rule of the proposal, on hand-made samples."""

import itertools

import pytest

from hotfix_tui.monitor.verdict import metric_finding, propose

PROBE = {"name": "lives"}
SMOKE = {"name": "refused"}


def metric(direction="falls"):
    return {"name": "errors", "direction": direction}


def spec(*, smoke=(), probes=(), metrics=(), seconds=20.0):
    return {"smoke": list(smoke), "probes": list(probes), "metrics": list(metrics), "seconds": seconds}


def checks(kind, name, pattern, start=10.0):
    """ "+" passed, "-" failed, one a second."""
    return [
        {"t": start + place, "kind": kind, "name": name, "ok": mark == "+"}
        for place, mark in enumerate(pattern)
    ]


def values(*numbers, start=10.0):
    return [
        {"t": start + place, "kind": "metric", "name": "errors", "value": number}
        for place, number in enumerate(numbers)
    ]


def test_nothing_configured_is_never_green():
    found = propose(spec(), [], [], 20.0)
    assert found.verdict == "not-enough-data"
    assert "nothing is configured" in found.why


def test_passing_smoke_requests_show_that_the_fault_is_gone():
    assert propose(spec(smoke=[SMOKE]), checks("smoke", "refused", "+++++"), [], 20.0).verdict == "fixed"


def test_failing_smoke_request_is_not_fixed():
    found = propose(spec(smoke=[SMOKE]), checks("smoke", "refused", "+-+-+"), [], 20.0)
    assert found.verdict == "not-fixed"
    assert "2 of 5 failed" in found.why


def test_one_slip_of_many_does_not_count():
    assert propose(spec(smoke=[SMOKE]), checks("smoke", "refused", "++++-+++++"), [], 20.0).verdict == "fixed"


def test_early_failures_while_it_warms_up_do_not_count():
    samples = checks("smoke", "refused", "-----", start=0) + checks("smoke", "refused", "+++++")
    assert propose(spec(smoke=[SMOKE]), samples, [], 20.0).verdict == "fixed"


def test_probe_that_broke_with_the_deployment_is_worse():
    was = [{"name": "lives", "ok": True}]
    samples = checks("probe", "lives", "-----")
    assert propose(spec(probes=[PROBE]), samples, was, 20.0).verdict == "worse"
    assert propose(spec(probes=[PROBE]), samples, [], 20.0).verdict == "not-fixed"


def test_probe_that_was_fine_all_the_time_says_nothing_about_the_fault():
    samples = checks("probe", "lives", "+++++")
    found = propose(spec(probes=[PROBE]), samples, [{"name": "lives", "ok": True}], 20.0)
    assert found.verdict == "not-enough-data"
    assert propose(spec(probes=[PROBE]), samples, [{"name": "lives", "ok": False}], 20.0).verdict == "fixed"


def test_missing_data_is_never_good_news():
    samples = checks("smoke", "refused", "+++++")
    found = propose(spec(smoke=[SMOKE], metrics=[metric()]), samples + values(None, None, None), [], 20.0)
    assert found.verdict == "not-enough-data"
    assert "errors: no data" in found.why
    assert propose(spec(smoke=[SMOKE], probes=[PROBE]), samples, [], 20.0).verdict == "not-enough-data"


def test_watch_that_was_cut_short_proposes_nothing_good():
    samples = checks("smoke", "refused", "+++++", start=4.0)
    assert propose(spec(smoke=[SMOKE]), samples, [], 8.0).verdict == "not-enough-data"


def test_metric_keeps_before_and_after():
    found = propose(spec(metrics=[metric()]), values(0.1, 0.3, 0.2), [{"name": "errors", "value": 5.0}], 20.0)
    assert found == ("fixed", "errors: 5 before, 0.2 now", [{"name": "errors", "before": 5.0, "after": 0.2}])


@pytest.mark.parametrize(
    ("direction", "before", "after", "kind"),
    [
        ("falls", 10.0, 5.0, "good"),
        ("falls", 10.0, 0.0, "good"),
        ("falls", 10.0, 8.0, "partial"),
        ("falls", 10.0, 10.0, "not-fixed"),
        ("falls", 10.0, 13.0, "worse"),
        ("falls", 0.0, 0.0, "neutral"),
        ("falls", 0.0, 1.0, "worse"),
        ("falls", None, 1.0, "neutral"),
        ("falls", 10.0, None, "no-data"),
        ("stable", 100.0, 110.0, "neutral"),
        ("stable", 100.0, 130.0, "worse"),
        ("stable", 100.0, 20.0, "neutral"),
        ("normal", 100.0, 900.0, "neutral"),
    ],
)
def test_metric_is_judged_by_its_direction(direction, before, after, kind):
    assert metric_finding("errors", direction, before, after).kind == kind


def test_partial_fall_is_mitigated():
    assert (
        propose(spec(metrics=[metric()]), values(8, 8, 8), [{"name": "errors", "value": 10}], 20.0)[0]
        == "mitigated"
    )


def test_no_bad_sample_can_make_a_proposal_better():
    """Over all patterns of six checks: turning a pass into a failure never raises the verdict."""
    order = ["worse", "not-fixed", "not-enough-data", "mitigated", "fixed"]
    for pattern in map("".join, itertools.product("+-", repeat=6)):
        found = order.index(
            propose(spec(smoke=[SMOKE]), checks("smoke", "refused", pattern), [], 20.0).verdict
        )
        for place in range(6):
            worse = pattern[:place] + "-" + pattern[place + 1 :]
            below = propose(spec(smoke=[SMOKE]), checks("smoke", "refused", worse), [], 20.0).verdict
            assert order.index(below) <= found


@pytest.mark.parametrize(
    ("once", "verdict", "said"),
    [
        ({}, "not-enough-data", "PUT is not repeated, and the smoke test has not sent it"),
        ({"refused": {"ok": True}}, "fixed", "refused: passed in the smoke test"),
        (
            {"refused": {"ok": False, "why": "status 412, expected 201"}},
            "not-fixed",
            "refused: failed in the smoke test: status 412, expected 201",
        ),
    ],
)
def test_what_may_change_something_is_judged_by_the_one_time_it_was_sent(once, verdict, said):
    found = propose({**spec(smoke=[SMOKE | {"method": "PUT"}]), "once": once}, [], [], 20.0)
    assert found.verdict == verdict and said in found.why
