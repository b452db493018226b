"""Tables of SDKs in whatever dress a text leaves them: real cells, lines with bars, cells that lie one a line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from policykit import sdk_columns
from policykit.rules import Scanned
from policykit.structure import Document

ROLES = ("link", "permission", "other", "purpose", "data", "name", "provider")


class Piece(NamedTuple):
    """A stretch of a clause; positions in its view."""

    clause: int
    start: int
    end: int


Column = tuple[Piece, ...]                           # a cell; more than one piece where it is broken over lines


@dataclass(slots=True)
class Grid:
    """A table: what its columns hold, its rows, the words of its heading."""

    roles: tuple[str | None, ...]
    rows: list[list[Column]]
    heads: str
    first: int
    clauses: set[int] = field(default_factory=set)


class Reader:
    """Finds the tables of a document."""

    def __init__(self, document: Document, scans: Sequence[Scanned], patterns: dict[str, re.Pattern[str]]) -> None:
        self.document, self.scans = document, scans
        self.above: dict[int, Grid] = {}             # the real tables, by their last clause
        self.patterns = [(role, patterns[f"role_{role}"]) for role in ROLES]

    def text(self, column: Column) -> str:
        return " ".join(self.scans[p.clause].view.text[p.start:p.end].strip() for p in column)

    def role(self, words: str) -> str | None:
        """What a column or label holds."""
        words = re.sub(r"[\s*()0-9.、_]+", "", words) if not words.isascii() else words.strip(" *_")
        role = self._role(words)
        return self._role(words.split("/")[0]) if role in ("other", None) and "/" in words else role

    def _role(self, words: str) -> str | None:
        if words in ("sdk", "第三方", "名称"):
            return "name"
        role = next((role for role, pattern in self.patterns if pattern.search(words)), None)
        return "provider" if role == "link" and _firm_and_link.search(words) or role == "data" and _about_firm.search(words) else role

    def grids(self) -> Iterator[Grid]:
        """The tables, each kind after the other; no clause in two of them."""
        taken: set[int] = set()
        for source in (self.cells, self.bars, self.lines):
            for grid in source():
                if not grid.clauses & taken:
                    taken |= grid.clauses
                    yield grid

    # -- real cells ----------------------------------------------------------------------------------------

    def cells(self) -> Iterator[Grid]:
        for table in self.document.tables:
            if not table or len(table[0]) < 2:
                continue
            rows = [[() if c is None else (Piece(c, 0, len(self.scans[c].view.text)),) for c in row] for row in table]
            heads = [self.text(column) for column in rows[0]]
            roles = [self.role(h) if len(h) < 40 else None for h in heads]
            first = next((c for c in table[0] if c is not None), 0)
            before = next(reversed(self.above.values()), None)
            begins = self.content(rows[0][0])
            goes_on = len(before.roles) == len(roles) and begins != "link" or len(before.roles) > len(roles) and begins == "name" if before else False
            if before and "name" not in roles and first - max(before.clauses) < 60 and goes_on:
                roles, heads = list(before.roles), [before.heads]          # the heading is not said again
                rows = [(), *rows]
            grid = Grid(tuple(roles), self._mended(rows[1:], roles), " ".join(heads), first, {c for row in table for c in row if c is not None})
            self.above[max(grid.clauses, default=0)] = grid
            self._completed(grid)
            yield grid

    def _completed(self, grid: Grid) -> None:
        """Adds the last cell of the last row that stands in the line under the table."""
        last, under = grid.rows[-1] if grid.rows else [], max(grid.clauses, default=0) + 1
        done = max((at + 1 for at, column in enumerate(last) if column), default=0)
        if done + 1 == len(last) == len(grid.roles) and under < len(self.scans) and self.document.clauses[under].kind == "paragraph":
            piece = Piece(under, 0, len(self.scans[under].view.text))
            if piece.end <= 80 and grid.roles[done] in ("provider", "link") and self._kind(piece) == grid.roles[done]:
                last[done] = (piece,)
                grid.clauses.add(under)

    def _mended(self, rows: list[list[Column]], roles: list[str | None]) -> list[list[Column]]:
        """The rows of a table, those that were broken over two lines joined again."""
        made: list[list[Column]] = []
        for row in rows:
            here = row[:max((at + 1 for at, column in enumerate(row) if column), default=0)]
            last = made[-1] if made else []
            done = max((at + 1 for at, column in enumerate(last) if column), default=0)
            if here and done and done < len(last) and len(here) < len(row) and here[0] and not self._begins(here[0][0], roles):
                options = [[*last[:done], *here], [*last[:done - 1], last[done - 1] + here[0], *here[1:]]]
                fits = [(sum(self._fit(column, role) for column, role in zip(option, roles)), -number) for number, option in enumerate(options) if len(option) <= len(last)]
                if fits:
                    option = options[-max(fits)[1]]
                    made[-1] = [*option, *[()] * (len(last) - len(option))]
                    continue
            made.append(row)
        return made

    def _fit(self, column: Column, role: str | None) -> float:
        """How well the lines of a cell stand under a heading."""
        return sum(sdk_columns.FIT[self._kind(p)].get(role or "other", -2.0) for p in column) / len(column) if column else 0.0

    # -- lines with bars -----------------------------------------------------------------------------------

    def bars(self) -> Iterator[Grid]:
        """Tables whose rows are lines with bars between the cells; a row may go on in the next line."""
        clauses, at = self.document.clauses, 0
        while at < len(clauses):
            if clauses[at].kind == "cell" or "|" not in self.scans[at].view.text:
                at += 1
                continue
            end = last = at
            while end < len(clauses) and clauses[end].kind != "cell" and end - last <= 2:
                if "|" in self.scans[end].view.text:
                    last = end
                elif len(self.scans[end].view.text) > 400:
                    break
                end += 1
            # what the last row lacks stands in the line after it
            run = list(range(at, last + 1 + (last + 1 < len(clauses) and self.scans[last].view.text.rstrip().endswith("|") and clauses[last + 1].kind != "heading")))
            grid = self._barred(run)
            if grid:
                yield grid
            at = last + 1

    def _barred(self, run: list[int]) -> Grid | None:
        lines = [self._split(c) for c in run]
        head = [self.role(self.text((p,))) if p.end - p.start < 40 else None for p in lines[0][0]]
        over = next((self.above[c] for c in range(run[0] - 1, run[0] - 3, -1) if c in self.above), None)
        headed = len(head) > 1 and sum(role is not None for role in head) >= max(2, len(head) - 2) and ("name" in head or "provider" in head)
        if over and not headed:                      # its rows go on
            head = list(over.roles)
        width = len(head) if headed or over else Counter(len(pieces) for pieces, *_ in lines).most_common(1)[0][0]
        if width < 2 or not headed and not over and len(lines) < 2:
            return None
        rows: list[list[Column]] = []
        row: list[Column] = []
        ended = False                                # with a bar: the next line is a cell of its own
        for pieces, begun, bar in lines[1:] if headed else lines:
            if row and (len(row) >= width and len(pieces) > 1 or len(pieces) >= width or len(pieces) > 1 and not begun and self._begins(pieces[0], head)):
                rows.append(row)
                row = []
            if row and not ((ended or begun) and len(row) < width):
                row[-1] += (pieces[0],)
                pieces = pieces[1:]
            row += [(p,) for p in pieces]
            ended = bar
        rows += [row] if row else []
        roles = tuple(head) if headed or over else self._by_content(rows, width)
        heads = " ".join(self.text((p,)) for p in lines[0][0]) if headed else over.heads if over else ""
        return Grid(roles, rows, heads, run[0], set(run)) if "name" in roles or "provider" in roles else None

    def _begins(self, piece: Piece, head: list[str | None]) -> bool:
        """Whether a cell is the first of a row: a running number, or a name where the names stand first."""
        text = self.text((piece,))
        return _number.fullmatch(text) is not None or (head[0] == "name" or "name" not in head) and self.content((piece,)) == "name"

    def _split(self, clause: int) -> tuple[list[Piece], bool, bool]:
        """The cells of a line, whether it begins and whether it ends with a bar."""
        text = self.scans[clause].view.text
        begun = text.lstrip().startswith("|")
        left = 1 + text.index("|") if begun else 0
        right = len(text.rstrip())
        ended = text[:right].endswith("|")
        pieces, at = [], left
        for m in _bar.finditer(text, left, right - ended):
            pieces.append(Piece(clause, at, m.start()))
            at = m.end()
        return [*pieces, Piece(clause, at, max(at, right - ended))], begun, ended

    def _by_content(self, rows: list[list[Column]], width: int) -> tuple[str | None, ...]:
        """What the columns of a table without heading hold, by what stands in most of their cells."""
        roles: list[str | None] = []
        for column in range(width):
            seen = Counter(self.content(row[column]) for row in rows if column < len(row) and row[column])
            role, times = seen.most_common(1)[0] if seen else (None, 0)
            role = role if times * 2 > len(rows) else None
            roles.append(role if role in ("link", "permission") or role not in roles else None)
        return tuple(roles)

    def named(self, grid: Grid) -> list[str | None]:
        """The roles of a table's columns, one of them that of the names."""
        roles = list(grid.roles)
        if roles.count("name") > 1:                  # 第三方 | SDK: the second is its product, unless it holds firms
            seen = self._by_content([row for row in grid.rows if row], len(roles))
            firms = [at for at, role in enumerate(roles) if role == "name" and seen[at] == "provider"]
            products = [at for at, role in enumerate(roles) if role == "name" and at not in firms]
            keep = products[-1] if products else firms[-1]
            for at, role in enumerate(roles):
                if role == "name" and at != keep:
                    roles[at] = "other" if "provider" in roles else "provider"
        if "name" not in roles:
            seen = self._by_content([row for row in grid.rows if row], len(roles))
            if "name" in seen and roles[seen.index("name")] not in ("provider", "data", "link", "permission"):
                roles[seen.index("name")] = "name"
            elif "provider" in roles:
                roles[roles.index("provider")] = "name"
        return roles

    def content(self, column: Column) -> str | None:
        """What a cell without heading seems to hold."""
        text = self.text(column)
        if _address.search(text) or _reach.match(text):
            return "link"
        if _firm.search(text) and len(text) < 60 or _ourselves.fullmatch(text):
            return "provider"
        hits = [self.scans[p.clause].hits for p in column]
        if len(text) <= 40 and (_sdk.search(text) or any(h.start < p.end and h.end > p.start and h.end - h.start > 0.5 * len(text.strip())
                                                         for p, found in zip(column, hits) for h in found.get("named_sdk", ()))):
            return "name"
        if text.strip().endswith("权限"):
            return "permission"
        if any(p.start <= h.start < p.end for p, found in zip(column, hits) for h in found.get("item", ())) and not _aim.match(text):
            return "data"
        return "purpose" if len(text.strip()) > 2 and not text.strip().isdigit() else None

    # -- cells one a line ----------------------------------------------------------------------------------

    def lines(self) -> Iterator[Grid]:
        """Tables whose cells lie one a line: the headings one after the other, then row after row."""
        clauses, at = self.document.clauses, 0
        short = [c.kind != "cell" and c.end - c.start <= 30 for c in clauses]
        while at < len(clauses):
            if not (short[at] and short[at + 1:at + 2] == [True]) or self._head(at) is None:
                at += 1
                continue
            best: Grid | None = None
            roles: list[str | None] = []
            for column in range(8):
                if at + column >= len(clauses) or not short[at + column] or _no_head.search(self.scans[at + column].view.text):
                    break
                roles.append(self._head(at + column))
                if len(roles) < 3 or roles.count("name") > 1 or sum(r is not None for r in roles) < len(roles) - 1 or "name" not in roles and "provider" not in roles or \
                        "data" not in roles and "purpose" not in roles:
                    continue
                grid = self._lined(at, roles)
                if grid and (best is None or len(grid.clauses) > len(best.clauses)):
                    best = grid
            if len(roles) > 3 and (best is None or len(best.rows) < 2):
                best = self._loose(at, roles) or best
            if best:
                yield best
            at = max(best.clauses) + 1 if best else at + 1

    def _head(self, clause: int) -> str | None:
        text = self.scans[clause].view.text
        return None if len(text) > 24 or _no_head.search(text) else self.role(text)

    def _lined(self, at: int, roles: list[str | None]) -> Grid | None:
        """The rows under the headings, as long as what stands in them can be what the headings say."""
        width, first = len(roles), at + len(roles)
        apart = "link" not in roles                  # a link under a firm is part of its cell
        rows, used = [], set(range(at, first))
        here = first
        while True:
            row, after = self._row(here, width, apart)
            if len(row) < width or not rows and all(self._head(column[0].clause) for column in row) or not all(self._fits(column, role) for column, role in zip(row, roles)):
                break
            rows.append(row)
            used |= set(range(here, after))
            here = after
        heads = " ".join(self.scans[c].view.text for c in range(at, first))
        fit = sum(self._fit(column, role) for row in rows for column, role in zip(row, roles))
        return Grid(tuple(roles), rows, heads, at, used) if fit > 0.7 * len(rows) * width else None

    def _loose(self, at: int, roles: list[str | None]) -> Grid | None:
        """The rows under headings where cells are left out or take several lines: each line goes where it fits best."""
        best: tuple[float, Grid] | None = None
        for width in range(4, len(roles) + 1):
            heads = roles[:width]
            if "name" not in heads and heads[0] == "provider":      # 服务商 | 服务内容: the firm stands for what it provides
                heads = ["name", *heads[1:]]
            if heads.count("name") != 1 or sum(role is not None for role in heads) < width - 1 or not {"data", "purpose", "provider"} & set(heads):
                continue
            first = end = at + width
            while end < len(self.scans) and end - first < 400 and self.document.clauses[end].kind != "cell" and not self._over(end) and not self._next_table(at, end):
                end += 1
            kinds = [self._kind(Piece(c, 0, len(self.scans[c].view.text))) for c in range(first, end)]
            placed, score = sdk_columns.placed(kinds, heads)
            rows: list[list[Column]] = []
            for line, (column, begins) in enumerate(placed):
                if begins:
                    rows.append([() for _ in heads])
                rows[-1][column] += (Piece(first + line, 0, len(self.scans[first + line].view.text)),)
            named = [row for row in rows if row[heads.index("name")]]
            known = roles[0] == "provider" and all(self._kind(row[heads.index("name")][0]) == "name" for row in named)
            if (len(named) >= 3 or len(named) == 2 and known) and len(named) * 4 >= len(rows) * 3 and score > 0.8 * len(placed) and (best is None or score > best[0]):
                best = score, Grid(tuple(heads), named, " ".join(self.scans[c].view.text for c in range(at, first)), at, set(range(at, end)))
        return best[1] if best else None

    def _next_table(self, at: int, clause: int) -> bool:
        """Whether a line is the title over the next table with the same first headings: 2）分享功能："""
        texts = [scanned.view.text for scanned in self.scans[clause:clause + 3]]
        return self.document.clauses[clause].kind == "heading" and texts[1:] == [scanned.view.text for scanned in self.scans[at:at + 2]]

    def _over(self, clause: int) -> bool:
        """Whether a table of loose cells ends before a line: a sentence about us and you, not a heading among the rows."""
        text = self.scans[clause].view.text
        if not _we.search(text):
            return len(text) > 160 and bool(_ours.search(text))
        return bool(_ours.search(text)) and (len(text) > 60 or any(_ours.search(scanned.view.text) for scanned in self.scans[clause + 1:clause + 3]))

    def _kind(self, piece: Piece) -> str:
        if _empty.fullmatch(self.text((piece,)).strip(" *_")):
            return "empty"
        return self.content((piece,)) or "purpose"

    def _row(self, here: int, width: int, apart: bool) -> tuple[list[Column], int]:
        row: list[Column] = []
        while here < len(self.scans):
            text = self.scans[here].view.text
            link = apart and row and _address.match(text)
            if len(row) == width and not link or len(text) > 600:
                break
            piece = Piece(here, 0, len(text))
            if link:
                row[-1] += (piece,)
            else:
                row.append((piece,))
            here += 1
        return row, here

    def _fits(self, column: Column, role: str | None) -> bool:
        """Whether a line can be a cell of a column."""
        text = self.text(column).strip(" *_")
        if _empty.fullmatch(text):
            return role != "name"
        address = bool(_address.search(text))
        if role in ("other", None):
            return True
        if role == "link":
            return address or bool(_polic.search(text))
        if address and role != "provider":
            return False
        if role == "name":
            return len(text) <= 50 and not _sentence.search(text) and not _deed.search(text)
        if role == "provider":
            text = _web.sub("", text).strip()
            return len(text) <= 80 and (bool(_firm.search(text)) or len(text) < 30 and not self._items(column))
        if role in ("data", "permission"):
            return bool(self._items(column)) or bool(_data.search(text))
        return not _only_firm.fullmatch(text)

    def _items(self, column: Column) -> list[object]:
        return [h for p in column for h in self.scans[p.clause].hits.get("item", ()) if p.start <= h.start < p.end]


