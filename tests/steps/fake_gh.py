"""A stateful `gh` for the tests: it knows the calls that the wizard makes, and keeps GitHub's state in a file.

Actions of a person or a CI on the site are simulated by changing the state. Its answers have the format of gh 2.23 to
2.103.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.steps import kept_state

PROGRAM = (
    kept_state.HEAD
    + """\
args = sys.argv[1:]
pairs = [a[2:].split("=", 1) for a in args if a.startswith("--") and "=" in a]
options = dict(pairs)
fields = dict(value.split("=", 1) for name, value in pairs if name in ("raw-field", "field"))
world["calls"].append(args)
answer, code = "", 0
later = world.get("later")
if later and len(world["calls"]) >= later["calls"]:
    world.update(later["set"])
down = world.get("down")
if down:
    print(down["says"], file=sys.stderr)
    sys.exit(down["code"])
def numbered(number):
    return next(p for p in world["prs"] if p["number"] == int(number))
if args[:2] == ["auth", "status"]:
    sys.exit("nobody asks that: it says no for every outage")
elif args[:2] == ["pr", "list"]:
    answer = json.dumps([p for p in world["prs"] if p["headRefName"] == options["head"]])
elif args[:2] == ["pr", "view"]:
    answer = json.dumps(numbered(args[2]))
elif args[:2] == ["pr", "create"]:
    number = len(world["prs"]) + 1
    owner, _, branch = options["head"].rpartition(":")
    world["prs"].append(world["new"] | {{"number": number, "title": options["title"],
        "headRefName": branch, "baseRefName": options["base"],
        "headRepositoryOwner": {{"login": owner or "acme"}}, "isCrossRepository": bool(owner),
        "url": f"https://github.com/acme/shop/pull/{{number}}",
        "body": open(options["body-file"]).read()}})
    answer = world["prs"][-1]["url"]
elif args[:2] == ["pr", "close"]:
    numbered(args[2])["state"] = "CLOSED"
elif args[:2] == ["pr", "merge"]:
    if world.get("merge_refused"):
        print(world["merge_refused"], file=sys.stderr)
        code = 1
    elif world.get("queue"):
        numbered(args[2]).update(queue=world["queue"])
elif args[:2] == ["api", "graphql"]:
    query = fields["query"]
    repository = {{name: True for name in world["methods"]}} | {{"viewerDefaultMergeMethod": world["usual"]}}
    if "deployments(" in query:
        repository = {{"deployments": {{"nodes": [d for d in world["deployments"]
            if d.get("environment", "production") == fields["environment"]]}}}}
    if "pullRequest" in query:
        if world.get("no_queue_field"):
            print("gh: Field 'isInMergeQueue' doesn't exist on type 'PullRequest'", file=sys.stderr)
            keep()
            sys.exit(1)
        pr = numbered(fields["number"])
        reviews = {{"nodes": pr.get("latestReviews") or []}}
        repository["pullRequest"] = {{
            "url": pr["url"], "state": pr["state"], "headRefOid": pr["headRefOid"],
            "reviewDecision": pr["reviewDecision"] or None, "author": {{"login": pr.get("author", "ann")}},
            "isInMergeQueue": bool(pr.get("queue")), "autoMergeRequest": pr.get("auto"),
            "mergeQueueEntry": {{"position": pr["queue"], "state": "QUEUED"}} if pr.get("queue") else None,
            "latestOpinionatedReviews": {{"nodes": [r for r in reviews["nodes"] if r["state"] != "COMMENTED"]}},
            "latestReviews": reviews,
        }}
    answer = json.dumps({{"data": {{"repository": repository}}}})
elif args[0] == "api" and "/annotations" in args[-1]:
    job = args[-1].split("/check-runs/")[1].split("/")[0]
    answer = json.dumps(world.get("annotations", {{}}).get(job, []))
elif args[0] == "api" and "/actions/runs" in args[-1]:
    sha = args[-1].split("head_sha=")[1].split("&")[0]
    found = [r for r in world["runs"] if r["head_sha"] == sha]
    answer = json.dumps({{"total_count": len(found), "workflow_runs": found}})
else:
    sys.exit("gh: unknown call: " + " ".join(args))
keep()
print(answer)
sys.exit(code)
"""
)


class Forge:
    """GitHub as the program sees it. `set` changes it as a whole, `one` the newest pull request."""

    def __init__(self, folder: Path, commit: str) -> None:
        self.path = folder / "forge.json"
        self.tools = folder / "tools"
        new = {
            "state": "OPEN",
            "isDraft": False,
            "headRefOid": commit,
            "createdAt": "2026-03-02T14:00:00Z",
            "mergedAt": None,
            "mergeCommit": None,
            "reviewDecision": "",
            "latestReviews": [],
            "mergeStateStatus": "CLEAN",
            "statusCheckRollup": [],
        }
        methods = ["mergeCommitAllowed", "squashMergeAllowed", "rebaseMergeAllowed"]
        world = {"prs": [], "new": new, "calls": [], "methods": methods, "usual": "MERGE"}
        self.path.write_text(json.dumps(world | {"deployments": [], "runs": []}))
        self.tools.mkdir()
        (self.tools / "gh").write_text(PROGRAM.format(python=sys.executable, state=str(self.path)))
        (self.tools / "gh").chmod(0o755)

    @property
    def world(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self.path.read_text())
        return state

    def set(self, **values: Any) -> None:
        kept_state.change(self.path, **values)

    def one(self, **values: Any) -> None:
        world = self.world
        world["prs"][-1] |= values
        self.set(**world)

    def stranger(self, branch: str, commit: str) -> None:
        """Somebody opens a pull request from a fork, from a branch of that name."""
        world = self.world
        number = len(world["prs"]) + 1
        theirs = {
            "number": number,
            "title": "Mine",
            "headRefName": branch,
            "baseRefName": "main",
            "headRefOid": commit,
            "headRepositoryOwner": {"login": "mallory"},
            "isCrossRepository": True,
            "url": f"https://github.com/acme/shop/pull/{number}",
        }
        self.set(prs=[*world["prs"], world["new"] | theirs])

    def down(self, says: str, code: int = 1) -> None:
        self.set(down={"says": says, "code": code})

    def up(self) -> None:
        self.set(down=None)

    def path_with(self, before: str) -> str:
        return f"{self.tools}{os.pathsep}{before}"


def review(author: str, state: str, commit: str) -> dict[str, Any]:
    """One review as GitHub tells it."""
    return {"author": {"login": author}, "state": state, "commit": {"oid": commit}}
