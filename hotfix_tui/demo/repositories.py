"""The repositories of a drill: the bare remote, the engineer's clone of it, and the fixes beside them."""

import json
import shlex
import shutil

from hotfix_tui.demo import history
from hotfix_tui.demo.history import Git
from hotfix_tui.demo.layout import World

_ENGINEER = (
    "user.name=On-call Engineer",
    "user.email=oncall@tokend.example",
    "commit.gpgSign=false",
    "tag.gpgSign=false",
    "core.autocrlf=false",
)
"""A machine without a git identity, or with a key that asks for a passphrase, must not stop the drill."""


def patches(world: World, seed: Git) -> None:
    """Put the fixes beside the repositories, outside of what git tracks."""
    source = history.WORLD / "patches"
    shutil.copyfile(source / "fix.patch", world.patch)
    if world.bad_patch is not None and world.patch_after_bad is not None:
        shutil.copyfile(source / "worse.patch", world.bad_patch)
        text = history.rework(seed, world.bad_patch, world.patch, world.root / ".index")
        world.patch_after_bad.write_text(text, encoding="utf-8")


def clone(world: World, seed: Git, *, log_updates: bool) -> None:
    """The bare remote and the engineer's clone of it, neither of which heeds the settings of this machine's user."""
    above = Git(world.root)
    quiet = ("clone", "--quiet", "--no-hardlinks", *_set("gc.auto=0", "maintenance.auto=false"))
    hooks = _set(f"core.hooksPath={world.remote / 'hooks'}")
    above(*quiet, *hooks, "--bare", str(seed.folder), str(world.remote))
    Git(world.remote)("remote", "remove", "origin")
    hooks = _set(f"core.hooksPath={world.checkout / '.git' / 'hooks'}")
    above(*quiet, *hooks, *_set(*_ENGINEER), str(world.remote), str(world.checkout))
    with (world.checkout / ".git" / "info" / "exclude").open("a", encoding="utf-8") as exclude:
        exclude.write("/.hotfix-tui.toml\n")
    if log_updates:
        _log_updates(world)
    if world.forge_url:
        _on_forge(world)


def _set(*settings: str) -> list[str]:
    """The options of ``git clone`` that keep these settings in the new repository."""
    return [item for setting in settings for item in ("--config", setting)]


def _log_updates(world: World) -> None:
    """Let the remote write each update that it is asked for: old, new, ref."""
    hook = world.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    log = shlex.quote(str(world.root / "remote-updates.log"))
    hook.write_text(f"#!/bin/sh\nexec cat >> {log}\n", encoding="utf-8")
    hook.chmod(0o755)


_PUSHED = """\
#!/bin/sh
# Tells the drill's own forge that something was pushed, and the engineer where to open a pull request.
echo >> {pushed}
while read -r old new ref; do
    case "$ref" in
    refs/heads/hotfix/*) echo "The drill's forge: open a pull request at {web}/compare/main...${{ref#refs/heads/}}" ;;
    esac
done
"""


def _on_forge(world: World) -> None:
    """Let the bare repository name the drill's own forge, and tell it of each push."""
    folder = world.root / "forge"
    folder.mkdir()
    hook = world.remote / "hooks" / "post-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        _PUSHED.format(pushed=shlex.quote(str(folder / "pushed")), web=world.forge_url), encoding="utf-8"
    )
    hook.chmod(0o755)
    about = world.remote / "drill-forge.json"
    about.write_text(json.dumps({"web": world.forge_url}) + "\n", encoding="utf-8")
    about.chmod(0o600)
