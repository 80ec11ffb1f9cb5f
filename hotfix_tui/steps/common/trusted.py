"""Whether the configuration that the incident keeps may be acted on without a plan that a person has seen.

A probe runs by itself, when an incident is opened: in a repository that was only just cloned, nothing that its
configuration says may run before a person has read it.
"""

from pathlib import Path

from hotfix_tui.steps.contract import Context


def is_trusted(ctx: Context) -> bool:
    """Whether the incident's configuration was trusted for this repository; no file needs no trust."""
    from hotfix_tui.config.load import Loaded
    from hotfix_tui.config.trust import trusted
    from hotfix_tui.session.places import state_root

    doc = ctx.record.doc
    source = str(doc.get("config_source", ""))
    kept = Loaded(
        config=ctx.config,
        table=ctx.record.config,
        source=Path(source) if source else None,
        sha256=str(doc.get("config_sha256", "")),
    )
    return trusted(Path(state_root()), kept, str(doc.get("root", ctx.root)))
