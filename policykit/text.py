"""Facts about characters: a fold that keeps every position, the language of a text, where sentences end.

All matching runs on ``fold(text)``, which has exactly the length of ``text``, and mostly on a ``View`` of it,
which also closes the gaps that line wrapping and invisible characters tear into Chinese words.  Positions in a
view translate back to the text, so every quote stays verbatim.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f〇"
LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")      # of folded words
# zero-width space/joiners, soft hyphen, word joiner, byte-order mark, bidirectional marks and overrides
INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"

_QUOTES = "“”„‟«»「」『』〝〞＂"
_APOSTROPHES = "‘’‚‛＇`´"
_DASHES = "‐‑‒–—―－﹣−─━"
# (An expression that begins with a plain set of characters is searched fast; `[A-Z]+` or a look-behind at its head is not.)
_han = re.compile(f"[{HAN}][{HAN}]*")
_latin_word = re.compile(r"[A-Za-z][A-Za-z]+")


@cache
def _folding() -> dict[int, str]:
    """One character for one character: width, case, traditional to simplified, quotes, dashes, blanks."""
    import opencc

    table: dict[int, str] = {}
    for code in (*range(0x80, 0xD800), *range(0xE000, 0x20000), *range(0x2F800, 0x2FA20)):    # elsewhere no character is a variant of another
        char = chr(code)
        plain = unicodedata.normalize("NFKC", char) if unicodedata.decomposition(char) else char
        if len(plain) != 1:
            plain = char
        lower = plain.lower()
        plain = lower if len(lower) == 1 else plain
        if plain != char:
            table[code] = plain
    han = "".join(map(chr, (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))))
    for old, new in zip(han, opencc.OpenCC("t2s").convert(han), strict=True):
        if old != new:
            table[ord(old)] = new
    table |= {code: chr(code).lower() for code in range(0x41, 0x5B)}
    table |= dict.fromkeys(map(ord, _QUOTES), '"') | dict.fromkeys(map(ord, _APOSTROPHES), "'")
    table |= dict.fromkeys(map(ord, _DASHES), "-")
    table |= dict.fromkeys(map(ord, "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"), " ")
    table |= {ord("｡"): "。", ord("､"): "、", ord("﹑"): "、"} | dict.fromkeys(map(ord, "∶︰꞉"), ":")
    return table


def fold(text: str) -> str:
    """The text for matching: half width, lower case, simplified, one kind of quote and dash; same length.

    >>> fold("ＩＭＥＩ、電話號碼，“Wi‑Fi”")
    'imei、电话号码,"wi-fi"'
    """
    if len(text) < 500:
        return text.translate(_folding())
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)     # for a long text much faster than `translate`
    return _folded_codes()[codes].tobytes().decode("utf-32-le", "surrogatepass")


@cache
def _folded_codes() -> np.ndarray:
    """The folded code point of each code point."""
    table = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    for code, plain in _folding().items():
        table[code] = ord(plain)
    return table


def language(text: str) -> str | None:
    """zh, en or mixed by the share of Chinese characters among words; None where there are no words.

    >>> language("我们会收集您的IMEI"), language("We collect your IMEI."), language("2021-07")
    ('zh', 'en', None)
    """
    if len(text) > 500:
        return _long(text)
    return _tongue(sum(map(len, _han.findall(text))), len(_latin_word.findall(text)))


@lru_cache(maxsize=8)
def _long(text: str) -> str | None:
    return tongues(text, [(0, len(text))])[0]


def tongues(text: str, spans: Sequence[tuple[int, int]]) -> list[str | None]:
    """The `language` of each of many stretches of a text, counted at once.

    >>> tongues("收集您的IMEI。We collect", [(0, 9), (9, 19)])
    ['zh', 'en']
    """
    kinds = _kinds()[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)]
    latin = np.zeros(len(text) + 2, bool)               # with an end, and one more
    latin[1:-1] = kinds == 2
    # how many characters, and beginnings of words, stand before each place
    han, words = np.zeros(len(text) + 1, np.int64), np.zeros(len(text) + 1, np.int64)
    np.cumsum(kinds == 1, out=han[1:])
    np.cumsum(latin[1:-1] & latin[2:] & ~latin[:-2], out=words[1:])
    start, end = np.array(spans, np.int64).reshape(-1, 2).T
    last = np.maximum(end - 1, start)                   # a word has two letters, so that none begins at the end
    cut = (start + 1 < end) & latin[start] & latin[np.minimum(start + 1, len(text))] & latin[np.minimum(start + 2, len(text) + 1)]
    return list(map(_tongue, (han[end] - han[start]).tolist(), (words[last] - words[start] + cut).tolist()))


@cache
def _kinds() -> np.ndarray:
    """1 for the code point of a Chinese character, 2 for that of a Latin letter."""
    table = np.zeros(sys.maxunicode + 1, np.uint8)
    for first, last in re.findall("(.)-(.)", HAN):
        table[ord(first):ord(last) + 1] = 1
    table[ord("〇")] = 1
    for first, last in ("az", "AZ"):
        table[ord(first):ord(last) + 1] = 2
    return table


def _tongue(han: int, words: int) -> str | None:
    if not han + words:
        return None
    # one English word carries about as much as one and a half Chinese characters
    share = han / (han + 1.5 * words)
    return "zh" if share > 0.5 else "en" if share < 0.15 else "mixed"


# A sentence ends after 。！？； or a line end of a list; a full stop only before a blank and no lower-case letter.
_end = re.compile(
    r"[。！？!?；;.\n](?:(?<=[。！？!?；;])[。！？!?；;]*[”’\"'」』）)\]]*|(?<=[a-z0-9)\]\"'%]\.)[\"')\]]*(?=\s+[^a-z\s]|\s*$)|(?<=\n)(?=\s*\n))", re.M)
_capital = re.compile(r"\s+[A-Z][a-z]")
_abbreviation = re.compile(r"(?:\b(?:e\.g|i\.e|etc|no|co|ltd|inc|corp|art|vs|mr|ms|mrs|dr|st|u\.s|p\.r|approx)|\b[a-z])\.$", re.I)


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Where the sentences of text[start:end] stand, blanks trimmed.

    >>> s = "我们收集IMEI。我们不会收集剪切板;We use e.g. cookies. They help."
    >>> [s[a:b] for a, b in sentences(s)]
    ['我们收集IMEI。', '我们不会收集剪切板;', 'We use e.g. cookies.', 'They help.']
    """
    end = len(text) if end is None else end
    spans, at = [], start
    for stop in _end.finditer(text, start, end):
        left, right = stop.span()
        if text[left] == "." and _abbreviation.search(text, max(at, left - 8), left + 1):
            if not _capital.match(text[right:right + 12]) or not text.endswith("etc", 0, left):
                continue
        spans.append((at, right))
        at = right
    spans.append((at, end))
    trimmed = []
    for left, right in spans:
        if left < right and (text[left].isspace() or text[right - 1].isspace()):
            piece = text[left:right]
            left, right = left + len(piece) - len(piece.lstrip()), right - len(piece) + len(piece.rstrip())
        if left < right:
            trimmed.append((left, right))
    return trimmed


