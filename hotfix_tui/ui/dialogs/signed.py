"""The dialogs that ask for a name: what goes against a rule or a finding is signed by somebody, with the reason."""

from hotfix_tui.ui.screens.form import Field, Form


def reason_and_name(
    title: str, *, intro: str = "", name: str = "Your name", by: str = "", save: str = "sign"
) -> Form:
    """Return a form for the fields ``why`` and ``name``; `by` is the name that is proposed.

    It returns both in every case, also where the proposed name was kept.
    """
    fields = [
        Field("why", "Why", required=True, kind="text"),
        Field("name", name, by, required=True),
    ]
    return Form(title, fields, intro=intro, save=save, whole=True)


def name_only(title: str, label: str, *, intro: str = "", by: str = "", save: str = "tick") -> Form:
    """Return a form for the one field ``name``: a tick that nobody can check needs one."""
    return Form(title, [Field("name", label, by, required=True)], intro=intro, save=save, whole=True)
