"""Patch files that another git can apply, whatever the local configuration of `git format-patch` and `git am`.

Apart from the backport's commands, which use it: options of git are this room's.
"""

from hotfix_tui.git.diff import stable_config, stable_options

_PLAIN = (
    *("--keep-subject", "--no-attach", "--no-cover-letter", "--no-base", "--no-notes", "--no-thread"),
    *("--no-to", "--no-cc", "--no-add-header", "--no-signature"),
    *("--unified=3", "--inter-hunk-context=0", "--binary", "--full-index", "--no-renames"),
)
"""Overrides format.* and diff.*: one plain message per commit, whole patches with the usual prefixes and context."""

AM = ("am", "-3", "--keep", "--keep-cr", "--no-scissors", "--whitespace=nowarn")
"""Apply what `format_patch_args` wrote: subjects and line endings unchanged, whatever am.* and apply.* say."""


def format_patch_args(path: str, base: str, head: str) -> list[str]:
    """Return the arguments for the git call that writes the commits from `base` to `head` to the one file `path`."""
    return [
        *stable_config(),
        *("format-patch", f"--output={path}", *stable_options(), *_PLAIN),
        *("--end-of-options", f"{base}..{head}"),
    ]
