"""Where the locks of actions are: a production action excludes every other one on the same remote, from any clone.

A lock file in the repository's own directory is shared by its worktrees and with runs of earlier versions; one in the
user's state directory, named after the remote's address, is shared by all clones on this machine.
"""

import os
import re
from urllib.parse import unquote, urlsplit

from hotfix_tui.engine.core import Engine
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.moment import asked_once
from hotfix_tui.git.remote import push_urls, remotes
from hotfix_tui.incident.model import catalog
from hotfix_tui.session import places
from hotfix_tui.session.errors import NoPlace
from hotfix_tui.session.record import digest
from hotfix_tui.steps.branch.remote import choose_remote
from hotfix_tui.steps.contract import Plan

_SCP = re.compile(r"(?:[^@/:\s]+@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:/\s\[\]@]+):(?P<path>(?!//|:).+)")
_PORTS = {"ssh": 22, "git+ssh": 22, "ssh+git": 22, "https": 443, "http": 80, "git": 9418}


def lock_paths(engine: Engine, names: list[str]) -> list[str]:
    """Return the lock files of an action that holds the locks `names` (``production``, ``staging``, ``push-…``)."""
    if not names:
        return []
    out = [engine.lock_path(name) for name in names]
    try:
        folder = os.path.join(places.state_root(), "locks")
    except NoPlace:
        return out
    for address in addresses(engine):
        key = digest(address.encode("utf-8", "backslashreplace"))[:16]
        out += [os.path.join(folder, f"{key}-{_safe(name)}.lock") for name in names]
    return out


def holder(engine: Engine, chosen: Plan) -> str:
    """Return what others who want the locks of `chosen` are told meanwhile."""
    return f"{engine.record.ticket or engine.id}: {chosen.title}, by {engine.by}"


def is_lenient(engine: Engine, step: str) -> bool:
    """Return whether `step` starts without unavailable locks: a rollback always, the others with --no-lock."""
    return step == catalog.ROLLBACK.id or not engine.store.locking


@asked_once()
def addresses(engine: Engine) -> list[str]:
    """Return what identifies the repository on this machine: the addresses of its remote, and its own path."""
    ctx = engine.context()
    _, common = places.find_git_common_dir(engine.root)
    names = {_of_path(common or engine.root)}
    try:
        remote, _ = choose_remote(ctx.git, ctx.config.git.remote, ctx.config.git.production)
        if remote:
            urls = [*remotes(ctx.git).get(remote, []), *push_urls(ctx.git, remote)]
            names |= {normalised(url, engine.root) for url in urls}
    except (GitError, OSError):
        pass  # the path of this repository still counts
    return sorted(names)


def normalised(url: str, root: str) -> str:
    """Return one spelling for all the ways to write the address `url`; a path is resolved from `root`.

    User, password, scheme, default port, ``.git`` and case are ignored: better two actions too many that wait for
    each other than two at once.
    """
    scheme, _, rest = url.partition("://")
    if rest:
        if scheme.lower() == "file":
            return _of_path(unquote(urlsplit(url).path))
        try:
            parts = urlsplit(url)
            host, port, path = parts.hostname or "", parts.port, parts.path
        except ValueError:
            return url
        usual = port in (None, _PORTS.get(scheme.lower()))
        return _of_host(host if usual else f"{host}:{port}", unquote(path))
    match = _SCP.fullmatch(url)
    if match is None or os.path.exists(os.path.join(root, url)):
        return _of_path(os.path.join(root, os.path.expanduser(url)))
    return _of_host(match["host"].strip("[]"), match["path"])


def _of_host(host: str, path: str) -> str:
    return f"{host}/{path.strip('/').removesuffix('.git').rstrip('/')}".lower()


def _of_path(path: str) -> str:
    return os.path.realpath(path).removesuffix(f"{os.sep}.git")


def _safe(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-._" else "-" for c in name)
