"""The drill's own forge: requests of a real bare repository, real checks, a review, rules, a merge; told as such."""

import http.client
import json
import time
from urllib.parse import urlsplit

import pytest

from hotfix_tui.demo import build, history, processes
from hotfix_tui.demo.world.ctl import forge_checks, place
from hotfix_tui.demo.world.ctl.forge import Forge
from hotfix_tui.forges import drill as way
from hotfix_tui.forges.calls import ForgeError, Trouble
from hotfix_tui.forges.choose import choose
from hotfix_tui.forges.model import Draft

from .conftest import Drill


@pytest.fixture
def forged(tmp_path):
    """A drill with its forge, whose colleagues do not wait."""
    world = build.build(str(tmp_path / "d"), pace=0.0, forge=True)
    processes.start(world)
    yield Drill(world)
    processes.stop(world)


def pushed(drill, tmp_path, change=None, branch="hotfix/ENG-1234"):
    """A branch with the fix on the remote; `change` is done to its folder before the commit."""
    folder = drill.worktree(tmp_path / branch.replace("/", "-"), history.LIVE_TAG, drill.world.patch)
    if change is not None:
        change(folder)
    commit = drill.commit(folder)
    drill.git("push", "--quiet", "origin", f"{commit}:refs/heads/{branch}", cwd=folder)
    return commit


def forge_of(drill):
    repo = way.repository(str(drill.world.remote))
    assert repo is not None
    found, why = choose(repo)
    assert isinstance(found, way.DrillForge) and not why
    return found


def run(drill, plan):
    (argv,) = plan.commands
    return drill.python(*argv[1:])


def opened(drill, forge, tmp_path, branch="hotfix/ENG-1234"):
    (tmp_path / "body.md").write_text("What was wrong, and <b>why</b>.")
    made = forge.create(Draft("main", branch, "Refuse expired tokens", ""), str(tmp_path / "body.md"))
    said = run(drill, made)
    assert said.returncode == 0, said.stderr
    return int(said.stdout.strip().rsplit("/", 1)[1])


def when(seen, what):
    """Wait until the forge shows it."""
    until = time.monotonic() + 240
    while not what(now := seen()):
        assert time.monotonic() < until, now
        time.sleep(0.1)
    return now


def page(drill, path, method="GET", body="", **headers):
    place = urlsplit(drill.world.forge_url)
    connection = http.client.HTTPConnection(place.netloc, timeout=120)
    try:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_request_is_checked_approved_and_merged_into_the_real_branch(forged, tmp_path):
    commit = pushed(forged, tmp_path)
    forge = forge_of(forged)
    number = opened(forged, forge, tmp_path)
    assert [one.number for one in forge.find("hotfix/ENG-1234", "main")] == [number]
    assert run(
        forged, forge.create(Draft("main", "hotfix/ENG-1234", "Again", ""), str(tmp_path / "body.md"))
    ).returncode
    seen = when(lambda: forge.view(number), lambda now: now.review_decision == "approved")
    assert {one.name: one.state for one in seen.checks} == {"tests": "pass", "build": "pass", "style": "pass"}
    assert [(one.author, one.state, one.commit) for one in seen.reviews] == [("tomas", "approved", commit)]
    assert seen.mergeable == "clean" and forge.standing(number).decision == "approved"
    before = forged.git("rev-parse", "main", cwd=forged.world.remote)
    stale = run(forged, forge.merge(number, "merge", before))
    assert stale.returncode == 1 and "The head of request" in stale.stderr
    assert run(forged, forge.merge(number, "merge", commit)).returncode == 0
    merged = forge.view(number)
    after = forged.git("rev-parse", "main", cwd=forged.world.remote)
    assert merged.state == "merged"
    late = run(forged, forge.close(number))
    assert late.returncode == 1 and "is merged" in late.stderr
    assert forged.git("log", "-1", "--format=%P", after, cwd=forged.world.remote).split() == [before, commit]
    assert forged.git("worktree", "list", cwd=forged.world.remote).count("\n") == 0


def test_a_red_check_names_its_place_and_blocks_the_merge_until_a_push_mends_it(forged, tmp_path):
    def spoil(folder):
        file = folder / "tokend" / "tokens.py"
        file.write_text(file.read_text().replace('InvalidToken("expired")', 'InvalidToken("expired")  '))

    commit = pushed(forged, tmp_path, spoil)
    forge = forge_of(forged)
    number = opened(forged, forge, tmp_path)
    seen = when(lambda: forge.view(number), lambda now: all(one.ended for one in now.checks))
    (bad,) = [one for one in seen.checks if one.state == "fail"]
    assert bad.name == "style"
    assert forge.first_failure(bad).startswith("tokend/tokens.py:")
    refused = run(forged, forge.merge(number, "squash", commit))
    assert refused.returncode == 1 and "not every check has passed" in refused.stderr
    folder = tmp_path / "hotfix-ENG-1234"
    file = folder / "tokend" / "tokens.py"
    file.write_text(file.read_text().replace('("expired")  ', '("expired")'))
    mended = forged.commit(folder)
    forged.git("push", "--quiet", "origin", f"{mended}:refs/heads/hotfix/ENG-1234", cwd=folder)
    seen = when(lambda: forge.view(number), lambda now: now.mergeable == "clean")
    assert seen.head == mended
    assert run(forged, forge.merge(number, "squash", mended)).returncode == 0


