"""How a run ended, as a clause: it stands within parentheses, after a colon and before a semicolon."""

import pytest

from hotfix_tui.runner.runs import RunState
from hotfix_tui.steps.common.outcome import failure_probe
from hotfix_tui.steps.contract import describe_end

ENDS = {
    "exit status 1": RunState("exited", exit_code=1, failed_command=0),
    "exit status 1 of command 2": RunState("exited", exit_code=1, failed_command=1),
    "exit status 127 of command 3": RunState("exited", exit_code=127, failed_command=2),
    "ended by signal 9": RunState("exited", exit_code=-9, signal=9, failed_command=1),
}


@pytest.mark.parametrize("said", ENDS)
def test_it_has_no_parentheses_of_its_own(said, tmp_path):
    run = ENDS[said]
    assert describe_end(run) == said
    (tmp_path / "log").write_text("")
    why = failure_probe(run, str(tmp_path), "The deployment").why
    assert why.count("(") <= 1 and said in why
