"""Blocks of lines, each about one SDK: its name, then what is said of it, behind labels or without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from policykit import names
from policykit.rows import Clause
from policykit.sdk_mentions import NO_NAME, Mentions, Named
from policykit.sdk_tables import Piece
from policykit.text import View


@dataclass(slots=True)
class Entry:
    """One SDK as a table row or a labelled block describes it: its names, and where what is said of it stands."""

    names: list[tuple[Clause, View, Named]] = field(default_factory=list)
    label: str = ""               # the label that its name stands behind
    clauses: set[int] = field(default_factory=set)
    said: dict[str, list[Piece]] = field(default_factory=dict)
    last: str | None = None       # the role of the label above
    listed: bool = False          # a column says what it takes; where its cell is empty nothing else does
    told: bool = False            # the line with the name says what there is to say

    def add(self, role: str | None, piece: Piece) -> None:
        self.clauses.add(piece.clause)
        self.last = role
        if role and piece.end > piece.start:
            self.said.setdefault(role, []).append(piece)

    def leave(self, clause: int) -> None:
        """Takes a line out again that proves to be the next one's name."""
        self.clauses.discard(clause)
        self.said = {role: kept for role, pieces in self.said.items() if (kept := [p for p in pieces if p.clause != clause])}


class Blocks(Mentions):
    """Reads what a document says of SDKs in blocks of lines."""

    def blocks(self, done: set[int]) -> Iterator[Entry]:
        """An entry for each block of lines about one SDK.

        A block begins with a label (SDK名称：, 第三方名称：) or with a line that is nothing but the name; labels such as
        运营方：, 使用目的： and short lines that do not speak of us or you belong to it.
        """
        entry: Entry | None = None
        firm: Piece | None = None
        tentative, above, listing = False, None, False
        for clause in self.document.clauses:
            if clause.kind in ("toc", "cell") or clause.clause in done:
                continue
            scanned = self.scans[clause.clause]
            labels = self.labels(clause)
            if not labels:
                found = self.name_line(clause)
                if found or clause.kind == "heading" or entry is None or not self.goes_on(clause, entry):
                    if entry and entry.names:
                        yield entry
                    entry = None
                if found:
                    entry, tentative = Entry([(clause, scanned.view, n) for n in found], clauses={clause.clause}), False
                    entry.told = _tells.match(scanned.view.text, found[-1].end) is not None
                    if firm:
                        entry.add("provider", firm)
                elif entry is not None:
                    self.go_on(clause, entry)
                above = clause if not found and clause.end - clause.start <= 24 and not NO_NAME.search(scanned.view.text.rstrip(": ")) else None
                text = scanned.view.text
                if listing and clause.kind == "heading" and _entry.match(text) and above is not None:
                    pass                                                # （1）星舟: a name of the list, not the end of it
                elif clause.kind == "heading" or len(text) < 30 and _list.search(text):
                    listing = bool(_list.search(text) and self.patterns["section"].search(text))
                elif text.rstrip().endswith(":") and _announces.search(text) and self.patterns["context"].search(text):
                    listing = True
                firm = self.firm_line(clause)
                if firm and entry is not None:
                    entry.add("provider", firm)
                continue
            if above is not None and (labels[0][1] in ("purpose", "data", "provider") or labels[0][1] == "link" and listing) and (listing or self.in_section(clause)):
                value = [(above, self.scans[above.clause].view, n) for n in self.cell_names(self.scans[above.clause])]
                if value:                                           # an unknown name in the line above the first label
                    if entry and entry.names:
                        entry.leave(above.clause)
                        yield entry
                    entry, tentative = Entry(value, clauses={above.clause}), False
            above = None
            for label, role, start, end in labels:
                if role == "name" and entry is not None and entry.label != label and self.is_firm(clause, label, start, end, entry):
                    role = "provider"
                if role == "name" or role == "provider" and (entry is None or "provider" in entry.said and not tentative and not entry.label):
                    words = self.words(clause, scanned.view, start, end)
                    if role == "provider" and not _who.fullmatch(words or ""):
                        continue
                    if not (_sdkish.search(label) or self.in_section(clause) or role == "name" and scanned.hits.get("named_sdk")):
                        continue
                    value = [(clause, scanned.view, n) for n in self.cell_names(scanned, start, end)]
                    if role == "name" and entry is not None and "purpose" not in entry.said and (tentative or "sdk" in label and entry.label and "sdk" not in entry.label):
                        if not tentative and entry.names:               # 第三方名称：a firm; SDK名称：its SDK
                            c, _, n = entry.names[0]
                            entry.add("provider", Piece(c.clause, n.start, n.end))
                        entry.names, entry.label, tentative = value or entry.names, label, False
                    else:
                        if entry and entry.names:
                            yield entry
                        entry, tentative = Entry(value, label if role == "name" else ""), role == "provider"
                if entry is not None:
                    entry.add(role, Piece(clause.clause, start, end))
        if entry and entry.names:
            yield entry

    def is_firm(self, clause: Clause, label: str, start: int, end: int, entry: Entry) -> bool:
        """Whether a second name in a block is that of the provider: SDK名称：微信 第三方名称：腾讯科技有限公司."""
        return "sdk" not in label and bool(entry.names) and "provider" not in entry.said and bool(_firm.search(self.scans[clause.clause].view.text, start, end))

    def go_on(self, clause: Clause, entry: Entry) -> None:
        """Adds a line without label to a block."""
        scanned = self.scans[clause.clause]
        piece = Piece(clause.clause, 0, len(scanned.view.text))
        if not entry.names and entry.last == "name" and "name" not in entry.said and clause.clause - 1 in entry.clauses:      # SDK名称： and the name in the next line
            entry.names = [(clause, scanned.view, n) for n in self.cell_names(scanned)]
            entry.add("name", piece)
            return
        role = self.reader.content((piece,))
        if role == "provider" and _only_firm.fullmatch(scanned.view.text) is None or role == "purpose" and (entry.label or _component.search(scanned.view.text)):
            role = None
        if entry.last in ("data", "purpose") and entry.last not in entry.said or entry.last == "data" and role not in ("provider", "link"):
            role = entry.last                                           # what the label above announces
        entry.add("name" if role == "name" else role, piece)

    def goes_on(self, clause: Clause, entry: Entry) -> bool:
        """Whether a line without label still speaks of the SDK of the block."""
        scanned = self.scans[clause.clause]
        text = scanned.view.text
        own = set() if text.startswith("http") else {named.sdk for _, _, named in entry.names}
        if any(hit.payload.id not in own for hit in scanned.hits.get("named_sdk", ())) or self.shaped(scanned, clause, []):
            return False                                            # the next SDK
        if entry.told:
            return False
        return clause.clause - max(entry.clauses) <= 1 and len(entry.clauses) < 9 and len(text) < 400 and not _ours.search(text)

    def firm_line(self, clause: Clause) -> Piece | None:
        """The firm that is all a line says."""
        text = self.scans[clause.clause].view.text
        found = names.chinese(text) if len(text) < 50 and "公司" in text else []
        return Piece(clause.clause, found[0].start, found[0].end) if found and found[0].end - found[0].start > 0.7 * len(text) else None

    def labels(self, clause: Clause) -> list[tuple[str, str, int, int]]:
        """The labels of a clause: words, role, and where in the view the value stands."""
        text = self.scans[clause.clause].view.text
        if ":" not in text or clause.kind == "heading":
            return []
        marks = []
        for m in _labels(text):
            glued = _glued.match(m["label"])             # 用途：上传功能 收集的信息类型：the label begins after the value's last word
            label = m["label"][glued.end():] if glued else m["label"]
            role = self.reader.role(label)
            if role and not (label == "名称" and re.match(r"[\u4e00-\u9fff]", text[m.start() - 1:m.start()])):
                marks.append((label, role, m.end("label") - len(label), m.end()))
        return [(label, role, end, marks[i + 1][2] if i + 1 < len(marks) else len(text)) for i, (label, role, _, end) in enumerate(marks)]


