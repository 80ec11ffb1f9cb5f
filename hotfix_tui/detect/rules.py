"""Detection rules as data: which files suggest which command, best first within an ecosystem."""

from hotfix_tui.detect.rule import Rule
from hotfix_tui.detect.rules_native import NATIVE
from hotfix_tui.detect.rules_python import PYTHON

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
    ("scala", ("build.sbt", "build.mill", "build.sc")),
    ("clojure", ("project.clj", "deps.edn")),
    ("haskell", ("stack.yaml", "cabal.project", "*.cabal")),
    ("zig", ("build.zig",)),
    ("ocaml", ("dune-project",)),
    ("erlang", ("rebar.config", "erlang.mk")),
    ("gleam", ("gleam.toml",)),
    ("crystal", ("shard.yml",)),
    ("nim", ("*.nimble",)),
    ("julia", ("Project.toml",)),
    ("perl", ("cpanfile", "Makefile.PL", "dist.ini", "Build.PL")),
    ("lua", (".busted",)),
    ("r", ("DESCRIPTION",)),
    ("cmake", ("CMakeLists.txt",)),
    ("meson", ("meson.build",)),
    ("autotools", ("configure.ac",)),
    ("deno", ("deno.json", "deno.jsonc")),
    ("node", ("package.json",)),
    ("hugo", ("hugo.toml", "hugo.yaml", "hugo.json", "archetypes/default.md")),
    ("bazel", ("MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel")),
)
"""How an ecosystem is recognised, in the order in which its commands are preferred."""

_NO_MVNW = ("file:pom.xml", "not file:mvnw")
_GRADLE = ("file:build.gradle*", "not file:gradlew")
_ANDROID = r"android[.-](?:application|library)|com\.android"
_CLASSES = (
    *(
        f"not text:{place}:{_ANDROID}"
        for place in ("build.gradle", "build.gradle.kts", "gradle/libs.versions.toml")
    ),
    *(f"not text:{place}:{_ANDROID}" for place in ("app/build.gradle", "app/build.gradle.kts")),
)
"""Android's plugins create no `testClasses` task."""

OTHERS: tuple[Rule, ...] = (
    *(
        Rule("rust", kind, f"{words}{locked}{all}{more}", (*when, *lock, *part))
        for locked, lock in ((" --locked", ("file:Cargo.lock",)), ("", ("not file:Cargo.lock",)))
        for all, part in (
            (" --workspace", ("key:Cargo.toml:workspace",)),
            ("", ("not key:Cargo.toml:workspace",)),
        )
        for kind, words, more, when in (
            ("test", "cargo nextest run", "", ("file:Cargo.toml", "file:.config/nextest.toml")),
            ("test", "cargo test", "", ("file:Cargo.toml",)),
            ("typecheck", "cargo check", " --all-targets", ("file:Cargo.toml",)),
            ("build", "cargo build --release", "", ("file:Cargo.toml",)),
        )
    ),
    Rule("go", "test", "go test ./...", ("file:go.mod",)),
    Rule("go", "typecheck", "go vet ./...", ("file:go.mod",)),
    Rule("go", "typecheck", "golangci-lint run", ("file:.golangci.*",)),
    Rule("go", "build", "go build ./...", ("file:go.mod",)),
    Rule("jvm", "test", "./mvnw -B test", ("file:mvnw",)),
    Rule("jvm", "test", "mvn -B test", _NO_MVNW),
    Rule("jvm", "test", "./gradlew test --console=plain", ("file:gradlew",)),
    Rule("jvm", "test", "gradle test --console=plain", _GRADLE),
    Rule("jvm", "typecheck", "./mvnw -B test-compile", ("file:mvnw",)),
    Rule("jvm", "typecheck", "mvn -B test-compile", _NO_MVNW),
    Rule("jvm", "typecheck", "./gradlew testClasses --console=plain", ("file:gradlew", *_CLASSES)),
    Rule("jvm", "typecheck", "gradle testClasses --console=plain", (*_GRADLE, *_CLASSES)),
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
    Rule("php", "typecheck", "vendor/bin/phpstan analyse", ("file:phpstan.dist.*",)),
    Rule("php", "typecheck", "vendor/bin/psalm", ("file:psalm.xml*",)),
    Rule("elixir", "setup", "mix deps.get", ("file:mix.exs",)),
    Rule("elixir", "test", "mix test", ("file:mix.exs",)),
    Rule("elixir", "typecheck", "mix compile --warnings-as-errors", ("file:mix.exs",)),
    Rule("elixir", "typecheck", "mix dialyzer", ("text:mix.exs::dialyxir",)),
    Rule("elixir", "build", "mix release", (r"text:mix.exs:^\s*(?:releases:|def releases\b)",)),
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
    Rule("dart", "setup", "melos bootstrap", ("file:melos.yaml",)),
    Rule("dart", "setup", "melos bootstrap", ("text:pubspec.yaml:^melos:",)),
    Rule("dart", "test", "melos run test", ("text:melos.yaml:^  test:",)),
    Rule("dart", "test", "melos run test", ("text:pubspec.yaml:^melos:", "text:pubspec.yaml:^    test:")),
    Rule(
        "dart",
        "test",
        "melos exec --dir-exists=test -- dart test",
        ("file:melos.yaml", "not text:melos.yaml:^  test:"),
    ),
    Rule("dart", "typecheck", "melos run analyze", ("text:melos.yaml:^  analyze:",)),
    Rule("dart", "setup", "flutter pub get", (r"text:pubspec.yaml:\s+sdk:\s*flutter",)),
    Rule("dart", "setup", "dart pub get", ("file:pubspec.yaml", r"not text:pubspec.yaml:\s+sdk:\s*flutter")),
    Rule("dart", "test", "flutter test", (r"text:pubspec.yaml:\s+sdk:\s*flutter", "file:test/")),
    Rule(
        "dart",
        "test",
        "dart test",
        ("file:pubspec.yaml", "file:test/", r"not text:pubspec.yaml:\s+sdk:\s*flutter"),
    ),
    Rule("dart", "typecheck", "flutter analyze", (r"text:pubspec.yaml:\s+sdk:\s*flutter",)),
    Rule(
        "dart", "typecheck", "dart analyze", ("file:pubspec.yaml", r"not text:pubspec.yaml:\s+sdk:\s*flutter")
    ),
    Rule("swift", "setup", "swift package resolve", ("file:Package.swift",)),
    Rule(
        "swift",
        "test",
        "swift test",
        ("file:Package.swift", "file:Tests/", r"text:Package.swift:\.testTarget\("),
    ),
    Rule("swift", "build", "swift build -c release", ("file:Package.swift",)),
)

RULES: tuple[Rule, ...] = PYTHON + OTHERS + NATIVE
