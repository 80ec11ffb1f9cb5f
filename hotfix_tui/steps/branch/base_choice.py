"""The base that a choice leads to, with its evidence, or a question because the evidence is thin.

The evidence is what was taken, from which source, and on which branch the fix for it lands.
"""

from datetime import datetime
from typing import NamedTuple

from hotfix_tui.base.ref_names import tag_ref
from hotfix_tui.base.text import one_line
from hotfix_tui.git.branch_lines import ENVIRONMENTS, line_of
from hotfix_tui.git.history import is_ancestor
from hotfix_tui.git.refs import resolve
from hotfix_tui.incident.model.evidence.branch import BY_BRANCH, BY_TAG, Base, Candidate, Heard, Preflight
from hotfix_tui.incident.model.evidence.deploy import RolledBack
from hotfix_tui.incident.rules.published import published_alone
from hotfix_tui.incident.rules.set_off import OF_THE_BRANCH
from hotfix_tui.steps.branch import triggers
from hotfix_tui.steps.branch.base_words import age, described, headline, named, not_live, rolls_forward
from hotfix_tui.steps.branch.undeployed import not_in, undeployed_commits
from hotfix_tui.steps.common.production_branch import branch_ref, head_of, production_head
from hotfix_tui.steps.common.releases import made, release, releases_of, tag_of
from hotfix_tui.steps.contract import Context, Probe, asks, done, failed
from hotfix_tui.steps.live import assess as git_says
from hotfix_tui.steps.live.answer import LiveAnswer, Status
from hotfix_tui.steps.live.landing import Landing, beyond, landing_of

ASKING = ("live", "production")
"""Choices for which the sources are queried: where the hotfix starts, or what rolling forward includes."""


class Taken(NamedTuple):
    """What a choice leads to: a commit, its source, when it was deployed (if known) and where its fix lands.

    With a `question`, one of the `candidates` has to be chosen; without a commit, `why` says why there is none.
    """

    commit: str = ""
    source: str = ""
    why: str = ""
    at: datetime | None = None
    landing: Landing | None = None
    candidates: tuple[Candidate, ...] = ()
    question: str = ""


def find_base(
    ctx: Context, choice: str, said: dict[str, LiveAnswer], offline: str, *, asking: bool = True
) -> Probe:
    """Return the result for `choice`, with what each source `said` by its key; `offline` is why nothing was fetched.

    Without `asking`, the fix lands on the production branch if that is unclear. Raises GitError.
    """
    everything = [*said.values(), *_from_git(ctx)]
    counting = _counting(ctx, said)
    taken = _choose(ctx, choice, said)
    known = Base(
        choice=choice,
        sources=tuple(described(ctx, answer) for answer in everything),
        heard=tuple(_heard(answer, counting) for answer in everything),
        answers={key: answer.commit for key, answer in said.items() if answer.commit},
        disagreement=_disagreement(counting) if choice in ASKING else "",
    )
    if taken.commit and not taken.question and asking:
        taken = _where_it_lands(ctx, taken)
    if taken.question:
        seen = known.but(question=taken.question, candidates=taken.candidates)
        return asks("; ".join([taken.question, *_remarks(choice, said, offline, known)]), seen)
    if not taken.commit:
        return failed(taken.why, known)
    return _found(ctx, taken, said, offline, known)


def _found(ctx: Context, taken: Taken, said: dict[str, LiveAnswer], offline: str, known: Base) -> Probe:
    landing = taken.landing or Landing(ctx.production)
    head, _ = head_of(ctx, landing.branch)
    at, days = age(ctx, taken.commit)
    tag = tag_of(ctx, taken.commit)
    tagged = next((final for final in releases_of(ctx).finals if final.name == tag), None)
    forward = (
        _acknowledged(ctx, taken.commit, said)
        if known.choice == "production"
        else Base(acknowledged=0, acknowledged_list=())
    )
    seen = known.but(
        commit=taken.commit,
        tag=tag,
        source=taken.source,
        target=landing.branch,
        tagged_at=tagged.at if tagged and tagged.annotated else None,
        deployed_at=taken.at,
        committed_at=at,
        age_days=days,
        apart=beyond(ctx.git, taken.commit, head) if head else 0,
    )
    seen = seen.joined(forward).joined(undeployed_commits(ctx, taken.commit, landing.branch))
    if seen.target != ctx.production:
        seen = seen.but(target_sets_off=_sets_off(ctx, seen.target))
    seen = seen.but(said=headline(ctx, seen))
    state = "published" if published_alone(ctx.record) else "live"
    remarks = [not_live(seen, landing.branch, state)] if seen.undeployed else []
    remarks += _remarks(known.choice, said, offline, known)
    if forward.acknowledged:
        remarks.append(rolls_forward(seen, state))
    return done("; ".join([seen.said, *remarks]), seen)


