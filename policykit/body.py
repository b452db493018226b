"""The body of a policy: its sentences with the phrases that they hold, what a lead-in and headings add, and their context.

Every phrase of the requirements is found in one pass of an automaton over the folded clauses.  A sentence is then a line
of bits, one for each leaf of a condition; for looking up many conditions the bits are kept by leaf, one for each sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from policykit.phrases import Mentions, Phrases
from policykit.rows import Clause
from policykit.structure import Document
from policykit.text import View

CONTEXTS = {"definition": 1, "legal_list": 2, "changes": 4, "heading": 8}
LONG = 200            # a longer sentence must hold what is looked for within so many characters
_stop = re.compile(     # begins with the set of its first characters, for which `re` skips fast
    r"[。!?;.](?:(?<=[。!?;])[。!?;]*[\"')\]]*"
    r"|(?<=[a-z0-9)\]\"'%]\.)(?<!\sco\.)(?<!\sltd\.)(?<!,ltd\.)(?<!\spte\.)(?<!\spty\.)(?<!\spvt\.)(?<!\sinc\.)(?<!e\.g\.)(?<!i\.e\.)(?<!\sno\.)(?<!\sart\.)(?<!u\.s\.)[\"')\]]*(?=\s|$))")

_of_the_policy = re.compile(r"政策|协议|声明|指引|条款|policy|terms|statement|notice|agreement", re.IGNORECASE)     # a heading about the document, not about data
_sentence_like = re.compile(r"[,。;:]\s*\S|[:;。]$")
_enumerated = re.compile(r":\s*(\(?(?:i|1|a|一)[)、.])")
_numeral = re.compile(r"\s*\(?(?:[ivx]{1,4}|\d{1,2}|[a-z]|[一二三四五六七八九十]{1,2})[)、.]|\s*(?:or|and|或|以及)\s*\(")


class Sentence(NamedTuple):
    """Where a sentence of the body stands."""

    clause: int
    start: int
    end: int


def columns(held: np.ndarray) -> list[int]:
    """For each leaf the lines of words that hold it, as bits.

    >>> columns(np.array([[0b101], [0b100]], "<u8"))[:4]
    [1, 0, 3, 0]
    """
    words, size = np.ascontiguousarray(held.view(np.uint8).T), 8 * 8 * held.shape[1]
    bits = np.packbits(words[:, None, :] >> np.arange(8, dtype=np.uint8)[:, None] & 1, axis=2, bitorder="little").reshape(size, -1)
    made, data, height = [0] * size, bits.tobytes(), bits.shape[1]
    for leaf in np.flatnonzero(bits.any(axis=1)).tolist():
        made[leaf] = int.from_bytes(data[leaf * height:(leaf + 1) * height], "little")
    return made


@dataclass
class Body:
    """The sentences that hold a phrase or a fact, those of about eighty characters first, as bits of each leaf."""

    sentences: list[Sentence]
    off: list[int]              # how far each is from that length
    own: list[int]              # what it holds
    lead: list[int]             # its lead-in
    near: list[int]             # itself, its lead-in and its headings
    clauses: np.ndarray         # its clause, with what that inherits, in words of bits
    some: int                   # the leaves that any of them or of their clauses holds
    contexts: np.ndarray        # definition, legal_list, changes, heading
    long: int                   # the long ones, as bits
    spans: list[tuple[int, int]]    # where they stand in the text
    found: Mentions             # in which these phrases are

    @cached_property
    def whole(self) -> list[int]:
        """For each leaf the sentences whose clause holds it."""
        return columns(self.clauses)

    @cached_property
    def within(self) -> list[int]:
        """The sentences in any of some contexts, as bits; a place for each sum of contexts."""
        each = [_bits((self.contexts & context) != 0) for context in CONTEXTS.values()]
        return [each[0] * (sums & 1) | each[1] * (sums >> 1 & 1) | each[2] * (sums >> 2 & 1) | each[3] * (sums >> 3 & 1) for sums in range(16)]


def numbers(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, in order.

    >>> list(numbers(0b10110))
    [1, 2, 4]
    """
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _any(*held: np.ndarray) -> int:
    """The bits that any line of words has."""
    return _integers(np.bitwise_or.reduce(np.concatenate(held), axis=0)[None])[0]


def _bits(yes: np.ndarray) -> int:
    return int.from_bytes(np.packbits(yes, bitorder="little").tobytes(), "little")


@dataclass(slots=True)
class _Laid:
    """The clauses of the body as one text, a character between each two that no word and no sentence end has."""

    clauses: list[Clause]
    text: str
    starts: list[int]       # of the clauses
    limits: list[int]       # and their ends
    at: list[int]           # where a piece of the policy's text begins,
    came: list[int]         # and where it came from

    def back(self, places: np.ndarray) -> np.ndarray:
        """Where these characters stand in the policy."""
        at = np.array(self.at, np.int64)
        piece = np.searchsorted(at, places, "right") - 1
        return np.array(self.came, np.int64)[piece] + places - at[piece]

    def forward(self, position: int) -> int:
        """The place of the first character that stands in the policy at a position or behind it."""
        piece = bisect_right(self.came, position) - 1
        place = self.at[piece] + position - self.came[piece]
        return min(place, self.at[piece + 1]) if piece + 1 < len(self.at) else place


