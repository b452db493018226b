"""Clause types: which of the topics of topics.yml a clause has, by a linear model over text and context."""

from __future__ import annotations

from policykit.rows import Topic
from policykit.rules import Rulebook
from policykit.structure import Document


def find(document: Document, rulebook: Rulebook) -> list[Topic]:
    """The clause types of each clause, with calibrated scores."""
    return []
