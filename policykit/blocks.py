"""Blocks: what a file's format sets apart, and how pieces of any format become one text with positions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from policykit.text import HAN

Form = Literal["heading", "paragraph", "item", "cell"]


class Block(NamedTuple):
    """A stretch of text that the file's format sets apart; positions in ``Policy.text``.

    ``level``: of a heading 1 to 6 (0: the format shows no level), of a list item its depth from 1.
    ``table``, ``row``, ``column`` number a cell; ``header`` marks the cells of a heading row.
    A plain text file has one paragraph block for each line that is not blank.
    """

    kind: Form
    start: int
    end: int
    level: int = 0
    table: int | None = None
    row: int | None = None
    column: int | None = None
    header: bool = False


class Piece(NamedTuple):
    """A block before it has its place in the text."""

    kind: Form
    text: str
    level: int = 0
    table: int | None = None
    row: int | None = None
    column: int | None = None
    header: bool = False


def join(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """One text for the pieces, a blank line between them (none between items or cells), and the blocks in it.

    >>> text, blocks = join([Piece("heading", "一、收集"), Piece("item", "姓名", 1), Piece("item", "电话", 1)])
    >>> text, [text[b.start:b.end] for b in blocks]
    ('一、收集\\n\\n姓名\\n电话', ['一、收集', '姓名', '电话'])
    """
    parts: list[str] = []
    blocks: list[Block] = []
    at, before = 0, None
    for piece in pieces:
        text = piece.text.strip(_EDGE)
        if not text:
            continue
        if blocks:
            gap = "\n" if piece.kind == before and piece.kind in ("item", "cell") else "\n\n"
            parts.append(gap)
            at += len(gap)
        parts.append(text)
        blocks.append(Block(piece.kind, at, at + len(text), piece.level, piece.table, piece.row, piece.column, piece.header))
        at += len(text)
        before = piece.kind
    return "".join(parts), tuple(blocks)


# a line that only separates: =====, -----, * * *, ______
_rule = re.compile(r"[\s=\-_*~#+·.—–…＝－|]{3,}$")
_RULED = frozenset("=-_*~#+·.—–…＝－|")


_EDGE = " \t\n\r\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000" + "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


def lines(text: str) -> tuple[Block, ...]:
    """A paragraph block for each line that holds more than blanks and rules.

    >>> [(b.start, b.end) for b in lines("隐私政策\\n=====\\n\\n  一、收集 ")]
    [(0, 4), (14, 18)]
    """
    blocks, at = [], 0
    for line in text.split("\n"):
        words = line.strip(_EDGE)
        if words and not (words[0] in _RULED and _rule.match(words)):
            left = at if words[0] == line[0] else at + len(line) - len(line.lstrip(_EDGE))
            blocks.append(Block("paragraph", left, left + len(words)))
        at += len(line) + 1
    return tuple(blocks)


_han_gap = re.compile(f"(?<=[{HAN}，。、；：）】》”])[ \\t]*\\n\\s*(?=[{HAN}（【《“])|(?<=[{HAN}])[ \\t]*\\n\\s*(?=[，。、；：）】》”])")
_blanks = re.compile(r"[ \t\r\n\f\xa0]+")


def one_line(text: str) -> str:
    """The text on one line: a line end between Chinese characters vanishes, elsewhere it is a blank.

    >>> one_line("我们收集您的手\\n机号码， IP\\n  address")
    '我们收集您的手机号码， IP address'
    """
    if "\n" in text:
        text = _han_gap.sub("", text)
    return _blanks.sub(" ", text).strip()


_sentence = re.compile(r"[。；;！!]|\.\s*$|[.?？]\s+[A-Z]")
_value = re.compile(r"@|https?:|www\.|^[\d\s./:-]+$|(?:公司|集团|Ltd\.?|Inc\.?)$", re.I)
_label = re.compile(
    r"名称|类型|类别|目的|用途|序号|权限|方式|范围|场景|功能|说明|描述|链接|字段|主体|机构|内容|期限|信息|备注|SDK"
    r"|\b(?:name|type|category|categories|purpose|provider|description|data|collected|link|permission|retention|period|party|cookie|expir\w*|legal basis|right)s?\b", re.I,
)


def heads(row: Sequence[str], rows: int) -> bool:
    """Whether a first row that the format does not mark reads as column headings.

    >>> heads(["SDK名称", "使用目的", "收集信息"], 4), heads(["公司名称", "某某科技有限公司"], 4)
    (True, False)
    """
    cells = [cell.strip() for cell in row]
    if rows < 2 or len(cells) < 2 or not cells[0] and not any(cells[1:]):
        return False
    if any(len(cell) > 40 or _sentence.search(cell) or _value.search(cell) for cell in cells) or sum(map(bool, cells)) < len(cells) - 1:
        return False
    return sum(bool(_label.search(cell)) for cell in cells) >= len(cells) / 2 or len(cells) > 2
