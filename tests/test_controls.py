"""Live controls: what is chosen is what is shown, and what reads back."""

import made_up
import plotly.graph_objects as go

from policykit import controls
from policykit.display import display, outputs, table


def test_a_clause_type_shows_only_what_its_clauses_say():
    corpus = made_up.corpus(5)
    share = controls.within(corpus, "share")
    assert set(share.topics["topic"]) >= {"share"} and len(share.policies) == 5
    places = set(zip(share.clauses["policy"], share.clauses["clause"]))
    assert all((row.policy, row.clause) in places for row in share.items.itertuples())


def test_the_items_of_a_clause_type_are_judged_by_its_practices():
    corpus = made_up.corpus(5)
    items = controls.within(corpus, "collect").items
    merged = items.merge(corpus.practices, on=["policy", "item"], suffixes=("", "_said"))
    best = merged.groupby(["policy", "item"], observed=True)["status_said"].min()
    assert all(best[row.policy, row.item] == row.status for row in items.itertuples() if (row.policy, row.item) in best.index)


def test_choosing_draws_and_reads_back():
    display()
    control = controls.by_topic(made_up.corpus(5, hostile=True), lang="zh")
    assert control.topic is None and len(control.data())
    control.choice.value = "collect"
    assert control.topic == "collect" and list(control.data()["item"]) == list(control.corpus.items["item"])
    chart, rows = control.shown.outputs
    assert "application/vnd.plotly.v1+json" in chart["data"]
    assert "<script" not in rows["data"]["text/html"] and "&lt;script&gt;" in rows["data"]["text/html"]


def test_outputs_need_no_running_cell():
    made = outputs(go.Figure(), table(made_up.corpus(1).items))
    assert [one["output_type"] for one in made] == ["display_data"] * 2
