"""What git's error output means for the engineer: the kind of fault, a sentence with its cure, the original words.

The one place that interprets the wording of git, hooks and forges. Steps that depend on a fault ask for its
`Kind`; whether something is done is decided by exit statuses, refs and `git status` alone.
"""

import re
from enum import StrEnum
from typing import NamedTuple

from hotfix_tui.base.reasons import own_lines, reason
from hotfix_tui.base.text import clean


class Kind(StrEnum):
    """What kind of thing went wrong. All faults of one kind have the same cure."""

    HOOK_HERE = "hook-here"
    SECRET = "secret"
    PROTECTED = "protected"
    RULE = "rule"
    LARGE = "large"
    LFS = "lfs"
    EMAIL = "email"
    REMOTE_HOOK = "remote-hook"
    MOVED = "moved"
    RIGHTS = "rights"
    LOGIN = "login"
    HOST_KEY = "host-key"
    NETWORK = "network"
    LIMIT = "limit"
    NOT_FOUND = "not-found"
    OPTIONS = "options"
    REFS = "refs"
    IDENTITY = "identity"
    SIGNING = "signing"
    DISK = "disk"
    DAMAGE = "damage"
    BUSY = "busy"
    CONFLICT = "conflict"
    EMPTY = "empty"
    FILTER = "filter"
    SETTING = "setting"
    OTHER = "other"


class Fault(NamedTuple):
    """One fault: its kind, the sentence with what to do, and what the remote or a hook said about it (may be
    empty).
    """

    kind: Kind
    sentence: str
    said: str = ""


