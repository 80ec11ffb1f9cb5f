"""Stand-ins for three services of AWS that move traffic between an old and a new release: for the real `aws` and
`eb`.

A deployment advances by one step with each query about it.
"""

from typing import Any

from tests.platforms.services import ARN, STACK, Beanstalk, Reply, Service

_ARN = "arn:aws:ecs:eu-west-1:1234"
OLD_TASK, NEW_TASK = (f"{_ARN}:task-definition/shop:{number}" for number in (41, 42))


class _Aws(Service):
    """A service that is asked by names of actions, with JSON."""

    def lets_in(self, login: str) -> bool:
        """Return whether somebody is signed in: the programs refuse to ask without a login."""
        return True

    def reply(self, method: str, path: str, asked: dict[str, Any], body: bytes) -> Reply:
        """Answer as its API does."""
        if asked.get("Action") == "GetCallerIdentity":
            said = "<Arn>arn:aws:iam::1:user/me</Arn><UserId>1</UserId><Account>1</Account>"
            return 200, (
                '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
                f"<GetCallerIdentityResult>{said}</GetCallerIdentityResult></GetCallerIdentityResponse>"
            )
        return self.act(self.target, asked)

    def act(self, action: str, asked: dict[str, Any]) -> Reply:
        """Carry out or answer one action."""
        raise NotImplementedError


class Containers(_Aws):
    """ECS, with a blue/green service that pauses after its test traffic."""

    live = OLD_TASK
    pauses = True

    def __init__(self) -> None:
        self.deployments: list[dict[str, Any]] = []
        super().__init__()

    def act(self, action: str, asked: dict[str, Any]) -> Reply:
        """Carry out or answer one action."""
        under_way = [
            deployment
            for deployment in self.deployments
            if deployment["status"] in ("PENDING", "IN_PROGRESS")
        ]
        if action == "UpdateService":
            arn = f"{_ARN}:service-deployment/prod/shop/dep{self.next()}"
            stages = ["SCALE_UP", "POST_TEST_TRAFFIC_SHIFT"] if self.pauses else ["SCALE_UP", "BAKE_TIME"]
            self.deployments.append(
                {"serviceDeploymentArn": arn, "status": "IN_PROGRESS", "stages": stages, "hook": "",
                 "task": asked["taskDefinition"], "lifecycleStage": ""}
            )  # fmt: skip
            return 200, {"service": self._service()}
        if action == "DescribeServices":
            return 200, {"services": [self._service()], "failures": []}
        if action == "ListServiceDeployments":
            listed = [
                deployment
                for deployment in self.deployments
                if deployment["status"] in asked.get("status", [])
            ]
            return 200, {
                "serviceDeployments": [
                    {"serviceDeploymentArn": deployment["serviceDeploymentArn"]} for deployment in listed
                ]
            }
        if action == "DescribeServiceDeployments":
            wanted = asked["serviceDeploymentArns"]
            listed = [
                deployment for deployment in self.deployments if deployment["serviceDeploymentArn"] in wanted
            ]
            return 200, {
                "serviceDeployments": [self._told(deployment) for deployment in listed],
                "failures": [],
            }
        deployment = next(
            (
                candidate
                for candidate in under_way
                if candidate["serviceDeploymentArn"] == asked["serviceDeploymentArn"]
            ),
            None,
        )
        if deployment is None:
            return 400, {
                "__type": "ServiceDeploymentNotFoundException",
                "message": "The deployment was not found.",
            }
        if action == "StopServiceDeployment":
            deployment.update(
                status="ROLLBACK_IN_PROGRESS", stages=["CLEAN_UP", "ROLLBACK_SUCCESSFUL"], hook=""
            )
            self.live = OLD_TASK
        elif action == "ContinueServiceDeployment" and asked["hookId"] == deployment["hook"]:
            deployment.update(stages=["PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME"], hook="")
        else:
            return 400, {"__type": "InvalidParameterException", "message": f"no hook {asked.get('hookId')}"}
        return 200, {"serviceDeploymentArn": deployment["serviceDeploymentArn"]}

    def ends(self) -> None:
        """Let the bake time end, and the old tasks with it: what was deployed cannot be stopped any more."""
        for deployment in self.deployments:
            if deployment["status"] == "IN_PROGRESS":
                deployment.update(status="SUCCESSFUL", lifecycleStage="CLEAN_UP", hook="")

    def _told(self, deployment: dict[str, Any]) -> Any:
        stage = deployment["stages"].pop(0) if deployment["stages"] else ""
        if stage.endswith("SUCCESSFUL"):
            deployment["status"] = stage
            self.live = deployment["task"] if stage == "SUCCESSFUL" else self.live
        elif stage:
            deployment["lifecycleStage"] = stage
        if stage == "BAKE_TIME":
            self.live = deployment["task"]
        if stage == "POST_TEST_TRAFFIC_SHIFT":
            deployment["hook"] = f"ecs-pause-{self.made:04d}"
        hooks = [
            {
                "hookId": deployment["hook"],
                "targetType": "PAUSE",
                "status": "AWAITING_ACTION",
                "timeoutAction": "ROLLBACK",
            }
        ]
        keys = ("serviceDeploymentArn", "status", "lifecycleStage")
        return {key: deployment[key] for key in keys if deployment[key]} | (
            {"lifecycleHookDetails": hooks} if deployment["hook"] else {}
        )

    def _service(self) -> Any:
        hook = {"targetType": "PAUSE", "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"]}
        under_way = any(deployment["status"] == "IN_PROGRESS" for deployment in self.deployments)
        state = "IN_PROGRESS" if under_way else "COMPLETED"
        return {
            "serviceName": "shop", "status": "ACTIVE", "taskDefinition": self.live, "runningCount": 1,
            "deploymentConfiguration": {"strategy": "BLUE_GREEN", "lifecycleHooks": [hook] if self.pauses else []},
            "deployments": [{"id": "ecs-svc/1", "status": "PRIMARY", "rolloutState": state, "updatedAt": 1_795_000}],
        }  # fmt: skip


