"""Who git would record as committer, and how it would sign."""

from dataclasses import dataclass

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.faults import explain, summary
from hotfix_tui.git.process import Git


@dataclass(frozen=True, slots=True)
class Identity:
    """Name and e-mail of the committer. If git knows none, both are empty and `why` is the sentence."""

    name: str
    email: str
    why: str = ""

    @property
    def known(self) -> bool:
        """Whether git can make commits here."""
        return not self.why


@dataclass(frozen=True, slots=True)
class Signing:
    """What git signs automatically here, and with which kind of key ("openpgp", "ssh", "x509")."""

    commits: bool
    tags: bool
    format: str
    key: str


def identity(git: Git) -> Identity:
    """Return the committer as git itself determines it, from configuration, environment and account."""
    result = git.run("var", "GIT_COMMITTER_IDENT", ok=(0, 1, 128))
    line = result.stdout.decode("utf-8", "backslashreplace").strip()
    name, _, rest = line.partition(" <")
    email, closed, _ = rest.rpartition("> ")
    if result.returncode == 0 and closed:
        return Identity(name, email)
    why = explain(result.stderr) or f"git does not know who you are: {summary(result.stderr)}"
    return Identity("", "", why)


def signing(git: Git) -> Signing:
    """Return what the configuration says about signing; raises GitError for a value that git cannot read."""
    formats = git.setting("gpg.format") or "openpgp"
    if formats not in ("openpgp", "ssh", "x509"):
        raise GitError(f"gpg.format is {formats!a}; git knows openpgp, x509 and ssh")
    return Signing(
        commits=_switch(git, "commit.gpgSign"),
        tags=_switch(git, "tag.gpgSign"),
        format=formats,
        key=git.setting("user.signingKey"),
    )


def message_encoding(git: Git) -> tuple[str, ...]:
    """Return the options that make git record our messages as UTF-8; none if it does so already."""
    configured = git.setting("i18n.commitEncoding").lower()
    return () if configured in ("", "utf-8", "utf8") else ("-c", "i18n.commitEncoding=UTF-8")


def _switch(git: Git, key: str) -> bool:
    """Return a boolean setting, False if it is absent."""
    return git.setting(key, kind="bool") == "true"
