"""Facts, evidence and templates from elsewhere stay text."""

import os
import time

import pytest

from hotfix_tui.base.text import shortened
from hotfix_tui.documents.escaping import code, escape_cell, escape_controls, fenced
from hotfix_tui.documents.render import DOCUMENTS, BadDocument, render
from hotfix_tui.incident.model.facts import FACTS
from tests.documents import records

HOSTILE = (
    "{{ 71*97 }}{% for x in y %}<script>x</script>[link](javascript:1)\x1b]52;c;ZXZpbA==\x07\x1b[31mred\u202e"
)


def hostile():
    record = records.finished()
    for key, fact in FACTS.items():
        if fact.kind in ("text", "line"):
            record.facts[key] = HOSTILE
        elif fact.kind == "list":
            record.facts[key] = [HOSTILE, "## heading", "- [x] box", "```"]
    record.facts["review.actions"] = [
        {"task": f"Add | {HOSTILE}", "owner": "a|b\nc", "due": "now", "kind": "detect"}
    ]
    record.stored("branch.base")["undeployed_list"] = [HOSTILE]
    record.stored("fix.change")["files"] = ["a`b`.py", HOSTILE]
    record.waivers[0]["why"] = HOSTILE
    record.config["commands"]["test"] = ["run", "``` ${{ secrets }}", "\x1b[2J"]
    return record


@pytest.mark.parametrize("name", DOCUMENTS)
def test_hostile_values_stay_text(name):
    record = hostile()
    for phase in ("", *DOCUMENTS[name].phases):
        shown = render(
            name,
            record,
            records.NOW,
            phase=phase,
            timeline=records.timeline(),
            extra={"test_code": "```\n{{ 71*97 }}"},
        )
        everything = shown.title + shown.text
        assert "6887" not in everything
        assert not any(ord(c) < 32 and c not in "\n\t" for c in everything)
        assert "\u202e" not in everything
        assert "{{ 71*97 }}" in everything


def test_facts_open_no_heading_no_tag_and_no_box_in_markdown():
    record = records.finished()
    record.facts["cause.summary"] = (
        "true\n## 9. Follow-up\n- [x] ticket updated\n```\n<!-- hidden -->\n![x](http://e/)\n---"
    )
    text = render("pr", record, records.NOW).text
    assert text.count("\n## 9. Follow-up") == 1
    assert "\\## 9. Follow-up" in text
    assert text.count("- [x] ticket updated") == 1 and "\\- [x] ticket updated" in text
    assert "\\<!--" in text and "\\!\\[x]" in text and "\n\\---" in text and "\n\\```" in text
    record.facts["cause.summary"] = "`a < b` and `<T>` stay"
    assert "`a < b` and `<T>` stay" in render("pr", record, records.NOW).text


def test_a_message_calls_no_channel():
    record = records.opened()
    record.facts["impact.seen"] = "<!channel> <@U123> look"
    assert "< !channel> < @U123> look" in render("internal", record, records.NOW).text


@pytest.mark.parametrize(
    "seen", ["a<!-- x -- y -->b", "<!DOCTYPE html> twice", "<![CDATA[x]]> stays", "x <@ y and a <# b"]
)
def test_what_calls_nobody_stays_as_it_was_seen_in_every_message(seen: str):
    record = records.opened()
    record.facts["impact.seen"] = seen
    for document in ("internal", "status-page", "email"):
        assert seen in render(document, record, records.NOW).text


def test_code_cannot_leave_its_span_or_block():
    assert code("a`b") == "`` a`b ``"
    assert fenced("```\nrm -rf\n```").startswith("````\n")
    assert escape_cell("a | b\nc") == "a \\| b c"
    assert escape_controls("# no", "text") == "# no"


ATTACKS = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ fact.__class__ }}{{ fact.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('touch PWNED').read() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'].system('touch PWNED') }}",
    "{{ fact.update({'title': 'x'}) }}",
    "{{ ().__class__.__base__ }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '{:999999999}'.format(1) }}",
    "{{ 'x' * 999999999 }}",
    "{{ 9 ** 99999999 }}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in id %}{% for b in id %}{% for c in id %}{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in fact %}{{ a }}{% endfor %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}{{ os }}",
    "{% extends 'pr.md.j2' %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% set a = 'x' %}{{ a }}",
    "{% set a %}{{ id }}{{ id }}{% endset %}{{ a }}",
    "{{ id ~ id }}",
    "{{ fact|attr('__class__') }}",
    "{{ [id]|join(id ~ id) }}",
    "{% for a in list_of['cause.steps'] recursive %}{{ loop(list_of['cause.steps']) }}{% endfor %}",
    "{{ unknown_name }}",
    "{{ fact['no-such-fact'] }}",
    "{{ fact[",
    "{% if %}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "{% if id %}" * 60 + "{% endif %}" * 60,
    "{{ " + "9" * 9000 + " }}",
)


def template(tmp_path, body, name="tag"):
    (tmp_path / f"{name}.md.j2").write_text(f"%%% message | Message\n{body}\n", encoding="utf-8")
    return str(tmp_path)


@pytest.mark.parametrize("body", ATTACKS, ids=range(len(ATTACKS)))
def test_a_hostile_template_is_refused_in_one_sentence(tmp_path, monkeypatch, body):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadDocument) as caught:
        render("tag", records.finished(), records.NOW, template_dir=template(tmp_path, body))
    assert "\n" not in str(caught.value) and "tag.md.j2" in str(caught.value)
    assert not os.path.exists("PWNED")


