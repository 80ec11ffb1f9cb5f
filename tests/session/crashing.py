"""A model of what a power cut may leave: it watches the calls of a save and lists every possible state of the disk.

`WatchedOs` carries out each call on real files and also tracks what a weak POSIX guarantees: data is durable after
fsync of the file, names are durable after fsync of the directory, in any subset of what is pending.
"""

import itertools
import os
from pathlib import Path


class Node:
    """One file: its content, and how much of it is durable."""

    def __init__(self, data=b""):
        self.data = data
        self.synced = b""

    def after_a_crash(self):
        """Every content that the file may have after a power cut now."""
        old, new = self.synced, self.data
        if old == new:
            return {new}
        if new.startswith(old):
            more = new[len(old) :]
            return {old, new, old + more[: len(more) // 2], old + bytes(len(more))}
        if old.startswith(new):
            return {old, new, old[: (len(old) + len(new)) // 2]}
        return {old, new, new[: len(new) // 2], bytes(len(new)), b""}


class WatchedOs:
    """The functions of `os` on the real files below `root`, and the states that a crash after each may leave."""

    def __init__(self, root, *, file_sync=True, directory_sync=True):
        self.root = root
        self.file_sync, self.directory_sync = file_sync, directory_sync
        self.names = {}
        self.durable = {}
        self.pending = []
        self.open_files = {}
        self.acked = 0
        self.trying = 0
        self.states = {}
        self.durable_directories = {root}
        for path in Path(root).rglob("*"):
            if path.is_dir():
                self.durable_directories.add(str(path))
                continue
            node = Node(path.read_bytes())
            node.synced = node.data
            self.names[str(path)] = self.durable[str(path)] = node

    def __getattr__(self, name):
        assert name in {"lstat", "fstat", "read", "pread"}, f"the model does not know {name}"
        return getattr(os, name)

    def open(self, path, flags, mode=0o777):
        fd = os.open(path, flags, mode)
        if not os.path.isdir(path):
            if path not in self.names:
                self.names[path] = Node()
                self._later("link", path, self.names[path])
            if flags & os.O_TRUNC:
                self.names[path].data = b""
        self.open_files[fd] = (path, self.names.get(path))
        self._look()
        return fd

    def write(self, fd, data):
        done = os.write(fd, data)
        path, node = self.open_files[fd]
        node.data = Path(path).read_bytes()
        self._look()
        return done

    def ftruncate(self, fd, size):
        os.ftruncate(fd, size)
        self.open_files[fd][1].data = self.open_files[fd][1].data[:size]
        self._look()

    def fchmod(self, fd, mode):
        os.fchmod(fd, mode)

    def fsync(self, fd):
        os.fsync(fd)
        path, node = self.open_files[fd]
        if node is None and self.directory_sync:
            for change in [change for change in self.pending if os.path.dirname(change[1]) == path]:
                self._carry_out(self.durable, self.durable_directories, change)
                self.pending.remove(change)
        elif node is not None and self.file_sync:
            node.synced = node.data
        self._look()

    def close(self, fd):
        os.close(fd)
        del self.open_files[fd]

    def link(self, path, other):
        os.link(path, other)
        self.names[other] = self.names[path]
        self._later("link", other, self.names[path])
        self._look()

    def rename(self, path, other):
        os.rename(path, other)
        if os.path.exists(path):
            return  # two names of one file: nothing happens
        node = self.names[other] = self.names.pop(path)
        self._later("rename", other, node, path)
        self._look()

    def unlink(self, path):
        os.unlink(path)
        del self.names[path]
        self._later("unlink", path, None)
        self._look()

    def mkdir(self, path, mode):
        os.mkdir(path, mode)
        self._later("mkdir", path, None)
        self._look()

    def acknowledged(self, generation):
        """The caller was told that `generation` is saved: nothing older may come back from now on."""
        self.acked = generation
        self._look()

    def _later(self, *change):
        self.pending.append(change)

    @staticmethod
    def _carry_out(names, directories, change):
        kind, path, node, *old = change
        if kind == "mkdir":
            directories.add(path)
            return
        if kind == "unlink":
            names.pop(path, None)
            return
        names[path] = node
        if kind == "rename":
            names.pop(old[0], None)

    def _look(self):
        """Add every state that a crash at this moment may leave, with what is acknowledged and what is attempted."""
        for keep in itertools.product((False, True), repeat=len(self.pending)):
            names, directories = dict(self.durable), set(self.durable_directories)
            for change, kept in zip(self.pending, keep):
                if kept:
                    self._carry_out(names, directories, change)
            names = {path: node for path, node in names.items() if os.path.dirname(path) in directories}
            nodes = list(dict.fromkeys(names.values()))
            for contents in itertools.product(*(sorted(node.after_a_crash()) for node in nodes)):
                of_node = dict(zip(nodes, contents))
                state = frozenset(
                    (os.path.relpath(path, self.root), of_node[node]) for path, node in names.items()
                )
                low, high = self.states.get(state, (self.acked, self.trying))
                self.states[state] = (max(low, self.acked), min(high, self.trying))
