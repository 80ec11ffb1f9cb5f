"""Ways forward and back: the base, the rollback plan's commands, the landing order, the backports.

Apart from the rest of what templates may use: these parts are worked out from several steps; the others are looked
up.
"""

import re
import shlex

from hotfix_tui.base.text import slug
from hotfix_tui.documents.checklists import Views, command_text
from hotfix_tui.documents.escaping import code, escape_line
from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.backport import SHOWN_BY_GIT, Backported
from hotfix_tui.incident.model.evidence.branch import Base, Branched, Preflight
from hotfix_tui.incident.model.evidence.deploy import Deployed
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.evidence.pull_request import Requested
from hotfix_tui.incident.model.evidence.release import Landed, Tagged
from hotfix_tui.incident.model.evidence.verify import Committed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy
from hotfix_tui.incident.rules.earlier_fixes import NO_GOOD, failed_fix
from hotfix_tui.incident.rules.published import published_alone

ALWAYS_WATCHED = ("error rate", "API response times", "user reports")
"""What is watched after every deployment, whatever is configured; the pull request says these by itself."""

_CREATE = catalog.PULL_REQUEST_CREATE
_ADDRESS = re.compile(r"https?://[^\s<>\"']{1,500}")
_PLACEHOLDER = re.compile(r"(?<![${])\{([a-z]+)\}(?!\})")


def base(record: Record, markup: str) -> dict[str, object]:
    """Return what the hotfix starts from, with the production branch's commits that are not live."""
    seen = record.seen(Base)
    listed = [
        escape_line(commit, markup, 200) + _in_brackets(failed_fix(record, commit))
        for commit in seen.undeployed_list
    ]
    count = seen.undeployed or 0
    return {
        "commit": escape_line(seen.commit, markup),
        "short": escape_line(seen.commit[:12], markup),
        "tag": escape_line(seen.tag, markup),
        "said": escape_line(seen.said, markup),
        "before": _round_before(record, seen, markup),
        "source": escape_line(seen.source, markup),
        "branch": escape_line(record.landing_branch, markup),
        "age_days": "" if seen.age_days is None else str(seen.age_days),
        "undeployed": str(count),
        "has_undeployed": bool(count),
        "undeployed_list": listed,
        "acknowledged_list": [escape_line(commit, markup, 200) for commit in seen.acknowledged_list or ()],
        "acknowledged": str(seen.acknowledged or 0),
        "more": str(max(0, count - len(listed))) if count > len(listed) else "",
    }


def _round_before(record: Record, seen: Base, markup: str) -> str:
    """Return what the round before made, if its fix did no good and this round's base was chosen for that."""
    number = record.round - 1
    verdict = str(record.rounds[number - 1].get("verdict", "")) if number else ""
    where = {"same": "Not in this change", "on-top": "This change is on top of it"}.get(seen.choice or "")
    kept = record.kept(number)
    if not where or verdict not in NO_GOOD or not kept.commit or embargo.on(record):
        return ""
    tagged = f", tagged {escape_line(kept.tag, markup)}" if kept.tag else ""
    return f"{where}: the fix of round {number} ({kept.commit[:7]}{tagged}), which {NO_GOOD[verdict]}."


def _in_brackets(said: str) -> str:
    return f" ({said})" if said else ""


def landed(record: Record, markup: str) -> dict[str, object]:
    """Return what landed, once known: its commit, and what it contains besides the fix that was not live before."""
    seen = record.seen(Landed)
    listed = [escape_line(commit, markup, 200) for commit in seen.also_landed]
    count = max(seen.also_count or 0, len(listed))
    return {
        "commit": escape_line(seen.commit, markup),
        "short": escape_line(seen.commit[:7], markup),
        "others": str(count),
        "alone": not count and (seen.also_count is not None or seen.same_tree),
        "listed": listed,
        "more": str(count - len(listed)) if count > len(listed) else "",
    }


def landing(record: Record) -> dict[str, str]:
    """Return the order in which the fix lands, and why."""
    names = {policy.MERGE_FIRST: "merge, then deploy", policy.DEPLOY_FIRST: "deploy, then merge"}
    if published_alone(record):
        names = {policy.MERGE_FIRST: "merge, then publish", policy.DEPLOY_FIRST: "publish, then merge"}
    return {
        "order": names[policy.order(record)],
        "why": policy.order_reason(record),
    }


