"""What a path reveals about a file: migration, workflow, infrastructure, generated, forbidden."""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

_KINDS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "migration",
        "is a migration: data changes cannot be rolled back with the code",
        re.compile(
            r"(?:^|/)(?:migrations?|db/migrate|alembic/versions|flyway|liquibase)/"
            r"|(?:^|/)changelogs?/.*\.(?:xml|sql|ya?ml|json)$"
            r"|(?:^|/)V\d+(?:[._]\d+)*__.*\.sql$|(?:^|/)schema\.(?:rb|sql|prisma)$|(?:^|/)structure\.sql$",
            re.IGNORECASE,
        ),
    ),
    (
        "ci",
        "changes how the change itself is checked",
        re.compile(
            r"^\.github/(?:workflows|actions)/|^\.gitlab-ci|^\.circleci/|^\.buildkite/|^\.travis\.yml$"
            r"|^azure-pipelines|^bitbucket-pipelines|(?:^|/)Jenkinsfile|^\.drone|^\.woodpecker|^\.pre-commit-config"
        ),
    ),
    (
        "infrastructure",
        "changes the infrastructure, not only the code",
        re.compile(
            r"\.tf(?:vars)?$|(?:^|/)(?:terraform|ansible|helm|charts?|k8s|kubernetes|kustomize|pulumi)/"
            r".*\.(?:ya?ml|json|tpl|hcl|j2|sh)$"
            r"|(?:^|/)(?:[\w.-]+\.)?(?:Docker|Container)file(?:\.[\w-]+)?$|(?:^|/)Procfile$"
            r"|(?:^|/)(?:docker-)?compose(?:[.-][^/]*)?\.ya?ml$|^(?:app|render)\.(?:ya?ml|json)$"
            r"|(?:^|/)(?:serverless|fly|vercel|netlify|railway|wrangler|firebase|cloudbuild)"
            r"\.(?:ya?ml|toml|json)$|(?:^|/)nginx[^/]*\.conf$|^\.(?:ebextensions|platform)/"
        ),
    ),
    (
        "generated",
        "is generated: change its source and generate it again",
        re.compile(
            r"\.min\.(?:js|css)$|(?:^|/)(?:dist|generated|__generated__)/|_pb2(?:_grpc)?\.pyi?$|\.pb\.(?:go|cc|h)$"
            r"|\.g\.dart$|\.designer\.cs$|\.js\.map$",
            re.IGNORECASE,
        ),
    ),
)


_PROSE = re.compile(r"\.(?:md|markdown|rst|txt|adoc)$", re.IGNORECASE)


def suspicious(path: str, *, in_test: bool = False) -> list[tuple[str, str]]:
    """Return kind and reason for what `path` is. Files used only by tests or readers never reach production."""
    kinds = [(kind, why) for kind, why, pattern in _KINDS if pattern.search(path)]
    return [row for row in kinds if row[0] == "ci"] if in_test or _PROSE.search(path) else kinds


def forbidden(path: str, globs: Sequence[str]) -> str:
    """Return the configured glob that forbids `path`, or an empty text.

    A glob without ``/`` is for the file name, one that ends with ``/`` for a folder.
    """
    name = path.rpartition("/")[2]
    for glob in globs:
        whole = glob + "*" if glob.endswith("/") else glob
        if fnmatchcase(path, whole) or ("/" not in glob and fnmatchcase(name, glob)):
            return glob
    return ""
