"""What the guard says about one change: findings with a reason, a place and a stable name."""

import hashlib
from typing import NamedTuple

from hotfix_tui.base.text import one_line
from hotfix_tui.incident.model.evidence.base import Finding as KeptFinding


class GuardFinding(NamedTuple):
    """Something that does not belong in a hotfix.

    `key` identifies it together with `kind` and stays the same while the change around it grows; `content` is a hash
    of what was found, so that accepting it covers exactly that.
    """

    kind: str
    key: str
    text: str
    path: str = ""
    line: int = 0
    content: str = ""

    def kept(self) -> KeptFinding:
        """Return it in the form in which the record keeps it."""
        return KeptFinding(
            id=one_line(f"{self.kind}:{self.key}" if self.key else self.kind, 200),
            text=one_line(self.text, 300),
            path=one_line(self.path, 300),
            line=self.line,
            content=self.content,
            kind=self.kind,
        )


def digest(content: bytes | str) -> str:
    """Return a short hash of what was found."""
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()[:12]
