"""Pushing: exactly the named refs, to every push URL of a remote, and nothing else."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.process import NETWORK_TIMEOUT, Git
from hotfix_tui.git.remote import ls_remote, push_urls

_OFF = ("false", "no", "off", "0", "")
_SETTINGS = (
    r"^(push\.followtags|push\.recursesubmodules|submodule\.recurse|remote\..*\.(mirror|url|pushurl))$"
)


def push_args(git: Git, remote: str, *refspecs: str, lease: Sequence[str] = ()) -> list[str]:
    """Return the arguments for the git call that pushes `refspecs` to `remote` (a name or an address), and no
    other ref.

    `lease` are ``--force-with-lease`` options with exact values. Extras from the configuration are turned off,
    with an option only if they are on: tags (push.followTags), and submodule commits, which must already be on
    their own remotes; otherwise git refuses instead of pushing them unnoticed. The call may be made from any
    worktree: git resolves a relative address from where it is called, so such an address is replaced by what it
    means in `git`'s worktree.
    """
    set_to = _settings(git)
    on = {key for key, values in set_to.items() if values[-1].lower() not in _OFF}
    # git refuses refspecs for a mirror remote; only these refs are meant, not all of them.
    mirror = ["-c", f"remote.{remote}.mirror=false"] if f"remote.{remote}.mirror" in on else []
    alone = ["--no-follow-tags"] if "push.followtags" in on else []
    if on & {"push.recursesubmodules", "submodule.recurse"}:
        alone.append("--recurse-submodules=check")
    known = [*set_to.get(f"remote.{remote}.url", [remote]), *set_to.get(f"remote.{remote}.pushurl", [])]
    places = [part for address in known for part in _from_anywhere(git, address)]
    return [*mirror, *places, "push", "--porcelain", *alone, *lease, "--", remote, *refspecs]


def _settings(git: Git) -> dict[str, list[str]]:
    """Return the settings that affect a push, each with its values; section and key in lower case, like git's."""
    settings: dict[str, list[str]] = {}
    for pair in git.text("config", "-z", "--get-regexp", _SETTINGS, ok=(0, 1)).split("\0"):
        key, given, value = pair.partition("\n")
        if key:
            settings.setdefault(key, []).append(value if given else "true")
    return settings


def _from_anywhere(git: Git, address: str) -> list[str]:
    """Return options that make `address` the same place from every worktree; none if it is not a relative path."""
    before, colon, _ = address.partition(":")
    if address == "." or os.path.isabs(address) or (colon and "/" not in before):
        return []  # the repository itself, a host's address, or a short name for one
    place = os.path.normpath(os.path.join(git.root, address))
    if "=" in place or not os.path.isdir(place):
        return []
    return ["-c", f"url.{place}.insteadOf={address}"]


def sent_along(git: Git) -> list[str]:
    """Return sentences to read before a push: what the configuration sends besides the refs (push.pushOption)."""
    values = git.text("config", "-z", "--get-all", "push.pushOption", ok=(0, 1)).split("\0")[:-1]
    # An empty value clears those before it.
    start = max((number for number, value in enumerate(values) if not value), default=-1) + 1
    return [f"The configuration sends along (push.pushOption): {option}." for option in values[start:]]


@dataclass(frozen=True, slots=True)
class Address:
    """One push URL of a remote, and what its ref points at now: None for nothing.

    `error` is why it could not be queried; then `commit` means nothing.
    """

    url: str
    commit: str | None
    error: GitError | None = None

    @property
    def why(self) -> str:
        """The sentence for an address that could not be queried; empty otherwise."""
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
        """Whether the address contains a password, so that it must not appear on a command line."""
        return "://" in self.url and ":" in urlsplit(self.url).netloc.rpartition("@")[0]


def addresses(git: Git, remote: str, ref: str, *, timeout: float = NETWORK_TIMEOUT) -> list[Address]:
    """Return what each push URL of `remote` has under `ref`. Raises GitError if there is no such remote."""
    out = []
    for url in push_urls(git, remote):
        try:
            out.append(Address(url, ls_remote(git, url, [ref], timeout=timeout).get(ref)))
        except GitError as error:
            out.append(Address(url, None, error))
    return out
