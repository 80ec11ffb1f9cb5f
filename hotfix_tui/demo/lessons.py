"""What a drill says at each step: its purpose, what to press, and what has just happened."""

from __future__ import annotations

from typing import NamedTuple

from hotfix_tui.incident.model import catalog

SIGNED_IN_A_DRILL = ("Marta", "it was a drill: its review is read by nobody")
"""Who signs for the gaps of a drill's review, and why: nobody has to invent lessons to finish it."""


class Lesson(NamedTuple):
    """What is said while the step is open, once it is done, and if it failed; empty for nothing."""

    open: str
    done: str = ""
    failed: str = ""


_LESSONS: dict[str, Lesson] = {
    catalog.TRIAGE_DESCRIBE: Lesson(
        "Every later text is made from this. What the ticket says is filled in: change what you like; enter goes from "
        "field to field, F5 saves."
    ),
    catalog.TRIAGE_SEVERITY: Lesson(
        "y or n; the first yes decides. Somebody who was logged out gets in: sign-in is bypassed."
    ),
    catalog.TRIAGE_ROLLBACK_FIRST: Lesson(
        "If the last deployment did it, going back helps users before any fix. Here you may do either; a fix is ready."
    ),
    catalog.BRANCH_PREFLIGHT: Lesson(
        "Nothing is changed yet: the wizard looks at git, the remote and the drill's forge."
    ),
    catalog.BRANCH_BASE: Lesson(
        "A hotfix starts from what runs in production, not from main, which holds work that nobody released.",
        "Production itself said which commit it runs. Main has two more commits: they stay out of the fix.",
    ),
    catalog.BRANCH_CREATE: Lesson("The branch starts at that commit. Your own work stays where it is."),
    catalog.FIX_ROOT_CAUSE: Lesson(
        "One sentence; here a colleague found it, in tokend/tokens.py. On another day you write it."
    ),
    catalog.FIX_CHANGE: Lesson(
        "A colleague left a patch: enter applies it. On another day e opens the file, and ! a shell.",
        "v shows the change against what is live, with what does not belong in a hotfix.",
    ),
    catalog.FIX_REGRESSION_TEST: Lesson(
        "The patch brings a test, so that the fault cannot come back unseen."
    ),
    catalog.FIX_GUARD: Lesson(
        "The smaller the change, the less can go wrong at night: this looks for what is too much."
    ),
    catalog.VERIFY_TEST: Lesson(
        "enter runs all checks, on exactly what will be committed; go on meanwhile. p shows them side by side."
    ),
    catalog.VERIFY_PROOF: Lesson(
        "A test that also passes without the fix proves nothing. It has to fail on what is live."
    ),
    catalog.VERIFY_REPRODUCED: Lesson(
        "These five are yours to judge. README.txt in the drill's folder has the two curl lines to try it with."
    ),
    catalog.VERIFY_COMMIT: Lesson("The message is written from what you said. e edits the facts behind it."),
    catalog.VERIFY_PUSH: Lesson(
        "The first act that others can see, so it is shown before it happens.",
        "It is on the remote. The drill's forge has seen it.",
    ),
    catalog.VERIFY_STAGING: Lesson("The same commit goes to staging first; nobody is hurt there."),
    catalog.PULL_REQUEST_BODY: Lesson(
        "Written from the facts. Gaps are marked; what is known need not be typed again."
    ),
    catalog.PULL_REQUEST_CREATE: Lesson(
        "It opens on the drill's own forge, a page on this machine: no real service.",
        "Its address stands above; the page shows checks, reviews and the merge, and lets you approve by hand.",
    ),
    catalog.PULL_REQUEST_CHECKS: Lesson(
        "The forge runs three checks on your very commit. They take some seconds; what they say shows by itself.",
        failed="A check is red, and the forge merges nothing like that. Its place stands above.",
    ),
    catalog.PULL_REQUEST_APPROVAL: Lesson(
        "A second person has to agree. The made-up colleague tomas looks a few seconds after the checks; it shows "
        "by itself.",
        "Somebody else has looked at exactly this commit. Your own word would not count.",
    ),
    catalog.RELEASE_MERGE: Lesson(
        "The forge merges exactly the reviewed commit; main moves in the drill's real repository.",
        "Main carries the fix now.",
    ),
    catalog.RELEASE_CONFIRM: Lesson("Whether main really holds the fix is looked up, not believed."),
    catalog.RELEASE_TAG: Lesson("The next version number, on what is live now."),
    catalog.DEPLOY_PRODUCTION: Lesson(
        "The one action that users notice: it takes the ticket, typed by hand. The way back is shown next to it.",
        "The command has ended. That alone proves nothing: production is asked next.",
    ),
    catalog.DEPLOY_LIVE: Lesson("Production says itself which commit it runs.", "It runs the fix."),
    catalog.MONITOR_SMOKE: Lesson("An expired token has to get 401 now, and a valid one still 200."),
    catalog.MONITOR_ERROR_RATE: Lesson(
        "Clients ask twice a second, one in four with an expired token. It answers itself after 20 s; ↓ goes on with "
        "the others."
    ),
    catalog.MONITOR_WATCH: Lesson(
        "Before and after, measured for some seconds. Then the verdict is yours, not the wizard's."
    ),
    catalog.COMMUNICATE_INTERNAL: Lesson(
        "Written from the record; you read it, then send. It goes into the drill's outbox only."
    ),
    catalog.COMMUNICATE_STATUS_PAGE: Lesson(
        "The same for customers: no cause, no blame. It goes into the drill's outbox only."
    ),
    catalog.REVIEW_SCHEDULE: Lesson("What was learnt fades within days: the meeting is set now."),
    catalog.REVIEW_DOCUMENT: Lesson(
        "Timeline, times and waivers are in it already; it asks what went well, and what not. In it "
        "K keeps it with gaps."
    ),
}
"""By step id."""

