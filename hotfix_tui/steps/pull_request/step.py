"""pull-request.create and pull-request.checks: queried from the forge if possible, otherwise done by hand."""

import os
from time import sleep

from hotfix_tui.base import asking, durable, folders
from hotfix_tui.base.ref_names import head_ref
from hotfix_tui.base.text import one_line
from hotfix_tui.base.times import as_time
from hotfix_tui.documents import pr_title
from hotfix_tui.documents.gap_marks import shown_in
from hotfix_tui.forges.github import existing_url
from hotfix_tui.forges.model import Draft, Forge, ForgeCheck, ForgeError, PullRequest
from hotfix_tui.forges.pages import pr_url_from_push
from hotfix_tui.git.errors import GitError
from hotfix_tui.git.remote import ASK_SECONDS, ls_remote
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.pull_request import ChecksSeen, Requested
from hotfix_tui.incident.rules.left_open import left_open
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common.commands import ANY_STATUS
from hotfix_tui.steps.common.forge import (
    by_page,
    commands,
    find,
    forge,
    has_forge,
    head,
    number,
    repository,
)
from hotfix_tui.steps.common.outcome import failure_probe, log_tail
from hotfix_tui.steps.common.team_rules import need_template, team_rules
from hotfix_tui.steps.contract import (
    Choice,
    Command,
    Context,
    Plan,
    Probe,
    Step,
    done,
    failed,
    not_done,
    refuse,
    unknown,
)
from hotfix_tui.steps.guards import disclosure
from hotfix_tui.steps.pull_request import reword

_STEP = catalog.PULL_REQUEST_CREATE
_LARGEST = 4_000_000

LONGEST_BODY = {"github": 65_536}
"""Maximum characters of a pull request's text, by kind of forge."""

SETTLING = 3.0
"""Seconds between two queries of checks that have all passed: a second set may be about to appear."""


class Create(Step):
    """Opens the pull request of this round's branch; a merged or closed one is never taken for it."""

    id = _STEP
    looks_early = True

    def choices(self, ctx: Context) -> list[Choice]:
        return reword.choices(ctx)

    def probe(self, ctx: Context) -> Probe:
        if not (ctx.commit and ctx.branch and has_forge(ctx)):
            return not_done("there is no pushed hotfix commit yet")
        if reword.due(ctx):
            return not_done("its text is still the neutral one")
        if disclosure.elsewhere(ctx):
            return unknown(f"the branch is on {ctx.push_remote} only, which cannot be asked from here")
        try:
            way, why = forge(ctx)
            if not way.can_query:
                return unknown(why or "the forge cannot be asked from here")
            return _with_closed(ctx, way, _seen(ctx, way))
        except ForgeError as error:
            return unknown(str(error))

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        if not ctx.commit:
            raise refuse("There is no hotfix commit yet.", "Make it: `do verify.commit`.", self.id)
        body = _body(ctx)
        if reword.due(ctx):
            return reword.plan(ctx, choice, _path(ctx), body)
        need_template(ctx)
        _fits(ctx, body)
        warnings = disclosure.before_request(ctx, pr_title.title(ctx.record, team_rules(ctx)), body)
        warnings += [*pr_title.unmet(ctx.record, team_rules(ctx)), *_gaps(body)]
        _pushed(ctx)
        if disclosure.elsewhere(ctx):
            hand = disclosure.request_by_hand(ctx)
            return Plan("Open a pull request in private", by_hand=hand, warnings=warnings, clipboard=body)
        draft = Draft(ctx.landing, head(ctx), pr_title.title(ctx.record, team_rules(ctx)), body)
        way, why = forge(ctx)
        try:
            existing = _open_one(ctx, way) if way.can_query else None
        except ForgeError as error:
            existing, way, why = None, by_page(ctx), str(error)
        if existing and existing.head == ctx.commit:
            return Plan(f"Take pull request #{existing.number}, which is open for {ctx.branch}")
        if existing:
            raise _other_head(ctx, existing)
        made = way.create(draft, _path(ctx))
        closes, warned = _closes(ctx, way)
        return Plan(
            f"Open the pull request {draft.title!r} from {ctx.branch} into {ctx.landing}",
            commands=[*commands(ctx, made.commands), *closes] if made.commands else [],
            by_hand=_numbered(ctx, made.by_hand, why) if not made.commands else "",
            tty=False,
            timeout=180,
            url=made.page.url if made.page else "" if made.commands else _printed(ctx),
            clipboard=body if made.page else "",
            warnings=warnings + warned,
        )

    def apply(self, ctx: Context, choice: str = "") -> Probe | None:
        return reword.keep(ctx, choice)

    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        """Return the result from the forge; what gh printed names the pull request if the forge is slow to list it."""
        if reword.due(ctx):
            return reword.conclude(ctx, run, directory)
        result = self.probe(ctx)
        if result.state == "done":
            return result
        bad = failure_probe(run, directory, "Opening the pull request")
        if bad is not None:
            said = one_line(log_tail(directory).decode("utf-8", "replace")[-300:], 200)
            return bad._replace(why=f"{bad.why}: {said}") if said else bad
        url = existing_url(log_tail(directory).decode("utf-8", "replace"))
        if url and result.state != "failed":
            seen = Requested(url=url, number=int(url.rsplit("/", 1)[1]), head=ctx.commit)
            return done(f"{url} is open", seen, adds=True)
        return result if result.state != "not-done" else failed(result.why)


