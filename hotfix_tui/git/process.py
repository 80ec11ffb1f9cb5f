"""One bounded git call: arguments in, bytes out, or one clear sentence."""

import functools
import os
import signal
import time
from collections.abc import Callable, Collection, Mapping
from typing import IO, TYPE_CHECKING

from hotfix_tui.base import asking, plain_file
from hotfix_tui.base.text import one_line
from hotfix_tui.git import faults, moment, waits
from hotfix_tui.git.environment import overlay, without_git
from hotfix_tui.git.errors import GitBlocked, GitError, GitMissing, GitTimeout, NotARepository
from hotfix_tui.git.moment import Result

if TYPE_CHECKING:
    import subprocess

NETWORK_TIMEOUT = 60.0
"""Seconds for a call that talks to a remote."""

_READ_OPTIONS = ("-c", "core.fsmonitor=false")
_NETWORK_OPTIONS = ("-c", "http.lowSpeedLimit=100", "-c", "http.lowSpeedTime=20")
PATIENCE = 2.0
"""Seconds after which it is looked for what git may be waiting for."""
_ONLY_ASKS = frozenset(("ls-remote",))
"""Calls to a remote that change nothing here."""


_WAITED: dict[str, dict[str, str]] = {}
"""By root and verb the special file for which a call waited: the next one need not wait to know it."""


def lines(text: str) -> list[str]:
    """Return the lines that git wrote, without empty ones.

    Only the line feed ends one: names of branches, tags and remotes may hold other characters at which
    ``str.splitlines`` splits.
    """
    return [line for line in text.split("\n") if line]


class Git:
    """git at the root of one worktree (or in a bare repository).

    Thread-safe; keeps no process alive. Paths in arguments and output are relative to that root.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self._waited = _WAITED.setdefault(root, {})
        self.commits: set[str] = set()
        """Full ids known to be commits here: one probe asks about the same few dozens of times."""

    def __repr__(self) -> str:
        return f"Git({self.root!r})"

    def run(
        self,
        *args: str,
        ok: Collection[int] = (0,),
        timeout: float = 30.0,
        stdin: bytes | None = None,
        env: Mapping[str, str] | None = None,
        write: bool = False,
        network: bool = False,
        limit: int | None = None,
    ) -> Result:
        """Call git with `args` and wait for it at most `timeout` seconds.

        `write` is for calls that change the worktree or the index, `network` for those that talk to a remote,
        `limit` stops reading stdout after that many bytes (the status is then ignored). Raises GitError if the
        exit status is not in `ok`, GitTimeout, GitMissing, and NotARepository if there is none in `root`.
        """
        if network:
            question = ("git", self.root, args)
            return asking.ask(
                question, lambda: self._run(args, ok, timeout, stdin, env, write, network, limit)
            )
        plain = stdin is None and not env and not write and limit is None
        if not plain or not moment.counts(args):
            return self._run(args, ok, timeout, stdin, env, write, network, limit)
        known = moment.known(self.root, args)
        if known is not None and known.returncode in ok:
            return known
        asked = time.monotonic()
        result = self._run(args, ok, timeout, stdin, env, write, network, limit)
        moment.keep(self.root, args, asked, result)
        return result

    def _run(
        self,
        args: tuple[str, ...],
        ok: Collection[int],
        timeout: float,
        stdin: bytes | None,
        env: Mapping[str, str] | None,
        write: bool,
        network: bool,
        limit: int | None,
    ) -> Result:
        import subprocess

        self._known_to_wait(args)
        options = (() if write else _READ_OPTIONS) + (_NETWORK_OPTIONS if network else ())
        argv = ["git", *options, *args]
        ssh = self.ssh if network else ""
        environment = without_git(os.environ) | overlay(os.environ, ssh=ssh, write=write) | dict(env or {})
        with _scratch(argv) as errors:
            # A file, not a pipe: a daemon left behind by git or ssh may keep its stderr open for minutes.
            process = _start(argv, self.root, environment, errors, piped=stdin is not None)
            try:
                stdout, cut = _read(process, stdin, timeout, limit, functools.partial(self._look_why, args))
            except subprocess.TimeoutExpired:
                verb = moment.verb_of(args)
                sentence = f"git {verb} did not answer within {timeout:.0f} s and was stopped; look again"
                raise GitTimeout(sentence, argv) from None
            finally:
                _end(process)
                if write or (network and moment.verb_of(args) not in _ONLY_ASKS):
                    moment.over()
            errors.seek(0)
            stderr = errors.read(1_000_000)
        result = Result(stdout, stderr, process.returncode, cut)
        if not cut and result.returncode not in ok:
            raise failure(argv, result, self.root)
        return result

    def _known_to_wait(self, args: tuple[str, ...]) -> None:
        """Raise GitBlocked if this call would wait for the file for which the last one of its kind waited."""
        path = self._waited.get(moment.verb_of(args), "")
        if kind := waits.kind_of(path) if path else "":
            shown = one_line(os.path.relpath(path, self.root), 160)
            sentence = f"{shown} is {kind}, and git waits for ever to read it: move it away, then look again"
            raise GitBlocked(sentence, ["git", *args])

    @property
    def blocked(self) -> str:
        """A special file that git would wait for, with what it is, as a clause; empty if none is known.

        Known are those at the root, and those for which a call has waited.
        """
        known = [path for path in self._waited.values() if path]
        for path in (*known, *(os.path.join(self.root, name) for name in sorted(waits.NAMES))):
            if kind := waits.kind_of(path):
                return f"{one_line(os.path.relpath(path, self.root), 160)} is {kind}"
        return ""

    def _look_why(self, args: tuple[str, ...]) -> None:
        """Look why a call does not answer; raises GitBlocked if it is a special file that git reads."""
        self._waited[moment.verb_of(args)] = waits.special_file(self.root, _git_dir(self.root))
        self._known_to_wait(args)

    def text(self, *args: str, ok: Collection[int] = (0,), timeout: float = 30.0) -> str:
        """Return the output of a read-only call as text without the last newline; non-UTF-8 bytes become
        surrogates.
        """
        return os.fsdecode(self.run(*args, ok=ok, timeout=timeout).stdout).removesuffix("\n")

    @functools.cached_property
    def git_dir(self) -> str:
        """The absolute git directory of this worktree (not the common one)."""
        return _git_dir(self.root) or self.text("rev-parse", "--absolute-git-dir")

    @functools.cached_property
    def ssh(self) -> str:
        """The configured ssh command, "ssh" by default."""
        return self.setting("core.sshCommand") or "ssh"

    def setting(self, key: str, *, kind: str = "") -> str:
        """Return the value of a setting as git reads it, the last one if there are several; empty if there is
        none.

        `kind` is git's type ("bool", "path"). Raises GitError for a value that git cannot read as that.
        """
        typed = (f"--type={kind}",) if kind else ()
        return self.text("config", *typed, "--get", key, ok=(0, 1))

    def environment(self, *, write: bool = True, network: bool = False) -> dict[str, str]:
        """Return the variables that a git command run elsewhere (under a supervisor) needs on top of the usual
        ones.
        """
        return overlay(os.environ, ssh=self.ssh if network else "", write=write)


def _git_dir(root: str) -> str:
    """Return the git directory of the worktree `root` as its ``.git`` says, without calling git; otherwise empty."""
    dot = os.path.join(root, ".git")
    try:
        if os.path.isdir(dot):
            folder = dot
        else:
            said = os.fsdecode(plain_file.read(dot, 4096, follow=True))
            words, _, path = said.rstrip("\n").partition(": ")
            folder = os.path.join(root, path) if words == "gitdir" else ""
    except OSError:
        return ""
    return os.path.realpath(folder) if folder and os.path.isfile(os.path.join(folder, "HEAD")) else ""


def _scratch(argv: list[str]) -> IO[bytes]:
    """Return a file for git's stderr, deleted when closed. Raises GitError if none can be created."""
    import tempfile

    try:
        return tempfile.TemporaryFile()
    except OSError as error:
        sentence = (
            f"there is no room for a scratch file of git: {error.strerror}; "
            "free some space, or set TMPDIR to a folder that has some"
        )
        raise GitError(sentence, argv, 1, b"") from None


