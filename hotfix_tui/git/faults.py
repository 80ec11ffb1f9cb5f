"""What git's error output means for the engineer: one sentence each, with what to do about it.

The sentences are for people only. No decision is taken by them: those come from exit statuses, refs and `git status`.
"""

import re

_FAULTS: tuple[tuple[str, str], ...] = (
    (
        r"detected dubious ownership in repository at '(?P<what>[^']*)'",
        "git does not trust {what}, because it belongs to another user; "
        "if that is right: git config --global --add safe.directory '{what}'",
    ),
    (
        r"Unable to create '(?P<what>[^']*\.lock)': File exists",
        "another git process holds {what}; wait for it, or delete the file if no git is running",
    ),
    (
        r"cannot lock ref '(?P<what>[^']*)': '(?P<other>[^']*)' exists",
        "{what} cannot exist beside {other}; choose another name",
    ),
    (r"cannot lock ref '(?P<what>[^']*)'", "the ref {what} is locked or has moved; look again, then retry"),
    (r"tag '(?P<what>[^']*)' already exists", "the tag {what} exists already; take the next version"),
    (
        r"would clobber existing tag",
        "a tag of the remote differs from the local one of the same name; compare them before going on",
    ),
    (
        r"'(?P<what>[^']*)' is already (?:checked out|used by worktree) at '(?P<other>[^']*)'",
        "the branch {what} is checked out in {other}; work there, or choose another branch",
    ),
    (
        r"protected branch|GH006|GH013",
        "the branch is protected and refuses a direct push; open a pull request instead",
    ),
    (
        r"pre-receive hook declined|hook declined",
        "the remote's own check refused the push; its reason is in the output",
    ),
    (r"\(stale info\)", "the remote branch has moved since it was looked at; fetch it and look again"),
    (
        r"\(fetch first\)|\(non-fast-forward\)",
        "the remote branch has commits that are not here; fetch and look at them first",
    ),
    (
        r"remote unpack failed|remote: .*No space left",
        "the remote could not store the push; its disk may be full",
    ),
    (
        r"No space left on device|Out of diskspace|Disk quota exceeded",
        "the disk is full; free some space, then retry",
    ),
    (
        r"Host key verification failed",
        "ssh does not know the remote's host key; connect once by hand (ssh -T HOST), then retry",
    ),
    (
        r"Permission denied \(|Too many authentication failures|passphrase|sign_and_send_pubkey",
        "ssh refused the login; load the key (ssh-add), then retry",
    ),
    (
        r"could not read (?:Username|Password)|Authentication failed|terminal prompts disabled|returned error: 40[13]",
        "the remote wants a login; sign in once by hand (git fetch in a shell), then retry",
    ),
    (
        r"Could not resolve host(?:name)?:? ?(?P<what>[^\s;:]*)",
        "the host {what} is not known here; check the network and the remote's URL",
    ),
    (
        r"Connection refused|(?:Connection|Operation) timed out|Network is unreachable|No route to host"
        r"|Failed to connect",
        "the remote cannot be reached; check the network, then retry",
    ),
    (
        r"early EOF|unexpected disconnect|RPC failed|Connection reset|Connection closed|remote end hung up",
        "the connection to the remote broke; retry",
    ),
    (
        r"could not fetch .* from promisor remote",
        "a file of this partial clone must be fetched, but the remote did not send it; "
        "check the network and the remote's URL",
    ),
    (r"couldn't find remote ref (?P<what>.*)", "the remote has no {what}; check the name"),
    (
        r"'(?P<what>[^']*)' does not appear to be a git repository",
        "{what} is not a git repository; check the remote's URL",
    ),
    (
        r"[Rr]epository .*not found|No such remote",
        "the remote repository was not found; check its URL and your access",
    ),
    (
        r"transport '(?P<what>[^']*)' not allowed",
        "git does not allow the transport {what}; use ssh, https or a path",
    ),
    (
        r"Please tell me who you are|empty ident name|no (?:email|name) was given|unable to auto-detect email",
        "git does not know who you are; set user.name and user.email (git config --global user.email YOU@EXAMPLE.COM)",
    ),
    (
        r"gpg failed to sign|failed to sign the data|unable to sign the tag|error: Load key|No secret key",
        "git could not sign; unlock the key once in a shell (git commit -S asks for it), then retry",
    ),
    (
        r"index file corrupt|bad index file|index file smaller",
        "the index of this worktree is damaged; a shell and `git status` show how",
    ),
    (
        r"loose object .* is corrupt|missing (?:blob|tree|commit)|unable to read (?:tree|sha1 file)|bad object"
        r"|object file .* is empty|invalid object",
        "objects are missing or damaged in this repository; `git fsck` says which, a fresh clone may be quicker",
    ),
    (
        r"need(?:s)? merge|unmerged files|you need to resolve your current index first",
        "there are unresolved conflicts here; resolve or abort them first",
    ),
    (
        r"would be overwritten by",
        "files here would be overwritten, so git stopped; use a separate worktree",
    ),
    (
        r"a branch named '(?P<what>[^']*)' already exists",
        "the branch {what} exists already; choose another name",
    ),
    (r"is not a valid branch name|is not a valid ref name", "that is not a valid branch name"),
    (
        r"LF would be replaced by CRLF|CRLF would be replaced by LF",
        "core.safecrlf refuses a file's line ends; convert them or relax the setting",
    ),
    (
        r"git-lfs.*not found|external filter .* failed|clean filter .* failed",
        "a filter of this repository failed; install what it needs (git-lfs), then retry",
    ),
    (
        r"shallow update not allowed",
        "this clone is shallow; fetch the full history first (git fetch --unshallow)",
    ),
    (
        r"could not apply (?P<what>[0-9a-f]+)|after resolving the conflicts|CONFLICT \(",
        "the change conflicts with what is there; resolve the files, then go on",
    ),
    (
        r"previous cherry-pick is now empty|nothing to commit, working tree clean",
        "there is nothing left to commit: what was asked for is there already",
    ),
    (
        r"commit (?P<what>[0-9a-f]+) is a merge but no -m option",
        "{what} is a merge; say which parent is the main line (-m 1)",
    ),
    (
        r"(?P<what>cherry-pick|revert|merge|rebase|am|bisect)(?: or revert)? is already in progress"
        r"|You have not concluded your (?P<other>merge|cherry-pick)|previous rebase directory",
        "another operation is under way here; finish or abort it first",
    ),
    (r"\[rejected\].*\(already exists\)", "the remote has a tag of that name already; take the next version"),
    (
        r"atomic push failed|atomic transaction failed",
        "one of the refs was refused, so none was pushed; see the output",
    ),
    (r"src refspec (?P<what>\S+) does not match any", "there is no {what} here to push; check the name"),
    (
        r"does not have any commits yet|ambiguous argument 'HEAD'|Failed to resolve 'HEAD'|bad default revision 'HEAD'",
        "this repository has no commits yet; make the first one",
    ),
    (
        r"must be run in a work tree",
        "this is a bare repository without files; go to one of its worktrees",
    ),
    (
        r"bad config (?:line|file line) \d+ in file (?P<what>\S+)",
        "git cannot read its configuration {what}; correct the file",
    ),
    (
        r"bad (?:boolean|numeric) config value '(?P<what>[^']*)'",
        "git cannot read the setting {what!r} in its configuration",
    ),
    (
        r"SSL certificate problem|server certificate verification failed",
        "the remote's certificate is not trusted here; check the URL and the clock",
    ),
    (
        r"not a commit and a branch .* cannot be created from it|not a valid object name: '(?P<what>[^']*)'",
        "git does not know {what}; check the name, or fetch first",
    ),
    (r"pathspec '(?P<what>[^']*)' did not match", "git knows no file {what}; check the name"),
    (
        r"cannot .*: (?:remote: )?unable to create temporary object directory",
        "the remote's folder cannot be written; check its permissions",
    ),
    (
        r"clone.*submodule path .* failed|no submodule mapping found|not initialized",
        "a submodule is not there yet; run git submodule update --init",
    ),
    (
        r"beyond a symbolic link",
        "a file lies behind a symbolic link, so git does not take it; name the real path",
    ),
    (
        r"[Rr]ead-only file system|insufficient permission|Permission denied$",
        "the repository cannot be written here; check its permissions",
    ),
    (
        r"unknown repository extension|repo(?:sitory)? version is .*expected",
        "this repository needs a newer git; update git",
    ),
    (
        r"ambiguous argument '(?P<what>[^']*)'|unknown revision",
        "git does not know the revision {what}; check the name, or fetch first",
    ),
    (
        r"^error: failed to push some refs to",
        "nothing was pushed: a hook here (pre-push) or the remote refused it; its reason is in the output",
    ),
)
# Patterns are compiled when an error is first explained: compiling them all would delay every start.
_ASKS = (
    r"Host key verification failed|Permission denied \(|Too many authentication failures|passphrase"
    r"|sign_and_send_pubkey|could not read (?:Username|Password)|Authentication failed"
    r"|terminal prompts disabled|returned error: 40[13]"
    r"|gpg failed to sign|failed to sign the data|unable to sign the tag"
)
_REMOTE = r"^remote: (?P<said>(?!fatal: |error: hook declined).*\S)"


