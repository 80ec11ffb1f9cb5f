"""fix.guard: an import that no manifest declares is a warning; whatever may be declared by another name is not."""

import pytest

PACKAGE = '{"name": "shop", "dependencies": {"react": "^19", "@acme/money": "1"}}\n'
PROJECT = '[project]\nname = "shop"\ndependencies = ["httpx>=0.27", "PyYAML", "zope.event", "google-cloud-storage"]\n'
GO = "module example.com/shop\n\nrequire (\n\tgithub.com/pkg/errors v0.9.1\n\tgopkg.in/yaml.v3 v3.0.1\n)\n"
TSCONFIG = '{"compilerOptions": {"paths": {"app/*": ["src/*"], "components": ["src/c"]}}}\n'
BASE = {
    "pyproject.toml": PROJECT,
    "package.json": PACKAGE,
    "tsconfig.json": TSCONFIG,
    "go.mod": GO,
    "prices/round.py": "import numpy\n",
    "web/shop.ts": "import got from 'got'\n",
    "requirements-dev.txt": "pytest\npython-dateutil==2.9\n",
}
SAID = [
    ("shop.py", "import requests\n", "shop.py line 1 imports requests"),
    (
        "prices/vat.py",
        "import os\nfrom stripe.error import CardError\n",
        "prices/vat.py line 2 imports stripe",
    ),
    ("web/vat.ts", "import axios from 'axios'\n", "web/vat.ts line 1 imports axios"),
    ("web/vat.js", "const {\n  a,\n} = require('@acme/tax/x')\n", "web/vat.js line 3 imports @acme/tax"),
    (
        "vat.go",
        'package a\n\nimport "github.com/acme/tax/v2"\n',
        "vat.go line 3 imports github.com/acme/tax/v2",
    ),
]
SILENT = [
    ("shop.py", "import httpx\nimport yaml\nimport prices\nfrom . import x\nimport json\n"),
    (
        "shop.py",
        "import numpy\nimport dateutil.parser\nimport zope.event\nfrom google.cloud import storage\n",
    ),
    ("shop.py", "try:\n    import orjson\nexcept ImportError:\n    orjson = None\n"),
    ("shop.py", "'''\nimport requests\n'''\n"),
    ("web/vat.tsx", "import React from 'react'\nimport got from 'got'\nimport { a } from 'app/b'\n"),
    (
        "web/vat.tsx",
        "import x from 'components'\nimport y from '@/y'\nimport z from './z'\nimport fs from 'fs'\n",
    ),
    ("web/vat.tsx", "import { a } from '@acme/money/round'\nimport p from 'prices/x'\n"),
    ("web/vat.js", "try { require('fsevents') } catch {}\n"),
    ("vat.go", 'package a\n\nimport (\n\t"fmt"\n\t"github.com/pkg/errors"\n\t"gopkg.in/yaml.v3"\n)\n'),
    ("vat.go", 'package a\n\nimport "example.com/shop/prices"\n'),
    ("vat.rb", "require 'nokogiri'\n"),
]


@pytest.fixture
def shopping(incident):
    """An incident whose production declares packages of three languages."""
    incident.world.commit("Manifests", **BASE)
    incident.world("push", "-q", "origin", "HEAD")
    incident.world("tag", "v1.1.0")
    incident.until("branch.create", "worktree")
    return incident


def look(incident) -> dict:
    incident.git("add", "-A")
    incident.probe("fix.change")
    return incident.probe("fix.guard")


def test_an_import_that_nothing_declares_is_a_warning(shopping):
    for path, text, _ in SAID:
        shopping.write(path, text)
    found = look(shopping)
    wanted = [f"{said}, and no manifest declares a package of that name" for *_, said in SAID]
    assert sorted(found.evidence["undeclared"]) == sorted(wanted)
    assert not any(finding["kind"].startswith("undeclared") for finding in found.evidence["findings"])


def test_what_may_be_declared_is_no_warning(shopping):
    for number, (path, text) in enumerate(SILENT):
        folder, _, name = path.rpartition("/")
        shopping.write(f"{folder}{number}/{name}" if folder else f"n{number}/{name}", text)
    assert look(shopping).evidence["undeclared"] == []


def test_a_warning_blocks_nothing_and_is_said(shopping):
    shopping.write("shop.py", "import requests\n\n\ndef total(prices):\n    return sum(prices)\n")
    shopping.write("test_shop.py", "import unittest\n")
    found = look(shopping)
    assert (found.state, "shop.py line 1 imports requests" in found.why) == ("done", True)


def test_without_a_manifest_nothing_is_said(incident):
    incident.until("branch.create", "worktree")
    incident.write("shop.py", "import requests\n")
    incident.write("shop.js", "import axios from 'axios'\n")
    assert look(incident).evidence["undeclared"] == []
