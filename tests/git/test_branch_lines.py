"""Which branches carry a line of releases."""

import pytest

from hotfix_tui.git.branch_lines import line_of, lines_among, may_carry, superseded


@pytest.mark.parametrize(
    ("branch", "line"),
    [
        ("release-1.12", (1, 12)),
        ("release-4.2", (4, 2)),
        ("release/v0.10.6", (0, 10, 6)),
        ("release/2.2", (2, 2)),
        ("releases/2.2.x", (2, 2)),
        ("release-v3", (3,)),
        ("rel_1_8", (1, 8)),
        ("3.x", (3,)),
        ("1.16.x", (1, 16)),
        ("v2", (2,)),
        ("v1.x", (1,)),
        ("4.2", (4, 2)),
        ("7-2-stable", (7, 2)),
        ("v24-02", (24, 2)),
        ("v23-10", (23, 10)),
        ("v23-08-stable", (23, 8)),
        ("stable", ()),
        ("stable/4.2.x", (4, 2)),
        ("stable-2.16", (2, 16)),
        ("maint", ()),
        ("maint-3.0", (3, 0)),
        ("support/1.x", (1,)),
        ("web/release-1.2", (1, 2)),
        ("release", ()),
        ("lts", ()),
        ("latest", ()),
        ("tokio-1.47.x", (1, 47)),
        ("tokio-util-0.7.x", (0, 7)),
        ("fuse-3.18.x", (3, 18)),
        ("fuse-2_9_bugfix", (2, 9)),
        ("jq-1.7-stable", (1, 7)),
        ("series/3.5.x", (3, 5)),
        ("series/0.23", (0, 23)),
        ("series-2.x", (2,)),
        ("versions/1.4", (1, 4)),
        ("patches-2.1", (2, 1)),
        ("release-10.11.z", (10, 11)),
        ("5.7.z", (5, 7)),
        ("sums-1.2.z", (1, 2)),
        ("okio_3_16", (3, 16)),
        ("okhttp_5_1_x", (5, 1)),
        ("sums-3-16", (3, 16)),
        ("Sums_v2_0", (2, 0)),
        ("3_16", (3, 16)),
        ("0.12/master", (0, 12)),
        ("2.x/main", (2,)),
        ("v3/stable", (3,)),
        ("REL_1_STABLE", (1,)),
        ("REL9_6_STABLE", (9, 6)),
        ("1.1.1-STABLE", (1, 1, 1)),
        ("V5-9-patches", (5, 9)),
        ("4.2-maintenance", (4, 2)),
        ("v2024", (2024,)),
    ],
)
def test_branches_of_release_lines(branch, line):
    assert line_of(branch) == line


@pytest.mark.parametrize(
    "branch",
    ["main", "develop", "feature/x-1.2-support", "1234", "hotfix/ENG-7-totals", "release-notes", "fix-1.2",
     "dependabot/npm/x-1.2.3", "renovate/lodash-4.x", "users/ann/2.0", "release-please--branches--main",
     "fix-broadcast-channel-1.43.x", "issue-12.x", "ENG-1234", "beta-1.96", "utf-8-fixes", "tracking/release-23.11",
     "update/release-25.11", "ci-beta-1.87", "feature/stable", "backport/release-1.2", "hotfix/release-1.2",
     "release/new-checkout", "add-zizmor-dependabot-2.x", "remove-php-7-3.x", "use-new-api-2.x", "upgrade-deps-1.4.x",
     "allow-retries-3.x", "series/new-parser", "fix/series-3.x", "time-series",
     "python_3_12", "go-1-20", "rails_7_1", "fix_3_16", "ENG_7_2", "eng-1-2-x-y", "sprint_3_16", "ab_1_2", "v1420",
     "upgrade_3_16", "issue_12_3", "okio_3", "sums-3-16-rc", "feature/main", "0.12/totals", "pr_12_1", "config_1_0",
     "api-2-1", "dart_3_9", "vapor4", "cursor_1_21_5", "ann-prep-for-1.2-release", "move-to-2.x", "notes-for-1.4.x",
     "l10n_4.x", "copilot/release-1.2",
     "revert-1327-ann/release-v17.0.0", "revert-9-x/1.2.x", "revert-3/release-2.1",
     "changeset-release/release-4.0", "pyppeteer-311-12-13"],
)  # fmt: skip
def test_other_branches(branch):
    assert line_of(branch) is None


@pytest.mark.parametrize(
    ("branch", "major"), [("vapor4", 4), ("alamofire-5", 5), ("Sums_v12", 12), ("sums-up3", 3)]
)
def test_a_branch_may_be_named_after_a_major_version(branch, major):
    assert may_carry(branch, major) and not may_carry(branch, major + 1)


@pytest.mark.parametrize(
    "branch",
    ["fix4", "fix-sums-4", "python4", "issue-4", "add_sums_4", "pr4", "k4", "users/ann4", "beta4", "sums4x"],
)
def test_work_is_not_named_after_a_major_version(branch):
    assert not may_carry(branch, 4)


@pytest.mark.parametrize(
    ("names", "gone"),
    [
        (["releases/v2.129.6", "releases/v2.129.7", "releases/v2.128.0", "main"], {"releases/v2.129.6"}),
        (["4.2.1", "4.2.2", "4.1.0", "4.1.2"], {"4.2.1", "4.1.0"}),
        (["release/24.9.3", "release/24.8.1", "release-1.2", "3.x", "stable"], set()),
        (["rel_1_8", "v1.8.3", "v1.8.10"], {"v1.8.3"}),
    ],
)
def test_of_branches_of_single_releases_the_last_of_a_line_is_one(names, gone):
    assert superseded(names) == gone


@pytest.mark.parametrize(
    ("branches", "tags", "lines"),
    [
        (["main", "ellie/release-v18.0.2"], ["v18.0.1", "v18.0.2"], []),
        (["ann/stable", "3.x"], ["v3.1.0"], ["3.x"]),
        (["bob/release-1.2", "bob/totals", "release-1.1"], ["1.1.0"], ["release-1.1"]),
        (["web/release-1.2"], ["web-v1.2.0"], ["web/release-1.2"]),
        (["web/release-1.2"], ["@web/core@1.2.0"], ["web/release-1.2"]),
        (["sdk/release-1.2"], ["sdk/v1.2.0"], ["sdk/release-1.2"]),
        (["web/release-1.2", "web/release-1.1"], ["v1.2.0"], ["web/release-1.2", "web/release-1.1"]),
        (["release/stable-1.2"], ["v1.2.0"], ["release/stable-1.2"]),
        (["release/teak", "release/new-checkout"], ["release/teak.1", "v1.0"], ["release/teak"]),
        (["open-release/sumac.master", "open-release/lilac.rc1"], ["open-release/sumac.3"],
         ["open-release/sumac.master"]),
        (["stable/zed", "stable/yoga"], ["21.0.0"], ["stable/zed", "stable/yoga"]),
        (["stable/website"], ["1.0.0"], []),
        (["tobedeleted_29_2", "autheliabot-esbuild-0.x", "robot-1.x", "old-1.2.x"], [], ["robot-1.x"]),
    ],
)  # fmt: skip
def test_the_lines_among_branches_are_weighed_with_the_tags(branches, tags, lines):
    assert list(lines_among(branches, tags)) == lines


def test_a_branch_for_each_of_very_many_versions_leaves_a_line_for_each_major_one():
    names = [f"releases/v2.{minor}.0" for minor in range(40)] + ["releases/v1.9.3", "release-2.1"]
    assert set(names) - superseded(names) == {"releases/v2.39.0", "releases/v1.9.3", "release-2.1"}