def test_its_page_says_what_it_is_and_no_other_page_may_act(forged, tmp_path):
    pushed(forged, tmp_path)
    number = opened(forged, forge_of(forged), tmp_path)
    here = urlsplit(forged.world.forge_url).path
    status, text = page(forged, f"{here}/pull/{number}")
    assert status == 200 and "It is no real service" in text
    assert "<b>why</b>" not in text and "&lt;b&gt;why" in text
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (
        page(forged, f"{here}/pull/{number}/approve", "POST", "x=1", **form, Origin="http://evil.example")[0]
        == 409
    )
    assert page(forged, f"{here}/pull/{number}/approve", "POST", "x=1", **form)[0] == 409
    assert page(forged, f"/api/pulls/{number}/merge", "POST", "{}", **form)[0] == 409
    assert page(forged, here, Host="evil.example")[0] == 409
    own = f"http://{urlsplit(forged.world.forge_url).netloc}"
    assert page(forged, f"{here}/pull/{number}/approve", "POST", "x=1", **form, Origin=own)[0] == 303
    assert any(one.state == "approved" for one in forge_of(forged).view(number).reviews)


def test_what_is_open_is_there_again_after_the_drill_was_left(forged, tmp_path):
    pushed(forged, tmp_path)
    number = opened(forged, forge_of(forged), tmp_path)
    processes.stop(forged.world)
    with pytest.raises(ForgeError) as gone:
        forge_of(forged).view(number)
    assert gone.value.trouble == Trouble.UNREACHABLE
    processes.start(forged.world)
    seen = when(lambda: forge_of(forged).view(number), lambda now: now.mergeable == "clean")
    assert seen.title == "Refuse expired tokens"
    assert run(forged, forge_of(forged).close(number)).returncode == 0
    assert forge_of(forged).view(number).state == "closed"


def test_wherever_the_forge_ends_the_request_goes_on_from_what_it_saved(tmp_path):
    """Every state that it writes down is taken for the last one: a new forge begins there."""
    drill = Drill(build.build(str(tmp_path / "d"), pace=0.0, forge=True))
    pushed(drill, tmp_path)
    here = place.load(drill.world.root)
    saved = []

    class Watched(Forge):
        def _save(self):
            super()._save()
            saved.append(self._state.read_bytes())

    def settled(one):
        def now():
            one.follow()
            return one.request(1)

        return when(now, lambda now: now.mergeable == "clean")

    first = Watched(here, drill.world.remote, drill.world.forge_url)
    first.open("main", "hotfix/ENG-1234", "Refuse expired tokens", "", "you")
    settled(first)
    states = list(dict.fromkeys(saved))
    assert len(states) > 2 * len(forge_checks.NAMES)
    for state in states:
        (first.folder / "requests.json").write_bytes(state)
        again = Forge(here, drill.world.remote, drill.world.forge_url)
        again.resume()
        assert [one["author"] for one in settled(again).reviews] == ["tomas"]


def test_the_keeper_of_a_line_merges_the_backport_that_was_pushed_for_it(forged, tmp_path):
    folder = forged.worktree(tmp_path / "line", "origin/release/2.2", forged.world.patch)
    commit = forged.commit(folder)
    forged.git("push", "--quiet", "origin", f"{commit}:refs/heads/backport/release/2.2/ENG-1234", cwd=folder)

    def landed():
        return forged.git(
            "branch", "--contains", commit, "--format=%(refname:short)", cwd=forged.world.remote
        )

    assert when(landed, lambda now: "\nrelease/2.2" in now or now.startswith("release/2.2"))


def test_nothing_but_a_drill_of_ones_own_has_this_forge(forged, tmp_path):
    assert way.repository("https://github.com/drill/tokend.git") is None
    assert way.repository(str(forged.world.checkout)) is None
    other = tmp_path / "other.git"
    other.mkdir()
    for web in (
        "http://example.org/drill/tokend",
        "http://127.0.0.1:22/x",
        "https://127.0.0.1:22222/drill/tokend",
        1,
    ):
        (other / way.FILE).write_text(json.dumps({"web": web}))
        assert way.repository(str(other)) is None
    (other / way.FILE).unlink()
    (other / way.FILE).symlink_to(forged.world.remote / way.FILE)
    assert way.repository(str(other)) is None
