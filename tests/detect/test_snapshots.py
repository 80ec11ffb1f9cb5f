"""What a pipeline publishes from a branch before the release, and what a workflow of others is called with."""

import pytest

from hotfix_tui.detect.trigger_types import On, Target
from tests.detect.test_triggers import BOTH, CI, PUSH, TAG, found, job

GRADLE = "- run: ./gradlew publish --stacktrace"
MAVEN = "- run: mvn -B deploy"
SNAPSHOTS = {
    "gradle.properties": (
        GRADLE,
        {"gradle.properties": "kotlin.version=2.1.0\nVERSION_NAME=3.18.0-SNAPSHOT\n"},
    ),
    "a version of gradle": (
        GRADLE,
        {"gradle.properties": "org.gradle.jvmargs=-Xmx2g\nversion = 1.2.0-SNAPSHOT\n"},
    ),
    "a build script": (GRADLE, {"build.gradle.kts": 'group = "x"\nversion = "1.2.0-SNAPSHOT"\n'}),
    "a POM": (
        MAVEN,
        {
            "pom.xml": "<project><parent><version>7</version></parent><version>1.3-SNAPSHOT</version></project>"
        },
    ),
    "version.sbt": ("- run: sbt +publish", {"version.sbt": 'ThisBuild / version := "0.4.1-SNAPSHOT"\n'}),
    "sbt, by the tag": ("- run: sbt ci-release", {"build.sbt": ""}),
    "sbt-typelevel, by the tag": ("- run: sbt tlCiRelease", {"build.sbt": ""}),
}


@pytest.mark.parametrize("shape", SNAPSHOTS)
def test_a_snapshot_of_a_branch_is_no_release(tmp_path, shape):
    step, files = SNAPSHOTS[shape]
    _, seen = found(tmp_path, {CI: BOTH + job(step), **files})
    assert seen.on(On.PUSH) == []
    (told,) = seen.elsewhere(On.PUSH)
    assert told.target is Target.PREVIEW and "snapshot" in told.condition
    assert [one.sure for one in seen.on(On.TAG)] == [True]


RELEASES = {
    "a version that is none": (GRADLE, {"gradle.properties": "version=1.2.0\n"}),
    "no version": (GRADLE, {"build.gradle": ""}),
    "a tool's version": (GRADLE, {"gradle.properties": "version=1.2.0\nkotlinVersion=2.2.0-SNAPSHOT\n"}),
    "the version of the parent": (
        MAVEN,
        {
            "pom.xml": "<project><parent><version>7-SNAPSHOT</version></parent><version>1.3</version></project>"
        },
    ),
    "a version that the pipeline gives": (
        "- run: mvn versions:set -DnewVersion=$V\n- run: mvn -B deploy",
        {"pom.xml": "<project><version>1.3-SNAPSHOT</version></project>"},
    ),
    "a version on the command line": (
        "- run: ./gradlew publish -Pversion=$V",
        {"gradle.properties": "version=1.2.0-SNAPSHOT\n"},
    ),
    "another registry": ("- run: npm publish", {"gradle.properties": "version=1.2.0-SNAPSHOT\n"}),
}


@pytest.mark.parametrize("shape", RELEASES)
def test_what_may_be_a_release_stays_one(tmp_path, shape):
    step, files = RELEASES[shape]
    _, seen = found(tmp_path, {CI: PUSH + job(step), **files})
    assert len(seen.on(On.PUSH)) == 1


def called(path: str, more: str = "", name: str = "go") -> str:
    return f"jobs:\n  {name}:\n    uses: acme/meta/.github/workflows/{path}@main\n{more}"


HANDED = "    secrets:\n      {}: ${{{{ secrets.{} }}}}\n"


@pytest.mark.parametrize(
    "text",
    [
        called("goreleaser.yml"),
        called("main.yml", name="goreleaser"),
        called("semantic-release.yaml"),
        called("publish-to-pypi.yml"),
        called("python.yml", HANDED.format("token", "PYPI_TOKEN")),
        called("go.yml", HANDED.format("docker_token", "DOCKERHUB_TOKEN")),
        called("jvm.yml", HANDED.format("key", "MAVEN_CENTRAL_PASSWORD")),
    ],
)
def test_a_workflow_of_others_that_may_publish_is_asked_about(tmp_path, text):
    _, seen = found(tmp_path, {".github/workflows/x.yml": TAG + text})
    assert [(one.kind.value, one.sure) for one in seen.on(On.TAG)] == [("publishes", False)]


@pytest.mark.parametrize(
    "text",
    [
        called("build.yml"),
        called("lint.yml", HANDED.format("gh_pat", "PERSONAL_ACCESS_TOKEN")),
        called("test.yml", HANDED.format("npm_token", "NPM_TOKEN")),
        called("ci.yml", HANDED.format("docker_token", "DOCKERHUB_TOKEN")),
        called("snapshot.yml", HANDED.format("goreleaser_key", "GORELEASER_KEY")),
    ],
)
def test_a_workflow_of_others_that_tests_is_none(tmp_path, text):
    assert found(tmp_path, {".github/workflows/x.yml": PUSH + text})[0] == set()
