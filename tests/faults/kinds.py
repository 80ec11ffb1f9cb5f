"""Kinds of repositories, and names that are hard to handle."""

import os
import subprocess
from collections.abc import Iterator

from tests.faults.bench import Bench, at_path, fault
from tests.gitworld import World

PREFLIGHT, BASE, CREATE, CHANGE = "branch.preflight", "branch.base", "branch.create", "fix.change"


@fault("no commits", at="fresh", step=PREFLIGHT, says=("There is no commit in this repository yet",))
def no_commits(b: Bench) -> Iterator[None]:
    empty = World(b.remote.with_name("empty"))
    b.move(empty.path)
    yield
    empty.commit("First", f="1\n")


@fault("not a repo", at="fresh", step=PREFLIGHT, says=("is in no git repository", "use -C DIR"), opens=1)
def not_a_repository(b: Bench) -> Iterator[None]:
    plain = b.remote.with_name("plain")
    plain.mkdir()
    b.move(plain)
    yield
    World(plain).commit("First", f="1\n")


def _ready(b: Bench, *steps: str) -> None:
    for step in steps or (PREFLIGHT, BASE):
        said = b.attempt(step)
        assert said.state == "done", (step, said, b.log)


@fault(
    "bare",
    at="fresh",
    step=CREATE,
    choice="in-place",
    outcome="refused",
    says=("it is a bare repository", "--choose worktree"),
    then_choice="worktree",
)
def bare(b: Bench) -> Iterator[None]:
    here = b.remote.with_name("here.git")
    subprocess.run(["git", "clone", "-q", "--bare", str(b.remote), str(here)], check=True)
    b.move(here)
    _ready(b)
    yield


def _cloned(b: Bench, *options: str) -> World:
    path = b.remote.with_name("clone")
    argv = ["git", "clone", "-q", *options, f"file://{b.remote}", str(path)]
    subprocess.run(argv, check=True, capture_output=True)
    return b.move(path)


@fault(
    "shallow",
    at="fresh",
    step=PREFLIGHT,
    outcome="done",
    says=("This clone is shallow", "is fetched"),
    then_step=BASE,
)
def shallow(b: Bench) -> Iterator[None]:
    clone = _cloned(b, "--depth=1")
    assert clone("rev-parse", "--is-shallow-repository") == "true"
    yield


@fault(
    "partial clone",
    at="fresh",
    step=CREATE,
    says=("a file of this partial clone must be fetched", "check the network"),
)
def partial(b: Bench) -> Iterator[None]:
    b.on_remote("config", "uploadpack.allowFilter", "true")
    b.on_remote("config", "uploadpack.allowAnySHA1InWant", "true")
    other = b.other()
    other.commit("Tidy", **{"shop.py": "def total(prices):\n    return sum(list(prices))\n"})
    other("push", "-q", "origin", "main")
    _cloned(b, "--filter=blob:none")
    said = b.attempt(PREFLIGHT)
    assert "This clone is partial" in said.text
    _ready(b, BASE)
    b.start("config", "remote.origin.url", f"file://{b.remote}.gone")
    yield
    b.start("config", "remote.origin.url", f"file://{b.remote}")


def _with_submodule(b: Bench) -> World:
    """Return the shop with a submodule on its production branch, and an incident whose base is that."""
    b.patch.setenv("GIT_ALLOW_PROTOCOL", "file")
    lib = World(b.remote.with_name("lib"))
    lib.commit("Lib", **{"lib.py": "1\n"})
    other = b.other()
    other("submodule", "add", "-q", str(lib.path), "lib")
    other("commit", "-q", "-m", "Add lib")
    other("tag", "-a", "-m", "v1.1.0", "v1.1.0")
    other("push", "-q", "origin", "main", "v1.1.0")
    b.start("pull", "-q", "--no-rebase", ok=False)
    _ready(b)
    return lib


@fault(
    "submodule not initialised",
    at="fresh",
    step=CREATE,
    outcome="done",
    says=("not there yet: submodule lib", "git submodule update --init"),
)
def submodule_missing(b: Bench) -> Iterator[None]:
    lib = _with_submodule(b)
    lib.path.rename(lib.path.with_name("lib-gone"))
    yield
    lib.path.with_name("lib-gone").rename(lib.path)


@fault(
    "submodule dirty",
    at="fresh",
    step=CHANGE,
    outcome="not-done",
    says=("nothing is changed yet", "submodule lib", "commit"),
)
def submodule_dirty(b: Bench) -> Iterator[None]:
    _with_submodule(b)
    _ready(b, CREATE)
    (b.worktree / "lib" / "lib.py").write_text("2\n")
    yield
    inside = at_path(b.worktree / "lib")
    inside("commit", "-q", "-a", "-m", "Mend lib")


