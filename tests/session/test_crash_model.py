"""Power cuts, in a model: whatever a crash leaves, no acknowledged change is lost and no other one is half there."""

import os
from pathlib import Path

import pytest

from hotfix_tui.base import durable
from hotfix_tui.session import files
from hotfix_tui.session.errors import StoreError
from hotfix_tui.session.store import Store

from .crashing import WatchedOs

INCIDENT = "ENG-7"


def entry(generation, part):
    return {"kind": "note", "text": f"{generation}.{part} " + "x" * generation}


def doc(generation):
    return {"id": INCIDENT, "generation": generation, "facts": {"title": "y" * 40 * generation}}


def save(store, generation):
    """Bring the incident from the generation before to `generation`, which adds two entries."""
    entries = [entry(generation, 1), entry(generation, 2)]
    if generation == 1:
        store.create(doc(1), entries)
    else:
        with store.changing(INCIDENT) as change:
            change.commit(doc(generation), entries)


def play(root, generations, **how):
    """Save `generations` one after another below `root` and return every state that a crash may leave."""
    os.makedirs(root, exist_ok=True)
    watched = WatchedOs(str(root), **how)
    store = Store(str(root), who="ann", locking=False, fs=watched)
    for generation in generations:
        watched.acked, watched.trying = generation - 1, generation
        save(store, generation)
        watched.acknowledged(generation)
    return watched.states


def lay_out(state, root):
    for name, data in state:
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(path).write_bytes(data)


def texts(generations):
    return [entry(generation, part)["text"] for generation in generations for part in (1, 2)]


def fault(root, low, high, *, backup_allowed=False):
    """Return what is wrong after a crash: acknowledged is `low`, being saved is `high`. None: nothing is."""
    store = Store(root, who="bob")
    if not store.exists(INCIDENT):
        if low > 0:
            return "lost altogether"
        save(store, 1)
        entries, problem = store.timeline(INCIDENT)
        return (
            None if [item["text"] for item in entries] == texts([1]) else f"begun anew: {entries} {problem}"
        )
    try:
        found = store.load(INCIDENT)
        entries, _ = store.timeline(INCIDENT)
    except StoreError as error:
        return str(error)
    generation = found.doc["generation"]
    if not low <= generation <= high:
        return f"generation {generation}, acknowledged was {low}"
    if found.problem and not backup_allowed:
        return found.problem
    if [item["text"] for item in entries] != texts(range(1, generation + 1)):
        return f"generation {generation} with the entries {[item['text'] for item in entries]}"
    # A change after the crash must work, and must not bring back what was never acknowledged.
    with store.changing(INCIDENT) as change:
        change.commit(
            {**change.doc, "generation": generation + 1}, [entry(generation + 1, 1), entry(generation + 1, 2)]
        )
    after, problem = Store(root, who="eve").timeline(INCIDENT)
    if problem or [item["text"] for item in after] != texts(range(1, generation + 2)):
        return f"after one more change: {problem or [item['text'] for item in after]}"
    return Store(root, who="eve").load(INCIDENT).problem


def faults(states, tmp_path, **how):
    """What is wrong with any of the states, one after the other: the first is enough where one is looked for."""
    for number, (state, (low, high)) in enumerate(states.items()):
        root = str(tmp_path / "crashed" / str(number))
        os.makedirs(root)
        lay_out(state, root)
        if (wrong := fault(root, low, high, **how)) is not None:
            yield wrong


def unfinished(root):
    """Lay out what a crash between timeline and record leaves: the entries of a change that was never made."""
    save(Store(str(root), who="ann"), 1)
    with Path(root, INCIDENT, "timeline.toml").open("ab") as file:
        file.write(b'[[timeline]]\nrevision = 2\nkind = "note"\ntext = "never acknowledged"\n\n[[timeli')


def test_no_state_of_four_saves_is_bad(tmp_path):
    states = play(tmp_path / "live", [1, 2, 3, 4])
    assert len(states) > 25
    assert list(faults(states, tmp_path)) == []


def test_no_state_of_a_save_after_an_unfinished_one_is_bad(tmp_path):
    unfinished(tmp_path / "live")
    states = play(tmp_path / "live", [2, 3])
    assert len(states) > 25
    assert list(faults(states, tmp_path)) == []


@pytest.mark.parametrize(
    "data", [b"", b"schema = 1\nrevision = 2\n", bytes(300)], ids=["empty", "torn", "zeros"]
)
def test_no_state_of_the_recovery_from_the_backup_is_bad(tmp_path, data):
    live = tmp_path / "live"
    save(Store(str(live), who="ann"), 1)
    record = live / INCIDENT / "session.toml"
    record.rename(live / INCIDENT / "session.toml.bak")
    record.write_bytes(data)
    states = play(live, [2])
    assert len(states) > 8
    assert list(faults(states, tmp_path, backup_allowed=True)) == []


def in_place(path, data, *, mode=0o600, backup=True, fs=os):
    fd = fs.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    fs.write(fd, data)
    fs.fsync(fd)
    fs.close(fd)
    durable.sync_directory(os.path.dirname(path), fs)


def backup_by_rename(path, generation, fs):
    try:
        fs.rename(path, path + ".bak")
    except FileNotFoundError:
        return
    return


class Late:
    """Puts a call off until the next one: what it was to do is acknowledged before it is done."""

    def __init__(self, call):
        self.call, self.waiting = call, []

    def __call__(self, *args, **named):
        for earlier_args, earlier_named in self.waiting:
            self.call(*earlier_args, **earlier_named)
        self.waiting = [(args, named)]


def record_first(monkeypatch):
    """Replace the record before the timeline grows."""
    real_append, real_replace, waiting = durable.append, durable.replace, []
    monkeypatch.setattr(durable, "append", lambda *args, **named: waiting.append((args, named)))

    def replace(*args, **named):
        real_replace(*args, **named)
        for later_args, later_named in waiting:
            real_append(*later_args, **later_named)
        waiting.clear()

    monkeypatch.setattr(durable, "replace", replace)


MUTANTS = {
    "no fsync of files": lambda patch: {"file_sync": False},
    "no fsync of directories": lambda patch: {"directory_sync": False},
    "written in place": lambda patch: patch.setattr(durable, "replace", in_place),
    "backup by rename": lambda patch: patch.setattr(durable, "_keep_generation", backup_by_rename),
    "record before timeline": record_first,
    "acknowledged too early": lambda patch: patch.setattr(durable, "append", Late(durable.append)),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_wrong_way_to_save_is_caught(tmp_path, monkeypatch, mutant):
    with monkeypatch.context() as patch:
        how = MUTANTS[mutant](patch) or {}
        states = play(tmp_path / "live", [1, 2, 3], **how)
    assert next(faults(states, tmp_path), None) is not None


def test_leaving_an_unfinished_change_in_the_timeline_is_caught(tmp_path, monkeypatch):
    unfinished(tmp_path / "live")
    with monkeypatch.context() as patch:
        patch.setattr(durable, "cut", lambda path, size, *, fs: None)
        states = play(tmp_path / "live", [2])
    assert next(faults(states, tmp_path), None) is not None


def test_each_write_is_seen_by_the_model(tmp_path):
    """The model is told of every call that the store makes: an unknown one fails, so none goes by unseen."""
    with pytest.raises(AssertionError, match="does not know"):
        WatchedOs(str(tmp_path)).truncate("x", 1)
    assert files.RECORD in {
        os.path.basename(name) for state in play(tmp_path / "live", [1]) for name, _ in state
    }
