"""Which variables of a CI job a command also needs here: not those that point at what only the CI service runs.

Apart from `ci`, which reads commands: a variable is judged here by its name, whatever file it stands in.
"""

import re
from collections.abc import Iterable, Mapping

from hotfix_tui.detect.yaml_lines import Path

_SERVICE = re.compile(
    r"(?:^|_)(?:DB|DATABASES?|MYSQL\w*|MARIADB\w*|PG\w*|POSTGRES\w*|SQL\w*|MSSQL\w*|ORACLE\w*|REDIS\w*|VALKEY\w*|MONGO\w*"
    r"|ELASTIC\w*|OPENSEARCH\w*|SOLR\w*|MEILI\w*|TYPESENSE\w*|RABBIT\w*|AMQP\w*|KAFKA\w*|NATS\w*|MEMCACHED?\w*|S3|MINIO\w*"
    r"|AWS|AZURE|GCP|SMTP|MAIL\w*|CLICKHOUSE\w*|CASSANDRA\w*|ETCD\w*|VAULT\w*|BROKER|QUEUE|CACHE|SELENIUM\w*|CHROME\w*)(?:_|$)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:^|_)(?:HOST|HOSTNAME|PORT|USER|USERNAME|PASSWORD|PASS|URL|URI|DSN|ENDPOINT|ADDR)$")
_NOISE = re.compile(
    r"^(?:CI|FORCE_COLOR|NO_COLOR|PY_COLORS|CLICOLOR\w*|TERM|PYTHONDEVMODE|PYTHONWARNINGS|RUST_BACKTRACE|RUSTFLAGS"
    r"|RUSTDOCFLAGS|RUST_LOG|RUSTUP_\w+|CARGO_\w+|LDFLAGS|CFLAGS|CXXFLAGS|CPPFLAGS|CC|CXX|JAVA_HOME|MAVEN_\w+|GRADLE_\w+"
    r"|COVERAGE\w*|CODECOV\w*|COVERALLS\w*|GITHUB_\w+|GH_\w+|ACTIONS_\w+|RUNNER_\w+|SENTRY_\w+|HUSKY\w*|TURBO_\w+|NX_\w+"
    r"|\w*_VERSION|VERSION|\w*_TOKEN|DOTNET_\w+|HOMEBREW_\w+|PIP_\w+|UV_\w+|COMPOSER_\w+|MAKEFLAGS|DISPLAY)$"
)
_RECKLESS = re.compile(
    r"(?:^|_)(?:RUIN\w*|DESTROY\w*|DESTRUCTIVE|DANGER\w*|WIPE|ERASE|NUKE|CLOBBER\w*|SACRIFICIAL|DISPOSABLE|THROWAWAY"
    r"|UNSAFE\w*|HARM\w*|MY_(?:COMPUTER|MACHINE|HOME|SYSTEM)|I_(?:KNOW|UNDERSTAND|ACCEPT|AM_SURE)\w*|YOLO)(?:_|$)"
)
_OFF = ("", "0", "false", "no", "off", "none", "never")


def reckless(name: str) -> bool:
    """Return whether a variable, by its name, permits what only a machine that is thrown away should do."""
    return bool(_RECKLESS.search(name))


def without_reckless(given: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the variables without those that permit what harms a machine, and the names of these."""
    risky = [name for name, value in given.items() if reckless(name) and value.lower() not in _OFF]
    return {name: value for name, value in given.items() if name not in risky}, risky


class Jobs:
    """The jobs of one CI file by its scalars, scanned once however many commands they have."""

    def __init__(self, values: Mapping[Path, str]) -> None:
        self._values = values
        self._services: dict[Path, list[str]] = {}
        self._within: dict[Path, list[Path]] = {}
        for path in values:
            self._within.setdefault(path[:-1], []).append(path)
        self._below: dict[Path, list[Path]] = {}
        for path in values:
            for place, word in enumerate(path[:-1]):
                if word in ("services", "docker"):
                    self._below.setdefault(path[: place + 1], []).append(path)

    def variables(self, step: Path, job: Path) -> tuple[dict[str, str], list[str]]:
        """Return the plain variables of a job and its step, and the names of those left out (see `_plain`)."""
        if job not in self._services:
            self._services[job] = _service_names(self._values, self._below, job)
        starts = ((*job, "env"), (*job, "variables"), (*step, "env"))
        given = [(path[-1], self._values[path]) for start in starts for path in self._within.get(start, ())]
        return _plain(given, self._services[job])


def _plain(given: Iterable[tuple[str | int, str]], services: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return the plain variables of a job and its step, and the names of those left out.

    Left out are those that point at databases and other services (the job starts them, nothing here does), and those
    that permit what harms a machine. Values that
    the CI service would fill in, and those that only affect its output, are not even named.
    """
    kept: dict[str, str] = {}
    dropped: list[str] = []
    for name, value in given:
        if not isinstance(name, str) or "$" in value:
            continue
        if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", name) or _NOISE.match(name):
            continue
        if "CACHE" in name and not any(service and service in value for service in services):
            continue  # a folder kept by the CI service
        if of_service(name, value, services) or (reckless(name) and value.lower() not in _OFF):
            dropped.append(name)
        else:
            kept[name] = value
    return kept, list(dict.fromkeys(dropped))


def of_service(name: str, value: str, services: list[str]) -> bool:
    """Return whether a variable points at a service; one that selects SQLite does not."""
    if "sqlite" in value.lower():
        return False
    if _SERVICE.search(name) or any(service and service in value for service in services):
        return True
    return bool(services) and (_ADDRESS.search(name) is not None or "://" in value or "localhost" in value)


def _service_names(values: Mapping[Path, str], below: Mapping[Path, list[Path]], job: Path) -> list[str]:
    """Return the services that a job starts alongside, by name."""
    services_: list[str] = []
    for start in ((*job, "services"), ("services",) if not job or job[0] != "jobs" else (*job, "services")):
        for path in below.get(start, ()):
            part = path[len(start)]
            services_.append(
                part if isinstance(part, str) else values[path].partition(":")[0].rpartition("/")[2]
            )
    docker = below.get((*job, "docker"), [])
    services_ += [
        values[p].partition(":")[0].rpartition("/")[2]
        for p in docker
        if p[len(job) + 1] != 0 and p[-1] == "image"
    ]
    return list(dict.fromkeys(services_))
