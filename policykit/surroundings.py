"""What stands around a sentence, for the clause-type model: its neighbours, its lead-in and the titles above it.

Each sentence has five places beside its own; the second stage of the model is linear in the scores of the
sentence and of what stands in these places (nothing there: zeros).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from policykit.structure import Document
from policykit.text import fold, sentences

PLACES = ("sentence", "before", "after", "lead", "title", "top title")

_numbered = re.compile(r"\s*(?:第?[一二三四五六七八九十]{1,3}[、.．，,章节条]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}(?:[.．]\d{1,2}){0,3}[、.．，,\s]?|【|[IVX]{1,4}[.、])\s*\S")
_first = re.compile(r"\s*(?:第?[一二三四五六七八九十]{1,3}[、.．，,章节条]|\d{1,2}[.．、](?!\d)|【|[IVX]{1,4}\.)")


@dataclass(frozen=True)
class Laid:
    """The texts of a document in order, and for each sentence the number of the text in each place (-1: none)."""

    texts: list[str]
    owner: np.ndarray           # clause of each text; -1: a title
    places: np.ndarray          # text x place
    judged: np.ndarray          # the texts that are sentences to be judged


def lay(document: Document) -> Laid:
    """The sentences of a document outside headings and tables of contents, and what stands around each."""
    texts: list[str] = []
    owner: list[int] = []
    titles: dict[int, int] = {}
    for section in document.sections:
        if section.title:
            titles[section.section] = len(texts)
            texts.append(fold(section.title))
            owner.append(-1)
    tops = {section.section: document.path(section.section)[0].section for section in document.sections}
    places: list[tuple[int, ...]] = [(at, -1, -1, -1, -1, -1) for at in range(len(texts))]
    last: dict[int, int] = {}   # the last sentence of each clause
    previous, section_before = -1, None
    for clause in document.clauses:
        if clause.kind in ("heading", "toc"):
            previous = -1
            continue
        if clause.section != section_before:
            previous, section_before = -1, clause.section
        lead = last.get(clause.lead, -1) if clause.lead is not None else -1
        title, top = titles.get(clause.section, -1), titles.get(tops.get(clause.section, 0), -1)
        for start, end in sentences(document.folded, clause.start, clause.end):
            at = len(texts)
            texts.append(document.folded[start:end])
            owner.append(clause.clause)
            places.append((at, previous, -1, lead, title, top if top != title else -1))
            if previous >= 0:
                places[previous] = (*places[previous][:2], at, *places[previous][3:])
            previous = last[clause.clause] = at
    return Laid(texts, np.array(owner, int), np.array(places, int).reshape(-1, len(PLACES)), np.flatnonzero(np.array(owner, int) >= 0))


def lay_sheet(texts: Sequence[str]) -> np.ndarray:
    """The places of the sentences of an annotated sheet, which has titles among its rows and no marks for them."""
    places = np.full((len(texts), len(PLACES)), -1)
    title = top = lead = -1
    since = 0
    for at, text in enumerate(texts):
        places[at, 0] = at
        if len(text) <= 30 and _numbered.match(text) and text.rstrip()[-1:] not in "。；;，,：:！!.":
            title, lead = at, -1
            if _first.match(text):
                top = at
            continue
        places[at, 4] = title
        places[at, 5] = top if top != title else -1
        if at and at - 1 != title:
            places[at, 1], places[at - 1, 2] = at - 1, at
        since += 1
        places[at, 3] = lead if since <= 12 else -1
        if text.rstrip()[-1:] in "：:":
            lead, since = at, 0
    return places


def around(scores: np.ndarray, places: np.ndarray) -> np.ndarray:
    """For each text the scores of what stands in its places, side by side."""
    padded = np.vstack([scores, np.zeros((1, scores.shape[1]), scores.dtype)])
    return padded[places].reshape(len(places), -1)
