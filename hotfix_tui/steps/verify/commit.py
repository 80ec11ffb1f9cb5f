"""verify.commit: one commit of only the chosen files, hooks running, with exactly the tree that was tested."""

import os
import textwrap
from collections.abc import Iterator
from datetime import datetime

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.documents import render, subject
from hotfix_tui.documents.gap_marks import OPEN
from hotfix_tui.git.diff import diff_numstat
from hotfix_tui.git.faults import Kind, fault, summary
from hotfix_tui.git.history import commit_info
from hotfix_tui.git.identity import message_encoding, signing
from hotfix_tui.git.refs import tree
from hotfix_tui.git.repository import in_progress
from hotfix_tui.git.selection import tracked
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.run import RunNote
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.wording import TeamRules
from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.changeset.state import State, look, record_text, tree_to_check
from hotfix_tui.steps.common.commands import git_command
from hotfix_tui.steps.common.hooks import hooks_here, missing_hooks
from hotfix_tui.steps.common.outcome import failed_argv, failure_probe, last_words, redacted, unchecked
from hotfix_tui.steps.common.team_rules import sign_off, team_rules
from hotfix_tui.steps.contract import (
    Context,
    Plan,
    Probe,
    Step,
    done,
    failed,
    not_done,
    refuse,
    refusing,
    unknown_if_git_fails,
)
from hotfix_tui.steps.guards import disclosure
from hotfix_tui.steps.landed.lines import offered

_COMMIT_HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg")
_REFUSED = 1
"""The exit status of git commit if a hook rejected it; git's own errors give 128."""
_KEPT = 20
"""How many files changed by a hook are kept by name."""
_LONGEST = 60_000
"""Bytes of paths that are put on one command line."""


class CommitStep(Step):
    """Done when the branch's head has the tree of the change and is not the base."""

    id = catalog.VERIFY_COMMIT
    looks_early = True

    @unknown_if_git_fails
    def probe(self, ctx: Context) -> Probe:
        state = look(ctx)
        return not_done("there is no change yet") if state is None else _look(ctx, state)

    def plan(self, ctx: Context, choice: str = "") -> Plan:
        with refusing("Fix that, then commit again.", self.id):
            wanted = tree_to_check(ctx, self.id)
            state = look(ctx)
            if state is None or not state.pending:
                return _nothing_to_commit(ctx, state)
            if operation := in_progress(ctx.work):
                cure = f"Finish or abort it in {ctx.worktree}."
                raise refuse(f"A {operation} is in progress there.", cure, self.id)
            return _plan(ctx, state, wanted)

    @unknown_if_git_fails
    def conclude(self, ctx: Context, run: RunState, directory: str) -> Probe:
        return self._concluded(ctx, run, directory)

    def _concluded(self, ctx: Context, run: RunState, directory: str) -> Probe:
        wanted, before = ctx.seen(Committed).wanted, ctx.record.note(self.id).head
        state = look(ctx)
        if state is None:
            return failed("the hotfix branch is gone; make it again: `do branch.create`")
        if state.head == before:
            bad = _by_hook(ctx, run, directory) or failure_probe(run, directory, "The commit")
            changed = _differing(ctx, wanted, state.tree)
            if bad and changed:
                why = f"{bad.why}; a hook changed {_named(changed)}: look at it (`do fix.change`), test it again"
                return failed(why, _hooked(state.tree, changed), adds=True)
            return bad or failed("no commit was made")
        made = tree(ctx.work, state.head)
        if made != wanted:
            changed = _differing(ctx, wanted, made)
            why = (
                f"a hook changed {_named(changed)} in the commit, so it is not what was tested; "
                "look at it (`do fix.change`) and test it again"
            )
            return failed(why, _hooked(made, changed), adds=True)
        seen = _look(ctx, state)
        idle = unchecked(directory) if seen.state == "done" else ""
        return seen._replace(why="; ".join(filter(None, (seen.why, idle)))) if idle else seen


