"""Defects: what is wrong with the document itself."""

from __future__ import annotations

from policykit.rows import Defect, Fact, Pair, Practice, Sdk, Topic
from policykit.rules import Rulebook
from policykit.structure import Document


def find(document: Document, topics: list[Topic], practices: list[Practice], facts: list[Fact],
         sdks: list[Sdk], pairs: list[Pair], rulebook: Rulebook) -> list[Defect]:
    """The defects of the document, each with its quote and one sentence in either language."""
    return []
