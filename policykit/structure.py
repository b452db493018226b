"""Blocks to sections and clauses: the table of contents apart, the section tree, each clause with its lead-in."""

from __future__ import annotations

from dataclasses import dataclass

import re
from collections.abc import Sequence

from policykit import contents
from policykit.headings import announces, bare, bracketed, marker, printed, strength
from policykit.layout import Chrome, Unit, cut_at, units as units_of
from policykit.outline import Outline, outline
from policykit.read import Policy
from policykit.rows import Clause, Section
from policykit.text import HAN, View, fold, language


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


_title = re.compile(
    r"隐私|个人信息|(?:用户|使用|服务|注册|软件|许可)[^。，,]{0,8}(?:协议|条款|须知|规则|合同)|法律声明|免责声明|cookies? (?:policy|notice)|privacy|terms (?:of|and)|user agreement|terms & conditions", re.I)
_titled = re.compile(r"(?:政策|声明|协议|指引|条款|条例|须知|规则|说明|摘要|概要|公告|policy|statement|notice|agreement|terms(?: of (?:use|service))?|conditions|guidelines?)(?:[（(][^）)]*[）)]|[》】」”\"\]]|\s|[vV]?[\d.]+)*$", re.I)
_of_policy = re.compile(r"隐私|个人信息|儿童|未成年人|privacy|personal (?:information|data)|cookies?", re.I)
_of_terms = re.compile(r"(?:用户|使用|服务|注册|软件|许可|会员)[^。，,]{0,10}(?:协议|条款|须知|规则|合同)|法律声明|免责声明|知识产权|terms (?:of|and|&)|user agreement|licen[cs]e agreement|legal (?:statement|notice)|disclaimer", re.I)
_pure = re.compile(
    r"[^，。,；;：:]{0,16}?(?:隐私(?:权)?(?:保护)?(?:政策|声明|协议|条款|指引)|个人信息(?:保护)?(?:政策|声明|处理规则)|(?:用户|使用|服务|注册|用户服务|用户注册|用户使用|软件许可及服务)(?:协议|条款))"
    r"|(?:our |the )?(?:privacy (?:policy|statement|notice)|terms (?:of (?:use|service)|and conditions|& conditions)|user agreement)", re.I)
_lead = re.compile(r"[：:—][*_”\"'\s]*$")
_semicolon = re.compile(r"[；;][*_\s]*$|[；;]\s*(?:and|or|以及|及|和|或)[*_\s]*$")
_label = re.compile(rf"[*_·•\s]*[^：:，,。；;\n]{{1,28}}[：:](?!//)")
_full = re.compile(r"[。.!！?？][*_”\"'）)\s]*$")


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
        top, titles = _titles(text, units, aside, policy.title)
        tree = outline(text, units, aside | top, titles, {number for number in toc.values() if number is not None})
        cuts = _hidden(text, units, tree, aside)
        if not cuts:
            break
        units = [part for number, unit in enumerate(units) for part in (cut_at(text, unit, sorted(cuts[number])) if number in cuts else [unit])]
    sections, place, odd = _sections(policy, units, toc, tree, titles, top)
    kinds = _kinds(text, units, aside, tree, top)
    leads = _leads(text, units, kinds, tree)
    clauses = tuple(
        Clause(policy.name, number, place[number], kinds[number], leads[number], unit.start, unit.end, language(text[unit.start:unit.end]), text[unit.start:unit.end])
        for number, unit in enumerate(units))
    return Document(policy, folded, sections, clauses, _tables(units), odd, _parts(sections), tuple(chrome))


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


def _titles(text: str, units: Sequence[Unit], toc: set[int], name: str | None) -> tuple[set[int], set[int]]:
    """Units that are the title of the document, at the top, and those where a second document or version begins."""
    found: set[int] = set()
    for number, unit in enumerate(units[:12]):   # the top
        piece = text[unit.start:unit.end]
        if unit.marker is not None or number in toc:
            break
        if unit.kind == "cell" or len(piece) > 90 or piece.lower().startswith("apkid"):
            continue
        named = name is not None and _clean(piece) == _clean(name) and bare(piece)
        if named or (number < 6 or unit.kind == "heading") and _title.search(piece) and _titled.search(piece.strip("*_# 》《")) and strength(piece) == 2:
            if not found or named or max(found) == number - 1:
                found.add(number)
    top, found = found, set()
    last = max(top, default=-1)
    opening = text[units[min(top)].start:units[min(top)].end] if top else ""
    current = "policy" if _of_policy.search(opening) or not _of_terms.search(opening) else "terms"
    # later: a title that is followed by numbering from one again, or by the other language
    begins = [number for number, unit in enumerate(units) if unit.marker is not None and unit.marker.value == 1 and unit.marker.kind in ("chapter", "part", "han", "article", "1", "I")]
    for number in range(last + 1, len(units)):
        unit = units[number]
        size = unit.end - unit.start
        if unit.marker is not None or size > 90 or unit.kind == "cell" or number in toc or number - 1 in toc and not unit.gap:
            continue
        piece = text[unit.start:unit.end]
        if not _title.search(piece) or not _titled.search(piece.strip("*_# 》《")) or strength(piece) < 2 or piece.lstrip("*_# ").startswith(("《", "“", "\"")):
            continue
        sort = "policy" if _of_policy.search(piece) else "terms" if _of_terms.search(piece) else current
        if sort != current and _pure.fullmatch(piece.strip("*_# 》《“”\"")) and number + 1 < len(units) and units[number + 1].end - units[number + 1].start > 30:
            found.add(number)
            current = sort
            continue
        before = language(text[max(0, unit.start - 1500):unit.start])
        after = language(text[unit.end:unit.end + 1500])
        turned = {before, after} == {"zh", "en"} and language(piece) == after
        if turned or begins and _anew(units, begins, number, toc):
            found.add(number)
    return top, found


