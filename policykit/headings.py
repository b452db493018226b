"""Numbering and headings: the number at the head of a line, and how much a line looks like a title."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from string import ascii_letters
from typing import NamedTuple

from policykit.text import HAN, INVISIBLE

NUMERALS = "〇零一二三四五六七八九十百⼀⼆⼋⼗壹贰叁肆伍陆柒捌玖拾"   # with the radicals that some PDFs have, and the numerals of contracts
_variants = str.maketrans("⼀⼆⼋⼗壹贰叁肆伍陆柒捌玖拾", "一二八十一二三四五六七八九十")
BULLETS = "●•·▪◆■★◇○□▲►➢➤✓✔√♦‣◦⁃∙・☆❖➔→＊"
BLANK = f" \\t\\u00a0\\u3000{INVISIBLE}"       # within a set of an expression,
BLANKS = " \t\u00a0\u3000" + "".join(chr(code) for first, last in re.findall("(.)(?:-(.))?", INVISIBLE) for code in range(ord(first), ord(last or first) + 1))      # and one by one

_units = {"十": 10, "百": 100}
_roman = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_ranks = {"编": "part", "篇": "part", "部分": "part", "章": "chapter", "节": "section", "条": "article"}
# number signs of one character: first, last, kind
_signs = (("①", "⑳", "circled"), ("㉑", "㉟", "circled"), ("❶", "❿", "circled"), ("➀", "➉", "circled"), ("⑴", "⒇", "(1)"), ("⒈", "⒛", "1"), ("㈠", "㈩", "(han)"))

# what stands before the number: quote signs, markdown heading signs, bold signs, a list bullet that html2text added
_prefix = re.compile(rf"[{BLANK}]*(?:>[{BLANK}]*)*(?P<hashes>#{{1,6}}(?=[^#]))?[{BLANK}]*(?:(?P<bold>\*\*|__)[{BLANK}*_]*)?")
_number = re.compile(
    rf"""
      第[ ]?(?P<rank_number>[{NUMERALS}]{{1,5}}|\d{{1,3}})[ ]?(?P<rank>部分|[编篇章节条])(?![款件例方目规])[{BLANK}]*[:：、.．—-]?
    | (?P<word>[Pp]art|PART|[Cc]hapter|CHAPTER|[Ss]ection|SECTION|[Aa]rticle|ARTICLE|[Aa]nnex|ANNEX|[Aa]ppendix|APPENDIX|[Ss]chedule|附件|附录)
      [{BLANK}]*(?P<word_number>[IVXivx]{{1,6}}|\d{{1,3}}|[A-Z]|[{NUMERALS}]{{1,3}})(?![A-Za-z0-9{HAN}])[{BLANK}]*[:：、.．—–-]?
    | (?P<han>[{NUMERALS}]{{1,4}})[{BLANK}*]*\\?[、.．:：,，](?!\d)
    | [（(〔【\[][ ]?(?P<pare_han>[{NUMERALS}]{{1,4}})[ ]?[)）〕】\]][{BLANK}]*[、.．:：]?
    | (?P<han_paren>[{NUMERALS}]{{1,3}})[ ]?[)）]
    | (?P<han_blank>[{NUMERALS}]{{1,2}})[{BLANK}]+(?=[{HAN}])
    | (?P<dotted>\d{{1,2}}(?:\\?[.．][ ]?\d{{1,2}}){{1,4}})(?![\d%]|\\?[.．]\d|[{BLANK}]*(?:[版级]|以(?:[上内前后]|下[版的系设用各，,、）)。；;])|[年月日](?![历志常期记本间度份])|(?i:[mck]m|[gmk]b?|[mg]?hz|x|am|pm)(?![A-Za-z])))[{BLANK}]*\\?[.．、)）]?
    | (?P<plain>\d{{1,3}})[{BLANK}*]*\\?(?:[、.．,，](?!\d)|[:：](?!\d|//))
    | [（(\[【][ ]?(?P<paren>\d{{1,3}})[ ]?[)）\]】][{BLANK}]*[、.．:：]?
    | (?P<half>\d{{1,3}})[ ]?\\?[)）][、.]?
    | (?P<sign>[①-⑳㉑-㉟❶-❿➀-➉⑴-⒇⒈-⒛㈠-㈩])[、.．]?
    | (?P<big>[Ⅰ-Ⅻⅰ-ⅻ])[{BLANK}]*[、.．:：)）]?
    | [（(](?P<paren_roman>[ivx]{{1,5}}|[IVX]{{1,5}})[)）]
    | (?P<roman>[IVX]{{1,5}}|[ivx]{{2,5}}|i)[{BLANK}]*(?:[.．、:：](?=[{BLANK}{HAN}]|[A-Z][a-z])|[)）](?=[{BLANK}{HAN}A-Za-z])|[ ][-–—][ ])
    | [（(](?P<paren_letter>[A-Za-z])[)）]
    | (?P<letter>[A-Za-z])[{BLANK}]*(?:\\?[.．](?=[{BLANK}{HAN}“"]|[A-Z][a-z]{{2}}|[A-Z]{{2,}}(?![A-Z.]))|[、:：)）](?!//)(?=[{BLANK}{HAN}A-Za-z【“《「]))
    | (?P<letter_blank>[a-h])[{BLANK}]+(?=[{HAN}])
    | (?P<blank>\d{{1,2}})[{BLANK}]+(?![^\n]{{0,40}}\b(?:Road|Rd|Street|St|Avenue|Ave|Drive|Dr|Lane|Ln|Floor|Parkway|Pkwy|Boulevard|Blvd|Way|Square|Plaza|Suite|Court|Broadway)\b)(?=[A-Z][A-Za-z]|个人[信资]|[{HAN}](?<![年月日时天个周岁小分秒名位种项次条元号]))
    | (?P<bullet>[{BULLETS}]|[-–—*+－](?=[{BLANK}]|[{HAN}])(?!\*)|[lnuØØo§](?=[{BLANK}]+[{HAN}]))
    """,
    re.X,
)
# with what a number can begin, and what may stand before it; decimals of any script apart
_begins = frozenset("第附（(〔【[-–—*+－§Øø" + NUMERALS + BULLETS + ascii_letters + "".join(chr(code) for first, last in (*(sign[:2] for sign in _signs), "Ⅰⅻ") for code in range(ord(first), ord(last) + 1)))
_leads = frozenset(BLANKS + ">#*_")
_bracketed = re.compile(r"[【\[〖「][^】\]〗」\n]{1,40}[】\]〗」][:：]?")
_OPENERS = frozenset("【[〖「")
_after = re.compile(rf"[{BLANK}]*")


class Marker(NamedTuple):
    """The number or bullet at the head of a line.

    ``kind`` is the style (han: 一、 (han): （一） 1: 1. and 1、 1): 1) 1.1, 1.1.1: by depth ...); ``family`` groups
    styles that careless authors mix within one list; ``number`` is as printed, ``value`` what it counts.
    """

    kind: str
    value: int
    number: str | None
    end: int               # where the text after the marker begins
    family: str = ""
    path: tuple[int, ...] = ()
    letter: int = 0        # of a roman number that may be a letter: that letter's place in the alphabet
    hashes: int = 0        # markdown heading level
    bold: bool = False


def numeral(digits: str) -> int:
    """The value of a Chinese, Roman or Arabic number.

    >>> numeral("二十三"), numeral("XIV"), numeral("１２"), numeral("一百零二")
    (23, 14, 12, 102)
    """
    if digits[0].isdecimal():
        return int(digits)
    if digits[0] in NUMERALS:
        total, last = 0, 0
        for char in digits.translate(_variants):
            if char in _units:
                total += (last or 1) * _units[char]
                last = 0
            else:
                last = "〇一二三四五六七八九".index(char) if char != "零" else 0
        return total + last
    values = [_roman[char] for char in unicodedata.normalize("NFKC", digits).lower()]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0]))


def printed(value: int, kind: str, path: tuple[int, ...] = ()) -> str | None:
    """A regular expression for the number that a style prints for a value; None for styles that are not looked for in running text.

    >>> bool(re.match(printed(12, "(han)"), "（十二）")), printed(3, "A")
    (True, None)
    """
    if not 0 < value < 100:
        return None
    han = ("" if value < 10 else "十" if value < 20 else "一二三四五六七八九"[value // 10 - 1] + "十") + ("" if value % 10 == 0 else "一二三四五六七八九"[value % 10 - 1])
    if kind == "circled" and value <= 20:
        return chr(ord("①") + value - 1)
    forms = {"han": f"{han}[、.．]", "(han)": f"[（(]{han}[)）]", "1": rf"{value}\\?[.．](?!\d)", "1、": rf"{value}\\?、", "(1)": f"[（(]{value}[)）]", "1)": rf"(?<![（(\d]){value}[)）]"}
    if path:
        return r"[.．]".join(map(str, (*path[:-1], value))) + r"(?![\d.．])"
    return forms.get(kind)


def marker(line: str, start: int = 0, end: int | None = None) -> Marker | None:
    """The marker at the head of line[start:end], if there is one.

    >>> [marker(s).kind for s in ("一、总则", "（二）共享", "3.1 Cookies", "4、您的权利", "(a) name", "IV. Your rights", "- name")]
    ['han', '(han)', '1.1', '1、', '(a)', 'I', '-']
    >>> marker("* 项目").family, marker("** _（一）甲").number
    ('-', '（一）')
    >>> marker("第三方共享您的信息"), marker("2023年8月29日"), marker("3.5mm"), marker("一般信息")
    (None, None, None, None)
    """
    end = len(line) if end is None else end
    at, hashes, bold = start, 0, False
    if line[start:start + 1] in _leads:
        lead = _prefix.match(line, start, end)
        at, hashes, bold = lead.end(), len(lead["hashes"] or ""), bool(lead["bold"])
    if at >= end or line[at] not in _begins and not line[at].isdecimal():
        return None
    found = _number.match(line, at, end)
    if found is None:
        return None
    made = _marker(found, line, end)
    if made is None:
        return None
    if made.kind == "-" or made.family == "1":  # html2text puts a bullet or a number of its own before the printed one
        inner = _number.match(line, _prefix.match(line, made.end, end).end(), end)
        if inner is not None and inner.lastgroup not in ("bullet", "blank", "letter", "roman") and (made.kind == "-" or inner.end() < end):
            second = _marker(inner, line, end)
            if second is not None and (made.kind == "-" or second.value > 0):
                made = second
    return made._replace(hashes=hashes, bold=bold) if hashes or bold else made


def _marker(found: re.Match[str], line: str, end: int) -> Marker | None:
    """The marker that a match of the grammar stands for."""
    group = found.lastgroup
    digits = found[group]
    after = _after.match(line, found.end(), end).end()
    if group == "bullet":
        return Marker("-" + digits if digits in BULLETS else "-", 0, None, after, "-")
    if after >= end and group != "rank":   # nothing is numbered
        return None
    if group == "rank":
        kind = _ranks[digits]
        return Marker(kind, numeral(found["rank_number"]), found[0].rstrip(" :：、.．—-\u3000"), after, kind)
    if group == "word_number":
        kind = found["word"].lower()
        kind = {"附件": "annex", "附录": "annex", "appendix": "annex", "schedule": "annex"}.get(kind, kind)
        value = ord(digits) - 64 if len(digits) == 1 and digits.isupper() and digits not in "IVX" else numeral(digits)
        return Marker(kind, value, found[0].rstrip(" :：、.．—–-\u3000\t"), after, kind)
    if group in ("han", "han_blank"):
        return Marker("han", numeral(digits), digits, after, "han")
    if group in ("pare_han", "han_paren"):
        return Marker("(han)", numeral(digits), found[0].rstrip(" 、.．:：\u3000"), after, "(han)")
    if group == "dotted":
        path = tuple(int(part) for part in re.split(r"\\?[.．]\s?", digits))
        return Marker(".".join("1" * len(path)), path[-1], digits.replace("．", ".").replace(" ", "").replace("\\", ""), after, "dotted", path)
    if group in ("plain", "blank"):
        return Marker("1 " if group == "blank" else "1" if found[0].rstrip(" \t\u3000")[-1] in ".．" else "1、", int(digits), digits, after, "1")
    if group in ("paren", "half"):
        return Marker("(1)" if group == "paren" else "1)", int(digits), found[0].rstrip(" 、.．:：\\\u3000").replace("\\", ""), after, "(1)")
    if group == "sign":
        for first, last, kind in _signs:
            if first <= digits <= last:
                value = ord(digits) - ord(first) + (21 if first == "㉑" else 1)
                return Marker(kind, value, digits, after, kind)
    if group == "big":
        return Marker("I", numeral(digits), digits, after, "I")
    if group in ("paren_roman", "roman"):
        case = "I" if digits.isupper() else "i"
        kind = f"({case})" if group == "paren_roman" else f"{case})" if found[0][-1:] in ")）" else case
        letter = ord(digits.lower()) - 96 if len(digits) == 1 else 0
        return Marker(kind, numeral(digits), found[0].strip() if group == "paren_roman" else digits, after, kind, letter=letter)
    case = "A" if digits.isupper() else "a"
    kind = f"({case})" if group == "paren_letter" else f"{case})" if found[0].rstrip()[-1:] in ")）" else case
    return Marker(kind, ord(digits.lower()) - 96, found[0].strip() if group == "paren_letter" else digits, after, kind)


_inner_stop = re.compile("[。；！](?=.)")
_inner_dot = re.compile(r"[a-z]\. [A-Z]")
_comma = re.compile(r"[，,](?!\d{3})")
_han = re.compile(f"[{HAN}]")
_columns = re.compile(rf"[{HAN}][ \u3000]+[{HAN}]+[ \u3000]+[{HAN}]|[{HAN}][ \u3000]{{3,}}[{HAN}]|[{HAN}]\t+[{HAN}]")   # a heading row of a flattened table
_note = re.compile(r"(?:特别|重要|温馨|友情|重点|风险|郑重|特别重要)?(?:提示|说明|须知|声明|提醒|注意事项|内容摘要|摘要|概要|引言|前言|导言)[：:]?|(?:important|special) (?:notes?|notices?|reminders?|tips?|statement)[：:]?", re.I)
_contact = re.compile(r"@|(?:phone|tel|fax|call)\W{0,3}\+?\(?\d{3}|https?:|www\.|\d{5,}|(?:电话|邮箱|地址|网址|热线|e-?mail|tel|phone|fax)[^：:]{0,12}[：:]|20\d\d[年./-]|版本", re.I)

_announce = re.compile(
    r"以下|下列|如下|下述|下表|the following|as follows|(?:following|below)[^.]{0,40}$|包括但不限于[：:]?$|(?:包括|including|such as|namely|例如|即)[：:]?$", re.I)


_goes_on = re.compile(r"[;；,，、]\s*(?:and|or|以及|和|或|及)$")


def strength(title: str) -> int:
    """How much a text looks like a title: 2 surely may be one, 1 perhaps (long, with commas, a colon or a full stop), 0 a sentence.

    >>> strength("我们如何收集和使用您的个人信息"), strength("以下情形中,无需征得您的同意:"), strength("我们会收集您的信息。您可以拒绝。")
    (2, 1, 0)
    >>> strength("Your rights"), strength("We will delete it within thirty days after you have asked us to do so.")
    (2, 0)
    """
    title = title.strip().strip("*_#").strip()
    return 0 if len(title) > 180 else _strength(title)


@lru_cache(maxsize=2048)     # several steps ask for the same lines
def _strength(title: str) -> int:
    if not title or _inner_stop.search(title) or ". " in title and _inner_dot.search(title):
        return 0
    chinese = _han.search(title) is not None
    size = len(title) if chinese else len(title) / 2.4
    if size > 75:
        return 0
    if title[-1] in "，,、；;" or _goes_on.search(title):
        return 0
    if title[-1] in "。；;！!…" or title[-1] == "." and title[-2:-1] not in ("", "."):
        return 1 if chinese and size <= 28 and title[-1] == "。" and not _comma.search(title) else 0
    commas = len(_comma.findall(title))
    if title[-1] in "：:":
        return 1 if size > 26 or commas > (0 if chinese else 2) or _announce.search(title) else 2
    if size > 52 or chinese and (commas > 1 or commas and size > 25) or _contact.search(title):
        return 1
    return 2


_asks = re.compile(r"(?:我们|您)?(?:会|将|可以)?(?:如何|怎样|怎么)[^，,]{2,20}[，,][^，,]{2,20}$")


def bare(line: str) -> bool:
    """Whether a line without a number may be a heading by its looks alone.

    >>> bare("Types of Information Extracted and Collected"), bare("信息安全"), bare("我们收集:"), bare("Email: a@b.cn")
    (True, True, False, False)
    """
    title = line.strip().strip("*_#").strip()
    if _bracketed.fullmatch(title) or _note.fullmatch(title):
        return True
    if _columns.search(title):
        return False
    if strength(title) < 2 or title[-1] in "：:" or _contact.search(title) or title[0] in "（(“\"'《/|＊*^，、":
        return False
    if _han.search(title):
        if ("：" in title or ":" in title) and not re.match(r"(?:附录|附件|附表|附)[：:]|[^：:]{0,8}(?:功能|场景|部分|篇|[一二三四五六七八九十\d])\s*[：:]", title):
            return False
        return (len(title) <= 26 and not _comma.search(title) or len(title) <= 34 and _asks.match(title) is not None) and len(_han.findall(title)) > 1 and "|" not in title
    words = title.split()
    if len(words) > 6 and not title.endswith("?") and not re.match(r"(?:How|What|When|Why|Who|Where|Which|Your|Our|Do|Does|Can|Is|Are|Will|If|Changes|Information)\b", title):
        if sum(word[0].islower() and len(word) > 3 for word in words) > 2:
            return False   # a sentence without its full stop
    return title[0].isupper() and len(title) <= 80 and len(words) <= 12 and not re.search(r"[;:|<>@]", title) and any(len(w) > 2 and w.isalpha() for w in words)


def bracketed(line: str) -> bool:
    """Whether a whole line stands in heavy brackets: 【重要须知】"""
    line = line.strip().strip("*_#").strip()
    return line[:1] in _OPENERS and _bracketed.fullmatch(line) is not None


def announces(text: str) -> bool:
    """Whether a clause announces what follows it: it ends with a colon or speaks of the following.

    >>> announces("我们会收集以下信息："), announces("We share it in the following cases:"), announces("我们会保护您的信息。")
    (True, True, False)
    """
    tail = text.rstrip("*_ \n")[-120:]
    if tail.endswith(("：", ":")):
        return True
    sentence = re.split(r"[。；;！!？?]|\. ", tail.rstrip("。.；;"))[-1]
    return _announce.search(sentence) is not None
