"""How charts and tables show in a notebook: one call for the whole notebook, and tables that keep policy text inert.

``display()`` is the only thing in the package that sets anything globally.  Policy text reaches a cell's output
through a chart, the explorer or ``table``, never through raw HTML or Markdown: that would run in JupyterLab with
the analyst's rights.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio

from policykit.charts import words
from policykit.charts.profile import UNITS, value_name
from policykit.charts.style import FONT, Lang
from policykit.text import INVISIBLE, language

if TYPE_CHECKING:
    from policykit.corpus import Corpus

MOST_ROWS = 60
PLOTLY = "application/vnd.plotly.v1+json"
CONFIG = {"showSendToCloud": False, "displaylogo": False, "responsive": True}  # no upload of a chart to anybody's cloud
_HIDDEN = {"start", "end", "rule", "sha256", "path", "parent", "level", "in_toc", "lead", "section"}  # of use to programs
_NAMES = {  # column -> language -> heading
    "policy": ("Policy", "政策"), "firm": ("Firm", "企业"), "item": ("Item", "信息项"), "status": ("Status", "说法"), "n": ("Passages", "处数"),
    "clause": ("Clause", "条款号"), "quote": ("In the policy's words", "政策原文"), "topic": ("Clause type", "条款类型"), "score": ("Score", "概率"),
    "purpose": ("Purpose", "目的"), "recipient": ("Recipient", "接收方"), "condition": ("Condition", "条件"), "actor": ("Who", "主体"),
    "action": ("Action", "行为"), "fact": ("Fact", "事实"), "value": ("Value", "内容"), "unit": ("Unit", "单位"), "sdk": ("SDK or provider", "SDK或提供方"),
    "provider": ("Company", "公司"), "items": ("Items", "信息项"), "requirement": ("Requirement", "披露要求"), "verdict": ("Verdict", "判断"),
    "as_of_verdict": ("At its own date", "按政策日期"), "reason": ("Why", "理由"), "reason_zh": ("Why (Chinese)", "理由"), "kind": ("Kind", "类型"), "detail": ("What is wrong", "问题"),
    "detail_zh": ("What is wrong (Chinese)", "问题"), "severity": ("Severity", "程度"), "sector": ("Sector", "行业"), "title": ("Title", "标题"),
    "format": ("Format", "格式"), "lang": ("Language", "语言"), "chars": ("Characters", "字符数"), "message": ("Message", "说明"), "note": ("Note", "备注"),
    "text": ("Text", "文本"), "similarity": ("Similarity", "相似度"), "difference": ("Difference", "差异"), "number": ("Number", "编号"),
    "term": ("Term", "词"), "z": ("Distinctness (z)", "区别度(z)"), "other": ("Other policy", "另一政策"), "share": ("Share", "比例"), "firm_zh": ("Firm (Chinese)", "企业"),
    "phrase": ("Phrase", "用语"), "per_1000": ("Per 1,000 characters", "每千字"), "rest": ("Elsewhere", "其他"), "group": ("Group", "分组"),
    "name": ("What", "内容"), "old": ("First", "前者"), "new": ("Second", "后者"), "old_quote": ("In the first's words", "前者原文"), "new_quote": ("In the second's words", "后者原文"),
}
_LANGUAGES = {"zh": ("Chinese", "中文"), "en": ("English", "英文"), "mixed": ("Chinese and English", "中英双语")}
_READING = {"ok": ("read", "已读取"), "warning": ("read, look at it", "已读取，有提示"), "error": ("not read", "未能读取")}
_CHANGES = {"fact": ("fact", "事实"), "item": ("item", "信息项"), "sdk": ("SDK", "SDK"), "finding": ("law", "披露要求")}  # kinds of a comparison
_STYLE = f"""<style>
.pk-table{{font-family:{FONT};font-size:13px;border-collapse:collapse;width:100%;max-width:1200px;table-layout:auto!important}}
.pk-table th,.pk-table td{{text-align:left!important;vertical-align:top!important;padding:4px 14px 4px 0!important;white-space:normal!important;border-bottom:1px solid rgba(128,140,150,.3)}}
.pk-table th{{font-weight:600;white-space:nowrap!important}}.pk-table td.num{{text-align:right!important;font-variant-numeric:tabular-nums}}
.pk-table td.long{{min-width:18em}}.pk-scroll{{overflow:auto;max-height:32em}}
</style>"""
_BREAK = "\n\n"  # in a cell: what follows stands on a line of its own
_unseen = re.compile(f"[{INVISIBLE}\x00-\x08\x0b-\x1f\x7f]")


def display() -> Lang:
    """The language to show things in; sets up this notebook: charts without upload button, tables with whole quotes.

    The language is that of the report being made (``POLICYKIT_LANG``), English without one.
    """
    # only the figure's data go into the notebook: JupyterLab and the report bring plotly.js themselves
    pio.renderers.default = "plotly_mimetype"
    pio.renderers["plotly_mimetype"].config.update(CONFIG)
    pd.set_option("display.max_colwidth", 240, "display.max_rows", MOST_ROWS, "display.min_rows", 20, "display.max_columns", 60,
                  "display.unicode.east_asian_width", True, "styler.format.escape", "html")
    return "zh" if os.environ.get("POLICYKIT_LANG") == "zh" else "en"


def outputs(*things: go.Figure | Table) -> tuple[dict[str, Any], ...]:
    """The things as the ``outputs`` of an ipywidgets.Output: set at once, they need no running cell to catch them.

    >>> outputs(table(pd.DataFrame({"n": [1]})))[0]["output_type"]
    'display_data'
    """
    made = []
    for thing in things:
        if isinstance(thing, go.Figure):  # a figure that is asked for its forms shows itself instead
            data = {PLOTLY: json.loads(thing.to_json()) | {"config": CONFIG}, "text/plain": str((thing.layout.meta or {}).get("title", "chart"))}
        else:
            data = {"text/html": thing._repr_html_(), "text/plain": repr(thing)}
        made.append({"output_type": "display_data", "data": data, "metadata": {}})
    return tuple(made)


@dataclass(frozen=True)
class Table:
    """A table for reading: names instead of ids, quotes in full, every character of a policy shown as text.

    ``frame`` is what it was made from.
    """

    frame: pd.DataFrame
    shown: pd.DataFrame
    rows: int = MOST_ROWS
    lang: Lang = "en"

    def _more(self) -> str:
        left = len(self.shown) - self.rows
        return "" if left <= 0 else words.say(self.lang, f"{left:,} more rows are not shown here; in JupyterLab, .frame of the table has them all.", f"另有{left:,}行未显示；在 JupyterLab 中，该表的 .frame 有全部数据。")

    def _nothing(self) -> str:
        return words.say(self.lang, "No rows: the policies say nothing of this, or it was not found.", "没有数据：政策未提及，或未找到。")

    def __repr__(self) -> str:
        if self.shown.empty:
            return self._nothing()
        return self.shown.head(self.rows).to_string(index=False, max_colwidth=80, na_rep="–") + ("\n" + self._more() if self._more() else "")

    def _repr_html_(self) -> str:
        if self.shown.empty:
            return f"<p>{self._nothing()}</p>"
        head = "".join(f"<th>{_shown(name)}</th>" for name in self.shown.columns)
        body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in self.shown.head(self.rows).itertuples(index=False, name=None))
        more = f"<p>{self._more()}</p>" if self._more() else ""
        return f'{_STYLE}<div class="pk-scroll"><table class="dataframe pk-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{more}'


def _shown(value: Any) -> str:
    """A value as HTML text: escaped, without control and reordering characters.

    >>> _shown("<b>\\u202e&")
    '&lt;b&gt;&amp;'
    """
    return escape(_unseen.sub("", str(value)))


def _cell(value: Any) -> str:
    """A value as a cell."""
    if pd.isna(value):
        return "<td>–</td>"
    if isinstance(value, float):
        return f'<td class="num">{value:.2f}</td>'
    if isinstance(value, int) or hasattr(value, "dtype"):
        return f'<td class="num">{value:,}</td>'
    of = {"zh": ' lang="zh-CN"', "en": ' lang="en"'}.get(language(str(value)) or "", "") if len(str(value)) > 12 else ""
    return f"<td{' class=long' if len(str(value)) > 40 else ''}{of}>{'<br>'.join(_shown(line) for line in str(value).split(_BREAK))}</td>"


def _readable(name: str, column: pd.Series, lang: Lang) -> pd.Series:
    """A column with names in place of ids."""
    zh = lang == "zh"
    if name in ("item", "topic", "purpose", "requirement", "sdk"):
        return column.map(lambda value: words.label(name, value, lang), na_action="ignore").astype("object")
    if name == "items":
        return column.map(lambda value: ", ".join(words.label("item", one, lang) for one in str(value).split()), na_action="ignore").astype("object")
    if name in ("kind", "fact"):
        return column.map(lambda value: words.label({"kind": "defect"}.get(name, name), value, lang), na_action="ignore").astype("object")
    closed = {"status": {key: value[lang][1] for key, value in words.STATUS.items()} | {key: value[zh] for key, value in _READING.items()},
              "verdict": {key: value[lang][1] for key, value in words.VERDICT.items()}, "severity": {key: value[lang] for key, value in words.SEVERITY.items()},
              "lang": {key: value[zh] for key, value in _LANGUAGES.items()}}
    closed["as_of_verdict"] = closed["verdict"] | {"not_yet_required": words.say(lang, "not yet required", "当时尚无要求")}
    if name in closed:
        return column.astype("object").map(lambda value: closed[name].get(value, value), na_action="ignore")
    return column


def _changes(frame: pd.DataFrame, lang: Lang, quotes: bool = False) -> pd.DataFrame:
    """What differs between two policies, with names in place of ids; if ``quotes``, each value with its quote below."""
    def name(kind: str, id: str) -> str:
        return words.label({"finding": "requirement"}.get(kind, kind), id, lang) if kind in _CHANGES else id

    def value(kind: str, name: str, id: object, quote: object) -> object:
        said = {"item": words.STATUS, "finding": words.VERDICT}.get(kind, {})
        told = id if not isinstance(id, str) else said[id][lang][1] if id in said else measured(value_name(name, id, lang), lang) if kind == "fact" else id
        return f"{told}{_BREAK}“{quote}”" if quotes and isinstance(told, str) and isinstance(quote, str) and quote.strip() not in ("", told) else told

    kinds = frame["kind"].astype("object")
    return frame.assign(name=[name(kind, id) for kind, id in zip(kinds, frame["name"])], kind=[_CHANGES.get(kind, (kind, kind))[lang == "zh"] for kind in kinds],
                        **{side: pd.Series([value(*row) for row in zip(kinds, frame["name"], frame[side], frame[f"{side}_quote"] if f"{side}_quote" in frame else [None] * len(frame))], dtype="object")
                           for side in ("old", "new")})


def measured(value: str, lang: Lang) -> str:
    """A number with its unit in words.

    >>> measured("15 working_day", "en"), measured("15 working_day", "zh")
    ('15 working days', '15个工作日')
    """
    number, _, unit = value.partition(" ")
    return f"{number}{' ' * (lang == 'en')}{UNITS[unit][lang == 'zh']}" if unit in UNITS else value


def _other(name: str, shown: pd.DataFrame, lang: Lang) -> bool:
    """Whether a column says in the other language what another one says in this."""
    return name in ("detail_zh", "reason_zh") if lang == "en" else name in ("detail", "reason") and name + "_zh" in shown


def table(frame: pd.DataFrame, corpus: Corpus | None = None, lang: Lang = "en", *, columns: Sequence[str] = (), rows: int = MOST_ROWS) -> Table:
    """A table of the corpus for reading; ``corpus`` gives the firms' names, ``columns`` what to show.

    >>> table(pd.DataFrame({"item": ["imei"], "quote": ["<b>IMEI</b>"]}))._repr_html_().count("<b>")
    0
    """
    shown = frame.reset_index(drop=True)
    if {"kind", "name", "old", "new"} <= set(shown):
        shown = _changes(shown, lang, bool(columns) and not {"old_quote", "new_quote"} & set(columns))
    if corpus is not None and "policy" in shown:
        names = words.firms(corpus.policies, lang, 60)
        firm = shown["policy"].map(lambda policy: names.get(policy, policy)).astype("object")
        shown = shown.drop(columns="firm", errors="ignore")
        shown.insert(0, "firm", firm)
        if not columns:
            shown = shown.drop(columns="policy")
    wanted = [name for name in columns if name in shown] if columns else [name for name in shown if name not in _HIDDEN and not _other(name, shown, lang)]
    if {"fact", "value"} <= set(shown):
        shown = shown.assign(value=pd.Series([value if pd.isna(value) else measured(f"{value_name(fact, value, lang)} {unit}", lang) if isinstance(unit, str) else value_name(fact, value, lang)
                                              for fact, value, unit in zip(shown["fact"], shown["value"], shown["unit"] if "unit" in shown and "unit" not in wanted else [None] * len(shown))], dtype="object"))
    if "unit" in shown:
        shown = shown.assign(unit=shown["unit"].map(lambda unit: UNITS.get(unit, (unit, unit))[lang == "zh"], na_action="ignore").astype("object"))
    headings = _NAMES | ({"status": ("Read", "读取")} if "chars" in shown else {})
    readable = {headings.get(name, (name, name))[lang == "zh"]: _readable(name, shown[name], lang) for name in wanted}
    return Table(frame, pd.DataFrame(readable), rows, lang)
