"""The place of these tests: whatever one of them does to it, the next one finds it as it was built."""

import os
import shutil

from tests.ui import place


def build(folder):
    (folder / "kept" / "deep").mkdir(parents=True)
    for name in ("same-size", "gone", "mode", "turns", "kept/deep/below"):
        (folder / name).write_text(f"{name}\n")
    (folder / "link").symlink_to("kept")
    (folder / "closed").mkdir(mode=0o500)


def spoil(folder):
    (folder / "same-size").write_text("SAME-SIZE\n")
    (folder / "gone").unlink()
    (folder / "mode").chmod(0o755)
    (folder / "turns").unlink()
    (folder / "turns").mkdir()
    (folder / "turns" / "more").write_text("")
    shutil.rmtree(folder / "kept")
    (folder / "kept").symlink_to("new")
    (folder / "link").unlink()
    (folder / "link").write_text("")
    (folder / "new" / "deep").mkdir(parents=True)
    (folder / "new" / "deep" / "file").write_text("")
    (folder / "new").chmod(0)
    (folder / "closed").chmod(0o700)


def seen(folder):
    found = {}
    for top, folders, files in os.walk(folder):
        for path in (os.path.join(top, name) for name in [*folders, *files]):
            now = os.lstat(path)
            what = os.readlink(path) if os.path.islink(path) else ""
            if os.path.isfile(path) and not what:
                with open(path) as file:
                    what = file.read()
            times = () if os.path.isdir(path) and not os.path.islink(path) else (now.st_mtime_ns,)
            found[os.path.relpath(path, folder)] = (now.st_mode, what, *times)
    return found


def test_what_a_test_has_spoilt_is_set_right():
    """Also with another tree in between, and where the place was taken away as a whole."""
    before = seen(place.lay_out("spoilt", build))
    assert len(before) == 9
    for between in (
        lambda here: None,
        lambda here: place.lay_out("other", lambda folder: None),
        place.remove,
    ):
        here = place.slot()
        spoil(here)
        between(here)
        assert seen(place.lay_out("spoilt", build)) == before
        assert seen(place.lay_out("other", lambda folder: None)) == {}
        assert seen(place.lay_out("spoilt", build)) == before
