"""Going on against a rule or a finding, in the wizard: a form asks who granted it and why first."""

from hotfix_tui.ui.screens import dialogs
from tests.ui.incidents import put
from tests.ui.support import drive, press, settle, text
from tests.ui.test_default_action import ready_to_close


def test_closing_over_gaps_of_the_review_asks_for_a_signature(desks, reconciled):
    desk = desks("review")
    ready_to_close(desk)

    async def script(pilot):
        screen = pilot.app.screen
        screen.go_to("review.ticket")
        await press(pilot, "enter")
        shown = text(pilot.app)
        assert "gaps in the review" in shown and "It lacks " in shown
        await press(pilot, "escape")
        assert screen.record.state == "resolved", "esc goes back"
        await press(pilot, "enter")
        await press(pilot, *"Kim", "enter", *"later", "enter")
        await settle(pilot)
        (waiver,) = screen.record.waivers
        assert (waiver["step"], waiver["granted_by"], waiver["why"]) == ("review.document", "Kim", "later")
        assert screen.record.state == "closed"

    drive(desk.app(), script)


def test_a_form_that_holds_a_signature_already_is_signed_as_it_is(desks, reconciled):
    async def script(pilot):
        signed = []
        given = ("Marta", "it was a drill")
        pilot.app.push_screen(dialogs.name_and_reason("Close", given=given), signed.append)
        await settle(pilot)
        await press(pilot, "f5")
        assert signed == [{"name": "Marta", "why": "it was a drill"}]

    drive(desks("review").app(), script)


def test_merging_past_the_rules_asks_for_a_signature_and_keeps_it(desks, reconciled):
    desk = desks("release")
    commit = "a" * 40
    desk.change(lambda record: put(record, "verify.commit", "done", 5, commit=commit))

    async def script(pilot):
        screen = pilot.app.screen
        pilot.app.start_flow(screen.runner.go_on("release.merge", "bypass"))
        await settle(pilot)
        form = pilot.app.screen
        assert type(form).__name__ == "Form"
        assert "signed waiver" in text(pilot.app)
        await press(pilot, "enter")
        assert pilot.app.screen is form, "without a name it is no signature"
        await press(pilot, *"Kim", "enter", *"down", "enter")
        await settle(pilot)
        (waiver,) = screen.record.waivers
        assert (waiver["step"], waiver["granted_by"], waiver["why"]) == ("release.rules", "Kim", "down")

    drive(desk.app(), script)
