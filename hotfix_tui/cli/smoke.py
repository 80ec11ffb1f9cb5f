"""The requests that show the fault: stored from a pasted curl, listed, tried."""

from argparse import Namespace

from hotfix_tui.base.text import clean
from hotfix_tui.cli.failures import DONE, FAILED
from hotfix_tui.cli.session import open_engine, report
from hotfix_tui.engine import smoke as kept_requests


def smoke(options: Namespace) -> int:
    """Store a request, list them, or send them now."""
    return {"add": _add, "list": _listed, "try": _tried}[options.what](options)


def _add(options: Namespace) -> int:
    engine = open_engine(options)
    request = kept_requests.read(
        options.curl, name=options.request_name, status=options.expect_status, body=options.expect_body
    )
    said = kept_requests.add(engine, request)
    if options.json:
        return report(options, engine, [])
    print("\n".join(clean(line) for line in [*request.lines(), *([said] if said else [])]))
    print("Send it now, to see the fault: hotfix-tui smoke try")
    return DONE


def _listed(options: Namespace) -> int:
    said = kept_requests.reproduction(open_engine(options))
    print("\n".join(clean(line) for line in said.lines).rstrip())
    if not said.requests:
        print("Keep one: hotfix-tui smoke add 'curl …' --expect-status 200")
    return DONE


def _tried(options: Namespace) -> int:
    engine = open_engine(options)
    tried = kept_requests.attempt(engine)
    if options.json:
        report(options, engine, [])
    else:
        print("\n".join(clean(line) for line in tried.lines))
        print("The fault shows." if tried.shows else "Every answer is the right one: no fault shows.")
    return FAILED if tried.shows else DONE
