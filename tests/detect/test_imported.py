"""Which packages are imported, and by which names they are declared."""

import pytest

from hotfix_tui.detect.imported import go_imports, python_imports, python_names, script_imports

PYTHON = """\
import os, sys
import requests
from yaml import safe_load
from . import shop
from .prices import total
import a.b.c
from typing import TYPE_CHECKING
try:
    import ujson
except ImportError:
    ujson = None
if TYPE_CHECKING:
    import pandas
with suppress(ImportError):
    import uvloop
def f():
    '''Doctests may
import nothing
    '''
    import stripe
    from google.cloud import storage
    from shop_pb2 import Price
"""


def test_what_python_imports_without_its_library():
    found = python_imports(PYTHON, set(range(1, 99)))
    assert [(one.name, one.line) for one in found] == [("requests", 2), ("yaml", 3), ("a", 6), ("stripe", 20)]
    assert [one.name for one in python_imports(PYTHON, {3})] == ["yaml"]


@pytest.mark.parametrize(
    "source", ["import x\nprint 'old'\n", "import x\0", "x = " + "(" * 3000, "import x as\n"]
)
def test_what_python_cannot_read_imports_nothing_that_is_known(source):
    assert python_imports(source, {1, 2}) == []


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("yaml", "pyyaml"),
        ("PIL", "pillow"),
        ("dateutil", "python-dateutil"),
        ("sklearn", "scikit-learn"),
        ("flask_cors", "flask-cors"),
        ("serial", "pyserial"),
        ("jwt", "pyjwt"),
        ("slugify", "python-slugify"),
    ],
)
def test_a_package_may_be_declared_by_another_name(name, declared):
    assert declared in python_names(name)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("import axios from 'axios'", ["axios"]),
        ('import { a, b } from "lodash/fp"', ["lodash"]),
        ("import * as React from 'react';", ["react"]),
        ("} from '@acme/money/round'", ["@acme/money"]),
        ("import 'core-js/stable'", ["core-js"]),
        ("export { x } from 'left-pad'", ["left-pad"]),
        ("const a = require('got'), b = require(\"ky\")", ["got", "ky"]),
        ("  const x = await import('nanoid')", ["nanoid"]),
        ("import type { A } from 'a'", []),
        ("import x from './shop'", []),
        ("import x from '../../shop'", []),
        ("import x from '@/shop'", []),
        ("import x from '~/shop'", []),
        ("import x from '#shop'", []),
        ("import x from '$lib/shop'", []),
        ("import x from 'Components/shop'", []),
        ("import fs from 'node:fs'", []),
        ("import fs from 'fs/promises'", []),
        ("import x from 'https://esm.sh/x'", []),
        ("import x from 'virtual:pwa'", []),
        ("export const name = 'axios'", []),
        ("// import a from 'axios'", []),
        (" * import a from 'axios'", []),
        ("loader.import('axios')", []),
        ("import x from `axios`", []),
        ("require(`./${name}`)", []),
    ],
)
def test_what_a_script_imports(line, names):
    assert [one.name for one in script_imports(line, 1)] == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ('\t"github.com/pkg/errors"', ["github.com/pkg/errors"]),
        ('import yaml "gopkg.in/yaml.v3"', ["gopkg.in/yaml.v3"]),
        ('\t_ "modernc.org/sqlite" // driver', ["modernc.org/sqlite"]),
        ('\t"fmt"', []),
        ('\t"net/http"', []),
        ('\turl := "example.com/a"', []),
        ('\t"example.com/a",', []),
    ],
)
def test_what_go_imports(line, names):
    assert [one.name for one in go_imports(line, 1)] == names
