"""How policies are written: what their text is about, what sets them apart, what they have in common, what stays vague."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from policykit import terms
from policykit.charts import words
from policykit.charts.grid import bars_height, readable, stacked
from policykit.charts.style import HUES, LABEL, OTHER, QUIET, RAMP, RULE, Lang, clip, columns, finish, nothing, plain, quoted
from policykit.charts.words import say

if TYPE_CHECKING:
    from policykit.corpus import Corpus

MANY = 30   # policies from which each is a dot, not a bar
FLAGS = ("important", "risk")
KINDS = 9   # clause types that have a colour of their own


def shares(corpus: Corpus) -> pd.DataFrame:
    """Policy x clause type: the share of the text, a clause of several types counted in equal parts; "" is none.

    Headings and tables of contents do not count.
    """
    body = corpus.clauses[corpus.clauses["kind"].isin(["paragraph", "item", "cell"])]
    body = body.assign(size=(body["end"] - body["start"]).astype(float))[["policy", "clause", "size"]]
    topics = corpus.topics[~corpus.topics["topic"].isin(FLAGS)][["policy", "clause", "topic"]]
    table = body.merge(topics, on=["policy", "clause"], how="left")
    table["topic"] = table["topic"].astype("object").fillna("")
    table["size"] = table["size"] / table.groupby(["policy", "clause"])["topic"].transform("size")
    wide = table.pivot_table(index="policy", columns="topic", values="size", aggfunc="sum", fill_value=0.0)
    return wide.div(wide.sum(axis=1).replace(0, 1), axis=0)


def composition(corpus: Corpus, lang: Lang = "en") -> go.Figure:
    """How much of each policy's text goes to which clause type; from thirty policies on, the spread of each type."""
    table, policies = shares(corpus), readable(corpus)
    table = table[table.index.isin(policies["policy"])]
    if table.empty or list(table.columns) == [""]:
        return nothing(say(lang, "No clause types to show", "没有可显示的条款类型"), say(lang, "The table topics is empty: no clause has been given a type.", "topics 表为空：没有条款被归类。"))
    names = words.firms(policies, lang, 40)
    mean = table.mean().sort_values(ascending=False, kind="stable")
    typed = [topic for topic in mean.index if topic]
    labels = words.labels("topic", mean.index, lang)
    top, widest = typed[0], typed[0]
    spread = {topic: table[topic].max() - table[topic].min() for topic in typed}
    widest = max(spread, key=spread.get)
    title = say(lang, f"{labels[top]} takes the most text, {mean[top]:.0%} on average", f"篇幅最多的是{labels[top]}，平均占{mean[top]:.0%}")
    if len(table) > 1:
        longest = words.firms(policies, lang, 40)[table[widest].idxmax()]
        title += say(lang, f"; {longest} gives {table[widest].max():.0%} to {labels[widest]}, others as little as {table[widest].min():.0%}",
                     f"；{longest}的{labels[widest]}占{table[widest].max():.0%}，最少的仅{table[widest].min():.0%}")
    if len(table) <= MANY:
        shown = typed[:KINDS]
        rest = [topic for topic in table.columns if topic not in shown]
        parts = {topic: (table[topic] * 100).tolist() for topic in shown} | {"other": (table[rest].sum(axis=1) * 100).tolist()}
        colours = {topic: HUES[number] for number, topic in enumerate(shown)} | {"other": OTHER}
        labels["other"] = say(lang, "other, no type", "其他或未归类")
        hovers = {topic: [f"<b>{plain(names[policy])}</b><br>{plain(labels[topic])}: {value:.1f} %" for policy, value in zip(table.index, values)] for topic, values in parts.items()}
        figure = stacked(parts, [names[policy] for policy in table.index], colours, hovers, {topic: [f"{value:.0f}" if value >= 7 else "" for value in values] for topic, values in parts.items()})
        figure.update_xaxes(range=[0, 100], ticksuffix=" %", tickformat=None, dtick=20)
        return finish(figure, title, say(lang, "Share of the text, headings not counted.", "占正文字数的比例，不含标题。"),
                      [(colours[topic], labels[topic]) for topic in parts], body=bars_height(len(table)), bottom=30)
    figure = _strips({topic: table[topic] * 100 for topic in typed}, labels, names, " %")
    return finish(figure, title, say(lang, "Share of the text. Each dot is a policy, the orange line the median.", "占正文字数的比例。每点为一份政策，橙线为中位数。"),
                  body=28 * len(typed), bottom=30)


