"""Small repositories made of files only."""

import json
from pathlib import Path


def write(root: Path, files: dict[str, str]) -> str:
    """Write the files below ``root``; a name that ends with ``/`` is an empty folder."""
    for name, content in files.items():
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return str(root)


def package(scripts: dict[str, str] | None = None, **more: object) -> str:
    """Return the text of a package.json."""
    return json.dumps({"name": "shop", "scripts": scripts or {}, **more})


def workflow(steps: str, job: str = "test") -> str:
    """Return a GitHub workflow of one job."""
    indented = "\n".join("      " + line for line in steps.strip("\n").splitlines())
    return f"name: CI\non:\n  pull_request:\njobs:\n  {job}:\n    runs-on: ubuntu-latest\n    steps:\n{indented}\n"
