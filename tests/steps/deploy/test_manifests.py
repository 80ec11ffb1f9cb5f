"""Which image the manifests of a commit name: compared with what runs where its tag is neither commit nor release."""

import pytest

from hotfix_tui.platforms import loader
from hotfix_tui.platforms.release import ServedRelease
from hotfix_tui.steps.deploy import arrival, manifests

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: shop
          image: {image}
        - image: envoy:1.2
"""
KUSTOMIZATION = """\
resources:
- ../base
images:
- name: shop
  newName: r.example/shop
  newTag: build-8
- name: envoy
  newTag: "1.3"
"""
RUNS = "r.example/shop:build-7"


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("r.example/shop:v8", "r.example/shop"),
        ("r.example:5000/shop", "r.example:5000/shop"),
        ("r.example:5000/shop:v8@sha256:abc", "r.example:5000/shop"),
        ("shop", "shop"),
    ],
)
def test_the_repository_of_an_image(image, name):
    assert manifests.repository(image) == name


@pytest.fixture
def found(shop):
    def made(running=RUNS, folder="k8s", **files):
        for path, text in files.items():
            shop.here.write(path.replace("__", "/"), text)
        commit = shop.here.commit("manifests")
        for path in files:
            shop.here.write(path.replace("__", "/"), "image: r.example/shop:uncommitted\n")
        return manifests.image(shop.ctx.git, commit, folder, running)

    return made


def test_the_image_of_the_same_repository_in_the_commit(found):
    files = {"k8s__web.yaml": DEPLOYMENT.format(image='"r.example/shop:build-8"  # the newest')}
    assert found(**files) == "r.example/shop:build-8"
    assert found(folder="./k8s/", **files) == "r.example/shop:build-8"
    assert found(running="r.example/other:1", **files) == ""


def test_two_that_differ_are_none_and_what_is_filled_in_later_is_none(found):
    one = DEPLOYMENT.format(image="r.example/shop:build-8")
    two = DEPLOYMENT.format(image="r.example/shop:build-9")
    assert found(**{"k8s__a.yaml": one, "k8s__b.yml": two}) == ""
    assert (
        found(**{"k8s__a.yaml": one, "k8s__b.yml": one, "k8s__deep/c.yaml": two}) == "r.example/shop:build-8"
    )
    assert (
        found(**{"k8s__a.yaml": DEPLOYMENT.format(image="r.example/shop:{{ tag }}"), "k8s__b.yml": ""}) == ""
    )


def test_a_kustomization_decides(found):
    base = {"k8s__web.yaml": DEPLOYMENT.format(image="r.example/shop:build-1")}
    assert found(**base, **{"k8s__kustomization.yaml": KUSTOMIZATION}) == "r.example/shop:build-8"
    digest = KUSTOMIZATION.replace("newTag: build-8", "digest: sha256:abc")
    assert found(**base, **{"k8s__kustomization.yaml": digest}) == "r.example/shop@sha256:abc"
    assert found(**base, **{"k8s__kustomization.yaml": "resources:\n- web.yaml\n"}) == "", (
        "the bases are elsewhere"
    )


@pytest.mark.parametrize("folder", ["../k8s", "/etc", "nowhere", ""])
def test_a_folder_that_is_not_in_the_commit_names_nothing(found, folder):
    assert found(folder=folder, **{"k8s__web.yaml": DEPLOYMENT.format(image=RUNS)}) == ""


@pytest.mark.parametrize(
    ("serves", "same"),
    [("build-8", True), ("build-7", False), ("build-9", None)],
)
def test_what_runs_is_compared_with_the_manifests_of_the_commit(shop, serves, same):
    shop.here.write("k8s/web.yaml", DEPLOYMENT.format(image="r.example/shop:build-8"))
    shop.base = shop.here.commit("manifests")
    settings = {"context": "c", "namespace": "n", "deployment": "shop", "manifests": "k8s"}
    shop.configure(deploy={"platform": "kubernetes", "settings": settings})
    shop.fix()
    old = {"id": "6", "content": RUNS}
    shop.see("deploy.production", "unknown", commit=shop.commit, platform="kubernetes", release_before=old)
    now = ServedRelease("7", content=f"r.example/shop:{serves}")
    assert arrival._by_release(shop.ctx, loader.load("kubernetes"), shop.commit, now, "not told").same is same