def _lay(clauses: list[Clause], views: Sequence[View]) -> _Laid:
    texts, at, came, starts, limits, base = [], [], [], [], [], 0
    for clause in clauses:
        view = views[clause.clause]
        texts.append(view.text)
        starts.append(base)
        places, positions = view.pieces
        at += [base + place for place in places] if len(places) > 1 else (base,)
        came += positions
        base += len(view.text)
        limits.append(base)
        base += 1
    return _Laid(clauses, "\0".join(texts), starts, limits, at, came)


def body(document: Document, views: Sequence[View], phrases: Phrases, marks: Mapping[int, int], cues: Mapping[str, int]) -> Body:
    """The sentences of the policy proper, with what they hold.

    ``views`` are the clauses' views; ``marks`` gives the bits of rows (facts, items...) by their position; ``cues`` the bits
    of the phrases that tell a context.
    """
    skipped = _terms(document)
    laid = _lay([clause for clause in document.clauses if clause.kind != "toc" and clause.section not in skipped], views)
    limits = np.array(laid.limits, np.int64)
    ends = np.union1d([stop.end() for stop in _stop.finditer(laid.text)], limits).astype(np.int64)
    final = np.searchsorted(ends, limits)                       # the last sentence of each clause
    first = np.concatenate(([0], final[:-1] + 1)) if len(final) else final
    owner = np.repeat(np.arange(len(final)), final - first + 1)
    left = np.concatenate(([0], ends[:-1])) if len(ends) else ends
    left[first] = laid.starts
    found = phrases.found(laid.text)
    own = phrases.held(found, ends, np.array(laid.starts, np.int64))
    _mark(laid, own, phrases, marks, ends, final)
    inherited = _inherited(document, laid, phrases, cues, own, first, final)
    contexts = _contexts(laid, cues, own, first, final, owner, left, ends, inherited)
    start, end = _trimmed(laid.text, left, ends)
    kept = np.flatnonzero(own.any(axis=1) & (start < end))
    begins = laid.back(start[kept]) if len(kept) else kept
    stops = laid.back(end[kept] - 1) + 1 if len(kept) else kept
    off = np.abs(stops - begins - 80)
    order = np.argsort(off, kind="stable")
    kept, begins, stops, off = kept[order], begins[order], stops[order], off[order]
    own, of = own[kept], owner[kept]
    lead, above, whole = (phrases.words(bits)[of] for bits in (inherited.lead, inherited.above, inherited.whole))
    place = {sentence: at for at, sentence in enumerate(kept.tolist())}
    for sentence, bits in _introduced(laid, phrases, found, first, final, left).items():
        if sentence in place:
            lead[place[sentence]] |= bits
            above[place[sentence]] |= bits
    numbered = [laid.clauses[clause].clause for clause in of.tolist()]
    return Body(
        list(map(Sentence, numbered, begins.tolist(), stops.tolist())), off.tolist(), columns(own), columns(lead), columns(own | above), whole, _any(above, whole),
        contexts[kept], _bits(end[kept] - start[kept] > LONG), list(zip(left[kept].tolist(), ends[kept].tolist())), found)


def _mark(laid: _Laid, own: np.ndarray, phrases: Phrases, marks: Mapping[int, int], ends: np.ndarray, final: np.ndarray) -> None:
    """Add the bits of rows to the sentences in which they stand."""
    begins, stops, added = [clause.start for clause in laid.clauses], ends.tolist(), {}
    for position, bits in marks.items():
        clause = bisect_right(begins, position) - 1
        if clause >= 0 and position < laid.clauses[clause].end:
            place = max(laid.starts[clause], min(laid.forward(position), laid.limits[clause] - 1))
            sentence = min(bisect_right(stops, place), int(final[clause]))
            added[sentence] = added.get(sentence, 0) | bits
    own[list(added)] |= phrases.words(added.values())


class _Inherited(NamedTuple):
    """What each clause has from elsewhere."""

    lead: list[int]         # bits of its lead-in
    above: list[int]        # bits of its lead-in and of its headings
    whole: list[int]        # of the clause itself too
    context: list[int]      # of its lead-in and section
    bare: list[bool]        # whether it is a heading and no sentence


