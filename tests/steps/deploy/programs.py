"""A platform's program that gives a test's answers, and notes what it was asked."""

from tests.platforms.answers import CURRENT

PROGRAM = """\
#!{python} -IS
import os, sys, time
line = " ".join([os.path.basename(sys.argv[0]), *sys.argv[1:]])
with open({log!r}, "a") as log:
    log.write(line + "\\n")
for words, out, err, code in {says!r}:
    if words in line:
        if code == "slow":
            time.sleep(600)
        print(out)
        print(err, file=sys.stderr)
        sys.exit(code)
"""

GOOD = [
    ("whoami", "ada", "", 0),
    ("--version", "64.0.2", "Vercel CLI 64.0.2", 0),
    ("deploy --help", "", "  --prod\n  --json   machine output", 0),
    ("api /v9/projects", CURRENT["vercel"], "", 0),
]
