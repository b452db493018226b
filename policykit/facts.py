"""Facts: controller, dates, ages, days, contacts, storage place, cross-border transfer, announced lists, legal regime.

What is said in words is found by the patterns of `rulebook/facts.yml`; how dates, legal names, e-mail addresses and
telephone numbers look is known to `dates`, `names` and `contacts`, and the law behind a policy to `regime`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

import ahocorasick

from policykit import contacts, dates, literals, names, regime
from policykit.rows import Clause, Fact
from policykit.rules import FactPattern, FactRule, Rulebook
from policykit.structure import Document
from policykit.text import HAN, Sentences, View

_DATE, _FIRM, _ORG = "\ue000", "\ue001", "\ue002"  # a character of private use stands for each character of a date or name
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ONES = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_WORDS = {word: n for n, word in enumerate(_ONES.split("|"), 1)} | {word: n for n, word in zip(range(20, 100, 10), _TENS.split("|"))}
_PIECES = {
    "<N>": rf"(?<![\d.])[【\[]?(?P<n>\d{{1,3}}|[一二三四五六七八九十百两]{{1,5}}|(?:(?:{_TENS})(?:[- ](?:{_ONES}))?|{_ONES}|hundred)(?![a-z]))(?![\d.]\d)[】\]]?(?:\s?\(\w{{1,12}}\))?\s?",
    "<DAY>": r"(?P<unit>(?:个|calendar |natural |consecutive )?(?:法定)?(?:工作|自然|业务|business|working|work)?[\s-]?(?:日|天|days?\b)|小时|hours?\b)",
    "<PERIOD>": r"(?P<unit>(?:个)?(?:自然|完整|日历)?(?:天|日(?!常|志)|月|年|周(?!岁)|(?:calendar )?(?:days?|months?|years?|weeks?)\b))",
    "<DATE>": rf"(?P<date>{_DATE}+)",
    "<FIRM>": rf"(?P<firm>{_FIRM}+)",
    "<ORG>": rf"(?P<org>{_ORG}+)",
    "<GAP>": r"[^。;!?]{0,40}?",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A value found, before the values of a fact are compared."""

    fact: str
    value: str
    unit: str | None
    start: int
    end: int
    clause: int
    rule: str
    strength: int


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    for short, piece in _PIECES.items():
        seen = 0
        while short in pattern:      # a group name may stand once: the second <FIRM> of a pattern is firm2
            seen += 1
            pattern = pattern.replace(short, piece if seen == 1 else re.sub(r"\(\?P<(\w+)>", rf"(?P<\g<1>{seen}>", piece), 1)
    return re.compile(pattern)


def number(words: str) -> int | None:
    """The number that is written in digits, Chinese numerals or English words.

    >>> number("15"), number("十五"), number("forty-five"), number("soon")
    (15, 15, 45, None)
    """
    if words.isdigit():
        return int(words)
    if words[:1] in _WORDS or re.split("[- ]", words)[0] in _WORDS:
        return sum(_WORDS.get(word, 0) for word in re.split("[- ]", words))
    return 100 if words == "hundred" else dates.zh_number(words)


def unit(words: str) -> tuple[str, int]:
    """The unit that is meant, and how many of it one is.

    >>> unit("个工作日"), unit("calendar days"), unit("weeks"), unit("年")
    (('working_day', 1), ('day', 1), ('day', 7), ('year', 1))
    """
    if any(w in words for w in ("工作", "业务", "business", "work")):
        return "working_day", 1
    for word, meant in (("月", ("month", 1)), ("month", ("month", 1)), ("年", ("year", 1)), ("year", ("year", 1)), ("周", ("day", 7)), ("week", ("day", 7)),
                        ("小时", ("hour", 1)), ("hour", ("hour", 1))):
        if word in words:
            return meant
    return "day", 1


