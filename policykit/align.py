"""Chinese clauses beside their English translation: shared terms, numbers, names, lengths and places, by dynamic programming.

A clause becomes a vector of what a translation keeps: data items and terms of the bilingual lexicon, numbers, Latin
names, links.  The best chain of pairs (one to one, one to two or three, two or three to one) is found in one pass over
both versions; what it leaves is tried again, so that a section that stands elsewhere finds its counterpart too.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ahocorasick
import numpy as np

from policykit.headings import marker, numeral
from policykit.rules import Automaton, Rulebook, SdkRule, WordPair
from policykit.structure import Document

_word = re.compile(r"[a-z]+(?:'s)?")
_name = re.compile(r"[a-z][a-z0-9+]*(?:[._-][a-z0-9+]+)*")
_number = re.compile(r"\d+(?:\.\d+)*")
_counted = re.compile(r"([零一二两三四五六七八九十百]{1,5})(?=个?(?:工作|自然)?[日天年月周岁小时]|个)")
_words = {word: value for value, word in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split())}
_words |= {word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)} | {"hundred": 100}
_months = {name: place for place, name in enumerate("january february march april may june july august september october november december".split(), 1)}
_date = re.compile(rf"(20\d\d)\s*[年./-]\s*(\d{{1,2}})\s*(?:[月./-]\s*(\d{{1,2}}))?|({'|'.join(_months)})\s+(?:(\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?:of\s+)?(20\d\d)|(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({'|'.join(_months)}),?\s+(20\d\d)")
_address = re.compile(r"(?:https?://|www\.)[\w./?=&%#:~+-]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.A)
_suffixes = sorted("ization isation ations ation ments ment ings ing ities ity ions ion ies ied ed es er ers or ors s ly ally al e y ive ance ence able ible ness ous".split(), key=len, reverse=True)
THRESHOLD = 0.38     # below this likeness two clauses stay alone
SECOND = 0.50        # the same for clauses that are out of order
BEADS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1))
WORSE = 2.0          # what it costs when a joined clause makes the pair less alike
JOINED = 0.10        # what joining one more clause costs


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """An English word without its endings, the same for its forms.

    >>> {stem(word) for word in ("protect", "protected", "protection", "protecting")}
    {'protect'}
    """
    word = word.removesuffix("'s")
    for _ in range(2):
        for suffix in _suffixes:
            if word.endswith(suffix) and len(word) - len(suffix) >= (4 if len(suffix) > 2 else 3):
                word = word[:-len(suffix)]
                break
        else:
            break
    if len(word) > 4 and word[-1] == word[-2]:
        word = word[:-1]
    return word.removesuffix("iz").removesuffix("is") if len(word) > 5 else word


class Lexicon:
    """Term pairs, found on either side: a concept number for each pair."""

    def __init__(self, pairs: Iterable[WordPair]) -> None:
        self._han = ahocorasick.Automaton()
        han: dict[str, list[int]] = {}
        self._english: dict[tuple[str, ...], list[int]] = {}
        count = 0
        for count, pair in enumerate(pairs, 1):
            for term in pair.zh_terms:
                han.setdefault(term, []).append(count - 1)
            for term in pair.en_terms:
                self._english.setdefault(tuple(stem(word) for word in _word.findall(term.replace("-", " "))), []).append(count - 1)
        for term, concepts in han.items():
            self._han.add_word(term, tuple(concepts))
        if han:
            self._han.make_automaton()
        self.size = count
        self._longest = max(map(len, self._english), default=1)

    def han(self, view: str) -> Counter[int]:
        """The concepts that a folded Chinese text names."""
        found: Counter[int] = Counter()
        if self.size:
            for _, concepts in self._han.iter(view):
                found.update(concepts)
        return found

    def english(self, view: str) -> Counter[int]:
        """The concepts that a folded English text names."""
        stems = [stem(word) for word in _word.findall(view)]
        found: Counter[int] = Counter()
        for place in range(len(stems)):
            for size in range(1, self._longest + 1):
                concepts = self._english.get(tuple(stems[place:place + size])) if place + size <= len(stems) else None
                if concepts:
                    found.update(concepts)
        return found


@lru_cache(maxsize=4)
def lexicon(pairs: tuple[WordPair, ...]) -> Lexicon:
    """The lexicon of a rulebook, compiled once."""
    return Lexicon(pairs)


@lru_cache(maxsize=4)
def _kits(rules: tuple[SdkRule, ...]) -> Automaton:
    """The names of SDKs that mean one wherever they stand."""
    return Automaton((name, rule.id) for rule in rules for name in rule.aliases.split("|") if name)


def numbers(view: str, chinese: bool) -> set[str]:
    """The numbers that a folded text states, in digits, dates as year, month and day apart.

    >>> sorted(numbers("满十四周岁,15天内", True)), sorted(numbers("within thirty (30) days", False))
    (['14', '15'], ['30'])
    """
    found = {str(int(one)) if one.isdigit() and len(one) < 4 else one for one in _number.findall(_address.sub(" ", view))}
    if chinese:
        for digits in _counted.findall(view):
            value = numeral(digits.replace("两", "二"))
            if value > 1:
                found.add(str(value))
    else:
        for word in re.split(r"[^a-z]+", view):
            value = _words.get(word)
            if value and value > 1:
                found.add(str(value))
    return found


def dates(view: str) -> set[str]:
    """The dates in a folded text: year-month, with the day where it is given.

    >>> dates("2021年7月8日"), dates("july 2021"), dates("8 july 2021")
    ({'2021-07-08'}, {'2021-07'}, {'2021-07-08'})
    """
    found = set()
    for year, month, day, name, day2, year2, day3, name3, year3 in _date.findall(view):
        if year and 1 <= int(month) <= 12:
            found.add(f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else ""))
        elif name:
            found.add(f"{year2}-{_months[name]:02}" + (f"-{int(day2):02}" if day2 else ""))
        elif name3:
            found.add(f"{year3}-{_months[name3]:02}-{int(day3):02}")
    return found


_unit = r"[ -]?(?:个)?(?:natural |working |business |calendar |自然|工作)?(?:days?|years?|hours?|months?|minutes?|周?岁|小时|[日天年月分])"
_plain = re.compile(r"(?<![a-z0-9.,_/-])\d+(?:[.,]\d+)*(?![a-z0-9_/]|\.\d)")
_worded = re.compile(rf"({'|'.join(_words)})(?:-({'|'.join(word for word, value in _words.items() if value < 10)}))?(?: ?\(\d+\))?{_unit}")
_han_worded = re.compile(rf"([二两三四五六七八九十百]{{1,5}}){_unit}")


def stated(view: str) -> set[str]:
    """The numbers that a reader would check: in digits, and in words before a unit of time or age.

    >>> sorted(stated("15个工作日内,满十四周岁,两种方式")), sorted(stated("thirty days and two ways"))
    (['14', '15'], ['30'])
    """
    found = {one.replace(",", "").removesuffix(".0") for one in _plain.findall(_address.sub(" ", view)) if one.count(".") < 2}
    found |= {str(_words[tens] + (_words[ones] if ones else 0)) for tens, ones in _worded.findall(view)}
    found |= {str(numeral(digits.replace("两", "二"))) for digits in _han_worded.findall(view)}
    return found


_han_number = re.compile("[一二两三四五六七八九十百]{1,5}")


def _loose(view: str, chinese: bool) -> set[str]:
    """Every number that words may mean, also one, and in ordinals."""
    if chinese:
        return {str(numeral(digits.replace("两", "二"))) for digits in _han_number.findall(view)}
    return {str(_words[word]) for word in re.split(r"[^a-z]+", view) if word in _words} | {str(place) for place, word in enumerate(("first", "second", "third", "fourth", "fifth"), 1) if word in view}


@dataclass(frozen=True, slots=True)
class Content:
    """What a clause holds that a translation keeps."""

    concepts: Counter[int]
    items: frozenset[str]
    weak: frozenset[str]      # items that the words may mean
    sdks: frozenset[str]
    numbers: frozenset[str]
    stated: frozenset[str]
    loose: frozenset[str]     # numbers that the words may mean: 第四条, Article four
    dates: frozenset[str]
    names: frozenset[str]
    addresses: frozenset[str]
    size: float
    kind: str
    value: int        # of the marker, 0 without


def contents(document: Document, clauses: Sequence[int], rulebook: Rulebook, chinese: bool) -> list[Content]:
    """The content of each clause."""
    book = lexicon(tuple(rulebook.lexicon.values()))
    kits = _kits(tuple(rulebook.sdks.values()))
    scanned = rulebook.scan(document)
    made = []
    for number in clauses:
        clause = document.clauses[number]
        mark = marker(clause.text)
        view = scanned[number].view.text
        if mark is not None:
            body = document.view_of(clause.start + mark.end, clause.end).text if mark.end < len(clause.text) else view
        else:
            body = view
        hits = scanned[number].hits
        items = frozenset(hit.payload.id for hit in hits.get("item", ()) if not hit.payload.need)
        weak = frozenset(hit.payload.id for hit in hits.get("item", ()))
        sdks = frozenset(hit.payload for hit in kits.find(body))
        days = dates(body)
        plain = _date.sub(" ", body)
        made.append(Content(
            book.han(body) if chinese else book.english(body), items, weak, sdks, frozenset(numbers(plain, chinese)), frozenset(stated(plain)), frozenset(_loose(plain, chinese)), frozenset(days),
            frozenset(_name.findall(_address.sub(" ", body))), frozenset(one.rstrip("./") for one in _address.findall(body)),
            float(len(body)), clause.kind, mark.value if mark else 0))
    return made


def _features(contents: Sequence[Content], shared: frozenset[str]) -> list[dict[object, float]]:
    """The weighed features of each clause."""
    made = []
    for one in contents:
        features: dict[object, float] = {concept: math.log1p(count) for concept, count in one.concepts.items()}
        features |= {("item", item): 1.2 for item in one.items}
        features |= {("sdk", sdk): 1.5 for sdk in one.sdks}
        features |= {("number", number): 1.2 for number in one.numbers}
        features |= {("date", day[:7]): 2.0 for day in one.dates}
        features |= {("name", name): 1.3 for name in one.names if name in shared}
        features |= {("address", address): 2.5 for address in one.addresses}
        made.append(features)
    return made


def _matrices(zh: Sequence[Content], en: Sequence[Content]) -> tuple[np.ndarray, np.ndarray]:
    """Both versions as weighed vectors over the features that occur on both sides."""
    shared = frozenset().union(*(one.names for one in zh)) & frozenset().union(*(one.names for one in en)) if zh and en else frozenset()
    features = _features(zh, shared), _features(en, shared)
    counts = [Counter(feature for one in side for feature in one) for side in features]
    known = sorted(set(counts[0]) & set(counts[1]), key=str)
    place = {feature: at for at, feature in enumerate(known)}
    weights = [math.sqrt(max(0.05, math.log((len(zh) + 1) / (counts[0][feature] + 0.5))) * max(0.05, math.log((len(en) + 1) / (counts[1][feature] + 0.5)))) for feature in known]
    made = []
    for side in features:
        matrix = np.zeros((len(side), max(1, len(known))), dtype=np.float32)
        for row, one in enumerate(side):
            for feature, value in one.items():
                at = place.get(feature)
                if at is not None:
                    matrix[row, at] = value * weights[at]
        made.append(matrix)
    return made[0], made[1]


def _shifted(values: np.ndarray, by: int, axis: int, fill: float = 0.0) -> np.ndarray:
    """An array moved along one axis, so that row i holds what row i - by held."""
    if not by:
        return values
    moved = np.full_like(values, fill)
    if axis == 0:
        moved[by:] = values[:-by]
    else:
        moved[:, by:] = values[:, :-by]
    return moved


def likeness(zh: Sequence[Content], en: Sequence[Content]) -> dict[tuple[int, int], np.ndarray]:
    """For each bead (a Chinese clauses, b English ones) the likeness of the a that end at i and the b that end at j."""
    one, two = _matrices(zh, en)
    sizes = np.array([c.size for c in zh], dtype=np.float32), np.array([c.size for c in en], dtype=np.float32)
    ratio = float(sizes[1].sum() / max(1.0, sizes[0].sum())) or 1.0
    dots = one @ two.T
    made = {}
    kinds = [np.array([("heading", "toc", "item", "paragraph", "cell").index(c.kind) for c in side], dtype=np.int8) for side in (zh, en)]
    values = [np.array([c.value for c in side], dtype=np.int32) for side in (zh, en)]
    bonus = np.zeros_like(dots)
    same = kinds[0][:, None] == kinds[1][None, :]
    bonus[:] = np.where((kinds[0][:, None] == 1) != (kinds[1][None, :] == 1), -0.5, 0.0)
    bonus += np.where((kinds[0][:, None] == 0) != (kinds[1][None, :] == 0), -0.10, np.where(same & (kinds[0][:, None] == 0), 0.06, 0.0))
    v, w = values[0][:, None], values[1][None, :]
    bonus += np.where((v > 0) & (w > 0), np.where(v == w, 0.08, -0.10), np.where((v > 0) != (w > 0), -0.06, 0.0))
    rows, columns = {1: one}, {1: two}
    for count in (2, 3):
        rows[count] = rows[count - 1] + _shifted(one, count - 1, 0)
        columns[count] = columns[count - 1] + _shifted(two, count - 1, 0)
    norms = [{count: np.linalg.norm(matrix, axis=1) for count, matrix in side.items()} for side in (rows, columns)]
    lengths = [{1: sizes[0]}, {1: sizes[1]}]
    for side in lengths:
        for count in (2, 3):
            side[count] = side[count - 1] + np.concatenate([np.zeros(count - 1, dtype=np.float32), side[1][:-(count - 1)] if len(side[1]) >= count else np.zeros(0, dtype=np.float32)])[:len(side[1])]
    for a, b in BEADS:
        dot = np.zeros_like(dots)
        for i in range(a):
            for j in range(b):
                dot += _shifted(_shifted(dots, i, 0), j, 1)
        n, m = norms[0][a][:, None], norms[1][b][None, :]
        cosine = np.where((n > 0) & (m > 0), dot / np.maximum(n * m, 1e-6), 0.30)
        off = np.abs(np.log((lengths[1][b][None, :] + 12.0) / (ratio * lengths[0][a][:, None] + 12.0)))
        made[a, b] = 0.75 * cosine + 0.25 * np.exp(-1.6 * off * off) + (bonus if a == b == 1 else np.minimum(_shifted(_shifted(bonus, a - 1, 0), b - 1, 1), 0.04))
        if a > 1:
            made[a, b][:a - 1] = -1
            mixed = (kinds[0] == 0) != (np.concatenate([kinds[0][:1], kinds[0][:-1]]) == 0)
            made[a, b][mixed] -= 0.15
        if b > 1:
            made[a, b][:, :b - 1] = -1
            mixed = (kinds[1] == 0) != (np.concatenate([kinds[1][:1], kinds[1][:-1]]) == 0)
            made[a, b][:, mixed] -= 0.15
        if a + b > 2:     # what is joined must say more of the other side together than the best of it alone
            best = made[1, 1]
            for i in range(a):
                for j in range(b):
                    best = np.maximum(best, _shifted(_shifted(made[1, 1], i, 0, -1.0), j, 1, -1.0))
            made[a, b] -= WORSE * np.maximum(0.0, best - made[a, b])
    return made


def chain(like: dict[tuple[int, int], np.ndarray], threshold: float) -> list[tuple[int, int, int, int, float]]:
    """The best chain of beads: (first Chinese, how many, first English, how many, likeness)."""
    rows, columns = like[1, 1].shape
    best = np.zeros((rows + 1, columns + 1), dtype=np.float32)
    gains = {}
    for (a, b), scores in like.items():
        gains[a, b] = (scores - threshold) * (0.5 * (a + b)) - JOINED * (a + b - 2)
    for i in range(1, rows + 1):
        row = best[i - 1].copy()          # this Chinese clause stays alone
        for (a, b), gain in gains.items():
            if a <= i and b <= columns:
                found = best[i - a, :columns + 1 - b] + gain[i - 1, b - 1:]
                np.maximum(row[b:], found, out=row[b:])
        np.maximum.accumulate(row, out=best[i])   # English clauses stay alone
    made = []
    i, j = rows, columns
    while i and j:
        here = best[i, j]
        if here == best[i, j - 1]:
            j -= 1
            continue
        if here == best[i - 1, j]:
            i -= 1
            continue
        for (a, b), gain in gains.items():
            if a <= i and b <= j and abs(best[i - a, j - b] + gain[i - 1, j - 1] - here) < 1e-4:
                made.append((i - a, a, j - b, b, float(like[a, b][i - 1, j - 1])))
                i, j = i - a, j - b
                break
        else:
            i -= 1
    return made[::-1]


@dataclass(frozen=True, slots=True)
class Bead:
    """Clauses that say the same: places in the Chinese and in the English version; one side may be empty."""

    zh: tuple[int, ...]
    en: tuple[int, ...]
    likeness: float


def beads(zh: Sequence[Content], en: Sequence[Content]) -> list[Bead]:
    """All clauses of both versions in beads, in the order of the Chinese version."""
    made: list[Bead] = []
    left, right = list(range(len(zh))), list(range(len(en)))
    threshold = THRESHOLD
    for _ in range(4):
        if not left or not right:
            break
        like = likeness([zh[place] for place in left], [en[place] for place in right])
        found = chain(like, threshold)
        if not found:
            break
        for first, a, start, b, score in found:
            made.append(Bead(tuple(left[first:first + a]), tuple(right[start:start + b]), score))
        used = {place for bead in made for place in bead.zh}, {place for bead in made for place in bead.en}
        left = [place for place in left if place not in used[0]]
        right = [place for place in right if place not in used[1]]
        threshold = SECOND
    made += [Bead((place,), (), 0.0) for place in left]
    made.sort(key=lambda bead: bead.zh)
    where = {place: at for at, bead in enumerate(made) for place in bead.en}
    for place in right:     # an English clause without counterpart stands after the one before it
        at = next((where[before] for before in range(place - 1, -1, -1) if before in where), -1)
        made.insert(at + 1, Bead((), (place,), 0.0))
        where = {known: spot + (spot > at) for known, spot in where.items()} | {place: at + 1}
    return made