def ourselves(words: str) -> bool:
    """Whether the words for a provider mean the firm itself.

    >>> ourselves("我行"), ourselves("公司自有"), ourselves("我行网络公司")
    (True, True, False)
    """
    return _ourselves.fullmatch(words) is not None


def qualifies(grid: Grid, near: Callable[[int], bool], spoken: re.Pattern[str], hits: int) -> bool:
    """Whether a table is one of SDKs: its heading or the words around it say so, or most of its names are known."""
    return bool(spoken.search(grid.heads) or _others.search(grid.heads) or near(grid.first) or hits * 2 > len(grid.rows))


_bar = re.compile(r"\|")
_web = re.compile(r"[<\[(]*(?:https?:|www\.)\S+")
_firm_and_link = re.compile(r"公司|company|provider|提供(?:方|者|商)|运营")
_about_firm = re.compile(r"(?:提供者|提供方|运营方|公司|服务商|开发者)(?:的)?(?:基本|主体)?信息$")
_address = re.compile(r"[<\[(]*(?:https?:|www\.)")
_firm = re.compile(r"公司|集团|(?<![a-z])(?:inc|ltd|llc|co\.|corporation|limited)(?![a-z])")
_ourselves = re.compile(r"\W*(?:我[行司们]|本(?:公司|行|平台|应用)|自研|自有|自主研发|公司自有|自建)\W*")
_only_firm = re.compile(r"[\u4e00-\u9fff()（）]{2,30}公司")
_sdk = re.compile(r"sdk(?:\([^()]{1,12}\))?\s*$")
_aim = re.compile(r"\s*(?:用于|为了?|实现|提供|便于|帮助|(?:使用|调用)[^、,]{2,20}(?:登录|分享|充值|支付|付款|定位|推送|功能|服务|位置)\s*$)")
_number = re.compile(r"[(（]?\d{1,3}[.、)）]?")
_no_head = re.compile(r"[。;:?!\"《》]|我们|您|你|https?|^\s*[(（]?(?:\d|[一二三四五六七八九十]{1,2}[、.)）])")
_sentence = re.compile(r"我们|您|你|。.")
_reach = re.compile(r"\s*(?:联系方式|联系电话|联系邮箱|隐私(?:权)?(?:政策|条款|声明)|官网|官方网站)(?!.{30})")
_ours = re.compile(r"我们|您|你|本公司|我行仅|。.*。")
_we = re.compile(r"我们|您|你|本公司|我行仅")
_deed = re.compile(r"^提供|^帮助|收集|传输|嵌入|接入|用于|获取")
_empty = re.compile(r"[无否/\-—_.*\s]*|不涉及|暂无|n/?a|none")
_polic = re.compile(r"隐私|政策|条款|协议|链接|官网|polic")
_data = re.compile(r"信息|数据|标识|权限|字段|地址|型号|号码|imei|imsi|mac|oaid|id(?![a-z])|不收集|不采集|data|information|device")
_others = re.compile(r"第三方|合作|third|partner|vendor")
