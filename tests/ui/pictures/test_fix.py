"""The picture of the fix: the change as it is read from real checkouts, its hunks, and how minimal it is."""

import asyncio
import os

import pytest

from hotfix_tui.engine import commands
from hotfix_tui.incident.rules.step_state import open_findings
from hotfix_tui.incident.rules.views import views
from hotfix_tui.ui.pictures import fix, fix_change, fix_code
from hotfix_tui.ui.pictures.scene import Scene
from tests import typed
from tests.ui import incidents
from tests.ui.hostile import PAYLOADS
from tests.ui.pictures.painted import CONTROLS, holds, row_with
from tests.ui.pictures.painted import styles_of as styles
from tests.ui.pictures.painted import text as shown
from tests.ui.support import drive, press, settle
from tests.ui.support import text as screen_text


def scene(desk, looked):
    record = desk.engine().record
    seen = views(record)
    return Scene(record, seen, "fix", seen["fix.guard"], incidents.NOW, looked=looked)


def painted(desk, width=80, height=14, looked=None):
    made = scene(desk, looked if looked is not None else fix.ask(desk.engine()))
    holds(fix.paint, made)
    return fix.paint(made, width, height)


def shop(desk):
    return desk.shop / "shop.py"


def test_the_change_stands_with_its_hunks(desks):
    desk = desks("fix")
    base = desk.engine().record.stored("branch.base").get("commit")
    rows = painted(desk)
    said = shown(rows).splitlines()
    assert said[0].startswith(f"─ The change against {base[:7]} ─") and said[0].endswith("2 files +5 −1 ─")
    assert "live 14:23" in said[0]
    assert said[1].startswith("› M shop.py") and said[1].endswith("+2 −1")
    assert said[2].startswith("  M tests/test_shop.py") and said[2].endswith("+3 −0")
    assert said[3].startswith("─ shop.py ─") and said[3].endswith("1 of 2 · ← → next ─")
    assert said[4].startswith("@@ -2,4 +2,5 @@")
    assert "  5 -     return sum(prices[:-1])" in said
    assert "  5 +     # The slice left out the last price." in said
    assert "on $del-bg" in styles(row_with(rows, "[:-1]"), "return")
    assert "on $add-bg" in styles(row_with(rows, "# The slice"), "# The")
    assert said[-2].startswith("─ Minimal? ─") or said[-3].startswith("─ Minimal? ─")


def test_code_is_coloured_once_its_lexer_is_there(desks):
    rows = painted(desks("fix"))
    assert "$key" in styles(row_with(rows, "return sum(prices)"), "return")
    assert "$muted" in styles(row_with(rows, "# The slice"), "slice")
    assert fix_code.coloured("no.such", "return 1").spans == []
    assert fix_code.coloured("x.py", "def f(): pass").plain == "def f(): pass"


def test_every_language_that_is_named_has_a_lexer():
    names = [f"x{end}" for end in fix_code._BY_END] + list(fix_code._BY_NAME)
    fix_code.prepare(names)
    assert all(fix_code._lexers[fix_code.language(name)] is not None for name in names)


def test_it_says_looking_until_git_has_answered(desks):
    desk = desks("fix")
    made = scene(desk, None)
    holds(fix.paint, made)
    said = shown(fix.paint(made, 80, 14))
    assert "looking…" in said and "Looking at the change…" in said


def test_without_a_change_it_says_where_to_make_it(desks):
    desk = desks("fix")
    os.system(f"cd {desk.shop} && git checkout -q -- .")
    said = shown(painted(desk)).replace("\n", "")
    base = desk.engine().record.stored("branch.base").get("commit")
    assert f"Nothing differs from {base[:7]}. Edit in" in said and "it shows here by itself." in said


def test_without_a_branch_it_says_what_comes_first(desks):
    assert "There is no hotfix branch yet." in shown(painted(desks("branch")))


def test_a_look_brings_what_moved_and_nothing_else(desks):
    desk = desks("fix")
    engine = desk.engine()
    first = fix.ask(engine)
    assert fix.again(engine, first) is None
    shop(desk).write_text(shop(desk).read_text() + "\n\nEXTRA = 1\n")
    second = fix.again(engine, first)
    assert second is not None and "EXTRA = 1" in [one.text for one in second.patches["shop.py"]]
    assert engine.record.stored("fix.change").get("tree") == second.seen.tree
    assert fix.again(engine, second) is None


def test_the_fix_itself_is_looked_at_before_its_tests(desks):
    desk = desks("fix")
    (desk.shop / "a_test.py").write_text("A = 1\n")
    os.system(f"cd {desk.shop} && git add a_test.py")
    assert fix.ask(desk.engine()).path == "shop.py"


