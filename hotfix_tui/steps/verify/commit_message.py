"""The message of the hotfix commit: the document ``commit``, without what is still unknown."""

import textwrap

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.documents import subject
from hotfix_tui.documents.gap_marks import OPEN
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model.wording import TeamRules
from hotfix_tui.steps.common.team_rules import team_rules
from hotfix_tui.steps.contract import Context

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
    from hotfix_tui.documents.render import render

    rules = team_rules(ctx)
    text = render("commit", ctx.record, ctx.now, extra={"rules": rules}).text
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
