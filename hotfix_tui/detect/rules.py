"""Rules of detection as data: which files speak for which command, best first within an ecosystem.

A condition is a text: ``file:NAME`` (wildcards in the last part; a folder ends with ``/``), ``key:FILE:a.b`` (a key of
a TOML or JSON file), ``text:FILE:REGEX`` (a line of a file), each with ``not `` in front for its absence. ``{py}`` is
what the Python project is run with.
"""

from typing import NamedTuple


class Rule(NamedTuple):
    """If all conditions hold, ``argv`` is suggested; more rules of the same kind give alternatives."""

    ecosystem: str
    kind: str
    argv: str
    when: tuple[str, ...]


ECOSYSTEM_FILES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("elixir", ("mix.exs",)),
    ("ruby", ("Gemfile", "bin/rails", ".rspec", "gems.rb")),
    ("php", ("composer.json", "artisan")),
    (
        "python",
        ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "requirements*.txt", "manage.py", "tox.ini"),
    ),
    ("go", ("go.mod", "go.work")),
    ("rust", ("Cargo.toml",)),
    ("jvm", ("mvnw", "pom.xml", "gradlew", "build.gradle*", "settings.gradle*")),
    ("dotnet", ("*.sln", "*.slnx", "*.csproj", "*.fsproj")),
    ("swift", ("Package.swift",)),
    ("dart", ("pubspec.yaml",)),
    ("deno", ("deno.json", "deno.jsonc")),
    ("node", ("package.json",)),
)
"""What an ecosystem is known by, in the order in which its commands are preferred."""

_PYTEST = "{py} pytest"
_PYTEST_CONFIG = (
    "key:pyproject.toml:tool.pytest",
    "file:pytest.ini",
    "file:.pytest.ini",
    r"text:tox.ini:\[pytest\]",
    r"text:setup.cfg:\[tool:pytest\]",
    "file:conftest.py",
    "file:tests/conftest.py",
    "file:test/conftest.py",
)
_HATCH = (
    "key:pyproject.toml:tool.hatch.envs",
    "not file:uv.lock",
    "not file:poetry.lock",
    "not file:pdm.lock",
)

PYTHON: tuple[Rule, ...] = (
    Rule("python", "setup", "uv sync --frozen", ("file:uv.lock",)),
    Rule("python", "setup", "poetry install", ("file:poetry.lock",)),
    Rule("python", "setup", "pdm install --frozen-lockfile", ("file:pdm.lock",)),
    Rule("python", "setup", "pipenv sync --dev", ("file:Pipfile.lock",)),
    Rule(
        "python",
        "setup",
        ".venv/bin/python -m pip install -r requirements.txt",
        ("file:.venv/bin/python", "file:requirements.txt"),
    ),
    Rule(
        "python",
        "test",
        "hatch run test",
        (*_HATCH, "key:pyproject.toml:tool.hatch.envs.default.scripts.test"),
    ),
    Rule("python", "test", "pdm run test", ("file:pdm.lock", "key:pyproject.toml:tool.pdm.scripts.test")),
    Rule("python", "test", "{py} poe test", ("key:pyproject.toml:tool.poe.tasks.test",)),
    Rule(
        "python",
        "test",
        "hatch test",
        (*_HATCH, "not key:pyproject.toml:tool.hatch.envs.default.scripts.test"),
    ),
    *(Rule("python", "test", _PYTEST, (condition,)) for condition in _PYTEST_CONFIG),
    Rule("python", "test", "{py} python manage.py test", ("file:manage.py",)),
    Rule("python", "test", _PYTEST, ("file:tests/test_*.py", "not text:tests/test_*.py:import unittest")),
    Rule("python", "test", _PYTEST, ("file:tests/test_*.py", "text:pyproject.toml:pytest")),
    Rule("python", "test", _PYTEST, ("file:tests/test_*.py", "text:requirements*.txt:pytest")),
    Rule(
        "python",
        "test",
        "{py} python -m unittest discover -s tests -t .",
        ("file:tests/test_*.py", "file:tests/__init__.py", "text:tests/test_*.py:import unittest"),
    ),
    Rule(
        "python",
        "test",
        "{py} python -m unittest discover -s tests",
        ("file:tests/test_*.py", "not file:tests/__init__.py", "text:tests/test_*.py:import unittest"),
    ),
    Rule(
        "python",
        "test",
        _PYTEST,
        ("file:tests/", "not file:tests/test_*.py", "not file:manage.py", "not file:package.json"),
    ),
    Rule("python", "test", _PYTEST, ("file:test_*.py", "not text:test_*.py:import unittest")),
    Rule("python", "test", "{py} python -m unittest", ("file:test_*.py", "text:test_*.py:import unittest")),
    *(
        Rule("python", "test", "{py} tox run", (condition,))
        for condition in (
            r"text:tox.ini:\[(tox|testenv)",
            "key:pyproject.toml:tool.tox",
            r"text:setup.cfg:\[tox",
            "file:tox.toml",
        )
    ),
    Rule("python", "test", "{py} nox", ("file:noxfile.py",)),
    *(
        Rule("python", "typecheck", "{py} mypy", ("key:pyproject.toml:tool.mypy", condition))
        for condition in ("key:pyproject.toml:tool.mypy.files", "key:pyproject.toml:tool.mypy.packages")
    ),
    *(
        Rule(
            "python",
            "typecheck",
            "{py} mypy",
            (rf"text:{name}:\s*(files|packages)\s*=", r"text:" + name + r":\[mypy\]"),
        )
        for name in ("mypy.ini", ".mypy.ini", "setup.cfg")
    ),
    *(
        Rule("python", "typecheck", "{py} mypy .", (condition,))
        for condition in (
            "key:pyproject.toml:tool.mypy",
            "file:mypy.ini",
            "file:.mypy.ini",
            r"text:setup.cfg:\[mypy",
        )
    ),
    Rule("python", "typecheck", "{py} basedpyright", ("key:pyproject.toml:tool.basedpyright",)),
    Rule("python", "typecheck", "{py} pyright", ("file:pyrightconfig.json",)),
    Rule("python", "typecheck", "{py} pyright", ("key:pyproject.toml:tool.pyright",)),
    Rule("python", "typecheck", "{py} ruff check .", ("key:pyproject.toml:tool.ruff",)),
    Rule("python", "typecheck", "{py} ruff check .", ("file:ruff.toml",)),
    Rule("python", "typecheck", "{py} ruff check .", ("file:.ruff.toml",)),
    Rule("python", "build", "uv build", ("key:pyproject.toml:build-system", "file:uv.lock")),
    Rule("python", "build", "poetry build", ("key:pyproject.toml:build-system", "file:poetry.lock")),
    Rule("python", "build", "pdm build", ("key:pyproject.toml:build-system", "file:pdm.lock")),
    Rule("python", "build", "hatch build", ("key:pyproject.toml:build-system", *_HATCH)),
    Rule("python", "build", "{py} python -m build", ("key:pyproject.toml:build-system", "not file:uv.lock")),
)

