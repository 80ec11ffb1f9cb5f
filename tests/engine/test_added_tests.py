"""The new test in the pull request: what the change adds to the test files, not what stood there before."""

import pytest

from hotfix_tui.engine import added_tests
from tests import typed
from tests.gitworld import IDENTITY, World

OLD = "".join(f"def test_{n:03}():\n    assert {n} == {n}\n\n\n" for n in range(200))
NEW = "def test_the_regression():\n    assert total([2, 3]) == 5\n"
FIRST, REST = OLD[: OLD.index("def test_001")], OLD[OLD.index("def test_001") :]
AT = {
    "at the end": OLD + NEW,
    "at the beginning": NEW + "\n\n" + OLD,
    "in the middle": FIRST + NEW + "\n\n" + REST,
    "in the place of an old one": NEW + "\n\n" + REST,
}


@pytest.fixture
def with_tests(opened, tmp_path, monkeypatch):
    """Change test files after the base: a function that is given their texts by name, and returns what is shown."""
    world = World(tmp_path / "shop")
    world.write("test_shop.py", OLD)
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    base = world.commit("Tests")

    def shown(**texts: str) -> str:
        for name, text in texts.items():
            world.write(f"{name}.py", text)

        def seen(record, actor):
            tests = [f"{name}.py" for name in texts]
            typed.put(record, "branch.base", "done", {"commit": base}, at=actor.at, by="ann")
            typed.put(record, "fix.regression-test", "done", {"tests": tests}, at=actor.at, by="ann")
            return []

        opened.change(seen)
        return added_tests.test_code(opened)

    return shown


@pytest.mark.parametrize("place", AT)
def test_the_new_test_is_shown_wherever_it_stands_and_the_old_ones_are_not(with_tests, place):
    text = with_tests(test_shop=AT[place])
    assert "+def test_the_regression():" in text and "+    assert total([2, 3]) == 5" in text
    assert text.startswith("# test_shop.py\n@@") and text.count("\n+def test_") == 1
    assert text.count("def test_") < 6, "only what stands around it"


def test_a_new_file_is_shown_whole_and_a_long_one_says_what_is_left_out(with_tests):
    assert with_tests(test_new=NEW) == f"# test_new.py\n{NEW.rstrip()}"
    text = with_tests(test_long=OLD, test_shop=OLD + NEW)
    assert "# … 640 more lines in test_long.py" in text and "# test_shop.py: not shown here" in text
