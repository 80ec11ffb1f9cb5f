"""What the engine says no with, besides `Refused` of the workflow and the errors of the rooms below."""

from hotfix_tui.steps.contract import Plan


class EngineError(Exception):
    """Something failed; the message is one sentence: what, why, what to do."""


class NeedsTrust(EngineError):
    """The repository's configured commands were not trusted yet."""


class NeedsConfirmation(EngineError):
    """A production act has to be confirmed by typing one of `words`; `plan` is what it would do."""

    def __init__(self, message: str, words: list[str], plan: Plan) -> None:
        super().__init__(message)
        self.words = words
        self.plan = plan


class Busy(EngineError):
    """The same act is under way elsewhere; the message names who holds it."""


class NotSaved(EngineError):
    """Progress is not being saved, so nothing irreversible starts."""


class Ambiguous(EngineError):
    """Several incidents could be meant; `names` lists them, a line each."""

    def __init__(self, message: str, names: list[str]) -> None:
        super().__init__(message)
        self.names = names


class NoIncident(EngineError):
    """There is no such incident."""
