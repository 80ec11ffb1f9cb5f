"""What the name of a tag says: releases in every scheme, pre-releases set apart, and what is no release."""

from datetime import date

import pytest

from hotfix_tui.git.errors import GitError
from hotfix_tui.git.next_release import successors
from hotfix_tui.git.releases import Phase, read, releases

FINAL = [
    ("v1.2.3", "", (1, 2, 3)),
    ("1.2.3", "", (1, 2, 3)),
    ("V1.2.3", "", (1, 2, 3)),
    ("v4.3", "", (4, 3)),
    ("0.9", "", (0, 9)),
    ("1.2.3.4", "", (1, 2, 3, 4)),
    ("jq-1.8.2", "jq", (1, 8, 2)),
    ("log4j-2.17.1", "log4j", (2, 17, 1)),
    ("release-1.2.3", "", (1, 2, 3)),
    ("release/1.2", "", (1, 2)),
    ("rel/v2.17.1", "", (2, 17, 1)),
    ("release1.2.3", "", (1, 2, 3)),
    ("REL_14_3", "", (14, 3)),
    ("version/1.2.3", "", (1, 2, 3)),
    ("go1.22.1", "go", (1, 22, 1)),
    ("curl-7_88_1", "curl", (7, 88, 1)),
    ("web@1.2.3", "web", (1, 2, 3)),
    ("web-v1.2.3", "web", (1, 2, 3)),
    ("cli/v1.0.0", "cli", (1, 0, 0)),
    ("sdk/go/v1.2.3", "sdk/go", (1, 2, 3)),
    ("@scope/pkg@1.2.3", "@scope/pkg", (1, 2, 3)),
    ("@scope/test-utils@2.0.0", "@scope/test-utils", (2, 0, 0)),
    ("argo-cd-10.1.1", "argo-cd", (10, 1, 1)),
    ("test_core-v0.6.0", "test_core", (0, 6, 0)),
    ("web-test-utils-1.2.3", "web-test-utils", (1, 2, 3)),
    ("dev-server-v2.0.0", "dev-server", (2, 0, 0)),
    ("live-server/1.2.3", "live-server", (1, 2, 3)),
    ("1.1.1w", "", (1, 1, 1)),
    ("V_9_6_P1", "", (9, 6)),
    ("3.2.1.RELEASE", "", (3, 2, 1)),
    ("5.4.2.Final", "", (5, 4, 2)),
    ("v1.2.3-hotfix.1", "", (1, 2, 3)),
    ("1.2.3.post1", "", (1, 2, 3)),
    ("v1.2.3+build.5", "", (1, 2, 3)),
    ("sums-build-1.2.3", "sums-build", (1, 2, 3)),
    ("sums-core-build-v1.2.3", "sums-core-build", (1, 2, 3)),
    ("Sums-Build-1.2.3.4", "sums-build", (1, 2, 3, 4)),
    ("v1.0.20210914", "", (1, 0, 20210914)),
    ("2117.vc05a_0b_e6b_f4e", "", (2117,)),
    ("plugin-1569.vb_72405b_80249", "plugin", (1569,)),
    ("1.31.v8a_b_3c9d0e1f2", "", (1, 31)),
]

CALENDAR = [
    ("2026.05.01", (2026, 5, 1)),
    ("v2026.5", (2026, 5)),
    ("2026.05.01-1", (2026, 5, 1)),
    ("2026-05-01", (2026, 5, 1)),
    ("release-2026-05-01", (2026, 5, 1)),
    ("24.04", (24, 4)),
    ("RELEASE.2024-01-01T00-00-00Z", (2024, 1, 1)),
    ("2026-08-21.2320", (2026, 8, 21)),
    ("20260819t082900", (2026, 8, 19)),
    ("20260819t082900-all", (2026, 8, 19)),
    ("web-20260819T0829Z", (2026, 8, 19)),
]

PRE = [
    *(
        "v1.2.3-rc.1",
        "v2.18.0-52825890-nightly",
        "v1.2.3-rc1",
        "1.2.3rc1",
        "jq-1.7rc1",
        "1.2.3b1",
        "1.2.3a2",
        "1.2.3.dev0",
        "v2.0.0-beta",
    ),
    *(
        "v2.0.0-beta.1",
        "2.0.0.M1",
        "2.0.0.RC1",
        "v1.2.3-SNAPSHOT",
        "v1.2.3-alpha.20240101",
        "1.0b",
        "v1.2-rc2",
    ),
    *("@scope/pkg@1.2.3-next.0", "v1.2.3-preview.4", "1.2.3-canary.7"),
]

