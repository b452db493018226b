"""The front end: plain ES modules and style sheets, put together as they are."""

from functools import cache
from pathlib import Path

HOME = Path(__file__).parent


@cache
def text(*names: str) -> str:
    """These files, one after another."""
    return "\n".join((HOME / name).read_text(encoding="utf-8").replace("\r\n", "\n") for name in names)


def explorer() -> str:
    """The explorer's module, the same in JupyterLab and in an exported page."""
    return text("data.js", "words.js", "dom.js", "matrix.js", "reading.js", "explorer.js")
