"""GitHub's workflow files (and those of Gitea and Forgejo): which jobs and steps an event runs, and what they do.

Apart from `triggers`, which decides what it means for production: the language of these files is here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hotfix_tui.base.ref_names import head_ref
from hotfix_tui.detect.events import Event, owners_named
from hotfix_tui.detect.expressions import (
    UNKNOWN,
    Own,
    Value,
    both,
    condition,
    evaluate,
    filled,
    ref_matches,
)
from hotfix_tui.detect.script_branches import taken
from hotfix_tui.detect.scripts_behind import files_run, script_behind
from hotfix_tui.detect.tree import Tree
from hotfix_tui.detect.trigger_signs import (
    action_sign,
    called_publishes,
    command_signs,
    harmless,
    has_local_cluster,
    key_at_hand,
)
from hotfix_tui.detect.trigger_types import Kind, On, Ships, Sign, Target, Trigger, settled
from hotfix_tui.detect.trigger_words import acts, does_otherwise, of_results, target_of
from hotfix_tui.detect.workflow_pushes import branches_pushed, pushes_elsewhere, tags_made
from hotfix_tui.detect.yaml_tree import at, load, table, texts

FOLDERS = (".github/workflows", ".gitea/workflows", ".forgejo/workflows")
_MOST_FILES = 100
_DEEPEST = 4
"""How many nested calls of reusable workflows and local actions are followed."""
_BUILDERS = "docker/github-builder/.github/workflows/"
"""Workflows of others that build images, and push them if their caller says so."""

_CHOOSES = re.compile(r"haya14busa/action-cond@", re.I)
"""An action that gives one of two texts, by a condition."""

_CHECKS = ("check_run", "check_suite", "status")
"""Events that follow a push, once something has checked its commit."""

_Known = bool | Any


@dataclass(frozen=True)
class Workflow:
    """A workflow file."""

    file: str
    data: dict[str, object]

    @property
    def name(self) -> str:
        return str(self.data.get("name") or "")

    @property
    def starts(self) -> dict[str, object]:
        """The events of ``on:`` with their filters."""
        on = self.data.get("on", self.data.get("true"))
        return on if isinstance(on, dict) else dict.fromkeys(texts(on))

    def passes(self, event: Event, changed: list[str]) -> _Known:
        """Return whether a push that starts it changes relevant paths; UNKNOWN if the `changed` paths are unknown."""
        wanted, ignored = _path_filter(self)
        if event.is_tag or not (wanted or ignored):
            return True
        if not changed:
            return UNKNOWN
        if wanted:
            return any(ref_matches(path, wanted) for path in changed)
        return not all(ref_matches(path, ignored) for path in changed)


def _path_filter(workflow: Workflow) -> tuple[list[str], list[str]]:
    settings = table(workflow.starts.get("push"))
    wanted, ignored = ([str(text) for text in texts(settings.get(key))] for key in ("paths", "paths-ignore"))
    return wanted, ignored


def workflows(tree: Tree) -> list[Workflow]:
    """Return the repository's workflow files."""
    read = []
    for folder in FOLDERS:
        for name in tree.names(folder)[:_MOST_FILES]:
            if name.endswith((".yml", ".yaml")):
                file = f"{folder}/{name}"
                read.append(Workflow(file, load(tree.text(file)[:300_000])))
    return read


def triggers(tree: Tree, every: list[Workflow], event: Event) -> Iterator[Trigger]:
    """Yield what the event triggers in `every` workflow of the tree, including workflows started by others."""
    queue = [(flow, event) for flow in every if starts_on(flow, event)]
    if event.name == "push" and not event.is_tag:
        checked = [replace(event, name=name) for name in _CHECKS]
        queue += [(flow, after) for flow in every for after in checked if starts_on(flow, after)]
    done: set[tuple[str, str, str]] = set()
    while queue:
        workflow, here = queue.pop(0)
        if (workflow.file, here.name, here.ref) in done:
            continue
        done.add((workflow.file, here.name, here.ref))
        pushed = here.ref_name if here.by_workflow else ""
        once = f"once {pushed} is pushed" if pushed else ""
        once = "once a check of the commit ends" if here.name in _CHECKS else once
        for trigger in _Reader(tree, workflow, here).read():
            yield replace(trigger, sure=False, condition=once) if once else trigger
        ended = _ended(here)
        queue += [(other, ended) for other in every if _follows(other, workflow, ended)]
        for branch in branches_pushed(workflow.data, event.production) if not here.by_workflow else ():
            after = replace(here, name="push", ref=head_ref(branch), by_workflow=True)
            queue += [(other, after) for other in every if starts_on(other, after)]


