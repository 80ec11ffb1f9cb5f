"""What a push, a tag and a release trigger here, put in words for the record."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple, cast

from hotfix_tui.base.ref_names import head_ref, tracking_ref
from hotfix_tui.config.model import Config
from hotfix_tui.detect.release_bots import TAG_BOT
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import Kind, On, Target, Trigger, Triggers
from hotfix_tui.detect.triggers import goes_out, read
from hotfix_tui.forges.address import parse_remote
from hotfix_tui.git.branch_lines import ENVIRONMENTS
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import committed_at
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.remote import remotes
from hotfix_tui.git.repository import discover, head
from hotfix_tui.incident.model.evidence.branch import TriggerSeen
from hotfix_tui.platforms.loader import PlatformError, load
from hotfix_tui.steps.branch.commit_tree import CommitTree
from hotfix_tui.steps.branch.remote import choose_remote, fetched_production
from hotfix_tui.steps.common.releases import made, of_checkout
from hotfix_tui.steps.common.set_off import as_seen

_LIKE, _PACKAGES = 3, 8
"""How many tags serve as examples for the next one: of this repository, of the packages in it."""

_COUNTED = re.compile(r"[vV]?[0-9]{1,6}")
"""A tag that only counts: no version, but what a project may release all the same."""

_SAID = 3
"""How many triggers of a kind a sentence names."""

_KEPT = 24
"""How many triggers the record keeps."""


@dataclass(frozen=True)
class TriggersRead:
    """The result, in the preflight's fields and as sentences to read."""

    fields: dict[str, object]
    sentences: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    """The sentences that ask something."""
    by_tag: str = ""
    """A sentence on what a tag starts that is not known to deploy or publish: worth a line, but not a warning."""
    old: list[str] = field(default_factory=list)
    """The sentences on pipelines of branches that nobody has moved for long: they say nothing of today's."""


class Outlook(NamedTuple):
    """What is triggered here, as sentences, and as the preflight keeps it."""

    lines: list[str]
    triggers: tuple[TriggerSeen, ...]
    published_unsure: str


def outlook(root: str, config: Config | None = None) -> Outlook:
    """Return what the preflight says of triggers for a checkout, without an incident and without the network."""
    git, config = Git(root), config or Config()
    try:
        remote, _ = choose_remote(git, config.git.remote, config.git.production)
        known = config.git.production or fetched_production(git, remote).name
        production = known or head(git).branch or "main"
        url = (remotes(git).get(remote) or [""])[0] if remote else ""
    except GitError:
        remote, production, url = "", config.git.production or "main", ""
    found = look(git, root, config, production, url, remote)
    kept = cast("tuple[TriggerSeen, ...]", found.fields["triggers"])
    lines = [*found.sentences, *([found.by_tag] if found.by_tag else [])]
    return Outlook(lines, kept, str(found.fields["published_unsure"]))


def look(
    git: Git, root: str, config: Config, production: str, remote_url: str, remote: str = ""
) -> TriggersRead:
    """Read pipelines and platform files: those of the production branch, as far as known here.

    Runs nothing but git.
    """
    place = parse_remote(remote_url) if remote_url else None
    name = "/".join(place.path.split("/")[-2:]) if place and place.kind != "none" else ""
    platform = config.deploy.platform if config.deploy.production is None else "command"
    seen = read(
        _files(git, root, production, remote),
        production,
        tags=_tags(git, root, config, remote_url),
        repository=name,
        platform=platform or "",
    )
    found = _found(seen, _configured(config, production), production)
    for sentence, old in _of_environments(git, production, remote, name):
        found.sentences.append(sentence)
        found.old.extend([sentence] if old else [])
    return found


def _files(git: Git, root: str, production: str, remote: str) -> Tree:
    """Return the files of the production branch; those of the checkout if it is at that commit, or nothing is known."""
    names = [tracking_ref(remote, production)] if remote else []
    try:
        heads = [commit for name in (*names, head_ref(production)) if (commit := resolve(git, name))]
        here = resolve(git, "HEAD")
    except GitError:
        return Tree(root)
    if not heads or (heads[0] == here and not discover(root).bare):
        return Tree(root)
    return CommitTree(git, heads[0])


_ENVIRONMENTS = 2
"""Of how many branches that show what is deployed the pipelines are read."""


_FORGOTTEN = timedelta(days=365)
"""A branch so far behind the production branch may still have the pipelines of its day."""


