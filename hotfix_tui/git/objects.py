"""Commits read as objects, by GitPython through one ``git cat-file`` that stays open for all of them.

Only full ids are read this way: names, ranges and tags are left to git itself, whose log returns what it walks
over in less than half the time (docs/architecture.md has the figures). Where GitPython cannot read like our own
calls (sha256 ids, a hook's variables in the environment, bytes that are not text), git's log is used instead.

Apart from `history`: GitPython takes a tenth of a second to import, and only the picture of the backports needs it.
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
    """Return the commits with these full ids; missing objects and other kinds are left out. Raises GitError."""
    plain = without_git(os.environ)
    others = {name for name in os.environ if name.startswith("GIT_") and name not in plain}
    read = {} if others else _read(git, [sha for sha in ids if len(sha) == _SHA1])
    for sha in ids:
        if sha not in read:
            try:
                read[sha] = commit_info(git, sha)
            except GitError:
                continue
    return read


def _read(git: Git, ids: Sequence[str]) -> dict[str, Commit]:
    """Read the commits as objects; unreadable ones are left out, and nothing stays open."""
    if not ids:
        return {}
    from git.cmd import Git as Commands
    from git.db import GitCmdObjectDB
    from git.exc import GitError as ProgramError
    from git.exc import ODBError
    from git.objects.commit import Commit as Stored
    from git.repo import Repo

    class Objects(Repo):
        """Only the object database of a repository: GitPython's own readers of settings and references are left
        out.
        """

        def __init__(self) -> None:
            self.git = Commands(git.root)
            self.git.update_environment(**git.environment(write=False))
            self.odb = GitCmdObjectDB(os.path.join(git.git_dir, "objects"), self.git)

    objects = Objects()
    commits: dict[str, Commit] = {}
    try:
        for sha in ids:
            if (read := _as_commit(Stored(objects, bytes.fromhex(sha)))) is not None:
                commits[sha] = read
    except (ValueError, OSError, AttributeError, ProgramError, ODBError):
        pass  # missing, or not a commit: the next call says which
    finally:
        objects.git.clear_cache()
    return commits


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
