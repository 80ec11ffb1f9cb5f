"""Tickets and ids: what is taken for a ticket, and the path-safe name that never changes."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfix_tui.incident.model.ids import id_of_date, id_of_ticket, same_ticket, ticket_problem

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""It names a directory and a branch."""

TICKETS = ("ABC-12", "ENG-1234", "A1-1", "#12", "gh-12", "GH-12", "#000000001")
NOT_TICKETS = (
    "",
    "abc-12",
    "ABC",
    "ABC-",
    "-12",
    "ABC-12 ",
    "ABC_12",
    "12",
    "##12",
    "#12a",
    "../x",
    "A-1\n",
    "x" * 65,
)


@pytest.mark.parametrize("ticket", TICKETS)
def test_tickets(ticket):
    assert ticket_problem(ticket) is None


@pytest.mark.parametrize("ticket", NOT_TICKETS)
def test_what_is_no_ticket_is_told_what_one_looks_like(ticket):
    said = ticket_problem(ticket)
    assert said and said.endswith(".")
    assert "ABC-12" in said or "ENG-1234" in said


def test_a_configured_pattern_replaces_the_letters_and_keeps_the_numbers():
    assert ticket_problem("T2026/7", r"T\d+/\d+") is None
    assert ticket_problem("#12", r"T\d+/\d+") is None
    assert "T\\d+" in ticket_problem("ABC-12", r"T\d+/\d+")


@pytest.mark.parametrize(
    ("ticket", "name"),
    [
        ("ENG-1234", "ENG-1234"),
        ("#12", "gh-12"),
        ("gh-12", "gh-12"),
        ("GH-12", "gh-12"),
        ("T2026/7", "T2026-7"),
        ("a b//c", "a-b-c"),
        ("../../etc", "etc"),
        ("_x-1", "x-1"),
        ("a..b.lock", "a.b"),
        ("任务", "ticket"),
        ("x" * 63 + "/y", "x" * 63),
    ],
)
def test_the_path_safe_form(ticket, name):
    assert id_of_ticket(ticket) == name


@given(st.text(max_size=80) | st.from_regex(r"[#._A-Za-z0-9/-]{1,70}"))
def test_every_text_gives_a_name_for_a_directory_and_a_branch(text):
    name = id_of_ticket(text)
    assert ID.fullmatch(name)
    assert not re.search(r"\.\.|\.$|\.lock$|-$", name), "git would refuse the branch"
    assert id_of_ticket(name) == name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("#12", "gh-12", True), ("eng-7", "ENG-7", True), ("ENG-7", "ENG-70", False), ("#1", "#12", False)],
)
def test_spellings_of_one_ticket(one, other, same):
    assert same_ticket(one, other) is same
    assert same_ticket(other, one) is same


def test_without_a_ticket_the_date_and_the_next_free_letter():
    day = datetime(2026, 11, 23, tzinfo=UTC)
    taken = set()
    for _ in range(60):
        name = id_of_date(day, taken)
        assert ID.fullmatch(name) and name not in taken
        taken.add(name)
    assert {"2026-11-23-a", "2026-11-23-z", "2026-11-23-aa"} <= taken
    letters = "abcdefghijklmnopqrstuvwxyz"
    every = {f"2026-11-23-{a}{b}" for a in ["", *letters] for b in letters}
    with pytest.raises(ValueError, match="700"):
        id_of_date(day, every)
