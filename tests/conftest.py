"""What all tests share: the product's git calls are recorded and checked against rules; long tests start first.

Fixtures that several rooms use are here. What they need is imported by the first test that asks for it: every process
loads this file.
"""

import gc
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import counts, disk, gitworld, longer, quick, reversed_words  # noqa: F401 - counts sets how much is tried
from tests.recorder import rules

_SITE = str(Path(__file__).parent / "recorder" / "site")
_read_up_to = 0


def pytest_configure(config: pytest.Config) -> None:
    """Start recording: in this process, and in every Python that inherits its environment.

    What the product stores for its user goes to a folder of this process, unless a test names its own.
    """
    quick.begin(config)
    os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="state-of-tests-")
    file, path = tempfile.mkstemp(prefix="git-calls-")
    os.close(file)
    os.environ["TESTS_GIT_CALLS"] = path
    if _SITE in str(getattr(sys.modules.get("sitecustomize"), "__file__", "")):
        return  # inherited from the process that started this one: it records already
    known = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join([_SITE, known] if known else [_SITE])
    sys.path.insert(0, _SITE)
    sys.modules.pop("sitecustomize", None)
    __import__("sitecustomize")
    sys.path.remove(_SITE)


def pytest_unconfigure() -> None:
    """Remove the recording, and what the product stored for its user."""
    shutil.rmtree(os.environ.pop("XDG_STATE_HOME"), ignore_errors=True)
    Path(os.environ.pop("TESTS_GIT_CALLS")).unlink(missing_ok=True)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the files of which nothing will be run."""
    return longer.is_needless(collection_path, config) or None


def pytest_collection_finish() -> None:
    """Freeze what is loaded and collected, so that garbage collection never scans it again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Wait for the disk only in tests that are about the disk."""
    disk.wait(really=item.nodeid.startswith("tests/session/"))


@pytest.fixture(autouse=True)
def git_rules() -> Iterator[None]:
    """Fail the test during which the product made a forbidden git call; calls of its children count too."""
    record = Path(os.environ["TESTS_GIT_CALLS"])
    yield
    global _read_up_to
    with record.open("rb") as file:
        file.seek(_read_up_to)
        lines = file.read()
    _read_up_to += len(lines)
    wrong_calls = rules.offences(rules.read(lines), rules.MADE) if lines else []
    assert not wrong_calls, "\n".join(wrong_calls)


@pytest.fixture(autouse=True)
def no_watch_left(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """End the watches that a walk leaves behind: an incident that nobody ends is watched for hours."""
    yield
    if request.node.get_closest_marker("walk") is not None:
        _end_watches(tmp_path_factory.getbasetemp())


@pytest.fixture
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No configuration of the machine, fixed people; `World.commit` sets the clock of commits."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in gitworld.IDENTITY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))


@pytest.fixture
def world(tmp_path: Path, isolated: None) -> gitworld.World:
    """Return an empty repository."""
    return gitworld.World(tmp_path / "shop")


@pytest.fixture
def shop(tmp_path: Path, isolated: None) -> Any:
    """Return a shop with a remote, and an incident in it whose steps run their real commands."""
    from tests.steps.support_release import Shop

    return Shop(tmp_path)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the repositories that `checkout` copies, built once."""
    from tests.steps import support

    folder = tmp_path_factory.mktemp("built")
    support.build(folder)
    return folder


@pytest.fixture
def checkout(tmp_path: Path, isolated: None, built: Path) -> gitworld.World:
    """Return a clone of a bare remote: v1.0.0 is tagged and live, one more commit is on main."""
    from tests.steps import support

    return support.copied(built, tmp_path)


@pytest.fixture
def incident(checkout: gitworld.World, tmp_path: Path) -> Any:
    """Return an incident in `checkout`, tests run by unittest."""
    from tests.steps.support import Incident

    directory = tmp_path / "incident"
    directory.mkdir()
    return Incident(checkout, directory)


@pytest.fixture
def server() -> Iterator[Any]:
    """A local server that answers as a test tells it to, running; it ends with the test."""
    from tests.monitor.server import Answers

    made = Answers()
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture(scope="session")
def reversed_product(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, reversed_words.Words]:
    """Return the folder of a copy of the product that says every sentence backwards, and what it says and looks for."""
    base = tmp_path_factory.getbasetemp()
    return reversed_words.shared(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


def _end_watches(base: Path) -> None:
    """End the watches below `base`, as far as the system shows its processes."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"hotfix_tui.monitor.watch_run" not in (process / "cmdline").read_bytes():
                continue
            if f"HOTFIX_TUI_RUN={base}".encode() in (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGTERM)
        except OSError:
            continue


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Mark the longer tests before tests are selected by mark, and order the selected ones."""
    longer.mark(config, items)
    yield
    _deal(items)


def _deal(items: list[pytest.Item]) -> None:
    """Distribute the walks over the processes, each of which starts with its own: they take longest."""
    walks = [item for item in items if item.get_closest_marker("walk")]
    others = [item for item in items if not item.get_closest_marker("walk")]
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    left, dealt = len(items), []
    for number in range(processes):
        mine, size = walks[number::processes], left // (processes - number)
        fill = max(size - len(mine), 0)
        dealt += [*mine, *others[:fill]]
        del others[:fill]
        left -= size
    items[:] = [*dealt, *others]
