"""Pushing: exactly the refs that are named, to every address a remote is pushed to, and nothing that rides along."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import NETWORK_TIMEOUT, Git
from hotfix_tui.git.remote import ls_remote, push_urls

_SETTINGS = r"^(push\.followtags|push\.recursesubmodules|submodule\.recurse|remote\..*\.mirror)$"


def push_args(git: Git, remote: str, *refspecs: str, lease: Sequence[str] = ()) -> list[str]:
    """Arguments of the git call that pushes `refspecs` to `remote` (a name or an address), and no other ref.

    `lease` are ``--force-with-lease`` options with their exact values. What the configuration would send along is
    turned off, by an option only where it is on: tags (push.followTags), and the commits of submodules, which must be
    on their own remotes already; git refuses otherwise instead of pushing them unseen.
    """
    on = _turned_on(git)
    # git refuses refspecs where the remote is set up as a mirror; only these refs are meant, not all of them.
    mirror = ["-c", f"remote.{remote}.mirror=false"] if f"remote.{remote}.mirror" in on else []
    alone = ["--no-follow-tags"] if "push.followtags" in on else []
    if on & {"push.recursesubmodules", "submodule.recurse"}:
        alone.append("--recurse-submodules=check")
    return [*mirror, "push", "--porcelain", *alone, *lease, "--", remote, *refspecs]


def _turned_on(git: Git) -> set[str]:
    """The settings that are on and send more than what is named; section and key in lower case, as git writes them."""
    last = {}
    for pair in git.text("config", "-z", "--get-regexp", _SETTINGS, ok=(0, 1)).split("\0"):
        key, given, value = pair.partition("\n")
        last[key] = value.lower() if given else "true"
    return {key for key, value in last.items() if key and value not in ("false", "no", "off", "0", "")}


def sent_along(git: Git) -> list[str]:
    """Sentences to read before a push: what the configuration sends with it besides the refs (push.pushOption)."""
    found = git.text("config", "-z", "--get-all", "push.pushOption", ok=(0, 1)).split("\0")[:-1]
    # An empty value takes back those before it.
    start = max((number for number, value in enumerate(found) if not value), default=-1) + 1
    return [f"The configuration sends along (push.pushOption): {option}." for option in found[start:]]


@dataclass(frozen=True, slots=True)
class Address:
    """One place that a remote is pushed to, and what stands there under a ref now: None for nothing.

    `error` is why one could not be asked; then `commit` says nothing.
    """

    url: str
    commit: str | None
    error: GitError | None = None

    @property
    def why(self) -> str:
        """The sentence for one that could not be asked; empty for any other."""
        return self.error.sentence if self.error else ""

    @property
    def shown(self) -> str:
        """The address without user, password and query."""
        parts = urlsplit(self.url) if "://" in self.url else None
        if parts is None or parts.scheme == "file":
            return self.url
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    @property
    def secret(self) -> bool:
        """Whether the address holds a password, so that it belongs on no command line."""
        return "://" in self.url and ":" in urlsplit(self.url).netloc.rpartition("@")[0]


def addresses(git: Git, remote: str, ref: str, *, timeout: float = NETWORK_TIMEOUT) -> list[Address]:
    """What each address that `remote` is pushed to has under `ref`. Raises GitError where there is no such remote."""
    out = []
    for url in push_urls(git, remote):
        try:
            out.append(Address(url, ls_remote(git, url, [ref], timeout=timeout).get(ref)))
        except GitError as error:
            out.append(Address(url, None, error))
    return out
