"""Facts: controller, dates, ages, days, contacts, storage place, cross-border transfer, announced lists, legal regime.

What is said in words is found by the patterns of `rulebook/facts.yml`; how dates, legal names, e-mail addresses and
telephone numbers look is known to `dates`, `names` and `contacts`, and the law behind a policy to `regime`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from policykit import contacts, dates, names, regime
from policykit.fact_patterns import ASIDE, DATE, FIRM, MAIL, ONES, ORG, TENS, Trial, maybe_mail, members, number, program, unit
from policykit.passages import Passage, joined, masked, passage
from policykit.rows import Clause, Fact
from policykit.rules import FactRule, Rulebook
from policykit.structure import Document
from policykit.text import HAN, View, fold


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


_reach = re.compile(r"\s*联系(?:方式|电话)\s*[:：][^。；;]{0,40}$")
_count = re.compile(rf"\d|[一二三四五六七八九十百两]\s?(?:\(|】|\]|个|法定|工作|自然|业务|天|日|月|年|周|岁|小时|完整)|(?<![a-z])(?:{TENS}|{ONES}|hundred)(?![a-z])")
_italic = re.compile("(?<![a-z0-9])_|_(?![a-z0-9])")
_digits = re.compile(r"\d{3}|8\d\d\)? ?-")
_han = re.compile(f"[{HAN}]")
_phone_goes_on = re.compile(r"\d{4}\s*[,、/;]\s*$|(?:\d{4}\s*(?:或|和|及)|电话|热线)\s*[:]?\s*$")       # 400-123-4567, and the next number in the next line
_phone_label = re.compile(r"(?:电话|热线|客服|手机|tel|phone|hotline|call us)[^。;]{0,8}$")


def _group(m: re.Match[str], name: str) -> str | None:
    """The group of this name that took part; a second piece of one kind is numbered."""
    return next((g for g, v in m.groupdict().items() if v is not None and re.fullmatch(rf"{name}\d?", g)), None)


def matches(trial: Trial, here: Passage) -> list[Found]:
    """What a pattern finds in a passage."""
    (rule, pattern, match, unless, needs, unless_near, strength), text, found = trial, here.text, []
    for m in match.finditer(text):
        if unless or needs:
            around = here.sentence(m.start())
            if unless and unless.search(around) or needs and not needs.search(around):
                continue
        if unless_near and unless_near.search(text[max(0, m.start() - 16):m.end() + 6]):
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
            found += [Found(rule.id, _plain(here.source[slice(*here.back(*other))]), None, *here.back(*other), here.clause.clause, decided, strength)
                      for other in _together(text, start, m.end())] if strength >= 5 else []
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
        found.append(Found(rule.id, value, of, start, end, here.clause.clause, decided, strength))
    return found


_bold = re.compile(r"\*\*\s*\*\*|\s*\*\*\s*(?=[()（）])|(?<=[()（）])\s*\*\*|\*\*")


def _plain(words: str) -> str:
    """A name without the bold marks, blanks and line ends that typesetting leaves in it.

    >>> _plain("远帆 网络\\n科技有限公司"), _plain("Bluefin  Harbour,\\nInc."), _plain("远帆** **（** **上海** **）** **网络有限公司")
    ('远帆网络科技有限公司', 'Bluefin Harbour, Inc.', '远帆（上海）网络有限公司')
    """
    words = _bold.sub("", words) if "**" in words else words
    return re.sub(f"(?<=[{HAN}])\\s+|\\s+(?=[{HAN}])", "", re.sub(r"\s+", " ", words))


_name = re.compile(f"{FIRM}+|{ORG}+")
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


def chosen(rule: FactRule, found: list[Found]) -> list[Found]:
    """The values of a fact that stand, one each, in the order of the text."""
    if not found:
        return []
    if rule.pick == "lowest":
        found = [min(found, key=lambda f: (int(f.value), -f.strength, f.start))]
    elif rule.pick == "best":
        top = max(f.strength for f in found)
        found = [f for f in found if f.strength == top]
        if rule.type == "date":                      # older versions are named too: the last one counts
            last = max(f.value for f in found)
            found = [f for f in found if f.value == last]
    values: dict[tuple[str, str | None], Found] = {}
    for one in sorted(found, key=lambda f: f.start):
        values.setdefault((re.sub(r"\W", "", one.value), one.unit), one)
    return list(values.values())


def _passages(document: Document, rulebook: Rulebook, day_first: bool) -> Iterator[tuple[Clause | None, Passage, list[tuple[Trial, Passage]], bool, bool]]:
    """The passages that may hold a fact: the clause before, the patterns to try, each on its passage, whether an address or number may be in it."""
    made, scanned = rulebook.derived(program), rulebook.scan(document)
    texts = [one.view.text for one in scanned]
    text, ends = "\n".join(texts), list(accumulate(len(text) + 1 for text in texts))
    numbered, before = _numbered(text, ends), None
    dated, named, counted = (made.of_type.get(kind, 0) for kind in ("date", "name", "number"))
    for clause, one, bits in zip(document.clauses, scanned, made.bits_of(text, ends), strict=True):
        if clause.kind == "toc":
            continue
        called, told = made.called(bits), clause.clause in numbered
        if called or told or bits & (1 << len(ASIDE)) - 1:
            here = passage(document, clause, one.view, bits, told, day_first)
            whole = joined(before, here, document)
            if whole.text is not one.view.text:
                called = made.called(made.bits(whole.text))
            if not here.dates:
                called &= ~dated
            if called & named and not (FIRM in here.text or ORG in here.text):
                called &= ~named
            if called & counted and not _count.search(here.text):        # each of these patterns has a number in it
                called &= ~counted
            trials = [made.trials[order] for order in members(called)]
            yield before, here, [(trial, whole if trial.rule.type == "date" else here) for trial in trials], bool(bits & MAIL), told
        before = clause


def _numbered(text: str, ends: Sequence[int]) -> set[int]:
    """The numbers of the stretches of a text that hold a digit, or year and month in words: no other holds a date or telephone number.

    >>> _numbered("我们\\n拨打12345\\n二〇二一年七月", [3, 11, 18])
    {1, 2}
    """
    return {bisect_right(ends, hit.start()) for hit in _number_line.finditer(text)}


_number_line = re.compile(r"\d.*|年.{1,2}月.*")       # a line once


def find(document: Document, rulebook: Rulebook) -> list[Fact]:
    """The facts that the policy states, each with its quote."""
    policy = document.policy
    day_first = dates.day_first(document.folded)
    found: dict[str, list[Found]] = {name: [] for name in rulebook.facts}
    markers: list[tuple[Found, Passage]] = []
    reached: list[Found] = []
    for before, here, tried, mail, told in _passages(document, rulebook, day_first):
        for trial, one in tried:
            new = matches(trial, one)
            if trial.rule.type == "marker":
                markers += [(marker, here) for marker in new]
            else:
                found[trial.rule.id] += new
        reached += contact(here, document, before, mail, told)
    if not found.get("updated") and not found.get("effective"):
        for one in undated(document, rulebook, day_first):
            found[one.fact].append(one)
    if found.get("updated") and not found.get("effective") and _effective_same.search(document.folded):
        found["effective"] = [replace(one, fact="effective", rule="effective/the date of the update") for one in found["updated"]]
    if "controller" in found and not _checked(rulebook.facts["controller"], found["controller"], document):
        found["controller"] = branded(document)
    rows = [f for rule in rulebook.facts.values() for f in chosen(rule, _checked(rule, found[rule.id], document))]
    rows += reachable(_own(reached, document, [f.value for f in rows if f.fact == "controller"]), document) + law(markers, document)
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


def branded(document: Document) -> list[Found]:
    """The name by which the first lines of a policy speak of its firm, where no legal name is found: an English brand, a Chinese group."""
    text = document.policy.text
    for clause in [c for c in document.clauses if c.kind not in ("toc", "cell") and c.lang == "zh"][:15] if "集团" in text or "公司" in text else ():
        view = document.view(clause)
        for name in names.groups(view.text)[:1]:
            start, end = view.span(name.start, name.end)
            return [Found("controller", _plain(text[start:end]), None, start, end, clause.clause, "controller/the name it goes by", 3)]
    for clause in [c for c in document.clauses if c.kind not in ("toc", "heading", "cell") and c.lang == "en"][:15]:
        view = View.of(text, clause.start, clause.end)
        for name in names.brands(view.text):
            start, end = view.span(name.start, name.end)
            if text.count(text[start:end]) > 1:
                return [Found("controller", _plain(text[start:end]), None, start, end, clause.clause, "controller/the name it goes by", 3)]
    return []


_domain = re.compile(r"[\w-]+\.(?:com|org|net)", re.IGNORECASE)
_effective_above = re.compile(r"effective date\W[^.;]{0,20}(?:at|on) the (?:top|bottom|beginning|end|start)")
# 以更新日期为生效日期, 生效日期：同更新日期
_effective_same = re.compile(r"更新日期?(?:即为?|为|作为)(?:本(?:隐私)?(?:政策|声明|协议))?的?生效(?:日期|时间|日)|生效(?:日期|时间|日)\s*:?\s*(?:同于?|与|即为?|为)(?:上述|前述|以上|最近|最新|本)?的?(?:更新|修订)(?:日期|时间|日)")
_other_date = re.compile(r"截[至止]|有效期|优惠|活动|成立于|founded|(?<=日)之?前|上一?版|旧版|历史版|previous|earlier|©|\(c\)|copyright|版权|备案|许可|apkid|http|版本号|》|(?<![a-z])(?:law|act|code|directive|regulation)(?![a-z])")


def contact(here: Passage, document: Document, before: Clause | None, mail: bool, numbered: bool) -> list[Found]:
    """The e-mail addresses and telephone numbers of a passage, where there may be some."""
    text, found = here.view.text, []
    policy = document.policy.text
    for one in contacts.emails(text) if mail and maybe_mail.search(text) else ():
        start, end = here.view.span(one.start, one.end)
        found.append(Found("emails", contacts.plain_email(policy[start:end]), None, start, end, here.clause.clause, f"emails/{one.rule}", 1))
    if numbered and _digits.search(text):
        cued = before is not None and (before.end - before.start < 24 and len(text) < 40 and bool(_phone_label.search(document.view(before).text))
                                       or before.end + 3 > here.clause.start and _digits.match(text) is not None and bool(_phone_goes_on.search(document.view(before).text)))
        dateless = masked(text, ((d.start, d.end, DATE) for d in here.dates))
        if before is not None and (torn := _torn_number(document, before, dateless)) is not None:
            start, length = torn
            end = here.view.span(0, length)[1]
            found.append(Found("phones", re.sub(r"\s*\n\s*", "", policy[start:end]), None, start, end, before.clause, "phones/over two lines", 1))
            dateless = " " * length + dateless[length:]
        if "_" in dateless:                               # _021-5566778_ stands in italics
            dateless = _italic.sub(" ", dateless)
        for one in contacts.phones(dateless, "CN" if here.clause.lang == "zh" or _han.search(document.folded[:3000]) else _region(document), cued):
            start, end = here.view.span(one.start, one.end)
            found.append(Found("phones", policy[start:end], None, start, end, here.clause.clause, f"phones/{one.rule}", 1))
    return found


_number_begun = re.compile(r"(?:电话|热线|客服|致电|拨打)[^。;\d+]{0,8}(\+?\d[\d\-() ]{1,11})$")
_number_ends = re.compile(r"[-—]?\d{3,8}(?:-\d{1,5})?(?![\d.、)])")


def _torn_number(document: Document, before: Clause, text: str) -> tuple[int, int] | None:
    """Where a number begins that the line before ends with, and how many characters of this line belong to it."""
    goes_on = _number_ends.match(text)
    if goes_on is None or before.end - before.start < 3:
        return None
    view = document.view(before)
    begun = _number_begun.search(view.text)
    if begun is None:
        return None
    whole = begun[1].rstrip() + goes_on[0]
    valid = [one for one in contacts.phones(whole, "CN", True) if one.start == 0 and one.end == len(whole)]
    alone = sum(map(str.isdigit, begun[1])) >= 10 and any(one.end == len(begun[1].rstrip()) for one in contacts.phones(begun[1].rstrip(), "CN", True))
    return (view.span(begun.start(1), begun.end(1))[0], goes_on.end()) if valid and not alone else None


def _region(document: Document) -> str:
    """Where the telephone numbers of an English policy are at home.

    China where it speaks of China, else the United States.
    """
    return "CN" if "china" in document.folded else "US"


def _own(found: list[Found], document: Document, controllers: Sequence[str]) -> list[Found]:
    """Addresses and numbers without those of other firms: of lines that each name a firm and how to reach it.

    One such line may be of the firm itself under an older name; of two or more, those that name no controller are partners'.
    """
    others: dict[int, str] = {}
    for clause in {f.clause for f in found} if controllers else ():
        text = document.view(document.clauses[clause]).text
        if len(text) < 120 and "公司" in text:
            named = [_plain(text[n.start:n.end]) for n in names.chinese(text)]
            if named and not any(fold(one)[:4] == name[:4] or name in fold(one) or fold(one) in name for name in named for one in controllers):
                others[clause] = named[0]
    return found if len(set(others.values())) < 2 else [f for f in found if f.clause not in others]


def reachable(found: list[Found], document: Document) -> list[Found]:
    """The addresses and numbers that reach the firm, each once; 1-800-345-0199 and 800-345-0199 are one."""
    listed = [f for f in found if document.clauses[f.clause].kind == "cell" or "|" in document.clauses[f.clause].text or _reach.match(document.clauses[f.clause].text)]
    if len({f.value for f in listed}) > 5:            # a table of other firms' hotlines
        found = [f for f in found if f not in listed]
    torn = [(f.start, f.end) for f in found if f.rule == "phones/over two lines"]
    found = [f for f in found if not any(start <= f.start and f.end < end for start, end in torn)]
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
    if rule.type == "date" and len({f.value for f in found}) > 1:       # rules for children and older versions stand inside, with dates of their own
        head = [f for f in found if f.clause < 20]
        edges = head + [f for f in found if f.clause >= max(20, len(document.clauses) - 12)]
        return head if any(f.strength >= 5 for f in head) else edges or found
    if rule.id == "child_age":
        return [f for f in found if 8 <= int(f.value) <= 20]
    if rule.id == "controller":
        foot = [c.clause for c in document.clauses if "](" not in c.text][-12:] or [0]     # the links of the site below the policy are no part of it
        edge = {f.clause for f in found if f.clause < 25 or f.clause >= foot[0]}
        found = [replace(f, strength=f.strength - (f.clause not in edge)) for f in found
                 if f.strength > 2 or f.clause in edge and document.clauses[f.clause].kind != "cell"]
        legal = [f for f in found if not _domain.fullmatch(f.value)]
        return legal or found       # a firm's name says more than its site's
    return found
