"""Notebooks made by hand, as if they had been run, and the pages exported from them: for tests that need no kernel."""

from __future__ import annotations

import json

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import policykit as pk
from policykit import page
from policykit.corpus import Corpus


def cell(source: str, *data: dict, tags: tuple[str, ...] = ()) -> dict:
    return new_code_cell(source, outputs=[new_output("display_data", one) for one in data], metadata={"tags": list(tags)})


def figure(chart: go.Figure) -> dict:
    return {page.PLOTLY: json.loads(pio.to_json(chart, validate=False))}


def frame(table: pd.DataFrame) -> dict:
    return {"text/html": table.to_html(), "text/plain": repr(table)}


def explorer(corpus: Corpus, **selection) -> dict:
    made = pk.explore(corpus, **selection)._repr_mimebundle_()
    return made[0] if isinstance(made, tuple) else made


def notebook(corpus: Corpus, **selection) -> dict:
    """Prose, a chart, a table and the explorer of a corpus, whatever strings it holds."""
    texts = list(corpus.policies["sector"].fillna("-"))
    chart = go.Figure(go.Bar(x=[text.replace("&", "&amp;").replace("<", "&lt;") for text in texts], y=list(range(1, len(texts) + 1)), hovertext=texts))
    chart.update_layout(title={"text": f"Bars {texts[0]}"})
    return new_notebook(cells=[
        new_markdown_cell("# Who collects what?\n\nSome *prose*, 一些文字。\n\n## A chart"),
        cell("POLICIES = '../data'", tags=("parameters",)),
        cell("POLICIES = '/home/somebody/secret'", tags=("injected-parameters",)),
        cell("chart", figure(chart)),
        new_markdown_cell("## A table"),
        cell("table", frame(corpus.policies[["policy", "firm", "sector"]])),
        new_markdown_cell("## The explorer"),
        cell("pk.explore(corpus)", explorer(corpus, **selection)),
    ])


def html(corpus: Corpus, *, lang: str = "en", **selection) -> str:
    blocks = page.Blocks()
    made = page.part(notebook(corpus, **selection), "n1", blocks, lang=lang)
    return page.page([made], blocks, lang=lang, title="Test")