def _sets_off(ctx: Context, branch: str) -> dict[str, object]:
    """Return what a push to a release branch, and a tag there, trigger, under the preflight's field names."""
    url = ctx.seen(Preflight).remote_url or ""
    fields = triggers.look(ctx.git, ctx.root, ctx.config, branch, url, ctx.remote).fields
    return {name: fields.get(name) or nothing for name, nothing in OF_THE_BRANCH.items()}


def _remarks(choice: str, said: dict[str, LiveAnswer], offline: str, known: Base) -> list[str]:
    """Return remarks on the answer: no network, sources without an answer, sources that disagree."""
    out = [offline] if offline else []
    if choice in ASKING:
        out += [f"{answer.source}: {answer.why}" for answer in said.values() if _in_vain(answer)]
    return [*out, known.disagreement] if known.disagreement else out


def _where_it_lands(ctx: Context, taken: Taken) -> Taken:
    """Ask where the fix lands if more than one branch is possible."""
    landing = taken.landing
    if landing is None or not landing.also:
        return taken
    tag, places = tag_of(ctx, taken.commit), (*landing.also, landing.branch)
    name = one_line(tag, 60) or taken.commit[:12]
    asked = f"{name} is on {' and on '.join(places)}: where does the fix land? Choose it"
    listed = tuple(
        Candidate(f"{tag or taken.commit}:{place}", taken.commit, tag, place, None, 0, "") for place in places
    )
    return taken._replace(question=asked, candidates=listed)


def earlier(ctx: Context, choice: str) -> str:
    """Return the commit that ``same`` or ``on-top`` stands for after an earlier round, or an empty text."""
    if ctx.record.round < 2:
        return ""
    kept = ctx.record.kept(ctx.record.round - 1)
    if choice == "same":
        return kept.base
    return kept.landed or kept.commit if choice == "on-top" else ""


def release_off(ctx: Context) -> str:
    """Return the commit that a rollback took off production, if it is a release; a fix of ours is no base."""
    off = ctx.seen(RolledBack).taken_off
    rounds = [ctx.record.kept(number) for number in range(1, ctx.record.round)]
    fixes = {commit for kept in rounds for commit in (kept.commit, kept.landed, kept.deployed)}
    return "" if off in fixes or off in (ctx.commit, ctx.landed) else off


def _in_vain(answer: LiveAnswer) -> bool:
    """Return whether a source was queried and gave no commit; one that cannot be queried here is only listed."""
    return not answer.commit and answer.status is Status.ASKED


def _from_git(ctx: Context) -> list[LiveAnswer]:
    top = releases_of(ctx).highest
    head, _ = production_head(ctx)
    answers_ = (
        [LiveAnswer(f"tag {one_line(top.name, 60)}", top.commit, at=top.at, key=BY_TAG, dated=top.dated)]
        if top
        else []
    )
    return [*answers_, LiveAnswer(BY_BRANCH, head)] if head else answers_


def _choose(ctx: Context, choice: str, said: dict[str, LiveAnswer]) -> Taken:
    """Return what decides, and its commit."""
    if choice == "live":
        return _live(ctx, said)
    if choice == "production":
        head, ref = production_head(ctx)
        why = "" if ref else f"There is no branch {ctx.production} here"
        return Taken(head, BY_BRANCH, why, landing=Landing(ctx.production))
    if choice in ("same", "on-top") and (commit := earlier(ctx, choice)):
        return Taken(commit, f"round {ctx.record.round - 1}", landing=_as_before(ctx, commit))
    if choice == "taken-off" and (commit := release_off(ctx)):
        return Taken(commit, "taken off production", landing=_as_before(ctx, commit))
    return _given(ctx, choice)


def _as_before(ctx: Context, commit: str) -> Landing:
    """Return where an earlier round's fix landed, otherwise where this commit's would."""
    target = ctx.record.kept(ctx.record.round - 1).target or ctx.seen(Base).target
    return Landing(target) if target else _landing(ctx, commit)._replace(also=())


def _landing(ctx: Context, commit: str) -> Landing:
    """Return where the fix for `commit` lands, by the release that it is or that it came after."""
    known = releases_of(ctx)
    near = known.at(commit) or releases_of(ctx, reachable_from=commit).highest
    return landing_of(ctx, commit, release(near).numbers if near else ())


def _given(ctx: Context, choice: str) -> Taken:
    """Return the named commit, tag or branch; a trailing ``:BRANCH`` names where the fix lands."""
    name, _, wanted = choice.partition(":")
    if wanted and not head_of(ctx, wanted)[0]:
        return Taken(why=f"There is no branch {one_line(wanted, 80)!r} here; fetch it, or name another")
    branch, _ = head_of(ctx, name) if not resolve(ctx.git, tag_ref(name)) else ("", "")
    carries = name == ctx.production or line_of(name) is not None or name in ENVIRONMENTS
    if branch and carries and not wanted:
        return Taken(branch, "given", landing=Landing(name))
    names = [tag_ref(name), name, branch_ref(ctx, name)]
    commit = next((sha for candidate in names if (sha := resolve(ctx.git, candidate))), "")
    if not commit:
        return Taken(why=f"There is no commit {one_line(name, 80)!r} here; give a tag, branch or id")
    return Taken(commit, "given", landing=Landing(wanted) if wanted else _landing(ctx, commit))


