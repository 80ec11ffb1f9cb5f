"""The full names of git's refs: a branch and a tag of the same name are told apart by nothing else."""

HEADS, TAGS, REMOTES = "refs/heads/", "refs/tags/", "refs/remotes/"


def head_ref(name: str) -> str:
    """Return the full name of a branch, here or on a remote."""
    return HEADS + name


def tag_ref(name: str) -> str:
    """Return the full name of a tag."""
    return TAGS + name


def known_ref(remote: str | None, name: str = "") -> str:
    """Return the full name of the branch of `remote` as last fetched, or of the local one without a remote."""
    return tracking_ref(remote, name) if remote else head_ref(name)


def tracking_ref(remote: str, name: str = "") -> str:
    """Return the full name of what was last seen of a remote's branch; without `name` the beginning of all of them."""
    return f"{REMOTES}{remote}/{name}"