def _anew(units: Sequence[Unit], begins: Sequence[int], number: int, toc: set[int]) -> bool:
    """Whether the chapters count from one again after this unit, as they did before it."""
    after = next((place for place in begins if place > number and place not in toc), None)
    if after is None or after - number > 40:
        return False
    kind = units[after].marker.kind
    earlier = [unit.marker for place, unit in enumerate(units[:number]) if unit.marker is not None and unit.marker.kind == kind and place not in toc]
    between = [place for place in range(number, after) if place not in toc and units[place].marker is not None and units[place].marker.kind == kind and units[place].marker.value > 1]
    rank = kind in ("chapter", "part", "han", "article", "I")
    return bool(earlier) and not between and rank and max(mark.value for mark in earlier) >= 3


def _sections(policy: Policy, units: Sequence[Unit], toc: dict[int, int | None], tree: Outline, titles: set[int], top: set[int]) -> tuple[tuple[Section, ...], list[int], tuple[Irregularity, ...]]:
    """The section rows, the section of each unit, and what is odd."""
    text = policy.text
    announced = {number for number in toc.values() if number is not None}
    heads = [number for number in range(len(units)) if tree.heading[number] and number not in toc]
    of = {number: place for place, number in enumerate(heads, 1)}
    given = policy.title if policy.title and _title.search(policy.title) and strength(policy.title) == 2 and marker(policy.title) is None else None
    name = _clean(text[units[min(top)].title:units[min(top)].end]) if top else given
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
        title = _clean(text[unit.title:unit.end])
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


def _clean(title: str) -> str:
    """A title without line ends, bold signs and closing colon."""
    title = re.sub(rf"\s*\n\s*(?=[{HAN}])|(?<=[{HAN}])\s*\n\s*", "", title)
    title = re.sub(r"\s+", " ", title).strip().strip("*_#").strip()
    if bracketed(title):
        title = title.rstrip("：:")[1:-1].strip()
    return title.rstrip("：:").strip("*_# ")


def _odd_contents(text: str, units: Sequence[Unit], toc: dict[int, int | None], tree: Outline, of: dict[int, int], rows: Sequence[Section]) -> list[Irregularity]:
    """What the table of contents announces and is not there, and what is there and not announced."""
    odd = [Irregularity("toc_only", units[entry].start, units[entry].end, _clean(text[units[entry].title:units[entry].end])) for entry, there in toc.items() if there is None]
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


def _kinds(text: str, units: Sequence[Unit], toc: set[int], tree: Outline, top: set[int]) -> list[str]:
    """The kind of each clause."""
    kinds = []
    for number, unit in enumerate(units):
        if number in toc:
            kinds.append("toc")
        elif unit.kind == "cell":
            kinds.append("cell")
        elif tree.heading[number] or number in top:
            kinds.append("heading")
        else:
            kinds.append("item" if unit.marker is not None or unit.kind == "item" else "paragraph")
    number = 0
    while number < len(units):   # lists without numbers: what a lead-in announces, line by line
        if kinds[number] in ("paragraph", "item", "heading") and _lead.search(text[max(units[number].start, units[number].end - 12):units[number].end]):
            stop = number + 1
            while stop < len(units) and kinds[stop] == "paragraph" and _entry(text[units[stop].start:units[stop].end]):
                stop += 1
            before = text[max(units[stop - 1].start, units[stop - 1].end - 12):units[stop - 1].end]
            if stop - number > 1 and stop < len(units) and kinds[stop] == "paragraph" and _semicolon.search(before):
                stop += 1   # the last one ends with a full stop
            if stop - number > 2:
                kinds[number + 1:stop] = ["item"] * (stop - number - 1)
                number = stop - 1
        number += 1
    return kinds


