"""What a scene contains before the wizard starts: records and runs as real work leaves them."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from hotfix_tui.engine import opening
from hotfix_tui.engine.errors import EngineError, NoRepository
from hotfix_tui.engine.place import find_place, refusal
from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui.app import HotfixApp
from tests.ui import incidents, watches
from tests.ui.incidents import NOW, put
from tests.ui.pictures.scenes import watch
from tests.ui.support import LOG, Desk


def first_screen(app: HotfixApp) -> Any:
    from hotfix_tui.ui.launch import first_screen

    return first_screen(app, "")


def asking(app: HotfixApp) -> Any:
    """Return the first question of a new incident."""
    from hotfix_tui.ui.opening import found_here

    return app.routes.triage(detected=found_here(app))


def undescribed(desk: Desk) -> None:
    def change(record: Record) -> None:
        for key in ("title", "impact.seen", "impact.users"):
            record.facts.pop(key, None)

    desk.change(change)


def findings(desk: Desk) -> None:
    findings = [
        {
            "id": "debug-1",
            "kind": "debugging",
            "text": "A debugging statement is left: print(prices)",
            "path": "shop.py",
            "line": 6,
            "content": "a",
        },
        {
            "id": "lockfile",
            "kind": "lockfile",
            "text": "A lockfile changes with the fix",
            "path": "poetry.lock",
            "content": "b",
        },
    ]

    def change(record: Record) -> None:
        record.facts.update(incidents.KNOWN_AT_THE_FIX)
        put(record, "fix.root-cause", "done", 9)
        why = "A debugging statement is left: print(prices), and 1 more"
        put(record, "fix.guard", "failed", 2, findings=findings, why=why)

    desk.change(change)


def debugging(desk: Desk) -> None:
    """A debugging line is left in the fix, and a new file lies next to it."""
    shop = desk.shop / "shop.py"
    shop.write_text(shop.read_text() + "\n\ndef show(prices):\n    print('here', prices)\n")
    (desk.shop / "rates.json").write_text("{}\n")


def tested(desk: Desk) -> None:
    def change(record: Record) -> None:
        put(record, "verify.test", "done", 6, **incidents.EVIDENCE["verify.test"])
        put(record, "verify.build", "done", 5)
        put(record, "verify.proof", "done", 4, **incidents.EVIDENCE["verify.proof"])

    desk.change(change)


def stale(desk: Desk) -> None:
    tested(desk)

    def change(record: Record) -> None:
        put(record, "verify.reproduced", "done", 9)
        put(record, "verify.resolved", "done", 3)
        record.steps["verify.resolved"]["tree"] = "0" * 40
        tree = record.stored("fix.change").get("tree")
        waiver = {
            "step": "verify.staging",
            "round": 1,
            "severity": "P1",
            "asked_by": "Ann",
            "granted_by": "Fay Gold",
        }
        record.waivers.append(
            {**waiver, "why": "staging is down", "at": NOW - timedelta(minutes=2), "tree": tree}
        )

    desk.change(change)


def test_runs(desk: Desk) -> None:
    desk.run("verify.test", "running", LOG[:130], minutes=0.7)


def test_failed(desk: Desk) -> None:
    desk.run("verify.test", "failed", minutes=1, why="1 of 2 tests failed: test_the_last_price_counts")


def push_unknown(desk: Desk) -> None:
    tested(desk)
    log = b"$ git push origin\nclient_loop: send disconnect: Broken pipe\n"
    desk.run(
        "verify.push", "unknown", log, minutes=1, why="the supervisor was killed; look whether it happened"
    )


def picked(desk: Desk) -> None:
    """The backport is on its branch, but its line does not carry it yet."""
    branch = "backport/release/2.2/ENG-1234"
    why = f"picked as 5c1f2a9 on {branch}; not merged into release/2.2 yet"
    log = b"$ git cherry-pick -x 5c1f2a9\n[backport/release/2.2/ENG-1234 5c1f2a9] fix: expired tokens are accepted\n"
    desk.run(
        "backport.release-2-2",
        "waiting",
        log,
        minutes=2,
        why=why,
        branch=branch,
        verdict="picked",
        merged=False,
    )


def ready_to_push(desk: Desk) -> None:
    """All of verify is done except the push, as the record says; the branch is no longer on the remote."""
    from tests.ui.world import BRANCH, Git

    Git(desk.folder / "remotes" / "shop" / "shop.git")("update-ref", "-d", f"refs/heads/{BRANCH}")
    desk.change(lambda record: record.steps.pop("verify.push"))


def kept_back(desk: Desk) -> None:
    """A security fault under embargo, before the deployment."""

    def change(record: Record) -> None:
        record.facts["embargo"] = "yes"
        record.clock["embargo_at"] = NOW
        record.steps.pop("deploy.live", None)

    desk.change(change)


def kept_back_push(desk: Desk) -> None:
    """The same before the push, with a title of which neither branch nor test contains a word."""
    ready_to_push(desk)
    kept_back(desk)
    desk.change(lambda record: record.facts.update({"title": "Old sessions stay open"}))


def in_review(desk: Desk) -> None:
    body_written(desk)
    desk.put("pull-request.create", "done", 8, **incidents.EVIDENCE["pull-request.create"])
    desk.put("pull-request.checks", "done", 5, checks=["tests: pass", "lint: pass"])


def body_written(desk: Desk) -> None:
    from hotfix_tui.engine import documents

    documents.write(desk.engine(), "pr")


def followed(desk: Desk) -> None:
    """The deployment is in progress, and production's log is followed in parallel."""
    log = b"$ ./deploy production f7b6a32\nuploading 214 files\nstarting three servers\n"
    desk.run("deploy.production", "running", log, minutes=0.8)
    lines = [b"$ ./deploy log production", b"shop-1 stops: 0 requests left", b"shop-1 starts on f7b6a32"]
    lines += [b"shop-1 GET /total?prices=1,2,3 200 6 4 ms", b"shop-2 GET /total?prices=1,2,3 200 3 5 ms"]
    desk.run("deploy.follow", "running", b"\n".join(lines) + b"\n", minutes=0.7)


