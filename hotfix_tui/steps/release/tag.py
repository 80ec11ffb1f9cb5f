"""release.tag: an annotated tag with the next patch version, on exactly the released commit, pushed alone."""

from typing import NamedTuple

from hotfix_tui.base.ref_names import tag_ref
from hotfix_tui.base.text import one_line
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import changes_not_in, commits_not_in
from hotfix_tui.git.identity import message_encoding
from hotfix_tui.git.push import push_args, sent_along
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.releases import Release, read
from hotfix_tui.git.remote import ASK_SECONDS, ls_remote, peeled
from hotfix_tui.git.tags import Tag as Named
from hotfix_tui.git.tags import all_tags, tags
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.model.evidence.release import Landed, Tagged
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.set_off import LEAVE_PINNED, MOVE_PINNED
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common.commands import git_command
from hotfix_tui.steps.common.outcome import failure_probe
from hotfix_tui.steps.common.production_branch import branch_ref
from hotfix_tui.steps.common.release_files import behind
from hotfix_tui.steps.common.releases import release, releases_of
from hotfix_tui.steps.common.set_off import left_to_publish, tag_sets_off, tag_starts
from hotfix_tui.steps.common.tag_names import base_tag, proposals, why_none
from hotfix_tui.steps.common.target_commit import wanted_commit
from hotfix_tui.steps.contract import (
    Choice,
    Command,
    Context,
    Plan,
    Probe,
    Step,
    asks,
    done,
    failed,
    not_done,
    refuse,
    refusing,
    unknown_if_git_fails,
)
from hotfix_tui.steps.guards import disclosure
from hotfix_tui.steps.landed.fix import refresh
from hotfix_tui.steps.release import floating


class Tag(Step):
    """Tags the release; done when the remote shows the tag on that commit."""

    id = catalog.RELEASE_TAG

    @unknown_if_git_fails
    def probe(self, ctx: Context) -> Probe:
        commit = released(ctx)
        if not commit:
            return not_done("there is no released commit yet")
        return _look(ctx, commit)

    def choices(self, ctx: Context) -> list[Choice]:
        """Return possible names of the next release, if its scheme leaves a choice; then the tags that stayed
        behind.
        """
        if pinned := floating.choices(ctx):
            return pinned
        try:
            commit = released(ctx)
            names = [] if commit and _own(ctx, commit) else proposals(ctx)
        except GitError:
            return []
        return (
            [Choice(proposal.name, proposal.name, proposal.why) for proposal in names]
            if len(names) > 1
            else []
        )

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        commit = released(ctx)
        if not commit:
            raise refuse(
                "It is not known yet which commit is released.", "Look: `do release.confirm`.", self.id
            )
        with refusing("Fix that, then tag again.", self.id):
            return self._plan(ctx, commit, choice)

    def _plan(self, ctx: Context, commit: str, choice: str) -> Plan:
        there = _remote_tags(ctx)
        mine = _own(ctx, commit)
        if choice in (MOVE_PINNED, LEAVE_PINNED):
            return floating.plan(ctx, there, mine.name if mine else "", commit, choice)
        if not mine and not choice and (later := _tagged_later(ctx, commit, there)):
            cure = "Take that as the release: `probe release.tag`; or name another: `do release.tag --choose NAME`."
            raise refuse(f"There is a release with the fix: {later.clause}.", cure, self.id)
        name = mine.name if mine else _next(ctx, there, choice)
        on_remote = peeled(there, tag_ref(name))
        if on_remote not in (None, commit):
            raise refuse(
                f"The tag {name} points to {commit[:7]} here, but to {on_remote[:7]} on {ctx.remote}.",
                f"Compare them, then delete the local one (git tag -d {name}).",
                self.id,
            )
        if mine and on_remote == commit and (left := _pinned(ctx, there, name, commit)).state == "asks":
            raise refuse(f"{left.why}.", f"Choose one: `do {self.id} --choose {MOVE_PINNED}`.", self.id)
        commands: list[Command] = []
        if mine is None:
            text = f"Hotfix: {one_line(embargo.title(ctx.record)) or ctx.record.id}"
            args = ("tag", "-a", "-m", text, "--end-of-options", name, commit)
            commands.append(git_command(ctx, *message_encoding(ctx.git), *args))
        if ctx.remote and on_remote is None:
            commands.append(
                git_command(
                    ctx,
                    *push_args(ctx.git, ctx.remote, f"refs/tags/{name}:refs/tags/{name}"),
                    network=True,
                )
            )
        late = [f"{item.sentence}." for item in behind(ctx, ctx.git, commit, name)]
        warnings = late + ([*tag_sets_off(ctx, name, commit), *sent_along(ctx.git)] if ctx.remote else [])
        warnings = [*(disclosure.before_release(ctx, "the tag") if ctx.remote else []), *warnings]
        warnings += floating.before_the_tag(ctx, there, name, commit)
        return Plan(
            f"Tag {commit[:7]} as {name}" + (f" and push the tag to {ctx.remote}" if ctx.remote else ""),
            commands=commands,
            locks=["production"],
            timeout=300,
            warnings=warnings,
            starts=tag_starts(ctx, commit) if ctx.remote else "",
            known=Tagged(name, commit),
        )

    def apply(self, ctx: Context, choice: str = "") -> Probe | None:
        if choice != LEAVE_PINNED:
            return None
        seen = self.probe(ctx)
        tagged = Tagged.from_dict(seen.evidence)
        if seen.state != "asks":
            return seen
        these = " and ".join(tagged.behind)
        return done(f"{tagged.tag} stands; {these} left there", tagged.but(behind=(), left=tagged.behind))

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        result = self.probe(ctx)
        moved = bool(ctx.seen(Tagged).behind)
        bad = failure_probe(run, directory, "The tag") if moved or result.state != "done" else None
        if result.state == "asks" and not bad:
            return result
        if (
            result.state in ("done", "asks") and bad
        ):  # the release is tagged, but what users pin was not moved
            return failed(bad.why, Tagged.from_dict(result.evidence))
        return bad or (failed(result.why) if result.state == "not-done" else result)


