"""fix.guard and the release: a version behind the tag, changesets, changelogs; a raised version is no finding."""

import pytest

from tests.steps.support import Incident, World

LOCK = '{{"name": "x", "version": "{0}", "packages": {{"": {{"version": "{0}"}}, "node_modules/ms": {{"version": "{1}"}}}}}}\n'  # noqa: E501
PACKAGE = '{{\n  "name": "x",\n  "version": "{0}",\n  "dependencies": {{"ms": "{1}"}}\n}}\n'


def begun(tmp_path, tag: str = "v1.0.0", **files: str) -> Incident:
    """An incident on a branch that starts from `tag`, which stands on these files."""
    world = World(tmp_path / "shop")
    world.commit("Start", a__js="a\n", test__a__test__js="t\n", **files)
    world("tag", "-a", "-m", tag, tag)
    made = Incident(world, tmp_path / "i")
    made.directory.mkdir(exist_ok=True)
    made.until("branch.create", "worktree")
    return made


def guard(incident: Incident, **files: str) -> tuple[list[str], list[str]]:
    """Return the ids of the findings and the notes for a fix that also writes these files."""
    incident.write("a.js", "b\n")
    incident.write("test/a.test.js", "u\n")
    for name, text in files.items():
        incident.write(name.replace("__", "."), text)
    incident.git("add", "-A")
    incident.probe("fix.change")
    seen = incident.probe("fix.guard").evidence
    return [one["id"] for one in seen["findings"]], seen["notes"]


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("package__json", PACKAGE.format("1.0.0", "2"), PACKAGE.format("1.0.1", "2")),
        (
            "pyproject__toml",
            '[project]\nname = "x"\nversion = "1.0.0"\n',
            '[project]\nname = "x"\nversion = "1.0.1"\n',
        ),
        (
            "Cargo__toml",
            '[package]\nname = "x"\nversion = "1.0.0"\n',
            '[package]\nname = "x"\nversion = "1.0.1"\n',
        ),
        ("mix__exs", '  version: "1.0.0",\n', '  version: "1.0.1",\n'),
        ("VERSION", "1.0.0\n", "1.0.1\n"),
        (
            "pom__xml",
            "<project><version>1.0.0</version></project>\n",
            "<project><version>1.0.1</version></project>\n",
        ),
    ],
)
def test_a_version_that_follows_the_tags_has_to_be_raised(tmp_path, isolated, name, before, after):
    incident = begun(tmp_path, **{name: before})
    path = name.replace("__", ".")
    assert guard(incident)[0] == [f"version:{path}"]
    text = incident.record.stored("fix.guard").get("findings")[0]["text"]
    assert "1.0.0" in text and "1.0.1" in text and "line" in text
    assert guard(incident, **{name: after}) == ([], [])


CMAKE = "cmake_minimum_required(VERSION 3.17.0)\n\nproject(x\n    VERSION\n        {0}\n    LANGUAGES\n        C\n)\n"


@pytest.mark.parametrize(
    ("tag", "version", "wanted"), [("R_2_8_4", "2.8.4", "2.8.5"), ("x-8_5_0", "8.5.0", "8.5.1")]
)
def test_a_tag_that_writes_its_version_otherwise_than_the_files_is_followed_too(
    tmp_path, isolated, tag, version, wanted
):
    incident = begun(tmp_path, tag, CMakeLists__txt=CMAKE.format(version))
    assert guard(incident)[0] == ["version:CMakeLists.txt"]
    assert f"the tag will say {wanted}" in incident.record.stored("fix.guard").get("findings")[0]["text"]
    assert guard(incident, CMakeLists__txt=CMAKE.format(wanted)) == ([], [])


@pytest.mark.parametrize(
    "files",
    [
        {"package__json": PACKAGE.format("0.0.0-development", "2")},
        {"package__json": PACKAGE.format("7.7.7", "2")},
        {"pyproject__toml": '[project]\nname = "x"\ndynamic = ["version"]\n'},
        {},
    ],
)
def test_a_version_that_never_followed_the_tags_is_no_finding(tmp_path, isolated, files):
    assert guard(begun(tmp_path, **files)) == ([], [])


