"""Facts: controller, dates, ages, days, contacts, storage place, cross-border transfer, legal regime."""

from __future__ import annotations

from policykit.rows import Fact
from policykit.rules import Rulebook
from policykit.structure import Document


def find(document: Document, rulebook: Rulebook) -> list[Fact]:
    """The facts that the policy states, each with its quote."""
    return []