def released(ctx: Context) -> str:
    """Return the commit that gets the tag: one with exactly the files that were deployed to production.

    Merge-first that is what landed. Deploy-first it is what landed only if nothing else landed with it, otherwise
    what was deployed; before any deployment only if the tag comes first.
    """
    if policy.order(ctx.record) != policy.DEPLOY_FIRST:
        return wanted_commit(ctx)
    if ctx.landed and ctx.seen(Landed).same_tree and not _tagged(ctx):
        return ctx.landed
    if policy.tag_placement(ctx.record) == "before-deploy":
        return ctx.commit
    # A rollback forgets the deployment, but not its tag.
    tagged = ctx.seen(Tagged).commit if _tagged(ctx) else ""
    return ctx.seen(Deployed).commit or tagged


def _tagged(ctx: Context) -> bool:
    """Return whether the tag is already on what was deployed; it then stays there."""
    tagged = ctx.seen(Tagged).commit
    return ctx.record.entry(catalog.RELEASE_TAG).get("state") == "done" and tagged in (
        ctx.commit,
        ctx.seen(Deployed).commit,
    )


def _next(ctx: Context, there: dict[str, str], choice: str) -> str:
    """Return the name of the next release: as chosen, otherwise the only one that its scheme allows. Raises Refused."""
    taken = {ref.removeprefix("refs/tags/").removesuffix("^{}") for ref in there}
    names = proposals(ctx, taken)
    if choice:
        return _chosen(ctx, choice, taken)
    if not names:
        cure = 'Name it: `do release.tag --choose NAME`, or set git.tag = "off".'
        raise refuse(why_none(releases_of(ctx)), cure, Tag.id)
    if len(names) > 1:
        ways = ", ".join(f"{proposal.name} ({proposal.why})" for proposal in names[:4])
        named = f"do {Tag.id} --choose {names[0].name}"
        raise refuse(
            f"Which version comes next is not clear here: {ways}.", f"Choose one: `{named}`.", Tag.id
        )
    return names[0].name


def _chosen(ctx: Context, name: str, taken: set[str]) -> str:
    """Return a name given by the engineer. Raises Refused if it is not a release's, or is taken."""
    try:
        ctx.git.text("check-ref-format", tag_ref(name))
        known = read(name, ctx.config.git.tag_pattern or None) is not None and not name.startswith("-")
    except GitError:
        known = False
    if not known:
        raise refuse(
            f"{one_line(name, 60)!r} is not the name of a release.", "Give one such as v1.2.4.", Tag.id
        )
    if name in taken or name in tags(ctx.git):
        raise refuse(f"There is a tag {name} already.", "Give another name.", Tag.id)
    return name


def _own(ctx: Context, commit: str) -> Named | None:
    """Return the release tag already at `commit`, if it is not the base's."""
    base = base_tag(ctx)
    here = all_tags(ctx.git, ctx.config.git.tag_pattern or None, points_at=commit)
    own = [tag for tag in here if tag.release is not None and tag.name != base]
    return max(own, key=lambda tag: release(tag).rank, default=None)


def _remote_tags(ctx: Context) -> dict[str, str]:
    return ls_remote(ctx.git, ctx.remote, ["refs/tags/*"], timeout=ASK_SECONDS) if ctx.remote else {}


