"""The repositories of a drill: the bare remote, the engineer's clone of it, and the fixes next to them.

Apart from `build`, which puts the drill together: everything that git is asked to do for it is here.
"""

import json
import re
import shlex
import shutil

from hotfix_tui.demo import history
from hotfix_tui.demo.history import DrillGit
from hotfix_tui.demo.layout import World

_ENGINEER = (
    "user.name=On-call Engineer",
    "user.email=oncall@tokend.example",
    "commit.gpgSign=false",
    "tag.gpgSign=false",
    "core.autocrlf=false",
)
"""A machine without a git identity, or with a key that prompts for a passphrase, must not stop the drill."""


_BLANKS_AT = re.compile(r'^\+ +raise InvalidToken\("expired"\)$', re.MULTILINE)
"""The line of the fix that gets trailing whitespace if a check of the forge is to fail."""


def patches(world: World, seed: DrillGit) -> None:
    """Put the fixes next to the repositories, outside of what git tracks."""
    source = history.WORLD / "patches"
    shutil.copyfile(source / "fix.patch", world.patch)
    if world.bad_patch is not None and world.patch_after_bad is not None:
        if world.scenario == "red-check":
            fix = world.patch.read_text(encoding="utf-8")
            world.bad_patch.write_text(_BLANKS_AT.sub(r"\g<0>  ", fix), encoding="utf-8")
        else:
            shutil.copyfile(source / "worse.patch", world.bad_patch)
        text = history.rework(seed, world.bad_patch, world.patch, world.root / ".index")
        world.patch_after_bad.write_text(text, encoding="utf-8")


RESOLVED = "resolved-for-release-2.2.py"


def resolved(world: World, seed: DrillGit) -> None:
    """Put the file that conflicts in the backport next to the repositories, with both sides in it."""
    text = seed("show", f"{history.RELEASE_LINE}:tokend/tokens.py")
    fixed = history.file_with(seed, world.patch, "tokend/tokens.py", world.root / ".index")
    ours = fixed[
        fixed.index("            claims = _read(payload)") : fixed.index('    raise InvalidToken("not signed')
    ]
    whole = text.replace(
        "            return _on_a_plan(_read(payload))\n",
        ours.replace("_read(payload)", "_on_a_plan(_read(payload))"),
    )
    (world.root / RESOLVED).write_text(whole + "\n", encoding="utf-8")


def clone(world: World, seed: DrillGit, *, log_updates: bool) -> None:
    """Create the bare remote and the engineer's clone, both independent of this user's settings."""
    above = DrillGit(world.root)
    quiet = ("clone", "--quiet", "--no-hardlinks", *_set("gc.auto=0", "maintenance.auto=false"))
    hooks = _set(f"core.hooksPath={world.remote / 'hooks'}")
    above(*quiet, *hooks, "--bare", str(seed.folder), str(world.remote))
    DrillGit(world.remote)("remote", "remove", "origin")
    hooks = _set(f"core.hooksPath={world.checkout / '.git' / 'hooks'}")
    above(*quiet, *hooks, *_set(*_ENGINEER), str(world.remote), str(world.checkout))
    with (world.checkout / ".git" / "info" / "exclude").open("a", encoding="utf-8") as exclude:
        exclude.write("/.hotfix-tui.toml\n")
    if log_updates:
        _log_updates(world)
    if world.forge_url:
        _on_forge(world)
    if world.scenario == "lost-connection":
        _lose_the_first_push(world)


def _set(*settings: str) -> list[str]:
    """Return the options of ``git clone`` that store these settings in the new repository."""
    return [item for setting in settings for item in ("--config", setting)]


def _log_updates(world: World) -> None:
    """Make the remote log each requested update: old, new, ref."""
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
    """Make the bare repository name the drill's own forge, and notify it of each push."""
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


_LOST = """\
#!/bin/sh
# Once: the connection breaks after the branch has arrived and before anybody is told.
[ "$1" = committed ] && [ -e lose-push ] || exit 0
if grep -q " refs/heads/hotfix/"; then
    rm lose-push
    kill -9 "$PPID"
fi
"""


def _lose_the_first_push(world: World) -> None:
    """Make the first push of a hotfix arrive, but lose its answer."""
    (world.remote / "lose-push").touch()
    hook = world.remote / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(_LOST, encoding="utf-8")
    hook.chmod(0o755)
