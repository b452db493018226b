"""Phrases of the law and of defects, compiled: each a bit of a mask, each condition a tree of masks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from policykit.law import Condition, Law
from policykit.literals import machine
from policykit.rules import normal, plural
from policykit.text import LATIN

_ending = re.compile(r"(?:s|es|d|ed|ing|'s)?(?![a-z0-9])")
_longer_ending = re.compile(r"[a-z]*(?![a-z0-9])")


class Mentions(NamedTuple):
    """Phrases in a text: where each begins, its last character, and the number of its form."""

    start: np.ndarray
    last: np.ndarray
    form: np.ndarray


class Phrases:
    """The leaves of all conditions as bits, and the automaton that finds their phrases."""

    def __init__(self) -> None:
        self.bits: dict[Any, int] = {}

    def bit(self, key: Any) -> int:
        """The bit of a leaf."""
        return self.bits.setdefault(key, 1 << len(self.bits))

    def build(self, law: Law) -> None:
        """The automaton of every phrase among the leaves."""
        masks: dict[str, int] = {}
        kills: dict[str, int] = {}
        numbers: dict[str, int] = {}
        for key, bit in self.bits.items():
            if key[0] != "phrase":
                continue
            words, alike = key[1:], ()
            if len(words) == 1 and words[0] in law.words:
                words, alike = law.words[words[0]].words, law.words[words[0]].not_words
            for table, terms in ((masks, words), (kills, alike)):
                for term in terms:
                    form = normal(term)
                    for variant in _variants(form):
                        table[variant] = table.get(variant, 0) | bit
        stems = tuple(law.words["stems"].words) if "stems" in law.words else ()
        self._forms: list[tuple[bool, re.Pattern[str] | None, int, int]] = [(False, None, 0, 0)]
        for form in masks.keys() | kills.keys():
            ending = None if form[-1] not in LATIN else _longer_ending if form.endswith(stems) else _ending
            numbers[form] = len(self._forms)
            self._forms.append((form[0] in LATIN, ending, masks.get(form, 0), kills.get(form, 0)))
        left, endings, own, dead = zip(*self._forms)
        self._length, self._left = np.array([0, *map(len, numbers)], np.int64), np.array(left, bool)
        self._ends, self._kills = np.array([ending is not None for ending in endings]), np.array([bool(bits) for bits in dead])
        self.size = len(self.bits) // 64 + 1
        self._masks = self.words(own)
        self._machine = machine(numbers.items(), nothing=0)

    def words(self, bits: Iterable[int]) -> np.ndarray:
        """Masks as lines of words of 64 bits."""
        return np.frombuffer(b"".join(one.to_bytes(8 * self.size, "little") for one in bits), "<u8").reshape(-1, self.size)

    def found(self, text: str) -> Mentions:
        """Every phrase in a folded text, those inside of longer words left out."""
        last, form = np.fromiter(chain.from_iterable(self._machine.iter(text)), np.int64).reshape(-1, 2).T
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        latin = np.zeros(len(text) + 2, bool)               # of the characters, with one before and one after
        latin[1:-1] = (codes - 97 < 26) | (codes - 48 < 10)
        start = last + 1 - self._length[form]
        kept = ~(self._left[form] & latin[start])
        for at in np.flatnonzero(kept & self._ends[form] & latin[last + 2]).tolist():     # information, shares
            kept[at] = self._forms[form[at]][1].match(text, int(last[at]) + 1) is not None
        return Mentions(start[kept], last[kept], form[kept])

    def held(self, found: Mentions, ends: np.ndarray, starts: np.ndarray) -> np.ndarray:
        """The bits that each stretch of a text holds, as words; ``ends`` are the ends of the stretches.

        ``starts`` are those of the clauses; what looks like a phrase counts for its clause only.
        """
        own = np.zeros((len(ends), self.size), "<u8")
        if not len(found.last):
            return own
        place = np.searchsorted(ends, found.last, "right")
        first = np.flatnonzero(np.diff(place, prepend=-1))
        own[place[first]] = np.bitwise_or.reduceat(self._masks[found.form], first)
        alike = found.last[self._kills[found.form]]
        for clause in np.unique(np.searchsorted(starts, alike, "right") - 1).tolist() if len(alike) else ():     # take away their hits
            low, high = np.searchsorted(ends, starts[clause:clause + 2]).tolist() if clause + 1 < len(starts) else (int(np.searchsorted(ends, starts[clause])), len(ends))
            stops = ends[low:high].tolist()
            bits = [0] * len(stops)
            for start, mask in self.hits(found, int(starts[clause]), stops[-1]):
                bits[bisect_right(stops, start)] |= mask
            own[low:high] = self.words(bits)
        return own

    def hits(self, found: Mentions, left: int, right: int) -> list[tuple[int, int]]:
        """Start and bits of each phrase in a stretch of the text, look-alikes removed."""
        low, high = np.searchsorted(found.last, (left, right)).tolist()
        hits, dead = [], []
        for start, last, form in zip(found.start[low:high].tolist(), found.last[low:high].tolist(), found.form[low:high].tolist()):
            if start >= left:
                _, _, mask, kill = self._forms[form]
                hits.append((start, mask))
                if kill:
                    dead.append((start, last + 1, kill))
        return [(start, _without(start, mask, dead)) for start, mask in hits] if dead else hits


def _variants(form: str) -> set[str]:
    """A phrase as it may be written: 您 or 你, policy or policies, share or sharing."""
    forms = {form, form.replace("您", "你"), plural(form)}
    if form.endswith("e") and form[-2:-1] in LATIN:
        forms.add(form[:-1] + "ing")
    return forms


def _without(start: int, mask: int, dead: list[tuple[int, int, int]]) -> int:
    """The bits of a hit that no look-alike around it takes away."""
    for left, right, kill in dead:
        if left <= start < right:
            mask &= ~kill
    return mask


Tree = tuple[str, Any]


def compile_condition(condition: Condition | None, phrases: Phrases) -> Tree | None:
    """The condition as a tree: masks (any of them, in one sentence or clause), both or either of several trees."""
    if condition is None:
        return None
    parts = condition.all if condition.all is not None else condition.any
    if parts is None:
        return "masks", (((_leaf(condition, phrases), condition.within == "clause"),))
    trees = [tree for tree in (compile_condition(part, phrases) for part in parts) if tree is not None]
    if condition.any is not None:
        if trees and all(kind == "masks" for kind, _ in trees):
            return "masks", tuple(mask for _, masks in trees for mask in masks)
        return "either", tuple(trees)
    if condition.within == "document":
        return "both", tuple(trees)
    product: list[tuple[int, bool]] = [(0, condition.within == "clause")]
    for kind, masks in trees:
        if kind != "masks":
            raise ValueError("an `all` within a sentence cannot hold an `all` within the document")
        product = [(mask | other, wide or also) for mask, wide in product for other, also in masks]
    return "masks", tuple(product)


def _leaf(leaf: Condition, phrases: Phrases) -> int:
    if leaf.phrase is not None:
        return phrases.bit(("phrase", leaf.phrase) if isinstance(leaf.phrase, str) else ("phrase", *leaf.phrase))
    for kind in ("topic", "fact", "item", "sdk"):
        if getattr(leaf, kind):
            return phrases.bit((kind, getattr(leaf, kind)))
    raise ValueError("a condition without a leaf")


def masks_of(tree: Tree | None) -> Iterable[tuple[int, bool]]:
    """Every mask in a tree."""
    if tree is None:
        return
    kind, parts = tree
    if kind == "masks":
        yield from parts
    else:
        for part in parts:
            yield from masks_of(part)