def failure(argv: list[str], result: Result, root: str) -> GitError:
    """Return the error for a failed call, with the sentence that fits its output."""
    known = faults.explain(result.stderr)
    if known is None and b"not a git repository" in result.stderr:
        sentence = f"{root} is in no git repository; go to one, or use -C DIR"
        if os.path.isdir(os.path.join(root, ".git")):
            sentence = (
                f"the repository in {root} is damaged: git does not know .git for one any more; look at .git/HEAD "
                "(it should say: ref: refs/heads/BRANCH), .git/objects and .git/refs"
            )
        return NotARepository(sentence, argv, result.returncode, result.stderr)
    said = faults.summary(result.stderr)
    if known is None:
        known = f"git {moment.verb_of(argv[1:])} failed" + (
            f": {said}" if said else f" with exit status {result.returncode}"
        )
    return GitError(known, argv, result.returncode, result.stderr)


def _start(
    argv: list[str], root: str, environment: dict[str, str], errors: IO[bytes], *, piped: bool
) -> "subprocess.Popen[bytes]":
    """Start git in its own session, so that nothing under it can reach the terminal."""
    import subprocess

    try:
        return subprocess.Popen(
            argv,
            cwd=root,
            env=environment,
            stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    except ValueError as error:
        raise GitError(f"git cannot take these arguments: {error}", argv) from error
    except OSError as error:
        if not os.path.isdir(root):
            raise NotARepository(
                f"the folder {root} does not exist (any more); go to the repository", argv
            ) from error
        if isinstance(error, FileNotFoundError | PermissionError):
            raise GitMissing("git was not found, or may not be started here; install git", argv) from error
        raise GitError(f"git could not be started: {error.strerror}", argv) from error


def _read(
    process: "subprocess.Popen[bytes]",
    stdin: bytes | None,
    timeout: float,
    limit: int | None,
    late: Callable[[], None],
) -> tuple[bytes, bool]:
    """Read stdout to its end, or up to `limit` bytes; raises subprocess.TimeoutExpired.

    `late` is called once if git takes long, and may raise.
    """
    import subprocess

    first = min(PATIENCE, timeout)
    if limit is None:
        try:
            return process.communicate(stdin, timeout=first)[0], False
        except subprocess.TimeoutExpired:
            if first == timeout:
                raise
        late()
        return process.communicate(timeout=timeout - first)[0], False
    import selectors

    if stdin is not None:
        raise ValueError("a limit and an input cannot be combined")
    assert process.stdout is not None
    deadline = time.monotonic() + timeout
    parts: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while size <= limit:
            if not selector.select(first if first < timeout else max(0.0, deadline - time.monotonic())):
                if first == timeout:
                    raise subprocess.TimeoutExpired(process.args, timeout)
                first = timeout
                late()
                continue
            part = os.read(process.stdout.fileno(), 65536)
            if not part:
                process.wait(max(0.0, deadline - time.monotonic()))
                return b"".join(parts), False
            parts.append(part)
            size += len(part)
    return b"".join(parts)[:limit], True


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Clean up: kill what is left of the call, reap it, close its pipes."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
