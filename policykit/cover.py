"""The cover of a report: what was read, how to read the rest, how far to trust it, and what it was made with."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from policykit.charts import words
from policykit.charts.style import ABSENT, STATUS, VERDICT, Lang
from policykit.corpus import Corpus


def content_hash(corpus: Corpus) -> str:
    """One hash for all files read and the rules they were read with."""
    digest = hashlib.sha256(corpus.rulebook.encode())
    for policy, sha in sorted(zip(corpus.policies["policy"], corpus.policies["sha256"].fillna(""))):
        digest.update(f"\0{policy}\0{sha}".encode())
    return digest.hexdigest()[:16]


TEXT = {
    "en": {
        "kicker": "Privacy policies as data", "title": "Who collects what",
        "lede": "{n} privacy policies, {chars} characters, taken apart clause by clause. Every statement here leads to the sentence that proves it.",
        "lede_one": "One privacy policy, {chars} characters, taken apart clause by clause. Every statement here leads to the sentence that proves it.",
        "facts": ("policies", "firms", "clauses", "personal-data items", "mentions judged", "SDKs and providers"),
        "reading": (
            "A quote is the policy's own words, character by character. Above it stand the firm and the headings that lead to it; “Open in the full text” in the clause explorer shows "
            "the place in the whole policy, “Copy quote” takes the words along with their source.",
            "In a chart, point at a bar or a cell to read the sentence behind it; below each chart its numbers stand as a table. In the clause explorer a click on a cell opens all "
            "sentences behind it, and the page's address keeps what you chose, so that it can be sent on.",
        ),
        "status": {"collected": "the firm says that it takes, uses, shares or keeps the item itself", "third_party": "only somebody else is said to take it, such as an SDK or a partner",
                   "denied": "the policy says no, and nowhere yes", "user_warned": "users are asked not to provide it", "defined": "named in a definition, a legal list or an example; nothing is said of what is done",
                   "absent": "no sentence was found; that is not the same as “not collected”"},
        "verdict": {"met": "a sentence says what the law asks to be said", "partial": "it says a part of it", "missing": "no such sentence was found; where it was looked for is said",
                    "unknown": "only a person can tell", "not_applicable": "the policy gives no cause for it"},
        "method": (
            "Each file becomes one text, the text sections and clauses, each list item with its lead-in. A reviewed rulebook finds the personal-data items and what is "
            "said of each: collected, only by third parties, denied, or merely defined. A model gives the clause types.",
            "A program reads this, not a lawyer. Measured on policies that it had not seen, annotated by hand beforehand: about one in fourteen cells that should or do say “collected” is wrong or missed; "
            "of the clause types about one in four. Follow the quote before you rely on a cell.",
        ),
        "versions": ("policykit", "Python", "pandas", "plotly", "rulebook", "made on", "content"),
    },
    "zh": {
        "kicker": "隐私政策即数据", "title": "谁在收集什么",
        "lede": "{n} 份隐私政策，共 {chars} 个字符，逐条拆解。报告中的每个判断都能追溯到作为依据的原文。",
        "lede_one": "1 份隐私政策，共 {chars} 个字符，逐条拆解。报告中的每个判断都能追溯到作为依据的原文。",
        "facts": ("隐私政策", "企业", "条款", "个人信息项", "判断过的提及", "SDK 与提供方"),
        "reading": (
            "引文逐字来自政策原文，其上方标明企业及所在章节。在条款浏览器中点击“在全文中查看”可看到该句在整份政策中的位置，点击“复制引文”可连同出处一并复制。",
            "在图中，把鼠标移到条形或格子上可读背后的句子；每张图下方都有数据表。在条款浏览器中点击格子可打开其全部引文；所选内容保存在网址中，可转发给他人。",
        ),
        "status": {"collected": "企业说明自身收集、使用、共享或保存该项", "third_party": "仅称他人收集，如 SDK 或合作方", "denied": "政策声明不收集，且无相反表述",
                   "user_warned": "提醒用户不要提供", "defined": "只在定义、法律清单或举例中出现，未说明如何处理", "absent": "未找到相关句子，不等于“未收集”"},
        "verdict": {"met": "有句子写明法律要求披露的内容", "partial": "只写明其中一部分", "missing": "未找到这样的句子，并注明查找范围", "unknown": "须由人判断", "not_applicable": "该政策不涉及"},
        "method": (
            "每个文件成为一份文本，文本拆为章节与条款，列表项与其引导语一并判断。经审阅的规则手册找出个人信息项，并判断政策如何表述：收集、仅由第三方收集、明确不收集，或仅在定义中提及；条款类型由模型给出。",
            "以上由程序而非律师判断。在事先人工标注、程序未见过的政策上测得：应为或判为“收集”的格子约十四分之一有错或遗漏；条款类型约四分之一有误或遗漏。引用结论前请先核对引文。",
        ),
        "versions": ("policykit", "Python", "pandas", "plotly", "规则手册", "生成日期", "内容指纹"),
    },
}


def glossary(lang: Lang) -> list[list[dict[str, str]]]:
    """The statuses and the verdicts: letter, colour, name and meaning of each.

    >>> [entry["name"] for entry in glossary("en")[1]]
    ['met', 'in part', 'not found', 'for a person to judge', 'does not apply']
    """
    kinds = ((words.STATUS, STATUS | {"absent": ABSENT}, TEXT[lang]["status"]), (words.VERDICT, VERDICT, TEXT[lang]["verdict"]))
    return [[{"letter": names[kind][lang][0], "name": names[kind][lang][1], "colour": colours[kind], "means": means} for kind, means in told.items()] for names, colours, told in kinds]


def cover(corpus: Corpus, lang: Lang, today: date | None = None) -> dict[str, Any]:
    """What the cover says of a corpus."""
    text, policies = TEXT[lang], corpus.policies
    read_ = policies[policies["status"] != "error"]
    firms = read_["firm_zh"].fillna(read_["firm"]) if lang == "zh" else read_["firm"].fillna(read_["firm_zh"])
    many = len(read_) != 1
    counts = (len(read_), firms.nunique(), len(corpus.clauses), corpus.items["item"].nunique(), len(corpus.practices), corpus.sdks["sdk"].nunique())
    versions = (importlib.metadata.version("policykit"), platform.python_version(), importlib.metadata.version("pandas"), importlib.metadata.version("plotly"),
                corpus.rulebook[:16], (today or date.today()).isoformat(), content_hash(corpus))
    problems = [
        {"status": row.status, "message": str(row.message or "").replace(str(Path(row.path).parent) + os.sep, "")}
        for row in policies[policies["status"] != "ok"].itertuples()
    ]
    columns = [name for name, values in (("firm", firms), ("sector", read_["sector"])) if values.notna().any()]
    listed = [
        {"file": Path(row.path).name, "firm": firm, "sector": known(row.sector), "lang": known(row.lang),
         "chars": f"{row.chars:,}" if known(row.chars) is not None else "–", "status": row.status}
        for row, firm in zip(policies.itertuples(), map(known, firms.reindex(policies.index)))
    ]
    return {
        "kicker": text["kicker"], "title": text["title"], "lede": text["lede" if many else "lede_one"].format(n=len(read_), chars=f"{int(read_['chars'].sum()):,}"),
        "facts": [(label, f"{count:,}") for label, count in zip(text["facts"], counts) if count or label == text["facts"][0]], "method": text["method"],
        "reading": text["reading"], "glossary": glossary(lang), "columns": columns, "versions": list(zip(text["versions"], versions)), "problems": problems, "policies": listed,
    }


def known(value: Any) -> Any:
    """The value, or None where it is missing."""
    return None if pd.isna(value) else value
