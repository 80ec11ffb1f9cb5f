"""The picture of the stage pull_request."""

from textual.content import Content

from hotfix_tui.ui.pictures.scene import Scene


def paint(scene: Scene, width: int, height: int) -> list[Content]:
    """Return the picture."""
    return []
