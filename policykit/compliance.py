"""Findings: what the law asks a policy to say, against what this policy says."""

from __future__ import annotations

from policykit.rows import Fact, Finding, Item, Practice, Sdk, Topic
from policykit.rules import Rulebook
from policykit.structure import Document


def check(document: Document, topics: list[Topic], practices: list[Practice], items: list[Item],
          facts: list[Fact], sdks: list[Sdk], rulebook: Rulebook, *, sector: str | None = None) -> list[Finding]:
    """A verdict for each disclosure requirement of the rulebook."""
    return []