@dataclass(slots=True)
class Passage:
    """A clause as the patterns see it: dates and names masked, and how to get back."""

    clause: Clause
    view: View
    text: str
    dates: list[dates.Date]
    source: str                  # the text of the policy
    shift: int = 0               # how many characters of `text` come from the clause before
    parts: Sentences | None = None

    def sentence(self, at: int) -> str:
        """The sentence that holds a position of `text`."""
        self.parts = self.parts or Sentences(self.text)
        return self.text[slice(*self.parts.around(at))]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stands in the policy."""
        return self.view.span(max(0, start - self.shift), max(1, end - self.shift))


def _masked(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    pieces, at = [], 0
    for start, end, char in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= at:
            pieces += [text[at:start], char * (end - start)]
            at = end
    return "".join((*pieces, text[at:]))


def passage(document: Document, clause: Clause, view: View, day_first: bool) -> Passage:
    """The clause with its dates and names masked."""
    text = view.text
    found = dates.find(text, day_first)
    spans = [(d.start, d.end, _DATE) for d in found]
    if "公司" in text or "合伙" in text:
        spans += [(n.start, n.end, _FIRM) for n in names.chinese(text)]
    if clause.lang != "en" and len(text) < 4000:
        spans += [(n.start, n.end, _ORG) for n in names.institutions(text)]
    if _latin.search(text) and _maybe_english.search(text):
        cased = View.of(document.policy.text, clause.start, clause.end).text
        if len(cased) == len(text):
            spans += [(n.start, n.end, _FIRM) for n in names.english(cased)]
            spans += [(n.start, n.end, _ORG) for n in names.english_institutions(cased) if clause.lang == "en"]
    elif clause.lang == "en" and _maybe_named.search(text):
        cased = View.of(document.policy.text, clause.start, clause.end).text
        if len(cased) == len(text):
            spans += [(n.start, n.end, _ORG) for n in names.english_institutions(cased)]
    return Passage(clause, view, _masked(text, spans) if spans else text, found, document.policy.text)


_reach = re.compile(r"\s*联系(?:方式|电话)\s*[:：][^。；;]{0,40}$")
_count = re.compile(rf"\d|[一二三四五六七八九十百两]\s?(?:\(|】|\]|个|法定|工作|自然|业务|天|日|月|年|周|岁|小时|完整)|(?<![a-z])(?:{_TENS}|{_ONES}|hundred)(?![a-z])")
_italic = re.compile("(?<![a-z0-9])_|_(?![a-z0-9])")
_maybe_named = re.compile(r"college|university|library|museum|foundation|associat|institut|society|council|academy|hospital|federation|seminary|observatory|broadcasting|clinic|church|laborator|orchestra|symphony|cent(?:er|re) (?:for|of)|\.(?:com|org|net) ?\(")
_digits = re.compile(r"\d{3}|8\d\d\)? ?-")
_han = re.compile(f"[{HAN}]")
_phone_label = re.compile(r"(?:电话|热线|客服|手机|tel|phone|hotline|call us)[^。;]{0,8}$")
_latin = re.compile("[a-z]")
_maybe_english = re.compile(r"(?<![a-z])(?:inc|ltd|llc|limited|corp|corporation|company|incorporated|gmbh|llp|plc|co\.|bureau|l\.?p|n\.a|pty|s\.a|b\.v|kft|aps|sarl|s\.p\.a|s\.r\.l|n\.v|bhd)(?![a-z])")


class Program(NamedTuple):
    """The patterns in order, and the machine that tells which of them to try; a bit for each."""

    patterns: list[tuple[FactRule, FactPattern]]
    machine: ahocorasick.Automaton      # finds `when` words and the words that a match must hold
    always: int                         # the patterns without `when` words
    free: int                           # and those that no word must be in


def _program(rulebook: Rulebook) -> Program:
    patterns = [(rule, pattern) for rule in rulebook.facts.values() if rule.type != "sdk" for pattern in rule.patterns]
    calls: dict[str, list[int]] = {}
    always = free = 0
    for order, (_, pattern) in enumerate(patterns):
        needed = literals.words(_compiled(pattern.match).pattern)
        always |= (not pattern.when) << order
        free |= (needed is None) << order
        for place, words in enumerate((pattern.when, needed or ())):
            for word in words:
                calls.setdefault(word, [0, 0])[place] |= 1 << order
    return Program(patterns, literals.machine(((word, tuple(bits)) for word, bits in calls.items()), nothing=(0, 0)), always, free)


def triggered(program: Program, text: str) -> tuple[int, ...]:
    """The numbers, in order, of the patterns to try: a `when` word of theirs, if they have any, and what a match needs stand in the text."""
    called, possible = program.always, program.free
    for _, (when, needed) in program.machine.iter(text):
        called |= when
        possible |= needed
    return _members(called & possible)


@lru_cache(maxsize=4096)
def _members(bits: int) -> tuple[int, ...]:
    """The numbers of the bits that are set."""
    return tuple(at for at in range(bits.bit_length()) if bits >> at & 1)


def _group(m: re.Match[str], name: str) -> str | None:
    """The group of this name that took part; a second piece of one kind is numbered."""
    return next((g for g, v in m.groupdict().items() if v is not None and re.fullmatch(rf"{name}\d?", g)), None)


def matches(rule: FactRule, pattern: FactPattern, here: Passage) -> list[Found]:
    """What a pattern finds in a passage."""
    text, found = here.text, []
    for m in _compiled(pattern.match).finditer(text):
        if pattern.unless or pattern.needs:
            around = here.sentence(m.start())
            if pattern.unless and _compiled(pattern.unless).search(around) or pattern.needs and not _compiled(pattern.needs).search(around):
                continue
        if pattern.unless_near and _compiled(pattern.unless_near).search(text[max(0, m.start() - 16):m.end() + 6]):
            continue
        value, of, start, end = pattern.value, "day" if rule.type == "number" and pattern.value else None, m.start(), m.end()
        decided = f"{rule.id}/{pattern.id}"
        if rule.type == "date":
            at = m.start(_group(m, "date"))
            date = next((d for d in here.dates if d.start + here.shift == at), None)
            if date is None:
                continue
            value, start = date.value, max(start, here.shift)
            decided += ", order of day and month assumed" if date.assumed else ""
        elif rule.type == "name":
            group = _group(m, "firm") or _group(m, "org")
            if group is None:
                continue
            start, end = m.span(group)
            found += [Found(rule.id, _plain(here.source[slice(*here.back(*other))]), None, *here.back(*other), here.clause.clause, f"{rule.id}/{pattern.id}", int(pattern.strength))
                      for other in _together(text, start, m.end())] if int(pattern.strength) >= 5 else []
        elif rule.type == "number" and not value:
            n = number(m[_group(m, "n")])
            if not n:
                continue
            if words := _group(m, "unit"):
                of, times = unit(m[words])
                n *= times
                if of == "hour":
                    if n % 24:
                        continue
                    of, n = "day", n // 24
            value = str(n)
        start, end = here.back(start, end)
        value = value or _plain(here.source[start:end])
        found.append(Found(rule.id, value, of, start, end, here.clause.clause, decided, int(pattern.strength)))
    return found


def _plain(words: str) -> str:
    """A name without the blanks and line ends that typesetting leaves in it.

    >>> _plain("远帆 网络\\n科技有限公司"), _plain("Bluefin  Harbour,\\nInc.")
    ('远帆网络科技有限公司', 'Bluefin Harbour, Inc.')
    """
    return re.sub(f"(?<=[{HAN}])\\s+|\\s+(?=[{HAN}])", "", re.sub(r"\s+", " ", words))


_name = re.compile(f"{_FIRM}+|{_ORG}+")
_link = re.compile(r"(?:\([^()]{0,60}\))?[^。;()]{0,8}(?:、|和|与|及|以及|,? and | on behalf of |,(?:并)?由)(?:其)?(?:子公司|关联公司|附属公司|the )?")


def _together(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The names that stand joined to the one at ``start``: A and B (hereinafter "we")."""
    spans = [m.span() for m in _name.finditer(text, max(0, start - 300), end)]
    here = next(i for i, (_, right) in enumerate(spans) if right > start)
    low = high = here
    while low and _link.fullmatch(text, spans[low - 1][1], spans[low][0]):
        low -= 1
    while high + 1 < len(spans) and _link.fullmatch(text, spans[high][1], spans[high + 1][0]):
        high += 1
    return spans[low:here] + spans[here + 1:high + 1]


