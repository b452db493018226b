"""PDF to pieces."""

from __future__ import annotations

from policykit.blocks import Piece


class Trouble(Exception):
    """Why a PDF cannot be read, and the remedy."""


def pieces(data: bytes) -> tuple[list[Piece], str | None, str | None, str | None]:
    """Pieces, title, no verbatim text, and what is wrong."""
    raise Trouble("PDF cannot be read yet")
