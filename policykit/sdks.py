"""SDKs: third-party SDKs and providers named in tables, labelled blocks, lists and running text, with what they take.

Known names come from `rulebook/sdks.csv`; those that also mean an app, a shop or a make of telephone count only
beside words such as SDK or plug-in.  An unknown SDK is taken from its shape ("… SDK") with its name as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from policykit import names, sdk_data, sdk_names, sdk_tables
from policykit.rows import Clause, Fact, Practice, Sdk
from policykit.rules import Rulebook
from policykit.sdk_blocks import Entry
from policykit.sdk_data import Data, sentence_end
from policykit.sdk_mentions import Named
from policykit.sdk_tables import Piece
from policykit.structure import Document
from policykit.text import Sentences, View


class Finder(Data):
    """Finds all that a document says of SDKs."""

    def tables(self) -> Iterator[Entry]:
        """An entry for each row of a table of SDKs."""
        for grid in self.reader.grids():
            roles = self.reader.named(grid)
            if "name" not in roles or "permission" in roles and roles.index("permission") == 0:
                continue
            name = roles.index("name")
            cells = [row[name] for row in grid.rows if name < len(row) and row[name]]
            hits = sum(bool(self.scans[cell[0].clause].hits.get("named_sdk")) for cell in cells)
            if not sdk_tables.qualifies(grid, lambda first: self.in_section(self.document.clauses[first]), self.patterns["context"], hits):
                continue
            own = {self.reader.text(cell) for cell in cells}
            if not hits and len(own) == 1 and len(cells) > 2:       # who receives it is the same in all rows: the firm itself
                continue
            for row in grid.rows:
                entry = Entry(clauses={piece.clause for column in row for piece in column}, listed="data" in roles)
                for column, role in zip(row, roles):
                    for piece in column:
                        entry.add(role, piece)
                entry.names = self.named_in(row, name)
                if "provider" in roles and not any(n.sdk for _, _, n in entry.names):      # 网易易盾 | 内容安全
                    entry.names = [one for one in self.named_in(row, roles.index("provider")) if one[2].sdk and not one[2].weak] or entry.names
                if entry.names:
                    yield entry

    def named_in(self, row: list[sdk_tables.Column], column: int) -> list[tuple[Clause, View, Named]]:
        """The SDKs that a cell of a row names."""
        for p in row[column] if column < len(row) else ():
            found = [(self.document.clauses[p.clause], self.scans[p.clause].view, n) for n in self.cell_names(self.scans[p.clause], p.start, p.end)]
            if found:
                return found
        return []

    def spans(self, pieces: Iterable[Piece]) -> list[tuple[int, int, int]]:
        """Where pieces of clauses stand in the policy."""
        return [(p.clause, *self.scans[p.clause].view.span(p.start, p.end)) for p in sorted(pieces)]

    def of_entry(self, entry: Entry, where: str) -> Iterator[Sdk]:
        """A row for each name of a table row or block."""
        data = self.spans(p for role in ("data", "permission") for p in entry.said.get(role, ()))
        rest = [p for role, pieces in entry.said.items() if role not in ("name", "provider", "link", "other") for p in pieces]
        touched = {p.clause for pieces in entry.said.values() for p in pieces}
        loose = [(c, self.document.clauses[c].start, self.document.clauses[c].end) for c in sorted(entry.clauses - touched)]
        of = [view.text[n.start:n.end] for _, view, n in entry.names]
        items = self.taken(data, named=True, of=of) if data else None if entry.listed else self.taken(self.spans(rest) + loose, of=of)
        said = {role: next(filter(None, (self.words(self.document.clauses[p.clause], self.scans[p.clause].view, p.start, p.end) for p in entry.said.get(role, ()))), None)
                for role in ("provider", "purpose")}
        if sdk_tables.ourselves(said["provider"] or ""):              # the firm's own
            return
        for clause, view, named in entry.names:
            own = None
            if len(entry.names) > 1:                                  # 百度、高德: each has its firm
                start = view.text[named.start:named.start + 2]
                own = next((w for p in entry.said.get("provider", ()) if (w := self.words(self.document.clauses[p.clause], self.scans[p.clause].view, p.start, p.end)) and start in w), None)
            yield self.row(clause, view, named, _firm_of(own or said["provider"]), said["purpose"], items, where)

    def row(self, clause: Clause, view: View, named: Named, provider: str | None, purpose: str | None, items: str | None, where: str) -> Sdk:
        start, end = view.span(named.start, named.end)
        quote = self.document.policy.text[start:end]
        known = self.rulebook.sdks.get(named.sdk)
        plain = self.printed.setdefault(re.sub(r"[\W_]", "", view.text[named.start:named.end]), re.sub(r"\s+", " ", quote.replace("**", "")))
        return Sdk(self.document.policy.name, named.sdk or plain, start, end, provider or (known.provider if known else None) or None,
                   purpose, items, clause.clause, quote, f"{where}: {named.rule}")

    def running(self, done: set[int]) -> Iterator[Sdk]:
        """The SDKs that sentences and list items name."""
        measured = any(word in self.document.policy.text for word in ("nalytics", "racking"))
        for clause, scanned in zip(self.document.clauses, self.scans, strict=True):
            if clause.kind == "toc" or clause.clause in done:
                continue
            text = scanned.view.text
            head = self.heads.get(clause.clause)
            if head is None and "named_sdk" not in scanned.hits and "sdk" not in text and "api" not in text and " we " not in text and not (measured and ("analytics" in text or "tracking" in text)) and clause.clause not in self.parted:
                continue
            known = self.known(scanned, self.in_section(clause))
            both = known + self.shaped(scanned, clause, known) + self.engaged(scanned, known) + self.supplied(scanned, known)
            both += self.listed(scanned, both) + self.cut(scanned, clause, known)
            if head and not any(one.start < head[1] for one in both):
                both.append(Named(*head, "", "name before a colon beside SDKs"))
            both.sort(key=lambda n: n.start)
            if not both:
                continue
            item = clause.kind == "item" or clause.clause in self.parted       # what speaks of its SDK to the end
            parts, first = Sentences.folded(text), sentence_end(text)
            mentions: list[list[Named]] = []
            for one in both:                                        # one row for each SDK of a clause
                near = next((own for own in mentions if own[0].sdk == one.sdk and (one.sdk or self.same(text, own[0], one)) and not self.apart(text, own[-1], one)), None)
                if near is None:
                    mentions.append([one])
                else:
                    near.append(one)
            for own in mentions:
                named, others = next((one for one in own if not _maker.search(text[one.start:one.end])), own[0]), [one.start for ones in mentions if ones is not own for one in ones]
                told = [self.told(text, parts, one.start, others) for one in own[:6]]
                takes = [one for one in own if others and _takes.match(text, one.end)]
                if takes:                                           # 华为会收集OAID；小米会收集IMEI: each its own
                    told = [(one.start, min([self.told(text, parts, one.start, others)[1], *(at for at in others if at > one.start)])) for one in takes]
                spans = [(clause.clause, *scanned.view.span(a, b)) for a, b in told]
                if item and named.start < first and not takes:            # an item tells of its SDK in all its sentences
                    stop = min((at for at in others if at >= told[0][1]), default=None)
                    if stop is None:
                        spans = [(clause.clause, clause.start, clause.end), *self.broken(clause)]
                    elif until := parts.around(stop)[0]:
                        spans.append((clause.clause, *scanned.view.span(named.start, max(until, named.end))))
                purpose = next(filter(None, (self.purpose(clause, scanned.view, one, a, b, both) for one, (a, b) in zip(takes or own, told, strict=False))), None)
                firm = None if named.rule.startswith("firm") else self.firm_beside(clause, scanned.view, named, *parts.around(named.start))
                if purpose is None and clause.kind == "item" and len(mentions) == 1 and first < len(text) and named.start < first:
                    m = self.patterns["purpose"].search(text, first)     # 云帆SDK。我们使用它…，用于…
                    purpose = self.words(clause, scanned.view, *next(m.span(g) for g, v in m.groupdict().items() if v)) if m else None
                if purpose is None and item:                            # the end of its sentence stands in the next line
                    purpose = next(filter(None, (self.purpose_in(line) for line, *_ in self.broken(clause))), None)
                yield self.row(clause, scanned.view, self.titled(text, own, named), firm, purpose, self.taken(spans, of=[text[one.start:one.end] for one in own], through=sdk_data.through(text, named.start), aim=self.place(clause, purpose)), "list" if clause.kind == "item" else "text")

    @staticmethod
    def titled(text: str, own: list[Named], named: Named) -> Named:
        """The mention that calls an SDK one, where the first is another name for it: 科大讯飞SDK after 讯飞语音."""
        first = text[named.start:named.end]
        if "sdk" in first:
            return named
        title = next((one for one in own if text[one.start:one.end].endswith("sdk") and not sdk_names.same(first, text[one.start:one.end])), named)
        if title is not named and not text[named.end:title.start].strip():      # MobTech ShareSDK is one name
            return Named(named.start, title.end, title.sdk, title.rule, title.weak)
        return title

    def apart(self, text: str, one: Named, other: Named) -> bool:
        """Whether two names of one maker stand side by side in an enumeration, each for a product: 华为推送、华为HMS."""
        between = text[one.end:other.start]
        return not self.same(text, one, other) and not any(_maker.search(text[n.start:n.end]) for n in (one, other)) and _beside.search(between) is not None and not _deed.search(between)

    @staticmethod
    def told(text: str, parts: Sentences, at: int, others: list[int]) -> tuple[int, int]:
        """The sentence that names an SDK, with those after it that still speak of it: 上述SDK会收集..."""
        a, b = parts.around(at)
        line = text.find("\n", at, b)
        if line > 0 and any(line < other < b for other in others):      # the next line speaks of another
            return a, line
        inside = next((m.start() for other in others if at < other < b and (m := _inside.search(text, at, other))), None)
        if inside is not None:                                          # 其中云帆SDK还会…: what another takes
            return a, inside
        while b < len(text) and _goes_on.match(text, b):
            b = max(parts.around(min(b + 1, len(text) - 1))[1], b + 1)
        return a, b

    def broken(self, clause: Clause) -> list[tuple[int, int, int]]:
        """The lines after an item that end its last sentence."""
        found, after = [], clause.clause
        while not _ended.search(self.scans[after].view.text) and after + 1 < len(self.document.clauses) and len(found) < 3:
            after += 1
            line = self.document.clauses[after]
            if line.kind != "paragraph" or self.name_line(line) or _new_start.match(self.scans[after].view.text) or _address_end.search(self.scans[after - 1].view.text):
                break
            found.append((after, line.start, line.end))
        return found

    def purpose(self, clause: Clause, view: View, named: Named, start: int, end: int, others: list[Named]) -> str | None:
        """What an SDK is said to be for: after its name, else before it in the same sentence."""
        text = view.text
        first = named.start                                             # of names in a row: 华为、小米、OPPO
        for other in reversed([o for o in others if start <= o.start < named.start]):
            if not _in_row.fullmatch(text, other.end, first):
                break
            first = other.start
        last = named.end
        for other in others:
            if other.start >= last and _in_row.fullmatch(text, last, other.start):
                last = other.end
        m = self.patterns["purpose_at_once"].match(text, last, min(end, last + 90)) or self.patterns["purpose"].search(text, named.end, min(end, named.end + 250))
        if m is None and not any(start <= other.start < first for other in others):
            m = next(iter([*self.patterns["purpose"].finditer(text, max(start, first - 120), first)][-1:]), None)
        if m is None and not any(start <= other.start < first for other in others):
            m = self.patterns["purpose_before"].search(text, max(start, first - 60), first)
        if m is None and not any(start <= other.start < first for other in others):
            m = self.patterns["purpose_label"].fullmatch(text, start, first) or self.patterns["purpose_when"].search(text, start, first)
        if m is None and clause.kind == "item":                         # 3、广告投放：云帆、星舟
            head = self.patterns["purpose_head"].match(text)
            m = head if head and not any(other.start < head.end() for other in others) else None
        if m is None:
            return None
        at, until = next(m.span(g) for g, v in m.groupdict().items() if v)
        link = text.find("http", at, until)
        return self.words(clause, view, at, link if link > at else until)

    def purpose_in(self, line: int) -> str | None:
        """What the end of a sentence that was broken off says an SDK is for."""
        view = self.scans[line].view
        stop = _stop_mark.search(view.text, 4)                        # "SDK。" is the end of the name
        m = self.patterns["purpose"].search(view.text, 0, stop.start() if stop and not view.text.startswith("sdk。") else len(view.text))
        return self.words(self.document.clauses[line], view, *next(m.span(g) for g, v in m.groupdict().items() if v)) if m else None

    def firm_beside(self, clause: Clause, view: View, named: Named, start: int, end: int) -> str | None:
        """The firm that is named as the provider, right before or after the SDK."""
        start, end = max(start, named.start - 60), min(end, named.end + 60)
        if "公司" not in view.text[start:end]:
            return None
        firms = [(start + n.start, start + n.end) for n in names.chinese(view.text[start:end])]
        firm = next((f for f in firms if sdk_names.belongs(view.text, f, (named.start, named.end))), None)
        return self.words(clause, view, *firm) if firm else None


_inside = re.compile(r"[,;]\s*其中[^,。;]{0,6}$")
_beside = re.compile(r"^(?:sdk|\([^()]*\))?\s*(?:[、/和及与]|以及)")
_deed = re.compile(r"[。;:(《]|收集|获取|使用|提供|需要|我们|您")
_new_start = re.compile(r"[\s*]*(?:我们的(?:产品|应用)|第三方sdk|此外|另外|本(?:应用|软件|产品))")
_address_end = re.compile(r"(?:https?:|www\.)\S*\s*$")
_stop_mark = re.compile(r"[。;]")
_takes = re.compile(r"(?:公司)?(?:还|将|会|需要?|可能|要){0,2}(?:通过[^。;,]{0,8}?)?(?:收集|获取|采集|读取)")
_goes_on = re.compile(r"[\s。]*(?:为(?:了)?(?:提供|实现)?(?:上述|前述)[^。,]{0,16},)?(?:上述|前述|以上|该|此|这些|此类|该等|其中|第三方)?(?:第三方)?(?:sdk|插件|服务商)[^。]{0,30}(?:收集|获取|采集|读取|访问)"
                      r"|[\s。]*[^。;]{0,60}?(?:上述|前述)[^。;]{0,20}(?:sdk|插件)[^。]{0,30}(?:收集|获取|采集|读取|访问|验证)|[\s。]*(?:主要)?(?:用于|用来|以便)|[\s。]*(?:该等|上述|前述|以上|这些|此类|相关|所涉|具体)?的?(?:个人|用户)?信息(?:的?类型|种类|内容)?(?:具体|主要)?(?:包括|如下)")
_in_row = re.compile(r"(?:sdk|推送|\([^()]*\))?\s*(?:[、,/]|和|及|与|以及|或|and)\s*")
_ended = re.compile(r"[。;.!?:]\W*$")


def find(document: Document, practices: list[Practice], rulebook: Rulebook) -> list[Sdk]:
    """The SDKs and providers that the text names."""
    finder = Finder(document, practices, rulebook)
    if not finder.patterns:
        return []
    rows: list[Sdk] = []
    done: set[int] = set()
    for entry in list(finder.tables()):
        done |= entry.clauses
        rows += finder.of_entry(entry, "table")
    for entry in list(finder.blocks(done)):
        done |= entry.clauses
        rows += finder.of_entry(entry, "list")
    rows += finder.running(done)
    unique = {(row.sdk, row.start): row for row in reversed(rows)}
    return sorted(unique.values(), key=lambda row: row.start)


def _firm_of(words: str | None) -> str | None:
    """The firm in a cell that also holds a label, a link or a telephone number.

    >>> _firm_of("公司：星舟科技有限公司，电话：010-1"), _firm_of("https://a.example")
    ('星舟科技有限公司', None)
    """
    return _cell_rest.sub("", _cell_label.sub("", words)).strip(" *_") or None if words else None


_cell_label = re.compile(r"^\W*(?:公司(?:名称)?|名称|主体|运营方)\s*[:：]\s*")
_cell_rest = re.compile(r"[\s,，;；(（<\[]*(?:https?:|www\.|(?:联系)?电话|联系方式|邮箱|隐私政策)\S*.*", re.DOTALL)


_of_maker = re.compile(r"^[^，。;；、]{2,40}公司(?:旗下)?的(?=.{3})")
_maker = re.compile(r"(?:公司|研究院)\W*$|\b(?:inc|ltd|llc|corp|limited)\b\W*$", re.IGNORECASE)


def as_facts(rows: Iterable[Sdk]) -> list[Fact]:
    """A fact for each name of an SDK, at its first mention; by its maker's name only where it has none of its own."""
    named: dict[str, list[Sdk]] = {}
    for row in rows:
        kept = named.setdefault(row.sdk, [])
        if _maker.search(row.quote):
            if kept:
                continue
        elif kept and _maker.search(kept[0].quote):
            kept.clear()                # 甲公司的乙SDK: by its own name rather than its maker's
        if not any(sdk_names.within(one.quote, row.quote) for one in kept):
            kept.append(row)
    facts = sorted((row for kept in named.values() for row in kept), key=lambda row: row.start)
    return [Fact(r.policy, "sdks", r.start, r.end, re.sub(r"\s*\n\s*", " ", _of_maker.sub("", r.quote)), None, r.clause, r.quote, f"sdks/{r.rule}") for r in facts]


def elsewhere(facts: Iterable[Fact], rows: Iterable[Sdk]) -> list[Fact]:
    """The facts without the announced lists of SDKs that stand in the text itself, right after the announcement."""
    listed = [(row.start, row.sdk) for row in rows if row.rule.startswith(("table", "list"))]
    return [fact for fact in facts if fact.fact != "sdk_list" or len({sdk for start, sdk in listed if fact.end <= start < fact.end + 1200}) < 3]
