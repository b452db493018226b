"""Matrices with one row and one column for each of two kinds of thing: items, findings, SDKs, permissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from policykit.charts import words
from policykit.charts.style import ABSENT, LABEL, STATUS, VERDICT, Lang, clip, columns, finish, lines, nothing, plain, quoted
from policykit.charts.words import say

if TYPE_CHECKING:
    from policykit.corpus import Corpus

FEW = 12          # firms that still stand side by side as columns
MOST_ITEMS = 40   # rows or columns of a matrix that nobody chose


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell of a matrix shows: a class of its key, a letter, and the text of its hover (markup of our own)."""

    kind: str
    letter: str = ""
    hover: str = ""


def matrix(cells: Mapping[tuple[str, str], Cell], firms: Mapping[str, str], things: Mapping[str, str], colours: Mapping[str, str],
           blank: Cell, lang: Lang) -> tuple[go.Figure, dict[str, int]]:
    """Firm x thing as a heatmap of discrete colours, and what `finish` needs to know of its size.

    Up to twelve firms are columns, so that the things keep their full names; more firms are rows.
    ``cells`` has (firm, thing) keys; ``firms`` and ``things`` map ids to names, in the order of the chart.
    """
    kinds = [*colours, blank.kind]
    side, top = (things, firms) if len(firms) <= FEW else (firms, things)
    few = side is things
    z, letters, hovers = [], [], []
    for row in side:
        found = [cells.get((column, row) if few else (row, column), blank) for column in top]
        z.append([kinds.index(cell.kind) for cell in found])
        letters.append([plain(cell.letter) for cell in found])
        hovers.append([
            f"<b>{plain(firms[column if few else row])}</b> · {plain(things[row if few else column])}<br>{cell.hover or blank.hover}"
            for column, cell in zip(top, found)
        ])
    steps = [(edge / len(kinds), shade) for number, shade in enumerate([*colours.values(), ABSENT]) for edge in (number, number + 1)]
    tall = 24 if len(side) <= 45 else 17
    figure = go.Figure(go.Heatmap(
        z=z, zmin=-0.5, zmax=len(kinds) - 0.5, colorscale=steps, showscale=False, xgap=1 if len(top) > 24 else 2, ygap=1 if tall < 20 else 2,
        text=letters, texttemplate="%{text}", textfont={"size": 11 if tall > 20 else 9}, hovertext=hovers, hoverinfo="text",
    ))
    if few:
        wrap = 11
        headings = ["<br>".join(plain(line) for line in _three(name, wrap)) for name in top.values()]
        above = max((10 + 6.6 * max(map(len, _three(name, wrap))) for name in top.values()), default=0)
        least = max(15 * max((len(_three(name, wrap)) for name in top.values()), default=1) * len(top) + 200, 0)
        angles = [0, -90]
    else:
        headings = [plain(clip(name, 20)) for name in top.values()]
        above = 12 + 6.4 * max((min(columns(name), 20) for name in top.values()), default=0)
        least = 160 + 16 * len(top)
        angles = [0, -90] if len(top) <= 6 else [-90]
    figure.update_xaxes(tickmode="array", tickvals=list(range(len(top))), ticktext=headings, side="top", autotickangles=angles,
                        tickfont={"size": LABEL - (len(top) > 20)}, showgrid=False, zeroline=False, fixedrange=True, ticks="", range=[-0.5, len(top) - 0.5])
    if angles == [-90]:
        figure.update_xaxes(tickangle=-90)
    figure.update_yaxes(tickmode="array", tickvals=list(range(len(side))), ticktext=[plain(clip(name, 26)) + "  " for name in side.values()],
                        tickfont={"size": LABEL - (tall < 20)}, automargin=True, showgrid=False, zeroline=False, fixedrange=True, ticks="", range=[len(side) - 0.5, -0.5])
    return figure, {"body": max(tall * len(side), 40), "width": int(least), "top": int(min(above, 150))}


def _three(name: str, wrap: int) -> list[str]:
    """A name in at most three short lines."""
    made = [line.strip() for line in lines(name, wrap)]
    return made if len(made) <= 3 else [*made[:2], clip(" ".join(made[2:]), wrap)]


def _wanted(corpus: Corpus, items: Sequence[str] | str | None) -> tuple[list[str], int]:
    """The items to show, those that most firms collect first, and how many were left out."""
    if items is not None:
        return [items] if isinstance(items, str) else list(dict.fromkeys(items)), 0
    table = corpus.items[corpus.items["status"].isin(["collected", "third_party", "denied"])]
    order = table.assign(said=table["status"] == "collected").groupby("item", observed=True)["said"].agg(["sum", "size"]).sort_values(["sum", "size"], ascending=False, kind="stable")
    return list(order.index[:MOST_ITEMS]), max(len(order) - MOST_ITEMS, 0)