@fault(
    "sparse checkout",
    at="based",
    step=PREFLIGHT,
    outcome="done",
    says=("This checkout is sparse", "git sparse-checkout add FOLDER"),
    then_step=CREATE,
)
def sparse(b: Bench) -> Iterator[None]:
    b.start("config", "core.sparseCheckout", "true")
    b.start.write(".git/info/sparse-checkout", "/*\n!/test_shop.py\n")
    yield


@fault(
    "LFS missing",
    at="based",
    step=CREATE,
    says=("a filter of this repository failed", "git-lfs"),
)
def lfs_missing(b: Bench) -> Iterator[None]:
    b.start("config", "filter.lfs.clean", "cat")
    b.start.write(".git/info/attributes", "test_shop.py filter=lfs\n")
    b.start("config", "filter.lfs.smudge", "git-lfs-not-here smudge -- %f")
    b.start("config", "filter.lfs.required", "true")
    yield
    (b.start.path / ".git/info/attributes").unlink()


@fault(
    "non-UTF-8 file name",
    at="branched",
    step=CHANGE,
    choice="include:" + os.fsdecode(b"caf\xe9.py"),
    outcome="refused",
    says=("not UTF-8", "git add -- FILE"),
)
def not_utf8(b: Bench) -> Iterator[None]:
    name = os.fsdecode(b"caf\xe9.py")
    b.write(name, "1\n")
    yield
    b.git("add", "--", name)


ODD = "a\tb\nc\x1b[31md.py"


@fault(
    "TAB/newline/ESC in a name",
    at="branched",
    step=CHANGE,
    outcome="not-done",
    says=("nothing is changed yet but new files that are not chosen",),
)
def odd_name(b: Bench) -> Iterator[None]:
    b.write(ODD, "1\n")
    yield
    b.git("add", "--", ODD)


@fault(
    "CRLF/safecrlf",
    at="branched",
    step=CHANGE,
    outcome="unknown",
    says=("core.safecrlf refuses a file's line ends", "convert them"),
)
def safecrlf(b: Bench) -> Iterator[None]:
    b.start("config", "core.safecrlf", "true")
    b.start("config", "core.autocrlf", "input")
    b.write("shop.py", "def total(prices):\r\n    return 1\r\n")
    yield
    b.write("shop.py", "def total(prices):\n    return 1\n")


@fault(
    "case-only clash",
    at="based",
    step=CREATE,
    outcome="done",
    says=("upper and lower case", "hotfix/ENG-7-totals-are-wrong-2"),
)
def case_clash(b: Bench) -> Iterator[None]:
    b.start("branch", "HOTFIX/eng-7-totals-are-wrong")
    yield


NFC, NFD = "caf\u00e9", "cafe\u0301"


@fault(
    "unicode branch (NFC/NFD)",
    at="looked",
    step=BASE,
    choice=NFC,
    says=("There is no commit", "give a tag, branch or id"),
    then_choice=NFD,
)
def unicode_branch(b: Bench) -> Iterator[None]:
    b.start("config", "core.precomposeUnicode", "false")
    b.start("branch", NFD)
    b.start("switch", "-q", "-c", NFD + "-mine")
    yield


PWNED = "--upload-pack=touch${IFS}pwned"


@fault(
    "leading-dash ref",
    at="looked",
    step=BASE,
    choice=PWNED + "-not",
    says=("There is no commit", "give a tag, branch or id"),
    then_choice=PWNED,
)
def dash_ref(b: Bench) -> Iterator[None]:
    b.on_remote("update-ref", f"refs/heads/{PWNED}", "main")
    b.start("fetch", "-q", "origin")
    yield
    assert not any(b.remote.parent.rglob("pwned"))


@fault("sha256 repo", at="fresh", step=PREFLIGHT, outcome="done", says=("origin, production branch main",))
def sha256(b: Bench) -> Iterator[None]:
    seed = World(b.remote.with_name("seed256"), "--object-format=sha256")
    seed.commit("Start", **{"shop.py": "1\n"})
    seed("tag", "v1.0.0")
    remote = b.remote.with_name("s256.git")
    subprocess.run(["git", "clone", "-q", "--bare", str(seed.path), str(remote)], check=True)
    path = b.remote.with_name("clone256")
    subprocess.run(["git", "clone", "-q", str(remote), str(path)], check=True)
    b.move(path)
    yield
    _ready(b, PREFLIGHT, BASE, CREATE)
    b.write("shop.py", "2\n")
    _ready(b, CHANGE, "verify.commit", "verify.push", "release.merge", "release.confirm")


@fault(
    "reftable",
    at="fresh",
    step=PREFLIGHT,
    outcome="unknown",
    says=("this repository needs a newer git; update git",),
)
def reftable(b: Bench) -> Iterator[None]:
    """A repository that this git cannot read: the wizard says so."""
    b.start("config", "core.repositoryFormatVersion", "1")
    b.start("config", "extensions.refStorage", "later-than-any")
    yield
    config = b.start.path / ".git/config"
    config.write_text(
        config.read_text().replace("later-than-any", "files").replace("\trefStorage = files\n", "")
    )
