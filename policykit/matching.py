"""Terms found in a text: many at once, in one pass, with what each stands for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

import ahocorasick

from policykit.text import View, fold


class Hit(NamedTuple):
    """A term found: text[start:end], and what the term stands for."""

    start: int
    end: int
    payload: Any


class Pseudo(NamedTuple):
    """The payload of a look-alike: it takes the place of a shorter term of its kind and is then forgotten."""

    kind: Hashable


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
        entries: dict[str, dict[Hashable, tuple[int, bool, bool, Hashable, Any]]] = {}
        for term, payload in pairs:
            folded = normal(term)
            of = payload.kind if isinstance(payload, Pseudo) else kind(payload)
            for form in dict.fromkeys((folded, plural(folded))):
                if form:
                    entries.setdefault(form, {}).setdefault(of, (len(form), form[0] in _LATIN, form[-1] in _LATIN, of, payload))
        self._machine = ahocorasick.Automaton()
        for form, meant in entries.items():
            self._machine.add_word(form, tuple(meant.values()))
        self._machine.make_automaton()
        self._empty = not entries

    def kinds(self, folded: str) -> dict[Hashable, list[Hit]]:
        """The hits in a folded text by kind, each kind's in order and without overlap."""
        if self._empty:
            return {}
        found: dict[Hashable, list[tuple[int, int, Any]]] = {}
        entangled: set[Hashable] = set()        # the kinds of which two hits overlap
        size = len(folded)
        for last, meant in self._machine.iter(folded):
            end = last + 1
            for length, left, right, kind, payload in meant:
                start = end - length
                if left and start and folded[start - 1] in _LATIN or right and end < size and folded[end] in _LATIN:
                    continue
                if kind in found:
                    hits = found[kind]
                    if start < hits[-1][1]:
                        entangled.add(kind)
                    hits.append((start, end, payload))
                else:
                    found[kind] = [(start, end, payload)]
        for kind in entangled:
            found[kind] = longest(found[kind])
        return {kind: kept for kind, hits in found.items() if (kept := [_hit(hit) for hit in hits if type(hit[2]) is not Pseudo])}

    def find(self, folded: str) -> list[Hit]:
        """The hits in a folded text, all kinds together, in order."""
        kinds = self.kinds(folded)
        return next(iter(kinds.values())) if len(kinds) == 1 else sorted((hit for hits in kinds.values() for hit in hits), key=lambda hit: hit[:2])


def longest(hits: list[tuple[int, int, Any]]) -> list[tuple[int, int, Any]]:
    """The hits in order, without those that overlap a longer one."""
    hits = sorted(hits, key=_by_place)
    kept: list[tuple[int, int, Any]] = []
    at, size = 0, len(hits)
    while at < size:
        reach, group = hits[at][1], [hits[at]]
        at += 1
        while at < size and hits[at][0] < reach:
            group.append(hits[at])
            if hits[at][1] > reach:
                reach = hits[at][1]
            at += 1
        if len(group) > 1:
            taken: list[tuple[int, int, Any]] = []
            for hit in sorted(group, key=_by_length):
                start, end, _ = hit
                for left, right, _ in taken:
                    if start < right and left < end:
                        break
                else:
                    taken.append(hit)
            group = sorted(taken, key=_by_place) if len(taken) > 1 else taken
        kept += group
    return kept


_by_place = itemgetter(0, 1)
_hit = partial(tuple.__new__, Hit)      # as Hit._make, without a call of Python's own


def _by_length(hit: tuple[int, int, Any]) -> int:
    return hit[0] - hit[1]


class Hits(dict[str, list[Hit]]):
    """The hits in a clause by kind; those that only matter beside an item or a name are looked for when asked for."""

    __slots__ = ("_rest",)
    NAMED = frozenset({"item", "named_sdk"})

    def __init__(self, named: dict[str, list[Hit]], rest: Callable[[], dict[str, list[Hit]]]) -> None:
        super().__init__(named)
        self._rest: Callable[[], dict[str, list[Hit]]] | None = rest

    def _fill(self) -> None:
        if self._rest is not None:
            rest, self._rest = self._rest, None
            self.update(rest())

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
