import os
import signal

import pytest

from hotfix_tui.runner import processes, runs


@pytest.fixture
def rundir(tmp_path):
    """A run folder that does not exist yet; whatever its run leaves behind is ended after the test."""
    folder = tmp_path / "runs" / "1-verify.test"
    yield folder
    for pid in processes.tagged(os.path.realpath(folder)):
        os.kill(pid, signal.SIGKILL)
    runs.reap()
