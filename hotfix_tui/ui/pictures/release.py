"""The picture of the stage release: the chain from what was tested to what lands, and what else the merge includes."""

from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import Base
from hotfix_tui.incident.model.evidence.pull_request import Approved, Requested
from hotfix_tui.incident.model.evidence.release import Landed, Merged, Tagged
from hotfix_tui.incident.model.evidence.verify import Checked, Committed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.incident.rules import policy, set_off
from hotfix_tui.incident.rules.earlier_fixes import failed_fixes
from hotfix_tui.incident.rules.identity_chain import Link, chain
from hotfix_tui.incident.rules.published import out_word, published_alone
from hotfix_tui.incident.rules.step_state import StepView
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.paint.rows import Text
from hotfix_tui.ui.pictures import pull_request
from hotfix_tui.ui.pictures.scene import Scene
from hotfix_tui.ui.pictures.times import at as when

if TYPE_CHECKING:
    from hotfix_tui.engine.core import Engine

MERGE, CONFIRM, TAG = catalog.RELEASE_MERGE, catalog.RELEASE_CONFIRM, catalog.RELEASE_TAG
CROSSED = "╳"
_CONNECTORS_FROM = 11
"""Rows below which the connectors between the links are dropped."""


def ask(engine: "Engine") -> pull_request.ForgeLook:
    """Query the forge for the request to be merged."""
    return pull_request.ask(engine)


def asks_for(record: Record) -> tuple[str, ...]:
    """Return what invalidates the answer: each probe of the merge."""
    entry = record.entry(MERGE)
    return (*pull_request.asks_for(record), f"{entry.get('state')} {entry.get('at')}")


# What the screen asks for


