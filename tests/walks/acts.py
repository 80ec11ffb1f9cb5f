"""Walks as lists of actions: a command line, and how ``status --json`` shows that it was carried out."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from tests.walks.support import Desk, state_of

Status = dict[str, Any]
SETTLED = ("done", "waived")


class Act(NamedTuple):
    """One command of a walk; `shown` says whether a status shows that it happened."""

    argv: tuple[str, ...]
    shown: Callable[[Status], bool]

    def __str__(self) -> str:
        return " ".join(self.argv)


def settles(step: str, *argv: str) -> Act:
    return Act(argv, lambda status: state_of(status, step) in SETTLED)


def do(step: str, *more: str) -> Act:
    return settles(step, "do", step, *more)


def tick(step: str, *more: str) -> Act:
    return settles(step, "tick", step, *more)


def ticks(*steps: str) -> Act:
    """Tick several items in one call."""
    return Act(("tick", *steps), lambda status: all(state_of(status, step) in SETTLED for step in steps))


def waive(step: str, granted_by: str, why: str) -> Act:
    return settles(step, "waive", step, "--granted-by", granted_by, "--why", why)


def fact(key: str, value: str, kept: Any = None) -> Act:
    wanted = value if kept is None else kept
    return Act(("set", key, value), lambda status: status["facts"].get(key) == wanted)


def to(stage: str) -> Act:
    """Go on to `stage`, which is the next one."""

    def shown(status: Status) -> bool:
        return status["stages"].index(status["stage"]) >= status["stages"].index(stage)

    return Act(("next",), shown)


def send(document: str, phase: str, *more: str) -> Act:
    def shown(status: Status) -> bool:
        return any(m["document"] == document and m["phase"] == phase for m in status["messages"])

    return Act(("send", document, "--phase", phase, *more), shown)


def note(text: str) -> Act:
    return Act(("note", text), lambda status: any(e["text"] == text for e in status["timeline"]))


def verdict(value: str, why: str) -> Act:
    return Act(("verdict", value, "--why", why), lambda status: status["rounds"][-1].get("verdict") == value)


def becomes(state: str, *argv: str) -> Act:
    order = ["open", "resolved", "closed"]
    return Act(argv, lambda status: order.index(status["state"]) >= order.index(state))


def carry_out(desk: Desk, acts: Iterable[Act]) -> None:
    """Call each act once; each exits 0 and shows in the status at once."""
    for act in acts:
        done = desk.do(*act.argv, "--json")
        assert act.shown(done.json()), done


TICKS = ("reproduced", "resolved", "normal-path", "edge-cases", "nothing-new")
LOOKS = (
    "error-rate",
    "no-new-errors",
    "api-latency",
    "database",
    "third-party",
    "user-activity",
    "support-tickets",
    "chat",
    "social",
    "status-comments",
)
MEASURED = ("error-rate", "api-latency")
"""What the drill's metric and probes answer: nobody ticks that."""
REVIEW_TICKS = ("ticket", "log", "timeline", "alerts", "follow-ups", "docs")


def describe(seen: str = "A token that has expired still opens the account.") -> list[Act]:
    return [
        fact("impact.seen", seen),
        fact("impact.users", "everyone with a lost device"),
        do("triage.rollback-first", "--choose", "fix"),
    ]


def branch(*create: str) -> list[Act]:
    return [to("branch"), do("branch.preflight"), do("branch.base"), do("branch.create", *create)]


def fix(patch: str) -> list[Act]:
    return [
        to("fix"),
        do("fix.change", "--choose", f"patch:{patch}"),
        fact("cause.summary", "The expiry of a token is never compared with the time."),
        fact("fix.summary", "Refuse a token after its expiry."),
        do("fix.regression-test"),
        do("fix.guard"),
    ]


def verify(*, push: bool = True, proof: Act | None = None) -> list[Act]:
    return [
        to("verify"),
        *(do(f"verify.{name}") for name in ("test", "typecheck", "build")),
        proof or do("verify.proof"),
        ticks(*(f"verify.{name}" for name in TICKS)),
        do("verify.commit"),
        *([do("verify.push")] if push else []),
    ]


def pull_request(*, approval: Act | None = None) -> list[Act]:
    return [
        to("pull-request"),
        do("pull-request.body"),
        approval or tick("pull-request.approval", "--note", "Kim Reviewer"),
        ticks(*(f"pull-request.{name}" for name in ("alerts", "on-call", "ready"))),
    ]


def deploy(word: str, *more: str) -> list[Act]:
    return [to("deploy"), do("deploy.production", "--confirm", word, *more), do("deploy.live")]


def unless_measured(desk: Desk) -> Iterator[Act]:
    """Tick what is left to a person because there was nothing from before to compare it with."""
    for name in MEASURED:
        if state_of(desk.status(), f"monitor.{name}") not in SETTLED:
            yield tick(f"monitor.{name}")


def monitor() -> list[Act]:
    return [
        to("monitor"),
        do("monitor.watch"),
        ticks(*(f"monitor.{name}" for name in LOOKS if name not in MEASURED)),
        verdict("fixed", "An expired token gets 401, a valid one 200."),
    ]


def release() -> list[Act]:
    return [to("release"), do("release.merge"), do("release.confirm")]


def communicate() -> list[Act]:
    return [
        to("communicate"),
        fact("impact.not-affected", "Sign-in and payments"),
        fact("data-loss", "no"),
        fact("customer-action", "None"),
        send("internal", "resolved"),
        send("status-page", "resolved"),
    ]


def backports(*slugs: str) -> list[Act]:
    """Carry the fix over, then merge it into each line: there is no forge."""
    out = [to("backport")]
    for slug in slugs:
        step = f"backport.{slug}"
        out.append(
            Act(("do", step), lambda status, step=step: state_of(status, step) in (*SETTLED, "waiting"))
        )
        out.append(settles(step, "do", step, "--choose", "land"))
    return out


def review() -> list[Act]:
    return [
        to("review"),
        becomes("resolved", "resolve"),
        ticks(*(f"review.{name}" for name in REVIEW_TICKS)),
        fact("review.at", (datetime.now(UTC) + timedelta(hours=30)).strftime("%Y-%m-%d %H:%M UTC")),
        fact("review.well", "The reporter kept the token", ["The reporter kept the token"]),
        do("review.document"),
        becomes("closed", "close", "--granted-by", "Marta", "--why", "filled in at its meeting"),
    ]
