"""Evidence: the conditions of the law, looked up among the sentences of a policy's body.

A condition is a list of bit masks; a sentence holds one when it holds all of its leaves, together with its lead-in and its
heading, but must itself hold a part of what is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from policykit.body import CONTEXTS, LONG, Body, Sentence, body, numbers
from policykit.law import Condition, DefectKind, Law, Requirement
from policykit.phrases import Phrases, compile_condition
from policykit.rules import Rulebook
from policykit.structure import Document


class Line(NamedTuple):
    """A mask to be looked for, and what bars a sentence; leaves by their numbers, the rarest first."""

    mask: int
    leaves: tuple[int, ...]
    wide: bool                      # in the whole clause
    barred: int                     # contexts that are no evidence here
    unless: tuple[int, ...]         # leaves that a sentence must not hold,
    lead_unless: tuple[int, ...]    # nor its lead-in
    alone: bool                     # headings lend nothing
    certain: bool                   # a fact tells


Tree = tuple[str, tuple[Any, ...]]      # lines: any of these `Line`; both, either: of these trees


@dataclass(slots=True)
class Compiled:
    """The requirements, ready to be looked up."""

    law: Law
    phrases: Phrases
    cues: dict[str, int]
    trees: dict[str, dict[str, Tree | None]]
    unless: dict[str, tuple[int, ...]]  # what makes a sentence evidence of a part only
    bases: dict[str, tuple[str, str]]   # the sources of each requirement, in English and Chinese


def compile_law(law: Law) -> Compiled:
    """Every condition of the law in bits."""
    phrases = Phrases()
    cues = {name: phrases.bit(("phrase", name)) for name in ("change_list_cue", "definition_cue", "definition_heading", "exemption_list_cue", "legal_list_item")}
    trees = {rule.id: {key: compile_condition(getattr(rule, key), phrases) for key in ("applies", "met", "partial", "explicit")} for rule in law.requirements.values()}
    trees |= {kind.id: {"when": compile_condition(kind.when, phrases)} for kind in law.defects.values() if kind.when is not None}
    trees |= {kind.id: {"when": compile_condition(Condition(phrase=kind.words), phrases)} for kind in law.defects.values() if kind.words}
    rules: dict[str, Requirement | DefectKind] = law.requirements | law.defects
    unless = {name: {key: _leaves(phrases, getattr(rule, key, ())) for key in ("unless", "lead_unless", "met_unless")} for name, rule in rules.items()}
    for name in law.requirements:       # what users must not do is no statement about their data
        unless[name]["lead_unless"] += _leaves(phrases, ("conduct_cue",)) if "conduct_cue" in law.words else ()
    # each mask is looked up by its rarest leaf: the one whose phrases are longest on the whole
    weight = {}
    for key, bit in phrases.bits.items():
        words = law.words[key[1]].words if key[0] == "phrase" and len(key) == 2 and key[1] in law.words else key[1:]
        weight[bit] = (key[0] != "phrase", sum(min(len(word), 8) * (1 if word.isascii() else 2) for word in words) / len(words) / len(words) ** 0.5)
    facts = sum(bit for key, bit in phrases.bits.items() if key[0] == "fact")

    def lined(name: str, tree: Any) -> Tree | None:
        if tree is None or tree[0] != "masks":
            return tree and (tree[0], tuple(lined(name, part) for part in tree[1]))
        rule, made = rules[name], []
        barred = sum(CONTEXTS.values()) - sum(CONTEXTS[context] for context in getattr(rule, "counts", ()))
        for mask, wide in tree[1]:
            leaves = sorted((bit for bit in phrases.bits.values() if mask & bit), key=weight.__getitem__, reverse=True)
            made.append(Line(mask, tuple(bit.bit_length() - 1 for bit in leaves), wide, barred, unless[name]["unless"], unless[name]["lead_unless"],
                             getattr(rule, "headings", "ignore") == "ignore", bool(mask & facts)))
        return "lines", tuple(made)

    phrases.build(law)
    bases = {rule.id: (law.basis_en(rule), law.basis_zh(rule)) for rule in law.requirements.values()}
    return Compiled(law, phrases, cues, {name: {key: lined(name, tree) for key, tree in own.items()} for name, own in trees.items()},
                    {name: found["met_unless"] for name, found in unless.items()}, bases)


def _leaves(phrases: Phrases, parts: tuple[Any, ...]) -> tuple[int, ...]:
    """The numbers of the leaves for lists of words and phrases."""
    return tuple(phrases.bit(("phrase", part) if isinstance(part, str) else ("phrase", *part)).bit_length() - 1 for part in parts)


@lru_cache(maxsize=4)
def compiled(law: Law) -> Compiled:
    """The law's conditions as bits; made once."""
    return compile_law(law)


