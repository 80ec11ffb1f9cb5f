"""What the wizard needs and what it assumes here, checked one by one: git, the project, disk, terminal."""

import os
import shutil
import sys

from hotfix_tui.base.text import one_line
from hotfix_tui.config import load as config
from hotfix_tui.engine import doctor_project
from hotfix_tui.engine.checks import DoctorCheck
from hotfix_tui.engine.errors import EngineError
from hotfix_tui.engine.place import find_place
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.identity import identity
from hotfix_tui.git.process import Git
from hotfix_tui.git.repository import checked_version
from hotfix_tui.runner import scope
from hotfix_tui.session.errors import StoreError


def examine(start: str) -> list[DoctorCheck]:
    """Check everything, what an incident needs first; never raises because of a finding."""
    here, root = _repository(start)
    project: list[DoctorCheck] = []
    if root:
        project = doctor_project.examine(root)
    return [*_git(start), *here, *project, _python(), _space(start), _terminal(), *logind()]


FIRST = (
    "git",
    "repository",
    "configuration",
    "production",
    "test",
    "published",
    "platform",
    "forge",
    "smoke",
    "live",
    "lines",
)
"""If several things are missing, the most useful comes first."""


def missing(rows: list[DoctorCheck]) -> list[DoctorCheck]:
    """Return what is missing: what an incident cannot do without first, then in order of importance."""
    place = {name: number for number, name in enumerate(FIRST)}
    lacking = [row for row in rows if not row.ok]
    return sorted(lacking, key=lambda row: (not row.needed, place.get(row.name, len(FIRST))))


def _python() -> DoctorCheck:
    version = ".".join(map(str, sys.version_info[:3]))
    return DoctorCheck("python", sys.version_info >= (3, 11), f"Python {version}", True)


def _git(start: str) -> list[DoctorCheck]:
    try:
        version = checked_version()
    except GitError as problem:
        return [DoctorCheck("git", False, str(problem), True)]
    return [DoctorCheck("git", True, f"git {'.'.join(map(str, version))}", True)]


def _repository(start: str) -> tuple[list[DoctorCheck], str]:
    """Return the repository with its configuration, and its root; empty if there is none."""
    try:
        place = find_place(start)
    except (EngineError, StoreError) as problem:
        return [DoctorCheck("repository", False, str(problem), True)], ""
    out = [DoctorCheck("repository", True, place.root, True), DoctorCheck("sessions", True, place.sessions)]
    try:
        known = identity(Git(place.root))
        out.append(
            DoctorCheck(
                "identity", known.known, f"{known.name} <{known.email}>" if known.known else known.why
            )
        )
    except GitError as problem:
        out.append(DoctorCheck("identity", False, str(problem)))
    try:
        loaded = config.load(place.root)
        words = loaded.source.name if loaded.source else "no configuration: commands are detected"
        out.append(DoctorCheck("configuration", True, words))
    except config.ConfigError as problem:
        out.append(DoctorCheck("configuration", False, str(problem), True))
    out.append(_file_system(place.sessions))
    return out, place.root


def _file_system(path: str) -> DoctorCheck:
    """Warn about file systems with unreliable locks."""
    kind = _mount_kind(os.path.realpath(path))
    remote = kind.startswith(("nfs", "cifs", "smb", "fuse.sshfs", "9p"))
    text = f"{kind or 'unknown'} file system" + (
        "; locks may be lost when its server restarts: keep the repository on a local disk" if remote else ""
    )
    return DoctorCheck("locks", not remote, text)


def _mount_kind(path: str) -> str:
    best, kind = "", ""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                fields = line.split()
                where, after = fields[4], fields[fields.index("-") + 1]
                if (path == where or path.startswith(where.rstrip("/") + "/")) and len(where) >= len(best):
                    best, kind = where, after
    except (OSError, ValueError, IndexError):
        return ""
    return kind


def _space(start: str) -> DoctorCheck:
    try:
        free = shutil.disk_usage(start).free
    except OSError as problem:
        return DoctorCheck("disk", False, f"free space is unknown: {problem.strerror}")
    return DoctorCheck(
        "disk", free > 200_000_000, f"{free // 1_000_000} MB free (200 MB are wanted before a deploy)"
    )


def _terminal() -> DoctorCheck:
    term = os.environ.get("TERM", "")
    ok = bool(term) and term != "dumb"
    words = f"TERM={one_line(term, 40)}" if ok else "no usable TERM: the commands work, the screens do not"
    return DoctorCheck("terminal", ok, words)


def logind(booted: str = "/run/systemd/system") -> list[DoctorCheck]:
    """Return whether commands survive the end of the login session; nothing without systemd."""
    from pathlib import Path

    if not os.path.isdir(booted) or not shutil.which("busctl"):
        return []
    if not scope.logout_kills(Path(booted)):
        return [DoctorCheck("logout", True, "commands go on after you log out")]
    ends = "systemd ends your processes at logout (KillUserProcesses=yes)"
    if not shutil.which("systemd-run") or not os.environ.get("XDG_RUNTIME_DIR"):
        cure = "set KillUserProcesses=no in /etc/systemd/logind.conf, or stay logged in while something runs"
        return [
            DoctorCheck(
                "logout", False, f"{ends}, and there is no systemd-run to start them elsewhere: {cure}"
            )
        ]
    if not _lingers():
        cure = "let that live on after a logout: loginctl enable-linger"
        return [DoctorCheck("logout", False, f"{ends}; commands are started outside of the session: {cure}")]
    return [
        DoctorCheck("logout", True, "commands are started outside of the session and go on after you log out")
    ]


def _lingers() -> bool:
    """Return whether a user's processes outside of a session outlive the last session."""
    import subprocess

    argv = ["loginctl", "show-user", str(os.getuid()), "--property=Linger"]
    try:
        said = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=3, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.stdout.strip() == b"Linger=yes"
