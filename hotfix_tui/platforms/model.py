"""The content of a platform's data file. The fields are the file format: unknown ones are rejected."""

from typing import Literal

import msgspec

Argument = str | list[str]
"""An item of a command, with `{name}` for values; a list is a group, left out when one of its values is missing."""

ACTIONS = (
    *("staging", "deploy", "prepare", "prepared", "activate", "advance", "share", "abort", "unpin"),
    *("follow", "logs", "list", "current", "content", "spread", "rollback"),
)
"""The actions a file may have commands for.

staging: deploy where users do not see it · deploy: to production · prepare: make a release in production that gets no
traffic · prepared: which releases there are, ours among them · activate: give `{release}` all of the traffic ·
advance: go to the next of the platform's own steps, which give it more and more · share: give it `{share}` percent, and
the one that is `{serving}` now the `{rest}` · abort: where going back from a prepared release is another command than
`rollback`: all of the traffic to `{release}` again · unpin: let later deployments replace what is held there
(`{serving}`) · follow: see the running deployment · logs: what production says now · list: past deployments · current:
what is live · content: what the release that is live (`{serving}`) is made of, where `current` does not say ·
spread: whether all that serves runs the same, asked after a deployment that did not end well ·
rollback: back to what was live before, by the platform's own id (`{release}`) or by a commit
(`{previous}`).
"""


Act = Literal["deploy", "staging", "rollback", "prepare", "activate", "advance", "share", "abort", "unpin"]
"""The actions that change something."""


class AnswerRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to find the live commit in the output of `current`. With no field set it is a word of plain text.

    Names are keys separated by dots, with a number for a position in a list.
    """

    each: str = ""
    """The list whose items are examined, newest first; empty: the answer itself (an object counts as one item)."""
    where: dict[str, str] = {}
    """What an item must say to be the live one, by name; case does not matter."""
    forms: dict[str, str] = {}
    """Regular expressions that values of the live one match as a whole, by name."""
    at: list[str] = []
    """Where in the item the commit or version may be, the best place first."""


class ReleaseAt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to find the live release in the output of `current`, by JSON Pointers (RFC 6901); `-1` is the last of a
    list.

    Only a value under `id` that has its `form` is ever sent back to the platform as a release.
    """

    id: str = ""
    form: str = ""
    """The regular expression that an id of this platform matches as a whole."""
    pattern: str = ""
    """For plain text: a regular expression with the groups `id` and, where they are told, `commit`, `share` and
    `content`."""
    when: dict[str, str] = {}
    """What the answer must say to be reliable, by pointer; case does not matter."""
    each: str = ""
    """The list of releases; empty: the answer itself, which may be a list, or the release."""
    where: dict[str, str] = {}
    """What an item must say to be the live one, by pointer in the item."""
    forms: dict[str, str] = {}
    """Regular expressions that values of the live one match as a whole, by pointer in the item."""
    only: bool = False
    """Whether there must be exactly one such item: with several, traffic is shared, and none is the release."""
    commit: list[str] = []
    """Where in the item the commit may be, among other words, the best place first."""
    content: str = ""
    """What it is made of, such as an image: where a rollback makes a release of its own, it has that of the old one."""
    made_of: str = "image"
    """The setting that says what a deployment is made of, in the form of `content`."""
    manifests: str = ""
    """The setting that names a folder of Kubernetes manifests, whose images say it where that setting does not."""
    exact: str = ""
    """A regular expression with the group `exact`: the part of `content`, and of that setting, that names one and the
    same thing for ever. Where it does not match as a whole, nothing is compared.
    """
    time: str = ""
    """When it became live: RFC 3339, or seconds or milliseconds since 1970."""
    address: str = ""
    share: str = ""
    """Its share of the traffic, in percent."""
    whole: float = 100
    """The value under `share` if one release has all of the traffic."""
    project: str = ""
    """The name of the project, site or service there, in the whole answer."""
    pinned: str = ""
    pinned_when: str = "true"
    """The value under `pinned` while the release is pinned, so that later deployments do not replace it. Empty: it is
    pinned if nothing, or false, is there; ``*``: if anything else is.
    """
    back: dict[str, str] = {}
    """For `prepared`: what it says, by pointer in the item, if it was made by a rollback of ours to `{release}`."""
    makes_new: bool = False
    """Whether a rollback makes a release with its own id and the old one's content."""
    names_commit: bool = False
    """Whether a deployment that the wizard makes carries its commit there, so that an answer without it is a no."""
    place: bool = False
    """Whether the id names a place, which may hold something else by the time it is used again."""
    deployed_last: bool = False
    """Whether the answer only lists what was deployed, newest first: a rollback does not show there."""