def _strips(rows: dict[str, pd.Series], labels: dict[str, str], names: dict[str, str], unit: str = "") -> go.Figure:
    """A row of dots for each kind, a dot for each policy, and the median."""
    figure = go.Figure()
    for number, (kind, values) in enumerate(rows.items()):
        # dots of one row are moved up and down in turn, so that they do not hide each other
        nudge = (pd.Series(range(len(values)), index=values.index) * 0.618) % 1 * 0.5 - 0.25
        figure.add_scatter(x=values.round(2).tolist(), y=(number + nudge).round(3).tolist(), mode="markers", marker={"size": 5, "color": HUES[0], "opacity": 0.45},
                           hovertext=[f"<b>{plain(names[policy])}</b><br>{plain(labels[kind])}: {value:.1f}{unit}" for policy, value in values.items()], hoverinfo="text", name=kind)
        figure.add_shape(type="line", x0=values.median(), x1=values.median(), y0=number - 0.36, y1=number + 0.36, line={"color": HUES[1], "width": 3})
    figure.update_yaxes(tickmode="array", tickvals=list(range(len(rows))), ticktext=[plain(clip(labels[kind], 26)) + "  " for kind in rows], range=[len(rows) - 0.5, -0.5],
                        automargin=True, showgrid=False, zeroline=False, fixedrange=True, tickfont={"size": LABEL})
    figure.update_xaxes(ticksuffix=unit, rangemode="tozero", gridcolor=RULE, zeroline=False, fixedrange=True, tickfont={"size": 11, "color": QUIET})
    return figure


WORDING = {"condition": ("left to the firm's judgement", "由企业自行判断"), "open": ("open lists", "开放列举"), "modal": ("“may” instead of “do”", "“可能”而非“会”")}


def vagueness(corpus: Corpus, lang: Lang = "en") -> go.Figure:
    """How much wording commits to nothing, for each 1,000 characters; an example in each hover."""
    policies = readable(corpus)
    table, size = terms.vague(corpus), terms.length(corpus)
    shown = [policy for policy in policies["policy"] if size.get(policy, 0) >= 200]
    if not shown:
        return nothing(say(lang, "No text to search for vague wording", "没有可供检查措辞的正文"), say(lang, "No policy that was read holds at least 200 characters.", "已读取的政策正文均不足200字。"))
    names = words.firms(policies, lang, 40)
    counts = pd.crosstab(table["policy"].astype("object"), table["kind"].astype("object")).reindex(index=shown, columns=list(WORDING), fill_value=0)
    rate = counts.div(size.reindex(shown), axis=0) * 1000
    order = rate.sum(axis=1).sort_values(ascending=False, kind="stable").index
    labels = {kind: WORDING[kind][lang == "zh"] for kind in WORDING} | {"all": say(lang, "all together", "合计")}
    total = rate.sum(axis=1)
    wide = words.firms(policies, lang, 40)
    title = say(lang, f"{wide[order[0]]} is the vaguest: {total[order[0]]:.1f} such words in 1,000 characters", f"措辞最含糊的是{wide[order[0]]}：每千字{total[order[0]]:.1f}处")
    if len(order) == 1:
        title = say(lang, f"{wide[order[0]]}: {total[order[0]]:.1f} vague words in 1,000 characters", f"{wide[order[0]]}：每千字含糊措辞{total[order[0]]:.1f}处")
    else:
        title += say(lang, f"; {wide[order[-1]]} the least: {total[order[-1]]:.1f}", f"；最少的是{wide[order[-1]]}：{total[order[-1]]:.1f}处")
    note = say(lang, "Words for each 1,000 characters (an English word counts as one and a half). Compare policies of one language.", "每千字处数（一个英文词按1.5字计）。请在同一语言内比较。")
    if len(order) > MANY:
        figure = _strips({"all": total} | {kind: rate[kind] for kind in WORDING}, labels, names)
        return finish(figure, title, note + say(lang, " Each dot is a policy, the orange line the median.", "每点为一份政策，橙线为中位数。"), body=34 * 4, bottom=30)
    first = table.drop_duplicates(["policy", "kind"]).set_index(["policy", "kind"])

    def hover(policy: str, kind: str) -> str:
        said = quoted(first.at[(policy, kind), "quote"], lang, 5) if (policy, kind) in first.index else ""
        common = table[(table["policy"] == policy) & (table["kind"] == kind)]["phrase"].str.lower().value_counts()
        most = ", ".join(f"{plain(phrase)} ({n})" for phrase, n in common.head(4).items())
        return f"<b>{plain(names[policy])}</b> · {plain(labels[kind])}: {counts.at[policy, kind]}<br>{most}<br>{said}"

    colours = dict(zip(WORDING, HUES))
    figure = stacked({kind: rate.loc[order, kind].tolist() for kind in WORDING}, [names[policy] for policy in order], colours, {kind: [hover(policy, kind) for policy in order] for kind in WORDING},
                     {kind: [f"{value:.1f}" if value >= 0.4 else "" for value in rate.loc[order, kind]] for kind in WORDING})
    figure.update_xaxes(dtick=None, nticks=8, tickformat=None)
    return finish(figure, title, note, [(colours[kind], labels[kind]) for kind in WORDING], body=bars_height(len(order)), bottom=30)