def joined(before: Clause | None, here: Passage, document: Document) -> Passage:
    """A date that stands alone in its line, together with the label in the line before."""
    if before is None or len(here.text) > 40 or not here.dates or before.end - before.start > 30:
        return here
    if here.dates[0].start > 4:
        return here
    label = document.view(before).text.rstrip(":") + ":"
    if any(c.isdigit() for c in label):
        return here
    return Passage(here.clause, here.view, label + here.text, here.dates, here.source, len(label))


def chosen(rule: FactRule, found: list[Found]) -> list[Found]:
    """The values of a fact that stand, one each, in the order of the text."""
    if not found:
        return []
    if rule.pick == "lowest":
        found = [min(found, key=lambda f: (int(f.value), -f.strength, f.start))]
    elif rule.pick == "best":
        top = max(f.strength for f in found)
        found = [f for f in found if f.strength == top]
        if rule.id == "updated":                     # older versions are named too: the last update counts
            last = max(f.value for f in found)
            found = [f for f in found if f.value == last]
    values: dict[tuple[str, str | None], Found] = {}
    for one in sorted(found, key=lambda f: f.start):
        values.setdefault((re.sub(r"\W", "", one.value), one.unit), one)
    return list(values.values())


def find(document: Document, rulebook: Rulebook) -> list[Fact]:
    """The facts that the policy states, each with its quote."""
    policy = document.policy
    day_first = dates.day_first(document.folded)
    program = rulebook.derived(_program)
    found: dict[str, list[Found]] = {name: [] for name in rulebook.facts}
    before: Clause | None = None
    markers: list[tuple[Found, Passage]] = []
    reached: list[Found] = []
    for scanned, clause in zip(rulebook.scan(document), document.clauses, strict=True):
        if clause.kind == "toc":
            continue
        here = passage(document, clause, scanned.view, day_first)
        dated = joined(before, here, document)
        named = _FIRM in here.text or _ORG in here.text
        counted: bool | None = None
        for order in triggered(program, dated.text):
            rule, pattern = program.patterns[order]
            if rule.type == "date" and not here.dates or rule.type == "name" and not named:
                continue
            if rule.type == "number":                # each of these patterns has a number in it
                counted = _count.search(here.text) is not None if counted is None else counted
                if not counted:
                    continue
            new = matches(rule, pattern, dated if rule.type == "date" else here)
            if rule.type == "marker":
                markers += [(one, here) for one in new]
            else:
                found[rule.id] += new
        reached += contact(here, document, before)
        before = clause
    if not found.get("updated") and not found.get("effective"):
        for one in undated(document, rulebook, day_first):
            found[one.fact].append(one)
    if found.get("updated") and not found.get("effective") and _effective_same.search(document.folded):
        found["effective"] = [replace(one, fact="effective", rule="effective/the date of the update") for one in found["updated"]]
    rows = [f for rule in rulebook.facts.values() for f in chosen(rule, _checked(rule, found[rule.id], document))]
    rows += reachable(reached, document) + law(markers, document)
    return [
        Fact(policy.name, f.fact, f.start, f.end, f.value or policy.text[f.start:f.end], f.unit, f.clause, policy.text[f.start:f.end], f.rule)
        for f in sorted(rows, key=lambda f: f.start)
    ]


