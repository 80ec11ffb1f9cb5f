"""Which way to pull requests there is here."""

from hotfix_tui.forges.address import ForgeRepo
from hotfix_tui.forges.by_hand import ByHand, NoForge
from hotfix_tui.forges.model import Forge


def choose(repo: ForgeRepo) -> tuple[Forge, str]:
    """The best way for `repo`, and why it is not a better one (empty if it is the best).

    Asks `gh` whether it is signed in, which may take a moment; raises ForgeError if it does not answer.
    """
    if not repo.host:
        return NoForge(repo), ""
    if repo.kind != "github":
        return ByHand(repo), ""
    from hotfix_tui.forges.github import GitHub, available

    why = available(repo.host)
    return (GitHub(repo), "") if why is None else (ByHand(repo), why)
