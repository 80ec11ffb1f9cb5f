"""What `doctor` and `init` say before an incident is what the steps then do, for every shape of repository."""

import os
import re
from pathlib import Path

import pytest

from hotfix_tui.config import trust
from hotfix_tui.config.load import load
from hotfix_tui.engine import doctor, doctor_project, opening, project_commands
from hotfix_tui.engine.core import effective_table
from hotfix_tui.engine.init import init_text
from hotfix_tui.engine.place import find_place
from hotfix_tui.session import places
from hotfix_tui.session.store import Store
from tests import counts
from tests.detect.every_shape import SHAPES
from tests.gitworld import World
from tests.repos import write

KINDS = project_commands.NAMES


def test_what_programs_say_is_shown_without_secrets(tmp_path, isolated, monkeypatch):
    token = "ghp" + "_" + "a1B2" * 9
    write(tmp_path / "bin", {"kubectl": f"#!/bin/sh\necho 'token={token} refused' >&2; exit 1\n"})
    program = tmp_path / "bin/kubectl"
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    settings = '[deploy.settings]\ncontext = "p"\nnamespace = "s"\ndeployment = "d"\nmanifests = "k8s"\n'
    config = f'[deploy]\nplatform = "kubernetes"\n{settings}[commands]\ntest = ["t", "--token={token}"]\n'
    world = repository(tmp_path, {".hotfix-tui.toml": config, "k8s/d.yaml": "kind: Deployment\n"})
    trust.allow(Path(places.state_root()), load(str(world.path)), str(world.path))
    told = "\n".join(row.text for row in doctor_project.examine(str(world.path)))
    assert "refused" in told and token not in told


def repository(tmp_path, files: dict[str, str]) -> World:
    world = World(tmp_path / "shop")
    write(world.path, files)
    for path in files:
        if path.startswith(("script/", "bin/", "run_")):
            (world.path / path).chmod(0o755) if (world.path / path).is_file() else None
    world("add", "-A")
    world("commit", "-qm", "one", "--allow-empty")
    return world


def opened(world: World):
    place = find_place(str(world.path))
    return opening.open_incident(
        place, Store(place.sessions, who="ann"), opening.Start("ENG-1", "P1"), by="ann"
    )


def _kind(name):
    """Which commands are known, and whether a CI file names them: what the three that have to agree go by."""
    shape = SHAPES[name]
    known = frozenset(kind for kind, line in shape.commands.items() if line)
    return known, any(".github" in path or "gitlab" in path for path in shape.files)


@pytest.mark.parametrize("name", counts.first_of_each(SHAPES, _kind))
def test_init_doctor_and_the_incident_agree(tmp_path, isolated, name):
    world = repository(tmp_path, SHAPES[name].files)
    told = {view.name: view for view in project_commands.of_repository(str(world.path), {})}
    engine = opened(world)
    carried = effective_table(engine.record).get("commands", {})
    written = load(write(tmp_path / "new", {".hotfix-tui.toml": init_text(str(world.path))})).config.commands
    rows = {row.name: row for row in doctor_project.examine(str(world.path))}
    for kind in KINDS:
        now = told[kind].now
        theirs = carried.get(kind)
        assert (now is None) == (theirs is None) == (getattr(written, kind) is None), kind
        if now is None or theirs is None:
            assert "none is known" in rows[kind].text or "found by the language" in rows[kind].text
            continue
        assert (
            list(now.argv) == theirs["run"]
            and now.cwd == theirs.get("cwd", "")
            and dict(now.env) == theirs.get("env", {})
        )
        view = project_commands.of_incident(engine, kind)
        assert view.now is not None and (view.now.line, view.now.cwd) == (now.line, now.cwd)
        assert now.line[:60] in rows[kind].text and view.missing == told[kind].missing
        for program in view.missing:
            assert program in rows[kind].text and not rows[kind].ok


def test_it_shows_branch_release_lines_triggers_platform_and_forge(tmp_path, isolated):
    files = {
        "fly.toml": "app = 'shop'\n",
        "a.py": "",
        ".github/workflows/release.yml": "on:\n  push:\n    tags: ['v*']\njobs:\n  release:\n    steps:\n"
        "    - uses: goreleaser/goreleaser-action@v6\n",
    }
    world = repository(tmp_path, files)
    world("tag", "v1.2.3")
    world("branch", "release/1.1")
    rows = {row.name: row for row in doctor_project.examine(str(world.path))}
    order = [row.name for row in doctor_project.examine(str(world.path))]
    assert order[:4] == ["production", "live", "lines", "triggers"]
    assert rows["production"].text.startswith("main") and "no remote" in rows["production"].text
    assert "v1.2.3" in rows["live"].text and "git.live" in rows["live"].text
    assert "release/1.1" in rows["lines"].text
    assert "tag" in rows["triggers"].text and "release.yml" in rows["triggers"].text
    assert "fly" in rows["platform"].text and "fly.toml" in rows["platform"].text
    assert rows["forge"].text.startswith("none")
    assert not rows["test"].ok and "commands.test" in rows["test"].text


