"""Languages: the two versions of a bilingual file, and each Chinese clause beside its English counterpart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policykit.align import Content, beads, contents
from policykit.rows import Pair
from policykit.rules import Rulebook
from policykit.structure import Document
from policykit.text import HAN, language

_han = re.compile(f"[{HAN}]+")
_latin = re.compile(r"[A-Za-z]{2,}")
_link = re.compile(r"(?:https?://|www\.)[\w./?=&%#:~+-]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:com|cn|android)(?:\.[A-Za-z]\w+){2,}", re.A)


@dataclass(frozen=True, slots=True)
class Versions:
    """The clauses of the Chinese and of the English version of a document, in order."""

    zh: tuple[int, ...]
    en: tuple[int, ...]
    interleaved: bool = False


def _weights(document: Document) -> tuple[list[float], list[float]]:
    """For each clause how much Chinese and how much English it holds, links, names and cells aside."""
    chinese, english = [], []
    for clause in document.clauses:
        text = _link.sub(" ", clause.text)
        han, latin = sum(map(len, _han.findall(text))), 1.6 * len(_latin.findall(text))
        if clause.kind == "cell" or han and latin < 1.5 * han:
            latin = 0.0       # a name in a Chinese sentence
        elif latin and han < 0.15 * latin:
            han = 0
        chinese.append(float(han))
        english.append(latin)
    return chinese, english


def split(document: Document) -> Versions | None:
    """The Chinese and the English version of a bilingual document, one after the other or paragraph by paragraph; None otherwise."""
    sizes = {"zh": 0.0, "en": 0.0, "mixed": 0.0, None: 0.0}
    for clause in document.clauses:
        if clause.kind != "cell":
            sizes[clause.lang] += len(clause.text) if clause.lang == "zh" else len(clause.text) / 3
    if min(sizes["zh"], sizes["en"]) + sizes["mixed"] < 0.1 * sum(sizes.values()):
        return None
    chinese, english = _weights(document)
    total_zh, total_en = sum(chinese), sum(english)
    total = total_zh + total_en
    if not total or min(total_zh, total_en) < 0.18 * total or min(total_zh, total_en) < 60:
        return None
    # one after the other: the cut with the least of the wrong language on either side
    best, at, first = total, 0, "zh"
    zh_before = en_before = 0.0
    for number in range(len(chinese) + 1):
        for lang, wrong in (("zh", en_before + total_zh - zh_before), ("en", zh_before + total_en - en_before)):
            if wrong < best:
                best, at, first = wrong, number, lang
        if number < len(chinese):
            zh_before += chinese[number]
            en_before += english[number]
    count = len(document.clauses)
    if best <= 0.08 * total:
        one, two = tuple(range(at)), tuple(range(at, count))
        return Versions(one, two) if first == "zh" else Versions(two, one)
    # paragraph by paragraph: the language changes again and again
    side = ["zh" if han > latin else "en" if latin > han else None for han, latin in zip(chinese, english)]
    told = [lang for lang in side if lang]
    changes = sum(a != b for a, b in zip(told, told[1:]))
    if changes >= 6 and changes >= 0.25 * len(told):
        return Versions(tuple(n for n, lang in enumerate(side) if lang == "zh"), tuple(n for n, lang in enumerate(side) if lang == "en"), True)
    return None


def of(document: Document) -> str | None:
    """Language of the document: zh, en, or mixed when it holds a Chinese and an English version."""
    if split(document) is not None:
        return "mixed"
    sizes = {"zh": 0.0, "en": 0.0}
    for clause in document.clauses:
        if clause.kind != "cell" and clause.lang in sizes:
            sizes[clause.lang] += len(clause.text) if clause.lang == "zh" else len(clause.text) / 3
    if not any(sizes.values()):
        return language(document.policy.text[:20000])
    return "zh" if sizes["zh"] >= sizes["en"] else "en"


_one_sided = {"heading": "section", "item": "list entry", "cell": "table cell", "toc": "entry of the table of contents", "paragraph": "paragraph"}


def align(document: Document, rulebook: Rulebook) -> list[Pair]:
    """The clauses of the Chinese version beside those of the English one; empty for a file in one language."""
    versions = split(document)
    if versions is None:
        return []
    zh = contents(document, versions.zh, rulebook, True)
    en = contents(document, versions.en, rulebook, False)
    policy, clauses, pairs = document.policy.name, document.clauses, []
    for bead in beads(zh, en):
        score = round(min(1.0, max(0.0, bead.likeness)), 3)
        if not bead.zh or not bead.en:
            number = versions.zh[bead.zh[0]] if bead.zh else versions.en[bead.en[0]]
            what = _one_sided[clauses[number].kind]
            pairs.append(Pair(policy, number if bead.zh else None, None if bead.zh else number, 0.0, f"{'zh' if bead.zh else 'en'} only: {what}"))
            continue
        told = difference([zh[place] for place in bead.zh], [en[place] for place in bead.en], rulebook)
        for left in bead.zh:
            for right in bead.en:
                pairs.append(Pair(policy, versions.zh[left], versions.en[right], score, told))
                told = None
    return pairs


def difference(zh: Sequence[Content], en: Sequence[Content], rulebook: Rulebook) -> str | None:
    """What only one side of a pair says, in one line; None where both say the same."""
    def joined(side: Sequence[Content], name: str) -> set[str]:
        return set().union(*(getattr(one, name) for one in side))

    only: dict[str, list[str]] = {"zh": [], "en": []}
    items = joined(zh, "items"), joined(en, "items")
    named = joined(zh, "weak"), joined(en, "weak")
    whole = [side | {above for item in side for above in rulebook.ancestors.get(item, ())} for side in named]
    for lang, own, other, other_own in (("zh", items[0], whole[1], named[1]), ("en", items[1], whole[0], named[0])):
        broader = {above for item in other_own for above in rulebook.ancestors.get(item, ())}
        only[lang] += sorted(item for item in own if item not in other and item not in broader and not set(rulebook.ancestors.get(item, ())) & other_own)
    for name in ("sdks", "addresses"):
        one, two = joined(zh, name), joined(en, name)
        only["zh"] += sorted(one - two)
        only["en"] += sorted(two - one)
    one, two = joined(zh, "dates"), joined(en, "dates")
    only["zh"] += sorted(day for day in one if not any(day.startswith(other) or other.startswith(day) for other in two))
    only["en"] += sorted(day for day in two if not any(day.startswith(other) or other.startswith(day) for other in one))
    all_zh, all_en = (joined(side, "numbers") | joined(side, "stated") | joined(side, "loose") for side in (zh, en))
    only["zh"] += sorted(joined(zh, "stated") - all_en, key=_by_size)
    only["en"] += sorted(joined(en, "stated") - all_zh, key=_by_size)
    told = [f"{lang} only: {', '.join(dict.fromkeys(found))}" for lang, found in only.items() if found]
    if len(zh) == len(en) == 1 and zh[0].value and en[0].value and zh[0].value != en[0].value:
        told.append(f"numbered {zh[0].value} in zh, {en[0].value} in en")
    return "; ".join(told) or None


def _by_size(number: str) -> tuple[float, str]:
    """Numbers in the order of their size."""
    try:
        return float(number), number
    except ValueError:
        return float("inf"), number
