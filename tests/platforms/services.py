"""Stateful stand-ins for the services of four platforms, for the platforms' real programs: on 127.0.0.1 only.

Each knows as much of its API as the commands of our data files need. `mode` says what goes wrong: ``ok``, ``build``
(the upload cannot be built or started) or ``half`` (it goes live, and then the program gets an error).
"""

import json
import re
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SITE = "0d3a9d2f-ef94-4380-93df-27ee400e2048"
FIRST = "aaaaaaaa-0000-4000-8000-000000000001"
STACK = "64bit Amazon Linux 2023 v4.0.0 running Python 3.11"
ARN = "arn:aws:elasticbeanstalk:eu-west-1::platform/Python 3.11 running on 64bit Amazon Linux 2023/4.0.0"
_SINCE = "2026-11-20T00:00:00Z"

Reply = tuple[int, Any]
"""Status and body: a text is sent as XML, everything else as JSON."""


class Service:
    """One platform's service. `live` is the id of what production serves."""

    live = ""
    mode = "ok"
    target = ""
    """The action that the current request names in its header, if it does."""
    open_to_all: tuple[str, ...] = ()
    """Prefixes of paths that are requested without a login."""

    def __init__(self) -> None:
        self.made = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def next(self) -> int:
        """Return the number of the next object that is made."""
        self.made += 1
        return self.made

    def reply(self, method: str, path: str, asked: dict[str, Any], body: bytes) -> Reply:
        """Answer one request; `asked` is its JSON, or its form with the query."""
        raise NotImplementedError

    def lets_in(self, login: str) -> bool:
        """Return whether somebody is signed in."""
        return bool(login.removeprefix("Bearer").strip())

    def nobody(self) -> Reply:
        """Answer somebody who is not signed in."""
        return 401, {
            "code": 401,
            "message": "Access Denied",
            "error": {"code": "forbidden", "message": "Not authorized"},
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: object) -> None:
                pass

            def handle_one(self) -> None:
                url = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                asked = _asked(url.query, body)
                service.target = self.headers.get("x-amz-target", "").rpartition(".")[2]
                known = url.path.startswith(service.open_to_all) or service.lets_in(
                    self.headers.get("authorization", "")
                )
                reply = service.reply(self.command, url.path, asked, body) if known else service.nobody()
                status, said = reply
                data = said.encode() if isinstance(said, str) else json.dumps(said).encode()
                self.send_response(status)
                self.send_header("content-type", "text/xml" if isinstance(said, str) else "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_PATCH = do_HEAD = do_DELETE = handle_one

        return Handler


def _asked(query: str, body: bytes) -> dict[str, Any]:
    """Return what a request asks for: its JSON, otherwise its form, with the query."""
    form: dict[str, Any] = {key: values[0] for key, values in parse_qs(query).items()}
    try:
        told = json.loads(body)
        return form | told if isinstance(told, dict) else form
    except ValueError:
        text = body.decode("utf-8", "replace") if len(body) < 20_000 else ""
        return form | {key: values[0] for key, values in parse_qs(text).items()}


class Vercel(Service):
    """For ``vercel --api ADDRESS``."""

    live = "dpl_OLD"

    def __init__(self) -> None:
        self.deployments = {"dpl_OLD": self._deployment("dpl_OLD", "READY", {"gitCommitSha": "0" * 40})}
        self.pinned = False
        super().__init__()

    def _deployment(
        self, id: str, state: str, meta: dict[str, str], target: str | None = "production"
    ) -> Any:
        return {
            "id": id, "uid": id, "name": "app", "url": f"app-{id[4:].lower()}-team.vercel.app",
            "inspectorUrl": f"https://vercel.com/team/app/{id}", "target": target, "alias": ["shop.example"],
            "aliasAssigned": state == "READY", "aliasFinal": None, "projectId": "prj_1", "ownerId": "team_1",
            "team": {"id": "team_1", "slug": "team", "name": "team"}, "createdAt": 1_795_000_000_000,
            "created": 1_795_000_000_000, "creator": {"uid": "u1", "username": "me"}, "meta": meta, "regions": ["iad1"],
            "builds": [], "version": 2, "plan": "pro", "public": False, "routes": [], "status": state,
            "readyState": state, "state": state, "type": "LAMBDAS", "source": "cli", "polls": 0,
        }  # fmt: skip

    def reply(self, method: str, path: str, asked: dict[str, Any], body: bytes) -> Reply:
        """Answer as its API does."""
        team = {"id": "team_1", "slug": "team", "name": "team", "billing": {"plan": "pro"}}
        if path == "/v2/user":
            user = {"id": "u1", "uid": "u1", "username": "me", "email": "me@example.com", "name": "Me"}
            return 200, {
                "user": user | {"version": "northstar", "defaultTeamId": "team_1", "billing": {"plan": "pro"}}
            }
        if re.fullmatch(r"/v[12]/teams", path):
            return 200, {"teams": [team], "pagination": {"count": 1, "next": None, "prev": None}}
        if re.match(r"(/v\d+)?/teams/", path):
            return 200, team
        if re.fullmatch(r"/v\d+/projects/[^/]+", path):
            return 200, self._project()
        if action := re.search(r"/projects?/[^/]+/(rollback|promote)/([^/?]+)", path):
            if method == "POST":
                self.live, self.pinned = action[2], action[1] == "rollback"
            return 201, {}
        if re.fullmatch(r"/v\d+/deployments", path):
            return self._made(asked) if method == "POST" else (200, self._listed(asked.get("state", "")))
        if action := re.fullmatch(r"/v\d+/(?:now/)?deployments/([^/]+)", path):
            return self._one(action[1])
        if "events" in path:
            said = {"id": "1", "text": "Running build...", "date": 1, "serial": "1"}
            return 200, [{"type": "stdout", "created": 1, "payload": said}]
        if path.startswith(("/v2/files", "/v2/now/files")):
            return 200, {"urls": []}
        return 404, {"error": {"code": "not_found", "message": f"Not found {path}"}}

    def _project(self) -> Any:
        job = {
            "type": "rollback",
            "jobStatus": "succeeded",
            "toDeploymentId": self.live,
            "requestedAt": int(time.time() * 1000),
        }
        return {
            "id": "prj_1", "name": "app", "accountId": "team_1", "framework": None, "createdAt": 1,
            "lastRollbackTarget": None, "lastAliasRequest": job if self.pinned else None,
            "targets": {"production": self.deployments[self.live]}, "autoAssignCustomDomains": not self.pinned,
            "latestDeployments": list(self.deployments.values()),
        }  # fmt: skip

    def _listed(self, state: str) -> Any:
        every = [
            deployment for deployment in self.deployments.values() if state in ("", deployment["state"])
        ][::-1]
        return {"deployments": every, "pagination": {"count": len(every), "next": None, "prev": None}}

    def _made(self, asked: dict[str, Any]) -> Reply:
        id = f"dpl_NEW{self.next()}"
        made = self._deployment(id, "QUEUED", asked.get("meta") or {}, asked.get("target"))
        made["stays"] = asked.get("autoAssignCustomDomains") is False
        self.deployments[id] = made
        return 200, made

    def _one(self, name: str) -> Reply:
        every = self.deployments.values()
        deployment = next(
            (candidate for candidate in every if name in (candidate["id"], candidate["url"])), None
        )
        if deployment is None:
            return 404, {"error": {"code": "not_found", "message": "The deployment could not be found"}}
        deployment["polls"] += 1
        if deployment["readyState"] == "QUEUED" and deployment["polls"] > 1:
            state = "ERROR" if self.mode == "build" else "READY"
            deployment.update(readyState=state, status=state, state=state, aliasAssigned=state == "READY")
            if state == "ERROR":
                deployment.update(
                    errorMessage='Command "npm run build" exited with 1', errorCode="BUILD_UTILS_SPAWN_1"
                )
            elif deployment["target"] == "production" and not deployment["stays"] and not self.pinned:
                self.live = deployment["id"]
            if state == "READY" and self.mode == "half":
                deployment["aliasError"] = {
                    "code": "cert_missing",
                    "message": "No certificate for www.shop.example",
                }
                deployment["aliasAssigned"] = False
        return 200, deployment


class Netlify(Service):
    """For ``netlify`` with ``NETLIFY_API_URL=ADDRESS/api/v1``."""

    live = "dep-first"
    open_to_all = ("/team/", "/site/")  # which extensions a site has, asked at a host of its own

    def __init__(self) -> None:
        self.deploys = {"dep-first": self._deploy("dep-first", "ready", "Before", False)}
        super().__init__()

    def _deploy(self, id: str, state: str, title: str, draft: bool) -> Any:
        return {
            "id": id, "site_id": SITE, "state": state, "name": "shop", "required": [], "required_functions": [],
            "deploy_ssl_url": f"https://{id}--shop.netlify.app", "deploy_url": f"http://{id}--shop.netlify.app",
            "ssl_url": "https://shop.netlify.app", "url": "http://shop.netlify.app", "branch": "main",
            "admin_url": "https://app.netlify.com/sites/shop", "error_message": None, "created_at": _SINCE,
            "context": "deploy-preview" if draft else "production", "published_at": None, "draft": draft,
            "title": title, "commit_ref": None, "locked": False, "summary": {"status": "ready", "messages": []},
            "polls": 0,
        }  # fmt: skip

    def _site(self) -> Any:
        return {
            "id": SITE, "site_id": SITE, "name": "shop", "url": "http://shop.netlify.app", "plugins": [],
            "ssl_url": "https://shop.netlify.app", "admin_url": "https://app.netlify.com/sites/shop",
            "account_slug": "acme", "account_id": "acc1", "account_name": "acme", "build_settings": {},
            "capabilities": {}, "published_deploy": self.deploys[self.live], "feature_flags": {},
            "use_envelope": False, "processing_settings": {}, "deploy_url": "https://main--shop.netlify.app",
        }  # fmt: skip

    def reply(self, method: str, path: str, asked: dict[str, Any], body: bytes) -> Reply:
        """Answer as its API does."""
        path = path.removeprefix("/api/v1")
        if path == "/user":
            return 200, {"id": "u1", "email": "me@example.com", "full_name": "Me"}
        if path == "/accounts":
            return 200, [{"id": "acc1", "slug": "acme", "name": "acme", "default": True}]
        if path.startswith(("/accounts/", "/site/", "/team/")) or "/service-instances" in path:
            return 200, []
        if path in (f"/sites/{SITE}", "/sites/shop", "/sites/shop.netlify.app"):
            return 200, self._site()
        if path == "/sites":
            return 200, [self._site()]
        if path == f"/sites/{SITE}/deploys" and method == "POST":
            id = f"dep-new{self.next():04d}"
            self.deploys[id] = self._deploy(id, "uploading", asked.get("title", ""), bool(asked.get("draft")))
            return 200, self.deploys[id]
        address = re.search(r"/deploys/(dep-\w+)(?:/(restore|lock|unlock))?$", path)
        if address and address[1] in self.deploys:
            return self._one(method, asked, self.deploys[address[1]], address[2] or "")
        if path in (f"/sites/{SITE}/deploys", "/sites/shop/deploys"):
            return 200, list(self.deploys.values())[::-1]
        return 404, {"code": 404, "message": "Not Found"}

    def _one(self, method: str, asked: dict[str, Any], deploy: Any, act: str) -> Reply:
        if act == "restore":
            self.live = deploy["id"]
            return 201, deploy
        if act:
            deploy["locked"] = act == "lock"
            return 200, deploy
        if method == "PUT":
            deploy["title"] = asked.get("title") or deploy["title"]
        deploy["polls"] += 1
        if deploy["state"] == "uploading" and deploy["polls"] > 2:
            deploy["state"] = "ready"
            if not deploy["draft"]:
                self.live = deploy["id"]
        if deploy["state"] == "ready" and self.mode == "half" and deploy["polls"] > 2:
            return 403, {"code": 403, "message": "You are not allowed to see this deploy"}
        return 200, deploy


class Workers(Service):
    """For ``wrangler`` with ``CLOUDFLARE_API_BASE_URL=ADDRESS/client/v4``."""

    live = FIRST

    def __init__(self) -> None:
        self.versions = {FIRST: "Before"}
        self.deployed: list[tuple[list[tuple[str, float]], str]] = [([(FIRST, 100)], "Before")]
        super().__init__()

    def reply(self, method: str, path: str, asked: dict[str, Any], body: bytes) -> Reply:
        """Answer as its API does."""
        if (
            self.mode == "half"
            and self.made
            and path.endswith(("/subdomain", "/routes", "/schedules", "/records"))
        ):
            return _no(403, 10000, "Authentication error")
        if path.endswith("/deployments"):
            return self._deployments(method, asked)
        if address := re.search(r"/versions/([^/]+)$", path):
            known = address[1] in self.versions
            return (
                _yes(self._version(address[1]))
                if known
                else _no(404, 10007, "workers.api.error.version_not_found")
            )
        if path.endswith("/versions") and method == "GET":
            return _yes({"items": [self._version(version) for version in self.versions]})
        if path.endswith("/versions"):
            return _yes(self._version(self._uploaded(body)))
        if re.search(r"/workers/scripts/[^/]+$", path) and method == "PUT":
            id = self._uploaded(body)
            self._goes_live([(id, 100)], self.versions[id])
            return _yes({"id": id, "etag": "x", "deployment_id": id.replace("-", ""), "startup_time_ms": 3, "number": 3,
                         "pipeline_hash": None, "mutable_pipeline_id": None, "available_on_subdomain": True,
                         "metadata": {"has_preview": False}})  # fmt: skip
        if path.endswith("/user"):
            return _yes({"id": "u1", "email": "me@example.com"})
        if path.endswith("/user/tokens/verify"):
            return _yes({"status": "active"})
        if path.endswith("/memberships"):
            return _yes([])
        if path.endswith("/accounts"):
            return _yes([{"id": "acc1", "name": "Acme"}])
        return self._about(path)

    def _about(self, path: str) -> Reply:
        script = {"tag": "t", "tags": [], "last_deployed_from": "wrangler"}
        if path.endswith("/subdomain"):
            return _yes({"subdomain": "me", "enabled": True, "previews_enabled": True})
        if re.search(r"/workers/services/[^/]+$", path):
            return _yes({"default_environment": {"environment": "production", "script": script}})
        if re.search(r"/workers/workers/[^/]+$", path):
            return _yes({"id": "w1", "name": "app", "created_on": _SINCE, "logpush": False, "tags": [],
                         "references": {}, "observability": {"enabled": False}, "tail_consumers": [],
                         "subdomain": {"enabled": True, "previews_enabled": True}})  # fmt: skip
        if path.endswith(("/script-settings", "/settings")):
            return _yes({"tags": [], "logpush": False, "observability": {"enabled": False}})
        if path.endswith(("/secrets", "/routes", "/records", "/schedules")):
            return _yes([])
        return _no(404, 10007, f"not found {path}")

    def _uploaded(self, body: bytes) -> str:
        message = re.search(rb'"workers/message"\s*:\s*"([^"]*)"', body)
        id = f"cccccccc-0000-4000-8000-{self.next():012d}"
        self.versions[id] = message[1].decode() if message else ""
        return id

    def _goes_live(self, parts: list[tuple[str, float]], message: str) -> None:
        self.deployed.insert(0, (parts, message))
        self.live = max(parts, key=lambda part: part[1])[0]

    def _deployments(self, method: str, asked: dict[str, Any]) -> Reply:
        if method == "POST":
            parts = [(version["version_id"], version["percentage"]) for version in asked["versions"]]
            self._goes_live(parts, (asked.get("annotations") or {}).get("workers/message", ""))
            return _yes({"id": f"d{len(self.deployed)}"})
        every = [
            {"id": f"d{len(self.deployed) - place}", "source": "wrangler", "strategy": "percentage",
             "author_email": "me@e.com", "created_on": _SINCE,
             "annotations": {"workers/triggered_by": "deployment", "workers/message": message},
             "versions": [{"version_id": id, "percentage": share} for id, share in parts]}
            for place, (parts, message) in enumerate(self.deployed)
        ]  # fmt: skip
        return _yes({"deployments": every})

    def _version(self, id: str) -> Any:
        made = {
            "created_on": _SINCE,
            "modified_on": _SINCE,
            "source": "wrangler",
            "author_id": "1",
            "author_email": "me@e.com",
        }
        notes = {"workers/triggered_by": "upload", "workers/message": self.versions.get(id, "")}
        script = {"script": {"etag": "x", "handlers": ["fetch"]}, "script_runtime": {}, "bindings": []}
        made |= {"hasPreview": True, "has_preview": True}
        return {"id": id, "number": 1, "metadata": made, "annotations": notes,
                "resources": script, "startup_time_ms": 3}  # fmt: skip


def _yes(result: object) -> Reply:
    info = {"page": 1, "per_page": 50, "count": 1, "total_count": 1, "total_pages": 1}
    return 200, {"success": True, "errors": [], "messages": [], "result": result, "result_info": info}


def _no(status: int, code: int, message: str) -> Reply:
    errors = [{"code": code, "message": message}]
    return status, {"success": False, "errors": errors, "messages": [], "result": None}


class Beanstalk(Service):
    """For ``eb`` and ``aws`` with ``AWS_ENDPOINT_URL=ADDRESS``: Elastic Beanstalk, S3 and STS."""

    live = "app-3ae7-261120_101010"

    def lets_in(self, login: str) -> bool:
        """Return whether somebody is signed in: the programs refuse to ask without a login."""
        return True

    def __init__(self) -> None:
        self.labels = [self.live]
        self.bundles: list[bytes] = []
        """What was uploaded, as it was sent."""
        self.status, self.pending, self.polls, self.events = "Ready", "", 0, list[tuple[str, str]]()
        super().__init__()

    def reply(self, method: str, path: str, asked: dict[str, Any], body: bytes) -> Reply:
        """Answer as its API does."""
        action = str(asked.get("Action", ""))
        if not action and method == "PUT":
            self.bundles.append(body)
        if not action:  # S3
            return (404, "") if method == "HEAD" else (200, '<?xml version="1.0"?><x/>')
        if self.mode == "half" and self.made and action == "DescribeEvents":
            self.status = "Ready"
            self._arrived()
            return self._refused("ExpiredToken", "The security token included in the request is expired", 403)
        if action in ("DescribeEnvironments", "DescribeEvents"):
            self._advance()
        if action == "CreateApplicationVersion":
            self.labels.insert(0, asked["VersionLabel"])
        if action == "UpdateEnvironment" and asked.get("VersionLabel", "") not in self.labels:
            return self._refused("InvalidParameterValue", "No Application Version of that name found.")
        if action == "UpdateEnvironment":
            self.status, self.pending, self.polls, self.made = (
                "Updating",
                asked["VersionLabel"],
                0,
                self.made + 1,
            )
            self.events = [("Environment update is starting.", "INFO")]
        return 200, self._wrapped(action, self._said(action, asked))

    def _said(self, action: str, asked: dict[str, Any]) -> str:
        label = self.labels[0]
        version = (f"<ApplicationName>shop</ApplicationName><VersionLabel>{label}</VersionLabel>"
                   f"<Status>PROCESSED</Status><DateCreated>{_now()}</DateCreated><DateUpdated>{_now()}</DateUpdated>"
                   "<SourceBundle><S3Bucket>b</S3Bucket><S3Key>k</S3Key></SourceBundle>")  # fmt: skip
        wanted = [value for key, value in asked.items() if key.startswith("VersionLabels")]
        wanted_labels = [name for name in self.labels if not wanted or name in wanted]
        every = "".join(f"<member>{version.replace(label, name)}</member>" for name in wanted_labels)
        said = {
            "GetCallerIdentity": "<Arn>arn:aws:iam::1:user/me</Arn><UserId>1</UserId><Account>1</Account>",
            "DescribeEnvironments": f"<Environments><member>{self._environment()}</member></Environments>",
            "UpdateEnvironment": self._environment(),
            "DescribeApplications": "<Applications><member><ApplicationName>shop</ApplicationName></member>"
            "</Applications>",
            "DescribePlatformVersion": f"<PlatformDescription><PlatformArn>{ARN}</PlatformArn><PlatformName>"
            "Python 3.11 "
            "running on 64bit Amazon Linux 2023</PlatformName><PlatformVersion>4.0.0</PlatformVersion>"
            "<PlatformStatus>Ready</PlatformStatus>"
            f"<SolutionStackName>{STACK}</SolutionStackName></PlatformDescription>",
            "CreateStorageLocation": "<S3Bucket>elasticbeanstalk-eu-west-1-1</S3Bucket>",
            "CreateApplicationVersion": f"<ApplicationVersion>{version}</ApplicationVersion>",
            "DescribeApplicationVersions": f"<ApplicationVersions>{every}</ApplicationVersions>",
            "DescribeEvents": f"<Events>{self._told()}</Events>",
            "DescribeInstancesHealth": "<InstanceHealthList><member><InstanceId>i-1</InstanceId><Deployment>"
            f"<VersionLabel>{self.live}</VersionLabel><DeploymentId>1</DeploymentId><Status>Deployed</Status>"
            "</Deployment></member></InstanceHealthList>",
        }
        return said.get(action, "")

    def _told(self) -> str:
        return "".join(
            f"<member><EventDate>{_now()}</EventDate><Message>{message}</Message><ApplicationName>shop</ApplicationName>"
            f"<EnvironmentName>shop-prod</EnvironmentName><RequestId>r-{self.made}</RequestId><Severity>{severity}"
            "</Severity></member>"
            for message, severity in self.events
        )

    def _environment(self) -> str:
        return (
            "<EnvironmentName>shop-prod</EnvironmentName><EnvironmentId>e-abc</EnvironmentId><ApplicationName>shop"
            f"</ApplicationName><VersionLabel>{self.live}</VersionLabel><SolutionStackName>{STACK}</SolutionStackName>"
            f"<PlatformArn>{ARN}</PlatformArn><CNAME>shop.example</CNAME><EndpointURL>1.2.3.4</EndpointURL>"
            f"<DateCreated>{_SINCE}</DateCreated><DateUpdated>{_SINCE}</DateUpdated><Status>{self.status}</Status>"
            "<AbortableOperationInProgress>false</AbortableOperationInProgress><Health>Green</Health><HealthStatus>Ok"
            "</HealthStatus><Tier><Name>WebServer</Name><Type>Standard</Type><Version>1.0</Version></Tier>"
        )

    def _wrapped(self, action: str, inner: str) -> str:
        return (
            f'<{action}Response xmlns="http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/"><{action}Result>{inner}'
            f"</{action}Result><ResponseMetadata><RequestId>r-{self.made}</RequestId></ResponseMetadata></{action}Response>"
        )

    def _refused(self, kind: str, message: str, status: int = 400) -> Reply:
        return status, (
            '<ErrorResponse xmlns="http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/"><Error><Type>Sender</Type>'
            f"<Code>{kind}</Code><Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        )

    def _advance(self) -> None:
        if self.status != "Updating":
            return
        self.polls += 1
        if self.polls == 2:
            self.events.insert(0, ("Deploying new version to instance(s).", "INFO"))
        if self.polls < 3:
            return
        self.status = "Ready"
        if self.mode == "build":
            said = "Unsuccessful command execution on instance id(s) 'i-1'. Aborting the operation."
            self.events[:0] = [("Failed to deploy application.", "ERROR"), (said, "ERROR")]
        else:
            self._arrived()
            self.events.insert(0, ("Environment update completed successfully.", "INFO"))

    def _arrived(self) -> None:
        self.live = self.pending


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
