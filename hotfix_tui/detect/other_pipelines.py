"""What the pipelines of GitLab, CircleCI, Bitbucket, Azure, Travis and others do on a push or a tag.

Conditions are read for GitLab, CircleCI, Bitbucket, Woodpecker and Drone; the others are reported as possibly
deploying.

Apart from `triggers`, which decides what it means for production: the languages of these services are here, GitHub's
is in `github_workflows`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hotfix_tui.detect import azure_pipelines, unread_pipelines, woodpecker
from hotfix_tui.detect.events import Event
from hotfix_tui.detect.expressions import ANY, UNKNOWN, Value, condition, ref_matches
from hotfix_tui.detect.gitlab_files import GITLAB, resolved, whole
from hotfix_tui.detect.scripts_behind import files_run, script_behind
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_signs import command_signs, has_local_cluster
from hotfix_tui.detect.trigger_types import Kind, On, Sign, Target, Trigger, settled
from hotfix_tui.detect.trigger_words import acts, target_of
from hotfix_tui.detect.yaml_tree import Text, at, load, table, texts

CIRCLE = ".circleci/config.yml"
BITBUCKET = "bitbucket-pipelines.yml"
TRAVIS = ".travis.yml"
_GITLAB_WORDS = {
    "stages",
    "variables",
    "default",
    "workflow",
    "include",
    "image",
    "services",
    "cache",
    "spec",
}
_GITLAB_WORDS |= {"before_script", "after_script"}


@dataclass
class _Job:
    """A job of any pipeline: its scripts, what its names say, and whether it runs."""

    file: str
    name: str
    scripts: list[Text]
    environment: str = ""
    titles: tuple[str, ...] = ()
    runs: object = True
    manual: bool = False
    why: str = ""
    line: int = 0


def triggers(tree: Tree, event: Event) -> Iterator[Trigger]:
    """Yield what the event triggers in all pipelines other than GitHub's; only pushes and tags are supported."""
    if event.name != "push":
        return
    for job in [
        *_gitlab(tree, event),
        *_circle(tree, event),
        *_bitbucket(tree, event),
        *_woodpecker(tree, event),
    ]:
        if job.runs is not False:
            yield from _job_triggers(tree, event, job)
    yield from azure_pipelines.triggers(tree, event)
    yield from _travis(tree, event)
    yield from unread_pipelines.triggers(tree, event)


def started(tree: Tree, event: Event) -> Iterator[tuple[str, str, bool]]:
    """Yield the pipelines that a push or tag starts: name, file, and whether that is certain.

    Those whose conditions are not read are left out: nothing is known of them.
    """
    read = (
        ("GitLab CI", GITLAB, _gitlab),
        ("CircleCI", CIRCLE, _circle),
        ("Bitbucket", BITBUCKET, _bitbucket),
    )
    for name, file, jobs in read:
        runs = [job.runs for job in jobs(tree, event) if not job.manual and job.runs is not False]
        if runs:
            yield name, file, any(run is True for run in runs)
    steps = list(woodpecker.steps(tree, event))
    for file in dict.fromkeys(step.file for step in steps):
        service = "Drone" if "drone" in file else "Woodpecker"
        yield service, file, any(step.runs is True for step in steps if step.file == file)
    for file, certain in azure_pipelines.started(tree, event):
        yield "Azure Pipelines", file, certain
    data = load(tree.text(TRAVIS)[:100_000]) if tree.has(TRAVIS) else {}
    if data and _travis_starts(table(data.get("branches")), event.ref_name):
        yield "Travis CI", TRAVIS, True


def _travis_starts(branches: Mapping[str, object], name: str) -> bool:
    """Return whether Travis builds a ref; it checks the names of tags too."""
    if "only" in branches:
        return any(_circle_fits(str(text), name) for text in texts(branches["only"]))
    return not any(_circle_fits(str(text), name) for text in texts(branches.get("except")))


