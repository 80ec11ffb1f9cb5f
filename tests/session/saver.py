"""A process that changes one incident: ``saver.py ROOT WHO COUNT [wait]``; a line before and after each save.

With ``wait`` it begins when it is sent a line."""

import os
import sys

from hotfix_tui.session.store import Store

INCIDENT = "ENG-7"


def main():
    root, who, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    store = Store(root, who=who, wait=60)
    say("ready")
    if "wait" in sys.argv:
        sys.stdin.readline()
    for number in range(1, count + 1):
        with store.changing(INCIDENT) as change:
            say(f"try {change.loaded.revision + 1}")
            change.doc["counts"][who] = change.doc["counts"].get(who, 0) + 1
            saved = change.commit(change.doc, [{"kind": "note", "text": f"{who} {number}", "by": who}])
        say(f"ack {saved.revision}")
    say("end")


def say(line):
    # One write call each: a kill loses whole lines only. The removal is a marker for whoever traces the calls.
    os.write(1, line.encode() + b"\n")
    try:
        os.unlink(f"/nonexistent/{line.split()[0]}")
    except OSError:
        pass


if __name__ == "__main__":
    main()
