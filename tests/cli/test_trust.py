"""Trust at the command line: init agrees to nothing, and a record that came from elsewhere runs nothing."""

import hashlib
import json
import re
import shutil
import subprocess
import sys

import pytest

from tests.cli.shop import configure, python


def ran(desk, name="ran"):
    return desk.checkout.parent / name


def touching(desk, name="ran"):
    return [sys.executable, "-c", f"open({str(ran(desk, name))!r}, 'w')"]


def rewrite(desk, change, incident="ENG-7"):
    """Edit the record as an attacker does, with a checksum that fits."""
    path = desk.checkout / ".git" / "hotfix-tui" / incident / "session.toml"
    body = change(path.read_text().rsplit("# sha256:", 1)[0])
    path.write_text(body + "# sha256:" + hashlib.sha256(body.encode()).hexdigest() + "\n")


def sections(text, **added):
    """Drop the headlines of empty tables, and add tables."""
    text = re.sub(r"(?m)^\[(steps|config|detected)\]\n", "", text)
    return text + "".join(f"\n[{name.replace('__', '.')}]\n{body}\n" for name, body in added.items())


KINDS = {
    "config": lambda argv: {"config__git": f"live = {argv}"},
    "detected": lambda argv: {"detected__test": f'run = {argv}\nevidence = "Makefile"'},
    "edited": lambda argv: {"edited__test": f'run = {argv}\nby = "ann"\nat = 2026-01-01T00:00:00Z'},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_from_elsewhere_runs_nothing_before_it_was_read(opened, kind):
    desk = opened
    argv = json.dumps(touching(desk))
    rewrite(desk, lambda text: sections(re.sub(r"(?m)^origin = .*\n", "", text), **KINDS[kind](argv)))
    desk.do("status")
    desk.call("probe")
    for step in ("branch.preflight", "branch.base", "verify.test"):
        desk.call("do", step)
    assert not ran(desk).exists()
    said = desk.call("trust")
    assert "was not written here by you" in said.out and str(ran(desk)) in said.out
    assert "is not trusted" in desk.call("trust", "--yes").out
    assert "is yours now" in desk.call("trust", "--yes", "--incident", "ENG-7").out
    assert "was not written here" not in desk.call("trust").out


def test_a_foreign_record_without_any_command_asks_too(opened):
    rewrite(opened, lambda text: re.sub(r"(?m)^origin = .*\n", "", text))
    (opened.checkout / "shop.py").write_text("unfinished\n")
    for step in ("branch.preflight", "branch.base"):
        opened.call("do", step)
    said = opened.no(6, "do", "branch.create")
    assert "was not written here by you" in said.err and "hotfix-tui trust" in said.err
    opened.do("note", "reading and writing notes goes on")
    opened.do("trust", "--yes", "--incident", "ENG-7")
    opened.do("do", "branch.create")


def test_the_kinds_of_an_embedded_repository_are_not_taken(opened, tmp_path):
    """A carrier holds a bare repository with an incident; its clone is where somebody looks around."""
    carrier = tmp_path / "carrier"
    subprocess.run(["git", "init", "-q", "-b", "main", str(carrier)], check=True)
    inner = carrier / "vendor" / "lib"
    subprocess.run(["git", "clone", "-q", "--bare", str(opened.checkout), str(inner)], check=True)
    shutil.copytree(opened.checkout / ".git" / "hotfix-tui", inner / "hotfix-tui")
    for args in (
        ("status",),
        ("list",),
        ("probe",),
        ("new",),
        ("note", "x"),
        ("doctor",),
        ("trust",),
        ("init",),
    ):
        said = opened.call("-C", str(inner), *args)
        assert said.code != 0 or args == ("list",), args
        assert "inside the working tree" in said.err + said.out, args


def test_init_shows_what_it_wrote_and_trusts_nothing(desk):
    (desk.checkout / "config").mkdir()
    (desk.checkout / "config" / "deploy.yml").write_text("servers: <%= `id` %>\n")
    (desk.checkout / "Makefile").write_text("test:\n\tmake -C .\n")
    said = desk.do("init").out
    assert "would run" in said and "`hotfix-tui trust`" in said
    assert desk.call("trust").code == 6
    assert not list((desk.root / "state").rglob("trust/*"))


def test_json_says_all_that_is_trusted(desk):
    configure(
        desk,
        '[commands]\ntest = {run = ["make"], cwd = "web", env = {A = "b"}}\n[git]\nlive = "http://127.0.0.1:9/x"\n',
        trust=False,
    )
    found = desk.do("trust", "--json").json()
    assert found["commands"][0] | {"name": ""} == {
        "name": "",
        "argv": ["make"],
        "cwd": "web",
        "env": {"A": "b"},
        "shell": False,
        "script": "",
    }
    assert {"name": "git.live", "value": "http://127.0.0.1:9/x"} in found["settings"]


def test_what_is_trusted_is_bound_to_this_place_and_these_bytes(opened):
    configure(opened, f"[git]\nlive = {python('print(1)')}\n")
    assert "trusted already" in opened.do("trust").out
    configure(opened, f"[git]\nlive = {python('print(2)')}\n", trust=False)
    assert opened.call("trust").code == 6
