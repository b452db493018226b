"""Evidence: the sentences of a policy's body as sets of phrases, and conditions looked up among them.

Every phrase of the requirements is found in one pass of an automaton over the folded clauses; a sentence is then an
integer whose bits are the leaves that it holds, and a condition a list of bit masks.  A sentence is taken together with
its lead-in and its heading, but must itself hold a part of what is looked for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from policykit.law import Condition, DefectKind, Law, Requirement
from policykit.phrases import Phrases, Tree, compile_condition, masks_of
from policykit.rules import Rulebook
from policykit.structure import Document
from policykit.text import View

CONTEXTS = {"definition": 1, "legal_list": 2, "changes": 4, "heading": 8}
LONG = 200            # a longer sentence must hold what is looked for within so many characters
_stop = re.compile(     # begins with the set of its first characters, for which `re` skips fast
    r"[。!?;.](?:(?<=[。!?;])[。!?;]*[\"')\]]*"
    r"|(?<=[a-z0-9)\]\"'%]\.)(?<!\sco\.)(?<!\sltd\.)(?<!,ltd\.)(?<!\sinc\.)(?<!e\.g\.)(?<!i\.e\.)(?<!\sno\.)(?<!\sart\.)(?<!u\.s\.)[\"')\]]*(?=\s|$))")


_of_the_policy = re.compile(r"政策|协议|声明|指引|条款|policy|terms|statement|notice|agreement", re.IGNORECASE)     # a heading about the document, not about data
_sentence_like = re.compile(r"[,。;:]\s*\S|[:;。]$")


class Sentence(NamedTuple):
    """A sentence of the body: where it stands, what it holds, what its lead-in and headings add."""

    clause: int
    start: int
    end: int
    own: int          # bits of the leaves that it holds
    lead: int         # bits of its lead-in
    inherited: int    # bits of its lead-in and of its headings
    whole: int        # bits of the whole clause, with what it inherits
    context: int      # definition, legal_list, changes
    hits: tuple[tuple[int, int], ...] = ()      # where its leaves stand, kept for long sentences


class Found(NamedTuple):
    """A sentence that satisfies a condition, and how well."""

    sentence: Sentence
    rank: tuple[bool, float, int]      # its rarest leaf is in it or a fact tells; share of the leaves in it; length


def body(document: Document, views: Sequence[View], phrases: Phrases, marks: dict[int, int], cues: dict[str, int]) -> list[Sentence]:
    """The sentences of the policy proper, with what they hold.

    ``views`` are the clauses' views; ``marks`` gives the bits of rows (facts, items...) by their position; ``cues`` the bits
    of the phrases that tell a context.
    """
    sections, marked, at = document.sections, sorted(marks), 0
    headings: dict[int, int] = {}                # what a heading lends to its section
    regions = [0] * len(sections)                # the context that a heading gives to its section and those below
    last_bits: dict[int, int] = {}               # of a clause's last sentence, with what it inherits
    contexts: dict[int, int] = {}
    given: dict[int, int] = {}                   # the context that a lead-in gives to its list
    sentences: list[Sentence] = []
    definition, changes, exemption, legal = (cues[name] for name in ("definition_cue", "change_list_cue", "exemption_list_cue", "legal_list_item"))
    most = max(2500, 0.3 * len(document.policy.text))     # a larger part is not all definitions: the tree went wrong there
    skipped = _terms(document)
    for clause in document.clauses:
        if clause.kind == "toc" or clause.section in skipped:
            continue
        view, number, heading = views[clause.clause], clause.section, clause.kind == "heading"
        text = view.text
        ends = [stop.end() for stop in _stop.finditer(text)]
        if not ends or ends[-1] < len(text):
            ends.append(len(text))
        own = phrases.held(text, ends)
        while at < len(marked) and marked[at] < clause.end:
            if marked[at] >= clause.start:
                own[min(bisect_right(ends, _forward(view, marked[at])), len(ends) - 1)] |= marks[marked[at]]
            at += 1
        whole = 0
        for bits in own:
            whole |= bits
        if heading and sections[number].start == clause.start and sections[number].level:
            title = sections[number].title or ""
            headings[number] = 0 if _of_the_policy.search(title) else whole
            above = sections[number].parent
            regions[number] = (regions[above] if above is not None else 0) | (CONTEXTS["definition"] if whole & cues["definition_heading"] and _extent(document, number) < most else 0)
        inherited, context, lead = 0 if heading else headings.get(number, 0), regions[number], 0
        if clause.lead is not None and clause.lead in last_bits:
            lead = last_bits[clause.lead]
            inherited |= lead
            context |= given[clause.lead] | contexts[clause.lead]
        contexts[clause.clause] = context
        whole |= inherited
        bare = heading and not (len(text) > (24 if text[:1] > "\u2e80" else 60) and _sentence_like.search(text))
        if not bare or any(own):
            left, running = 0, CONTEXTS["heading"] if bare else 0
            opening = _enumerated.search(text) if len(ends) > 1 else None     # you may: (i) see; (ii) correct
            intro = phrases.held(text[:opening.start(1)], [opening.start(1)])[0] if opening else 0
            for right, bits in zip(ends, own):
                here = context | running
                if here & CONTEXTS["legal_list"] and not bits & legal and _apart(text[left:right], text[max(left - 1, 0):left]):
                    here &= ~CONTEXTS["legal_list"]
                if bits & changes and _opens(text[left:right]):
                    running |= CONTEXTS["changes"]
                    here |= CONTEXTS["changes"]
                if bits & definition:
                    here |= CONTEXTS["definition"]
                if bits & legal and (bits & exemption or _of_the_list(text[left:right])):
                    here |= CONTEXTS["legal_list"]
                if bits:
                    a, b = left, right
                    while a < b and text[a] == " ":
                        a += 1
                    while b > a and text[b - 1] == " ":
                        b -= 1
                    if a < b:
                        start, end = view.span(a, b)
                        kept = tuple((place + left, mask) for place, mask in phrases.hits(text[left:right])) if b - a > LONG else ()
                        shared = intro if intro and left > opening.start(1) and _numeral.match(text, left) else 0
                        sentences.append(Sentence(clause.clause, start, end, bits, lead | shared, inherited | shared, whole, here, kept))
                left = right
        last_bits[clause.clause] = own[-1] | (0 if heading else inherited)
        given[clause.clause] = ((CONTEXTS["changes"] if own[-1] & changes else 0) | (CONTEXTS["definition"] if own[-1] & definition else 0)
                                | (CONTEXTS["legal_list"] if own[-1] & exemption else 0))
    return sentences


_enumerated = re.compile(r":\s*(\(?(?:i|1|a|一)[)、.])")
_numeral = re.compile(r"\s*\(?(?:[ivx]{1,4}|\d{1,2}|[a-z]|[一二三四五六七八九十]{1,2})[)、.]|\s*(?:or|and|或|以及)\s*\(")


_private = re.compile(r"隐私|个人信息|privacy|personal (?:information|data)", re.IGNORECASE)


def _terms(document: Document) -> set[int]:
    """The sections that are terms of use beside a policy; none where the document is hardly anything else."""
    parts, sections = document.parts, document.sections
    policy = sum(section.end - section.start for section, part in zip(sections, parts) if part != "terms")
    if policy < max(400, 0.12 * len(document.policy.text)):
        return set()
    private: set[int] = set()
    for section in sections:
        if section.level and _private.search(section.title or "") or section.parent in private:
            private.add(section.section)
    return {section.section for section, part in zip(sections, parts) if part == "terms" and section.section not in private}


def _extent(document: Document, number: int) -> int:
    """How many characters a section has with those below it."""
    section = document.sections[number]
    after = next((other for other in document.sections[number + 1:] if other.level <= section.level), None)
    return (after.start if after is not None else len(document.policy.text)) - section.start


_case = re.compile(r"\s*[(\[*#·•-]*\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-z]|[ivx]{1,4})?\s*[)\].、:]*\s*(?:如|若|当|我们|在您|随着|if we|when we|in the event)")


def _apart(text: str, before: str) -> bool:
    """Whether what stands in a list of exemptions is no line of it: a later sentence of its line, or a long one with a subject of its own."""
    return before in (".", "。") and len(text) > 12 or len(text) > 40 and _case.match(text) is not None


def _opens(text: str) -> bool:
    """Whether a sentence opens a list: it ends in a colon or says what is included."""
    return text.rstrip().endswith(":") or "包括" in text or "includ" in text or "例如" in text


def _of_the_list(text: str) -> bool:
    """Whether a sentence is a line of the well-known list of exemptions."""
    return "直接相关" in text or "相关的" in text[-5:] or "related to" in text[:30] or len(text) < 60


def _forward(view: View, position: int) -> int:
    """The place in a view of a position in the text."""
    low, high = 0, len(view.text)
    while low < high:
        middle = (low + high) // 2
        if view.back(middle) < position:
            low = middle + 1
        else:
            high = middle
    return min(low, max(len(view.text) - 1, 0))


@dataclass(slots=True)
class Masks:
    """Masks to be looked for in many sentences at once, in words of 64 bits; for each its rarest leaf, and id and what bars a sentence."""

    lines: list[tuple[int, int, tuple]]     # rarest leaf, mask, terms
    size: int                               # bytes of a mask

    def within(self, held: list[int]) -> Iterator[tuple[int, int, int, tuple]]:
        """Which masks are wholly in which bits, by the number of the bits: number, leaf, mask, terms."""
        if not self.lines or not held:
            return
        masks = self._words([mask for _, mask, _ in self.lines])
        for first in range(0, len(held), 1024):
            bits = self._words(held[first:first + 1024])
            holds = np.ones((len(bits), len(masks)), bool)
            for word in range(masks.shape[1]):
                holds &= bits[:, word, None] & masks[:, word] == masks[:, word]
            for number, line in np.argwhere(holds).tolist():
                yield first + number, *self.lines[line]

    def _words(self, bits: list[int]) -> np.ndarray:
        return np.frombuffer(b"".join(one.to_bytes(self.size, "little") for one in bits), np.uint64).reshape(len(bits), -1)


@dataclass(slots=True)
class Compiled:
    """The requirements, ready to be looked up."""

    law: Law
    phrases: Phrases
    cues: dict[str, int]
    trees: dict[str, dict[str, Tree | None]]
    unless: dict[str, int]
    near: Masks                         # what is looked for in a sentence
    wide: Masks                         # and in a clause
    bases: dict[str, tuple[str, str]]   # the sources of each requirement, in English and Chinese


def compile_law(law: Law) -> Compiled:
    """Every condition of the law in bits."""
    phrases = Phrases()
    cues = {name: phrases.bit(("phrase", name)) for name in ("change_list_cue", "definition_cue", "definition_heading", "exemption_list_cue", "legal_list_item")}
    trees = {rule.id: {key: compile_condition(getattr(rule, key), phrases) for key in ("applies", "met", "partial", "explicit")} for rule in law.requirements.values()}
    unless = {}
    trees |= {kind.id: {"when": compile_condition(kind.when, phrases)} for kind in law.defects.values() if kind.when is not None}
    trees |= {kind.id: {"when": compile_condition(Condition(phrase=kind.words), phrases)} for kind in law.defects.values() if kind.words}
    for rule in (*law.requirements.values(), *law.defects.values()):
        for name, parts in ((rule.id, rule.unless), (rule.id + " lead", getattr(rule, "lead_unless", ())), (rule.id + " met", getattr(rule, "met_unless", ()))):
            unless[name] = 0
            for part in parts:
                unless[name] |= phrases.bit(("phrase", part) if isinstance(part, str) else ("phrase", *part))
    # each mask is looked up by its rarest leaf: the one whose phrases are longest on the whole
    weight = {}
    for key, bit in phrases.bits.items():
        words = law.words[key[1]].words if key[0] == "phrase" and len(key) == 2 and key[1] in law.words else key[1:]
        weight[bit] = (key[0] != "phrase", sum(min(len(word), 8) * (1 if word.isascii() else 2) for word in words) / len(words) / len(words) ** 0.5)
    facts = sum(bit for key, bit in phrases.bits.items() if key[0] == "fact")
    rules: dict[str, Requirement | DefectKind] = law.requirements | law.defects
    near, wide_ = [], []
    for name, own in trees.items():
        rule = rules[name]
        barred = sum(CONTEXTS.values()) - sum(CONTEXTS[context] for context in getattr(rule, "counts", ()))
        alone = getattr(rule, "headings", "ignore") == "ignore"
        for mask, wide in {pair for tree in own.values() for pair in masks_of(tree)}:
            pivot = max((bit for bit in phrases.bits.values() if mask & bit), key=weight.__getitem__)
            terms = name, barred, unless[name], unless[name + " lead"], alone, mask.bit_count(), bool(mask & facts)
            (wide_ if wide else near).append((pivot, mask, terms))
    phrases.build(law)
    size = 8 * (len(phrases.bits) // 64 + 1)
    bases = {rule.id: (law.basis_en(rule), law.basis_zh(rule)) for rule in law.requirements.values()}
    return Compiled(law, phrases, cues, trees, unless, Masks(near, size), Masks(wide_, size), bases)


def look(sentences: list[Sentence], compiled: Compiled) -> dict[tuple[str, int, bool], list[Found]]:
    """For each requirement and mask, the sentences that hold it."""
    found: dict[tuple[str, int, bool], list[Found]] = {}
    for wide, masks, bits in ((False, compiled.near, [sentence.own | sentence.inherited for sentence in sentences]),
                              (True, compiled.wide, [sentence.whole for sentence in sentences])):
        for number, bit, mask, terms in masks.within(bits):
            sentence, (name, barred, unless, lead_unless, alone, size, certain) = sentences[number], terms
            own = sentence.own
            held = own & mask
            if not held or sentence.context & barred or own & unless or sentence.lead & lead_unless:
                continue
            # with its lead-in it must hold all of it; with a heading's help half of it
            if (own | sentence.lead) & mask != mask and (alone or 2 * held.bit_count() < size):
                continue
            if sentence.hits and not _near(sentence.hits, held):
                continue
            rank = (certain or bool(own & bit), held.bit_count() / size, -abs(sentence.end - sentence.start - 80))
            found.setdefault((name, mask, wide), []).append(Found(sentence, rank))
    return found


@lru_cache(maxsize=4)
def compiled(law: Law) -> Compiled:
    """The law's conditions as bits; made once."""
    return compile_law(law)


