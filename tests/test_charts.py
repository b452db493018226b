"""Charts: for every size of corpus, in both languages, with hostile text, with nothing to show."""

import itertools
import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import made_up
import plotly
import plotly.graph_objects as go
import pytest

from policykit import charts, rows
from policykit.charts import style, words

SIZES = [0, 1, 5, 150]
CORPORA = {size: made_up.corpus(size) for size in SIZES}
OF_ONE = ("card", "distinctive")
ONE_EACH = sorted(charts.__all__)
MARKUP = re.compile(r"<(?!/?(?:b|i|br|span|extra)\b[^<>]*>)")


def draw(name, corpus, lang="en"):
    chart = getattr(charts, name)
    return chart(corpus, corpus.policies["policy"].iloc[0], lang=lang) if name in OF_ONE else chart(corpus, lang=lang)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from itertools.chain.from_iterable(map(strings, value.values()))
    elif isinstance(value, list):
        yield from itertools.chain.from_iterable(map(strings, value))


def title(figure):
    return figure.layout.meta["title"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ONE_EACH)
def test_every_chart_at_every_size(name, size, lang):
    if name in OF_ONE and not size:
        pytest.skip("a chart of one policy needs one")
    figure = draw(name, CORPORA[size], lang)
    assert isinstance(figure, go.Figure)
    assert len(title(figure)) > 5
    assert not re.search(r"\b(?:nan|None|NA|inf)\b", title(figure))
    assert 60 < figure.layout.height < 4500
    assert lang == "en" or re.search("[\u4e00-\u9fff]{2}", title(figure))
    json.loads(figure.to_json())


@pytest.mark.parametrize("name", ONE_EACH)
def test_hostile_text_is_only_text(name):
    corpus = made_up.corpus(13, hostile=True)
    for lang in ("en", "zh"):
        figures = [charts.card(corpus, policy, lang) for policy in corpus.policies["policy"]] if name == "card" else [draw(name, corpus, lang)]
        for text in itertools.chain.from_iterable(strings(json.loads(figure.to_json())) for figure in figures):
            # the names of traces and the plain title in meta are never drawn
            if text in (title(figure) for figure in figures):
                continue
            assert not MARKUP.search(text), text
            assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08]", text), text
            assert "$" not in text, "MathJax would read a formula"


@pytest.mark.parametrize("name", ONE_EACH)
def test_without_rows_a_chart_says_what_is_missing(name):
    bare = {table: rows.frame(row_type) for table, row_type in rows.TABLES.items()} | {"policies": CORPORA[5].tables["policies"]}
    figure = draw(name, replace(CORPORA[5], tables=bare))
    assert len(title(figure)) > 8 and figure.layout.title.text


def test_policies_that_could_not_be_read_do_not_count():
    error = rows.PolicyRow("broken", None, None, None, None, "broken.pdf", None, None, None, None, "error", "broken.pdf: is empty.", None)
    policies = rows.frame(rows.PolicyRow, [error])
    corpus = replace(CORPORA[0], tables=CORPORA[0].tables | {"policies": policies})
    for name in set(ONE_EACH) - {"distinctive"}:
        assert title(draw(name, corpus))
    assert charts.card(corpus, "broken").layout.annotations[0].text == "broken.pdf: is empty."


def small():
    """Three firms: one collects the IMEI, one leaves it to an SDK, one denies; the clipboard is collected by two."""
    policies = [rows.PolicyRow(key, firm, zh, None, None, key, "txt", "zh", 100, "0", "ok", None, None)
                for key, firm, zh in (("a", "Alpha", "甲"), ("b", None, None), ("c", "Gamma", "丙"))]
    said = [("a", "imei", "collected"), ("b", "imei", "third_party"), ("c", "imei", "denied"), ("a", "clipboard", "collected"), ("b", "clipboard", "collected")]
    items = [rows.Item(policy, item, status, 1, 0, f"{policy} says {item}.", 0, 1, "test") for policy, item, status in said]
    tables = {name: rows.frame(row_type) for name, row_type in rows.TABLES.items()}
    return replace(CORPORA[0], tables=tables | {"policies": rows.frame(rows.PolicyRow, policies), "items": rows.frame(rows.Item, items)})


def test_the_title_answers_the_question():
    assert title(charts.items(small(), ["imei", "clipboard"])) == "IMEI: Alpha (1 of 3); clipboard: Alpha and b (2 of 3)"
    assert title(charts.items(small(), "imei", "zh")) == "IMEI：甲（3家中的1家）"
    assert "none of 3" in title(charts.items(small(), ["call_log"]))


def test_cells_carry_status_letter_and_quote():
    heatmap = charts.items(small(), ["imei", "clipboard"]).data[0]
    assert list(map(list, heatmap.text)) == [["C", "3", "N"], ["C", "C", ""]]
    assert "“c says imei.”" in heatmap.hovertext[0][2]
    assert "not named" in heatmap.hovertext[1][2]


