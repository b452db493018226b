"""Terms found in a text: many at once, in one pass, with what each stands for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

from policykit.literals import machine
from policykit.text import View, fold


class Hit(NamedTuple):
    """A term found: text[start:end], and what the term stands for."""

    start: int
    end: int
    payload: Any


class Pseudo(NamedTuple):
    """The payload of a look-alike: it takes the place of a shorter term of its kind and is then forgotten."""

    kind: Hashable


LEFT, RIGHT = 1, 2          # the ends at which a term must not touch a Latin letter or digit
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


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
        for term, payload in pairs:
            folded = normal(term)
            of = payload.kind if isinstance(payload, Pseudo) else kind(payload)
            for form in dict.fromkeys((folded, plural(folded))):
                if form:
                    entries.setdefault(form, {}).setdefault(of, payload)
                    if isinstance(payload, Pseudo):
                        pseudo.add(of)
        self._machine = machine(((form, (len(form), (LEFT if form[0] in _LATIN else 0) | (RIGHT if form[-1] in _LATIN else 0), tuple(meant.items())))
                                 for form, meant in entries.items()), nothing=(0, 0, ()))
        self._pseudo = pseudo       # the kinds that have look-alikes

    def kinds(self, folded: str) -> dict[Hashable, list[Hit]]:
        """The hits in a folded text by kind, each kind's in order and without overlap."""
        found: dict[Hashable, list[Hit]] = {}
        entangled: set[Hashable] = set()        # the kinds of which two hits overlap
        size = len(folded)
        for last, (length, edges, meant) in self._machine.iter(folded):
            end = last + 1
            start = end - length
            if edges and (edges & LEFT and start and folded[start - 1] in _LATIN or edges & RIGHT and end < size and folded[end] in _LATIN):
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
    """The hits in a clause by kind; those that only matter beside an item or a name are looked for when asked for."""

    __slots__ = ("_rest", "_text")
    NAMED = frozenset({"item", "named_sdk"})

    def __init__(self, named: dict[str, list[Hit]], rest: Automaton, text: str) -> None:
        super().__init__(named)
        self._rest: Automaton | None = rest
        self._text = text

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
