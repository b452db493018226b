"""Siblings: single decisions about headings corrected by what the other members of a numbering are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policykit.headings import announces
from policykit.layout import Unit
from policykit.looks import following, follows


def corrected(text: str, units: Sequence[Unit], scores: Sequence[int], heading: list[bool], runs: Sequence[Sequence[int]], holders: set[int], toc: set[int], announced: set[int]) -> bool:
    """Correct single decisions by what the siblings are; whether anything changed."""
    changed = False
    for run in runs:
        numbered = [number for number in run if units[number].marker is not None and units[number].marker.family != "-"]
        if not numbered:
            continue
        fixed = [number for number in numbered if number in announced or units[number].kind == "heading" and heading[number] or text.startswith("#", units[number].start) or units[number].marker.kind in ("part", "chapter", "section") or units[number].marker.end >= units[number].end]
        if any(_ends(text, units[number], "；;") for number in numbered):
            fixed = [number for number in fixed if number in announced or not _ends(text, units[number], "；;。，,")]     # a list that the author printed large
        titles = [number for number in numbered if scores[number] == 2]
        below = {number: follows(units, scores, number, after) if (after := following(units, toc, number)) is not None else 0 for number in numbered}
        bold = sum(text.startswith("**", units[number].start) for number in titles)
        inner = [number for number in titles if number != numbered[-1]]
        bodied = [number for number in inner if below[number] == 2 or below[number] == 1 and not announces(text[units[number].title:units[number].end])]
        texts = [number for number in inner if below[number] == 2]
        closed = [number for number in numbered if scores[number] == 1 and _ends(text, units[number], "。")]
        said = len(numbered) > 1 and len(closed) * 3 >= 2 * len(numbered) and units[numbered[0]].marker.kind in _said and all(
            scores[number] and below[number] == 2 and (number in closed and _phrase(text, units[number]) or scores[number] == 2) and _runs(text, units, toc, number) for number in numbered)
        if said and not _announced(text, units, numbered[0]):
            is_list = False       # （一）Cookie。 and its text below
        elif fixed and len(fixed) * 3 >= len(numbered):
            is_list = False
        elif len(numbered) == 1:
            is_list = not heading[numbered[0]] or _announced(text, units, numbered[0])
        elif not bodied:
            first = numbered[0]
            last = numbered[-1]
            is_list = not (len(titles) == 1 and titles[0] == last and below[last] == 2 and len(numbered) <= 3 and not _announced(text, units, first)) and not (
                len(numbered) > 1 and len(titles) == len(numbered) and bold == len(titles) and below[last] == 2)
        else:
            last = numbered[-1]
            weight = len(texts) + 0.5 * (len(bodied) - len(texts)) + (0.5 if last in titles and below[last] else 0)
            if units[last].marker.kind == "han" and not _announced(text, units, numbered[0]):
                weight *= 2
            is_list = weight < (0.34 if not _announced(text, units, numbered[0]) else 0.5) * len(titles)
        for number in numbered:
            if is_list:
                wanted = number in fixed and number not in closed
            elif said:
                wanted = True
            else:
                size = units[number].end - units[number].title
                wanted = number in fixed or scores[number] == 2 or scores[number] == 1 and below[number] > 0 and size <= 260
                if scores[number] == 1 and wanted and number not in fixed and _ends(text, units[number], "。；;."):
                    wanted = 2 * sum(heading[one] for one in numbered if one != number) >= len(numbered)
                if scores[number] == 1 and wanted and number not in fixed and len(numbered) == 1:
                    wanted = heading[number]
            wanted = wanted or number in holders and scores[number] > 0 and not _ends(text, units[number], "。；;.")
            if wanted != heading[number]:
                heading[number] = wanted
                changed = True
    return changed


_said = frozenset(("han", "(han)", "1", "1、", "(1)", "1)"))
_sentence = re.compile(r"(?:我们|我司|本公司|平台)(?:会|将|可能|不|仅|已|有权|承诺)|[您你](?:可|应|须|需|有权|同意|知悉|理解|不得|无需)|不得|应当|必须|请[您勿]|均")


def _phrase(text: str, unit: Unit) -> bool:
    """Whether a short line that ends with a full stop only names what it is about: 信息的存储。"""
    return _sentence.search(text, unit.title, unit.end) is None


def _runs(text: str, units: Sequence[Unit], toc: set[int], number: int) -> bool:
    """Whether running text, longer than a unit, or the lead-in of a list follows it."""
    after = following(units, toc, number)
    if after is None:
        return False
    return units[after].end - units[after].start > max(20, units[number].end - units[number].start) or announces(text[units[after].start:units[after].end])


def _ends(text: str, unit: Unit, signs: str) -> bool:
    """Whether a unit ends with one of these signs."""
    return text[unit.start:unit.end].rstrip("*_ ")[-1:] in tuple(signs)


def _announced(text: str, units: Sequence[Unit], number: int) -> bool:
    """Whether the unit before ends with a colon."""
    return number > 0 and text[units[number - 1].start:units[number - 1].end].rstrip("*_ ”\"").endswith(("：", ":"))