def test_reading_changes_nothing_of_the_record(desks):
    desk = desks("fix")
    shop(desk).write_text(shop(desk).read_text() + "\n\nEXTRA = 1\n")
    engine = desk.engine()
    before = engine.record.revision
    assert fix.ask(engine).seen.tree != engine.record.stored("fix.change").get("tree")
    assert engine.record.revision == before


def test_edits_in_the_other_checkout_are_told(desks):
    desk = desks("fix")
    engine = desk.engine()
    change = fix.ask(engine)
    assert fix.elsewhere(engine, change) is None
    told = change._replace(other="You are editing the other tree: shop.py changed.")
    assert "! You are editing the other tree" in shown(painted(desk, looked=told))
    assert fix.elsewhere(engine, told).other == ""


def test_the_stage_follows_the_change_by_itself(desks, reconciled):
    desk = desks("fix")
    app = desk.app()

    async def script(pilot):
        assert "+5 −1" in screen_text(app)
        shop(desk).write_text(shop(desk).read_text() + "\n\nEXTRA = 1\n")
        async with asyncio.timeout(240):
            while "+8 −1" not in screen_text(app):
                await pilot.pause(0.1)
        await settle(pilot)
        assert app.engine.record.stored("fix.change").get("added") == 8

    drive(app, script)


def test_the_chosen_file_stays_chosen(desks):
    desk = desks("fix")
    engine = desk.engine()
    change = fix.turn(fix.ask(engine), 1)
    assert change.path == "tests/test_shop.py" and fix.turn(change, 5).path == change.path
    (desk.shop / "aaa.py").write_text("A = 1\n")
    os.system(f"cd {desk.shop} && git add aaa.py")
    change = fix.again(engine, change)
    assert change.path == "tests/test_shop.py" and change.file == 2
    said = shown(painted(desk, looked=change)).splitlines()
    assert any(line.startswith("› M tests/test_shop.py") for line in said)
    assert any(line.startswith("  A aaa.py") for line in said)


def test_the_arrows_go_through_the_files_and_the_brackets_through_the_stages(desks, reconciled):
    async def script(pilot):
        stage = pilot.app.screen
        await press(pilot, "right")
        assert stage.viewed == "fix" and "› M tests/test_shop.py" in screen_text(pilot.app)
        await press(pilot, "right", "left")
        assert stage.viewed == "fix" and "› M shop.py" in screen_text(pilot.app)
        await press(pilot, "right_square_bracket")
        assert stage.viewed == "verify"
        await press(pilot, "left")
        assert stage.viewed == "fix"

    drive(desks("fix").app(), script)


def test_of_many_files_only_the_chosen_one_is_read(desks):
    desk = desks("fix")
    for number in range(600):
        (desk.shop / f"part{number:03}.py").write_text(f"X = {number}\n")
    os.system(f"cd {desk.shop} && git add -A")
    engine = desk.engine()
    change = fix.ask(engine)
    assert list(change.patches) == [change.path]
    said = shown(painted(desk, looked=change)).splitlines()
    assert said[0].count("602 files") == 1 and any(
        "… and 600 more" in line or "more" in line for line in said[1:4]
    )
    turned = fix.turn(change, 300)
    assert "looking…" in shown(painted(desk, looked=turned))
    again = fix.again(engine, turned)
    assert turned.path in again.patches and fix.again(engine, again) is None
    assert f"› A {again.path}" in shown(painted(desk, looked=again))


def test_new_renamed_deleted_and_binary_files_have_their_letters(desks):
    desk = desks("fix")
    desk.shop.joinpath("logo.png").write_bytes(bytes(range(256)))
    os.system(
        f"cd {desk.shop} && git mv tests/test_shop.py tests/test_sums.py && git rm -qf README.md && "
        "echo 1 > new.py && git add -A"
    )
    change = fix.ask(desk.engine())
    said = shown(painted(desk, 83, 36, looked=change))
    assert "B logo.png" in said and "binary" in said
    assert (
        ("R tests/test_shop.py → tests/test_sums.py" in said) and "A new.py" in said and "D README.md" in said
    )
    chosen = fix.turn(change, [one.path for one in change.seen.files].index("logo.png"))
    assert "binary: its content is not shown" in shown(painted(desk, 83, 36, looked=chosen))


def test_a_new_file_that_is_left_out_is_told(desks):
    desk = desks("fix")
    (desk.shop / "rates.json").write_text("{}\n")
    assert "? 1 new file is left out: rates.json" in shown(painted(desk))


def test_a_long_patch_says_how_much_is_not_shown(desks):
    desk = desks("fix")
    shop(desk).write_text(shop(desk).read_text() + "".join(f"X{n} = {n}\n" for n in range(60)))
    said = shown(painted(desk))
    assert "changed lines more: v shows the whole diff" in said


def measure(desk):
    """Let the guard look, as the screen does where something has moved."""
    engine = desk.engine()
    found = fix.again(engine, fix.ask(engine)._replace(stamp="another"))
    assert found is not None
    return engine, found


