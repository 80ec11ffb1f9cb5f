"""What is said once an incident is over: which incident it went to, and that there is nothing left to do."""


def test_a_fact_that_goes_to_an_incident_that_is_over_says_which(desk):
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P1")
    assert not desk.do("set", "service", "shop").out.startswith("ENG-7")
    ended = desk.do("false-alarm", "--why", "It was the monitor.").out
    assert ended == "Ended as false-alarm: It was the monitor.\n"
    assert desk.do("set", "service", "cart").out == "ENG-7 (false-alarm): Service: cart\n"
    assert (
        "ENG-7 is false-alarm"
        in desk.no(5, "waive", "monitor.social", "--granted-by", "Bo", "--why", "x").err
    )
    assert "ENG-7 is false-alarm" in desk.no(5, "tick", "monitor.social").err


def test_a_step_that_is_known_already_is_not_asked_for_again(desk):
    desk.do("new", "ENG-7", "--title", "Totals are wrong", "--severity", "P1")
    desk.do("set", "cause.summary", "An index is off by one.")
    said = desk.no(5, "do", "fix.root-cause").err
    assert "is done: there is nothing to carry out" in said and "Enter it" not in said
