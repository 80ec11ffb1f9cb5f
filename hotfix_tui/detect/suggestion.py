"""The result of detection: a command, and why it is believed to be the right one."""

import shlex
from dataclasses import dataclass, field, replace

from hotfix_tui.incident.model.lint import is_lint

KINDS = ("setup", "test", "typecheck", "build", "regression")
"""The kinds of command that are looked for, by their names in ``[commands]``."""


@dataclass(frozen=True)
class Suggestion:
    """A command that a repository's files suggest.

    ``cwd`` is relative to the root, ``env`` its extra variables, ``alternatives`` what else would do, each without
    alternatives of its own. In ``regression`` commands ``{files}`` stands for the test files. ``doubt`` is a sentence
    about what the command may leave out, empty if there is no such doubt. ``file`` and ``target`` are set for a
    target of a task runner, ``ci`` for a line of a CI workflow.
    """

    argv: list[str]
    because: str
    env: dict[str, str] = field(default_factory=dict)
    cwd: str = ""
    alternatives: list["Suggestion"] = field(default_factory=list)
    doubt: str = ""
    file: str = ""
    target: str = ""
    ci: bool = False

    @property
    def evidence(self) -> str:
        """The whole sentence: the command, and why."""
        place = f" in {self.cwd}" if self.cwd else ""
        return f"{shlex.join(self.argv)}{place}, because {self.because}"

    @property
    def lint(self) -> bool:
        """Whether it only lints, where a type check is wanted."""
        return is_lint(self.argv)

    def inside(self, folder: str) -> "Suggestion":
        """Return the same command for a project in a folder."""
        if not folder:
            return self
        return replace(self, cwd=f"{folder}/{self.cwd}".rstrip("/"), because=f"in {folder} {self.because}")


@dataclass
class Detected:
    """All results: commands by kind, ecosystems and lockfiles by name, and warnings for people.

    ``lints`` are the linters, best first: none of them counts as a type check by itself.
    """

    commands: dict[str, Suggestion] = field(default_factory=dict)
    lints: list[Suggestion] = field(default_factory=list)
    ecosystems: list[str] = field(default_factory=list)
    lockfiles: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