def watched(desk: Desk) -> None:
    def change(record: Record) -> None:
        for name in ("smoke", "watch"):
            put(record, f"monitor.{name}", "done", 2, **incidents.EVIDENCE[f"monitor.{name}"])
        put(record, "monitor.error-rate", "done", 3)

    desk.change(change)


def measured(desk: Desk) -> None:
    """The watch has run for 11 minutes; a monitor recorded the time before it, and the fault is going away."""
    watches.configured(desk, probes=("/health",))
    commit = desk.engine().record.seen(Committed).commit
    watches.deployed(desk, 13, commit=commit)

    def change(record: Record) -> None:
        put(record, "release.confirm", "done", 12, commit=commit, commits=[commit])
        put(record, "deploy.live", "done", 12, commit=commit)

    desk.change(change)
    watched = [*watches.past(2000), *watches.samples(680, watches.falls)]
    watch(desk, "running", watched, minutes=680 / 60)


def branched(desk: Desk) -> None:
    """The branch stage again, after it was made; main has two commits that are not live."""
    from tests.ui.world import Git

    shop, other = Git(desk.shop), Git(desk.folder / "other")
    shop("worktree", "add", "-q", "--detach", str(other.path), "origin/main")
    other.clock += 400_000
    head, ahead = "", []
    for name, subject in (("cart.py", "Raise the cart limit to 50"), ("search.py", "Speed up the search")):
        other.write(name, f"# {subject}\n")
        head = other.commit(subject)
        ahead.insert(0, f"{head[:7]} {subject}")
    other("push", "-q", "origin", "HEAD:main")
    shop("worktree", "remove", "--force", str(other.path))
    shop("fetch", "-q", "origin")

    def change(record: Record) -> None:
        record.doc.update(stage="branch")
        put(record, "branch.base", "done", 30, undeployed=2, undeployed_list=ahead, production_head=head)

    desk.change(change)


def gone_worse(desk: Desk) -> None:
    """The deployment is six minutes old, and what is watched since is worse than before."""
    commit = desk.engine().record.seen(Committed).commit
    base = desk.engine().record.seen(Base).commit
    baseline = [{"name": "error rate", "value": 4.3}]
    desk.run("deploy.production", "done", minutes=7, commit=commit, previous=base, baseline=baseline)
    folder = desk.run("monitor.watch", "running", b"", minutes=4)
    stamp = NOW.timestamp()
    samples = [
        {"t": 20 * n, "at": stamp - 240 + 20 * n, "kind": "metric", "name": "error rate", "value": 4.9}
        for n in range(12)
    ]
    (folder / "samples.ndjson").write_text("".join(json.dumps(sample) + "\n" for sample in samples))

    def change(record: Record) -> None:
        record.runs[-2]["ended"] = NOW - timedelta(minutes=6)
        metric = {"name": "error rate", "command": ["./rate"], "direction": "falls"}
        record.doc["config"] = {**record.config, "metric": [metric]}
        put(record, "release.confirm", "done", 6, commit=commit, commits=[commit])
        put(record, "deploy.live", "done", 6, commit=commit)

    desk.change(change)


def deployed_early(desk: Desk) -> None:
    desk.put("pull-request.create", "done", 8, **incidents.EVIDENCE["pull-request.create"])


