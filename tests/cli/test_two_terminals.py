"""Two terminals, a script and a colleague change one incident at once: nothing is lost, nobody waits forever."""

import subprocess
import tomllib


def start(desk, *args):
    return subprocess.Popen(
        desk.argv(*args),
        cwd=desk.checkout,
        env=desk.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_what_several_write_at_once_is_all_kept(opened):
    before = opened.status()["revision"]
    notes = [f"note {n} of {who}" for n in range(6) for who in ("ann", "ben")]
    calls = [start(opened, "note", text, "--as", text.split()[-1]) for text in notes]
    assert [call.wait(240) for call in calls] == [0] * len(notes), [c.stderr.read() for c in calls]
    after = opened.status()
    written = {entry["text"]: entry["by"] for entry in after["timeline"]}
    assert all(written.get(text) == text.split()[-1] for text in notes)
    assert after["revision"] == before + len(notes)


def test_different_kinds_of_changes_at_once(opened):
    acts = [
        ("set", "impact.seen", "wrong totals"),
        ("set", "workaround", "add by hand"),
        ("tick", "verify.reproduced"),
        ("tick", "monitor.chat"),
        ("waive", "fix.root-cause", "--granted-by", "Kim", "--why", "known"),
        ("severity", "P0", "--why", "all shops"),
    ]
    calls = [start(opened, *act) for act in acts]
    codes = [call.wait(240) for call in calls]
    assert codes == [0] * len(acts), [call.stderr.read() for call in calls]
    now = opened.status()
    assert now["facts"]["impact.seen"] == "wrong totals" and now["facts"]["workaround"] == "add by hand"
    states = {step["id"]: step["state"] for step in now["steps"]}
    assert states["verify.reproduced"] == states["monitor.chat"] == "done"
    assert [w["step"] for w in now["waivers"]] == ["fix.root-cause"]
    assert now["severity"] == "P0"
    record = tomllib.loads((opened.checkout / ".git/hotfix-tui/ENG-7/session.toml").read_text())
    assert record["revision"] == now["revision"]


def test_the_same_step_is_begun_only_once(opened):
    for step in ("branch.preflight", "branch.base"):
        opened.do("do", step)
    calls = [start(opened, "do", "branch.create") for _ in range(4)]
    codes = sorted(call.wait(240) for call in calls)
    assert codes[0] == 0 and set(codes[1:]) <= {0, 1, 4, 5}, [call.stderr.read() for call in calls]
    branches = opened.git("branch", "--list", "hotfix/*").splitlines()
    assert len(branches) == 1
    assert opened.state("branch.create") == "done"
    made = [argv for _, argv in opened.git_calls() if "switch" in argv or argv[:2] == ["worktree", "add"]]
    assert len(made) == 1, made


def test_the_same_ticket_is_opened_only_once(desk):
    calls = [start(desk, "new", "ENG-5", "--title", "twice") for _ in range(4)]
    codes = sorted(call.wait(240) for call in calls)
    assert codes == [0, 2, 2, 2], [call.stderr.read() for call in calls]
    assert len(desk.do("list", "--json").json()["incidents"]) == 1
