"""Stand-ins for the programs of platforms: they keep the state of a service, and refuse unknown targets."""

import json
import sys

from tests.steps import kept_state

_PROGRAM = (
    kept_state.HEAD
    + """\
name, args = os.path.basename(sys.argv[0]), sys.argv[1:]
world["calls"].append([name, *args])
mode = world["mode"]
def make(message):
    id = world["ids"].pop(0)
    world["releases"][id] = message
    world["live"] = id
def leave(code=0, says=""):
    keep()
    print(says, file=sys.stderr if code else sys.stdout)
    sys.exit(code)
def option(name):
    return args[args.index(name) + 1]
def back(id):
    if id not in world["releases"]:
        leave(1, "no such release: " + id)
    world["live"] = id
    world["parts"] = {{}}
    world["pinned"] = mode != "free"
line = " ".join([name, *args])
live, message = world["live"], world["releases"].get(world["live"], "")
if mode == "down":
    leave(1, "Error: network is unreachable")
if mode == "refused" and line.startswith("eb deploy"):
    leave(4, "ERROR: ServiceError - no")
if line.startswith(("netlify deploy --context", "wrangler versions upload")):
    if mode != "hidden":
        world["releases"][world["ids"].pop(0)] = option("--message")
elif line.startswith("netlify deploy"):
    if mode != "idle": make(option("--message") if mode != "unnamed" else "by somebody")
    leave(1 if mode == "half" else 0, "deployed")
elif line.startswith("netlify api listSiteDeploys"):
    print(json.dumps([{{"id": id, "title": made, "state": "ready", "deploy_ssl_url": "https://" + id + "--x.example"}}
        for id, made in world["releases"].items()]))
elif line.startswith("netlify api unlockDeploy"):
    world["pinned"] = mode == "stays"
elif line.startswith("netlify api getSite"):
    print(json.dumps({{"id": "0d3a9d2f-site", "padding": "{{ Environments: [ {{",
        "published_deploy": {{"id": live, "title": message, "locked": world["pinned"]}}}}))
elif line.startswith("netlify api restoreSiteDeploy"):
    back(json.loads(option("--data"))["deploy_id"])
elif line.startswith("wrangler deployments status"):
    print(json.dumps({{"versions": [{{"version_id": id, "percentage": share}}
        for id, share in world["parts"].items()] or [{{"version_id": live, "percentage": 100}}],
        "annotations": {{"workers/message": message}}}}))
elif line.startswith("wrangler versions list"):
    print(json.dumps([{{"id": id, "annotations": {{"workers/message": made}}}}
        for id, made in world["releases"].items()]))
elif line.startswith("wrangler versions deploy"):
    if mode == "broken": leave(1, "Error: version not found")
    if mode != "idle":
        parts = [word.rstrip("%").split("@") for word in args[2:] if "@" in word]
        world["parts"] = {{id: int(share) for id, share in parts}}
        world["live"] = max(parts, key=lambda part: int(part[1]))[0]
elif line.startswith("wrangler deploy"):
    make(option("--message"))
    leave(1 if mode == "half" else 0, "X [ERROR] A request to the Cloudflare API (/triggers) failed.")
elif line.startswith("wrangler rollback"):
    back(args[1])
elif line.startswith("aws elasticbeanstalk describe-environments"):
    print(json.dumps({{"Environments": [{{"VersionLabel": live, "Status": "Ready"}}]}}))
elif line.startswith("aws elasticbeanstalk describe-instances-health"):
    print(json.dumps([[live, live], []]))
elif line.startswith("eb deploy") and "--version" in args:
    back(option("--version"))
elif line.startswith("eb deploy"):
    world["ids"].insert(0, option("--label"))
    make("")
elif line.startswith("doctl apps create-deployment"):
    pass
else:
    leave(2, "unknown call: " + line)
leave()
"""
)


class Standin:
    """Programs of platforms whose service is a file; one call at a time reads and writes it, as a service would."""

    def __init__(self, folder, ids, message=""):
        self.path = folder / "platform.json"
        world = {"calls": [], "mode": "ok", "ids": ids[1:], "releases": {ids[0]: message}, "live": ids[0]}
        self.path.write_text(json.dumps(world | {"pinned": False, "parts": {}}))
        self.tools = folder / "programs"
        self.tools.mkdir()
        for name in ("netlify", "wrangler", "eb", "aws", "doctl"):
            (self.tools / name).write_text(_PROGRAM.format(python=sys.executable, state=str(self.path)))
            (self.tools / name).chmod(0o755)

    @property
    def world(self):
        return json.loads(self.path.read_text())

    def set(self, **values):
        kept_state.change(self.path, **values)

    def called(self, *words):
        return [call for call in self.world["calls"] if all(word in call for word in words)]
