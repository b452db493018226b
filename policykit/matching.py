"""Terms found in a text: many at once, in one pass, with what each stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from policykit.literals import machine
from policykit.text import LATIN, View, fold


class Hit(NamedTuple):
    """A term found: text[start:end], and what the term stands for."""

    start: int
    end: int
    payload: Any


class Pseudo(NamedTuple):
    """The payload of a look-alike: it takes the place of a shorter term of its kind and is then forgotten."""

    kind: Hashable


_hyphen = re.compile(r"(?<=[a-z])-(?=[a-z])")
LEFT, RIGHT = 1, 2          # the ends at which a term must not touch a Latin letter or digit
_latin_codes = np.array([chr(code) in LATIN for code in range(128)])


def plural(term: str) -> str:
    """The English plural of a folded term; the term itself where it does not end in a Latin letter.

    >>> plural("ip address"), plural("purchase history"), plural("imei"), plural("通讯录")
    ('ip addresses', 'purchase histories', 'imeis', '通讯录')
    """
    if len(term) < 4 or not "a" <= term[-1] <= "z":
        return term
    if term.endswith(("s", "x", "ch", "sh")):
        return term + "es"
    if term.endswith("y") and term[-2:-1] not in "aeiou":
        return term[:-1] + "ies"
    return term + "s"


def torn(term: str) -> tuple[str, ...]:
    """The forms of a term in a text that puts a blank before each hyphen, as some translations do.

    >>> torn("third-party sdk"), torn("imei")
    (('third -party sdk', 'third -party sdks'), ())
    """
    form = _hyphen.sub(" -", term) if "-" in term else term
    return (form, plural(form)) if form != term else ()


class Automaton:
    """Many terms, found in one pass.

    A term that begins or ends with a Latin letter or digit does not match inside a Latin word; it also matches
    in its English plural.  Of overlapping hits of one kind the longest wins.

    >>> machine = Automaton([("MAC地址", "mac"), ("mac", "mac"), ("地址", "address"), ("指纹", "fingerprint"),
    ...                      ("设备指纹", Pseudo(None)), ("cookie", "cookie")])
    >>> [(hit.start, hit.payload) for hit in machine.find(fold("您的ＭＡＣ地址、machine、设备指纹、Cookies和指纹"))]
    [(2, 'mac'), (21, 'cookie'), (29, 'fingerprint')]
    """

    def __init__(self, pairs: Iterable[tuple[str, Any]], *, kind: Callable[[Any], Hashable] = lambda payload: None) -> None:
        entries: dict[str, dict[Hashable, Any]] = {}
        pseudo: set[Hashable] = set()
        terms: list[tuple[str, Hashable, Any]] = []
        for term, payload in pairs:
            folded = normal(term)
            of = payload.kind if isinstance(payload, Pseudo) else kind(payload)
            if isinstance(payload, Pseudo):
                pseudo.add(of)
            terms.append((folded, of, payload))
        for forms in (lambda term: (term,), lambda term: (plural(term), *torn(term))):      # a term of its own is no plural of another
            for folded, of, payload in terms:
                for form in forms(folded):
                    if form:
                        entries.setdefault(form, {}).setdefault(of, payload)
        # an entry is a form of a term; its senses stand one after another in the lists of payloads and kinds
        self._entries: list[tuple[int, int, tuple[tuple[Hashable, Any], ...]]] = [(0, 0, ())]
        for form, meant in entries.items():
            self._entries.append((len(form), (LEFT if form[0] in LATIN else 0) | (RIGHT if form[-1] in LATIN else 0), tuple(meant.items())))
        self._machine = machine(((form, number) for number, form in enumerate(entries, 1)), nothing=0)
        self._pseudo = pseudo       # the kinds that have look-alikes

    @cached_property
    def _table(self) -> _Table:
        return _Table.of(self._entries)

    def each(self, texts: Sequence[str], always: Collection[Hashable] = (), beside: Hashable = None) -> tuple[list[dict[Hashable, list[Hit]]], set[int]]:
        """What `kinds` finds in each of several texts, in one pass over all; and which of them were searched for every kind.

        These are the texts with a term of the kind ``beside``; in others only hits of the kinds ``always`` are found, unless
        none is given.  No term may hold a line end.

        >>> machine = Automaton([("MAC地址", "mac"), ("地址", "address")], kind=lambda payload: payload)
        >>> machine.each(["mac地址和地址", "地址"], always=["mac"], beside="mac")
        ([{'mac': [Hit(start=0, end=5, payload='mac')], 'address': [Hit(start=3, end=5, payload='address'), Hit(start=6, end=8, payload='address')]}, {}], {0})
        """
        table, whole = self._table, "\n".join(texts)
        starts, ends, senses = self._places(whole)
        heads = np.cumsum([0, *(len(text) + 1 for text in texts[:-1])])
        text, kind = np.searchsorted(heads, starts, "right") - 1, table.kind[senses]
        searched = np.full(len(texts), not always)
        if always:
            searched[text[np.array([known == beside for known in table.kinds], bool)[kind]]] = True
            wanted = np.array([known in always for known in table.kinds], bool)[kind] | searched[text]
            starts, ends, senses, text, kind = starts[wanted], ends[wanted], senses[wanted], text[wanted], kind[wanted]
        # side by side what stands in one text and is of one kind, in the order of the ends
        group = text * len(table.kinds) + kind
        order = np.argsort(group, kind="stable")
        group, starts, ends, senses = group[order], starts[order], ends[order], senses[order]
        apart = group * (len(whole) + 1)
        kept = _longest(starts + apart, ends + apart) & ~table.pseudo[senses]
        group, starts, ends, senses = group[kept], starts[kept], ends[kept], senses[kept]
        text, kind = np.divmod(group, max(1, len(table.kinds)))
        hits = list(map(_hit, zip((starts - heads[text]).tolist(), (ends - heads[text]).tolist(), table.payload[senses].tolist())))
        found: list[dict[Hashable, list[Hit]]] = [{} for _ in texts]
        cuts = np.flatnonzero(np.diff(group, prepend=-1))
        for into, of, at, end in zip(text[cuts].tolist(), kind[cuts].tolist(), cuts.tolist(), [*cuts[1:].tolist(), len(hits)]):
            found[into][table.kinds[of]] = hits[at:end]
        return found, set(np.flatnonzero(searched).tolist())

    def _places(self, whole: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Start, end and sense of everything found in a text, in the order of the ends; overlaps, too."""
        table, raw = self._table, list(self._machine.iter(whole))
        last, entries = np.fromiter(chain.from_iterable(raw), np.int64, 2 * len(raw)).reshape(-1, 2).T
        ends = last + 1
        starts = ends - table.length[entries]
        codes = np.frombuffer((whole + "\n").encode("utf-32-le", "surrogatepass"), np.uint32)     # the line end stands before the first, too
        latin = _latin_codes[np.minimum(codes, 127)]
        free = ~(table.left[entries] & latin[starts - 1] | table.right[entries] & latin[ends])
        starts, ends, entries = starts[free], ends[free], entries[free]
        number = table.count[entries]
        of = np.repeat(np.arange(len(entries)), number)     # a hit for each sense of an entry
        return starts[of], ends[of], np.arange(len(of)) + np.repeat(table.first[entries] - (np.cumsum(number) - number), number)

    def kinds(self, folded: str) -> dict[Hashable, list[Hit]]:
        """The hits in a folded text by kind, each kind's in order and without overlap."""
        found: dict[Hashable, list[Hit]] = {}
        entangled: set[Hashable] = set()        # the kinds of which two hits overlap
        size = len(folded)
        entries = self._entries
        for last, number in self._machine.iter(folded):
            length, edges, meant = entries[number]
            end = last + 1
            start = end - length
            if edges and (edges & LEFT and start and folded[start - 1] in LATIN or edges & RIGHT and end < size and folded[end] in LATIN):
                continue
            for kind, payload in meant:
                if kind in found:
                    hits = found[kind]
                    if start < hits[-1][1]:
                        entangled.add(kind)
                    hits.append(_hit((start, end, payload)))
                else:
                    found[kind] = [_hit((start, end, payload))]
        for kind in entangled:
            found[kind] = longest(found[kind])
        for kind in self._pseudo & found.keys():
            if kept := [hit for hit in found[kind] if type(hit[2]) is not Pseudo]:
                found[kind] = kept
            else:
                del found[kind]
        return found

    def find(self, folded: str) -> list[Hit]:
        """The hits in a folded text, all kinds together, in order."""
        kinds = self.kinds(folded)
        return next(iter(kinds.values())) if len(kinds) == 1 else sorted((hit for hits in kinds.values() for hit in hits), key=lambda hit: hit[:2])


