"""One firm on one card: what it says of itself, what it collects, what the law and the document's defects say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from policykit import rules
from policykit.charts import words
from policykit.charts.style import LABEL, QUIET, RULE, SEVERITY, STATUS, VERDICT, Lang, clip, finish, nothing, plain, quoted
from policykit.charts.words import say

if TYPE_CHECKING:
    from policykit.corpus import Corpus

# the facts a reader looks for first, in this order; others of the rulebook follow
FACTS = ("controller", "updated", "effective", "emails", "phones", "child_age", "response_days", "retention", "stores_in_china", "cross_border", "account_cancellation")
VALUES = {"true": ("yes", "是"), "yes": ("yes", "是"), "no": ("no", "否"), "conditional": ("on conditions", "有条件"),
          "announced": ("announced, not in the file", "已声明，不在文件内")}
UNITS = {"day": ("days", "天"), "working_day": ("working days", "个工作日"), "month": ("months", "个月"), "year": ("years", "年")}


def _facts(corpus: Corpus, policy: str, lang: Lang) -> list[tuple[str, str, str]]:
    """Label, value and hover of each fact, and of those in ``FACTS`` that the policy does not say."""
    table = corpus.facts[corpus.facts["policy"] == policy]
    order = [*FACTS, *(fact for fact in table["fact"].unique() if fact not in FACTS)]
    made = []
    for fact in order:
        rows = table[table["fact"] == fact].drop_duplicates("value")
        if rows.empty and fact not in FACTS:
            continue
        values = [value_name(fact, value, lang) + (" " * (lang == "en") + UNITS[unit][lang == "zh"] if isinstance(unit, str) and unit in UNITS else "")
                  for value, unit in zip(rows["value"], rows["unit"])]
        said = (say(lang, ", ", "，").join(values[:3]) + say(lang, f" and {len(values) - 3} more", f"等{len(values)}个") * (len(values) > 3)) if values else say(lang, "not said", "未说明")
        made.append((words.label("fact", fact, lang), said, quoted(rows["quote"].iloc[0], lang, 5) if len(rows) else ""))
    return made


def value_name(fact: str, value: str, lang: Lang) -> str:
    """A fact's value in words."""
    if fact == "legal_regime":
        named = words.label("instrument", value, lang)
        return named if named != value else value.replace("_", " ").upper()
    return VALUES.get(value, (value, value))[lang == "zh"]


