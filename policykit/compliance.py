"""Findings: what the law asks a policy to say, against what this policy says.  No legal advice."""

from __future__ import annotations

import re
from collections.abc import Iterable

from policykit import law as laws
from policykit.evidence import Answer, Compiled, Reading, ask, compiled, reading
from policykit.law import Law, Requirement
from policykit.reach import of_china
from policykit.rows import Fact, Finding, Item, Practice, Sdk, Topic
from policykit.rules import Rulebook
from policykit.structure import Document
from policykit.text import fold, language

_company = re.compile(r"有限(?:责任)?公司|(?:股份|集团|总|分)公司|银行|委员会|中心|大学|学院|合伙|工作室|事务所|研究院|(?<![a-z])(?:co\.?,? ?ltd|ltd|inc|llc|gmbh|corp|corporation|limited|plc|company|bureau|bank)(?![a-z])")
_day = re.compile(r"\d{4}-\d{2}-\d{2}$")
_open = re.compile(r"等(?:信息|相关|个人|内容|资料|数据|情况|其他)?|包括但不限于|例如|etc\.?(?![a-z])|such as|including but not limited|other personal information|and so on|among others|for example")
_collecting = re.compile(r"收集|采集|获取|提供|填写|(?<![a-z])(?:collect|provide|obtain|receive|record)")
_no_policy = re.compile(r"reads as|does not read as|seems to be in|garbled")     # what reading doubts
_denial = re.compile(r"不会|不向|不存在|不涉及|没有|未经|(?<![a-z])(?:not|never|no)(?![a-z])")


def check(document: Document, topics: list[Topic], practices: list[Practice], items: list[Item],
          facts: list[Fact], sdks: list[Sdk], rulebook: Rulebook, *, sector: str | None = None, strict_consent: bool = False) -> list[Finding]:
    """A verdict for each disclosure requirement of the rulebook.

    ``strict_consent``: explicit consent is no longer a part of what the law calls separate consent.
    """
    law = laws.of(rulebook)
    machine = compiled(law)
    policy = document.policy.name
    spoken, date = language(document.policy.text), policy_date(facts)
    if spoken is None:
        return [Finding(policy, rule.id, "unknown", None, None, None, None, None, f"The text is neither Chinese nor English; a person has to read it. ({law.basis_en(rule)})",
                        f"文本既非中文也非英文，须由人阅读。（{law.basis_zh(rule)}）")
                for rule in law.requirements.values()]
    marks, flags = _marks(document, machine, topics, practices, items, facts, sdks, rulebook, spoken)
    seen = reading(document, rulebook, law, marks)
    bound = of_china(document)
    return [_finding(document, law, rule, machine, seen, flags, facts, date, strict_consent, bound) for rule in law.requirements.values()]


