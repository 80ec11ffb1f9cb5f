"""A branch that is made from a release branch says which commands are others there."""


def test_the_commands_that_differ_are_said_once_the_branch_is_made(desk):
    (desk.checkout / "Makefile").write_text("build:\n\ttrue\n")
    desk.git("add", "-A")
    desk.git("commit", "-qm", "main builds")
    desk.git("tag", "v1.0.0", "HEAD~1")
    desk.git("branch", "release-1.0", "HEAD~1")
    desk.git("tag", "v2.0.0")
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P1")
    desk.do("set", "impact.seen", "wrong sums")
    desk.do("do", "triage.rollback-first", "--choose", "fix")
    desk.do("do", "branch.preflight")
    asked = desk.no(5, "do", "branch.base", "--choose", "v1.0.0").err
    assert "v1.0.0 is on release-1.0 and on main: where does the fix land?" in asked
    assert "do branch.base --choose v1.0.0:release-1.0" in asked
    desk.do("do", "branch.base", "--choose", "v1.0.0:release-1.0")
    said = desk.do("do", "branch.create").out.splitlines()
    assert said[-2] == "Done: Create the hotfix branch"
    assert said[-1] == "! There is no command build on the hotfix branch; it was make build"


def test_the_plan_of_a_step_that_is_not_needed_says_so(opened):
    for step in ("branch.preflight", "branch.base", "branch.create"):
        opened.do("do", step)
    (opened.checkout / "shop.py").write_text("def total(prices):\n    return sum(prices)\n")
    for step in ("fix.change", "verify.commit"):
        opened.call("do", step)
    opened.call("do", "pull-request.body")
    assert opened.state("pull-request.create") == "not-needed"
    first = opened.call("plan", "pull-request.create").out.splitlines()[0]
    assert first.startswith("! It is not needed here: ")
