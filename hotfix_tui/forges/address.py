"""Which repository on which forge a remote's URL refers to."""

import re
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import unquote, urlsplit

Kind = Literal["github", "gitlab", "bitbucket", "gitea", "azure", "drill", "none"]

_SCP = re.compile(r"(?:[^@/:\s]+@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:/\s\[\]@]+):(?P<path>(?!//|:).+)")
_SCHEMES = frozenset({"ssh", "git+ssh", "ssh+git", "https", "http", "git"})
_ALIASES = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
    "ssh.dev.azure.com": "dev.azure.com",
}
_HOSTS: dict[str, Kind] = {
    "github.com": "github",
    "gitlab.com": "gitlab",
    "bitbucket.org": "bitbucket",
    "codeberg.org": "gitea",
    "dev.azure.com": "azure",
}
_WORDS: dict[str, Kind] = {"github": "github", "gitlab": "gitlab", "gitea": "gitea", "forgejo": "gitea"}


@dataclass(frozen=True, slots=True)
class ForgeRepo:
    """A repository on a forge. `owner` may be nested ("group/sub"); `web` is the page without a trailing slash.

    `kind` is "none" for a path on this machine and for a host whose software is unknown; then `web` is empty.
    """

    kind: Kind
    host: str
    owner: str
    name: str
    web: str

    @property
    def path(self) -> str:
        """Owner and name as the forge writes them."""
        return f"{self.owner}/{self.name}" if self.owner else self.name


def parse_remote(url: str, kind: Kind | None = None) -> ForgeRepo:
    """Return the repository that a remote's URL refers to; `kind` overrides what the host's name suggests.

    Passwords and user names in the URL are dropped. A URL that cannot be parsed is of kind "none".
    """
    nowhere = ForgeRepo("none", "", "", _last(url), "")
    if not url.isprintable():
        return nowhere
    split = _split(url)
    if split is None:
        return nowhere
    scheme, host, port, path = split
    host = _ALIASES.get(host, host)
    # An ssh alias for a second account is often the host with a suffix: github.com-work.
    host = next((known for known in _HOSTS if host.startswith(known + "-")), host)
    parts = [part for part in path.removesuffix("/").removesuffix(".git").split("/") if part]
    kind = kind or _kind(host)
    if kind == "azure" or host.endswith(".visualstudio.com"):
        return _azure(host, parts) or nowhere
    if len(parts) < 2 or (kind in ("github", "bitbucket", "gitea") and len(parts) != 2):
        return replace(nowhere, host=host, name=parts[-1] if parts else host)
    owner, name = "/".join(parts[:-1]), parts[-1]
    address = f"{host}:{port}" if port and scheme in ("http", "https") else host
    web = f"{'http' if scheme == 'http' else 'https'}://{address}/{owner}/{name}"
    return ForgeRepo(kind, host, owner, name, web if kind != "none" else "")


def is_public(host: str) -> bool:
    """Return whether `host` belongs to a public forge, by its own name or its ssh name."""
    return _ALIASES.get(host, host) in _HOSTS


def _split(url: str) -> tuple[str, str, int | None, str] | None:
    """Return scheme, host, port and path of a URL or of `user@host:path`; None for a path on this machine."""
    if "://" in url:
        try:
            parts = urlsplit(url)
            scheme, host, port = parts.scheme.lower(), (parts.hostname or "").lower(), parts.port
        except ValueError:
            return None
        return (scheme, host, port, unquote(parts.path)) if scheme in _SCHEMES and host else None
    match = _SCP.fullmatch(url)
    if match is None:
        return None
    return "ssh", match["host"].strip("[]").lower(), None, match["path"].lstrip("/~")


def _kind(host: str) -> Kind:
    """Return the software a host runs, as far as its name tells."""
    if host in _HOSTS:
        return _HOSTS[host]
    labels = re.split(r"[.-]", host)
    return next((kind for word, kind in _WORDS.items() if word in labels), "none")


def _azure(host: str, parts: list[str]) -> ForgeRepo | None:
    """Parse Azure DevOps: ORG/PROJECT/_git/REPO, v3/ORG/PROJECT/REPO by ssh, ORG.visualstudio.com/PROJECT/_git/REPO."""
    if host.endswith(".visualstudio.com"):
        parts = [
            host.removesuffix(".visualstudio.com"),
            *(part for part in parts if part != "DefaultCollection"),
        ]
    from urllib.parse import quote

    # By ssh the parts are percent-encoded too.
    parts = [unquote(part) for part in parts if part != "_git"]
    if parts[:1] == ["v3"]:
        parts = parts[1:]
    if len(parts) == 2:
        parts.append(parts[1])  # The repository with the same name as its project.
    if len(parts) != 3:
        return None
    organisation, project, name = parts
    web = f"https://dev.azure.com/{quote(organisation)}/{quote(project)}/_git/{quote(name)}"
    return ForgeRepo("azure", "dev.azure.com", f"{organisation}/{project}", name, web)


def _last(url: str) -> str:
    """Return the last part of a path, as a name."""
    return url.rstrip("/").removesuffix(".git").removesuffix("/").rsplit("/", 1)[-1]