# Specific causes come before general ones. `{said}` is replaced by the words of the remote or of the hook.
_REFUSED: tuple[tuple[Kind, str, str], ...] = (
    (
        Kind.SECRET,
        r"PUSH PROTECTION|[Pp]ush cannot contain secrets|secrets? (?:was|were|is) (?:found|detected)"
        r"|Secrets? detected|PUSH BLOCKED: Secrets|secret[- ](?:scanning|detection)|VS403708",
        "the remote found a secret in what is pushed{said}; take it out of the commit, and treat it as leaked",
    ),
    (
        Kind.EMAIL,
        r"GH007|would publish a private email|does not have a (?:verified|confirmed) e?-?mail|unverified email"
        r"|[Cc]ommitter (?:e-?mail )?.{0,80}(?:is not (?:verified|a member)|not match)|Author .{0,80} is not a member"
        r"|You can only push your own commits|cannot push commits for",
        "the remote does not take the author or committer of the commit{said}; set user.email, and commit again",
    ),
    (
        Kind.LFS,
        r"GH008|unknown Git LFS object|missing or corrupt local objects|LFS: .*(?:not found|missing)"
        r"|\(missing\) .+ \([0-9a-f]{64}\)|Unable to find source for object",
        "objects of Git LFS are missing{said}; git lfs push --all REMOTE from a clone that has them",
    ),
    (
        Kind.LARGE,
        r"GH001|exceeds .{0,40}file size limit|larger than the allowed size|is over the allowed|maximum file size"
        r"|exceeds maximum allowed size|VS403654|returned error: 413|HTTP 413|Large files? detected|over size limit",
        "a file in what is pushed is too large for the remote{said}; take it out of the commits (or use Git LFS)",
    ),
    (
        Kind.LIMIT,
        r"over its data quota|quota (?:has been )?exceeded|bandwidth|repository .{0,40}(?:over|exceed).{0,20}"
        r"(?:quota|size)|storage limit",
        "a quota of the remote is used up{said}; raise it, or free something there",
    ),
    (
        Kind.RIGHTS,
        r"without `?workflow`? scope|refusing to allow an? (?:OAuth App|Personal Access Token|GitHub App|integration)",
        "the login may not change workflow files{said}; sign in with the right to do so (gh auth refresh -s workflow)",
    ),
    (
        Kind.PROTECTED,
        r"GH006|TF402455|[Pp]rotected branch|protected branches|can only be modified through pull requests"
        r"|must use a pull request|must be made through a (?:pull|merge) request|prohibited by Gerrit"
        r"|deny updating a hidden ref|not allowed to force push",
        "the branch is protected and refuses a direct push{said}; open a pull request instead",
    ),
    (
        Kind.RULE,
        r"missing Change-Id|Change-Id in",
        "the remote wants a Change-Id in each commit message{said}; install its commit-msg hook, and commit again",
    ),
    (
        Kind.RULE,
        r"[Cc]ommit (?:message|subject).{0,120}(?:does not|must|should|doesn't|not follow|pattern)"
        r"|[Bb]ranch name.{0,120}(?:does not|must|should|doesn't|pattern|not follow)|does not follow the pattern",
        "a rule of the remote refuses the branch's name or a commit message{said}; correct that, then push again",
    ),
    (
        Kind.RULE,
        r"GH013|[Rr]epository rule violations?|push rules?\b|commit must be (?:signed|verified)|not signed|unsigned",
        "a rule of the remote refuses the push{said}; see to what it asks for, then push again",
    ),
    (
        Kind.RIGHTS,
        r"ERROR: Permission to|remote: Permission to|not allowed to (?:push|upload|write)|denied to "
        r"|marked as read only"
        r"|does(?: not|n't) have (?:write|push) access|read-only (?:key|access|token)|TF401027|not permitted to"
        r"|write access to (?:the )?repository not granted|insufficient permission(?:s)? to push",
        "this login may not push there{said}; ask for write access, or push to a fork (remote.pushDefault)",
    ),
    (
        Kind.LOGIN,
        r"SAML SSO|enforced SAML|must (?:re)?authorize .{0,40}(?:token|key)",
        "the organisation wants single sign-on for this login{said}; authorise the key or token for it, then retry",
    ),
    (
        Kind.REFS,
        r"refusing to update checked out branch|branch is currently checked out",
        "the branch is checked out in the repository that is pushed to, which refuses that; push to a bare one",
    ),
    (
        Kind.OPTIONS,
        r"receiving end does not support (?P<what>push options|--signed push|--atomic push)",
        "the remote does not know {what}, which the configuration asks for (push.pushOption, push.gpgSign); "
        "turn that off for this remote",
    ),
    (
        Kind.OPTIONS,
        r"following submodule paths contain changes that can",
        "a submodule names a commit that its own remote does not have; push it there first, then push again",
    ),
    (
        Kind.REMOTE_HOOK,
        r"pre-receive hook declined|hook declined|update hook|denied by hook|\[remote rejected\].*\(declined",
        "the remote's own check refused the push{said}",
    ),
)
"""Why a push was refused. Checked first: the words of a remote or a hook may contain those of other faults."""

