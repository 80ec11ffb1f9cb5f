"""Runs again what failed in the last run of the tests, one at a time: what passes now is flaky, and is printed as that.

``python -m tests.again``, in the folder that the tests were run in. It ends with 1 when anything had failed.
"""

import json
import subprocess
import sys
from pathlib import Path

LAST_FAILED = Path(".pytest_cache/v/cache/lastfailed")


def main() -> int:
    """Say of each test that failed whether it is flaky."""
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
