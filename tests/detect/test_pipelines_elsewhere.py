"""Pipelines of Jenkins, Buildkite and Azure DevOps by other names and in other folders than the usual ones."""

import pytest

from tests.detect.test_triggers import found

LIBRARY = (
    '@Library("Infrastructure")\n\nwithPipeline("java", "shop", "api") {\n  enableAksStagingDeployment()\n}\n'
)
DEPLOYS = "pipeline {\n  stages {\n    stage('Deploy production') { steps { sh './x' } }\n  }\n}\n"
STEPS = "- template: {}\n"
TRIGGER = "trigger:\n  branches:\n    include: [main]\n"
DEPLOYMENT = "jobs:\n- deployment: Ship\n  environment: {}\n  strategy: {{}}\n"
UPLOAD = 'steps:\n  - label: "Pipeline"\n    command: "{} | buildkite-agent pipeline upload"\n'
SHELL = "cat << EOF\n  - label: ':rocket: {}'\n    command: 'x.sh'\n{}EOF\n"

# the files, then what a push and what a tag may do
SHAPES = {
    "jenkins, what a library says": (
        {"Jenkinsfile_CNP": LIBRARY}, ["does what the library Infrastructure of Jenkins says"], []),
    "jenkins, a library by its other word": (
        {"Jenkinsfile": "library 'ops@main'\nshipService name: 'shop'\n"},
        ["does what the library ops of Jenkins says"], []),
    "jenkins, stages of its own beside a library": (
        {"Jenkinsfile": "@Library('x') _\npipeline { stages { stage('Test') { steps { sh 'make' } } } }"}, [], []),
    "jenkins, in a folder": ({"jenkins/release.Jenkinsfile": DEPLOYS}, ["has the stage 'Deploy production'"], []),
    "jenkins, by another ending": ({"Jenkinsfile.deploy": DEPLOYS}, ["has the stage 'Deploy production'"], []),
    "jenkins, at night": ({"Jenkinsfile_nightly": LIBRARY}, [], []),
    "jenkins, with parameters": ({"Jenkinsfile_parameterized": DEPLOYS}, [], []),
    "buildkite, steps of a script": (
        {".buildkite/pipeline.yml": UPLOAD.format(".buildkite/pipeline.sh"),
         ".buildkite/pipeline.sh": SHELL.format("Deploy Manifest", "")},
        ["has the step 'Deploy Manifest'"], ["has the step 'Deploy Manifest'"]),
    "buildkite, steps of a script for tags": (
        {".buildkite/pipeline.yml": UPLOAD.format(".buildkite/pipeline.sh"),
         ".buildkite/pipeline.sh": SHELL.format("Deploy APT", "    if: build.tag != null && build.env(1) != 2\n")},
        [], ["has the step 'Deploy APT'"]),
    "buildkite, a file of its own": (
        {".buildkite/pipeline.deploy.yml": "steps:\n  - label: Ship\n    command: kubectl apply -f k8s\n"},
        ["changes a Kubernetes cluster"], ["changes a Kubernetes cluster"]),
    "buildkite, the branch alone": (
        {".buildkite/pipeline.yml": "steps:\n  - name: Release it\n    command: ./x\n    if: build.branch == 'main'\n"},
        ["has the step 'Release it'"], []),
    "buildkite, steps of a program": (
        {".buildkite/pipeline.yml": UPLOAD.format("python3 tools/steps.py")},
        ["has the steps that tools/steps.py makes"], []),
    "buildkite, tests": ({".buildkite/pipeline.yml": "steps:\n  - label: Test\n    command: make test\n"}, [], []),
    "azure, of a project": (
        {"src/Orders/azure-pipelines.yml": TRIGGER + DEPLOYMENT.format("production")},
        ["runs in the environment production"], []),
    "azure, by templates": (
        {"azure-pipelines.yml": TRIGGER + "stages:\n" + STEPS.format("stages/all.yml"),
         "stages/all.yml": "stages:\n- stage: Prod\n  jobs:\n  - template: ../jobs/ship.yml\n",
         "jobs/ship.yml": DEPLOYMENT.format("${{ parameters.Environment }}")},
        ["has the deployment Ship"], []),
    "azure, a template of others": (
        {"azure-pipelines.yml": TRIGGER + "steps:\n" + STEPS.format("deploy/app-deploy.yml@shared")},
        ["uses the template app-deploy.yml"], []),
    "azure, in its folder": (
        {".azuredevops/ship.yml": TRIGGER + DEPLOYMENT.format("live"), ".azuredevops/step.yml": DEPLOYMENT.format("x")},
        ["runs in the environment live"], []),
    "azure, several environments": (
        {"azure-pipelines.release.yml": TRIGGER + DEPLOYMENT.format("staging") + DEPLOYMENT.format("prod")[6:]},
        ["runs in the environment prod"], []),
    "azure, a template that leads in a circle": (
        {"azure-pipelines.yml": TRIGGER + "steps:\n" + STEPS.format("azure-pipelines.yml")}, [], []),
    "azure, a template outside": (
        {"azure-pipelines.yml": TRIGGER + "steps:\n" + STEPS.format("../../deploy.yml")},
        ["runs ../../deploy.yml"], []),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_pipelines_by_other_names_and_in_other_folders_are_asked_about(tmp_path, shape):
    files, push, tag = SHAPES[shape]
    _, seen = found(tmp_path, files, tags=["v1.0.0"])
    live = [one for one in seen.triggers if one.target.is_production and one.kind.goes_out]
    assert [one.what for one in live if one.on == "push"] == push
    assert [one.what for one in live if one.on == "tag"] == tag
    assert not any(one.sure for one in live)