def starts_on(workflow: Workflow, event: Event) -> bool:
    """Return whether the event starts the workflow."""
    starts = workflow.starts
    if event.name not in starts:
        return False
    settings = table(starts[event.name])
    if event.name == "release":
        kinds = texts(settings.get("types"))
        return not kinds or bool({"published", "released", "created"} & set(kinds))
    if event.name in _CHECKS:
        kinds = texts(settings.get("types"))
        return not kinds or "completed" in kinds
    if event.name != "push":
        return True
    return _push_passes(settings, event)


def _push_passes(settings: Mapping[str, object], event: Event) -> bool:
    own, other = ("tags", "branches") if event.is_tag else ("branches", "tags")
    if own in settings:
        return ref_matches(event.ref_name, [str(text) for text in texts(settings[own])])
    if f"{own}-ignore" in settings:
        return not ref_matches(event.ref_name, [str(text) for text in texts(settings[f"{own}-ignore"])])
    return other not in settings and f"{other}-ignore" not in settings


def _ended(event: Event) -> Event:
    """Return the event that the end of a workflow causes."""
    head = event.head or event.ref_name
    return replace(event, name="workflow_run", ref=head_ref(event.production), head=head)


def _follows(other: Workflow, workflow: Workflow, ended: Event) -> bool:
    settings = table(other.starts.get("workflow_run"))
    names = [str(text) for text in texts(settings.get("workflows"))]
    if "workflow_run" not in other.starts or not _named(workflow, names):
        return False
    if "branches" in settings:
        return ref_matches(ended.head, [str(text) for text in texts(settings["branches"])])
    if "branches-ignore" in settings:
        return not ref_matches(ended.head, [str(text) for text in texts(settings["branches-ignore"])])
    return True


def _named(workflow: Workflow, names: list[str]) -> bool:
    """Return whether one of the names is the workflow's, or a pattern that matches it: ``*`` means every workflow."""
    if {workflow.name, workflow.file} & set(names):
        return True
    return ref_matches(workflow.name.replace("/", " "), names)


@dataclass
class _Scope:
    """The context of a job: its workflow, the inputs it was called with, the conditions so far."""

    file: str
    workflow: str
    data: dict[str, object]
    inputs: dict[str, Value]
    certain: _Known = True
    why: str = ""
    depth: int = 0
    outer: str = ""
    """The job that called this workflow."""