_FAULTS: tuple[tuple[Kind, str, str], ...] = (
    (
        Kind.OTHER,
        r"detected dubious ownership in repository at '(?P<what>[^']*)'",
        "git does not trust {what}, because it belongs to another user; "
        "if that is right: git config --global --add safe.directory '{what}'",
    ),
    (
        Kind.OTHER,
        r"cannot use bare repository '(?P<what>[^']*)'",
        "safe.bareRepository keeps git out of {what}; go to a worktree, or name it with --git-dir",
    ),
    (
        Kind.BUSY,
        r"Unable to create '(?P<what>[^']*\.lock)': File exists",
        "another git process holds {what}; wait for it, or delete the file if no git is running",
    ),
    (
        Kind.REFS,
        r"cannot lock ref '(?P<what>[^']*)': '(?P<other>[^']*)' exists",
        "{what} cannot exist next to {other}; choose another name",
    ),
    (
        Kind.REFS,
        r"cannot lock ref '(?P<what>[^']*)'",
        "the ref {what} is locked or has moved; look again, then retry",
    ),
    (
        Kind.REFS,
        r"tag '(?P<what>[^']*)' already exists",
        "the tag {what} exists already; take the next version",
    ),
    (
        Kind.REFS,
        r"would clobber existing tag",
        "a tag of the remote differs from the local one of the same name; compare them before going on",
    ),
    (
        Kind.REFS,
        r"'(?P<what>[^']*)' is already (?:checked out|used by worktree) at '(?P<other>[^']*)'",
        "the branch {what} is checked out in {other}; work there, or choose another branch",
    ),
    (
        Kind.MOVED,
        r"\(stale info\)",
        "the remote branch has moved since it was looked at; fetch it and look again",
    ),
    (
        Kind.MOVED,
        r"\(fetch first\)|\(non-fast-forward\)|denying non-fast-forward",
        "the remote branch has commits that are not here; fetch and look at them first",
    ),
    (
        Kind.DISK,
        r"remote unpack failed|remote: .*No space left",
        "the remote could not store the push; its disk may be full",
    ),
    (
        Kind.DISK,
        r"No space left on device|Out of diskspace|Disk quota exceeded",
        "the disk is full; free some space, then retry",
    ),
    (
        Kind.NETWORK,
        r"could not fetch .* from promisor remote",
        "a file of this partial clone must be fetched, but the remote did not send it; "
        "check the network and the remote's URL",
    ),
    (
        Kind.HOST_KEY,
        r"REMOTE HOST IDENTIFICATION HAS CHANGED",
        "the remote's host key is another one than before; make sure why before you connect, then "
        "ssh-keygen -R HOST",
    ),
    (
        Kind.HOST_KEY,
        r"Host key verification failed",
        "ssh does not know the remote's host key; connect once by hand (ssh -T HOST), then retry",
    ),
    (
        Kind.LOGIN,
        r"Permission denied \(|Too many authentication failures|passphrase|sign_and_send_pubkey",
        "ssh refused the login; load the key (ssh-add), then retry",
    ),
    (
        Kind.RIGHTS,
        r"returned error: 403",
        "the remote refuses this login (HTTP 403){said}; ask for access, or sign in again (git fetch in a shell)",
    ),
    (
        Kind.LOGIN,
        r"could not read (?:Username|Password)|Authentication failed|terminal prompts disabled|returned error: 401",
        "the remote wants a login; sign in once by hand (git fetch in a shell), then retry",
    ),
    (
        Kind.LIMIT,
        r"returned error: 429|[Tt]oo many requests|rate limit",
        "the remote has had too many requests (HTTP 429){said}; wait some minutes, then retry",
    ),
    (
        Kind.NOT_FOUND,
        r"returned error: 404",
        "the remote repository was not found (HTTP 404); check its URL and your access",
    ),
    (
        Kind.NETWORK,
        r"returned error: (?P<what>5\d\d)",
        "the remote itself failed (HTTP {what}){said}; see its status page, then retry",
    ),
    (
        Kind.NETWORK,
        r"Received HTTP code (?P<what>\d+) from proxy|Proxy CONNECT aborted|proxy.{0,20}(?:refused|failed)",
        "the proxy does not let git through; check http.proxy and the variables HTTPS_PROXY and ALL_PROXY",
    ),
    (
        Kind.NETWORK,
        r"Could not resolve host(?:name)?:? ?(?P<what>[^\s;:]*)",
        "the host {what} is not known here; check the network and the remote's URL",
    ),
    (
        Kind.NETWORK,
        r"Connection refused|(?:Connection|Operation) timed out|Network is unreachable|No route to host"
        r"|Failed to connect",
        "the remote cannot be reached; check the network, then retry",
    ),
    (
        Kind.NOT_FOUND,
        r"ERROR: Repository not found|[Rr]epository .*not found|No such remote|project you were looking for could not",
        "the remote repository was not found; check its URL and your access",
    ),
    (
        Kind.NOT_FOUND,
        r"'(?P<what>[^']*)' does not appear to be a git repository",
        "{what} is not a git repository; check the remote's URL",
    ),
    (
        Kind.NETWORK,
        r"early EOF|unexpected disconnect|RPC failed|Connection reset|Connection closed|remote end hung up",
        "the connection to the remote broke; retry",
    ),
    (
        Kind.NOT_FOUND,
        r"couldn't find remote ref (?P<what>.*)",
        "the remote has no {what}; check the name",
    ),
    (
        Kind.SETTING,
        r"transport '(?P<what>[^']*)' not allowed",
        "git does not allow the transport {what}; use ssh, https or a path",
    ),
    (
        Kind.IDENTITY,
        r"Please tell me who you are|empty ident name|no (?:email|name) was given|unable to auto-detect email",
        "git does not know who you are; set user.name and user.email (git config --global user.email YOU@EXAMPLE.COM)",
    ),
    (
        Kind.SIGNING,
        r"gpg failed to sign|failed to sign the data|unable to sign the tag|error: Load key|No secret key"
        r"|failed to write commit object|Couldn't (?:load|find) public key|user\.signingkey",
        "git could not sign; unlock the key once in a shell (git commit -S asks for it), then retry",
    ),
    (
        Kind.SIGNING,
        r"does not have a (?:GPG|good|valid) signature|has an untrusted|has a bad GPG signature",
        "merge.verifySignatures wants signed commits, and this one has no good signature; sign it, or merge by hand",
    ),
    (
        Kind.DAMAGE,
        r"index file corrupt|bad index file|index file smaller",
        "the index of this worktree is damaged; a shell and `git status` show how",
    ),
    (
        Kind.DAMAGE,
        r"loose object .* is corrupt|missing (?:blob|tree|commit)|unable to read (?:tree|sha1 file)|bad object"
        r"|object file .* is empty|invalid object",
        "objects are missing or damaged in this repository; `git fsck` says which, a fresh clone may be quicker",
    ),
    (
        Kind.CONFLICT,
        r"need(?:s)? merge|unmerged files|you need to resolve your current index first",
        "there are unresolved conflicts here; resolve or abort them first",
    ),
    (
        Kind.OTHER,
        r"would be overwritten by",
        "files here would be overwritten, so git stopped; use a separate worktree",
    ),
    (
        Kind.REFS,
        r"a branch named '(?P<what>[^']*)' already exists",
        "the branch {what} exists already; choose another name",
    ),
    (
        Kind.REFS,
        r"is not a valid branch name|is not a valid ref name",
        "that is not a valid branch name",
    ),
    (
        Kind.SETTING,
        r"LF would be replaced by CRLF|CRLF would be replaced by LF",
        "core.safecrlf refuses a file's line ends; convert them or relax the setting",
    ),
    (
        Kind.FILTER,
        r"git-lfs.*not found|external filter .* failed|clean filter .* failed|smudge filter .* failed|Smudge error",
        "a filter of this repository failed; install what it needs (git-lfs), then retry",
    ),
    (
        Kind.OTHER,
        r"shallow update not allowed",
        "this clone is shallow; fetch the full history first (git fetch --unshallow)",
    ),
    (
        Kind.CONFLICT,
        r"could not apply (?P<what>[0-9a-f]+)|after resolving the conflicts|CONFLICT \(",
        "the change conflicts with what is there; resolve the files, then go on",
    ),
    (
        Kind.CONFLICT,
        r"^Patch failed at |error: patch failed:|patch does not apply|sha1 information is lacking",
        "the patch does not apply to what is there; give it up, and pick the commits instead",
    ),
    (
        Kind.EMPTY,
        r"previous cherry-pick is now empty|nothing to commit, working tree clean",
        "there is nothing left to commit: what was asked for is there already",
    ),
    (
        Kind.OTHER,
        r"commit (?P<what>[0-9a-f]+) is a merge but no -m option",
        "{what} is a merge; say which parent is the main line (-m 1)",
    ),
    (
        Kind.BUSY,
        r"(?P<what>cherry-pick|revert|merge|rebase|am|bisect)(?: or revert)? is already in progress"
        r"|You have not concluded your (?P<other>merge|cherry-pick)|previous rebase directory",
        "another operation is under way here; finish or abort it first",
    ),
    (
        Kind.REFS,
        r"\[rejected\].*\(already exists\)",
        "the remote has a tag of that name already; take the next version",
    ),
    (
        Kind.REFS,
        r"atomic push failed|atomic transaction failed",
        "one of the refs was refused, so none was pushed; see the output",
    ),
    (
        Kind.REFS,
        r"src refspec (?P<what>\S+) does not match any",
        "there is no {what} here to push; check the name",
    ),
    (
        Kind.OTHER,
        r"does not have any commits yet|ambiguous argument 'HEAD'|Failed to resolve 'HEAD'|bad default revision 'HEAD'",
        "this repository has no commits yet; make the first one",
    ),
    (
        Kind.OTHER,
        r"must be run in a work tree",
        "this is a bare repository without files; go to one of its worktrees",
    ),
    (
        Kind.SETTING,
        r"bad config (?:line|file line) \d+ in file (?P<what>\S+)",
        "git cannot read its configuration {what}; correct the file",
    ),
    (
        Kind.SETTING,
        r"bad (?:boolean|numeric) config value '(?P<what>[^']*)'",
        "git cannot read the setting {what!r} in its configuration",
    ),
    (
        Kind.NETWORK,
        r"SSL certificate problem|server certificate verification failed",
        "the remote's certificate is not trusted here; check the URL and the clock",
    ),
    (
        Kind.OTHER,
        r"not a commit and a branch .* cannot be created from it|not a valid object name: '(?P<what>[^']*)'",
        "git does not know {what}; check the name, or fetch first",
    ),
    (
        Kind.OTHER,
        r"pathspec '(?P<what>[^']*)' did not match",
        "git knows no file {what}; check the name",
    ),
    (
        Kind.DISK,
        r"cannot .*: (?:remote: )?unable to create temporary object directory",
        "the remote's folder cannot be written; check its permissions",
    ),
    (
        Kind.OTHER,
        r"clone.*submodule path .* failed|no submodule mapping found|not initialized",
        "a submodule is not there yet; run git submodule update --init",
    ),
    (
        Kind.OTHER,
        r"beyond a symbolic link",
        "a file lies behind a symbolic link, so git does not take it; name the real path",
    ),
    (
        Kind.DISK,
        r"[Rr]ead-only file system|insufficient permission|Permission denied$",
        "the repository cannot be written here; check its permissions",
    ),
    (
        Kind.OTHER,
        r"unknown repository extension|repo(?:sitory)? version is .*expected",
        "this repository needs a newer git; update git",
    ),
    (
        Kind.OTHER,
        r"ambiguous argument '(?P<what>[^']*)'|unknown revision",
        "git does not know the revision {what}; check the name, or fetch first",
    ),
)
_PUSHING = (
    r"^remote: |\[(?:remote )?rejected\]|^ERROR: |failed to push some refs|Could not read from remote"
    r"|unable to access|receiving end does not support|submodule paths contain|batch response"
)
"""Output that only appears when talking to a remote: elsewhere the same words mean something else."""
_ASKS = (
    r"Host key verification failed|Permission denied \(|Too many authentication failures|passphrase"
    r"|sign_and_send_pubkey|could not read (?:Username|Password)|Authentication failed"
    r"|terminal prompts disabled|returned error: 40[13]"
    r"|gpg failed to sign|failed to sign the data|unable to sign the tag"
)
_REMOTE = r"^remote: ?(?P<said>(?!fatal: |error: hook declined).*\S)"
_CHATTER = (
    r"(?i)^[\W_]*$|^\(\?\)|https?://|^(?:resolve the following|create a (?:pull|merge) request|to create a"
    r"|view (?:pull|merge) request|counting|compressing|enumerating|resolving|processing changes|updating references)"
    r"|^\W*locations:|^\W*commit: [0-9a-f]+\W*$"
)
_LFS = r"(?i)git[- ]lfs|\bLFS\b|batch response"
_NO_HOOK_TOOL = (
    r"(?i)can't find (?P<what>lefthook|husky)\b|(?P<other>pre-commit|lefthook|overcommit)`? not found\b"
)