def _job_triggers(tree: Tree, event: Event, job: _Job) -> Iterator[Trigger]:
    named = target_of(job.environment, environment=True)
    target = named or next(
        (target_named for title in job.titles if (target_named := target_of(title))), Target.UNSAID
    )
    on = On.MANUAL if job.manual else event.on
    local = has_local_cluster(" ".join(job.scripts))
    signs = [
        inner
        for script in job.scripts
        for sign in command_signs(script, script.line, local=local)
        for inner in script_behind(tree, sign, local=local, own_machine=False)
    ]
    signs += [
        file_sign for script in job.scripts for file_sign in files_run(tree, script, script.line, local=local)
    ]
    signs = [settled(sign, named) for sign in signs]
    if not signs and named:
        what = f"runs in the environment {job.environment[:40]}"
        signs = [Sign(Kind.DEPLOYS, what, target is Target.PRODUCTION, target, line=job.line)]
    if not signs and (said := next((title for title in job.titles if acts(title)), "")):
        kind = Kind.DEPLOYS if "deploy" in said.lower() else Kind.PUBLISHES
        signs = [Sign(kind, f"is called {said[:60]!r}", False, target, line=job.line)]
    for sign in signs:
        yield Trigger(
            sign.kind, on, sign.what, job.file, sign.line, job.name, job.environment, sign.target or target,
            sign.sure and job.runs is True, job.why, sign.bot, sign.ships, sign.goes_to, sign.act,
        )  # fmt: skip


def _woodpecker(tree: Tree, event: Event) -> Iterator[_Job]:
    for step in woodpecker.steps(tree, event):
        line = step.scripts[0].line if step.scripts else 0
        why = "when its conditions let it run" if step.runs is UNKNOWN else ""
        titles = () if step.scripts else (step.name,)
        yield _Job(step.file, step.name, step.scripts, "", titles, step.runs, why=why, line=line)


# GitLab


def _gitlab(tree: Tree, event: Event) -> Iterator[_Job]:
    pipeline = whole(tree, lambda rules: _gitlab_rules(rules, event)[0] is not False)
    data = pipeline.data
    for name in pipeline.elsewhere:
        if re.search(r"Auto-DevOps", name) or acts(name.rpartition("/")[2].partition("@")[0]):
            why = f"by {name[:60]}, which is included"
            yield _Job(GITLAB, name[:60], [], titles=("deploy",), runs=UNKNOWN, why=why)
    outer: tuple[object, bool] = (True, False)
    if data.get("workflow"):
        rules = table(resolved(data, data["workflow"])).get("rules")
        outer = (
            _gitlab_rules(rules, event) if isinstance(rules, list) else (UNKNOWN if rules else True, False)
        )
    if outer[0] is False:
        return
    for name, raw in data.items():
        if name.startswith(".") or name in _GITLAB_WORDS or not isinstance(raw, dict):
            continue
        job = table(resolved(data, _extended(data, raw, 0)))
        for made in _gitlab_job(data, name, job, event):
            if outer[0] is UNKNOWN and made.runs is True:
                made = replace(made, runs=UNKNOWN, why="when the rules of its workflow let it run")
            yield _at_home(made, pipeline.places.get(name, GITLAB), "script" in raw)


def _at_home(job: _Job, file: str, own: bool) -> _Job:
    """Return the job with its file; without line numbers if they refer to a template's file."""
    if own:
        return replace(job, file=file)
    return replace(job, file=file, line=0, scripts=[Text(str(text), 0) for text in job.scripts])


def _gitlab_job(
    data: Mapping[str, object], name: str, job: Mapping[str, object], event: Event
) -> Iterator[_Job]:
    place = job.get("environment")
    environment = str(place.get("name") or "") if isinstance(place, dict) else str(place or "")
    if isinstance(place, dict) and str(place.get("action") or "start") != "start":
        return
    runs, manual = _gitlab_runs(job, event)
    manual = manual or str(job.get("when") or "") == "manual"
    scripts = [text for key in ("before_script", "script") for text in texts(job.get(key))]
    line = scripts[0].line if scripts else 0
    titles = (name, str(job.get("stage") or ""))
    if job.get("release"):
        scripts.append(Text("release-cli create", getattr(at(job, "release", "tag_name"), "line", line)))
    why = "when its rules let it run" if runs is UNKNOWN else ""
    yield _Job(GITLAB, name, scripts, environment, titles, runs, manual, why, line)


def _extended(data: dict[str, object], job: dict[str, object], depth: int) -> dict[str, object]:
    """Return a job merged with what it extends."""
    out: dict[str, object] = {}
    for name in texts(job.get("extends")):
        if depth < 5:
            out |= _extended(data, table(data.get(str(name))), depth + 1)
    return out | job


