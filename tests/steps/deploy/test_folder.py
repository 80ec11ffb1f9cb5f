"""A platform whose program packs what it deploys by itself, where that lies in a folder of the repository.

The real `eb` looks for its folder from where it runs, and packs what HEAD has there: both are ours to give.
"""

import io
import os
import shutil
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from hotfix_tui.steps.deploy.production import ProductionStep
from tests.platforms import four, record_runs
from tests.platforms.services import Beanstalk
from tests.steps.deploy.test_four_platforms import patient

pytestmark = pytest.mark.usefixtures("quick")

NAME = "elastic-beanstalk"
CASE = f"{NAME}-{four.FOLDER}"


def deployed(shop, monkeypatch, programs):
    """Deploy the folder, and return what was seen."""
    four.arrive(shop, monkeypatch, programs)
    plan = ProductionStep().plan(shop.ctx)
    assert plan.commands, plan.by_hand
    last = plan.commands[-1]
    assert last.cwd.endswith(f"-deploy/{four.DEPLOYED}"), "eb looks for its folder from where it runs"
    label = last.argv[last.argv.index("--label") + 1]
    assert label == f"hotfix-ENG-7-{shop.commit}"
    found = shop.do(ProductionStep())
    assert found.state == "done" and f"says {shop.commit[:7]}" in found.why, found
    assert programs.live().replace("«commit»", shop.commit) == label
    assert not (shop.here.path / four.DEPLOYED / ".elasticbeanstalk" / "app_versions").exists()
    return found


def test_what_eb_said_deploys_the_folder_of_our_commit(shop, monkeypatch):
    deployed(shop, monkeypatch, four.Programs(shop.folder, NAME, four.FOLDER, real=False))


@pytest.mark.full
@pytest.mark.parametrize("case", [CASE])
def test_the_programs_themselves_pack_the_folder(shop, monkeypatch, case):
    missing = [one for one in four.PLACES[NAME].programs if shutil.which(one) is None]
    if missing:
        pytest.skip(f"{missing[0]} is not installed here: {record_runs.HOW}")
    patient(monkeypatch)
    programs = four.Programs(shop.folder, NAME, four.FOLDER, real=True)
    assert isinstance(programs.service, Beanstalk)
    try:
        deployed(shop, monkeypatch, programs)
        (sent,) = programs.service.bundles
    finally:
        programs.service.close()
    with zipfile.ZipFile(io.BytesIO(sent)) as bundle:
        assert bundle.namelist() == ["run.txt"], "the folder's own files, and nothing of the others"
        assert bundle.read("run.txt") == b"the shop\n"
        assert bundle.comment.decode() == shop.commit, "git says of which commit it was packed"
    if into := os.environ.get(record_runs.INTO):
        kept = four.record(shop, programs, programs.service.live)
        record_runs.keep(Path(into), NAME, four.FOLDER, kept)


_MAKES = "import os; os.mkdir('dist'); open('dist/app.txt', 'w').write(open('services/shop/run.txt').read())"


@pytest.mark.full
@pytest.mark.parametrize("kind", ["without-git", "artifact"])
def test_the_program_itself_packs_the_checkout_or_what_was_built_there(shop, monkeypatch, kind):
    """`eb init` in a folder does not see git, and a project may name the file that it wants uploaded."""
    if shutil.which("eb") is None:
        pytest.skip(f"eb is not installed here: {record_runs.HOW}")
    patient(monkeypatch)
    on = four.PLACES[NAME]
    ((file, text),) = on.link.items()
    text = text.replace("  sc: git\n", "")
    text += "deploy:\n  artifact: ../../dist/app.txt\n" if kind == "artifact" else ""
    monkeypatch.setitem(four.PLACES, NAME, replace(on, link={file: text}))
    programs = four.Programs(shop.folder, NAME, four.FOLDER, real=True)
    assert isinstance(programs.service, Beanstalk)
    try:
        four.arrive(shop, monkeypatch, programs)
        shop.config["commands"] = {"build": [sys.executable, "-c", _MAKES]}
        shop.here.write(f"{four.DEPLOYED}/secret.env", "not in the commit\n")
        found = shop.do(ProductionStep())
        assert found.state == "done", found
        (sent,) = programs.service.bundles
    finally:
        programs.service.close()
    if kind == "artifact":
        assert sent == b"the shop\n"
        return
    with zipfile.ZipFile(io.BytesIO(sent)) as bundle:
        assert [one for one in bundle.namelist() if not one.endswith("/")] == ["run.txt"]


@pytest.mark.parametrize("length", [5, 52, 53, 64])
def test_a_label_is_never_longer_than_the_platform_takes(shop, monkeypatch, length):
    """An id may have 64 characters; the commit's stays whole, since what is live is known by it."""
    four.arrive(shop, monkeypatch, four.Programs(shop.folder, NAME, four.FOLDER, real=False))
    shop.record.doc["id"] = "ENG-7" + "x" * (length - 5)
    argv = ProductionStep().plan(shop.ctx).commands[-1].argv
    label = argv[argv.index("--label") + 1]
    assert len(label) == min(8 + length + len(shop.commit), 100)
    assert label.startswith("hotfix-ENG-7") and label.endswith(f"-{shop.commit}")
