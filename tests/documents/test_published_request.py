"""The pull request of a package names nothing to watch that only something that runs has."""

import pytest

from hotfix_tui.documents.render import render
from tests.incident.support import NOW, make
from tests.incident.test_published import BARE, PACKAGES, SERVICES


def body(triggers):
    """Return the text of the pull request."""
    return render("pr", make("P1", config=BARE, triggers=triggers), NOW).text


@pytest.mark.parametrize("shape", PACKAGES)
def test_a_package_is_watched_by_what_its_users_say(shape):
    text = body(PACKAGES[shape])
    assert "- reports on the new version" in text and "API response times" not in text


@pytest.mark.parametrize("shape", SERVICES)
def test_what_may_run_somewhere_is_watched(shape):
    text = body(SERVICES[shape])
    assert "- API response times" in text and "- reports on the new version" not in text