def _gitlab_value(event: Event, path: str) -> Value:
    known: dict[str, Value] = {
        "$CI_COMMIT_BRANCH": None if event.is_tag else event.ref_name,
        "$CI_COMMIT_TAG": event.ref_name if event.is_tag else None,
        "$CI_COMMIT_REF_NAME": event.ref_name,
        "$CI_COMMIT_REF_SLUG": event.ref_name,
        "$CI_DEFAULT_BRANCH": event.production,
        "$CI_PIPELINE_SOURCE": "push",
        "$CI_COMMIT_REF_PROTECTED": "true",
        "$CI_OPEN_MERGE_REQUESTS": None,
        "$CI_PROJECT_PATH": event.repository or ANY,
        "$CI_PROJECT_NAMESPACE": event.repository.rpartition("/")[0] or ANY,
    }
    if path.startswith(("$CI_MERGE_REQUEST", "$CI_EXTERNAL_PULL")):
        return None
    return known.get(path, UNKNOWN)


def _gitlab_rules(rules: object, event: Event) -> tuple[object, bool]:
    """Return whether rules let a job run, and whether a person has to start it: the first match decides."""
    doubt = False
    for rule in rules if isinstance(rules, list) else []:
        rule = table(rule)
        said = str(rule.get("if") or "")
        fits: object = condition(said, lambda path: _gitlab_value(event, path)) if said else True
        if fits is False:
            continue
        fits = UNKNOWN if fits is True and ("changes" in rule or "exists" in rule) else fits
        when = str(rule.get("when") or "on_success")
        if when == "never":
            if fits is True:
                return (UNKNOWN, False) if doubt else (False, False)
            doubt = True
            continue
        return (True if fits is True and not doubt else UNKNOWN), when == "manual"
    return (UNKNOWN, False) if doubt else (False, False)


def _gitlab_runs(job: Mapping[str, object], event: Event) -> tuple[object, bool]:
    if "rules" in job:
        known = isinstance(job["rules"], list)  # Otherwise a reference that cannot be resolved.
        return _gitlab_rules(job["rules"], event) if known else (UNKNOWN, False)
    only, out = job.get("only"), job.get("except")
    if only is None and out is None:
        return True, False
    runs: object = True
    if only is not None:
        refs = only.get("refs") if isinstance(only, dict) else only
        runs = _gitlab_refs(texts(refs), event) if refs is not None else True
        if isinstance(only, dict) and ({"variables", "changes"} & only.keys()) and runs is True:
            runs = UNKNOWN
    if out is not None:
        refs = out.get("refs") if isinstance(out, dict) else out
        if refs is not None and _gitlab_refs(texts(refs), event):
            runs = False
    return runs, False


def _gitlab_refs(refs: list[Text], event: Event) -> bool:
    for ref in refs:
        name = str(ref).split("@")[0]
        if name == "pushes" or name == ("tags" if event.is_tag else "branches"):
            return True
        if name.startswith("/"):
            hit = condition(f"$X =~ {name}", lambda _: event.ref_name)
            if hit is not False:
                return True
        elif (name == event.ref_name and not event.is_tag) or (
            name == "$CI_DEFAULT_BRANCH" and event.ref_name == event.production
        ):
            return True
    return False


# CircleCI


def _circle(tree: Tree, event: Event) -> Iterator[_Job]:
    data = load(tree.text(CIRCLE)[:300_000])
    jobs = table(data.get("jobs"))
    flows = {name: flow for name, flow in table(data.get("workflows")).items() if isinstance(flow, dict)}
    if not flows:
        flows = {"": {"jobs": list(jobs)}}
    for flow in flows.values():
        if "triggers" in flow:
            continue  # A schedule.
        listed: list[tuple[str, object]] = [
            (str(item), {}) if isinstance(item, str) else next(iter(table(item).items()), ("", {}))
            for item in flow.get("jobs") or []
        ]
        waits = _approved([(name, table(settings)) for name, settings in listed])
        for name, given in listed:
            settings = table(given)
            said = str(settings.get("name") or "")
            manual = (said or name) in waits
            runs = _circle_runs(table(settings.get("filters")), event)
            if runs and not jobs.get(name) and acts(name):
                yield _Job(CIRCLE, said or name, [], titles=(said, name), runs=UNKNOWN, manual=manual)
            elif runs:
                scripts = _circle_scripts(table(jobs.get(name)).get("steps"), table(data.get("commands")), 0)
                line = scripts[0].line if scripts else 0
                yield _Job(CIRCLE, name, scripts, "", (said, name), True, manual, "", line)


def _approved(listed: list[tuple[str, dict[str, object]]]) -> set[str]:
    """Return the jobs of a workflow of CircleCI that wait, by themselves or by what they require, for a person."""
    requires = {
        str(settings.get("name") or name): {str(other) for other in texts(settings.get("requires"))}
        for name, settings in listed
    }
    waits = {
        str(settings.get("name") or name) for name, settings in listed if settings.get("type") == "approval"
    }
    while more := {name for name, others in requires.items() if name not in waits and others & waits}:
        waits |= more
    return waits


