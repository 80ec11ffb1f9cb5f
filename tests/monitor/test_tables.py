"""What comes back from files: of another form than it was written in, it is left out, not believed."""

import json

import pytest

from hotfix_tui.monitor.samples import sample_of
from hotfix_tui.monitor.tables import known_of

SAMPLE = {"t": 1, "at": 2, "kind": "probe", "name": "home", "ok": True, "ms": 12, "why": "", "status": 200}


def test_a_sample_comes_back_as_it_was_written():
    metric = {"t": -0.01, "at": 2.0, "kind": "metric", "name": "errors", "value": None, "why": "no answer"}
    metric |= {"before": True, "past": True}
    assert sample_of(json.dumps(SAMPLE).encode()) == SAMPLE
    assert sample_of(json.dumps(metric).encode()) == metric


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ok", "yes"),
        ("ok", 1),
        ("ms", "12"),
        ("ms", True),
        ("ms", None),
        ("why", ["no"]),
        ("status", "200"),
        ("before", "yes"),
        ("past", 1),
    ],
)
def test_a_field_of_another_form_is_left_out_of_a_sample(field, value):
    read = sample_of(json.dumps({**SAMPLE, field: value}).encode())
    assert read == {name: known for name, known in SAMPLE.items() if name != field}


@pytest.mark.parametrize("value", ["4", True, [4], {}, 10**400, 1.7e308, float("nan"), float("-inf")])
def test_a_metric_whose_value_is_no_number_has_none(value):
    line = json.dumps({"t": 1, "at": 2, "kind": "metric", "name": "errors", "value": value}).encode()
    assert sample_of(line) == {"t": 1, "at": 2, "kind": "metric", "name": "errors", "value": None}


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"4",
        b"null",
        b'{"kind": "probe"}',
        json.dumps({**SAMPLE, "kind": "other"}).encode(),
        json.dumps({**SAMPLE, "t": "soon"}).encode(),
        json.dumps({**SAMPLE, "t": 10**400}).encode(),
        json.dumps({**SAMPLE, "at": float("inf")}).encode(),
        json.dumps({**SAMPLE, "name": 4}).encode(),
    ],
)
def test_a_line_that_is_none_is_no_sample(line):
    assert sample_of(line) is None


def test_what_was_known_before_a_deployment_is_read_as_far_as_it_has_its_form():
    entries = [
        {"name": "home", "ok": True, "ms": 12},
        {"name": "errors", "value": 4.3, "more": 1},
        {"name": "odd", "ok": "yes", "value": "4", "ms": []},
        {"ok": True},
        "errors",
        None,
    ]
    assert known_of(entries) == [
        {"name": "home", "ok": True, "ms": 12.0},
        {"name": "errors", "value": 4.3},
        {"name": "odd"},
    ]
