# ruff: noqa: E501 (rows of a table)
"""Twenty small changes built after real hotfixes of public projects; nothing about them is suspicious.

Each names the repository and the commit that gave it its shape: which kinds of files change, and how. The code is
written for these tests.
"""

from typing import NamedTuple

Files = dict[str, str]


class Hotfix(NamedTuple):
    """`before` and `after` are the files that change."""

    repository: str
    commit: str
    what: str
    before: Files
    after: Files


def _fix(repository: str, commit: str, what: str, test: str, /, *changes: tuple[str, str, str]) -> Hotfix:
    """Return a hotfix of `changes` (path, old, new) and a case that is added to the file `test`."""
    case = {"py": "assert works()\n", "rb": "it('works') { works }\n", "go": "\tassertWorks(t)\n"}
    added = case.get(test.rpartition(".")[2], "it('works', works)\n")
    before = {path: old for path, old, _ in changes} | {test: added}
    after = {path: new for path, _, new in changes} | {test: added * 2}
    return Hotfix(repository, commit, what, before, after)


HOTFIXES: tuple[Hotfix, ...] = (
    _fix(
        "psf/requests",
        "1d7fd6c8b305351ba34280492fa3a9cf968cfbb8",
        "a finally clause that returned swallowed the error",
        "tests/test_settings.py",
        (
            "shop/settings.py",
            "def held(name, value):\n    try:\n        yield\n    finally:\n        if value is None:\n"
            "            return\n        restore(name)\n",
            "def held(name, value):\n    try:\n        yield\n    finally:\n        if value is not None:\n"
            "            restore(name)\n",
        ),
        ("AUTHORS.rst", "- Ann\n", "- Ann\n- Bob <bob@shop.example> (`@bob <https://forge.example/bob>`_)\n"),
    ),
    _fix(
        "psf/requests",
        "fc8fa1aa265bb14d59c68eb68a179bce17953967",
        "bytes were turned into text on their way out",
        "test_cart.py",
        (
            "shop/cart.py",
            "def body(data):\n    if isinstance(data, (str, bytes)):\n        return text(data)\n    return encode(data)\n",
            "def body(data):\n    if isinstance(data, (str, bytes)):\n        return data\n    return encode(data)\n",
        ),
    ),
    _fix(
        "pallets/flask",
        "b707bf443afe856b77e09b7a41592f10d46e02df",
        "a cookie was deleted without the flags it was set with",
        "tests/test_sessions.py",
        (
            "src/shop/sessions.py",
            "def forget(app, response):\n    response.delete(\n        name(app), path=path(app)\n    )\n\n"
            "    only = http_only(app)\n    keep(only)\n",
            "def forget(app, response):\n    only = http_only(app)\n    response.delete(\n        name(app),\n"
            "        path=path(app),\n        http_only=only,\n    )\n\n    keep(only)\n",
        ),
        ("CHANGES.rst", "Unreleased\n\n", "Unreleased\n\n-   Forgetting uses the flag. :issue:`44`\n\n"),
    ),
    _fix(
        "pallets/flask",
        "7ba35c4d4fe99418cee9c87900bd0d3b38cf5bd0",
        "a path object was no text any more",
        "tests/test_folders.py",
        (
            "src/shop/folders.py",
            'def set_folder(value):\n    if value is not None:\n        value = value.rstrip("/")\n',
            'def set_folder(value):\n    if value is not None:\n        value = os.fspath(value).rstrip("/")\n',
        ),
        ("CHANGES.rst", "Version 1.1.2\n", "Version 1.1.x\n-------------\n\nNot yet.\n\n\nVersion 1.1.2\n"),
    ),
    _fix(
        "expressjs/express",
        "3c1a96436237e4dc920786030b05b4903b9dcfff",
        "an empty path was taken for a list",
        "test/cart.use.js",
        (
            "lib/cart.js",
            "if (typeof arg !== 'function' && (arg == null || arg.length !== 0)) {\n  at = 1\n}\n",
            "// the first argument is the path\nif (typeof arg !== 'function') {\n  at = 1\n}\n",
        ),
        (
            "History.md",
            "4.9.1\n=====\n",
            "unreleased\n==========\n\n  * Take an empty path\n\n4.9.1\n=====\n",
        ),
    ),
    _fix(
        "expressjs/express",
        "7e0afa826816bea6fe048691fdb66bacdc517351",
        "the name of an error code was wrong",
        "test/reply.js",
        (
            "lib/reply.js",
            "if (err && err.code !== 'ECONNABORT' && err.syscall !== 'write') next(err)\n",
            "if (err && err.code !== 'ECONNABORTED' && err.syscall !== 'write') next(err)\n",
        ),
        ("History.md", "4.12.1\n", "unreleased\n\n  * Not logged any more\n\n4.12.1\n"),
    ),
    _fix(
        "expressjs/express",
        "7ec5dd2b3c5e7379f68086dae72859f5573c8b9b",
        "a step was lost when the stack got too deep: lines change their place",
        "test/Way.js",
        (
            "lib/way.js",
            "function next() {\n  var step = steps[at++]\n  if (!step) return done()\n\n  if (++depth > 100) {\n"
            "    return later(next)\n  }\n\n  step(next)\n}\n",
            "function next() {\n  if (++depth > 100) {\n    return later(next)\n  }\n\n  var step = steps[at++]\n"
            "  if (!step) return done()\n\n  step(next)\n}\n",
        ),
    ),
    _fix(
        "urllib3/urllib3",
        "5e36a7096455ea94fb28b623d64e1f1bad97f822",
        "the numbers of one library were given to another (a security fix)",
        "test/test_verify.py",
        (
            "shop/verify.py",
            "_modes = {\n    NONE: other.NONE,\n    PEER: other.PEER,\n}\n\n\ndef set_mode(ctx, value):\n"
            "    ctx.set_verify(value, check)\n",
            "_modes = {\n    NONE: other.NONE,\n    PEER: other.PEER,\n}\n_back = {v: k for k, v in _modes.items()}\n\n\n"
            "def set_mode(ctx, value):\n    ctx.set_verify(\n        _modes[value], check\n    )\n",
        ),
    ),
    _fix(
        "urllib3/urllib3",
        "9f1b31d7daab252962d3400f64c3574c0ccb122f",
        "a line moved out of a try, with a news fragment",
        "test/test_pool.py",
        (
            "src/shop/pool.py",
            "def ask(self, limit):\n    try:\n        # Take one\n        seconds = self._limit(limit)\n"
            "        conn = self._take()\n\n        conn.limit = seconds  # type: ignore[assignment]\n",
            "def ask(self, limit):\n    seconds = self._limit(limit)\n    try:\n        # Take one\n"
            "        conn = self._take()\n        conn.limit = seconds  # type: ignore[assignment]\n",
        ),
        ("changelog/5059.bugfix.rst", "", "Fixed ``ask`` raising a misleading error.\n"),
    ),
    _fix(
        "rack/rack",
        "b79bb5ac6e7478aa02f624bd9ef00b25c2502af5",
        "a regular expression took too long (a security fix)",
        "test/spec_parts.rb",
        (
            "lib/shop/parts.rb",
            "    PART = /Part:.*;\\s*name=(#{VALUE})/ni\n",
            "    PART = /Part:[^:]*;\\s*name=(#{VALUE})/ni\n",
        ),
    ),
    _fix(
        "rack/rack",
        "1f5763de6a9fe515ff84992b343d63c88104654c",
        "names were decoded like values",
        "test/spec_tokens.rb",
        (
            "lib/shop/tokens.rb",
            "      tokens = query(header, ';') { |s| decode(s) rescue s }\n      tokens.to_h\n",
            "      return {} unless header\n      header.split(/[;] */n).each_with_object({}) do |one, tokens|\n"
            "        key, value = one.split('=', 2)\n        tokens[key] = decode(value) unless tokens.key?(key)\n"
            "      end\n",
        ),
    ),
    _fix(
        "rack/rack",
        "d3225f7c201320ed272a2fa7b000c5850e4a5f88",
        "one line comes after another now, and nothing else",
        "test/spec_reply.rb",
        (
            "lib/shop/reply.rb",
            "      @errors = errors\n      @tokens = tokens_of(headers)\n\n      super(body, headers)\n\n      whole!\n",
            "      @errors = errors\n\n      super(body, headers)\n\n      @tokens = tokens_of(headers)\n      whole!\n",
        ),
        (
            "CHANGELOG.md",
            "## Unreleased\n\n",
            "## Unreleased\n\n- Take other headers. ([#16](https://forge.example/16))\n",
        ),
    ),
    _fix(
        "axios/axios",
        "c7329fefc890050edd51e40e469a154d0117fc55",
        "a redirect left the proxy; the code speaks of passwords (a security fix)",
        "test/unit/proxy.spec.js",
        (
            "lib/proxy.js",
            "function request(options, proxy) {\n  options.host = proxy.host;\n  options.port = proxy.port;\n}\n",
            "function through(options, proxy, place) {\n  options.host = proxy.host;\n  options.port = proxy.port;\n"
            "  if (proxy.auth) {\n    var pair = proxy.auth.username + ':' + proxy.auth.password;\n"
            "    options.headers['Proxy-Authorization'] = 'Basic ' + base64(pair);\n  }\n"
            "  options.again = function (next) { through(next, proxy, next.href); };\n}\n",
        ),
    ),
    _fix(
        "axios/axios",
        "96ee232bd3ee4de2e657333d4d2191cd389e14d0",
        "a condition went away; the comment names the report (a security fix)",
        "test/specs/token.spec.js",
        (
            "lib/adapters/token.js",
            "  const value = (config.always || same(path))\n    && config.name && read(config.name);\n",
            "  // regarding the report, config.always does not count for now\n"
            "  const value = same(path) && config.name && read(config.name);\n",
        ),
    ),
    _fix(
        "axios/axios",
        "379fdebc46ede21815b7067830916eb612839e5e",
        "a variable that nobody set was handed on",
        "test/unit/cancel.spec.js",
        (
            "lib/adapters/cancel.js",
            "  let stopped;\n  const data = config.data;\n  config.token.leave(stopped);\n",
            "  const data = config.data;\n  config.token.leave(abort);\n",
        ),
    ),
    _fix(
        "gin-gonic/gin",
        "eab47b5423b67608ffe099ce2f851f3d48ef4a96",
        "a type was taken for granted",
        "binding/cart_test.go",
        (
            "binding/cart.go",
            'import (\n\t"io"\n)\n\nfunc bind(b []byte, obj any) error {\n\treturn read(b, obj.(Cart))\n}\n',
            'import (\n\t"errors"\n\t"io"\n)\n\nfunc bind(b []byte, obj any) error {\n\tcart, ok := obj.(Cart)\n'
            '\tif !ok {\n\t\treturn errors.New("obj is no Cart")\n\t}\n\treturn read(b, cart)\n}\n',
        ),
    ),
    _fix(
        "gin-gonic/gin",
        "3dc1cd6572b4e3a0cd170a15debe546c2c72294f",
        "an absent upload was an error",
        "binding/form_test.go",
        (
            "binding/form.go",
            "\t\tcase time.Time:\n\t\t\treturn setTime(val, field)\n\t\t}\n",
            "\t\tcase time.Time:\n\t\t\treturn setTime(val, field)\n\t\tcase multipart.FileHeader:\n\t\t\treturn nil\n\t\t}\n",
        ),
    ),
    _fix(
        "pallets/werkzeug",
        "0fff5272c481d71b991dff296adb960f674a512a",
        "a method that looks like nothing but is needed, with the link to why",
        "tests/test_lists.py",
        (
            "src/shop/lists.py",
            "class Lists(dict):\n    def __getitem__(self, key):\n        return self.first(key)\n",
            "class Lists(dict):\n    def __iter__(self):\n        # Work around https://bugs.example/issue43246.\n"
            "        return dict.__iter__(self)\n\n    def __getitem__(self, key):\n        return self.first(key)\n",
        ),
    ),
    _fix(
        "sinatra/sinatra",
        "c9d3f718e66e5780535d24790c97bc20c3c42102",
        "nothing was written as the word nil",
        "shop-contrib/spec/json_spec.rb",
        (
            "shop-contrib/lib/shop/json.rb",
            "        when TrueClass, NilClass, String then o.inspect\n        when Array  then list(o)\n",
            "        when TrueClass, String then o.inspect\n        when NilClass then 'null'\n        when Array  then list(o)\n",
        ),
    ),
    _fix(
        "hyperium/hyper",
        "d6da3f7b40550b425f760d0d331807feff9114fd",
        "an empty part ended the message",
        "tests/server.rs",
        (
            "src/http/conn.rs",
            "if let Some(part) = part {\n    let mut cursor = Cursor::new(part);\n}\n",
            "if let Some(part) = part {\n    if part.as_ref().is_empty() {\n        return Ok(Sink::Ready);\n    }\n\n"
            "    let mut cursor = Cursor::new(part);\n}\n",
        ),
    ),
)
