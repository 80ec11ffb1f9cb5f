"""What a drill has prepared for the wizard: trusted commands, a fix, the facts of its ticket, and its story.

Apart from the command that starts a drill: the forms of these files are what `here` and the screens read.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from hotfix_tui.base import durable
from hotfix_tui.config import load as config
from hotfix_tui.config import trust as config_trust
from hotfix_tui.demo import here, story
from hotfix_tui.demo.build import World
from hotfix_tui.session import places

FACTS, KNOWN = "facts.json", "known.json"
"""The files with facts for the forms, and with those that an incident has from the beginning."""


def prepare(world: World) -> None:
    """Put everything next to the incidents of the drill's repository, where the wizard finds it."""
    checkout = str(world.checkout)
    trust(checkout)
    name = "first-try.patch" if world.scenario == "worse-first" else "fix.patch"
    fix(checkout, str(world.bad_patch or world.patch), story.brief(world), name=name)
    if world.scenario == "worse-first":
        _second_try(checkout, world)
    known = {**story.FACTS, "ticket": world.ticket}
    facts(checkout, known if world.scenario == "worse-first" else {**known, "fix.summary": story.FIX})
    facts(checkout, story.KNOWN, name=KNOWN)
    here.mark(_folder(checkout), world)


def trust(root: str) -> None:
    """Trust the configuration of the drill at `root`: every byte of it was written by the wizard."""
    config_trust.allow(Path(places.state_root()), config.load(root), root)


def fix(root: str, patch: str, told: str, *, name: str = "fix.patch") -> None:
    """Put the drill's fix where the step "make the change" offers it, and its story where the first screen shows it."""
    folder = _folder(root)
    durable.make_directory(folder)
    durable.replace(os.path.join(folder, name), Path(patch).read_bytes(), backup=False)
    durable.replace(os.path.join(folder, "story.txt"), told.encode(), backup=False)


def _second_try(root: str, world: World) -> None:
    """Offer what the second round needs after the first attempt: based on what is live, and on top of that attempt."""
    later = {"second-try.patch": world.patch, "second-try-on-top.patch": world.patch_after_bad}
    for name, patch in later.items():
        if patch is not None:
            durable.replace(os.path.join(_folder(root), name), patch.read_bytes(), backup=False)


def facts(root: str, known: dict[str, str], *, name: str = FACTS) -> None:
    """Put what is known of the drill's fault where the form finds it: shown there, and saved by the engineer.

    With the name `KNOWN` they are the incident's from the beginning.
    """
    folder = _folder(root)
    durable.make_directory(folder)
    durable.replace(os.path.join(folder, name), json.dumps(known).encode(), backup=False)


def _folder(root: str) -> str:
    return here.offers(places.session_root(root))
