"""Read-only commands: status, list, runs, output, timeline. They probe nothing and import no git, no Textual."""

import json
import os
import sys
from typing import TYPE_CHECKING, Any, TypeVar

from hotfix_tui.base.jsonable import to_jsonable
from hotfix_tui.base.text import clean, one_line
from hotfix_tui.cli import outlet, select, streams
from hotfix_tui.cli.failures import Stop
from hotfix_tui.cli.select import listing, now, open_store
from hotfix_tui.incident.model import schema
from hotfix_tui.incident.model.evidence import base, branch
from hotfix_tui.incident.report import headline
from hotfix_tui.incident.report import status_json as summary
from hotfix_tui.incident.rules import identity_chain
from hotfix_tui.runner import runs
from hotfix_tui.session.listing import line
from hotfix_tui.session.store import Store

T = TypeVar("T")

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from hotfix_tui.incident.model.record import Record

_MARKS = {
    "pending": "[ ]",
    "running": "[>]",
    "done": "[x]",
    "failed": "[!]",
    "unknown": "[?]",
    "waiting": "[…]",
    "stale": "[~]",
    "waived": "[w]",
    "debt": "[d]",
    "not-needed": "[-]",
}


def print_json(document: object) -> None:
    """Print one JSON document and nothing else: indented for people, on one line for programs, which is faster."""
    cleaned = outlet.cleaned(to_jsonable(document))
    text = json.dumps(cleaned, ensure_ascii=False, indent=1 if sys.stdout.isatty() else None)
    print(text if streams.holds(text) else json.dumps(cleaned))


def live_runs(store: Store, record: "Record") -> dict[int, str]:
    """Return the states of runs that the record says are running, read from their locks."""
    out: dict[int, str] = {}
    for run in record.runs:
        if not run.get("state"):
            from pathlib import Path

            state = runs.look(Path(store.run_directory(record.id, run["n"], str(run["step"]))))
            out[run["n"]] = state.state
    return out


def checked(store: Store, record: "Record", build: "Callable[[], T]") -> T:
    """Call `build`; if the record has the wrong shape, report file and field instead of crashing."""
    try:
        return build()
    except (KeyError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError) as problem:
        path = os.path.join(store.directory(record.id), "session.toml")
        schema.check(record.doc, path)
        if os.environ.get("HOTFIX_TUI_RAISE"):
            raise
        raise schema.BadRecord(
            f"{path}: this version cannot show it ({type(problem).__name__}: {problem}). "
            "Restore session.toml.bak, which lies next to it."
        ) from problem


def status(options: "Namespace") -> int:
    """Print where an incident stands."""
    store, record, problem = select.load(options, options.which)
    entries, torn = store.history(record.id)
    document = checked(
        store,
        record,
        lambda: summary.document(
            record, now(), timeline=entries, live_runs=live_runs(store, record), problem=problem or torn or ""
        ),
    )
    if options.json:
        print_json(document)
        return 0
    checked(store, record, lambda: _print_status(record, document))
    return 0


def _print_status(record: "Record", document: dict[str, Any]) -> None:
    print(one_line(headline.headline(record, now()), 400))
    if document["problem"]:
        print(f"! {document['problem']}")
    if said := _base_words(record):
        print(said)
    if standing := document["production"]:
        print(f"{standing[:1].upper()}{standing[1:]}.")
    if document["left_open"]:
        print(document["left_open"])
    since = f"{(document['embargo']['since'] or '')[:16].replace('T', ' ')} UTC"
    if document["embargo"]["state"] == "on":
        print(f"Under embargo since {since}: no public message before production runs the fix.")
    elif document["embargo"]["state"] == "deployed":
        print(f"Under embargo since {since}; production runs the fix, it may be lifted: `set embargo no`.")
    stage = ""
    for step in document["steps"]:
        if step["stage"] != stage:
            stage = step["stage"]
            print(f"\n{stage}{' (here)' if stage == record.stage and record.state == 'open' else ''}")
        note = (
            f"  {one_line(step['why'], 90)}" if step["why"] and step["state"] in ("stale", "waived") else ""
        )
        if step["state"] in ("failed", "waiting"):
            note = f"  {one_line(record.seen(base.Evidence, step['id']).why, 90)}"
        print(f"  {_MARKS[step['state']]} {step['id']:28}{step['state']:11}{step['required']}{note}")
    _print_chain(record, document)
    for run in document["runs"]:
        if run["state"] not in ("done", "failed", "never-started", "unknown", "waiting"):
            print(f"\nrun {run['n']}: {run['step']}: {run['state']}")
    print()
    for reason in document["missing"] or document["owed"]:
        print(f"- {reason}")
    following = document["next"]
    print(f"next: {following['step'] or 'nothing'} ({following['why']})")


