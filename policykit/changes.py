"""The page of a comparison: what changed, policy by policy, each change with its words, clause and rule.

One self-contained HTML without a script: it opens from disk, fetches nothing, and shows every text as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from policykit.charts import words
from policykit.charts.profile import UNITS, value_name
from policykit.charts.style import Lang
from policykit.charts.words import say
from policykit.compare import Comparison, compare, pieces
from policykit.export import write
from policykit.text import INVISIBLE, language

KINDS = {  # table that a change is from -> heading, the one that matters most first
    "item": ("Personal information", "个人信息"), "fact": ("Facts", "事实"), "sdk": ("SDKs and providers", "SDK与提供方"),
    "finding": ("What the law asks to be said", "法律要求的披露"),
}
CHANGES = {"added": ("added", "新增"), "removed": ("removed", "删除"), "reworded": ("reworded", "改写")}
SIGNS = {"new": ("+", "new", "新增"), "gone": ("−", "gone", "不再有"), "other": ("→", "changed", "变更")}
_unseen = re.compile(f"[{INVISIBLE}\x00-\x08\x0b-\x1f\x7f]")
_STYLE = """:root{color-scheme:light dark;--line:#8885;--in:#0072b2;--out:#b34700}
body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{line-height:1.25}h2{margin-top:3rem;border-bottom:2px solid var(--line);overflow-wrap:anywhere}h3{margin:1.6rem 0 .4rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;min-width:34rem;table-layout:fixed}
th,td{text-align:left;vertical-align:top;padding:.45rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:break-word}
thead th{font-weight:600}.sign{width:6.5rem;white-space:nowrap}.what{width:13rem}tbody .what{font-weight:600}.n{width:7.5rem}
.new .sign,ins{color:var(--in)}.gone .sign,del{color:var(--out)}ins{background:#0072b21f}del{background:#d55e001f}
q{display:block;quotes:none;margin-top:.2rem;font-size:.92em}.place{font-size:.85em;opacity:.75}
.clause{margin:0;padding:.6rem 0;border-bottom:1px solid var(--line)}.clause p{margin:.1rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){:root{--in:#56b4e9;--out:#e69f00}}@media print{body{max-width:none}}"""


def html(comparison: Comparison, title: str = "", lang: Lang = "en") -> str:
    """The page: an overview of the policies, then what each says differently, then how its clauses read now."""
    title = title or say(lang, "What changed", "有何变化")
    values = {policy: table for policy, table in comparison.values.groupby("policy", sort=False, observed=True)}
    clauses = {policy: table for policy, table in comparison.clauses.groupby("policy", sort=False, observed=True)}
    changed = list(dict.fromkeys([*values, *clauses]))
    places = {policy: f"p{number}" for number, policy in enumerate(changed)}
    came = "".join(f"<p>{heading}{_text('、'.join(names) if lang == 'zh' else ', '.join(names))}</p>" for heading, names in (
        (say(lang, "Only in the new: ", "仅在新版："), comparison.added), (say(lang, "Only in the old: ", "仅在旧版："), comparison.removed),
        (say(lang, "Without any change: ", "没有变化："), comparison.unchanged)) if names)
    overview = _overview(places, values, clauses, lang) if changed else f"<p>{say(lang, 'Nothing that both have has changed.', '两边都有的政策没有变化。')}</p>"
    policies = "".join(
        f'<section id="{places[policy]}"><h2>{_text(policy)}</h2>{_values(values.get(policy), lang)}{_clauses(clauses.get(policy), lang)}</section>' for policy in changed)
    note = say(lang, "Only the policies' own changes: both sides were read by the same rules. Clauses that were only renumbered, re-wrapped or moved are no change. "
                     "A status or verdict is our reading; the words beside it are the policy's. No legal advice.",
               "只列政策文本自身的变化：两边以同一套规则读取。仅重新编号、换行或移动的条款不算变化。状态与判断是我们的解读，旁边的文字是政策原文。本页不构成法律意见。")
    return (f'<!doctype html><html lang="{say(lang, "en", "zh-CN")}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
            f"content=\"default-src 'none'; style-src 'unsafe-inline'\"><meta name=\"viewport\" content=\"width=device-width\"><title>{_text(title)}</title>"
            f"<style>{_STYLE}</style></head><body><main><h1>{_text(title)}</h1><p>{note}</p>{came}{overview}{policies}</main></body></html>")


def _text(value: Any) -> str:
    """A value as HTML text, without invisible and reordering characters."""
    return "" if value is None or pd.isna(value) else escape(_unseen.sub("", str(value)))


def _row(cells: Iterable[tuple[str, str]], tag: str = "td") -> str:
    return "".join(f'<{tag} class="{name}">{content}</{tag}>' for name, content in cells)


def _overview(places: dict[str, str], values: dict[str, pd.DataFrame], clauses: dict[str, pd.DataFrame], lang: Lang) -> str:
    """How much of each kind changed in each policy, with a link to it."""
    zh = lang == "zh"
    head = _row([("", say(lang, "Policy", "政策")), *(("n", names[zh]) for names in KINDS.values()), ("n", say(lang, "Clauses", "条款"))], "th")
    lines = []
    for policy, place in places.items():
        said = values.get(policy)
        counts = [int((said["kind"] == kind).sum()) if said is not None else 0 for kind in KINDS] + [len(clauses.get(policy, ()))]
        lines.append(f'<tr><th scope="row"><a href="#{place}">{_text(policy)}</a></th>' + _row(("n", str(count or "–")) for count in counts) + "</tr>")
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'


def _values(table: pd.DataFrame | None, lang: Lang) -> str:
    """What a policy says differently: a table for each kind, what is new first."""
    if table is None:
        return ""
    zh, made = lang == "zh", ""
    head = _row([("sign", ""), ("what", say(lang, "What", "内容")), ("", say(lang, "Before", "之前")), ("", say(lang, "Now", "现在"))], "th")
    for kind, names in KINDS.items():
        rows = []
        for change in table[table["kind"] == kind].itertuples(index=False):
            sort = "new" if pd.isna(change.old) else "gone" if pd.isna(change.new) else "other"
            sign, *sorts = SIGNS[sort]
            name = words.label({"finding": "requirement"}.get(kind, kind), change.name, lang)
            cells = [("sign", f"{sign} {sorts[zh]}"), ("what", f'{_text(name)}<div class="place">{_text(change.name)}</div>'),
                     ("", _said(kind, change.name, change.old, change.old_quote, change.old_clause, change.old_rule, lang)),
                     ("", _said(kind, change.name, change.new, change.new_quote, change.new_clause, change.new_rule, lang))]
            rows.append((list(SIGNS).index(sort), f'<tr class="{sort}">{_row(cells)}</tr>'))
        if rows:
            body = "".join(row for _, row in sorted(rows, key=lambda row: row[0]))
            made += f'<h3>{names[zh]}</h3><div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    return made


def _said(kind: str, name: str, value: Any, quote: Any, clause: Any, rule: Any, lang: Lang) -> str:
    """One side of a change: the value in words, the policy's own words, and where and by which rule they were found."""
    if pd.isna(value):
        return f'<span class="place">{say(lang, "not said", "未说")}</span>'
    place = [say(lang, f"clause {clause}", f"条款{clause}")] if not pd.isna(clause) else []
    place += [_text(rule)] if not pd.isna(rule) else []
    return (_text(value_in_words(kind, name, str(value), lang)) + (f"<q{_of(quote)}>{_text(quote)}</q>" if not pd.isna(quote) else "")
            + (f'<div class="place">{" · ".join(place)}</div>' if place else ""))


def value_in_words(kind: str, name: str, value: str, lang: Lang) -> str:
    """A status, verdict or fact as it is said.

    >>> value_in_words("fact", "response_days", "15 working_day", "zh"), value_in_words("item", "imei", "denied", "en")
    ('15个工作日', 'says it does not')
    """
    if kind in ("item", "finding"):
        known = words.STATUS if kind == "item" else words.VERDICT
        return known[value][lang][1] if value in known else value
    if kind == "sdk":
        return say(lang, "named", "提及") if value == "named" else value
    amount, _, unit = value.rpartition(" ")
    if amount and unit in UNITS:
        return amount + say(lang, " ", "") + UNITS[unit][lang == "zh"]
    return value_name(name, value, lang)


def _of(text: Any) -> str:
    """The language attribute of a text."""
    return {"zh": ' lang="zh-CN"', "en": ' lang="en"'}.get(language(str(text)) or "", "")


def _clauses(table: pd.DataFrame | None, lang: Lang) -> str:
    """The clauses that changed, with the words that were taken out and put in."""
    if table is None:
        return ""
    made = []
    for change in table.itertuples(index=False):
        numbers = " → ".join(str(number) for number in dict.fromkeys((change.old_clause, change.new_clause)) if not pd.isna(number))
        what = f"{CHANGES[change.change][lang == 'zh']} · {say(lang, 'clause', '条款')} {numbers}"
        if change.change == "reworded":
            what += say(lang, f" · {change.similarity:.0%} alike", f" · 相似度{change.similarity:.0%}")
            parts = pieces(change.old_text, change.new_text)
        else:
            parts = [("out", change.old_text)] if change.change == "removed" else [("in", change.new_text)]
        text = "".join({"same": "{}", "out": "<del>{}</del>", "in": "<ins>{}</ins>"}[kind].format(_text(part)) for kind, part in parts)
        made.append(f'<div class="clause"><div class="place">{what}</div><p{_of(parts[0][1])}>{text}</p></div>')
    return f"<h3>{say(lang, 'Clauses', '条款')}</h3>{''.join(made)}"


def main(args: Any) -> int:
    """``policykit compare``: the changes in the terminal, or in an HTML page, a CSV or Excel file."""
    out = Path(args.output) if args.output else None
    if out and out.suffix.lower() not in (".html", ".htm", ".csv", ".xlsx"):
        raise ValueError(f"{out}: give a name that ends in .html, .csv or .xlsx")
    made = compare(args.old, args.new, rulebook=args.rulebook)
    if not out:
        print(made)
    elif out.suffix.lower() in (".html", ".htm"):
        names = (Path(args.old).name, Path(args.new).name)
        out.write_text(html(made, say(args.lang, "{} and {}: what changed", "{}与{}：有何变化").format(*names), args.lang), encoding="utf-8")
    else:
        write({"values": made.values, "clauses": made.clauses}, out)
    if out:
        print(out)
    return 0
