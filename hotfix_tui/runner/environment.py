"""The environment of every command that is run: nothing in it may ask where nobody can answer.

Standard library only: the supervisor imports this module without the rest of the package.
"""

from collections.abc import Mapping

ADDED = {
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "GH_PAGER": "cat",
    "BUILDKIT_PROGRESS": "plain",
    "TERM": "xterm-256color",
    # A question would wait for ever: fail at once instead.
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
    "GIT_EDITOR": "false",
    "GIT_SEQUENCE_EDITOR": "false",
    "GIT_MERGE_AUTOEDIT": "no",
}
"""Set for every command, unless the caller sets them differently."""

DROPPED = (
    "GPG_TTY",
    # Set when the wizard was started from a git alias or hook: they would bend every git call.
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_CONFIG",
    "GIT_DEFAULT_HASH",
    "GIT_REFLOG_ACTION",
    # Exported by hand, they change what git does with files or prints.
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_ATTR_SOURCE",
    "GIT_MERGE_VERBOSITY",
    "GIT_PAGER_IN_USE",
    "GIT_CURL_VERBOSE",
)
"""Never inherited; a caller may still set them."""

DROPPED_BEGIN = "GIT_TRACE"
"""What begins so fills every log, and shows secrets of the connection in it."""


def child_environment(inherited: Mapping[str, str], *additions: Mapping[str, str]) -> dict[str, str]:
    """The environment for a command: inherited, made safe, with the additions in their order."""
    environment = {
        name: value
        for name, value in inherited.items()
        if name not in DROPPED and not name.startswith(DROPPED_BEGIN)
    }
    environment.update(ADDED)
    for addition in additions:
        environment.update(addition)
    return environment