def fault(output: bytes) -> Fault | None:
    """Return the known fault in git's error output (a run's log works too); None if there is none."""
    text = _readable(output)
    said = _said(text)
    if (hook := _hook_here(text)) is not None:
        return hook
    tables = (_REFUSED, _FAULTS) if re.search(_PUSHING, text, re.MULTILINE) else (_FAULTS,)
    for kind, pattern, sentence in (row for table in tables for row in table):
        match = re.search(pattern, text, re.MULTILINE)
        if match:
            words = {key: value or "that was asked for" for key, value in match.groupdict().items()}
            words["said"] = f": {said}" if said else _unsaid(kind)
            return Fault(kind, sentence.format_map(words), said)
    return None


def explain(output: bytes) -> str | None:
    """Return the sentence for a known fault in git's error output (a run's log works too), or None."""
    known_fault = fault(output)
    return known_fault.sentence if known_fault else None


def wants_terminal(stderr: bytes) -> bool:
    """Return whether git wanted to prompt (for a login, a passphrase, a host key): with a terminal it can."""
    return re.search(_ASKS, _readable(stderr)) is not None


def idle_hook(output: bytes) -> str:
    """Return the program that a hook did not find and skipped, so that nothing was checked; empty if all ran."""
    match = re.search(_NO_HOOK_TOOL, _readable(output))
    return (match["what"] or match["other"]) if match else ""


