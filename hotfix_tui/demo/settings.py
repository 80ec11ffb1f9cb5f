"""The configuration file of the drill: what the wizard is told about the drill's service.

Apart from `build`, which puts the drill together: one file's text, as a team would have written it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

_TEMPLATE = """\
# The configuration of this drill. Everything here happens on this machine only.
service = "tokend"
support = "support@tokend.example"
signature = "The tokend team"

[components]
tokens = "tokend/tokens.py"
http = "tokend/server.py"

[git]
remote = "origin"
production = "main"
base = "live"
live = {current}
tag = "auto"
backports = {backports}

[commands]
test = [{python}, "-m", "unittest"]
typecheck = [{python}, "-m", "compileall", "-q", "tokend"]
build = [{python}, "build.py"]
regression = [{python}, "-m", "unittest", "{{files}}"]

[deploy]
staging = [{python}, {tool}, "deploy", "staging", "{{commit}}"]
production = [{python}, {tool}, "deploy", "production", "{{commit}}"]
follow = [{python}, {tool}, "log", "production", "--follow"]
current = {current}
rollback = [{python}, {tool}, "rollback", "production", "{{previous}}"]
staging-url = {staging_url}
production-url = {production_url}

[[smoke]]
name = "an expired token is refused"
url = {account}
headers = {{ Authorization = {expired} }}
expect-status = 401

[[smoke]]
name = "a valid token is accepted"
url = {account}
headers = {{ Authorization = {valid} }}
expect-status = 200

[[probe]]
name = "production lives"
url = {healthz}
interval = "2s"

[[probe]]
name = "production can read tokens"
url = {ready}
interval = "2s"

[[metric]]
name = "error rate"
command = [{python}, {tool}, "error-rate", "production"]
direction = "falls"

[monitor]
watch = "20s"
baseline = "20s"

[notify]
internal = {{ command = [{python}, {tool}, "post", "internal"] }}
status-page = {{ command = [{python}, {tool}, "post", "status-page"] }}
email = {{ command = [{python}, {tool}, "post", "email"] }}
"""


def render(
    *, tool: Path, staging_url: str, production_url: str, expired: str, valid: str, lines: Sequence[str]
) -> str:
    """Return the text of the file. ``tool`` is tokenctl, ``tokens`` are for the smoke tests, ``lines`` get
    backports.
    """
    python, command = _text(sys.executable), _text(str(tool))
    return _TEMPLATE.format(
        python=python,
        tool=command,
        backports=json.dumps(list(lines)),
        current=f'[{python}, {command}, "current", "production"]',
        staging_url=_text(staging_url),
        production_url=_text(production_url),
        account=_text(production_url + "/account"),
        healthz=_text(production_url + "/healthz"),
        ready=_text(production_url + "/ready"),
        expired=_text(f"Bearer {expired}"),
        valid=_text(f"Bearer {valid}"),
    )


def _text(value: str) -> str:
    """Return a TOML text: what JSON writes is valid TOML."""
    return json.dumps(value)
