"""What the law asks to be said, what is wrong with a document, and how old it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from policykit import law as laws
from policykit.charts import words
from policykit.charts.grid import FEW, Cell, bars_height, matrix, readable, stacked
from policykit.charts.style import HUES, LABEL, QUIET, RULE, SEVERITY, VERDICT, Lang, clip, finish, nothing, plain, quoted, wrapped
from policykit.charts.words import say

if TYPE_CHECKING:
    from policykit.corpus import Corpus

DISCLAIMER = ("A program looked for words; this is no legal advice.", "由程序按文字判断，不构成法律意见。")
# milestones that divide policies into generations, where the rulebook's list of instruments has them
GENERATIONS = ("csl-2016", "gbt-35273-2017", "gbt-35273", "civil-code", "dsl", "pipl", "data-regulation", "csl")
DATED = {"updated": ("last updated", "更新日期"), "effective": ("in force from", "生效日期")}
CROWD = 30        # policies from which each is a dot in a pile, not a row


def _judged(corpus: Corpus) -> pd.DataFrame:
    """The findings of the policies that were read, as plain strings."""
    table = corpus.findings[corpus.findings["policy"].isin(readable(corpus)["policy"])]
    return table.assign(verdict=table["verdict"].astype("string"))


def _missed(table: pd.DataFrame) -> list[str]:
    """The requirements, those that most policies miss first."""
    counts = pd.crosstab(table["requirement"], table["verdict"]).reindex(columns=list(VERDICT), fill_value=0)
    return list(counts.sort_values(["missing", "partial", "met"], ascending=[False, False, True], kind="stable").index)


def _finding(table: pd.DataFrame, corpus: Corpus, lang: Lang) -> str:
    """What the verdicts show, in one sentence."""
    policies = readable(corpus)
    names = words.firms(policies, lang, 40)
    applies = table[table["verdict"].isin(["met", "partial", "missing"])]
    missing = applies[applies["verdict"] == "missing"]["requirement"].value_counts()
    met = applies[applies["verdict"] == "met"]["policy"].value_counts()
    asked = applies["policy"].value_counts()
    if applies.empty:
        return say(lang, "No requirement could be judged", "没有可判断的披露要求")
    if missing.empty:
        return say(lang, "Every requirement that applies is met, at least in part", "适用的披露要求均已满足或部分满足")
    worst = words.label("requirement", next(one for one in _missed(table) if missing.get(one) == missing.max()), lang)
    if len(policies) == 1:
        only = policies["policy"].iloc[0]
        return say(lang, f"{names[only]} meets {met.get(only, 0)} of {asked.get(only, 0)} requirements that apply; {len(missing)} are not found",
                   f"{names[only]}适用{asked.get(only, 0)}项要求，满足{met.get(only, 0)}项，{len(missing)}项未找到")
    best = (met / asked).fillna(0).sort_values(ascending=False, kind="stable").index[0]
    return say(lang, f"Most often not found: {worst} ({words.share(int(missing.iloc[0]), len(policies))}). {names[best]} meets the most: {met[best]} of {asked[best]}",
               f"最常缺失：{worst}（{words.share(int(missing.iloc[0]), len(policies), 'zh')}）；满足最多的是{names[best]}（{asked[best]}项中的{met[best]}项）") if len(met) else say(
        lang, f"Most often not found: {worst} ({words.share(int(missing.iloc[0]), len(policies))})", f"最常缺失：{worst}（{words.share(int(missing.iloc[0]), len(policies), 'zh')}）")


def _no_findings(lang: Lang) -> go.Figure:
    return nothing(say(lang, "No legal findings to show", "没有可显示的合规判断"),
                   say(lang, "The table findings is empty: no policy was read, or the rulebook holds no requirements.", "findings 表为空：没有读取到政策，或规则库中没有披露要求。"))


def basis(requirement: str, lang: Lang = "en") -> str:
    """Where a requirement stands in the law, as markup for a hover.

    >>> basis("no such requirement")
    ''
    """
    rule = laws.load().requirements.get(requirement)
    stands = [f"{words.label('instrument', one.instrument, lang)} {one.article}" for one in rule.sources[:2]] if rule else []
    return f"<i>{wrapped(say(lang, '; ', '；').join(stands), 56, 3)}</i>" if stands else ""


def findings(corpus: Corpus, lang: Lang = "en") -> go.Figure:
    """Firm x disclosure requirement: met, in part, not found; the evidence or the reason in each cell's hover."""
    table, policies = _judged(corpus), readable(corpus)
    if table.empty:
        return _no_findings(lang)
    few = len(policies) <= CROWD
    cells, stands = {}, {requirement: basis(requirement, lang) for requirement in table["requirement"].unique()}
    for policy, requirement, verdict, quote, reason in zip(table["policy"], table["requirement"], table["verdict"], table["quote"], table["reason_zh" if lang == "zh" else "reason"]):
        letter, meaning = words.VERDICT[verdict][lang]
        # at a hundred policies the hovers would be most of a report's size
        parts = (meaning, quoted(quote, lang, 6), wrapped(clip(reason, 260), 56, 5), stands[requirement]) if few else (meaning, quoted(clip(quote, 120), lang, 3) if isinstance(quote, str) else "")
        said = "<br>".join(part for part in parts if part)
        cells[policy, requirement] = Cell(verdict, letter, said)
    names = words.firms(policies, lang, 40 if len(policies) <= FEW else 24)
    if len(names) > FEW:
        met = table[table["verdict"] == "met"]["policy"].value_counts()
        names = {policy: names[policy] for policy in sorted(names, key=lambda policy: -met.get(policy, 0))}
    things = words.labels("requirement", _missed(table), lang)
    figure, size = matrix(cells, names, things, VERDICT, Cell("absent", "", say(lang, "not judged", "未判断")))
    used = [verdict for verdict in VERDICT if (table["verdict"] == verdict).any()]
    return finish(figure, _finding(table, corpus, lang), say(lang, *DISCLAIMER), [(VERDICT[one], " ".join(words.VERDICT[one][lang])) for one in used], **size)