class Checks(Step):
    """All checks of exactly this commit have passed, and stay so."""

    id = catalog.PULL_REQUEST_CHECKS

    def probe(self, ctx: Context) -> Probe:
        return self._look(ctx)

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        url = ctx.seen(Requested).url
        if disclosure.elsewhere(ctx):
            return Plan("Say what stands for the checks", by_hand=disclosure.checks_by_hand(ctx), url=url)
        way, why = forge(ctx)
        if way.can_query:
            return Plan(f"Look at the checks of {ctx.commit[:7]}", url=url)
        hand = (
            f"1. Open the pull request{f' ({url})' if url else ''}.\n"
            f"2. See that its last commit is {ctx.commit[:12]} and that all checks have passed.\n3. Tick the step."
        )
        return Plan("See that all checks pass", by_hand=f"{hand}\n({why}.)" if why else hand, url=url)

    def apply(self, ctx: Context, choice: str = "") -> Probe | None:
        return self._look(ctx)

    def _look(self, ctx: Context) -> Probe:
        if not ctx.commit:
            return not_done("there is no hotfix commit yet")
        if disclosure.elsewhere(ctx):
            return unknown(f"the branch is on {ctx.push_remote} only, which is not asked for checks")
        try:
            way, why = forge(ctx)
            if not way.can_query:
                return unknown(why or "the forge cannot be asked from here")
            first = _current(ctx, way)
            result = _judge(ctx, first)
            if result.state != "done" or result.seen(ChecksSeen).checks == ctx.seen(ChecksSeen).checks:
                return result
            sleep(SETTLING)
            asking.anew()
            second = _judge(ctx, _current(ctx, way))
        except ForgeError as error:
            return unknown(str(error))
        if second.state == "done" and second.seen(ChecksSeen).checks != result.seen(ChecksSeen).checks:
            return not_done("more checks have just appeared; look again")
        return second


def _body(ctx: Context) -> str:
    """Return the text of the pull request; raises Refused if it was not written."""
    try:
        linked = folders.linked(os.path.dirname(ctx.directory), _path(ctx))
        text = "" if linked else durable.read_regular(_path(ctx), _LARGEST).decode("utf-8")
    except (OSError, ValueError):
        text = ""
    if not text.strip():
        raise refuse(
            "The text of the pull request is not written yet.", "Write it: `do pull-request.body`.", _STEP
        )
    return text


def _gaps(body: str) -> list[str]:
    """Return what the text still lacks: it may be sent like that, but not unmentioned."""
    gaps = shown_in(body)
    if not gaps:
        return []
    count, shown = len(gaps), "; ".join(gaps[:6]) + ("; …" if len(gaps) > 6 else "")
    return [
        f"The text still shows {count} gap{'s' if count > 1 else ''} ({shown}): fill them in and write it again "
        "(`do pull-request.body`), or it goes out as it is."
    ]


def _fits(ctx: Context, body: str) -> None:
    """Raise Refused for a text that is longer than the forge accepts."""
    most = LONGEST_BODY.get(repository(ctx).kind, 0)
    if most and len(body) > most:
        raise refuse(
            f"The text of the pull request is too long for the forge: {len(body):,} characters, it takes {most:,}.",
            "Shorten the fact that fills it (`set cause.summary …`), or a section of the text "
            "(`edit pr --section ID --from FILE`); then `do pull-request.body`.",
            _STEP,
        )


def _path(ctx: Context) -> str:
    return os.path.join(ctx.directory, "documents", "pr.md")


def _pushed(ctx: Context) -> None:
    """Raise Refused unless the remote's branch is at the hotfix commit; no answer does not block."""
    ref = head_ref(ctx.branch)
    try:
        there = ls_remote(ctx.git, ctx.push_remote, [ref], timeout=ASK_SECONDS).get(ref)
    except GitError:
        return
    if there != ctx.commit:
        state = f"is at {there[:7]}, not at {ctx.commit[:7]}" if there else f"is not on {ctx.push_remote} yet"
        raise refuse(f"{ctx.branch} {state}.", "Push it: `do verify.push`.", _STEP)


