"""Practices: each mention of a personal-data item and what is said of it."""

from __future__ import annotations

from policykit.rows import Item, Practice
from policykit.rules import Rulebook
from policykit.structure import Document


def find(document: Document, rulebook: Rulebook) -> list[Practice]:
    """The mentions of personal-data items, each with status, actor, action, purpose, recipient, condition, rule."""
    return []


def items(document: Document, practices: list[Practice], rulebook: Rulebook) -> list[Item]:
    """The policy's row of the matrix: for each item named, the strongest status and its best evidence."""
    return []