def _by_hook(ctx: Context, run: RunState, directory: str) -> Probe | None:
    """Return the result if a hook stopped the commit: git itself is silent then. None for any other end."""
    words = last_words(run, directory)
    if run.state != "exited" or run.cancelled or run.exit_code != _REFUSED or _nothing_left(words):
        return None
    names = [name for name in hooks_here(ctx.work) if name in _COMMIT_HOOKS]
    if not names or "commit" not in failed_argv(run, directory):
        return None
    said = redacted(summary(words)) or "without a word"
    which = f"the hook {names[0]}" if len(names) == 1 else f"one of the hooks here ({', '.join(names)})"
    return failed(
        f"{which} refused the commit (exit status {run.exit_code}): {said}; nothing was committed, the files are as "
        "they were: correct that, then `do verify.commit`"
    )


def _nothing_left(words: bytes) -> bool:
    known_fault = fault(words)
    return known_fault is not None and known_fault.kind is Kind.EMPTY


def _look(ctx: Context, state: State) -> Probe:
    """Return whether what is committed on the branch is the whole change."""
    if state.head == ctx.base:
        return not_done("nothing is committed on the branch yet")
    if state.conflicts:
        return not_done("there are conflicts to resolve")
    if state.pending and tree(ctx.git, state.head) != state.tree:
        count = len(state.pending)
        return not_done(f"{count} changed file{'s are' if count > 1 else ' is'} not committed yet")
    if tree(ctx.git, state.head) == tree(ctx.git, ctx.base):
        return not_done("the commits on the branch change nothing")
    info = commit_info(ctx.git, state.head)
    message = "\n\n".join(part for part in (info.subject, info.body) if part)
    seen = Committed(
        commit=info.sha,
        tree=info.tree,
        lines=offered(ctx, info.sha),
        message=message[:4000],
        committed_at=datetime.fromisoformat(info.committed),
        author=info.author,
    )
    return done("", seen, adds=True)


def _nothing_to_commit(ctx: Context, state: State | None) -> Plan:
    if state is None or state.head == ctx.base:
        raise refuse(
            "There is nothing to commit yet.", "Make the change: `do fix.change`.", catalog.VERIFY_COMMIT
        )
    return Plan("Take the commits that are on the branch")


def _plan(ctx: Context, state: State, wanted: str) -> Plan:
    here = tracked(ctx.work, state.pending)
    paths = [p for p in state.pending if p in here or os.path.lexists(os.path.join(ctx.worktree, p))]
    commands = [
        git_command(ctx, "--literal-pathspecs", "add", "--all", "--", *some, cwd=ctx.worktree)
        for some in _in_parts(paths)
    ]
    message = commit_message(ctx)
    args = (*message_encoding(ctx.work), "commit", "--cleanup=whitespace", *sign_off(ctx), "-m", message)
    commands.append(git_command(ctx, *args, cwd=ctx.worktree))
    count = len(state.files)
    subject = one_line(message.splitlines()[0], 80)
    warnings = (
        [f"New files that are not chosen stay out: {_named(state.untracked)}."] if state.untracked else []
    )
    warnings += [*disclosure.of_message(ctx, message), *doubts(ctx)]
    if none := missing_hooks(ctx.work):
        warnings.append(none)
    if signing(ctx.work).commits:
        warnings.append("Commits are signed here; unlock the key first if it asks for a passphrase.")
    return Plan(
        f"Commit {count} file{'s' if count != 1 else ''} to {ctx.branch}: {subject}",
        commands,
        tty=True,
        timeout=1800,
        warnings=warnings,
        known=_hooked("", []).but(wanted=wanted),
        note=RunNote(head=state.head),
    )


