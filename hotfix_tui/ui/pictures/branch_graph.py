"""Where the hotfix starts: what is live, what the landing branch has beyond that, and the hotfix itself.

Apart from the rest of the picture: what a graph has room for, and what it leaves out, is a matter of its own.
"""

import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from hotfix_tui.incident.model import catalog
from hotfix_tui.incident.model.evidence.branch import BY_BRANCH, Base
from hotfix_tui.incident.model.evidence.deploy import Live
from hotfix_tui.incident.model.evidence.release import Landed
from hotfix_tui.incident.model.record import Record
from hotfix_tui.ui.paint import glyphs, rows
from hotfix_tui.ui.pictures import times

if TYPE_CHECKING:
    from hotfix_tui.git.history import Brief

MOST_UNDEPLOYED = 5
"""Maximum number of undeployed commits shown; the rest is counted."""

BELOW = 5
"""Commits shown below the one that the hotfix starts from."""

FIRST_PARENTS = tuple(f"~{number}" for number in range(1, BELOW + 1))

_AUTHORS = 60
"""Columns from which on authors and ages are shown."""

_SHA = re.compile(r"[0-9a-f]{7,40}")


class GraphData(NamedTuple):
    """Data of the commits in the graph, by their ids; `files` are those of commits that are not live."""

    commits: "dict[str, Brief]"
    files: dict[str, list[str]]
    problem: str = ""


class Graph(NamedTuple):
    """What the graph shows: ids from top to bottom."""

    landing: str
    start: str
    """The commit that the hotfix starts from."""
    live: str
    """The commit that is live, or was when the fault was seen."""
    label: str
    """The label next to that commit."""
    undeployed: tuple[str, ...]
    below: tuple[str, ...]
    more: int
    """How many undeployed commits are not shown."""
    apart: bool
    """Whether what is live is not on the landing branch."""
    joins: str = ""
    """The head of the landing branch if it is a merge: it joins what is not live, and is not counted itself."""

    @property
    def known(self) -> bool:
        """Whether it is known what is live."""
        return self.label != UNKNOWN


LIVE, WAS_LIVE, START, UNKNOWN = "live", "was live", "start", "live?"


def abbreviations(seen: Base) -> list[str]:
    """Return the abbreviated ids of the commits that are not live, as listed in the record."""
    words = (line.partition(" ")[0] for line in not_live(seen)[1])
    return [word for word in words if _SHA.fullmatch(word)]


def not_live(seen: Base) -> tuple[int, tuple[str, ...]]:
    """Return how many commits are not live and a line for each stored one."""
    if seen.choice == "production" and seen.live:
        return seen.acknowledged or 0, seen.acknowledged_list or ()
    return seen.undeployed or 0, seen.undeployed_list


def names(seen: Base) -> list[str]:
    """Return the names to look up in git: the head, what is not live, what is live, and earlier commits."""
    live = seen.live or seen.commit
    if not live:
        return []
    count, _ = not_live(seen)
    head = seen.production_head or seen.commit
    above = [head] if count and _SHA.fullmatch(head) else []
    above += [f"{abbreviation}^{{commit}}" for abbreviation in abbreviations(seen)[:MOST_UNDEPLOYED]]
    return [*above, live, *(live + up for up in FIRST_PARENTS)]


def graph_of(record: Record, seen: Base, looked: GraphData | None) -> Graph:
    """Return what the graph shows, from the record and from what was read."""
    live = seen.live or seen.commit
    count, _ = not_live(seen)
    wanted = abbreviations(seen)
    undeployed: list[str] = []
    below: list[str] = []
    joins = ""
    if looked is not None:
        shas = list(looked.commits)
        place = shas.index(live) if live in shas else len(shas)
        head = seen.production_head or seen.commit
        above = [sha for sha in shas[:place] if any(sha.startswith(word) for word in wanted)]
        if head in shas[:place] and head not in above and count:
            if looked.commits[head].merge:
                joins = head
            elif count > len(wanted):
                above.append(head)
        if count:
            undeployed = sorted(above, key=lambda sha: (sha == head, looked.commits[sha].at), reverse=True)
            undeployed = undeployed[: MOST_UNDEPLOYED - bool(joins)]
        below = shas[place + 1 :]
    return Graph(
        seen.target or record.production_branch,
        seen.commit,
        live,
        _label(record, seen),
        tuple(undeployed),
        tuple(below),
        max(count - len(undeployed), 0),
        bool(seen.apart),
        joins,
    )


