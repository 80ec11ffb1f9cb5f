"""Commits read as objects, by GitPython through one ``git cat-file`` that stays open for all of them.

Only what is named by a whole id is read so: names, ranges and tags are git's own, whose log gives what it walks over in
less than half the time (docs/architecture.md has the figures). Where GitPython cannot read as our own calls do (ids of
sha256, a hook's variables in the environment, bytes that are no text), git's log says the same.
"""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hotfix_tui.git.environment import without_git
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import Commit, commit_info, utc
from hotfix_tui.git.process import Git

if TYPE_CHECKING:
    from git.objects.commit import Commit as Stored

_SHA1 = 40


def commits(git: Git, ids: Sequence[str]) -> dict[str, Commit]:
    """Return the commits with these whole ids; what is none, or is not here, is left out. Raises GitError."""
    plain = without_git(os.environ)
    others = {name for name in os.environ if name.startswith("GIT_") and name not in plain}
    found = {} if others else _read(git, [one for one in ids if len(one) == _SHA1])
    for one in ids:
        if one not in found:
            try:
                found[one] = commit_info(git, one)
            except GitError:
                continue
    return found


def _read(git: Git, ids: Sequence[str]) -> dict[str, Commit]:
    """Read the commits as objects; what cannot be read so is left out, and nothing of it stays open."""
    if not ids:
        return {}
    from git.cmd import Git as Commands
    from git.db import GitCmdObjectDB
    from git.exc import GitError as ProgramError
    from git.exc import ODBError
    from git.objects.commit import Commit as Stored
    from git.repo import Repo

    class Objects(Repo):
        """The objects of a repository alone: GitPython's own readers of settings and references are left out."""

        def __init__(self) -> None:
            self.git = Commands(git.root)
            self.git.update_environment(**git.environment(write=False))
            self.odb = GitCmdObjectDB(os.path.join(git.git_dir, "objects"), self.git)

    objects = Objects()
    found: dict[str, Commit] = {}
    try:
        for one in ids:
            if (read := _as_commit(Stored(objects, bytes.fromhex(one)))) is not None:
                found[one] = read
    except (ValueError, OSError, AttributeError, ProgramError, ODBError):
        pass  # it is not here, or no commit: the next call says what it is
    finally:
        objects.git.clear_cache()
    return found


def _as_commit(stored: "Stored") -> Commit | None:
    author, message = stored.author, stored.message
    if not isinstance(message, str) or author.name is None:
        return None
    subject, _, body = message.lstrip("\n").partition("\n\n")
    texts = (author.name, author.email or "", " ".join(subject.split("\n")).rstrip(), body.strip("\n"))
    if any("\ufffd" in text for text in texts):
        return None
    return Commit(
        stored.hexsha,
        stored.tree.hexsha,
        tuple(parent.hexsha for parent in stored.parents),
        *texts[:2],
        utc(str(stored.authored_date)),
        utc(str(stored.committed_date)),
        *texts[2:],
    )
