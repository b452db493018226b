"""Looks: whether a line looks like a heading by itself and by its neighbours, before its number is followed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policykit.headings import announces, bare, bracketed
from policykit.layout import Unit

_stop = re.compile(r"[。！？!?；;：:.…][”’\"'）)」』】\]*_\s]*$")
_dated = re.compile(r"^[（(【\[]?(?:本?(?:政策|协议|版本|版)?[^，。]{0,16}(?:更新|生效|发布|修订|修改)(?:日期|时间|于|日)?[：:\s]|20\d\d|last (?:updated|modified|revised)|effective date)", re.I)
_date = re.compile(
    r"20\d\d\s*[年./-]\s*\d{1,2}.{0,12}(?:更新|生效|发布|修订|修改|实施|施行|公布)|(?:更新|生效|发布|修订|修改|实施|施行|公布|版本).{0,10}20\d\d\s*[年./-]\s*\d"
    r"|(?:updated|modified|revised|changed|effective|dated)\b[:\s]*(?:(?:on|as of|from|since)[:\s]*)?(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d|\d{1,4}[./ -]\d)", re.I)
_annex = re.compile(r"[*_#\s]*(?:附录|附件|附表|appendix|annex)[*_]*[：:]?[*_\s]*", re.I)
_postal = re.compile(
    r"\d{1,5}[A-Za-z]? [A-Z][^,;.]{0,40}\b(?:Road|Rd|Street|St|Avenue|Ave|Drive|Dr|Lane|Ln|Parkway|Pkwy|Boulevard|Blvd|Way|Square|Plaza|Suite|Floor|Court|Broadway)\b|P\.? ?O\.? Box|Attn|Attention:"
    r"|[A-Za-z0-9._+-]{1,40}@[A-Za-z0-9.-]+\s*\Z|[^\n]{0,30}\b[A-Z]{2} \d{5}\b|\+?\(?\d[\d() .-]{8,}\Z")
_reach = re.compile(r"contact|reach|address|write|mail|inquir|enquir|question|联系|地址|邮寄|邮箱|电话|反馈", re.I)
_never = re.compile(r"(?:有限(?:责任)?公司|公司|敬上|团队)$|^尊敬的|^亲爱的|^感谢|^欢迎|^版权所有|^apkid|^注[：:]|^\d{4}|(?:更新|生效|发布|修订|修改|版本)(?:日期|时间|号)|^dear |^copyright|^last (?:updated|modified|revised|edited|reviewed|changed)|^effective", re.I)


def unlikely(text: str, units: Sequence[Unit], scores: Sequence[int], toc: set[int]) -> frozenset[str | int]:
    """Labels of fields and units that are no headings whatever they look like; as -1 - number, bullets that are headings."""
    return frozenset(_fields(text, units) | _scattered(text, units, scores) | _bulleted(text, units, scores, toc))


def following(units: Sequence[Unit], toc: set[int], number: int) -> int | None:
    """The next unit that is no entry of a table of contents."""
    number += 1
    while number < len(units) and number in toc:
        number += 1
    return number if number < len(units) else None


def stands_out(text: str, units: Sequence[Unit], scores: Sequence[int], toc: set[int], titles: set[int], number: int, fields: frozenset[str | int], spaced: bool = False) -> bool:
    """Whether a unit looks like a heading by itself and by its neighbours."""
    unit = units[number]
    if number in toc or unit.kind == "cell":
        return False
    piece = text[unit.start:unit.end]
    if number in titles:
        return True
    if scores[number] < 2 and unit.marker is None and unit.kind != "heading" and not piece.startswith("#") and not bracketed(piece):
        return False    # running text
    if number + 1 in toc and unit.marker is None and announces(piece):
        return False
    if _annex.fullmatch(piece):
        return True
    if len(piece) < 90 and unit.marker is None and _date.search(piece):
        return False
    if unit.marker is None and unit.level == 0 and not piece.startswith("#") and _addressed(text, units, scores, number) and not _reach.search(piece):
        return False    # the first or second line of an address
    if unit.kind == "heading":
        last = piece.rstrip("*_ ")[-1:]
        if last in "；;，," or scores[number] == 0 and (last == "。" or last == "." and len(piece) > 100):
            return False    # a sentence or an item of a list that the author printed large
        return len(piece) <= 300 and not _dated.search(piece) and (scores[number] > 0 or len(piece) <= 120) and (unit.marker is None or unit.marker.family != "-")
    after = following(units, toc, number)
    if piece.startswith("#") and len(piece) < 120 and scores[number]:
        return True
    mark = unit.marker
    if mark is not None:
        if mark.family == "-":
            return -1 - number in fields
        if mark.kind in ("part", "chapter", "section"):
            return scores[number] > 0 or len(piece) < 40
        if mark.kind == "article" and mark.end >= unit.end:
            return True
        return scores[number] == 2 and after is not None and follows(units, scores, number, after) > 0
    if after is None or scores[number] < 2 and not bracketed(piece) or unit.kind == "item" or not bare(piece) or _never.search(piece.strip("*_#【】[] ")):
        return False
    if bracketed(piece):
        return True
    if number + 1 in toc:
        return False
    if fields and (number in fields or _label(piece) in fields or units[after].marker is None and _label(text[units[after].start:units[after].end]) in fields):
        return False
    bold = piece.startswith(("**", "__")) and piece.endswith(("**", "__")) and piece.count("**") <= 2
    before = text[units[number - 1].start:units[number - 1].end] if number else ""
    other = units[after]
    below = text[other.start:other.end]
    if other.kind == "cell":
        return len(before) == 0 or _stop.search(before[-6:]) is not None
    size = other.end - other.start
    body = other.marker is None and other.kind != "heading" and (scores[after] < 2 or not bare(below)) and size > 12
    listed = other.marker is not None and other.marker.value <= 1 and other.kind != "heading"
    if not body and not listed:
        if bold and other.marker is None and other.kind != "heading":
            return size > 12
        # two headings one after the other: the second must be one by itself
        return other.marker is None and number + 2 < len(units) and scores[after] == 2 and bare(below) and number > 0 and _stop.search(before[-6:]) is not None \
            and _plain_body(text, units, scores, after)
    if number and units[number - 1].kind != "cell" and number - 1 not in toc:
        closed = _stop.search(before[-6:]) is not None
        if before.rstrip("*_ ").endswith(("：", ":")):
            return body and (size >= 25 if below[0] > "\u2e80" else size >= 60) and not before.startswith(piece[:2])
        formal = units[number - 1].kind == "heading" or before.startswith("#")
        if not closed and (spaced and max(piece) > "\u2e80" and not bracketed(before) or not unit.gap) and not formal and units[number - 1].marker is None and scores[number - 1] == 2 and not bold:
            return _titled(text, units, number - 1)
    return True


def _addressed(text: str, units: Sequence[Unit], scores: Sequence[int], number: int) -> bool:
    """Whether the rest of a postal address follows, at once or after another short line."""
    for after in range(number + 1, min(number + 3, len(units))):
        if _postal.match(text, units[after].start, units[after].end):
            return True
        if scores[after] < 2 or units[after].marker is not None or units[after].end - units[after].start > 60:
            return False
    return False


def _label(piece: str) -> str | None:
    """What stands before the colon of a field: 使用目的：推送"""
    wide, narrow = piece.find("：", 1, 20), piece.find(":", 1, 30)
    if wide < 0 and narrow < 0:
        return None
    at = min(wide, narrow) if wide > 0 and narrow > 0 else max(wide, narrow)
    return piece[:at].strip("*_#- \u3000") or None


def _fields(text: str, units: Sequence[Unit]) -> set[str | int]:
    """Labels that come back again and again, as in a list of SDKs written line by line."""
    seen: dict[str, int] = {}
    for unit in units:
        if unit.marker is None and unit.kind == "paragraph":
            label = _label(text[unit.start:unit.start + 40])
            if label:
                seen[label] = seen.get(label, 0) + 1
    return {label for label, count in seen.items() if count >= 3}


def _bulleted(text: str, units: Sequence[Unit], scores: Sequence[int], toc: set[int]) -> set[str | int]:
    """Bullets that stand alone before running text, each with a title, and nearly always so: headings (noted as -1 - number)."""
    alone: dict[str, list[int]] = {}
    total: dict[str, int] = {}
    for number, unit in enumerate(units):
        if unit.marker is None or unit.marker.family != "-" or unit.kind == "cell" or number in toc:
            continue
        kind = unit.marker.kind
        total[kind] = total.get(kind, 0) + 1
        if scores[number] < 2 or unit.kind == "item" or number + 1 >= len(units) or not bare(text[unit.title:unit.end]) or "（" in text[unit.title:unit.end]:
            continue
        after, before = units[number + 1], units[number - 1] if number else None
        if after.marker is not None and after.marker.family == "-" or after.kind == "cell" or before is not None and (
                before.marker is not None and before.marker.family == "-" or announces(text[max(before.start, before.end - 130):before.end])):
            continue
        alone.setdefault(kind, []).append(number)
    return {-1 - number for kind, found in alone.items() if len(found) >= 3 and len(found) * 3 >= 2 * total[kind] for number in found}


_separate = re.compile("[：:]|[A-Za-z] [a-z]|^[*_#]")      # a field, words of English, a line in bold


def _scattered(text: str, units: Sequence[Unit], scores: Sequence[int]) -> set[str | int]:
    """Short lines among many short lines, as a flattened table leaves them, and short lines that come back: no headings."""
    short = [scores[number] == 2 and unit.marker is None and unit.kind == "paragraph" and unit.end - unit.start <= 40 for number, unit in enumerate(units)]
    total, cells = [0], [0]
    for one, unit in zip(short, units):
        total.append(total[-1] + one)
        cells.append(cells[-1] + (one and not _separate.search(text, unit.start, unit.end)))
    seen: dict[str, int] = {}
    for number, one in enumerate(short):
        if one:
            piece = text[units[number].start:units[number].end]
            seen[piece] = seen.get(piece, 0) + 1
    found: set[str | int] = set()
    for number, one in enumerate(short):
        if one:
            left, right = max(0, number - 4), min(len(units), number + 5)
            if total[right] - total[left] >= 6 or cells[number] - cells[max(0, number - 8)] >= 5 or seen[text[units[number].start:units[number].end]] >= 3:
                found.add(number)
    return found


def _titled(text: str, units: Sequence[Unit], number: int) -> bool:
    """Whether the unit before is a short title of its own, so that a second one may follow."""
    return number == 0 or _stop.search(text[units[number - 1].start:units[number - 1].end][-6:]) is not None


def _plain_body(text: str, units: Sequence[Unit], scores: Sequence[int], number: int) -> bool:
    """Whether running text follows a unit."""
    after = number + 1
    return after < len(units) and units[after].marker is None and units[after].kind == "paragraph" and (scores[after] < 2 or not bare(text[units[after].start:units[after].end]))


def follows(units: Sequence[Unit], scores: Sequence[int], number: int, after: int) -> int:
    """What follows a numbered unit: 2 running text, 1 a deeper list or heading, 0 a sibling or something higher."""
    mark, other = units[number].marker, units[after]
    if other.kind == "cell":
        return 2
    if other.kind == "heading" and other.marker is None:
        return 1
    if other.marker is None:
        return 2
    if other.marker.family == "-":
        return 1
    if other.marker.kind == mark.kind:
        return 0
    if other.marker.family == "dotted":
        return 1 if mark.family != "dotted" and other.marker.path[0] == mark.value or len(other.marker.path) > len(mark.path) and other.marker.path[:len(mark.path)] == mark.path else 0
    return 1 if other.marker.value == 1 and other.marker.family != mark.family else 0