def _of_environments(git: Git, production: str, remote: str, repository: str) -> Iterator[tuple[str, bool]]:
    """Yield what a push to another branch that shows what is deployed sets off, which may be how it gets live; and
    whether nobody has moved that branch for long.
    """
    try:
        others = [name for name in ENVIRONMENTS if name != production]
        places = [remote] if remote else list(remotes(git))
        refs = [(name, _heads_of(places, name)) for name in others]
        heads = [
            (name, next((commit for ref in known if (commit := resolve(git, ref))), ""))
            for name, known in refs
        ]
        there = [(name, commit) for name, commit in heads if commit][:_ENVIRONMENTS]
        for name, commit in there:
            seen = goes_out(CommitTree(git, commit), name, production, repository)
            live = [trigger for trigger in seen if trigger.target.is_production]
            if live:
                now = next(
                    (head for ref in _heads_of(places, production) if (head := resolve(git, ref))), commit
                )
                moved = committed_at(git, commit)
                old = committed_at(git, now) - moved > _FORGOTTEN
                sure = any(trigger.sure for trigger in live) and not old
                verb = "deploys or publishes" if sure else "may deploy or publish"
                last = f", whose last commit is of {moved.date()}," if old else ""
                yield f"A push to {name}{last} {verb}: {_said(live)}.", old
    except GitError:
        return


def _heads_of(places: list[str], branch: str) -> list[str]:
    """Return the refs that may hold a branch, those of the remotes first."""
    return [*(tracking_ref(place, branch) for place in places), head_ref(branch)]


def _tags(git: Git, root: str, config: Config, remote_url: str) -> list[str]:
    """Return possible names of the next release's tag: the newest of ours, else of each package, else any."""
    try:
        known = of_checkout(git, root, config, remote_url)
    except GitError:
        return []
    ours = sorted(known.finals or known.pres or known.variants, key=made, reverse=True)[:_LIKE]
    counted = [tag for tag in known.unread if _COUNTED.fullmatch(tag.name)]
    counted = [tag for tag in counted if ours and made(tag) > made(ours[0])][:_LIKE]
    packages = [] if ours else sorted(known.others.values(), key=made, reverse=True)[:_PACKAGES]
    numbered = [tag for tag in known.unread if any(char.isdigit() for char in tag.name)]
    named = [tag.name for tag in (*known.finals[-1:], *ours, *counted, *packages) or numbered[:_LIKE]]
    return list(dict.fromkeys(named))


def _configured(config: Config, production: str) -> list[Trigger]:
    """Return what the configured platform does on a push."""
    platform = config.deploy.platform
    if not platform or config.deploy.production is not None:
        return []
    try:
        kind = load(platform).deploys_on_push
    except PlatformError:
        return []
    if kind == "never":
        return []
    what = f"{platform} deploys what is pushed to {production} if the project there follows this repository"
    return [Trigger(Kind.DEPLOYS, On.PUSH, what, "deploy.platform", sure=False)]


def _found(seen: Triggers, configured: list[Trigger], production: str) -> TriggersRead:
    push = [*configured, *seen.on(On.PUSH)]
    deploys = [trigger for trigger in push if trigger.sure and trigger.kind is Kind.DEPLOYS]
    publishes = [trigger for trigger in push if trigger.sure and trigger.kind is Kind.PUBLISHES]
    unsure = [trigger for trigger in push if not trigger.sure] if not deploys else []
    tag, release = seen.on(On.TAG), seen.on(On.RELEASE)
    elsewhere = [trigger for trigger in seen.elsewhere(On.PUSH) if trigger.target is not Target.DOCS]
    drafts = seen.drafts(On.TAG)
    sure = any(trigger.sure for trigger in (*push, *tag, *release)) or drafts
    said = {(trigger.file, trigger.job) for trigger in (*push, *tag, *release)}
    manual = [trigger for trigger in seen.on(On.MANUAL) if (trigger.file, trigger.job) not in said]
    by_person = sure and not any(
        trigger.sure and trigger.kind is Kind.DEPLOYS for trigger in (*push, *tag, *release)
    )
    if sure:
        # What goes out by itself is known; only how it gets to production then is worth a line.
        to = (Kind.DEPLOYS, Target.PRODUCTION)
        manual = [one for one in manual if by_person and one.sure and (one.kind, one.target) == to]
    bot = seen.bot
    hand = seen.on(On.HAND)
    certain = [trigger for trigger in hand if trigger.sure]
    fields: dict[str, object] = {
        "deploys_on_push": bool(deploys),
        "deploys_on_push_why": _pushed(deploys, production),
        "push_publishes_why": _said(publishes),
        "push_unsure": _said(unsure),
        "push_elsewhere": _said(elsewhere),
        "tag_deploys": any(trigger.sure for trigger in tag),
        "tag_deploys_why": _said([trigger for trigger in tag if trigger.sure]),
        "tag_unsure": _said(tag) if tag and not any(trigger.sure for trigger in tag) else "",
        "tag_drafts_why": _said(drafts),
        "tag_starts": _starts(seen),
        "release_why": _said(release),
        "manual_why": _said(manual),
        "by_hand_why": _said(certain),
        "published_unsure": "" if certain else _said(hand),
        "versions_by": bot.name if bot else "",
        "versions_by_place": bot.place if bot else "",
        "versions_publish": bool(bot and bot.publishes),
        "triggers": tuple(as_seen(trigger) for trigger in [*configured, *seen.triggers][:_KEPT]),
    }
    sentences, questions = _sentences(fields, production, elsewhere, sure=bool(sure))
    starts = fields["tag_starts"]
    also = "also " if fields["tag_deploys"] or fields["tag_unsure"] or fields["tag_drafts_why"] else ""
    return TriggersRead(
        fields, sentences, questions, f"A pushed version tag {also}starts: {starts}." if starts else ""
    )