def test_a_configuration_is_what_is_shown(tmp_path, isolated):
    config = '[git]\nlive = "https://example.test/version"\nbackports = ["1.x"]\n'
    config += '[commands]\ntest = "./no-such-file x"\n'
    world = repository(tmp_path, {".hotfix-tui.toml": config, "a.py": ""})
    world("tag", "v1.0.0")
    rows = {row.name: row for row in doctor_project.examine(str(world.path))}
    assert "asked first" in rows["live"].text and "git.live (an" not in rows["live"].text
    assert "1.x" in rows["lines"].text
    assert (
        not rows["test"].ok and "./no-such-file" in rows["test"].text and "configuration" in rows["test"].text
    )


def test_nothing_is_stored_and_nothing_of_the_configuration_runs(tmp_path, isolated):
    marker = tmp_path / "ran"
    config = f'[git]\nlive = ["touch", "{marker}"]\n[commands]\ntest = ["touch", "{marker}"]\n'
    world = repository(tmp_path, {".hotfix-tui.toml": config, "a.py": ""})
    before = sorted(os.listdir(world.path / ".git"))
    doctor.examine(str(world.path))
    assert not marker.exists() and sorted(os.listdir(world.path / ".git")) == before


@pytest.mark.parametrize("prepare", ["empty", "no repository", "broken configuration"])
def test_whatever_is_there_gets_an_answer(tmp_path, isolated, prepare):
    start = tmp_path / "shop"
    if prepare == "no repository":
        start.mkdir()
    else:
        world = World(start)
        if prepare == "broken configuration":
            write(world.path, {".hotfix-tui.toml": "[git\n"})
    rows = doctor.examine(str(start))
    assert rows and all(row.text for row in rows)
    assert [
        row for row in rows if re.search(r"[.;?!][.;]", row.text)
    ] == []  # a sentence within a row ends there


def test_the_line_where_the_fix_lands_gets_no_backport_and_the_production_branch_does(tmp_path, isolated):
    world = repository(tmp_path, {"a.py": ""})
    world("switch", "-q", "-c", "release-1.0")
    world.commit("On the line", b__py="x")
    world("tag", "-a", "-m", "v1.0.1", "v1.0.1")
    world("switch", "-q", "main")
    world.commit("On main", c__py="x")
    said = [row.text for row in doctor_project.examine(str(world.path)) if row.name == "lines"]
    assert said == ["main gets a backport, since the fix lands on release-1.0"]


def test_triggers_are_said_of_the_line_where_the_fix_lands(tmp_path, isolated):
    world = repository(tmp_path, {"Makefile": "test:\n\ttrue\n"})
    world("switch", "-q", "-c", "release-1.0")
    write(
        world.path,
        {".github/workflows/a.yml": "name: Old line\non: push\njobs: {t: {steps: [{run: make test}]}}\n"},
    )
    world.commit("On the line")
    world("tag", "-a", "-m", "v1.0.1", "v1.0.1")
    world("switch", "-q", "main")
    write(
        world.path,
        {".github/workflows/a.yml": "name: New\non: push\njobs: {t: {steps: [{run: make test}]}}\n"},
    )
    world.commit("On main")
    rows = [(row.name, row.text) for row in doctor_project.examine(str(world.path))]
    assert (
        "commands",
        "as the files here have them; once the hotfix branch is made, those of release-1.0 are read",
    ) in rows
    triggers = [text for name, text in rows if name == "triggers"]
    assert any("Old line" in text for text in triggers) and not any("New" in text for text in triggers)


@pytest.mark.parametrize("branch", ["develop", "topic/x", "gh-pages"])
def test_where_another_branch_is_checked_out_the_commands_are_said_to_be_its_own(tmp_path, isolated, branch):
    world = repository(tmp_path, {"Makefile": "test:\n\ttrue\n"})
    said = "as the files here have them; once the hotfix branch is made, those of main are read"
    world("switch", "-q", "-c", branch)
    assert "commands" not in [row.name for row in doctor_project.examine(str(world.path))], (
        "at the same commit"
    )
    world.commit("On another branch", b__py="x")
    rows = [(row.name, row.text) for row in doctor_project.examine(str(world.path))]
    assert ("commands", said) in rows


