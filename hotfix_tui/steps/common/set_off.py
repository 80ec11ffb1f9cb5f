"""What merge, tag and release trigger, in sentences for plans and instructions."""

from hotfix_tui.base.ref_names import head_ref
from hotfix_tui.detect.release_bots import TAG_BOT
from hotfix_tui.detect.skip_marks import skip_mark
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_types import Started, Trigger
from hotfix_tui.detect.triggers import goes_out, started
from hotfix_tui.git.history import commit_info
from hotfix_tui.incident.model.evidence.branch import TriggerSeen
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.evidence.release import Tagged
from hotfix_tui.incident.rules import set_off
from hotfix_tui.steps.common.forge import repository
from hotfix_tui.steps.contract import Context, if_git_fails

_ANSWER = "Say which it is: `set {fact} yes` or `set {fact} no`; until then it is confirmed like production."


def as_seen(trigger: Trigger) -> TriggerSeen:
    """Return a trigger as the preflight keeps it."""
    return TriggerSeen(
        trigger.kind.value, trigger.on.value, trigger.what, trigger.place, trigger.job, trigger.environment,
        trigger.target.value, trigger.sure, trigger.condition, trigger.bot, trigger.ships.value,
        trigger.goes_to.value,
    )  # fmt: skip


def merge_sets_off(ctx: Context) -> list[str]:
    """Return what to read before the merge: what it deploys or publishes, certainly or possibly."""
    seen = set_off.preflight(ctx.record)
    said = str(ctx.record.fact("deploys.push") or "")
    if said == "no":
        return []
    out = []
    if set_off.push_deploys(ctx.record):
        why = seen.deploys_on_push_why or seen.push_unsure or ("you said so" if said else "")
        out.append(f"A push to {ctx.landing} deploys to production" + (f": {why}." if why else "."))
    if seen.push_publishes_why:
        out.append(f"A push to {ctx.landing} publishes: {seen.push_publishes_why}.")
    if seen.push_unsure and not said and not seen.deploys_on_push:
        out.append(
            f"A push to {ctx.landing} may deploy or publish: {seen.push_unsure}. {answer('deploys.push')}"
        )
    if seen.versions_by == TAG_BOT:
        out.append(f"{TAG_BOT} tags the version of the fix once it is registered ({seen.versions_by_place}): a person "
                   "registers it after the merge.")  # fmt: skip
    elif seen.versions_by and not seen.versions_publish:
        out.append(f"{seen.versions_by} prepares the release after the merge ({seen.versions_by_place}); "
                   "it goes out when its own request is merged.")  # fmt: skip
    if out and (mark := skip_mark(_message(ctx, ctx.commit), ".github/workflows/")):
        out.append(f"The message of {ctx.commit[:7]} says {mark}: a squash or a rebase may keep that, and then what "
                   "lands starts nothing.")  # fmt: skip
    return out


def tag_sets_off(ctx: Context, name: str, commit: str) -> list[str]:
    """Return what to read before the tag of `commit` is pushed."""
    seen = set_off.preflight(ctx.record)
    said = str(ctx.record.fact("deploys.tag") or "")
    out = []
    if kept := kept_from_starting(ctx, commit):
        out.append(kept)
    elif said != "no" and (seen.tag_deploys or said == "yes"):
        why = seen.tag_deploys_why or seen.tag_unsure or ("you said so" if said else "")
        out.append("A pushed version tag deploys or publishes" + (f": {why}." if why else "."))
    elif seen.tag_unsure and not said:
        out.append(f"A pushed version tag may publish: {seen.tag_unsure}. {answer('deploys.tag')}")
    if seen.tag_drafts_why and not kept:
        out.append(f"The tag makes a draft of the release {name} ({seen.tag_drafts_why}): "
                   "nothing is published until you publish that draft.")  # fmt: skip
    if seen.release_why and not out:
        out.append(f"The tag alone deploys and publishes nothing: publish the release {name} after it; "
                   f"that sets off: {seen.release_why}.")  # fmt: skip
    elif seen.release_why:
        out.append(f"Publishing the release {name} afterwards sets off: {seen.release_why}.")
    return out


def left_to_publish(ctx: Context, name: str) -> str:
    """Return what a person still has to do for the release of a tag that was pushed, as a clause; empty for nothing."""
    seen = set_off.preflight(ctx.record)
    then = f", which sets off: {seen.release_why}" if seen.release_why else ""
    if seen.tag_drafts_why:
        return f"publish the draft of {name} when its files are there{then}"
    return f"publish the release of {name}{then}; the tag alone does not" if then else ""


def tag_starts(ctx: Context, commit: str) -> str:
    """Return what else the pushed tag of `commit` starts, as a sentence; empty if unknown."""
    seen = set_off.preflight(ctx.record)
    if not seen.tag_starts or kept_from_starting(ctx, commit):
        return ""
    also = seen.tag_deploys or seen.tag_unsure or seen.tag_drafts_why
    return f"The tag {'also ' if also else ''}starts: {seen.tag_starts}."


