"""SDKs: third-party SDKs and providers named in tables, labelled blocks, lists and running text, with what they take.

Known names come from `rulebook/sdks.csv`; those that also mean an app, a shop or a make of telephone count only
beside words such as SDK or plug-in.  An unknown SDK is taken from its shape ("… SDK") with its name as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from policykit import names, sdk_names
from policykit.rows import Clause, Fact, Practice, Sdk
from policykit.rules import Rulebook, Scanned, SdkRule, normal
from policykit.structure import Document
from policykit.text import Sentences, View

ROLES = ("link", "permission", "other", "purpose", "data", "name", "provider")


@dataclass(slots=True)
class Named:
    """A name in a clause: positions in its view, and the id of the SDK or, for an unknown one, nothing."""

    start: int
    end: int
    sdk: str
    rule: str


@dataclass(slots=True)
class Entry:
    """One SDK as a table row or a labelled block describes it."""

    names: list[tuple[Clause, View, Named]] = field(default_factory=list)
    provider: str | None = None
    purpose: str | None = None
    clauses: set[int] = field(default_factory=set)
    where: str = "block"


class Finder:
    """The patterns of the rulebook and one document's text."""

    def __init__(self, document: Document, practices: list[Practice], rulebook: Rulebook) -> None:
        self.document, self.rulebook = document, rulebook
        rule = rulebook.facts.get("sdks")
        self.patterns = {p.id: re.compile(p.match) for p in rule.patterns} if rule else {}
        self.scans = rulebook.scan(document)
        self.title = normal(document.policy.title or "")
        self.items: dict[int, list[Practice]] = {}
        for practice in practices:
            self.items.setdefault(practice.clause, []).append(practice)
        self._section: dict[int, bool] = {}
        self.aliases = _aliases(tuple(rulebook.sdks.values()))
        self.printed: dict[str, str] = {}
        nothing = re.compile(r"(?!)")
        self.words_of = sdk_names.Words(*(self.patterns.get(name, nothing) for name in ("generic_zh", "generic_en", "function_en")))

    # -- names ---------------------------------------------------------------------------------------------

    def known(self, scanned: Scanned, context: bool, *, whole: bool = False) -> list[Named]:
        """The names of sdks.csv in a clause; ``context``: heading or lead-in speak of SDKs; ``whole``: a name cell."""
        text, found = scanned.view.text, []
        parts: Sentences | None = None
        for hit in scanned.hits.get("named_sdk", ()):
            if sdk_names.in_address(text, hit.start, hit.end) or not whole and hit.end - hit.start > 1 and text[hit.start:hit.end] in self.title:
                continue                                            # the policy's own product bears its title
            if _in_firm.match(text, hit.end) and self.in_firm(text, hit.start, hit.end, bool(hit.payload.need)) or _denied.search(text, max(0, hit.start - 40), hit.start):
                continue
            if hit.payload.need and not whole:
                parts = parts or Sentences(text)
                start, end = parts.around(hit.start)
                start, end = max(start, hit.start - 400), min(end, hit.end + 200)
                if not self.near(text[start:end], hit.start - start, context):
                    continue
            found.append(Named(hit.start, sdk_names.with_suffix(text, hit.end), hit.payload.id, f"name {text[hit.start:hit.end]}"))
        return found

    @staticmethod
    def in_firm(text: str, start: int, end: int, weak: bool) -> bool:
        """Whether a name is only part of a firm's: 云信 in 三百云信息科技有限公司."""
        low = max(0, start - 40)
        firms = [(low + n.start, low + n.end) for n in names.chinese(text[low:end + 30])]
        return any(a <= start and end < b and (weak or a < start) for a, b in firms)

    def near(self, sentence: str, at: int, context: bool) -> bool:
        """Whether the words around a name that has other meanings speak of SDKs or providers."""
        if self.patterns["context"].search(sentence):
            return True
        if self.patterns["no_context"].search(sentence):
            return False
        return (context and at < 12) or bool(self.patterns["provider_context"].search(sentence))

    def shaped(self, scanned: Scanned, clause: Clause, taken: list[Named]) -> list[Named]:
        """Unknown SDKs: names before the word SDK."""
        text, found = scanned.view.text, []
        if "sdk" not in text:
            return found
        covered = bytearray(len(text) + 1)
        for named in taken:
            covered[named.start:named.end] = b"\1" * (named.end - named.start)
        for m in sdk_names.SHAPE.finditer(text):
            if any(covered[m.start():m.end()]) or sdk_names.in_address(text, m.start("name"), m.end()):
                continue
            start = self.words_of.beginning(text, m.start("name"), m.end("name"))
            if start is None:
                continue
            known = self.aliases.get(text[start:m.end("name")].replace(" ", ""), "")
            found.append(Named(start, m.end("sdk"), known, f"name {text[start:m.end('name')]}" if known else "shape … SDK"))
        return found

    def in_section(self, clause: Clause) -> bool:
        """Whether the clause's heading or lead-in speaks of SDKs or providers."""
        if clause.section not in self._section:
            path = self.document.path(clause.section)
            self._section[clause.section] = bool(path and self.patterns["section"].search((path[-1].title or "").lower()))
        if self._section[clause.section]:
            return True
        if clause.lead is not None:
            lead = self.scans[clause.lead].view.text
            return bool(self.patterns["context"].search(lead)) or len(lead) < 60 and bool(self.patterns["section"].search(lead))
        return False

    # -- tables --------------------------------------------------------------------------------------------

    def role(self, words: str) -> str | None:
        """What a column or label holds."""
        words = re.sub(r"[\s*()0-9.、]+", "", words) if not words.isascii() else words.strip(" *")
        if words in ("sdk", "第三方", "名称"):
            return "name"
        return next((role for role in ROLES if self.patterns[f"role_{role}"].search(words)), None)

    def tables(self) -> Iterator[Entry]:
        """An entry for each row of a table of SDKs."""
        for table in self.document.tables:
            if not table or len(table[0]) < 2:
                continue
            heads = [self.scans[c].view.text if c is not None else "" for c in table[0]]
            roles = [self.role(h) if len(h) < 40 else None for h in heads]
            if "name" not in roles and "provider" in roles:
                roles[roles.index("provider")] = "name"
            if "name" not in roles or "permission" in roles and roles.index("permission") == 0:
                continue
            name, first = roles.index("name"), next((c for c in table[0] if c is not None), None)
            cells = [row[name] for row in table[1:] if name < len(row) and row[name] is not None]
            hits = sum(bool(self.scans[c].hits.get("named_sdk")) for c in cells)
            about = " ".join(heads)
            if not (self.patterns["context"].search(about) or re.search(r"第三方|合作|接收方|third|partner|vendor", about)
                    or first is not None and self.in_section(self.document.clauses[first]) or hits * 2 > len(cells)):
                continue
            for row in table[1:]:
                entry = Entry(where="table", clauses={c for c in row if c is not None})
                for column, cell in enumerate(row):
                    if cell is None or column >= len(roles):
                        continue
                    clause, text = self.document.clauses[cell], self.document.clauses[cell].text.strip()
                    if column == name:
                        entry.names = [(clause, self.scans[cell].view, n) for n in self.cell_names(self.scans[cell])]
                    elif roles[column] == "provider":
                        entry.provider = text
                    elif roles[column] == "purpose":
                        entry.purpose = entry.purpose or text
                if entry.names:
                    yield entry

    def cell_names(self, scanned: Scanned, start: int = 0, end: int | None = None) -> list[Named]:
        """The SDKs of a name cell: known ones, else the cell itself."""
        text = scanned.view.text[:end]
        known = [n for n in self.known(scanned, True, whole=True) if start <= n.start < len(text)]
        if known:
            distinct: dict[str, Named] = {}
            for one in known:
                distinct.setdefault(one.sdk, one)
            # "华为消息推送SDK(华为软件技术有限公司)" is one; "微信、QQ" are two
            return [n for n in distinct.values() if n is known[0] or "(" not in text[known[0].end:n.start]]
        if any(start <= h.start < len(text) for h in scanned.hits.get("item", ())):      # 第三方收集的信息名称：IMEI
            return []
        left = re.compile(r"[\s\d.、()*•·\-:]*").match(text, start)
        at = left.end() if left else start
        stop = re.compile(r"[,。;\n|]|\(|https?:").search(text, at + 1)
        until = stop.start() if stop else len(text)
        name = text[at:until].strip()
        if not 2 <= len(name) <= 40 or self.words_of.generic(name) or _nothing.fullmatch(name):
            return []
        return [Named(at, at + len(name), "", "name as printed")]

    # -- labelled blocks -----------------------------------------------------------------------------------

    def blocks(self, done: set[int]) -> Iterator[Entry]:
        """An entry for each block of lines about one SDK.

        A block begins with a label (SDK名称：, 第三方名称：) or with a line that is nothing but the name; labels such as
        运营方：, 使用目的： and short lines that do not speak of us or you belong to it.
        """
        entry: Entry | None = None
        firm, tentative, above, listing = None, False, None, False
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
                    entry, tentative = Entry([(clause, scanned.view, n) for n in found], firm, None, {clause.clause}), False
                elif entry is not None:
                    if not entry.names and clause.clause - 1 in entry.clauses:      # SDK名称： and the name in the next line
                        entry.names = [(clause, scanned.view, n) for n in self.cell_names(scanned)]
                    entry.clauses.add(clause.clause)
                above = clause if not found and clause.end - clause.start <= 24 else None
                text = scanned.view.text
                if clause.kind == "heading" or len(text) < 30 and _list.search(text):
                    listing = bool(_list.search(text) and self.patterns["section"].search(text))
                firm = self.firm_line(clause)
                if firm and entry is not None:
                    entry.provider = entry.provider or firm
                continue
            if above is not None and labels[0][1] in ("purpose", "data", "provider") and (listing or self.in_section(clause)):
                value = [(above, self.scans[above.clause].view, n) for n in self.cell_names(self.scans[above.clause])]
                if value:                                           # an unknown name in the line above the first label
                    if entry and entry.names:
                        yield replace(entry, clauses=entry.clauses - {above.clause})
                    entry, tentative = Entry(value, clauses={above.clause}), False
            above = None
            for label, role, start, end in labels:
                words = self.words(clause, scanned.view, start, end)
                if role == "name" or role == "provider" and (entry is None or entry.provider and not tentative):
                    if role == "provider" and not _who.fullmatch(words or ""):
                        continue
                    if not (_sdkish.search(label) or self.in_section(clause) or role == "name" and scanned.hits.get("named_sdk")):
                        continue
                    value = [(clause, scanned.view, n) for n in self.cell_names(scanned, start, end)]
                    if role == "name" and tentative and entry is not None and entry.purpose is None:
                        entry.names, tentative = value or entry.names, False
                    else:
                        if entry and entry.names:
                            yield entry
                        entry = Entry(value, words if role == "provider" else None)
                        tentative = role == "provider"
                if entry is not None:
                    entry.clauses.add(clause.clause)
                    if role == "provider":
                        entry.provider = entry.provider or words
                    elif role == "purpose":
                        entry.purpose = entry.purpose or words
        if entry and entry.names:
            yield entry

    def name_line(self, clause: Clause) -> list[Named]:
        """The SDKs of a line that holds nothing else."""
        scanned = self.scans[clause.clause]
        text = scanned.view.text
        if len(text) > 60 or "named_sdk" not in scanned.hits and "sdk" not in text or _verbs.search(text):
            return []
        known = self.known(scanned, self.in_section(clause))
        found = sorted(known + self.shaped(scanned, clause, known), key=lambda n: n.start)
        if not found or _bullet.fullmatch(text, 0, found[0].start) is None:
            return []
        distinct: dict[str, Named] = {}
        for one in found:
            distinct.setdefault(one.sdk or text[one.start:one.end], one)
        return [n for n in distinct.values() if n is found[0] or "(" not in text[found[0].end:n.start]]

    def goes_on(self, clause: Clause, entry: Entry) -> bool:
        """Whether a line without label still speaks of the SDK of the block."""
        scanned = self.scans[clause.clause]
        text = scanned.view.text
        if "named_sdk" in scanned.hits or "sdk" in text and self.shaped(scanned, clause, []):
            return False                                            # the next SDK
        return clause.clause - max(entry.clauses) <= 1 and len(entry.clauses) < 9 and len(text) < 400 and not _ours.search(text)

    def firm_line(self, clause: Clause) -> str | None:
        """The firm that is all a line says."""
        text = self.scans[clause.clause].view.text
        found = names.chinese(text) if len(text) < 50 and "公司" in text else []
        return self.words(clause, self.scans[clause.clause].view, found[0].start, found[0].end) if found and found[0].end - found[0].start > 0.7 * len(text) else None

    def labels(self, clause: Clause) -> list[tuple[str, str, int, int]]:
        """The labels of a clause: words, role, and where in the view the value stands."""
        text = self.scans[clause.clause].view.text
        if ":" not in text or clause.kind == "heading":
            return []
        marks = []
        for m in _label.finditer(text):
            role = self.role(m["label"])
            if role and not (m["label"] == "名称" and re.match(r"[\u4e00-\u9fff]", text[m.start() - 1:m.start()])):
                marks.append((m, role))
        return [(m["label"], role, m.end(), marks[i + 1][0].start("label") if i + 1 < len(marks) else len(text)) for i, (m, role) in enumerate(marks)]

    def words(self, clause: Clause, view: View, start: int, end: int) -> str | None:
        """The words of a value, verbatim."""
        start = start + len(view.text[start:end]) - len(view.text[start:end].lstrip())
        end = start + len(view.text[start:end].rstrip(" ;,。|"))
        if end <= start:
            return None
        a, b = view.span(start, end)
        return self.document.policy.text[a:b]

    # -- rows ----------------------------------------------------------------------------------------------

    def taken(self, clauses: Iterable[int], start: int | None = None, end: int | None = None) -> str | None:
        """The items that are said to be taken, separated by blanks."""
        found = dict.fromkeys(p.item for c in sorted(clauses) for p in self.items.get(c, ())
                              if p.status not in ("denied", "user_warned", "defined") and (start is None or start <= p.start < end))
        return " ".join(found) or None

    def row(self, clause: Clause, view: View, named: Named, provider: str | None, purpose: str | None, items: str | None, where: str) -> Sdk:
        start, end = view.span(named.start, named.end)
        quote = self.document.policy.text[start:end]
        known = self.rulebook.sdks.get(named.sdk)
        plain = self.printed.setdefault(re.sub(r"\W", "", view.text[named.start:named.end]), re.sub(r"\s+", " ", quote))
        return Sdk(self.document.policy.name, named.sdk or plain, start, end, provider or (known.provider if known else None) or None,
                   purpose, items, clause.clause, quote, f"{where}: {named.rule}")

    def running(self, done: set[int]) -> Iterator[Sdk]:
        """The SDKs that sentences and list items name."""
        for clause, scanned in zip(self.document.clauses, self.scans, strict=True):
            if clause.kind == "toc" or clause.clause in done:
                continue
            text = scanned.view.text
            if "named_sdk" not in scanned.hits and "sdk" not in text:
                continue
            known = self.known(scanned, self.in_section(clause))
            both = sorted(known + self.shaped(scanned, clause, known), key=lambda n: n.start)
            if not both:
                continue
            parts, first = Sentences(text), text.find("。") % (len(text) + 1)
            distinct: dict[str, Named] = {}
            for one in both:                                        # one row for each SDK of a clause
                distinct.setdefault(one.sdk or text[one.start:one.end], one)
            for named in distinct.values():
                a, b = parts.around(named.start)
                start, end = scanned.view.span(a, b)
                if clause.kind == "item" and named.start < first:            # an item tells of its SDK in all its sentences
                    start, end = clause.start, clause.end
                m = self.patterns["purpose"].search(text, named.end, min(b, named.end + 250))
                purpose = self.words(clause, scanned.view, *next(m.span(g) for g, v in m.groupdict().items() if v)) if m else None
                yield self.row(clause, scanned.view, named, self.firm_beside(clause, scanned.view, named, a, b), purpose,
                               self.taken([clause.clause], start, end), "list" if clause.kind == "item" else "text")

    def firm_beside(self, clause: Clause, view: View, named: Named, start: int, end: int) -> str | None:
        """The firm that is named as the provider, right before or after the SDK."""
        start, end = max(start, named.start - 60), min(end, named.end + 60)
        if "公司" not in view.text[start:end]:
            return None
        firms = [(start + n.start, start + n.end) for n in names.chinese(view.text[start:end])]
        firm = next((f for f in firms if sdk_names.belongs(view.text, f, (named.start, named.end))), None)
        return self.words(clause, view, *firm) if firm else None


