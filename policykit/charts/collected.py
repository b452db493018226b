"""Who collects what: firm x item, and how many firms say what of an item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from policykit.charts import words
from policykit.charts.grid import FEW, Cell, bars_height, matrix, readable, stacked
from policykit.charts.style import ABSENT, STATUS, Lang, clip, finish, nothing, plain, quoted, wrapped
from policykit.charts.words import say

if TYPE_CHECKING:
    from policykit.corpus import Corpus

MOST = 40   # rows or columns of a chart whose items nobody chose


def _wanted(corpus: Corpus, items: Sequence[str] | str | None) -> list[str]:
    """The items asked for, or all that anybody speaks of, those that most firms collect first."""
    if items is not None:
        return [items] if isinstance(items, str) else list(dict.fromkeys(items))
    # classes of items are left out: what they sum up is shown itself
    table = corpus.items[corpus.items["status"].isin(["collected", "third_party", "denied"]) & ~corpus.items["item"].isin(list(words.CLASSES))]
    order = table.assign(said=table["status"] == "collected").groupby("item", observed=True)["said"].agg(["sum", "size"]).sort_values(["sum", "size"], ascending=False, kind="stable")
    return list(order.index)


def counts(corpus: Corpus, items: Sequence[str]) -> pd.DataFrame:
    """Item x status, the number of policies in each cell; `absent` for those that do not name the item."""
    table = corpus.items[corpus.items["item"].isin(list(items))]
    wide = pd.crosstab(table["item"], table["status"].astype("string")).reindex(index=list(items), columns=list(STATUS), fill_value=0)
    read = int((corpus.policies["status"] != "error").sum())
    return wide.assign(absent=(read - wide.sum(axis=1)).clip(lower=0))


def items_finding(corpus: Corpus, items: Sequence[str], lang: Lang) -> str:
    """What the items' matrix shows, in one sentence."""
    policies = readable(corpus)
    names, whole = words.firms(policies, lang, 40), len(policies)
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
                parts.append(say(lang, f"{what}: {words.of(len(who), whole)} collect it", f"{what}：{words.of(len(who), whole, 'zh')}收集"))
        return say(lang, "; ".join(parts), "；".join(parts))
    by_item = table["item"].value_counts()
    if by_item.empty:
        return say(lang, "No policy says that it collects any of these items", "没有政策说明收集这些信息")
    first = [words.label("item", item, lang) for item in items if by_item.get(item) == by_item.max()]
    who, many = table["policy"].value_counts().index[0], int(table["policy"].value_counts().iloc[0])
    most = say(lang, f"all {whole}" if by_item.max() == whole else words.of(int(by_item.max()), whole), f"{whole}家全部" if by_item.max() == whole else words.of(int(by_item.max()), whole, "zh"))
    if whole == 1:
        return say(lang, f"{names[who]} collects {many} of the {len(items)} kinds of data it speaks of", f"{names[who]}提到{len(items)}类信息，收集其中{many}类")
    return say(lang, f"Collected by {most}: {words.listed(first, lang, 2)}. {names[who]} collects the most kinds: {many} of {len(items)}",
               f"{most}收集{words.listed(first[:2], 'zh')}；收集种类最多的是{names[who]}（{len(items)}类中的{many}类）")


def counts_finding(number: pd.DataFrame, whole: int, lang: Lang) -> str:
    """What the numbers of firms show, in one sentence."""
    if len(number) <= 4:
        parts = []
        for item, row in number.iterrows():
            said = [say(lang, f"{row[kind]} {words.STATUS[kind][lang][1]}", f"{row[kind]}家{words.STATUS[kind][lang][1]}") for kind in (*STATUS, "absent") if row[kind]]
            parts.append(say(lang, f"{words.label('item', item, lang)}: {', '.join(said)}", f"{words.label('item', item, lang)}：{'，'.join(said)}"))
        return say(lang, "; ".join(parts) + f" (of {whole})", "；".join(parts) + f"（共{whole}家）")
    collected = number["collected"]
    half, one = int((collected * 2 > whole).sum()), int((collected == 1).sum())
    if whole <= 2:
        return say(lang, f"{int((collected > 0).sum())} of {len(number)} kinds of data spoken of are collected", f"提到的{len(number)}类信息中，{int((collected > 0).sum())}类被收集")
    return say(lang, f"Of {len(number)} kinds of data spoken of, {half or 'none'} {'is' if half < 2 else 'are'} collected by more than half of the {whole}, {one or 'none'} by one alone",
               f"提到的{len(number)}类信息中，{half}类有半数以上企业收集，{one}类仅一家收集")


