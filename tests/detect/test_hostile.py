"""Detection on files that are broken, huge or strange: it answers, and quickly enough to start a wizard."""

import os
import random
import tomllib

import pytest

from hotfix_tui.config.load import from_table
from hotfix_tui.detect.platform import platforms
from hotfix_tui.detect.rules import ECOSYSTEM_FILES
from hotfix_tui.detect.search import detect
from hotfix_tui.engine.init import init_text
from tests import counts

FILES = """
package.json pyproject.toml tsconfig.json setup.cfg tox.ini mise.toml Makefile justfile Taskfile.yml Rakefile Gemfile
.github/workflows/ci.yml .gitlab-ci.yml wrangler.jsonc .git Procfile app.json k8s/a.yaml pnpm-workspace.yaml turbo.json
tests/test_a.py mix.exs composer.json deno.jsonc yarn.lock
""".split()  # noqa: SIM905 - a list of words
PIECES = r"""
{ } [ ] " ' :\x20 -\x20 |\n \n \x20 \x20\x20 # /* // \\ \x00 \xff test run scripts jobs: steps: && $ `
define\x20 \t = , 1 null \xe2\x80\xa8 [tool.pytest] "scripts":{"test":
""".split()  # noqa: SIM905 - a list of words


def _bytes(chance: random.Random) -> bytes:
    pieces = (chance.choice(PIECES) for _ in range(chance.randrange(60)))
    return b"".join(piece.encode().decode("unicode_escape").encode("latin-1") for piece in pieces)


@pytest.mark.parametrize("seed", counts.these(range(60), range(15)))
def test_broken_files_get_an_answer(tmp_path, seed):
    chance = random.Random(seed)
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_bytes(chance))
    found = detect(str(tmp_path))
    assert all(suggestion.argv and all(suggestion.argv) for suggestion in found.commands.values())
    assert isinstance(platforms(str(tmp_path), str(tmp_path)), list)
    from_table(tomllib.loads(init_text(str(tmp_path))))


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "piece",
    [
        b"a ",
        b"a: ",
        b"- ",
        b"/*",
        b'"',
        b", ",
        b"a" * 50,
        b"[tool.x]\n",
        b"test test:\n",
        b"{",
        b"\n",
        b"((",
        b" && ",
    ],
)
def test_a_megabyte_of_anything_ends(tmp_path, piece):
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((piece * (1_100_000 // len(piece)))[:1_100_000])
    assert detect(str(tmp_path)).ecosystems


def test_folders_in_the_place_of_files_get_an_answer(tmp_path):
    for name in FILES + [file for _, files in ECOSYSTEM_FILES for file in files if "*" not in file]:
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    assert init_text(str(tmp_path))


def test_links_in_a_circle_get_an_answer(tmp_path):
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "again").symlink_to(tmp_path)
    (tmp_path / "package.json").symlink_to("package.json")
    os.symlink("/dev/zero", tmp_path / "Makefile")
    assert detect(str(tmp_path)).commands.get("test") is None
