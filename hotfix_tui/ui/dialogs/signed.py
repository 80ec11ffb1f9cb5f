"""The dialogs that ask for a name: whoever overrides a rule or a finding signs for it, with the reason.

Apart from `Form`: it is loaded when somebody signs.
"""

from hotfix_tui.ui.screens.form import Field, Form


def name_and_reason(
    title: str,
    *,
    name: str = "Granted by",
    why: str = "Why it is skipped",
    intro: str = "",
    given: tuple[str, str] = ("", ""),
) -> Form:
    """Return a form with the fields ``name`` and ``why``; `given` are their initial values."""
    fields = [Field("name", name, given[0], required=True), Field("why", why, given[1], required=True)]
    return Form(title, fields, intro=intro, save="sign", whole=True)


def name_only(title: str, label: str) -> Form:
    """Return a form with the field ``name``: a tick that nobody can check needs one."""
    return Form(title, [Field("name", label, required=True)], save="tick")