class _Reader:
    """Reads one workflow under one event."""

    def __init__(self, tree: Tree, workflow: Workflow, event: Event) -> None:
        self.tree = tree
        self.event = event
        self.workflow = workflow

    def read(self) -> Iterator[Trigger]:
        why, sure = self._paths()
        scope = _Scope(self.workflow.file, self.workflow.name, self.workflow.data, {}, True, why)
        for trigger in self._jobs(scope):
            yield trigger if sure else replace(trigger, sure=False)

    def _paths(self) -> tuple[str, bool]:
        """Return the path filter: which changes count, and whether it applies; it only decides for branch pushes."""
        settings = table(self.workflow.starts.get("push"))
        paths = [str(text) for text in texts(settings.get("paths"))]
        if self.event.name != "push" or self.event.is_tag or not paths:
            return "", True
        return f"when {', '.join(paths[:3])}{' …' if len(paths) > 3 else ''} changes", False

    def _jobs(self, scope: _Scope) -> Iterator[Trigger]:
        jobs = table(scope.data.get("jobs"))
        runs: dict[str, _Known] = {}
        for name in list(jobs)[:200]:
            self._runs(scope, jobs, name, runs)
        for name, certain in runs.items():
            if certain is not False:
                yield from self._job(scope, name, table(jobs[name]), both(scope.certain, certain))

    def _runs(self, scope: _Scope, jobs: dict[str, object], name: str, runs: dict[str, _Known]) -> _Known:
        """Return whether a job runs: by its own condition, and the jobs that it needs."""
        if name in runs:
            return runs[name]
        runs[name] = True  # The forge would reject a cycle.
        job = table(jobs.get(name))
        said = str(job.get("if") or "")
        holds: _Known = True
        if said:
            holds = condition(said, lambda path: self._value(scope, job, None, path))
        if not re.search(r"always\(\)|cancelled\(\)|failure\(\)", said):
            for needed in texts(job.get("needs")):
                if str(needed) in jobs and self._runs(scope, jobs, str(needed), runs) is False:
                    holds = False
        runs[name] = holds
        return holds

    def _value(self, scope: _Scope, job: dict[str, object], steps: list[object] | None, path: str) -> Value:
        """Return what a context name stands for."""
        lowered = path.lower()
        if (
            lowered.startswith(("inputs.", "github.event.inputs."))
            and self.event.on is On.MANUAL
            and not scope.depth
        ):
            return UNKNOWN
        if lowered.startswith("inputs."):
            return scope.inputs.get(lowered.removeprefix("inputs."), UNKNOWN if scope.depth else None)
        if lowered.startswith("env."):
            name = path[4:]
            exported = self._exported(scope, job, steps, name)
            if exported is not None:
                return exported
            for where in (job, scope.data):
                value = table(where.get("env")).get(name)
                if value is not None:
                    whole = re.fullmatch(r"\$\{\{(.*)\}\}", str(value).strip(), flags=re.DOTALL)
                    if whole is None:
                        return str(value) if "${{" not in str(value) else UNKNOWN
                    return evaluate(whole[1], lambda inner: self._value(scope, {}, None, inner))
            return self._about_tags(str(job))
        if lowered.startswith("steps.") and ".outputs." in lowered:
            name = path.split(".")[1]
            for step in table({"s": steps}).get("s") or []:
                if str(table(step).get("id") or "").lower() == name.lower():
                    if _CHOOSES.match(str(table(step).get("uses") or "")):
                        return self._chosen(scope, job, steps, table(table(step).get("with")))
                    return self._about_tags(str(table(step).get("run") or ""))
            return UNKNOWN
        if lowered.startswith("needs.") and lowered.endswith(".result"):
            return "success"
        if lowered.startswith("matrix."):
            return self._only_value(scope, job, path.partition(".")[2])
        value = self.event.value(path)
        if isinstance(value, Own) and value and "/" not in value:
            value = Own(value)
            value.others = owners_named(self.tree, self.event.repository.rpartition("/")[2])
        return value

    def _exported(
        self, scope: _Scope, job: dict[str, object], steps: list[object] | None, name: str
    ) -> Value:
        """Return what a step writes into the variables of the later ones, by its condition; None if none does."""
        written = re.compile(
            rf"(?m)^\s*echo\s+['\"]?{re.escape(name)}=(.*?)['\"]?\s*>>\s*['\"]?\$\{{?GITHUB_ENV\}}?['\"]?\s*$"
        )
        value: Value = None
        for step in steps or ():
            run = str(table(step).get("run") or "")
            match = written.search(run) if "GITHUB_ENV" in run else None
            if match is None:
                continue
            said = str(table(step).get("if") or "")
            holds = condition(said, lambda path: self._value(scope, job, None, path)) if said else True
            if holds is False:
                value = "" if value is None else value
                continue
            plain = holds is True and not re.search(r"[$`]", match[1]) and "\n" not in run.strip()
            value = match[1] if plain else UNKNOWN
        return value

    def _chosen(
        self, scope: _Scope, job: dict[str, object], steps: list[object] | None, given: dict[str, object]
    ) -> Value:
        """Return the output of a step that chooses one of two texts by a condition."""

        def lookup(path: str) -> Value:
            return self._value(scope, job, steps, path)

        holds = condition(str(given.get("cond") or ""), lookup)
        if holds is UNKNOWN:
            return UNKNOWN
        said = filled(str(given.get("if_true" if holds else "if_false") or ""), lookup)
        return UNKNOWN if "${{" in said else said

    def _only_value(self, scope: _Scope, job: dict[str, object], name: str) -> Value:
        """Return a value of the matrix if it has no other one; unknown otherwise."""
        matrix = table(at(job, "strategy", "matrix"))
        values = matrix.get(name)
        listed = values if isinstance(values, list) else [values]
        if "include" in matrix or len(listed) != 1 or not isinstance(listed[0], str):
            return UNKNOWN
        said = filled(listed[0], lambda path: self._value(scope, {}, None, path))
        return UNKNOWN if "${{" in said else _plain(said)

    def _about_tags(self, script: str) -> Value:
        """Return the output of a script that checks for a tag: nothing for a branch, unknown for a tag."""
        if re.search(r"refs/tags|GITHUB_REF_TYPE|ref_type|describe --exact-match", script):
            return UNKNOWN if self.event.is_tag else ""
        return UNKNOWN

    def _job(self, scope: _Scope, name: str, job: dict[str, object], certain: _Known) -> Iterator[Trigger]:
        why = scope.why
        if certain is UNKNOWN and not why and job.get("if"):
            why = f"if {_short(str(job['if']))}"
        called = str(job.get("uses") or "")
        if called:
            yield from self._called(scope, name, job, called, certain, why)
            return
        environment = self._environment(scope, job)
        from_steps = list(self._steps(scope, name, job, certain, why, environment))
        yield from from_steps
        if not from_steps:
            yield from self._by_name(scope, name, job, environment, why)

    def _called(
        self, scope: _Scope, name: str, job: dict[str, object], called: str, certain: _Known, why: str
    ) -> Iterator[Trigger]:
        """Yield what a job that calls a reusable workflow does: a local one is read, others go by their name."""
        path = called.removeprefix("./").removeprefix("$/").split("@")[0]
        if called.startswith(("./", "$/")) and self.tree.has(path):
            if scope.depth >= _DEEPEST:
                return
            data = load(self.tree.text(path)[:300_000])
            inputs = self._inputs(scope, job, data)
            outer = " ".join(part for part in (scope.outer, name) if part)
            title = str(data.get("name") or "")
            yield from self._jobs(_Scope(path, title, data, inputs, certain, why, scope.depth + 1, outer))
            return
        line = getattr(job.get("uses"), "line", 0)
        pushed = self._hands_push(scope, job)
        if pushed is not False and path.startswith(_BUILDERS):
            what = "pushes container images"
            sign = Sign(Kind.PUBLISHES, what, pushed is True, line=line, ships=Ships.SERVICE)
            yield self._trigger(scope, name, sign, certain, why, "")
            return
        said = str(job.get("name") or "")
        if called_publishes(name, path, job) or pushed is not False or self._goes_somewhere(scope, name, job):
            target = target_of(f"{name} {said}") or target_of(scope.outer) or target_of(path)
            target = target or target_of(scope.file)
            target = target or self._handed(scope, job)
            kind = Kind.DEPLOYS if "deploy" in f"{name} {path}".lower() else Kind.PUBLISHES
            sign = Sign(kind, f"calls {_short(called, 60)}", False, target, line=line)
            yield self._trigger(scope, name, sign, certain, why, "")

    def _hands_push(self, scope: _Scope, job: dict[str, object]) -> bool | None:
        """Return whether an input such as ``push`` or ``push_release`` that a job hands over is switched on; None if
        that is unknown.
        """

        def lookup(path: str) -> Value:
            return self._value(scope, job, None, path)

        on: bool | None = False
        for key, given in table(job.get("with")).items():
            if on is True or not re.fullmatch(r"push(?:[-_]\w+)?", key, re.I):
                continue
            known = condition(str(given), lookup)
            on = None if known is UNKNOWN else bool(known) and filled(str(given), lookup) != "false"
        return on

    def _goes_somewhere(self, scope: _Scope, name: str, job: dict[str, object]) -> bool:
        """Return whether a job that calls a workflow of others names an environment, or images that it pushes."""
        said = f"{name} {job.get('name') or ''}"
        file = str(job.get("uses") or "").split("@")[0].rpartition("/")[2]
        if re.search(r"\bpush\b.*\bimages?\b", said, re.I):
            return True
        if does_otherwise(said) or does_otherwise(file):
            return False
        named = (target_of(said), self._handed(scope, job))
        return any(target in (Target.PRODUCTION, Target.STAGING) for target in named)

    def _handed(self, scope: _Scope, job: dict[str, object]) -> Target:
        """Return the target that an input names, such as ``environment: staging``."""
        for key, value in table(job.get("with")).items():
            if re.search(r"env|stage|target", key, re.I) and isinstance(value, str):
                target = target_of(
                    filled(value, lambda path: self._value(scope, job, None, path)), environment=True
                )
                if target:
                    return target
        return Target.UNSAID

    def _inputs(self, scope: _Scope, job: dict[str, object], data: dict[str, object]) -> dict[str, Value]:
        """Return the inputs of a called workflow: those passed, otherwise their defaults."""
        starts = Workflow("", data).starts
        out: dict[str, Value] = {}
        for name, item in table(at(starts, "workflow_call", "inputs")).items():
            default = table(item).get("default")
            out[name.lower()] = _plain(default) if default is not None else None
        for name, value in table(job.get("with")).items():
            whole = re.fullmatch(r"\$\{\{(.*)\}\}", str(value).strip(), flags=re.DOTALL)
            if whole:
                out[name.lower()] = evaluate(whole[1], lambda path: self._value(scope, job, None, path))
            else:
                out[name.lower()] = _plain(value)
        return out

    def _environment(self, scope: _Scope, job: dict[str, object]) -> str:
        value = job.get("environment")
        name = value.get("name") if isinstance(value, dict) else value
        if not isinstance(name, str):
            return ""
        return filled(name, lambda path: self._value(scope, job, None, path)).strip()

    def _target(self, scope: _Scope, name: str, job: Mapping[str, object], environment: str) -> Target:
        """Return the target of a job: by its environment, its machines, its names, those of its workflow."""
        known = environment if "${{" not in environment else ""
        if known and (target := target_of(known, environment=True)):
            return target
        labels = [str(text) for text in texts(job.get("runs-on"))]
        if "self-hosted" in labels and (target := target_of(" ".join(labels))):
            return target
        for said in (
            f"{name} {job.get('name') or ''}",
            scope.outer,
            scope.workflow,
            scope.file.rpartition("/")[2],
        ):
            if target := target_of(said):
                return target
        return Target.UNSAID

    def _steps(
        self, scope: _Scope, name: str, job: dict[str, object], certain: _Known, why: str, environment: str
    ) -> Iterator[Trigger]:
        steps = _items(job.get("steps"))
        labels = [str(text) for text in texts(job.get("runs-on"))]
        local = has_local_cluster(str(steps))
        place = target_of(environment, environment=True)
        target = self._target(scope, name, job, environment)
        for step in steps[:200]:
            step = table(step)
            said = str(step.get("if") or "")
            known: _Known = True
            if said:
                known = condition(said, lambda path: self._value(scope, job, steps, path))
            known = both(certain, known)
            if known is False:
                continue
            reason = why or (f"if {_short(said)}" if known is UNKNOWN and said else "")
            signs = list(self._signs(scope, job, step, steps, local, "self-hosted" in labels))
            signs += pushes_elsewhere(step, steps, self.event.repository) if not signs else ()
            signs += tags_made(step) if self.event.on is On.PUSH else ()
            for sign in signs or key_at_hand(step):
                own = sign.target or target_of(str(step.get("name") or "")) or target
                if sign.kind is Kind.PREPARES:
                    own = sign.target  # a job called "Create the release PR" has no environment of that name
                made = settled(replace(sign, target=own), place)
                yield self._trigger(scope, name, made, known, reason, environment)

    def _signs(
        self,
        scope: _Scope,
        job: dict[str, object],
        step: dict[str, object],
        steps: list[object],
        local: bool,
        own: bool,
    ) -> Iterator[Sign]:
        def lookup(path: str) -> Value:
            return self._value(scope, job, steps, path)

        uses = step.get("uses")
        if isinstance(uses, str):
            if uses.startswith("./") and scope.depth < _DEEPEST:
                yield from self._own_action(scope, uses, job, local, own)
                return
            inputs = {key: filled(str(value), lookup) for key, value in table(step.get("with")).items()}
            raw = {key: str(value) for key, value in table(step.get("with")).items()}

            def switched_on(value: str) -> bool | None:
                source = raw.get("push", value)
                known = condition(source, lookup)
                return None if known is UNKNOWN else bool(known) and filled(source, lookup) != "false"

            sign = action_sign(uses, inputs, switched_on)
            if sign is not None:
                yield replace(sign, line=getattr(uses, "line", 0))
        run = step.get("run")
        if isinstance(run, str):
            yield from self._script(run, getattr(run, "line", 0), local, own)

    def _script(self, run: str, line: int, local: bool, own: bool) -> Iterator[Sign]:
        """Yield what a script does, including project scripts it calls; a branch on tags makes that unsure."""
        text = taken(filled(run, lambda path: self.event.value(path)), self.event)
        only_tags = bool(re.search(r"refs/tags|GITHUB_REF_TYPE|ref_type", run)) and not self.event.is_tag
        for sign in command_signs(text, line, local=local, own_machine=own):
            for inner in script_behind(self.tree, sign, local=local, own_machine=own):
                yield replace(inner, sure=False) if only_tags else inner
        yield from files_run(self.tree, text, line, local=local)

    def _own_action(
        self, scope: _Scope, uses: str, job: dict[str, object], local: bool, own: bool
    ) -> Iterator[Sign]:
        folder = uses.removeprefix("./").rstrip("/")
        for name in ("action.yml", "action.yaml"):
            if not self.tree.has(f"{folder}/{name}"):
                continue
            listed = at(load(self.tree.text(f"{folder}/{name}")[:300_000]), "runs", "steps")
            steps = _items(listed)
            inner = replace(scope, depth=scope.depth + 1)
            for step in steps[:100]:
                if self._may_run(inner, job, steps, step):
                    for sign in self._signs(inner, job, table(step), steps, local, own):
                        yield replace(sign, sure=sign.sure and not table(step).get("if"), line=0)
            return

    def _by_name(
        self, scope: _Scope, name: str, job: dict[str, object], environment: str, why: str
    ) -> Iterator[Trigger]:
        """Yield the last resort: a job whose steps say nothing, but whose environment or name does."""
        line = getattr(job.get("environment"), "line", 0) or getattr(job.get("name"), "line", 0)
        steps = _items(job.get("steps"))
        if has_local_cluster(str(steps)):
            return
        named = [
            str(table(step).get("name") or "")
            for step in steps
            if self._may_run(scope, job, steps, step) and not harmless(str(table(step).get("uses") or ""))
        ]
        target = self._target(scope, name, job, environment)
        if target_of(environment, environment=True) is Target.PRODUCTION:
            what = f"runs in the environment {_short(environment, 40)}"
            sign = Sign(Kind.DEPLOYS, what, True, target, line=line)
            yield self._trigger(scope, name, sign, True, why, environment)
            return
        alone = len(table(scope.data.get("jobs"))) == 1
        shown = str(job.get("name") or "")
        # A job called publish that publishes the results of a benchmark says so in its title.
        titles = [*(() if of_results(shown) else (name, shown)), *named]
        titles += [scope.workflow, scope.file.rpartition("/")[2].rpartition(".")[0]] if alone else []
        said = next((title for title in titles if title and acts(title)), "")
        if said:
            kind = Kind.DEPLOYS if re.search(r"deploy|rollout|ship", said, re.I) else Kind.PUBLISHES
            sign = Sign(kind, f"is called {_short(said, 60)!r}", False, target_of(said) or target, line=line)
            yield self._trigger(scope, name, sign, True, why, environment)

    def _may_run(self, scope: _Scope, job: dict[str, object], steps: list[object], step: object) -> bool:
        said = str(table(step).get("if") or "")
        return not said or condition(said, lambda path: self._value(scope, job, steps, path)) is not False

    def _trigger(
        self, scope: _Scope, name: str, sign: Sign, certain: _Known, why: str, environment: str
    ) -> Trigger:
        job = f"{scope.outer} / {name}" if scope.outer else name
        return Trigger(
            sign.kind, self.event.on, sign.what, scope.file, sign.line, job, environment, sign.target,
            sign.sure and certain is True, why, sign.bot, sign.ships, sign.goes_to, sign.act,
        )  # fmt: skip


def _plain(value: object) -> Value:
    text = str(value)
    known: dict[str, Value] = {"true": True, "false": False}
    return known.get(text, text)


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _short(text: str, most: int = 80) -> str:
    """Return a text on one line, truncated."""
    line = " ".join(re.sub(r"\$\{\{|\}\}", "", text).split())
    return line if len(line) <= most else line[: most - 1] + "…"
