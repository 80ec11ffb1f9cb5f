"""What the engine raises, besides `Refused` of the workflow and the errors of the rooms below."""

from typing import TYPE_CHECKING

from hotfix_tui.base.errors import NEEDS, NOT_SAVED, HotfixError

if TYPE_CHECKING:
    from hotfix_tui.steps.contract import Plan


class EngineError(HotfixError):
    """Something failed; the message is one sentence: what, why, what to do."""


class NoRepository(EngineError):
    """There is no repository here, or git refuses it; `command` is the command line that would change that."""

    def __init__(self, message: str, command: str = "", cure: str = "") -> None:
        super().__init__(message)
        self.command, self.cure = command, cure


class NeedsTrust(EngineError):
    """The repository's configured commands are not trusted yet."""

    exit_status = NEEDS


class NeedsConfirmation(EngineError):
    """A production action has to be confirmed by typing one of `words`; `plan` is what it would do."""

    exit_status = NEEDS

    def __init__(self, message: str, words: list[str], plan: "Plan") -> None:
        super().__init__(message)
        self.words = words
        self.plan = plan


class NotSaved(EngineError):
    """Progress is not being saved, so nothing irreversible starts."""

    exit_status = NOT_SAVED
    touches_record = True


class CannotStart(EngineError):
    """No disk accepts the run of a rollback, and nothing has started; `plan` is what it would do, `why` the reason."""

    exit_status = NOT_SAVED
    touches_record = True

    def __init__(self, message: str, plan: "Plan", why: str) -> None:
        super().__init__(message)
        self.plan = plan
        self.why = why
