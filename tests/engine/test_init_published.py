"""What `init` writes for what others install: it is kept where it is certain, and offered where it is a question."""

import pytest

from hotfix_tui.config.load import from_table
from hotfix_tui.detect.tree import parse_toml
from hotfix_tui.engine.doctor import examine, missing
from hotfix_tui.engine.init import init_text
from tests.gitworld import World

pytestmark = pytest.mark.usefixtures("isolated")

CRATE = {"Cargo.toml": '[package]\nname = "sums"\nversion = "1.0.0"\n'}
WORKFLOW = (
    "on:\n  push:\n    tags: ['v*']\njobs:\n  go:\n    runs-on: x\n    steps:\n      - run: npm publish\n"
)
SHAPES = {
    "by a person": ({**CRATE, "README.md": "cargo add sums\n"}, "written"),
    "by a pipeline": ({"package.json": '{"name": "sums"}', ".github/workflows/r.yml": WORKFLOW}, "written"),
    "by its tag, perhaps": ({"go.mod": "module x.example/sums\n", "sums.go": "package sums\n"}, "offered"),
    "a manifest alone": (
        {"package.json": '{"name": "sums", "files": ["index.js"]}'}, "offered"),
    "and a platform beside it": ({**CRATE, "README.md": "cargo add sums\n", "fly.toml": 'app = "sums"\n'}, "offered"),
    "its documentation beside it": (
        {**CRATE, "README.md": "cargo add sums\n", "netlify.toml": '[build]\npublish = "docs/.vitepress/dist"\n'},
        "written"),
    "a service": ({"Procfile": "web: x\n", "requirements.txt": "flask\n", "app.py": ""}, "silent"),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_published_is_written_where_it_is_certain(tmp_path, shape):
    files, wanted = SHAPES[shape]
    world = World(tmp_path / "sums")
    for name, text in files.items():
        world.write(name, text)
    world("add", "-A")
    world("commit", "-qm", "Start")
    text = init_text(str(world.path))
    table = parse_toml(text) or {}
    from_table(table)
    found = [line for line in text.splitlines() if "published = true" in line]
    assert ["silent", "written", "offered"][
        bool(found) + (bool(found) and found[0].startswith("#"))
    ] == wanted
    assert ("[[smoke]]" in text) == (shape in ("a service", "a manifest alone", "and a platform beside it"))


@pytest.mark.parametrize("shape", ["a manifest alone", "by a person", "a service"])
def test_doctor_asks_whether_it_is_published_before_what_only_a_service_has(tmp_path, shape):
    world = World(tmp_path / "sums")
    for name, text in SHAPES[shape][0].items():
        world.write(name, text)
    world("add", "-A")
    world("commit", "-qm", "Start")
    lacking = [row.name for row in missing(examine(str(world.path)))]
    if shape == "a manifest alone":
        assert lacking.index("published") < lacking.index("platform") < lacking.index("smoke")
    else:
        assert "published" not in lacking and ("smoke" in lacking) == (shape == "a service")


BY_HAND = "on: workflow_dispatch\njobs:\n  go:\n    runs-on: x\n    steps:\n      - run: {}\n"


@pytest.mark.parametrize(("command", "written"), [("npm publish", False), ("gem push x.gem", False),
                                                  ("twine upload dist/*", False), ("npm test", True)])  # fmt: skip
def test_a_platform_beside_what_a_person_starts_to_publish_is_offered(tmp_path, command, written):
    world = World(tmp_path / "sums")
    world.write("app.json", '{"buildpacks": []}')
    world.write("Procfile", "web: npm start\n")
    world.write("package.json", '{"private": true}')
    world.write(".github/workflows/publish-it.yml", BY_HAND.format(command))
    world("add", "-A")
    world("commit", "-qm", "Start")
    lines = [line for line in init_text(str(world.path)).splitlines() if 'platform = "heroku"' in line]
    assert [line.startswith("#") for line in lines] == [not written]