def distinctive(corpus: Corpus, group: str | Iterable[str], lang: Lang = "en", *, most: int = 20, counted: pd.DataFrame | None = None) -> go.Figure:
    """The words that set a policy, or a group of them, apart from the rest of the corpus."""
    inside = [group] if isinstance(group, str) else list(group)
    names = words.firms(corpus.policies, lang)
    table = terms.distinctive(corpus, inside, most=most, counted=counted)
    who = words.listed([names.get(one, one) for one in inside], lang)
    if table.empty:
        return nothing(say(lang, f"No words set {who} apart", f"没有词语使{who}与众不同"),
                       say(lang, "Words are compared within one language: there must be other policies in the same language.", "同一语言内比较：需要有同一语言的其他政策。"))
    colours, spoken = {"zh": HUES[0], "en": HUES[1] if (table["lang"] == "zh").any() else HUES[0]}, {"zh": say(lang, "Chinese", "中文"), "en": say(lang, "English", "英文")}
    figure = go.Figure()
    times = say(lang, "times here, elsewhere", "次，其他政策")
    for of in ("zh", "en"):
        part = table[table["lang"] == of]
        if part.empty:
            continue
        hover = [f"<b>{plain(term)}</b><br>{n} {times} {rest}<br>{quoted(quote, lang, 4)}" for term, n, rest, quote in zip(part["term"], part["n"], part["rest"], part["quote"])]
        figure.add_bar(y=part.index.tolist(), x=part["z"].round(2).tolist(), orientation="h", marker={"color": colours[of], "line": {"width": 0}}, hovertext=hover, hoverinfo="text", name=spoken[of],
                       text=[f"{n} : {rest}" for n, rest in zip(part["n"], part["rest"])], textposition="auto", textangle=0, textfont={"size": 11})
    figure.update_layout(barmode="overlay", bargap=0.2)
    figure.update_yaxes(tickmode="array", tickvals=list(range(len(table))), ticktext=[plain(clip(term, 24)) + "  " for term in table["term"]], range=[len(table) - 0.5, -0.5],
                        automargin=True, showgrid=False, zeroline=False, fixedrange=True, tickfont={"size": LABEL})
    figure.update_xaxes(gridcolor=RULE, zeroline=False, fixedrange=True, rangemode="tozero", tickfont={"size": 11, "color": QUIET})
    first = words.listed([f"“{term}”" for term in table["term"][:3]], lang)
    title = say(lang, f"{who} says {first} more than the others do", f"{who}比其他政策更多地说{first}")
    note = say(lang, "Log-odds with a prior, in standard deviations; in the bar: times here : elsewhere.", "带先验的对数几率（标准差）；条内为本组次数 : 其他次数。")
    legend = [(colours[of], spoken[of]) for of in ("zh", "en") if (table["lang"] == of).any()]
    return finish(figure, title, note, legend if len(legend) > 1 else (), body=bars_height(len(table)), bottom=30)


