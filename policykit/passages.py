"""Passages: clauses as the patterns of facts see them, dates and names masked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from policykit import dates, names
from policykit.fact_patterns import DATE, FIRM, FIRM_EN, FIRM_ZH, ORG, ORG_EN, ORG_ZH, maybe_english, maybe_named
from policykit.rows import Clause
from policykit.structure import Document
from policykit.text import Sentences, View


@dataclass(slots=True)
class Passage:
    """A clause as the patterns see it: dates and names masked, and how to get back."""

    clause: Clause
    view: View
    text: str
    dates: list[dates.Date]
    source: str                  # the text of the policy
    shift: int = 0               # how many characters of `text` come from the clause before
    parts: Sentences | None = None

    def sentence(self, at: int) -> str:
        """The sentence that holds a position of `text`."""
        self.parts = self.parts or Sentences.folded(self.text)
        return self.text[slice(*self.parts.around(at))]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stands in the policy."""
        return self.view.span(max(0, start - self.shift), max(1, end - self.shift))


def masked(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """The text with a character in the place of each of those in the spans; of overlapping spans the first and longest counts.

    >>> masked("on 3 may 2019 we", [(3, 13, "#"), (5, 13, "*")])
    'on ########## we'
    """
    pieces, at = [], 0
    for start, end, char in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= at:
            pieces += [text[at:start], char * (end - start)]
            at = end
    return "".join((*pieces, text[at:]))


def passage(document: Document, clause: Clause, view: View, bits: int, numbered: bool, day_first: bool) -> Passage:
    """The clause with its dates and names masked.

    ``bits`` are those of the words in it; without ``numbered`` it holds no date.
    """
    text = view.text
    found = dates.find(text, day_first) if numbered else []
    spans = [(d.start, d.end, DATE) for d in found]
    if bits & FIRM_ZH:
        spans += [(*at, FIRM) for at in _firms(text)]
    if bits & ORG_ZH and clause.lang != "en" and len(text) < 4000:
        spans += [(n.start, n.end, ORG) for n in names.institutions(text)]
    firms = bits & FIRM_EN and maybe_english.search(text)
    if firms or clause.lang == "en" and bits & ORG_EN and maybe_named.search(text):
        cased = View.of(document.policy.text, clause.start, clause.end).text
        if len(cased) == len(text):
            spans += [(n.start, n.end, FIRM) for n in names.english(cased)] if firms else []
            spans += [(n.start, n.end, ORG) for n in names.english_institutions(cased)] if clause.lang == "en" else []
    return Passage(clause, view, masked(text, spans) if spans else text, found, document.policy.text)


_bold = re.compile(r"\s*\*\*\s*\*\*\s*|(?<=[\u4e00-\u9fff()])\s*\*\*\s*(?=[\u4e00-\u9fff()])")


def _firms(text: str) -> list[tuple[int, int]]:
    """Where the Chinese legal names of a folded text stand, also those whose parts are in bold.

    >>> text = "适用于**远帆** **(** **上海** **)** **网络有限公司**"
    >>> [text[start:end] for start, end in _firms(text)]
    ['远帆** **(** **上海** **)** **网络有限公司']
    """
    marks = list(_bold.finditer(text)) if "**" in text else []
    if not marks:
        return [(n.start, n.end) for n in names.chinese(text)]
    kept = sorted(set(range(len(text))) - {at for mark in marks for at in range(*mark.span())})
    return [(kept[n.start], kept[n.end - 1] + 1) for n in names.chinese("".join(text[at] for at in kept))]


def joined(before: Clause | None, here: Passage, document: Document) -> Passage:
    """A date that stands alone in its line, together with the label in the line before."""
    if before is None or len(here.text) > 40 or not here.dates or before.end - before.start > 30:
        return here
    if here.dates[0].start > 4:
        return here
    label = document.view(before).text.rstrip(":") + ":"
    if any(c.isdigit() for c in label):
        return here
    return Passage(here.clause, here.view, label + here.text, here.dates, here.source, len(label))