def test_a_template_cannot_grow_without_end(tmp_path):
    record = records.finished()
    record.facts["cause.summary"] = "x" * 100_000
    body = "{{ fact['cause.summary'] }}" * 3000
    started = time.process_time()
    with pytest.raises(BadDocument, match="grows beyond"):
        render("tag", record, records.NOW, template_dir=template(tmp_path, body))
    assert time.process_time() - started < 20


@pytest.mark.parametrize("body", ["{{ fact.keys }}", "{{ id.upper }}", "{{ fact['title']|upper }}"])
def test_harmless_templates_show_text(tmp_path, body):
    shown = render("tag", records.finished(), records.NOW, template_dir=template(tmp_path, body))
    assert shown.text.strip()


def test_a_project_replaces_and_adds_sections(tmp_path):
    (tmp_path / "pr.md.j2").write_text(
        "%%% urgency | Urgency | ## How urgent\nIt is {{ severity.level }}: {{ fact['cause.summary'] }}\n"
        "%%% metrics | Metrics\n\n"
        "%%% risk | Risk | ## Risk | fact=workaround\n{{ fact['workaround'] }}\n",
        encoding="utf-8",
    )
    shown = render("pr", records.opened(), records.NOW, template_dir=str(tmp_path))
    ids = [one.id for one in shown.sections]
    assert "## How urgent\n\nIt is P1: ⟦ GAP: root cause ⟧" in shown.text
    assert "metrics" not in ids and ids[-1] == "risk" and "rollback" in ids
    assert shown.sections[-1].fact == "workaround" and shown.sections[-1].facts == ["workaround"]
    assert "workaround for users (set workaround)" in shown.gaps


def test_a_project_has_its_own_words_in_one_language(tmp_path):
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "tag.md.j2").write_text(
        "%%% message | 信息\n热修复：{{ fact['title'] }}\n", encoding="utf-8"
    )
    record = records.finished()
    assert render("tag", record, records.NOW, language="zh", template_dir=str(tmp_path)).text.startswith(
        "热修复："
    )
    assert render("tag", record, records.NOW, language="en", template_dir=str(tmp_path)).text.startswith(
        "Hotfix:"
    )


def test_files_that_are_no_templates(tmp_path):
    record = records.finished()
    path = tmp_path / "t"
    path.mkdir()
    for text, reason in [("no section", "begins with a section"), ("%%% Bad Id\nx", "is no section id")]:
        (path / "tag.md.j2").write_text(text, encoding="utf-8")
        with pytest.raises(BadDocument, match=reason):
            render("tag", record, records.NOW, template_dir=str(path))
    (path / "tag.md.j2").write_bytes(b"%%% message | M\n" + b"x" * 200_000)
    with pytest.raises(BadDocument, match="larger than"):
        render("tag", record, records.NOW, template_dir=str(path))
    (path / "tag.md.j2").unlink()
    (path / "tag.md.j2").mkdir()
    with pytest.raises(BadDocument, match="cannot be read"):
        render("tag", record, records.NOW, template_dir=str(path))


def test_a_link_out_of_the_template_folder_is_refused(tmp_path):
    (tmp_path / "secret").write_text("%%% message | M\nsecret\n", encoding="utf-8")
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "tag.md.j2").symlink_to(tmp_path / "secret")
    with pytest.raises(BadDocument, match="leads out of"):
        render("tag", records.finished(), records.NOW, template_dir=str(tmp_path / "t"))


LONG = " ".join(["word"] * 100)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        pytest.param("short `a b`", "short `a b`", id="nothing to cut"),
        pytest.param(LONG, f"{' '.join(['word'] * 7)} …", id="after a word"),
        pytest.param("ran `deploy --to production --commit 6e287e4`", "ran …", id="before a command"),
        pytest.param("x" * 100, f"{'x' * 38} …", id="one long word"),
    ],
)
def test_a_cell_is_cut_after_a_word_and_not_within_a_command(said, shown):
    assert escape_cell(said, 40) == shown


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            "rollup was not found; add it there (`command setup …`), or look",
            "rollup was not found; add it there …",
        ),
        ("exit status 1 of command 3: ModuleNotFoundError", "exit status 1 of command 3 …"),
        ("short", "short"),
    ],
)
def test_what_is_kept_of_an_outcome_ends_before_half_a_command(said, kept):
    assert shortened(said, 44 if "rollup" in said else 30) == kept


def test_what_stands_nowhere_else_is_whole():
    command = f"deploy {' '.join(f'--region r{number}' for number in range(60))}"
    assert code(command) == f"`{command}`" and escape_cell(command) == command