def _circle_runs(filters: Mapping[str, object], event: Event) -> bool:
    """Return whether a job runs: without a filter on branches, and on tags only with one."""
    own = table(filters.get("tags" if event.is_tag else "branches"))
    if not own:
        return not event.is_tag
    if "only" in own:
        return any(_circle_fits(str(text), event.ref_name) for text in texts(own["only"]))
    return not any(_circle_fits(str(text), event.ref_name) for text in texts(own.get("ignore")))


def _circle_fits(pattern: str, name: str) -> bool:
    if pattern.startswith("/"):
        return condition(f"$X =~ /^(?:{pattern.strip('/')})$/", lambda _: name) is not False
    return pattern == name


def _circle_scripts(steps: object, own: Mapping[str, object], depth: int) -> list[Text]:
    out: list[Text] = []
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, str) or depth > 3:
            name = str(step)
            out += _circle_scripts(table(own.get(name)).get("steps"), own, depth + 1) if name in own else []
            out += [Text(f"./{name.rpartition('/')[2]}")] if "/" in name and acts(name) else []
            continue
        for key, value in table(step).items():
            command = value.get("command") if isinstance(value, dict) else value
            if key == "run" and isinstance(command, str):
                out.append(command if isinstance(command, Text) else Text(command))
            elif key in own:
                out += _circle_scripts(table(own[key]).get("steps"), own, depth + 1)
            elif key in ("when", "unless"):
                out += _circle_scripts(table(value).get("steps"), own, depth + 1)
            elif "/" in key and acts(key):
                out.append(Text(f"./{key.rpartition('/')[2]}"))
    return out


# Bitbucket


def _bitbucket(tree: Tree, event: Event) -> Iterator[_Job]:
    pipelines = table(load(tree.text(BITBUCKET)[:300_000]).get("pipelines"))
    named = table(pipelines.get("tags" if event.is_tag else "branches"))
    fitting = [
        steps for pattern, steps in named.items() if ref_matches(event.ref_name, [pattern.strip("{}")])
    ]
    if not fitting and not event.is_tag:
        fitting = [pipelines.get("default")]
    for steps in fitting:
        for step in _bitbucket_steps(steps):
            scripts = list(texts(step.get("script")))
            for item in step.get("script") or []:
                if isinstance(item, dict) and acts(str(item.get("pipe") or "")):
                    scripts.append(
                        Text(f"./{str(item['pipe']).split(':')[0]}", getattr(item["pipe"], "line", 0))
                    )
            name = str(step.get("name") or "")
            manual = str(step.get("trigger") or "") == "manual"
            place = step.get("deployment")
            line = getattr(place, "line", 0)
            yield _Job(BITBUCKET, name, scripts, str(place or ""), (name,), True, manual, "", line)


def _bitbucket_steps(items: object) -> Iterator[dict[str, Any]]:
    for item in items if isinstance(items, list) else []:
        item = table(item)
        if isinstance(item.get("step"), dict):
            yield item["step"]
        for key in ("parallel", "stage"):
            inner = item.get(key)
            yield from _bitbucket_steps(inner.get("steps") if isinstance(inner, dict) else inner)


# Travis


def _travis(tree: Tree, event: Event) -> Iterator[Trigger]:
    value = load(tree.text(TRAVIS)[:100_000]).get("deploy")
    for entry in value if isinstance(value, list) else [value] if isinstance(value, dict) else []:
        entry = table(entry)
        provider = str(entry.get("provider") or "")
        on = table(entry.get("on"))
        tags = str(on.get("tags") or "false") == "true"
        branches = [str(text) for text in texts(on.get("branch"))] or ["master", event.production]
        if not provider or tags != event.is_tag or (not tags and event.ref_name not in branches):
            continue
        published = provider in (
            "npm",
            "pypi",
            "rubygems",
            "releases",
            "cargo",
            "packagecloud",
            "snap",
            "hephy",
        )
        kind = Kind.PUBLISHES if published else Kind.DEPLOYS
        target = Target.DOCS if provider == "pages" else Target.UNSAID
        line = getattr(entry.get("provider"), "line", 0)
        yield Trigger(
            kind, event.on, f"Travis {kind.value} ({provider})", TRAVIS, line, "deploy", target=target
        )
