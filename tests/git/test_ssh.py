"""Hosts of ssh addresses: aliases, Match blocks, ports, options of the configured command, and what is no alias."""

import shutil

import pytest

from hotfix_tui.git.process import Git
from hotfix_tui.git.ssh import real_host, ssh_address
from hotfix_tui.steps.branch.remote import real_address
from tests.gitworld import World

pytestmark = pytest.mark.skipif(shutil.which("ssh") is None, reason="ssh is not installed")

CONFIG = """\
Host github-work gh
  HostName github.com
  ProxyJump bastion.example.com
Host forge
  HostName git.example.com
  Port 2222
Host inner
  HostName 10.0.0.7
Match user deploy host code
  HostName gitlab.com
Match originalhost port443
  HostName ssh.github.com
  Port 443
Host gitlab.example.com
  HostName 192.168.1.4
Host *
  User git
"""


@pytest.fixture
def git(world: World, tmp_path) -> Git:
    (tmp_path / "ssh_config").write_text(CONFIG)
    world("config", "core.sshCommand", f"ssh -F {tmp_path / 'ssh_config'}")
    return Git(str(world.path))


@pytest.mark.parametrize(
    ("url", "real"),
    [
        ("git@github-work:acme/shop.git", "git@github.com:acme/shop.git"),
        ("gh:acme/shop.git", "github.com:acme/shop.git"),
        ("ssh://git@github-work/acme/shop.git", "ssh://git@github.com/acme/shop.git"),
        ("ssh://git@forge:2222/acme/shop.git", "ssh://git@git.example.com:2222/acme/shop.git"),
        ("deploy@code:acme/shop.git", "deploy@gitlab.com:acme/shop.git"),
        ("git@port443:acme/shop.git", "git@ssh.github.com:acme/shop.git"),
        ("git@inner:acme/shop.git", "git@inner:acme/shop.git"),
        ("git@gitlab.example.com:acme/shop.git", "git@gitlab.example.com:acme/shop.git"),
        ("git@nobody-knows:acme/shop.git", "git@nobody-knows:acme/shop.git"),
        ("git@github.com:acme/shop.git", "git@github.com:acme/shop.git"),
        ("https://github-work/acme/shop.git", "https://github-work/acme/shop.git"),
        ("/srv/git/shop.git", "/srv/git/shop.git"),
        ("./a:b/shop.git", "./a:b/shop.git"),
        ("-oProxyCommand=x:acme/shop.git", "-oProxyCommand=x:acme/shop.git"),
    ],
)
def test_the_address_is_that_of_the_host_that_ssh_connects_to(git, url, real):
    assert real_address(git, url) == real


def test_a_program_in_the_place_of_ssh_is_not_asked(git, world, tmp_path):
    script = tmp_path / "served"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    script.chmod(0o755)
    world("config", "core.sshCommand", str(script))
    address = ssh_address("git@github-work:acme/shop.git")
    assert address is not None and real_host(Git(str(world.path)), address) == "github-work"
    assert not (tmp_path / "ran").exists()