def printable(data: bytes) -> str:
    """`data` as text with every control, format and undecodable byte written as an escape."""
    text = data.decode("utf-8", "backslashreplace")
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode("ascii") for c in text
    )


def explain(stderr: bytes) -> str | None:
    """The sentence for a known fault in git's error output (a run's log will do, too), or None."""
    text = printable(stderr[-20_000:])
    for pattern, sentence in _FAULTS:
        match = re.search(pattern, text, re.MULTILINE)
        if match:
            words = {key: value or "that was asked for" for key, value in match.groupdict().items()}
            return sentence.format_map(words)
    return None


def wants_terminal(stderr: bytes) -> bool:
    """Whether git would have asked somebody (for a login, a passphrase, a host key): with a terminal it can."""
    return re.search(_ASKS, printable(stderr[-20_000:])) is not None


def remote_words(stderr: bytes) -> str:
    """What the remote itself said, on one line; empty if it said nothing."""
    found = re.finditer(_REMOTE, printable(stderr[-20_000:]), re.MULTILINE)
    return " ".join(match["said"] for match in found)[:300]


def summary(stderr: bytes) -> str:
    """The one line of git's error output that says most, without its "fatal:"; empty if there is none."""
    lines = [line.strip() for line in printable(stderr[-20_000:]).splitlines() if line.strip()]
    for word in ("fatal: ", "error: ", "! "):
        for line in lines:
            if line.startswith(word):
                return line[len(word) :][:300]
    return lines[-1][:300] if lines else ""
