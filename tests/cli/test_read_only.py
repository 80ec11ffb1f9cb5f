"""A file system that turned read-only: the incident is shown, and nothing is begun elsewhere in silence or lost."""

import subprocess
from contextlib import contextmanager

import pytest

from tests.cli.shop import configure, python
from tests.session.test_disks import disk


@pytest.fixture
def shop(desk):
    """ENG-7 on a disk of its own, with a command that rolls back."""
    code = f"open({str(desk.root / 'rolled')!r}, 'a').write('rolled\\n')"
    configure(desk, f"[deploy]\nrollback = {python(code)}\n")
    place = desk.checkout / ".git" / "hotfix-tui"
    place.mkdir()
    with disk(place, "size=2m"):
        desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P0")
        desk.do("note", "acknowledged")
        yield desk


@contextmanager
def read_only(desk):
    place = str(desk.checkout / ".git" / "hotfix-tui")
    subprocess.run(["mount", "-o", "remount,ro", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", place], check=True)


def ids(desk):
    return {one["id"] for one in desk.do("list", "--json").json()["incidents"]}


def test_the_incident_stays_in_sight_and_production_can_be_rolled_back(shop):
    with read_only(shop):
        assert "ENG-7" in shop.do("list").out
        seen = shop.do("status")
        assert "Totals are wrong" in seen.out and "cannot be written now" in seen.out
        assert "acknowledged" in shop.do("timeline").out
        refused = shop.no(8, "note", "x")
        assert "Read-only file system" in refused.err
        rolled = shop.do("rollback", "previous", "--confirm", "ENG-7")
        assert "not recorded" in rolled.err
        assert (shop.root / "rolled").read_text() == "rolled\n"
        taken = shop.no(2, "new", "ENG-7")
        assert "has an incident here already" in taken.err
        opened = shop.do("new", "ENG-8", "--severity", "P1")
        assert "cannot be written now" in opened.err and "state" in opened.out
        shop.do("--incident", "ENG-8", "note", "kept elsewhere")
        assert ids(shop) == {"ENG-7", "ENG-8"}
    assert ids(shop) == {"ENG-7", "ENG-8"}
    assert "kept elsewhere" in shop.do("--incident", "ENG-8", "timeline").out
    shop.do("--incident", "ENG-8", "note", "goes on")
    shop.do("--incident", "ENG-7", "note", "goes on")
    assert "acknowledged" in shop.do("--incident", "ENG-7", "timeline").out
    assert "cannot be written" not in shop.do("status", "ENG-7").out


def test_a_folder_that_cannot_be_listed_is_no_repository_without_incidents(shop, monkeypatch):
    """As after a run with sudo; root reads everything, so what lies there is no folder at all."""
    with read_only(shop):
        assert "open one" not in shop.call("note", "x").err
