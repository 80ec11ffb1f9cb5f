"""The right project: what the repository's files, the settings and the platform's program name has to be the same."""

import json
import os
import subprocess
import sys

import pytest

from hotfix_tui.platforms import agree, loader
from hotfix_tui.platforms.loader import PlatformError, load, parse
from hotfix_tui.steps.deploy import platform_check
from tests.platforms.test_loader import MINIMAL

FILES = [
    ("fly", "fly.toml", 'app = "shop-staging"\n', "app", "FLY_APP"),
    ("netlify", ".netlify/state.json", '{"siteId": "shop-staging"}', "site", "NETLIFY_SITE_ID"),
    ("firebase", ".firebaserc", '{"projects": {"default": "shop-staging"}}', "project", ""),
    ("vercel", ".vercel/project.json", '{"projectId": "shop-staging"}', "project", "VERCEL_PROJECT_ID"),
    ("cloudflare-pages", "wrangler.toml", 'name = "shop-staging"\n', "project", "CLOUDFLARE_PAGES_PROJECT"),
    (
        "elastic-beanstalk",
        ".elasticbeanstalk/config.yml",
        "branch-defaults:\n  main:\n    environment: shop-staging\n",
        "target",
        "",
    ),
]


def write(folder, name, text):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text)


@pytest.mark.parametrize(("name", "file", "text", "setting", "variable"), FILES)
def test_a_file_that_names_another_one_is_said_with_both_cures(tmp_path, name, file, text, setting, variable):
    write(tmp_path, file, text)
    on = load(name)
    same = {setting: "shop-staging"}
    assert agree.differing(on, "deploy", str(tmp_path), {}, same) == []
    (said,) = agree.differing(on, "deploy", str(tmp_path), {}, {setting: "shop"})
    assert said == (
        f"{file} says shop-staging for {on.settings[setting].ask}, and what is used here is shop: if {file} is right, "
        f"say so (`hotfix-tui platform {name} {setting}=shop-staging`); else correct it."
    )
    assert agree.differing(on, "deploy", str(tmp_path), {}, {}) == [], (
        "what is not known is asked for, not compared"
    )


@pytest.mark.parametrize("case", [case for case in FILES if case[4]])
def test_a_variable_that_names_another_one_is_said_too(tmp_path, case):
    name, file, text, setting, variable = case
    write(tmp_path, file, text)
    on = load(name)
    known = loader.settings(on, str(tmp_path), {variable: "other"})
    assert known[setting] == "other", "the variable wins in silence"
    (said,) = agree.differing(on, "deploy", str(tmp_path), {variable: "other"}, known)
    assert said.startswith(f"{file} says shop-staging for ") and "what is used here is other" in said
    given = loader.settings(on, str(tmp_path), {variable: "other"}, {setting: "shop-staging"})
    (said,) = agree.differing(on, "deploy", str(tmp_path), {variable: "other"}, given)
    assert said.startswith(f"${variable} says other for ")


_PROGRAM = """\
#!{python} -IS
import sys
line = " ".join(sys.argv[1:])
for words, out in {says!r}:
    if words in line:
        print(out)
        sys.exit(0)
sys.exit(1)
"""