def undated(document: Document, rulebook: Rulebook, day_first: bool) -> list[Found]:
    """The date that stands without a label in the first or last lines of a policy.

    It is the date of the update; of effect where the policy calls it so ("the effective date at the top").
    """
    fact = "effective" if _effective_above.search(document.folded) else "updated"
    scans = rulebook.scan(document)
    lines = [c for c in document.clauses if c.kind != "toc"]
    for clause in (*lines[:4], *reversed(lines[-3:])):
        text = scans[clause.clause].view.text
        found = dates.find(text, day_first) if len(text) < 90 else []
        if len(found) == 1 and not _other_date.search(text):
            start, end = scans[clause.clause].view.span(found[0].start, found[0].end)
            return [Found(fact, found[0].value, None, start, end, clause.clause, f"{fact}/date without a label", 1)]
    return []


_domain = re.compile(r"[\w-]+\.(?:com|org|net)", re.IGNORECASE)
_effective_above = re.compile(r"effective date\W[^.;]{0,20}(?:at|on) the (?:top|bottom|beginning|end|start)")
# 以更新日期为生效日期, 生效日期：同更新日期
_effective_same = re.compile(r"更新日期?(?:即为?|为|作为)(?:本(?:隐私)?(?:政策|声明|协议))?的?生效(?:日期|时间|日)|生效(?:日期|时间|日)\s*:?\s*(?:同于?|与|即为?|为)(?:上述|前述|以上|最近|最新|本)?的?(?:更新|修订)(?:日期|时间|日)")
_other_date = re.compile(r"©|\(c\)|copyright|版权|备案|许可|apkid|http|版本号|》|(?<![a-z])(?:law|act|code|directive|regulation)(?![a-z])")


