"""Driver: write a text to a file, then run the command that reads it.

``… deploy.request_driver FILE TEXT -- COMMAND…``: the input of a forge's command line is created with the action, not
before it. Its exit status is the command's.
"""

import os
import subprocess
import sys

from hotfix_tui.base import durable


def main(argv: list[str]) -> int:
    """Write and run; return 1 if the file cannot be written, 127 if the command cannot be started."""
    path, text, _, *command = argv
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        durable.replace(path, text.encode("utf-8", "surrogateescape"), backup=False)
    except OSError as problem:
        print(f"{path} cannot be written: {problem.strerror}", file=sys.stderr)
        return 1
    try:
        return subprocess.run(command, check=False).returncode
    except OSError as problem:
        print(f"{command[0]}: {problem.strerror}", file=sys.stderr)
        return 127


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
