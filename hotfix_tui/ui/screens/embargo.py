"""What the menu of states offers about the embargo."""

from hotfix_tui.incident.embargo import switch as embargo
from hotfix_tui.incident.embargo.words import telling
from hotfix_tui.incident.model.record import Record
from hotfix_tui.ui.screens import dialogs


def embargo_options(record: Record) -> "list[dialogs.Option]":
    """Return how the embargo can be switched now, and the branch renamed whose name tells."""
    if record.state not in ("open", "resolved"):
        return []
    if not embargo.on(record):
        return [
            dialogs.Option(
                "embargo yes",
                "Put it under embargo",
                f"{embargo.PLACES}; no public message before the deploy",
            )
        ]
    live = embargo.is_live(record)
    why = (
        "production runs the fix: it may be told"
        if live
        else "public messages may go, though the fix is not live"
    )
    out = [dialogs.Option("embargo no", "Lift the embargo", f"{why}; texts say what it is")]
    branch = str(record.evidence("branch.create", "branch", ""))
    pushed = record.entry("verify.push").get("state") == "done"
    if telling(branch, record) and record.evidence("branch.create", "made_by_wizard", False) and not pushed:
        out.append(dialogs.Option("rename", "Give the branch a neutral name", branch))
    return out