ACCOUNTS = {
    "email": "ada@x.example",
    "accounts": [{"id": "a" * 32, "name": "A"}, {"id": "b" * 32, "name": "B"}],
}
ASKED = [
    (
        "cloudflare-workers", "wrangler", ("whoami", json.dumps(ACCOUNTS)),
        {"account": "c" * 32}, {"account": "b" * 32},
        f"account {'c' * 32}, and who is signed in has {'a' * 32}, {'b' * 32}: `wrangler login`",
    ),
    (
        "vercel", "vercel", ("v9/projects", '{"accountId": "team_other", "name": "shop"}'),
        {"project": "prj_1", "team": "team_1"}, {"project": "prj_1", "team": "team_other"},
        "The project prj_1 belongs to team_other, and .vercel/project.json (VERCEL_ORG_ID) says team_1",
    ),
    (
        "elastic-beanstalk", "aws",
        ("describe-environments", '{"Environments": [{"ApplicationName": "blog", "VersionLabel": "x"}]}'),
        {"target": "prod", "application": "shop"}, {"target": "prod", "application": "blog"},
        "The environment prod belongs to the application blog, and not to shop",
    ),
    (
        "cloud-run", "gcloud", ("config get-value project", "shop-staging"),
        {"project": "shop-prod"}, {"project": "shop-staging"},
        "gcloud works on the project shop-staging, and this is about shop-prod: `gcloud config set project shop-prod`",
    ),
]  # fmt: skip


@pytest.fixture
def program(tmp_path, monkeypatch):
    def made(name, *says, also=()):
        folder = tmp_path / "programs"
        folder.mkdir()
        for each in (name, *also):
            (folder / each).write_text(_PROGRAM.format(python=sys.executable, says=list(says)))
            (folder / each).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        for variable in [one for one in os.environ if one.startswith(("VERCEL_", "CLOUDFLARE_", "GOOGLE_"))]:
            monkeypatch.delenv(variable)

    return made


@pytest.mark.parametrize(("name", "tool", "answer", "wrong", "right", "words"), ASKED)
def test_what_the_program_names_is_compared_before_the_act(
    tmp_path, program, name, tool, answer, wrong, right, words
):
    program(tool, answer, also=("eb",))
    look = platform_check.check
    seen = look(load(name), "deploy", wrong, str(tmp_path), seconds=60.0)
    assert [problem for problem in seen.problems if words in problem], seen.problems
    seen = look(load(name), "deploy", right, str(tmp_path), seconds=60.0)
    assert not [
        problem for problem in seen.problems if " and this is about " in problem or words[:20] in problem
    ]


def test_no_answer_is_no_difference_and_an_unknown_value_no_question(tmp_path, program):
    program("wrangler", ("whoami", "not signed in"))
    for known in ({"account": "c" * 32}, {}):
        seen = platform_check.check(load("cloudflare-workers"), "deploy", known, str(tmp_path), seconds=60.0)
        assert not [problem for problem in seen.problems if "belongs to" in problem]


@pytest.mark.parametrize(
    ("name", "url", "there"),
    [
        ("heroku", "https://git.heroku.com/shop-staging.git", "shop-staging"),
        ("heroku", "git@heroku.com:shop-staging.git", "shop-staging"),
        ("heroku", "https://git.heroku.com/shop.git", ""),
        ("heroku", "https://git.example/shop-staging.git", ""),
        ("dokku", "dokku@dokku.example:shop-staging", "shop-staging"),
        ("dokku", "ssh://dokku@dokku.example:22/shop-staging", "shop-staging"),
        ("dokku", "dokku@dokku.example:shop", ""),
    ],
)
def test_a_remote_that_leads_to_another_app_is_said(tmp_path, name, url, there):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "remote", "add", "there", url], check=True)
    on, known = load(name), {"remote": "there", "app": "shop"}
    (rule,) = on.same
    answer = subprocess.run(
        agree.question(rule, on, known), cwd=tmp_path, check=True, capture_output=True
    ).stdout
    said = agree.other(rule, on, known, answer)
    assert bool(said) is bool(there)
    if there:
        assert said.startswith(
            f"The remote there leads to the app {there}, and everything but the push goes to shop: "
        )
        assert f"`hotfix-tui platform {name} app={there}`" in said


