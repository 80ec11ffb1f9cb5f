"""What a forge has recorded about deployments: the query for its command line, and how the answer is parsed.

A forge only knows the deployments that were reported to it. It can confirm what is live; if it names another commit,
a newer deployment may simply not have been reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.github import ENVIRONMENT as GH_ENVIRONMENT

_QUERY = """\
query($owner: String!, $name: String!, $environment: String!) {
  repository(owner: $owner, name: $name) {
    deployments(environments: [$environment], first: 50, orderBy: {field: CREATED_AT, direction: DESC}) {
      nodes { commitOid createdAt latestStatus { state } }
    }
  }
}"""

GLAB_ENVIRONMENT = {
    "NO_PROMPT": "1",
    "PAGER": "cat",
    "GLAB_PAGER": "cat",
    "NO_COLOR": "1",
    "GLAB_CHECK_UPDATE": "false",
    "CHECK_UPDATE": "false",
}
"""Variables for every call of `glab`: no prompts, no pager, no colour, no update check."""


@dataclass(frozen=True, slots=True)
class Question:
    """One call that asks for the latest successful deployment, and how its JSON is parsed.

    `each` names the list of deployments, newest first; `where` the condition for the live one; `at` the path of its
    commit. `nothing` is the clause for an answer in which no deployment matches.
    """

    title: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    each: str
    at: str
    nothing: str
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def program(self) -> str:
        """The program that is called."""
        return self.argv[0]


def question(repo: ForgeRepo, environment: str) -> Question | None:
    """Return the query for what `environment` runs, for `repo`'s forge; None for a forge without such a record."""
    nothing = f"no successful deployment to the environment {environment} is written down there"
    if repo.kind == "github":
        return Question(
            title="GitHub deployments",
            argv=(
                *("gh", "api", "graphql", f"--hostname={repo.host}", f"--raw-field=query={_QUERY}"),
                f"--raw-field=owner={repo.owner}",
                f"--raw-field=name={repo.name}",
                f"--raw-field=environment={environment}",
            ),
            env=GH_ENVIRONMENT,
            each="data.repository.deployments.nodes",
            where={"latestStatus.state": "SUCCESS"},
            at="commitOid",
            nothing=nothing,
        )
    if repo.kind == "gitlab":
        wanted = f"environment={quote(environment, safe='')}&status=success&order_by=id&sort=desc&per_page=1"
        return Question(
            title="GitLab deployments",
            argv=("glab", "api", f"projects/{quote(repo.path, safe='')}/deployments?{wanted}"),
            env={**GLAB_ENVIRONMENT, "GITLAB_HOST": repo.host},
            each="",
            at="sha",
            nothing=nothing,
        )
    return None