class Groups(_Aws):
    """CodeDeploy, with a blue/green group that waits before it moves the traffic."""

    live = "d-OLD000001"
    waits = True

    def __init__(self) -> None:
        revision = {
            "revisionType": "S3",
            "s3Location": {"bucket": "b", "key": "shop-1.zip", "bundleType": "zip"},
        }
        first = {"deploymentId": self.live, "status": "Succeeded", "revision": revision, "then": []}
        self.deployments = {self.live: first | {"completeTime": 1_795_000_000, "createTime": 1_795_000_000}}
        super().__init__()

    def act(self, action: str, asked: dict[str, Any]) -> Reply:
        """Carry out or answer one action."""
        newest = list(self.deployments.values())[-1]
        if action == "GetDeploymentGroup":
            return 200, {"deploymentGroupInfo": self._group(newest)}
        if action == "CreateDeployment":
            id = f"d-NEW{self.next():06d}"
            then = ["InProgress", "Ready" if self.waits else "Succeeded"]
            self.deployments[id] = {"deploymentId": id, "status": "Created", "revision": asked["revision"],
                                    "description": asked.get("description", ""), "then": then,
                                    "createTime": 1_795_000_000 + self.made}  # fmt: skip
            return 200, {"deploymentId": id}
        if action == "ListDeployments":
            wanted = asked["includeOnlyStatuses"]
            return 200, {
                "deployments": [
                    id for id, deployment in self.deployments.items() if deployment["status"] in wanted
                ]
            }
        if action == "BatchGetDeployments":
            found = [self._told(self.deployments[id]) for id in dict.fromkeys(asked["deploymentIds"])]
            return 200, {"deploymentsInfo": found}
        deployment = self.deployments.get(asked["deploymentId"])
        if deployment is None:
            return 400, {"__type": "DeploymentDoesNotExistException", "message": "No deployment of that id."}
        if action == "ContinueDeployment":
            deployment.update(then=["InProgress", "moved"])
            return 200, {}
        if action == "StopDeployment":
            deployment.update(then=["Stopped"])
            self.live = "d-OLD000001"
            return 200, {"status": "Pending", "statusMessage": ""}
        if deployment["then"]:
            self._goes_on(deployment)
        return 200, {"deploymentInfo": self._told(deployment)}

    def ends(self) -> None:
        """Let the old instances end: what was deployed cannot be stopped any more."""
        for deployment in self.deployments.values():
            if deployment.pop("instanceTerminationWaitTimeStarted", False):
                deployment.update(status="Succeeded", completeTime=deployment["createTime"] + 60)

    def _told(self, one: dict[str, Any]) -> Any:
        return {key: value for key, value in one.items() if key != "then"}

    def _goes_on(self, deployment: dict[str, Any]) -> None:
        state = deployment["then"].pop(0)
        if state == "moved":
            deployment["instanceTerminationWaitTimeStarted"] = True
        else:
            deployment["status"] = state
        if state in ("moved", "Succeeded"):
            self.live = deployment["deploymentId"]

    def _group(self, newest: dict[str, Any]) -> Any:
        every = self.deployments.values()
        last = next(deployment for deployment in reversed(list(every)) if deployment["status"] == "Succeeded")
        wait = {"actionOnTimeout": "STOP_DEPLOYMENT" if self.waits else "CONTINUE_DEPLOYMENT"}
        return {
            "deploymentGroupName": "prod", "applicationName": "shop",
            "blueGreenDeploymentConfiguration": {"deploymentReadyOption": wait},
            "lastSuccessfulDeployment": {"deploymentId": last["deploymentId"], "status": "Succeeded"},
            "lastAttemptedDeployment": {"deploymentId": newest["deploymentId"], "status": newest["status"]},
        }  # fmt: skip