class Reading(NamedTuple):
    """A document as the law's conditions see it."""

    sentences: list[Sentence]
    found: dict[tuple[str, int, bool], list[Found]]


_latest: list[tuple[Document, Law, Reading]] = []


def reading(document: Document, rulebook: Rulebook, law: Law, marks: dict[int, int] | None = None) -> Reading:
    """The sentences of a document and what was found in them; the latest one is kept, since two stages ask for it."""
    if marks is None and _latest and _latest[0][0] is document and _latest[0][1] is law:
        return _latest[0][2]
    machine = compiled(law)
    sentences = body(document, [scanned.view for scanned in rulebook.scan(document)], machine.phrases, marks or {}, machine.cues)
    made = Reading(sentences, look(sentences, machine))
    _latest[:] = [(document, law, made)]
    return made


def _near(hits: tuple[tuple[int, int], ...], mask: int) -> bool:
    """Whether the leaves of a mask stand close together somewhere in a long sentence."""
    places = sorted((start, bits & mask) for start, bits in hits if bits & mask)
    for number, (start, bits) in enumerate(places):
        for other, more in places[number + 1:]:
            if other - start > LONG or bits & mask == mask:
                break
            bits |= more
        if bits & mask == mask:
            return True
    return False


class Answer(NamedTuple):
    """Whether a condition holds, and the best sentence that shows it."""

    holds: bool
    best: Found | None = None
    count: int = 0


def ask(tree: Tree | None, name: str, found: dict[tuple[str, int, bool], list[Found]], flags: int, unless: int = 0) -> Answer:
    """Whether a condition holds.

    ``flags`` are the leaves that hold for the document as a whole; a sentence that holds one of the bits of
    ``unless``, or whose lead-in does, does not count.
    """
    if tree is None:
        return Answer(False)
    kind, parts = tree
    if kind == "masks":
        best, holds, seen = None, False, set()
        for mask, wide in parts:
            if mask & flags == mask:
                holds = True
            for one in found.get((name, mask, wide), ()):
                if (one.sentence.own | one.sentence.lead) & unless:
                    continue
                seen.add(one.sentence.start)
                if best is None or one.rank > best.rank:
                    best = one
        return Answer(holds or best is not None, best, len(seen))
    answers = [ask(part, name, found, flags, unless) for part in parts]
    if kind == "either":
        right = [answer for answer in answers if answer.holds]
        return Answer(bool(right), next((answer.best for answer in right if answer.best), None), max((answer.count for answer in right), default=0))
    return Answer(all(answer.holds for answer in answers), next((answer.best for answer in answers if answer.best), None), min((answer.count for answer in answers), default=0))

