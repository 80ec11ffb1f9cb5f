"""Reruns the tests that failed in the last run, one at a time: those that pass now are flaky, and are reported as
such.

``python -m tests.again``, in the folder that the tests were run in. Exits with 1 if anything had failed.
"""

import json
import subprocess
import sys
from pathlib import Path

LAST_FAILED = Path(".pytest_cache/v/cache/lastfailed")


def main() -> int:
    """Report for each failed test whether it is flaky."""
    try:
        failed = [name for name, did in json.loads(LAST_FAILED.read_text(encoding="utf-8")).items() if did]
    except OSError:
        failed = []
    for name in failed:
        argv = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-m", "", "-p", "no:cacheprovider", name]
        passed = subprocess.run(argv, stdout=subprocess.DEVNULL, check=False).returncode == 0
        print(f"flaky, passes when repeated: {name}" if passed else f"fails again: {name}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
