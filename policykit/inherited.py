"""What a sentence inherits from the words around it: headings, lead-ins, tables, the classes of data that a policy says it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property

from policykit.actors import acting
from policykit.negations import denials
from policykit.rows import Clause
from policykit.rules import Hit, Rulebook, Scanned, normal
from policykit.scope import OTHERS, Sentence, split
from policykit.structure import Document

# a line that begins like this gives examples of what the line before names
_goes_on = re.compile(r"[\s*_•·]*(?:如(?![果您你需有何不发若遇用])|例如|比如|包括|[Ss]uch as|[Ii]ncluding|[Ff]or example|[Ee]\.g\.)")
# the head of a column that names others
_others_column = re.compile(r"\s*(?:第三方|合作方|合作伙伴|服务商|供应商|接收方|插件|sdk|third[- ]part(?:y|ies)|sdks)(?:sdk|公司|机构|主体|服务商|产品"
                            r"|合作方)?(?:的?(?:名称|名字|简称)|\s?names?)?\s*")


# a heading that says what is not collected, and what makes it say something else: 我们收集和不收集的信息
_declines = re.compile(r"(?:不(?:会|再)?(?:主动)?|未曾?|从不|绝不)(?:收集|采集|获取|读取|访问)|(?:\b(?:do|does|did|will|would) not|n't|\bnever) (?:\w+ ){0,2}?(?:collect|gather|obtain|access|process|store)|\bnot (?:be )?collected\b")
# a heading that says of us, or of the user, that data are collected or given
_of_us = re.compile(r"我们|本公司|我司|我行|平台|您|用户|(?<!基)本(?:应用|产品|软件|app)|\b(?:we|us|our|you|your)\b")
_they_collect = re.compile(r"(?<![从向过自由])(?:第三方|sdk|合作(?:方|伙伴)|third[- ]part(?:y|ies)(?: sdks?)?|sdks)(?:(?!我们|本公司|您|用户|及|和|与|、|\band\b|\bwe\b)[^,，。;；:：]){0,12}?(?:收集|获取|采集|collect)")
_forbids = re.compile(r"不得|禁止|严禁|.*处罚|情节严重.*|must not|(?:you )?shall not|(?:you are )?prohibited|(?:you|users) may not|you agree not to|you (?:agree (?:that )?you )?will not \w+")
_these = re.compile(r"\s*(?:这些|上述|前述|该等|此类|该类|以上|此等)(?:个人|敏感|用户)*(?:信息|数据)[^,，。;；您]{0,6}(?:包括|包含|有)")
_CLASS = (r"(?:服务|网络|操作|使用)?日志信息|(?:常用)?设备(?:相关)?信息|(?:网络|大致)?(?:地理)?位置信息|网络信息|软件信息"
          r"|(?:(?:service|network|operation|operating) )?(?:device|equipment|log|usage|technical) (?:information|data)")
# what remains of the name of a class without the words that may stand before it
_class_core = re.compile(r"日志信息|设备(?:相关)?信息|位置信息|网络信息|软件信息|(?:device|equipment|log|usage|technical) (?:information|data)")
_taking = re.compile(r"(?:收集|获取|采集|记录|读取|接收|使用|\bcollect|\breceive|\brecord|\bobtain)(?=[^。;；\n]*\Z)")
NEAR = 100      # characters between a verb and the end of what it takes
_TAKES = r"(?<![a-z])we (?:(?!\bwe\b)[^.;:\n]){0,40}?\b(?:collect|gather|obtain|receive|acquire|retain|store|keep|disclose|share|use|record|request)\b(?:(?!\bwe\b)[^.;:\n]){0,60}?(?<![a-z-])"
_negation = re.compile(r"\b(?:not|never|no|neither|don't|cannot)\b")
members = re.compile(r"[\s\d.、()（）●·*•\-—一二三四五六七八九十]*(?:其中,?)?[\"“]?(" + _CLASS + r")[\"”]?\s*(?:[:：,]?\s*(?:主要|具体|可能|可|通常|一般)*(?:包括|是指|指|包含|means|includes?|including|refers to)|[:：])")


# what a policy is about: after a definition it goes on defining
concerns = re.compile(r"(?:政策|声明|指引|协议|条款|规则|本文)[^,，。;；:：您]{0,8}涉及[^,，。;；:：您]{0,3}的?[^,，。;；:：您]{0,8}信息"
                       r"|personal (?:information|data) (?:involved|concerned) in this (?:policy|notice|statement)"
                       r"|this (?:policy|notice|statement) (?:involves|concerns) personal"
                       r"|在(?:本|该)(?:隐私)?(?:政策|声明|指引|协议)中[^,，。;；:：您]{0,4}(?=包括)")
# our product embeds some services of others, as follows: what they collect
_embeds = re.compile(r"(?:集成|接入|嵌入|内嵌|引入|植入)了?[^,，。;；您]{0,12}(?:第三方|sdk|合作方|服务商)[^。;；]{0,60}(?:如下|下列|以下)[^。;；]{0,12}[:：]\W*$")
# the lines of a record: 使用目的：…, 数据类型：…
_label = re.compile(r"[\s*_•·\-]*[\u4e00-\u9fff]{2,10}[:：]")
_finished = re.compile(r"[。.!?！？;；:：…|]\W{0,6}$")


def _class_name(words: str) -> str:
    """The class without what varies in its name."""
    return "location" if "位置" in words else "log" if "日志" in words or "log" in words else "device" if "设备" in words or "device" in words or "equipment" in words else words.split(" ")[0]


@dataclass
class Frame:
    """What a lead-in or a heading says for those under it."""

    acts: set[str] = field(default_factory=set)
    actor: str | None = None
    denied: str = ""            # the words of the negation
    defines: str = ""
    third: str = ""
    contact: bool = False
    others: bool = False        # whether somebody else is named: "they" may be them
    own: str = ""
    warns: str = ""
    conduct: str = ""           # what users must not do
    words: str = ""             # the verb
    purposes: tuple[str, ...] = ()


KEPT = 5_000        # titles


def _titles(rulebook: Rulebook) -> dict[str, tuple[str, dict[str, list[Hit]]]]:
    return {}


class Surroundings:
    """The headings and lead-ins of a document, read once."""

    def __init__(self, document: Document, scanned: tuple[Scanned, ...], rulebook: Rulebook) -> None:
        self.document, self.scanned, self.rulebook = document, scanned, rulebook
        self._sections: dict[int, Frame] = {}
        self._leads: dict[int, Frame] = {}
        self._terms: dict[str, list[str]] = {}
        self._above: dict[int, Frame | None] = {}
        self._captions: dict[int, str] = {}
        self._between: dict[int, bool] = {}
        self._tables = {number: (table, row) for table in document.tables for row in table for number in row if number is not None}

    @cached_property
    def classes(self) -> frozenset[str]:
        """The classes of data that the policy says it collects as such: 我们会收集您的设备信息."""
        text = self.document.folded
        return frozenset(_class_name(core[0]) for core in _class_core.finditer(text) if any(
            core.end() - verb.end() <= NEAR for verb in _taking.finditer(text, max(0, core.end() - NEAR - 8), core.start())))

    def member(self, sentence: Sentence) -> str:
        """The class whose members the sentence lists, when the policy collects it: 设备信息：包括IMEI…"""
        return sentence.once(self._member)

    def _member(self, sentence: Sentence) -> str:
        match = members.match(sentence.text, sentence.start, sentence.end)
        name = match[1] if match else ""
        return name if name and _class_name(name) in self.classes else ""

    def takes(self, term: str) -> bool:
        """Whether the policy says that it takes a class of data: we may retain demographic information."""
        return any(not _negation.search(words) for words in self._said(term)) and not self.declined(term)

    def declined(self, term: str) -> bool:
        """Whether the policy says that it does not collect a class of data."""
        return any(_negation.search(words) and "collect" in words for words in self._said(term))

    def _said(self, term: str) -> list[str]:
        """What stands between the firm and a class of data in the clauses where it does something with it."""
        if term not in self._terms:
            self._terms[term] = [match[0] for match in re.finditer(_TAKES + re.escape(term), self.document.folded)]
        return self._terms[term]

    def title(self, section: int) -> tuple[str, dict[str, list[Hit]]]:
        """A section's title and the cues in it, by kind; titles are much the same in all policies."""
        title = self.document.sections[section].title or ""
        known = self.rulebook.derived(_titles)
        if title not in known:
            if len(known) > KEPT:
                known.clear()
            form = normal(title)
            known[title] = form, self.rulebook.kinds(form)
        return known[title]

    def section(self, number: int) -> Frame:
        """What the headings above a clause say; the nearest decides."""
        if number not in self._sections:
            frame = Frame()
            for section in reversed(self.document.path(number)):
                if section.section == 0 or section.level == 0:
                    continue
                title, cues = self.title(section.section)
                if not (frame.defines or frame.third or frame.contact or frame.own or frame.denied):
                    if "section_define" in cues and len(title) < 24 and (section.section == number or not self._vast(section.section)):
                        frame.defines = title
                    elif "section_contact" in cues:
                        frame.contact = True
                    elif "section_third" in cues:
                        frame.third = title
                    elif "section_own" in cues:
                        if (denial := _declines.search(title)) is None:
                            above = self._told_of_others(section.section) if not _of_us.search(title) else ""
                            frame.own, frame.third = (title, "") if not above else ("", above)
                        elif not any(word in title.replace(denial[0], "") for word in self.rulebook.listed["restricts"]):
                            frame.denied = title
                if not frame.purposes:
                    frame.purposes = tuple(hit.payload.id for hit in cues.get("purpose", ()))
            self._sections[number] = frame
        return self._sections[number]

    def _told_of_others(self, number: int) -> str:
        """The heading above a section that says what others collect: 特殊数据收集, under 第三方SDK获取的信息."""
        for section in self.document.path(number)[:-1]:
            title, cues = self.title(section.section) if section.section and section.level else ("", {})
            if "section_third" in cues and _they_collect.search(title) and not _declines.search(title):
                return title
        return ""

    def _vast(self, number: int) -> bool:
        """Whether a section holds with its subsections so much of the document that they are no part of it."""
        sections = self.document.sections
        level = sections[number].level
        end = next((later.start for later in sections[number + 1:] if later.level <= level), len(self.document.folded))
        return end - sections[number].start > len(self.document.folded) / 2

    def unfinished(self, clause: Clause) -> int | None:
        """The clause before, when its last sentence goes on in this one: a line end is not the end of a sentence."""
        if not clause.clause or clause.kind not in ("paragraph", "item"):
            return None
        before = self.document.clauses[clause.clause - 1]
        if before.section == clause.section and before.kind in ("paragraph", "item") and _goes_on.match(clause.text):
            return before.clause
        ended = before.kind not in ("paragraph", "item") or before.section != clause.section or _finished.search(before.text[-7:]) or (
            _label.match(clause.text) and _label.match(before.text))
        return None if ended else before.clause

    def above(self, clause: Clause) -> Frame | None:
        """What the lead-in of a clause says, or the unfinished clause before it."""
        if clause.clause not in self._above:
            frame = self.lead(clause.lead if clause.lead is not None else self.unfinished(clause))
            if clause.kind in ("cell", "paragraph") and (frame is None or not frame.third and frame.actor is None):
                others = self.caption(clause) if clause.kind == "cell" else self.interrupted(clause)
                if others:
                    frame = replace(frame or Frame(), third=others)
            self._above[clause.clause] = frame
        return self._above[clause.clause]

    def caption(self, clause: Clause) -> str:
        """The line above a cell's table, or its first columns' heads, where they say that others collect: 第三方SDK获取的权限."""
        found = self._tables.get(clause.clause)
        first = next((number for row in found[0] for number in row if number is not None), None) if found else None
        if first is None:
            return ""
        if first not in self._captions:
            self._captions[first] = ""
            heads = [self.scanned[number].view.text for number in found[0][0][:2] if number is not None]
            above = self.document.clauses[first - 1] if first else None
            if head := next((head for head in heads if _others_column.fullmatch(head)), ""):
                self._captions[first] = head
            elif above is not None and above.kind == "cell":
                self._captions[first] = self.caption(above) if above.section == clause.section else ""
            elif above is not None and not above.text.rstrip().endswith(("。", ".")) and len(above.text) < 160 and (frame := self.lead(above.clause)) is not None:
                self._captions[first] = frame.third
        return self._captions[first]

    def interrupted(self, clause: Clause) -> str:
        """What the lead-in of a list says of others, for a paragraph between its items."""
        at = clause.clause - 1
        while at >= 0 and clause.clause - at < 12 and self.document.clauses[at].section == clause.section:
            before = self.document.clauses[at]
            if before.kind == "item":
                if before.lead is None or not (frame := self.lead(before.lead)) or not frame.third:
                    return ""
                return frame.third if self._goes_between(before.lead) else ""
            if before.kind != "paragraph":
                return ""
            at -= 1
        return ""

    def _goes_between(self, lead: int) -> bool:
        """Whether paragraphs stand between the items of a lead-in."""
        if lead not in self._between:
            clauses = self.document.clauses
            items = [number for number in range(lead + 1, min(len(clauses), lead + 400)) if clauses[number].kind == "item" and clauses[number].lead == lead]
            self._between[lead] = any(clauses[number + 1].kind == "paragraph" for number in items[:-1])
        return self._between[lead]

    def lead(self, number: int | None) -> Frame | None:
        """What the lead-in of a clause says; its own lead-in fills the gaps."""
        if number is None:
            return None
        if number not in self._leads:
            self._leads[number] = Frame()       # a circle of lead-ins ends here
            clause = self.document.clauses[number]
            view, hits = self.scanned[number]
            frame = self._frame(view.text, hits)
            if not frame.acts and number and _these.match(view.text) and self.document.clauses[number - 1].section == clause.section:
                above_view, above_hits = self.scanned[number - 1]
                frame = self._frame(above_view.text, above_hits)
            if clause.lead is not None and clause.lead != number and not (frame.denied or frame.defines):
                above = self.lead(clause.lead)
                if above is not None:
                    frame.acts = frame.acts or above.acts
                    frame.words = frame.words or above.words
                    frame.actor = frame.actor or above.actor
                    frame.third = frame.third or (above.third if frame.actor != "we" else "")
                    frame.denied = above.denied if not frame.acts else frame.denied
                    frame.defines = frame.defines or (above.defines if not frame.acts else "")
                    frame.warns = frame.warns or above.warns
                    frame.conduct = frame.conduct or above.conduct
                    frame.purposes = frame.purposes or above.purposes
            self._leads[number] = frame
        return self._leads[number]

    def _frame(self, text: str, hits: dict) -> Frame:
        frame = Frame()
        parts = split(text, hits)
        for sentence in parts:
            acts = [act for act in sentence.acts]
            if acts:
                frame.acts = {act[2] for act in acts}
                frame.words = text[acts[0][0]:acts[0][1]]
                who = acting(sentence, sentence.end, acts[-1])
                frame.actor = who[0] if who else frame.actor
            last = sentence is parts[-1]
            if last and denials(sentence) and "except" not in sentence.hits:
                kinds = {act[2] for denial in denials(sentence) for act in denial.acts}
                if kinds & {"collect", "store", "permit", "provide"} and len(acts) <= 6:
                    frame.denied = denials(sentence)[-1].words
            if last and sentence.of("warn"):
                frame.warns = text[sentence.of("warn")[0].start:sentence.of("warn")[0].end]
            if last and frame.actor != "we":
                frame.conduct = next((text[cue.start:cue.end] for cue in sentence.of("conduct") if _forbids.fullmatch(text, cue.start, cue.end)), "")
            if _these.match(text, sentence.start, sentence.end):
                continue        # 这些个人信息包括: what was spoken of before, defined or collected
            if sentence.of("define") or sentence.of("data") and not any(act[2] in ("collect", "use", "share") and act[0] < sentence.of("data")[0].start for act in acts):
                frame.defines = text[sentence.start:sentence.end][:40]
            elif any(text[start:end] not in ("include", "includes") for start, end, _ in acts) and not (frame.defines and concerns.search(text, sentence.start, sentence.end)):
                frame.defines = ""
        if frame.actor == "we" and _embeds.search(text):
            frame.actor = None
            frame.third = text[:40]
        elif frame.actor in OTHERS or frame.actor is None and "section_third" in hits and len(text) < 60:
            frame.third = text[:40]
        frame.purposes = tuple(hit.payload.id for hit in hits.get("purpose", ()))
        return frame

    def row(self, number: int) -> tuple | None:
        """The table and the row that a cell stands in."""
        return self._tables.get(number)
