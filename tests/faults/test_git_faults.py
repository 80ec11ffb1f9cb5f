"""Each fault meets the step that it stops: a sentence with a cure, a next key, nothing lost; cured, the step works."""

import itertools
import re
from collections.abc import Callable

import pytest

from hotfix_tui.cli.dispatch import run
from tests.faults import at_hand
from tests.faults.bench import Bench, Fault, Said
from tests.faults.every import FAULTS

NAMED = """\
index.lock; ref lock; packed-refs.lock; push rejected (fetch first); (non-ff); pre-receive declined; pre-commit fails;
commit-msg fails; pre-push fails; hook hangs; hook prints 1 MB; remote path gone; http refused; ssh refused; http 401;
ssh key asks; host key unknown; remote hangs (blackhole); remote branch missing; tag exists; tag would clobber;
D/F ref conflict; branch in another worktree; cherry-pick conflict; one already going on; empty cherry-pick;
cherry-pick of a merge; merge, rebase, bisect in progress; dirty tree; untracked file in the way; stash present;
detached HEAD; no commits; bare; not a repo; cwd deleted; git missing; git too old; shallow; partial clone;
submodule dirty; submodule not initialised; sparse checkout; LFS missing; no identity; gpg fails; pinentry needed;
dubious ownership; non-UTF-8 file name; TAB/newline/ESC in a name; CRLF/safecrlf; case-only clash;
unicode branch (NFC/NFD); leading-dash ref; corrupt HEAD; corrupt index; missing object; read-only .git;
disk full locally; disk full on the remote; sha256 repo; reftable; no remote; two remotes;
remote default branch renamed; protected branch; upstream moved between review and push;
tag pushed but branch rejected"""
FAULTS_BY_NAME = [" ".join(name.split()) for name in NAMED.split(";")]

_number = itertools.count()


def test_every_named_fault_is_in_the_table() -> None:
    assert len(FAULTS_BY_NAME) == 68
    assert {fault.name for fault in FAULTS} == set(FAULTS_BY_NAME)


@pytest.mark.parametrize(
    "fault",
    [pytest.param(fault, id=fault.id, marks=[pytest.mark.full] if fault.full else []) for fault in FAULTS],
)
def test_fault(fault: Fault, bench_for: Callable[[Fault], Bench], capsys: pytest.CaptureFixture[str]) -> None:
    bench = bench_for(fault)
    story = fault.make(bench)
    before = {}

    def strike() -> None:
        next(story)
        before.update(bench.kept())

    if not fault.race:
        strike()
    said = bench.attempt(fault.step, fault.choice, between=strike if fault.race else None)
    check_sentence(fault, said, bench)
    assert bench.kept() == before
    assert bench.next_key(fault.step)
    check_opening(bench, fault, capsys)
    assert bench.kept() == before
    next(story, None)
    before = bench.kept()
    after = bench.attempt(fault.then_step or fault.step, fault.then_choice)
    assert after.state == fault.then, (after, bench.log)
    assert bench.kept() == before


def check_sentence(fault: Fault, said: Said, bench: Bench) -> None:
    """It says what is expected, on one line that a terminal can show as it is."""
    state, text = said.state, said.text
    assert state == fault.outcome, (state, text, bench.log)
    for part in fault.says:
        assert part in text, (part, text, bench.log)
    if state in ("failed", "unknown"):
        assert "\n" not in said.why and len(said.why) < 800
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\x80-\x9f]", text), text


def check_opening(bench: Bench, fault: Fault, capsys: pytest.CaptureFixture[str]) -> None:
    """An incident can be opened and looked at here, whatever the state of the repository."""
    where = ["-C", bench.root]
    code = run([*where, "new", f"OPEN-{next(_number)}", "--title", "Opened", "--severity", "P2"])
    told = capsys.readouterr()
    assert code == fault.opens, told
    if code:
        words = {
            1: "is not in a git repository; go to one",
            2: "is not a directory; name one",
            8: "was not saved",
        }
        assert words[code] in told.err, told
        return
    assert run([*where, "status"]) == 0
    assert "branch.preflight" in capsys.readouterr().out
    code = run([*where, "do", "branch.preflight"])
    told = capsys.readouterr()
    # 5: it asks, where the branches of the remote leave a choice.
    assert code in (0, 1, 5, 7) and (told.err if code else told.out).strip(), (code, told)
    assert run([*where, "status"]) == 0
    assert capsys.readouterr().out


def in_place(bench_for: Callable[[Fault], Bench], name: str) -> tuple[Bench, Said]:
    """Meet a fault where the branch is made in the start checkout, which is clean and differs from the base."""
    fault = next(fault for fault in FAULTS if fault.name == name)
    bench = bench_for(fault)
    shop = at_hand.settled(bench)
    shop.commit(
        "Another shop", **{"shop.py": "def total(prices):\n    return 0\n", "test_shop.py": "# later\n"}
    )
    next(fault.make(bench))
    assert shop("status", "--porcelain") == ""
    return bench, bench.attempt("branch.create", "in-place")


def test_a_switch_that_stops_half_way_says_how_to_get_the_files_back(
    bench_for: Callable[[Fault], Bench],
) -> None:
    bench, said = in_place(bench_for, "LFS missing")
    assert said.state == "failed" and "git stopped half-way" in said.text, (said, bench.log)
    assert said.text.strip().endswith("bring them back: git restore .")
    bench.start("config", "filter.lfs.required", "false")
    bench.start("restore", ".")
    assert bench.start("status", "--porcelain", "--untracked-files=no") == ""
    assert bench.start("rev-parse", "--abbrev-ref", "HEAD") == "main"


def test_a_file_that_git_could_not_write_is_not_taken_for_one_that_the_fix_deletes(
    bench_for: Callable[[Fault], Bench],
) -> None:
    bench, said = in_place(bench_for, "missing object")
    assert said.state == "failed" and "could not write shop.py" in said.text, (said, bench.log)
    assert "objects are missing or damaged" in said.text and "git restore ." in said.text
