"""Dates as policies write them, in Chinese and English, to YYYY-MM-DD or, where no day is given, YYYY-MM."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_MONTH = r"(?P<{}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_MONTH_OR_ROMAN = _MONTH.replace("jan(?:uary)?", r"(?<=\.)(?:i{{1,3}}|i[vx]|vi{{0,3}}|xi{{0,2}})(?![a-z])|jan(?:uary)?")
_DIGITS = "〇零○oO0"
_ZH = "一二三四五六七八九十"
_date = re.compile(
    r"(?=[0-9一二民jfmasond])(?:"                # whatever a date begins with: most characters need not be tried
    # 2023年8月29日, 2021年07月, 【2022】年【9】月【9】日, with the blanks and bold marks that typesetting leaves in
    r"(?<![\d.])(?P<y1>(?:19|20)\d\d)[】\])]?[\s*]{0,12}年[\s*]{0,12}[【\[(]?(?P<m1>0?[1-9]|1[0-2])[】\])]?[\s*]{0,12}月(?:[\s*]{0,12}份)?"
    r"(?:[\s*]{0,12}[【\[(]?[\s*]{0,12}(?P<d1>[12]\d|3[01]|0?[1-9])(?!\d)(?=[\s*]{0,12}[】\])]?[\s*]{0,12}[日号]|[\s*]{0,12}$|[\s*]{0,12}[^\d\s个天】\])])[\s*]{0,12}[】\])]?[\s*]{0,12}[日号]?)?"
    # 二〇二一年七月一日
    rf"|(?P<y2>[一二][九{_DIGITS}][{_ZH}{_DIGITS}]{{2}})年(?P<m2>[{_ZH}]{{1,2}})月(?:(?P<d2>[{_ZH}廿卅]{{1,3}})[日号])?"
    # 民国112年5月1日
    rf"|民国(?P<yr>\d{{2,3}}|[{_ZH}百{_DIGITS}]{{2,6}})年\s?(?P<mr>\d{{1,2}}|[{_ZH}]{{1,2}})月(?:\s?(?P<dr>\d{{1,2}}|[{_ZH}廿卅]{{1,3}})[日号])?"
    # 2021-07-01, 2021.7.1, 2021/07/01, 2021-07-01T08:00
    r"|(?<![a-z0-9_.])(?P<y3>(?:19|20)\d\d)(?P<s3>\s?[-./]\s?)(?P<m3>0?[1-9]|1[0-2])(?P=s3)(?P<d3>[12]\d|3[01]|0?[1-9])(?!(?!t\d\d:)[a-z0-9_]|\.\d)"
    # 20210701
    r"|(?<![a-z0-9_.])(?P<y4>20[0-4]\d)(?P<m4>0[1-9]|1[0-2])(?P<d4>0[1-9]|[12]\d|3[01])(?![a-z0-9_])"
    # 29th August 2023; 29 August, 2023; 29-Aug-23; 29.VIII.2023
    rf"|(?<![a-z0-9_/])(?P<d5>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?: day)?(?: of)?,?[\s.-]{{1,2}}{_MONTH_OR_ROMAN.format('m5')},?[\s.-]{{1,2}}(?P<y5>(?:19|20)\d\d|(?<=[a-z]-)\d\d)(?!\d)"
    # 10/2014
    r"|(?<![a-z0-9_./-])(?P<m2b>0?[1-9]|1[0-2])/(?P<y2b>(?:19|20)\d\d)(?![a-z0-9_]|[/.-]\d)"
    # August 29, 2023; Aug. 29th 2023
    rf"|(?<![a-z]){_MONTH.format('m6')}\s{{1,2}}(?P<d6>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?:\s?[,.]\s?|\s)\s?(?P<y6>(?:19|20)\d\d)(?!\d)"
    # 2023 August 29
    rf"|(?<![\d/])(?P<y0>(?:19|20)\d\d),?\s{_MONTH.format('m0')}\s(?P<d0>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d:])"
    # July 2021; April, 2011
    rf"|(?<![a-z]){_MONTH.format('m7')},?(?: of)?\s{{1,2}}(?P<y7>(?:19|20)\d\d)(?!\d)"
    # 08/29/2023, 29.08.2023
    r"|(?<![a-z0-9_./-])(?P<a8>\d{1,2})(?P<s8>[-./])(?P<b8>\d{1,2})(?P=s8)(?P<y8>(?:19|20)\d\d|\d\d)(?![a-z0-9_]|[-./]\d)"
    # 2021.07 and 2021/07: only beside a cue, which the caller looks for
    r"|(?<![a-z0-9_./-])(?P<y9>20[0-4]\d)[-./](?P<m9>0[1-9]|1[0-2])(?![a-z0-9_]|[-./]\d)"
    r")"
)


_maybe = re.compile(r"\d{4}|[-./]\d\d(?!\d)|年.{1,2}月")


@dataclass(frozen=True, slots=True)
class Date:
    """A date in a text: where it stands and what it is; ``assumed`` where the order of day and month is a guess."""

    start: int
    end: int
    value: str
    assumed: bool = False


def zh_number(word: str) -> int | None:
    """The number of a Chinese numeral up to 999.

    >>> zh_number("十五"), zh_number("三十"), zh_number("一百八十"), zh_number("二〇二一"), zh_number("两")
    (15, 30, 180, 2021, 2)
    """
    digits = {c: n for n, c in enumerate("零一二三四五六七八九")} | dict.fromkeys("〇○oO0", 0) | {"两": 2, "俩": 2}
    word = word.replace("廿", "二十").replace("卅", "三十")
    if not any(c in word for c in "十百"):
        return int("".join(str(digits[c]) for c in word)) if word and all(c in digits for c in word) else None
    total, digit = 0, 0
    for place, char in enumerate(word):
        if char in "十百":
            total += (digit or (1 if place == 0 or char == "十" and word[place - 1] in "百零" else 0)) * (10 if char == "十" else 100)
            digit = 0
        elif char in digits:
            digit = digits[char]
        else:
            return None
    return total + digit


def iso(year: int, month: int, day: int | None = None) -> str | None:
    """YYYY-MM-DD or YYYY-MM; None for a day that does not exist.

    >>> iso(2021, 7), iso(2021, 2, 29)
    ('2021-07', None)
    """
    try:
        whole = date(year, month, day or 1)
    except ValueError:
        return None
    return whole.isoformat() if day else whole.isoformat()[:7]


def find(text: str, day_first: bool = False) -> list[Date]:
    """The dates in a folded text.

    ``day_first``: how to read 04/05/2021; which of the two it is shows where a number is greater than 12.

    >>> [d.value for d in find("2023年8月29日 2021.07.01 二〇二一年七月 july 2021 29th august 2023 08/29/2023 2020年5月")]
    ['2023-08-29', '2021-07-01', '2021-07', '2021-07', '2023-08-29', '2023-08-29', '2020-05']
    >>> [d.value for d in find("民国112年5月1日 民国一百一十二年五月 1-may-23 1.v.2023 2023-05-01t08:00:00z")]
    ['2023-05-01', '2023-05', '2023-05-01', '2023-05-01', '2023-05-01']
    >>> find("04/05/2021", day_first=True)[0].value, find("04/05/2021")[0].value, find("ip 10.1.2.3, v2.10.2020.1")
    ('2021-05-04', '2021-04-05', [])
    """
    if not _maybe.search(text):
        return []
    found = []
    for m in _date.finditer(text):
        g, assumed = m.groupdict(), False
        if g["y1"]:
            value = iso(int(g["y1"]), int(g["m1"]), int(g["d1"]) if g["d1"] else None)
        elif g["y2"]:
            parts = zh_number(g["y2"]), zh_number(g["m2"]), zh_number(g["d2"]) if g["d2"] else None
            value = iso(*parts) if parts[0] and parts[1] else None
        elif g["yr"]:
            parts = [int(word) if word.isdigit() else zh_number(word) for word in (g["yr"], g["mr"], g["dr"]) if word]
            value = iso(parts[0] + 1911, *parts[1:]) if all(parts) else None
        elif g["y2b"]:
            value = iso(int(g["y2b"]), int(g["m2b"]), None)
        elif g["a8"]:
            first, second, year = int(g["a8"]), int(g["b8"]), int(g["y8"])
            year += 0 if year > 99 else 2000 if year < 50 else 1900
            order = day_first or g["s8"] == "."
            if first > 12 or second > 12:
                order = first > 12
            else:
                assumed = first != second
            value = iso(year, second, first) if order else iso(year, first, second)
        else:
            k = next(k for k in "0345679" if g[f"y{k}"])
            month = g[f"m{k}"]
            month = int(month) if month.isdigit() else _ROMAN.index(month) + 1 if month in _ROMAN else next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(month[:3]))
            day = g.get(f"d{k}")
            year = int(g[f"y{k}"])
            value = iso(year if year > 99 else year + (2000 if year < 50 else 1900), month, int(day) if day else None)
        if value and "1990" < value < "2100":
            found.append(Date(m.start(), m.end(), value, assumed))
    return found


# (the look-behind comes second: `re` skips fast to digits)
_day_and_month = re.compile(r"(\d(?<![a-z0-9_./-]\d)\d?)[-/](\d{1,2})[-/](?:19|20)\d\d(?!\d)")


def day_first(text: str) -> bool:
    """Whether the numeric dates of a folded text put the day before the month, as far as they show it.

    >>> day_first("on 12/31/2014 and 01/02/2015"), day_first("on 31/12/2014 and 01/02/2015")
    (False, True)
    """
    for m in _day_and_month.finditer(text):
        if int(m[1]) > 12 or int(m[2]) > 12:
            return int(m[1]) > 12
    return False