def _label(record: Record, seen: Base) -> str:
    if seen.source == BY_BRANCH and seen.choice == "live":
        return UNKNOWN
    if seen.choice in ("same", "on-top", "taken-off"):
        return START
    return WAS_LIVE if moved_on(record) else LIVE


def moved_on(record: Record) -> bool:
    """Return whether the fix has landed or was live since the sources were queried: the graph is of the time before."""
    landed = record.entry(catalog.RELEASE_CONFIRM).get("state") == "done" and bool(record.seen(Landed).commit)
    return landed or (
        bool(record.seen(Live).commit) and record.entry(catalog.DEPLOY_LIVE).get("state") == "done"
    )


def title(graph: Graph, asked: str = "") -> Content:
    """Return the right part of the rule; for an earlier time it says which: `asked`."""
    count = len(graph.undeployed) + graph.more
    if not graph.known:
        return rows.text(("not known what is live", "bold $warn"))
    if asked and graph.label == WAS_LIVE:
        were = f"{rows.plural(count, 'commit')} {'was' if count == 1 else 'were'} not live"
        all_live = f"all of {graph.landing} was live" if not graph.apart else f"was not on {graph.landing}"
        return rows.text((f"{were if count else all_live} when asked, {asked}", "$muted"))
    if count:
        return rows.text(
            (f"{rows.plural(count, 'commit')} {'is' if count == 1 else 'are'} not live", "bold $warn")
        )
    if graph.apart:
        return rows.text((f"not on {graph.landing}", "bold $warn"))
    return rows.text(
        (f"all of {graph.landing} is live" if graph.label == LIVE else "nothing beside it", "$ok")
    )


def painted(
    graph: Graph,
    seen: Base,
    looked: GraphData | None,
    hotfix: Content,
    now: datetime,
    width: int,
    height: int,
) -> list[Content]:
    """Return the graph in at most `height` rows: older commits are dropped first, then undeployed ones are counted."""
    drawer = _Drawer(graph, seen, looked, now, width)
    forks = 1 if drawer.in_line else 2
    room = max(height - forks - 1, 0)
    joins = bool(graph.joins) and room > 1
    room -= joins
    shown, rest = len(graph.undeployed), graph.more
    if shown + bool(rest) > room:
        shown = max(room - 1, 0)
        rest += len(graph.undeployed) - shown
    out = [drawer.joins()] if joins else []
    out += [drawer.undeployed(graph.undeployed[place], not joins and place == 0) for place in range(shown)]
    if rest and room:
        out.append(drawer.counted(rest, first=not out))
    out = drawer.with_hotfix(out, hotfix, forks)
    out.append(drawer.live())
    out += [drawer.below(commit) for commit in graph.below[: max(height - len(out), 0)]]
    return out[:height]