def test_who_collects_counts_every_policy_once():
    bars = {bar.name: list(bar.x) for bar in charts.who_collects(small(), ["imei", "clipboard"]).data}
    assert bars == {"collected": [1, 2], "third_party": [1, 0], "denied": [1, 0], "absent": [0, 1]}


def test_firms_without_a_name_go_by_their_key_and_no_name_stands_twice():
    policies = [rows.PolicyRow(key, firm, None, None, None, key, "txt", "en", 1, "0", "ok", None, None)
                for key, firm in (("a", "Same Ltd"), ("b", "Same Ltd"), ("c", None), ("d", "A name that goes on and on and on one"), ("e", "A name that goes on and on and on two"))]
    names = words.firms(rows.frame(rows.PolicyRow, policies))
    assert names["c"] == "c" and len(set(names.values())) == 5
    assert "a" in names["a"] and "b" in names["b"]


def test_many_firms_are_rows_and_few_are_columns():
    few, many = charts.items(CORPORA[5]), charts.items(CORPORA[150])
    assert len(few.layout.xaxis.ticktext) == 5 and len(many.layout.yaxis.ticktext) == 150


def test_few_items_at_many_firms_stand_in_panels():
    figure = charts.items(CORPORA[150], ["imei", "clipboard"])
    assert len(figure.data) == 4 and sum(len(panel.z) for panel in figure.data) == 150 and figure.layout.height < 1200
    assert [panel.yaxis for panel in figure.data] == ["y", "y2", "y3", "y4"]


def test_a_large_matrix_leaves_out_its_most_frequent_letter():
    letters = {letter for row in charts.findings(CORPORA[150]).data[0].text for letter in row}
    few = {letter for row in charts.findings(CORPORA[5]).data[0].text for letter in row}
    assert len(few - letters) == 1


def test_flow_names_recipients_of_several_policies_and_counts_the_others():
    nodes = charts.flow(CORPORA[150]).data[0].node
    assert len(nodes.label) == len(nodes.x) == len(nodes.y) and all(0 < place < 1 for place in nodes.y)


def seen(colour, matrix):
    """A colour as a reader with this colour blindness sees it (Machado et al., 2009), in linear light."""
    rgb = [(int(colour[i:i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5)]
    return [max(sum(weight * part for weight, part in zip(row, rgb)), 0) ** (1 / 2.2) for row in matrix]


BLINDNESS = {
    "none": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deutan": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritan": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("palette", ["STATUS", "VERDICT", "SEVERITY"])
def test_colours_stay_apart_for_colour_blind_readers(palette, blindness):
    colours = [colour for colour in getattr(style, palette).values() if colour.startswith("#")]
    for one, other in itertools.combinations([seen(colour, BLINDNESS[blindness]) for colour in colours], 2):
        assert sum((a - b) ** 2 for a, b in zip(one, other)) ** 0.5 > 0.12


@pytest.mark.parametrize(("text", "width", "expected"), [
    ("版本（2021-11-01）施行。", 18, ("版本（2021-11-01）", "施行。")),
    ("a" * 25, 10, ("a" * 10, "a" * 10, "a" * 5)),
    ("unnamed-hardware-firm", 10, ("unnamed-", "hardware-", "firm")),
    ("", 10, ()),
])
def test_lines(text, width, expected):
    assert style.lines(text, width) == expected


@pytest.mark.browser
def test_hostile_charts_in_a_browser(tmp_path):
    """Every chart of a hostile corpus is drawn; nothing runs; the firm's name stands there verbatim."""
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = os.environ.get("POLICYKIT_BROWSER") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("no chromium here")
    corpus = made_up.corpus(8, hostile=True)
    page_file = tmp_path / "charts.html"
    page_file.write_text("<!doctype html><meta charset=utf-8><div id=chart></div>", encoding="utf-8")
    trouble = []
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("dialog", lambda dialog: (trouble.append("dialog"), dialog.dismiss()))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: trouble.append(request.url) if not request.url.startswith("file:") else None)
        page.goto(page_file.as_uri())
        page.add_script_tag(path=str(Path(plotly.__file__).parent / "package_data" / "plotly.min.js"))
        for name in ONE_EACH:
            figure = json.loads(draw(name, corpus).to_json())
            page.evaluate("f => Plotly.react('chart', f.data, f.layout, {showSendToCloud: false})", figure)
            assert page.evaluate("document.querySelectorAll('#chart a, #chart script, #chart img').length") <= 1, name  # plotly's own logo
        page.evaluate("f => Plotly.react('chart', f.data, f.layout, {showSendToCloud: false})", json.loads(charts.items(corpus).to_json()))
        labels = page.evaluate("[...document.querySelectorAll('#chart .xtick text')].map(t => t.textContent)")
        browser.close()
    assert not trouble
    assert any("<script>" in label for label in labels)
