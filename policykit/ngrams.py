"""Hashed n-grams of many short texts at once, without a Python loop over characters.

A token is one Chinese character, one Latin word or one mark; blanks and commas, half or full width, only separate:
corpora write a comma for every blank, and which comma gives away the label (`policykit evaluate --only topic_leak`).
The hash of any stretch is a difference of prefix sums of a polynomial in 64-bit arithmetic, which numpy takes for all
stretches together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from policykit.text import fold

END = "\x1e"                        # stands between two texts; no policy contains it after folding
SEPARATOR, HAN, WORD, MARK, STOP = range(5)
BLOCK = 1 << 18                     # characters hashed together: bounds the memory

_BASE = 0x9E3779B97F4A7C15
_ORDER = np.array([0, 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F], np.uint64)
_PIECE = np.uint64(0x8EBC6AF09C88C6E3)
_SHAPES = np.array([0x2545F4914F6CDD1D, 0x9FB21C651E98DF25, 0xD1342543DE82EF95], np.uint64)     # a number, a letter, a numeral
_NUMERALS = np.array([ord(one) for one in "一二三四五六七八九十"], np.uint32)


@cache
def _kinds() -> np.ndarray:
    """The kind of each code point, after folding."""
    table = np.full(0x110000, MARK, np.uint8)
    for first, last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3134F), (0x3007, 0x3007)):
        table[first:last + 1] = HAN
    for first, last in (("0", "9"), ("a", "z"), ("\u00c0", "\u024f")):
        table[ord(first):ord(last) + 1] = WORD
    table[[9, 10, 11, 12, 13, 32, ord(","), ord("、")]] = SEPARATOR
    table[ord(END)] = STOP
    return table


@cache
def _powers(length: int) -> tuple[np.ndarray, np.ndarray]:
    """Powers of the base and of its inverse modulo 2^64."""
    base, inverse = np.full(length, _BASE, np.uint64), np.full(length, pow(_BASE, -1, 1 << 64), np.uint64)
    base[0] = inverse[0] = 1
    return np.cumprod(base), np.cumprod(inverse)


def _mix(values: np.ndarray) -> np.ndarray:
    """The values with their bits spread (the last steps of splitmix64)."""
    values = values ^ (values >> np.uint64(30))
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a block of texts: where each stands, its kind, its hash and the text that it is in."""

    start: np.ndarray
    end: np.ndarray
    kind: np.ndarray
    hash: np.ndarray
    row: np.ndarray
    first: np.ndarray       # its first character
    prefix: np.ndarray      # prefix sums over the characters
    inverse: np.ndarray

    def of(self, rows: np.ndarray) -> Tokens:
        """The tokens of the texts that are marked."""
        kept = rows[self.row]
        return replace(self, **{name: getattr(self, name)[kept] for name in ("start", "end", "kind", "hash", "row", "first")})


def tokens(folded: str) -> Tokens:
    """The tokens of folded texts that END closes, one after the other."""
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds, length = _kinds()[codes], len(codes)
    powers, inverse = _powers(1 << max(length, 1 << 16).bit_length())
    prefix = np.zeros(length + 1, np.uint64)
    np.cumsum(_mix(codes.astype(np.uint64) + np.uint64(1)) * powers[:length], out=prefix[1:])
    word = kinds == WORD
    other = (kinds == HAN) | (kinds == MARK)
    first, last = word.copy(), word.copy()
    first[1:] &= ~word[:-1]
    last[:-1] &= ~word[1:]
    start, end = np.flatnonzero(first | other), np.flatnonzero(last | other) + 1
    return Tokens(start, end, kinds[start], _mix((prefix[end] - prefix[start]) * inverse[start]),
                  np.cumsum(kinds == STOP)[start], codes[start], prefix, inverse)


@dataclass(frozen=True, slots=True)
class Grams:
    """Occurrences of n-grams: the text each is in, its bucket, and where it stands in the block."""

    row: np.ndarray
    bucket: np.ndarray
    start: np.ndarray
    end: np.ndarray