def _look(ctx: Context, commit: str) -> Probe:
    """Return whether there is a version tag at `commit`, on the remote if there is one."""
    own = _own(ctx, commit)
    name = own.name if own else _named_on_remote(ctx, commit)
    if not name and (later := _tagged_later(ctx, commit, _remote_tags(ctx), fetches=True)):
        seen = Tagged(tag=later.tag, commit=later.commit, holds=commit)
        return done(f"it was tagged outside the wizard: {later.clause}", seen)
    name = name or ctx.seen(Tagged).tag
    if not name:
        return not_done(f"no version tag points to {commit[:7]}")
    if not ctx.remote:
        here = resolve(ctx.git, tag_ref(name))
        return (
            done("", Tagged(name, commit), adds=True)
            if here == commit
            else not_done(f"there is no tag {name} at {commit[:7]}")
        )
    every = _remote_tags(ctx)
    there = peeled(every, tag_ref(name))
    if there == commit:
        return _pinned(ctx, every, name, commit)
    if there is None:
        return not_done(f"the tag {name} is not on {ctx.remote} yet")
    return failed(
        f"the tag {name} points to {there[:7]} on {ctx.remote}, not to {commit[:7]}; take the next version"
    )


def _pinned(ctx: Context, there: dict[str, str], name: str, commit: str) -> Probe:
    """Return that the release is tagged: done, unless tags that users pin stay behind and nobody has allowed that."""
    said = f"{name} points to {commit[:7]} on {ctx.remote}"
    before = ctx.seen(Tagged)
    left = before.left if (before.tag, before.commit) == (name, commit) else ()
    behind = tuple(tag for tag in floating.behind(ctx, there, name, commit) if tag not in left)
    seen = Tagged(tag=name, commit=commit, behind=behind, left=left)
    if not behind:
        return done("; ".join(filter(None, (said, left_to_publish(ctx, name)))), seen)
    return asks(floating.question(behind, name, floating.standing(ctx, there, behind[0])), seen)


def _named_on_remote(ctx: Context, commit: str) -> str:
    """Return a version tag of the remote at `commit` that was never fetched here."""
    if not ctx.remote:
        return ""
    there = _remote_tags(ctx)
    known = tags(ctx.git)
    names = {ref.removeprefix("refs/tags/").removesuffix("^{}") for ref in there}
    unfetched = [
        name
        for name in names
        if name not in known
        and peeled(there, tag_ref(name)) == commit
        and read(name, ctx.config.git.tag_pattern or None) is not None
    ]
    return min(unfetched, default="")


_MOST = 2_000
"""Commits after the fix that are examined."""


class _Later(NamedTuple):
    """A release's tag, its commit, and how many commits that is after the fix."""

    tag: str
    commit: str
    after: int

    @property
    def clause(self) -> str:
        """Its place, as a clause."""
        count = f"{self.after} commit{'s' if self.after != 1 else ''}"
        return f"{self.tag} points to {self.commit[:7]}, {count} after the fix, and holds it"


def _tagged_later(
    ctx: Context, commit: str, there: dict[str, str], *, fetches: bool = False
) -> _Later | None:
    """Return the lowest release of this line on a commit later than `commit`, which carries the fix.

    Many teams raise the version in a separate commit, and tag that. Another tag of ours would be a second release of
    the same fix, with an older tree than the first. `there` are the tags of the remote, with their commits; with
    `fetches` a branch that moved since is fetched.
    Raises GitError.
    """
    base = read(base_tag(ctx), ctx.config.git.tag_pattern or None)
    if base is None or not ctx.landed:
        return None
    named = _higher(ctx, base, there)
    if not named:
        return None
    if fetches and ctx.remote and any(resolve(ctx.git, sha) is None for _, sha in named):
        refresh(ctx, ctx.landing)
    tip = resolve(ctx.git, branch_ref(ctx, ctx.landing))
    if tip is None:
        return None
    since = set(commits_not_in(ctx.git, tip, commit, limit=_MOST))
    held = [(release.rank, release.name, sha) for release, sha in named if sha in since]
    if not held:
        return None
    _, name, sha = min(held)
    return _Later(name, sha, len(changes_not_in(ctx.git, sha, commit)))


def _higher(ctx: Context, base: Release, there: dict[str, str]) -> list[tuple[Release, str]]:
    """Return the final releases of the base's series above it, with the commit of each."""
    known = dict(tags(ctx.git)) if not ctx.remote else {}
    names = set(known) or {ref.removeprefix("refs/tags/").removesuffix("^{}") for ref in there}
    out = []
    for name in names:
        release = read(name, ctx.config.git.tag_pattern or None)
        if release is None or not release.final or release.series != base.series or release.rank <= base.rank:
            continue
        at = known.get(name) or peeled(there, tag_ref(name))
        if at:
            out.append((release, at))
    return out


STEPS = (Tag(),)
