"""Bars: how many firms, how much text, how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from policykit.charts import words
from policykit.charts.grid import _wanted, counts, items_finding, readable
from policykit.charts.style import ABSENT, LABEL, QUIET, RULE, STATUS, Lang, clip, finish, nothing, plain, quoted, wrapped
from policykit.charts.words import say

if TYPE_CHECKING:
    from policykit.corpus import Corpus


def stacked(parts: Mapping[str, Sequence[float]], rows: Sequence[str], colours: Mapping[str, str], hovers: Mapping[str, Sequence[str]],
            shown: Mapping[str, Sequence[str]] | None = None) -> go.Figure:
    """Horizontal bars, one for each row from the top down, in coloured parts; the number stands in the part."""
    figure = go.Figure()
    at = list(range(len(rows)))
    for kind, values in parts.items():
        figure.add_bar(y=at, x=list(values), orientation="h", name=kind, marker={"color": colours[kind], "line": {"width": 0}},
                       text=list((shown or {}).get(kind, ["" if not value else f"{value:g}" for value in values])), textposition="inside", insidetextanchor="middle",
                       textangle=0, textfont={"size": 11}, hovertext=list(hovers[kind]), hoverinfo="text", cliponaxis=True)
    figure.update_layout(barmode="stack", bargap=0.2)
    figure.update_yaxes(tickmode="array", tickvals=at, ticktext=[plain(clip(row, 26)) + "  " for row in rows], range=[len(rows) - 0.5, -0.5],
                        automargin=True, showgrid=False, zeroline=False, fixedrange=True, ticks="", tickfont={"size": LABEL})
    figure.update_xaxes(showgrid=True, gridcolor=RULE, zeroline=False, fixedrange=True, rangemode="tozero", tickfont={"size": 11, "color": QUIET}, tickformat=",d")
    return figure


def who_collects(corpus: Corpus, items: Sequence[str] | str | None = None, lang: Lang = "en") -> go.Figure:
    """How many firms collect each item, leave it to third parties, deny it or only name it; the names in the hover."""
    policies = readable(corpus)
    shown, left_out = _wanted(corpus, items)
    if policies.empty or not shown:
        return nothing(say(lang, "No personal-data items to count", "没有可统计的个人信息项"),
                       say(lang, "No policy that was read names an item of the rulebook.", "已读取的政策未提及规则库中的任何信息项。"))
    names, number = words.firms(policies, lang), counts(corpus, shown)
    kinds = [kind for kind in (*STATUS, "absent") if number[kind].any()]
    quotes = {key: (group["policy"].tolist(), group["quote"].tolist())
              for key, group in corpus.items[corpus.items["item"].isin(shown)].groupby(["item", "status"], observed=True)}
    labels = {item: words.label("item", item, lang) for item in shown}

    def hover(item: str, kind: str) -> str:
        who, said = quotes.get((item, kind), ([], []))
        head = f"<b>{plain(labels[item])}</b> · {words.STATUS[kind][lang][1]}: {words.share(int(number.at[item, kind]), len(policies), lang)}"
        return "<br>".join(filter(None, [head, wrapped(words.listed([names.get(one, one) for one in who], lang, 14), 56), quoted(said[0], lang, 4) if said else ""]))

    figure = stacked({kind: number[kind].tolist() for kind in kinds}, list(labels.values()), STATUS | {"absent": ABSENT},
                     {kind: [hover(item, kind) for item in shown] for kind in kinds})
    figure.update_xaxes(range=[0, len(policies)], dtick=1 if len(policies) <= 10 else None)
    legend = [((STATUS | {"absent": ABSENT})[kind], words.STATUS[kind][lang][1]) for kind in kinds]
    note = say(lang, "Number of policies.", "政策份数。") + (say(lang, f" The {left_out} least named items are left out.", f"未显示提及最少的{left_out}项。") if left_out else "")
    return finish(figure, items_finding(corpus, shown, lang), note, legend, body=28 * len(shown), bottom=30)