RULE = '[[same]]\nrun = ["x"]\nhere = "{app}"\ndiffers = "{there} {app}"\n[settings.app]\nask = "the app"\n'


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (RULE, "wants either at, with JSON Pointers, or pattern"),
        (RULE.replace("here", 'at = ["name"]\nhere', 1), "wants either at"),
        (RULE.replace("here", 'pattern = "x"\nhere', 1), "has no group called there"),
        (RULE.replace("here", 'pattern = "("\nhere', 1), "has a pattern that cannot be read"),
        (
            RULE.replace("{app}", "{apps}", 1).replace("here", 'at = ["/x"]\nhere', 1),
            "uses the unknown value 'apps'",
        ),
        (
            RULE.replace("{there} {app}", "{their}").replace("here", 'at = ["/x"]\nhere', 1),
            "unknown value 'their'",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(text, match):
    with pytest.raises(PlatformError, match=match):
        parse((MINIMAL + text).encode(), "x")


WRANGLER = [
    ({"wrangler.json": '{"name": "shop", "account_id": "ACC"}'}, "wrangler.json"),
    ({"wrangler.jsonc": '{\n  // ours\n  "account_id": "ACC", /* the\n team\'s */\n}'}, "wrangler.jsonc"),
    (
        {"wrangler.jsonc": '{"main": "https://x.example//y", "a": ["x", // y\n], "account_id": "ACC",}'},
        "wrangler.jsonc",
    ),
    ({"wrangler.json": '{"account_id": "ACC"}', "wrangler.toml": 'account_id = "other"\n'}, "wrangler.json"),
    (
        {"wrangler.jsonc": '{"account_id": "ACC"}', "wrangler.toml": 'account_id = "other"\n'},
        "wrangler.jsonc",
    ),
    (
        {"wrangler.json": '{"account_id": "ACC"}', "wrangler.jsonc": '{"account_id": "other"}'},
        "wrangler.json",
    ),
]


@pytest.mark.parametrize("name", ["cloudflare-workers", "cloudflare-pages"])
@pytest.mark.parametrize(("files", "taken"), WRANGLER)
def test_the_account_is_read_in_the_file_that_wrangler_takes(tmp_path, program, name, files, taken):
    for file, text in files.items():
        write(tmp_path, file, text.replace("ACC", "c" * 32))
    program("wrangler", ("whoami", json.dumps(ACCOUNTS)))
    on = load(name)
    found = loader.sources(on, str(tmp_path), {})["account"]
    assert found == ("c" * 32, taken)
    seen = platform_check.check(on, "deploy", {"account": found.value}, str(tmp_path), seconds=60.0)
    assert any(f"belongs to the Cloudflare account {'c' * 32}" in one for one in seen.problems)


@pytest.mark.parametrize(
    "files",
    [
        {"wrangler.json": '{"name": "shop"}', "wrangler.toml": 'account_id = "other"\n'},
        {"wrangler.json": "{", "wrangler.toml": 'account_id = "other"\n'},
        {"wrangler.jsonc": '{"account_id": ["x"]}'},
        {"wrangler.jsonc": '// {"account_id": "x"}'},
    ],
)
def test_a_file_that_wrangler_does_not_take_names_no_account(tmp_path, files):
    for file, text in files.items():
        write(tmp_path, file, text)
    assert "account" not in loader.settings(load("cloudflare-workers"), str(tmp_path), {})


def test_the_file_of_a_worker_is_found_above_its_folder_and_not_above_the_repository(tmp_path):
    (tmp_path / "shop" / ".git").mkdir(parents=True)
    (tmp_path / "shop" / "apps" / "web").mkdir(parents=True)
    write(tmp_path, "wrangler.json", '{"account_id": "outside"}')
    write(tmp_path / "shop" / "apps" / "web", "wrangler.toml", 'account_id = "near"\n')
    here = str(tmp_path / "shop" / "apps" / "web")
    on = load("cloudflare-workers")
    assert loader.settings(on, here, {})["account"] == "near"
    write(tmp_path / "shop", "wrangler.jsonc", '{"account_id": "top"}')
    assert loader.settings(on, here, {})["account"] == "top", "wrangler looks for each name up to the top"