def test_once_this_round_is_tagged_the_version_after_it_is_not_asked_for(tmp_path, isolated):
    before, after = PACKAGE.format("1.0.0", "2"), PACKAGE.format("1.0.1", "2")
    incident = begun(tmp_path, package__json=before, CHANGELOG__md="## 1.0.0\n\n* a\n")
    files = {"package__json": after, "CHANGELOG__md": "## 1.0.1\n\n* b\n\n## 1.0.0\n\n* a\n"}
    assert guard(incident, **files) == ([], [])
    incident.git("commit", "-qm", "fix: a")
    incident.git("tag", "-a", "-m", "v1.0.1", "v1.0.1")
    incident.set("release.tag", tag="v1.0.1")
    assert guard(incident, **files) == ([], [])


def test_where_a_program_makes_versions_no_file_is_behind(tmp_path, isolated):
    incident = begun(
        tmp_path, package__json=PACKAGE.format("1.0.0", "2"), **{"release-please-config__json": "{}"}
    )
    assert incident.record.stored("branch.preflight").get("versions_by") == "release-please"
    assert guard(incident) == ([], [])


def test_a_next_version_that_was_begun_on_the_branch_is_behind_nothing_but_not_the_tag(tmp_path, isolated):
    incident = begun(tmp_path, package__json=PACKAGE.format("1.0.0", "2"))
    assert guard(incident, package__json=PACKAGE.format("1.1.0", "2"))[0] == ["version:package.json"]


def test_version_lock_and_changelog_of_a_release_are_no_findings_and_do_not_count(tmp_path, isolated):
    files = {
        "package__json": PACKAGE.format("1.0.0", "2.1.3"),
        "package-lock__json": LOCK.format("1.0.0", "2.1.3"),
        "CHANGELOG__md": "# Changelog\n\n## Unreleased\n",
    }
    incident = begun(tmp_path, **files)
    incident.record.config["guard"] = {"max-files": 1, "max-lines": 3}
    raised = {
        "package__json": PACKAGE.format("1.0.1", "2.1.3"),
        "package-lock__json": LOCK.format("1.0.1", "2.1.3"),
        "CHANGELOG__md": "# Changelog\n\n## 1.0.1\n\n- totals\n",
    }
    assert guard(incident, **raised) == ([], [])
    bent = {
        **raised,
        "package__json": PACKAGE.format("1.0.1", "2.1.4"),
        "package-lock__json": LOCK.format("1.0.1", "2.1.4"),
    }
    assert set(guard(incident, **bent)[0]) >= {"dependencies:package.json", "lockfile:package-lock.json"}


def test_a_changelog_is_a_remark_and_a_changeset_a_finding(tmp_path, isolated):
    incident = begun(tmp_path / "a", CHANGELOG__md="# Changelog\n\n## Unreleased\n\n## 1.0.0\n")
    found, notes = guard(incident)
    assert found == [] and len(notes) == 1 and "CHANGELOG.md" in notes[0]
    assert incident.record.entry("fix.guard")["state"] == "done"
    world = World(tmp_path / "b" / "shop")
    (world.path / ".changeset").mkdir()
    (world.path / ".changeset/config.json").write_text("{}")
    world.commit("Start", a__js="a\n", test__a__test__js="t\n")
    other = Incident(world, tmp_path / "b" / "i")
    other.directory.mkdir(exist_ok=True)
    other.until("branch.create", "worktree")
    assert guard(other)[0] == ["changeset:.changeset"]


def test_a_test_that_was_waived_is_not_asked_for_again(tmp_path, isolated):
    incident = begun(tmp_path)
    incident.write("a.js", "b\n")
    incident.git("add", "-A")
    incident.probe("fix.change")
    assert [one["id"] for one in incident.probe("fix.guard").evidence["findings"]] == ["no-test"]
    incident.record.waivers.append(
        {"step": "fix.regression-test", "round": 1, "granted_by": "Lead", "why": "no time"}
    )
    assert incident.probe("fix.guard").evidence["findings"] == []
    incident.record.waivers[-1]["lapsed"] = "severity"
    assert incident.probe("fix.guard").evidence["findings"]