class Mixed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an answer says that more than one version may serve: then none of them is said to be live."""

    says: str
    """What that is, as a clause, with values of the answer: ``{/pointer}``."""
    where: dict[str, str] = {}
    """Regular expressions that values match as a whole, by JSON Pointer; a missing value is empty."""
    differ: list[tuple[str, str]] = []
    """Pairs of JSON Pointers: it is so if the values of one pair differ; a missing value is 0."""
    same: str = ""
    """For plain text, alone: a regular expression whose matches are all the same unless it is so."""


class Only(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What has to be so for an act to be right: it is refused where it is not, or where that is not known."""

    value: str
    equals: str
    """What `value` has to be, both with values of settings, lookups and the release."""
    otherwise: str
    """The sentence if it is something else."""
    cure: str
    """What to do instead, as a sentence."""


class PlatformCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Commands that together do one thing, run one after the other as long as they succeed."""

    run: list[list[Argument]]
    """Their arguments. One of the form ``["@NAME"]`` waits for what `waits.NAME` says."""
    asks: list[str] = []
    """Lookups that must have an answer before it runs, whether their values stand in the arguments or not."""
    only: list[Only] = []
    """What has to be so right before it runs."""
    halts: bool = False
    """For `prepared`: whether a whole deployment may stop there, with some of the traffic or none."""
    whole: bool = False
    """For `abort`: whether it also goes back from an activated release."""
    tty: bool = True
    """Whether they run on a terminal of their own (some programs show their output only then)."""
    ci: bool = False
    """Whether `CI=1` is set for them."""
    proves: bool = True
    """Whether exit status 0 means that it happened; if not, check `current` (or by hand) before believing it."""
    commit: AnswerRule | None = None
    """For `current`: where its output names the commit or version; None if it does not."""
    release: ReleaseAt | None = None
    """For `current`: where its output has the platform's own id of what is live; None if that cannot be read. For
    `prepared`: where it lists releases, with or without traffic. For `content`: where its commit and content are.
    """
    parts: ReleaseAt | None = None
    """For `current`: where its output lists every release that has a share of the traffic."""
    mixed: list[Mixed] = []
    """For `current` and `spread`: how the answer says that more than one version may serve."""
    steps: list[int] = []
    """For `share`: the percentages that are offered, smallest first."""
    repeat: float = 0
    """Seconds after which it is run again to follow something; 0 for a command that follows by itself or runs once."""


class Lookup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value that only the platform knows, and only for now: it is queried right before what needs it.

    The value at `at` counts if it matches `form`; a list counts if it has one item, and an object as its JSON.
    """

    ask: str
    """What it is, completing "The wizard does not know"."""
    run: list[Argument]
    form: str
    """The regular expression that the value matches as a whole."""
    at: str = ""
    """Where it is in a JSON answer, by a JSON Pointer; empty: the answer itself, which may be plain text."""


