"""The picture of the branch: where the hotfix starts, what is live by evidence, and what else would be included."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual.content import Content

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.history import brief, files_of
from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import BY_BRANCH, Base, Branched, Heard, Preflight
from hotfix_tui.incident.model.evidence.fix import Changed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import gates, left_open, policy
from hotfix_tui.incident.rules.published import published_alone
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.pictures import branch_graph, times
from hotfix_tui.ui.pictures.branch_graph import Graph, GraphData
from hotfix_tui.ui.pictures.scene import Scene

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

CREATE, BASE, PREFLIGHT = catalog.BRANCH_CREATE, Base.STEP, Preflight.STEP

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")

_SOURCES = {
    "live": "production itself (git.live)",
    "platform": "the platform",
    "forge": "the forge's deployments",
    "tag": "the release tags",
}
_ORDER = ("live", "platform", "forge", "tag")


def ask(engine: "Engine") -> GraphData:
    """Read subject, author and age of the commits with one git call, and the files of undeployed ones with another."""
    seen = engine.record.evidence(Base)
    if seen is None or not seen.commit:
        return GraphData({}, {})
    git = engine.context().git
    try:
        commits = {commit.sha: commit for commit in brief(git, branch_graph.names(seen))}
        undeployed = branch_graph.graph_of(engine.record, seen, GraphData(commits, {})).undeployed
        return GraphData(commits, files_of(git, undeployed))
    except GitError as problem:
        return GraphData({}, {}, problem.sentence)


def asks_for(record: Record) -> tuple[object, ...]:
    """Return what the commits in the graph depend on."""
    seen = record.seen(Base)
    return seen.commit, seen.live, seen.production_head, branch_graph.not_live(seen)


def paint(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the picture: the graph first, then the evidence, then what else would be included."""
    seen = scene.record.seen(Base)
    evidence = _sources(scene, seen, width)
    if not seen.commit:
        return _without(scene, seen, evidence, width)[:height]
    looked = scene.looked if isinstance(scene.looked, GraphData) else None
    graph = branch_graph.graph_of(scene.record, seen, looked)
    least = 6 if height >= 6 + 1 + len(evidence) - 1 else height
    below = evidence if len(evidence) > 1 and height - len(evidence) >= least else []
    along = _along(scene, seen, graph, looked, width)
    tall = height >= 20
    room = height - 1 - len(below)
    if tall:
        room = min(room - 4, branch_graph.MOST_UNDEPLOYED + branch_graph.BELOW + 4)
    note = "" if looked is not None else "looking…"
    if looked is not None and looked.problem:
        note = "could not look"
    title = branch_graph.title(graph, _asked_at(scene))
    right = rows.text((f"{note}  ", "$muted"), title) if note else title
    out = [rows.rule("Where the hotfix starts", right, width)]
    hotfix = _hotfix(scene, width)
    out += branch_graph.painted(graph, seen, looked, hotfix, scene.now, width, max(room, 0))
    if tall:
        out += [Content(""), rows.cut(_legend(graph), width), Content("")]
    out += below
    if tall and along and len(out) + 1 + len(along) <= height:
        out += [Content(""), *along]
    return out[:height]


def _asked_at(scene: Scene) -> str:
    """Return when the sources were queried, once the fix has landed or has been live since; empty before."""
    at = scene.record.entry(BASE).get("at")
    over = isinstance(at, datetime) and branch_graph.moved_on(scene.record)
    return times.at(_zoned(at), scene.now) if over and isinstance(at, datetime) else ""


