"""Where a drill is: its folders, addresses and tokens."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class World:
    """A drill on disk.

    ``checkout`` is the engineer's clone of the bare ``remote``. ``patch`` fixes what is live and contains its
    regression test. In the scenario ``worse-first``, ``bad_patch`` is the fix that makes it worse, and
    ``patch_after_bad`` leads from there to the right one.
    """

    root: Path
    checkout: Path
    remote: Path
    staging_url: str
    production_url: str
    patch: Path
    bad_patch: Path | None
    patch_after_bad: Path | None
    ticket: str
    expired_token: str
    valid_token: str
    scenario: str
    forge_url: str = ""
    """The page of the repository on the drill's own forge; empty if the drill has none."""

    @property
    def tool(self) -> Path:
        """tokenctl, which deploys and runs the service of this drill."""
        return self.root / "bin" / "tokenctl"
