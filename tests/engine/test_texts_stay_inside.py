"""Texts leave the machine: nothing from outside of the repository gets into one by a link or a path of a record."""

import pytest

from hotfix_tui.engine import added_tests, commands, documents
from hotfix_tui.engine.errors import EngineError
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.contract import Context
from hotfix_tui.steps.pull_request import step
from tests import typed

SECRET = "-----BEGIN OPENSSH PRIVATE KEY-----"


@pytest.fixture
def secret(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "id").write_text(SECRET)
    (tmp_path / "keys" / "pr.md.j2").write_text(f"%%% a | A\n{SECRET}\n")
    return tmp_path / "keys"


def configure(engine, **config):
    engine.change(lambda record, actor: record.doc.update(config=config) or [])
    commands.trust_kept(engine)


@pytest.mark.parametrize("name", ["link", "link/../../keys", "down/link"])
def test_a_template_folder_that_leads_out_is_refused(opened, tmp_path, secret, name):
    root = tmp_path / "shop"
    (root / "down").mkdir()
    for link in (root / "link", root / "down" / "link"):
        link.symlink_to(secret)
    if ".." in name:
        with pytest.raises(Exception, match="inside the repository"):
            configure(opened, templates={"dir": name})
            opened.config()
        return
    configure(opened, templates={"dir": name})
    with pytest.raises(EngineError, match="leads out of the repository"):
        documents.render(opened, "pr")


def test_a_template_that_is_a_link_is_refused(opened, tmp_path, secret):
    folder = tmp_path / "shop" / "templates"
    folder.mkdir()
    (folder / "pr.md.j2").symlink_to(secret / "pr.md.j2")
    configure(opened, templates={"dir": "templates"})
    with pytest.raises(Exception, match="leads out of the template folder"):
        documents.render(opened, "pr")


@pytest.mark.parametrize("name", ["test_link.py", "../keys/id", "{keys}/id", "folder/id"])
def test_the_code_of_a_test_is_the_repositorys_own(opened, tmp_path, secret, name):
    root = tmp_path / "shop"
    (root / "test_link.py").symlink_to(secret / "id")
    (root / "folder").symlink_to(secret)
    (root / "test_own.py").write_text("def test_own(): pass\n")
    tests = [name.format(keys=secret), "test_own.py"]

    def seen(record, actor):
        typed.put(record, "fix.regression-test", "done", {"tests": tests}, at=actor.at, by="ann")
        return []

    opened.change(seen)
    text = documents.render(opened, "pr").text
    assert SECRET not in text
    assert added_tests.test_code(opened) == "# test_own.py\ndef test_own(): pass"


@pytest.mark.parametrize("level", ["file", "folder"])
def test_the_text_of_a_pull_request_is_no_link(opened, secret, level):
    folder = opened.store.document_directory(opened.id)
    from pathlib import Path

    if level == "file":
        Path(folder).mkdir(parents=True)
        Path(folder, "pr.md").symlink_to(secret / "id")
    else:
        (secret / "pr.md").write_text(SECRET)
        Path(folder).symlink_to(secret)
    ctx: Context = opened.context()
    with pytest.raises(Refused, match="not written yet"):
        step._body(ctx)