class _Drawer:
    """Draws the rows of one graph, all in the same columns."""

    def __init__(self, graph: Graph, seen: Base, looked: GraphData | None, now: datetime, width: int) -> None:
        self.graph, self.seen, self.width, self.now = graph, seen, width, now
        self.commits = looked.commits if looked else {}
        self.shares = (
            not graph.undeployed and not graph.more and not graph.apart and graph.start == graph.live
        )
        labels = [graph.landing, graph.label] if not self.shares else [f"{graph.landing}, {graph.label}"]
        self.label_width = min(max(7, *(rows.width_of(label) for label in labels)), max(width // 5, 7))
        shown = [
            self.commits[sha]
            for sha in (graph.joins, *graph.undeployed, graph.live, *graph.below)
            if sha in self.commits
        ]
        self.author = min(max((rows.width_of(commit.author) for commit in shown), default=0), 12)

    @property
    def in_line(self) -> bool:
        """Whether the hotfix is directly above a commit, without a branch being drawn."""
        return self.shares or self.graph.apart or self.graph.start != self.graph.live

    def line(self, label: str, sign: tuple[str, str], words: Content, right: Content | str = "") -> Content:
        """Return one row: label, sign, text, and right-aligned part."""
        head = rows.text(
            " ", rows.cut((label, "bold $key"), self.label_width, pad=True), " ", sign, "  ", words
        )
        return rows.ends(head, rows.text(right, " "), self.width)

    def with_hotfix(self, above: list[Content], hotfix: Content, forks: int) -> list[Content]:
        """Return the rows above what is live, with the hotfix where it starts."""
        mark = rows.text((glyphs.HOTFIX, "bold $key"), " ", hotfix)
        if forks == 2:
            stem = (glyphs.BAR, "$line")
            up = rows.text(" ", (glyphs.BRANCH_UP + glyphs.RULE, "$line"), " ", mark)
            back = rows.text(" " * (self.label_width + 2), ("├─" + glyphs.BRANCH_BACK, "$line"))
            fork = rows.text(" " * (self.label_width + 2), stem, up)
            return [*above, rows.cut(fork, self.width), rows.cut(back, self.width)]
        gap = " " * (self.label_width + 2)
        if self.graph.apart:
            row = rows.text(gap, (glyphs.BAR, "$line"), " ", mark)
            return [*above, rows.cut(row, self.width)]
        row = rows.cut(rows.text(gap, mark), self.width)
        return [row, *above] if self.graph.start != self.graph.live else [*above, row]

    def joins(self) -> Content:
        """Return the row of the landing branch's head where that only joins what is not live."""
        words, right = self._words(self.graph.joins, "", True)
        return self.line(self.graph.landing, (glyphs.OPEN, "$warn"), words, right)

    def undeployed(self, commit: str, first: bool) -> Content:
        """Return the row of a commit that is not live."""
        label = self.graph.landing if first else ""
        words, right = self._words(commit, "", False)
        return self.line(label, (glyphs.OPEN, "$warn"), words, right)

    def counted(self, rest: int, first: bool) -> Content:
        """Return the row for the undeployed commits that are not shown."""
        words = f"… and {rows.count(rest)} more"
        if first:
            words = f"{rows.plural(rest, 'commit')} not live"
        sign = (glyphs.OPEN, "$warn") if first else (glyphs.LOOSE, "$line")
        return self.line(self.graph.landing if first else "", sign, rows.text((words, "$warn")))

    def live(self) -> Content:
        """Return the row of what is live."""
        graph = self.graph
        label = f"{graph.landing}, {graph.label}" if self.shares else graph.label
        sign = {
            LIVE: (glyphs.LIVE, "bold $ok"),
            WAS_LIVE: (glyphs.LIVE, "$muted"),
            START: (glyphs.OPEN, "bold"),
            UNKNOWN: (glyphs.UNKNOWN, "bold $warn"),
        }[graph.label]
        tag = self.seen.tag if graph.live == graph.start else ""
        words, right = self._words(graph.live, tag, False)
        return self._in_column(label, sign, words, right)

    def below(self, commit: str) -> Content:
        """Return the row of an older commit."""
        words, right = self._words(commit, "", True)
        return self._in_column("", (glyphs.OPEN, "$line"), words, right)

    def _in_column(self, label: str, sign: tuple[str, str], words: Content, right: Content) -> Content:
        """Return a row of what is live or older, in a second column if that is not on the branch."""
        if not self.graph.apart:
            return self.line(label, sign, words, right)
        head = rows.text(
            " ",
            rows.cut((label, "bold $key"), self.label_width, pad=True),
            " ",
            (glyphs.BAR, "$line"),
            " ",
            sign,
        )
        return rows.ends(rows.text(head, "  ", words), rows.text(right, " "), self.width)

    def _words(self, commit: str, tag: str, old: bool) -> tuple[Content, Content]:
        known = self.commits.get(commit)
        style = "$muted" if old else ""
        sha = rows.text((commit[:7], "$muted" if old else "$key"))
        tag = tag or (known.tags[0] if known and known.tags else "")
        if tag:
            sha = rows.text(sha, "  ", (tag, style))
        if known is None:
            return sha, Content("")
        words = rows.text(sha, "  ", (known.subject or "(no subject)", style))
        if self.width < _AUTHORS:
            return words, Content("")
        who = rows.cut((known.author, "$muted"), self.author, pad=True)
        return words, rows.text((f"{times.age(known.at, self.now):>5} ", "$muted"), who)
