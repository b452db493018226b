"""Which SDKs a clause, a cell or a line names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from policykit import names, sdk_lists, sdk_names, sdk_tables
from policykit.rows import Clause, Practice
from policykit.rules import Rulebook, Scanned, normal
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


class Mentions:
    """The patterns of the rulebook and one document's text."""

    def __init__(self, document: Document, practices: list[Practice], rulebook: Rulebook) -> None:
        self.document, self.rulebook = document, rulebook
        self.patterns = rulebook.derived(_patterns)
        self.scans = rulebook.scan(document)
        self.title = normal(document.policy.title or "")
        self.items: dict[int, list[Practice]] = {}
        for practice in practices:
            self.items.setdefault(practice.clause, []).append(practice)
        self._section: dict[int, bool] = {}
        self.aliases = rulebook.derived(_aliases)
        self.printed: dict[str, str] = {}
        nothing = re.compile(r"(?!)")
        self.reader = sdk_tables.Reader(document, self.scans, self.patterns) if self.patterns else None
        self.kinds = [(name.removeprefix("kind_"), pattern) for name, pattern in self.patterns.items() if name.startswith("kind_")]
        self.words_of = sdk_names.Words(*(self.patterns.get(name, nothing) for name in ("generic_zh", "generic_en", "function_en")))

    @cached_property
    def own(self) -> set[str]:
        """The SDKs whose names are all over a text that never speaks of them as SDKs: its own product."""
        times: dict[str, int] = {}
        spoken: set[str] = set()
        ourselves: set[str] = set()
        for view, found in self.scans:
            for hit in found.get("named_sdk", ()):
                if self.rulebook.sdks[hit.payload.id].type == "maker":
                    times[hit.payload.id] = times.get(hit.payload.id, 0) + (15 if _cares.match(view.text, hit.end) else 2)
                else:
                    times[hit.payload.id] = times.get(hit.payload.id, 0) + (not hit.payload.need)
                if _called_we.match(view.text, hit.end):
                    ourselves.add(hit.payload.id)
                if _product.match(view.text, hit.end) or "sdk" in view.text[hit.start:hit.end]:
                    spoken.add(hit.payload.id)
        return ourselves | {sdk for sdk, number in times.items() if number >= 15 and sdk not in spoken}

    def known(self, scanned: Scanned, context: bool, *, whole: bool = False) -> list[Named]:
        """The names of sdks.csv in a clause; ``context``: heading or lead-in speak of SDKs; ``whole``: a name cell."""
        text, found = scanned.view.text, []
        parts: Sentences | None = None
        for hit in scanned.hits.get("named_sdk", ()):
            if sdk_names.in_address(text, hit.start, hit.end) or not whole and hit.end - hit.start > 1 and text[hit.start:hit.end] in self.title:
                continue                                            # the policy's own product bears its title
            if hit.payload.id in self.own:
                continue
            if _in_firm.match(text, hit.end) and self.in_firm(text, hit.start, hit.end, bool(hit.payload.need)) or _denied.search(text, max(0, hit.start - 40), hit.start):
                continue
            if text[hit.start - 1:hit.start] == "-" and text[hit.start].isascii() and text[max(0, hit.start - 2):hit.start - 1].isascii():
                continue                                            # U-Share SDK is not Share SDK
            if hit.payload.need and _other_firm.match(text, hit.end):       # 中国移动在线公司 is not 中国移动
                continue
            if hit.payload.need and "公司" not in text[hit.start:hit.end] and self.rulebook.sdks[hit.payload.id].type == "maker" and \
                    (not _alone.match(text, hit.end) or _origin.search(text, max(0, hit.start - 8), hit.start)):
                continue                                            # 阿里日志SDK is one of many; 来源于百度 says whose another is
            if not whole and text[hit.start].isascii() and (_settings.match(text, hit.end) or _about.search(text, max(0, hit.start - 12), hit.start) and _page.match(text, hit.end)):
                continue                                            # the About Google Ads page
            end = sdk_names.with_suffix(text, hit.end)
            if hit.payload.need and not whole:
                parts = parts or Sentences.folded(text)
                low, high = parts.around(hit.start)
                low, high = max(low, hit.start - 400), min(high, hit.end + 200)
                spoken = "公司" in text[hit.start:hit.end] and _for_what.match(text, hit.end) or self.near(text[low:high], hit.start - low, context)
                if not spoken or not self.alike(hit.payload.id, sdk_names.words_after(text, hit.end)):
                    continue
            found.append(Named(hit.start, end, hit.payload.id, f"name {text[hit.start:hit.end]}", hit.payload.need))
        return found + [Named(a, b, self.aliases[text[a:b]], f"name {text[a:b]}") for a, b in sdk_names.glued(text, self.aliases)]

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
        return context and (at < 12 or "http" in sentence or _names_before.fullmatch(sentence, 0, at) is not None) or bool(self.patterns["provider_context"].search(sentence))

    def shaped(self, scanned: Scanned, clause: Clause, taken: list[Named]) -> list[Named]:
        """Unknown SDKs: names before the word SDK."""
        text, found = scanned.view.text, []
        shapes = [sdk_names.SHAPE] * ("sdk" in text) + [sdk_names.API] * ("api" in text and self.among_sdks(clause))
        if not shapes:
            return found
        covered = bytearray(len(text) + 1)
        for named in taken:
            covered[named.start:named.end] = b"\1" * (named.end - named.start)
        for m in (m for shape in shapes for m in shape.finditer(text)):
            if any(covered[m.start():m.end()]) or sdk_names.in_address(text, m.start("name"), m.end()):
                continue
            start = self.words_of.beginning(text, m.start("name"), m.end("name"))
            if start is None:
                start = m.start("name")
                if not (text[m.end():m.end() + 1] == ":" and m.end() - start > 6 and "第三方" not in m["name"] and _numbered.fullmatch(text, 0, start) and self.in_section(clause)):
                    continue                                        # （8）在线客服SDK：in a list of SDKs is a name all the same
            if m["sdk"].endswith("api") and not _listed.search(text, max(0, start - 8), start):
                continue
            known = self.aliases.get(text[start:m.end("name")].replace(" ", ""), "")
            if not known and self.of_the_firm(text[start:m.end("name")]):
                continue
            found.append(Named(start, m.end("sdk"), known, f"name {text[start:m.end('name')]}" if known else f"shape … {m['sdk'].strip(' -').upper()}"))
        return found

    @cached_property
    def parted(self) -> set[int]:
        """The clauses whose last name a line break parts from the word SDK."""
        texts = [scanned.view.text for scanned in self.scans]
        return {at for at, text in enumerate(texts[1:]) if text.startswith("sdk") and _kit_first.match(text) and _open_end.search(texts[at])}

    def cut(self, scanned: Scanned, clause: Clause, taken: list[Named]) -> list[Named]:
        """The unknown SDK whose name a line break parts from the word SDK."""
        text = scanned.view.text.rstrip()
        if clause.clause not in self.parted or any(one.end >= len(text) - 1 for one in taken):
            return []
        m = next((m for m in sdk_names.SHAPE.finditer(text + "sdk", max(0, len(text) - 40)) if m.end() == len(text) + 3), None)
        start = self.words_of.beginning(text, m.start("name"), m.end("name")) if m else None
        return [] if start is None or self.of_the_firm(text[start:m.end("name")]) else [Named(start, m.end("name"), self.aliases.get(text[start:m.end("name")], ""), "shape … SDK")]

    def among_sdks(self, clause: Clause) -> bool:
        """Whether SDKs are named in a clause or in a line next to it."""
        low, high = max(0, clause.clause - 2), min(len(self.scans), clause.clause + 3)
        return any("sdk" in scanned.view.text for scanned in self.scans[low:high])

    def of_the_firm(self, name: str) -> bool:
        """Whether a name is the firm's own brand and a service: 清风支付 in the policy of 清风银行."""
        for title in (self.title, self.scans[0].view.text[:40] if self.scans else ""):
            shared = next((number for number, (a, b) in enumerate(zip(name, title, strict=False)) if a != b), min(len(name), len(title)))
            if shared >= 2 and name[0] > "\u4e00" and any(_own_service.fullmatch(name, at) for at in range(2, shared + 1)):
                return True
        return False

    def engaged(self, scanned: Scanned, taken: list[Named]) -> list[Named]:
        """Unknown firms that an English sentence says to measure or to be an SDK.

        Seedcount and Quickmeter are third parties we engage to track usage; analytics services such as Seedcount;
        we use Quickmeter, a tracking service.
        """
        text, found = scanned.view.text, []
        patterns = [_engaged] * (" we " in text) + [_such_as, _is_used] * any(word in text for word in ("analytics", "tracking", "sdk", "advertis", "measurement"))
        for m in (m for pattern in patterns for m in pattern.finditer(text)):
            for name in _engaged_name.finditer(text, *m.span(1)):
                start, end = scanned.view.span(*name.span())
                capital = _capitals.match(self.document.policy.text[start:end])
                words = name[0][:capital.end()] if capital else ""
                if not words or _trade.search(words) or self.words_of.generic(words) or words in self.title:
                    continue
                begin, until = name.start(), name.start() + len(words)
                data = any(hit.start < until and begin < hit.end for hit in scanned.hits.get("item", ()))
                if not data and not any(one.start < until and begin < one.end for one in [*taken, *found]):
                    found.append(Named(begin, until, self.aliases.get(words.replace(" ", ""), ""), "named as engaged to measure"))
        return found

    def supplied(self, scanned: Scanned, taken: list[Named]) -> list[Named]:
        """The firms that supply a service by an SDK without a name: 由甲公司提供，我们会接入他们的SDK."""
        text, found = scanned.view.text, []
        for m in _supplied.finditer(text) if "sdk" in text and "公司" in text else ():
            for firm in names.chinese(m["firms"]):
                start, end = m.start("firms") + firm.start, m.start("firms") + firm.end
                if not any(start <= one.start < end + 12 for one in taken):     # 星舟科技有限公司（星舟）: known by the name in brackets
                    found.append(Named(start, end, self.aliases.get(text[start:end], ""), "firm that supplies an SDK"))
        return found

    def listed(self, scanned: Scanned, taken: list[Named]) -> list[Named]:
        """Unknown SDKs that an enumeration names beside known ones, or right after the word SDK and a colon."""
        text = scanned.view.text
        if not any(mark in text for mark in _rows) or not taken and "sdk" not in text:
            return []

        def named(start: int, end: int) -> bool:
            return self.nameable(scanned, start, end)

        spans = [(one.start, sdk_names.without_suffix(text, one.start, one.end)) for one in taken]
        found = dict.fromkeys(sdk_lists.in_a_row(text, spans, self.words_of.beginning, named))
        if "sdk" in text:
            more = [*sdk_lists.announced(text, named), *sdk_lists.whose(text, named)]
            found |= dict.fromkeys(span for span in more if not any(a < span[1] and span[0] < b for a, b in spans))
        return [Named(a, b, self.id_of(text[a:b]), "named beside SDKs") for a, b in found]

    def id_of(self, name: str) -> str:
        """The id of a name that stands in a row with others; 苹果 beside makers of telephones is its push service."""
        bare = name.replace(" ", "")
        return self.aliases.get(bare) or self.aliases.get("苹果推送" if bare == "苹果" else "", "")

    def nameable(self, scanned: Scanned, start: int, end: int) -> bool:
        """Whether words can be a name: not data, not what an SDK does, not the firm's own product."""
        text = scanned.view.text
        name = text[start:end]
        if name != "苹果" and self.words_of.generic(name) or sdk_names.says_more(name) or NO_NAME.search(name) or name in self.title or self.aliases.get(name) in self.own:
            return False
        if self.of_the_firm(name) or sdk_names.in_address(text, start, end):
            return False
        data = [hit for hit in scanned.hits.get("item", ()) if start <= hit.start < end and (not hit.payload.need or 2 * (hit.end - hit.start) > end - start)]
        return not any(self.rulebook.items[hit.payload.id].category != "P" or not name.isascii() for hit in data)

    @cached_property
    def heads(self) -> dict[int, tuple[int, int]]:
        """The names before the colons of numbered lines most of which begin with an SDK's name."""
        if not any("sdk" in scanned.view.text for scanned in self.scans):
            return {}
        lines = [(clause.clause, scanned.view.text) for clause, scanned in zip(self.document.clauses, self.scans, strict=True) if clause.kind not in ("cell", "toc")]

        def is_sdk(line: int, start: int, end: int) -> bool:
            scanned = self.scans[line]
            return "sdk" in scanned.view.text[start:end + 4] or any(start <= hit.start < end for hit in scanned.hits.get("named_sdk", ()))

        found = sdk_lists.heads(lines, is_sdk, lambda line, a, b: self.nameable(self.scans[line], a, b))
        return {line: span for line, span in found.items() if self.in_section(self.document.clauses[line]) or self.among_sdks(self.document.clauses[line])}

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

    def cell_names(self, scanned: Scanned, start: int = 0, end: int | None = None) -> list[Named]:
        """The SDKs of a name cell: known ones, else what is printed."""
        text = scanned.view.text
        end = len(text) if end is None else end
        known = [n for n in self.known(scanned, True, whole=True) if start <= n.start < end]
        items = [h.start for h in scanned.hits.get("item", ()) if start <= h.start < end]
        distinct: list[Named] = []
        for a, b in sdk_names.pieces(text, start, end):
            bracket = text.find("(", a, b) if text.find("(", a, b) > a + 1 else b
            here = [n for n in known if a <= n.start < b]
            here = [n for n in here if n.start < bracket] or here       # "华为推送(华为软件技术有限公司)" is one
            slashes = len(here) > 1 and all("/" in text[x.end:y.start] or "/" in text[x.start:y.start] for x, y in pairwise(here))
            fitting = [n for n in here if not n.weak or self.alike(n.sdk, text[n.start:max(n.end, min(b, bracket))])]
            slashes = slashes or len(here) > 1 and all(_and.fullmatch(text, x.end, y.start) for x, y in pairwise(here))      # 微信及QQ分享
            inside = len(fitting) > 1 and all(n.start > bracket for n in fitting) and "、" in text[fitting[0].end:fitting[-1].start]
            if (slashes or inside) and fitting:                         # 华为/小米推送; 推送SDK(含华为、小米)
                chosen = fitting
            elif fitting:
                chosen = [next((n for n in reversed(fitting) if not n.weak), fitting[0])]
            else:
                only_data = not here and any(a <= item < b for item in items) and not _works.search(text[a:min(b, bracket)]) and not self.component(scanned, a, b)
                chosen = [] if only_data else self.printed_name(text, a, b)
            distinct += [one for one in chosen if not any(self.same(text, other, one) for other in distinct)]
        return distinct

    @staticmethod
    def same(text: str, one: Named, other: Named) -> bool:
        """Whether two names mean one SDK and are not two products of it: 华为推送、华为HMS."""
        a, b = text[one.start:one.end], text[other.start:other.end]
        return one.sdk == other.sdk and (sdk_names.same(a, b) if one.sdk else a == b)

    def component(self, scanned: Scanned, start: int, end: int) -> bool:
        """Whether a cell is one word of a program that is also the name of something it opens: camera, image_picker."""
        hits = [hit for hit in scanned.hits.get("item", ()) if start <= hit.start < end]
        return _component.fullmatch(scanned.view.text, _left.match(scanned.view.text, start, end).end(), end) is not None and all(self.rulebook.items[hit.payload.id].category == "P" for hit in hits)

    def printed_name(self, text: str, start: int, end: int) -> list[Named]:
        """An unknown name as it stands in a name cell."""
        at = _left.match(text, start, end).end()
        stop = _stop.search(text, at + 1, end)
        until = stop.start() if stop else end
        name = text[at:until].rstrip(" *_-\"':")
        bare = name.replace("*", "").strip()
        known = self.aliases.get(bare.replace(" ", "")) or self.aliases.get(re.sub(r"sdk$", "", bare.replace(" ", "")))
        if known and self.alike(known, bare):
            return [Named(at, at + len(name), known, f"name {bare}")]
        if not 2 <= len(bare) <= 40 or _nothing.fullmatch(bare) or NO_NAME.search(bare) or bare in self.title:
            return []
        if self.words_of.generic(bare) and not (bare.endswith("sdk") and bare.count("sdk") == 1 and len(bare) > 5 and not _others.match(bare)):
            return []
        return [Named(at, at + len(name), "", "name as printed")]

    def name_line(self, clause: Clause) -> list[Named]:
        """The SDKs of a line that holds nothing else."""
        scanned = self.scans[clause.clause]
        text = scanned.view.text
        if len(text) > 60 or "named_sdk" not in scanned.hits and "sdk" not in text and "api" not in text or _verbs.search(text):
            return []
        known = self.known(scanned, self.in_section(clause))
        found = sorted(known + self.shaped(scanned, clause, known), key=lambda n: n.start)
        if not found or _bullet.fullmatch(text, 0, found[0].start) is None:
            return []
        return [n for n in self.cell_names(scanned) if n.sdk or _kit.search(text, n.start, n.end)] or found

    def words(self, clause: Clause, view: View, start: int, end: int) -> str | None:
        """The words of a value, verbatim."""
        start = start + len(view.text[start:end]) - len(view.text[start:end].lstrip(" \n*_"))
        end = start + len(view.text[start:end].rstrip(" ;,。|*_"))
        if end <= start:
            return None
        a, b = view.span(start, end)
        return self.document.policy.text[a:b]