def _pushed(deploys: list[Trigger], production: str) -> str:
    """Return why a push deploys: the first reason in full, with its place."""
    if not deploys:
        return ""
    return f"{deploys[0].file} deploys pushes to {production}: {_said(deploys)}"


def _sentences(
    fields: Mapping[str, object], production: str, elsewhere: list[Trigger], *, sure: bool
) -> tuple[list[str], list[str]]:
    """Return what to know about it before anything is pushed, and which of those sentences are questions.

    `sure` is whether something certainly goes out by a push, a tag or a release.
    """
    out: list[str] = []
    asked: list[str] = []
    if fields["deploys_on_push"]:
        out.append(f"A merge to {production} is the deployment: {fields['deploys_on_push_why']}.")
    if fields["push_publishes_why"]:
        out.append(f"A merge to {production} publishes: {fields['push_publishes_why']}.")
    if fields["push_unsure"]:
        asked.append(f"A merge to {production} may deploy or publish: {fields['push_unsure']}. "
                     "Say which it is: `set deploys.push yes` or `no`.")  # fmt: skip
        out.append(asked[-1])
    if fields["push_elsewhere"]:
        where = ", ".join(dict.fromkeys(trigger.target.value for trigger in elsewhere))
        out.append(
            f"A merge to {production} also goes to {where}, which is not production: {fields['push_elsewhere']}."
        )
    if fields["tag_deploys"]:
        out.append(f"A pushed version tag deploys or publishes: {fields['tag_deploys_why']}.")
    if fields["tag_unsure"]:
        asked.append(f"A pushed version tag may publish: {fields['tag_unsure']}. "
                     "Say which it is: `set deploys.tag yes` or `no`.")  # fmt: skip
        out.append(asked[-1])
    if fields["tag_drafts_why"]:
        out.append(f"A pushed version tag only makes a draft: {fields['tag_drafts_why']}. "
                   "Nothing is published until someone publishes the draft.")  # fmt: skip
    if fields["release_why"]:
        alone = "" if fields["tag_deploys"] or fields["tag_unsure"] else "; the tag alone does not"
        out.append(f"Publishing a release sets off: {fields['release_why']}{alone}.")
    if fields["manual_why"] and sure:
        out.append(f"The deployment to production is started by hand: {fields['manual_why']}.")
    elif fields["manual_why"]:
        known = "Nothing else here" if fields["push_unsure"] or fields["tag_unsure"] else "Nothing"
        out.append(f"{known} deploys by a push or tag; it is started by hand: {fields['manual_why']}.")
    if fields["by_hand_why"]:
        acts = fields["by_hand_why"]
        maybe = fields["push_unsure"] or fields["tag_unsure"] or fields["manual_why"]
        if_none = f"Unless one of these {acts}," if maybe else f"No pipeline here {acts}, so"
        follows = fields["versions_by"] == TAG_BOT
        out.append(f"{if_none} a person does{'; the tag follows' if follows else ', after the tag'}.")
    if fields["published_unsure"]:
        asked.append(f"Perhaps others install this and nobody here runs it: {fields['published_unsure']}. "
                     "Say which it is: `set published yes` or `no`.")  # fmt: skip
        out.append(asked[-1])
    if fields["versions_by"]:
        makes = "tags what is registered" if fields["versions_by"] == TAG_BOT else "makes versions and tags"
        who = re.sub(r"^a (?=\w)", "A ", str(fields["versions_by"]))
        out.append(f"{who} {makes} here ({fields['versions_by_place']}): "
                   "the wizard makes none.")  # fmt: skip
    return out, asked


def _said(triggers_: list[Trigger]) -> str:
    """Return the first few as one clause."""
    more = f"; and {len(triggers_) - _SAID} more" if len(triggers_) > _SAID else ""
    return "; ".join(trigger.sentence for trigger in triggers_[:_SAID]) + more


def _starts(seen: Triggers) -> str:
    """Return what a tag starts besides what deploys, publishes or drafts: requests first, then pipelines by name."""
    prepared = [trigger for trigger in seen.prepares(On.TAG) if not trigger.bot]
    told = {trigger.file for trigger in (*seen.on(On.TAG), *seen.drafts(On.TAG), *prepared)}
    others = [pipeline.sentence for pipeline in seen.by_tag if pipeline.file not in told]
    more = [f"{len(others) - _SAID} more"] if len(others) > _SAID else []
    return "; ".join([*([_said(prepared)] if prepared else []), *others[:_SAID], *more])