ADDRESS = "shop.eu-west-1.elasticbeanstalk.com"


class Pair(Beanstalk):
    """Elastic Beanstalk with two environments, whose addresses can be swapped. `live` is the one with `ADDRESS`."""

    live = "shop-blue"

    def __init__(self) -> None:
        self.versions = {"shop-blue": "app-3ae7-261120_101010", "shop-green": "app-1f20-261101_080000"}
        self.at = "shop-blue"
        super().__init__()
        self.labels = [*self.versions.values()]

    def reply(self, method: str, path: str, asked: dict[str, Any], body: bytes) -> Reply:
        """Answer as its API does."""
        if asked.get("Action") == "SwapEnvironmentCNAMEs":
            self.live = asked["DestinationEnvironmentName"]
            self.made += 1
            self.events = [("Completed swapping CNAMEs for environments.", "INFO")]
            return 200, self._wrapped("SwapEnvironmentCNAMEs", "")
        if asked.get("Action") == "UpdateEnvironment":
            self.at = asked["EnvironmentName"]
        return super().reply(method, path, asked, body)

    def _said(self, action: str, asked: dict[str, Any]) -> str:
        if action != "DescribeEnvironments":
            return super()._said(action, asked)
        wanted = [value for key, value in sorted(asked.items()) if key.startswith("EnvironmentNames")]
        every = "".join(
            f"<member>{self._one(name)}</member>"
            for name in self.versions
            if name in (wanted or self.versions)
        )
        return f"<Environments>{every}</Environments>"

    def _environment(self) -> str:
        return self._one(self.at)

    def _one(self, name: str) -> str:
        status = self.status if name == self.at else "Ready"
        address = ADDRESS if name == self.live else "other.eu-west-1.elasticbeanstalk.com"
        return (
            f"<EnvironmentName>{name}</EnvironmentName><EnvironmentId>e-{name[5:]}</EnvironmentId><ApplicationName>shop"
            f"</ApplicationName><VersionLabel>{self.versions[name]}</VersionLabel><CNAME>{address}</CNAME>"
            f"<SolutionStackName>{STACK}</SolutionStackName><PlatformArn>{ARN}</PlatformArn><DateCreated>2026-11-20T00:00:00Z</DateCreated>"
            f"<DateUpdated>2026-11-20T00:00:00Z</DateUpdated><Status>{status}</Status><Health>Green</Health>"
            "<AbortableOperationInProgress>false</AbortableOperationInProgress>"
            "<Tier><Name>WebServer</Name><Type>Standard</Type><Version>1.0</Version></Tier>"
        )

    def _arrived(self) -> None:
        self.versions[self.at] = self.pending