def counts(corpus: Corpus, items: Sequence[str]) -> pd.DataFrame:
    """Item x status, the number of policies in each cell; `absent` for those that do not name the item."""
    table = corpus.items[corpus.items["item"].isin(list(items))]
    wide = pd.crosstab(table["item"], table["status"].astype("string")).reindex(index=list(items), columns=list(STATUS), fill_value=0)
    read = int((corpus.policies["status"] != "error").sum())
    return wide.assign(absent=(read - wide.sum(axis=1)).clip(lower=0))


def readable(corpus: Corpus) -> pd.DataFrame:
    """The policies that could be read."""
    return corpus.policies[corpus.policies["status"] != "error"]


def items_finding(corpus: Corpus, items: Sequence[str], lang: Lang) -> str:
    """What the items' matrix shows, in one sentence."""
    policies = readable(corpus)
    names, whole = words.firms(policies, lang), len(policies)
    table = corpus.items[corpus.items["item"].isin(list(items)) & (corpus.items["status"] == "collected")]
    if len(items) <= 4:
        parts = []
        for item in items:
            who = [names[policy] for policy in table.loc[table["item"] == item, "policy"] if policy in names]
            what = words.label("item", item, lang)
            if not who:
                parts.append(say(lang, f"{what}: collected by none of {whole}", f"{what}：{whole}家均未说收集"))
            elif len(who) == whole:
                parts.append(say(lang, f"{what}: collected by all {whole}", f"{what}：{whole}家全部收集"))
            elif len(who) <= 3:
                parts.append(say(lang, f"{what}: {words.listed(who)} ({len(who)} of {whole})", f"{what}：{words.listed(who, 'zh')}（{whole}家中的{len(who)}家）"))
            else:
                parts.append(say(lang, f"{what}: {words.share(len(who), whole)} collect it", f"{what}：{words.share(len(who), whole, 'zh')}收集"))
        return say(lang, "; ".join(parts), "；".join(parts))
    by_item = table["item"].value_counts()
    if by_item.empty:
        return say(lang, "No policy says that it collects any of these items", "没有政策说明收集这些信息")
    first = [words.label("item", item, lang) for item in items if by_item.get(item) == by_item.max()]
    who, many = table["policy"].value_counts().index[0], int(table["policy"].value_counts().iloc[0])
    most = say(lang, f"all {whole}" if by_item.max() == whole else words.share(int(by_item.max()), whole), f"{whole}家全部" if by_item.max() == whole else words.share(int(by_item.max()), whole, "zh"))
    if whole == 1:
        return say(lang, f"{names[who]} collects {many} of the {len(items)} kinds of data it speaks of", f"{names[who]}提到{len(items)}类信息，收集其中{many}类")
    return say(lang, f"{words.listed(first, lang, 2)}: collected by {most}. {names[who]} collects the most kinds: {many} of {len(items)}",
               f"{most}收集{words.listed(first[:2], 'zh')}；收集种类最多的是{names[who]}（{len(items)}类中的{many}类）")


def items(corpus: Corpus, items: Sequence[str] | str | None = None, lang: Lang = "en") -> go.Figure:
    """Firm x item: who collects what, with the sentence that says so in each cell's hover.

    Without ``items``, the forty that most firms speak of.
    """
    policies = readable(corpus)
    shown, left_out = _wanted(corpus, items)
    if policies.empty or not shown:
        return nothing(say(lang, "No personal-data items to show", "没有可显示的个人信息项"),
                       say(lang, "No policy that was read names an item of the rulebook. Look at corpus.policies for what could not be read.",
                           "已读取的政策未提及规则库中的任何信息项。请查看 corpus.policies 中的读取情况。"))
    table = corpus.items[corpus.items["item"].isin(shown) & corpus.items["policy"].isin(policies["policy"])]
    cells = {}
    for policy, item, status, quote, n in zip(table["policy"], table["item"], table["status"], table["quote"], table["n"]):
        letter, meaning = words.STATUS[status][lang]
        times = say(lang, f" · {n} passages", f" · {n}处") if n > 1 else ""
        cells[policy, item] = Cell(status, letter, f"{meaning}{times}<br>{quoted(quote, lang)}")
    names = words.firms(policies, lang)
    if len(names) > FEW:
        many = table[table["status"] == "collected"]["policy"].value_counts()
        names = {policy: names[policy] for policy in sorted(names, key=lambda policy: -many.get(policy, 0))}
    blank = Cell("absent", "", words.STATUS["absent"][lang][1])
    figure, size = matrix(cells, names, {item: words.label("item", item, lang) for item in shown}, STATUS, blank, lang)
    used = [kind for kind in STATUS if kind in {cell.kind for cell in cells.values()}]
    legend = [(STATUS[kind], " ".join(words.STATUS[kind][lang])) for kind in used] + [(ABSENT, blank.hover)]
    note = say(lang, f"Each cell is what one policy says of one item; the {left_out} least named items are left out." if left_out else "Each cell is what one policy says of one item.",
               f"每格为一份政策对一项信息的说法；未显示提及最少的{left_out}项。" if left_out else "每格为一份政策对一项信息的说法。")
    return finish(figure, items_finding(corpus, shown, lang), note, legend, **size)