def contact(here: Passage, document: Document, before: Clause | None) -> list[Found]:
    """The e-mail addresses and telephone numbers of a passage."""
    text, found = here.view.text, []
    policy = document.policy.text
    for one in contacts.emails(text):
        start, end = here.view.span(one.start, one.end)
        found.append(Found("emails", contacts.plain_email(policy[start:end]), None, start, end, here.clause.clause, f"emails/{one.rule}", 1))
    if _digits.search(text):
        cued = before is not None and before.end - before.start < 24 and len(text) < 40 and bool(_phone_label.search(document.view(before).text))
        masked = _masked(text, ((d.start, d.end, _DATE) for d in here.dates))
        if "_" in masked:                                 # _021-5566778_ stands in italics
            masked = _italic.sub(" ", masked)
        for one in contacts.phones(masked, "CN" if here.clause.lang == "zh" or _han.search(document.folded[:3000]) else _region(document), cued):
            start, end = here.view.span(one.start, one.end)
            found.append(Found("phones", policy[start:end], None, start, end, here.clause.clause, f"phones/{one.rule}", 1))
    return found


def _region(document: Document) -> str:
    """Where the telephone numbers of an English policy are at home.

    China where it speaks of China, else the United States.
    """
    return "CN" if "china" in document.folded else "US"


def reachable(found: list[Found], document: Document) -> list[Found]:
    """The addresses and numbers that reach the firm, each once; 1-800-345-0199 and 800-345-0199 are one."""
    listed = [f for f in found if document.clauses[f.clause].kind == "cell" or "|" in document.clauses[f.clause].text or _reach.match(document.clauses[f.clause].text)]
    if len({f.value for f in listed}) > 5:            # a table of other firms' hotlines
        found = [f for f in found if f not in listed]
    return list({(f.fact, re.sub(r"^1(?=\d{10}$)", "", re.sub(r"[^\w@]", "", f.value.lower()))): f for f in reversed(found)}.values())


def law(markers: list[tuple[Found, Passage]], document: Document) -> list[Found]:
    """The legal regime, from the markers and from what the exemption lists are good for."""
    positions = []
    for one, here in markers:
        if one.value == "list":
            clause = here.clause
            lead = document.clauses[clause.lead].end if clause.lead is not None else clause.start
            stretch = document.folded[max(0, min(lead, one.start) - 220):max(lead, clause.start)] if clause.lead is not None else document.folded[max(0, one.start - 260):one.start]
            heading = " ".join(s.title or "" for s in document.path(clause.section)[-2:])
            positions.append(regime.position(stretch, heading))
    decided = regime.verdict(((one.value, one.rule.split("/")[1]) for one, _ in markers), positions)
    if decided is None:
        return []
    value, reason = decided
    side = {"pipl": "pipl", "pipl_35273": "pipl", "gdpr": "gdpr"}.get(value)
    best = next((one for one, _ in markers if side is None and one.value != "pipl" and one.value != "gdpr" or one.value == side))
    return [Found("legal_regime", value, None, best.start, best.end, best.clause, f"legal_regime/{reason}", 1)]


def _checked(rule: FactRule, found: list[Found], document: Document) -> list[Found]:
    """The values that can be: ages that can be the limit of childhood, a controller where one is named; others as they are."""
    if rule.id == "child_age":
        return [f for f in found if 8 <= int(f.value) <= 20]
    if rule.id == "controller":
        last = len(document.clauses) - 1
        edge = {f.clause for f in found if f.clause < 25 or f.clause > last - 12}
        found = [replace(f, strength=f.strength - (f.clause not in edge)) for f in found
                 if f.strength > 2 or f.clause in edge and document.clauses[f.clause].kind != "cell"]
        legal = [f for f in found if not _domain.fullmatch(f.value)]
        return legal or found       # a firm's name says more than its site's
    return found