def _spread(counts: pd.DataFrame, corpus: Corpus, lang: Lang) -> str:
    """How far the requirements are met, in one sentence."""
    asked = counts[["met", "partial", "missing"]].sum(axis=1)
    counts, asked = counts[asked > 0], asked[asked > 0]
    most, least = int((counts["met"] * 2 > asked).sum()), int((counts["missing"] * 2 > asked).sum())
    if counts.empty or len(readable(corpus)) == 1:
        return _finding(_judged(corpus), corpus, lang)
    return say(lang, f"Of {len(counts)} requirements, {most or 'none'} {'is' if most < 2 else 'are'} met by more than half of those that they apply to, {least or 'none'} not found in more than half",
               f"{len(counts)}项要求中，{most}项有半数以上适用企业满足，{least}项在半数以上适用企业中未找到")


def verdicts(corpus: Corpus, lang: Lang = "en") -> go.Figure:
    """How many policies meet each requirement, meet it in part, or do not."""
    table, policies = _judged(corpus), readable(corpus)
    if table.empty:
        return _no_findings(lang)
    order = _missed(table)
    counts = pd.crosstab(table["requirement"], table["verdict"]).reindex(index=order, columns=list(VERDICT), fill_value=0)
    names = words.firms(policies, lang)
    who = table.groupby(["requirement", "verdict"])["policy"].agg(list).to_dict()
    kinds = [verdict for verdict in VERDICT if counts[verdict].any()]
    labels = words.labels("requirement", order, lang)

    def hover(requirement: str, verdict: str) -> str:
        firms = [names.get(one, one) for one in who.get((requirement, verdict), [])]
        return (f"<b>{plain(labels[requirement])}</b><br>{words.VERDICT[verdict][lang][1]}: {words.share(int(counts.at[requirement, verdict]), len(policies), lang)}"
                f"<br>{wrapped(words.listed(firms, lang, 14), 56)}")

    figure = stacked({kind: counts[kind].tolist() for kind in kinds}, list(labels.values()), VERDICT, {kind: [hover(one, kind) for one in order] for kind in kinds})
    figure.update_xaxes(range=[0, len(policies)], dtick=1 if len(policies) <= 10 else None)
    note = say(lang, "Number of policies. ", "政策份数。") + say(lang, *DISCLAIMER)
    return finish(figure, _spread(counts, corpus, lang), note, [(VERDICT[one], words.VERDICT[one][lang][1]) for one in kinds], body=bars_height(len(order)), bottom=30)