def rollback(record: Record) -> dict[str, object]:
    """Return the ways back as command lines, as concrete as the record allows."""
    word = "TICKET" if embargo.nameless(record) else record.ticket or record.id
    deploy = record.config.get("deploy", {})

    def filled(item: str) -> str:
        return fill(item, record)

    commands = {"previous": deploy.get("rollback"), **dict(deploy.get("rollbacks", {}))}
    named = [
        {"name": escape_line(name), "command": code(command_text(value, filled))}
        for name, value in commands.items()
        if value
    ]
    flag_command = command_text(deploy.get("feature-flag"), filled)
    return {
        "revert": [code(command) for command in _revert(record)],
        **_until_landed(record),
        "by_request": record.has_forge,
        "previous_faulty": not record.seen(Deployed).previous,
        "wizard": code(shlex.join(["hotfix-tui", "rollback", "previous", "--confirm", word])),
        "wizard_revert": code(shlex.join(["hotfix-tui", "rollback", "revert", "--confirm", word])),
        "commands": named,
        "platform": escape_line(deploy.get("platform", ""), "markdown"),
        "flag_command": code(flag_command) if flag_command else "",
        "previous": escape_line(_previous(record), "markdown"),
    }


def _revert(record: Record) -> list[str]:
    """Return commands that revert the change, from any branch: in a worktree of the production branch's own head.

    What landed is reverted, a merge against its first parent. If nothing is known to have landed, the diff of the
    hotfix is reversed, in whatever form it lands. On a forge they end with a branch for a pull request.
    """
    undo = _undo(record)
    if not undo:
        return []
    production, remote = record.landing_branch, _remote(record)
    name = f"revert-{slug(record.ticket or record.id) or 'hotfix'}"
    place = f"../{name}"
    start = f"{remote}/{production}" if remote else production
    target = name if record.has_forge else production
    made = [
        ["git", "fetch", remote, production] if remote else [],
        ["git", "worktree", "add", "--detach", place, start],
    ]
    after = [
        ["git", "-C", place, "push", remote or ".", f"HEAD:refs/heads/{target}"],
        ["git", "worktree", "remove", place],
    ]
    here = [command.replace("PLACE", shlex.quote(place)) for command in undo]
    return [
        *(shlex.join(command) for command in made if command),
        *here,
        *(shlex.join(command) for command in after),
    ]


def _until_landed(record: Record) -> dict[str, object]:
    """Return the hotfix commit that the revert names while it has not landed, and what takes its place later.

    Landed as a squash or a rebase, with its branch deleted, that commit is in no fresh clone.
    """
    fix, landed = _sha(record.seen(Committed).commit), _sha(record.seen(Landed).commit)
    if not fix or landed or not _undo(record):
        return {"unlanded": "", "landed_revert": ""}
    place = f"../revert-{slug(record.ticket or record.id) or 'hotfix'}"
    return {
        "unlanded": fix[:12],
        "landed_revert": code(f"git -C {shlex.quote(place)} revert --no-edit COMMIT"),
    }


def _remote(record: Record) -> str:
    """Return the name of the remote: the default until the preflight has run, empty if there is none."""
    known = record.seen(Preflight).remote
    return "origin" if known is None else known


def _undo(record: Record) -> list[str]:
    """Return what reverts the change in the worktree PLACE; empty while there is no hotfix commit."""
    fix = _sha(record.seen(Committed).commit)
    landed = _sha(record.seen(Landed).commit)
    listed = [_sha(commit) for commit in record.seen(Landed).commits]
    commits = [commit for commit in reversed(listed) if commit] or ([landed] if landed else [])
    if commits:
        merged = landed and landed != fix and record.seen(Landed).by == "ancestry"
        return [
            shlex.join(
                ["git", "-C", "PLACE", "revert", "--no-edit", *(["-m", "1"] if merged else []), *commits]
            )
        ]
    base = _sha(record.seen(Base).commit)
    if not (fix and base):
        return []
    return [
        f"git diff-tree -p --binary {base} {fix} | git -C PLACE apply -R --index --3way",
        f"git -C PLACE commit -m {shlex.quote(f'Revert {fix[:12]}')}",
    ]


def _sha(value: object) -> str:
    text = str(value or "")
    return text if re.fullmatch(r"[0-9a-f]{7,64}", text) else ""


def _previous(record: Record) -> str:
    return record.seen(Deployed).previous or record.seen(Base).commit


