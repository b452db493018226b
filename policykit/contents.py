"""Tables of contents: the lines that announce sections, told apart from the sections."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from policykit.headings import strength
from policykit.layout import Unit
from policykit.text import HAN

_cue = re.compile(
    r"目\s*录$|^索引$|^contents$|^index$|^(?:quick )?(?:links|navigation)$|^on this page$|^in this (?:policy|notice|statement)$|table of contents|(?:帮助|便于|向|让)[您你]?[^。]{0,12}(?:了解|说明|阐述)[^。]{0,12}(?:以下|如下|下列)|(?:包含|包括|分为|涵盖|由)[^。]{0,6}(?:以下|如下|下列)[^。]{0,8}(?:内容|部分|方面|章节|组成)"
    r"|(?:以下|如下|下列)(?:几个)?(?:索引|目录|章节|内容|方面)|(?:索引|目录)(?:如下|阅读)|(?:help you|you will) (?:to )?(?:understand|know|learn)[^.]{0,30}(?:following|below)|解释了以下|(?:policy|notice|statement) (?:covers|contains|consists of) the following|(?:包括|包含|如下)[^。]{0,4}内容")
_weak = re.compile(r"(?:policy|notice|statement|it) (?:covers|contains|describes|explains|addresses|outlines|sets out)(?: the following)?(?: (?:topics|sections|matters|areas|points))?$")      # announces contents or a list
_maybe = re.compile(r"links|navigation|on this page|in this|covers|contains|目\s*录|索引|contents|以下|如下|下列|following|below|包括|包含|describes|explains|addresses|outlines|sets out|index")      # in each of these is one
_caption = re.compile(r"目\s*录|索引|contents|table of contents")
_field = re.compile(rf"^(?!\s*附[录件表则注]).*[{HAN}][:：]\s*\S")       # "客服电话：…" is no title, "附录：相关定义" is one
_leader = re.compile(r"[\s.．…·]*\d{0,3}\s*$")
_noise = re.compile(rf"[^a-z0-9{HAN}]+")
_english = frozenset("a an the of and or to in on for we our us you your do does how what which is are this that with by as be may can will i my when".split())
_filler = re.compile("您的|你的|我们的|我们|的|您|你|如何|怎样|关于|本")


@lru_cache(maxsize=4096)
def words(title: str) -> frozenset[str]:
    """The comparable parts of a folded title: English words without the common ones, pairs of Chinese characters.

    >>> sorted(words("how do we use cookies")), words("您的权利") == words("权利")
    (['cookies', 'use'], True)
    """
    parts = _noise.sub(" ", title).split()
    found: set[str] = set()
    for part in parts:
        if part.isascii():
            if part not in _english:
                found.add(part.removesuffix("s") if len(part) > 4 and not part.endswith("ies") else part)
        else:
            plain = _filler.sub("", part) or part
            found.update(plain[i:i + 2] for i in range(len(plain) - 1)) if len(plain) > 1 else found.add(plain)
    return frozenset(found or parts)


def likeness(one: str, other: str) -> float:
    """How alike two folded titles are, 0 to 1.

    >>> round(likeness("您如何管理个人信息", "您如何管理您的个人信息"), 2), likeness("your rights", "cookies")
    (1.0, 0.0)
    """
    a, b = words(one), words(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def plain_title(folded: str, unit: Unit) -> str:
    """The folded title of a unit, without its number, dots and page number."""
    title = folded[unit.title:unit.end]
    if "." in title[-8:] or "…" in title[-8:] or "·" in title[-8:]:
        title = _leader.sub("", title)
    return title.strip(" *_#.:;。;")


def find(text: str, folded: str, units: Sequence[Unit]) -> tuple[dict[int, int | None], set[int]]:
    """Units that are entries of a table of contents -> the unit each announces (None: no such heading), and its caption lines."""
    entries: dict[int, int | None] = {}
    captions: set[int] = set()
    short = [_short(text, unit) for unit in units]
    keys = [_key(folded, unit) if is_short else "" for unit, is_short in zip(units, short)]
    times = Counter(key for key, is_short in zip(keys, short) if is_short)
    begins = [unit.start for unit in units]
    maybe = {bisect_right(begins, hit.start()) - 1 for hit in _maybe.finditer(folded)}
    index: Index | None = None
    number = 0
    while number < len(units):
        unit = units[number]
        cue = number in maybe and unit.kind != "cell" and unit.end - unit.start < 200 and _cue.search(folded[max(unit.start, unit.end - 120):unit.end].strip(" *_#:。.,【】[]")) is not None
        weak = not cue and number in maybe and unit.kind != "cell" and _weak.search(folded[max(unit.start, unit.end - 120):unit.end].strip(" *_#:")) is not None
        repeated = not cue and short[number] and times[keys[number]] > 1 and text[unit.end - 1] not in "；;。，,"
        first = number + 1 if cue or weak else number
        if not cue and not weak and not repeated or first >= len(units):
            number += 1
            continue
        run = _run(folded, units, short, keys, first, set(entries.values()))
        made = None
        if len(run) >= (2 if cue else 4):
            index = index or _index(folded, units, short)
            made = _match(folded, units, short, run, cue or weak, index)
            if weak and made is not None and (len(made) < 4 or sum(there is not None for there in made.values()) < 0.7 * len(run)):
                made = None
        if made is not None:
            entries |= made
            if cue and _caption.fullmatch(folded[unit.start:unit.end].strip(" *_#:。.【】[]")):
                captions.add(number)
            number = max(made) + 1
        else:
            number = run[-1] + 1 if run and not cue else number + 1
    return entries, captions


def _short(text: str, unit: Unit) -> bool:
    """Whether a unit is short enough for an entry and no sentence."""
    if unit.kind == "cell" or unit.end - unit.start > 160:
        return False
    title = text[unit.title:unit.end].rstrip("；;。，,")
    if not title or len(title) > 110 or title[-1] in "：:":
        return False
    if unit.marker is None and (":" in title or "：" in title) and _field.search(title):
        return False
    return strength(title) > 0


def _key(folded: str, unit: Unit) -> str:
    """A title as it is compared for equality."""
    return _noise.sub("", _filler.sub("", plain_title(folded, unit)))


def _run(folded: str, units: Sequence[Unit], short: Sequence[bool], keys: Sequence[str], first: int, announced: set[int | None]) -> list[int]:
    """The consecutive short units from `first` on, up to the one that begins the text proper."""
    run: list[int] = []
    firsts: list[str] = []
    seen: set[str] = set()
    number = first
    while number < len(units) and number - first < 120:
        unit = units[number]
        if not short[number] or number in announced:
            break
        key = keys[number]
        if key in seen and key:
            break
        title = plain_title(folded, unit)
        if any(likeness(old, title) > 0.8 for old in firsts):
            break   # the first heading of the text repeats the first entry
        if len(firsts) < 3:
            firsts.append(title)
        seen.add(key)
        run.append(number)
        number += 1
    return run


Index = tuple[list[int], list[frozenset[str]], dict[str, list[int]]]


def _index(folded: str, units: Sequence[Unit], short: Sequence[bool]) -> Index:
    """The units that may be headings, the words of each, and for each word the places in that list."""
    later = [number for number, unit in enumerate(units) if unit.kind == "heading" or (short[number] or unit.marker and unit.end - unit.start < 160) and (
        folded[unit.end - 1] not in "。;,、" or unit.marker is not None and unit.marker.family in ("han", "chapter", "part", "I"))]
    sets = [words(plain_title(folded, units[number])) for number in later]
    places: dict[str, list[int]] = {}
    for place, found in enumerate(sets):
        for word in found:
            places.setdefault(word, []).append(place)
    return later, sets, places


def _match(folded: str, units: Sequence[Unit], short: Sequence[bool], run: list[int], cue: bool, index: Index) -> dict[int, int | None] | None:
    """The later heading for each entry of a run, or None where the run is no table of contents."""
    made: dict[int, int | None] = {}
    later, sets, places = index
    at = bisect_right(later, run[-1])
    for entry in run:
        wanted, mark = words(plain_title(folded, units[entry])), units[entry].marker
        best, score = None, 0.62
        shared: dict[int, int] = {}
        for word in wanted:
            found = places.get(word, ())
            for place in found[bisect_left(found, at):]:
                shared[place] = shared.get(place, 0) + 1
        for place in sorted(shared):
            number = later[place]
            like = 2 * shared[place] / (len(wanted) + len(sets[place]))
            if like <= 0.45:
                continue
            other = units[number].marker
            like += 0.12 * (mark is not None and other is not None and mark.value == other.value and mark.value > 0)
            like += 0.10 * (mark is not None and other is not None and mark.kind == other.kind)
            like += 0.05 * (units[number].kind == "heading")
            if like > score + 0.001:
                best, score = place, like
            if like >= 1.2:
                break
        if best is not None:
            made[entry] = later[best]
            at = best + 1
        else:
            made[entry] = None
    matched = [entry for entry in run if made[entry] is not None]
    if not matched:
        return None
    close = sum(made[two] - made[one] == 1 for one, two in zip(matched, matched[1:]))
    if len(matched) > 2 and close * 2 >= len(matched):
        return None   # a list that stands twice, not headings with text between them
    if cue:
        # entries after the last one that is kept must look like the others
        if len(matched) < max(1, len(run) * 0.34):
            keep = run[:run.index(matched[-1]) + 1]
            if len(matched) < max(2, len(keep) * 0.5):
                return None
            return {entry: made[entry] for entry in keep}
        last = run.index(matched[-1])
        while last + 1 < len(run) and _alike(units[run[last]], units[run[last + 1]]):
            last += 1
        return {entry: made[entry] for entry in run[:last + 1]}
    first, last = run.index(matched[0]), run.index(matched[-1])
    if first > 0:
        run = run[first:]
        last -= first
    kept = run[:last + 1]
    if len(matched) < 4 or len(matched) < 0.75 * len(kept) or run[0] > 0.4 * len(units):
        return None
    if sum(_heads(units, short, made[entry]) for entry in matched) < 0.7 * len(matched):
        return None   # cells of a table that was written out line by line
    if any(_field.search(folded[units[entry].title:units[entry].end]) for entry in kept[:-1]):
        return None
    if min(made[entry] for entry in matched) - run[0] < len(kept) or not all(short[entry] for entry in kept):
        return None
    return {entry: made[entry] for entry in kept}


def _heads(units: Sequence[Unit], short: Sequence[bool], number: int) -> bool:
    """Whether a unit has the number or size of a heading, or text below it."""
    unit = units[number]
    if unit.kind == "heading" or unit.marker is not None and unit.marker.family != "-":
        return True
    return number + 1 < len(units) and (not short[number + 1] or units[number + 1].marker is not None)


def _alike(one: Unit, other: Unit) -> bool:
    """Whether two entries are numbered in the same style, one after the other."""
    if one.marker is None or other.marker is None:
        return one.marker is other.marker and not other.gap
    return one.marker.kind == other.marker.kind and (other.marker.value > one.marker.value or other.marker.value == 0)
