"""Environment variables that are removed from, or set for, every child process, so that git behaves and nothing
prompts.

What is added for git queries and for supervised commands is in `git/environment` and `runner/environment`.
"""

BENDING = frozenset(
    {
        "GPG_TTY",
        # Set when the wizard was started from a git alias or hook: they would redirect every git call.
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
        # Exported by hand, they change what git does with files or how it prints.
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
    }
)
"""Never inherited: they point git at another repository or index, or change its output."""

SILENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
    "GIT_EDITOR": "false",
    "GIT_SEQUENCE_EDITOR": "false",
    "GIT_MERGE_AUTOEDIT": "no",
}
"""A prompt nobody can see would hang for ever: make it fail at once instead."""
