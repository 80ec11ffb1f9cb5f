"""Runs the service of the current folder, and ends with the host that started it.

Arguments: the drill's token, the host's pid, then the arguments of the service.
"""

import os
import runpy
import sys
import threading
import time


def _end_with(parent: int) -> None:
    """End at once when the host is gone: a killed host must leave no server behind."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


def main() -> None:
    """Become the service."""
    threading.Thread(target=_end_with, args=(int(sys.argv[2]),), daemon=True).start()
    sys.path[0] = str(os.getcwd())
    sys.argv = ["tokend", *sys.argv[3:]]
    runpy.run_module("tokend", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
