"""Tables and settings for notebooks: policy text stays text, names stand in place of ids."""

import ast
from html.parser import HTMLParser
from pathlib import Path

import made_up
import pandas as pd
import plotly.io as pio
import pytest

import policykit
from policykit.display import display, table

HOME = Path(policykit.__file__).parent
OURS = {"style", "div", "table", "thead", "tbody", "tr", "th", "td", "p", "br"}


class Tags(HTMLParser):
    """The tags of a piece of HTML and the attributes that could act."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.acts = set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.acts += [name for name, _ in attrs if name not in ("class", "lang")]


@pytest.mark.parametrize("name", ["policies", "clauses", "practices", "items", "facts", "sdks", "findings", "defects", "topics"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hostile_text_in_every_table(name, lang):
    corpus = made_up.corpus(13, hostile=True)
    html = table(corpus.tables[name], corpus, lang)._repr_html_()
    found = Tags(html)
    assert found.tags <= OURS and not found.acts
    assert not set("\u202a\u202b\u202d\u202e\u2066\u2067") & set(html)


def test_names_in_place_of_ids():
    corpus = made_up.corpus(5)
    shown = table(corpus.items, corpus, "zh").shown
    assert {"企业", "信息项", "说法", "政策原文"} <= set(shown.columns)
    assert "收集" in set(shown["说法"]) and "policy-003" in set(shown["企业"])
    assert "start" not in shown and "rule" not in shown


def test_a_reason_is_told_in_one_language():
    corpus = made_up.corpus(2)
    zh, en = table(corpus.findings, corpus, "zh").shown, table(corpus.findings, corpus).shown
    assert list(zh.columns).count("理由") == 1 and zh["理由"].str.startswith("虚构").all()
    assert en["Why"].str.startswith("made up").all() and not any("Chinese" in name for name in en.columns)


def test_what_differs_is_told_in_words():
    frame = pd.DataFrame({"policy": "p", "kind": ["item", "finding", "fact"], "name": ["imei", "G05", "updated"], "old": [None, "met", "2020-01-01"],
                          "new": ["collected", "missing", "2021-01-01"], "old_quote": None, "new_quote": "我们收集"})
    shown = table(frame, lang="zh").shown
    assert {"类型", "内容", "前者", "后者", "后者原文"} <= set(shown.columns)
    assert shown["内容"].tolist()[0] == "IMEI" and shown["后者"].tolist() == ["收集", "未找到", "2021-01-01"] and shown["前者"].tolist()[1] == "已满足"
    assert "G05" not in set(shown["内容"]) and "–" in table(frame)._repr_html_()


def test_values_carry_their_unit_and_their_quote():
    facts = pd.DataFrame({"policy": "p", "fact": ["response_days"], "value": ["15"], "unit": ["working_day"]})
    assert table(facts, columns=["fact", "value"]).shown["Value"].tolist() == ["15 working days"]
    assert table(facts, columns=["fact", "value", "unit"]).shown["Value"].tolist() == ["15"]
    frame = pd.DataFrame({"kind": ["fact"], "name": ["response_days"], "old": [None], "new": ["15 working_day"], "old_quote": [None], "new_quote": ["15个工作日内<b>"]})
    html = table(frame, lang="zh", columns=["kind", "name", "old", "new"])._repr_html_()
    assert "15个工作日<br>“15个工作日内&lt;b&gt;”" in html


def test_missing_is_a_dash_and_the_rest_is_counted():
    frame = pd.DataFrame({"recipient": pd.Series([None] * 70, dtype="string"), "n": range(70)})
    made = table(frame)
    assert "<td>–</td>" in made._repr_html_() and "10 more rows" in made._repr_html_() and "10 more rows" in repr(made)


def test_an_empty_table_says_so():
    made = table(made_up.corpus(0).items, lang="zh")
    assert "没有数据" in made._repr_html_() and "没有数据" in repr(made)


def test_display_takes_the_language_of_the_report(monkeypatch):
    monkeypatch.setenv("POLICYKIT_LANG", "zh")
    assert display() == "zh"
    monkeypatch.delenv("POLICYKIT_LANG")
    assert display() == "en"
    assert pio.renderers.default == "plotly_mimetype" and pio.renderers["plotly_mimetype"].config["showSendToCloud"] is False


def test_no_module_shows_raw_markup():
    """HTML() and Markdown() of policy text would run in JupyterLab with the analyst's rights."""
    for path in HOME.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("IPython"):
                names = {alias.name for alias in node.names}
                assert not names & {"HTML", "Markdown", "Javascript", "SVG", "IFrame"}, f"{path.name} imports {names}"
