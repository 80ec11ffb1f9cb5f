"""A link of the repository that leads out of it is not read: what it finds could reach a text that leaves here."""

import pytest

from hotfix_tui.detect.tree import Tree


@pytest.mark.parametrize("name", [".github/PULL_REQUEST_TEMPLATE.md", "CODEOWNERS", "package.json"])
@pytest.mark.parametrize("way", ["absolute", "relative", "by a folder"])
def test_a_link_that_leads_out_reads_as_empty(tmp_path, name, way):
    (tmp_path / "home").mkdir()
    secret = tmp_path / "home" / "id_ed25519"
    secret.write_text("a private key")
    clone = tmp_path / "clone"
    place = clone / name
    place.parent.mkdir(parents=True, exist_ok=True)
    if way == "by a folder":
        (tmp_path / "home" / place.name).write_text("a private key")
        (clone / "docs").symlink_to(tmp_path / "home")
        assert Tree(str(clone)).text(f"docs/{place.name}") == ""
        assert Tree(str(clone)).below("docs").text(place.name) == ""
        return
    place.symlink_to(
        secret
        if way == "absolute"
        else "/".join([".."] * len(place.relative_to(tmp_path).parts[:-1])) + "/home/id_ed25519"
    )
    assert place.read_text() == "a private key"
    assert Tree(str(clone)).text(name) == ""


def test_a_link_within_the_repository_is_read(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "OWNERS").write_text("* @acme/all")
    (tmp_path / "CODEOWNERS").symlink_to("docs/OWNERS")
    (tmp_path / "docs" / "top").symlink_to("../CODEOWNERS")
    assert Tree(str(tmp_path)).text("CODEOWNERS") == "* @acme/all"
    assert Tree(str(tmp_path)).below("docs").text("top") == "* @acme/all"