_after_stop = re.compile(r"(?<=\. )[a-z]")


class Sentences:
    """The sentences of a text, found once."""

    def __init__(self, text: str) -> None:
        self.spans = sentences(text) or [(0, len(text))]
        self.ends = [end for _, end in self.spans]

    @classmethod
    def folded(cls, text: str) -> Sentences:
        """The sentences of a folded text, which does not show by a capital where one begins.

        >>> parts = Sentences.folded("we keep logs. they go, e.g. after a week. thanks.")
        >>> parts.spans
        [(0, 13), (14, 41), (42, 49)]
        """
        return cls(_after_stop.sub(lambda m: m[0].upper(), text) if ". " in text else text)

    def around(self, at: int) -> tuple[int, int]:
        """The sentence that holds a position."""
        return self.spans[min(bisect_right(self.ends, at), len(self.spans) - 1)]


# What a view leaves out: invisible characters, and blanks or line ends beside a Chinese character.
_no_character = re.compile(f"[\\s{INVISIBLE}]")
# (It begins with the characters that may be left out, to which `re` skips fast, and then looks back at the one it took.)
_gap = re.compile(f"[\\s{INVISIBLE}](?:(?<=[{INVISIBLE}])[{INVISIBLE}]*|(?<=[{HAN}。、]\\s)\\s*|(?<=\\s)\\s*(?=[{HAN}。、])|(?<=\\s\\s)\\s*"
                  "|(?<=(?P<wrap>[\\n\\r\\f\\v]))(?=\\S))")


@dataclass(slots=True, unsafe_hash=True)      # one for each clause; frozen, it would take three times as long to make
class View:
    """A folded text without gaps, whose positions translate back to the original.

    >>> original = "收集您的手\\n机号码和 IP\\n地址"
    >>> view = View.of(fold(original))
    >>> view.text
    '收集您的手机号码和ip地址'
    >>> at = view.text.index("ip地址"); original[view.back(at):view.back(at + 4 - 1) + 1]
    'IP\\n地址'
    """

    text: str
    _at: tuple[int, ...]      # positions in the view where a piece begins
    _from: tuple[int, ...]    # and the positions in the original where it came from

    @classmethod
    def of(cls, folded: str, start: int = 0, end: int | None = None) -> View:
        """The view of folded[start:end]; positions translate to the whole text."""
        end = len(folded) if end is None else end
        if _no_character.search(folded, start, end) is None:
            return cls(folded[start:end], (0,), (start,))
        pieces, at, came, length, left = [], [], [], 0, start
        for gap in _gap.finditer(folded, start, end):
            if gap.start() > left:
                pieces.append(folded[left:gap.start()])
                at.append(length)
                came.append(left)
                length += gap.start() - left
            left = gap.end()
            if gap["wrap"]:  # a line end between Latin words is a blank
                pieces.append(" ")
                at.append(length)
                came.append(gap.start())
                length += 1
        pieces.append(folded[left:end])
        at.append(length)
        came.append(left)
        return cls("".join(pieces), tuple(at), tuple(came))

    @property
    def pieces(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Where the pieces begin in the view, and where in the original they came from."""
        return self._at, self._from

    def back(self, position: int) -> int:
        """Where the character at this position of the view stands in the original."""
        if len(self._at) == 1:
            return self._from[0] + position
        piece = bisect_right(self._at, position) - 1
        return self._from[piece] + position - self._at[piece]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where view.text[start:end] stands in the original."""
        if len(self._at) == 1:
            return self._from[0] + start, self._from[0] + end
        return self.back(start), self.back(end - 1) + 1 if end > start else self.back(start)
