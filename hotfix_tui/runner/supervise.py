"""The program that runs commands for the wizard and outlives it: `python -I -S supervise.py RUNDIR`.

It is started by path, without site-packages and without the package's own `__init__` files, so that it starts
fast, stays small, and depends on the standard library alone. Only this entry file is compiled each time.
"""

import sys
from os.path import abspath, dirname
from types import ModuleType


def _enter() -> int:
    here = dirname(abspath(__file__))
    package_folder = dirname(here)
    for name, folder in (
        ("hotfix_tui", package_folder),
        ("hotfix_tui.base", f"{package_folder}/base"),
        ("hotfix_tui.runner", here),
    ):
        package = ModuleType(name)
        package.__path__ = [folder]
        sys.modules[name] = package
    from hotfix_tui.runner.supervisor import main

    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(_enter())