VARIANTS = ["v1.2.3-ubi8", "v1.2.3-1", "10.0.0.1-lan", "1.2.3-windows"]

NONE = [
    *(
        "nightly",
        "latest",
        "nightly-2026-01-01",
        "nightly-1.2.3",
        "build-1234",
        "build-1.2.3",
        "sums-build-12",
        "sums-build-1.2",
        "nightly-build-1.2.3",
        "1234",
        "v3",
        "v42",
    ),
    *(
        "20260501",
        "20260501.3",
        "20260501-1030",
        "20261301t1030",
        "1234.version",
        "1234.v1",
        "backup-2026-05-01",
        "before-1.2",
        "deploy-2026.05.01",
        "deploy-20260501-1030",
    ),
    *(
        "prod-1.2.3",
        "staging/v1.2.3",
        "archive/old-1.2",
        "debian/1.2.3-1",
        "1.2.3.4.5",
        "foo",
        "v1.x",
        "",
        "main",
    ),
    *(
        "cd-1.2.3",
        "ci/1.2.3",
        "release-ci-1.2.3",
        "test-1.2.3",
        "web-test-1.2.3",
        "dev/v1.2.3",
        "web-live-1.2.3",
    ),
    *(
        "PAAS-PREVIEW-SUCCESS-2024-03-13-24583",
        "ECS-STAGING-SUCCESS-2025-02-03-1",
        "deploy-success-2024.03.13",
    ),
    *("release-candidate-1.2.3", "jenkins-app-1.2", "a" * 300 + "1.2.3"),
]


@pytest.mark.parametrize(("name", "series", "numbers"), FINAL)
def test_releases_are_read_in_every_scheme(name, series, numbers):
    one = read(name)
    assert one is not None and one.phase is Phase.FINAL and not one.calendar
    assert (one.series, one.numbers) == (series, numbers)
    assert one.before + one.version + one.after == name


@pytest.mark.parametrize(("name", "numbers"), CALENDAR)
def test_calendar_versions_keep_their_zeros(name, numbers):
    one = read(name)
    assert one is not None and one.final and one.calendar and one.numbers == numbers
    assert one.before + one.version == name


@pytest.mark.parametrize("name", PRE)
def test_pre_releases_are_set_apart(name):
    one = read(name)
    assert one is not None and one.phase is Phase.PRE


@pytest.mark.parametrize("name", VARIANTS)
def test_an_unknown_suffix_is_neither_a_release_nor_a_pre_release(name):
    one = read(name)
    assert one is not None and one.phase is Phase.VARIANT


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_release_does_not_count(name):
    assert read(name) is None


def test_the_order_is_that_of_versions_not_of_letters():
    names = [
        "v1.10.0",
        "v1.9.0",
        "v1.10.0-rc.1",
        "v1.10.0-beta.2",
        "v1.10.0-beta.10",
        "v1.10",
        "v1.10.0-hotfix.1",
    ]
    assert [one.name for one in releases(names)] == [
        "v1.9.0",
        "v1.10.0-beta.2",
        "v1.10.0-beta.10",
        "v1.10.0-rc.1",
        "v1.10",
        "v1.10.0",
        "v1.10.0-hotfix.1",
    ]
    dated = ["2026.12.01", "2026.05.01-1", "2026.05.01", "2025.12.31"]
    assert [one.name for one in releases(dated)] == ["2025.12.31", "2026.05.01", "2026.05.01-1", "2026.12.01"]
    built = ["20260819t082900-all", "20260819t081500-default,search", "20260818t114400", "999.v98dde145b_dce"]
    assert [one.name for one in releases(built)] == built[::-1], "a count of commits is less than any year"


def test_a_pattern_decides_alone():
    assert read("v1.2.3", "api/v*") is None
    one = read("prod-2026.05.01", "prod-*")
    assert one is not None and (one.series, one.version, one.name) == ("", "2026.05.01", "prod-2026.05.01")
    assert read("api/v1.2.3-rc.1", "api/v{version}").phase is Phase.PRE
    assert read("1.2.3-app", "*-app").after == "-app"
    for bad in ("release", "v*-*"):
        with pytest.raises(GitError, match="one place for the version"):
            read("v1.2.3", bad)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("v4.3", (4,)),
        ("v1.2.3", (1, 2)),
        ("1.2.3.4", (1, 2)),
        ("2026.05.01", ()),
        ("v1.2.3-rc.1", (1, 2)),
        ("2117.vc05a_0b_e6b_f4e", ()),
    ],
)
def test_a_line_is_what_maintained_releases_have_in_common(name, line):
    assert read(name).line == line


