"""Bytes to text: the encoding is found by what the text looks like in it; declarations are only believed when they fit."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (b"\x84\x31\x95\x33", "gb18030"),
)
# what is declared, and the superset that is meant (as browsers read it)
_MEANT = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs", "big5-hkscs": "big5hkscs",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "windows-1252": "cp1252",
    "shift_jis": "cp932", "x-sjis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "utf8": "utf-8", "unicode": "utf-16-le",
}
_CANDIDATES = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "cp932", "euc_jp", "cp949", "cp1252")
_SAMPLE = 30_000  # bytes are enough to tell an encoding

# Every text in these languages is full of them: function words, punctuation, and the words of this genre.
_COMMON = frozenset(
    "的一是不了在人有我们您用使会和及或与以为于其他能可将需信息个私隐政策服务收集户账号权限第三方提供同意数据保护法律"
    "條款將會與為於個們這資訊隱權務護說據開關應產處業後來對時過當從給請該設號"
    "，。、；：（）“”《》「」　日本語のにはをがでと하는이다의을를"
)
_han = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_wide = re.compile(r"[\u1100-\u1fff\u2e80-\ud7ff\ue000-\uffef\U00010000-\U0010ffff]")
_odd = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff\ufffd\uff61-\uff9f\U00010000-\U0010ffff]")


# Browsers print 用 as the radical ⽤ when they make a PDF, and so it is copied out of one.
_RADICALS = dict(zip("⺟⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳", "母民虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟", strict=True))
_radical = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")


def unified(text: str) -> str:
    """The text with ordinary Chinese characters for radicals and compatibility forms; same length.

    >>> unified("使⽤⻓期")
    '使用长期'
    """
    def ordinary(found: re.Match) -> str:
        plain = _RADICALS.get(found[0]) or unicodedata.normalize("NFKC", found[0])
        return plain if len(plain) == 1 else found[0]

    return _radical.sub(ordinary, text) if _radical.search(text) else text


# letters of Windows-1252 that hardly any text has, or that stand where none can: a stray byte in plain text
_stray = re.compile("[ÿþðÞÐ¤¬¦\x81\x8d\x8f\x90\x9d]|(?<=[a-z])[À-ÖØ-Ý](?=[a-z])")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it was in, and how many bytes did not fit (``first``: where the first of them is)."""

    text: str
    encoding: str
    bad: int = 0
    first: int | None = None


def likely(text: str) -> float:
    """How much a decoded sample looks like language, from about -1 to 1.

    >>> likely("我们会收集您的信息。") > 0.3 > likely("我们会收集您的信息。".encode().decode("gb18030", "ignore"))
    True
    """
    if not text:
        return 0.0
    wide = _wide.findall(text)
    odd = len(_odd.findall(text))
    east = west = 0.0
    if wide:
        common = sum(character in _COMMON for character in wide) / len(wide)
        east = common + 0.5 * sum(map(frequent, wide)) / len(wide) - 0.6
    high = sum("\x80" <= character <= "\xff" for character in text)
    west = 0.5 - 2 * high / len(text)
    share = len(wide) / len(text)
    # Chinese text has blanks, digits and tags in between: a tenth of it decides
    weight = min(1.0, 10 * share)
    return weight * (east - 3 * odd / len(text)) + (1 - weight) * (west - 10 * odd / len(text))


@cache
def frequent(character: str) -> bool:
    """Whether the character is among the 3,755 or 5,401 commonest of the national character sets."""
    try:
        if 0xA1 <= character.encode("gb2312")[0] <= 0xD7:
            return True
    except UnicodeEncodeError:
        pass
    try:
        return 0xA1 <= character.encode("big5")[0] <= 0xC6
    except UnicodeEncodeError:
        return False


def _replaced(data: bytes, encoding: str) -> Decoded:
    """The text with U+FFFD where bytes do not fit."""
    text = data.decode(encoding, errors="replace")
    bad = text.count("\ufffd")
    first = None
    if bad:
        try:
            data.decode(encoding)
        except UnicodeDecodeError as error:
            first = error.start
    return Decoded(text, encoding, bad, first)


def _pasted(data: bytes) -> Decoded | None:
    """UTF-8 into which quotes or dashes of Windows-1252 were pasted; None where other bytes do not fit."""
    strange = False

    def single(error: UnicodeDecodeError) -> tuple[str, int]:
        nonlocal strange
        piece = error.object[error.start:error.end]
        strange = strange or bool(piece.strip(b"\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa9\xae\xb7\xe9"))
        return piece.decode("cp1252", errors="replace"), error.end

    codecs.register_error("policykit.single", single)
    text = data.decode("utf-8", errors="policykit.single")
    return None if strange else Decoded(text, "utf-8")


def _utf16(data: bytes) -> str | None:
    """UTF-16 without a mark shows itself by blanks and line ends: a NUL in every other place."""
    sample = data[:_SAMPLE]
    pairs = max(1, len(sample) // 2)
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) > 0.01 * pairs and min(even, odd) < 0.1 * max(even, odd):
        encoding = "utf-16-be" if even > odd else "utf-16-le"
        if likely(sample[:len(sample) // 2 * 2].decode(encoding, errors="replace")) > 0.1:
            return encoding
    return None


def decode(data: bytes, declared: str | None = None) -> Decoded | None:
    """The text in the bytes, or None where no encoding makes language of them.

    >>> decode("我们收集您的信息。".encode("gb18030"), declared="iso-8859-1").text
    '我们收集您的信息。'
    >>> decode("我們會收集您的個人資料。".encode("big5"), declared="utf-8").encoding
    'big5hkscs'
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _replaced(data[len(mark):], encoding)
    if b"\0" in data[:_SAMPLE] and (wide := _utf16(data)):
        return _replaced(data, wide)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    # most of what is beyond ASCII is UTF-8: some bytes were damaged, or a piece in another encoding was pasted in
    damaged = _replaced(data, "utf-8")
    multibyte = len(damaged.text) - len(damaged.text.encode("ascii", errors="ignore")) - damaged.bad
    if multibyte >= 2 * damaged.bad:
        return _pasted(data) or damaged
    start = max(0, (damaged.first or 0) - 1000)
    start = max(data.rfind(mark, 0, start) for mark in (b"\n", b" ", b">")) + 1  # none of these is ever half of a character
    sample = data[start:start + _SAMPLE]
    sample = re.sub(rb"<[^>]{0,2000}>", b" ", sample) if b"<" in sample else sample
    meant = _MEANT.get((declared or "").lower(), (declared or "").lower()) or None
    best, highest = None, 0.0
    for encoding in dict.fromkeys(filter(None, (meant if meant != "utf-8" else None, *_CANDIDATES))):
        try:
            codecs.lookup(encoding)
            text = sample.decode(encoding, errors="replace")
        except (LookupError, ValueError, AssertionError):
            continue
        if text.count("\ufffd") > 0.02 * len(text) + 1:
            continue
        beyond = sum(character > "\x7f" for character in text)
        score = likely(text) + (0.1 if encoding == meant else 0) - text.count("\ufffd") / max(1, beyond)
        if best is None or score > highest:
            best, highest = encoding, score
    if best is None or highest < 0.0:
        return None
    if best == "cp1252" and meant != best and _stray.search(data.decode("cp1252", errors="replace")):
        return damaged
    return _replaced(data, best)
