"""Languages: the two versions of a bilingual file, and each Chinese clause beside its English counterpart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policykit.rows import Pair
from policykit.rules import Rulebook
from policykit.structure import Document
from policykit.text import HAN

_han = re.compile(f"[{HAN}]")
_latin = re.compile(r"[A-Za-z]{2,}")
_link = re.compile(r"(?:https?://|www\.)[\w./?=&%#:~+-]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:com|cn|android)(?:\.[A-Za-z]\w+){2,}")


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
        han, latin = len(_han.findall(text)), 1.6 * len(_latin.findall(text))
        if clause.kind == "cell" or han and latin < 1.5 * han:
            latin = 0.0       # a name in a Chinese sentence
        elif latin and han < 0.15 * latin:
            han = 0
        chinese.append(float(han))
        english.append(latin)
    return chinese, english


def split(document: Document) -> Versions | None:
    """The Chinese and the English version of a bilingual document, one after the other or paragraph by paragraph; None otherwise."""
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
    chinese, english = _weights(document)
    if not sum(chinese) + sum(english):
        return None
    return "zh" if sum(chinese) >= sum(english) else "en"


def align(document: Document, rulebook: Rulebook) -> list[Pair]:
    """The clauses of the Chinese version beside those of the English one; empty for a file in one language."""
    return []