def summary(stderr: bytes) -> str:
    """Return the most informative words of git's error output, without its "fatal:"; empty if there are none."""
    return reason(stderr)


def _hook_here(text: str) -> Fault | None:
    """Return the fault if a local pre-push hook refused: git then says no more than that nothing was pushed."""
    refused = re.search(r"^error: failed to push some refs to", text, re.MULTILINE)
    if not refused or re.search(
        r"\[(?:remote )?rejected\]|^fatal: |^remote: |^ERROR: |^error: src refspec", text, re.MULTILINE
    ):
        return None
    if re.search(_LFS, text) and re.search(r"batch response|\(missing\)|corrupt local objects", text):
        return None
    said = reason(text)
    sentence = "the pre-push hook here refused, so nothing was pushed" + (f": {said}" if said else "")
    return Fault(Kind.HOOK_HERE, f"{sentence}; correct that, then push again", said)


def _unsaid(kind: Kind) -> str:
    """Return the stand-in for the remote's words when it said nothing."""
    return "; ask who keeps it what it wants" if kind is Kind.REMOTE_HOOK else ""


def _said(text: str) -> str:
    """Return what the remote itself said, on one line; empty if it said nothing."""
    remarks = (match["said"] for match in re.finditer(_REMOTE, text, re.MULTILINE))
    lines = [line for line in own_lines("\n".join(remarks)) if not re.search(_CHATTER, line)]
    words = " ".join(re.sub(r"^(?:error: |[-—–*•]+ )+|[ —–]{2,}$", "", line).strip() for line in lines)
    if not words and (match := re.search(r"^(?:ERROR|batch response): (?P<said>.*\S)", text, re.MULTILINE)):
        words = match["said"]
    if not words and (match := re.search(r"\[remote rejected\].*\((?P<said>[^()]*[^()\s][^()]*)\)", text)):
        words = "" if "hook declined" in match["said"] else match["said"]
    return words if len(words) <= 400 else words[:399] + "…"


def _readable(output: bytes) -> str:
    """Return the end of an output as text: no escape sequences, and only what remains of overwritten lines."""
    lines = output[-20_000:].decode("utf-8", "backslashreplace").replace("\r\n", "\n").split("\n")
    return "\n".join(
        next((part for part in reversed(clean(line).split("␍")) if part.strip()), "") for line in lines
    )