@pytest.mark.parametrize(
    ("limit", "style", "said"),
    [(200, "$ok", "3 of 200 lines"), (4, "$warn", "3 of 4 lines"), (2, "$bad", "3 of 2 lines")],
)
def test_the_meter_is_the_guards_own_count_against_its_limits(limit, style, said, desks):
    desk = desks("fix")
    desk.change(lambda record: record.config.setdefault("guard", {}).update({"max-lines": limit}))
    _, change = measure(desk)
    rows = painted(desk, looked=change)
    meter = row_with(rows, said)
    assert style in styles(meter, "━") and "1 of 10 files" in meter.plain
    assert "1 test  no new dependency declared" in meter.plain
    unknown = "shop.py line 1 imports requests, and no manifest declares a package of that name"
    desk.change(lambda record: typed.add(record, "fix.guard", undeclared=[unknown]))
    assert "1 test  imports what nothing declares" in row_with(painted(desk, looked=change), said).plain


def test_findings_are_told_and_what_was_accepted_with_its_reason(desks):
    desk = desks("fix")
    shop(desk).write_text(shop(desk).read_text() + "\n\ndef show(prices):\n    print('here', prices)\n")
    engine, change = measure(desk)
    (found,) = open_findings(engine.record)
    rows = painted(desk, looked=change)
    assert "1 finding" in row_with(rows, "Minimal?").plain
    row = row_with(rows, f"! shop.py:{found.line}")
    assert "debugging or a note to yourself was left in" in row.plain and "line 10:" not in row.plain
    wide = shown(painted(desk, 83, 36, looked=change))
    assert "✓ size  ✓ test  ✓ dependencies" in wide and "! debug output" in wide
    made = scene(desk, change)
    assert fix.word(made, made.views["fix.guard"]) == "1 finding"
    commands.accept(engine, found.id, "it is wanted there")
    rows = painted(desk, 80, 14, looked=change)
    assert "1 accepted" in row_with(rows, "Minimal?").plain and "nothing found" not in shown(rows)
    assert "accepted: it is wanted there" in row_with(rows, "✓ shop.py").plain


def test_before_the_guard_has_looked_nothing_is_claimed(desks):
    desk = desks("fix")
    change = fix.ask(desk.engine())
    desk.change(lambda record: record.steps.pop("fix.guard", None))
    said = shown(painted(desk, looked=change))
    assert "not looked yet" in said and "has not measured" in said and "✓" not in said


def test_the_checklist_says_what_was_changed(desks):
    desk = desks("verify")
    made = scene(desk, None)
    said = {view.id: fix.sentence(made, view) for view in made.here()}
    assert said["fix.root-cause"] == incidents.KNOWN_AT_THE_FIX["cause.summary"]
    assert said["fix.change"] == "2 files, 6 lines"


def test_what_git_cannot_tell_is_said(desks):
    desk = desks("fix")
    engine = desk.engine()
    change = fix.ask(engine)
    (desk.shop / ".git" / "index").write_bytes(b"broken")
    bad = fix.again(engine, change)
    assert bad is not None and bad.problem and fix.again(engine, bad) is None
    assert "cannot look now" in shown(painted(desk, looked=bad))


def test_what_came_from_outside_stays_text(desks):
    desk = desks("fix")
    for payload in PAYLOADS.values():
        name = payload.replace("/", "_").replace("\0", "")[:60]
        text = f"def f():\n    return '{payload}'\n"
        target = desk.shop / f"x{name}.py"
        target.write_text(text)
        os.system(f"cd {desk.shop} && git add -A")
        change = fix.ask(desk.engine())
        for place in range(len(change.seen.files)):
            made = scene(desk, fix.again(desk.engine(), fix.turn(change, place)) or fix.turn(change, place))
            holds(fix.paint, made, outside=payload + CONTROLS)
        os.system(f"cd {desk.shop} && git rm -qf --cached -r . && git reset -q")
        target.unlink()


def test_lines_have_the_numbers_of_their_side():
    patch = (
        b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -3,3 +3,4 @@ def f\n a\n-b\n+c\n+d\n e\n\\ No newline\n"
    )
    assert [(one.sign, one.number) for one in fix_change.lines_of(patch)] == [
        ("@", 3),
        (" ", 3),
        ("-", 4),
        ("+", 4),
        ("+", 5),
        (" ", 6),
        ("\\", 7),
    ]


def test_the_card_of_every_step_can_be_shown(desks):
    """What the guard measured stands in no field that other steps use for something else."""
    from hotfix_tui.ui.frame import card

    desk = desks("fix")
    _, change = measure(desk)
    made = scene(desk, change)
    for view in made.here():
        assert card.body(made._replace(selected=view), view, 60), view.id
