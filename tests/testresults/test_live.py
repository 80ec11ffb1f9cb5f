"""The tools themselves, where they are here or can be installed: what they print today is still understood."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from hotfix_tui.testresults.model import SuiteResult
from hotfix_tui.testresults.scan import parse

PACKAGES = ("jest", "mocha", "vitest", "typescript", "eslint@9")

FILES = {
    "package.json": '{"name": "shop", "version": "1.0.0"}',
    "shop.js": "exports.total = (prices) => prices.slice(0, -1).reduce((sum, price) => sum + price, 0);\n",
    "jest/shop.test.js": """\
const { total } = require("../shop");

test("nothing", () => expect(total([])).toBe(0));
test("the last price counts", () => {
  expect(total([1, 2, 3])).toBe(6);
});
""",
    "mocha/shop.js": """\
const assert = require("node:assert");
const { total } = require("../shop");

describe("totals", () => {
  it("nothing", () => assert.strictEqual(total([]), 0));
  it("the last price counts", () => {
    assert.strictEqual(total([1, 2, 3]), 6);
  });
});
""",
    "node/shop.test.js": """\
const { test } = require("node:test");
const assert = require("node:assert");
const { total } = require("../shop");

test("nothing", () => assert.strictEqual(total([]), 0));
test("the last price counts", () => {
  assert.strictEqual(total([1, 2, 3]), 6);
});
""",
    "vitest/shop.test.mjs": """\
import { expect, it } from "vitest";
import shop from "../shop.js";

it("nothing", () => expect(shop.total([])).toBe(0));
it("the last price counts", () => {
  expect(shop.total([1, 2, 3])).toBe(6);
});
""",
    "ts/shop.ts": "\nexport const total: number = 'three';\n",
    "ts/tsconfig.json": '{"compilerOptions": {"strict": true, "noEmit": true, "types": []}, "include": ["*.ts"]}',
    "eslint.config.js": 'module.exports = [{ rules: { "no-undef": "error" } }];\n',
    "lint/shop.js": "\nsum();\n",
}


def lay_out(folder: Path) -> None:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


def read(folder: Path, *argv: str, tests: bool = True) -> SuiteResult:
    done = subprocess.run(
        argv,
        cwd=folder,
        env={**os.environ, "CI": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return parse(done.stdout, argv, done.returncode, tests=tests, folder=str(folder))


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_the_test_runner_of_node(tmp_path):
    lay_out(tmp_path)
    found = read(tmp_path, "node", "--test", "node")
    if found.could_not_run:  # a node that takes files only
        found = read(tmp_path, "node", "--test", "node/shop.test.js")
    assert (found.summary, found.failures[0].name) == ("1 of 2 tests failed", "the last price counts")
    assert found.failures[0].place == "node/shop.test.js:7"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The tools from the package registry, in a folder of their own."""
    if shutil.which("npm") is None:
        pytest.skip("needs npm")
    folder = tmp_path_factory.mktemp("shop")
    lay_out(folder)
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", *PACKAGES], cwd=folder, capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("npm could not install the tools: no network?")
    return folder


@pytest.mark.full
@pytest.mark.parametrize(
    ("line", "summary", "place"),
    [
        ("npx jest jest/", "1 of 2 tests failed", "jest/shop.test.js:5"),
        ("npx mocha mocha", "1 of 2 tests failed", "mocha/shop.js:7"),
        ("npx vitest run --dir vitest", "1 of 2 tests failed", "vitest/shop.test.mjs:6"),
        ("npx tsc -p ts", "1 error", "ts/shop.ts:2"),
        ("npx eslint lint", "1 error", "lint/shop.js:2"),
    ],
)
def test_the_tools_of_javascript(installed, line, summary, place):
    found = read(installed, *line.split(), tests="tsc" not in line and "eslint" not in line)
    assert (found.summary, found.failures[0].place, found.could_not_run) == (summary, place, "")


@pytest.mark.full
@pytest.mark.skipif(shutil.which("cargo") is None, reason="needs cargo")
def test_cargo(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "Cargo.toml").write_text('[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n')
    (tmp_path / "src" / "lib.rs").write_text(
        "#[test]\nfn nothing() {}\n#[test]\nfn sum() {\n    assert_eq!(3, 6);\n}\n"
    )
    found = read(tmp_path, "cargo", "test", "--offline")
    assert (found.summary, found.failures[0].place) == ("1 of 2 tests failed", "src/lib.rs:5")
    (tmp_path / "src" / "lib.rs").write_text("\nfn sum() { missing(); }\n")
    assert "does not compile: src/lib.rs:2" in read(tmp_path, "cargo", "test", "--offline").could_not_run