def _entry(piece: str) -> bool:
    """Whether a line reads like an entry of a list: it ends with a semicolon, has a label, or is a fragment."""
    if _semicolon.search(piece):
        return True
    label = _label.match(piece)
    if label is not None and label.end() < len(piece.rstrip()):
        return True
    return len(piece) <= 60 and not _full.search(piece) and not _lead.search(piece) and strength(piece) > 0


def _leads(text: str, units: Sequence[Unit], kinds: list[str], tree: Outline) -> list[int | None]:
    """For each unit the one that governs it."""
    leads: list[int | None] = [None] * len(units)
    of_run: dict[int, int | None] = {}
    headers: dict[tuple[int, int], int] = {}
    caption: int | None = None     # what announces the table
    before: int | None = None      # the last unit outside the table of contents
    plain: int | None = None       # the lead-in of a list without numbers that is open
    for number, unit in enumerate(units):
        kind = kinds[number]
        if kind == "toc":
            before = None
            continue
        if kind == "cell":
            key = (unit.table or 0, unit.column)
            if not number or kinds[number - 1] != "cell" or units[number - 1].table != unit.table:
                caption = before if before is not None and kinds[before] != "cell" and _announces(text, units[before]) else None
            before = number
            if unit.header or unit.row == 0:
                headers.setdefault(key, number)
                leads[number] = caption
            else:
                leads[number] = headers.get(key)
            continue
        run = tree.run[number]
        if unit.marker is not None and run is not None and kind in ("item", "heading"):
            plain = None
            bullet = unit.marker.family == "-"
            fresh = run not in of_run or bullet and before is not None and tree.run[before] != run and _announces(text, units[before])
            if fresh:
                of_run[run] = _governor(text, units, kinds, tree, number, before)
            leads[number] = of_run[run]
            if fresh and kind == "item" and unit.marker.value == 2 and before is not None and kinds[before] == "paragraph" and leads[before] is not None:
                kinds[before], of_run[run], leads[number] = "item", leads[before], leads[before]   # the first item has lost its number
        elif kind == "item":
            if before is not None and (kinds[before] != "item" or tree.run[before] is not None) and _announces(text, units[before]):
                plain = before
            elif before is None or kinds[before] != "item":
                plain = None
            leads[number] = plain
        else:
            plain = None
            if kind == "paragraph" and before is not None and kinds[before] not in ("heading", "cell") and text[units[before].start:units[before].end].rstrip("*_ ").endswith(("：", ":")):
                leads[number] = before
            elif kind == "paragraph" and before is not None and kinds[before] == "heading" and strength(text[units[before].title:units[before].end]) < 2 and _announces(text, units[before]):
                leads[number] = before
        before = number
    return leads


def _announces(text: str, unit: Unit) -> bool:
    """Whether a unit announces what follows it."""
    return announces(text[max(unit.start, unit.end - 130):unit.end])


def _governor(text: str, units: Sequence[Unit], kinds: Sequence[str], tree: Outline, number: int, before: int | None) -> int | None:
    """What governs the first item of a list."""
    if before is None:
        return None
    if _announces(text, units[before]) and kinds[before] != "cell":
        return before
    if kinds[before] == "heading" and kinds[number] == "item" and _fragment(text, units[number]):
        return before   # fragments under a heading
    parent = tree.parent[number]
    if parent is not None and kinds[parent] == "item" and parent == before:
        return parent
    return None


def _fragment(text: str, unit: Unit) -> bool:
    """Whether an item is no sentence by itself: short, without a full stop."""
    piece = text[unit.title:unit.end].rstrip("；;*_ ")
    return len(piece) <= (40 if language(piece) == "zh" else 100) and strength(piece) == 2 and not announces(piece)


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


def _parts(sections: Sequence[Section]) -> tuple[str, ...]:
    """To what each section belongs: policy, terms, or front."""
    def verdict(section: Section) -> str | None:
        title = section.title or ""
        if _of_policy.search(title):
            return "policy"
        return "terms" if _of_terms.search(title) else None

    parts = ["policy"] * len(sections)
    roots = [section for section in sections if section.level == 0]
    verdicts = {section.section: verdict(section) for section in roots}
    ranked = [section for section in sections if section.level == 1 and re.match(r"part|第.+(?:部分|编|篇)", section.number or "", re.I)]
    private = [section for section in ranked if verdict(section) == "policy"]
    if len(ranked) > 1 and len(private) == 1:
        of = {section.section: "policy" if section in private else "terms" for section in ranked}
        for section in sections:
            top = section
            while top.level > 1 and top.parent is not None:
                top = sections[top.parent]
            parts[section.section] = of.get(top.section, "front" if top.section < ranked[0].section else "policy")
        return tuple(parts)
    if "terms" in verdicts.values():
        policy_there = "policy" in verdicts.values()
        for section in sections:
            top = section
            while top.parent is not None:
                top = sections[top.parent]
            said = verdicts.get(top.section)
            parts[section.section] = said or ("front" if top.section == 0 and policy_there else "policy")
    return tuple(parts)
