"""Where data go: from items over purposes to recipients, into SDKs, through permissions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from policykit.charts import words
from policykit.charts.grid import FEW, Cell, bars_height, matrix, readable, stacked
from policykit.charts.style import HUES, OTHER, STATUS, Lang, clip, finish, nothing, plain, quoted, wrapped
from policykit.charts.words import say

if TYPE_CHECKING:
    from policykit.corpus import Corpus

WIDEST = 30   # firms from which a matrix of SDKs gives way to bars
ACTORS = {"we": ("the firm itself", "企业自身"), "affiliate": ("affiliates", "关联公司"), "sdk": ("SDKs", "SDK"), "partner": ("partners", "合作方"),
          "user": ("other users", "其他用户"), "authority": ("authorities", "主管机关")}


# a recipient that is named by what it is, not by who it is
_ROLES = {"sdk": re.compile(r"SDK|插件|plug-?in", re.I), "affiliate": re.compile(r"关联|子公司|母公司|集团|affiliate|subsidiar", re.I),
          "authority": re.compile(r"政府|司法|行政|监管|执法|公安|authorit|government|court", re.I),
          "partner": re.compile(r"合作|伙伴|第三方|供应商|服务商|提供方|提供商|partner|third[- ]part|supplier|provider|vendor", re.I)}


def _role(actor: object, recipient: object) -> str | None:
    """What the recipient of data is, as far as that is said.

    >>> _role("we", "我们的合作伙伴"), _role("sdk", None), _role("we", "顺丰速运")
    ('partner', 'sdk', None)
    """
    if actor in ("affiliate", "sdk", "partner", "authority"):
        return str(actor)
    return next((role for role, cue in _ROLES.items() if isinstance(recipient, str) and cue.search(recipient)), None)


def _top(values: pd.Series, most: int, other: str) -> pd.Series:
    """The most frequent values as they are, the rest under one name."""
    kept = values.value_counts().index[:most]
    return values.where(values.isin(kept), other) if values.nunique() > most + 1 else values


def flow(corpus: Corpus, lang: Lang = "en", *, most: int = 10) -> go.Figure:
    """Item -> purpose -> recipient: how many policies say that an item is used for this and given to them."""
    said = corpus.practices[corpus.practices["status"].isin(["collected", "third_party"])]
    if said.empty:
        return nothing(say(lang, "No flow of data to show", "没有可显示的数据流向"),
                       say(lang, "No policy that was read says that an item is collected.", "已读取的政策均未说明收集任何信息项。"))
    none, other = say(lang, "purpose not stated", "未说明目的"), say(lang, "other", "其他")
    keeps, named = say(lang, "no recipient named", "未指明接收方"), say(lang, "named by one policy each", "各仅一份政策点名")
    many = len(readable(corpus)) > FEW
    most = min(most, 8) if many else most
    role = pd.Series([_role(actor, recipient) for actor, recipient in zip(said["actor"].astype("object"), said["recipient"].astype("object"))], index=said.index, dtype="object")
    recipient = said["recipient"].astype("object").map(lambda value: clip(value, 22), na_action="ignore")
    often = said.assign(recipient=recipient).groupby("recipient")["policy"].nunique()
    recipient = recipient.where(recipient.isna() | recipient.isin(often[often > 1].index), named)
    role = role.map(lambda value: ACTORS[value][lang == "zh"], na_action="ignore")
    table = pd.DataFrame({
        "policy": said["policy"].astype("object"),
        "item": _top(said["item"].astype("object").map(lambda item: words.label("item", item, lang)), most, other),
        "purpose": _top(said["purpose"].astype("object").map(lambda purpose: words.label("purpose", purpose, lang), na_action="ignore").fillna(none), most - 2, other),
        "recipient": _top(role.fillna(recipient).fillna(keeps), most - 2, other),
        "quote": said.merge(corpus.clauses[["policy", "clause", "text"]], on=["policy", "clause"], how="left")["text"].to_numpy(),
    })
    columns = ("item", "purpose", "recipient")
    nodes = [(column, name) for column in columns for name in sorted(table[column].unique(), key=lambda name, column=column: ((name in (named, other, none, keeps)) + (name in (none, keeps)), -table.loc[table[column] == name, "policy"].nunique(), name))]
    place = {node: number for number, node in enumerate(nodes)}
    quiet = {none, keeps, other, named}
    items = [name for column, name in nodes if column == "item"]
    shade = {name: OTHER if name in quiet else HUES[number % len(HUES)] for number, name in enumerate(items)}
    source, target, value, colour, hover = [], [], [], [], []
    # at many firms nearly everything flows everywhere: a band of a few policies says nothing
    least = max(1, round(0.03 * len(readable(corpus)))) if many else 1
    for left, right in (("item", "purpose"), ("purpose", "recipient")):
        for (a, b), group in table.groupby([left, right], sort=False):
            count = group["policy"].nunique()
            if count < least:
                continue
            source.append(place[left, a])
            target.append(place[right, b])
            value.append(count)
            colour.append(_faint(shade[a] if left == "item" else OTHER))
            hover.append(f"<b>{plain(a)}</b> → <b>{plain(b)}</b><br>{say(lang, f'{count} policies', f'{count}份政策')}<br>{quoted(group['quote'].iloc[0], lang, 4)}")
    across, down = _places(nodes, source, target, value)
    figure = go.Figure(go.Sankey(
        arrangement="fixed", textfont={"size": 11},
        node={"x": across, "y": down, "label": [plain(clip(name, 24)) for _, name in nodes], "color": [shade.get(name, OTHER) if column == "item" else "#7b8794" if name not in quiet else OTHER for column, name in nodes],
              "pad": 9, "thickness": 12, "line": {"width": 0}, "hovertemplate": "<b>%{label}</b><extra></extra>"},
        link={"source": source, "target": target, "value": value, "color": colour, "customdata": hover, "hovertemplate": "%{customdata}<extra></extra>"},
    ))
    stated = table[table["purpose"] != none]
    lack = 1 - len(stated) / len(table)
    top = stated.loc[stated["purpose"] != other, "purpose"].value_counts()
    title = say(lang, f"{top.index[0]} is the purpose most often given; {lack:.0%} of mentions give none" if len(top) else "No purpose is given for any item",
                f"最常说明的目的是{top.index[0]}；{lack:.0%}的提及未说明目的" if len(top) else "所有信息项均未说明目的")
    rows = max(table[column].nunique() for column in columns)
    note = say(lang, "Left items, middle purposes, right recipients; a band is as wide as the number of policies that say so.", "左为信息项，中为目的，右为接收方；带宽为如此表述的政策数。")
    note += say(lang, f" Bands of fewer than {least} policies are left out.", f"未显示少于{least}份政策的流向。") if least > 1 else ""
    return finish(figure, title, note, body=max(34 * rows, 200), width=680)


def _places(nodes: list[tuple[str, str]], source: list[int], target: list[int], value: list[int]) -> tuple[list[float], list[float]]:
    """Where each node stands, across and down: its column, in the order given, as much room as flows through it.

    >>> _places([("item", "a"), ("item", "b"), ("purpose", "c")], [0, 1], [2, 2], [3, 1])
    ([0.001, 0.001, 0.5], [0.36, 0.88, 0.5])
    """
    through = [max(sum(n for at, n in zip(source, value) if at == node), sum(n for at, n in zip(target, value) if at == node)) for node in range(len(nodes))]
    across, down = [], []
    for node, (column, _) in enumerate(nodes):
        mine = [other for other, (name, _) in enumerate(nodes) if name == column]
        whole = sum(through[other] for other in mine) or 1
        gap = min(0.04, 0.4 / len(mine))
        room = 1 - gap * (len(mine) - 1)
        before = [other for other in mine if other < node]
        across.append({"item": 0.001, "purpose": 0.5, "recipient": 0.999}[column])
        down.append(round(min(max(room * (sum(through[other] for other in before) + through[node] / 2) / whole + gap * len(before), 0.001), 0.999), 3))
    return across, down


def _faint(colour: str) -> str:
    """A hexadecimal colour, see-through.

    >>> _faint("#14507a")
    'rgba(20,80,122,0.35)'
    """
    if colour == OTHER:
        return "rgba(128,140,150,0.28)"  # quiet on a light page and on a dark one
    return f"rgba({int(colour[1:3], 16)},{int(colour[3:5], 16)},{int(colour[5:7], 16)},0.35)"


def sdks(corpus: Corpus, lang: Lang = "en", *, most: int = 40) -> go.Figure:
    """Which firm names which SDK or provider; with what it takes and the words in each hover."""
    policies = readable(corpus)
    table = corpus.sdks[corpus.sdks["policy"].isin(policies["policy"])]
    if table.empty:
        return nothing(say(lang, "No policy names a third-party SDK", "没有政策列出第三方SDK"),
                       say(lang, "SDK lists that a policy only links to are not part of the file and cannot be read.", "仅以链接提供的SDK清单不在文件内，无法读取。"))
    by_sdk = table.groupby("sdk")["policy"].nunique().sort_values(ascending=False, kind="stable")
    shown = list(by_sdk.index[:most])
    names = words.firms(policies, lang, 40 if len(policies) <= FEW else 24)
    labels = words.labels("sdk", shown, lang)
    silent = [words.firms(policies, lang, 40)[policy] for policy in policies["policy"] if policy not in set(table["policy"])]
    first, full = labels[shown[0]], words.firms(policies, lang, 40)
    per = table.groupby("policy")["sdk"].nunique().sort_values(ascending=False, kind="stable")
    if by_sdk.iloc[0] == 1 and len(policies) > 1:
        title = say(lang, f"No SDK is named by two of the {len(policies)}; {full[per.index[0]]} names the most: {per.iloc[0]}",
                    f"{len(policies)}家中没有两家列出同一SDK；列出最多的是{full[per.index[0]]}（{per.iloc[0]}个）")
    else:
        title = say(lang, f"{first} is named by {words.of(int(by_sdk.iloc[0]), len(policies))}; {full[per.index[0]]} names the most: {per.iloc[0]}",
                    f"{words.of(int(by_sdk.iloc[0]), len(policies), 'zh')}列出{first}；列出最多的是{full[per.index[0]]}（{per.iloc[0]}个）")
    note = say(lang, f"Names none in its text: {words.listed(silent)}. " if silent else "", f"正文未列出：{words.listed(silent, 'zh')}。" if silent else "")
    note += say(lang, f"The {len(by_sdk) - most} rarest are left out.", f"未显示最少见的{len(by_sdk) - most}个。") if len(by_sdk) > most else ""

    def told(rows: pd.DataFrame) -> str:
        one = rows.iloc[0]
        what = ", ".join(words.label("item", item, lang) for item in str(one["items"]).split()) if isinstance(one["items"], str) else ""
        parts = [plain(one["provider"]) if isinstance(one["provider"], str) else "", wrapped(one["purpose"], 56, 3) if isinstance(one["purpose"], str) else "",
                 say(lang, "takes: ", "收集：") + wrapped(what, 50, 4) if what else "", quoted(one["quote"], lang, 3)]
        return "<br>".join(part for part in parts if part)

    groups = {key: rows for key, rows in table[table["sdk"].isin(shown)].groupby(["policy", "sdk"])}
    if len(policies) <= WIDEST:
        cells = {key: Cell("named", "●", told(rows)) for key, rows in groups.items()}
        figure, size = matrix(cells, names, labels, {"named": HUES[0]}, Cell("absent", "", say(lang, "not named", "未列出")))
        return finish(figure, title, note, **size)
    who = {sdk: [names[policy] for policy, name in groups if name == sdk] for sdk in shown}
    hover = [f"<b>{plain(labels[sdk])}</b>: {words.share(len(who[sdk]), len(policies), lang)}<br>{wrapped(words.listed(who[sdk], lang, 14), 56)}" for sdk in shown]
    figure = stacked({"named": [int(by_sdk[sdk]) for sdk in shown]}, list(labels.values()), {"named": HUES[0]}, {"named": hover})
    return finish(figure, title, say(lang, "Number of policies that name it. ", "列出该SDK的政策份数。") + note, body=bars_height(len(shown)), bottom=30)


def permissions(corpus: Corpus, lang: Lang = "en", *, most: int = 40) -> go.Figure:
    """For which items each firm asks a permission of the phone's system, and which it says it does not."""
    policies = readable(corpus)
    said = corpus.practices[(corpus.practices["action"] == "permission") & corpus.practices["policy"].isin(policies["policy"])]
    if said.empty:
        return nothing(say(lang, "No policy speaks of system permissions", "没有政策提及系统权限"),
                       say(lang, "A list of permissions that a policy only links to is not part of the file.", "仅以链接提供的权限清单不在文件内。"))
    said = said.merge(corpus.clauses[["policy", "clause", "text"]], on=["policy", "clause"], how="left").sort_values("status", kind="stable")
    names = words.firms(policies, lang, 40 if len(policies) <= FEW else 24)
    best = said.drop_duplicates(["policy", "item"])
    asked = best[best["status"] == "collected"]["item"].value_counts()
    order = list(dict.fromkeys([*asked.index, *best["item"]]))[:most]
    cells = {(one.policy, one.item): Cell(one.status, words.STATUS[one.status][lang][0], f"{words.STATUS[one.status][lang][1]}<br>{quoted(one.text if len(names) <= WIDEST else clip(one.text, 160), lang)}")
             for one in best[best["item"].isin(order)].itertuples()}
    if len(names) > FEW:
        many = best["policy"].value_counts()
        names = {policy: names[policy] for policy in sorted(names, key=lambda policy: -many.get(policy, 0)) if many.get(policy, 0)}
    labels = words.labels("item", order, lang)
    figure, size = matrix(cells, names, labels, STATUS, Cell("absent", "", say(lang, "no permission named", "未提及权限")))
    used = {cell.kind for cell in cells.values()}
    title = (say(lang, f"Permission most often asked for: {labels[asked.index[0]]} ({words.share(int(asked.iloc[0]), len(policies))})",
                 f"最常申请的权限：{labels[asked.index[0]]}（{words.share(int(asked.iloc[0]), len(policies), 'zh')}）") if len(asked) else
             say(lang, "No policy says that it asks for a permission", "没有政策说明会申请权限"))
    return finish(figure, title, say(lang, "Items that a policy ties to a permission of the phone's system.", "政策中与系统权限相关的信息项。"),
                  [(STATUS[kind], " ".join(words.STATUS[kind][lang])) for kind in STATUS if kind in used], **size)
