"""Reading a configuration that is right, and finding the file."""

import os
import subprocess
import sys
import tomllib

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from hotfix_tui.config import model as config_types
from hotfix_tui.config.load import ConfigError, digest, from_table, load, to_table
from hotfix_tui.config.model import Config, ConfigCommand
from tests.repos import write

FULL = """
language = "en"
service = "shop"
support = "help@example.com"
signature = "The shop team"
[components]
api = "services/api"
[git]
remote = "origin"
production = "main"
base = "production"
order = ["tag", "live"]
live = ["curl", "-s", "https://shop.example/version"]
ticket-pattern = "SHOP-[0-9]+"
branch = "hotfix/{ticket}-{slug}-{round}"
worktree = "../{repo}.hotfix/{id}"
carry = [".env"]
tag = "before-deploy"
tag-pattern = "shop/v*"
backports = ["release/2.2", "develop"]
[commands]
setup = "pnpm install --frozen-lockfile"
test = ["pnpm", "test", "{files}"]
typecheck = {run = "pnpm tsc", tty = true, timeout = "5m", env = {A = "{branch}"}, cwd = "web"}
build = {run = "pnpm build && echo $HOTFIX_TICKET", shell = true}
regression = "pnpm exec vitest run {files}"
parallel = true
[deploy]
folder = "apps/web"
platform = "vercel"
published = false
targets = { api = { folder = "services/api", platform = "fly" } }
settings = { project = "prj_1" }
environment = "prod-eu"
staging = "./deploy {environment} {commit}"
production = {run = ["./deploy", "{commit}"], tty = false}
follow = "./follow"
current = "./current"
rollback = "./back {previous}"
rollbacks = {fast = "./fast"}
feature-flag = "./flag FEATURE_FIX_{ticket} off"
staging-url = "https://staging.shop.example"
production-url = "https://shop.example"
[[smoke]]
name = "an expired token is refused"
method = "POST"
url = "https://shop.example/api/me"
headers = {Authorization = "Bearer expired"}
json = {a = [1, 2.5, {b = true}]}
expect-status = [401, 403]
expect-body = "expired"
timeout = "5s"
[[probe]]
name = "home"
url = "https://shop.example/"
interval = "10s"
expect-status = 200
max-latency = "800ms"
answers = "third-party"
[[metric]]
answers = "error-rate"
name = "errors"
prometheus = {url = "http://prometheus:9090", query = "rate(errors[5m])"}
[[metric]]
name = "issues"
sentry = {organization = "acme", project = "shop", token = "$SENTRY"}
direction = "stable"
[[metric]]
name = "orders"
command = "./orders"
direction = "normal"
[[metric]]
name = "queue"
json-url = "https://shop.example/stats#/queue"
pointer = "/queue"
headers = { Authorization = "$STATS_TOKEN" }
[[metric]]
name = "5xx"
source = "datadog"
settings = { query = "sum:http.5xx{env:prod}" }
[monitor]
look = { chat = "https://chat.shop.example/" }
not-asked = ["social"]
watch = "30m"
baseline = "1h"
[notify]
internal = "$SLACK_WEBHOOK"
status-page = ["$STATUS"]
email = {targets = ["all@example.com"], command = "./mail"}
command = "./say {ticket}"
[tracker]
kind = "jira"
url = "https://acme.atlassian.net"
link = "https://acme.atlassian.net/browse/{ticket}"
user = "bot@example.com"
token = "$JIRA_TOKEN"
[statuspage]
page = "abc"
token = "$STATUSPAGE"
[policy.P0]
deadline = "1h30m"
approvals = 0
staging = "optional"
order = "deploy-first"
update-every = "20m"
[policy.P2]
staging = true
[checklists]
verify = [{id = "cache", text = "Is the cache cold?"}]
[guard]
max-files = 5
max-lines = 100
forbidden = ["migrations/*"]
test-paths = ["checks/"]
[templates]
dir = "ops/templates"
"""


def test_every_key_is_read(tmp_path):
    loaded = load(write(tmp_path, {".hotfix-tui.toml": FULL}))
    config = loaded.config
    assert loaded.source == tmp_path / ".hotfix-tui.toml" and loaded.table == tomllib.loads(FULL)
    assert (config.language, config.service, config.components) == ("en", "shop", {"api": "services/api"})
    assert isinstance(config.git.live, ConfigCommand) and config.git.live.run[0] == "curl"
    assert config.git.order == ["tag", "live"] and config.git.backports == ["release/2.2", "develop"]
    typecheck, build = config.commands.typecheck, config.commands.build
    assert typecheck == ConfigCommand(
        run=["pnpm", "tsc"], tty=True, timeout=300.0, env={"A": "{branch}"}, cwd="web"
    )
    assert build is not None and build.argv() == ["/bin/sh", "-c", "pnpm build && echo $HOTFIX_TICKET"]
    assert config.deploy.rollbacks["fast"].run == ["./fast"]
    assert config.smoke[0].expect_status == [401, 403] and config.smoke[0].timeout == 5.0
    assert config.smoke[0].json == {"a": [1, 2.5, {"b": True}]}
    assert config.probe[0].max_latency == 0.8
    assert [metric.direction for metric in config.metric] == ["falls", "stable", "normal", "falls", "falls"]
    assert config.monitor.watch == 1800.0
    assert config.notify.internal.targets == ["$SLACK_WEBHOOK"]
    assert config.notify.email.command == ConfigCommand(run=["./mail"])
    assert config.policy["P0"].deadline == 5400.0 and config.policy["P0"].staging == "optional"
    assert config.policy["P2"].staging in (True, "required") and config.policy["P2"].approvals is None
    assert config.checklists["verify"][0].id == "cache"


