"""A folder that is deployed is linked where the platform's program finds it linked, or it is asked."""

import json

import pytest

from hotfix_tui.platforms.loader import carried, load, settings, unmet


def repository(tmp_path, files):
    """A repository with `files`, and the folder ``apps/web`` in it."""
    top = tmp_path / "shop"
    for name in (".git", "apps/web"):
        (top / name).mkdir(parents=True)
    for name, content in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return top


def projects(*of):
    return {
        "orgId": "team_1",
        "projects": [{"id": f"prj_{one}", "name": one, "directory": one} for one in of],
    }


# platform, files, what is known of the folder, what is said (None: nothing is missing)
SHAPES = {
    "vercel lists it": ("vercel", {".vercel/repo.json": projects("apps/web", "apps/api")}, {"project": "prj_apps/web"},
                        None),
    "vercel lists the top alone": ("vercel", {".vercel/repo.json": projects(".")}, {"project": "prj_."}, None),
    "vercel lists the closest": ("vercel", {".vercel/repo.json": projects(".", "apps", "apps/web")},
                                 {"project": "prj_apps/web"}, None),
    "vercel lists others": ("vercel", {".vercel/repo.json": projects("apps/api", "apps/webshop")}, {},
                            "links other folders"),
    "vercel lists it twice": ("vercel", {".vercel/repo.json": {"projects": [
        {"id": "prj_1", "directory": "apps/web"}, {"id": "prj_2", "directory": "apps/web"}]}}, {}, "this one twice"),
    "vercel, damaged": ("vercel", {".vercel/repo.json": "[{"}, {}, "links other folders"),
    "vercel, its own": ("vercel", {"apps/web/.vercel/project.json": {"projectId": "prj_own"},
                                   ".vercel/repo.json": projects("apps/api")}, {"project": "prj_own"}, None),
    "vercel, nothing": ("vercel", {}, {}, "not linked to a Vercel project"),
    "netlify, its own": ("netlify", {"apps/web/.netlify/state.json": {"siteId": "own"}}, {"site": "own"}, None),
    "netlify at the top": ("netlify", {".netlify/state.json": {"siteId": "other"}}, {}, "netlify site=other"),
    "netlify, nothing": ("netlify", {}, {}, "not linked to a Netlify site"),
    "firebase above": ("firebase", {"firebase.json": "{}", ".firebaserc": {"projects": {"default": "shop-prod"}}},
                       {"project": "shop-prod"}, None),
    "firebase, its own": ("firebase", {"apps/web/firebase.json": "{}", ".firebaserc": {"projects": {"default": "x"}}},
                          {}, None),
    "wrangler above": ("cloudflare-workers", {"wrangler.toml": 'name = "shop"'}, {}, None),
    "wrangler between": ("cloudflare-workers", {"apps/wrangler.jsonc": "{}"}, {}, None),
    "wrangler beside": ("cloudflare-workers", {"apps/api/wrangler.toml": ""}, {}, "Neither this directory"),
    "fly elsewhere": ("fly", {"fly.toml": 'app = "other"'}, {}, None),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_folder_is_linked_as_the_program_finds_it_or_it_is_asked(tmp_path, name):
    platform, files, known, said = SHAPES[name]
    on, here = load(platform), str(repository(tmp_path, files) / "apps" / "web")
    assert settings(on, here, {}) == known, "a value of another thing is never taken in silence"
    missing = unmet(on, here, {}, known)
    assert missing is None if said is None else said in (missing or "")


def test_nothing_above_the_repository_links_it(tmp_path):
    top = repository(tmp_path, {})
    (tmp_path / "wrangler.toml").write_text('name = "home"')
    assert unmet(load("cloudflare-workers"), str(top / "apps" / "web"), {})


@pytest.mark.parametrize(
    ("platform", "file", "wanted"),
    [
        ("vercel", ".vercel/repo.json", "../../.vercel/repo.json"),
        ("cloudflare-workers", "wrangler.toml", "../../wrangler.toml"),
        ("cloudflare-workers", "apps/wrangler.toml", "../wrangler.toml"),
    ],
)
def test_what_links_it_is_carried_along(tmp_path, platform, file, wanted):
    top = repository(tmp_path, {file: "{}"})
    assert wanted in carried(load(platform), str(top / "apps" / "web"))


def test_at_the_top_itself_the_list_counts_too(tmp_path):
    vercel, top = load("vercel"), repository(tmp_path, {".vercel/repo.json": projects(".")})
    assert unmet(vercel, str(top), {}) is None and ".vercel/repo.json" in carried(vercel, str(top))
