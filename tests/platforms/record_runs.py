"""Records what the real programs say in the 28 cases of `four`, in phases and folders, for the daily tests.

``python -m tests.platforms.record_runs [PLATFORM[:END] …]`` plays the cases of the platforms whose programs are on
the path, and writes ``runs/PLATFORM.json``; with an end, only that case is played again.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.platforms import four

_PLACE = re.compile(r"(?:/[\w.+-]+)+/(node_modules|site-packages)/")
"""Where a program is on the machine of the recording, which is nobody's business."""

INTO = "TESTS_RECORD_RUNS"
"""The variable that names the folder to which the cases write what they saw."""

HOW = "`npm install vercel netlify-cli wrangler` (Node 22) and `pip install awsebcli awscli` bring them"
TESTS = (
    "tests/steps/deploy/test_four_platforms.py::test_the_programs_themselves_give_the_same",
    "tests/steps/deploy/test_staged.py::test_the_programs_themselves_prepare_and_activate",
    "tests/steps/deploy/test_staged.py::test_the_programs_themselves_stop_on_the_way",
    "tests/steps/deploy/test_rollback_goes_on.py::test_with_the_programs_themselves_it_goes_on",
    "tests/steps/deploy/test_folder.py::test_the_programs_themselves_pack_the_folder",
)


def keep(into: Path, platform: str, end: str, case: dict[str, Any]) -> None:
    """Keep one case for `main`."""
    (into / f"{platform}.{end}.json").write_text(json.dumps(case))


def gathered(into: Path, platform: str) -> dict[str, Any]:
    """Return the cases of a platform together, with those not played unchanged; repeated text is stored once."""
    said: list[dict[str, Any]] = []
    ends = _before(platform)
    versions = {name: _version(name) for name in four.PLACES[platform].programs}
    kept = (
        json.loads(file.read_text())["versions"] if (file := four.HERE / f"{platform}.json").exists() else {}
    )
    new_ones = {path.name.split(".")[-2] for path in into.glob(f"{platform}.*.json")}
    order = [end for end in four.ends(platform) if end in ends or end in new_ones]
    whole = len(new_ones) == len(order)
    for end in order:
        new = into / f"{platform}.{end}.json"
        if new.exists():
            ends[end] = json.loads(new.read_text())
            if not whole and versions != kept:
                ends[end]["versions"] = (
                    versions  # the others were recorded with the ones that stand at the top
                )
        for call in ends[end]["calls"]:
            words = {key: call.pop(key) for key in ("out", "err", "status")}
            if words not in said:
                said.append(words)
            call["said"] = said.index(words)
    return {
        "versions": versions if whole or not kept else kept,
        "said": said,
        "ends": {end: ends[end] for end in order},
    }


def _before(platform: str) -> dict[str, Any]:
    """Return the cases that were recorded before, each with its own words."""
    file = four.HERE / f"{platform}.json"
    if not file.exists():
        return {}
    kept = json.loads(file.read_text())
    for case in kept["ends"].values():
        for call in case["calls"]:
            call |= kept["said"][call.pop("said")]
    ends: dict[str, Any] = kept["ends"]
    return ends


def _version(program: str) -> str:
    done = subprocess.run([program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    version = re.search(r"\d+\.\d+(\.\d+)?", (done.stdout + done.stderr).decode("utf-8", "replace"))
    return version[0] if version else ""


def main(names: list[str]) -> int:
    """Play and write; return the exit status."""
    for name in names or list(four.PLACES):
        platform, _, end = name.partition(":")
        if not all(shutil.which(program) for program in four.PLACES[platform].programs):
            print(f"{platform}: not installed, so it stays as it was: {HOW}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            which = ["-m", "full", *TESTS, "-k", f"{platform}-{end}"]
            argv = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-s", *which]
            subprocess.run(argv, env=os.environ | {INTO: folder}, check=False)
            if len(list(Path(folder).glob(f"{platform}.*.json"))) != (1 if end else len(four.ends(platform))):
                print(f"{platform}: not every case came to its end")
                return 1
            four.HERE.mkdir(exist_ok=True)
            data = gathered(Path(folder), platform)
            text = _PLACE.sub(r"/\1/", json.dumps(data, indent=1, ensure_ascii=False))
            (four.HERE / f"{platform}.json").write_text(text + "\n")
            print(platform, data["versions"], f"{len(data['said'])} answers")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