def _live(ctx: Context, said: dict[str, LiveAnswer]) -> Taken:
    """Return the first source of the configured order that gave a commit; the production branch is the last."""
    for key in ctx.config.git.order:
        answer = said.get(key)
        if answer is not None and answer.commit:
            return _by_report(ctx, answer) if answer.second_hand else _by_answer(ctx, answer)
        if answer is not None and answer.unknown and not answer.second_hand:
            return Taken(why=_not_here(answer))
        if key == BY_TAG:
            return _by_git(ctx)
    head, _ = production_head(ctx)
    nothing = "Nothing says what is live; choose it: `do branch.base --choose REF`"
    return Taken(head, BY_BRANCH, nothing, landing=Landing(ctx.production))


def _by_answer(ctx: Context, answer: LiveAnswer) -> Taken:
    return Taken(answer.commit, answer.source, at=answer.at, landing=_landing(ctx, answer.commit))


def _by_report(ctx: Context, answer: LiveAnswer) -> Taken:
    """Return the result by the forge, which only knows reported deployments: a later release may be newer."""
    taken = _by_answer(ctx, answer)
    top = releases_of(ctx).highest
    if top is None or is_ancestor(ctx.git, top.commit, answer.commit):
        return taken
    if answer.at is not None and made(top) <= answer.at:
        return taken
    name = one_line(top.name, 60)
    when = f", deployed {git_says.days(ctx.now - answer.at)} ago" if answer.at else ""
    doubt = f"{named(answer)}{when}, but {name} was {top.dated} {git_says.days(ctx.now - made(top))} ago"
    reported = Candidate(
        answer.commit, answer.commit, answer.tag, ctx.production, answer.at, 0, f"as {answer.source} says"
    )
    landing = landing_of(ctx, top.commit, release(top).numbers)
    listed = git_says.unique([reported, git_says.of_tag(ctx, top, landing, "the highest release")])
    return taken._replace(question=git_says.question([doubt]), candidates=listed)


def _by_git(ctx: Context) -> Taken:
    assessment = git_says.assess(ctx)
    if assessment.question:
        return Taken(candidates=assessment.candidates, question=assessment.question)
    if assessment.best is None:
        return Taken(why="Nothing says what is live; choose it: `do branch.base --choose REF`")
    return Taken(
        assessment.best.commit, BY_TAG if assessment.best.tag else BY_BRANCH, landing=assessment.landing
    )


def _not_here(answer: LiveAnswer) -> str:
    """Return that production runs a known commit that is not here: nothing else may be taken for it."""
    return (
        f"Production runs {answer.unknown[:12]} ({answer.source}), which this repository does not have, not even after "
        "a fetch. Fetch it from where it was pushed, then look again; or choose the base yourself: "
        "`do branch.base --choose REF`"
    )


def _counting(ctx: Context, said: dict[str, LiveAnswer]) -> list[LiveAnswer]:
    """Return the answers that can contradict one another; a tag only counts if it is not live yet.

    Where the live release and the highest one are on lines of their own, the tag says nothing of what is live.
    """
    gave = [answer for answer in said.values() if answer.commit]
    top = releases_of(ctx).highest if BY_TAG in ctx.config.git.order else None
    if gave and top and not is_ancestor(ctx.git, top.commit, gave[0].commit):
        apart = bool(gave[0].tag) and not is_ancestor(ctx.git, gave[0].commit, top.commit)
        if not apart:
            gave.append(LiveAnswer("highest release tag", top.commit, tag=top.name, key=BY_TAG))
    return gave


def _disagreement(counting: list[LiveAnswer]) -> str:
    """Return that the sources disagree, each value with its sources."""
    if len({answer.commit for answer in counting}) < 2:
        return ""
    return "The sources do not agree: " + "; ".join(named(answer) for answer in counting)


def _heard(answer: LiveAnswer, counting: list[LiveAnswer]) -> Heard:
    counts = any(answer.key == other.key and answer.commit == other.commit for other in counting)
    asked = answer.status is Status.ASKED
    return Heard(
        answer.source,
        answer.key,
        answer.commit,
        answer.tag,
        answer.at,
        asked,
        counts,
        answer.why,
        answer.dated,
    )


def _acknowledged(ctx: Context, head: str, said: dict[str, LiveAnswer]) -> Base:
    """Return what goes live besides the fix if the hotfix starts from the production branch."""
    live = _live(ctx, said)
    commit = live.commit or (live.candidates[0].commit if live.candidates else "")
    if not commit:
        return Base(acknowledged=0, acknowledged_list=())
    count, same, lines = not_in(ctx, head, commit)
    return Base(live=commit, acknowledged=count, acknowledged_list=tuple(lines), acknowledged_same_files=same)