def items(corpus: Corpus, items: Sequence[str] | str | None = None, lang: Lang = "en") -> go.Figure:
    """Firm x item: who collects what, with the sentence that says so in each cell's hover.

    Without ``items``, the forty that most firms speak of.
    """
    policies = readable(corpus)
    wanted = _wanted(corpus, items)
    shown, left_out = (wanted, 0) if items is not None else (wanted[:MOST], max(len(wanted) - MOST, 0))
    if policies.empty or not shown:
        return nothing(say(lang, "No personal-data items to show", "没有可显示的个人信息项"),
                       say(lang, "No policy that was read names an item of the rulebook. Look at corpus.policies for what could not be read.",
                           "已读取的政策未提及规则库中的任何信息项。请查看 corpus.policies 中的读取情况。"))
    table = corpus.items[corpus.items["item"].isin(shown) & corpus.items["policy"].isin(policies["policy"])]
    cells, few = {}, len(policies) <= 30  # at a hundred policies the hovers would be most of a report's size
    for policy, item, status, quote, n in zip(table["policy"], table["item"], table["status"], table["quote"], table["n"]):
        letter, meaning = words.STATUS[status][lang]
        times = say(lang, f" · {n} passages", f" · {n}处") if n > 1 else ""
        cells[policy, item] = Cell(status, letter, f"{meaning}{times}<br>{quoted(quote if few else clip(quote, 160), lang)}")
    names = words.firms(policies, lang, 40 if len(policies) <= FEW else 24)
    if len(names) > FEW:
        many = table[table["status"] == "collected"]["policy"].value_counts()
        names = {policy: names[policy] for policy in sorted(names, key=lambda policy: -many.get(policy, 0))}
    blank = Cell("absent", "", words.STATUS["absent"][lang][1])
    figure, size = matrix(cells, names, words.labels("item", shown, lang), STATUS, blank)
    used = [kind for kind in STATUS if kind in {cell.kind for cell in cells.values()}]
    legend = [(STATUS[kind], " ".join(words.STATUS[kind][lang])) for kind in used] + [(ABSENT, blank.hover)]
    note = say(lang, f"Each cell is what one policy says of one item; the {left_out} least named items are left out." if left_out else "Each cell is what one policy says of one item.",
               f"每格为一份政策对一项信息的说法；未显示提及最少的{left_out}项。" if left_out else "每格为一份政策对一项信息的说法。")
    return finish(figure, items_finding(corpus, wanted, lang), note, legend, **size)


def who_collects(corpus: Corpus, items: Sequence[str] | str | None = None, lang: Lang = "en") -> go.Figure:
    """How many firms collect each item, leave it to third parties, deny it or only name it; the names in the hover."""
    policies = readable(corpus)
    wanted = _wanted(corpus, items)
    shown, left_out = (wanted, 0) if items is not None else (wanted[:MOST], max(len(wanted) - MOST, 0))
    if policies.empty or not shown:
        return nothing(say(lang, "No personal-data items to count", "没有可统计的个人信息项"),
                       say(lang, "No policy that was read names an item of the rulebook.", "已读取的政策未提及规则库中的任何信息项。"))
    names, number = words.firms(policies, lang), counts(corpus, shown)
    kinds = [kind for kind in (*STATUS, "absent") if number[kind].any()]
    quotes = {key: (group["policy"].tolist(), group["quote"].tolist())
              for key, group in corpus.items[corpus.items["item"].isin(shown)].groupby(["item", "status"], observed=True)}
    labels = words.labels("item", shown, lang)

    def hover(item: str, kind: str) -> str:
        who, said = quotes.get((item, kind), ([], []))
        head = f"<b>{plain(labels[item])}</b> · {words.STATUS[kind][lang][1]}: {words.share(int(number.at[item, kind]), len(policies), lang)}"
        return "<br>".join(filter(None, [head, wrapped(words.listed([names.get(one, one) for one in who], lang, 14), 56), quoted(said[0], lang, 4) if said else ""]))

    figure = stacked({kind: number[kind].tolist() for kind in kinds}, list(labels.values()), STATUS | {"absent": ABSENT},
                     {kind: [hover(item, kind) for item in shown] for kind in kinds})
    figure.update_xaxes(range=[0, len(policies)], dtick=1 if len(policies) <= 10 else None)
    legend = [((STATUS | {"absent": ABSENT})[kind], words.STATUS[kind][lang][1]) for kind in kinds]
    note = say(lang, "Number of policies.", "政策份数。") + (say(lang, f" The {left_out} least named items are left out.", f"未显示提及最少的{left_out}项。") if left_out else "")
    return finish(figure, counts_finding(counts(corpus, wanted), len(policies), lang), note, legend, body=bars_height(len(shown)), bottom=30)