class Wait(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to see the end of what a command started at the platform: by polling.

    Each answer makes one line, which is printed whenever it changes; the patterns are searched for in it.
    """

    run: list[Argument]
    until: str
    """A regular expression: it has reached the point where the next command may run."""
    never: str = ""
    """A regular expression: it will never reach that point."""
    pauses: str = ""
    """A regular expression: it stops there until somebody goes on with it."""
    live: str = ""
    """A regular expression: the deployed release has all traffic, whatever is still to come."""
    tells: list[str] = []
    """The contents of the line, by JSON Pointers; empty: the first line of the answer."""
    every: float = 5
    """Seconds between two queries."""
    seconds: float = 900
    """Timeout; the state reached by then is reported."""


class Shares(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A further question after a deployment that did not end well: which versions have a share of the traffic."""

    given: str
    """The lookup without whose value the question makes no sense, and is not asked."""
    run: list[Argument]
    mixed: list[Mixed]


class FolderHolds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value that follows from what the folder named by another setting holds."""

    folder: str
    """The name of that setting; its value is a path below the folder that is deployed."""
    files: list[str]
    """One of these files in it is enough."""
    value: str


class Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value that commands need and the wizard can find: in the environment, or in a file of the repository."""

    ask: str
    """What to ask the engineer for."""
    env: str = ""
    file: str = ""
    key: str = ""
    """Where the value is in the file: dotted keys for JSON and TOML, the key of a line for YAML."""
    rather: list[str] = []
    """Files with the same key that the program takes instead of `file` where they are, the first of them first."""
    above: bool = False
    """Whether the program looks for each of the files in the folders above, too, up to the repository's top."""
    near: str = ""
    """A file by which the program finds its working folder: `file` is read in the nearest folder that has it, from
    ours up to the repository's top.
    """
    default: str = ""
    """The usual value; it is shown with the commands, and can be overridden like any other."""
    holds: FolderHolds | None = None
    """What it is instead of that, if a folder holds certain files."""


class Needs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must be there before a command may run: one of the files, all of the variables, or all of the settings."""

    files: list[str] = []
    env: list[str] = []
    settings: list[str] = []
    above: list[str] = []
    """Those of the files that the program also finds in parent folders, up to the repository's top."""
    doubtful: list[str] = []
    """Those that the program finds there too, but that may be about something else in the repository: the engineer is
    asked.
    """
    why: str = ""


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A JSON file at the repository's top that links its folders: the deepest entry containing ours counts."""

    file: str
    each: str
    """The key of the list."""
    folder: str
    """The key of an entry's folder; ``.`` is the top."""
    key: str
    """The key of the value that an entry gives for `setting`."""
    setting: str
    other: str
    """What to say if the file links only other folders."""


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value in a file of the deployed folder: what depends on it applies only if it is there."""

    file: str
    key: str


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to ask who is signed in. A command that fails, or names nobody, means that nobody is."""

    run: list[Argument]
    sign_in: str
    """How to sign in, as the end of a sentence."""
    at: list[str] = []
    """Where the account is in a JSON answer, by JSON Pointers, the best place first."""
    pattern: str = ""
    """For plain text: a regular expression with the group `account`."""


class Same(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a read-only question names, and what it has to be by the repository: else the act may reach something else.

    Nothing is compared while a value for it is unknown, or the answer names nothing.
    """

    run: list[Argument]
    here: str
    """What it has to be, with values of settings."""
    differs: str
    """The sentence if it is something else, with its cure; ``{there}`` is what was named instead."""
    at: list[str] = []
    """Where it is in a JSON answer, by JSON Pointers. A list of values at ``/a/*/b`` has to hold it."""
    pattern: str = ""
    """For plain text: a regular expression with the group `there`."""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an act would go by what the program is set to here: compared with where the last deployment went."""

    name: str
    """What it is, such as "the AWS account"."""
    run: list[Argument]
    cure: str
    """How to set it to another, as the end of a sentence."""
    at: list[str] = []
    """Where it is in a JSON answer, by JSON Pointers, the best place first."""
    pattern: str = ""
    """For plain text: a regular expression with the group `there`."""
    unless: str = ""
    """A setting that names it in every command: with a value for it nothing is asked."""
    env: str = ""
    """A variable that names it before anything else: its value counts, and nothing is asked."""


class Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to ask the platform's program for its version."""

    run: list[str]
    says: str = ""
    """A regular expression that the answer matches, if other programs have the same name."""


class Requires(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An option, or a command, that the commands for an action need and that older versions of the program lack."""

    help: list[str]
    """The command whose help mentions the option."""
    option: str
    acts: list[Act]


class Failure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the program's last words mean, if they are unclear or misleading."""

    says: str
    """A regular expression that is found in the failed command's output."""
    means: str
    """What that means and what to do about it, as a clause."""


class Phase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One phase of a deployment, recognised in its log."""

    name: str
    begins: str
    """A regular expression that matches the line where the phase begins; it ends where the next one begins."""
    far: str = ""
    """A regular expression with two groups, for how much of how much is done: ``2 of 3``."""
    maybe: bool = False
    """Whether it is not shown before it begins, since not every deployment has it."""


class ByHand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to do it in the dashboard, in sentences."""

    deploy: list[str]
    rollback: list[str]


class Platform(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One platform, as its data file describes it."""

    id: str
    name: str
    by_hand: ByHand
    deploys_on_push: Literal["when-connected", "never"]
    """Whether a push to the production branch deploys: if the project there follows the repository, or never."""
    takes: Literal["worktree", "commit", "image", "branch", "nothing"]
    """What a deployment is made of: the files of a worktree, a commit by its id, a built image, a branch's head.

    A branch's head contains the fix only once it is merged, which determines the landing order.
    """
    programs: list[str] = []
    """What has to be installed before its commands can run, its own program first."""
    needs: Needs = Needs()
    listed: Listed | None = None
    carries: list[str] = []
    """Files that its program reads where they are, and that are often not committed: they go into the checkout."""
    wants: Literal["", "dependencies", "build"] = ""
    """What the checkout needs beyond the commit's files, if it is bundled on this machine."""
    wants_where: Said | None = None
    """What the folder must say for that to apply; None if it always does."""
    settings: dict[str, Setting] = {}
    lookups: dict[str, Lookup] = {}
    waits: dict[str, Wait] = {}
    shares: list[Shares] = []
    env: dict[str, str] = {}
    """Variables for all commands. Never secrets: those come from the engineer's environment."""
    secrets: list[str] = []
    """Variables from which programs read their credentials: with one set, nobody has to be signed in."""
    account: Account | None = None
    version: Version | None = None
    same: list[Same] = []
    """What is compared before an act with what the repository and the settings say."""
    place: list[Place] = []
    """What is compared before an act with where the last deployment of this repository went."""
    requires: list[Requires] = []
    warnings: dict[Act, list[str]] = {}
    """What may surprise, by the action before which it is shown."""
    commands: dict[str, PlatformCommand] = {}
    no_release: str = ""
    """Why nothing there names what is live, as a clause; required where `current` does not read a release."""
    failures: list[Failure] = []
    """Failures whose own words mislead; all others are interpreted by the common rules."""
    phases: list[Phase] = []
    """The phases of a deployment in order; empty if its log does not show them."""
