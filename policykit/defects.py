"""Defects: what is wrong with the document itself."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from policykit import bilingual, contradictions, disagreements, gaps, references
from policykit import law as laws
from policykit.evidence import compiled, holding, reading
from policykit.faults import Reporter
from policykit.law import DefectKind, Law
from policykit.reach import of_china
from policykit.rows import Defect, Fact, Item, Pair, Practice, Sdk, Topic
from policykit.rules import Rulebook
from policykit.structure import Document
from policykit.text import fold, language


def find(document: Document, topics: list[Topic], practices: list[Practice], facts: list[Fact], sdks: list[Sdk],
         pairs: list[Pair], rulebook: Rulebook, *, items: list[Item] = (), sector: str | None = None) -> list[Defect]:
    """The defects of the document, each with its quote and one sentence in either language.

    With ``items`` and ``sector`` also the items collected beyond what an app of that type needs.
    """
    law = laws.of(rulebook)
    report = Reporter(document, law)
    rows: list[Defect] = []
    rows += gaps.in_sections(document, report)
    rows += references.broken(document, report)
    rows += references.annexes(document, report)
    rows += references.lists(document, report, sdks)
    rows += _names(document, report)
    rows += _phrased(document, report, rulebook, law, facts, practices, sdks)
    rows += contradictions.denied_and_collected(document, report, practices, rulebook)
    rows += _old_law(document, report, law, facts)
    rows += disagreements.all_of(document, report, facts)
    rows += _open_lists(document, report, practices)
    rows += bilingual.differences(document, report, pairs, rulebook, practices)
    rows += beyond_necessary(document, items, practices, rulebook, sector)
    if not of_china(document):
        rows = [_without_law(row) for row in rows if row.kind not in _OF_CHINA]
    seen: dict[tuple[str, int], Defect] = {}
    for row in rows:
        seen.setdefault((row.kind, row.start), row)
    return sorted(seen.values(), key=lambda row: (row.start, row.kind))


# kinds that only the law of China makes a fault
_OF_CHINA = frozenset(["slow_reply", "slow_breach", "law_not_updated", "law_renumbered", "beyond_necessary"])


def _without_law(row: Defect) -> Defect:
    """The row without the articles of Chinese law, for a policy that shows no tie to China."""
    en, zh = re.sub(r" \(PIPL[^)]*\)", "", row.detail), re.sub(r"（个人信息保护法[^）]*）", "", row.detail_zh)
    return row if en == row.detail else replace(row, detail=en, detail_zh=zh, severity="note")


_placeholder = re.compile(
    r"(?<![a-z0-9])x{2,6}(?:科技|网络|信息|有限|公司|app|平台|软件|产品|应用|集团|隐私)|某某+(?:公司|科技|平台|app|软件)|\[(?:your |insert |the )?(?:公司|公司名称|产品名称|company|app name|application name|website|product name|date|email|address|name)[^\[\]]{0,24}\]"
    r"|[\[<{【](?:公司|公司名称|公司全称|产品名称?|平台名称|应用名称|app名称|填写[^\]>}】\n]{0,8}|请填[^\]>}】\n]{0,8}|插入[^\]>}】\n]{0,8}|待补充|联系方式|日期|邮箱|电话|地址)[\]>}】]|\{\{[^{}]{1,30}\}\}|\$\{[^{}]{1,30}\}|_{4,}(?=公司|年|月|日|科技|平台)|(?<=[\u4e00-\u9fff,。:])【[ _]{0,4}】|(?<![a-z0-9])x{2,4}年x{1,2}月|(?<![a-z0-9])lorem ipsum(?![a-z])")
_placeholder_start = re.compile(r"xx|某某|\[|<|\{|【|\$\{|____|lorem ipsum")     # each of the alternatives begins so
_called = re.compile(r"\((?:以下|下)(?:也|亦|又)?(?:简称|统称|合称|称)[^()]{1,20}\)")
_name_above = re.compile(r"(?:公司|平台|银行|集团|中心|事务所|工作室|app|软件|网)[\s*_)\]】》\"]*$")     # the name stands on the line before
_owned = re.compile(r"'s\s[a-z]+")


def _names(document: Document, report: Reporter) -> Iterator[Defect]:
    """Placeholders that were not filled in, and names that were blanked out."""
    folded = document.folded
    seen: set[str] = set()
    past = 0
    for place in _placeholder_start.finditer(folded):
        hit = _placeholder.match(folded, place.start()) if place.start() >= past else None
        past = hit.end() if hit else past
        if hit and hit[0] not in seen and len(seen) < 3 and _in_body(document, report, hit.start()):
            seen.add(hit[0])
            yield report.row("placeholder", hit.start(), hit.end(), what=document.policy.text[hit.start():hit.end()])
    called = (hit for hit in _called.finditer(folded) if _begins(folded, hit.start()) and not _name_above.search(folded, max(0, hit.start() - 40), hit.start()))
    owned = (hit for hit in _owned.finditer(folded) if folded[hit.start() - 1:hit.start()].isspace())
    blanks = 0
    for hit in chain(called, owned):
        if blanks < 4 and _in_body(document, report, hit.start()):
            blanks += 1
            yield report.row("name_blank", hit.start(), hit.end(), what=document.policy.text[hit.start():hit.end()])


def _begins(text: str, at: int) -> bool:
    """Whether a sentence or line begins at a place.

    >>> _begins("我们。 (以下", 4), _begins("我们(以下", 2), _begins("我们 \\n (以下", 5)
    (True, False, True)
    """
    while at and text[at - 1].isspace():
        at -= 1
        if text[at] == "\n":
            return True
    return not at or text[at - 1] in "。;"


def _in_body(document: Document, report: Reporter, position: int) -> bool:
    """Whether a position lies in a clause of the policy proper."""
    number = report.clause_at(position)
    if number is None:
        return False
    clause = document.clauses[number]
    return clause.start <= position < clause.end and clause.kind != "toc" and not (clause.section < len(document.parts) and document.parts[clause.section] == "terms")


def _phrased(document: Document, report: Reporter, rulebook: Rulebook, law: Law, facts: list[Fact], practices: list[Practice], sdks: list[Sdk]) -> Iterator[Defect]:
    """The kinds that phrases tell, unless the rest of the document speaks against it."""
    machine = compiled(law)
    seen = reading(document, rulebook, law)
    dated = any(fact.fact in ("updated", "effective") for fact in facts)
    stored = next((fact for fact in facts if fact.fact == "stores_in_china"), None)
    # named among the data that the policy is about, it contradicts just as well
    precise = [row for row in practices if row.item == "precise_location" and (row.status == "collected" or row.rule.endswith("after a definition"))]
    for kind in law.defects.values():
        if kind.id not in machine.trees:
            continue
        hits = holding(machine.trees[kind.id]["when"], seen)
        if kind.id == "tacit_consent":      # to accept a contract by using it is no consent to the handling of data
            hits = [] if "terms of use alone" in (document.policy.message or "") else [one for one in hits if not _contract.search(document.folded, one.start, one.end)]
        if not hits:
            continue
        first = hits[0]
        if kind.id == "date_absent":
            if not dated and not re.search(r"20\d\d", document.policy.text[:300] + document.policy.text[-300:]):
                yield report.row(kind.id, first.start, first.end, what=_cue(document, kind, first.start, first.end))
        elif kind.id == "contradiction_position":
            for one in hits[:int(kind.most)]:
                other = next((row for row in precise if not one.start <= row.start < one.end), None)
                if other is not None:
                    yield report.row(kind.id, one.start, one.end, other=contradictions.around(document, other.start, other.end))
        elif kind.id == "contradiction_storage":
            # to go abroad with the person's consent only is an exception, no contradiction
            free = next((one for one in hits if not _with_consent.search(document.folded, one.start, one.end)), None)
            if stored is not None and free is not None:
                yield report.row(kind.id, free.start, free.end, other=stored.quote)
        elif kind.id == "unnamed_partners":
            if len(hits) >= 2 and not references.companies(document) and not any(sdk.sdk in rulebook.sdks for sdk in sdks):
                yield report.row(kind.id, first.start, first.end, n=len(hits))
        elif kind.id == "vague_wording":
            if len(hits) >= 2:
                yield report.row(kind.id, first.start, first.end, n=len(hits))
        else:
            for one in hits[:int(kind.most)]:
                yield report.row(kind.id, one.start, one.end, what=_cue(document, kind, one.start, one.end))


_contract = re.compile(r"(?:本|对)《?协议》?[^。;]{0,30}(?:服务|接受)[^。;]{0,40}本《?协议》?各项条款|(?:用户|服务|使用|注册)协议》?(?:各项)?(?:条款)?的约束")
_with_consent = re.compile("同意后|授权后|授权同意|经您同意|获得您的|征得您的|取得您的|with your consent|your permission|you consent|you agree")


def _cue(document: Document, kind: DefectKind, start: int, end: int) -> str:
    """The phrase of a kind that stands in a sentence."""
    folded = document.folded[start:end]
    for leaf in kind.when.leaves() if kind.when else ():
        for word in leaf.phrase if isinstance(leaf.phrase, tuple) else ():
            if fold(word) in folded:
                return word
    return document.policy.text[start:end][:40]


_pipl_terms = re.compile(
    r"个人信息保护法|敏感个人信息|单独(?:的)?(?:同意|授权)|单独(?:征得|取得|获得)|突发公共卫生事件|法定职责或|舆论监督|近亲属|个人信息处理者|解释说明|一方当事人|不包括匿名化|撤回同意(?:的|不|前)"
    r"|personal information protection law|sensitive personal information|separate consent|public health emergenc|statutory duties|close relatives|personal information (?:processor|handler)")
_chinese_law = re.compile(r"中国|中华人民共和国|china|chinese law|prc", re.IGNORECASE)
_cybersecurity = re.compile(r"网络安全法》?\s*第([一二三四五六七八九十百\d]+)条|article (\d+) of the (?:\w+ )?(?:cyber ?security|network security) law")


def _old_law(document: Document, report: Reporter, law: Law, facts: list[Fact]) -> Iterator[Defect]:
    """Law that is out of force, missing or renumbered at the policy's date."""
    dates = [fact for fact in facts if fact.fact in ("updated", "effective") and re.match(r"\d{4}-\d{2}", fact.value)]
    dated = max(dates, key=lambda fact: fact.value) if dates else None
    folded = document.folded
    for instrument in law.instruments.values():
        if not instrument.valid_to or not instrument.cited_as:
            continue
        if dated is None or dated.value <= instrument.valid_to[:len(dated.value)]:
            continue
        for name in instrument.cited_as:
            form = fold(name)
            place = folded.find(form)
            if place >= 0 and _in_body(document, report, place):
                newer = law.instruments.get(instrument.replaced_by)
                yield report.row("law_superseded", place, place + len(form), what=instrument.en, date=instrument.valid_to,
                                 other=f"; replaced by the {newer.en}" if newer else "", zh={"what": instrument.zh, "other": f"，由{newer.zh}取代" if newer else ""})
                break
    regime = {fact.value for fact in facts if fact.fact == "legal_regime"}
    if dated is not None and dated.value >= "2021-11" and dated.value != "2021-11" and not regime & {"pipl", "both"} and "gdpr" not in regime:
        chinese = language(document.policy.text) in ("zh", "mixed")
        if (chinese or _chinese_law.search(document.policy.text)) and not _pipl_terms.search(folded):
            yield report.row("law_not_updated", dated.start, dated.end, date=dated.value)
    if dated is not None and dated.value >= "2026-01":
        pairs = dict(pair.split(":") for pair in law.instruments["csl"].renumbered)
        for hit in _cybersecurity.finditer(folded):
            number = str(references.value_of(hit[1] or hit[2]))
            if number in pairs:
                yield report.row("law_renumbered", hit.start(), hit.end(), what=number, other=pairs[number])


