"""The initial configuration file of a repository, derived from its files.

Apart from the command, which decides where the file goes: the text is made here, and no other command loads it.
"""

from hotfix_tui.config.placeholders import escape
from hotfix_tui.detect.platform import labels, platforms, several, sure
from hotfix_tui.detect.search import detect
from hotfix_tui.detect.suggestion import KINDS, Suggestion
from hotfix_tui.incident.model.shipping import PACKAGE, goes_out
from hotfix_tui.steps.branch.triggers import Outlook, outlook

_HEAD = """\
# What hotfix-tui needs to know about this project. Everything here is optional: what is
# not set is found out. Commands are lists of arguments, or texts that are split without a shell.

# language = "en"
# service = "shop"               # its name in messages
# support = "help@example.com"   # for mails to users
"""

_GIT = """
[git]
# live = "https://example.com/version"   # what answers with the live commit: an address or a command
# ticket-pattern = "[A-Z]+-[0-9]+"
# backports = ["release/2.2"]
"""

_ASKED = """
# [[smoke]]                      # the request that showed the bug, against production
# name = "an expired token is refused"
# url = "https://example.com/api/me"
# expect-status = 401

# [[probe]]                      # asked again and again while production is watched
# name = "home page"
# url = "https://example.com/"
"""

_TAIL = """
# [notify]
# internal = "$SLACK_WEBHOOK"    # secrets only by the name of a variable

# [policy.P1]
# approvals = 1
# update-every = "30m"

# [guard]
# forbidden = ["migrations/*"]
"""


def init_text(root: str) -> str:
    """Return a commented ``.hotfix-tui.toml`` for the repository at ``root``; it loads without errors. Runs nothing."""
    detected = detect(root)
    parts = [
        _HEAD,
        *(f"# Note: {_comment(warning)}\n" for warning in detected.warnings),
        _GIT,
        "\n[commands]\n",
    ]
    for kind in KINDS:
        suggestion = detected.commands.get(kind)
        if suggestion is None:
            parts.append(f'# {kind} = ""   # nothing in the files says how\n')
            if kind == "typecheck" and detected.lints:
                parts.append(f"#   or, a linter and no type check: {_comment(_command(detected.lints[0]))}\n")
            continue
        parts.append(f"# because {_comment(suggestion.because)}\n{kind} = {_command(suggestion)}\n")
        parts += [f"#   or: {_comment(_command(other))}\n" for other in suggestion.alternatives[:3]]
    seen = outlook(root)
    published = goes_out({}, {}, seen.triggers, {}) == PACKAGE
    return "".join([*parts, _deploy(root, seen, published=published), "" if published else _ASKED, _TAIL])


def _deploy(root: str, seen: Outlook, *, published: bool) -> str:
    """Return the deployment table: the platform that the files name, the others as comments."""
    suggested = [platform for platform in platforms(root) if not platform.docs]
    parts = labels(several(root))
    lines = ["\n[deploy]\n", *(f"# Note: {_comment(line)}\n" for line in seen.lines)]
    if published or seen.published_unsure:
        certain = any(trigger.sure and trigger.kind == "publishes" for trigger in seen.triggers)
        mark = "" if published and certain and not suggested else "# "
        lines.append(
            f"{mark}published = true   # others install it, and nobody here runs it: a production is asked nothing\n"
        )
    by_a_person = any(
        trigger.sure and trigger.kind == "publishes" and trigger.on in ("manual", "hand")
        for trigger in seen.triggers
    )
    # What a person publishes is the product: the platform may only show it, such as the pages of its parts.
    clear = None if parts or by_a_person else sure(suggested)
    for platform in suggested:
        mark = "" if platform is clear else "# "
        lines.append(f"{mark}platform = {_text(platform.name)}   # {_comment(platform.evidence)}\n")
    if published and not suggested:
        lines.append('# production = "make release"   # what publishes it, if it is one command\n')
    elif not suggested:
        lines.append('# production = "./deploy production"\n')
    if not published:
        lines.append('# production-url = "https://example.com/"\n')
    if parts:
        lines.append(
            "\n# Several things are deployed from here, by their files: an incident is about one of them.\n"
        )
    for name, part in parts.items():
        lines.append(f"[deploy.targets.{name}]\n")
        lines += [f"folder = {_text(part.folder)}\n"] if part.folder else []
        lines.append(f'platform = {_text(part.platform)}\n# production-url = "https://example.com/"\n\n')
    return "".join(lines)


def _command(suggestion: Suggestion) -> str:
    """Return a command as TOML: a list, or a table if it needs a folder or variables."""
    run = "[" + ", ".join(_text(_literal(word)) for word in suggestion.argv) + "]"
    if not suggestion.cwd and not suggestion.env:
        return run
    parts = [f"run = {run}"]
    if suggestion.cwd:
        parts.append(f"cwd = {_text(suggestion.cwd)}")
    if suggestion.env:
        variables = ", ".join(f"{name} = {_text(_literal(value))}" for name, value in suggestion.env.items())
        parts.append("env = {" + variables + "}")
    return "{" + ", ".join(parts) + "}"


def _literal(word: str) -> str:
    """Return an argument in which braces that look like an unknown placeholder are doubled."""
    return word if word == "{files}" else escape(word)


def _text(word: str) -> str:
    """Return a quoted TOML text, with everything non-printable escaped."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return (
        '"'
        + "".join(
            escapes.get(char) or (char if char.isprintable() else f"\\U{ord(char):08X}") for char in word
        )
        + '"'
    )


def _comment(words: str) -> str:
    """Return words for a comment: one line, printable."""
    return "".join(char if char.isprintable() else " " for char in words)
