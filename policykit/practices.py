"""Practices: each mention of a personal-data item and what is said of it; the policy's row of the matrix."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter

from policykit import answers
from policykit.actors import acting
from policykit.inherited import Frame, Surroundings
from policykit.judge import follow, judge
from policykit.mentions import addressed, counts
from policykit.negations import denials
from policykit.rows import Item, Practice
from policykit.rules import Hit, Rulebook, Scanned
from policykit.scope import OTHERS, Sentence, sentences, split
from policykit.structure import Document
from policykit.text import View
from policykit.verdicts import ACTION, Setting, Verdict

ORDER = ("collected", "third_party", "denied", "user_warned", "defined")
_ACTOR = {"third": "partner", "we": "we", "user": "user", "affiliate": "affiliate", "sdk": "sdk", "partner": "partner", "authority": "authority"}
_when = re.compile(r"(?:(?:如果?|若|当|在)您?[^,，。;；:：]{2,60}(?:时|后|的?情况下|的话|,|，)|经(?:过)?您[^,，。;；]{0,12}(?:同意|授权)[后]?"
                   r"|(?:征得|取得|获得)您[^,，。;；]{0,12}(?:同意|授权)后?|"
                   r"(?<!how and )(?<!how or )(?<!and/or )\b(?:if|when|whenever|where|once|after|unless|until|provided that"
                   r"|as long as) (?:you|your)\b[^,.;:()]{3,90}"
                   r"|\b(?:with|without|upon|after|subject to|at) your (?:(?:express|explicit|prior|separate|written|informed|affirmative"
                   r"|specific|further) ){0,3}(?:consent|permission|authori[sz]ation|approval|agreement|request|direction)\b"
                   r"|\b(?:if|where|when|as|to the extent) (?:otherwise )?(?:required|permitted|authori[sz]ed"
                   r"|allowed) by (?:applicable )?law\b)")
# the Chinese forms of these, by themselves: `re` skips fast to the characters that they begin with
_when_chinese = re.compile(r"[如若当在经征取获](?:(?:(?<=如)果?|(?<=[若当在]))您?[^,，。;；:：]{2,60}(?:时|后|的?情况下|的话|,|，)"
                           r"|(?<=经)过?您[^,，。;；]{0,12}(?:同意|授权)[后]?|(?<=[征取获])得您[^,，。;；]{0,12}(?:同意|授权)后?)")
_WHO = r"[a-z][a-z\-/' ]{3,60}?(?=[,.;:()]| (?:for|in|who|that|which|whose|whom|to|so|when|where|if|unless|and|or|such|as|under|on|by|with|at|via|after|upon|pursuant|only|solely|exclusively|directly|based|because)\b|$)"
_recipient = re.compile(r"(?:提供给|共享给|发送给|披露给|分享给|传输给|转让给|提供至|传输至)([^,，。;；:：()]{2,30}?)(?=[,，。;；:：(]|用于|以便|进行|$)"
                        r"|(?:向|与|和|同)([^,，。;；:：()您你]{2,24}?)(?:共享|分享|提供|披露|传输|发送|转让)"
                        r"|\b(?:to|with) ((?:our |the |other |any |certain )?" + _WHO + ")")
_further = re.compile(r"(?:,? (?:and/or|and|or)|,) ((?:with |to )?" + _WHO + ")")
# names of apps and sites, in quotes or called "this software"
_product = re.compile(r"[\"“《「]([^\"“”《》「」,，。;；:：\n]{3,16})[\"”》」]\s*(?:软件|app|客户端|应用程序|小程序|平台|网站|用户协议|服务协议|隐私)")
_kept = re.compile(r"(?:保存|留存|存储|储存|保留)(?:您|用户|玩家|会员)(?:[^,，。;；]{0,16}|[^,，。;；]{0,4}信息\([^。;；]{0,60})$")     # said in terms of use, but of the user's data
_titled = re.compile(r"[\"“《「]([^\"“”《》「」,，。;；:：\n]{2,14}(?:软件|app|客户端|应用程序|小程序))[\"”》」]")
_no_product = re.compile(r"权限|信息|记录|功能|按钮|政策|协议|列表|设置|[/、|]")
_called = re.compile(r"[(（](?:以下)?(?:简称|称)为?:?[\"“]?(?:本软件|本应用|本产品|本app|该软件|该应用)")
_alias = re.compile(r"[\u4e00-\u9fffa-z0-9]{3,10}$")
_before_alias = re.compile(r".*(?:使用|使用的|欢迎|关于)")

# what a phone shows and what is done: 可能显示我们获取了列表，实际上并未读取
_shown = re.compile(r"实际上?|事实上|(?:可能|或)会?(?:显示|提示)[^。;；]{0,60}(?:现阶段|目前|暂)")
# we never collect your name automatically. This information is collected only when you give it
_given_after = re.compile(r"\s*(?:this|such|that|these|the above|any such) (?:\w+ ){0,2}?(?:information|data|details) (?:is|are|will be"
                          r"|may be|would be) (?:only )?(?:collected|obtained|gathered|received|requested|provided) (?:only )?(?:when|if"
                          r"|where|as part)\b"
                          r"|\s*we (?:only |will only |may )?(?:collect|obtain|receive|gather) (?:this|such|that"
                          r"|these) (?:\w+ ){0,2}?(?:information|data|details) (?:only )?(?:when|if|where)\b"
                          r"|\s*(?:只有|仅)(?:在|当)?您[^。;；]{2,24}(?:时|后)[^。;；]{0,10}收集(?:该|上述|此类|这些|前述)")


def find(document: Document, rulebook: Rulebook) -> list[Practice]:
    """The mentions of personal-data items, each with status, actor, action, purpose, recipient, condition, rule."""
    scanned = rulebook.scan(document)
    around = Surroundings(document, scanned, rulebook)
    named_so = products(document)
    answered = answers.answered(document)
    rows: list[Practice] = []
    for clause, (view, hits) in zip(document.clauses, scanned):
        mentions = hits.get("item")
        if not mentions or clause.kind == "toc":
            continue
        if "also" in hits:      # 浏览及搜索记录: two items in one word
            mentions = sorted([*mentions, *hits["also"]], key=_by_place)
        permissions = "permit" in hits or "permission" in hits
        listed = [not mention[2].need or counts(view.text, mentions, number, permissions, rulebook) for number, mention in enumerate(mentions)]
        if "." in view.text or "/" in view.text:
            listed = [known and not addressed(view.text, mention[0], mention[1]) for known, mention in zip(listed, mentions)]
        if not any(listed):
            continue
        titles = [match.span() for match in named_so.finditer(view.text)] if named_so else []
        parts = split(view.text, hits)
        in_terms = part(document, clause.section) == "terms" and not on_privacy(document, clause.section)
        earlier: Frame | None = None
        number, named = 0, []
        for place, sentence in enumerate(parts):
            inside = []
            while number < len(mentions) and mentions[number].start < sentence.end:
                if listed[number]:
                    inside.append(mentions[number])
                number += 1
            stated, first = condition(sentence, document, view) if inside else None, len(rows)
            setting = Setting(sentence, clause, around, earlier, rulebook) if inside else None
            for hit in inside:
                verdict = judge(setting, hit)
                if titles and any(a <= hit.start and hit.end <= b and b - a > hit.end - hit.start for a, b in titles):
                    verdict = Verdict("defined", "defined: in the name of the product", None)
                if verdict is None:
                    continue
                if verdict.status == "defined" and place + 1 < len(parts) and verdict.rule.endswith(_LISTED) and (words := parts[place + 1].once(confirmed)):
                    verdict = Verdict("collected", f"collected: {words}, in the next sentence", "we", "collect")
                if verdict.status == "collected":
                    if in_terms and verdict.action not in ("collect", "permission") and not _kept.search(sentence.text, sentence.start, hit.start):
                        verdict = Verdict("defined", "defined: terms of use", verdict.actor, verdict.action)
                    elif place + 1 < len(parts) and (words := parts[place + 1].once(retracted)):
                        verdict = Verdict("denied", f"denied: {words}, in the next sentence (context.yml deny)", "we", "collect")
                elif verdict.status == "denied" and place + 1 < len(parts) and (again := _given_after.match(parts[place + 1].text, parts[place + 1].start)):
                    verdict = Verdict("collected", f"collected: {again[0].strip()}, in the next sentence", "we", "collect")
                if answered and (answer := answered.get(clause.clause)):
                    if not answer.collected and verdict.status != "user_warned":
                        verdict = Verdict("denied", f"denied: in a row that says {answer.words}", "we", "collect")
                    elif answer.collected and verdict.status == "defined":
                        verdict = Verdict("collected", f"collected: in a row that says {answer.words}", "we", "collect")
                start, end = view.span(hit.start, hit.end)
                rows.append(Practice(
                    clause.policy, clause.clause, hit.payload.id, start, end, verdict.status,
                    _ACTOR.get(verdict.actor) if verdict.actor else None, verdict.action,
                    purpose(sentence, hit, verdict.frame, around, clause.section),
                    recipient(sentence, verdict, document, view) if verdict.action == "share" else None, stated,
                    document.policy.text[start:end], verdict.rule))
            if len(rows) - first > 1 and denials(sentence):
                rows[first:] = after_all(rows[first:], sentence.text[sentence.start:sentence.end], document.folded)
            if inside:
                named = [row for row in rows[-len(inside):] if row.clause == clause.clause and row.status == "collected"]
            elif named:
                rows += pronouns(sentence, named, document, view)
            if number < len(mentions):      # somebody asks what this sentence leaves to the next
                earlier = follow(sentence, earlier)
    return checked_by_the_device(rows, rulebook)


_BIOMETRICS = "A03"         # the category of what a device can check itself


def checked_by_the_device(rows: list[Practice], rulebook: Rulebook) -> list[Practice]:
    """The practices of a policy with clauses that let users use a biometric and say that it is not collected: 您可以使用指纹支付。我们不会收集您的指纹.

    A denial in another clause may be one of another use: what unlocks the phone is not what is sent for a name check.
    """
    denied = {(row.clause, row.item) for row in rows if row.status == "denied" and row.action == "collect" and rulebook.items[row.item].category == _BIOMETRICS}
    return [replace(row, status="defined", rule="defined: used by the user, denied in the same clause")
            if (row.clause, row.item) in denied and row.status == "collected" and row.actor == "user" and row.action in ("use", "permission") else row
            for row in rows] if denied else rows


_by_place = itemgetter(0, 1)
_check = re.compile(r"(?:识别|认证|验证|检测|核验|比对)$")      # 您需要通过人脸识别，我们不会收集您的面部特征: the check is asked for, not the data
_turns = re.compile(r"[;；]|但|然而|\b(?:but|however)\b")


def after_all(rows: list[Practice], text: str, folded: str) -> list[Practice]:
    """The practices of a sentence that uses an item and says itself that it is not collected: 使用通讯录权限组，但不会获取通讯录.

    What is said after a "but" behind the denial remains: 新版本不再申请，但更新前需要申请.
    """
    denied = {row.item: row.end for row in rows if row.status == "denied" and row.action == "collect"}
    shown = denied and _shown.search(text)
    return [replace(row, status="defined", rule="defined: denied in the same sentence")
            if row.item in denied and row.status == "collected" and (
                shown or row.action in ("use", "permission") or row.actor == "user" or row.start < denied[row.item] and _check.search(row.quote))
            and not (row.start > denied[row.item] and _turns.search(folded, denied[row.item], row.start)) else row for row in rows]


def products(document: Document) -> re.Pattern[str] | None:
    """The names in quotes of apps and sites, which may contain the word for an item: “慢拍相机”软件."""
    names = {match[1].strip() for form in (_product, _titled) for match in form.finditer(document.folded) if not _no_product.search(match[1])}
    for called in _called.finditer(document.folded):
        alias = _alias.search(document.folded, max(0, called.start() - 10), called.start())
        if alias and not _no_product.search(alias[0]):
            names.add(_before_alias.sub("", alias[0]))
    names.discard("")
    return re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))) if names else None


def part(document: Document, section: int) -> str:
    """What a section belongs to: policy, terms or front."""
    return document.parts[section] if section < len(document.parts) else "policy"


_privacy = re.compile(r"隐私|个人(?:信息|资料)|[您你户]的?信息|信息保护|privacy|(?:personal|your) (?:information|data)")


def on_privacy(document: Document, section: int) -> bool:
    """Whether a section of terms of use is the one on personal data: 四、隐私保护."""
    return any(above.level > 0 and above.title and len(above.title) < 40 and _privacy.search(above.title.lower()) for above in document.path(section))


def pronouns(sentence: Sentence, named: list[Practice], document: Document, view: View) -> Iterator[Practice]:
    """What is said of 上述信息, this information: one practice for each item that the words stand for."""
    for cue in sentence.of("anaphora"):
        act = next((act for act in sentence.acts if act[2] in ("share", "store", "use")), None)
        if act is None or any(denial.start <= act[0] < denial.end for denial in denials(sentence)):
            return
        who = acting(sentence, act[0], act)
        actor = who[0] if who else "we"
        if actor == "user":
            return
        start, end = view.span(cue.start, cue.end)
        verdict = Verdict("third_party" if actor in OTHERS and act[2] != "share" else "collected",
                          f"collected: {sentence.text[act[0]:act[1]]}; stands for what the sentence before names (context.yml anaphora)", actor, ACTION[act[2]])
        told = recipient(sentence, verdict, document, view), condition(sentence, document, view)
        purposes = [hit.payload.id for hit in sentence.of("purpose")]
        for item in dict.fromkeys(row.item for row in named):
            yield Practice(named[0].policy, named[0].clause, item, start, end, verdict.status, _ACTOR.get(actor), verdict.action, purposes[0] if purposes else None,
                           *told, document.policy.text[start:end], verdict.rule.replace("collected", verdict.status, 1))
        return


_LISTED = ("class_subject)", "named only")      # rules of what is listed and not said to be collected
_confirms = re.compile(r"\s*(?:我们|本公司|平台)(?:会|将|需要)?(?:收集|采集|获取)(?:和使用|、使用|并使用)?(?:您的)?(?:上述|前述|该等|这些|此类|以上|该)(?:个人)?信息(?=是|用于|将|主要|的目的)")


def confirmed(sentence: Sentence) -> str:
    """The words by which a sentence says that what the one before lists is collected: 我们收集上述信息是用于…"""
    match = _confirms.match(sentence.text, sentence.start, sentence.end)
    return match[0].strip() if match and not denials(sentence) else ""


# we did not collect or use the information; Acme does not collect and store it
_the_same = re.compile(r"\s*(?:(?:any of )?(?:the|said) (?:information|data|list)|it|them)[\s.。;]*")


def retracted(sentence: Sentence) -> str:
    """The words by which a sentence denies collecting what the one before named: 但我们并未收集该信息。"""
    for denial in denials(sentence):
        same = not denial.conditional and _the_same.fullmatch(sentence.text, denial.acts[-1][1], denial.end) is not None
        if (same or denial.bare) and any(act[2] == "collect" for act in denial.acts) and "item" not in sentence.hits and (
                same or any(denial.start <= cue.start < denial.end + 1 for cue in sentence.of("anaphora"))):
            return denial.words
    return ""


def purpose(sentence: Sentence, hit: Hit, frame: Frame | None, around: Surroundings, section: int) -> str | None:
    """The class of the purpose told for a mention: after it, before it, in the lead-in, in the heading."""
    cues = sentence.of("purpose")
    for cue in cues:
        if cue.start >= hit.end:
            return cue.payload.id
    if cues:
        return cues[-1].payload.id
    if frame is not None and frame.purposes:
        return frame.purposes[-1]
    told = around.section(section).purposes
    return told[-1] if told else None


def recipient(sentence: Sentence, verdict: Verdict, document: Document, view) -> str | None:
    """Who receives what is shared, verbatim."""
    if verdict.action != "share":
        return None
    for match in _recipient.finditer(sentence.text, sentence.start, sentence.end):
        group = match.lastindex or 1
        if group == 1 and not re.match(r"我们|您|你", match[1]) or any(match.start(group) <= actor[0] < match.end(group) and actor[2] in OTHERS for actor in sentence.actors):
            start, end = match.span(group)
            while group == 3 and (more := _further.match(sentence.text, end, sentence.end)) and any(more.start(1) <= actor[0] < more.end(1) and actor[2] in OTHERS for actor in sentence.actors):
                end = more.end(1)       # with our affiliates, suppliers and partners
            a, b = view.span(start, end)
            return document.policy.text[a:b].strip()
    return None


def condition(sentence: Sentence, document: Document, view) -> str | None:
    """The condition stated in the sentence, verbatim."""
    form = _when if " you" in sentence.words or " law" in sentence.words else _when_chinese
    match = form.search(sentence.text, sentence.start, sentence.end)
    if not match:
        return None
    a, b = view.span(match.start(), match.end())
    return document.policy.text[a:b].strip(" ,，\n") or None


def items(document: Document, practices: list[Practice], rulebook: Rulebook) -> list[Item]:
    """The policy's row of the matrix: for each item named, the strongest status and its best evidence.

    An item of the codebook also has the evidence of the narrower items that count for it.
    """
    groups: dict[str, list[Practice]] = defaultdict(list)
    for practice in practices:
        gold = rulebook.items[practice.item].gold if practice.item in rulebook.items else ""
        groups[practice.item].append(practice)
        if gold and gold != practice.item:
            groups[gold].append(practice)
    rows = []
    scanned = rulebook.scan(document)
    stretches: dict[int, list[tuple[int, int]]] = {}        # the sentences of a clause, found once
    told: dict[tuple[int, int], int] = {}                   # how hollow the words around a mention are
    for item in sorted(groups):
        stated = {practice.status for practice in groups[item]}
        status = next(status for status in ORDER if status in stated)
        same = [practice for practice in groups[item] if practice.status == status]
        proof = best(same, document, scanned, stretches, told) if len(same) > 1 else same[0]
        if proof.clause not in stretches:
            stretches[proof.clause] = [scanned[proof.clause].view.span(a, b) for a, b in sentences(scanned[proof.clause].view.text)]
        start, end = evidence(document, proof, stretches[proof.clause])
        rows.append(Item(proof.policy, item, status, len(same), proof.clause, document.policy.text[start:end], start, end, proof.rule))
    return rows


def weight(practice: Practice) -> int:
    """How indirect a piece of evidence is: told in its own sentence 0, inherited from a lead-in 2, a heading 3."""
    rule = practice.rule
    if "stands for" in rule:
        return 4
    if "includes it" in rule:
        return 2
    if ": heading" in rule:
        return 3 + 2 * (practice.rule.endswith("heading"))
    if ": lead-in" in rule or "sentence before" in rule:
        return 2
    return 0 if practice.action in ("collect", "permission", "use", "store", None) else 1


# in words the firm takes or is given, rather than describes a technique or leaves something out
_takes = re.compile(r"[我本平系客服](?:(?<=我)[们司行]|(?<=本)(?:公司|行|应用|软件|app)|(?<=平)台|(?<=系)统|(?<=客)户端|(?<=服)务器)[^。;；]{0,60}?"
                    r"(?:收集|获取|采集|读取|收取|搜集|接收|记录|存储|需要|要求|申请|调用|访问您|使用您)"
                    r"|[您用](?:(?<=您)|(?<=用)户)[^。;；]{0,40}(?:提供|填写|提交|上传|输入)")
_takes_english = re.compile(r"\b(?:we|our \w+)\b[^.;]{0,60}\b(?:collect|obtain|receive|gather|record|log|store|ask|request|access|read)"
                            r"|\byou\b[^.;]{0,40}\b(?:provide|submit|enter|give|upload|supply)\b")
_hollow = re.compile(r"不会|并未|没有|拒绝|关闭|一旦|普遍使用|是一种|是[^。,，]{0,20}(?:文件|技术)")
_hollow_english = re.compile(r"\b(?:not|never|refuse|decline|disable)\b|\b(?:is|are) (?:a|an )?(?:small|piece|text)")


def _emptiness(words: str) -> int:
    """How little words prove that something is taken: 0 where the firm takes it, 2 where it does not or where a technique is described."""
    if words.isascii():
        return 2 if _hollow_english.search(words) else 0 if _takes_english.search(words) else 1
    if _hollow.search(words) or _hollow_english.search(words):
        return 2
    return 0 if _takes.search(words) or _takes_english.search(words) else 1


ASKED = 24      # mentions whose sentences are looked at


def best(same: list[Practice], document: Document, scanned: tuple[Scanned, ...], stretches: dict[int, list[tuple[int, int]]],
         told: dict[tuple[int, int], int]) -> Practice:
    """The mention that proves best what is said of an item: the most direct, and of these the first in whose sentence the firm takes it."""
    level = min(map(weight, same))
    near = sorted((practice for practice in same if weight(practice) == level), key=lambda practice: practice.start)[:ASKED]
    if len(near) == 1 or near[0].status != "collected":
        return near[0]

    def hollow(practice: Practice) -> int:
        if practice.clause not in stretches:
            stretches[practice.clause] = [scanned[practice.clause].view.span(a, b) for a, b in sentences(scanned[practice.clause].view.text)]
        a, b = next(((a, b) for a, b in stretches[practice.clause] if a <= practice.start < b), (practice.start, practice.end))
        around = max(a, practice.start - 300), min(b, practice.end + 120)
        if around not in told:
            told[around] = _emptiness(document.folded[around[0]:around[1]])
        return told[around]

    found, worst = near[0], 3
    for practice in near:
        empty = hollow(practice)
        if empty < worst:
            found, worst = practice, empty
            if not worst:
                break
    return found


LONGEST = 200
_pause = re.compile(r"[,;:、，；：]")


def evidence(document: Document, practice: Practice, stretches: list[tuple[int, int]]) -> tuple[int, int]:
    """The sentence around a mention, or as much of it as is reasonable to quote."""
    clause = document.clauses[practice.clause]
    text = document.folded
    left, right = clause.start, clause.end
    for a, b in stretches:
        if a <= practice.start < b:
            left, right = a, b
            break
    if right - left > LONGEST:
        marks = sorted({left, *(mark.end() for mark in _pause.finditer(text, left, right)), right})
        before = bisect_right(marks, practice.start) - 1
        after = min(bisect_left(marks, practice.end), len(marks) - 1)
        a, b = marks[before], marks[after]
        while True:
            if before > 0 and b - marks[before - 1] <= LONGEST:
                before -= 1
                a = marks[before]
            elif after + 1 < len(marks) and marks[after + 1] - a <= LONGEST:
                after += 1
                b = marks[after]
            else:
                break
        left, right = a, max(b, practice.end)
    piece = text[left:right]
    left += len(piece) - len(piece.lstrip(" \n\t\r,;:、，；："))
    right -= len(piece) - len(piece.rstrip(" \n\t\r,、，"))
    return left, right