_opened = re.compile(r"(?:例如|比如|包括但不限于|包含但不限于|including but not limited to|including,? without limitation|such as|e\.g\.)[^。;]{0,14}$")
_left_open = re.compile(r"(?<![该此这上前何平同])等(?:信息|相关信息|个人信息|内容|资料|数据|情况|其他信息)?(?=[,。;、)]|以|用|来|$)|包括但不限于|等等|etc\.?(?![a-z])|including but not limited|including,? without limitation|and other (?:personal )?information|and so on|such as")


_not_collecting = re.compile(r"妥善|保管|泄[露漏]|措施[^。;]{0,6}$|限制用户|注销|(?:访问|查阅|更正|修改|编辑|删除)[^。;收集]{0,14}$|keep (?:your|the) .{0,20}(?:safe|secret|confidential)")


def _open_lists(document: Document, report: Reporter, practices: list[Practice]) -> Iterator[Defect]:
    """How many lists of collected items are left open, with the first."""
    clauses: dict[int, list[Practice]] = defaultdict(list)
    for row in practices:
        if row.status == "collected" and row.action in (None, "collect"):
            clauses[row.clause].append(row)
    hits: list[tuple[int, int]] = []
    for rows in clauses.values():
        found = next((found for row in rows if (found := _opening(document, row, rows))), None)
        if found is not None:
            hits.append(found)
    if hits:
        start, end = min(hits)
        yield report.row("open_lists", start, end, n=len(hits))