def _base_words(record: "Record") -> str:
    """Return what was taken for live, from which source, or that it has to be chosen; empty before the probe."""
    seen = record.evidence(branch.Base)
    if seen is None or not (seen.said or seen.question):
        return ""
    if seen.question:
        return f"What is live has to be chosen: `do {branch.Base.STEP}` lists what it can be."
    return f"Starts from {one_line(seen.said, 300)}"


_OF_A_PACKAGE = {"deployed": "published", "live": "out"}
"""What the last links are called where others install what is released, and nobody here runs it."""


def _print_chain(record: "Record", document: dict[str, Any]) -> None:
    """Print how far what is live is known to be what was tested, once anything is committed."""
    if not identity_chain.begun(record):
        return
    marks = {"ok": "[x]", "broken": "[!]", "unknown": "[?]", "not-yet": "[ ]"}
    print("\nfrom tested to published" if record.ships_as else "\nfrom tested to live")
    for link in document["chain"]:
        value = one_line(link["value"], 40)
        value = value[:7] if len(value) == 40 else value
        name = _OF_A_PACKAGE.get(link["name"], link["name"]) if record.ships_as else link["name"]
        print(f"  {marks[link['state']]} {name:11}{value:9}{one_line(link['evidence'], 160)}")


def list_incidents(options: "Namespace") -> int:
    """List the incidents of this repository."""
    store = open_store(options)
    summaries = listing(options, store)
    if options.json:
        rows = [to_jsonable(dict(item._asdict())) for item in summaries]
        print_json({"schema": 1, "sessions": store.root, "incidents": rows})
        return 0
    for item in summaries:
        print(f"{item.id:16}{one_line(line(item), 120)}")
    if not summaries:
        print("No incidents here. Open one: hotfix-tui new")
    return 0


def list_runs(options: "Namespace") -> int:
    """List the commands that ran in an incident."""
    store, record, _ = select.load(options)
    return int(checked(store, record, lambda: _print_runs(options, store, record)))


def _print_runs(options: "Namespace", store: Store, record: "Record") -> int:
    rows = [_run_row(store, record, run) for run in record.runs]
    if options.json:
        print_json({"schema": 1, "id": record.id, "runs": to_jsonable(rows)})
        return 0
    for run in rows:
        at = run["at"].strftime("%H:%M:%S")
        how = run.get("outcome") or (f"exit status {run['exit_code']}" if "exit_code" in run else "")
        print(f"{run['n']:4}  {at}  {run['step']:26}{run['state']:14}{one_line(str(how), 60)}")
    if not rows:
        print("Nothing ran yet.")
    return 0


def _run_row(store: Store, record: "Record", run: dict[str, Any]) -> dict[str, Any]:
    """Return a run of the record with what its folder adds: its current state if not settled, and its exit status."""
    from pathlib import Path

    state = runs.look(Path(store.run_directory(record.id, run["n"], str(run["step"]))))
    ended = {"exit_code": state.exit_code, "signal": state.signal}
    known = {name: value for name, value in ended.items() if value is not None}
    return {**run, "state": run.get("state") or state.state, **known}


def output(options: "Namespace") -> int:
    """Print the output of a run, without terminal control sequences; --follow until it ends."""
    from pathlib import Path

    store, record, _ = select.load(options)
    known = checked(store, record, lambda: {run["n"]: str(run["step"]) for run in record.runs})
    if options.run not in known:
        raise Stop(f"There is no run {options.run}; `hotfix-tui runs` lists them.")
    directory = Path(store.run_directory(record.id, options.run, known[options.run]))
    printer = outlet.LogPrinter()
    for piece in _pieces(directory, options.follow):
        printer.feed(piece)
    printer.end()
    state = runs.look(directory)
    if state.state == "running":
        print("… still running", file=sys.stderr)
    if state.dropped_bytes:
        lost = f"{state.dropped_bytes:,} bytes of this output were not kept: the disk took no more"
        print(f"! {lost}; what is above is not all of it", file=sys.stderr)
    return 0


def _pieces(directory: Any, follow: bool) -> Any:
    if follow:
        yield from runs.follow(directory)
        return
    offset = 0
    while piece := runs.read_log(directory, offset, 1 << 20):
        offset += len(piece)
        yield piece


def timeline(options: "Namespace") -> int:
    """Print the timeline, ordered by the times it is about."""
    store, record, _ = select.load(options)
    entries, problem = store.history(record.id)
    if options.json:
        print_json({"schema": 1, "id": record.id, "timeline": to_jsonable(entries), "problem": problem})
        return 0
    if problem:
        print(f"! {problem}")
    for item in entries:
        at = item["at"].strftime("%Y-%m-%d %H:%M:%S")
        first, *rest = clean(str(item["text"])).split("\n")
        print(f"{at}Z  {one_line(str(item.get('by', '')), 20):20}  {one_line(first, 300)}")
        for more in rest:
            print(f"    {more}" if more else "")
    return 0