def paint(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the chain, and if there is room what else the merge includes."""
    links = chain(scene.record)
    if not links:
        said = "No code changes in this incident, so there is nothing that lands."
        empty = rows.wrap(said, width - 2, style="$muted")
        return [rows.rule("Is it still the same change?", "", width), *_indented(empty)][:height]
    between = height >= max(_CONNECTORS_FROM, 2 * len(links))
    if not between and height >= _CONNECTORS_FROM:
        links = _without_deploy(links)
        between = height >= 2 * len(links)
    out = [rows.rule("Is it still the same change?", _holds(links), width)]
    out += _drawn(scene, links, width, height - 1, between)
    merge_rows = _merge(scene, width)
    if height - len(out) > 4:
        merge_rows = merge_rows[: height - len(out) - 1]
        out += [Content(""), *merge_rows]
    return out[:height]


def word(scene: Scene, view: StepView) -> str:
    """Return the evidence of a step for the right column of the checklist."""
    if view.state != "done":
        return "later" if view.id == TAG and view.state == "pending" and _tagged_late(scene) else ""
    if view.id == TAG:
        name = rows.text(view.seen(Tagged).tag)
        return name.plain if name.cell_length <= 9 else ""
    if view.id == MERGE:
        return view.seen(Merged).commit[:7]
    return view.seen(Landed).commit[:7] if view.id == CONFIRM else ""


def sentence(scene: Scene, view: StepView) -> str:
    """Return one clause of evidence for the row of a step."""
    record = scene.record
    into = record.landing_branch
    if view.id == MERGE and view.state in ("pending", "running"):
        number, who = record.seen(Requested).number, ", ".join(record.seen(Approved).approvals)
        what = f"#{number}" if number else record.seen(Committed).commit[:7]
        return f"{what or 'the fix'} into {into}" + (f", approved by {who}" if who else "")
    if view.id == CONFIRM and view.state == "pending":
        return f"{into}, fetched again, carries this fix"
    if view.id == CONFIRM and view.state == "done":
        by = view.seen(Landed).by
        return f"{into} carries it" + (f", by {by}" if by else "")
    if view.id == TAG and view.state in ("pending", "debt"):
        return "after the watch" if _tagged_late(scene) else ""
    if view.id == TAG and view.state == "done":
        tagged = view.seen(Tagged)
        return f"{tagged.tag} on {tagged.commit[:7]}"
    return ""


# The chain


class _Look(NamedTuple):
    sign: str
    style: str


_LOOKS = {
    "ok": _Look(glyphs.LIVE, "$ok"),
    "broken": _Look(glyphs.FAILED, "bold $bad"),
    "unknown": _Look(glyphs.UNKNOWN, "$warn"),
    "not-yet": _Look(glyphs.OPEN, "$muted"),
}

_NOT_COUNTED = " It does not count: "


def _holds(links: list[Link]) -> Text:
    broken = next((link.name for link in links if link.state == "broken"), "")
    if broken:
        return (f"broken at {broken}", "bold $bad")
    known = [link for link in links if link.state != "not-yet"]
    good = sum(link.state == "ok" for link in known)
    if not known:
        return ("nothing tested yet", "$muted")
    said = f"{good} of {rows.plural(len(known), 'link')} hold" + ("s" if len(known) == 1 else "")
    return (said, "$ok" if good == len(known) else "$warn")


def _without_deploy(links: list[Link]) -> list[Link]:
    """Return the links without those of the deployment still to come: its own picture shows them."""
    return [link for link in links if link.state != "not-yet" or not link.step.startswith("deploy.")]


def _drawn(scene: Scene, links: list[Link], width: int, room: int, between: bool) -> list[Content]:
    """Return the links, with connectors if `between`; if not all fit, the earliest intact ones are dropped."""
    out: list[Content] = []
    cut_off = False
    start = 0
    if not between and len(links) > room:
        start = len(links) - room + 1
        bad = next((place for place, candidate in enumerate(links) if candidate.state != "ok"), len(links))
        start = min(start, max(bad, 1))
        out.append(rows.text(" ", (f"{glyphs.MORE}  {rows.plural(start, 'link')} before this", "$muted")))
    for place in range(start, len(links)):
        link = links[place]
        if place > start and between:
            out.append(_connector(scene, link, cut_off))
        out.append(_link(scene, link, width, cut_off))
        cut_off = cut_off or link.state == "broken"
    return out[:room]


def _connector(scene: Scene, link: Link, cut_off: bool) -> Content:
    """Return what makes `link` the same as the one before it."""
    same = _same(scene.record, link)
    if cut_off:
        return rows.text(
            " ", (f"{glyphs.LOOSE} {same}?" if link.state == "not-yet" else glyphs.LOOSE, "$muted")
        )
    if link.state == "broken":
        return rows.text(" ", (f"{CROSSED} not the {same}", "bold $bad"))
    if link.state == "ok":
        return rows.text(" ", (glyphs.BAR, "$ok"), (f" {same}", "$muted"))
    return rows.text(" ", (glyphs.LOOSE, "$line"), (f" {same}?", "$muted"))


def _same(record: Record, link: Link) -> str:
    if link.name == "committed":
        return "same files, by tree id"
    if link.name == "landed":
        return "same files" if record.seen(Landed).same_tree else "same patch"
    return "same commit"


def _link(scene: Scene, link: Link, width: int, cut_off: bool) -> Content:
    sign, style = _LOOKS[link.state]
    name: Text = (link.name, "bold" if link.state in ("ok", "broken") else "$muted")
    value, said = _value(link), _evidence(scene, link)
    said_style = "bold $bad" if link.state == "broken" else "" if link.state == "ok" else "$muted"
    value_style = "$key"
    if cut_off:
        sign = sign if link.state == "not-yet" else glyphs.UNKNOWN
        style = said_style = value_style = "$muted"
        name = (link.name, "$muted")
        said = "does not count" if link.state != "not-yet" else said
    view = scene.views.get(link.step)
    at = (
        when(view.at, scene.now)
        if view is not None and view.at is not None and link.state != "not-yet"
        else ""
    )
    margin = 5 if width >= 70 else 1
    value_width = 13 if width >= 46 else 8
    time_width = 16 if len(at) > 5 and width >= 70 else 5 if width >= 60 else 0
    room = width - 4 - 9 - 2 - value_width - 2 - (time_width + 2 if time_width else 0) - margin
    if value_width == 8:
        value = _short(link)
    cells: list[Text] = [name, (value, value_style), (said, said_style)]
    widths = [9, value_width, max(room, 1)]
    row = rows.columns(cells, widths)
    tail: list[Text] = ["  ", rows.columns([(at, "$muted")], [-time_width])] if time_width else []
    return rows.cut(rows.text(" ", (sign, style), "  ", row, *tail), width)


def _value(link: Link) -> str:
    """Return what the link is about: a tree or commit by its first seven digits, a tag by its name."""
    short = _short(link)
    return f"tree {short}" if link.name == "tested" and short else short


def _short(link: Link) -> str:
    return link.value[:7] if _is_id(link.value) else link.value


def _is_id(value: str) -> bool:
    return len(value) in (40, 64) and all(sign in "0123456789abcdef" for sign in value)


def _evidence(scene: Scene, link: Link) -> str:
    if link.step == TAG and link.state == "not-yet" and _tagged_late(scene):
        return "after the watch"
    said = link.evidence.partition(_NOT_COUNTED)[0].removesuffix(".")
    if (
        link.name == "tested"
        and link.state == "ok"
        and (number := scene.record.seen(Checked, link.step).passed)
    ):
        return f"{rows.plural(number, 'test')} passed"
    if link.state == "ok":
        said = _without_value(said, link.value[:7])
    return f"{said[:1].lower()}{said[1:]}" if said[1:2].islower() else said


def _without_value(said: str, value: str) -> str:
    """Return the description of a link without its value, which is shown next to it."""
    return said.removesuffix(f" ({value})").removesuffix(f" on the files {value}").removeprefix(f"{value} ")


def _tagged_late(scene: Scene) -> bool:
    """Return whether the tag waits for the watch: not once the verdict is given."""
    return policy.tag_placement(scene.record) == "after-verify" and not scene.record.this_round.get("verdict")


# What else the merge includes


def _merge(scene: Scene, width: int) -> list[Content]:
    known = [
        ("request", _request(scene)),
        ("into", scene.record.landing_branch),
        ("also merged", _along(scene.record)),
        ("method", _method(scene)),
        ("does it deploy?", _deploys(scene.record)),
    ]
    out = [rows.rule("The merge", "", width)]
    label = 20 if width >= 60 else 16
    room = min(width - label - 2, 96)
    for name, said in known:
        for place, line in enumerate(rows.wrap(said, room, most=2) if said else []):
            head = rows.cut((name if place == 0 else "", "$muted"), label, pad=True)
            out.append(rows.text(" ", head, " ", line))
    return out


def _request(scene: Scene) -> str:
    number = scene.record.seen(Requested).number
    looked = scene.looked
    request = looked.request if isinstance(looked, pull_request.ForgeLook) else None
    if request is not None:
        words = {
            "clean": "mergeable, no conflicts",
            "dirty": "it conflicts",
            "behind": "it is behind its base",
        }
        words["blocked"] = "a rule of the branch is not met yet"
        said = words.get(request.mergeable, "whether it can be merged is not known")
        return f"#{request.number}, {said if request.state == 'open' else request.state}"
    if not number:
        return "" if not scene.record.has_forge else "none is known; a merge by hand"
    if looked is None:
        return f"#{number}, looking…"
    return f"#{number}, not asked: {looked.why}" if looked.why else f"#{number}"


def _along(record: Record) -> str:
    seen = record.evidence(Base)
    if seen is None or seen.undeployed is None:
        return "not known"
    if not seen.undeployed:
        return f"nothing: all that is there is {out_word(record)}"
    names = ", ".join(commit.partition(" ")[0] for commit in seen.undeployed_list[:4])
    more = f" and {seen.undeployed - 4} more" if seen.undeployed > 4 and names else ""
    said = f"{rows.plural(seen.undeployed, 'commit')} not {out_word(record)} yet"
    failed = "".join(f"; {fix}" for fix in failed_fixes(record, seen.undeployed_list))
    return said + (f": {names}{more}" if names else "") + failed


def _method(scene: Scene) -> str:
    """Return the merge method of the displayed plan; empty while there is none."""
    if scene.plan is None or scene.selected is None or scene.selected.id != MERGE:
        return ""
    words = {"--merge": "a merge commit", "--squash": "squashed into one commit", "--rebase": "rebased"}
    for command in scene.plan.commands:
        for word_ in command.argv:
            if word_ in words:
                return words[word_]
    return "a merge made here" if scene.plan.commands else "by hand, on the page of the request"


def _deploys(record: Record) -> str:
    seen = set_off.preflight(record)
    if set_off.push_deploys(record):
        return f"yes: {seen.deploys_on_push_why or 'a push to it deploys'}"
    if record.fact("deploys.push"):
        return "no, as was said"
    if seen.push_publishes_why:
        return f"it publishes: {seen.push_publishes_why}"
    if seen.push_unsure:
        return f"it may: {seen.push_unsure}"
    if seen.deploys_on_push is None:
        return "not known"
    if published_alone(record):
        return "no: it is published after the tag"
    return "no: production is deployed by command" if record.has_deploy("production") else "no"


def _indented(lines: list[Content]) -> list[Content]:
    return [rows.text(" ", line) for line in lines]