@dataclass(slots=True)
class Reading:
    """A document as the law's conditions see it."""

    body: Body
    phrases: Phrases
    hits: dict[int, list[tuple[int, int]]] = field(default_factory=dict)       # of long sentences

    def holding(self, line: Line) -> int:
        """The sentences that hold a mask, as bits."""
        body = self.body
        if line.mask & ~body.some:
            return 0
        near, own, lead, found, held, full = body.whole if line.wide else body.near, body.own, body.lead, -1, 0, -1
        for leaf in line.leaves:
            found &= near[leaf]
        if not found:
            return 0
        for leaf in line.leaves:
            held |= own[leaf]
            full &= own[leaf] | lead[leaf]
        found &= held & ~body.within[line.barred]
        for leaf in line.unless:
            found &= ~own[leaf]
        for leaf in line.lead_unless:
            found &= ~lead[leaf]
        # with its lead-in it must hold all of it; with a heading's help half of it
        if line.alone:
            found &= full
        elif len(line.leaves) > 2:
            for number in numbers(found & ~full):
                if 2 * self._count(line, number) < len(line.leaves):
                    found ^= 1 << number
        for number in numbers(found & self.body.long):
            if not self._near(line, number):
                found ^= 1 << number
        return found

    def best(self, line: Line, found: int) -> tuple[tuple[bool, float, int], int]:
        """The rank and number of the sentence, among some that hold a mask, that shows it best.

        That is where its rarest leaf is in the sentence, or a fact tells; where most of the leaves are; and of about eighty characters.
        """
        own = self.body.own
        rare = found if line.certain else found & own[line.leaves[0]]
        found = rare or found
        share, full = 1.0, found
        for leaf in line.leaves:
            full &= own[leaf]
        if not full:
            counts = {number: self._count(line, number) for number in numbers(found)}
            most = max(counts.values())
            share, full = most / len(line.leaves), 1 << next(number for number, count in counts.items() if count == most)
        number = next(numbers(full))
        return (bool(rare), share, -self.body.off[number]), number

    def _count(self, line: Line, number: int) -> int:
        """How many leaves of a mask a sentence holds itself."""
        return sum(self.body.own[leaf] >> number & 1 for leaf in line.leaves)

    def _near(self, line: Line, number: int) -> bool:
        """Whether the leaves of a mask that stand in a long sentence stand close together somewhere in it."""
        if number not in self.hits:
            self.hits[number] = self.phrases.hits(self.body.found, *self.body.spans[number])
        hits, some = self.hits[number], 0
        mask = sum(1 << leaf for leaf in line.leaves if self.body.own[leaf] >> number & 1)
        places = [(start, bits & mask) for start, bits in hits if bits & mask]
        for _, bits in places:
            some |= bits
        if some != mask:
            return not hits
        places.sort()
        for at, (start, bits) in enumerate(places):
            for other, more in places[at + 1:]:
                if other - start > LONG or bits == mask:
                    break
                bits |= more
            if bits == mask:
                return True
        return False


_latest: list[tuple[Document, Law, Reading]] = []


def reading(document: Document, rulebook: Rulebook, law: Law, marks: dict[int, int] | None = None) -> Reading:
    """The sentences of a document and what is found in them; the latest one is kept, since two stages ask for it."""
    if marks is None and _latest and _latest[0][0] is document and _latest[0][1] is law:
        return _latest[0][2]
    machine = compiled(law)
    made = Reading(body(document, [scanned.view for scanned in rulebook.scan(document)], machine.phrases, marks or {}, machine.cues), machine.phrases)
    _latest[:] = [(document, law, made)]
    return made


class Answer(NamedTuple):
    """Whether a condition holds, and the best sentence that shows it."""

    holds: bool
    best: Sentence | None = None
    count: int = 0


def ask(tree: Tree | None, seen: Reading, flags: int, unless: tuple[int, ...] = ()) -> Answer:
    """Whether a condition holds.

    ``flags`` are the leaves that hold for the document as a whole; a sentence that holds one of the leaves of
    ``unless``, or whose lead-in does, does not count.
    """
    if tree is None:
        return Answer(False)
    kind, parts = tree
    if kind == "lines":
        holds, all_found, best = False, 0, None
        for line in parts:
            holds = holds or line.mask & flags == line.mask
            found = seen.holding(line)
            for leaf in unless:
                found &= ~(seen.body.own[leaf] | seen.body.lead[leaf])
            if found:
                all_found |= found
                other = seen.best(line, found)
                best = other if best is None or other[0] > best[0] else best
        return Answer(holds or best is not None, seen.body.sentences[best[1]] if best else None, all_found.bit_count())
    answers = [ask(part, seen, flags, unless) for part in parts]
    if kind == "either":
        right = [answer for answer in answers if answer.holds]
        return Answer(bool(right), next((answer.best for answer in right if answer.best), None), max((answer.count for answer in right), default=0))
    return Answer(all(answer.holds for answer in answers), next((answer.best for answer in answers if answer.best), None), min((answer.count for answer in answers), default=0))


def holding(tree: Tree, seen: Reading) -> list[Sentence]:
    """The sentences that hold any of the masks of a condition, in the order of the text."""
    found = 0
    for line in tree[1]:
        found |= seen.holding(line)
    return sorted((seen.body.sentences[number] for number in numbers(found)), key=lambda one: one.start)
