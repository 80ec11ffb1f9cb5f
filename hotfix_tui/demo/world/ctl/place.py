"""Where one drill lives: its folder, its ports, and the arguments of its processes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

ENVIRONMENTS = ("staging", "production")
SETTINGS = "drill.json"


class CtlError(Exception):
    """An error that a person can fix; the text is one sentence."""


class Place(NamedTuple):
    """One drill.

    ``token`` is in the arguments of every process of this drill and of no other. ``pace`` scales the delays of a
    deployment (0: none), ``idle_seconds`` is how long the servers live without a call of tokenctl.
    """

    root: Path
    token: str
    ports: dict[str, int]
    traffic: list[str]
    pace: float
    idle_seconds: float
    forge_port: int | None = None
    """The port of the drill's forge, if it has one."""

    def folder(self, environment: str) -> Path:
        """Return the folder of one environment; CtlError for an unknown name."""
        if environment not in ENVIRONMENTS:
            raise CtlError(f"There is no environment {environment!r}; choose staging or production.")
        return self.root / "servers" / environment

    def url(self, environment: str) -> str:
        """Return the address of one environment, without a trailing slash."""
        return f"http://127.0.0.1:{self.ports[environment]}"

    @property
    def hosts(self) -> list[Path]:
        """The folders in which the processes of this drill record their identity."""
        forge = [self.root / "forge"] if self.forge_port is not None else []
        return [*(self.folder(environment) for environment in ENVIRONMENTS), *forge]

    @property
    def activity(self) -> Path:
        """The file whose mtime says when tokenctl was last called."""
        return self.root / "servers" / "activity"

    @property
    def keys(self) -> Path:
        """The signing keys, one per line."""
        return self.root / "servers" / "keys"


def load(root: Path) -> Place:
    """Read the drill in a folder; CtlError if there is none."""
    try:
        settings: dict[str, Any] = json.loads((root / SETTINGS).read_text(encoding="utf-8"))
        return Place(
            root=root,
            token=settings["process_token"],
            ports={name: int(settings["ports"][name]) for name in ENVIRONMENTS},
            traffic=list(settings["traffic"]),
            pace=float(settings["pace"]),
            idle_seconds=float(settings["idle_seconds"]),
            forge_port=settings.get("forge_port"),
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise CtlError(f"{root} holds no drill: its {SETTINGS} is missing or damaged.") from None
