"""What the rulebook finds in each of many texts, as features: what a classifier with few examples cannot learn from them.

Codebook items and the broad items above them, SDKs, permissions, purposes, the words that act (collects, shares, we, third parties,
negations, conditions), the cues of clause types, and marks.  Thirty kinds of data are one sign here, and many n-grams.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from policykit import topics
from policykit.matching import Hit
from policykit.rules import Rulebook
from policykit.text import fold

AT_LEAST = 3            # texts that must show a sign for it to be a feature

_marks = {"number": re.compile(r"\d+"), "list": re.compile("[、,;；]"), "address": re.compile(r"https?:|www\."), "at": re.compile("@"),
          "question": re.compile(r"\?"), "colon": re.compile(":"), "bracket": re.compile(r"\("), "quote": re.compile('"')}


def _named(hits: list[Hit], kind: str, rulebook: Rulebook) -> Counter[str]:
    """The signs of hits of one kind; an item also counts as the broadest one above it."""
    if kind not in ("item", "also"):
        return Counter(f"{kind} {hit.payload.id}" if kind != "named_sdk" else kind for hit in hits)
    found = Counter(f"item {hit.payload.id}" for hit in hits)
    return found + Counter(f"broad {top}" for hit in hits for top in rulebook.ancestors.get(hit.payload.id, ())[-1:])


def signs(texts: Sequence[str], rulebook: Rulebook) -> list[Counter[str]]:
    """How often each text shows each sign.

    >>> from policykit import rules
    >>> [found] = signs(["We share your phone number with third parties (see www.example.com)."], rules.load())
    >>> [found[name] for name in ("we we", "share share", "item phone_number", "items", "address", "bracket")]
    [1, 1, 1, 1, 1, 1]
    >>> [found] = signs(["我们不会收集您的手机号和身份证号。"], rules.load())
    >>> [found[name] for name in ("item phone_number", "items", "negator deny", "collect collect")]
    [1, 2, 1, 1]
    """
    folded = [fold(text).replace("\n", " ").replace("\r", " ") for text in texts]
    kinds = topics.families(rulebook)
    cues = [cue for members in kinds.members.values() for cue in members if cue.text and cue.first]
    made = []
    for text, hits in zip(folded, rulebook.terms.each(folded)[0] if folded else (), strict=True):
        found: Counter[str] = Counter()
        for kind, some in hits.items():
            found.update(_named(some, str(kind), rulebook))
        found["items"] = len({name for name in found if name.startswith("item ")})
        possible = kinds.sieve.may_match(text)
        for topic, _, inside, _, bit in cues:
            if inside and bit & possible:
                found[f"cue {topic}"] += len(inside.findall(text))
        for name, mark in _marks.items():
            found[name] = len(mark.findall(text))
        made.append(found)
    return made


@dataclass(frozen=True)
class SignSpace:
    """Which signs are features, and the weight of each for its rarity."""

    rulebook: Rulebook = field(repr=False)
    column: dict[str, int] = field(repr=False)
    rarity: np.ndarray = field(repr=False)

    @classmethod
    def of(cls, texts: Sequence[str], rulebook: Rulebook) -> SignSpace:
        """The signs of texts that some of them show."""
        many = Counter(name for found in signs(texts, rulebook) for name, count in found.items() if count)
        names = sorted(name for name, count in many.items() if count >= AT_LEAST)
        return cls(rulebook, {name: at for at, name in enumerate(names)}, np.array([np.log(len(texts) / many[name]) + 1 for name in names], np.float32))

    def features(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """The feature rows of texts: a sign counts as the logarithm of how often it is shown, times its rarity, in rows of length one."""
        rows, columns, counts = [], [], []
        for row, found in enumerate(signs(texts, self.rulebook)):
            for name, count in found.items():
                if count and name in self.column:
                    rows.append(row)
                    columns.append(self.column[name])
                    counts.append(count)
        at = np.array(columns, int)
        values = (1 + np.log(np.array(counts, float))) * self.rarity[at] if len(at) else np.zeros(0)
        length = np.sqrt(np.bincount(rows, values * values, len(texts))) if len(at) else np.ones(len(texts))
        return sparse.csr_matrix((values / length[rows] if len(at) else values, (rows, columns)), (len(texts), len(self.column)), np.float32)