def fill(command: str, record: Record) -> str:
    """Return an item of a command line with the known placeholders filled in, for reading, not for running."""
    values = {
        "ticket": record.ticket,
        "id": record.id,
        "branch": record.seen(Branched).branch,
        "base": record.seen(Base).commit,
        "commit": record.seen(Landed).commit or record.seen(Committed).commit,
        "version": record.seen(Tagged).tag,
        "previous": _previous(record),
        "environment": "production",
    }
    return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], "") or match[0]), command)


def watched(record: Record) -> list[str]:
    """Return the names of the probes and metrics that watch production, each once, without what is always watched."""
    config = record.config
    items = [*config.get("smoke", []), *config.get("probe", []), *config.get("metric", [])]
    names = [str(item["name"]) for item in items if isinstance(item, dict) and item.get("name")]
    known = () if published_alone(record) else ALWAYS_WATCHED
    once = {name.casefold(): "" for name in known}
    for name in names:
        once.setdefault(name.casefold(), escape_line(name, "markdown"))
    return [name for name in once.values() if name]


def files(record: Record, markup: str) -> list[str]:
    """Return the changed files, as listed in the change's evidence."""
    out = []
    for file in record.seen(Changed).files:
        if file.path:
            out.append(code(file.path) if markup == "markdown" else escape_line(file.path, markup))
    return out


_BACKPORT_WORDS = {
    "pending": "to do",
    "debt": "owed",
    "waiting": "picked, not merged into the line yet",
    "failed": "not carried over",
    "not-needed": "not needed",
}


def backports(record: Record, steps: Views, markup: str) -> list[dict[str, str]]:
    """Return the lines that get the fix: name, state, pull request."""
    out = []
    verdicts = {line.line: line.verdict for line in record.seen(Committed).lines}
    for target in record.lines:
        view = next((step for step in steps.values() if step.step.line == target), None)
        seen = view.seen(Backported) if view else Backported()
        state = view.state if view else "pending"
        words = _BACKPORT_WORDS.get(state, state)
        if state == "pending":
            words = SHOWN_BY_GIT.get(verdicts.get(target, ""), words)
        if view and state == "waived":  # that says by whom and why
            words = escape_line(view.why, markup)
        out.append(
            {
                "line": escape_line(target, markup),
                "state": words,
                "url": escape_line(seen.url or "", markup),
                "why": escape_line(view.why, markup) if view and state == "not-needed" else "",
                "branch": escape_line(seen.branch, markup),
            }
        )
    open_lines = []
    for target in record.offered_lines:
        if words := SHOWN_BY_GIT.get(verdicts.get(target, ""), ""):
            row = {"line": escape_line(target, markup), "state": words, "url": "", "why": "", "branch": ""}
            out.append(row)
        else:
            open_lines.append(target)
    if offered := [escape_line(target, markup) for target in open_lines]:
        holds = "hold" if len(offered) > 1 else "holds"
        words = f"{holds} files that the fix changes; nobody has decided yet"
        out.append({"line": ", ".join(offered), "state": words, "url": "", "why": "", "branch": ""})
    return out


def links(record: Record, steps: Views, markup: str) -> dict[str, str]:
    """Return addresses: ticket, pull request, production, staging; empty if there is none.

    ``pr_state`` says what is known of a pull request without an address.
    """
    tracker = str(record.config.get("tracker", {}).get("link", ""))
    deploy = record.config.get("deploy", {})
    return {
        "ticket": escape_line(tracker.replace("{ticket}", record.ticket), markup)
        if tracker and record.ticket
        else "",
        "pr": escape_line(request_url(record), markup),
        "pr_state": escape_line(_request_state(steps), markup),
        "production": escape_line(deploy.get("production-url", ""), markup),
        "staging": escape_line(deploy.get("staging-url", ""), markup),
    }


def request_url(record: Record) -> str:
    """Return the pull request's address: from the forge, or as given by the person who ticked the step."""
    known = record.seen(Requested).url
    said = _ADDRESS.search(record.seen(Requested).said)
    return known or (said[0].rstrip(".,;)") if said else "")


def _request_state(steps: Views) -> str:
    view = steps.get(_CREATE)
    if view is None or view.state == "not-needed":
        why = view.why.partition(":")[0] if view else ""
        return "none" + (f" ({why})" if why else "")
    if view.state == "done":
        return "opened by hand"
    if view.state == "waived":
        return "none (waived)"
    owed = " (owed)" if view.state == "debt" else ""
    return "not opened yet" + owed