TODAY = date(2026, 11, 27)


def after(base, *others, taken=(), days=None):
    """The names that could come after `base`, given `others` of its series."""
    known = releases([base, *others])
    found = successors(read(base), known, {base, *others, *taken}, TODAY, days)
    return [one.name for one in found]


@pytest.mark.parametrize(
    ("base", "others", "wanted"),
    [
        ("v1.2.3", (), ["v1.2.4"]),
        ("v1.2.3", ("v1.2.4", "v1.3.0"), ["v1.2.5"]),
        ("1.2.3.4", (), ["1.2.3.5"]),
        ("jq-1.8.3", (), ["jq-1.8.4"]),
        ("@scope/pkg@1.2.3", (), ["@scope/pkg@1.2.4"]),
        ("3.2.1.RELEASE", (), ["3.2.2.RELEASE"]),
        ("v1.2.3+build.5", (), ["v1.2.4"]),
        ("v4.3", (), ["v4.3.1", "v4.4"]),
        ("v4.3", ("v4.2",), ["v4.3.1", "v4.4"]),
        ("v4.3", ("v4.1", "v4.1.1", "v4.2"), ["v4.3.1"]),
        ("REL_14_3", ("REL_14_2",), ["REL_14_3_1", "REL_14_4"]),
        ("v1.2.3", ("v1.2.2", "v1.2.2.1"), ["v1.2.4", "v1.2.3.1"]),
        ("v1.2.3", ("v1.2.2", "v1.2.2-hotfix.2"), ["v1.2.4", "v1.2.3-hotfix.1"]),
        ("v1.2.3-hotfix.1", ("v1.2.3",), ["v1.2.3-hotfix.2"]),
        ("1.1.1v", (), ["1.1.1w"]),
        ("v2.0.0-beta.1", ("v1.0.0",), ["v2.0.0-beta.2"]),
        ("v2.0.0-beta", (), ["v2.0.0-beta.1"]),
        ("1.2.3rc1", ("1.2.3rc2",), ["1.2.3rc3"]),
        ("v1.2.3-ubi8", (), ["v1.2.4", "v1.2.3-ubi9"]),
        ("2026.05.01", (), ["2026.11.27"]),
        ("2026.11.27", ("2026.05.01",), ["2026.11.27.1"]),
        ("2026.11.27-1", ("2026.11.27", "2026.05.01"), ["2026.11.27-2"]),
        ("release-2026-05-01", (), ["release-2026-11-27"]),
        ("24.04", (), ["24.04.1", "26.11"]),
        ("2026.5.3", ("2026.5.0",), ["2026.5.4", "2026.11.0"]),
        ("2026.05", ("2026.04.1", "2026.04"), ["2026.05.1"]),
        ("2117.vc05a_0b_e6b_f4e", ("2116.v98dde145b_dce",), []),
        ("2026-08-21.2320", ("2026-07-25.2306",), []),
        ("20260819t082900-all", ("20260818t114400-all",), []),
    ],
)
def test_the_next_follows_the_scheme_or_is_asked(base, others, wanted):
    assert after(base, *others) == wanted


def test_the_days_of_the_tags_tell_a_date_from_a_counter():
    days = {"2026.8.17": date(2026, 8, 17), "2025.11.12": date(2025, 11, 12)}
    assert after("2026.8.17", "2025.11.12", days=days) == ["2026.11.27"]
    counted = {"2026.8.17": date(2026, 8, 2), "2026.8.16": date(2026, 8, 1)}
    assert after("2026.8.17", "2026.8.16", days=counted)[0] == "2026.8.18"


def test_a_name_is_read_once_however_often_the_tags_are_looked_at():
    names = [f"read-once-{minor}.{patch}" for minor in range(40) for patch in range(5)]
    before = read.cache_info().misses
    assert [releases(names), releases(names), releases(names)] == [releases(names)] * 3
    assert read.cache_info().misses - before == len(names)
    assert read(names[0]) != read(names[0], "read-once-{version}"), "each pattern reads it anew"
