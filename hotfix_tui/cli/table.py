"""The command table: every command with its arguments, its help and its function.

Only the parser of the called command is built, because building all of them takes longer than answering ``status``.
"""

from typing import Any, NamedTuple

Argument = tuple[tuple[str, ...], dict[str, Any]]


def arg(*names: str, **options: object) -> Argument:
    """Return one argument in argparse's terms."""
    return names, options


class Entry(NamedTuple):
    """One command: `target` is ``module:function`` below ``hotfix_tui.cli``."""

    help: str
    target: str
    arguments: tuple[Argument, ...] = ()
    group: str = "work"


_WHY = arg("--why", default="", metavar="TEXT", help="the reason")
_STEP = arg("step", metavar="STEP", help="a step's id, for example verify.test")
_CONFIRM = arg("--confirm", default="", metavar="WORD", help="the ticket or id, for an act in production")
_LANGUAGE = arg("--language", choices=("en", "zh"), default="", help="the language of this document")

GLOBAL: tuple[Argument, ...] = (
    arg("-C", dest="directory", metavar="DIR", help="run as if started in DIR"),
    arg("--incident", metavar="ID", help="the incident's id or ticket"),
    arg("--json", action="store_true", help="print one JSON document"),
    arg("--dry-run", action="store_true", help="write nothing, start nothing; say what would be done"),
    arg("--as", dest="name", metavar="NAME", help="the name recorded with changes"),
    arg("--no-mouse", action="store_true", help="leave the mouse to the terminal"),
    arg("--no-lock", action="store_true", help="for file systems without locks: change without locking"),
)