def _finding(document: Document, law: Law, rule: Requirement, machine: Compiled, seen: Reading, flags: int, facts: list[Fact], date: str | None, strict: bool, bound: bool) -> Finding:
    """The verdict on one requirement; ``bound``: whether the text shows that the law of China may apply."""
    trees, size = machine.trees[rule.id], len(seen.body.sentences)

    def answer(key: str) -> Answer:
        return ask(trees[key], seen, flags, machine.unless[rule.id] if key == "met" else ())

    best = None
    if trees["applies"] is not None and not answer("applies").holds:
        verdict, why = "not_applicable", f"Does not apply: nothing in the text shows that {rule.applies_en}."
        why_zh = f"不适用：文中没有内容表明有此情形：{rule.applies_zh}。"
    else:
        met = answer("met")
        if met.holds and (met.count >= int(rule.count_met) or rule.count_met == "1"):
            verdict, best = "met", met.best
            why = "Stated" + (f" in {_where(document, best.clause)}" if best else "") + (f", {met.count} sentences" if met.count > 1 else "") + "."
            why_zh = "已写明" + (f"，见{_where_zh(document, best.clause)}" if best else "") + (f"，共{met.count}句" if met.count > 1 else "") + "。"
        elif rule.machine == "manual":
            verdict, why = "unknown", f"A program cannot tell from the text; look at the product: {rule.must_en}"
            why_zh = f"程序无法从文字判断，须查看产品本身：{rule.must_zh}"
        else:
            some = answer("explicit") if not strict else Answer(False)
            some = some if some.holds else answer("partial")
            some = some if some.holds else Answer(met.holds, met.best, met.count)
            if some.holds:
                verdict, best = "partial", some.best
                why = "Stated in part" + (f" in {_where(document, best.clause)}" if best else "") + f". In full: {rule.must_en}"
                why_zh = "部分写明" + (f"，见{_where_zh(document, best.clause)}" if best else "") + f"。完整要求：{rule.must_zh}"
            elif document.policy.message and _no_policy.search(document.policy.message):
                verdict, why = "unknown", f"Not found, but the file may be none of a privacy policy: {document.policy.message.rstrip('.')}."
                why_zh = "未找到，但该文件可能不是隐私政策，或读取有误；见读取说明。"
            elif not bound:
                verdict, why, why_zh = "not_applicable", *_elsewhere(rule)
            else:
                verdict, why = "missing", f"Not found in the {size} sentences of the body (contents, headings alone, definitions, change lists and terms of use left out). Expected: {rule.must_en}{f' {rule.silent_en}' if rule.silent_en else ''}"
                why_zh = f"在正文{size}句中未找到（不计目录、单独的标题、定义、变更列举和用户协议）。应写明：{rule.must_zh}{rule.silent_zh}"
    if not bound and verdict in ("met", "partial"):
        why += " This compares with the law of China, to which the text shows no tie."
        why_zh += "此处仅与中国法比较，文中没有内容表明其适用。"
    as_of = _as_of(verdict, rule, date)
    if as_of == "not_yet_required":
        why += f" Not yet required at the policy's date: the duty began on {rule.since}."
        why_zh += f"该政策发布时尚无此要求：义务自{rule.since}起。"
    basis, basis_zh = machine.bases[rule.id]
    reasons = f"{why} ({basis})", f"{why_zh}（{basis_zh}）"
    if best is None and verdict in ("met", "partial"):
        fact = next((fact for leaf in (rule.met if verdict == "met" else rule.partial).leaves() for fact in facts if leaf.fact.startswith(fact.fact)), None)
        if fact is not None:
            return Finding(document.policy.name, rule.id, verdict, as_of, fact.clause, fact.start, fact.end, fact.quote, *reasons)
    where = (best.clause, best.start, best.end, document.policy.text[best.start:best.end]) if best else (None,) * 4
    return Finding(document.policy.name, rule.id, verdict, as_of, *where, *reasons)


def _elsewhere(rule: Requirement) -> tuple[str, str]:
    """Why something that was not found is not called missing in a policy that names nothing of China."""
    gdpr = rule.gdpr if re.match(r"\d", rule.gdpr) else ""
    return (f"Not found, and not called missing: nothing in the text shows that the law of China applies here (no Chinese version, place, number, law or service is named)."
            f"{f' Where the GDPR applies, its art. {gdpr} asks for the like.' if gdpr else ''}",
            f"未找到，但不计为缺失：文中没有内容表明适用中国法（没有中文版本，也未提及中国的地点、号码、法律或服务）。{f'适用GDPR时，其第{gdpr}条有类似要求。' if gdpr else ''}")


def _where(document: Document, clause: int) -> str:
    """The section of a clause, in words."""
    label = _section(document, clause)
    return f"“{label}”" if label else "the text before the first heading"


def _where_zh(document: Document, clause: int) -> str:
    """The section of a clause, in Chinese words."""
    label = _section(document, clause)
    return f"“{label}”" if label else "第一个标题之前的文字"


def _section(document: Document, clause: int) -> str:
    """The number and title of a clause's section; empty before the first heading."""
    section = document.sections[document.clauses[clause].section]
    return " ".join(part for part in (section.number, section.title) if part)[:60] if section.level else ""


def policy_date(facts: Iterable[Fact]) -> str | None:
    """The policy's own date: the latest of its update and effective dates, YYYY-MM or YYYY-MM-DD."""
    return max((fact.value for fact in facts if fact.fact in ("updated", "effective") and re.match(r"\d{4}-\d{2}", fact.value)), default=None)


def _as_of(verdict: str, rule: Requirement, date: str | None) -> str | None:
    """The verdict at the policy's own date."""
    if date is None:
        return None
    if verdict in ("missing", "partial") and date < rule.since[:len(date)]:
        return "not_yet_required"
    return verdict