def _inherited(document: Document, laid: _Laid, phrases: Phrases, cues: Mapping[str, int], own: np.ndarray, first: np.ndarray, final: np.ndarray) -> _Inherited:
    """What each clause inherits from its lead-in and its headings."""
    sections = document.sections
    headings: dict[int, int] = {}                # what a heading lends to its section
    regions = [0] * len(sections)                # the context that a heading gives to its section and those below
    last_bits: dict[int, int] = {}               # of a clause's last sentence, with what it inherits
    contexts: dict[int, int] = {}                # of a clause, and what it gives as a lead-in to its list
    definition, changes, exemption = (cues[name] for name in ("definition_cue", "change_list_cue", "exemption_list_cue"))
    opening = definition | changes | exemption
    most = max(2500, 0.3 * len(document.policy.text))     # a larger part is not all definitions: the tree went wrong there
    made: list[tuple[int, int, int, int, bool]] = []
    wholes = _integers(np.bitwise_or.reduceat(own, first)) if len(first) else []
    for at, (clause, whole, last) in enumerate(zip(laid.clauses, wholes, _integers(own[final]))):
        number, bare = clause.section, clause.kind == "heading"
        if not bare:
            above = headings.get(number, 0)
        else:
            above, section = 0, sections[number]
            if section.start == clause.start and section.level:
                headings[number] = 0 if _of_the_policy.search(section.title or "") else whole
                regions[number] = (regions[section.parent] if section.parent is not None else 0) | (
                    CONTEXTS["definition"] if whole & cues["definition_heading"] and _extent(document, number) < most else 0)
            text = laid.text[laid.starts[at]:laid.limits[at]]
            bare = not (len(text) > (24 if text[:1] > "\u2e80" else 60) and _sentence_like.search(text))
        context, lead = regions[number], 0
        if clause.lead in last_bits:
            lead = last_bits[clause.lead]
            above |= lead
            context |= contexts[clause.lead]
        made.append((lead, above, whole | above, context, bare))
        last_bits[clause.clause] = last | (0 if clause.kind == "heading" else above)
        contexts[clause.clause] = context if not last & opening else (
            context | (CONTEXTS["changes"] if last & changes else 0) | (CONTEXTS["definition"] if last & definition else 0) | (CONTEXTS["legal_list"] if last & exemption else 0))
    return _Inherited(*map(list, zip(*made))) if made else _Inherited([], [], [], [], [])


def _integers(words: np.ndarray) -> list[int]:
    """Lines of words as integers."""
    data, size = words.tobytes(), 8 * words.shape[1]
    return [int.from_bytes(data[at:at + size], "little") for at in range(0, len(data), size)]


def _contexts(laid: _Laid, cues: Mapping[str, int], own: np.ndarray, first: np.ndarray, final: np.ndarray, owner: np.ndarray, left: np.ndarray, ends: np.ndarray,
              inherited: _Inherited) -> np.ndarray:
    """The context of each sentence."""
    def holds(name: str) -> np.ndarray:
        word, bit = divmod(cues[name].bit_length() - 1, 64)
        return (own[:, word] >> np.uint64(bit) & np.uint64(1)).astype(bool)

    definition, changes, exemption, legal = map(holds, ("definition_cue", "change_list_cue", "exemption_list_cue", "legal_list_item"))
    context, running = np.array(inherited.context, np.int64), np.where(inherited.bare, CONTEXTS["heading"], 0)
    made = (context | running)[owner] if len(owner) else owner
    made[definition] |= CONTEXTS["definition"]
    listed = np.flatnonzero(context & CONTEXTS["legal_list"])
    for clause in np.union1d(owner[changes | legal], listed).tolist():
        opened = 0
        for sentence in range(int(first[clause]), int(final[clause]) + 1):
            start, end = int(left[sentence]), int(ends[sentence])
            text, here = laid.text[start:end], int(made[sentence]) | opened
            if context[clause] & CONTEXTS["legal_list"] and not legal[sentence] and _apart(text, laid.text[max(start - 1, 0):start]):
                here &= ~CONTEXTS["legal_list"]
            if changes[sentence] and _opens(text):
                opened = CONTEXTS["changes"]
                here |= opened
            if legal[sentence] and (exemption[sentence] or _of_the_list(text)):
                here |= CONTEXTS["legal_list"]
            made[sentence] = here
    return made


def _introduced(laid: _Laid, phrases: Phrases, found: Mentions, first: np.ndarray, final: np.ndarray, left: np.ndarray) -> dict[int, np.ndarray]:
    """The sentences of an enumeration within a clause (you may: (i) see; (ii) correct), with what introduces it."""
    made: dict[int, np.ndarray] = {}
    past = -1
    for opening in _enumerated.finditer(laid.text):
        clause = bisect_right(laid.limits, opening.start())
        if clause == past:
            continue
        past, bits = clause, 0
        if first[clause] == final[clause]:
            continue
        for _, mask in phrases.hits(found, laid.starts[clause], opening.start(1)):
            bits |= mask
        for sentence in range(int(first[clause]), int(final[clause]) + 1) if bits else ():
            if left[sentence] > opening.start(1) and _numeral.match(laid.text, int(left[sentence])):
                made[sentence] = phrases.words([bits])[0]
    return made


def _trimmed(text: str, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Stretches of a text without the blanks at their ends."""
    blank = np.zeros(len(text) + 1, bool)
    blank[:-1] = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4") == 32
    start, end = start.copy(), end.copy()
    while (more := blank[start] & (start < end)).any():
        start += more
    while (more := blank[end - 1] & (end > start)).any():
        end -= more
    return start, end


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
