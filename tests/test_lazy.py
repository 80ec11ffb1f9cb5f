"""Modules of ours are loaded at their first use, once, whoever uses them first."""

import subprocess
import sys
import threading
from importlib import import_module
from types import ModuleType

import pytest

import hotfix_tui
from hotfix_tui import lazy


def by_setting(module):
    module.OTHER = 1
    return module.NAME


def by_import(_):
    from hotfix_tui.made import NAME

    return NAME


LOOKS = {
    "an attribute": lambda module: module.NAME,
    "its names": lambda module: vars(module)["NAME"],
    "dir": lambda module: module.NAME if "NAME" in dir(module) else None,
    "an attribute that is set": by_setting,
    "a name imported from it": by_import,
}


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Makes ``hotfix_tui.made`` of a source; it is gone after the test."""

    def made(source: str) -> ModuleType:
        (tmp_path / "made.py").write_text(f"import builtins\nbuiltins.loads.append(1)\n{source}\n")
        monkeypatch.setattr(hotfix_tui, "__path__", [*hotfix_tui.__path__, str(tmp_path)])
        monkeypatch.setattr("builtins.loads", [], raising=False)
        return import_module("hotfix_tui.made")

    yield made
    sys.modules.pop("hotfix_tui.made", None)
    lazy._PENDING.pop("hotfix_tui.made", None)
    hotfix_tui.__dict__.pop("made", None)


def loads() -> int:
    import builtins

    return len(builtins.loads)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_it_is_loaded_at_its_first_use(make, look):
    module = make("NAME = 7")
    assert import_module("hotfix_tui.made") is module and repr(module)
    assert (module.__name__, module.__package__, loads()) == ("hotfix_tui.made", "hotfix_tui", 0)
    assert look(module) == 7
    assert (loads(), type(module)) == (1, ModuleType)
    assert look(module) == 7
    assert loads() == 1


def test_what_it_does_not_have_is_an_attribute_error(make):
    module = make("NAME = 7")
    for _ in range(2):
        with pytest.raises(AttributeError, match=r"module 'hotfix_tui\.made' has no attribute 'other'"):
            _ = module.other
    assert loads() == 1
    with pytest.raises(ImportError, match="cannot import name 'other'"):
        from hotfix_tui.made import other  # noqa: F401


def test_its_own_rule_for_other_names_holds(make):
    """As in `hotfix_tui.ui.screens.dialogs`."""
    module = make("def __getattr__(name):\n    return name.upper()")
    assert (module.other, module.other, loads()) == ("OTHER", "OTHER", 1)


def test_a_module_that_uses_itself_while_it_is_loaded_is_not_loaded_twice(make):
    lines = [
        "import sys",
        "me = sys.modules[__name__]",
        "FIRST = 1",
        "SEEN = me.FIRST",
        "LATER = hasattr(me, 'NAME')",
    ]
    module = make("\n".join([*lines, "NAME = 7"]))
    assert (module.NAME, module.SEEN, module.LATER, loads()) == (7, 1, False, 1)


def test_threads_see_all_of_it_or_wait(make):
    module = make("import time\nFIRST = 1\ntime.sleep(0.2)\nNAME = 7")
    start, seen = threading.Barrier(8), []

    def look() -> None:
        start.wait()
        seen.append((module.NAME, vars(module)["FIRST"]))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (seen, loads()) == ([(7, 1)] * 8, 1)


def test_threads_see_nothing_of_it_before_all_of_it_is_there(make, monkeypatch):
    """Who comes while it is being loaded finds a function, and what that needs is further down."""
    lines = ["import builtins", "def early():", "    return LATER", "builtins.goes_on()", "LATER = 7"]
    module = make("\n".join(lines))
    seen, inside = [], threading.Event()
    monkeypatch.setattr(
        "builtins.goes_on", lambda: inside.set() or threading.Event().wait(0.2), raising=False
    )

    def look() -> None:
        seen.append(module.early())

    threads = [threading.Thread(target=look) for _ in range(4)]
    threads[0].start()
    inside.wait()
    for thread in threads[1:]:
        thread.start()
    for thread in threads:
        thread.join()
    assert (seen, loads()) == ([7] * 4, 1)


def test_an_error_in_it_is_raised_at_each_use(make):
    module = make("raise RuntimeError('half an installation')")
    for number in (1, 2):
        with pytest.raises(RuntimeError, match="half an installation"):
            _ = module.NAME
        assert loads() == number


def test_a_module_of_ours_can_be_run_by_its_name():
    run = [sys.executable, "-m", "hotfix_tui.version"]
    assert subprocess.run(run, capture_output=True, text=True).stderr == ""


def test_others_modules_are_loaded_as_ever():
    code = "import hotfix_tui, json.tool, sys; print(type(sys.modules['json.tool']).__name__)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "module\n"
