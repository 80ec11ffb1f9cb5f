"""JUnit XML files written by a run, and the files that failures name.

Apart from `scan`, which reads logs: these are files that a run leaves next to its log.
"""

import glob
import os
import stat
from collections.abc import Iterator, Sequence

from hotfix_tui.base import plain_file
from hotfix_tui.base.text import one_line
from hotfix_tui.testresults.junit import Junit
from hotfix_tui.testresults.model import Failure
from hotfix_tui.testresults.tool import Spot

_USUAL = (
    *("junit.xml", "test-results.xml", "report.xml", "reports/*.xml", "test-results/*.xml"),
    *("target/surefire-reports/TEST-*.xml", "*/target/surefire-reports/TEST-*.xml"),
    *("build/test-results/*/TEST-*.xml", "*/build/test-results/*/TEST-*.xml"),
)
"""Where test runners write their reports, below the folder in which they run."""

_OPTIONS = ("--junitxml", "--junit-xml", "--outputFile", "--output-file", "--junitfile")
_MOST_FILES = 500
_LARGEST = 50 << 20
_BLOCK = 1 << 18


def read_reports(folder: str, argv: Sequence[str], since: float) -> Junit | None:
    """Return the results in `folder`'s reports written at or after the Unix time `since`; None if there are none.

    The places of their failures are in the reports, not in the log, so they have no line there.
    """
    junit: Junit | None = None
    for path in _written(folder, argv, since):
        junit = junit or Junit()
        before = junit.bad
        try:
            with plain_file.opened(path, follow=True) as report:
                while data := report.read(_BLOCK):
                    junit.feed(data, Spot(0, 0))
        except OSError:
            continue
        if junit.bad > before and not junit.source:
            junit.source = f"{junit.name} ({one_line(os.path.relpath(path, folder), 80)})"
    if junit is None or not junit.seen_any:
        return None
    junit.seen = 1
    junit.failures = [failure._replace(log_line=0, offset=0) for failure in junit.failures]
    return junit


def _written(folder: str, argv: Sequence[str], since: float) -> Iterator[str]:
    """Yield the reports that the command line names, or else those in the usual places, each once."""
    named = list(_named(argv))
    paths = [os.path.join(folder, name) for name in named]
    for pattern in () if named else _USUAL:
        paths += sorted(glob.iglob(os.path.join(glob.escape(folder), pattern)))
    for path in paths[:_MOST_FILES]:
        try:
            known = os.stat(path)
        except OSError:
            continue
        # Some file systems store whole seconds only.
        if stat.S_ISREG(known.st_mode) and known.st_mtime >= int(since) and known.st_size <= _LARGEST:
            yield path


def _named(argv: Sequence[str]) -> Iterator[str]:
    for place, word in enumerate(argv):
        option, equals, value = word.partition("=")
        if option in _OPTIONS:
            value = value if equals else next(iter(argv[place + 1 : place + 2]), "")
            if value.endswith(".xml"):
                yield value


def located(failure: Failure, folder: str) -> Failure:
    """Return `failure` with its file relative to `folder`, if it is there.

    Some tools prefix a file with more than the folder knows (Go its package), or name one elsewhere.
    """
    if not failure.file:
        return failure
    root = os.path.realpath(folder)
    whole = os.path.realpath(os.path.join(root, failure.file))
    if whole.startswith(root + os.sep) and os.path.isfile(whole):
        return failure._replace(file=os.path.relpath(whole, root))
    parts = [part for part in failure.file.split("/") if part not in ("", ".", "..")]
    for start in range(1, len(parts)):
        if os.path.isfile(os.path.join(root, *parts[start:])):
            return failure._replace(file="/".join(parts[start:]))
    return failure
