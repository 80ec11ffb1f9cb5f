"""Two hundred bad configurations: each gets one clear sentence with the key's path, none a traceback."""

import os
import tomllib
from pathlib import Path

import pytest

from hotfix_tui.config.load import ConfigError, load
from tests.repos import write

BAD = tomllib.loads(Path(__file__).with_name("bad_config.toml").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize(("text", "path", "word"), BAD, ids=range(len(BAD)))
def test_one_clear_sentence_with_the_path(tmp_path, text, path, word):
    tomllib.loads(text)
    with pytest.raises(ConfigError) as error:
        load(write(tmp_path, {".hotfix-tui.toml": text}))
    assert len(error.value.problems) == len(set(error.value.problems))
    sentence = next(line for line in error.value.problems if line.startswith(f".hotfix-tui.toml: {path}: "))
    assert word in sentence
    assert sentence.endswith((".", "?")) and sentence.isprintable() and len(sentence) < 400


UNREADABLE = [
    b"a = ",
    b"[",
    b"\xff\xfe",
    b"a = 1\na = 2",
    b"\x00",
    b"[a]\n[a]",
    b'a = "',
    b"a = 1 b = 2",
    b"[[a]]\n[a]",
    b"a.b = 1\na = 2",
    b"= 1",
    b"a = [1",
    b"a = {b = 1",
    b"a = '''",
    b"\xef\xbb\xbf[",
    b"a = 1e",
    b"a = 2020-13-45",
    b'a = "\\q"',
    b'a = "\\ud800"',
    b"a = 0x",
    b"x = " + b"[" * 5000,
    b"x = " + b"{a=" * 3000,
    b"#" * 1_000_001,
    b"a = " + b"9" * 5000,
    b"\r",
    b"a = 1\r[b",
    b"[git]\nremote = \x1b[31m",
]


@pytest.mark.parametrize("content", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_is_no_toml_gets_one_sentence(tmp_path, content):
    (tmp_path / ".hotfix-tui.toml").write_bytes(content)
    with pytest.raises(ConfigError) as error:
        load(str(tmp_path))
    (sentence,) = error.value.problems
    assert sentence.startswith(".hotfix-tui.toml: ") and sentence.endswith(".") and len(sentence) < 400
    assert sentence.isprintable()


def test_there_are_two_hundred():
    assert len(BAD) + len(UNREADABLE) >= 200


@pytest.mark.parametrize("kind", ["folder", "pipe", "dangling link", "loop"])
def test_what_is_no_file_gets_a_sentence(tmp_path, kind):
    path = tmp_path / ".hotfix-tui.toml"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("nowhere" if kind == "dangling link" else path)
    with pytest.raises(ConfigError, match=r"^\.hotfix-tui\.toml: .*\.$"):
        load(str(tmp_path))


def test_all_faults_are_told_at_once_but_not_thousands(tmp_path):
    text = "[git]\ntag = 1\nlive = 2\n[monitor]\nwatch = 3\n"
    with pytest.raises(ConfigError) as error:
        load(write(tmp_path, {".hotfix-tui.toml": text}))
    assert len(error.value.problems) == 3
    with pytest.raises(ConfigError) as error:
        load(write(tmp_path, {".hotfix-tui.toml": "".join(f"k{number} = 1\n" for number in range(3000))}))
    assert len(error.value.problems) == 26 and "2975 more" in error.value.problems[-1]


def test_a_fault_in_pyproject_names_the_whole_path(tmp_path):
    with pytest.raises(ConfigError, match=r"^pyproject\.toml: tool\.hotfix-tui\.git\.tag: "):
        load(write(tmp_path, {"pyproject.toml": "[tool.hotfix-tui.git]\ntag = 1\n"}))
    with pytest.raises(ConfigError, match="expected a table"):
        load(write(tmp_path, {"pyproject.toml": "tool.hotfix-tui = 1\n"}))
    with pytest.raises(ConfigError, match="not TOML"):
        load(write(tmp_path, {"pyproject.toml": "[tool.hotfix-tui\n"}))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_gets_a_sentence(tmp_path):
    write(tmp_path, {".hotfix-tui.toml": ""})
    os.chmod(tmp_path / ".hotfix-tui.toml", 0)
    with pytest.raises(ConfigError, match="cannot be read"):
        load(str(tmp_path))