def _printed(ctx: Context) -> str:
    """Return the page for a pull request that the forge printed at the push; empty if there was none."""
    run, host = ctx.record.entry(catalog.VERIFY_PUSH).get("run"), repository(ctx).host
    if run is None or not host:
        return ""
    log = log_tail(os.path.join(ctx.directory, "runs", f"{run}-verify.push"))
    return pr_url_from_push(log, host) or ""


def _open_one(ctx: Context, way: Forge) -> PullRequest | None:
    return next((request for request in find(ctx, way) if request.state == "open"), None)


def _seen(ctx: Context, way: Forge) -> Probe:
    known = number(ctx)
    for request in find(ctx, way):
        if request.state == "open" and request.head == ctx.commit:
            return done(f"#{request.number} is open", _known(request), adds=True)
        if request.state == "open":
            return not_done(
                f"#{request.number} is at {request.head[:7]}, not at the verified commit {ctx.commit[:7]}"
            )
        if request.state == "merged" and request.number == known and request.head == ctx.commit:
            return done(f"#{request.number} is merged", _known(request), adds=True)
    return not_done(f"there is no open pull request from {ctx.branch} into {ctx.landing}")


def _closes(ctx: Context, way: Forge) -> tuple[list[Command], list[str]]:
    """Return the commands that close the request of a fix that was taken off, and what is said about it.

    An already closed one is not a failure: the new one is what matters.
    """
    old = left_open(ctx.record)
    if old is None or old.round == ctx.record.round:
        return [], []
    made = way.close(old.number)
    which = f"The request of round {old.round}, #{old.number}, was left open"
    if not made.commands:
        return [], [f"{which}: close it on its page, {old.url}."] if made.by_hand else []
    closing = [
        Command(argv=command.argv, cwd=command.cwd, env=command.env, ok=ANY_STATUS)
        for command in commands(ctx, made.commands)
    ]
    return closing, [f"{which}: it is closed with this."]


def _with_closed(ctx: Context, way: Forge, probe: Probe) -> Probe:
    """Return the result, including the earlier round's request that is no longer open."""
    old = left_open(ctx.record)
    if old is None or old.round == ctx.record.round or way.view(old.number).state == "open":
        return probe
    return probe.over(Requested(closed=(*ctx.seen(Requested).closed, old.url)))


def _known(request: PullRequest) -> Requested:
    """Return what is recorded of a pull request. Whether it has a neutral text is known only here, and stays."""
    seen = Requested(
        url=request.url, number=request.number, head=request.head, created_at=as_time(request.created_at)
    )
    return seen.without_defaults()


def _other_head(ctx: Context, request: PullRequest) -> Exception:
    return refuse(
        f"Pull request #{request.number} is open for {ctx.branch}, but at {request.head[:7]}, not at {ctx.commit[:7]}.",
        "Push the verified commit (`do verify.push`), or look who else pushed.",
        _STEP,
    )


def _numbered(ctx: Context, hand: str, why: str) -> str:
    title = pr_title.title(ctx.record, team_rules(ctx))
    lines = [
        f"1. {hand}",
        f"2. See that it goes from {ctx.branch} into {ctx.landing}; its title is {title!r}.",
        "3. Tick the step.",
    ]
    return "\n".join(lines + ([f"({why}.)"] if why else []))


def _current(ctx: Context, way: Forge) -> PullRequest | None:
    known = number(ctx)
    return way.view(known) if known else _open_one(ctx, way)


def _judge(ctx: Context, request: PullRequest | None) -> Probe:
    """Return what a pull request's checks say about this round's commit."""
    if request is None:
        return not_done("there is no open pull request yet")
    if request.head != ctx.commit:
        return not_done(
            f"#{request.number} is at {request.head[:7]}, not at the verified commit {ctx.commit[:7]}"
        )
    if not request.checks:
        return not_done("no check has reported yet; where there are none, waive this step")
    bad = [check for check in request.checks if check.state == "fail"]
    if bad:
        seen, page = ChecksSeen(head=request.head), bad[0].url
        return failed(f"failed: {_names(bad)}", seen.but(url=page) if page else seen, adds=True)
    waiting = [check for check in request.checks if check.state == "pending"]
    if waiting:
        return not_done(f"{len(waiting)} of {len(request.checks)} still run: {_names(waiting)}")
    names = tuple(sorted(f"{one_line(check.name, 80)}: {check.state}" for check in request.checks))
    return done(
        f"{len(names)} checks of {request.head[:7]} passed", ChecksSeen(names, request.head), adds=True
    )


def _names(checks: list[ForgeCheck]) -> str:
    return one_line(", ".join(check.name for check in checks[:5]), 160) + (", …" if len(checks) > 5 else "")


STEPS = (Create(), Checks())
