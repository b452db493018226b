"""Phrases of the law and of defects, compiled: each a bit of a mask, each condition a tree of masks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from policykit.law import Condition, Law
from policykit.literals import machine
from policykit.rules import normal, plural


_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_ending = re.compile(r"(?:s|es|d|ed|ing|'s)?(?![a-z0-9])")
_longer_ending = re.compile(r"[a-z]*(?![a-z0-9])")


@dataclass(slots=True)
class Phrases:
    """The leaves of all conditions as bits, and the automaton that finds their phrases."""

    bits: dict[Any, int] = field(default_factory=dict)
    machine: Any = None

    def bit(self, key: Any) -> int:
        """The bit of a leaf."""
        return self.bits.setdefault(key, 1 << len(self.bits))

    def build(self, law: Law) -> None:
        """The automaton of every phrase among the leaves."""
        masks: dict[str, int] = {}
        kills: dict[str, int] = {}
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
        found = []
        for form in masks.keys() | kills.keys():
            left = form[0] in _LATIN
            ending = None if form[-1] not in _LATIN else _longer_ending if form.endswith(stems) else _ending
            found.append((form, (len(form), left, ending, masks.get(form, 0), kills.get(form, 0))))
        self.machine = machine(found, nothing=(0, False, None, 0, 0))

    def held(self, text: str, ends: list[int]) -> list[int]:
        """The bits that each stretch of a folded text holds; ``ends`` are the ends of the stretches."""
        own, place, stop, dead = [0] * len(ends), 0, ends[0], False
        for last, (length, left, ending, mask, kill) in self.machine.iter(text):
            if left and last >= length and text[last - length] in _LATIN:
                continue
            if ending is not None and ending.match(text, last + 1) is None:
                continue
            while last >= stop:
                place += 1
                stop = ends[place]
            own[place] |= mask
            dead = dead or kill
        if dead:   # a look-alike: take its hits away
            own = [0] * len(ends)
            for start, mask in self.hits(text):
                own[bisect_right(ends, start)] |= mask
        return own

    def hits(self, text: str) -> list[tuple[int, int]]:
        """Start and bits of each phrase in a folded text, look-alikes removed."""
        found, dead = [], []
        for last, (length, left, ending, mask, kill) in self.machine.iter(text):
            start = last - length + 1
            if left and start and text[start - 1] in _LATIN:
                continue
            if ending is not None and ending.match(text, last + 1) is None:
                continue
            if kill:
                dead.append((start, last + 1, kill))
            found.append((start, mask))
        return [(start, _without(start, mask, dead)) for start, mask in found] if dead else found


def _variants(form: str) -> set[str]:
    """A phrase as it may be written: 您 or 你, policy or policies, share or sharing."""
    forms = {form, form.replace("您", "你"), plural(form)}
    if form.endswith("e") and form[-2:-1] in _LATIN:
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
