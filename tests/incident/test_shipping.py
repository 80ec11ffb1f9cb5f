"""What a fix ships as: a package stays one where its pipeline tells others about it."""

import pytest

from hotfix_tui.incident.model.evidence.branch import TriggerSeen
from hotfix_tui.incident.model.shipping import PACKAGE, RUNS, goes_out
from tests.incident.support import ships


def seen(what, *, sure=True, kind="publishes", job="ship", on="tag", place="ci.yml:1"):
    """One trigger, as the preflight keeps it."""
    return TriggerSeen(kind=kind, on=on, what=what, place=place, job=job, sure=sure, ships=ships(what))


STARTS = "starts another workflow"


@pytest.mark.parametrize(
    ("other", "goes"),
    [
        (seen(STARTS, sure=False, kind="deploys", place="ci.yml:9"), PACKAGE),
        (seen(STARTS + " in NuGet.org", sure=False, kind="deploys", place="ci.yml:9"), PACKAGE),
        (seen(STARTS, sure=False, kind="deploys", job="deploy"), RUNS),
        (seen(STARTS, sure=False, kind="deploys", on="push"), RUNS),
        (seen(STARTS, sure=False, kind="deploys", place="cd.yml:1"), RUNS),
        (seen("deploys to Fly.io", kind="deploys", place="ci.yml:9"), RUNS),
        (seen("pushes container images", place="ci.yml:9"), RUNS),
    ],
)
def test_a_job_that_ships_a_package_and_tells_others_ships_a_package(other, goes):
    assert goes_out({}, {}, [seen("publishes to NuGet"), other], {}) == goes


@pytest.mark.parametrize(
    "registry", ["Hackage", "CPAN", "opam", "Clojars", "LuaRocks", "CRAN", "CocoaPods", "NuGet"]
)
def test_what_goes_to_a_registry_is_a_package(registry):
    assert goes_out({}, {}, [seen(f"publishes to {registry}", on="hand", job="")], {}) == PACKAGE
