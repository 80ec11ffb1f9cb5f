"""The base that a choice leads to, with its evidence: source, commit, tag, age, what else was said."""

from typing import Any

from hotfix_tui.base.text import one_line
from hotfix_tui.git.history import is_ancestor
from hotfix_tui.git.refs import resolve
from hotfix_tui.steps.branch.undeployed import beside_production, not_in
from hotfix_tui.steps.contract import Context, Probe, done, failed
from hotfix_tui.steps.live.run_answers import (
    Seen,
    age,
    described,
    named,
    production_head,
    release_tag,
    tag_of,
)

ASKING = ("live", "production")
"""Choices for which the sources are asked: where the hotfix starts, or what rolling forward takes along."""


def find_base(ctx: Context, choice: str, said: dict[str, Seen], offline: str) -> Probe:
    """Return the result for `choice`, with what each source `said` by its key; `offline` is why nothing was fetched.

    Raises GitError.
    """
    listed = [described(ctx, seen) for seen in [*said.values(), *_from_git(ctx)]]
    chosen = _choose(ctx, choice, said)
    if not chosen.commit:
        return failed(chosen.why, choice=choice, sources=listed)
    at, days = age(ctx, chosen.commit)
    disagreement = _disagreement(ctx, said) if choice in ASKING else ""
    taken = _acknowledged(ctx, chosen.commit, said) if choice == "production" else {}
    evidence: dict[str, Any] = {
        "commit": chosen.commit,
        "source": chosen.source,
        "choice": choice,
        "tag": tag_of(ctx, chosen.commit),
        "committed_at": at,
        "age_days": days,
        "sources": listed,
        "answers": {key: seen.commit for key, seen in said.items() if seen.commit},
        "disagreement": disagreement,
        "offline": bool(offline),
        "findings": [],
        "live": "",
        "acknowledged": 0,
        "acknowledged_list": [],
        **taken,
        **beside_production(ctx, chosen.commit),
    }
    remarks = [_not_live(ctx, evidence)] if evidence["undeployed"] else []
    remarks += [offline] if offline else []
    if choice in ASKING:
        remarks += [f"{seen.source}: {seen.why}" for seen in said.values() if _in_vain(seen)]
    if disagreement:
        remarks.append(disagreement)
    if taken.get("acknowledged"):
        remarks.append(_rolls_forward(taken))
    return done("; ".join(remarks), **evidence)


def earlier(ctx: Context, choice: str) -> str:
    """Return the commit that ``same`` or ``on-top`` stands for after an earlier round, or an empty text."""
    if ctx.record.round < 2:
        return ""
    kept = ctx.record.rounds[-2].get("evidence", {})
    if choice == "same":
        return str(kept.get("base", ""))
    return str(kept.get("landed") or kept.get("commit", "")) if choice == "on-top" else ""


def _in_vain(seen: Seen) -> bool:
    """Whether a source was asked and gave no commit; one that cannot be asked here is only listed."""
    return not seen.commit and not seen.why.startswith("not asked")


def _from_git(ctx: Context) -> list[Seen]:
    tag, commit = release_tag(ctx)
    head, _ = production_head(ctx)
    found = [Seen(f"tag {one_line(tag, 60)}", commit)] if tag else []
    return [*found, Seen("production branch", head)] if head else found


def _choose(ctx: Context, choice: str, said: dict[str, Seen]) -> Seen:
    """Return the source that decides and its commit."""
    if choice == "live":
        return _live(ctx, said)
    if choice == "production":
        head, ref = production_head(ctx)
        return Seen("production branch", head, f"There is no branch {ctx.production} here" if not ref else "")
    if choice in ("same", "on-top") and (commit := earlier(ctx, choice)):
        return Seen(f"round {ctx.record.round - 1}", commit)
    if choice == "taken-off" and (commit := str(ctx.evidence("deploy.rollback", "taken_off"))):
        return Seen("taken off production", commit)
    names = [choice, f"refs/remotes/{ctx.remote}/{choice}"] if ctx.remote else [choice]
    commit = next((found for name in names if (found := resolve(ctx.git, name))), "")
    why = f"There is no commit {one_line(choice, 80)!r} here; give a tag, branch or id"
    return Seen("given", commit, why)


def _live(ctx: Context, said: dict[str, Seen]) -> Seen:
    """Return the first source of the configured order that gave a commit; the production branch is the last."""
    _, commit = release_tag(ctx)
    for key in ctx.config.git.order:
        if key in said and said[key].commit:
            return said[key]
        if key in said and said[key].unknown and not said[key].reported:
            return _not_here(said[key])
        if key == "tag" and commit:
            return Seen("tag", commit)
    head, _ = production_head(ctx)
    return Seen(
        "production branch", head, "Nothing says what is live; choose it: `do branch.base --choose REF`"
    )


def _not_here(seen: Seen) -> Seen:
    """What production runs is known and is not here: nothing else may pass for it."""
    name = seen.unknown[:12]
    return Seen(
        seen.source,
        why=f"Production runs {name} ({seen.source}), which this repository does not have, not even after a fetch. "
        f"Fetch it from where it was pushed, then look again; or choose the base yourself: "
        "`do branch.base --choose REF`",
    )


def _disagreement(ctx: Context, said: dict[str, Seen]) -> str:
    """Return that the sources do not agree, each value by its source; a tag only counts if it is not live yet."""
    gave = [seen for seen in said.values() if seen.commit]
    tag, released = release_tag(ctx)
    if gave and tag and "tag" in ctx.config.git.order and not is_ancestor(ctx.git, released, gave[0].commit):
        gave.append(Seen("highest release tag", released))
    if len({seen.commit for seen in gave}) < 2:
        return ""
    return "The sources do not agree: " + "; ".join(named(ctx, seen) for seen in gave)


def _acknowledged(ctx: Context, head: str, said: dict[str, Seen]) -> dict[str, Any]:
    """Return, as evidence, what goes live beside the fix when the hotfix starts from the production branch."""
    live = _live(ctx, said)
    if not live.commit:
        return {}
    count, same, lines = not_in(ctx, head, live.commit)
    return {
        "live": live.commit,
        "acknowledged": count,
        "acknowledged_list": lines,
        "acknowledged_same_files": same,
    }


def _not_live(ctx: Context, evidence: dict[str, Any]) -> str:
    count, same = int(evidence["undeployed"]), int(evidence["same_files"])
    where = f", {same} of them in the same files" if same else ""
    holds = f"{ctx.production} holds {count} commit{'s' if count > 1 else ''} that"
    shown = "; ".join(evidence["undeployed_list"][:3]) + ("; …" if count > 3 else "")
    return f"{holds} {'are' if count > 1 else 'is'} not live{where}: {shown}"


def _rolls_forward(taken: dict[str, Any]) -> str:
    count = int(taken["acknowledged"])
    shown = "; ".join(taken["acknowledged_list"][:3]) + ("; …" if count > 3 else "")
    return f"rolling forward takes {count} commit{'s' if count > 1 else ''} along that are not live: {shown}"
