"""Which units are headings, and how deep: a stack of numbering styles that trusts order more than numbers.

A style keeps the depth at which it was first seen until a higher one begins anew.  Numbers may restart, jump,
repeat or change their style; they are followed where they fit, and what does not fit is recorded.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from policykit.headings import Marker, bracketed, strength
from policykit.layout import Unit
from policykit.looks import stands_out, unlikely
from policykit.siblings import corrected
from policykit.survey import ANNEX, LOW, Survey, surveyed

_ranks = {"part": 0, "chapter": 1, "section": 2, "article": 3}
# numbering styles of one rank that careless authors exchange
_exchanged = ({"I", "1"}, {"I", "han"}, {"han", "1"}, {"(han)", "(1)"}, {"(I)", "(1)"}, {"chapter", "han"}, {"chapter", "I"}, {"A", "1"})


@dataclass(slots=True)
class Entry:
    """A place in the numbering that is open: a heading, or an item of a list."""

    kind: str
    value: int
    heading: bool
    unit: int
    run: int
    path: tuple[int, ...] = ()
    family: str = ""


@dataclass(slots=True)
class Outline:
    """For each unit: whether it is a heading, its level, the heading above it, its run of siblings, the item above it."""

    heading: list[bool]
    level: list[int]
    above: list[int | None]        # the innermost heading that holds the unit (itself not counted)
    run: list[int | None]          # siblings in one numbering
    parent: list[int | None]       # the list item or heading whose child the numbered unit is
    runs: list[list[int]] = field(default_factory=list)
    oddities: list[tuple[str, int, str]] = field(default_factory=list)
    holders: set[int] = field(default_factory=set)      # numbered units directly under which headings begin


def outline(text: str, units: Sequence[Unit], toc: set[int], titles: set[int], announced: set[int]) -> Outline:
    """The outline of the units; `toc` are outside it, `titles` begin a document of their own, `announced` are known headings."""
    scores = [0 if unit.kind == "cell" or number in toc else strength(text[unit.title:unit.end]) for number, unit in enumerate(units)]
    fields = unlikely(text, units, scores, toc)
    spaced = sum(unit.gap for unit in units if unit.kind == "paragraph") * 2 > sum(unit.kind == "paragraph" for unit in units)      # a blank line says nothing here
    heading = [number in announced or stands_out(text, units, scores, toc, titles, number, fields, spaced) for number in range(len(units))]
    made = _stack(text, units, heading, toc, titles, announced)
    for _ in range(3):
        changed = corrected(text, units, scores, heading, made.runs, made.holders, toc, announced)
        if not changed:
            break
        made = _stack(text, units, heading, toc, titles, announced)
    return made


_capitals = re.compile(r"(?=.{10})[A-Z][^a-z\u2e80-\U0010ffff]*")


def style(text: str, unit: Unit) -> str:
    """The style of a heading without a number."""
    if unit.kind == "heading":
        return f"h{unit.level}" if unit.level else "h7" if _capitals.fullmatch(text, unit.title, unit.end) else "h8"     # bold lines, terms and summaries stand below headings of any size
    mark = text[unit.start:unit.start + 6]
    if mark.startswith("#"):
        return f"h{len(mark) - len(mark.lstrip('#'))}"
    if ANNEX.match(text, unit.start, unit.end):
        return "annex"
    if bracketed(text[unit.start:unit.end]):
        return "bracket"
    return "bold" if mark.startswith(("**", "__")) else "bare"


def _cut_numbers(stack: list[Entry]) -> None:
    """Close every numbered heading and what is below the first of them: an annex stands beside the chapters."""
    first = next((place for place, entry in enumerate(stack) if not entry.heading or entry.value and entry.kind != "part"), len(stack))
    del stack[first:]


def _stack(text: str, units: Sequence[Unit], heading: Sequence[bool], toc: set[int], titles: set[int], announced: set[int]) -> Outline:
    """The tree that the headings and numbers make."""
    count = len(units)
    made = Outline(list(heading), [0] * count, [None] * count, [None] * count, [None] * count)
    stack: list[Entry] = []
    seen = surveyed(text, units, heading, toc, titles, announced)
    firsts = iter(seen.firsts)
    first = next(firsts)
    title: int | None = None

    def new_run() -> int:
        made.runs.append([])
        return len(made.runs) - 1

    def push(entry: Entry) -> None:
        made.run[entry.unit] = entry.run
        made.runs[entry.run].append(entry.unit)
        made.parent[entry.unit] = stack[-1].unit if stack else None
        stack.append(entry)

    last = -1
    held: tuple[int | None, int] | None = None
    for number, unit in enumerate(units):
        if number in toc:
            made.above[number] = next((entry.unit for entry in reversed(stack) if entry.heading), title)
            continue
        mark = unit.marker if unit.kind != "cell" else None
        if number in titles:
            stack.clear()
            first = next(firsts)
            made.above[number] = None
            title = number
        elif heading[number] and mark is None:
            _place_plain(stack, made, seen, style(text, unit), number, new_run, push)
        elif mark is not None:
            _place(stack, made, seen, mark, number, heading[number], number - 1 == last, first.get(mark.kind, 0), new_run, push)
            last = number
        elif held is not None:        # running text stands where the unit before does
            made.above[number], made.level[number] = held
            continue
        if number not in titles:
            own = 1 if heading[number] and stack and stack[-1].unit == number else 0
            above = [entry.unit for entry in (stack[:-1] if own else stack) if entry.heading]
            made.above[number] = above[-1] if above else title
            made.level[number] = len(above) + 1
            held = (made.above[number], made.level[number]) if mark is None and not heading[number] else None
        else:
            made.level[number] = 0
            held = None
    return made


def _place_plain(stack: list[Entry], made: Outline, seen: Survey, kind: str, number: int, new_run: Callable[[], int], push: Callable[[Entry], None]) -> None:
    """Put a heading without a number where its style belongs."""
    announced, plain, sizes = seen.announced, seen.plain, seen.sizes
    while stack and (not stack[-1].heading or number in announced and stack[-1].unit in seen.before):
        stack.pop()
    if kind == "annex":
        _cut_numbers(stack)
    elif number in announced and kind[0] == "b":   # the table of contents puts it beside the last heading that it announces
        beside = next((place for place in range(len(stack) - 1, -1, -1) if stack[place].unit in announced and stack[place].value), None)
        if beside is not None:
            entry = stack[beside]
            lost = seen.goes_on(entry.kind, number, entry.value + 2)
            del stack[beside:]
            push(Entry(entry.kind if lost else kind, entry.value + 1 if lost else 0, True, number, entry.run if lost else new_run(), entry.path, entry.family))
            return
    for place in range(len(stack) - 1, -1, -1) if kind != "annex" else ():
        entry = stack[place]
        if not entry.value or entry.family == "dotted":
            continue
        after, value = seen.next(entry.kind, number)
        if value > entry.value + 1 and bisect_left(plain, after) - bisect_left(plain, number) == value - entry.value - 1:      # as many without a number as numbers are left out
            if entry.unit not in plain:
                made.oddities.append(("gap", after, f"{entry.value} is followed by {value}"))
            del stack[place:]
            push(Entry(entry.kind, entry.value + 1, True, number, entry.run, entry.path, entry.family))
            return
    at = next((place for place in range(len(stack) - 1, -1, -1) if stack[place].kind == kind), None)
    if at is not None and number in announced and stack[at].unit in announced:      # two that are announced in one style
        run = stack[at].run
        del stack[at:]
        push(Entry(kind, 0, True, number, run))
        return
    if kind[0] == "b":     # what only looks like a heading stands below what the format calls one
        formal = next((place for place in range(len(stack) - 1, -1, -1) if stack[place].kind[0] == "h" and stack[place].kind[1:].isdigit()), None)
        if formal is not None and (at is None or at < formal):
            cut = next((place for place in range(formal + 1, len(stack)) if stack[place].kind[0] == "b"), len(stack))
            del stack[cut:]
            at = None
    elif kind[0] == "h":
        informal = next((place for place, entry in enumerate(stack) if entry.kind[0] == "b" and (number in announced or entry.unit not in announced)), None)
        if informal is not None and (at is None or informal < at):
            del stack[informal:]
            at = None
    if sizes[number]:     # beside a numbered heading of the same size whose count has ended
        beside = next((place for place, entry in enumerate(stack) if entry.value and sizes[entry.unit] >= sizes[number] and not seen.goes_on(entry.kind, number, entry.value + 1)), None)
        if beside is not None and (at is None or beside < at):
            del stack[beside:]
            at = None
    if at is None and kind[0] == "h" and kind[1:].isdigit():
        at = next((place for place, entry in enumerate(stack) if entry.kind[0] == "h" and entry.kind[1:].isdigit() and entry.kind > kind), None)
    run = None
    if at is not None and kind[0] == "b":   # a numbered heading that the count goes on from holds it
        held = [place for place in range(at + 1, len(stack)) if stack[place].value and seen.goes_on(stack[place].kind, number, stack[place].value + 1)]
        if held:
            del stack[held[-1] + 1:]
            at = None
    if at is not None:
        run = stack[at].run
        del stack[at:]
    push(Entry(kind, 0, True, number, run if run is not None else new_run()))


def _place(stack: list[Entry], made: Outline, seen: Survey, mark: Marker, number: int, is_heading: bool, adjacent: bool, begins: int, new_run: Callable[[], int], push: Callable[[Entry], None]) -> None:
    """Put a numbered unit where its number fits best; ``begins``: how often its style begins below a heading without a number."""
    kind, value, announced, sizes = mark.kind, mark.value, seen.announced, seen.sizes

    outside = seen.outside(number)

    def join(place: int, kind: str = kind, value: int = value) -> None:
        entry = stack[place]
        del stack[place:]
        push(Entry(kind, value, is_heading, number, entry.run, mark.path, mark.family))

    def child(place: int) -> None:
        del stack[place + 1:]
        push(Entry(kind, value, is_heading, number, new_run(), mark.path, mark.family))

    def fresh() -> None:
        if is_heading:
            if value == 1 and stack and not stack[-1].heading and stack[-1].unit == number - 1 and stack[-1].family != "-":
                made.holders.add(number - 1)
            while stack and not stack[-1].heading:
                stack.pop()
            while kind == "han" and value > 1 and stack and stack[-1].kind in LOW:
                stack.pop()     # 二、 whose 一、 is missing is no part of （3）
            while number in announced and stack and stack[-1].unit in outside:
                stack.pop()     # what the table of contents announces stands in nothing that it does not
            while sizes[number] and stack and not stack[-1].value and (stack[-1].kind[0] == "b" or stack[-1].kind[0] == "h" and stack[-1].kind > f"h{sizes[number]}"):
                stack.pop()     # nor what is printed large in what is printed small
            while number in announced and value == 1 and stack and stack[-1].unit in announced and not stack[-1].value and seen.last < number:
                stack.pop()     # an introduction that is announced like the numbered ones
            if begins == 1 and value == 1 and stack and not any(entry.unit in announced for entry in stack) and not (stack[-1].unit == number - 1 and bisect_left(seen.plain, number) > 3) and all(entry.kind in ("bare", "bracket", "bold") or entry.unit in seen.notes or sizes[entry.unit] >= sizes[number] > 0 for entry in stack):
                stack.clear()   # front matter without numbers does not hold the chapters
        child(len(stack) - 1)

    same = [place for place in range(len(stack) - 1, -1, -1) if stack[place].kind == kind]
    if is_heading and same:
        told = [place for place in same if stack[place].unit in announced]
        if number in announced and told and len(told) < len(same) and stack[told[0]].value < value:
            join(told[0])      # the table of contents knows both; what stands between counts for itself
            return
        if number not in announced and value == 1 and told and told[0] == same[0] and any(
                place in announced and found == stack[told[0]].value + 1 for place, found in seen.later.get(kind, ()) if place > number):
            while stack and not stack[-1].heading:
                stack.pop()
            child(len(stack) - 1)
            return
    if mark.family == "-":
        if same:
            join(same[0])
        else:
            fresh()
        return
    if kind == "annex":
        _cut_numbers(stack)
        child(len(stack) - 1)
        return
    if kind in _ranks:
        higher = [place for place in range(len(stack)) if stack[place].kind in _ranks and _ranks[stack[place].kind] >= _ranks[kind]]
        if higher:
            if stack[higher[0]].kind == kind:
                join(higher[0])
            else:
                child(higher[0] - 1)
            return
        if kind in ("part", "chapter"):
            stack[:] = [entry for entry in stack if entry.kind in _ranks or entry.kind[0] == "h"]
        fresh()
        return
    if mark.family == "dotted":
        _place_dotted(stack, mark, join, child, fresh, same)
        return
    for place in same:   # the next number of a list that is open
        if stack[place].value + 1 == value:
            if is_heading and not stack[place].heading:   # or, of a heading, of the headings above that list
                for higher in range(place - 1, -1, -1):
                    entry = stack[higher]
                    if entry.heading and entry.value + 1 == value and {entry.family, mark.family} in _exchanged and not seen.goes_on(entry.kind, number, value):
                        join(higher)
                        return
            join(place)
            return
    if mark.letter:      # i after h, v after u: letters, not Roman numbers
        letters = {"I": "A", "i": "a", "i)": "a)", "(i)": "(a)", "I)": "A)", "(I)": "(A)"}.get(kind, "")
        for place in range(len(stack) - 1, -1, -1):
            if stack[place].kind == letters and stack[place].value + 1 == mark.letter:
                join(place, letters, mark.letter)
                return
    if value > 1:
        if not same or is_heading:
            for place in range(len(stack) - 1, -1, -1):   # another style goes on with the count
                entry = stack[place]
                if entry.value + 1 == value and entry.kind != kind and entry.heading == is_heading and (
                        entry.family == mark.family or is_heading and {entry.family, mark.family} in _exchanged) and not seen.goes_on(entry.kind, number, value):
                    join(place)
                    return
        for place in same:
            if stack[place].value < value:
                made.oddities.append(("gap", number, f"{stack[place].value} is followed by {value}"))
                join(place)
                return
        for place in same:
            if stack[place].value == value:
                made.oddities.append(("duplicate", number, f"{value} occurs twice"))
                join(place)
                return
        if same:
            made.oddities.append(("restart", number, f"{stack[same[0]].value} is followed by {value}"))
            join(same[0])
            return
        for place in range(len(stack) - 1, -1, -1):
            entry = stack[place]
            if entry.family == mark.family and entry.value < value and entry.heading == is_heading:
                made.oddities.append(("gap", number, f"{entry.value} is followed by {value}"))
                join(place)
                return
        if is_heading and mark.family == "1":
            for place in range(len(stack)):    # 2 after 1.7, without a 1
                if stack[place].path and stack[place].path[0] + 1 == value:
                    join(place)
                    return
        if is_heading and value == 2 and stack and stack[-1].heading and not stack[-1].value and stack[-1].kind[0] == "b":
            join(len(stack) - 1)               # the first one has lost its number
        else:
            fresh()
        made.oddities.append(("gap", number, f"begins with {value}"))
        return
    if same:
        place = same[0]
        if stack[place].heading and not is_heading or adjacent and stack[-1].unit == number - 1 and not is_heading and stack[place].unit == number - 1:
            child(len(stack) - 1 if adjacent else max(place, max((p for p, entry in enumerate(stack) if entry.heading), default=0)))
            return
        if is_heading and not stack[place].heading:
            fresh()     # the style was a list's; now it numbers headings
            return
        # the count begins anew at the same depth
        run = new_run()
        if is_heading and stack[place].value > 1:
            made.oddities.append(("restart", number, f"{stack[place].value} is followed by {value}"))
        del stack[place:]
        push(Entry(kind, value, is_heading, number, run, mark.path, mark.family))
        return
    fresh()


def _place_dotted(stack: list[Entry], mark: Marker, join, child, fresh, same: list[int]) -> None:
    """Put 3.1 under 3, 3.2 after 3.1, whatever else is open."""
    path = mark.path
    for place in same:
        if stack[place].path[:-1] == path[:-1]:
            join(place)
            return
    for place in range(len(stack) - 1, -1, -1):
        entry = stack[place]
        if entry.path and entry.path == path[:-1] or len(path) == 2 and not entry.path and entry.value == path[0] and entry.kind != "-" and entry.heading:
            child(place)
            return
    if same:
        join(same[-1])
        return
    fresh()