def card(corpus: Corpus, policy: str, lang: Lang = "en") -> go.Figure:
    """One policy: its facts, the items it speaks of by class and status, verdicts and defects."""
    row = corpus.policies[corpus.policies["policy"] == policy]
    if row.empty:
        raise ValueError(f"no policy is {policy!r}{rules.nearest(policy, corpus.policies['policy'])}")
    name = words.firms(corpus.policies, lang)[policy]
    if row["status"].iloc[0] == "error":
        return nothing(say(lang, f"{name} could not be read", f"未能读取{name}"), str(row["message"].iloc[0]))
    items = corpus.items[(corpus.items["policy"] == policy) & ~corpus.items["item"].isin(list(words.CLASSES))]
    kinds = [status for status in STATUS if (items["status"] == status).any()]
    classes = items.assign(category=[words.category(item, lang) for item in items["item"]], status=items["status"].astype("string"))
    counts = pd.crosstab(classes["category"], classes["status"]).reindex(columns=list(STATUS), fill_value=0)
    counts = counts.loc[counts.assign(all=counts.sum(axis=1)).sort_values(["collected", "all"], ascending=False, kind="stable").index]
    verdicts = corpus.findings[corpus.findings["policy"] == policy]["verdict"].astype("string").value_counts()
    faults = corpus.defects[corpus.defects["policy"] == policy]
    facts = _facts(corpus, policy, lang)
    heights = [22 * len(facts), 24 * max(len(counts), 1), 30 * 2]
    total = sum(heights) + 2 * 46
    figure = make_subplots(rows=3, cols=1, row_heights=heights, vertical_spacing=46 / total)
    figure.add_scatter(x=[0.01] * len(facts), y=list(range(len(facts))), mode="text", text=[plain(clip(said, 34)) for _, said, _ in facts], textposition="middle right",
                       hovertext=[f"<b>{plain(label)}</b>: {plain(said)}<br>{quote}" for label, said, quote in facts], hoverinfo="text", row=1, col=1)
    figure.update_xaxes(range=[0, 1], visible=False, fixedrange=True, zeroline=False, row=1, col=1)
    _labels(figure, 1, [label for label, _, _ in facts])
    named = classes.groupby(["category", "status"])["item"].agg(list).to_dict()
    for status in kinds:
        hover = [f"<b>{plain(category)}</b> · {words.STATUS[status][lang][1]}<br>" + "<br>".join(
            plain(clip(say(lang, ", ", "、").join(words.label("item", item, lang) for item in part), 64)) for part in _chunks(named.get((category, status), []), 4)) for category in counts.index]
        figure.add_bar(y=list(range(len(counts))), x=counts[status].tolist(), orientation="h", marker={"color": STATUS[status], "line": {"width": 0}}, hovertext=hover, hoverinfo="text",
                       text=[f"{n}" if n else "" for n in counts[status]], textangle=0, textposition="inside", insidetextanchor="middle", textfont={"size": 11}, name=status, row=2, col=1)
    figure.update_xaxes(showgrid=True, gridcolor=RULE, zeroline=False, fixedrange=True, tickfont={"size": 11, "color": QUIET}, tickformat=",d", nticks=8, row=2, col=1)
    _labels(figure, 2, list(counts.index))
    bars = [(say(lang, "Requirements", "披露要求"), [(one, int(verdicts.get(one, 0)), VERDICT[one], words.VERDICT[one][lang][1]) for one in VERDICT]),
            (say(lang, "Defects", "文本缺陷"), [(one, int((faults["severity"] == one).sum()), SEVERITY[one], words.SEVERITY[one][lang]) for one in SEVERITY])]
    for at, (label, parts) in enumerate(bars):
        whole = sum(n for _, n, _, _ in parts) or 1
        for _, n, shade, meaning in parts:
            figure.add_bar(y=[at], x=[100 * n / whole], orientation="h", marker={"color": shade, "line": {"width": 0}}, text=[f"{n} {meaning}" if 100 * n / whole > 22 else f"{n}" if n else ""], textangle=0,
                           textposition="inside", insidetextanchor="middle", textfont={"size": 11}, hovertext=[f"<b>{plain(label)}</b><br>{plain(meaning)}: {n}"], hoverinfo="text", row=3, col=1)
    figure.update_xaxes(visible=False, range=[0, 100], fixedrange=True, row=3, col=1)
    _labels(figure, 3, [label for label, _ in bars])
    figure.update_layout(barmode="stack", bargap=0.2)
    collected = items[items["status"] == "collected"]["item"]
    sensitive = [item for item in collected if getattr(rules.load().items.get(item), "sensitive_45574", "") == "S"]
    applies = int(sum(verdicts.get(one, 0) for one in ("met", "partial", "missing")))
    weighty = int(faults["severity"].isin(["high", "medium"]).sum())
    title = say(lang, f"{name} collects {len(collected)} kinds of data, {len(sensitive)} of them sensitive; {verdicts.get('met', 0)} of {applies} legal requirements met, {weighty} defect{'s' * (weighty != 1)} of weight",
                f"{name}收集{len(collected)}类信息，其中敏感{len(sensitive)}类；适用的{applies}项披露要求满足{verdicts.get('met', 0)}项，较重的文本缺陷{weighty}处")
    note = say(lang, "What the policy says; no legal advice.", "依据政策文字，不构成法律意见。")
    return finish(figure, title, note, [(STATUS[status], words.STATUS[status][lang][1]) for status in kinds], body=total, bottom=10)


def _labels(figure: go.Figure, row: int, names: list[str]) -> None:
    """Names down the left side of a part of the card, the first on top."""
    figure.update_yaxes(tickmode="array", tickvals=list(range(len(names))), ticktext=[plain(clip(name, 24)) + "  " for name in names], range=[max(len(names), 1) - 0.5, -0.5],
                        showgrid=False, zeroline=False, fixedrange=True, automargin=True, ticks="", tickfont={"size": LABEL}, row=row, col=1)


def _chunks(things: list[str], size: int) -> list[list[str]]:
    """A list in pieces, at most six of them."""
    return [things[at:at + size] for at in range(0, min(len(things), 6 * size), size)]