def grams(found: Tokens, orders: Sequence[int], pieces: Sequence[int], bits: int) -> Grams:
    """The n-grams of tokens of these orders, and the pieces of Latin words of these lengths."""
    shift = np.uint64(64 - bits)
    rows, buckets, starts, ends = [], [], [], []
    rolling = found.hash
    for order in range(1, max(orders, default=0) + 1):
        if order > 1:
            rolling = rolling[:-1] * _ORDER[1] + found.hash[order - 1:]
        if order in orders:
            row = found.row[:len(rolling)]
            whole = np.flatnonzero(row == found.row[order - 1:])
            rows.append(row[whole])
            buckets.append(_mix(rolling[whole] + _ORDER[order]) >> shift)
            starts.append(found.start[whole])
            ends.append(found.end[whole + order - 1])
    for size in pieces:
        long = np.flatnonzero((found.kind == WORD) & (found.end - found.start > size))
        count = found.end[long] - found.start[long] - size + 1
        head = np.repeat(found.start[long], count)
        at = head + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        stretch = _mix((found.prefix[at + size] - found.prefix[at]) * found.inverse[at])
        edge = (at == head) + 2 * (at + size == np.repeat(found.end[long], count))
        rows.append(np.repeat(found.row[long], count))
        buckets.append(_mix(stretch + _PIECE * (edge + 4 * size).astype(np.uint64)) >> shift)
        starts.append(at)
        ends.append(at + size)
    return Grams(*(np.concatenate(part) for part in (rows, buckets, starts, ends)))


def edges(found: Tokens, count: int, bits: int) -> Grams:
    """How each text begins and ends, and how long it is: its first tokens (any number is like another), its last ones.

    What tells a heading, a list item and a fragment from a sentence, whatever they are about.
    """
    many = np.bincount(found.row, minlength=count)
    first = np.cumsum(many) - many
    shape = found.hash.copy()
    shape[(found.kind == WORD) & (found.first < ord("a"))] = _SHAPES[0]
    shape[(found.kind == WORD) & (found.first >= ord("a")) & (found.end - found.start == 1)] = _SHAPES[1]
    shape[np.isin(found.first, _NUMERALS)] = _SHAPES[2]
    rows, codes, starts, ends = [], [], [], []
    rolling = shape
    for order in range(1, 4):
        if order > 1:
            rolling = rolling[:-1] * _ORDER[1] + shape[order - 1:]
        row = np.flatnonzero(many >= order)
        last = first[row] + many[row] - 1
        for side, at in ((0, first[row]), (1, last - order + 1))[:2 if order < 3 else 1]:
            rows.append(row)
            codes.append(_mix(rolling[at] + np.uint64(16 * order + side)))
            starts.append(found.start[at])
            ends.append(found.end[at + order - 1])
    row = np.flatnonzero(many)
    rows.append(row)
    codes.append(_mix((2 * np.log2(many[row])).astype(np.uint64) + np.uint64(1 << 20)))
    starts.append(found.start[first[row]])
    ends.append(found.start[first[row]])
    return Grams(*(np.concatenate(part) for part in (rows, [code >> np.uint64(64 - bits) for code in codes], starts, ends)))


def blocks(texts: Sequence[str], folded: bool = False) -> Iterator[tuple[int, int, str]]:
    """The texts, folded, in blocks in which END closes each; with the number of a block's first text and how many it has.

    ``folded``: they are folded already.
    """
    first, size = 0, 0
    for at, text in enumerate(texts, 1):
        size += len(text) + 1
        if size >= BLOCK or at == len(texts):
            block = "".join(text.replace(END, " ") + END for text in texts[first:at])
            yield first, at - first, block if folded else fold(block)
            first, size = at, 0


def chinese(found: Tokens, count: int) -> np.ndarray:
    """For each text whether it is rather Chinese than English; texts without words go with the majority.

    >>> folded = fold("我们收集IMEI" + END + "We collect the IMEI." + END + "2021" + END + "登录" + END)
    >>> chinese(tokens(folded), 4).tolist()
    [True, False, True, True]
    """
    han = np.bincount(found.row[found.kind == HAN], minlength=count)
    words = np.bincount(found.row[(found.kind == WORD) & (found.end - found.start > 1) & (found.first >= ord("a"))], minlength=count)
    zh = han > 0.75 * words         # one English word carries about as much as one and a half characters
    return np.where(han > 0, zh, np.where(words > 0, False, han.sum() > 0.75 * words.sum()))
