"""Leads: the kind of each clause, and the clause that governs it: the lead-in of its list, the heading of its column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policykit.headings import announces, strength
from policykit.layout import Unit
from policykit.outline import Outline
from policykit.text import language

_lead = re.compile(r"[：:—][*_”\"'\s]*$")
_semicolon = re.compile(r"[；;][*_\s]*$|[；;]\s*(?:and|or|以及|及|和|或)[*_\s]*$")
_label = re.compile(r"[*_·•\s]*(?:[^：:，,。；;\n]{1,28}|[^：:，,。；;\n（(]{1,28}[（(][^（()）\n]{1,90}[)）])[：:](?!//)")
_full = re.compile(r"[。.!！?？][*_”\"'）)\s]*$")


def kinds_of(text: str, units: Sequence[Unit], toc: set[int], tree: Outline, top: set[int]) -> list[str]:
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
                if any(_lead.search(text[max(units[one].start, units[one].end - 12):units[one].end]) for one in range(number + 1, stop)):
                    while stop < len(units) and kinds[stop] == "paragraph" and (label := _label.match(text, units[stop].start, units[stop].end)) and label.end() < units[stop].end:
                        stop += 1   # of a list in the list: the outer one goes on
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


def leads_of(text: str, units: Sequence[Unit], kinds: list[str], tree: Outline) -> list[int | None]:
    """For each unit the one that governs it."""
    leads: list[int | None] = [None] * len(units)
    of_run: dict[int, int | None] = {}
    headers: dict[tuple[int, int], int] = {}
    caption: int | None = None     # what announces the table
    before: int | None = None      # the last unit outside the table of contents
    plain: int | None = None       # the lead-in of a list without numbers that is open
    inner: int | None = None       # the bullet that announces other bullets
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
                first = headers.setdefault(key, number)
                if unit.header and units[first].header and unit.row - units[first].row == 1 and any(0 <= one < len(units) and (units[one].table, units[one].row) == (unit.table, unit.row) for one in (number - 1, number + 1)):
                    headers[key] = number      # a second row of headings tells more
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
            if bullet and not fresh and before is not None and tree.run[before] == run and kinds[before] == kind == "item":
                if _opens(text, units, kinds, before, run=tree.run):
                    inner = before           # a bullet announces those that follow it
                elif inner is not None and (leads[before] != inner or _closes(text, units, before)):
                    inner = None
                if inner is not None:
                    leads[number] = inner
            if fresh and kind == "item" and unit.marker.value == 2 and before is not None and kinds[before] == "paragraph" and leads[before] is not None:
                kinds[before], of_run[run], leads[number] = "item", leads[before], leads[before]   # the first item has lost its number
        elif kind == "item":
            if plain is not None and kinds[plain] == "item" and tree.run[plain] is None and 0 < unit.level <= units[plain].level:
                plain = leads[plain]         # the list inside an item has ended
            if before is not None and (kinds[before] != "item" or tree.run[before] is not None or unit.level > units[before].level > 0) and _announces(text, units[before]):
                plain = before
            elif before is None or kinds[before] != "item":
                plain = None
            elif plain is not None and unit.level == 0 and tree.run[before] is None and leads[before] == plain and _opens(text, units, kinds, before):
                plain = before               # an item announces a list of its own
            elif plain is not None and kinds[plain] == "item" and tree.run[plain] is None and leads[before] == plain and _closes(text, units, before):
                plain = leads[plain]         # which ends with a full stop
            leads[number] = plain
        else:
            plain = None
            if kind == "paragraph" and before is not None and kinds[before] not in ("heading", "cell") and text[units[before].start:units[before].end].rstrip("*_ ").endswith(("：", ":")):
                leads[number] = before
            elif kind == "paragraph" and before is not None and kinds[before] == "heading" and strength(text[units[before].title:units[before].end]) < 2 and _announces(text, units[before]):
                leads[number] = before
        before = number
    return leads


def _opens(text: str, units: Sequence[Unit], kinds: Sequence[str], number: int, run: Sequence[int | None] | None = None) -> bool:
    """Whether an item without a number ends with a colon after a sentence, and two like it that end with a semicolon follow."""
    unit = units[number]
    if number + 2 >= len(units) or not _lead.search(text[max(unit.start, unit.end - 12):unit.end]) or _semicolon.search(text[max(unit.start, unit.end - 12):unit.end]):
        return False
    return unit.end - unit.start > 20 and all(kinds[after] == "item" and (units[after].marker is None if run is None else run[after] == run[number]) and _semicolon.search(text[max(units[after].start, units[after].end - 12):units[after].end])
                                              for after in (number + 1, number + 2))


def _closes(text: str, units: Sequence[Unit], number: int) -> bool:
    """Whether an item ends a list whose other items end with a semicolon."""
    ends = [text[max(units[one].start, units[one].end - 12):units[one].end] for one in (number - 1, number)]
    return _semicolon.search(ends[0]) is not None and _full.search(ends[1]) is not None


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
