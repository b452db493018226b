"""SDKs: third-party SDKs and providers named in tables, labelled blocks, lists and running text, with what they take.

Known names come from `rulebook/sdks.csv`; those that also mean an app, a shop or a make of telephone count only
beside words such as SDK or plug-in.  An unknown SDK is taken from its shape ("… SDK") with its name as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from policykit import names, sdk_names, sdk_tables
from policykit.rows import Clause, Fact, Practice, Sdk
from policykit.rules import Rulebook, Scanned, SdkRule, normal
from policykit.sdk_tables import Piece
from policykit.structure import Document
from policykit.text import Sentences, View


@dataclass(slots=True)
class Named:
    """A name in a clause: positions in its view, and the id of the SDK or, for an unknown one, nothing."""

    start: int
    end: int
    sdk: str
    rule: str
    weak: bool = False            # the name also means something else


@dataclass(slots=True)
class Entry:
    """One SDK as a table row or a labelled block describes it: its names, and where what is said of it stands."""

    names: list[tuple[Clause, View, Named]] = field(default_factory=list)
    label: str = ""               # the label that its name stands behind
    clauses: set[int] = field(default_factory=set)
    said: dict[str, list[Piece]] = field(default_factory=dict)
    last: str | None = None       # the role of the label above

    def add(self, role: str | None, piece: Piece) -> None:
        self.clauses.add(piece.clause)
        self.last = role
        if role and piece.end > piece.start:
            self.said.setdefault(role, []).append(piece)


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
        self.reader = sdk_tables.Reader(document, self.scans, self.patterns) if self.patterns else None
        self.kinds = [(name.removeprefix("kind_"), pattern) for name, pattern in self.patterns.items() if name.startswith("kind_")]
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
            if hit.payload.need and _other_firm.match(text, hit.end):       # 中国移动在线公司 is not 中国移动
                continue
            end = sdk_names.with_suffix(text, hit.end)
            if hit.payload.need and not whole:
                parts = parts or Sentences(text)
                low, high = parts.around(hit.start)
                low, high = max(low, hit.start - 400), min(high, hit.end + 200)
                if not self.near(text[low:high], hit.start - low, context) or not self.alike(hit.payload.id, text[hit.end:end]):
                    continue
            found.append(Named(hit.start, end, hit.payload.id, f"name {text[hit.start:hit.end]}", hit.payload.need))
        return found

    def alike(self, sdk: str, rest: str) -> bool:
        """Whether the words after a name with other meanings can be said of the SDK: OPPO消息推送, not OPPO广告."""
        rule = self.rulebook.sdks.get(sdk)
        said = {kind for kind, pattern in self.kinds if pattern.search(rest)} if rest.strip() else set()
        return not said or rule is None or any(kind in rule.type or kind == "pay" and "payment" in rule.type for kind in said)

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
                start = m.start("name")
                if not (text[m.end():m.end() + 1] == ":" and m.end() - start > 6 and _numbered.fullmatch(text, 0, start) and self.in_section(clause)):
                    continue                                        # （8）在线客服SDK：in a list of SDKs is a name all the same
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
                entry = Entry(clauses={piece.clause for column in row for piece in column})
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

    def cell_names(self, scanned: Scanned, start: int = 0, end: int | None = None) -> list[Named]:
        """The SDKs of a name cell: known ones, else what is printed."""
        text = scanned.view.text
        end = len(text) if end is None else end
        known = [n for n in self.known(scanned, True, whole=True) if start <= n.start < end]
        items = [h.start for h in scanned.hits.get("item", ()) if start <= h.start < end]
        distinct: dict[str, Named] = {}
        for a, b in sdk_names.pieces(text, start, end):
            bracket = text.find("(", a, b) if text.find("(", a, b) > a + 1 else b
            here = [n for n in known if a <= n.start < b]
            here = [n for n in here if n.start < bracket] or here       # "华为推送(华为软件技术有限公司)" is one
            slashes = len(here) > 1 and all("/" in text[x.end:y.start] or "/" in text[x.start:y.start] for x, y in pairwise(here))
            fitting = [n for n in here if not n.weak or self.alike(n.sdk, text[n.start:max(n.end, min(b, bracket))])]
            inside = len(fitting) > 1 and all(n.start > bracket for n in fitting) and "、" in text[fitting[0].end:fitting[-1].start]
            if (slashes or inside) and fitting:                         # 华为/小米推送; 推送SDK(含华为、小米)
                chosen = fitting
            elif fitting:
                chosen = [next((n for n in reversed(fitting) if not n.weak), fitting[0])]
            else:
                only_data = not here and any(a <= item < b for item in items) and not text[a:min(b, bracket)].rstrip(" *").endswith("sdk")
                chosen = [] if only_data else self.printed_name(text, a, b)
            for one in chosen:
                distinct.setdefault(one.sdk or text[one.start:one.end], one)
        return list(distinct.values())

    def printed_name(self, text: str, start: int, end: int) -> list[Named]:
        """An unknown name as it stands in a name cell."""
        at = _left.match(text, start, end).end()
        stop = _stop.search(text, at + 1, end)
        until = stop.start() if stop else end
        name = text[at:until].rstrip(" *_-\"'")
        bare = name.replace("*", "").strip()
        known = self.aliases.get(bare.replace(" ", "")) or self.aliases.get(re.sub(r"sdk$", "", bare.replace(" ", "")))
        if known and self.alike(known, bare):
            return [Named(at, at + len(name), known, f"name {bare}")]
        if not 2 <= len(bare) <= 40 or _nothing.fullmatch(bare) or _no_name.search(bare) or bare in self.title:
            return []
        if self.words_of.generic(bare) and not (bare.endswith("sdk") and len(bare) > 5 and not _others.match(bare)):
            return []
        return [Named(at, at + len(name), "", "name as printed")]

    # -- labelled blocks -----------------------------------------------------------------------------------

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
                    if firm:
                        entry.add("provider", firm)
                elif entry is not None:
                    self.go_on(clause, entry)
                above = clause if not found and clause.end - clause.start <= 24 and not _no_name.search(scanned.view.text) else None
                text = scanned.view.text
                if clause.kind == "heading" or len(text) < 30 and _list.search(text):
                    listing = bool(_list.search(text) and self.patterns["section"].search(text))
                firm = self.firm_line(clause)
                if firm and entry is not None:
                    entry.add("provider", firm)
                continue
            if above is not None and labels[0][1] in ("purpose", "data", "provider") and (listing or self.in_section(clause)):
                value = [(above, self.scans[above.clause].view, n) for n in self.cell_names(self.scans[above.clause])]
                if value:                                           # an unknown name in the line above the first label
                    if entry and entry.names:
                        entry.clauses.discard(above.clause)
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
        return [n for n in self.cell_names(scanned) if n.sdk or "sdk" in text[n.start:n.end]] or found

    def goes_on(self, clause: Clause, entry: Entry) -> bool:
        """Whether a line without label still speaks of the SDK of the block."""
        scanned = self.scans[clause.clause]
        text = scanned.view.text
        if "named_sdk" in scanned.hits or "sdk" in text and self.shaped(scanned, clause, []):
            return False                                            # the next SDK
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
        for m in _label.finditer(text):
            role = self.reader.role(m["label"])
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

    def taken(self, spans: Iterable[tuple[int, int, int]], named: bool = False) -> str | None:
        """The items that are said to be taken, separated by blanks; spans: clause and stretch of the policy.

        ``named``: the column or label says that what stands there is taken.
        """
        found: dict[str, None] = {}
        for clause, start, end in spans:
            said = [p for p in self.items.get(clause, ()) if start <= p.start < end]
            found |= dict.fromkeys(p.item for p in said if p.status not in ("denied", "user_warned") and (named or p.status != "defined"))
            scanned = self.scans[clause]
            if named and not said and not _not_taken.search(scanned.view.text):
                found |= dict.fromkeys(h.payload.id for h in scanned.hits.get("item", ()) if start <= scanned.view.back(h.start) < end)
        return " ".join(found) or None

    def spans(self, pieces: Iterable[Piece]) -> list[tuple[int, int, int]]:
        """Where pieces of clauses stand in the policy."""
        return [(p.clause, *self.scans[p.clause].view.span(p.start, p.end)) for p in sorted(pieces)]

    def of_entry(self, entry: Entry, where: str) -> Iterator[Sdk]:
        """A row for each name of a table row or block."""
        data = self.spans(p for role in ("data", "permission") for p in entry.said.get(role, ()))
        rest = [p for role, pieces in entry.said.items() if role not in ("name", "provider", "link", "other") for p in pieces]
        touched = {p.clause for pieces in entry.said.values() for p in pieces}
        loose = [(c, self.document.clauses[c].start, self.document.clauses[c].end) for c in sorted(entry.clauses - touched)]
        items = self.taken(data, named=True) if data else self.taken(self.spans(rest) + loose)
        said = {role: next(filter(None, (self.words(self.document.clauses[p.clause], self.scans[p.clause].view, p.start, p.end) for p in entry.said.get(role, ()))), None)
                for role in ("provider", "purpose")}
        if sdk_tables.ourselves(said["provider"] or ""):              # the firm's own
            return
        for clause, view, named in entry.names:
            yield self.row(clause, view, named, _firm_of(said["provider"]), said["purpose"], items, where)

    def row(self, clause: Clause, view: View, named: Named, provider: str | None, purpose: str | None, items: str | None, where: str) -> Sdk:
        start, end = view.span(named.start, named.end)
        quote = self.document.policy.text[start:end]
        known = self.rulebook.sdks.get(named.sdk)
        plain = self.printed.setdefault(re.sub(r"[\W_]", "", view.text[named.start:named.end]), re.sub(r"\s+", " ", quote.replace("**", "")))
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
                while b < len(text) and _goes_on.match(text, b):    # 上述SDK会收集...
                    b = max(parts.around(min(b + 1, len(text) - 1))[1], b + 1)
                start, end = scanned.view.span(a, b)
                spans = [(clause.clause, start, end)]
                if clause.kind == "item" and named.start < first:            # an item tells of its SDK in all its sentences
                    spans = [(clause.clause, clause.start, clause.end), *self.broken(clause)]
                yield self.row(clause, scanned.view, named, self.firm_beside(clause, scanned.view, named, a, b), self.purpose(clause, scanned.view, named, a, b, both),
                               self.taken(spans), "list" if clause.kind == "item" else "text")

    def broken(self, clause: Clause) -> list[tuple[int, int, int]]:
        """The lines after an item that end its last sentence."""
        found, after = [], clause.clause
        while not _ended.search(self.scans[after].view.text) and after + 1 < len(self.document.clauses) and len(found) < 3:
            after += 1
            line = self.document.clauses[after]
            if line.kind != "paragraph" or self.name_line(line):
                break
            found.append((after, line.start, line.end))
        return found

    def purpose(self, clause: Clause, view: View, named: Named, start: int, end: int, others: list[Named]) -> str | None:
        """What an SDK is said to be for: after its name, else before it in the same sentence."""
        text = view.text
        m = self.patterns["purpose_at_once"].match(text, named.end, min(end, named.end + 90)) or self.patterns["purpose"].search(text, named.end, min(end, named.end + 250))
        if m is None and not any(start <= other.start < named.start for other in others):
            m = next(iter([*self.patterns["purpose"].finditer(text, max(start, named.start - 120), named.start)][-1:]), None)
        return self.words(clause, view, *next(m.span(g) for g, v in m.groupdict().items() if v)) if m else None

    def firm_beside(self, clause: Clause, view: View, named: Named, start: int, end: int) -> str | None:
        """The firm that is named as the provider, right before or after the SDK."""
        start, end = max(start, named.start - 60), min(end, named.end + 60)
        if "公司" not in view.text[start:end]:
            return None
        firms = [(start + n.start, start + n.end) for n in names.chinese(view.text[start:end])]
        firm = next((f for f in firms if sdk_names.belongs(view.text, f, (named.start, named.end))), None)
        return self.words(clause, view, *firm) if firm else None


_goes_on = re.compile(r"[\s。]*(?:为(?:了)?(?:提供|实现)?(?:上述|前述)[^。,]{0,16},)?(?:上述|前述|以上|该|此|这些|此类|该等|其中|第三方)?(?:第三方)?(?:sdk|插件|服务商)[^。]{0,30}(?:收集|获取|采集|读取|访问)")
_ended = re.compile(r"[。;.!?:]\W*$")
_other_firm = re.compile(r"[\u4e00-\u9fff]{1,8}?(?:公司|集团)")
_numbered = re.compile(r"\s*[(*]*\d{1,2}[).、*]+\s*")
_left = re.compile(r"[\s()*•·\-:_Ø▪●◆■□➢]*(?:\d{1,2}\s?[.、):]\s*)?[\s()*•·\-:_]*")
_stop = re.compile(r"[。;\n|]|\(|https?:")
_no_name = re.compile(r":|我们|您|你|(?:如下|包括|以下|共享|披露|政策|目前|协议|情形|情况|名称|类型|说明|链接|数据|信息|渠道包)\W*$|^(?:收集|采集|获取|涉及|来源|来自|属于|嵌入|广告的|允许|读写|读取|挂载|访问)|第三方sdk|[=?&]|^(?:当前|本)app$|^(?:本应用|自有|自研|我行|我司|无)$|传输|收集")
_others = re.compile(r"第三方|其他|部分|合作|本|各")
_firm = re.compile(r"公司|集团|(?<![a-z])(?:inc|ltd|llc|corporation|limited)(?![a-z])")
_only_firm = re.compile(r"[^,。;:]{2,50}")
_component = re.compile(r"(?:组件|插件|sdk|权限|模块)\s*$")
_not_taken = re.compile(r"(?:不会?|未|无需|没有)(?:收集|采集|获取|涉及)")
_sdkish = re.compile(r"sdk|插件|第三方|合作")
_list = re.compile(r"列表|目录|清单|附件|附表|附录|(?<![a-z])list(?![a-z])")
_who = re.compile(r"[^,，。;；]{2,40}")
_nothing = re.compile(r"[无否\-/—_.*]+|不涉及|暂无|n/?a|none")
_label = re.compile(r"(?:^|(?<=[\s;。,|*•·.)\]、(\u4e00-\u9fff-]))(?P<label>(?:(?:第三方|sdk|收集|采集|涉及|共享|使用|获取|所|的|个人|合作|运营|隐私|官网|接入|所属|处理|申请|需要|调用|服务|功能|主要)[\u4e00-\u9fffa-z/]{0,12}?)?"
                    r"(?:公司(?:名称|全称)|名称|公司|主体|机构|目的|用途|功能|场景|信息类型|信息的类型(?:/字段)?|信息种类|信息内容|信息范围|数据类型|数据种类|信息获取|信息|数据|字段|权限|链接|网址|隐私政策|官网|提供方|提供者|开发者|运营方|接收方|合作方)(?:/[\u4e00-\u9fff]{2,4})?|"
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


def as_facts(rows: Iterable[Sdk]) -> list[Fact]:
    """A fact for each SDK, at its first mention."""
    first: dict[str, Sdk] = {}
    for row in rows:
        first.setdefault(row.sdk, row)
    return [Fact(r.policy, "sdks", r.start, r.end, r.quote, None, r.clause, r.quote, f"sdks/{r.rule}") for r in first.values()]


def elsewhere(facts: Iterable[Fact], rows: Iterable[Sdk]) -> list[Fact]:
    """The facts without the announced lists of SDKs that stand in the text itself, right after the announcement."""
    listed = [(row.start, row.sdk) for row in rows if row.rule.startswith(("table", "list"))]
    return [fact for fact in facts if fact.fact != "sdk_list" or len({sdk for start, sdk in listed if fact.end <= start < fact.end + 1200}) < 3]
