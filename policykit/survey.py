"""What all headings of a file tell before any of them is placed: where a numbering goes on, which are announced, which are printed large."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from policykit.layout import Unit
from policykit.parts import entitled

LOW = frozenset(("(1)", "1)", "(a)", "a)", "circled", "(han)"))      # styles in which the sections of a document rarely count
ANNEX = re.compile(r"[*_#【\s]*(?:附录|附件|附表|附：|appendix|annex)", re.I)
# what stands before the chapters and holds none of them
_opening = re.compile(r"[*_#【\s]*(?:特别|重要|温馨|友情|重点|风险|郑重)*(?:提示|提醒|须知|说明|引言|前言|序言|导言|概述|提示条款)[】*_\s：:]*|[*_#\s]*(?:introduction|preamble|overview|foreword|preface)[*_\s:]*", re.I)


@dataclass(frozen=True, slots=True)
class Survey:
    """The headings of a file, by what they are to the others."""

    later: dict[str, list[tuple[int, int]]]     # where each style numbers headings, and with which number
    firsts: list[dict[str, int]]                # in each document of the file, of each style: how often it begins below a heading without a number
    announced: set[int]
    loose: frozenset[int]                       # without a number, and not announced where others are
    before: frozenset[int]                      # those of them that stand before all that are announced
    notes: frozenset[int]                       # prefaces, which hold no chapters
    last: int                                   # the last one without a number that is announced; -1 where none is
    plain: list[int]                            # without a number
    sizes: list[int]                            # of each unit, the level that the format gives it; 0 for none
    formal: frozenset[int]                      # units that the format calls headings

    def next(self, kind: str, number: int) -> tuple[int, int]:
        """Where a style numbers a heading next, and with which number; 0 where it does not."""
        places = self.later.get(kind, ())
        at = bisect_left(places, (number + 1, 0))
        return places[at] if at < len(places) else (number, 0)

    def goes_on(self, kind: str, number: int, value: int) -> bool:
        """Whether a style has this number itself further on, before it begins anew."""
        return self.next(kind, number)[1] == value

    def outside(self, number: int) -> frozenset[int]:
        """The headings that hold no announced one such as this."""
        return self.before if number in self.formal else self.loose


def surveyed(text: str, units: Sequence[Unit], heading: Sequence[bool], toc: set[int], titles: set[int], announced: set[int]) -> Survey:
    """The survey of the units; arguments are those of the outline."""
    counts: list[dict[str, int]] = [{}]
    later: dict[str, list[tuple[int, int]]] = {}
    plain = True
    for number, unit in enumerate(units):
        if number in titles:
            counts.append({})
        if heading[number] and number not in toc:
            if unit.marker is not None:
                later.setdefault(unit.marker.kind, []).append((number, unit.marker.value))
                if unit.marker.value == 1 and plain:
                    counts[-1][unit.marker.kind] = counts[-1].get(unit.marker.kind, 0) + 1
            plain = unit.marker is None
    bare = [number for number, unit in enumerate(units) if heading[number] and unit.marker is None]
    annexes = {number for number in bare if ANNEX.match(text, units[number].start, units[number].end)}
    if len(counts) == 1:
        inside = [number for number in bare if number not in announced and number not in annexes]
        for kind in [kind for kind, count in counts[0].items() if count == 1 and kind in LOW]:
            if _inserted(inside, [number for number, _ in later[kind]]):
                counts[0][kind] = 0     # the list of one section among others
    loose = frozenset(number for number in bare if announced and number not in announced and not entitled(text[units[number].start:units[number].end]))
    return Survey(
        later, counts, announced, loose, frozenset(number for number in loose if number < min(announced)),
        frozenset(number for number in bare if _opening.fullmatch(text, units[number].title, units[number].end)),
        max((number for number in announced if units[number].marker is None and not ANNEX.match(text, units[number].start, units[number].end)), default=-1),
        [number for number in bare if number not in titles],
        [unit.level if unit.kind == "heading" else 0 for unit in units],
        frozenset(number for number, unit in enumerate(units) if unit.kind == "heading"))


def _inserted(plain: Sequence[int], series: Sequence[int]) -> bool:
    """Whether numbered headings stand in one of many sections without numbers: none of these between them, several behind them.

    >>> _inserted([1, 8, 9], [2, 3, 4]), _inserted([1, 3, 8, 9], [2, 4])
    (True, False)
    """
    return not any(series[0] < number < series[-1] for number in plain) and sum(number > series[-1] for number in plain) >= 2