def _without(scene: Scene, seen: Base, evidence: list[Content], width: int) -> list[Content]:
    """Return the picture while it is unknown what is live, or while that has to be chosen."""
    out = [rows.rule("Where the hotfix starts", ("not known yet", "bold $warn"), width)]
    if seen.question:
        out += [rows.text(" ", row) for row in rows.wrap(f"{seen.question}.", width - 2)]
        for candidate in seen.candidates:
            out.append(
                _candidate(
                    scene,
                    candidate.commit,
                    candidate.tag,
                    candidate.branch,
                    candidate.why,
                    candidate.at,
                    candidate.dated,
                    width,
                )
            )
        return [*out, *evidence] if len(evidence) > 1 else out
    why = seen.why
    if why:
        out += [rows.text(" ", paragraph) for paragraph in rows.paragraphs(why, width - 2, style="$bad")]
    if known := scene.record.kept(scene.record.round - 1).base and scene.record.this_round.get("base"):
        out += [rows.text(" ", row) for row in rows.wrap(_of_a_later_round(scene.record, known), width - 2)]
        return out
    order = [
        source for source in scene.record.config.get("git", {}).get("order", _ORDER) if source in _SOURCES
    ]
    what = "what users have" if published_alone(scene.record) else "what is live"
    said = f"Nothing is known yet of {what}. Find {what} asks " + _listed(
        [_SOURCES[source] for source in order]
    )
    out += [rows.text(" ", row) for row in rows.wrap(f"{said}, and shows what each says.", width - 2)]
    return [*out, *evidence] if len(evidence) > 1 else out


def _of_a_later_round(record: Record, begun: str) -> str:
    """Return where a later round starts: nobody has to be asked what is live."""
    number, kept = record.round - 1, record.kept(record.round - 1)
    standing = gates.production_state(record)
    now = f" {standing[:1].upper()}{standing[1:]}." if standing else ""
    now += f" {still}" if (still := left_open.said(record)) else ""
    if begun == "on-top":
        fix = (kept.landed or kept.commit)[:7]
        return f"This round builds on the fix of round {number}, {fix}, and corrects it.{now}"
    return f"This round starts where round {number} did, from {kept.base[:7]}, without its fix.{now}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}" if names else "git"


def _candidate(
    scene: Scene, commit: str, tag: str, branch: str, why: str, at: datetime | None, dated: str, width: int
) -> Content:
    parts = [why]
    if at is not None:
        parts.append(f"{dated or ('tagged' if tag else 'made')} {times.age(_zoned(at), scene.now)} ago")
    if branch:
        parts.append(f"lands on {branch}")
    said = f" {glyphs.DOT} ".join(filter(None, parts))
    left = rows.text(" ", (glyphs.UNKNOWN, "bold $warn"), "  ", (commit[:7], "$key"), "  ", (tag, ""))
    return rows.cut(rows.text(left, "  " if tag else "", (said, "$muted")), width - 1)


