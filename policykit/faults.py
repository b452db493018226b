"""Faults: how a row of `defects` is made, its sentences filled in."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict

from policykit.law import Law
from policykit.rows import Defect
from policykit.structure import Document


class Reporter:
    """Makes the rows of one document: quote, clause, and the kind's sentences filled in."""

    def __init__(self, document: Document, law: Law) -> None:
        self.document, self.law = document, law
        self.starts = [clause.start for clause in document.clauses]

    def row(self, kind: str, start: int, end: int, *, severity: str | None = None, zh: dict[str, str] | None = None, **words: object) -> Defect:
        """One defect; ``zh`` replaces words in the Chinese sentence."""
        text, rule = self.document.policy.text, self.law.defects[kind]
        clause = self.clause_at(start)
        filled = defaultdict(str, {name: " ".join(str(value).split()) for name, value in words.items()})
        return Defect(self.document.policy.name, kind, start, end, clause, text[start:end], rule.detail_en.format_map(filled),
                      rule.detail_zh.format_map(filled | {name: " ".join(value.split()) for name, value in (zh or {}).items()}), severity or rule.severity)

    def clause_at(self, position: int) -> int | None:
        """The clause in which a position stands."""
        return bisect_right(self.starts, position) - 1 if self.starts and self.starts[0] <= position else None