def resolved(desk: Desk) -> None:
    def change(record: Record) -> None:
        record.doc["state"] = "resolved"
        record.clock["resolved_at"] = NOW

    desk.change(change)


def closed(desk: Desk) -> None:
    def change(record: Record) -> None:
        for view in views(record).values():
            if not view.settled and view.required.level in "RW":
                put(record, view.id, "done", 1)
        record.doc["state"] = "closed"
        record.clock.update(resolved_at=NOW, closed_at=NOW)

    desk.change(change)


def draft(desk: Desk) -> None:
    """What a person had typed when the connection dropped: a title, and an invalid time."""
    undescribed(desk)
    keys = ["title", "impact.seen", "detected-at", "ticket", "impact.users", "impact.kind"]
    typed = {"title": "Totals are wrong", "impact.seen": "too low", "detected-at": "half past two"}
    desk.store.draft_write("ENG-1234", f"facts-{'-'.join(keys)[:40]}", json.dumps(typed))


def edited(desk: Desk) -> None:
    from hotfix_tui.engine import documents

    engine = desk.engine()
    section = next(s for s in documents.render(engine, "pr").sections if s.fact is None)
    documents.edit(engine, "pr", section.id, "Edited by hand: the last price counts again.")


def several(desk: Desk) -> None:
    incidents.open_one(desk.shop, ticket="ENG-99", severity="P2", title="The mail is sent twice")
    other = incidents.open_one(desk.shop, ticket="ENG-7", severity="P3", title="A banner is in the way")
    incidents.change(other, lambda record: record.doc.update(state="resolved"))
    broken = incidents.open_one(desk.shop, ticket="ENG-500", severity="P1", title="Nothing works")
    for file in Path(desk.store.directory(broken.id)).glob("session.toml*"):
        file.write_text("schema = 1\nid = ")
    for number, name in enumerate(("ENG-500", "ENG-7", "ENG-99", "ENG-1234")):
        stamp = NOW.timestamp() + number
        os.utime(os.path.join(desk.store.directory(name), "session.toml"), (stamp, stamp))


def elsewhere(desk: Desk) -> None:
    """Lay out a folder without a repository next to repositories, two of whose incidents are open."""
    several(desk)
    opening.remember_repository(str(desk.shop))
    for name in ("mailer", "pricing"):
        (desk.folder / "services" / name / ".git" / "objects").mkdir(parents=True)
        (desk.folder / "services" / name / ".git" / "refs").mkdir()
        (desk.folder / "services" / name / ".git" / "HEAD").write_text("ref: refs/heads/main\n")


def no_repository(app: HotfixApp) -> Any:
    folder = str(Path(app.place.root).parent / "services")
    try:
        find_place(folder)
    except NoRepository as why:
        return app.routes.elsewhere(folder, why)
    raise AssertionError(f"{folder} is in a repository")


def refused(app: HotfixApp) -> Any:
    return app.routes.elsewhere(app.place.root, refusal(app.place.root))


def notice(app: HotfixApp) -> Any:
    screen = stage(app)
    problem = EngineError(
        "The message was not sent: ./post ended with status 1: no route to host; send it by hand."
    )
    screen.call_after_refresh(app.problem, problem)
    return screen


def stage(app: HotfixApp) -> Any:
    from hotfix_tui.ui.opening import open_engine
    from hotfix_tui.ui.screens.stage.screen import StageScreen

    app.engine = open_engine(app, "ENG-1234")
    return StageScreen(app.engine)


def drill(app: HotfixApp) -> Any:
    """Return the wizard in a drill that has a log."""
    from hotfix_tui.demo.build import World
    from hotfix_tui.demo.ledger import FILE, Ledger
    from hotfix_tui.ui.drill import Drill

    root = Path(app.place.root).parent / "drill"
    (root / "outbox").mkdir(parents=True)
    (root / "outbox" / "status-page.txt").write_text("Sign-in works again.")
    lines = [
        f"{index:02}Z {what}" for index, what in enumerate(["begin", *["key enter"] * 40, *["word"] * 17])
    ]
    text = "".join(f"2026-03-02T14:00:{line}\n" for line in [*lines, "58Z end"])
    (root / FILE).write_text(text)
    place, url = root / "tokend", "http://127.0.0.1:20001"
    world = World(
        root=root,
        checkout=place,
        remote=place,
        staging_url=url,
        production_url=url,
        patch=place,
        bad_patch=None,
        patch_after_bad=None,
        ticket="ENG-1234",
        expired_token="",
        valid_token="",
        scenario="expired-token",
    )
    app.drill = Drill(world, Ledger(root))
    return stage(app)