_sdkish = re.compile(r"sdk|插件|第三方|合作")
_list = re.compile(r"列表|目录|清单|附件|附表|附录|(?<![a-z])list(?![a-z])")
_who = re.compile(r"[^,，。;；]{2,40}")
_nothing = re.compile(r"[无否\-/—_.*]+|不涉及|暂无|n/?a|none")
_label = re.compile(r"(?:^|(?<=[\s;。,|*•·.)\]、(\u4e00-\u9fff-]))(?P<label>(?:(?:第三方|sdk|收集|采集|涉及|共享|使用|获取|所|的|个人|合作|运营|隐私|官网|接入|所属|处理|申请|需要|调用|服务|功能|主要)[\u4e00-\u9fffa-z/]{0,12}?)?"
                    r"(?:公司(?:名称|全称)|名称|公司|主体|机构|目的|用途|功能|场景|信息类型|信息的类型|信息种类|信息|数据|字段|权限|链接|网址|隐私政策|官网|提供方|提供者|开发者|运营方|接收方|合作方)(?:/[\u4e00-\u9fff]{2,4})?|"
                    r"(?:sdk )?(?:name|provider|company|purpose|data|information collected|privacy policy|link))\s?:")
_verbs = re.compile(r"我们|您|你|使用了|收集|共享|。|;|,.{12}|(?<![a-z])(?:we|you|our|your|is|are|use)(?![a-z])")
_bullet = re.compile(r"[\s\d.、()（）*#•·●\-\"①-⑳]*[a-z]?[.、)]?\s?\"?")
_ours = re.compile(r"我们|您|你|本公司|(?<![a-z])(?:we|you|our|your)(?![a-z])")
_denied = re.compile(r"(?<![a-z])(?:not|n't|no longer|never) (?:\w+ ){0,4}$|(?:没有|未|不再|不会|并不)(?:接入|使用|集成|嵌入)[^,。;]{0,10}$")
_in_firm = re.compile(r"[\u4e00-\u9fff()]{1,12}有限(?:责任)?公司")