# fmt: off
COMMANDS: dict[str, Entry] = {
    "new": Entry(
        "open a new incident",
        "opening:new",
        (
            arg("ticket", nargs="?", default="", metavar="TICKET"),
            arg("--title", default="", help="what is broken, in a few words"),
            arg("--severity", default="", metavar="P0..P3"),
            arg("--detected-at", default="", metavar="TIME", help="14:23, -25m, yesterday 23:50 or RFC 3339"),
            arg("--embargo", action="store_true", help="a security fault: neutral names, no public word before the deploy"),
            arg("--with", dest="with_dir", default="", metavar="DIR", help="the checkout that it is about"),
        ),
        "start",
    ),
    "resume": Entry("open an incident in the wizard", "opening:resume", (arg("which", nargs="?", default="", metavar="INCIDENT"),), "start"),
    "list": Entry("list the incidents of this repository", "show:list_incidents", (), "start"),
    "status": Entry("say where an incident stands", "show:status", (arg("which", nargs="?", default="", metavar="INCIDENT"),), "start"),
    "demo": Entry(
        "practise: build a broken service and open the wizard on it",
        "drill:demo",
        (
            arg("--dir", default="", metavar="DIR", help="a fresh directory for the drill, or that of one to take up again"),
            arg("--build-only", action="store_true", help="build it, print its path and leave it running"),
            arg("--scenario", default="", metavar="NAME", help="what goes wrong, in a new drill; list shows them"),
        ),
        "start",
    ),
    "do": Entry(
        "carry out a step, or take a decision",
        "act:do",
        (
            _STEP,
            arg("--detach", action="store_true", help="do not wait for its end"),
            arg("--choose", default="", metavar="NAME", help="which way to go, where there are several"),
            arg("--terminal", action="store_true", help="run it in this terminal, to type a passphrase"),
            arg("--granted-by", default="", metavar="NAME", help="who granted to go on against a rule or a finding"),
            arg("--why", default="", metavar="TEXT", help="why that is right"),
            _CONFIRM,
        ),
    ),
    "plan": Entry("show what a step would run, and its choices", "act:show_plan", (_STEP, arg("--choose", default="", metavar="NAME"))),
    "probe": Entry("check the current state again, for a step or for all", "act:probe", (arg("step", nargs="?", default="", metavar="STEP"),)),
    "tick": Entry("say that a step is done", "act:tick", (arg("steps", nargs="+", metavar="STEP", help="a step's id, or several"), arg("--note", default="", metavar="TEXT", help="for an approval: the reviewer's name"))),
    "untick": Entry("take a tick back", "act:untick", (_STEP,)),
    "waive": Entry(
        "skip a required step with a signed waiver",
        "act:waive",
        (_STEP, arg("--granted-by", default="", metavar="NAME"), _WHY),
    ),
    "accept": Entry("accept a finding of the guard", "act:accept", (arg("finding", metavar="FINDING"), _WHY)),
    "set": Entry(
        "enter a fact",
        "act:set_fact",
        (
            arg("fact", nargs="?", default="", metavar="FACT"),
            arg("value", nargs="?", default=None, metavar="VALUE", help="- reads it from standard input"),
            arg("--append", action="store_true", help="add to a list"),
            arg("--list", dest="listing", action="store_true", help="list all facts"),
        ),
    ),
    "note": Entry("write a note on the timeline", "notes:note", (arg("text", metavar="TEXT"), arg("--at", default="", metavar="TIME"))),
    "severity": Entry("set or change the severity", "act:severity", (arg("level", metavar="P0..P3"), _WHY)),
    "triage": Entry("answer the triage questions", "act:triage", (arg("answers", nargs="*", metavar="QUESTION=yes|no"),)),
    "next": Entry("go on to the next stage", "act:go_next"),
    "back": Entry("go back to the stage before", "act:go_back"),
    "undo": Entry("take back the last tick, choice or fact", "act:undo"),
    "verdict": Entry("give the verdict of this round", "life:verdict", (arg("value", metavar="VALUE", help="fixed, mitigated, not-fixed, worse or not-enough-data"), _WHY), "life"),
    "round": Entry("begin a new round", "life:new_round", (_WHY, arg("--base", choices=("same", "on-top"), default="same")), "life"),
    "resolve": Entry("resolve the incident", "life:resolve", (), "life"),
    "close": Entry(
        "close the incident",
        "life:close",
        (
            arg("--granted-by", default="", metavar="NAME", help="who signs for what the review lacks"),
            _WHY,
        ),
        "life",
    ),
    "reopen": Entry("open it again", "life:reopen", (_WHY,), "life"),
    "abandon": Entry("end it unfinished", "life:abandon", (_WHY,), "life"),
    "false-alarm": Entry("end it: nothing was broken", "life:false_alarm", (_WHY,), "life"),
    "normal-process": Entry("end it: no hotfix is needed", "life:normal_process", (_WHY,), "life"),
    "command": Entry("show a command with what else would do, or edit it for this incident", "act:command", (arg("command_name", metavar="NAME"), arg("line", nargs="?", default=None, metavar="COMMAND", help="one argument; empty: the configured one again"), arg("--in", dest="folder", default="", metavar="DIR", help="the folder that it runs in, below the root"), arg("--take", type=int, default=0, metavar="N", help="the alternative with this number"))),
    "smoke": Entry(
        "keep a request that shows the fault, from a pasted curl; list them, or send them now",
        "smoke:smoke",
        (
            arg("what", choices=("add", "list", "try")),
            arg("curl", nargs="?", default="", metavar="CURL", help="one argument: the command as the browser copies it"),
            arg("--name", dest="request_name", default="", metavar="TEXT", help="what it shows, as a sentence"),
            arg("--expect-status", type=int, default=200, metavar="N", help="the right answer's status"),
            arg("--expect-body", default="", metavar="TEXT", help="a text that the right answer holds"),
        ),
    ),
    "adopt": Entry("use a fix that exists already", "act:adopt", (arg("spec", metavar="BRANCH|RANGE|COMMIT|PR"),)),
    "look": Entry("say what a run with an unknown result did", "act:look", (arg("run", type=int, metavar="RUN"), arg("did", choices=("did", "did-not")))),
    "rollback": Entry(
        "bring production back to what ran before",
        "act:rollback",
        (arg("kind", metavar="previous|revert|deploy-revert|go-on|flag|NAME"), _CONFIRM, arg("--detach", action="store_true")),
    ),
    "backport": Entry(
        "carry the fix to a line",
        "act:backport",
        (
            arg("line", metavar="LINE"),
            arg("--continue", dest="go_on", action="store_true"),
            arg("--skip", action="store_true"),
            arg("--abort", action="store_true"),
        ),
    ),
    "edit": Entry(
        "keep your own text for a section of a document",
        "texts:edit",
        (
            arg("document", metavar="DOCUMENT"),
            arg("--section", required=True, metavar="ID"),
            arg("--from", dest="source", metavar="FILE", help="- reads standard input; leave it out to drop your text"),
        ),
        "texts",
    ),
    "render": Entry(
        "print a document from the record",
        "texts:render",
        (arg("document", metavar="DOCUMENT"), arg("--phase", default="", metavar="PHASE"), _LANGUAGE),
        "texts",
    ),
    "send": Entry(
        "send a message by the configured command, or record that you sent it",
        "texts:send",
        (
            arg("document", metavar="DOCUMENT"),
            arg("--phase", default="", metavar="PHASE"),
            arg("--by-hand", action="store_true", help="you sent it yourself"),
            arg("--again", action="store_true", help="its command was cut off and it is not out, or the same is to go out once more"),
            arg("--granted-by", default="", metavar="NAME", help="who signs for a public text before the fix is deployed"),
            arg("--why", default="", metavar="TEXT"),
            arg("--yes", action="store_true", help="do not ask; for scripts"),
            _LANGUAGE,
        ),
        "texts",
    ),
    "runs": Entry("list the commands that ran", "show:list_runs", (), "runs"),
    "output": Entry("print the output of a run", "show:output", (arg("run", type=int, metavar="RUN"), arg("--follow", action="store_true")), "runs"),
    "cancel": Entry("end a run with everything it started", "act:cancel", (arg("run", type=int, metavar="RUN"),), "runs"),
    "timeline": Entry("print the timeline", "show:timeline", (), "runs"),
    "trust": Entry(
        "read and trust the configured commands",
        "setup:trust",
        (
            arg("--revoke", action="store_true", help="trust nothing here any more"),
            arg("--sha256", default="", metavar="HEX", help="trust exactly this configuration without asking"),
            arg("--yes", action="store_true", help="you have read them"),
        ),
        "setup",
    ),
    "init": Entry("write a configuration from what is found here", "setup:write_config", (arg("--print", dest="print_only", action="store_true", help="print it only"),), "setup"),
    "platform": Entry(
        "show the platform that deploys with its commands, or choose it with the values that they need",
        "platform:platform",
        (
            arg("platform_name", nargs="?", default="", metavar="PLATFORM"),
            arg("values", nargs="*", metavar="NAME=VALUE", help="kept as deploy.settings"),
            arg("--target", default="", metavar="NAME", help="of this one of several things that are deployed"),
            arg("--targets", action="store_true", help="name what is deployed from here each by itself"),
            arg("--yes", action="store_true", help="trust what is shown"),
        ),
        "setup",
    ),
    "doctor": Entry("check what the wizard needs, and show what it takes for true here", "setup:show_doctor", (), "setup"),
    "completion": Entry("print what lets a shell complete commands, steps, facts and tickets", "completion:completion", (arg("shell", choices=("bash", "zsh", "fish"), metavar="SHELL", help="bash, zsh or fish"),), "setup"),
    "reset-terminal": Entry("bring a broken terminal back", "setup:reset_terminal", (), "setup"),
}
# fmt: on

READS = frozenset(
    ("list", "status", "plan", "render", "runs", "output", "timeline", "doctor", "stats", "completion")
)
"""Commands whose purpose is what they print."""

GROUPS = {
    "start": "start and see",
    "work": "the work",
    "life": "the incident's life",
    "texts": "texts",
    "runs": "commands that ran",
    "setup": "set up",
}
