"""Plain calls for checks that run at once: each is a run of its own, and the setup has the worktree to itself."""

from tests.cli.shop import configure, python

WAITS = "import pathlib, sys, time\nwhile not pathlib.Path({path!r}).exists(): time.sleep(0.05)"


def test_checks_run_beside_each_other_and_not_beside_the_setup(opened):
    desk = opened
    go, rest = desk.root / "go", desk.root / "rest"
    lines = [f"setup = {python(WAITS.format(path=str(go)))}"]
    lines += [f"{name} = {python(WAITS.format(path=str(rest)))}" for name in ("test", "build")]
    configure(desk, "[commands]\nparallel = true\n" + "\n".join(lines) + "\n")
    desk.do("trust", "--yes")
    for args in (("branch.preflight",), ("branch.base",), ("branch.create",)):
        desk.do("do", *args)
    (desk.checkout / "shop.py").write_text("def total(prices):\n    return sum(prices)\n")
    desk.do("do", "fix.change")
    desk.do("do", "verify.setup", "--detach")
    refused = desk.no(5, "do", "verify.test", "--detach")
    assert "verify.setup) is still running" in refused.err
    go.touch()
    running = desk.status()["runs"][-1]
    desk.do("output", str(running["n"]), "--follow")
    desk.do("probe", "verify.setup")
    assert desk.state("verify.setup") == "done"
    for name in ("test", "build"):
        desk.do("do", f"verify.{name}", "--detach")
    runs = {run["step"]: run for run in desk.status()["runs"]}
    assert runs["verify.test"]["state"] == runs["verify.build"]["state"] == "running"
    rest.touch()
    for name in ("test", "build"):
        desk.do("output", str(runs[f"verify.{name}"]["n"]), "--follow")
        desk.do("probe", f"verify.{name}")
    assert {desk.state("verify.test"), desk.state("verify.build")} == {"done"}