@pytest.mark.parametrize(("lines", "said"), [('"1.x"', "1.x gets a"), ('"1.x", "2.x"', "1.x, 2.x get a")])
def test_lines_that_are_named_get_a_backport_each(tmp_path, isolated, lines, said):
    world = repository(tmp_path, {".hotfix-tui.toml": f"[git]\nbackports = [{lines}]\n", "a.py": ""})
    rows = {row.name: row for row in doctor_project.examine(str(world.path))}
    assert rows["lines"].text.startswith(f"{said} backport")


def test_several_things_that_are_deployed_are_named(tmp_path, isolated):
    text = (
        '[deploy.targets.web]\nfolder = "web"\nplatform = "vercel"\n[deploy.targets.api]\nplatform = "fly"\n'
    )
    world = repository(tmp_path, {".hotfix-tui.toml": text})
    row = next(row for row in doctor_project.examine(str(world.path)) if row.name == "platform")
    assert row.ok and row.text == "web (vercel), api (fly): an incident asks which one it is about"


@pytest.mark.parametrize(
    ("files", "nothing"),
    [
        ({"action.yml": "runs:\n  using: node20\n"}, True),
        ({"main.tf": 'variable "a" {}\noutput "b" {}\n'}, True),
        ({"Dockerfile": "FROM scratch\n"}, False),
    ],
)
def test_what_runs_nowhere_is_not_asked_for_a_smoke_test(tmp_path, isolated, files, nothing):
    world = repository(tmp_path, files)
    (row,) = [one for one in doctor_project.examine(str(world.path)) if one.name == "smoke"]
    assert row.ok is nothing and ("nothing runs here" in row.text) is nothing


_SMOKE = '[[smoke]]\nname = "account"\nurl = "https://shop.example/account"\n'


@pytest.mark.parametrize(
    ("config", "key"),
    [
        ('[deploy]\nrollback = ["ship", "back", "--token", "{token}"]\n', "deploy.rollback"),
        (_SMOKE + 'headers = {{ Authorization = "Bearer {token}" }}\n', "smoke.headers.Authorization"),
        ('[commands]\ntest = ["sh", "-c", "API_TOKEN={token} ./test"]\n', "commands.test"),
        ('[commands]\ntest = ["sh", "-c", "curl -u ann:$PASSWORD https://shop.example"]\n', ""),
        ('[commands]\ntest = ["./test", "--password-file", "secrets/token.txt"]\n', ""),
    ],
    ids=["argument", "header", "variable", "from the environment", "a file's name"],
)
def test_a_secret_that_is_written_out_is_named_by_its_key_and_not_shown(tmp_path, isolated, config, key):
    world = World(tmp_path / "shop")
    token = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
    write(world.path, {".hotfix-tui.toml": config.format(token=token) if key else config})
    world.commit("Configured")
    told = [row.text for row in doctor_project.examine(str(world.path)) if row.name == "secrets"]
    assert len(told) == bool(key) and all(f" in {key};" in text and token not in text for text in told)


@pytest.mark.parametrize(
    "config", ["", '[git]\nlive = "https://example.test/version"\n', '[deploy]\ncurrent = ["./now"]\n']
)
def test_what_is_live_is_not_missing_where_production_itself_is_asked(tmp_path, isolated, config):
    """Two lines that are maintained in parallel: the tags alone leave it open which of them is live."""
    world = repository(tmp_path, {".hotfix-tui.toml": config, "a.py": ""})
    world("tag", "v1.0.0")
    world("branch", "1.x")
    world.commit("Two", **{"b.py": "x"})
    world("tag", "v2.0.0")
    world("switch", "-q", "1.x")
    world.commit("One more", **{"c.py": "x"})
    world("tag", "v1.0.1")
    world("switch", "-q", "main")
    row = {row.name: row for row in doctor_project.examine(str(world.path))}["live"]
    assert "Candidates: " in row.text and "v1.0.1" in row.text and "v2.0.0" in row.text, row.text
    assert row.ok == bool(config)
    assert ("asked when it matters: " in row.text) == row.ok
    assert ("git.live (an address or a command) says it for certain" in row.text) == (not config)