_no_list = re.compile(r"\s*[,:]?\s*(?:如果?|若|当|在)")       # 例如,若…: a case, no list
_of_aims = re.compile("提供|保障|帮助|服务|功能|用途|目的|方式")


def _opening(document: Document, row: Practice, rows: list[Practice]) -> tuple[int, int] | None:
    """Where the sentence stands that leaves open a list in which a mention is one of two or more."""
    folded = document.folded
    hit = _left_open.search(folded, row.end, row.end + 12)
    if hit is None or _of_aims.search(folded, row.end, hit.start()):        # 查询订单、提供服务等
        hit = _opened.search(folded, max(0, row.start - 24), row.start)
        if hit is not None and _no_list.match(folded[hit.start():row.start].removeprefix("例如").removeprefix("比如")):
            hit = None
    if hit is None:
        return None
    left, right = contradictions.sentence_of(document, row)
    named = [one for one in rows if left <= one.start < right]
    first = min(one.start for one in named)
    if len({one.item for one in named}) < 2 or _not_collecting.search(folded, max(left, first - 30), first):
        return None
    opens = hit.start() < row.start
    end = max(one.end for one in named if one.end < row.end + 120) if opens else max(row.end, min(hit.end(), right))
    if end - left > 160:        # from a mark before the list on
        marks = [place + 1 for mark in ",:(、" if 0 <= (place := folded.find(mark, end - 160, min(hit.start(), row.start) if opens else row.start))]
        left = min(marks, default=min(row.start, hit.start()))
    while left < end and folded[left].isspace():
        left += 1
    return left, end


def beyond_necessary(document: Document, items: Iterable[Item], practices: list[Practice], rulebook: Rulebook, sector: str | None) -> list[Defect]:
    """Items collected beyond what an app of this sector needs for its basic function, one row an item, where it is named."""
    law = laws.of(rulebook)
    kind = laws.app_type(sector, law)
    if kind is None:
        return []
    report, allowed, rows = Reporter(document, law), set(kind.items), []
    mentions = {}
    for row in practices:
        if row.status == "collected":
            mentions.setdefault(row.item, row)
    for item in items:
        rule, mention = rulebook.items.get(item.item), mentions.get(item.item)
        if item.status != "collected" or mention is None or rule is None or item.item in allowed or rule.parent in allowed:
            continue
        if rule.category == "N" or item.item == "child_info":   # of firms; the rules for children are their own
            continue
        rows.append(report.row("beyond_necessary", mention.start, mention.end, what=rule.en, other=kind.en, n=f"needs: {kind.needs_en} [{kind.tag}]",
                               zh={"what": rule.zh, "other": kind.zh, "n": f"{kind.needs_zh} [{kind.tag}]"}))
    return rows
