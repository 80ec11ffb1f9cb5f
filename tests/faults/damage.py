"""Damage and scarcity: broken files, full and read-only disks, a missing git, a lock of packed refs, signing."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.bench import Bench, fault, mount_small

COMMIT, PREFLIGHT = "verify.commit", "branch.preflight"
ROOT = os.getuid() == 0


@fault(
    "cwd deleted",
    at="fresh",
    step=PREFLIGHT,
    says=("does not exist (any more); go to the repository",),
    opens=2,
)
def cwd_deleted(b: Bench) -> Iterator[None]:
    gone = b.start.path.with_name("gone")
    b.start.path.rename(gone)
    yield
    gone.rename(b.start.path)


def _path_with(b: Bench, script: str) -> None:
    folder = b.remote.with_name("bin")
    folder.mkdir()
    if script:
        (folder / "git").write_text(script)
        (folder / "git").chmod(0o755)
    b.patch.setenv("PATH", str(folder))


@fault("git missing", at="fresh", step=PREFLIGHT, says=("git was not found", "install git"))
def git_missing(b: Bench) -> Iterator[None]:
    path = os.environ["PATH"]
    _path_with(b, "")
    yield
    b.patch.setenv("PATH", path)


@fault("git too old", at="fresh", step=PREFLIGHT, says=("git 2.20.1 is too old; install 2.30 or newer",))
def git_too_old(b: Bench) -> Iterator[None]:
    path, real = os.environ["PATH"], shutil.which("git")
    _path_with(
        b, f'#!/bin/sh\ncase "$*" in *--version*) echo git version 2.20.1 ;; *) exec {real} "$@" ;; esac\n'
    )
    yield
    b.patch.setenv("PATH", path)


@fault(
    "no identity",
    at="fresh",
    step=PREFLIGHT,
    says=("git does not know who you are", "set user.name and user.email"),
)
def no_identity(b: Bench) -> Iterator[None]:
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        b.patch.delenv(name)
    b.start("config", "user.useConfigOnly", "true")
    yield
    b.start("config", "user.name", "Ann")
    b.start("config", "user.email", "ann@example.com")


def _gpg_home(b: Bench) -> Path:
    """Return an empty GNUPGHOME, short enough for the sockets in it; its agent is ended with the test."""
    home = Path(tempfile.mkdtemp(prefix="gpg", dir="/tmp"))
    b.cleanup.callback(shutil.rmtree, home, ignore_errors=True)
    b.cleanup.callback(
        subprocess.run, ["gpgconf", "--homedir", str(home), "--kill", "all"], capture_output=True
    )
    b.patch.setenv("GNUPGHOME", str(home))
    return home


def _stand_in(b: Bench, lines: str) -> str:
    """Return a program that says what gpg says."""
    program = b.remote.with_name("gpg-stand-in")
    program.write_text(f"#!/bin/sh\ncat >/dev/null\n{lines}\n")
    program.chmod(0o755)
    return str(program)


SIGN = ("git could not sign", "unlock the key", "`do verify.commit --terminal`")


@fault("gpg fails", at="changed", step=COMMIT, says=SIGN)
def gpg_fails(b: Bench) -> Iterator[None]:
    if shutil.which("gpg"):
        _gpg_home(b)
    else:
        says = 'echo "gpg: skipped \\"Ann\\": No secret key" >&2; echo "gpg: signing failed: No secret key" >&2; exit 2'
        b.start("config", "gpg.program", _stand_in(b, says))
    b.start("config", "commit.gpgSign", "true")
    yield
    b.start("config", "commit.gpgSign", "false")


@fault("pinentry needed", at="changed", step=COMMIT, says=SIGN, supervised=True)
def no_pinentry(b: Bench) -> Iterator[None]:
    says = 'echo "gpg: signing failed: No pinentry" >&2; exit 2'
    b.start("config", "gpg.program", _stand_in(b, says))
    b.start("config", "commit.gpgSign", "true")
    yield
    b.start("config", "commit.gpgSign", "false")


@fault("pinentry needed", at="changed", step=COMMIT, says=SIGN, supervised=True, full=True)
def real_pinentry(b: Bench) -> Iterator[None]:
    """A key with a passphrase, and nobody to prompt for it."""
    if not shutil.which("gpg"):
        pytest.skip("gpg is not installed")
    b.start("config", "commit.gpgSign", "true")
    home = _gpg_home(b)
    (home / "gpg-agent.conf").write_text("allow-loopback-pinentry\n")
    unattended = ["gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", "secret"]
    key = [*unattended, "--quick-generate-key", "Ann <ann@example.com>", "ed25519", "sign", "never"]
    subprocess.run(key, check=True, capture_output=True)
    subprocess.run(["gpgconf", "--kill", "gpg-agent"], check=True, capture_output=True)
    yield
    subprocess.run([*unattended, "--sign"], input=b"x", check=True, capture_output=True)


@fault(
    "dubious ownership",
    at="fresh",
    step=PREFLIGHT,
    outcome="unknown",
    says=("belongs to another user", "safe.directory"),
)
def dubious(b: Bench) -> Iterator[None]:
    if ROOT:
        for path in (b.start.path, b.start.path / ".git"):
            os.chown(path, 65534, 65534)
        b.patch.delenv("SUDO_UID", raising=False)
    else:
        b.patch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    yield
    config = b.remote.with_name("gitconfig")
    config.write_text(f"[safe]\n\tdirectory = {b.root}\n")
    b.patch.setenv("GIT_CONFIG_GLOBAL", str(config))


@fault("corrupt HEAD", at="fresh", step=PREFLIGHT, says=("is damaged", ".git/HEAD"))
def corrupt_head(b: Bench) -> Iterator[None]:
    head = b.start.path / ".git/HEAD"
    good = head.read_bytes()
    head.write_bytes(b"\0\0\0garbage")
    yield
    head.write_bytes(good)


@fault(
    "corrupt index",
    at="fresh",
    step=PREFLIGHT,
    outcome="unknown",
    says=("the index of this worktree is damaged",),
)
def corrupt_index(b: Bench) -> Iterator[None]:
    index = b.start.path / ".git/index"
    good = index.read_bytes()
    index.write_bytes(b"garbage" * 20)
    yield
    index.write_bytes(good)


@fault(
    "missing object", at="based", step="branch.create", says=("objects are missing or damaged", "git fsck")
)
def missing_object(b: Bench) -> Iterator[None]:
    blob = b.start("rev-parse", "v1.0.0:shop.py")
    file = b.start.path / ".git/objects" / blob[:2] / blob[2:]
    good = file.read_bytes()
    file.unlink()
    yield
    file.write_bytes(good)


@fault(
    "read-only .git",
    at="changed",
    step=COMMIT,
    outcome="refused" if ROOT else "failed",
    says=("cannot be written", "check its permissions"),
)
def read_only(b: Bench) -> Iterator[None]:
    folder = str(b.start.path / ".git")
    bind = subprocess.run(["mount", "--bind", folder, folder], capture_output=True)
    if bind.returncode == 0:
        undo = b.cleanup.enter_context(contextlib.ExitStack())
        undo.callback(subprocess.run, ["umount", "-l", folder], check=True)
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        yield
        undo.close()
        return
    if ROOT:
        pytest.skip("root may write everywhere, and a read-only mount is not allowed here")
    modes = {path: path.stat().st_mode for path in Path(folder).rglob("*") if path.is_dir()}
    undo = b.cleanup.enter_context(contextlib.ExitStack())
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
        undo.callback(path.chmod, mode)
    yield
    undo.close()


def _fill(place: Path) -> Path:
    """Use up the file system of `place` with one file."""
    file = place / "filler"
    with file.open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(b"\0" * 4096)
    return file


@fault(
    "disk full locally",
    at="changed",
    step=COMMIT,
    says=("the disk is full; free some space",),
    opens=8,
    disk=True,
)
def disk_full(b: Bench) -> Iterator[None]:
    filler = _fill(b.remote.parent)
    yield
    filler.unlink()


@fault(
    "disk full on the remote",
    at="committed",
    step="verify.push",
    says=("the remote could not store the push", "its disk may be full"),
)
def remote_full(b: Bench) -> Iterator[None]:
    disk = b.remote.with_name("disk")
    mount_small(disk, b.cleanup)
    shutil.copytree(b.remote, disk / "shop.git")
    b.url(str(disk / "shop.git"))
    filler = _fill(disk)
    yield
    filler.unlink()
