"""The file that ``init`` writes: it loads, and says what detection found."""

import re
import tomllib
from pathlib import Path

import pytest

from hotfix_tui.config.load import load
from hotfix_tui.config.placeholders import expand
from hotfix_tui.detect.search import detect
from hotfix_tui.engine.init import init_text
from tests.repos import package, workflow, write

CASES = tomllib.loads(Path(__file__).parents[1].joinpath("detect/commands.toml").read_text(encoding="utf-8"))[
    "case"
]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_it_loads_and_says_what_was_detected(tmp_path, case):
    root = write(tmp_path / "repo", case["files"])
    text = init_text(root)
    config = load(write(tmp_path / "new", {".hotfix-tui.toml": text})).config
    for kind, suggestion in detect(root).commands.items():
        command = getattr(config.commands, kind)
        values = {"files": ["{files}"]}
        assert (expand(command.run, values), command.cwd) == (suggestion.argv, suggestion.cwd)
        assert expand(list(command.env.values()), {}) == list(suggestion.env.values())


def test_every_line_that_is_commented_out_is_right_too(tmp_path):
    root = write(tmp_path, {"go.mod": "", "main.go": "", "Makefile": "test:\n\tx\n"})
    wanted = [
        line
        for line in init_text(root).splitlines()
        if not line.startswith(("# What", "# not set", "# because", "#   or:"))
    ]
    bare = [line.removeprefix("# ") for line in wanted if "nothing in the files" not in line]
    config = load(write(tmp_path / "new", {".hotfix-tui.toml": "\n".join(bare)})).config
    assert config.service == "shop" and config.git.backports == ["release/2.2"]
    assert config.smoke[0].expect_status == 401 and config.policy["P1"].update_every == 1800


def test_the_platform_is_set_when_it_is_sure(tmp_path):
    root = write(tmp_path, {"fly.toml": "app='x'\n", "Procfile": ""})
    assert (
        load(write(tmp_path / "new", {".hotfix-tui.toml": init_text(root)})).config.deploy.platform == "fly"
    )
    write(tmp_path, {"wrangler.toml": "name='x'\n"})
    text = init_text(root)
    assert load(write(tmp_path / "new", {".hotfix-tui.toml": text})).config.deploy.platform == ""
    assert '# platform = "cloudflare-workers"' in text


def test_texts_of_strangers_cannot_leave_their_place(tmp_path):
    job = "x\u2028\x85service = 'evil'"
    steps = '- run: pytest "\\"\\n" \'{nope}\' a\n  env:\n    A: "x\\ny {id}"\n'
    root = write(
        tmp_path, {"pytest.ini": "", "setup.py": "", ".github/workflows/ci.yml": workflow(steps, job)}
    )
    loaded = load(write(tmp_path / "new", {".hotfix-tui.toml": init_text(root)}))
    assert loaded.config.service == "" and loaded.config.commands.test is not None
    assert loaded.config.commands.test.run[:3] == ["python3", "-m", "pytest"]


def test_the_deployment_by_a_push_is_told(tmp_path):
    root = write(
        tmp_path,
        {
            "package.json": package(),
            ".github/workflows/d.yml": workflow("- run: netlify deploy --prod\n").replace(
                "pull_request:", "push:"
            ),
        },
    )
    assert "A merge to main is the deployment: .github/workflows/d.yml" in init_text(root)


@pytest.mark.parametrize(
    ("files", "written"),
    [
        ({"Procfile": "web: x\n"}, False),
        ({"Procfile": "web: x\n", "requirements.txt": "flask\n", "app.py": ""}, False),
        ({"Procfile": "web: x\n", "Dockerfile": "CMD gunicorn x\n"}, False),
        ({"Procfile": "web: x\n", "app.json": "{}"}, True),
        ({"Procfile": "web: x\n", "fly.toml": "app = 'x'\n"}, True),
    ],
)
def test_a_file_that_several_platforms_read_names_none(tmp_path, files, written):
    """A Procfile alone is Heroku's, Dokku's or Railway's."""
    text = init_text(write(tmp_path, files))
    assert bool(re.search("^platform = ", text, re.MULTILINE)) == written
    assert "platform = " in text, "it is offered"
