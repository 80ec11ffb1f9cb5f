"""Tags that move with each release (`v4` for `v4.2.1`): users who pin one get the fix only once it is moved.

Workflows pin actions by such a tag, and so do charts, modules and images. The release's own tag does not move it.

Apart from `tag`, which never moves one: this does, each with a lease of its own.
"""

from collections.abc import Sequence

from hotfix_tui.base.ref_names import tag_ref
from hotfix_tui.base.text import one_line
from hotfix_tui.git.push import push_args
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.releases import Release, read
from hotfix_tui.git.remote import peeled
from hotfix_tui.incident.model.evidence.release import Tagged
from hotfix_tui.incident.rules.set_off import LEAVE_PINNED, MOVE_PINNED
from hotfix_tui.steps.common.commands import git_command
from hotfix_tui.steps.contract import Choice, Command, Context, Plan, if_git_fails, refuse

_MOVES = r"update-semver|publish-action|update-major|major-tag|git tag (-a )?(-f|--force)|refs/tags/v?\$"
"""What a workflow does that moves such tags by itself, as a pattern for git grep."""


def behind(ctx: Context, there: dict[str, str], name: str, commit: str) -> tuple[str, ...]:
    """Return the remote's tags that should point at the release `name` and point elsewhere.

    `there` is what the remote has, by ref. A tag counts if it names fewer numbers than the release, the same ones,
    and points at an earlier release with these numbers: otherwise it is a release of its own. Nothing is moved back:
    if there is a higher release with these numbers, the tag belongs to that one.
    """
    new = _read(ctx, name)
    if new is None or len(new.texts) < 2 or not new.final:
        return ()
    others = [release for ref in there if (release := _read(ctx, _tag_of(ref))) and release.name != name]
    out = []
    for length in range(len(new.texts) - 1, 0, -1):
        tag = new.before + new.separator.join(new.texts[:length]) + new.after
        at = peeled(there, tag_ref(tag))
        if at in (None, commit):
            continue
        line = [
            release
            for release in others
            if release.before == new.before
            and release.after == new.after
            and release.final
            and len(release.texts) == len(new.texts)
            and release.texts[:length] == new.texts[:length]
        ]
        stands = any(peeled(there, tag_ref(release.name)) == at for release in line)
        if stands and all(release.rank < new.rank for release in line):
            out.append(tag)
    return tuple(out)


def standing(ctx: Context, there: dict[str, str], tag: str) -> str:
    """Return where a moving tag points on the remote, in people's terms: the release there, with its commit."""
    at = peeled(there, tag_ref(tag)) or ""
    names = {_tag_of(ref) for ref in there if peeled(there, tag_ref(_tag_of(ref))) == at}
    known = [
        release
        for release in (_read(ctx, name) for name in names)
        if release is not None and release.name != tag
    ]
    best = max(known, key=lambda release: (len(release.texts), release.rank), default=None)
    return f"{best.name} ({at[:7]})" if best else at[:7]


def before_the_tag(ctx: Context, there: dict[str, str], name: str, commit: str) -> list[str]:
    """Return what to read before the release is tagged: what stays behind, and what to do then."""
    out = []
    for tag in behind(ctx, there, name, commit):
        by = moved_by(ctx, commit)
        then = (
            f"{by} may move it; the step looks whether it did"
            if by
            else f"the next choice of this step moves it: `do release.tag --choose {MOVE_PINNED}`"
        )
        at = standing(ctx, there, tag)
        out.append(
            f"Whoever pins {tag} gets what it points to, {at}: the tag {name} does not move it; {then}."
        )
    return out


def question(tags: Sequence[str], name: str, where: str) -> str:
    """Return the question asked while tags stay behind: a clause."""
    these = " and ".join(tags)
    point = "points" if len(tags) == 1 else "point"
    return (
        f"{name} is there, but {these}, which users pin, still {point} to {where}: "
        f"`do release.tag --choose {MOVE_PINNED}` moves {'it' if len(tags) == 1 else 'them'}, "
        f"`--choose {LEAVE_PINNED}` leaves {'it' if len(tags) == 1 else 'them'} there"
    )


def choices(ctx: Context) -> list[Choice]:
    """Return what can be done with the tags that stayed behind; none if none did."""
    seen = ctx.seen(Tagged)
    if not seen.behind:
        return []
    these = " and ".join(seen.behind)
    return [
        Choice(MOVE_PINNED, f"Move {these} to {seen.tag}", "who pins it runs it from then on"),
        Choice(LEAVE_PINNED, f"Leave {these} there", f"who pins it does not get {seen.tag}"),
    ]


def plan(ctx: Context, there: dict[str, str], name: str, commit: str, choice: str) -> Plan:
    """Return the plan for the choice. Raises Refused if there is nothing to choose."""
    tags = behind(ctx, there, name, commit)
    these = " and ".join(tags)
    if not tags or peeled(there, tag_ref(name)) != commit:
        raise refuse(
            "No tag that users pin stays behind this release.", "Look: `probe release.tag`.", Tagged.STEP
        )
    if choice == LEAVE_PINNED:
        return Plan(f"Leave {these} where it is: whoever pins it does not get {name}")
    leases, refs = [], []
    for tag in tags:
        was = there[tag_ref(tag)]
        leases.append(f"--force-with-lease=refs/tags/{tag}:{was}")
        refs.append(f"{commit}:refs/tags/{tag}")
    commands: list[Command] = [
        git_command(ctx, *push_args(ctx.git, ctx.remote, *refs, lease=leases), network=True)
    ]
    said = [
        f"{tag} points to {standing(ctx, there, tag)} and moves to {name} ({commit[:7]})." for tag in tags
    ]
    said.append(f"Whoever pins {these} runs the fix from the next start on, without a change of theirs.")
    own = [tag for tag in tags if _here(ctx, tag) not in ("", commit)]
    said += [
        f"Your own tag {tag} stays as it is: git fetch {ctx.remote} +refs/tags/{tag}:refs/tags/{tag} brings it after."
        for tag in own
    ]
    return Plan(
        f"Move {these} to {name} on {ctx.remote}",
        commands=commands,
        locks=["production"],
        timeout=300,
        warnings=said,
        known=Tagged(name, commit),
    )


@if_git_fails("")
def moved_by(ctx: Context, commit: str) -> str:
    """Return the workflow of `commit` that moves such tags by itself, as far as its text says; otherwise empty."""
    options = (
        "grep",
        "-l",
        "-z",
        "-i",
        "-I",
        "-E",
        "--no-color",
        "-e",
        _MOVES,
        commit,
        "--",
        ".github/workflows/",
    )
    lines = ctx.git.text(*options, ok=(0, 1))
    return one_line(lines.split("\0")[0].partition(":")[2], 120)


@if_git_fails("")
def _here(ctx: Context, tag: str) -> str:
    return resolve(ctx.git, tag_ref(tag)) or ""


def _tag_of(ref: str) -> str:
    return ref.removeprefix("refs/tags/").removesuffix("^{}")


@if_git_fails(None)
def _read(ctx: Context, name: str) -> Release | None:
    return read(name, ctx.config.git.tag_pattern or None)
