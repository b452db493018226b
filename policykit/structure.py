"""Blocks to sections and clauses: the table of contents apart, the section tree, each clause with its lead-in."""

from __future__ import annotations

from dataclasses import dataclass

from policykit.read import Policy
from policykit.rows import Clause, Section
from policykit.text import View, fold, language


@dataclass(frozen=True, slots=True)
class Irregularity:
    """Something in the numbering or layout that the document gets wrong; `defects` reports it.

    ``kind``: gap (a number is left out), restart, duplicate, toc_only (announced, no such section),
    not_in_toc, empty_section, level_jump.
    """

    kind: str
    start: int
    end: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A policy in its parts; what every later stage reads.

    ``clauses[i].clause == i`` and ``sections[i].section == i``.  ``tables`` holds, for each table, its rows of
    clause numbers (None: empty cell), the heading row first.  ``part`` tells for each section what it belongs
    to: policy, terms (terms of use, user agreement) or front (before either).
    """

    policy: Policy
    folded: str
    sections: tuple[Section, ...] = ()
    clauses: tuple[Clause, ...] = ()
    tables: tuple[tuple[tuple[int | None, ...], ...], ...] = ()
    irregularities: tuple[Irregularity, ...] = ()
    parts: tuple[str, ...] = ()

    def view(self, clause: Clause) -> View:
        """The clause, folded and without gaps, for matching."""
        return View.of(self.folded, clause.start, clause.end)

    def path(self, section: int | None) -> list[Section]:
        """The sections from the top down to this one."""
        path = []
        while section is not None:
            path.append(self.sections[section])
            section = self.sections[section].parent
        return path[::-1]


def parse(policy: Policy) -> Document:
    """The document of a policy: sections, clauses with lead-ins, tables, irregularities."""
    top = Section(policy.name, 0, None, 0, None, policy.title, 0, len(policy.text), language(policy.text[:2000]), False)
    clauses = tuple(
        Clause(policy.name, number, 0, block.kind, None, block.start, block.end, language(policy.text[block.start:block.end]), policy.text[block.start:block.end])
        for number, block in enumerate(policy.blocks)
    )
    return Document(policy, fold(policy.text), (top,), clauses, parts=("policy",))