def _marks(document: Document, machine: Compiled, topics: list[Topic], practices: list[Practice], items: list[Item],
           facts: list[Fact], sdks: list[Sdk], rulebook: Rulebook, spoken: str) -> tuple[dict[int, int], int]:
    """The leaves other than phrases: bits by position in the text, and bits that hold for the document as a whole."""
    bits = machine.phrases.bits
    marks: dict[int, int] = {}
    flags = 0

    def mark(key: tuple[str, str], start: int | None = None) -> None:
        nonlocal flags
        bit = bits.get(key)
        if bit is None:
            return
        if start is None:
            flags |= bit
        else:
            marks[start] = marks.get(start, 0) | bit

    for fact in facts:
        mark(("fact", fact.fact), fact.start)
        mark(("fact", fact.fact))       # a fact holds for the document wherever it stands
        if fact.fact == "controller" and _company.search(fold(fact.value)):
            mark(("fact", "controller_legal"), fact.start)
            mark(("fact", "controller_legal"))
        elif fact.fact == "effective" and _day.match(fact.value):
            mark(("fact", "effective_day"), fact.start)
            mark(("fact", "effective_day"))
        elif fact.fact == "cross_border" and fact.value in ("yes", "conditional"):
            mark(("fact", "cross_border_possible"), fact.start)
            clause = document.folded[max(0, fact.start - 40):fact.end + 40] if fact.value == "conditional" else ""
            if fact.value == "yes" or "stored_except" not in fact.rule and not _denial.search(clause):        # an exception says what may happen
                mark(("fact", "cross_border_happens"), fact.start)
        elif fact.fact == "retention":
            mark(("fact", "retention_period"), fact.start)
    for item in items:
        if item.status == "collected":
            mark(("item", item.item), item.start)
            rule = rulebook.items.get(item.item)
            if rule is not None and rule.sensitive_45574 == "S" and item.item != "child_info":   # children have their own duties
                mark(("item", "sensitive"), item.start)
    wanted = {key[1] for key in bits if key[0] == "topic"}
    for topic in topics:
        if topic.topic in wanted and topic.clause < len(document.clauses):
            mark(("topic", topic.topic), document.clauses[topic.clause].start)
    # of running text only what stands in a table or list is a statement about embedded code: 微信 may be a way to pay
    listed = [sdk for sdk in sdks if sdk.rule.startswith(("table", "list"))]
    for sdk in listed:
        mark(("sdk", "any"), sdk.start)
    if len({sdk.sdk for sdk in listed}) >= 3:
        mark(("sdk", "several"), listed[0].start)
    for key, has in (("provider", lambda sdk: _printed(document, sdk.provider)), ("items", lambda sdk: sdk.items),
                     ("full", lambda sdk: _printed(document, sdk.provider) and sdk.purpose and sdk.items)):
        if listed and sum(bool(has(sdk)) for sdk in listed) >= 0.6 * len(listed):
            mark(("sdk", key), next(sdk.start for sdk in listed if has(sdk)))
    if document.tables:
        mark(("fact", "table"))
    if spoken in ("zh", "mixed"):
        mark(("fact", "chinese_text"))
    if any(clause.kind == "toc" and "cookie" in clause.text.lower() for clause in document.clauses):
        mark(("fact", "cookie_announced"))
    closed = _closed_list(document, practices)
    if closed is not None:
        mark(("fact", "closed_lists"), closed)
    return marks, flags


def _printed(document: Document, provider: str | None) -> bool:
    """Whether a provider stands in the text, and not only in our list of SDKs."""
    return bool(provider) and fold(provider)[:6] in document.folded


def _closed_list(document: Document, practices: list[Practice]) -> int | None:
    """Where the best closed list of collected items stands, if most lists of collected items are closed."""
    lists: dict[int, list[Practice]] = {}
    for practice in practices:
        if practice.status == "collected" and practice.action in (None, "collect"):
            lists.setdefault(practice.clause, []).append(practice)
    lists = {clause: rows for clause, rows in lists.items() if len({row.item for row in rows}) >= 2}
    if len(lists) < 3:
        return None
    closed = {}
    for clause, rows in lists.items():
        last = max(row.end for row in rows)
        first = min(row.start for row in rows)
        if not _open.search(document.folded[max(first - 12, 0):last + 12]):
            closed[clause] = rows
    told = {clause: rows for clause, rows in closed.items() if _collecting.search(document.folded, document.clauses[clause].start, rows[0].start)}
    if len(closed) < 0.9 * len(lists):
        return None
    return max((told or closed).values(), key=len)[0].start