def branch_starts(ctx: Context) -> tuple[str, list[str]]:
    """Return what pushing the hotfix branch starts, as a sentence, empty if unknown; and what that publishes."""
    repo = repository(ctx)
    tree, name = Tree(ctx.worktree), "/".join(repo.path.split("/")[-2:])
    changed = [file.path for file in ctx.seen(Changed).files]
    message = _message(ctx, ctx.commit)
    started_here = started(tree, head_ref(ctx.branch), ctx.production, name, changed)
    pipelines = [pipeline for pipeline in started_here if not skip_mark(message, pipeline.file)]
    out = [
        trigger
        for trigger in goes_out(tree, ctx.branch, ctx.production, name)
        if trigger.sure and not skip_mark(message, trigger.file)
    ]
    heed = [f"Pushing this branch {trigger.sentence}." for trigger in out[:_SAID]]
    if len(pipelines) < len(started_here):
        kept = [pipeline for pipeline in started_here if pipeline not in pipelines]
        mark = skip_mark(message, kept[0].file)
        heed.append(f"The commit's message says {mark}: that keeps {_named(kept)} from starting.")
    if not pipelines:
        return "", heed
    # A directory runs no pipeline; whoever mirrors it to a forge starts them there.
    here = "This starts CI" if repo.host else "A forge that takes it from there starts CI"
    return f"{here}: {_named(pipelines)}" + ("." if out else "; nothing else is known of."), heed


def _named(pipelines: list[Started]) -> str:
    more = f" and {len(pipelines) - _SAID} more" if len(pipelines) > _SAID else ""
    return f"{', '.join(pipeline.sentence for pipeline in pipelines[:_SAID])}{more}"


@if_git_fails("")
def _message(ctx: Context, commit: str) -> str:
    """Return the whole message of a commit; empty if it cannot be read."""
    made = commit_info(ctx.git, commit) if commit else None
    return f"{made.subject}\n\n{made.body}" if made else ""


def kept_from_starting(ctx: Context, commit: str) -> str:
    """Return that the message of `commit` keeps what its tag would start from starting, as a sentence; else empty."""
    seen = set_off.preflight(ctx.record)
    starts = [seen.tag_deploys_why, seen.tag_unsure, seen.tag_drafts_why, seen.tag_starts]
    mark = next((mark for file in starts if file and (mark := skip_mark(_message(ctx, commit), file))), "")
    if not mark:
        return ""
    return (
        f"The message of {commit[:7]} says {mark}: a push of its tag starts no pipeline. Tag a commit without that, or "
        "start by hand what the tag would."
    )


_SAID = 3
"""How many pipelines a sentence names."""


def answer(fact: str) -> str:
    """Return how to answer a question about a trigger."""
    return _ANSWER.format(fact=fact)


def goes_out_by(ctx: Context, commit: str) -> str:
    """Return how the fix reaches users if no command and no platform deploys it, in numbered lines; empty if
    unknown.
    """
    seen = set_off.preflight(ctx.record)
    tag = ctx.seen(Tagged).tag
    lines = []
    if seen.versions_by == TAG_BOT:
        lines.append("Register the version that holds the fix: comment `@JuliaRegistrator register` on the commit that "
                     f"landed. {TAG_BOT} tags it once the registry has taken it.")  # fmt: skip
    elif seen.versions_by and not seen.versions_publish:
        lines.append(f"{seen.versions_by} has opened or updated its release request after the merge: "
                     "look that it holds the fix, and merge it; that makes version, tag and release.")  # fmt: skip
    elif seen.push_publishes_why:
        lines.append(
            f"The merge set off: {seen.push_publishes_why}. Look how it ended{_page(seen.web, 'actions')}."
        )
    if tag and set_off.tag_acts(ctx.record):
        why = seen.tag_deploys_why or seen.tag_unsure
        lines.append(f"The tag {tag} set off: {why}. Look how it ended{_page(seen.web, 'actions')}.")
    if tag and seen.tag_drafts_why:
        after = f"; that sets off: {seen.release_why}" if seen.release_why else ""
        lines.append(
            f"The tag {tag} made a draft of the release ({seen.tag_drafts_why}), which nobody gets yet. When its files "
            f"are there, publish the draft{_page(seen.web, 'releases')}"
            + (f", or: gh release edit {tag} --draft=false" if seen.forge == "github" else "")
            + f"{after}."
        )
    elif tag and seen.release_why:
        lines.append(
            f"Publish the release of {tag}, which the tag alone does not do{_page(seen.web, f'releases/new?tag={tag}')}"
            + (
                f", or: gh release create {tag} --verify-tag --generate-notes"
                if seen.forge == "github"
                else ""
            )
            + f". It sets off: {seen.release_why}."
        )
    if not lines and seen.manual_why:
        lines.append(f"It is started by hand: {seen.manual_why}{_page(seen.web, 'actions')}.")
    if not lines:
        return ""
    if seen.by_hand_why:
        lines.append(f"A person {seen.by_hand_why}: do that, too, if nothing of this did.")
    lines.append(f"When {tag or commit[:12]} is out and serves users, tick the step.")
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _page(web: str | None, path: str) -> str:
    """Return the forge page to check, in brackets; empty if there is none."""
    return f" ({web}/{path})" if web and web.startswith("https://github") else ""