class _Table(NamedTuple):
    """The entries of an automaton and their senses, as arrays."""

    length: np.ndarray
    left: np.ndarray            # whether an entry must not touch a Latin letter or digit there
    right: np.ndarray
    first: np.ndarray           # its first sense
    count: np.ndarray           # and how many it has
    kind: np.ndarray            # of a sense
    payload: np.ndarray
    pseudo: np.ndarray
    kinds: tuple[Hashable, ...]

    @classmethod
    def of(cls, entries: Sequence[tuple[int, int, tuple[tuple[Hashable, Any], ...]]]) -> _Table:
        senses = [sense for _, _, meant in entries for sense in meant]
        kinds = tuple(dict.fromkeys(kind for kind, _ in senses))
        count = np.array([len(meant) for _, _, meant in entries])
        payload = np.empty(len(senses), object)
        payload[:] = [payload for _, payload in senses]
        edges = np.array([edges for _, edges, _ in entries])
        return cls(np.array([length for length, _, _ in entries]), edges & LEFT > 0, edges & RIGHT > 0, np.cumsum(count) - count, count,
                   np.array([kinds.index(kind) for kind, _ in senses], int), payload, np.array([type(one) is Pseudo for _, one in senses], bool), kinds)


def _longest(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Which of many hits, in the order of their ends, overlap no longer one; as `longest`, for whole arrays."""
    if not len(starts):
        return np.zeros(0, bool)
    least = np.minimum.accumulate(starts[::-1])[::-1]       # where a hit or one after it begins
    heads = np.flatnonzero(np.concatenate(([True], ends[:-1] <= least[1:])))
    sizes = np.diff(heads, append=len(starts))
    kept = (starts == np.repeat(least[heads], sizes)) & (ends == np.repeat(ends[heads + sizes - 1], sizes))     # one that covers all that hang together
    for at in np.flatnonzero(~np.logical_or.reduceat(kept, heads)).tolist():
        a, b = heads[at], heads[at] + sizes[at]
        for hit in longest([Hit(start, end, number) for number, (start, end) in enumerate(zip(starts[a:b].tolist(), ends[a:b].tolist()), a)]):
            kept[hit.payload] = True
    return kept


def longest(hits: list[Hit]) -> list[Hit]:
    """The hits in order, without those that overlap a longer one; they are given in the order of their ends."""
    kept: list[Hit] = []
    at = len(hits) - 1
    while at >= 0:
        last = hits[at]
        left, right, _ = last
        group = None                # all that hang together with the last
        at -= 1
        while at >= 0 and hits[at][1] > left:
            hit = hits[at]
            if group is None:
                group = [last]
            group.append(hit)
            if hit[0] < left or hit[0] == left and hit[1] == right:
                left, last = hit[0], hit
            at -= 1
        if group is None or last[0] == left and last[1] == right:
            kept.append(last)       # one that covers all others
            continue
        taken: list[Hit] = []
        for hit in sorted(group, key=_by_length):
            start, end, _ = hit
            for other, stop, _ in taken:
                if start < stop and other < end:
                    break
            else:
                taken.append(hit)
        kept += sorted(taken, key=_by_place, reverse=True)
    kept.reverse()
    return kept


_by_place = itemgetter(0, 1)
_hit = partial(tuple.__new__, Hit)      # as Hit._make, without a call of Python's own


def _by_length(hit: Hit) -> tuple[int, int]:
    return hit[0] - hit[1], hit[0]


class Hits(dict[str, list[Hit]]):
    """The hits in a clause by kind; where only names were looked for, the rest is when asked for."""

    __slots__ = ("_rest", "_text")
    NAMED = frozenset({"item", "also", "named_sdk"})

    def __init__(self, found: dict[str, list[Hit]], rest: Automaton | None = None, text: str = "") -> None:
        super().__init__(found)
        self._rest, self._text = rest, text

    def _fill(self) -> None:
        if self._rest is not None:
            rest, self._rest = self._rest, None
            self.update(rest.kinds(self._text))

    def get(self, kind: str, default: Any = None) -> Any:
        if kind not in self.NAMED:
            self._fill()
        return super().get(kind, default)

    def __contains__(self, kind: object) -> bool:
        if kind not in self.NAMED:
            self._fill()
        return super().__contains__(kind)

    def __missing__(self, kind: str) -> list[Hit]:
        if self._rest is None or kind in self.NAMED:
            raise KeyError(kind)
        self._fill()
        return self[kind]

    def __iter__(self) -> Iterator[str]:
        self._fill()
        return super().__iter__()

    def items(self) -> Any:
        self._fill()
        return super().items()

    def keys(self) -> Any:
        self._fill()
        return super().keys()

    def values(self) -> Any:
        self._fill()
        return super().values()


def normal(term: str) -> str:
    """A term as it stands in a view: folded, without gaps.

    >>> normal("Android ＩＤ"), normal("設備 序列號")
    ('android id', '设备序列号')
    """
    return View.of(fold(term).strip()).text
