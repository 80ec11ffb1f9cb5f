"""Values that only the platform knows, read from its answers; and what a file may say of them."""

import json

import pytest

from hotfix_tui.platforms import loader, lookup
from hotfix_tui.platforms.loader import PlatformError, parse
from hotfix_tui.platforms.model import Lookup
from tests.platforms.test_loader import MINIMAL

NAME = Lookup("the environment", ["x"], "[a-z]+-[a-z]+")


@pytest.mark.parametrize(
    ("answer", "at", "form", "value"),
    [
        ("blue-env\n", "", "[a-z-]+", "blue-env"),
        ('"blue-env"', "", "[a-z-]+", "blue-env"),
        ('["blue-env"]', "", "[a-z-]+", "blue-env"),
        ('["blue-env", "green-env"]', "", "[a-z-]+", ""),
        ("[]", "", "[a-z-]+", ""),
        ("null", "", "[a-z-]+", ""),
        ('{"a": [{"b": "d-1"}]}', "/a/0/b", "d-[0-9]+", "d-1"),
        ('{"a": {"b": "x"}}', "/a", r"\{.+\}", '{"b":"x"}'),
        ('{"a": false}', "/a", "false", "false"),
        ('{"a": 7}', "/a", "[0-9]+", "7"),
        ('{"a": "d-1; rm"}', "/a", "d-[0-9]+", ""),
        ("blue-env", "/a", "[a-z-]+", ""),
        ("An error occurred", "", "[a-z-]+", ""),
    ],
)
def test_one_value_of_the_form_is_read_and_nothing_else(answer, at, form, value):
    assert lookup.read(answer.encode(), Lookup("it", ["x"], form, at)) == value


CHAIN = """
[lookups.group]
ask = "which group is live"
run = ["tool", "live"]
form = "[a-z]+"
[lookups.node]
ask = "which node is the first"
run = ["tool", "nodes", "{group}"]
form = "n-[0-9]+"
[commands.rollback]
run = [["tool", "back", "{node}"]]
"""


def test_what_a_lookup_needs_is_looked_up_before_it():
    on = parse(f"{MINIMAL}{CHAIN}".encode(), "x")
    asked = []

    def ask(argv):
        asked.append(argv)
        return (b"blue" if argv[1] == "live" else b"n-7"), ""

    assert lookup.resolve(on, loader.lookups(on, "rollback"), {}, ask) == (
        {"group": "blue", "node": "n-7"},
        "",
    )
    assert asked == [["tool", "live"], ["tool", "nodes", "blue"]]
    asked.clear()
    assert lookup.resolve(on, ["node"], {"node": "n-1"}, ask) == ({}, "") and not asked


def test_what_is_not_told_is_named_with_its_reason():
    on = parse(f"{MINIMAL}{CHAIN}".encode(), "x")
    found, why = lookup.resolve(on, ["node"], {}, lambda _: (b"", "tool ended with status 3: no network"))
    assert (found, why) == ({}, "which group is live (tool ended with status 3: no network)")
    found, why = lookup.resolve(on, ["group"], {}, lambda _: (b"A B", ""))
    assert (found, why) == ({}, "which group is live (X names none, or more than one)")


WAIT = '[waits.end]\nrun = ["tool"]\nuntil = "done"\n'


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ('[commands.deploy]\nrun = [["x"], ["@end"]]', "asks for end, which the file does not have"),
        ('[commands.deploy]\nrun = [["x"]]\nasks = ["held"]', "asks for held, which the file does not have"),
        (WAIT.replace("done", "("), "waits.end has a pattern that cannot be read"),
        (WAIT + 'tells = ["status"]', "waits.end: 'status' is no JSON Pointer"),
        (WAIT.replace('"tool"', '"tool", "{nobody}"'), "waits.end uses the unknown value 'nobody'"),
        ('[lookups.release]\nask = "a"\nrun = ["x"]\nform = "x"', "release has the name of another value"),
        ('[lookups.a]\nask = "a"\nrun = ["x", "{a}"]\nform = "x"', "the lookup a needs itself"),
    ],
)
def test_a_file_that_asks_for_nothing_that_it_has_is_refused(text, match):
    with pytest.raises(PlatformError, match=match):
        parse(f"{MINIMAL}\n{text}\n".encode(), "x")


def test_two_lookups_that_need_each_other_are_refused():
    text = "".join(
        f'[lookups.{one}]\nask = "a"\nrun = ["x", "{{{other}}}"]\nform = "x"\n' for one, other in ("ab", "ba")
    )
    with pytest.raises(PlatformError, match="needs itself"):
        parse(f"{MINIMAL}\n{text}".encode(), "x")


def test_the_settings_of_what_is_looked_up_are_asked_for():
    on = loader.load("elastic-beanstalk-swap")
    assert loader.needed(on, "activate") == ["blue", "green", "address"]
    assert loader.needed(loader.load("ecs"), "abort") == ["cluster", "service"]
    assert json.dumps(loader.lookups(on, "deploy")) == '["live", "spare"]'
