"""Blocks to sections and clauses: the table of contents apart, the section tree, each clause with its lead-in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policykit import contents
from policykit.headings import printed
from policykit.layout import Chrome, Unit, cut_at, units as units_of
from policykit.leads import kinds_of, leads_of
from policykit.outline import Outline, outline
from policykit.parts import clean, leading, named, parts_of, titles_of
from policykit.read import Policy
from policykit.rows import Clause, Section
from policykit.text import HAN, View, fold, language, tongues


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
    to: policy, terms (terms of use, user agreement) or front (before either).  ``chrome`` is the text that lies in
    no clause: rulers, table borders, links of the page around the policy.
    """

    policy: Policy
    folded: str
    sections: tuple[Section, ...] = ()
    clauses: tuple[Clause, ...] = ()
    tables: tuple[tuple[tuple[int | None, ...], ...], ...] = ()
    irregularities: tuple[Irregularity, ...] = ()
    parts: tuple[str, ...] = ()
    chrome: tuple[Chrome, ...] = ()

    def view(self, clause: Clause) -> View:
        """The clause, folded and without gaps, for matching."""
        return View.of(self.folded, clause.start, clause.end)

    def view_of(self, start: int, end: int) -> View:
        """A stretch of the text, folded and without gaps."""
        return View.of(self.folded, start, end)

    def path(self, section: int | None) -> list[Section]:
        """The sections from the top down to this one."""
        path = []
        while section is not None:
            path.append(self.sections[section])
            section = self.sections[section].parent
        return path[::-1]


def parse(policy: Policy) -> Document:
    """The document of a policy: sections, clauses with lead-ins, tables, irregularities."""
    text = policy.text
    folded = fold(text)
    units, chrome = units_of(policy)
    strung = _strung(text, units)
    units = [part for number, unit in enumerate(units) for part in (cut_at(text, unit, strung[number]) if number in strung else [unit])] if strung else units
    for _ in range(3):
        toc, captions = contents.find(text, folded, units)
        aside = set(toc) | captions
        top, titles = titles_of(text, units, aside, policy.title)
        tree = outline(text, units, aside | top, titles, {number for number in toc.values() if number is not None})
        cuts = _hidden(text, units, tree, aside)
        if not cuts:
            break
        units = [part for number, unit in enumerate(units) for part in (cut_at(text, unit, sorted(cuts[number])) if number in cuts else [unit])]
    sections, place, odd = _sections(policy, units, toc, tree, titles, top)
    kinds = kinds_of(text, units, aside, tree, top)
    leads = leads_of(text, units, kinds, tree)
    spoken = tongues(text, [(unit.start, unit.end) for unit in units])
    clauses = tuple(
        Clause(policy.name, number, place[number], kinds[number], leads[number], unit.start, unit.end, spoken[number], text[unit.start:unit.end])
        for number, unit in enumerate(units))
    return Document(policy, folded, sections, clauses, _tables(units), odd, parts_of(sections), tuple(chrome))


def _strung(text: str, units: Sequence[Unit]) -> dict[int, list[int]]:
    """Where the entries of a list or table of contents begin that stands on one line: 一、收集 二、共享 三、存储"""
    cuts: dict[int, list[int]] = {}
    for number, unit in enumerate(units):
        mark = unit.marker
        if mark is None or unit.kind == "cell" or unit.end - unit.start > 600 or mark.value != 1 and mark.family != "han" or not _spaced.search(text, unit.title, unit.end):
            continue
        places, at = [], unit.title
        for value in range(mark.value + 1, mark.value + 40):
            sign = printed(value, mark.kind, mark.path)
            found = sign and re.compile(rf"(?<=[\s\u200b；;]){sign}(?=\s*[^\s\d])").search(text, at, unit.end)
            if not found or found.start() - at > 60 or "。" in text[at:found.start()]:
                break
            places.append(found.start())
            at = found.end()
        if len(places) > 1 and unit.end - at <= 80:
            cuts[number] = places
    return cuts


_spaced = re.compile(rf"[\s\u200b；;][（(]?[\d{HAN}]{{1,3}}[、.．)）]")


def _hidden(text: str, units: Sequence[Unit], tree: Outline, toc: set[int]) -> dict[int, set[int]]:
    """Where a number that a list leaves out stands inside a paragraph, at the end of a sentence: the line break was lost."""
    cuts: dict[int, set[int]] = {}
    for run in tree.runs:
        for one, two in zip(run, run[1:]):
            first, second = units[one].marker, units[two].marker
            if first is None or second is None or first.kind != second.kind or not 1 < second.value - first.value < 12 or two - one > 60:
                continue
            number, at = one, units[one].title
            for value in range(first.value + 1, second.value):
                sign = printed(value, first.kind, first.path)
                found = None
                while sign and number < two:
                    if units[number].kind != "cell" and number not in toc:
                        found = re.compile(rf"(?<=[。；;！？!?：:\s*]){sign}(?=\s*[^\s\d])").search(text, at, units[number].end)
                        if found:
                            break
                    number += 1
                    at = units[number].start if number < len(units) else 0
                if not found:
                    break
                cuts.setdefault(number, set()).add(found.start())
                at = found.end()
    return cuts


