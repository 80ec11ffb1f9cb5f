"""Which image the manifests of a commit name for what runs now: read in the commit, not in the folder as it is.

Apart from `release`, which asks what runs: this reads Kubernetes' own files, as a commit has them.
"""

import os
import re

from hotfix_tui.git.process import Git
from hotfix_tui.steps.contract import if_git_fails

_IMAGE = re.compile(r"(?m)^[ \t]*(?:-[ \t]+)?image:[ \t]*[\"']?([^\s\"'#{}]+)[\"']?[ \t]*(?:#.*)?$")
_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_ENTRY = re.compile(r"(?m)^([ \t]*)-[ \t]+((?:name|newName|newTag|digest):.*(?:\n\1[ \t]+\w+:.*)*)")
_KEY = re.compile(r"(?m)^[ \t]*(name|newName|newTag|digest):[ \t]*[\"']?([^\s\"'#]+)")
_FILES = 200
_LARGEST = 200_000


@if_git_fails("")
def image(git: Git, commit: str, folder: str, running: str) -> str:
    """Return the image that a commit's manifests in `folder` name in place of `running`; empty unless it is one.

    It is one of the same repository. A kustomization there decides, if it says anything of that image.
    """
    place = os.path.normpath(folder)
    if place.startswith("..") or os.path.isabs(place):
        return ""
    names = _names(git, commit, place)
    top = next((name for name in _KUSTOMIZATIONS if name in names), "")
    if top:
        return _kustomized(_text(git, commit, place, top), running)
    texts = [_text(git, commit, place, name) for name in names if name.endswith((".yaml", ".yml"))]
    found = {one for text in texts for one in _IMAGE.findall(text) if repository(one) == repository(running)}
    return found.pop() if len(found) == 1 else ""


def repository(image: str) -> str:
    """Return an image's name without its tag and its digest."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def _names(git: Git, commit: str, place: str) -> list[str]:
    """Return the files right in a folder of a commit: `kubectl apply` without `-R` goes no deeper."""
    tree = commit if place == "." else f"{commit}:{place}"
    listed = git.run("ls-tree", "-z", tree, ok=(0, 128)).stdout.decode("utf-8", "replace")
    entries = [entry.partition("\t") for entry in listed.split("\0") if entry]
    return [name for kind, _, name in entries if " blob " in kind][:_FILES]


def _text(git: Git, commit: str, place: str, name: str) -> str:
    path = name if place == "." else f"{place}/{name}"
    data = git.run("cat-file", "blob", f"{commit}:{path}", ok=(0, 128)).stdout
    return data.decode("utf-8", "replace") if len(data) <= _LARGEST else ""


def _kustomized(text: str, running: str) -> str:
    """Return what the entry of `images` for this image makes of it; empty without exactly one."""
    found = set()
    for _, entry in _ENTRY.findall(text):
        said = dict(_KEY.findall(entry))
        name = said.get("newName") or said.get("name", "")
        if repository(name) != repository(running):
            continue
        if digest := said.get("digest", ""):
            found.add(f"{repository(name)}@{digest}")
        elif tag := said.get("newTag", ""):
            found.add(f"{repository(name)}:{tag}")
    return found.pop() if len(found) == 1 else ""
