"""What was found in the repository's files is shown before it first runs, where nobody has configured anything."""


def test_a_command_that_was_detected_is_shown_before_it_runs(desk):
    (desk.checkout / "Makefile").write_text("test:\n\t@echo the suite is running\n")
    desk.git("add", "--", "Makefile")
    desk.git("commit", "--quiet", "-m", "Test by make")
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P1")
    desk.do("do", "branch.base", "--choose", "production")
    desk.do("do", "branch.create")
    (desk.checkout / "shop.py").write_text("def total(prices):\n    return sum(prices)\n")
    desk.do("probe", "fix.change")
    said = desk.do("do", "verify.test").out
    assert "make test" in said and "the suite is running" in said, said
    assert said.index("make test") < said.index("the suite is running")
