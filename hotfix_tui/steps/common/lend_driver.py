"""Driver: link dependencies installed elsewhere into a checkout.

``… common.lend_driver --to DIR --lender DIR…`` links them as `dependencies.link_dependencies` does, and prints what
it linked.
"""

import argparse
import os
import sys

from hotfix_tui.base.text import one_line
from hotfix_tui.steps.common.dependencies import link_dependencies


def main(argv: list[str]) -> int:
    """Link, and print it; return 1 if a link cannot be created."""
    parser = argparse.ArgumentParser(prog="lend_driver")
    parser.add_argument("--to", dest="target", required=True)
    parser.add_argument("--lender", action="append", default=[])
    options = parser.parse_args(argv)
    try:
        made = link_dependencies(options.lender, options.target)
    except OSError as error:
        print(f"the installed dependencies could not be linked: {error.strerror}")
        return 1
    for path in made:
        print(f"linked {one_line(os.path.relpath(path, options.target))}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