def test_the_sample_uses_every_key_of_every_table():
    def unused(struct, table, path):
        for field in struct.__struct_fields__:
            key = field.replace("_", "-")
            if key not in table:
                yield f"{path}{key}"

    table = tomllib.loads(FULL)
    tables = [
        (Config, table),
        (config_types.GitConfig, table["git"]),
        (config_types.Commands, table["commands"]),
        (config_types.DeployConfig, table["deploy"]),
        (config_types.Smoke, {**table["smoke"][0], "body": ""}),
        (config_types.ProbeTarget, table["probe"][0]),
        (config_types.Notify, table["notify"]),
        (config_types.PolicyConfig, table["policy"]["P0"]),
        (config_types.GuardConfig, table["guard"]),
        (config_types.MonitorConfig, table["monitor"]),
        (config_types.Tracker, table["tracker"]),
    ]
    assert [name for struct, part in tables for name in unused(struct, part, f"{struct.__name__}.")] == []


def test_a_table_goes_round():
    config = from_table(tomllib.loads(FULL))
    table = to_table(config)
    assert from_table(tomllib.loads(tomli_w.dumps(table))) == config
    assert to_table(from_table({})) == {}


def test_no_file_is_the_empty_configuration(tmp_path):
    loaded = load(str(tmp_path))
    assert (loaded.config, loaded.table, loaded.source) == (Config(), {}, None)
    assert loaded.config.git.worktree == "../{repo}.hotfix/{id}" and loaded.config.git.carry == [
        ".env",
        ".vercel",
    ]


def test_the_table_in_pyproject(tmp_path):
    root = write(tmp_path, {"pyproject.toml": '[tool.hotfix-tui]\nservice = "shop"\n[tool.x]\n'})
    loaded = load(root)
    assert loaded.config.service == "shop" and loaded.source == tmp_path / "pyproject.toml"
    own = load(write(tmp_path / "own", {".hotfix-tui.toml": 'service = "shop"  # same\n'}))
    assert own.sha256 == loaded.sha256


def test_both_places_are_refused(tmp_path):
    root = write(tmp_path, {"pyproject.toml": "[tool.hotfix-tui]\n", ".hotfix-tui.toml": ""})
    with pytest.raises(ConfigError, match="keep one of the two") as error:
        load(root)
    assert len(error.value.problems) == 1


def test_a_broken_pyproject_of_others_hinders_nobody(tmp_path):
    loaded = load(write(tmp_path, {"pyproject.toml": "[project\n"}))
    assert loaded.config == Config() and "pyproject.toml" in loaded.problems[0]
    loaded = load(write(tmp_path, {".hotfix-tui.toml": 'service = "x"'}))
    assert loaded.config.service == "x"


def test_the_hash_is_of_the_table_not_of_the_comments():
    one, two = tomllib.loads('# a\nservice = "x"\nsupport = "y"'), tomllib.loads('support = "y"\nservice="x"')
    assert digest(one) == digest(two) != digest({"service": "x", "support": "z"})


def test_a_file_that_everyone_may_write_is_told(tmp_path):
    root = write(tmp_path, {".hotfix-tui.toml": ""})
    assert load(root).problems == []
    os.chmod(tmp_path / ".hotfix-tui.toml", 0o666)
    assert "may write" in load(root).problems[0]


def test_reading_uses_no_variable_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/elsewhere")
    config = load(write(tmp_path, {".hotfix-tui.toml": '[commands]\ntest = "run $HOME ~ $(id)"\n'})).config
    assert config.commands.test is not None and config.commands.test.run == ["run", "$HOME", "~", "$(id)"]


def test_the_types_are_read_without_textual_or_git():
    code = (
        "import sys, hotfix_tui.config.load as config; config.load('.');"
        "print(sorted({'git', 'textual', 'jinja2', 'aiohttp'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert out.strip() == "[]"


_words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=8).filter(
    lambda word: "{" not in word
)
_commands = st.fixed_dictionaries(
    {"run": st.lists(_words, min_size=1, max_size=4).filter(lambda argv: argv[0].strip())},
    optional={
        "tty": st.booleans(),
        "env": st.dictionaries(st.from_regex(r"[A-Z_]{1,5}", fullmatch=True), _words),
        "timeout": st.just("1h5s"),
    },
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "service": _words,
            "commands": st.fixed_dictionaries({}, optional={"test": _commands, "build": _commands}),
            "guard": st.fixed_dictionaries({"max-files": st.integers(0, 999)}),
            "deploy": st.fixed_dictionaries({"production": _commands}),
        },
    )
)
def test_any_table_goes_round(table):
    config = from_table(table)
    assert from_table(tomllib.loads(tomli_w.dumps(to_table(config)))) == config
    assert from_table(tomllib.loads(tomli_w.dumps(table))) == config