def similarity(corpus: Corpus, lang: Lang = "en") -> go.Figure:
    """How much of each policy's text stands in each other one; like with like side by side."""
    policies = readable(corpus)
    corpus_ = corpus if len(policies) == len(corpus.policies) else corpus.filter(policy=list(policies["policy"])) if len(policies) else corpus
    if len(policies) < 2:
        return nothing(say(lang, "Two policies at least are needed to compare", "至少需要两份政策才能比较"), say(lang, f"{len(policies)} was read.", f"已读取{len(policies)}份。"))
    table = terms.common(corpus_)
    wide = table.pivot(index="policy", columns="other", values="share").astype(float)
    order = _clustered(wide)
    names, full = words.firms(policies, lang, 20), words.firms(policies, lang, 40)
    quotes = {(a, b): quote for a, b, quote in zip(table["policy"], table["other"], table["quote"])}
    few = len(order) <= 12
    z = [[None if a == b else round(100 * wide.at[a, b], 1) for b in order] for a in order]
    hovers = [["" if a == b or not few and wide.at[a, b] < 0.03 else say(lang, f"<b>{wide.at[a, b]:.0%}</b> of {plain(names[a])}<br>stands in {plain(names[b])} too", f"{plain(names[a])}的<b>{wide.at[a, b]:.0%}</b><br>也见于{plain(names[b])}")
               + (f"<br>{quoted(clip(quotes[a, b], 160), lang, 4)}" if (few or wide.at[a, b] >= 0.2) and isinstance(quotes.get((a, b)), str) else "") for b in order] for a in order]
    figure = go.Figure(go.Heatmap(z=z, zmin=0, zmax=max(20, float(np.nanmax(wide.to_numpy()) * 100)), colorscale=RAMP, hovertext=hovers, hoverinfo="text", xgap=1 if few else 0, ygap=1 if few else 0,
                                  text=[["" if value is None else f"{value:.0f}" for value in row] for row in z] if few else None, texttemplate="%{text}" if few else None,
                                  colorbar={"title": {"text": "%"}, "thickness": 10, "outlinewidth": 0, "len": min(1.0, 200 / (22 * len(order) + 1)), "y": 1, "yanchor": "top"}, showscale=not few, hoverongaps=False))
    tall = 30 if few else 15
    width = max(columns(clip(names[policy], 20)) for policy in order)
    figure.update_xaxes(tickmode="array", tickvals=list(range(len(order))), ticktext=[plain(names[policy]) for policy in order], side="top", tickangle=-90, tickfont={"size": LABEL if few else 9},
                        showgrid=False, zeroline=False, fixedrange=True, ticks="", range=[-0.5, len(order) - 0.5])
    figure.update_yaxes(tickmode="array", tickvals=list(range(len(order))), ticktext=[plain(names[policy]) + "  " for policy in order], automargin=True, tickfont={"size": LABEL if few else 10},
                        showgrid=False, zeroline=False, fixedrange=True, ticks="", range=[len(order) - 0.5, -0.5])
    a, b = wide.stack().idxmax()
    alone = wide.max(axis=1).idxmin()
    if wide.at[a, b] < 0.05:
        title = say(lang, f"These policies share hardly any text: at most {wide.at[a, b]:.0%}", f"这些政策几乎没有共同文字：最多{wide.at[a, b]:.0%}")
    else:
        title = say(lang, f"{wide.at[a, b]:.0%} of {full[a]} stands in {full[b]} too; {full[alone]} is the most on its own", f"{full[a]}有{wide.at[a, b]:.0%}的文字也见于{full[b]}；{full[alone]}最为独立成文")
    note = say(lang, "Share of the row's text, in stretches of a few words, that stands in the column's policy. Texts in two languages share nothing.",
               "行政策的文字（按短片段比对）见于列政策的比例。不同语言之间没有共同文字。")
    top = int(14 + 6.4 * width * (1 if few else 0.8))
    figure.layout.meta = {"full": {"yaxis": [plain(full[policy]) + "  " for policy in order]}} | ({"flat": [190 + 136 * len(order), top - 24]} if few else {})
    return finish(figure, title, note, body=tall * len(order), top=top, width=170 + (26 if few else 13) * len(order))


def _clustered(wide: pd.DataFrame) -> list[str]:
    """The policies in an order that puts like beside like."""
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    both = wide.to_numpy(dtype=float, copy=True)
    np.fill_diagonal(both, 1.0)
    distance = 1 - np.maximum(both, both.T)
    np.fill_diagonal(distance, 0.0)
    if len(wide) < 3:
        return list(wide.index)
    return [wide.index[i] for i in leaves_list(linkage(squareform(distance, checks=False), "average", optimal_ordering=True))]
