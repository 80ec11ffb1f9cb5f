"""The platform that deploys: shown with its commands, chosen with the values they need."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix_tui.base.text import clean, one_line
from hotfix_tui.cli import setup, show
from hotfix_tui.cli.failures import USAGE, Stop
from hotfix_tui.cli.select import start_directory
from hotfix_tui.config import load as config
from hotfix_tui.config import targets
from hotfix_tui.config import trust as config_trust
from hotfix_tui.detect.platform import platforms
from hotfix_tui.engine import commands, platform_choice
from hotfix_tui.engine.place import find_place
from hotfix_tui.platforms import loader
from hotfix_tui.session import places

if TYPE_CHECKING:
    from hotfix_tui.config.load import LoadedConfig
    from hotfix_tui.engine.place import Checkout
    from hotfix_tui.engine.platform_choice import View


def platform(options: Namespace) -> int:
    """Show the platform with its commands; with a name or values, store them in the configuration."""
    place = find_place(start_directory(options))
    loaded = config.load(place.root)
    name, values = options.platform_name, _values(options)
    if "=" in name:
        first, _, second = name.partition("=")
        name, values = "", {first: second, **values}
    proposed = platform_choice.proposed(place.root, loaded.config)
    if options.targets:
        return _targets(options, place, proposed)
    of, config_of = options.target, targets.applied(loaded.config, options.target)
    if of and of not in targets.names(loaded.config):
        known = ", ".join(targets.names(loaded.config)) or "none (hotfix-tui platform --targets)"
        raise Stop(f"{one_line(of, 60)} is no name in [deploy.targets]; known are {known}.", USAGE)
    if not of and not name and not values and (loaded.config.deploy.targets or proposed):
        return _each(options, place, loaded, proposed)
    view = platform_choice.look(place.root, config_of, name)
    if view is None:
        print(_not_clear(place.root))
        print(f"Known are {', '.join(loader.names())}.")
        return 0
    given = platform_choice.checked(view.platform.id, values)
    if not given and (view.chosen or not name):
        return _show(options, view)
    if not of and loaded.config.deploy.targets:
        raise Stop("Several things are deployed from here: say of which it is, with --target NAME.", USAGE)
    if options.dry_run:
        print(f"Dry run: {view.platform.id} would be kept with {', '.join(given) or 'no values'}.")
        return 0
    loaded = platform_choice.keep(place.root, view.platform.id, given, of)
    return _kept(options, place, loaded, view.platform.id, given)


def _not_clear(root: str) -> str:
    """Report which platforms the files suggest, none of them clearly, and how to name one."""
    said = [f"{candidate.name} ({one_line(candidate.evidence, 80)})" for candidate in platforms(root)]
    if not said:
        return "No platform is clear from the files here. Name one: hotfix-tui platform NAME"
    first = platforms(root)[0].name
    return f"The files here may speak for {', '.join(said[:4])}. Let the wizard use one: hotfix-tui platform {first}"


def _targets(options: Namespace, place: "Checkout", proposed: dict[str, dict[str, str]]) -> int:
    """Write the separately deployed parts of this repository into the configuration."""
    if not proposed:
        raise Stop(
            "The files here do not say that several things are deployed, or the configuration says it.", USAGE
        )
    if options.dry_run:
        print(f"Dry run: {', '.join(proposed)} would be kept as [deploy.targets].")
        return 0
    return _kept(options, place, platform_choice.keep_targets(place.root, proposed), "", {})


def _each(
    options: Namespace, place: "Checkout", loaded: "LoadedConfig", proposed: dict[str, dict[str, str]]
) -> int:
    """Show the separately deployed parts of this repository: from the configuration, or else from its files."""
    given = {
        name: {"folder": target.folder, "platform": target.platform}
        for name, target in loaded.config.deploy.targets.items()
    }
    if options.json:
        rows = [{"name": name, "folder": "", **target} for name, target in (given or proposed).items()]
        show.print_json({"schema": 1, "chosen": bool(given), "targets": rows})
        return 0
    for name, target in proposed.items():
        print(f"  {name:14} {target['platform']:22} {clean(target.get('folder', ''))}")
    if proposed:
        print(
            "Several things are deployed from here, by their files. Name them in the configuration, so that an"
        )
        print("incident is about one of them: hotfix-tui platform --targets")
    for name in given:
        view = platform_choice.look(place.root, targets.applied(loaded.config, name))
        print(f"[{name}]" + ("" if view else " as [deploy] says, or by hand"))
        if view is not None:
            _show(options, view, name)
        print()
    return 0


def _values(options: Namespace) -> dict[str, str]:
    values_ = {}
    for item in options.values:
        key, sign, value = item.partition("=")
        if not sign:
            raise Stop(f"{one_line(item, 60)} is no value; write NAME=VALUE.", USAGE)
        values_[key] = value
    return values_


def _kept(
    options: Namespace, place: "Checkout", loaded: "LoadedConfig", name: str, given: dict[str, str]
) -> int:
    """Show what the configuration would now run, trust it after asking, and let open incidents use it."""
    state = Path(places.state_root())
    print(f"Kept in {clean(str(loaded.source))}.\n")
    setup.show_commands(loaded, place.root, state)
    view = platform_choice.look(place.root, targets.applied(loaded.config, options.target)) if name else None
    for value in view.missing if view else ():
        print(f"Not known yet: {value.ask}; hotfix-tui platform{_of(options.target)} {name} {value.name}=…")
    if config_trust.trusted(state, loaded, place.root) or options.yes or setup.agrees():
        setup.allow(state, loaded, place.root)
        print(f"Trusted {loaded.sha256}.")
    else:
        print("\nNone of it runs yet: once you have read it, `hotfix-tui trust`.")
    for engine in setup.open_engines(options, place):
        if not commands.is_own(engine) or engine.record.config == loaded.table:
            continue
        if options.yes or setup.agrees(f"Let {engine.id} use it?"):
            if not name:
                commands.take_config(engine, loaded)
            elif said := platform_choice.use(engine, name, given):
                print(said)
            print(f"{engine.id} uses it from now on.")
        else:
            print(f"{engine.id} keeps the configuration that it started with.")
    return 0


def _of(target: str) -> str:
    return f" --target {target}" if target else ""


def _show(options: Namespace, view: "View", target: str = "") -> int:
    on = view.platform
    if options.json:
        show.print_json(
            {
                "schema": 1,
                "platform": on.id,
                "chosen": view.chosen,
                "evidence": view.evidence,
                "values": [value._asdict() for value in view.values],
                "commands": [command_line._asdict() for command_line in view.lines],
                "not_here": list(view.not_here),
            }
        )
        return 0
    how = "deploy.platform" if view.chosen else f"not chosen yet; {view.evidence}"
    print(f"{on.name} ({how})")
    for program in view.not_here:
        print(f"! {program} is not installed here")
    for value in view.values:
        said = (
            f"{one_line(value.value, 120)}   ({value.where})"
            if value.value
            else "not known" + ("" if value.needed else ", not needed")
        )
        print(f"  {value.name:14} {said}   {value.ask}")
    for line in view.lines:
        print(f"{line.action:9} {clean(line.text)}")
    if not view.lines:
        print("Its file names no commands: it is deployed by hand, or by deploy.production.")
    asked = " ".join(f"{value.name}=…" for value in view.missing)
    if not view.chosen or asked:
        asked = f" {asked}" if asked else ""
        print(f"Let the wizard use it: hotfix-tui platform{_of(target or options.target)} {on.id}{asked}")
    return 0