_rows = ("、", "/", "和", "及", "与", 'sdk"', "的sdk")
_open_end = re.compile(r"[\u4e00-\u9fffa-z0-9+]\s*$")
_kit_first = re.compile(r"sdk(?:[。,、]|需|会|将|可|用|来|获|收集|读|采|以|为)")
_component = re.compile(r"[a-z][a-z0-9_.-]+\s*")
_own_service = re.compile(r"(?:统一|快捷|移动|在线|手机|安全)?(?:支付|付|钱包|登录|账号|帐号|收银台)(?:平台|系统|服务)?")
_for_what = re.compile(r"\s*\((?:主要|仅)?用(?:于|来)[^()]{2,30}\)\s*(?:$|[、,;。])")       # 甲公司（用于推送）: who it is shared with
# names before a name: 小米、魅族、华为、
_names_before = re.compile(r"[\s\d.()（）]*(?:[^\s、,，。;；:：]{1,12}[、/])+")
_NAME = r"(?<![\w.&'!-])(?!(?:and|or|these|they|those|we|such|which|who|that|some|our|the|all|other|both)\b)[\w.&'!-]+(?: (?!(?:and|or|is|are)\b)[\w.&'!-]+){0,2}"
_engaged = re.compile(rf"(?:^|[.;:]\s*)(?:(?:for example|currently|at present), )?({_NAME}(?:, {_NAME}){{0,5}}(?:,? and {_NAME})?)(?: are| is)(?: \w+){{0,2}}? (?:third[ -]part(?:y|ies)|companies|company|service providers?|vendors?)(?: \w+){{0,2}}? (?:(?:that|which|whom|who) )?we (?:have )?(?:\w+ly )?(?:engaged?|used?|hired?|employ(?:ed)?|retain(?:ed)?|work with|contract with) to (?:help (?:us )?)?(?:\w+ly )?(?:track|analy[sz]e|measure|monitor)\b")
_such_as = re.compile(rf"\b(?:sdks?|analytics|tracking|measurement|advertising (?:networks?|servers?|services?|partners?)|ad (?:networks?|servers?))\b(?![^.;]{{0,60}}(?:opt|information|\bdata\b))[^.;()]{{0,60}}?(?:\((?:such as|e\.g\.,?|including|like|for example,?) |,? (?:such as|including|like|e\.g\.,?) )({_NAME}(?:, {_NAME}){{0,5}}(?:,? (?:and|or) {_NAME})?)")
_is_used = re.compile(rf"\b(?:use|uses|using|utili[sz]es?|utili[sz]ing|employs?|engages?|implements?|integrates?|contracts? with|works? with|partners? with) ({_NAME})(?: \((?:tm|r)\)|[™®])?,? an? (?:[\w-]+ ){{0,6}}?(?:analytics|tracking|advertising|measurement|remarketing|metrics)\b")
_trade = re.compile(r"\b(?:initiative|alliance|association|council|explorer|firefox|safari|chrome|california|states|act|regulation|program|pixels?|tags?|gifs?|technolog(?:y|ies)|flash|objects?|data|information|tools?|software|javascript|html5?|logs?|internet|networks?|compan(?:y|ies)|providers?|partners?|vendors?|part(?:y|ies)|advertisers?|firms?|services?|agenc(?:y|ies)|cookies?|beacons?)$")
_capitals = re.compile(r"[A-Z][\w&'!-]*(?:\.[\w-]+)*(?: [A-Z][\w&'!-]*(?:\.[\w-]+)*)*")
_engaged_name = re.compile(_NAME)
_supplied = re.compile(r"由(?P<firms>[^。;]{4,200}?)(?:提供|支持)[^。;]{0,12}[,;]?[^。;]{0,20}(?:接入|嵌入|集成|使用)[^。;]{0,8}(?:他们|它们|其|该(?:公司|等公司)?|这些公司|上述公司)的{1,2}sdk")
_settings = re.compile(r"\s(?:ads? )?(?:settings|preferences)\b")
_about = re.compile(r"\babout $")
_page = re.compile(r"\s(?:\w+ )?(?:page|website|site)\b")
_called_we = re.compile(r"(?:公司|集团)?(?:及其[^()。;]{1,10})?\s*\((?:以下|下称|下文|简称|统称|合称|又称)[^()]{0,14}(?:我们|本公司|我司|我方)")
_cares = re.compile(r"(?:公司|集团)?(?:一直|一贯|非常|十分|高度|充分|严格)*(?:重视|尊重|深知|致力|承诺)")
_product = re.compile(r"\s?\+?\s?的?(?:sdk|推送|统计|登录|分享|支付|定位|push|插件|开放平台|广告|联盟)")
_other_firm = re.compile(r"(?:(?![等及和与或的])[\u4e00-\u9fff]){1,8}?(?:公司|集团)")
_works = re.compile(r"(?:sdk|识别|认证|核身|登录|验证|检测|服务)[ *:]*$")       # 星舟人脸识别 does something, and is no data
_listed = re.compile(r"(?:^|[、,:])\s*(?:[(*•·]?(?:\d{1,2}|[a-z])[).、]+)?\s*$")
_kit = re.compile(r"sdk|api$")
_and = re.compile(r"\s*(?:登[录陆]|分享|支付|推送|sdk){0,2}\s*(?:以?及|和|与|or|and|&|\+)\s*")
_alone = re.compile(r"\s*(?:(?:公司)?(?:的sdk)?\s*(?:$|[、,。;/|\])\"和及与或]|等|以及))")
_origin = re.compile(r"(?:来源于|来自|旗下|由|属于|隶属|提供[方者商]|[:(])[为是:\s]*$")
_numbered = re.compile(r"\s*[(*]*\d{1,2}[).、*]+\s*")
_left = re.compile(r"[\s()*•·\-:_Øø▪●◆■□➢]*(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3}(?=[.、):]))\s?[.、):]\s*)?[\s()*•·\-:_]*")
_stop = re.compile(r"[。;\n|]|\(|https?:")
_others = re.compile(r"第三方|其他|部分|合作|本|各")
_nothing = re.compile(r"[无否\-/—_.*]+|不涉及|暂无|n/?a|none")
_verbs = re.compile(r"我们|您|你|使用了|收集|共享|。|;|,.{12}|(?<![a-z])(?:we|you|our|your|is|are|use)(?![a-z])")
_bullet = re.compile(r"[\s\d.、()（）*#•·●\-\"①-⑳]*[a-z]?[.、)]?\s?\"?")
_denied = re.compile(r"(?<![a-z])(?:not|n't|no longer|never) (?:\w+ ){0,4}$|(?:没有|未|不再|不会|并不)(?:接入|使用|集成|嵌入)[^,。;]{0,10}$")
_in_firm = re.compile(r"[\u4e00-\u9fff()]{1,12}有限(?:责任)?公司")
NO_NAME = re.compile(r":|我们|您|你|(?:如下|包括|以下|共享|披露|政策|目前|协议|情形|情况|名称|类型|说明|链接|数据|信息|渠道包|方式|场景|目的|用途)\W*$|^(?:收集|采集|获取|涉及|来源|来自|属于|嵌入|广告的|允许|读写|读取|挂载|访问)|第三方sdk|[=?&]|^(?:当前|本)app$|^(?:本应用|自有|自研|我行|我司|无)$|传输|收集")


def _patterns(rulebook: Rulebook) -> dict[str, re.Pattern[str]]:
    """The expressions of facts.yml that say how SDKs are named."""
    rule = rulebook.facts.get("sdks")
    return {p.id: re.compile(p.match) for p in rule.patterns} if rule else {}


def _aliases(rulebook: Rulebook) -> dict[str, str]:
    """The SDK behind each name, for names that stand glued to the word SDK."""
    return {normal(term).replace(" ", ""): rule.id for rule in rulebook.sdks.values() for term in f"{rule.aliases}|{rule.context}".split("|") if term}