_NO_MVNW = ("file:pom.xml", "not file:mvnw")
_GRADLE = ("file:build.gradle*", "not file:gradlew")
_NO_MAVEN = ("file:gradlew", "not file:mvnw", "not file:pom.xml")

OTHERS: tuple[Rule, ...] = (
    Rule("rust", "setup", "cargo fetch --locked", ("file:Cargo.toml", "file:Cargo.lock")),
    Rule("rust", "test", "cargo nextest run --locked", ("file:.config/nextest.toml", "file:Cargo.lock")),
    Rule("rust", "test", "cargo nextest run", ("file:.config/nextest.toml", "not file:Cargo.lock")),
    Rule("rust", "test", "cargo test --locked", ("file:Cargo.toml", "file:Cargo.lock")),
    Rule("rust", "test", "cargo test", ("file:Cargo.toml", "not file:Cargo.lock")),
    Rule("rust", "typecheck", "cargo check --locked --all-targets", ("file:Cargo.toml", "file:Cargo.lock")),
    Rule("rust", "typecheck", "cargo check --all-targets", ("file:Cargo.toml", "not file:Cargo.lock")),
    Rule("rust", "typecheck", "cargo clippy --locked --all-targets", ("file:Cargo.toml", "file:Cargo.lock")),
    Rule("rust", "build", "cargo build --release --locked", ("file:Cargo.toml", "file:Cargo.lock")),
    Rule("rust", "build", "cargo build --release", ("file:Cargo.toml", "not file:Cargo.lock")),
    Rule("go", "setup", "go mod download", ("file:go.mod",)),
    Rule("go", "test", "go test ./...", ("file:go.mod",)),
    Rule("go", "typecheck", "golangci-lint run", ("file:.golangci.*",)),
    Rule("go", "typecheck", "go vet ./...", ("file:go.mod",)),
    Rule("go", "build", "go build ./...", ("file:go.mod",)),
    Rule("jvm", "test", "./mvnw -B test", ("file:mvnw",)),
    Rule("jvm", "test", "mvn -B test", _NO_MVNW),
    Rule("jvm", "test", "./gradlew test --console=plain", ("file:gradlew",)),
    Rule("jvm", "test", "gradle test --console=plain", _GRADLE),
    Rule("jvm", "typecheck", "./mvnw -B compile", ("file:mvnw",)),
    Rule("jvm", "typecheck", "mvn -B compile", _NO_MVNW),
    Rule("jvm", "typecheck", "./gradlew check --console=plain", _NO_MAVEN),
    Rule("jvm", "typecheck", "gradle check --console=plain", _GRADLE),
    Rule("jvm", "build", "./mvnw -B package -DskipTests", ("file:mvnw",)),
    Rule("jvm", "build", "mvn -B package -DskipTests", _NO_MVNW),
    Rule("jvm", "build", "./gradlew assemble --console=plain", ("file:gradlew",)),
    Rule("jvm", "build", "gradle assemble --console=plain", _GRADLE),
    *(
        rule
        for name in ("*.sln", "*.slnx", "*.csproj", "*.fsproj")
        for rule in (
            Rule(
                "dotnet", "setup", "dotnet restore --locked-mode", (f"file:{name}", "file:packages.lock.json")
            ),
            Rule("dotnet", "setup", "dotnet restore", (f"file:{name}", "not file:packages.lock.json")),
            Rule("dotnet", "test", "dotnet test", (f"file:{name}",)),
            Rule("dotnet", "build", "dotnet build -c Release", (f"file:{name}",)),
        )
    ),
    Rule("ruby", "setup", "bundle install", ("file:Gemfile",)),
    Rule("ruby", "test", "bundle exec rspec", ("file:.rspec", "file:Gemfile")),
    Rule("ruby", "test", "bundle exec rspec", ("file:spec/", "file:Gemfile", "text:Gemfile:rspec")),
    Rule("ruby", "test", "rspec", ("file:.rspec", "not file:Gemfile")),
    Rule("ruby", "test", "bin/rails test", ("file:bin/rails", "file:test/")),
    Rule("ruby", "test", "bin/rails test", ("file:bin/rails", "not file:spec/", "not file:.rspec")),
    Rule("ruby", "typecheck", "bundle exec srb tc", ("file:sorbet/config", "file:Gemfile")),
    Rule("ruby", "typecheck", "bundle exec rubocop", ("file:.rubocop.yml", "file:Gemfile")),
    Rule("ruby", "build", "bin/rails assets:precompile", ("file:bin/rails",)),
    Rule("php", "setup", "composer install --no-interaction", ("file:composer.json",)),
    Rule("php", "test", "composer test", ("key:composer.json:scripts.test",)),
    Rule("php", "test", "php artisan test", ("file:artisan",)),
    Rule("php", "test", "vendor/bin/pest", ("key:composer.json:require-dev.pestphp/pest",)),
    Rule("php", "test", "vendor/bin/phpunit", ("file:phpunit.xml*",)),
    Rule("php", "typecheck", "vendor/bin/phpstan analyse", ("file:phpstan.*",)),
    Rule(
        "php",
        "typecheck",
        "vendor/bin/phpstan analyse",
        ("key:composer.json:require-dev.phpstan/phpstan", "file:src/"),
    ),
    Rule("php", "typecheck", "vendor/bin/psalm", ("file:psalm.xml*",)),
    Rule("elixir", "setup", "mix deps.get", ("file:mix.exs",)),
    Rule("elixir", "test", "mix test", ("file:mix.exs",)),
    Rule("elixir", "typecheck", "mix compile --warnings-as-errors", ("file:mix.exs",)),
    Rule("elixir", "typecheck", "mix dialyzer", ("text:mix.exs::dialyxir",)),
    Rule("elixir", "build", "mix release", ("text:mix.exs:releases",)),
    *(
        rule
        for name in ("deno.json", "deno.jsonc")
        for rule in (
            Rule("deno", "test", "deno task test", (f"key:{name}:tasks.test",)),
            Rule("deno", "test", "deno test", (f"file:{name}", f"not key:{name}:tasks.test")),
            Rule("deno", "typecheck", "deno task check", (f"key:{name}:tasks.check",)),
            Rule("deno", "typecheck", "deno check .", (f"file:{name}", f"not key:{name}:tasks.check")),
            Rule("deno", "build", "deno task build", (f"key:{name}:tasks.build",)),
        )
    ),
    Rule("dart", "setup", "flutter pub get", (r"text:pubspec.yaml:\s+sdk:\s*flutter",)),
    Rule("dart", "setup", "dart pub get", ("file:pubspec.yaml", r"not text:pubspec.yaml:\s+sdk:\s*flutter")),
    Rule("dart", "test", "flutter test", (r"text:pubspec.yaml:\s+sdk:\s*flutter",)),
    Rule("dart", "test", "dart test", ("file:pubspec.yaml", r"not text:pubspec.yaml:\s+sdk:\s*flutter")),
    Rule("dart", "typecheck", "flutter analyze", (r"text:pubspec.yaml:\s+sdk:\s*flutter",)),
    Rule(
        "dart", "typecheck", "dart analyze", ("file:pubspec.yaml", r"not text:pubspec.yaml:\s+sdk:\s*flutter")
    ),
    Rule("swift", "setup", "swift package resolve", ("file:Package.swift",)),
    Rule("swift", "test", "swift test", ("file:Package.swift", "file:Tests/")),
    Rule("swift", "build", "swift build -c release", ("file:Package.swift",)),
)

RULES: tuple[Rule, ...] = PYTHON + OTHERS