def _in_parts(paths: list[str]) -> Iterator[list[str]]:
    """Split paths so that each part fits on a command line."""
    part: list[str] = []
    size = 0
    for path in paths:
        size += len(os.fsencode(path)) + 1
        if part and size > _LONGEST:
            yield part
            part, size = [], len(os.fsencode(path)) + 1
        part.append(path)
    if part:
        yield part


def _named(paths: list[str]) -> str:
    shown = ", ".join(one_line(path, 60) for path in paths[:5])
    return shown + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")


def _differing(ctx: Context, first: str, other: str) -> list[str]:
    """Return the files in which two trees differ; empty if they are the same."""
    if not first or first == other:
        return []
    return [file.path for file in diff_numstat(ctx.work, first, other)]


def _hooked(tree_id: str, paths: list[str]) -> Committed:
    """Return what a hook made of the tested tree: results kept for that tree are now stale."""
    return Committed(hook_tree=tree_id, hook_files=tuple(record_text(path) for path in paths[:_KEPT]))


OVERRIDE = "commit/message"
"""The name under which an edited message is kept in the record."""


def commit_message(ctx: Context) -> str:
    """Return the edited message if there is one, otherwise the one rendered from the facts."""
    edited = _edited(ctx)
    return clean(edited) if edited else default_message(ctx)


def default_message(ctx: Context) -> str:
    """Return what the change does, what it fixes, the root cause, ticket and priority, as the template has them.

    The first line and the line length follow the team's rules. A paragraph with a gap is left out: a commit is for
    ever, and the gap is shown where it can be filled.
    """
    rules = team_rules(ctx)
    text = render.render("commit", ctx.record, ctx.now, extra={"rules": rules}).text
    paragraphs = [part.strip("\n") for part in text.split("\n\n") if part.strip() and OPEN not in part]
    if not paragraphs or not embargo.title(ctx.record):
        paragraphs = [_without_title(ctx, rules), *paragraphs]
    first, _, rest = paragraphs[0].partition("\n")
    paragraphs[0] = one_line(first, rules.commits.longest) + (f"\n{rest}" if rest else "")
    return (
        "\n\n".join(
            [paragraphs[0], *(_narrow(paragraph, rules.commits.line) for paragraph in paragraphs[1:])]
        )
        + "\n"
    )


def doubts(ctx: Context) -> list[str]:
    """Return remarks on the message before the commit is made, one sentence each."""
    rules = team_rules(ctx)
    signed = [f"It is signed off, as {rules.sign_off} asks for."] if rules.sign_off else []
    if _edited(ctx):
        return signed
    out = [f"The commit may be refused: {rule}." for rule in rules.commits.unmet]
    if subject.names_the_fault(ctx.record, rules.commits):
        out.append("Its first line says what was wrong; to say what the change does: `set fix.subject TEXT`.")
    if room := subject.cut_to(ctx.record, rules.commits):
        out.append(
            f"Its first line is cut at {room} characters; to shorten it yourself: `set fix.subject TEXT`."
        )
    return out + signed


def _edited(ctx: Context) -> str:
    return str(ctx.record.overrides.get(OVERRIDE, {}).get("text", "")).strip()


def _narrow(paragraph: str, width: int) -> str:
    """Return a paragraph with no line longer than `width`, except for words that are longer by themselves.

    What does not fit goes to the head of the next line, as if the paragraph had been filled to `width` at once.
    """
    out: list[str] = []
    over = ""
    for line in paragraph.splitlines():
        joined = f"{over} {line}" if over else line
        filled = [joined]
        if len(joined) > width:
            filled = textwrap.wrap(joined, width, break_long_words=False, break_on_hyphens=False)
        over = filled.pop() if len(filled) > 1 else ""
        out += filled
    return "\n".join([*out, over] if over else out)


def _without_title(ctx: Context, rules: TeamRules) -> str:
    return subject.worded(embargo.title(ctx.record) or f"hotfix {ctx.record.id}", rules.commits)


STEPS = (CommitStep(),)