_glued = re.compile(r"(?:功能|服务|目的|使用)(?=(?:收集|获取|采集)的?(?:个人)?(?:信息|数据))")
_firm = re.compile(r"公司|集团|(?<![a-z])(?:inc|ltd|llc|corporation|limited)(?![a-z])")
_only_firm = re.compile(r"[^,。;:]{2,50}")
_tells = re.compile(r"\)?\s*:\s*\S.{3}")
_entry = re.compile(r"[\s*#]*(?:[(]?\d{1,2}[.、)](?!\d)|[a-z][.、)])\s*[^。,;:]{2,24}$")
_announces = re.compile(r"(?:包括|包含|如下|列表|清单|目录|名单|有)[^。:]{0,8}:\s*$|following[^.:]{0,20}:\s*$")
_component = re.compile(r"(?:组件|插件|sdk|权限|模块)\s*$")
_sdkish = re.compile(r"sdk|插件|第三方|合作")
_list = re.compile(r"列表|目录|清单|附件|附表|附录|(?<![a-z])list(?![a-z])")
_who = re.compile(r"[^,，。;；]{2,40}")
_label = re.compile(r"(?:^|(?<=[\s;。,|*•·.)\]、(\u4e00-\u9fff-])|(?<=[a-z0-9])(?=使用|公司|收集|用途|所属|官网|隐私|数据类|信息类|场景))(?P<label>(?:(?:第三方|sdk|收集|采集|涉及|共享|使用|获取|所|的|个人|合作|运营|隐私|官网|接入|所属|处理|申请|需要|调用|服务|功能|主要)[\u4e00-\u9fffa-z/]{0,12}?)?"
                    r"(?:公司(?:名称|全称)|名称|公司|主体|机构|目的|用途|功能|场景|信息类型|信息的类型(?:/字段)?|信息种类|信息内容|信息范围|数据类型|数据种类|信息获取|信息|数据|字段|权限|链接|网址|隐私政策|官网|官方网站|网站|提供方|提供者|开发者|运营方|接收方|合作方)(?:/[\u4e00-\u9fff]{2,4})?|"
                    r"(?:sdk )?(?:name|provider|company|purpose|data|information collected|privacy policy|link))\s?:")
_longest = 40        # more than any label has


def _labels(text: str) -> Iterator[re.Match[str]]:
    """Every match of `_label`, looked for only before colons."""
    past, colon = 0, text.find(":")
    while colon >= 0:
        if found := _label.search(text, max(past, colon - _longest), colon + 1):
            past = found.end()
            yield found
        colon = text.find(":", colon + 1)


_ours = re.compile(r"我们|您|你|本公司|(?<![a-z])(?:we|you|our|your)(?![a-z])")