def _zoned(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


# The hotfix itself


def _hotfix(scene: Scene, width: int) -> Content:
    record = scene.record
    name = record.seen(Branched).branch
    if name:
        at = record.entry(CREATE).get("at")
        done = record.entry(CREATE).get("state") == "done" and isinstance(at, datetime)
        said = f"made {times.at(_zoned(at), scene.now)}" if done and at is not None else ""
    else:
        known = scene.plan.known if scene.plan is not None else None
        planned = known.branch if isinstance(known, Branched) else ""
        name, said = planned or "the hotfix", "is made here"
    return rows.text((name, "bold"), "  ", (said, "$muted"))


def _legend(graph: Graph) -> Content:
    signs: list[rows.Text] = [" "]
    if graph.undeployed or graph.more or graph.below:
        signs += [
            (
                f"{glyphs.OPEN} not live" if graph.undeployed or graph.more else f"{glyphs.OPEN} before it",
                "$muted",
            ),
            "  ",
        ]
    if graph.known:
        signs += [
            (f"{glyphs.LIVE} {'was live' if graph.label == branch_graph.WAS_LIVE else 'live'}", "$muted"),
            "  ",
        ]
    else:
        signs += [(f"{glyphs.UNKNOWN} live, if nothing else is", "$muted"), "  "]
    return rows.text(*signs, (f"{glyphs.HOTFIX} the hotfix", "$muted"))


# Evidence


def _sources(scene: Scene, seen: Base, width: int) -> list[Content]:
    """Return what each source said, one row each, under a rule; only the rule if nothing was queried."""
    live = seen.live or seen.commit
    heading = f"What {'was' if branch_graph.moved_on(scene.record) else 'is'} live, by evidence"
    shown = [heard for heard in seen.heard if heard.key or seen.source == heard.source]
    if not shown and not seen.sources and seen.commit and seen.source:
        shown = [Heard(seen.source, seen.source, seen.commit, seen.tag, seen.deployed_at)]
    if not shown and seen.sources:
        listed = [rows.cut(rows.text(" ", source), width - 1) for source in seen.sources]
        return [rows.rule(heading, "", width), *listed]
    agreed = sum(bool(live) and heard.commit == live for heard in shown)
    odd = [heard for heard in shown if heard.commit and heard.counts and heard.commit != live]
    if seen.disagreement or odd:
        right = ("sources disagree", "bold $bad")
    elif agreed == 0 and seen.choice in ("same", "on-top"):
        right = ("not asked again in this round", "$muted")
    elif agreed == 0:
        right = ("nothing says what is live", "bold $warn")
    else:
        right = (
            "1 source" if agreed == 1 else f"{agreed} sources agree",
            "$ok" if seen.source != BY_BRANCH else "$warn",
        )
    asked = scene.record.entry(BASE).get("at")
    name_width = min(
        max((rows.width_of(_name(scene, heard)) for heard in shown), default=0), max(width // 2 - 8, 10)
    )
    out = [rows.rule(heading, rows.text(right), width)]
    for heard in shown:
        out.append(_source(scene, heard, live, bool(seen.disagreement), asked, name_width, width))
    return out


def _name(scene: Scene, heard: Heard) -> str:
    """Return the source's name; the address if production itself is queried at one."""
    address = scene.record.config.get("git", {}).get("live")
    return address if heard.key == "live" and isinstance(address, str) else heard.source


def _source(
    scene: Scene, heard: Heard, live: str, disagree: bool, asked: object, name_width: int, width: int
) -> Content:
    name = rows.cut(_name(scene, heard), name_width, pad=True)
    if not heard.commit:
        sign = (glyphs.UNKNOWN, "bold $warn") if heard.asked else (glyphs.NOT_NEEDED, "$muted")
        said = rows.text((heard.why or "no answer", "$warn" if heard.asked else "$muted"))
        return rows.cut(rows.text(" ", sign, "  ", name, "  ", said), width - 1)
    how = ""
    if heard.at is not None:
        dated = (heard.dated or "tagged") if heard.key == "tag" else "deployed"
        how = f"{dated} {times.age(_zoned(heard.at), scene.now)} ago"
    elif heard.key and heard.key != "tag" and isinstance(asked, datetime):
        how = f"asked {times.at(_zoned(asked), scene.now)}"
    if heard.commit == live:
        sign = (glyphs.DONE, "$ok")
    elif disagree and heard.counts:
        sign = (glyphs.FAILED, "bold $bad")
    else:
        sign = (glyphs.DOT, "$muted")
        if heard.key == "tag" and how:
            how = f"{how}{_beside(scene.record, heard)}"
    tag = f"{heard.tag}  " if heard.tag and heard.tag not in heard.source else ""
    said = rows.text((heard.commit[:7], "$key"), "   ", (tag, ""), (how, "$muted"))
    return rows.cut(rows.text(" ", sign, "  ", name, "   ", said), width - 1)


def _beside(record: Record, heard: Heard) -> str:
    """Return what a tag is that is not the base: an earlier round's fix, or older; nothing if it is neither."""
    for number in range(1, record.round):
        kept = record.kept(number)
        if heard.commit in (kept.commit, kept.landed):
            return f", the fix of round {number}"
    seen = record.seen(Base)
    since = seen.tagged_at or seen.committed_at
    newer = since is not None and heard.at is not None and _zoned(heard.at) > _zoned(since)
    return "" if newer else ", older"


# What else would be included


def _along(scene: Scene, seen: Base, graph: Graph, looked: GraphData | None, width: int) -> list[Content]:
    """Return what is not live but on the landing branch, with the files; nothing if there is none."""
    count = len(graph.undeployed) + graph.more
    if not count:
        return []
    files = looked.files if looked else {}
    touched = {path for commit in graph.undeployed for path in files.get(commit, [])}
    right = rows.plural(count, "commit")
    if not graph.more and looked is not None and all(commit in files for commit in graph.undeployed):
        right += f", {rows.plural(len(touched), 'file')}"
    out = [rows.rule("What would be included", (right, "$muted"), width)]
    fix = _fix_files(scene.record)
    room = max(width - 14, 20)
    widths = [room * 3 // 5 - 1, room - room * 3 // 5 - 1]
    for commit in graph.undeployed:
        known = looked.commits.get(commit) if looked else None
        cells: list[rows.Text] = [known.subject if known else "", _files(files.get(commit), fix)]
        row = rows.text(
            " ", (glyphs.OPEN, "$warn"), "  ", (commit[:7], "$key"), "   ", rows.columns(cells, widths, gap=1)
        )
        out.append(rows.cut(row, width - 1))
    if graph.more:
        out.append(rows.text(" ", (f"… and {rows.count(graph.more)} more", "$muted")))
    return [
        *out,
        *(
            rows.text(" ", sentence)
            for sentence in rows.wrap(_what_becomes(scene, seen, graph), width - 2, style="$muted")
        ),
    ]


def _fix_files(record: Record) -> set[str]:
    return {file.path for file in record.seen(Changed).files}


def _files(files: list[str] | None, fix: set[str]) -> Content:
    if files is None:
        return rows.text(("looking…", "$muted"))
    same = [path for path in files if path in fix]
    if same:
        return rows.text(
            (f"touches {same[0]}" + (f" and {len(same) - 1} more" if len(same) > 1 else ""), "bold $warn")
        )
    names = ", ".join(path.rpartition("/")[2] for path in files[:2]) or "no file"
    names += f" and {len(files) - 2} more" if len(files) > 2 else ""
    return rows.text((f"{names} {glyphs.DOT} not in the fix" if fix else names, "$muted"))


def _what_becomes(scene: Scene, seen: Base, graph: Graph) -> str:
    """Return what happens to the commits that are not live."""
    if seen.choice == "production":
        return f"They go {_out(scene)} with the fix, which starts from {graph.landing}."
    if policy.order(scene.record) == policy.DEPLOY_FIRST:
        return "They stay out of the hotfix branch, and the fix is deployed from that one."
    return (
        f"They stay out of the hotfix branch. The merge lists them once more: they go {_out(scene)} with it."
    )


def _out(scene: Scene) -> str:
    return "out" if published_alone(scene.record) else "live"


# The checklist


def word(scene: Scene, view: StepView) -> str:
    """Return the evidence shown instead of a state word."""
    if view.id == BASE and view.state == "done":
        return view.seen(Base).commit[:7]
    return ""


def sentence(scene: Scene, view: StepView) -> str:
    """Return one clause of evidence for the row of a step."""
    if view.id == PREFLIGHT:
        return _repository(scene.record) if view.state == "done" else ""
    if view.id == BASE:
        return _base(scene.record) if view.state == "done" else ""
    if view.id == CREATE and view.state == "done":
        made = view.seen(Branched)
        return f"{made.branch} in {'this checkout' if made.in_place else made.worktree}"
    if view.id == CREATE and view.state == "pending":
        return _own_folder(scene.record)
    return ""


def _repository(record: Record) -> str:
    seen = record.seen(Preflight)
    changed = (seen.changed or 0) + (seen.untracked or 0)
    parts = [f"{rows.plural(changed, 'file')} changed" if seen.dirty and changed else "clean"]
    parts.append(f"{seen.remote}, {seen.production}" if seen.remote else "no remote")
    if seen.warnings:
        parts.append(rows.plural(len(seen.warnings), "note"))
    return ", ".join(parts)


def _base(record: Record) -> str:
    seen = record.seen(Base)
    live = seen.live or seen.commit
    agreed = sum(bool(heard.key) and heard.commit == live for heard in seen.heard)
    parts = [seen.tag] if seen.tag else []
    if seen.disagreement:
        parts.append("the sources disagree")
    elif agreed > 1:
        many = _NUMBERS[agreed] if agreed < len(_NUMBERS) else str(agreed)
        parts.append(f"{many} sources agree")
    elif seen.source:
        parts.append("as chosen" if seen.source == "given" else f"by {seen.source}")
    return ", ".join(parts)


def _own_folder(record: Record) -> str:
    seen = record.seen(Preflight)
    changed = (seen.changed or 0) + (seen.untracked or 0)
    if seen.dirty and changed:
        return f"in its own folder: your {rows.plural(changed, 'changed file')} stay"
    return ""