def _sections(policy: Policy, units: Sequence[Unit], toc: dict[int, int | None], tree: Outline, titles: set[int], top: set[int]) -> tuple[tuple[Section, ...], list[int], tuple[Irregularity, ...]]:
    """The section rows, the section of each unit, and what is odd."""
    text = policy.text
    announced = {number for number in toc.values() if number is not None}
    heads = [number for number in range(len(units)) if tree.heading[number] and number not in toc]
    of = {number: place for place, number in enumerate(heads, 1)}
    given = policy.title if policy.title and named(policy.title) else None
    first = leading(text, units, top) if top else 0
    name = clean(text[units[first].title:units[first].end]) if top else given
    place = [of[number] if number in of else of.get(tree.above[number], 0) if tree.above[number] is not None else 0 for number in range(len(units))]
    ends, current = {}, 0
    for number, unit in enumerate(units):   # a section's own text ends where the next heading begins
        if number in of:
            current = of[number]
        if place[number] == current:
            ends[current] = unit.end
    rows = [Section(policy.name, 0, None, 0, None, name, 0, units[heads[0] - 1].end if heads and heads[0] else (len(text.rstrip()) if not heads else 0),
                    language(name or text[:2000]), False)]
    for number in heads:
        unit = units[number]
        above = tree.above[number]
        parent = of.get(above, 0) if above is not None else 0
        level = 0 if number in titles else rows[parent].level + 1
        title = clean(text[unit.title:unit.end])
        rows.append(Section(policy.name, of[number], None if level == 0 else parent, level, unit.marker.number if unit.marker else None, title or None,
                            unit.start, ends[of[number]], language(title) or language(text[unit.start:unit.start + 400]), number in announced))
    odd = [Irregularity(kind, units[number].start, units[number].end, detail) for kind, number, detail in tree.oddities if number not in toc]
    entries = sorted(toc)
    for one, two in zip(entries, entries[1:]):
        marks = units[one].marker, units[two].marker
        if two == one + 1 and None not in marks and marks[0].kind == marks[1].kind and marks[1].value > marks[0].value + 1 > 1:
            odd.append(Irregularity("gap", units[two].start, units[two].end, f"table of contents: {marks[0].value} is followed by {marks[1].value}"))
    odd += _odd_contents(text, units, toc, tree, of, rows)
    odd += _empty(text, units, tree, of, rows, place, toc)
    return tuple(rows), place, tuple(sorted(odd, key=lambda oddity: (oddity.start, oddity.kind)))


def _odd_contents(text: str, units: Sequence[Unit], toc: dict[int, int | None], tree: Outline, of: dict[int, int], rows: Sequence[Section]) -> list[Irregularity]:
    """What the table of contents announces and is not there, and what is there and not announced."""
    odd = [Irregularity("toc_only", units[entry].start, units[entry].end, clean(text[units[entry].title:units[entry].end])) for entry, there in toc.items() if there is None]
    hit = [there for there in toc.values() if there is not None and there in of]
    if len(hit) >= 2:
        level = min(rows[of[there]].level for there in hit)
        kinds = {(units[there].marker.kind if units[there].marker else None, rows[of[there]].parent) for there in hit if rows[of[there]].level == level}
        for number, section in of.items():
            mark = units[number].marker.kind if units[number].marker else None
            if number not in hit and rows[section].level == level and (mark, rows[section].parent) in kinds and mark is not None and number > min(toc):
                odd.append(Irregularity("not_in_toc", units[number].start, units[number].end, rows[section].title or ""))
    return odd


def _empty(text: str, units: Sequence[Unit], tree: Outline, of: dict[int, int], rows: Sequence[Section], place: Sequence[int], toc: dict[int, int | None]) -> list[Irregularity]:
    """Sections without text, or whose announced list is missing."""
    parents = {row.parent for row in rows if row.parent is not None}
    own: dict[int, list[int]] = {}
    for number in range(len(units)):
        if number not in of and number not in toc:
            own.setdefault(place[number], []).append(number)
    odd = []
    for number, section in of.items():
        if section in parents:
            continue
        inside = own.get(section, [])
        last = units[inside[-1]] if inside else units[number]
        if not inside and rows[section].level > 0:
            odd.append(Irregularity("empty_section", units[number].start, units[number].end, "nothing follows the heading"))
        elif inside and inside[-1] + 1 not in toc and last.kind == "paragraph" and last.marker is None and text[last.start:last.end].rstrip("*_ ").endswith(("：", ":")):
            odd.append(Irregularity("empty_section", last.start, last.end, "what is announced does not follow"))
    return odd


def _tables(units: Sequence[Unit]) -> tuple[tuple[tuple[int | None, ...], ...], ...]:
    """The tables as rows of clause numbers."""
    tables: dict[int, dict[int, dict[int, int]]] = {}
    for number, unit in enumerate(units):
        if unit.kind == "cell":
            tables.setdefault(unit.table or 0, {}).setdefault(unit.row, {}).setdefault(unit.column, number)
    made = []
    for rows in tables.values():
        width = 1 + max(column for row in rows.values() for column in row)
        made.append(tuple(tuple(rows[row].get(column) for column in range(width)) for row in sorted(rows)))
    return tuple(made)