def defects(corpus: Corpus, lang: Lang = "en") -> go.Figure:
    """What is wrong with the documents themselves, by kind and severity; an example in each hover."""
    table, policies = corpus.defects, readable(corpus)
    if policies.empty:
        return nothing(say(lang, "No policy was read", "未读取到政策"), say(lang, "Look at corpus.policies for the reason.", "原因见 corpus.policies。"))
    if table.empty:
        return nothing(say(lang, f"No defect found in {len(policies)} policies", f"{len(policies)}份政策中未发现缺陷"),
                       say(lang, "Looked for announced sections that are missing, empty sections, gaps in the numbering, contradictions, stale law and the like.",
                           "检查了：目录有而正文无的章节、空章节、编号跳跃、前后矛盾、引用失效法律等。"))
    names = words.firms(policies, lang)
    table = table.assign(severity=table["severity"].astype("string"))
    counts = pd.crosstab(table["kind"], table["severity"]).reindex(columns=list(SEVERITY), fill_value=0)
    counts = counts.assign(all=counts.sum(axis=1)).sort_values(["high", "medium", "all"], ascending=False, kind="stable")
    first = table.sort_values("start").groupby(["kind", "severity"])[["policy", "detail", "detail_zh", "quote"]].first()
    kinds = [severity for severity in SEVERITY if counts[severity].any()]
    labels = words.labels("defect", counts.index, lang)

    def hover(kind: str, severity: str) -> str:
        if (kind, severity) not in first.index:
            return ""
        one = first.loc[(kind, severity)]
        return (f"<b>{plain(labels[kind])}</b> · {words.SEVERITY[severity][lang]}: {counts.at[kind, severity]}<br>"
                f"{say(lang, 'for example', '例如')} {plain(names.get(one['policy'], one['policy']))}<br>"
                f"{wrapped(one['detail_zh'] if lang == 'zh' else one['detail'], 56, 4)}<br>{quoted(one['quote'], lang, 4)}")

    figure = stacked({kind: counts[kind].tolist() for kind in kinds}, list(labels.values()), SEVERITY, {kind: [hover(one, kind) for one in counts.index] for kind in kinds}, place="auto")
    wide = words.firms(policies, lang, 40)
    grave = table[table["severity"].isin(["high", "medium"])]
    within, per = (grave if len(grave) else table)["policy"].nunique(), grave["policy"].value_counts()
    if len(grave):
        first_kind = labels[grave["kind"].value_counts().index[0]]
        title = say(lang, f"{len(grave)} defect{'s' * (len(grave) != 1)} of weight in {words.of(within, len(policies))} policies; most frequent: {first_kind}",
                    f"{words.of(within, len(policies), 'zh')}有较重缺陷，共{len(grave)}处；最多的是：{first_kind}")
    else:
        title = say(lang, f"No defect of weight; {len(table)} remarks on {words.of(within, len(policies))} policies", f"无较重缺陷；{words.of(within, len(policies), 'zh')}有{len(table)}处提示")
    note = "" if per.empty else say(lang, f"High or medium: {words.listed([f'{wide.get(p, p)} ({n})' for p, n in per.items()])}.", f"严重或中等：{words.listed([f'{wide.get(p, p)}（{n}）' for p, n in per.items()], 'zh')}。")
    return finish(figure, title, note, [(SEVERITY[one], words.SEVERITY[one][lang]) for one in kinds], body=bars_height(len(counts)), bottom=30)


def dates(corpus: Corpus) -> pd.DataFrame:
    """The date of each policy that has one: policy, fact (updated before effective), date, value, quote."""
    table = corpus.facts[corpus.facts["fact"].isin(list(DATED))]
    table = table.assign(date=pd.to_datetime(table["value"].where(table["value"].str.fullmatch(r"\d{4}-\d{2}(-\d{2})?")), errors="coerce", format="ISO8601"))
    table = table.dropna(subset=["date"]).assign(order=table["fact"].map({"updated": 0, "effective": 1}))
    # the latest of several update dates: earlier ones are the history of versions
    table = table.sort_values(["policy", "order", "date"], ascending=[True, True, False], kind="stable").drop_duplicates("policy")
    return table[["policy", "fact", "date", "value", "quote"]].sort_values(["date", "policy"], ignore_index=True)


def milestones(first: pd.Timestamp, last: pd.Timestamp, lang: Lang = "en") -> list[tuple[str, str]]:
    """The legal milestones of the rulebook in this span: date and name, in order."""
    known = laws.load().instruments
    dated = sorted((known[name].valid_from, words.label("instrument", name, lang)) for name in GENERATIONS if name in known)
    return [one for one in dated if first <= pd.Timestamp(one[0]) <= last]