_BACKPORT = Lesson(
    "The fault is on this line, too: the fix goes onto a branch of its own, and the line's keeper merges it on the "
    "drill's forge.",
    "The line carries the fix.",
    "It conflicts: the line has changed the same place. Keep both sides, git add the file, then enter.",
)

_OF_SCENARIO: dict[tuple[str, str], Lesson] = {
    ("worse-first", catalog.FIX_CHANGE): Lesson(
        "A colleague left a first try: enter offers it first. In the second round choose second-try.patch instead.",
        "v shows the change. It looks right, and it passes its tests.",
    ),
    ("worse-first", catalog.MONITOR_SMOKE): Lesson(
        "An expired token has to get 401 now, and a valid one still 200.",
        failed="It made it worse: nobody gets in. r brings production back first; s then gives the verdict and a "
        "second round.",
    ),
    ("red-check", catalog.PULL_REQUEST_CHECKS): Lesson(
        "The forge runs three checks on your very commit. They take some seconds; what they say shows by itself.",
        failed="Style is red: blanks at the end of a line. enter opens the file there: delete them; then the change is "
        "looked at, tested and pushed again.",
    ),
    ("lost-connection", catalog.VERIFY_PUSH): Lesson(
        "In this drill the connection breaks here. Do not push again before it was looked whether it arrived.",
        "The connection broke, and the remote was asked: the branch had arrived. Nothing was sent twice.",
    ),
    ("lost-connection", catalog.DEPLOY_PRODUCTION): Lesson(
        "In this drill the connection breaks in the deployment. Look before you repeat anything.",
        "The command failed, and production runs the fix anyway: it was asked.",
        "The command failed. That does not say that nothing was deployed: l looks what production runs.",
    ),
}


def lesson(scenario: str, step: str, state: str) -> str:
    """Return what is said at a step in a state; empty for nothing."""
    texts = _OF_SCENARIO.get((scenario, step)) or _LESSONS.get(step)
    if texts is None:
        texts = _BACKPORT if step.startswith("backport.") else Lesson("")
        if scenario == "backport-conflict" and step == "backport.release-2-2":
            texts = texts._replace(failed=_RESOLVE)
    if (scenario, step, state) == ("red-check", catalog.PULL_REQUEST_CHECKS, "stale"):
        return "The change is another one now. [ leads back: test, commit and push it; the forge checks it by itself."
    if state == "done":
        return texts.done
    if state in ("failed", "unknown"):
        return texts.failed or texts.open
    return texts.open if state in ("pending", "stale", "debt", "waiting") else ""


_RESOLVE = (
    "The line changed the same place. ! opens a shell: cp ../../resolved-for-release-2.2.py tokend/tokens.py; git add "
    "tokend"
)
"""What the prepared file is for, as seen from the worktree of the backport."""


STEPS = tuple(dict.fromkeys([*_LESSONS, *(step for _, step in _OF_SCENARIO)]))
"""The steps at which a drill has something to say, apart from backports."""
