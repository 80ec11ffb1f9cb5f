"""What happens to a repository on its forge, and what the contexts of a workflow say of it."""

import re
from dataclasses import dataclass

from hotfix_tui.detect.expressions import ANY, UNKNOWN, Own, Value
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import On


@dataclass(frozen=True)
class Event:
    """What happens: a push of a branch or tag, a release, a manual start, or the end of another workflow."""

    on: On
    name: str
    ref: str
    production: str = "main"
    repository: str = ""
    head: str = ""
    """For the end of a workflow: the branch or tag that it ran for."""
    by_workflow: bool = False
    """Whether a workflow makes it: a push by one starts others only with a token of its own."""

    @property
    def ref_name(self) -> str:
        return self.ref.removeprefix("refs/heads/").removeprefix("refs/tags/")

    @property
    def is_tag(self) -> bool:
        return self.ref.startswith("refs/tags/")

    def value(self, path: str) -> Value:
        """Return the value of a context name under this event, UNKNOWN if the event does not determine it."""
        owner, _, _ = self.repository.partition("/")
        known: dict[str, Value] = {
            "github.event_name": self.name,
            "github.ref": self.ref,
            "github.event.ref": self.ref_name if self.name == "create" else self.ref,
            "github.ref_name": self.ref_name,
            "github.ref_type": "tag" if self.is_tag else "branch",
            "github.event.ref_type": "tag" if self.is_tag else "branch",
            "github.base_ref": "",
            "github.head_ref": "",
            "github.event.base_ref": None,
            "github.event.deleted": False,
            "github.event.created": self.is_tag,
            "github.event.forced": False,
            "github.repository": Own(self.repository) or ANY,
            "github.repository_owner": Own(owner) or ANY,
            "github.event.repository.full_name": Own(self.repository) or ANY,
            "github.event.repository.owner.login": Own(owner) or ANY,
            "github.event.repository.default_branch": self.production,
            "github.event.repository.fork": False,
            "github.event.repository.private": UNKNOWN,
            "github.event.workflow_run.conclusion": "success",
            "github.event.workflow_run.event": "push",
            "github.event.workflow_run.head_branch": self.head,
            "github.event.workflow_run.head_repository.full_name": self.repository or ANY,
            "github.event.action": "published" if self.name == "release" else "completed",
            "github.event.release.tag_name": self.ref_name,
            "github.event.release.prerelease": False,
            "github.event.release.draft": False,
            "github.event.release.target_commitish": self.production,
            "github.server_url": "https://github.com",
            "github.actor": UNKNOWN,
        }
        path = path.lower()
        if path in known:
            return known[path]
        if path.startswith(("github.event.pull_request", "github.event.inputs", "github.event.issue")):
            return None
        if path.startswith("secrets."):
            return "***"  # Assumed to be set: a repository that mentions a secret has it.
        return UNKNOWN


_NAMED_IN = (
    *(
        "package.json",
        "README*",
        "readme*",
        "go.mod",
        "pyproject.toml",
        "setup.py",
        "Cargo.toml",
        "composer.json",
    ),
)


def owners_named(tree: Tree, name: str) -> frozenset[str]:
    """Return the owners under whom the files of a repository name it: a moved one, or a fork, has other ones."""

    def found() -> frozenset[str]:
        address = re.compile(rf"github\.com[/:]([\w-]+)/{re.escape(name.lower())}(?![\w-])")
        files = (tree.first(pattern) for pattern in _NAMED_IN)
        texts = [tree.text(file)[:200_000].lower() for file in dict.fromkeys(files) if file]
        return frozenset(owner for text in texts for owner in address.findall(text))

    return tree.once(f"owners named {name}", found) if name else frozenset()