@lru_cache(maxsize=4)
def _aliases(rules: tuple[SdkRule, ...]) -> dict[str, str]:
    """The SDK behind each name, for names that stand glued to the word SDK."""
    return {normal(term).replace(" ", ""): rule.id for rule in rules for term in f"{rule.aliases}|{rule.context}".split("|") if term}


def find(document: Document, practices: list[Practice], rulebook: Rulebook) -> list[Sdk]:
    """The SDKs and providers that the text names."""
    finder = Finder(document, practices, rulebook)
    if not finder.patterns:
        return []
    rows: list[Sdk] = []
    done: set[int] = set()
    for entry in finder.tables():
        done |= entry.clauses
        rows += [finder.row(c, v, n, entry.provider, entry.purpose, finder.taken(entry.clauses), "table") for c, v, n in entry.names]
    for entry in list(finder.blocks(done)):
        done |= entry.clauses
        rows += [finder.row(c, v, n, entry.provider, entry.purpose, finder.taken(entry.clauses), "list") for c, v, n in entry.names]
    rows += finder.running(done)
    unique = {(row.sdk, row.start): row for row in reversed(rows)}
    return sorted(unique.values(), key=lambda row: row.start)


def as_facts(rows: Iterable[Sdk]) -> list[Fact]:
    """A fact for each SDK, at its first mention."""
    first: dict[str, Sdk] = {}
    for row in rows:
        first.setdefault(row.sdk, row)
    return [Fact(r.policy, "sdks", r.start, r.end, r.quote, None, r.clause, r.quote, f"sdks/{r.rule}") for r in first.values()]
