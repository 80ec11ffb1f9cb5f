"""What steps share for a git that fails: "could not tell", a refusal, or what takes the answer's place."""

import pytest

from hotfix_tui.git.errors import GitError, GitTimeout
from hotfix_tui.incident.rules.gates import Refused
from hotfix_tui.steps.contract import if_git_fails, refusing, unknown_if_git_fails

SENTENCE = "git cannot read objects/ab"


def fails(error):
    def ask():
        raise error

    return ask


@pytest.mark.parametrize("error", [GitError(SENTENCE), GitTimeout(SENTENCE)], ids=["any", "too late"])
@pytest.mark.parametrize("instead", ["", False, None])
def test_a_git_that_fails_has_another_answer_in_its_place(error, instead):
    assert if_git_fails(instead)(fails(error))() is instead
    assert if_git_fails(instead)(lambda: "v1.0.0")() == "v1.0.0"


@pytest.mark.parametrize("guard", [if_git_fails(""), unknown_if_git_fails], ids=["instead", "unknown"])
def test_no_other_error_is_taken_for_one_of_git(guard):
    with pytest.raises(OSError, match="full"):
        guard(fails(OSError("full")))()


def test_git_says_why_nobody_can_tell_and_why_it_is_refused():
    told = unknown_if_git_fails(fails(GitError(SENTENCE)))()
    assert (told.state, told.why) == ("unknown", SENTENCE)
    with pytest.raises(Refused, match=SENTENCE), refusing("Repair it."):
        fails(GitError(SENTENCE))()