def timeline(corpus: Corpus, lang: Lang = "en") -> go.Figure:
    """When the policies were last updated, against the laws that came into force meanwhile."""
    policies, table = readable(corpus), dates(corpus)
    table = table[table["policy"].isin(policies["policy"])].reset_index(drop=True)
    names = words.firms(policies, lang, 40)
    undated = [names[policy] for policy in policies["policy"] if policy not in set(table["policy"])]
    if table.empty:
        return nothing(say(lang, "No policy says when it was updated" if len(policies) else "No policy was read", "没有政策注明更新日期" if len(policies) else "未读取到政策"),
                       say(lang, "Looked for an update date and a date of entry into force.", "查找了更新日期与生效日期。"))
    today = pd.Timestamp.now().normalize()
    left, right = table["date"].min() - pd.Timedelta(days=150), max(table["date"].max() + pd.Timedelta(days=150), min(today, table["date"].max() + pd.Timedelta(days=1500)))
    marks = milestones(left, right, lang)
    figure = go.Figure()
    crowd = len(table) > CROWD
    if crowd:
        month = table["date"].dt.to_period("Q").dt.start_time + pd.Timedelta(days=45)
        at = table.groupby(month).cumcount() + 0.5
        x, tall = month, int(at.max() + 0.5)
    else:
        at, x, tall = pd.Series(range(len(table)), dtype=float), table["date"], len(table)
    for fact, shape, shade in (("updated", "circle", HUES[0]), ("effective", "diamond-open", HUES[1])):
        mine = table["fact"] == fact
        if not mine.any():
            continue
        hover = [f"<b>{plain(names[policy])}</b><br>{DATED[fact][lang == 'zh']}: {value}<br>{quoted(quote, lang, 4)}"
                 for policy, value, quote in zip(table.loc[mine, "policy"], table.loc[mine, "value"], table.loc[mine, "quote"])]
        figure.add_scatter(x=list(x[mine].dt.strftime("%Y-%m-%d")), y=list(at[mine]), mode="markers", name=fact, hovertext=hover, hoverinfo="text",
                           marker={"color": shade, "size": 8 if crowd else 11, "symbol": shape, "line": {"width": 2 if "open" in shape else 0, "color": shade}})
    ends = [-0.2, tall + 0.2] if crowd else [tall - 0.5, -0.5]
    for number, (day, law) in enumerate(marks, 1):
        figure.add_shape(type="line", x0=day, x1=day, y0=0, y1=1, yref="paper", line={"color": QUIET, "width": 1, "dash": "dot"}, layer="below")
    # two milestones closer than a label is wide step up
    heights, last = [], []
    span = (right - left).days or 1
    for day, _ in marks:
        where = (pd.Timestamp(day) - left).days / span
        level = next((i for i, taken in enumerate(last) if where - taken > 0.07), len(last))
        last[level:level + 1] = [where]
        heights.append(level)
    for (day, law), level, number in zip(marks, heights, range(1, len(marks) + 1)):
        figure.add_annotation(x=day, y=1, yref="paper", yshift=10 + 18 * level, text=f"<b>{number}</b>", showarrow=False, font={"size": 11}, hovertext=f"{plain(law)}<br>{day}",
                              bgcolor="rgba(128,140,150,0.16)", borderpad=2)
    figure.update_xaxes(type="date", range=[left.strftime("%Y-%m-%d"), right.strftime("%Y-%m-%d")], showgrid=True, gridcolor=RULE, fixedrange=True, tickformat="%Y", dtick="M12" if span < 6000 else None, tickfont={"size": 11})
    if crowd:
        figure.update_yaxes(range=ends, visible=True, showgrid=False, zeroline=False, fixedrange=True, tickfont={"size": 11}, automargin=True, nticks=6)
    else:
        figure.update_yaxes(range=ends, tickmode="array", tickvals=list(range(len(table))), ticktext=[plain(clip(names[policy], 24)) + "  " for policy in table["policy"]],
                            showgrid=True, gridcolor=RULE, zeroline=False, fixedrange=True, automargin=True, tickfont={"size": LABEL})
        figure.layout.meta = {"full": {"yaxis": [plain(names[policy]) + "  " for policy in table["policy"]]}}
    pipl = laws.load().instruments["pipl"].valid_from
    old = int((table["date"] < pd.Timestamp(pipl)).sum())
    title = say(lang, f"{words.of(old, len(table))} dated policies are older than the Personal Information Protection Law ({pipl})" if old else
                f"All {len(table)} dated policies are younger than the Personal Information Protection Law ({pipl})",
                f"有日期的政策中，{words.of(old, len(table), 'zh')}早于个人信息保护法施行（{pipl}）" if old else f"有日期的{len(table)}份政策均晚于个人信息保护法施行（{pipl}）")
    note = say(lang, "Each dot is a policy, piled by quarter. " if crowd else "", "每点为一份政策，按季度堆叠。" if crowd else "")
    note += say(lang, f"Undated: {words.listed(undated)}." if undated else "", f"无日期：{words.listed(undated, 'zh')}。" if undated else "") + "\n"
    note += "  ·  ".join(f"{n}\u00a0{day}\u00a0{law}" for n, (day, law) in enumerate(marks, 1))
    legend = [(shade, DATED[fact][lang == "zh"]) for fact, shade in (("updated", HUES[0]), ("effective", HUES[1])) if (table["fact"] == fact).any()]
    return finish(figure, title, note, legend, body=max(12 * tall, 160) if crowd else max(26 * tall, 60), top=18 * (max(heights, default=-1) + 1) + 6, bottom=34)
