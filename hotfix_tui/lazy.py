"""A module of ours that is imported as a module is loaded when something of it is first used.

Starting is a feature: most of what a file may need, a call never does. ``from hotfix_tui.engine import execute`` at
the top of a file therefore costs a look into a directory, and the module itself is loaded at its first attribute;
``from hotfix_tui.engine.execute import execute`` takes something of it, and so loads it at once. That is all: there is
no list of lazy modules, and nothing of ours is imported inside functions.

Apart from the rooms: `hotfix_tui` installs it before any of them is imported, so it imports only what Python has
loaded before it reads any file. The idea is that of PEP 690. `importlib.util.LazyLoader` does not fit: before
Python 3.12 one thread could see what another one had loaded by half, and any look loads, the import system's own, too.
"""

import sys
from _frozen_importlib_external import PathFinder, SourceFileLoader
from _thread import RLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
else:
    ModuleType = type(sys)

_OURS = "hotfix_tui."
_OF_IMPORT = frozenset(
    ("__class__", "__name__", "__package__", "__loader__", "__spec__", "__path__", "__file__", "__cached__")
)
"""What the import system sets and looks for: asking for it is no use of a module."""


class _Pending:
    """The state of a module that was imported and is not loaded.

    Each has a lock of its own: imports form no circle, so a thread only ever waits for a module below those that it
    is loading itself.
    """

    def __init__(self) -> None:
        self.lock = RLock()
        self.begun = False


_PENDING: dict[str, _Pending] = {}


class _Unloaded(ModuleType):
    """A module until it is loaded; then a plain one. Who looks meanwhile waits: what is there may need what is not."""

    def __getattribute__(self, name: str) -> object:
        if name not in _OF_IMPORT:
            _load(self)
        found: object = ModuleType.__getattribute__(self, name)
        return found


class _Loader(SourceFileLoader):
    """Makes a module at once, and loads it later."""

    def create_module(self, spec: "ModuleSpec") -> "ModuleType":
        _PENDING[spec.name] = _Pending()
        return _Unloaded(spec.name)

    def exec_module(self, module: "ModuleType") -> None:
        pending = _PENDING.get(module.__name__)
        if pending is None or pending.begun:
            super().exec_module(module)


def _load(module: "ModuleType") -> None:
    pending = _PENDING.get(module.__name__)
    if pending is None:
        return  # another thread has finished
    with pending.lock:
        if pending.begun or module.__name__ not in _PENDING:
            return
        pending.begun = True
        try:
            module.__loader__.exec_module(module)  # type: ignore[union-attr]
        except BaseException:
            pending.begun = False
            raise
        module.__class__ = ModuleType
        del _PENDING[module.__name__]


class _Finder:
    """Finds our modules where Python does; packages, which hold a docstring, are loaded as ever."""

    @staticmethod
    def find_spec(
        name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """Return the spec of a module of ours, None for everything else."""
        if path is None or not name.startswith(_OURS):
            return None
        folder = sys.path_importer_cache.get(path[0])  # what `PathFinder` would ask first
        spec = (folder and folder.find_spec(name)) or PathFinder.find_spec(name, path, target)
        if (
            spec is not None
            and type(spec.loader) is SourceFileLoader
            and spec.submodule_search_locations is None
        ):
            spec.loader.__class__ = _Loader
        return spec


def install() -> None:
    """Load our modules at their first use from now on."""
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)
